/* What the files of _pickle share: the opcodes, the pickler and the unpickler, and what the module
 * knows of copyreg and _compat_pickle.
 *
 * One pickler or unpickler is used by one thread at a time: whatever looks into it has its turn
 * (core/turn.h), and others sleep until that is over. Python code that runs meanwhile may come
 * back into the same object on the same thread, as it may with CPython. So nothing is kept in C
 * variables over a call of Python code that says how much there is of something: every read and
 * write looks at the object's own bounds.
 *
 * Formats: pickletools.py of the standard library documents each opcode and each protocol. */
#ifndef WEFT_MODULES_PICKLE_PICKLE_H
#define WEFT_MODULES_PICKLE_PICKLE_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/turn.h"
#include "types/bytes.h"

enum {
    PICKLE_HIGHEST_PROTOCOL = 5,
    PICKLE_DEFAULT_PROTOCOL = 4,
    PICKLE_BATCH = 1000,             /* items to one APPENDS, SETITEMS or ADDITEMS */
    PICKLE_FRAME_HEADER = 9,         /* opcode and 8 bytes of length */
    PICKLE_FRAME_MINIMUM = 4,        /* shorter frames have no header */
    PICKLE_FRAME_TARGET = 64 * 1024, /* where a frame ends, at the next opcode */
    PICKLE_PLAIN_SHAPES = 8,         /* a power of two */
    PICKLE_FAST_NESTING = 50,        /* depth from which fast mode looks for cycles */
    UNPICKLE_PREFETCH = 128 * 1024   /* bytes to peek at */
};

enum {
    PICKLE_MARK = '(',
    PICKLE_STOP = '.',
    PICKLE_POP = '0',
    PICKLE_POP_MARK = '1',
    PICKLE_DUP = '2',
    PICKLE_FLOAT = 'F',
    PICKLE_INT = 'I',
    PICKLE_BININT = 'J',
    PICKLE_BININT1 = 'K',
    PICKLE_LONG = 'L',
    PICKLE_BININT2 = 'M',
    PICKLE_NONE = 'N',
    PICKLE_PERSID = 'P',
    PICKLE_BINPERSID = 'Q',
    PICKLE_REDUCE = 'R',
    PICKLE_STRING = 'S',
    PICKLE_BINSTRING = 'T',
    PICKLE_SHORT_BINSTRING = 'U',
    PICKLE_UNICODE = 'V',
    PICKLE_BINUNICODE = 'X',
    PICKLE_APPEND = 'a',
    PICKLE_BUILD = 'b',
    PICKLE_GLOBAL = 'c',
    PICKLE_DICT = 'd',
    PICKLE_EMPTY_DICT = '}',
    PICKLE_APPENDS = 'e',
    PICKLE_GET = 'g',
    PICKLE_BINGET = 'h',
    PICKLE_INST = 'i',
    PICKLE_LONG_BINGET = 'j',
    PICKLE_LIST = 'l',
    PICKLE_EMPTY_LIST = ']',
    PICKLE_OBJ = 'o',
    PICKLE_PUT = 'p',
    PICKLE_BINPUT = 'q',
    PICKLE_LONG_BINPUT = 'r',
    PICKLE_SETITEM = 's',
    PICKLE_TUPLE = 't',
    PICKLE_EMPTY_TUPLE = ')',
    PICKLE_SETITEMS = 'u',
    PICKLE_BINFLOAT = 'G',
    /* protocol 2 */
    PICKLE_PROTO = 0x80,
    PICKLE_NEWOBJ,
    PICKLE_EXT1,
    PICKLE_EXT2,
    PICKLE_EXT4,
    PICKLE_TUPLE1,
    PICKLE_TUPLE2,
    PICKLE_TUPLE3,
    PICKLE_NEWTRUE,
    PICKLE_NEWFALSE,
    PICKLE_LONG1,
    PICKLE_LONG4,
    /* protocol 3 */
    PICKLE_BINBYTES = 'B',
    PICKLE_SHORT_BINBYTES = 'C',
    /* protocol 4 */
    PICKLE_SHORT_BINUNICODE = 0x8c,
    PICKLE_BINUNICODE8,
    PICKLE_BINBYTES8,
    PICKLE_EMPTY_SET,
    PICKLE_ADDITEMS,
    PICKLE_FROZENSET,
    PICKLE_NEWOBJ_EX,
    PICKLE_STACK_GLOBAL,
    PICKLE_MEMOIZE,
    PICKLE_FRAME,
    /* protocol 5 */
    PICKLE_BYTEARRAY8,
    PICKLE_NEXT_BUFFER,
    PICKLE_READONLY_BUFFER
};

