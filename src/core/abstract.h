/* Operations on any value, as Python's operators and builtin functions do them. Unless it
 * says otherwise: 0 / false / -1 means failure with an exception pending. */
#ifndef WEFT_CORE_ABSTRACT_H
#define WEFT_CORE_ABSTRACT_H

#include "core/type.h"

extern Object none_object, true_object, false_object, notimplemented_object, ellipsis_object;
#define None           ((Value)&none_object)
#define True           ((Value)&true_object)
#define False          ((Value)&false_object)
#define NotImplemented ((Value)&notimplemented_object)
#define Ellipsis       ((Value)&ellipsis_object)
ALWAYS_INLINE Value bool_value(bool b)
{
    return b ? True : False;
}

/* ---- attributes (core/attribute.c) */
Value get_attr(Value o, Value name) MUST_USE;
/* 0 without an exception if there is no such attribute; *found tells it from failure. */
bool get_attr_optional(Value o, Value name,
                       Value *result) MUST_USE;           /* false: failure; *result 0: absent */
bool set_attr(Value o, Value name, Value value) MUST_USE; /* value 0: delete */
int has_attr(Value o, Value name);
Value generic_getattr(Value o, Value name); /* object.__getattribute__ */
bool generic_setattr(Value o, Value name, Value value);
Value get_attr_string(Value o, const char *name) MUST_USE; /* name is ASCII */
bool set_attr_string(Value o, const char *name, Value value) MUST_USE;
/* The instance's __dict__ as a dict (made on demand); AttributeError if it has none. */
Value instance_dict(Value o) MUST_USE;
bool instance_set_dict(Value o, Value dict) MUST_USE;

