/* Unpickling globals and objects: finding classes, calling them, and setting their state. */
#include "core/audit.h"
#include "modules/pickle/pickle.h"

#include "core/attribute.h"
#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- Classes and functions by name ------------------------------------------------------- */

/* From what Python 2 called it. */
static bool map_names(Value *module_name, Value *name)
{
    Value mapped;
    Value key = TRY(tuple_of(*module_name, *name));
    TRY(dict_find(pickle_state.name_mapping, key, &mapped));
    if (mapped) {
        if (!is_tuple(mapped) || tuple_length(mapped) != 2)
            return raise(RuntimeError,
                         "_compat_pickle.NAME_MAPPING values should be 2-tuples, not %T", mapped);
        *module_name = tuple_get(mapped, 0);
        *name = tuple_get(mapped, 1);
        return (is_str(*module_name) && is_str(*name)) ||
               raise(RuntimeError,
                     "_compat_pickle.NAME_MAPPING values should be pairs of str, not (%T, %T)",
                     *module_name, *name);
    }
    TRY(dict_find(pickle_state.import_mapping, *module_name, &mapped));
    if (mapped && !is_str(mapped))
        return raise(RuntimeError, "_compat_pickle.IMPORT_MAPPING values should be strings, not %T",
                     mapped);
    if (mapped)
        *module_name = mapped;
    return true;
}

Value unpickler_find_class(Unpickler *u, Value module_name, Value name)
{
    TRY(AUDIT("pickle.find_class", module_name, name));
    int32_t proto = load_relaxed(&u->proto); /* the program may call this at any time */
    if (proto < 3 && load_relaxed(&u->fix_imports))
        TRY(map_names(&module_name, &name));
    if (!is_str(module_name))
        return raise(TypeError, "module name must be a string");
    Value module = TRY(import_hook(module_name));
    Value found;
    if (proto < 4 || !is_str(name)) {
        TRY(get_attr_optional(module, name, &found));
    } else {
        Value path = TRY(pickle_dotted_path(module, name));
        found = pickle_follow(module, path);
    }
    if (!found && !error_pending())
        return raise(AttributeError, "Can't get attribute %R on %R", name, module);
    return found;
}

METHOD(unpickler_find_class_method, "find_class", "module_name, global_name, /",
       "Return an object from a specified module.\n\n"
       "If necessary, the module will be imported. Subclasses may override\n"
       "this method (e.g. to restrict unpickling of arbitrary classes and\n"
       "functions).\n\n"
       "This method is called whenever a class or a function object is\n"
       "needed.  Both arguments passed are str objects.")
{
    return unpickler_find_class((Unpickler *)args[0], args[1], args[2]);
}

MethodDef *const unpickler_find_class_entry = M(unpickler_find_class_method);

/* By the method that a subclass may have. */
static Value find_class(Unpickler *u, Value module_name, Value name)
{
    if (type_of((Value)u) == &unpickler_type)
        return unpickler_find_class(u, module_name, name);
    return call_method2((Value)u, pickle_names.find_class, module_name, name);
}

/* A line without its end, as text. */
static Value take_name(Unpickler *u, bool ascii)
{
    intptr_t size;
    const char *line = (const char *)TRY(unpickle_line(u, &size));
    if (size < 2)
        return raise(UnpicklingError, "pickle data was truncated");
    return ascii ? codec_ascii_decode(line, size - 1, 0) : codec_utf8_decode(line, size - 1, 0, 0);
}

static Value take_class(Unpickler *u, bool ascii)
{
    Value module_name = TRY(take_name(u, ascii));
    return find_class(u, module_name, TRY(take_name(u, ascii)));
}

bool unpickle_global(Unpickler *u)
{
    return unpickle_push(u, TRY(take_class(u, false)));
}

bool unpickle_stack_global(Unpickler *u)
{
    Value name = TRY(unpickle_pop(u)), module_name = TRY(unpickle_pop(u));
    if (!is_str_exact(name) || !is_str_exact(module_name))
        return raise(UnpicklingError, "STACK_GLOBAL requires str");
    return unpickle_push(u, TRY(find_class(u, module_name, name)));
}