/* ---- the module (module.c) */

/* All roots, set when the module is executed. */
extern struct PickleState {
    Value pickle_error, pickling_error, unpickling_error;
    /* dicts of copyreg */
    Value dispatch_table, extension_registry, inverted_registry, extension_cache;
    /* dicts of _compat_pickle: from Python 2's names, and to them */
    Value name_mapping, import_mapping, reverse_name_mapping, reverse_import_mapping;
    Value codecs_encode, partial, getattr;
    Value newobj_name, newobj_ex_name; /* "__newobj__", "__newobj_ex__" */
    Value locals_name;                 /* "<locals>" */
} pickle_state;

/* Interned names; made with the module. */
extern struct PickleNames {
#define PICKLE_NAME(n) Value n;
#include "modules/pickle/pickle_names.def"
#undef PICKLE_NAME
} pickle_names;

#define PicklingError   ((Type *)pickle_state.pickling_error)
#define UnpicklingError ((Type *)pickle_state.unpickling_error)

/* The parts of a qualified name: a list of strs. AttributeError for the name of something local to
 * a function, which is looked for in `where` (0: nowhere yet). */
Value pickle_dotted_path(Value where, Value name) MUST_USE;
/* where.a.b.c; 0, without an exception, if there is no such attribute. */
Value pickle_follow(Value where, Value path) MUST_USE;

/* ---- pickling */

/* guarded by turn, but for what is also looked at or set without it, which is atomic: write,
 * persistent_id, dispatch_table, bin, fast */
typedef struct Pickler {
    Object ob;
    Value write;            /* the file's write; 0: not initialised, or bytes are wanted */
    Value buffer_callback;  /* or 0 */
    Value persistent_id;    /* attribute set on the instance, or 0 */
    Value dispatch_table;   /* of its own, or 0: copyreg's */
    Value reducer_override; /* of the dump under way, or 0 */
    Value find_persistent;  /* persistent_id of the dump under way; 0: the default */
    Value fast_memo;        /* dict of ids of what fast mode is in, or 0 */
    Array *memo;            /* pairs of an object and its number, hashed by address; or 0 */
    intptr_t memo_count;    /* the next number */
    intptr_t memo_used;     /* objects in it */
    /* Shapes whose objects are pickled as class and attributes, found at plain_epoch: save_plain.c
     */
    uint32_t plain_shapes[PICKLE_PLAIN_SHAPES];
    uint64_t plain_epoch;
    Bytes *output; /* unfinished, nobody else has it; or 0 */
    intptr_t length, capacity;
    intptr_t frame_start; /* where the frame's header is in output; -1: no frame */
    intptr_t boundary;    /* length from which the frame is to be ended */
    int32_t proto, bin, fast, fast_nesting;
    bool fix_imports, framing;
    Turn turn;
} Pickler;

extern Type pickler_type, pickler_memo_type, unpickler_type, unpickler_memo_type;
extern Type pickle_buffer_type;

/* The arguments of Pickler(), dump() and dumps() into a new pickler. file 0: bytes are wanted. */
bool pickler_set_up(Pickler *p, Value file, Value protocol, Value fix_imports,
                    Value buffer_callback) MUST_USE;
/* Pickles one object into the output, and to the file if there is one. */
bool pickler_dump(Pickler *p, Value object) MUST_USE;
/* The output, which the pickler gives away. */
Value pickler_take_output(Pickler *p) MUST_USE;
/* The method `name` of a pickler or unpickler that is to be asked: `own` if it is not 0; *hook 0
 * where it would be the type's own, whose definition is `original`. */
bool pickle_find_hook(Value self, Value own, Value name, const MethodDef *original,
                      Value *hook) MUST_USE;

/* output.c */
bool pickle_grow(Pickler *p, intptr_t size) MUST_USE;
bool pickle_flush(Pickler *p) MUST_USE; /* output to the file */
void pickle_reset_output(Pickler *p);
bool pickle_start_framing(Pickler *p) MUST_USE;
void pickle_end_frame(Pickler *p);
bool pickle_boundary(Pickler *p) MUST_USE; /* ends a frame that is long enough */
/* Header and data; large data goes to the file by itself. `payload`: the object that the data is
 * in, to be written, or 0. */
