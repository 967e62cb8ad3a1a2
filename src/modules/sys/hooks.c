/* displayhook, excepthook, unraisablehook, breakpointhook. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/sys/hooks.h"
#include "modules/sys/sys_internal.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/traceback.h"
#include "types/tuple.h"
#include "vm/hooks.h"
#include "vm/config.h"
#include "vm/frame.h"
#include "vm/import.h"
#include "vm/state.h"

FUNCTION(hook_display, "displayhook", "object, /",
         "Print an object to sys.stdout and also save it in builtins._")
{
    Value o = args[0];
    if (o == None)
        return None;
    TRY(dict_set(interpreter.builtins, names._, None));
    Value out = sys_get("stdout");
    if (!out || out == None)
        return raise(RuntimeError, "lost sys.stdout");
    Value text = TRY(object_repr(o));
    if (!call_method1(out, names.write, text)) {
        if (!error_clear_if(UnicodeEncodeError))
            return 0;
        Value encoding = TRY(get_attr(out, names.encoding));
        Value encode = TRY(get_attr_string(text, "encode"));
        Value encoded = TRY(call2(encode, encoding, TRY(str_from_cstring("backslashreplace"))));
        Value decode = TRY(get_attr_string(encoded, "decode"));
        TRY(call_method1(out, names.write, TRY(call1(decode, encoding))));
    }
    TRY(call_method1(out, names.write, TRY(str_from_cstring("\n"))));
    TRY(dict_set(interpreter.builtins, names._, o));
    return None;
}

/* Straight to the descriptor: for when sys.stderr is gone or fails. */
static void write_plainly(Value text)
{
    size_t size;
    const char *bytes = text ? str_utf8_lossy(text, &size) : 0;
    error_clear();
    if (!bytes)
        return;
    while (size) {
        ssize_t n = write(2, bytes, size);
        if (n <= 0)
            return;
        bytes += n;
        size -= (size_t)n;
    }
}

void hook_write_error(Value text)
{
    Value err = sys_get("stderr");
    if (!err || err == None || !text || !call_method1(err, names.write, text)) {
        error_clear();
        write_plainly(text);
    }
}

void flush_output(void)
{
    Value out = sys_get("stdout");
    if (out && out != None && !call_method0(out, names.flush))
        error_clear();
}

static void flush_errors(void)
{
    Value err = sys_get("stderr");
    if (err && err != None && !call_method0(err, names.flush))
        error_clear();
}

/* By the traceback module. */
void print_exception(Value exception)
{
    Value module = import_absolute(names.traceback);
    Value printer = module ? get_attr_string(module, "_print_exception_bltin") : 0;
    if (!printer || !call1(printer, exception)) {
        error_clear();
        print_exception_plainly(exception, false);
    }
    flush_errors();
}

FUNCTION(hook_except, "excepthook", "exctype, value, traceback, /",
         "Handle an exception by displaying it with a traceback on sys.stderr.")
{
    if (!is_exception(args[1])) {
        raise(TypeError, "print_exception(): Exception expected for value, %T found", args[1]);
        print_exception(error_take());
        return None;
    }
    if (args[2] != None && has_layout(args[2], LAYOUT_TRACEBACK) &&
        !load_acquire(&((Exception_ *)args[1])->traceback))
        exception_set_traceback(args[1], args[2]);
    if (sys_get("stderr") != None)
        print_exception(args[1]);
    return None;
}

FUNCTION(hook_unraisable, "unraisablehook", "unraisable, /", "Handle an unraisable exception.")
{
    Value message = TRY(get_attr_string(args[0], "err_msg"));
    Value object = TRY(get_attr_string(args[0], "object"));
    Value exception = TRY(get_attr_string(args[0], "exc_value"));
    Value err = sys_get("stderr");
    if (!err || err == None)
        return None;
    if (object != None) {
        Value shown = object_repr(object);
        if (!shown) {
            error_clear();
            shown = TRY(str_from_cstring("<object repr() failed>"));
        }
        hook_write_error(message == None ? str_format("Exception ignored in: %V\n", shown)
                                         : str_format("%V: %V\n", message, shown));
    } else if (message != None) {
        hook_write_error(str_format("%V:\n", message));
    }
    if (exception != None)
        print_exception_plainly(exception, true);
    flush_errors();
    return None;
}

static const StructField unraisable_fields[] = {{"exc_type", "Exception type"},
                                                {"exc_value", "Exception value"},
                                                {"exc_traceback", "Exception traceback"},
                                                {"err_msg", "Error message"},
                                                {"object", "Object causing the exception"},
                                                {0}};
static const StructDef unraisable_def = {unraisable_fields, 5, false};
static Type unraisable_type =
    STRUCT_TYPE("UnraisableHookArgs", &unraisable_def,
                "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.");

/* Where an exception has been, or where the thread is, if C code has raised it in no frame; 0 if
 * that is nowhere. */
static Value traceback_to_show(Value exception)
{
    Value traceback = load_acquire(&((Exception_ *)exception)->traceback);
    Frame *frame = thread_self()->frame;
    if (traceback || !frame)
        return traceback;
    Value object = frame_object_of(frame);
    traceback = object ? traceback_new(0, object, (int)frame_instruction(frame) * LASTI_UNIT,
                                       frame_line(frame))
                       : 0;
    if (traceback)
        exception_set_traceback(exception, traceback);
    else
        error_clear();
    return traceback;
}

/* Hands an exception that nobody can catch to sys.unraisablehook. */
static bool call_unraisable_hook(Value exception, const char *where, Value object)
{
    Value hook = interpreter.sys_dict ? sys_get("unraisablehook") : 0;
    Value description = hook ? struct_new(&unraisable_type) : 0;
    if (!description)
        return false;
    Value traceback = traceback_to_show(exception);
    struct_init(description, 0, (Value)type_of(exception));
    struct_init(description, 1, exception);
    if (traceback)
        struct_init(description, 2, traceback);
    Value message = where ? str_from_cstring(where) : None;
    if (!message)
        return false;
    struct_init(description, 3, message);
    if (object)
        struct_init(description, 4, object);
    TRY(AUDIT("sys.unraisablehook", hook, description));
    return call1(hook, description) != 0;
}

bool sys_add_unraisable(Value module)
{
    struct_type_ready(&unraisable_type);
    error_unraisable_hook = call_unraisable_hook;
    return module_add_type(module, &unraisable_type);
}

FUNCTION(hook_breakpoint, "breakpointhook", "*args, **kws",
         "This hook function is called by built-in breakpoint().")
{
    const char *name = config_environment("PYTHONBREAKPOINT");
    if (!name)
        name = "pdb.set_trace";
    if (!strcmp(name, "0"))
        return None;
    const char *dot = strrchr(name, '.');
    Value module_name =
        dot ? str_from_fs(name, (size_t)(dot - name)) : str_from_cstring("builtins");
    Value module = import_absolute(TRY(module_name));
    Value function = module ? get_attr_string(module, dot ? dot + 1 : name) : 0;
    if (!function) {
        error_clear();
        TRY(warn(RuntimeWarning, 1, "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", name));
        return None;
    }
    return call_tuple_dict(function, args[0], args[1]);
}

FUNCTION(hook_base_repl, "_baserepl", "", "Private function for getting the base REPL")
{
    return !runtime_hooks.base_repl || runtime_hooks.base_repl() ? None : 0;
}

MethodDef *const sys_hook_functions[] = {M(hook_display),    M(hook_except),    M(hook_unraisable),
                                         M(hook_breakpoint), M(hook_base_repl), 0};
