/* _queue: SimpleQueue, an unbounded queue between threads.
 *
 * Items are in a ring, which one thread at a time is at. A thread that finds none counts itself as
 * a sleeper there, and sleeps in the parking lot on the address of `count` unless that has moved.
 * Whoever puts an item moves it before looking for sleepers; so no wake-up is lost.
 *
 * The ring has a lock of its own. It is held for some instructions and over no safepoint, so nobody
 * needs to be woken for it: who finds it held waits awake, then looks again every so often. That
 * makes its release a plain store, and halves the atomic operations of put() and get(), which are
 * most of what they take. After a plain store, later reads of the same thread may come first.
 * Nobody can see that, as whoever looks at the ring, be it for empty(), takes the lock. */
#include <math.h>
#include <unistd.h>
#include "base/backoff.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/parking_lot.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct SimpleQueue {
    Object ob;
    Array *items;      /* ring; its capacity is a power of two, or 0; guarded by `held` */
    intptr_t head;     /* slot of the oldest item; guarded by `held` */
    intptr_t count;    /* atomic; changed under `held` */
    uint32_t sleepers; /* atomic: threads that sleep or are about to; more only under `held` */
    uint8_t held;      /* atomic: a thread is at the ring of a SHARED queue */
} SimpleQueue;

static Value empty_class; /* root: _queue.Empty */

static void simple_queue_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)load_relaxed(&((SimpleQueue *)self)->items));
}

NEW_METHOD(simple_queue_make, "")
{
    SimpleQueue *self = TRY(NEW(SimpleQueue, (Type *)args[0]));
    self->items = list_empty_array; /* NO_BARRIER: fresh; static */
    return (Value)self;
}

/* ---- waking */

static intptr_t no_token(void *context UNUSED, Unparked unparked UNUSED)
{
    return 0;
}

/* For one item that is there: wakes one who sleeps, if any. */
static void wake_sleeper(SimpleQueue *self)
{
    unpark_one(&self->count, no_token, 0);
}

/* ---- the ring's lock */

#define HOLDER_SLEEPS_US 50 /* who has it lost its processor */

static bool try_hold(SimpleQueue *self)
{
    return !load_relaxed(&self->held) && lock_try_acquire(&self->held);
}

/* Takes it in no other state than the running one, as the end of BLOCKING is a safepoint. */
static COLD void wait_to_hold(SimpleQueue *self)
{
    Backoff backoff = backoff_begin(&self->held, BACKOFF_OBJECT);
    bool patient = true;
    do {
        if (patient && backoff_is_brief(&backoff)) {
            patient = backoff_wait(&backoff);
        } else {
            BLOCKING
            {
                patient = patient && backoff_wait(&backoff);
                if (!patient)
                    usleep(HOLDER_SLEEPS_US);
            }
        }
    } while (!try_hold(self));
    backoff_end(&backoff, patient);
}

/* Returns whether the lock was taken: false for a local queue. */
ALWAYS_INLINE bool ring_enter(SimpleQueue *self)
{
    check_owner(self);
    if (likely(!is_shared(self)))
        return false;
    COUNT_LOCK();
    if (unlikely(!lock_try_acquire(&self->held)))
        wait_to_hold(self);
    return true;
}

ALWAYS_INLINE void ring_leave(SimpleQueue *self, bool taken)
{
    if (taken)
        store_release(&self->held, (uint8_t)0);
}

/* ---- the ring */

static void move_to(SimpleQueue *self, Array *array)
{
    const Array *old = self->items;
    gc_fresh_again(array);
    for (intptr_t i = 0; i < self->count; i++) /* NO_BARRIER: fresh again */
        array->items[i] = old->items[(self->head + i) & (old->capacity - 1)];
    gc_store(self, &self->items, array);
    self->head = 0;
}

