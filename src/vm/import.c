/* The import statement: what is in sys.modules already is found here, all else is
 * importlib._bootstrap's work. */
#include "core/audit.h"
#include "vm/import.h"
#include "vm/import_missing.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/module.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/traceback.h"
#include "types/tuple.h"
#include "vm/config.h"
#include "vm/operations.h"
#include "vm/state.h"

/* A function of importlib._bootstrap. */
static Value importlib_function(const char *name)
{
    if (!interpreter.importlib)
        return raise(ImportError, "the import system has not been started");
    return get_attr_string(interpreter.importlib, name);
}

/* module.__spec__._initializing; an odd __spec__ counts as no. */
static int is_initializing(Value module)
{
    Value spec = 0, flag;
    if (type_of(module) == &module_type && has_shape(module_dict(module), SHAPE_DICT))
        spec = dict_get_str(module_dict(module), names.__spec__);
    if (!spec && (error_pending() || !get_attr_optional(module, names.__spec__, &spec)))
        return -1;
    if (!spec || spec == None)
        return 0;
    if (!get_attr_optional(spec, names._initializing, &flag))
        return -1;
    return flag ? object_truth(flag) : 0;
}

/* From sys.modules; 0 without an exception if absent. Waits if another thread is importing it. */
static Value loaded_module(Value name)
{
    Value module = is_dict(interpreter.modules) ? dict_get(interpreter.modules, name)
                                                : get_item(interpreter.modules, name);
    if (!module || module == None) {
        if (!module)
            error_clear_if(KeyError);
        return 0;
    }
    int initializing = is_initializing(module);
    if (initializing < 0)
        return 0;
    if (initializing && interpreter.importlib)
        TRY(call1(TRY(importlib_function("_lock_unlock_module")), name));
    return module;
}

/* importlib's own frames say nothing to people: runs of them go from the traceback, all of them for
 * an ImportError, else those that end where importlib calls a module's code. */
static void trim_importlib_frames(void)
{
    Value exception = error_take();
    bool always = is_instance_of(exception, ImportError);
    Value before = 0,
          last = 0; /* the entry that a run hangs on (0: the exception); the last kept */
    bool in_run = false;
    Value at = load_acquire(&((Exception_ *)exception)->traceback), rest;
    for (; at; at = rest) {
        rest = load_acquire(&((Traceback *)at)->next);
        Code *code = ((FrameObject *)((Traceback *)at)->frame)->code;
        Value file = load_acquire(&code->filename);
        bool ours = str_equals(file, "<frozen importlib._bootstrap>") ||
                    str_equals(file, "<frozen importlib._bootstrap_external>");
        if (ours && !in_run)
            before = last;
        in_run = ours;
        bool cut = ours && (always || str_equals(code->name, "_call_with_frames_removed"));
        if (cut) {
            if (before)
                gc_store(before, &((Traceback *)before)->next, rest);
            else
                gc_store(exception, &((Exception_ *)exception)->traceback, rest);
            last = before;
            in_run = false;
        } else {
            last = at;
        }
    }
    error_restore(exception);
}

static Value sys_or_none(const char *name)
{
    Value v = sys_get(name);
    return v || error_pending() ? v : None;
}

Value import_absolute(Value name)
{
    Value module = loaded_module(name);
    if (module || error_pending())
        return module;
    if (!str_length(name))
        return raise(ValueError, "Empty module name");
    TRY(AUDIT("import", name, None, sys_or_none("path"), sys_or_none("meta_path"),
              sys_or_none("path_hooks")));
    module = call2(TRY(importlib_function("_find_and_load")), name, interpreter.import_function);
    if (!module && !config.verbose)
        trim_importlib_frames();
    return module;
}

/* The package that `globals` belong to, and the absolute name that is `level` above it. */
static Value resolve_name(Value name, Value globals, int64_t level)
{
    if (!globals || !is_dict(globals))
        return raise(KeyError, "'__name__' not in globals");
    Value package = TRY(call1(TRY(importlib_function("_calc___package__")), globals));
    if (!is_str(package))
        return raise(TypeError, "package must be a string");
    if (!str_length(package))
        return raise(ImportError, "attempted relative import with no known parent package");
    Value absolute =
        call3(TRY(importlib_function("_resolve_name")), name, package, int_from(level));
    if (!absolute && !config.verbose)
        trim_importlib_frames();
    return absolute;
}

/* Where the first dot of the name is; -1: there is none. */
static intptr_t first_dot(Value name)
{
    for (intptr_t i = 0; i < str_length(name); i++)
        if (str_char(name, i) == '.')
            return i;
    return -1;
}

/* `import a.b.c` gives a; `from . import x` style without a list gives the part of the absolute
 * name that stands for the first part of the written one. */
static Value first_package(Value module, Value name, Value absolute, int64_t level)
{
    intptr_t dot = first_dot(name);
    if (level == 0 || str_length(name)) {
        if (dot < 0)
            return module;
        if (level == 0)
            return import_absolute(TRY(str_substring(name, 0, dot)));
        intptr_t cut = str_length(name) - dot;
        Value front = TRY(str_substring(absolute, 0, str_length(absolute) - cut));
        Value found = loaded_module(front);
        if (!found && !error_pending())
            return raise(KeyError, "%R not in sys.modules as expected", front);
        return found;
    }
    return module;
}

