/* The _sysconfig module: what the module sysconfig cannot read from lib/. */
#include "core/module.h"
#include "types/dict.h"
#include "types/int.h"

/* Py_GIL_DISABLED speaks of the executable, not of the run: sys._is_gil_enabled() tells whether
   this process asked for one lock. */
FUNCTION(sysconfig_config_vars, "config_vars", "",
         "Returns a dictionary with the configuration variables that only the executable knows.")
{
    Value vars = dict_new();
    TRY(dict_set_cstring(vars, "Py_GIL_DISABLED", int_small(1)));
    return vars;
}

static MethodDef *const functions[] = {
    M(sysconfig_config_vars),
    0,
};

const ModuleDef module_sysconfig = {
    .name = "_sysconfig",
    .doc = "A helper for the sysconfig module.",
    .functions = functions,
};
