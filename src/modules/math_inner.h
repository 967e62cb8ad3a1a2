/* The parts that math is put together from. */
#ifndef WEFT_MODULES_MATH_INNER_H
#define WEFT_MODULES_MATH_INNER_H

#include "core/module.h"

extern MethodDef *const math_integer_functions[];
extern MethodDef *const math_sum_functions[];

#endif