Value import_module(Value name, Value globals, Value from_list, int64_t level)
{
    if (!is_str(name))
        return raise(TypeError, "module name must be a string");
    if (level < 0)
        return raise(ValueError, "level must be >= 0");
    Value absolute = name;
    if (level > 0)
        absolute = TRY(resolve_name(name, globals, level));
    Value module = TRY(import_absolute(absolute));
    int has_list = !from_list || from_list == None ? 0 : object_truth(from_list);
    if (has_list < 0)
        return 0;
    if (!has_list)
        return first_package(module, name, absolute, level);
    Value path;
    TRY(get_attr_optional(module, names.__path__, &path));
    if (!path)
        return module;
    module = call3(TRY(importlib_function("_handle_fromlist")), module, from_list,
                   TRY(importlib_function("_gcd_import")));
    if (!module && !config.verbose)
        trim_importlib_frames();
    return module;
}

Value import_name(Frame *frame, Value name, Value level_and_fromlist)
{
    Value level = tuple_get(level_and_fromlist, 0), list = tuple_get(level_and_fromlist, 1);
    Value builtins = frame->function->builtins;
    Value function = is_dict(builtins) ? dict_get_str(builtins, names.__import__)
                                       : get_item(builtins, names.__import__);
    if (!function)
        return error_pending() && !error_clear_if(KeyError)
                   ? 0
                   : raise(ImportError, "__import__ not found");
    Value globals = frame->function->globals;
    if (function == interpreter.import_function)
        return import_module(name, globals, list, int_value(level));
    Value args[5] = {name, globals, frame->locals ? frame->locals : None, list, level};
    return call(function, args, 5, 0);
}

static Value cannot_import_message(Value module_name, Value name, const MissingReason *why,
                                   Value shown_origin)
{
    if (why->shadows_stdlib)
        return str_format("cannot import name %R from %R (consider renaming %R since it has the "
                          "same name as the standard library module named %R and prevents "
                          "importing that standard library module)",
                          name, module_name, why->origin, module_name);
    if (why->initializing && why->possibly_shadows)
        return str_format("cannot import name %R from %R (consider renaming %R if it has the same "
                          "name as a library you intended to import)",
                          name, module_name, why->origin);
    if (why->initializing)
        return str_format("cannot import name %R from partially initialized module %R (most likely "
                          "due to a circular import) (%V)",
                          name, module_name, shown_origin);
    return str_format("cannot import name %R from %R (%V)", name, module_name, shown_origin);
}

static Value raise_cannot_import(Value module, Value module_name, Value name)
{
    Value spec, place;
    MissingReason why;
    TRY(get_attr_optional(module, names.__spec__, &spec));
    TRY(missing_reason(spec, module_name, name, &why));
    Value origin = why.origin ? why.origin : None;
    if (origin == None && get_attr_optional(module, names.__file__, &place) && place &&
        is_str(place))
        origin = place;
    error_clear();
    Value shown_origin = origin == None ? TRY(str_from_cstring("unknown location")) : origin;
    Value message = TRY(cannot_import_message(module_name, name, &why, shown_origin));
    raise_import_error(ImportError, module_name, origin, "%V", message);
    Value error = error_take();
    gc_store(error, &((ImportException *)error)->name_from, name);
    error_restore(error);
    return 0;
}

Value import_from(Value module, Value name)
{
    Value value, module_name;
    TRY(get_attr_optional(module, name, &value));
    if (value)
        return value;
    TRY(get_attr_optional(module, names.__name__, &module_name));
    if (!module_name || !is_str(module_name))
        module_name = TRY(str_from_cstring("<unknown module name>"));
    else {
        /* A submodule that is being imported in a circle is not an attribute yet. */
        Value full = TRY(str_format("%V.%V", module_name, name));
        value = dict_get(interpreter.modules, full);
        if (value || error_pending())
            return value;
    }
    return raise_cannot_import(module, module_name, name);
}

bool import_star(Frame *frame, Value module)
{
    Value all, locals = TRY(load_locals(frame));
    TRY(get_attr_optional(module, names.__all__, &all));
    bool skip_underscores = !all;
    Value dict = 0;
    if (!all) {
        TRY(get_attr_optional(module, names.__dict__, &dict));
        if (!dict) {
            raise(ImportError, "from-import-* object has no __dict__ and no __all__");
            return false;
        }
        all = TRY(call_method0(dict, names.keys));
    }
    Value list = TRY(list_from_iterable(all));
    for (intptr_t i = 0; i < list_length(list); i++) {
        Value name = list_get(list, i);
        if (!is_str(name)) {
            Value module_name = TRY(get_attr(module, names.__name__));
            raise(TypeError, "%s in %V.%s must be str, not %T", skip_underscores ? "Key" : "Item",
                  module_name, skip_underscores ? "__dict__" : "__all__", name);
            return false;
        }
        if (skip_underscores && str_length(name) && str_char(name, 0) == '_')
            continue;
        Value value = TRY(get_attr(module, name));
        if (!(is_dict(locals) ? dict_set(locals, name, value) : set_item(locals, name, value)))
            return false;
    }
    return true;
}