/* ---- objects (core/abstract.c) */
Value object_repr(Value o) MUST_USE;
Value object_str(Value o) MUST_USE;
Value object_ascii(Value o) MUST_USE;
Value object_format(Value o, Value spec) MUST_USE; /* spec: str or 0 */
bool object_hash(Value o, int64_t *hash) MUST_USE;
/* The hash slot of types without one: TypeError "unhashable type: 'list'". */
bool hash_unhashable(Value o, int64_t *hash);
/* What `op` says of two values in this order: -1 or less, 0, 1 or more. */
ALWAYS_INLINE bool order_holds(intptr_t order, CompareOp op)
{
    switch (op) {
    case CMP_LT:
        return order < 0;
    case CMP_LE:
        return order <= 0;
    case CMP_EQ:
        return order == 0;
    case CMP_NE:
        return order != 0;
    case CMP_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}
/* The same as True or False. */
ALWAYS_INLINE Value order_value(intptr_t order, CompareOp op)
{
    return bool_value(order_holds(order, op));
}
Value object_compare(Value a, Value b, CompareOp op) MUST_USE;
/* The same when the left operand's type has answered NotImplemented. */
Value object_compare_after_left(Value a, Value b, CompareOp op) MUST_USE;
int object_compare_bool(Value a, Value b, CompareOp op); /* 1, 0, -1; identity implies equality */
int object_equal(Value a, Value b);                      /* the same for ==: 1, 0, -1 */
int object_truth(Value o);                               /* 1, 0, -1 */
/* `is`: by value for ints and floats, by address otherwise. */
bool object_is_slow(Value a, Value b);
ALWAYS_INLINE bool object_is(Value a, Value b)
{
    return a == b || (is_object(a) && is_object(b) && object_is_slow(a, b));
}
Value object_id(Value o) MUST_USE; /* an int */
Value object_dir(Value o) MUST_USE;
intptr_t object_length(Value o);                         /* -1 */
intptr_t object_length_hint(Value o, intptr_t fallback); /* -1 */
/* repr of a container that is already being printed: true if so (print "..."), false if it
 * was entered, and then repr_leave must follow; failure: 0 entered and an exception pending */
bool repr_enter(Value o, bool *recursive) MUST_USE;
void repr_leave(Value o);

/* ---- numbers (core/number.c) */
typedef enum BinaryOp {
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_MATRIX_MULTIPLY,
    OP_TRUE_DIVIDE,
    OP_FLOOR_DIVIDE,
    OP_REMAINDER,
    OP_POWER,
    OP_LSHIFT,
    OP_RSHIFT,
    OP_AND,
    OP_OR,
    OP_XOR,
    OP_DIVMOD
} BinaryOp;
Value number_binary(BinaryOp op, Value a, Value b) MUST_USE;
Value number_inplace(BinaryOp op, Value a, Value b) MUST_USE;
/* What comes of it after the left operand's own method has said NotImplemented. */
Value number_after_left(BinaryOp op, Value a, Value b, bool inplace) MUST_USE;
Value number_power(Value base, Value exponent, Value modulus) MUST_USE;
Value number_negative(Value o) MUST_USE;
Value number_positive(Value o) MUST_USE;
Value number_invert(Value o) MUST_USE;
Value number_absolute(Value o) MUST_USE;
Value number_index(Value o) MUST_USE; /* an exact int */
Value number_int(Value o) MUST_USE;   /* int(o) */
Value number_float(Value o) MUST_USE; /* float(o) */
bool number_as_double(Value o, double *out) MUST_USE;
/* __index__ as machine integer. Of an argument: OverflowError "Python int too large to convert to C
 * ssize_t"; _or, of a subscript or a factor: the caller's exception, "cannot fit 'T' into an
 * index-sized integer"; clipped: saturates, for slices. */
bool index_as_intptr(Value o, intptr_t *out) MUST_USE;
bool index_as_intptr_or(Value o, intptr_t *out, Type *overflow) MUST_USE;
bool index_as_intptr_clipped(Value o, intptr_t *out) MUST_USE;
bool index_as_int64(
    Value o, int64_t *out) MUST_USE; /* OverflowError "Python int too large to convert to C long" */
bool index_as_int(Value o, int *out) MUST_USE; /* ... "to C int" */
bool index_as_uint64(Value o, uint64_t *out) MUST_USE;
bool has_index(Value o);
bool value_is_number(Value o); /* complex, or has __index__, __int__ or __float__ */

/* ---- items */
Value get_item(Value o, Value key) MUST_USE;
bool set_item(Value o, Value key, Value value) MUST_USE; /* value 0: delete */
int object_contains(Value container, Value item);        /* 1, 0, -1 */
Value sequence_item(Value o, intptr_t i) MUST_USE;
bool is_sequence(Value o); /* has __getitem__ and is no dict */
/* Makes an index count from the end if negative and checks it against length. */
ALWAYS_INLINE bool index_resolve(intptr_t *i, intptr_t length)
{
    if (*i < 0)
        *i += length;
    return *i >= 0 && *i < length;
}

/* ---- iteration */
Value get_iter(Value o) MUST_USE;
/* The next item, or 0: exhausted if no exception is pending. A StopIteration is cleared. */
Value iter_next(Value iterator) MUST_USE;
bool is_iterator(Value o);
/* Runs body for each item:   ITERATE(item, iterable) { ... }  ITERATE_END  (core/iterate.h) */

/* ---- buffers (core/buffer.c) */
bool buffer_get(Value o, Buffer *buffer,
                int flags) MUST_USE; /* TypeError "a bytes-like object is required, not 'T'" */
void buffer_release(Buffer *buffer);
/* `size` bytes, which other threads may write meanwhile, for memcmp, a library or a system call to
 * read: on the machine these find each byte old or new, but C has no word for it, so
 * ThreadSanitizer gets a copy. What buffer_get gives for reading has been through this. */
#ifdef __SANITIZE_THREAD__
const char *read_outside(const char *data, intptr_t size);
#else
ALWAYS_INLINE const char *read_outside(const char *data, intptr_t size UNUSED)
{
    return data;
}
#endif
/* The same for a type's release function, which runs when the owner is dead as well: only builtin
 * code is called, and the buffer stays as it is. */
void buffer_drop(Buffer *buffer);
/* Before a change of size, with no lock held, for an object that counts the buffers in use in
 * `exports`: views that nobody holds any more give theirs back when the collector finds them dead,
 * which may be long after they died, so it is asked now. May run Python code (finalisers). */
void buffer_reclaim(const intptr_t *exports);
/* Collects as precisely as it can be done in the middle of an instruction; set by the interpreter.
 */
extern size_t (*collect_hook)(int generation);
/* Where an instruction of Python code puts its result; frame 0: nowhere that is known. */
typedef struct ResultPlace {
    const void *frame;
    uint32_t word;
} ResultPlace;
/* For an object that holds something which others miss, a buffer say, and that only builtin code
 * has seen so far: true, and where its only reference will be, if the instruction that runs calls
 * `called` (a type, a MethodDef, or the object whose item is taken), and puts the result into a
 * temporary. Set by the interpreter, as is the next. */
extern bool (*result_place_hook)(const void *called, ResultPlace *place);
/* Is `v`, which was put there, used for the last time by the instruction that runs, which calls
 * `called`? */
extern bool (*last_use_hook)(Value v, const void *called, const ResultPlace *place);
/* Around a wait that lasts, in the native state: lets go of what the thread's frames do not need
 * any more, so that collections of other threads find it dead. Set by vm/. */
extern void (*rest_hook)(bool begins);
enum { REST_AFTER_NS = 100000000 }; /* a wait that has gone on for so long lasts */
bool has_buffer(Value o);

/* ---- modules */
/* Imports the module (dotted: the innermost) and gets the attribute: what __reduce__ and the
 * like need of Python code. */
Value import_attribute(const char *module, const char *name) MUST_USE;

/* ---- paths */
Value fs_path(Value o) MUST_USE; /* os.fspath */
bool has_fs_path(Value o);       /* whether it has an __fspath__ */

#endif
