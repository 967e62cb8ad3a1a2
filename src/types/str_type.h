/* The parts that the str type is put together from, each in a file of its own. */
#ifndef WEFT_TYPES_STR_TYPE_H
#define WEFT_TYPES_STR_TYPE_H

#include "core/type.h"

extern MethodDef *const str_case_methods[];      /* lower() ... isalpha() ... */
extern MethodDef *const str_translate_methods[]; /* maketrans() translate() */
extern MethodDef *const str_format_methods[];    /* format() format_map() __format__() */

/* format % arguments */
Value str_percent(Value format, Value arguments) MUST_USE;

#endif