bool pickle_write_large(Pickler *p, const void *header, intptr_t header_size, const char *data,
                        intptr_t size, Value payload) MUST_USE;

/* Where `size` bytes can be written before pickle_advance; 0 on failure. No Python code may run
 * between the two. */
ALWAYS_INLINE char *pickle_room(Pickler *p, intptr_t size)
{
    if (unlikely(size > p->capacity - p->length) && !pickle_grow(p, size))
        return 0;
    return p->output->data + p->length;
}

ALWAYS_INLINE void pickle_advance(Pickler *p, intptr_t size)
{
    p->length += size;
}

ALWAYS_INLINE bool pickle_op(Pickler *p, int opcode)
{
    char *out = TRY(pickle_room(p, 1));
    *out = (char)opcode;
    pickle_advance(p, 1);
    return true;
}

bool pickle_write(Pickler *p, const void *data, intptr_t size) MUST_USE;

ALWAYS_INLINE void pickle_put_u32(char *out, uint32_t n)
{
    memcpy(out, &n, 4);
}

/* memo.c: objects by address. -1: not there. */
intptr_t pickle_memo_find(const Pickler *p, Value object);
bool pickle_memo_add(Pickler *p, Value object, intptr_t number) MUST_USE;
void pickle_memo_clear(Pickler *p);
/* {id: (number, object)} */
Value pickle_memo_as_dict(Pickler *p) MUST_USE;
bool pickle_memo_set(Pickler *p, Value dict) MUST_USE;
/* Writes the instruction that gets, or puts, what is on the stack. Nothing is put in fast mode. */
bool pickle_get(Pickler *p, intptr_t number) MUST_USE;
bool pickle_put(Pickler *p, Value object) MUST_USE;
/* The same for something that nothing else refers to: it takes a number, and is not remembered. */
bool pickle_put_unseen(Pickler *p) MUST_USE;

/* In fast mode, from a certain depth: ValueError if the object is being pickled already, as nothing
 * else would stop at a cycle. The second must follow, whatever the result; it returns `saved`. */
bool pickle_fast_enter(Pickler *p, Value object) MUST_USE;
bool pickle_fast_leave(Pickler *p, Value object, bool saved) MUST_USE;

/* save*.c */
bool pickle_save_int(Pickler *p, Value v) MUST_USE;
bool pickle_save_slow(Pickler *p, Value object) MUST_USE;
ALWAYS_INLINE bool pickle_save(Pickler *p, Value object)
{
    bool is_simple = is_int(object) && !p->find_persistent && p->length < p->boundary;
    return is_simple ? pickle_save_int(p, object) : pickle_save_slow(p, object);
}
bool pickle_save_value(Pickler *p, Value object) MUST_USE; /* without asking persistent_id */
bool pickle_save_str(Pickler *p, Value s) MUST_USE;
bool pickle_save_bytes(Pickler *p, Value bytes) MUST_USE;
bool pickle_save_bytearray(Pickler *p, Value bytearray) MUST_USE;
bool pickle_save_buffer(Pickler *p, Value buffer) MUST_USE;
bool pickle_save_float(Pickler *p, double d) MUST_USE;
bool pickle_save_tuple(Pickler *p, Value tuple) MUST_USE;
bool pickle_save_list(Pickler *p, Value list) MUST_USE;
bool pickle_save_dict(Pickler *p, Value dict) MUST_USE;
bool pickle_save_set(Pickler *p, Value set) MUST_USE;
bool pickle_save_frozenset(Pickler *p, Value set) MUST_USE;
bool pickle_append_batches(Pickler *p, Value iterator) MUST_USE;
bool pickle_set_batches(Pickler *p, Value iterator) MUST_USE;
/* As something that can be found by name: name 0: by its own. */
bool pickle_save_global(Pickler *p, Value object, Value name) MUST_USE;
bool pickle_save_type(Pickler *p, Value type) MUST_USE;
/* What __reduce__ and the like returned, a tuple; object 0: nothing to memoize. */
bool pickle_save_reduced(Pickler *p, Value reduced, Value object) MUST_USE;
/* *saved: it was an ordinary instance of a Python class. */
bool pickle_save_plain(Pickler *p, Value object, bool *saved) MUST_USE;
/* By reducer_override, the dispatch table, or the object's own methods. */
bool pickle_save_other(Pickler *p, Value object) MUST_USE;

