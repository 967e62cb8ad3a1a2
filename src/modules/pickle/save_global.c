/* Pickling classes, functions and other things by the name under which they can be imported. */
#include "modules/pickle/pickle.h"

#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_inline.h"
#include "types/tuple.h"
#include "vm/state.h"

/* ---- Names ------------------------------------------------------------------------------ */

Value pickle_dotted_path(Value where, Value name)
{
    Value path = TRY(list_new(1));
    intptr_t length = str_length(name), start = 0;
    for (intptr_t i = 0; i <= length; i++) {
        if (i < length && str_char(name, i) != '.')
            continue;
        Value part = TRY(str_substring(name, start, i));
        if (str_equal(part, pickle_state.locals_name))
            return where ? raise(AttributeError, "Can't get local attribute %R on %R", name, where)
                         : raise(AttributeError, "Can't get local object %R", name);
        TRY(list_append(path, part));
        start = i + 1;
    }
    return path;
}

/* The same without an exception if there is no such attribute: *found 0. */
static bool follow(Value where, Value path, Value *parent, Value *found)
{
    *found = where;
    for (intptr_t i = 0; i < list_length(path); i++) {
        *parent = *found;
        TRY(get_attr_optional(*parent, list_get(path, i), found));
        if (!*found)
            return true;
    }
    return true;
}

Value pickle_follow(Value where, Value path)
{
    Value parent, found;
    return follow(where, path, &parent, &found) ? found : 0;
}

/* ---- The module of an object that does not know it --------------------------------------- */

/* Does the module have the object under this name? 1, 0, -1. */
static int is_in_module(Value module, Value module_name, Value path, Value object)
{
    Value parent, found;
    if (module == None || (is_str(module_name) && str_equals(module_name, "__main__")))
        return 0;
    TRY_OR(follow(module, path, &parent, &found), -1);
    return found && object_is(found, object);
}

static Value search_modules(Value object, Value path)
{
    Value modules = interpreter.modules;
    Value names_list = is_dict(modules) ? dict_keys_list(modules) : list_from_iterable(modules);
    TRY(names_list);
    for (intptr_t i = 0; i < list_length(names_list); i++) {
        Value name = list_get(names_list, i);
        Value module = is_dict(modules) ? dict_get(modules, name) : get_item(modules, name);
        if (error_pending())
            return 0;
        if (module && TRY_NOT_NEGATIVE(is_in_module(module, name, path, object), 0))
            return name;
    }
    return names.__main__;
}

static Value module_name_of(Value object, Value path)
{
    Value name;
    TRY(get_attr_optional(object, names.__module__, &name));
    return name && name != None ? name : search_modules(object, path);
}

/* ---- Finding it, as unpickling will ------------------------------------------------------ */

typedef struct Global {
    Value object, module_name, name; /* name: as it was found, with dots */
    Value path;                      /* its parts */
    Value module, parent;            /* what the last part was found in */
} Global;

static bool import_module_of(Global *g)
{
    g->module = is_str(g->module_name) ? import_hook(g->module_name) : 0;
    if (g->module)
        return true;
    error_clear();
    return raise(PicklingError, "Can't pickle %R: import of module %R failed", g->object,
                 g->module_name);
}

static bool look_up(Global *g, Value name)
{
    if (!name)
        TRY(get_attr_optional(g->object, names.__qualname__, &name));
    if (!name)
        name = TRY(get_attr(g->object, names.__name__));
    if (!is_str(name))
        return raise(TypeError, "must be str, not %T", name);
    g->name = name;
    Value found;
    g->path = TRY(pickle_dotted_path(0, name));
    g->module_name = TRY(module_name_of(g->object, g->path));
    TRY(import_module_of(g));
    if (!follow(g->module, g->path, &g->parent, &found)) {
        error_clear();
        found = 0;
    }
    if (!found)
        return raise(PicklingError, "Can't pickle %R: attribute lookup %V on %V failed", g->object,
                     g->name, g->module_name);
    if (!object_is(found, g->object))
        return raise(PicklingError, "Can't pickle %R: it's not the same object as %V.%V", g->object,
                     g->module_name, g->name);
    return true;
}

/* ---- Extension codes (PEP 307) ----------------------------------------------------------- */

