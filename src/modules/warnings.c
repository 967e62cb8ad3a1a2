/* The _warnings module: which warnings are shown, after the filters of the warnings module, or our
 * own default ones until it is imported. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "modules/_contextvars.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"
#include "vm/generator.h"
#include "vm/state.h"

/* Roots; replaced by attributes of the warnings module once that is there. */
static struct WarningState {
    Value filters, once_registry, default_action;
    Value context; /* the ContextVar of lib/warnings.py: what a catch_warnings block sees */
    Value internal_parts[2]; /* of the names of importlib's files; immutable after init */
    Value registry_name;     /* immutable after init */
} state;
static uint64_t filters_version = 1; /* atomic */

/* What the warnings module has under this name; if it has it no more, what it had last. 0: an
 * exception. */
static Value setting(const char *name, Value *last)
{
    Value value = warnings_attribute(name);
    if (value)
        root_store(last, value);
    return value || error_pending() ? value : load_acquire(last);
}

/* ---- filters */

/* A pattern of a filter: None, a str that must be equal, or a compiled regular expression. */
static int pattern_matches(Value pattern, Value text)
{
    if (pattern == None)
        return 1;
    if (is_str_exact(pattern))
        return object_equal(pattern, text);
    Value match = get_attr_string(pattern, "match");
    Value result = match ? call1(match, text) : 0;
    return result ? object_truth(result) : -1;
}

static int filter_matches(Value filter, Value category, Value text, Value module, Value lineno)
{
    int ok = pattern_matches(tuple_get(filter, 1), text);
    if (ok > 0)
        ok = object_issubclass(category, tuple_get(filter, 2));
    if (ok > 0)
        ok = pattern_matches(tuple_get(filter, 3), module);
    Value line = tuple_get(filter, 4);
    if (ok > 0 && line != int_small(0))
        ok = object_equal(line, lineno);
    return ok;
}

/* The filters of a catch_warnings block that is under way in this context, or those of all. */
static Value current_filters(void)
{
    Value context = context_variable_get(state.context);
    if (context ? context != None : error_pending())
        return context ? get_attr_string(context, "filters") : 0;
    return setting("filters", &state.filters);
}

/* The action for a warning; *item is the filter that says so, or None. */
static Value find_action(Value category, Value text, Value module, Value lineno, Value *item)
{
    Value filters = TRY(current_filters());
    if (!is_list(filters))
        return raise(ValueError, "_warnings.filters must be a list");
    for (intptr_t i = 0; i < list_length(filters); i++) {
        Value filter = list_get(filters, i);
        if (!filter)
            break;
        if (!is_tuple(filter) || tuple_length(filter) != 5)
            return raise(ValueError, "_warnings.filters item %zd isn't a 5-tuple", i);
        int matches = filter_matches(filter, category, text, module, lineno);
        if (matches < 0)
            return 0;
        if (matches) {
            *item = filter;
            return tuple_get(filter, 0);
        }
    }
    *item = None;
    return setting("defaultaction", &state.default_action);
}

/* ---- registries */

/* Whether `key` is in the registry, which forgets all when the filters have changed. With `set`
 * it is from now on. */
static int already_warned(Value registry, Value key, bool set)
{
    if (registry == None)
        return 0;
    if (!is_dict(registry)) {
        raise(TypeError, "'registry' must be a dict or None");
        return -1;
    }
    Value version = int_small((intptr_t)load_relaxed(&filters_version));
    Value seen = dict_get_cstring(registry, "version");
    if (seen != version) {
        if (!dict_clear(registry) || !dict_set_cstring(registry, "version", version))
            return -1;
    } else {
        Value value = dict_get(registry, key);
        if (!value && error_pending())
            return -1;
        int truth = value ? object_truth(value) : 0;
        if (truth)
            return truth;
    }
    return set && !dict_set(registry, key, True) ? -1 : 0;
}

