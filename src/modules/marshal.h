/* Marshal: Python's constants and code objects as bytes. The format of data is CPython's, version
 * 4; code objects have a layout of their own, so byte code files carry a magic number of ours.
 *
 * An object that occurs more than once is written once, with FLAG_REF in its type byte; the
 * reader numbers flagged objects in the order of their type bytes, and later ones are references
 * by number. */
#ifndef WEFT_MODULES_MARSHAL_H
#define WEFT_MODULES_MARSHAL_H

#include "core/value.h"
#include "base/common.h"

struct Code;

enum { MARSHAL_VERSION = 4, MARSHAL_MAX_DEPTH = 2000 };

enum {
    TYPE_NULL = '0',
    TYPE_NONE = 'N',
    TYPE_FALSE = 'F',
    TYPE_TRUE = 'T',
    TYPE_STOP_ITERATION = 'S',
    TYPE_ELLIPSIS = '.',
    TYPE_INT = 'i',
    TYPE_INT64 = 'I', /* read only: old data */
    TYPE_LONG = 'l',
    TYPE_FLOAT = 'f',
    TYPE_BINARY_FLOAT = 'g',
    TYPE_COMPLEX = 'x',
    TYPE_BINARY_COMPLEX = 'y',
    TYPE_BYTES = 's',
    TYPE_REF = 'r',
    TYPE_TUPLE = '(',
    TYPE_SMALL_TUPLE = ')',
    TYPE_LIST = '[',
    TYPE_DICT = '{',
    TYPE_CODE = 'c',
    TYPE_FROZEN_CODE = 'C', /* only in frozen modules: see marshal_freeze */
    TYPE_STR = 'u',
    TYPE_INTERNED = 't',
    TYPE_ASCII = 'a',
    TYPE_ASCII_INTERNED = 'A',
    TYPE_SHORT_ASCII = 'z',
    TYPE_SHORT_ASCII_INTERNED = 'Z',
    TYPE_SET = '<',
    TYPE_FROZENSET = '>',
    FLAG_REF = 0x80
};

/* The numbers in a code object, in the order in which they are stored. */
#define CODE_NUMBERS(X)                                                                            \
    X(argcount)                                                                                    \
    X(posonly_argcount)                                                                            \
    X(kwonly_argcount)                                                                             \
    X(flags)                                                                                       \
    X(locals_count)                                                                                \
    X(register_count)                                                                              \
    X(clear_count)                                                                                 \
    X(kept_count)                                                                                  \
    X(first_line)                                                                                  \
    X(feedback_count)

/* bytes of the value. ValueError if it or something in it cannot be written. */
Value marshal_dumps(Value v, int version, bool allow_code) MUST_USE;
/* The value at the start of the data; *used (if not 0) becomes its length. ValueError, EOFError,
 * TypeError for bad data. */
Value marshal_loads(const char *data, size_t size, bool allow_code, size_t *used) MUST_USE;
/* The same from a file object, which is left behind the value. */
Value marshal_load_file(Value file, bool allow_code) MUST_USE;

/* bytes of code for a frozen module, so that the code of functions can be read when it is first
 * needed: what a function is made of, then the size of the body and the body, whose references are
 * its own. There are no names of files in it. */
Value marshal_freeze(Value code) MUST_USE;
/* The code in such data, with the name of its file. `data` is that of frozen modules if `lazy`: the
 * code's bodies are left there, at `body` bytes from `start`. */
typedef struct FrozenSource {
    const char *start;
    Value filename;
    bool lazy;
} FrozenSource;
Value marshal_thaw(const FrozenSource *source, const char *data, size_t size) MUST_USE;
/* Reads a body that was left behind into its code. */
bool marshal_thaw_body(const FrozenSource *source, struct Code *code, const char *body) MUST_USE;

#endif
