/* Raising and catching exceptions in C. A function that can fail returns Value (0 on
 * failure) or bool, and leaves the exception on the Thread.
 *
 * Messages are formatted with printf's d i u x c s (with l, z, and precision for s, which is
 * UTF-8) and: %V str(value), %R repr(value), %A ascii(value), %T name of the value's type,
 * %B the same, but None for None, as in messages about arguments; %N name of a Type*. */
#ifndef WEFT_CORE_ERROR_H
#define WEFT_CORE_ERROR_H

#include <signal.h> /* declares the C library's raise, before the name is taken */
#include "core/type.h"
#define raise raise_exception

/* All builtin exceptions: EXCEPTION(name, base, struct). `raise(TypeError, ...)`. */
#define EXCEPTION(name, base, struct_)                                                             \
    extern Type exception_##name;                                                                  \
    static Type *const name UNUSED = &exception_##name;
#include "core/exceptions.def"
#undef EXCEPTION

/* Makes the exception pending; returns 0 so that a failing function can return it. */
COLD Value raise(Type *type, const char *format, ...);
COLD Value raise_value(Type *type, Value argument); /* type(argument) */
COLD Value raise_object(Value exception);           /* an instance, or a class to instantiate */
COLD Value raise_errno(void);                       /* OSError from errno */
COLD Value raise_errno_path(Value path);            /* with a file name (0: none) */
COLD Value raise_errno_paths(Value path, Value path2);
COLD Value raise_no_memory(void);             /* the preallocated MemoryError */
COLD Value raise_key_error(Value key);        /* KeyError(key), tuples kept whole */
COLD Value raise_stop_iteration(Value value); /* value 0 or None: no argument */
COLD Value raise_bad_argument(const char *function, const char *expected, Value got);
/* TypeError "function() argument must be expected, not T" */

/* The pending exception. error_take removes and returns it (0: none); error_restore puts it
 * back as it was, without touching context or traceback. */
bool error_pending(void);
Value error_peek(void);
Value error_take(void);
void error_restore(Value exception);
void error_clear(void);
/* The pending exception is an instance of `type`. error_clear_if clears it if so. */
bool error_matches(Type *type);
bool error_clear_if(Type *type);
/* Raises `type` with `format`, the pending exception becoming its __cause__. */
COLD Value raise_from(Type *type, const char *format, ...);
/* Is `exception` (instance or class) matched by `pattern` (class or tuple)? -1 with TypeError
 * if the pattern may not be caught. */
int exception_matches(Value exception, Value pattern);
/* sys.unraisablehook for the pending exception, which is cleared. */
void error_write_unraisable(const char *where, Value object);
/* Set by sys: calls sys.unraisablehook; false if that could not be done. `where` is the whole
 * message before the object's repr ("Exception ignored in:") or 0; object may be 0. */
extern bool (*error_unraisable_hook)(Value exception, const char *where, Value object);

/* A warning: false if it was turned into an exception. */
bool warn(Type *category, int stack_level, const char *format, ...) MUST_USE;
/* The same at level 1, about an object: where that was allocated is told if tracemalloc knows. */
bool warn_about(Type *category, Value source, const char *format, ...) MUST_USE;
/* Set by _warnings: false with an exception pending. */
extern bool (*warn_hook)(Value message, Type *category, int stack_level, Value source);

/* A warning about a place in a file; with `registered` the running module remembers that it was
 * given. false: it was turned into an exception. */
bool warn_explicit(Type *category, Value message, Value filename, int lineno,
                   bool registered) MUST_USE;
/* Set by _warnings: false with an exception pending. */
extern bool (*warn_explicit_hook)(Type *category, Value message, Value filename, int lineno,
                                  bool registered);

/* Formats as `raise` does into a str. */
Value format_value(const char *format, ...);
Value format_value_list(const char *format, __builtin_va_list arguments);

#endif