/* Whether an action other than "ignore" and "error" leads to the warning being shown. */
static int is_to_be_shown(Value action, Value item, Value registry, Value key, Value text,
                          Value category)
{
    int seen = 0;
    if (str_equals(action, "always") || str_equals(action, "all"))
        return 1;
    if (registry != None && !dict_set(registry, key, True))
        return -1;
    if (str_equals(action, "once")) {
        Value once = setting("onceregistry", &state.once_registry);
        Value once_key = once ? tuple_of(text, category) : 0;
        seen = once_key ? already_warned(once, once_key, true) : -1;
    } else if (str_equals(action, "module")) {
        Value module_key = tuple_of(text, category, int_small(0));
        seen = module_key ? already_warned(registry, module_key, true) : -1;
    } else if (!str_equals(action, "default")) {
        raise(RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %V", action, item);
        return -1;
    }
    return seen < 0 ? -1 : !seen;
}

/* ---- showing */

/* The line of a file without what surrounds it, or 0 without an exception. */
static Value source_line(Value filename, int64_t lineno)
{
    size_t size, capacity = 0;
    const char *path = str_to_fs(filename, &size);
    FILE *file = path && strlen(path) == size ? fopen(path, "re") : 0;
    char *text = 0;
    ssize_t length = -1;
    for (int64_t i = 0; file && i < lineno; i++)
        if ((length = getline(&text, &capacity, file)) < 0)
            break;
    Value line = 0;
    if (file && length > 0) {
        char *start = text + strspn(text, " \t\f");
        char *end = text + length;
        while (end > start && strchr(" \t\f\r\n", end[-1]))
            end--;
        line = end > start ? str_from_utf8(start, (size_t)(end - start)) : 0;
    }
    free(text);
    if (file)
        fclose(file);
    error_clear();
    return line;
}

static bool show_plainly(Value text, Value category, Value filename, Value lineno, Value source)
{
    Value name = TRY(get_attr(category, names.__name__)); /* of any callable */
    Value err = sys_get("stderr");
    if (!err || err == None)
        return true;
    Value line = str_format("%V:%V: %V: %V\n", filename, lineno, name, text);
    if (!line || !call_method1(err, names.write, line))
        error_clear();
    if (!source && is_int(lineno))
        source = source_line(filename, int_value(lineno));
    line = source ? str_format("  %V\n", source) : 0;
    if (source && (!line || !call_method1(err, names.write, line)))
        error_clear();
    return true;
}

/* `source` is the object that the warning is about or None, `line` the source line if known, or 0.
 */
static bool show(Value message, Value text, Value category, Value filename, Value lineno,
                 Value source, Value line)
{
    Value function = warnings_attribute("_showwarnmsg");
    if (!function)
        return error_pending() ? false : show_plainly(text, category, filename, lineno, line);
    Value class = TRY(warnings_attribute("WarningMessage"));
    Value description =
        TRY(call(class, (Value[]){message, category, filename, lineno, None, None, source}, 7, 0));
    return call1(function, description) != 0;
}

static bool explicit(Value category, Value message, Value filename, Value lineno, Value module,
                     Value registry, Value source, Value line)
{
    if (module == None) {
        intptr_t n = str_length(filename);
        bool python = n > 3 && str_equals(TRY(str_substring(filename, n - 3, n)), ".py");
        module = n ? python ? TRY(str_substring(filename, 0, n - 3)) : filename
                   : TRY(str_from_cstring("<unknown>"));
    }
    if (registry != None && !is_dict(registry)) {
        raise(TypeError, "'registry' must be a dict or None");
        return false;
    }
    Value text;
    if (is_instance_of(message, Warning)) {
        text = TRY(object_str(message));
        category = (Value)type_of(message);
    } else {
        text = message;
        message = TRY(call1(category, message));
    }
    Value key = TRY(tuple_of(text, category, lineno)), item = None;
    int seen = already_warned(registry, key, false);
    if (seen)
        return seen > 0;
    Value action = TRY(find_action(category, text, module, lineno, &item));
    if (!is_str(action)) {
        raise(TypeError, "action must be a string, not '%T'", action);
        return false;
    }
    if (str_equals(action, "error"))
        return raise_object(message);
    if (str_equals(action, "ignore"))
        return true;
    int shown = is_to_be_shown(action, item, registry, key, text, category);
    return shown > 0 ? show(message, text, category, filename, lineno, source, line) : shown == 0;
}

/* ---- where a warning points */

static bool is_internal(Frame *frame)
{
    Value filename = load_acquire(&frame->code->filename);
    intptr_t length = str_length(filename);
    return str_find(filename, state.internal_parts[0], 0, length) >= 0 &&
           str_find(filename, state.internal_parts[1], 0, length) >= 0;
}

static bool has_skipped_prefix(Frame *frame, Value prefixes)
{
    for (intptr_t i = 0; prefixes && i < tuple_length(prefixes); i++) {
        Value prefix = tuple_get(prefixes, i);
        intptr_t n = str_length(prefix);
        if (str_find(load_acquire(&frame->code->filename), prefix, 0, n) == 0)
            return true;
    }
    return false;
}

static Frame *next_frame(Frame *frame, Value prefixes)
{
    do {
        frame = frame->caller;
    } while (frame && (is_internal(frame) || has_skipped_prefix(frame, prefixes)));
    return frame;
}

static Frame *frame_at_level(intptr_t level, Value prefixes)
{
    Frame *frame = thread_self()->frame;
    if (level <= 0 || (frame && is_internal(frame))) {
        while (--level > 0 && frame)
            frame = frame->caller;
    } else {
        while (--level > 0 && frame)
            frame = next_frame(frame, prefixes);
    }
    return frame;
}

static Value registry_of(Value globals)
{
    Value registry = dict_get_str(globals, state.registry_name);
    return registry ? registry : dict_set_default(globals, state.registry_name, TRY(dict_new()));
}

static bool warn_at(Value category, Value message, intptr_t level, Value source, Value prefixes)
{
    Frame *frame = frame_at_level(level, prefixes);
    Value globals = frame ? frame->function->globals : interpreter.sys_dict;
    Value filename = frame ? load_acquire(&frame->code->filename) : TRY(str_from_cstring("<sys>"));
    Value lineno = int_small(frame ? frame_line(frame) : 0);
    Value registry = TRY(registry_of(globals));
    Value module = dict_get_str(globals, names.__name__);
    if (!module || !is_str(module))
        module = TRY(str_from_cstring("<string>"));
    return explicit(category, message, filename, lineno, module, registry, source, 0);
}

static bool warn_from_core(Value message, Type *category, int level, Value source)
{
    return warn_at((Value)category, message, level, source, 0);
}

static bool warn_explicit_from_core(Type *category, Value message, Value filename, int lineno,
                                    bool registered)
{
    Frame *frame = registered ? frame_at_level(1, 0) : 0;
    Value registry = frame ? TRY(registry_of(frame->function->globals)) : None;
    return explicit((Value)category, message, filename, int_small(lineno), None, registry, None, 0);
}

/* ---- functions */

static Value check_category(Value message, Value category)
{
    if (is_instance_of(message, Warning))
        return (Value)type_of(message);
    if (category == None)
        return (Value)UserWarning;
    if (!is_type(category) || !type_is_subtype((Type *)category, Warning))
        return raise(TypeError, "category must be a Warning subclass, not '%T'", category);
    return category;
}

FUNCTION(warnings_warn, "warn",
         "message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=()",
         "Issue a warning, or maybe ignore it or raise an exception.")
{
    Value category = TRY(check_category(args[0], args[1]));
    intptr_t level = TRY_INDEX(args[2]);
    if (!is_tuple(args[4]))
        return raise(TypeError, "warn() argument 'skip_file_prefixes' must be tuple, not %B",
                     args[4]);
    for (intptr_t i = 0; i < tuple_length(args[4]); i++)
        if (!is_str(tuple_get(args[4], i)))
            return raise(TypeError, "Found non-str '%T' in skip_file_prefixes.",
                         tuple_get(args[4], i));
    bool skips = tuple_length(args[4]) > 0;
    if (skips && level < 2)
        level = 2;
    TRY(warn_at(category, args[0], level, args[3], skips ? args[4] : 0));
    return None;
}

/* The line as the loader of a module with these globals tells it; None if it does not. */
static Value line_from_loader(Value globals, intptr_t lineno)
{
    Value get_source, importlib = TRY(import_by_name("_frozen_importlib_external"));
    Value bless = TRY(get_attr_string(importlib, "_bless_my_loader"));
    Value loader = TRY(call1(bless, globals));
    Value name = dict_get_str(globals, names.__name__);
    if (loader == None || !name)
        return None;
    TRY(get_attr_optional(loader, TRY(str_intern_cstring("get_source")), &get_source));
    if (!get_source)
        return None;
    Value source = TRY(call1(get_source, name));
    if (source == None)
        return None;
    if (!is_str(source))
        return raise(TypeError, "must be str, not %T", source);
    Value lines = TRY(call1(TRY(get_attr_string((Value)&str_type, "splitlines")), source));
    return get_item(lines, int_small(lineno - 1));
}

FUNCTION(warnings_warn_explicit, "warn_explicit",
         "message, category, filename, lineno, module=None, registry=None, module_globals=None, "
         "source=None",
         "Issue a warning, or maybe ignore it or raise an exception.")
{
    if (!is_str(args[2]))
        return raise(TypeError, "warn_explicit() argument 'filename' must be str, not %B", args[2]);
    intptr_t lineno = TRY_INDEX(args[3]);
    if (args[6] != None && !is_dict(args[6]))
        return raise(TypeError, "module_globals must be a dict, not '%T'", args[6]);
    Value line = args[6] == None ? None : TRY(line_from_loader(args[6], lineno));
    TRY(explicit(args[1], args[0], args[2], args[3], args[4], args[5], args[7],
                 line == None ? 0 : line));
    return None;
}

FUNCTION(warnings_filters_mutated, "_filters_mutated", "", "")
{
    fetch_add_relaxed(&filters_version, (uint64_t)1);
    return None;
}

static MethodDef *const functions[] = {M(warnings_warn), M(warnings_warn_explicit),
                                       M(warnings_filters_mutated), 0};

static Value new_filter(const char *action, Type *category, const char *module)
{
    return tuple_of(str_intern_cstring(action), None, (Value)category,
                    module ? str_intern_cstring(module) : None, int_small(0));
}

static bool execute(Value module)
{
    gc_add_root((Value *)(void *)&state, sizeof state / sizeof(Value));
    root_store(&state.filters, TRY(list_new(5)));
    root_store(&state.once_registry, TRY(dict_new()));
    root_store(&state.default_action, TRY(str_intern_cstring("default")));
    state.internal_parts[0] = TRY(str_intern_cstring("importlib"));
    state.internal_parts[1] = TRY(str_intern_cstring("_bootstrap"));
    state.registry_name = TRY(str_intern_cstring("__warningregistry__"));
    if (!state.context) /* one for all instances of this module */
        root_store(&state.context, TRY(context_variable_new("warnings_context", 0)));
    const struct {
        const char *action;
        Type *category;
        const char *module;
    } defaults[] = {{"default", DeprecationWarning, "__main__"},
                    {"ignore", DeprecationWarning, 0},
                    {"ignore", PendingDeprecationWarning, 0},
                    {"ignore", ImportWarning, 0},
                    {"ignore", ResourceWarning, 0}};
    for (size_t i = 0; i < COUNT_OF(defaults); i++) {
        Value filter =
            TRY(new_filter(defaults[i].action, defaults[i].category, defaults[i].module));
        TRY(list_append(state.filters, filter));
    }
    store_release(&warn_hook, warn_from_core);
    store_release(&warn_explicit_hook, warn_explicit_from_core);
    return module_add(module, "filters", state.filters) &&
           module_add(module, "_context", state.context) &&
           module_add(module, "_onceregistry", state.once_registry) &&
           module_add(module, "_defaultaction", state.default_action);
}

const ModuleDef module__warnings = {
    .name = "_warnings",
    .doc = "_warnings provides basic warning filtering support.\n"
           "It is a helper module to speed up interpreter start-up.",
    .functions = functions,
    .execute = execute,
};
