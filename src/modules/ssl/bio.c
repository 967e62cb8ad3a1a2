/* MemoryBIO: bytes on their way between a connection and whoever carries them. */
#include "base/lock.h"
#include "gc/heap.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"

#define C cert_library()

/* The locks that this thread has, the last one first. */
static _Thread_local SslLock *held;

static void set_awaited(SslLock *awaited)
{
    for (SslLock *lock = held; lock; lock = lock->below)
        store_seq_cst(&lock->awaited, awaited);
}

/* Whether who has it waits, perhaps for one who waits, for this thread. Of threads that begin to
 * wait for each other, the last one sees that. Nothing on the way is freed meanwhile: who waits for
 * it has it on its stack, and this is no safepoint. */
static bool is_stuck(const SslLock *lock)
{
    enum { FAR = 1000 }; /* or it goes round among others */
    for (int i = 0; lock && i < FAR; i++) {
        if (load_relaxed(&lock->holder) == gc_self->id)
            return true;
        lock = load_seq_cst(&lock->awaited);
    }
    return false;
}

static bool acquire(SslLock *lock, bool unless_stuck)
{
    if (load_relaxed(&lock->holder) != gc_self->id) {
        if (!lock_try_acquire(&lock->byte)) {
            set_awaited(lock);
            bool stuck = held && unless_stuck && is_stuck(lock);
            if (!stuck)
                lock_acquire(&lock->byte);
            set_awaited(0);
            if (stuck)
                return false;
        }
        store_relaxed(&lock->holder, gc_self->id);
        lock->below = held;
        held = lock;
    }
    lock->depth++;
    return true;
}

void ssl_lock(SslLock *lock)
{
    (void)acquire(lock, false);
}

bool ssl_lock_unless_stuck(SslLock *lock)
{
    return acquire(lock, true) ||
           raise((Type *)ssl_exceptions[SSL_EXCEPTION],
                 "the connection is used by a thread that waits for this one");
}

void ssl_unlock(SslLock *lock)
{
    if (--lock->depth)
        return;
    SslLock **at = &held;
    while (*at != lock)
        at = &(*at)->below;
    *at = lock->below;
    store_relaxed(&lock->holder, 0u);
    lock_release(&lock->byte);
}

static void bio_release(Object *o)
{
    if (((MemoryBio *)o)->bio)
        C->BIO_free(((MemoryBio *)o)->bio);
}

MemoryBio *as_bio(Value v)
{
    if (type_of(v) != &memory_bio_type)
        return (MemoryBio *)raise(TypeError, "argument must be _ssl.MemoryBIO, not %T", v);
    return (MemoryBio *)v;
}

/* When it is empty: more may come, or it is the end. */
static void set_eof(MemoryBio *b, bool eof)
{
    b->eof = eof;
    C->BIO_clear_flags(b->bio, BIO_FLAGS_SHOULD_RETRY | BIO_FLAGS_READ);
    if (!eof)
        C->BIO_set_flags(b->bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
    C->BIO_ctrl(b->bio, BIO_C_SET_BUF_MEM_EOF_RETURN, eof ? 0 : -1, 0);
}

NEW_METHOD(bio_new, "")
{
    MemoryBio *b = TRY(NEW(MemoryBio, (Type *)args[0]));
    b->bio = C->BIO_new(C->BIO_s_mem());
    if (!b->bio)
        return raise_no_memory();
    set_eof(b, false);
    return (Value)b;
}

METHOD(bio_read, "read", "size=-1, /", 0)
{
    MemoryBio *b = (MemoryBio *)args[0];
    intptr_t size = TRY_INDEX(args[1]);
    ssl_lock(&b->lock);
    intptr_t pending = (intptr_t)C->BIO_ctrl_pending(b->bio);
    if (size < 0 || size > pending)
        size = pending;
    if (size > INT32_MAX)
        size = INT32_MAX;
    Value result = bytes_new(size);
    int n = result && size ? C->BIO_read(b->bio, ((Bytes *)result)->data, (int)size) : 0;
    ssl_unlock(&b->lock);
    return n < 0 ? ssl_raise_queue("cannot read") : result ? bytes_shrink_unseen(result, n) : 0;
}

METHOD(bio_write, "write", "b, /", 0)
{
    MemoryBio *b = (MemoryBio *)args[0];
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    int n = 0;
    bool eof = false, large = buffer.size > INT32_MAX;
    ssl_lock(&b->lock);
    eof = b->eof;
    if (!eof && !large && buffer.size)
        n = C->BIO_write(b->bio, buffer.data, (int)buffer.size);
    ssl_unlock(&b->lock);
    buffer_release(&buffer);
    if (large)
        return raise(OverflowError, "string longer than %d bytes", INT32_MAX);
    if (eof)
        return raise((Type *)ssl_exceptions[SSL_EXCEPTION], "cannot write() after write_eof()");
    return n < 0 ? ssl_raise_queue("cannot write") : int_small(n);
}

METHOD(bio_write_eof, "write_eof", "/", 0)
{
    MemoryBio *b = (MemoryBio *)args[0];
    ssl_lock(&b->lock);
    set_eof(b, true);
    ssl_unlock(&b->lock);
    return None;
}

static Value get_pending(Value self)
{
    MemoryBio *b = (MemoryBio *)self;
    SSL_LOCKED(&b->lock);
    return int_from((intptr_t)C->BIO_ctrl_pending(b->bio));
}

static Value get_eof(Value self)
{
    MemoryBio *b = (MemoryBio *)self;
    SSL_LOCKED(&b->lock);
    return bool_value(b->eof && !C->BIO_ctrl_pending(b->bio));
}

static const GetSetDef bio_getset[] = {
    {"pending", get_pending, 0, "The number of bytes pending in the memory BIO."},
    {"eof", get_eof, 0, "Whether the memory BIO is at EOF."},
    {0},
};
static MethodDef *const bio_methods[] = {M(bio_read), M(bio_write), M(bio_write_eof), 0};

Type memory_bio_type = {
    TYPE_HEAD("_ssl.MemoryBIO", MemoryBio),
    .new_def = M(bio_new),
    .methods = bio_methods,
    .getset = bio_getset,
    .release = bio_release,
};
