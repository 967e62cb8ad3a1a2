/* What the files of the builtin exceptions share. A family is the exceptions with one C struct:
 * its first member declares constructor, attributes and methods, the others inherit them. */
#ifndef WEFT_TYPES_EXCEPTION_FAMILY_H
#define WEFT_TYPES_EXCEPTION_FAMILY_H

#include "core/dialect.h"
#include "types/exception.h"

typedef struct ExceptionFamily {
    /* __init__(self, *args, **kwargs): args a tuple, kwargs a dict or 0. */
    bool (*init)(Value self, Value args, Value kwargs);
    const MethodDef *new_def, *init_def;
    UnaryFn str;
    MethodDef *const *methods;
    const GetSetDef *getset;
    const MemberDef *members;
    void (*trace)(Object *self, struct Tracer *tracer);
} ExceptionFamily;

extern const ExceptionFamily family_Exception_, family_GroupException, family_SystemExitException,
    family_StopIterationException, family_AttributeException, family_NameException,
    family_ImportException, family_OSException, family_SyntaxException, family_UnicodeException;

/* BaseException.__init__: stores args; TypeError if there are keyword arguments. */
bool exception_init(Value self, Value args, Value kwargs) MUST_USE;
Value exception_str(Value self);
void exception_trace(Object *self, struct Tracer *tracer);
/* The attributes in __dict__ as a dict, or 0 without an exception if there are none. */
bool exception_attributes(Value self, Value *dict) MUST_USE;
Value exception_reduce(Value self);
Value key_error_str(Value self);
/* Values of the optional keyword arguments, 0 if not given; others are a TypeError. */
bool exception_keywords(Value self, Value kwargs, const char *const *names, Value *values,
                        size_t count) MUST_USE;
void exception_unicode_start(void);
bool exception_group_start(void);

#endif
