/* What the files of _io share: the classes, the lock of a file object, and the calls that the
 * layers of a file make to each other.
 *
 * A text file sits on a buffered one, which sits on a raw one. Where the layer below is exactly one
 * of our own types its C function is called; else its Python method is. */
#ifndef WEFT_MODULES_IO_IO_H
#define WEFT_MODULES_IO_IO_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "modules/system.h"

#define DEFAULT_BUFFER_SIZE 8192

/* Head of a type whose struct ends with `tail`, where its attributes are. */
#define IO_TYPE_HEAD(name_, struct_)                                                               \
    .ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC}, .name = (name_),                            \
    .size = offsetof(struct_, tail), .tail_offset = offsetof(struct_, tail), .has_weakrefs = true

extern Type iobase_type, rawiobase_type, bufferediobase_type, textiobase_type;
extern Type fileio_type, bytesio_type, bytesio_buffer_type, stringio_type, newline_decoder_type;
extern Type buffered_reader_type, buffered_writer_type, buffered_random_type, buffered_pair_type;
extern Type text_wrapper_type;
extern Value unsupported_operation; /* class io.UnsupportedOperation; a root */

extern struct IoNames {
#define IO_NAME(n) Value n;
#include "modules/io/io_names.def"
#undef IO_NAME
} io_names;

/* ---- the lock of a file object (lock.c)
 *
 * Held over system calls and over Python code of layers below, so it is not the object's own lock.
 * While the object is local it costs two plain stores. A thread that comes back into an object
 * that it is at work on (a signal handler, a raw file in Python) gets RuntimeError. */
typedef struct IoLock {
    uint8_t byte;   /* atomic: as base/lock.h */
    uint32_t owner; /* atomic: id of the thread inside, or 0 */
} IoLock;

bool io_lock_enter(Value self, IoLock *lock) MUST_USE; /* RuntimeError "reentrant call inside" */
bool io_lock_try(Value self, IoLock *lock) MUST_USE;   /* false without an exception: in use */
void io_lock_leave(Value self, IoLock *lock);

typedef struct IoLockScope {
    Value self; /* 0: not entered */
    IoLock *lock;
} IoLockScope;
void io_lock_scope_leave(IoLockScope *scope);
/* IO_LOCKED(self, &self->lock);  holds it to the end of the block; returns 0 on failure. */
#define IO_LOCKED(self_, lock_)                                                                    \
    IoLockScope io_scope_ __attribute__((cleanup(io_lock_scope_leave))) = {0, (lock_)};            \
    if (unlikely(!io_lock_enter((Value)(self_), (lock_))))                                         \
        return 0;                                                                                  \
    io_scope_.self = (Value)(self_)

/* The same for an object whose thread may come back into it: for text files, whose layers below
 * detect that, and whose state is in order whenever they call these. */
IoLockScope io_lock_nested(Value self, IoLock *lock);
#define IO_LOCKED_NESTED(self_, lock_)                                                             \
    IoLockScope io_scope_ __attribute__((cleanup(io_lock_scope_leave), unused)) =                  \
        io_lock_nested((Value)(self_), (lock_))

/* ---- raw files (fileio.c) */
typedef struct FileIO {
    Object ob;
    int fd; /* atomic; -1: closed */
    /* atomic, as all below: __init__ may be called again */
    bool created, readable, writable, appending, closefd, finalizing;
    int8_t seekable; /* -1: unknown */
    int block_size;
    uint64_t device, inode; /* of a regular file; inode 0: something else */
    Value tail;
} FileIO;

ALWAYS_INLINE bool is_exact_fileio(Value v)
{
    return is_object(v) && type_of(v) == &fileio_type;
}
/* System calls of an exact FileIO: count, or -1 with an exception, or -2: would block. */
intptr_t fileio_read_into(FileIO *self, char *data, intptr_t size);
intptr_t fileio_write_from(FileIO *self, const char *data, intptr_t size);
int64_t fileio_seek_to(FileIO *self, int64_t offset, int whence); /* -1 */

/* ---- buffered files (buffered*.c) */

/* Modes of a Buffered: what its buffer holds. */
typedef struct Buffered {
    Object ob;
    Value raw;     /* 0: detached, or not initialised */
    Raw *memory;   /* of `size` bytes; 0: not initialised */
    intptr_t size; /* atomic: written under lock */
    /* Guarded by `lock`, as all below:
     *   reading: memory[pos, end) was read ahead: the raw file stands at the end of it
     *   writing: memory[0, pending) is not written yet; then pos == end */
    intptr_t pos, end, pending;
    int64_t raw_position; /* where the raw file stands; -1: unknown */
    IoLock lock;
    bool readable, writable, detached, finalizing;
    bool raw_is_fileio;             /* exactly: its functions are called directly */
    struct OpenWriter *open_writer; /* entry in the list of writers, or 0 */
    Value tail;
} Buffered;

