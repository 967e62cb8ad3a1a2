/* What to say of a name that a module does not have. */
#ifndef WEFT_VM_IMPORT_MISSING_H
#define WEFT_VM_IMPORT_MISSING_H

#include "base/common.h"
#include "core/value.h"

typedef struct MissingReason {
    Value origin;           /* the file that the module's spec tells of, or 0 */
    bool shadows_stdlib;    /* it lies where the script does and is called as one of the library */
    bool possibly_shadows;  /* it lies where the script does */
    bool initializing;      /* its code still runs */
    bool submodule_unready; /* the name is a submodule whose code still runs */
} MissingReason;

/* `spec` is the module's __spec__ or 0, `module_name` its name, a str. */
bool missing_reason(Value spec, Value module_name, Value name, MissingReason *out) MUST_USE;
/* The module's attribute error; set as the core's hook. */
Value raise_no_module_attribute(Value module, Value dict, Value name);

#endif
