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
/* Pass an event without arguments, with one or with two, to the audit hooks; false if one raised.
 */
bool sys_audit_event(const char *event) MUST_USE;
bool sys_audit_with(const char *event, Value argument) MUST_USE;
bool sys_audit_pair(const char *event, Value first, Value second) MUST_USE;
bool sys_audit_values(const char *event, const Value *values, size_t count) MUST_USE;
/* There are hooks: for arguments that are made only to be shown to them. */
bool sys_audit_wanted(void);
bool sys_add_unraisable(Value module) MUST_USE;
/* Names of the modules in modules.def, as a tuple, sorted. */
Value builtin_module_names(void);
const ModuleDef *builtin_module(const char *name);

#endif
