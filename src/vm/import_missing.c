/* Messages for names that modules do not have. The commonest cause is a script that bears the name
 * of a library that it wants to import; the next is two modules that import each other. */
#include "vm/import_missing.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "core/abstract.h"
#include "core/attribute.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/set.h"
#include "types/str.h"
#include "vm/config.h"
#include "vm/state.h"

static bool spec_attribute(Value spec, const char *name, Value *out)
{
    *out = 0;
    if (!spec || spec == None)
        return true;
    return get_attr_optional(spec, TRY(str_intern_cstring(name)), out);
}

static bool spec_is_true(Value spec, const char *name, bool *out)
{
    Value value;
    TRY(spec_attribute(spec, name, &value));
    int truth = value ? object_truth(value) : 0;
    *out = truth > 0;
    return truth >= 0;
}

static bool find_origin(Value spec, Value *origin)
{
    bool located;
    *origin = 0;
    TRY(spec_is_true(spec, "has_location", &located));
    if (located)
        TRY(spec_attribute(spec, "origin", origin));
    if (*origin && !is_str(*origin))
        *origin = 0;
    return true;
}

/* Cuts the last component off; false if there is none. */
static bool cut_component(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return false;
    *slash = 0;
    return true;
}

/* Does the module, or the package whose __init__.py it is, lie in the directory that was put before
 * sys.path for the script? */
static bool is_beside_script(Value origin)
{
    char directory[PATH_MAX], first[PATH_MAX];
    const char *path = config.first_path ? str_cstring(origin) : 0;
    error_clear();
    if (!path || strlen(path) >= sizeof directory)
        return false;
    strcpy(directory, path);
    const char *slash = strrchr(directory, '/');
    bool package = slash && strcmp(slash + 1, "__init__.py") == 0;
    if (!cut_component(directory) || (package && !cut_component(directory)))
        return false;
    if (config.first_path[0])
        return strcmp(directory, config.first_path) == 0;
    return getcwd(first, sizeof first) && strcmp(directory, first) == 0;
}

static bool is_stdlib_name(Value name, bool *out)
{
    Value all = sys_get("stdlib_module_names");
    *out = false;
    if (!all || !is_any_set(all))
        return true;
    int found = set_contains(all, name);
    *out = found > 0;
    return found >= 0;
}

static bool is_unready_submodule(Value spec, Value name, bool *out)
{
    Value unready;
    *out = false;
    TRY(spec_attribute(spec, "_uninitialized_submodules", &unready));
    if (!unready)
        return true;
    int found = object_contains(unready, name);
    *out = found > 0;
    return found >= 0;
}

bool missing_reason(Value spec, Value module_name, Value name, MissingReason *out)
{
    *out = (MissingReason){0};
    TRY(find_origin(spec, &out->origin));
    out->possibly_shadows = out->origin && is_beside_script(out->origin);
    if (out->possibly_shadows)
        TRY(is_stdlib_name(module_name, &out->shadows_stdlib));
    if (out->shadows_stdlib)
        return true;
    return spec_is_true(spec, "_initializing", &out->initializing) &&
           is_unready_submodule(spec, name, &out->submodule_unready);
}

Value raise_no_module_attribute(Value module, Value dict, Value name)
{
    Value module_name = dict_get_str(dict, names.__name__);
    if (!module_name || !is_str(module_name))
        return raise_attribute_message(module, name, "module has no attribute '%V'", name);
    MissingReason why;
    TRY(missing_reason(dict_get_str(dict, names.__spec__), module_name, name, &why));
    if (why.shadows_stdlib)
        return raise_attribute_message(
            module, name,
            "module '%V' has no attribute '%V' (consider renaming '%V' since it has the same name "
            "as the standard library module named '%V' and prevents importing that standard "
            "library module)",
            module_name, name, why.origin, module_name);
    if (why.initializing && why.possibly_shadows)
        return raise_attribute_message(
            module, name,
            "module '%V' has no attribute '%V' (consider renaming '%V' if it has the same name as "
            "a library you intended to import)",
            module_name, name, why.origin);
    if (why.initializing && why.origin)
        return raise_attribute_message(module, name,
                                       "partially initialized module '%V' from '%V' has no "
                                       "attribute '%V' (most likely due to a circular import)",
                                       module_name, why.origin, name);
    if (why.initializing)
        return raise_attribute_message(module, name,
                                       "partially initialized module '%V' has no attribute '%V' "
                                       "(most likely due to a circular import)",
                                       module_name, name);
    if (why.submodule_unready)
        return raise_attribute_message(module, name,
                                       "cannot access submodule '%V' of module '%V' (most likely "
                                       "due to a circular import)",
                                       name, module_name);
    return raise_attribute_message(module, name, "module '%V' has no attribute '%V'", module_name,
                                   name);
}
