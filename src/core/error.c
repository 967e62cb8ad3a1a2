#include "core/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/abstract.h"
#include "core/call.h"
#include "core/thread.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- making an exception pending ------------------------------------------------------ */

static Value handled_exception(Thread *thread)
{
    for (ExcState *state = thread->exc_state; state; state = state->outer)
        if (state->handled && state->handled != None)
            return state->handled;
    return 0;
}

/* Implicit chaining: what is being handled becomes the context of what is raised now. */
static Value set_pending(Value exception)
{
    Thread *thread = thread_self();
    Value handled = handled_exception(thread);
    if (handled && handled != exception)
        exception_set_context(exception, handled);
    thread->exception = exception;
    return 0;
}

Value raise_value(Type *type, Value argument)
{
    Value exception = exception_make(type, argument);
    return exception ? set_pending(exception) : 0;
}

static Value raise_list(Type *type, const char *format, va_list list)
{
    Value message = format_value_list(format, list);
    return message ? raise_value(type, message) : 0;
}

Value raise(Type *type, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    raise_list(type, format, list);
    va_end(list);
    return 0;
}

Value raise_object(Value exception)
{
    if (is_exception_class(exception)) {
        Value instance = call0(exception);
        if (!instance)
            return 0;
        if (!is_exception(instance))
            return raise(TypeError,
                         "calling %R should have returned an instance of BaseException, not %R",
                         exception, (Value)type_of(instance));
        exception = instance;
    }
    if (!is_exception(exception))
        return raise(TypeError, "exceptions must derive from BaseException");
    return set_pending(exception);
}

Value raise_from(Type *type, const char *format, ...)
{
    Value cause = error_take();
    va_list list;
    va_start(list, format);
    raise_list(type, format, list);
    va_end(list);
    Value raised = error_peek();
    if (cause && raised && raised != cause) {
        exception_set_cause(raised, cause);
        exception_set_context(raised, cause);
    }
    return 0;
}

Value raise_key_error(Value key)
{
    return raise_value(KeyError, key);
}

Value raise_stop_iteration(Value value)
{
    Value exception = exception_make(StopIteration, value == None ? 0 : value);
    return exception ? set_pending(exception) : 0;
}

Value raise_bad_argument(const char *function, const char *expected, Value got)
{
    return raise(TypeError, "%s() argument must be %s, not %B", function, expected, got);
}

Value raise_no_memory(void)
{
    Value exception = exception_no_memory();
    thread_self()->exception = exception;
    return 0;
}

/* ---- OSError --------------------------------------------------------------------------- */

Value raise_errno_paths(Value path, Value path2)
{
    int number = errno;
    const char *text = strerror(number);
    Value message = str_from_fs(text, strlen(text));
    if (!message)
        return 0;
    Value args[] = {int_small(number), message, path ? path : None, None, path2 ? path2 : None};
    size_t count = path2 ? 5 : path ? 3 : 2;
    Value exception = call((Value)OSError, args, count, 0);
    return exception ? set_pending(exception) : 0;
}

Value raise_errno_path(Value path)
{
    return raise_errno_paths(path, 0);
}

Value raise_errno(void)
{
    return raise_errno_paths(0, 0);
}

/* ---- the pending exception ------------------------------------------------------------- */

bool error_pending(void)
{
    return thread_self()->exception != 0;
}

Value error_peek(void)
{
    return thread_self()->exception;
}

Value error_take(void)
{
    Thread *thread = thread_self();
    Value exception = thread->exception;
    thread->exception = 0;
    return exception;
}

void error_restore(Value exception)
{
    thread_self()->exception = exception;
}

void error_clear(void)
{
    thread_self()->exception = 0;
}

bool error_matches(Type *type)
{
    Value exception = error_peek();
    return exception && is_instance_of(exception, type);
}

bool error_clear_if(Type *type)
{
    if (!error_matches(type))
        return false;
    error_clear();
    return true;
}

