/* Start and end of the runtime. */
#include "vm/startup.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/lock.h"
#include "base/os_mem.h"
#include "compile/positions.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/start.h"
#include "gc/gil.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/traceback.h"
#include "types/tuple.h"
#include "vm/cache.h"
#include "vm/config.h"
#include "vm/finish.h"
#include "vm/frame_locals.h"
#include "vm/generator.h"
#include "vm/hooks.h"
#include "vm/import.h"
#include "vm/import_missing.h"
#include "vm/operations.h"
#include "vm/monitoring.h"
#include "vm/state.h"

struct RuntimeHooks runtime_hooks;
static void vm_start(void)
{
    import_hook = import_absolute;
    module_missing_hook = raise_no_module_attribute;
    collect_hook = vm_collect_inside;
    rest_hook = vm_rest;
    result_place_hook = vm_result_place;
    last_use_hook = vm_is_last_use;
    traceback_line_hook = traceback_line;
    builtins_hook = builtins_of_running;
    code_start();
    function_start();
    generator_start();
    frame_object_start();
    cache_start();
}

/* A builtin module made and put into sys.modules. */
static Value start_module(const char *name)
{
    const ModuleDef *def = runtime_hooks.builtin_module(name);
    Value module = TRY(module_create(def));
    TRY(dict_set_cstring(interpreter.modules, name, module));
    return module;
}

static bool start_builtins_and_sys(void)
{
    interpreter.modules = TRY(dict_new());
    const ModuleDef *def = runtime_hooks.builtin_module("builtins");
    Value builtins = TRY(module_create(def));
    interpreter.builtins = module_dict(builtins);
    TRY(dict_set_cstring(interpreter.modules, "builtins", builtins));
    TRY(start_module("sys"));
    /* Until there are streams, what -v has to say about imports is lost. */
    return sys_set("stdout", None) && sys_set("stderr", None);
}

/* importlib._bootstrap, run as _frozen_importlib, then told about sys and _imp. */
static bool start_importlib(void)
{
    import_hook = import_absolute;
    Value module = TRY(module_new(TRY(str_intern_cstring("_frozen_importlib"))));
    Value code = TRY(runtime_hooks.frozen_code("_frozen_importlib"));
    Value dict = module_dict(module);
    TRY(dict_set_cstring(dict, "__builtins__", dict_get_cstring(interpreter.modules, "builtins")));
    TRY(dict_set_cstring(dict, "__origname__", TRY(str_from_cstring("importlib._bootstrap"))));
    TRY(dict_set_cstring(interpreter.modules, "_frozen_importlib", module));
    TRY(vm_run_code((Code *)code, dict, dict, 0));
    Value imp = TRY(start_module("_imp"));
    Value sys = dict_get_cstring(interpreter.modules, "sys");
    TRY(call2(TRY(get_attr_string(module, "_install")), sys, imp));
    interpreter.importlib = module;
    TRY(call0(TRY(get_attr_string(module, "_install_external_importers"))));
    interpreter.importlib_external =
        TRY(import_absolute(TRY(str_intern_cstring("_frozen_importlib_external"))));
    return true;
}

static bool locale_is_utf8(void)
{
    return config.utf8_mode || !config.locale_encoding || !strcmp(config.locale_encoding, "UTF-8");
}

/* Names are in the locale's encoding, if there is a codec for it: two of them there are before
 * anything can be imported. */
static bool start_first_names(void)
{
    if (locale_is_utf8())
        return true;
    if (!strcmp(config.locale_encoding, "ANSI_X3.4-1968"))
        str_set_fs_encoding("ascii");
    else if (!strcmp(config.locale_encoding, "ISO-8859-1"))
        str_set_fs_encoding("iso8859-1");
    return true;
}

static bool start_names(void)
{
    if (locale_is_utf8())
        return true;
    Value info = codec_lookup(config.locale_encoding);
    Value name = info ? get_attr_string(info, "name") : 0;
    const char *text = name && is_str(name) ? str_cstring(name) : 0;
    error_clear(); /* without a codec: as UTF-8 */
    if (text && (text = strdup(text)) != 0)
        str_set_fs_encoding(text);
    return true;
}

static bool path_append(Value list, const char *text, size_t size)
{
    return list_append(list, TRY(str_from_fs(text, size)));
}

/* The importer of zip archives comes first among the hooks. It is imported while sys.path is only
 * the library: a hook that does not know archives would leave those of PYTHONPATH in
 * sys.path_importer_cache as places without an importer. */