ALWAYS_INLINE bool is_exact_buffered(Value v)
{
    return is_object(v) &&
           (type_of(v) == &buffered_reader_type || type_of(v) == &buffered_writer_type ||
            type_of(v) == &buffered_random_type);
}
/* For text files on an exact Buffered. read1: bytes. */
Value buffered_read1(Buffered *self, intptr_t size) MUST_USE;
Value buffered_read_all(Buffered *self) MUST_USE;
bool buffered_write(Buffered *self, const char *data, intptr_t size, Value keep) MUST_USE;
bool buffered_flush(Buffered *self) MUST_USE;
/* Writes pending bytes out, unless another thread is at work on it. */
bool buffered_flush_if_free(Buffered *self) MUST_USE;
int64_t buffered_tell(Buffered *self); /* -1 */
ALWAYS_INLINE bool buffered_is_writer(Buffered *self)
{
    return load_relaxed(&self->writable);
}
void buffered_start(void);

/* ---- text */

/* Sets of line ends that were seen. */
enum { SEEN_CR = 1, SEEN_LF = 2, SEEN_CRLF = 4 };
Value newlines_seen(int seen); /* None, a str or a tuple: the attribute `newlines` */
/* Line ends in a str to "\n", if there are any. *seen (or 0) gathers what was there. */
Value newlines_translate(Value text, int *seen, bool translate) MUST_USE;
/* The end of the first line in characters [start, end): the index after its end, or -1 if it
 * goes on. `universal`: any of the three (not translated); else `ending` ends it, "\n" if 0. */
intptr_t line_end(Value text, intptr_t start, intptr_t end, bool universal, const char *ending);
/* The newline argument: None, '', '\n', '\r' or '\r\n'. */
typedef struct NewlineMode {
    bool universal;  /* any line end is one, when reading */
    bool translate;  /* and becomes "\n" */
    char ending[3];  /* ends lines if not universal; "" counts as "\n" */
    char written[3]; /* what "\n" becomes when written; "": stays */
} NewlineMode;
/* False, without an exception, for another text; 0 counts as None. */
bool newline_mode(Value newline, NewlineMode *mode) MUST_USE;
/* IncrementalNewlineDecoder(decoder, translate). */
Value newline_decoder_new(Value decoder, bool translate) MUST_USE;

/* The text with "\n" made to `written`. */
Value newlines_written(Value text, const char *written) MUST_USE;
/* IncrementalNewlineDecoder.decode. */
Value newline_decode(Value decoder, Value input, bool final) MUST_USE;

/* ---- writers (writers.c): files that hold back what was written to them */
struct OpenWriter;
bool writer_register(Value file, bool is_text, struct OpenWriter **entry) MUST_USE;
void writer_unregister(struct OpenWriter **entry);
void writers_start(void);

void text_start(void);

/* ---- odds and ends (iobase.c) */
Value raise_unsupported(const char *message);
/* self.closed as a truth value: -1 on failure. */
int io_is_closed(Value self);
bool io_check_closed(Value self, const char *message) MUST_USE; /* 0: CPython's usual text */
/* A buffer to read into: TypeError "readinto() argument must be read-write bytes-like object, ...".
 */
bool writable_buffer(Value v, const char *function, Buffer *buffer) MUST_USE;
/* "<type name=...>", or "<type>" without a name. */
Value io_repr_with_name(Value self);
/* RuntimeError if the repr of `self` is being made already. */
bool io_repr_enter(Value self) MUST_USE;
Value raise_cannot_pickle(Value self);
/* After EINTR: runs signal handlers; false if one raised. */
bool io_interrupted(void) MUST_USE;
/* The pending exception is an OSError with EINTR: cleared. */
bool io_error_is_eintr(void);
/* A size argument: None and negative ones are -1. */
bool size_argument(Value v, intptr_t *size) MUST_USE;
int io_call_flag(Value object, Value name); /* object.name() as a truth value: -1 on failure */
/* Keeps `first` (an exception taken before) and makes it the context of what is pending now. */
void io_chain(Value first);

/* For __getstate__ and __setstate__: a copy of __dict__ or None; and back. */
Value io_attributes(Value self) MUST_USE;
bool io_set_attributes(Value self, Value attributes, const char *which) MUST_USE;

extern MethodDef *const open_functions[]; /* open.c */

#endif