static bool put(SimpleQueue *self, Value item)
{
    if (is_shared(self))
        share_value(item); /* which may take long, not while others wait for the ring */
    bool taken = ring_enter(self);
    while (self->count == self->items->capacity) {
        intptr_t capacity = self->items->capacity;
        ring_leave(self, taken);
        Array *array = TRY(array_new(capacity ? capacity * 2 : 8));
        taken = ring_enter(self);
        if (self->count == capacity && self->items->capacity == capacity)
            move_to(self, array);
    }
    intptr_t slot = (self->head + self->count) & (self->items->capacity - 1);
    gc_store(self->items, &self->items->items[slot], item);
    store_release(&self->count, self->count + 1);
    bool wanted = load_relaxed(&self->sleepers) != 0;
    ring_leave(self, taken);
    if (unlikely(wanted))
        wake_sleeper(self);
    return true;
}

/* The oldest item, or 0 without an exception. */
static Value take(SimpleQueue *self)
{
    bool taken = ring_enter(self);
    Value item = 0;
    if (self->count) {
        Value *slot = &self->items->items[self->head];
        item = *slot;
        *slot = 0; /* NO_BARRIER: 0 */
        self->head = (self->head + 1) & (self->items->capacity - 1);
        store_release(&self->count, self->count - 1);
    }
    ring_leave(self, taken);
    return item;
}

static intptr_t count_now(SimpleQueue *self)
{
    bool taken = ring_enter(self);
    intptr_t count = self->count;
    ring_leave(self, taken);
    return count;
}

/* ---- waiting */

static bool is_still_empty(void *context)
{
    return load_acquire(&((SimpleQueue *)context)->count) == 0;
}

/* False if there is an item. */
static bool become_sleeper(SimpleQueue *self)
{
    bool taken = ring_enter(self), empty = self->count == 0;
    if (empty)
        fetch_add_relaxed(&self->sleepers, 1u);
    ring_leave(self, taken);
    return empty;
}

/* Waits awake, for a while. */
static bool item_comes_soon(SimpleQueue *self, int64_t deadline)
{
    Backoff backoff = backoff_begin(0, BACKOFF_OBJECT);
    if (deadline >= 0 && deadline < backoff.limit)
        backoff.limit = deadline;
    bool comes = false;
    BLOCKING
    {
        while (!comes && backoff_wait(&backoff))
            comes = !is_still_empty(self);
    }
    backoff_end(&backoff, comes);
    return comes;
}

/* Waits until there may be an item. False once the deadline has passed, or with an exception. */
static bool wait_for_item(SimpleQueue *self, int64_t deadline)
{
    int64_t now = monotonic_ns(), rest = now + REST_AFTER_NS;
    bool rests = deadline < 0 || deadline > rest;
    ParkRequest request = {.address = &self->count,
                           .validate = is_still_empty,
                           .context = self,
                           .since = now,
                           .deadline = rests ? rest : deadline,
                           .interruptible = true};
    ParkResult result = PARK_WOKEN;
    if (item_comes_soon(self, deadline) || !become_sleeper(self))
        return thread_poll_waiting(thread_self());
    BLOCKING
    {
        result = park(&request);
    }
    if (rests && result == PARK_TIMED_OUT) {
        request.deadline = deadline;
        rest_hook(true);
        BLOCKING
        {
            result = park(&request);
        }
        rest_hook(false);
    }
    fetch_sub_acq_rel(&self->sleepers, 1u);
    if (thread_poll_waiting(thread_self()) && result != PARK_TIMED_OUT)
        return true;
    if (!is_still_empty(self)) /* pass on a wake-up that this thread will not make use of */
        wake_sleeper(self);
    return false;
}

static bool deadline_of(Value timeout, int64_t *deadline)
{
    double seconds;
    *deadline = -1;
    if (timeout == None)
        return true;
    TRY(number_as_double(timeout, &seconds));
    if (isnan(seconds))
        return raise(ValueError, "Invalid value NaN (not a number)");
    if (seconds < 0)
        return raise(ValueError, "'timeout' must be a non-negative number");
    if (seconds > 9e9)
        return raise(OverflowError, "timeout value is too large");
    *deadline = monotonic_ns() + (int64_t)(seconds * 1e9);
    return true;
}