/* The registered name of an extension code; ValueError. */
static Value extension_key(int32_t code)
{
    Value key;
    TRY(dict_find(pickle_state.inverted_registry, int_small(code), &key));
    if (!key)
        return raise(ValueError, "unregistered extension code %ld", (long)code);
    if (!is_tuple(key) || tuple_length(key) != 2 || !is_str(tuple_get(key, 0)) ||
        !is_str(tuple_get(key, 1)))
        return raise(ValueError, "_inverted_registry[%ld] isn't a 2-tuple of strings", (long)code);
    return key;
}

bool unpickle_extension(Unpickler *u, int width)
{
    const unsigned char *data = TRY(unpickle_take(u, width));
    int32_t code = 0;
    Value found;
    memcpy(&code, data, (size_t)width);
    if (code <= 0)
        return raise(UnpicklingError, "EXT specifies code <= 0");
    TRY(dict_find(pickle_state.extension_cache, int_small(code), &found));
    if (found)
        return unpickle_push(u, found);
    Value key = TRY(extension_key(code));
    found = TRY(find_class(u, tuple_get(key, 0), tuple_get(key, 1)));
    return dict_set(pickle_state.extension_cache, int_small(code), found) &&
           unpickle_push(u, found);
}

/* ---- Persistent ids ---------------------------------------------------------------------- */

METHOD(unpickler_persistent_load, "persistent_load", "pid, /", 0)
{
    return raise(UnpicklingError, "A load persistent id instruction was encountered, but no "
                                  "persistent_load function was specified.");
}

MethodDef *const unpickler_persistent_load_entry = M(unpickler_persistent_load);

static bool push_persistent(Unpickler *u, Value pid)
{
    Value hook = u->find_persistent;
    Value found = hook ? call1(hook, pid) : unpickler_persistent_load((Value[]){(Value)u, pid});
    return found && unpickle_push(u, found);
}

bool unpickle_persistent(Unpickler *u)
{
    intptr_t size;
    const char *line = (const char *)TRY(unpickle_line(u, &size));
    Value pid = codec_ascii_decode(line, size - 1, 0);
    if (!pid && error_clear_if(UnicodeDecodeError))
        return raise(UnpicklingError, "persistent IDs in protocol 0 must be ASCII strings");
    return pid && push_persistent(u, pid);
}

bool unpickle_binary_persistent(Unpickler *u)
{
    return push_persistent(u, TRY(unpickle_pop(u)));
}

/* ---- Instances --------------------------------------------------------------------------- */

static Value instantiate(Value cls, Value args)
{
    if (!tuple_length(args) && is_type(cls)) {
        Value initargs;
        TRY(get_attr_optional(cls, pickle_names.__getinitargs__, &initargs));
        if (!initargs)
            return call_method1(cls, names.__new__, cls);
    }
    return call_tuple_dict(cls, args, 0);
}

bool unpickle_inst(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    Value cls = TRY(take_class(u, true)), args = TRY(unpickle_pop_tuple(u, start));
    return unpickle_push(u, TRY(instantiate(cls, args)));
}

bool unpickle_obj(Unpickler *u)
{
    intptr_t start = TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false);
    if (u->depth - start < 1)
        return unpickle_underflow(u);
    Value args = TRY(unpickle_pop_tuple(u, start + 1)), cls = TRY(unpickle_pop(u));
    return unpickle_push(u, TRY(instantiate(cls, args)));
}

static bool check_newobj(const char *which, Value cls, Value args, Value kwargs)
{
    if (!is_type(cls))
        return raise(UnpicklingError, "%s class argument must be a type, not %T", which, cls);
    if (!((Type *)cls)->make)
        return raise(UnpicklingError, "%s class argument '%N' doesn't have __new__", which,
                     (Type *)cls);
    if (!is_tuple(args))
        return raise(UnpicklingError, "%s args argument must be a tuple, not %T", which, args);
    if (kwargs && !is_dict(kwargs))
        return raise(UnpicklingError, "%s kwargs argument must be a dict, not %T", which, kwargs);
    return true;
}

