/* The _imp module: what importlib needs of the runtime. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/atomic.h"
#include "base/hash.h"
#include "base/lock.h"
#include "compile/code.h"
#include "compile/compile.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/frozen.h"
#include "modules/imp.h"
#include "modules/marshal.h"
#include "modules/sys/sys_internal.h"
#include "modules/system.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"
#include "vm/config.h"
#include "vm/frame.h"
#include "vm/startup.h"
#include "vm/state.h"

/* ---- modules written in C */

#define MODULE(name) extern const ModuleDef module_##name;
#include "modules/modules.def"
#undef MODULE

static const ModuleDef *const modules[] = {
#define MODULE(name) &module_##name,
#include "modules/modules.def"
#undef MODULE
};

const ModuleDef *builtin_module(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(modules); i++)
        if (!strcmp(modules[i]->name, name))
            return modules[i];
    return 0;
}

Value builtin_module_names(void)
{
    Value list = TRY(list_new(COUNT_OF(modules)));
    for (size_t i = 0; i < COUNT_OF(modules); i++)
        TRY(list_append(list, TRY(str_intern_cstring(modules[i]->name))));
    TRY(list_sort(list));
    return list_as_tuple(list);
}

/* The name of a module, argument `which` of a function: as text it may hold anything. */
static bool check_name(Value name, const char *which)
{
    return is_str(name) || raise(TypeError, "%s must be str, not %B", which, name);
}

FUNCTION(imp_is_builtin, "is_builtin", "name, /",
         "Returns True if the module name corresponds to a built-in module.")
{
    TRY(check_name(args[0], "is_builtin() argument"));
    const char *name = str_cstring(args[0]);
    if (!name) /* no builtin module has NUL or a surrogate in its name */
        return error_clear_if(ValueError) ? int_small(0) : 0;
    return int_small(builtin_module(name) ? 1 : 0);
}

FUNCTION(imp_create_builtin, "create_builtin", "spec, /", "Create an extension module.")
{
    Value name = TRY(get_attr(args[0], names.name));
    if (!is_str(name))
        return raise(TypeError, "name must be string, not %T", name);
    Value known = dict_get(interpreter.modules, name);
    if (known || error_pending())
        return known;
    const ModuleDef *def = builtin_module(TRY(str_cstring(name)));
    return def ? module_create(def) : None;
}

FUNCTION(imp_exec_builtin, "exec_builtin", "mod, /", "Initialize a built-in module.")
{
    return int_small(0);
}

FUNCTION(imp_extension_suffixes, "extension_suffixes", "",
         "Returns the list of file suffixes used to identify extension modules.")
{
    return list_new(0);
}

/* ---- frozen modules */

static Value no_frozen(Value name)
{
    return raise_import_error(ImportError, name, 0, "No such frozen object named %R", name);
}

FUNCTION(imp_is_frozen, "is_frozen", "name, /",
         "Returns True if the module name corresponds to a frozen module.")
{
    TRY(check_name(args[0], "is_frozen() argument"));
    return bool_value(frozen_find(args[0]) >= 0);
}

FUNCTION(imp_is_frozen_package, "is_frozen_package", "name, /",
         "Returns True if the module name is of a frozen package.")
{
    TRY(check_name(args[0], "is_frozen_package() argument"));
    int i = frozen_find(args[0]);
    return i < 0 ? no_frozen(args[0]) : bool_value(frozen_modules[i].is_package);
}

FUNCTION(imp_find_frozen, "find_frozen", "name, /, *, withdata=False",
         "Return info about the corresponding frozen module (if there is one) or None.\n\n"
         "A tuple: its marshalled code (None unless withdata), whether it is a package, and the\n"
         "name of the module whose source it is.")
{
    TRY(check_name(args[0], "find_frozen() argument 1"));
    int with_data = TRY_NOT_NEGATIVE(object_truth(args[1]), 0), i = frozen_find(args[0]);
    if (i < 0)
        return None;
    Value data = None;
    if (with_data)
        data = TRY(frozen_view(i));
    return tuple_of(data, bool_value(frozen_modules[i].is_package),
                    TRY(str_from_cstring(frozen_modules[i].original)));
}

FUNCTION(imp_frozen_module_names, "_frozen_module_names", "",
         "Returns the list of available frozen modules.")
{
    Value list = TRY(list_new(FROZEN_COUNT));
    for (int i = 0; i < FROZEN_COUNT; i++)
        TRY(list_append(list, TRY(str_from_cstring(frozen_modules[i].name))));
    return list;
}

FUNCTION(imp_get_frozen_object, "get_frozen_object", "name, data=None, /",
         "Create a code object for a frozen module.")
{
    TRY(check_name(args[0], "get_frozen_object() argument 1"));
    if (args[1] == None) {
        int i = frozen_find(args[0]);
        return i < 0 ? no_frozen(args[0]) : frozen_code_at(i);
    }
    TEXT_ARGUMENT(data);
    if (!has_buffer(args[1]))
        return raise(TypeError, "get_frozen_object() argument 2 must be bytes, not %B", args[1]);
    TRY(bytes_argument(args[1], &data));
    Value code = frozen_code_from(args[0], data.data, (size_t)data.length);
    if (!code) {
        error_clear();
        return raise_import_error(ImportError, args[0], 0, "Frozen object named %R is invalid",
                                  args[0]);
    }
    return has_layout(code, LAYOUT_CODE)
               ? code
               : raise(TypeError, "frozen object %R is not a code object", args[0]);
}