static bool start_zipimport(void)
{
    Value list = TRY(list_new(1));
    TRY(path_append(list, config.stdlib, strlen(config.stdlib)));
    TRY(sys_set("path", list));
    Value module = TRY(import_absolute(TRY(str_intern_cstring("zipimport"))));
    Value importer = TRY(get_attr_string(module, "zipimporter"));
    return list_insert(TRY(sys_get("path_hooks")), 0, importer);
}

/* sys.path without the script's directory, which comes when it is known. */
static bool start_path(void)
{
    Value list = TRY(list_new(4));
    for (int i = 0; i < config.path_count; i++)
        TRY(path_append(list, config.paths[i], strlen(config.paths[i])));
    if (config.has_paths)
        return sys_set("path", list);
    const char *extra = config_environment("PYTHONPATH");
    while (extra && *extra) {
        const char *colon = strchr(extra, ':');
        size_t size = colon ? (size_t)(colon - extra) : strlen(extra);
        TRY(path_append(list, extra, size));
        extra = colon ? colon + 1 : 0;
    }
    /* First, as some stand for modules of the library that look into CPython. */
    if (config.own_library)
        TRY(path_append(list, config.own_library, strlen(config.own_library)));
    TRY(path_append(list, config.stdlib, strlen(config.stdlib)));
    return sys_set("path", list);
}

/* ---- standard streams */

static Value call_keywords(Value callee, Value *args, size_t nargs, const char *const *keywords,
                           size_t count)
{
    Value kwnames = TRY(tuple_new((intptr_t)count));
    for (size_t i = 0; i < count; i++)
        tuple_init(kwnames, (intptr_t)i, TRY(str_intern_cstring(keywords[i])));
    return call(callee, args, nargs, kwnames);
}

/* The canonical name of an encoding; as given if there is no such encoding. */
static Value encoding_name(const char *name)
{
    Value info = codec_lookup(name);
    Value known = info ? get_attr_string(info, "name") : 0;
    if (known)
        return known;
    error_clear();
    return str_from_fs(name, strlen(name));
}

/* Encoding and error handler from PYTHONIOENCODING, else from the locale. */
static bool stream_encoding(bool is_stderr, Value *encoding, Value *errors)
{
    const char *setting = config_environment("PYTHONIOENCODING");
    const char *colon = setting ? strchr(setting, ':') : 0;
    size_t size = !setting ? 0 : colon ? (size_t)(colon - setting) : strlen(setting);
    char name[64];
    snprintf(name, sizeof name, "%.*s", size < sizeof name ? (int)size : 0, setting ? setting : "");
    if (!name[0])
        snprintf(name, sizeof name, "%s", locale_is_utf8() ? "" : config.locale_encoding);
    *encoding = TRY(name[0] ? encoding_name(name) : str_from_cstring("utf-8"));
    const char *handler = colon && colon[1]                ? colon + 1
                          : config.escape_streams && !size ? "surrogateescape"
                                                           : "strict";
    *errors = TRY(str_from_cstring(is_stderr ? "backslashreplace" : handler));
    return true;
}

static bool is_closed(int fd)
{
    return fcntl(fd, F_GETFD) < 0;
}

static Value open_stream(Value io, int fd, const char *name)
{
    if (is_closed(fd))
        return None;
    bool writes = fd != 0;
    Value open = TRY(get_attr_string(io, "open"));
    static const char *const open_keywords[] = {"closefd"};
    int buffering = config.unbuffered && writes ? 0 : -1;
    Value mode = TRY(str_from_cstring(writes ? "wb" : "rb"));
    Value raw = TRY(call_keywords(open, (Value[]){int_small(fd), mode, int_small(buffering), False},
                                  3, open_keywords, 1));
    Value inner = raw;
    if (buffering)
        TRY(get_attr_optional(raw, TRY(str_intern_cstring("raw")), &inner));
    TRY(set_attr_string(inner ? inner : raw, "name", TRY(str_format("<%s>", name))));
    Value wrapper = TRY(get_attr_string(io, "TextIOWrapper")), encoding, errors;
    TRY(stream_encoding(fd == 2, &encoding, &errors));
    bool line_buffering = writes && (fd == 2 || isatty(fd) || config.interactive);
    static const char *const keywords[] = {"encoding", "errors", "newline", "line_buffering",
                                           "write_through"};
    Value newline = TRY(str_from_cstring("\n"));
    Value stream =
        TRY(call_keywords(wrapper,
                          (Value[]){raw, encoding, errors, writes ? newline : None,
                                    bool_value(line_buffering), bool_value(buffering == 0)},
                          1, keywords, 5));
    TRY(set_attr_string(stream, "mode", TRY(str_from_cstring(writes ? "w" : "r"))));
    return stream;
}

