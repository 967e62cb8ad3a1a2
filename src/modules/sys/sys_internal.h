/* The parts of the sys module. */
#ifndef WEFT_MODULES_SYS_H
#define WEFT_MODULES_SYS_H

#include "core/module.h"

extern const ModuleDef module_sys;
/* version, flags, float_info and the other facts: modules/sys/info.c */
bool sys_add_info(Value module) MUST_USE;
/* The hooks that print: modules/sys/hooks.c */
extern MethodDef *const sys_hook_functions[];
/* settrace and its kin: modules/sys/trace.c */
extern MethodDef *const sys_trace_functions[];
extern const ModuleDef module_sys_monitoring; /* modules/sys/monitoring.c */
bool sys_add_unraisable(Value module) MUST_USE;
/* Names of the modules in modules.def, as a tuple, sorted. */
Value builtin_module_names(void);
const ModuleDef *builtin_module(const char *name);

#endif
