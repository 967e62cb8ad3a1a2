/* _multiprocessing and _posixshmem: what processes share by a name in the system's name space:
 * semaphores, and memory.
 *
 * A SemLock is a named semaphore of POSIX that this process has open. `count` is how often this
 * process has acquired it and not released it; `owner` is the thread that acquired it last. Only a
 * lock's owner changes them while it has it; threads that share a counting semaphore all change
 * `count`, one atomic step each. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "modules/module_util.h"
#include "modules/posix/posix_internal.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"

typedef enum SemKind { RECURSIVE_MUTEX, SEMAPHORE } SemKind;

typedef struct SemLock {
    Object ob;
    sem_t *handle;    /* immutable after init; SEM_FAILED: not open */
    int32_t kind;     /* a SemKind; immutable after init */
    int32_t maximum;  /* immutable after init */
    const char *name; /* immutable after init; in the object itself; 0: it has none any more */
    intptr_t count;   /* atomic */
    uint64_t owner;   /* atomic: native_id of a thread, or 0 */
} SemLock;
#define as_semlock(v) ((SemLock *)(v))

/* ---- making one ---------------------------------------------------------------------------- */

static void semlock_release_memory(Object *o)
{
    if (as_semlock(o)->handle != SEM_FAILED)
        sem_close(as_semlock(o)->handle);
}

/* Not open yet. `name` is copied unless it is 0. */
static SemLock *semlock_alloc(Value class, int kind, int maximum, const char *name)
{
    void *copy = 0;
    size_t size = name ? strlen(name) + 1 : 0;
    SemLock *self = (SemLock *)TRY(object_alloc_extra((Type *)class, size, &copy));
    self->handle = SEM_FAILED;
    self->kind = kind;
    self->maximum = maximum;
    if (name)
        self->name = memcpy(copy, name, size);
    return self;
}

NEW_METHOD(semlock_new, "kind, value, maxvalue, name, unlink")
{
    int kind, value, maximum;
    TRY(index_as_int(args[1], &kind));
    TRY(index_as_int(args[2], &value));
    TRY(index_as_int(args[3], &maximum));
    if (!is_str(args[4]))
        return raise(TypeError, "SemLock() argument 'name' must be str, not %B", args[4]);
    const char *name = TRY(str_cstring(args[4]));
    int unlink = TRY_NOT_NEGATIVE(object_truth(args[5]), 0);
    if (kind != RECURSIVE_MUTEX && kind != SEMAPHORE)
        return raise(ValueError, "unrecognized kind");
    SemLock *self = TRY(semlock_alloc(args[0], kind, maximum, unlink ? 0 : name));
    self->handle = sem_open(name, O_CREAT | O_EXCL, 0600, (unsigned)value);
    if (self->handle == SEM_FAILED || (unlink && sem_unlink(name) < 0))
        return raise_errno();
    return (Value)self;
}

CLASS_METHOD(semlock_rebuild, "_rebuild", "handle, kind, maxvalue, name, /", 0)
{
    intptr_t handle = TRY_INDEX(args[1]);
    int kind, maximum;
    TRY(index_as_int(args[2], &kind));
    TRY(index_as_int(args[3], &maximum));
    if (args[4] != None && !is_str(args[4]))
        return raise(TypeError, "_rebuild() argument 4 must be str or None, not %B", args[4]);
    const char *name = args[4] == None ? 0 : TRY(str_cstring(args[4]));
    SemLock *self = TRY(semlock_alloc(args[0], kind, maximum, name));
    self->handle = name ? sem_open(name, 0) : (sem_t *)handle;
    return self->handle == SEM_FAILED ? raise_errno() : (Value)self;
}

/* ---- acquiring and releasing --------------------------------------------------------------- */

static bool is_mine(const SemLock *self)
{
    return load_acquire(&self->count) > 0 && load_relaxed(&self->owner) == thread_self()->native_id;
}

/* When a wait of so many seconds is over, as sem_timedwait wants it. */
static struct timespec end_of_wait(double seconds)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    int64_t ns = end.tv_nsec + (int64_t)((seconds - (double)(int64_t)seconds) * 1e9);
    end.tv_sec += (int64_t)seconds + ns / 1000000000;
    end.tv_nsec = ns % 1000000000;
    return end;
}