/* ---- PickleBuffer (picklebuffer.c) */

typedef struct PickleBuffer {
    Object ob;
    Buffer buffer; /* owner 0: released; guarded by lock */
} PickleBuffer;
/* The view of one, which the caller releases. ValueError if it is released. */
bool pickle_buffer_view(Value v, Buffer *buffer) MUST_USE;
bool pickle_buffer_is_contiguous(const Buffer *buffer); /* in C's or Fortran's order */

/* ---- unpickling */

/* guarded by turn, but for what is also looked at or set without it, which is atomic:
 * persistent_load, proto, fix_imports */
typedef struct Unpickler {
    Object ob;
    Value read, readline;   /* the file's methods; 0: not initialised, or it reads from memory */
    Value readinto, peek;   /* or 0 */
    Value buffers;          /* iterator of out-of-band buffers, or 0 */
    Value encoding, errors; /* str without NULs; of old strings */
    Value persistent_load;  /* attribute set on the instance, or 0 */
    Value find_persistent;  /* persistent_load of the load under way; 0: the default */
    Value input;            /* bytes that `data` points into, or 0: memory that the caller holds */
    const unsigned char *data;
    intptr_t at, end;    /* what is left of it */
    intptr_t prefetched; /* data[prefetched, at) was peeked at, and has to be read yet */
    Array *stack;        /* or 0 */
    intptr_t depth;      /* values on it */
    intptr_t fence;      /* those below are out of reach, for the last mark */
    Raw *marks;          /* intptr_t: the depths at which there are marks; or 0 */
    intptr_t mark_count;
    Array *memo;         /* by number, 0 where there is none; or 0 */
    intptr_t memo_count; /* numbers in use */
    Value sparse;        /* dict of those whose number is too large for `memo`, or 0 */
    int32_t proto;
    bool fix_imports;
    Turn turn;
} Unpickler;

/* file: 0: it reads from memory. options: fix_imports, encoding, errors, buffers, as given to
 * `function`. */
bool unpickler_set_up(Unpickler *u, const char *function, Value file, Value *options) MUST_USE;
Value unpickler_load(Unpickler *u) MUST_USE;

/* input.c: from the file, where memory does not have enough. UnpicklingError at its end. */
const unsigned char *unpickle_take_slow(Unpickler *u, intptr_t size) MUST_USE;
/* A line with its end; *size is its length. */
const unsigned char *unpickle_line(Unpickler *u, intptr_t *size) MUST_USE;
/* The next `size` bytes, without believing that there are that many. */
Value unpickle_read_bytes(Unpickler *u, intptr_t size) MUST_USE;
Value unpickle_read_bytearray(Unpickler *u, intptr_t size) MUST_USE;
/* Reads from the file what was only peeked at. */
bool unpickle_skip_consumed(Unpickler *u) MUST_USE;

/* The next `size` bytes, valid until the next call; 0 on failure. */
ALWAYS_INLINE const unsigned char *unpickle_take(Unpickler *u, intptr_t size)
{
    if (unlikely(size > u->end - u->at))
        return unpickle_take_slow(u, size);
    const unsigned char *data = u->data + u->at;
    u->at += size;
    return data;
}

/* stack.c */
bool unpickle_push_slow(Unpickler *u, Value v) MUST_USE;
Value unpickle_underflow(const Unpickler *u); /* UnpicklingError */
bool unpickle_push_mark(Unpickler *u) MUST_USE;
intptr_t unpickle_pop_mark(Unpickler *u);                      /* its depth; -1: there is none */
bool unpickle_drop(Unpickler *u, intptr_t start) MUST_USE;     /* the values from `start` up */
bool unpickle_discard(Unpickler *u) MUST_USE;                  /* the value or mark on top */
Value unpickle_memo_find(const Unpickler *u, intptr_t number); /* 0 without an exception */
bool unpickle_memo_set(Unpickler *u, intptr_t number, Value v) MUST_USE;
void unpickle_memo_clear(Unpickler *u);
Value unpickle_memo_as_dict(Unpickler *u) MUST_USE;
bool unpickle_memo_replace(Unpickler *u, Value dict) MUST_USE;
/* The values from `start` up, which leave the stack. */
Value unpickle_pop_tuple(Unpickler *u, intptr_t start) MUST_USE;
Value unpickle_pop_list(Unpickler *u, intptr_t start) MUST_USE;

