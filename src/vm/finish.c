/* The end of the runtime.
 *
 * In this order: threads that are no daemons end, atexit functions run, the other threads are
 * stopped for good, signals get their default actions back, what is unreachable is finalised, then
 * what only modules refer to, then what is in modules that something else refers to, then what the
 * program has put into `sys` and `builtins`; and the standard streams are flushed, before and
 * after. sys.modules is empty while finalisers of the second kind run, but modules keep their
 * contents: functions find their globals.
 *
 * Nothing of it is done but stopping and flushing if no object wants a finaliser, so that ending
 * costs no collection. */
#include "core/audit.h"
#include "vm/startup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/weakref.h"
#include "vm/config.h"
#include "vm/finish.h"
#include "vm/frame.h"
#include "vm/hooks.h"
#include "vm/state.h"
#include "vm/stats.h"

static bool finishing;                        /* atomic */
static Value first_of_sys, first_of_builtins; /* dicts: what was there at the start; roots */
static Value module_references;               /* list of weak references; a root */

bool runtime_is_finishing(void)
{
    return load_relaxed(&finishing);
}

bool finish_prepare(void)
{
    gc_add_root(&first_of_sys, 1);
    gc_add_root(&first_of_builtins, 1);
    gc_add_root(&module_references, 1);
    root_store(&first_of_sys, TRY(dict_copy(interpreter.sys_dict)));
    root_store(&first_of_builtins, TRY(dict_copy(interpreter.builtins)));
    return true;
}

/* ---- uncaught exceptions */

static int exit_status(Value code)
{
    if (code == None)
        return 0;
    int64_t status;
    if (is_int_any(code))
        return int_to_i64(code, &status) ? (int)(status & 0xff) : 0xff;
    Value text = object_str(code), err = sys_get("stderr");
    text = text ? str_format("%V\n", text) : 0;
    if (!text || !err || err == None || !call_method1(err, names.write, text))
        error_clear();
    return 1;
}

int report_uncaught(void)
{
    Value exception = error_take();
    if (is_instance_of(exception, SystemExit)) {
        Value code = load_acquire(&((SystemExitException *)exception)->code);
        return exit_status(code ? code : None);
    }
    Value traceback = load_acquire(&((Exception_ *)exception)->traceback);
    TRY_OR(sys_set("last_exc", exception), 1);
    TRY_OR(sys_set("last_type", (Value)type_of(exception)), 1);
    TRY_OR(sys_set("last_value", exception), 1);
    TRY_OR(sys_set("last_traceback", traceback ? traceback : None), 1);
    Value hook = sys_get("excepthook");
    if (!AUDIT("sys.excepthook", hook ? hook : None, (Value)type_of(exception), exception,
               traceback ? traceback : None)) {
        if (error_clear_if(RuntimeError)) /* a hook says that nobody is to be told */
            return 1;
        error_write_unraisable("Exception ignored in audit hook", 0);
    }
    bool done =
        hook && call3(hook, (Value)type_of(exception), exception, traceback ? traceback : None);
    if (!done && error_matches(SystemExit))
        return report_uncaught();
    if (!done) {
        fputs(hook ? "Error in sys.excepthook:\n" : "sys.excepthook is missing\n", stderr);
        Value second = error_take();
        if (second)
            runtime_hooks.print_exception(second);
        if (hook)
            fputs("\nOriginal exception was:\n", stderr);
        runtime_hooks.print_exception(exception);
    }
    return is_instance_of(exception, KeyboardInterrupt) ? STATUS_INTERRUPTED : 1;
}

static void shut_threads_down(void)
{
    Value module = dict_get_cstring(interpreter.modules, "threading");
    Value function = module ? get_attr_string(module, "_shutdown") : 0;
    if (function && !call0(function))
        error_write_unraisable(0, function);
    error_clear();
}

/* False if it fails; `report` says so, but of the error output there is nowhere to. */
static bool flush_stream(const char *name, bool report)
{
    Value stream = sys_get(name), closed;
    if (!stream || stream == None)
        return true;
    if (get_attr_optional(stream, names.closed, &closed) && closed && object_truth(closed) == 1)
        return true;
    error_clear();
    if (call_method0(stream, names.flush))
        return true;
    if (report)
        error_write_unraisable("Exception ignored on flushing sys.stdout", 0);
    error_clear();
    return false;
}

/* ---- other threads */

#define PATIENCE_NS INT64_C(100000000)

/* They end between two writes to the standard streams: but the other end of a pipe may not read, so
 * that one never ends. */