/* 1, 0 when the time is over, -1 with an exception. `end` 0: waits for ever. */
static int wait_for_semaphore(SemLock *self, const struct timespec *end)
{
    for (;;) {
        int result = -1, error = 0;
        BLOCKING
        {
            result = end ? sem_timedwait(self->handle, end) : sem_wait(self->handle);
            error = errno;
        }
        if (!result)
            return 1;
        if (error == ETIMEDOUT)
            return 0;
        if (error != EINTR) {
            errno = error;
            raise_errno();
            return -1;
        }
        if (!thread_poll(thread_self()))
            return -1;
    }
}

static int take(SemLock *self, bool block, Value timeout)
{
    struct timespec end;
    double seconds = 0;
    TRY_OR(timeout == None || number_as_double(timeout, &seconds), -1);
    if (!sem_trywait(self->handle))
        return 1;
    if (errno != EAGAIN && errno != EINTR) {
        raise_errno();
        return -1;
    }
    if (!block)
        return 0;
    if (timeout != None)
        end = end_of_wait(seconds > 0 ? seconds : 0);
    return wait_for_semaphore(self, timeout == None ? 0 : &end);
}

static Value acquire(SemLock *self, bool block, Value timeout)
{
    if (self->kind == RECURSIVE_MUTEX && is_mine(self)) {
        fetch_add_seq_cst(&self->count, (intptr_t)1);
        return True;
    }
    int taken = TRY_NOT_NEGATIVE(take(self, block, timeout), 0);
    if (!taken)
        return False;
    store_relaxed(&self->owner, thread_self()->native_id);
    fetch_add_seq_cst(&self->count, (intptr_t)1);
    return True;
}

static bool has_room(SemLock *self)
{
    int value;
    if (sem_getvalue(self->handle, &value) < 0)
        return raise_errno();
    return value < self->maximum || raise(ValueError, "semaphore or lock released too many times");
}

static Value release(SemLock *self)
{
    if (self->kind == RECURSIVE_MUTEX) {
        if (!is_mine(self))
            return raise(AssertionError, "attempt to release recursive lock not owned by thread");
        if (load_relaxed(&self->count) > 1) {
            fetch_sub_acq_rel(&self->count, (intptr_t)1);
            return None;
        }
    } else {
        TRY(has_room(self));
    }
    fetch_sub_acq_rel(&self->count, (intptr_t)1); /* before another thread may add its own */
    if (sem_post(self->handle) < 0) {
        fetch_add_seq_cst(&self->count, (intptr_t)1);
        return raise_errno();
    }
    return None;
}

METHOD(semlock_acquire, "acquire", "block=True, timeout=None", "Acquire the semaphore/lock.")
{
    int block = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    return acquire(as_semlock(args[0]), block, args[2]);
}

METHOD(semlock_release, "release", "/", "Release the semaphore/lock.")
{
    return release(as_semlock(args[0]));
}

METHOD(semlock_enter, "__enter__", "/", "Enter the semaphore/lock.")
{
    return acquire(as_semlock(args[0]), true, None);
}

METHOD(semlock_exit, "__exit__", "exc_type=None, exc_value=None, exc_tb=None, /",
       "Exit the semaphore/lock.")
{
    return release(as_semlock(args[0]));
}

/* ---- looking at one ------------------------------------------------------------------------ */

METHOD(semlock_count, "_count", "/",
       "Num of `acquire()`s minus num of `release()`s for this process.")
{
    return int_from(load_acquire(&as_semlock(args[0])->count));
}

METHOD(semlock_is_mine, "_is_mine", "/", "Whether the lock is owned by this thread.")
{
    return bool_value(is_mine(as_semlock(args[0])));
}

METHOD(semlock_get_value, "_get_value", "/", "Get the value of the semaphore.")
{
    int value;
    if (sem_getvalue(as_semlock(args[0])->handle, &value) < 0)
        return raise_errno();
    return int_small(value < 0 ? 0 : value); /* POSIX allows the count of those who wait */
}

METHOD(semlock_is_zero, "_is_zero", "/", "Return whether semaphore has value zero.")
{
    int value;
    if (sem_getvalue(as_semlock(args[0])->handle, &value) < 0)
        return raise_errno();
    return bool_value(value <= 0);
}

METHOD(semlock_after_fork, "_after_fork", "/", "Rezero the net acquisition count after fork().")
{
    store_release(&as_semlock(args[0])->count, (intptr_t)0);
    return None;
}