ALWAYS_INLINE bool unpickle_push(Unpickler *u, Value v)
{
    Array *stack = u->stack;
    if (unlikely(u->depth >= stack->capacity))
        return unpickle_push_slow(u, v);
    gc_store(stack, &stack->items[u->depth], v);
    u->depth++;
    return true;
}

/* 0 with UnpicklingError if there is none. */
ALWAYS_INLINE Value unpickle_pop(Unpickler *u)
{
    if (unlikely(u->depth <= u->fence))
        return unpickle_underflow(u);
    return u->stack->items[--u->depth];
}

ALWAYS_INLINE Value unpickle_top(Unpickler *u)
{
    if (unlikely(u->depth <= u->fence))
        return unpickle_underflow(u);
    return u->stack->items[u->depth - 1];
}

/* What instructions do, but for the simplest. `width`: bytes of the number that follows. */
/* load_value.c */
bool unpickle_int(Unpickler *u) MUST_USE;
bool unpickle_long(Unpickler *u) MUST_USE;
bool unpickle_counted_long(Unpickler *u, int width) MUST_USE;
bool unpickle_float(Unpickler *u) MUST_USE;
bool unpickle_binfloat(Unpickler *u) MUST_USE;
bool unpickle_counted_str(Unpickler *u, int width) MUST_USE;
bool unpickle_unicode(Unpickler *u) MUST_USE;
bool unpickle_string(Unpickler *u) MUST_USE;
bool unpickle_counted_string(Unpickler *u, int width) MUST_USE;
bool unpickle_counted_bytes(Unpickler *u, int width) MUST_USE;
bool unpickle_bytearray(Unpickler *u) MUST_USE;
bool unpickle_next_buffer(Unpickler *u) MUST_USE;
bool unpickle_readonly_buffer(Unpickler *u) MUST_USE;
bool unpickle_protocol(Unpickler *u) MUST_USE;
bool unpickle_frame(Unpickler *u) MUST_USE;
bool unpickle_get(Unpickler *u) MUST_USE;
bool unpickle_put(Unpickler *u) MUST_USE;
/* load_container.c */
bool unpickle_tuple_of(Unpickler *u, intptr_t length) MUST_USE;
bool unpickle_tuple(Unpickler *u) MUST_USE;
bool unpickle_list(Unpickler *u) MUST_USE;
bool unpickle_frozenset(Unpickler *u) MUST_USE;
bool unpickle_append(Unpickler *u) MUST_USE;
bool unpickle_appends(Unpickler *u) MUST_USE;
bool unpickle_setitem(Unpickler *u) MUST_USE;
bool unpickle_setitems(Unpickler *u) MUST_USE;
bool unpickle_dict(Unpickler *u) MUST_USE;
bool unpickle_additems(Unpickler *u) MUST_USE;
bool unpickle_get_number(Unpickler *u, intptr_t number) MUST_USE;
bool unpickle_put_number(Unpickler *u, intptr_t number) MUST_USE;
/* load_object.c */
bool unpickle_global(Unpickler *u) MUST_USE;
bool unpickle_stack_global(Unpickler *u) MUST_USE;
bool unpickle_extension(Unpickler *u, int width) MUST_USE;
bool unpickle_persistent(Unpickler *u) MUST_USE;
bool unpickle_binary_persistent(Unpickler *u) MUST_USE;
bool unpickle_inst(Unpickler *u) MUST_USE;
bool unpickle_obj(Unpickler *u) MUST_USE;
bool unpickle_newobj(Unpickler *u) MUST_USE;
bool unpickle_newobj_ex(Unpickler *u) MUST_USE;
bool unpickle_reduce(Unpickler *u) MUST_USE;
bool unpickle_build(Unpickler *u) MUST_USE;
Value unpickler_find_class(Unpickler *u, Value module_name, Value name) MUST_USE;
extern MethodDef *const unpickler_find_class_entry, *const unpickler_persistent_load_entry;
void unpickler_start(void); /* completes the type; before it is made ready */

#endif