static int class_matches(Type *type, Value pattern)
{
    if (is_tuple(pattern)) {
        for (intptr_t i = 0; i < tuple_length(pattern); i++) {
            int matches = class_matches(type, tuple_get(pattern, i));
            if (matches)
                return matches;
        }
        return 0;
    }
    return is_exception_class(pattern) && type_is_subtype(type, (Type *)pattern);
}

static bool pattern_is_valid(Value pattern)
{
    if (!is_tuple(pattern))
        return is_exception_class(pattern);
    for (intptr_t i = 0; i < tuple_length(pattern); i++)
        if (!is_exception_class(tuple_get(pattern, i)))
            return false;
    return true;
}

int exception_matches(Value exception, Value pattern)
{
    if (!pattern_is_valid(pattern)) {
        raise(TypeError, "catching classes that do not inherit from BaseException is not allowed");
        return -1;
    }
    Type *type = is_exception_class(exception) ? (Type *)exception : type_of(exception);
    return class_matches(type, pattern);
}

/* ---- exceptions that nobody can catch --------------------------------------------------- */

bool (*error_unraisable_hook)(Value exception, const char *where, Value object);

static void write_stderr(Value text)
{
    size_t size;
    const char *utf8 = text ? str_utf8_lossy(text, &size) : 0;
    while (utf8 && size) {
        ssize_t n = write(2, utf8, size);
        if (n <= 0)
            break;
        utf8 += n;
        size -= (size_t)n;
    }
}

/* What the hook prints, short of the traceback: for the time before sys is there. */
static void print_unraisable(Value exception, const char *where, Value object)
{
    Value text =
        object ? format_value("%s %R\n%T: %V\n", where ? where : "Exception ignored in:", object,
                              exception, exception)
               : format_value("%s:\n%T: %V\n", where ? where : "Exception ignored", exception,
                              exception);
    error_clear();
    write_stderr(text);
}

void error_write_unraisable(const char *where, Value object)
{
    Value exception = error_take();
    if (!exception)
        return;
    if (error_unraisable_hook && error_unraisable_hook(exception, where, object))
        return;
    error_clear();
    print_unraisable(exception, where, object);
}

/* ---- warnings ----------------------------------------------------------------------------- */

bool (*warn_hook)(Value message, Type *category, int stack_level, Value source);

/* Without the warnings module: the default filters, and one line on stderr. */
static bool warn_default(Value message, Type *category)
{
    Type *silent[] = {DeprecationWarning, PendingDeprecationWarning, ImportWarning,
                      ResourceWarning};
    for (size_t i = 0; i < COUNT_OF(silent); i++)
        if (type_is_subtype(category, silent[i]))
            return true;
    write_stderr(format_value("sys:1: %N: %V\n", category, message));
    error_clear();
    return true;
}

static bool warn_list(Type *category, int stack_level, Value source, const char *format,
                      va_list list)
{
    Value message = format_value_list(format, list);
    if (!message)
        return false;
    __typeof__(warn_hook) hook = load_acquire(&warn_hook);
    return hook ? hook(message, category, stack_level, source) : warn_default(message, category);
}

bool warn(Type *category, int stack_level, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    bool good = warn_list(category, stack_level, None, format, list);
    va_end(list);
    return good;
}

bool warn_about(Type *category, Value source, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    bool good = warn_list(category, 1, source, format, list);
    va_end(list);
    return good;
}

bool (*warn_explicit_hook)(Type *category, Value message, Value filename, int lineno,
                           bool registered);

bool warn_explicit(Type *category, Value message, Value filename, int lineno, bool registered)
{
    __typeof__(warn_explicit_hook) hook = load_acquire(&warn_explicit_hook);
    if (hook)
        return hook(category, message, filename, lineno, registered);
    write_stderr(format_value("%V:%d: %N: %V\n", filename, lineno, category, message));
    error_clear();
    return true;
}
