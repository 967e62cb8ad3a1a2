/* paramflags: which arguments of a foreign function are passed in, which come out, and defaults. */
#ifndef WEFT_MODULES_CTYPES_PARAMFLAGS_H
#define WEFT_MODULES_CTYPES_PARAMFLAGS_H

#include "core/value.h"

/* The arguments of one call; bit i of the masks: argument i is part of the result, as the value
 * that it was changed to, or as it is. */
typedef struct ParamPlan {
    Value args; /* tuple */
    uint64_t out[16], in_out[16];
    int results;
} ParamPlan;

/* TypeError or ValueError unless they go with the argument types (tuple, or 0). */
bool paramflags_check(Value paramflags, Value argtypes) MUST_USE;
/* Completes the arguments of a call. */
bool paramflags_plan(Value paramflags, Value argtypes, Value *args, size_t nargs, Value kwnames,
                     ParamPlan *plan) MUST_USE;
/* What the call returns: `result`, or what came out. */
Value paramflags_result(const ParamPlan *plan, Value result) MUST_USE;

#endif
