/* The parts of the builtins module. */
#ifndef WEFT_MODULES_BUILTINS_H
#define WEFT_MODULES_BUILTINS_H

#include "core/module.h"

extern const ModuleDef module_builtins;

/* compile, eval, exec, __build_class__, input, anext: modules/builtins_code.c */
bool builtins_add_code_functions(Value module) MUST_USE;
/* Set by the module readline: gives a line from the terminal, without its newline, to input().
 * atomic */
extern Value (*input_line_hook)(Value prompt);

#endif