static void end_other_threads(void)
{
    static const char *const stream_names[] = {"stdout", "stderr"};
    FileHold held[COUNT_OF(stream_names)] = {0};
    if (!load_relaxed(&multithreaded)) /* one that just starts is not counted yet */
        return;
    int64_t deadline = monotonic_ns() + PATIENCE_NS;
    for (size_t i = 0; i < COUNT_OF(held) && runtime_hooks.hold_file; i++) {
        Value stream = sys_get(stream_names[i]);
        if (stream)
            held[i] = runtime_hooks.hold_file(stream, deadline);
    }
    gc_stop_world();
    gc_end_others();
    gc_start_world();
    for (size_t i = 0; i < COUNT_OF(held) && runtime_hooks.hold_file; i++)
        runtime_hooks.let_file_go(&held[i]);
}

/* ---- finalisers */

static Object *streams[9]; /* of the standard streams: text, buffered and raw files */

static Value attribute_or_none(Value o, const char *name)
{
    Value key = str_intern_cstring(name), found = 0;
    if (!key || !get_attr_optional(o, key, &found))
        error_clear();
    return found ? found : None;
}

static void find_streams(void)
{
    static const char *const stream_names[] = {"__stdin__", "__stdout__", "__stderr__"};
    for (size_t i = 0; i < COUNT_OF(stream_names); i++) {
        Value text = sys_get(stream_names[i]);
        streams[3 * i] = text ? text : None;
        streams[3 * i + 1] = attribute_or_none(streams[3 * i], "buffer");
        streams[3 * i + 2] = attribute_or_none(streams[3 * i + 1], "raw");
    }
}

static bool is_no_stream(Object *object)
{
    for (size_t i = 0; i < COUNT_OF(streams); i++)
        if (streams[i] == object)
            return false;
    return true;
}

static void set_quietly(Value dict, const char *name, Value value)
{
    if (!dict_set_cstring(dict, name, value))
        error_clear();
}