static bool start_streams(void)
{
    static const char *const stream_names[] = {"stdin", "stdout", "stderr"};
    TRY(import_absolute(TRY(str_intern_cstring("encodings"))));
    Value io = TRY(import_absolute(TRY(str_intern_cstring("io"))));
    for (int fd = 2; fd >= 0; fd--) {
        Value stream = TRY(open_stream(io, fd, stream_names[fd]));
        char original[16];
        snprintf(original, sizeof original, "__%s__", stream_names[fd]);
        if (!sys_set(stream_names[fd], stream) || !sys_set(original, stream))
            return false;
    }
    Value open = TRY(get_attr_string(io, "open"));
    return dict_set_cstring(interpreter.builtins, "open", open);
}

Value main_module(void)
{
    Value module;
    TRY(dict_find(interpreter.modules, names.__main__, &module));
    if (module && is_module(module))
        return module;
    module = TRY(module_new(names.__main__));
    Value builtins = dict_get_cstring(interpreter.modules, "builtins");
    TRY(dict_set_cstring(module_dict(module), "__builtins__",
                         builtins ? builtins : interpreter.builtins));
    return dict_set(interpreter.modules, names.__main__, module) ? module : 0;
}

static bool start_main_module(void)
{
    Value dict = module_dict(TRY(main_module()));
    TRY(dict_set_cstring(dict, "__annotations__", TRY(dict_new())));
    Value loader = TRY(get_attr_string(interpreter.importlib, "BuiltinImporter"));
    return dict_set_cstring(dict, "__loader__", loader);
}

static bool start_signals(void)
{
    return start_module("_signal") != 0;
}

/* Each step says what failed by its name. */
static bool start_steps(void)
{
    static const struct {
        const char *name;
        bool (*start)(void);
    } steps[] = {
        {"names", start_first_names},
        {"builtins and sys", start_builtins_and_sys},
        {"the import system", start_importlib},
        {"the encoding of names", start_names},
        {"zipimport", start_zipimport},
        {"sys.path", start_path},
        {"__main__", start_main_module},
        {"signals", start_signals},
        {"the standard streams", start_streams},
    };
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (!steps[i].start()) {
            fprintf(stderr, "weft: could not start %s\n", steps[i].name);
            report_uncaught();
            return false;
        }
    return true;
}

static bool start_faulthandler(void)
{
    Value module = TRY(import_by_name("faulthandler"));
    return call_method0(module, TRY(str_intern_cstring("enable")));
}

/* Fails the process as CPython does: there is no running without what was asked for. */
static bool start_tracemalloc(void)
{
    Value module = TRY(import_by_name("_tracemalloc"));
    Value start = TRY(get_attr(module, TRY(str_intern_cstring("start"))));
    return call1(start, int_small(config.tracemalloc)) != 0;
}

bool runtime_start(void)
{
    if (config.hash_seed >= 0)
        str_set_hash_seed((uint32_t)config.hash_seed);
    locks_needed = false;
    os_keep_freed_memory();
    if (!gc_start() || !thread_start_main() || !core_start()) {
        fprintf(stderr, "weft: out of memory at start\n");
        return false;
    }
    if (config.gil == 1)
        gil_enable();
    bytes_warning_level = config.bytes_warning;
    codec_strict_names = config.dev_mode;
    positions_without_columns = config.no_debug_ranges;
    if (config.int_max_str_digits >= 0)
        int_max_str_digits = (uint32_t)config.int_max_str_digits;
    state_start();
    vm_start();
    if (!monitoring_start())
        return false;
    if (!start_steps())
        return false;
    if (config.faulthandler && !start_faulthandler()) {
        report_uncaught();
        return false;
    }
    if (config.tracemalloc && !start_tracemalloc()) {
        fprintf(stderr, "Fatal Python error: init_interp_main: can't start tracemalloc\n"
                        "Python runtime state: core initialized\n");
        report_uncaught();
        return false;
    }
    /* Reads sys.warnoptions and complains about what is wrong in them. */
    if (config.warn_option_count && !import_absolute(TRY(str_intern_cstring("warnings"))))
        error_clear();
    if (!config.no_site && !import_absolute(TRY(str_intern_cstring("site")))) {
        fprintf(stderr, "Fatal Python error: init_import_site: Failed to import the site module\n");
        report_uncaught();
        return false;
    }
    return finish_prepare();
}