static bool save_extension(Pickler *p, Value code)
{
    int64_t n;
    TRY(index_as_int64(code, &n));
    if (n <= 0 || n > INT32_MAX)
        return raise(RuntimeError, "extension code %ld is out of range", (long)n);
    char *out = TRY(pickle_room(p, 5));
    out[0] = (char)(n < 0x100 ? PICKLE_EXT1 : n < 0x10000 ? PICKLE_EXT2 : PICKLE_EXT4);
    pickle_put_u32(out + 1, (uint32_t)n);
    pickle_advance(p, n < 0x100 ? 2 : n < 0x10000 ? 3 : 5);
    return true;
}

/* Its registered code, or *code 0. */
static bool extension_code(const Global *g, Value *code)
{
    return dict_find(pickle_state.extension_registry, TRY(tuple_of(g->module_name, g->name)), code);
}

/* ---- Writing the name -------------------------------------------------------------------- */

/* To what Python 2 called it. */
static bool map_names(Value *module_name, Value *name)
{
    Value mapped;
    Value key = TRY(tuple_of(*module_name, *name));
    TRY(dict_find(pickle_state.reverse_name_mapping, key, &mapped));
    if (mapped) {
        if (!is_tuple(mapped) || tuple_length(mapped) != 2)
            return raise(RuntimeError,
                         "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not %T",
                         mapped);
        *module_name = tuple_get(mapped, 0);
        *name = tuple_get(mapped, 1);
        return (is_str(*module_name) && is_str(*name)) ||
               raise(RuntimeError,
                     "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not "
                     "(%T, %T)",
                     *module_name, *name);
    }
    TRY(dict_find(pickle_state.reverse_import_mapping, *module_name, &mapped));
    if (mapped && !is_str(mapped))
        return raise(RuntimeError,
                     "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not %T",
                     mapped);
    if (mapped)
        *module_name = mapped;
    return true;
}

static bool write_identifier(Pickler *p, Value name, const char *message)
{
    size_t size;
    const char *text = str_utf8(name, &size);
    if (!text && !error_clear_if(UnicodeEncodeError))
        return false;
    if (!text || (p->proto < 3 && !((Str *)name)->ascii))
        return raise(PicklingError, message, name, p->proto);
    return pickle_write(p, text, (intptr_t)size) && pickle_write(p, "\n", 1);
}

static bool write_global(Pickler *p, Value module_name, Value name)
{
    if (p->fix_imports)
        TRY(map_names(&module_name, &name));
    return pickle_op(p, PICKLE_GLOBAL) &&
           write_identifier(p, module_name,
                            "can't pickle module identifier '%V' using pickle protocol %i") &&
           write_identifier(p, name,
                            "can't pickle global identifier '%V' using pickle protocol %i");
}

/* Old protocols have names without dots: getattr(getattr(module.a, 'b'), 'c'). */
static bool write_path(Pickler *p, const Global *g)
{
    intptr_t length = list_length(g->path);
    for (intptr_t i = 1; i < length; i++)
        TRY(pickle_save(p, pickle_state.getattr) && (p->proto >= 2 || pickle_op(p, PICKLE_MARK)));
    TRY(write_global(p, g->module_name, list_get(g->path, 0)));
    for (intptr_t i = 1; i < length; i++)
        TRY(pickle_save(p, list_get(g->path, i)) &&
            pickle_op(p, p->proto < 2 ? PICKLE_TUPLE : PICKLE_TUPLE2) &&
            pickle_op(p, PICKLE_REDUCE));
    return true;
}

static bool save_by_name(Pickler *p, const Global *g)
{
    bool in_module = g->parent == g->module;
    Value name = in_module ? list_get(g->path, list_length(g->path) - 1) : g->name;
    if (p->proto >= 4)
        return pickle_save(p, g->module_name) && pickle_save(p, name) &&
               pickle_op(p, PICKLE_STACK_GLOBAL);
    return in_module ? write_global(p, g->module_name, name) : write_path(p, g);
}

bool pickle_save_global(Pickler *p, Value object, Value name)
{
    Global g = {.object = object};
    TRY(look_up(&g, name));
    if (p->proto >= 2) {
        Value code;
        TRY(extension_code(&g, &code));
        if (code)
            return save_extension(p, code);
    }
    return save_by_name(p, &g) && pickle_put(p, object);
}

/* type(None) and its kin have no name to be imported by. */
bool pickle_save_type(Pickler *p, Value type)
{
    Value sole = type == (Value)&none_type             ? None
                 : type == (Value)&ellipsis_type       ? Ellipsis
                 : type == (Value)&notimplemented_type ? NotImplemented
                                                       : 0;
    if (!sole)
        return pickle_save_global(p, type, 0);
    Value args = TRY(tuple_of(sole));
    return pickle_save_reduced(p, TRY(tuple_of((Value)&type_type, args)), type);
}