FUNCTION(imp_init_frozen, "init_frozen", "name, /",
         "Initializes a frozen module.\n\nReturns it, or None where there is none of that name.")
{
    TRY(check_name(args[0], "init_frozen() argument"));
    int i = frozen_find(args[0]);
    if (i < 0)
        return None;
    Value code = TRY(frozen_code_at(i)), name = TRY(str_intern_cstring(frozen_modules[i].name));
    Value module = TRY(module_new(name)), dict = module_dict(module);
    Value original = TRY(str_from_cstring(frozen_modules[i].original));
    TRY(dict_set_cstring(dict, "__builtins__", dict_get_cstring(interpreter.modules, "builtins")));
    TRY(dict_set_cstring(dict, "__origname__", original));
    if (frozen_modules[i].is_package)
        TRY(dict_set_cstring(dict, "__path__", TRY(list_new(0))));
    TRY(dict_set(interpreter.modules, name, module));
    TRY(vm_run_code((Code *)code, dict, dict, 0));
    return module;
}

FUNCTION(imp_override_frozen, "_override_frozen_modules_for_tests", "override, /",
         "(internal-only) Override PyConfig.use_frozen_modules.\n\n"
         "Negative: none but the import system's. Positive: all. 0: as the process was told.")
{
    int64_t override = 0;
    TRY(index_as_int64(args[0], &override));
    store_relaxed(&frozen_enabled, override ? override > 0 : config.frozen_modules);
    return None;
}

FUNCTION(imp_create_dynamic, "create_dynamic", "spec, file=None, /", "Create an extension module.")
{
    Value name = TRY(get_attr(args[0], TRY(str_intern_cstring("name"))));
    Value origin = TRY(get_attr(args[0], names.origin));
    if (!is_str(name) || !is_str(origin))
        return raise(TypeError, "module %s must be a string", is_str(name) ? "filename" : "name");
    TRY(str_cstring(name));
    TRY(str_cstring(origin));
    return raise_import_error(ImportError, name, origin,
                              "cannot import %V: extension modules are not supported", name);
}

/* ---- the import lock: held around changes of importlib's table of module locks */

static Mutex import_mutex;
static bool import_taken;    /* import_mutex was: by its owner only */
static Thread *import_owner; /* atomic */
static unsigned import_depth;

void import_lock(void)
{
    Thread *self = thread_self();
    if (load_relaxed(&import_owner) != self) {
        bool needed = load_relaxed(&locks_needed);
        mutex_lock(&import_mutex);
        import_taken = needed;
        store_relaxed(&import_owner, self);
    }
    import_depth++;
}

bool import_unlock(void)
{
    if (load_relaxed(&import_owner) != thread_self())
        return false;
    if (--import_depth == 0) {
        store_relaxed(&import_owner, (Thread *)0);
        if (import_taken) /* else a thread was started meanwhile */
            mutex_unlock(&import_mutex);
    }
    return true;
}

FUNCTION(imp_lock_held, "lock_held", "",
         "Return True if the import lock is currently held, else False.")
{
    return bool_value(load_relaxed(&import_owner));
}

FUNCTION(imp_acquire_lock, "acquire_lock", "",
         "Acquires the interpreter's import lock for the current thread.")
{
    import_lock();
    return None;
}

FUNCTION(imp_release_lock, "release_lock", "", "Release the interpreter's import lock.")
{
    return import_unlock() ? None : raise(RuntimeError, "not holding the import lock");
}

/* ---- byte code files */

static bool fix_filenames(Code *code, Value old, Value path)
{
    if (!str_equal(load_acquire(&code->filename), old))
        return true;
    gc_store(code, &code->filename, path);
    if (load_acquire(&code->body)) /* what is in it gets the name of its file from it */
        return true;
    for (intptr_t i = 0; i < tuple_length(code->consts); i++) {
        Value constant = tuple_get(code->consts, i);
        if (has_layout(constant, LAYOUT_CODE) && !fix_filenames((Code *)constant, old, path))
            return false;
    }
    return true;
}

void code_set_filename(Code *code, Value path)
{
    Value old = load_acquire(&code->filename);
    if (!str_equal(old, path))
        fix_filenames(code, old, path);
}

FUNCTION(imp_fix_co_filename, "_fix_co_filename", "code, path, /",
         "Changes code.co_filename to specify the passed-in file path.")
{
    if (!has_layout(args[0], LAYOUT_CODE) || !is_str(args[1]))
        return raise(TypeError, "_fix_co_filename() takes a code object and a str");
    code_set_filename((Code *)args[0], args[1]);
    return None;
}

FUNCTION(imp_source_hash, "source_hash", "key, source", "A hash of source, for byte code files.")
{
    int64_t key = 0;
    TRY(index_as_int64(args[0], &key));
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    uint64_t hash = hash_bytes(buffer.data, (size_t)buffer.size, &(HashKey){(uint64_t)key, 0});
    buffer_release(&buffer);
    return bytes_from((const char *)&hash, sizeof hash);
}

static MethodDef *const functions[] = {
    M(imp_is_builtin),         M(imp_create_builtin),      M(imp_exec_builtin),
    M(imp_extension_suffixes), M(imp_frozen_module_names), M(imp_is_frozen),
    M(imp_is_frozen_package),  M(imp_find_frozen),         M(imp_get_frozen_object),
    M(imp_create_dynamic),     M(imp_init_frozen),         M(imp_override_frozen),
    M(imp_lock_held),          M(imp_acquire_lock),        M(imp_release_lock),
    M(imp_fix_co_filename),    M(imp_source_hash),         0,
};

static bool execute(Value module)
{
    return module_add_string(module, "check_hash_based_pycs", "default");
}

const ModuleDef module_imp = {
    .name = "_imp",
    .doc = "(Extremely) low-level import machinery bits as used by importlib.",
    .functions = functions,
    .execute = execute,
};
