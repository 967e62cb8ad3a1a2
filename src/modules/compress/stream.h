/* What the compressing modules (zlib, bz2, lzma) share.
 *
 * A library's stream is driven in the native state, under a mutex of its object: several threads
 * may use one object, one at a time, as each call takes the stream as the one before left it. */
#ifndef WEFT_MODULES_COMPRESS_STREAM_H
#define WEFT_MODULES_COMPRESS_STREAM_H

#include "base/lock.h"
#include "core/dialect.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/text.h"

/* HOLDING(&self->mutex) { ... }: return, break and errors release it. */
typedef struct MutexScope {
    Mutex *mutex;
    bool open;
} MutexScope;
ALWAYS_INLINE MutexScope mutex_scope_enter(Mutex *mutex)
{
    mutex_lock_blocking(mutex);
    return (MutexScope){mutex, true};
}
ALWAYS_INLINE void mutex_scope_leave(MutexScope *scope)
{
    mutex_unlock_blocking(scope->mutex);
}
#define HOLDING(m)                                                                                 \
    for (MutexScope mutex_scope_                                                                   \
         __attribute__((cleanup(mutex_scope_leave))) = mutex_scope_enter(m);                       \
         mutex_scope_.open; mutex_scope_.open = false)

/* Input and output of a step. */
typedef struct StreamIO {
    const char *in;
    size_t in_left;
    char *out;
    size_t out_left;
} StreamIO;

typedef enum StreamResult { STREAM_FAILED, STREAM_GOES_ON, STREAM_ENDS } StreamResult;

/* One call of the library: takes from `in`, writes to `out`, moves both on. `finish` is what the
 * caller of stream_run gave. STREAM_FAILED with an exception. Runs in the running state: it says
 * BLOCKING itself around the library's work. */
typedef StreamResult (*StreamStep)(void *self, StreamIO *io, int finish);

/* Steps until the input is used up and the output not full, or the stream ends, or max_length
 * bytes came out (negative: no limit). The output as bytes. */
Value stream_run(void *self, StreamStep step, StreamIO *io, int finish, intptr_t max_length,
                 bool *ended) MUST_USE;

/* ---- Decompressor objects: BZ2Decompressor, LZMADecompressor, _ZlibDecompressor */

typedef struct Decompressor {
    Object ob;
    Mutex mutex;
    bool eof, needs_input; /* guarded by mutex, as are all that follow */
    bool keeps_output;     /* the library may hold back output when it was given all input */
    bool dies_of_errors;   /* an error leaves the library's stream in no state to go on */
    bool dead;
    Value unused_data; /* bytes behind the end */
    Value pending;     /* bytes of input that were not taken yet, or 0 */
    StreamStep step;   /* immutable after init */
} Decompressor;

bool decompressor_init(Decompressor *d, StreamStep step) MUST_USE;
void decompressor_trace(Object *self, Tracer *tracer);
/* decompress(data, max_length); `at_end`: message of the EOFError after the end. */
Value decompressor_decompress(Decompressor *d, Value data, Value max_length, const char *at_end);
extern const GetSetDef decompressor_getset[]; /* eof, needs_input, unused_data */

#endif
