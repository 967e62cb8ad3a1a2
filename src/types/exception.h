/* Exceptions: the structs of exceptions.def and what C code does with them. */
#ifndef WEFT_TYPES_EXCEPTION_H
#define WEFT_TYPES_EXCEPTION_H

#include "core/error.h"

/* Fields are changed with gc_store; each alone is atomic. */
#define EXCEPTION_HEAD                                                                             \
    Object ob;                                                                                     \
    Value args;                      /* tuple */                                                   \
    Value traceback, context, cause; /* 0: None; notes are the attribute __notes__ */              \
    bool suppress_context
typedef struct Exception_ {
    EXCEPTION_HEAD;
} Exception_;
typedef struct GroupException {
    EXCEPTION_HEAD;
    Value message, exceptions;
} GroupException;
typedef struct SystemExitException {
    EXCEPTION_HEAD;
    Value code;
} SystemExitException;
typedef struct StopIterationException {
    EXCEPTION_HEAD;
    Value value;
} StopIterationException;
typedef struct AttributeException {
    EXCEPTION_HEAD;
    Value name, obj;
} AttributeException;
typedef struct NameException {
    EXCEPTION_HEAD;
    Value name;
} NameException;
typedef struct ImportException {
    EXCEPTION_HEAD;
    Value msg, name, path, name_from;
} ImportException;
typedef struct OSException {
    EXCEPTION_HEAD;
    Value errno_, strerror_, filename, filename2, winerror;
    intptr_t characters_written; /* -1: not set */
} OSException;
typedef struct SyntaxException {
    EXCEPTION_HEAD;
    Value msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line;
} SyntaxException;
typedef struct UnicodeException {
    EXCEPTION_HEAD;
    Value encoding, object;
    intptr_t start, end;
    Value reason;
} UnicodeException;

ALWAYS_INLINE bool is_exception(Value v)
{
    return has_layout(v, LAYOUT_EXCEPTION);
}
bool is_exception_class(Value v);
extern Value ExceptionGroup; /* the class: it has two bases, so it is made at start */
bool is_exception_group(Value v);
/* type(argument), or type() if argument is 0; quick for builtin types. */
Value exception_make(Type *type, Value argument) MUST_USE;
/* A MemoryError, without allocating if need be. */
Value exception_no_memory(void);
/* Value of a StopIteration; None if it has none. */
Value stop_iteration_value(Value exception);
Value raise_unicode_decode(const char *encoding, const char *data, size_t size, size_t start,
                           size_t end, const char *reason);
Value raise_unicode_encode(const char *encoding, Value text, intptr_t start, intptr_t end,
                           const char *reason);
Value raise_attribute_error(Value object,
                            Value name); /* "'T' object has no attribute 'n'", name and obj set */
/* A NameError with the attribute `name`, which hints are looked for with; the name is the format's
 * %V. */
Value raise_name_error(const char *format, Value name);
Value raise_import_error(Type *type, Value name, Value path, const char *format, ...);
Value raise_syntax_error(Type *type, Value message, Value filename, int lineno, int offset,
                         Value text, int end_lineno, int end_offset);
void exception_set_context(Value exception,
                           Value context); /* avoids cycles, as implicit chaining does */
void exception_set_cause(Value exception, Value cause);
void exception_set_traceback(Value exception, Value traceback);
Value exception_group_new(Value message, Value exceptions); /* BaseExceptionGroup(...) */
/* except*: the part of `exception` (group or not) that matches, and the rest (either None). */
bool exception_group_split(Value exception, Value type, Value *match, Value *rest) MUST_USE;
Value exception_group_wrap_star(
    Value original,
    Value raised_list); /* what is left to raise after except* clauses; None: nothing */

void exception_start(void);

#endif