static Value semlock_get_handle(Value self)
{
    return int_from_u64((uintptr_t)as_semlock(self)->handle);
}

static MethodDef *const semlock_methods[] = {
    M(semlock_acquire),
    M(semlock_release),
    M(semlock_count),
    M(semlock_is_mine),
    M(semlock_get_value),
    M(semlock_is_zero),
    M(semlock_rebuild),
    M(semlock_after_fork),
    M(semlock_enter),
    M(semlock_exit),
    0,
};

static const GetSetDef semlock_getset[] = {
    {"handle", semlock_get_handle, 0, ""},
    {0, 0, 0, 0},
};

static const MemberDef semlock_members[] = {
    {"kind", MEMBER_INT32, offsetof(SemLock, kind), true, ""},
    {"maxvalue", MEMBER_INT32, offsetof(SemLock, maximum), true, ""},
    {"name", MEMBER_CSTRING, offsetof(SemLock, name), true, ""},
    {0, 0, 0, 0, 0},
};

static Type semlock_type = {
    TYPE_HEAD("_multiprocessing.SemLock", SemLock),
    .doc = "Semaphore/Mutex type",
    .new_def = M(semlock_new),
    .methods = semlock_methods,
    .getset = semlock_getset,
    .members = semlock_members,
    .release = semlock_release_memory,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
};

/* ---- _multiprocessing ---------------------------------------------------------------------- */

FUNCTION(multiprocessing_sem_unlink, "sem_unlink", "name, /", 0)
{
    if (!is_str(args[0]))
        return raise(TypeError, "sem_unlink() argument must be str, not %B", args[0]);
    return sem_unlink(TRY(str_cstring(args[0]))) < 0 ? raise_errno() : None;
}

static MethodDef *const multiprocessing_functions[] = {M(multiprocessing_sem_unlink), 0};

static bool multiprocessing_execute(Value module)
{
    TRY(module_add_new_type(module, &semlock_type));
    TRY(dict_set_cstring(semlock_type.dict, "SEM_VALUE_MAX", int_small(SEM_VALUE_MAX)));
    Value flags = TRY(dict_new());
    TRY(dict_set_cstring(flags, "HAVE_SEM_OPEN", int_small(1)));
    TRY(dict_set_cstring(flags, "HAVE_SEM_TIMEDWAIT", int_small(1)));
    return module_add(module, "flags", flags);
}

const ModuleDef module__multiprocessing = {
    .name = "_multiprocessing",
    .functions = multiprocessing_functions,
    .execute = multiprocessing_execute,
};

/* ---- _posixshmem --------------------------------------------------------------------------- */

static const char *shared_name(Value path, const char *function)
{
    if (!is_str(path))
        return (const char *)raise(TypeError, "%s() argument %smust be str, not %B", function,
                                   function[4] == 'o' ? "1 " : "", path);
    return str_cstring(path);
}

FUNCTION(posixshmem_shm_open, "shm_open", "path, flags, mode=511",
         "Open a shared memory object.  Returns a file descriptor (integer).")
{
    const char *name = TRY(shared_name(args[0], "shm_open"));
    int flags, mode, fd = -1;
    TRY(index_as_int(args[1], &flags));
    TRY(index_as_int(args[2], &mode));
    RETRY(fd, shm_open(name, flags, (mode_t)mode));
    return fd < 0 ? raise_errno_paths(args[0], 0) : int_small(fd);
}

FUNCTION(posixshmem_shm_unlink, "shm_unlink", "path",
         "Remove a shared memory object (similar to unlink()).\n\n"
         "Remove a shared memory object name, and, once all processes  have  unmapped\n"
         "the object, de-allocates and destroys the contents of the associated memory\n"
         "region.")
{
    const char *name = TRY(shared_name(args[0], "shm_unlink"));
    int outcome = -1;
    RETRY(outcome, shm_unlink(name));
    return outcome < 0 ? raise_errno_paths(args[0], 0) : None;
}

static MethodDef *const posixshmem_functions[] = {M(posixshmem_shm_open), M(posixshmem_shm_unlink),
                                                  0};

const ModuleDef module__posixshmem = {
    .name = "_posixshmem",
    .doc = "POSIX shared memory module",
    .functions = posixshmem_functions,
};