bool unpickle_newobj(Unpickler *u)
{
    Value args = TRY(unpickle_pop(u)), cls = TRY(unpickle_pop(u));
    TRY(check_newobj("NEWOBJ", cls, args, 0));
    Value object = TRY(
        ((Type *)cls)->make((Type *)cls, ((Tuple *)args)->items, (size_t)tuple_length(args), 0));
    return unpickle_push(u, object);
}

/* cls.__new__(cls, *args, **kwargs) */
bool unpickle_newobj_ex(Unpickler *u)
{
    Value kwargs = TRY(unpickle_pop(u)), args = TRY(unpickle_pop(u)), cls = TRY(unpickle_pop(u));
    TRY(check_newobj("NEWOBJ_EX", cls, args, kwargs));
    intptr_t count = tuple_length(args);
    Value all = TRY(tuple_new(count + 1));
    tuple_init(all, 0, cls);
    for (intptr_t i = 0; i < count; i++)
        tuple_init(all, i + 1, tuple_get(args, i));
    Value make = TRY(get_attr(cls, names.__new__));
    return unpickle_push(u, TRY(call_tuple_dict(make, all, kwargs)));
}

bool unpickle_reduce(Unpickler *u)
{
    Value args = TRY(unpickle_pop(u)), function = TRY(unpickle_pop(u));
    if (!is_tuple(args))
        return raise(TypeError, "argument list must be a tuple");
    Value result = call(function, ((Tuple *)args)->items, (size_t)tuple_length(args), 0);
    return result && unpickle_push(u, result);
}

/* ---- Their state ------------------------------------------------------------------------- */

static Value interned(Value key)
{
    return is_str_exact(key) ? str_intern(key) : key;
}

/* Attributes straight into the object, where `__dict__` means nothing else. */
static bool set_attributes(Value object, Value state)
{
    Value key, value;
    intptr_t position = 0;
    bool found;
    while (dict_next(state, &position, &key, &value)) {
        if (!is_str_exact(key)) {
            Value dict = TRY(instance_dict(object));
            TRY(dict_set(dict, key, value));
            continue;
        }
        TRY(instance_store(object, TRY(str_intern(key)), value, &found));
    }
    return true;
}

static bool set_dict_state(Value object, Value state)
{
    if (!is_dict(state))
        return raise(UnpicklingError, "state is not a dictionary");
    if (instance_has_plain_dict(object))
        return set_attributes(object, state);
    Value dict = TRY(get_attr(object, names.__dict__)), key, value;
    intptr_t position = 0;
    while (dict_next(state, &position, &key, &value))
        TRY(set_item(dict, TRY(interned(key)), value));
    return true;
}

static bool set_slot_state(Value object, Value state)
{
    Value key, value;
    intptr_t position = 0;
    if (!is_dict(state))
        return raise(UnpicklingError, "slot state is not a dictionary");
    while (dict_next(state, &position, &key, &value))
        TRY(set_attr(object, key, value));
    return true;
}

static bool set_state(Value object, Value state)
{
    Value setter;
    TRY(get_attr_optional(object, names.__setstate__, &setter));
    if (setter)
        return call1(setter, state) != 0;
    Value slot_state = 0;
    if (is_tuple(state) && tuple_length(state) == 2) {
        slot_state = tuple_get(state, 1);
        state = tuple_get(state, 0);
    }
    if (state != None)
        TRY(set_dict_state(object, state));
    return !slot_state || set_slot_state(object, slot_state);
}

bool unpickle_build(Unpickler *u)
{
    if (u->depth - 2 < u->fence)
        return unpickle_underflow(u);
    Value state = TRY(unpickle_pop(u));
    return set_state(TRY(unpickle_top(u)), state);
}
