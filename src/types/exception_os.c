/* OSError and its subclasses. OSError(errno, ...) makes the subclass that stands for errno.
 *
 * Where the arguments are looked at: in __new__, unless a subclass overrides __init__ and not
 * __new__; then in __init__, so that such a class may take other arguments. */
#include <errno.h>

#include "core/abstract.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/exception_family.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_os_error(v) ((OSException *)(v))

static void os_error_trace(Object *self, Tracer *tracer)
{
    exception_trace(self, tracer);
    gc_visit_range(tracer, &as_os_error(self)->errno_, 5);
}
_Static_assert(offsetof(OSException, winerror) == offsetof(OSException, errno_) + 4 * sizeof(Value),
               "the fields of OSException are traced as a range");

static Type *class_of_errno(Value number)
{
    static const struct {
        int number;
        Type *type;
    } classes[] = {
        {EAGAIN, &exception_BlockingIOError},
        {EALREADY, &exception_BlockingIOError},
        {EINPROGRESS, &exception_BlockingIOError},
        {EPIPE, &exception_BrokenPipeError},
        {ESHUTDOWN, &exception_BrokenPipeError},
        {ECHILD, &exception_ChildProcessError},
        {ECONNABORTED, &exception_ConnectionAbortedError},
        {ECONNREFUSED, &exception_ConnectionRefusedError},
        {ECONNRESET, &exception_ConnectionResetError},
        {EEXIST, &exception_FileExistsError},
        {ENOENT, &exception_FileNotFoundError},
        {EISDIR, &exception_IsADirectoryError},
        {ENOTDIR, &exception_NotADirectoryError},
        {EINTR, &exception_InterruptedError},
        {EACCES, &exception_PermissionError},
        {EPERM, &exception_PermissionError},
        {ESRCH, &exception_ProcessLookupError},
        {ETIMEDOUT, &exception_TimeoutError},
    };
    int64_t n;
    if (!is_int_any(number) || !int_to_i64(number, &n))
        return OSError;
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (classes[i].number == n)
            return classes[i].type;
    return OSError;
}

static bool arguments_are_for_init(Type *type)
{
    return type->init != exception_OSError.init && type->make == exception_OSError.make;
}

/* OSError(errno, strerror[, filename[, winerror[, filename2]]]); anything else is just args. */
static bool fill(Value self, Value args)
{
    OSException *e = as_os_error(self);
    intptr_t count = tuple_length(args);
    store_relaxed(&e->characters_written, -1);
    gc_store(e, &e->args, args);
    if (count < 2 || count > 5)
        return true;
    gc_store(e, &e->errno_, tuple_get(args, 0));
    gc_store(e, &e->strerror_, tuple_get(args, 1));
    Value filename = count >= 3 ? tuple_get(args, 2) : None;
    if (filename == None)
        return true;
    if (type_of(self) == BlockingIOError && value_is_number(filename)) {
        intptr_t written;
        TRY(index_as_intptr_or(filename, &written, ValueError));
        store_relaxed(&e->characters_written, written);
        return true;
    }
    gc_store(e, &e->filename, filename);
    if (count == 5 && tuple_get(args, 4) != None)
        gc_store(e, &e->filename2, tuple_get(args, 4));
    Value two = TRY(tuple_slice(args, 0, 2));
    gc_store(e, &e->args, two);
    return true;
}

NEW_METHOD(os_error_new, "*args, **kwargs")
{
    Type *type = (Type *)args[0];
    if (arguments_are_for_init(type)) {
        OSException *e = TRY(NEW(OSException, type));
        e->characters_written = -1;
        Value empty = TRY(tuple_empty());
        gc_store(e, &e->args, empty);
        return (Value)e;
    }
    if (args[2] && dict_length(args[2]))
        return raise(TypeError, "%N() takes no keyword arguments", type);
    intptr_t count = tuple_length(args[1]);
    if (type == OSError && count >= 2 && count <= 5)
        type = class_of_errno(tuple_get(args[1], 0));
    Value self = TRY(object_alloc(type));
    return fill(self, args[1]) ? self : 0;
}

/* For C code that makes the object without calling its type. */
static bool os_error_init(Value self, Value args, Value kwargs)
{
    if (kwargs && dict_length(kwargs))
        return raise(TypeError, "%T() takes no keyword arguments", self);
    return fill(self, args);
}

INIT_METHOD(os_error_init_method, "*args, **kwargs")
{
    if (!arguments_are_for_init(type_of(args[0])))
        return None;
    return os_error_init(args[0], args[1], args[2]) ? None : 0;
}

static Value os_error_str(Value self)
{
    OSException *e = as_os_error(self);
    Value number = load_acquire(&e->errno_), text = load_acquire(&e->strerror_);
    Value filename = load_acquire(&e->filename), filename2 = load_acquire(&e->filename2);
    if (filename && filename2)
        return format_value("[Errno %V] %V: %R -> %R", number ? number : None, text ? text : None,
                            filename, filename2);
    if (filename)
        return format_value("[Errno %V] %V: %R", number ? number : None, text ? text : None,
                            filename);
    if (number && text)
        return format_value("[Errno %V] %V", number, text);
    return exception_str(self);
}

static Value get_characters_written(Value self)
{
    intptr_t written = load_relaxed(&as_os_error(self)->characters_written);
    return written == -1 ? raise(AttributeError, "characters_written") : int_from(written);
}

static bool set_characters_written(Value self, Value value)
{
    if (!value) {
        if (load_relaxed(&as_os_error(self)->characters_written) == -1)
            return raise(AttributeError, "characters_written");
        store_relaxed(&as_os_error(self)->characters_written, -1);
        return true;
    }
    intptr_t written;
    TRY(index_as_intptr_or(value, &written, ValueError));
    store_relaxed(&as_os_error(self)->characters_written, written);
    return true;
}

/* The file names, which args doesn't have, go back to where the constructor takes them. */
METHOD(os_error_reduce, "__reduce__", "/", 0)
{
    OSException *e = as_os_error(args[0]);
    Value arguments = load_acquire(&e->args), filename = load_acquire(&e->filename);
    Value filename2 = load_acquire(&e->filename2), dict;
    if (tuple_length(arguments) == 2 && filename) {
        Value a = tuple_get(arguments, 0), b = tuple_get(arguments, 1);
        arguments =
            TRY(filename2 ? tuple_of(a, b, filename, None, filename2) : tuple_of(a, b, filename));
    }
    TRY(exception_attributes(args[0], &dict));
    Value type = (Value)type_of(args[0]);
    return dict ? tuple_of(type, arguments, dict) : tuple_of(type, arguments);
}

static const MemberDef os_error_members[] = {
    {"errno", MEMBER_VALUE, offsetof(OSException, errno_), false, "POSIX exception code"},
    {"strerror", MEMBER_VALUE, offsetof(OSException, strerror_), false, "exception strerror"},
    {"filename", MEMBER_VALUE, offsetof(OSException, filename), false, "exception filename"},
    {"filename2", MEMBER_VALUE, offsetof(OSException, filename2), false,
     "second exception filename"},
    {0},
};
static const GetSetDef os_error_getset[] = {
    {"characters_written", get_characters_written, set_characters_written, 0}, {0}};
static MethodDef *const os_error_methods[] = {M(os_error_reduce), 0};

const ExceptionFamily family_OSException = {
    .init = os_error_init,
    .new_def = M(os_error_new),
    .init_def = M(os_error_init_method),
    .str = os_error_str,
    .methods = os_error_methods,
    .getset = os_error_getset,
    .members = os_error_members,
    .trace = os_error_trace,
};