static Value get(SimpleQueue *self, bool block, Value timeout)
{
    int64_t deadline = -1;
    if (block)
        TRY(deadline_of(timeout, &deadline));
    for (;;) {
        Value item = take(self);
        if (item)
            return item;
        if (block && wait_for_item(self, deadline))
            continue;
        if (error_pending())
            return 0;
        item = take(self);
        return item ? item : raise_object(empty_class);
    }
}

/* ---- methods */

METHOD(simple_queue_put, "put", "item, block=True, timeout=None",
       "Put the item on the queue.\n\n"
       "The optional 'block' and 'timeout' arguments are ignored, as this method\n"
       "never blocks.  They are provided for compatibility with the Queue class.")
{
    TRY(put((SimpleQueue *)args[0], args[1]));
    return None;
}

METHOD(simple_queue_put_nowait, "put_nowait", "item",
       "Put an item into the queue without blocking.\n\n"
       "This is exactly equivalent to `put(item)` and is only provided\n"
       "for compatibility with the Queue class.")
{
    TRY(put((SimpleQueue *)args[0], args[1]));
    return None;
}

METHOD(simple_queue_get, "get", "block=True, timeout=None",
       "Remove and return an item from the queue.\n\n"
       "If optional args 'block' is true and 'timeout' is None (the default),\n"
       "block if necessary until an item is available. If 'timeout' is\n"
       "a non-negative number, it blocks at most 'timeout' seconds and raises\n"
       "the Empty exception if no item was available within that time.\n"
       "Otherwise ('block' is false), return an item if one is immediately\n"
       "available, else raise the Empty exception ('timeout' is ignored\n"
       "in that case).")
{
    int block = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    return get((SimpleQueue *)args[0], block, args[2]);
}

METHOD(simple_queue_get_nowait, "get_nowait", "%/",
       "Remove and return an item from the queue without blocking.\n\n"
       "Only get an item if one is immediately available. Otherwise\n"
       "raise the Empty exception.")
{
    return get((SimpleQueue *)args[0], false, None);
}

METHOD(simple_queue_empty, "empty", "/",
       "Return True if the queue is empty, False otherwise (not reliable!).")
{
    return bool_value(count_now((SimpleQueue *)args[0]) == 0);
}

METHOD(simple_queue_qsize, "qsize", "/",
       "Return the approximate size of the queue (not reliable!).")
{
    return int_from(count_now((SimpleQueue *)args[0]));
}

CLASS_METHOD(simple_queue_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const simple_queue_methods[] = {
    M(simple_queue_put),           M(simple_queue_put_nowait),
    M(simple_queue_get),           M(simple_queue_get_nowait),
    M(simple_queue_empty),         M(simple_queue_qsize),
    M(simple_queue_class_getitem), 0};

static Type simple_queue_type = {
    TYPE_HEAD("_queue.SimpleQueue", SimpleQueue),
    .new_def = M(simple_queue_make),
    .doc = "Simple, unbounded, reentrant FIFO queue.",
    .methods = simple_queue_methods,
    .trace = simple_queue_trace,
    .flags = TYPE_BASE,
    .has_weakrefs = true,
};

/* class Empty(Exception) */
static Value make_empty_class(void)
{
    Value namespace = TRY(dict_new());
    TRY(dict_set_cstring(namespace, "__module__", TRY(str_from_cstring("_queue"))));
    TRY(dict_set_cstring(
        namespace, "__doc__",
        TRY(str_from_cstring("Exception raised by Queue.get(block=0)/get_nowait()."))));
    Value bases = TRY(tuple_of((Value)Exception));
    return type_new_class(&type_type, TRY(str_intern_cstring("Empty")), bases, namespace, 0, 0, 0);
}

static bool execute(Value module)
{
    type_ready(&simple_queue_type, 0);
    if (!empty_class) {
        gc_add_root(&empty_class, 1);
        root_store(&empty_class, TRY(make_empty_class()));
    }
    return module_add_type(module, &simple_queue_type) && module_add(module, "Empty", empty_class);
}

const ModuleDef module__queue = {
    .name = "_queue",
    .doc = "C implementation of the Python queue module.",
    .execute = execute,
};