/* What keeps the last things of the program alive, the import system among them. */
static void clear_names_of_sys(void)
{
    static const char *const cleared[] = {
        "path",       "argv",
        "ps1",        "ps2",
        "last_exc",   "last_type",
        "last_value", "last_traceback",
        "path_hooks", "path_importer_cache",
        "meta_path",
    };
    static const char *const files[][2] = {
        {"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
    for (size_t i = 0; i < COUNT_OF(cleared); i++)
        set_quietly(interpreter.sys_dict, cleared[i], None);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        Value file = sys_get(files[i][1]);
        set_quietly(interpreter.sys_dict, files[i][0], file ? file : None);
    }
    set_quietly(interpreter.builtins, "_", None);
}

static bool is_any_name(Value key UNUSED)
{
    return true;
}

static bool is_private_name(Value key)
{
    return is_str(key) && str_length(key) > 1 && str_char(key, 0) == '_' && str_char(key, 1) != '_';
}

/* The names that are `chosen` get the values back that they had before the program ran; new ones
 * go. */
static void restore_dict(Value dict, Value first, bool (*chosen)(Value key))
{
    Value keys = dict_keys_list(dict);
    for (intptr_t i = 0; keys && i < list_length(keys); i++) {
        Value key = list_get(keys, i), value = dict_get(first, key);
        bool found;
        if (!chosen(key))
            continue;
        if (value ? !dict_set(dict, key, value) : !dict_delete(dict, key, &found))
            error_clear();
    }
    error_clear();
}

static void clear_thread(Thread *thread)
{
    thread->context = 0;
    thread->async_gen_firstiter = thread->async_gen_finalizer = 0;
    thread->trace_function = thread->profile_function = 0;
    store_relaxed(&thread->trace_request, (Value)0);
    store_relaxed(&thread->profile_request, (Value)0);
    thread->base_exc_state.handled = 0;
}

/* Those in C and the import system are at work to the end. */
static bool is_emptied(Value module)
{
    return has_layout(module, LAYOUT_MODULE) && !((Module *)module)->def &&
           module != interpreter.importlib && module != interpreter.importlib_external;
}

/* Forgets all modules, but knows which are still there. */
static void drop_modules(void)
{
    Value modules = dict_values_list(interpreter.modules), list = list_new(0);
    for (intptr_t i = 0; modules && list && i < list_length(modules); i++) {
        Value module = list_get(modules, i);
        Value reference = is_emptied(module) ? weakref_new(module) : 0;
        if (reference && !list_append(list, reference))
            break;
    }
    error_clear();
    root_store(&module_references, list);
    if (!dict_clear(interpreter.modules))
        error_clear();
}

static void empty_names(Value dict, bool (*chosen)(Value key))
{
    Value keys = dict_keys_list(dict);
    for (intptr_t i = 0; keys && i < list_length(keys); i++) {
        Value key = list_get(keys, i);
        if (chosen(key) && key != names.__builtins__ && !dict_set(dict, key, None))
            error_clear();
    }
    error_clear();
}

/* The last module first. */
static void empty_modules_left(void)
{
    for (intptr_t i = module_references ? list_length(module_references) : 0; i-- > 0;) {
        Value module = weakref_target(list_get(module_references, i));
        if (!module || !has_layout(module, LAYOUT_MODULE))
            continue;
        empty_names(module_dict(module), is_private_name);
        empty_names(module_dict(module), is_any_name);
    }
}

/* So that nobody prints any more. */
static void drop_standard_streams(void)
{
    set_quietly(interpreter.sys_dict, "stdin", None);
    set_quietly(interpreter.sys_dict, "stdout", None);
    set_quietly(interpreter.sys_dict, "stderr", None);
}

/* Collects and finalises; false if nothing is left to finalise. */
static bool finalise_garbage(void)
{
    vm_collect_without_stack();
    finalisers_run();
    return gc_any_finalisable(is_no_stream);
}

/* What only `builtins` and `sys` keep: of the latter, private names go first, and the others
 * together with the standard streams, so that what finalisers raise is not told. */
static void finalise_kept_by_builtins_and_sys(void)
{
    restore_dict(interpreter.builtins, first_of_builtins, is_any_name);
    if (!finalise_garbage())
        return;
    restore_dict(interpreter.sys_dict, first_of_sys, is_private_name);
    if (!finalise_garbage())
        return;
    restore_dict(interpreter.sys_dict, first_of_sys, is_any_name);
    clear_names_of_sys();
    drop_standard_streams();
    clear_thread(thread_self());
    finalise_garbage();
    clear_names_of_sys();
}

static void finalise_all(void)
{
    find_streams();
    if (!gc_any_finalisable(is_no_stream))
        return;
    if (gc_is_enabled() && !finalise_garbage())
        return;
    gc_finalise_in_order();
    clear_names_of_sys();
    drop_modules();
    if (!finalise_garbage())
        return;
    if (thread_count() ==
        1) /* else modules are still those of functions in which threads stopped */
        empty_modules_left();
    if (finalise_garbage())
        finalise_kept_by_builtins_and_sys();
}

static void print_pauses(const char *name, const Histogram *pauses)
{
    if (pauses->count)
        fprintf(stderr,
                "gc: %" PRIu64 " %s: pause %.2f ms median, %.2f ms at 99 %%, %.2f ms at most, "
                "%.1f ms in all\n",
                pauses->count, name, (double)histogram_quantile(pauses, 0.5) / 1e6,
                (double)histogram_quantile(pauses, 0.99) / 1e6, (double)pauses->max / 1e6,
                (double)pauses->total / 1e6);
}

/* -X gcstats */
static void print_gc_stats(void)
{
    GcStats stats;
    gc_stats(&stats);
    print_pauses("young collections", &stats.young_pauses);
    print_pauses("full collections", &stats.full_pauses);
    fprintf(stderr,
            "gc: %" PRIu64 " objects of %.1f MB allocated, %.1f MB live at the last collection, "
            "%.1f MB held; %" PRIu32 " threads, %" PRIu32 " at most at a collection\n",
            stats.objects_allocated, (double)stats.bytes_allocated / 1e6,
            (double)stats.bytes_live / 1e6, (double)stats.bytes_reserved / 1e6, stats.threads,
            stats.threads_max);
}

int runtime_finish(int status)
{
    shut_threads_down();
    if (config.gc_stats)
        print_gc_stats();
    if (config.stats)
        stats_print();
    void (*run_atexit)(void) = load_acquire(&runtime_hooks.run_atexit);
    if (run_atexit)
        run_atexit();
    store_relaxed(&finishing, true);
    end_other_threads(); /* which may send signals, for which there are handlers now */
    if (runtime_hooks.end_signals)
        runtime_hooks.end_signals();
    bool good = flush_stream("stdout", true);
    good = flush_stream("stderr", false) && good;
    finalise_all();
    good = flush_stream("stdout", good) && good;
    good = flush_stream("stderr", false) && good;
    if (runtime_hooks.flush_files)
        runtime_hooks.flush_files();
    return good ? status : 120;
}
