/* The Thread: everything that belongs to one thread of Python. Reached through initial-exec
 * TLS. Owner thread only, unless a field says otherwise. */
#ifndef WEFT_CORE_THREAD_H
#define WEFT_CORE_THREAD_H

#include <string.h>
#include "base/parking_lot.h"
#include "gc/heap.h"
#include "core/share.h"
#include "core/type.h"

struct Frame;

/* Exceptions being handled, innermost first: one for each running generator and the base. */
typedef struct ExcState {
    Value handled; /* the exception that `raise` without argument raises again; 0: none */
    struct ExcState *outer;
} ExcState;

#define METHOD_CACHE_SIZE 1024
typedef struct MethodCacheEntry {
    Type *type;
    Value name;
    struct DictEntry *entry; /* 0: known to be absent */
    uint64_t epoch;          /* type_epoch at that time */
} MethodCacheEntry;

/* The plain weak references that the thread asked for last: WeakSets do it all the time. */
#define WEAK_CACHE_SIZE 8
typedef struct WeakCacheEntry {
    Object *target;
    Value reference;
} WeakCacheEntry;

/* The value of a context variable of a C module, for as long as the current context has this map.
 */
typedef struct VariableCache {
    Value variables; /* the map, which is never changed; 0: nothing is known */
    Value variable, value;
} VariableCache;

#define THREAD_SLOTS 64
typedef struct Thread {
    GcThread gc;         /* must be first */
    Value exception;     /* pending, or 0 */
    ExcState *exc_state; /* what sys.exc_info() shows */
    ExcState base_exc_state;
    struct Frame *frame; /* innermost Python frame */
    Value *stack_limit;  /* of the register stack; 0 while the thread watches: see watch */
    Value *stack_end;    /* the limit itself; immutable after init */
    /* Events that this thread reports (vm/instrument.h); entering a frame then takes its slow path
     */
    uint32_t watch;
    char *c_stack_limit;          /* lowest address that C code may reach before RecursionError */
    uint32_t depth;               /* Python frames on this thread */
    void *locals;                 /* what modules/thread/local.c keeps for it */
    void *loops;                  /* the same for modules/asyncio/registry.c */
    Value context;                /* contextvars: current Context or 0 */
    VariableCache variable_cache; /* cleared by each collection */
    struct Feed *feed;  /* of the innermost generator that runs with FRAME_FEEDS; or anything */
    bool yielded;       /* how the generator that ran last went: suspended, or ended */
    Value repr_running; /* dict with the addresses of objects whose repr is under way, or 0 */
    Value async_gen_firstiter, async_gen_finalizer;
    uint32_t coroutine_origin_depth;
    Value trace_function, profile_function; /* sys.settrace, sys.setprofile; or 0 */
    Value trace_request, profile_request;   /* atomic: another thread's wish for these; 0: none */
    uint32_t tracing;                       /* a callback runs: nothing is reported */
    Value async_exception; /* atomic: to be raised at the next safepoint (PyThreadState_SetAsyncExc)
                            */
    uint64_t native_id;    /* pthread_self(): threading.get_ident() */
    int os_id;             /* gettid() */
    Parker *parker;        /* what it sleeps on; immutable after init */
    /* The smallest number that no other live thread has, below THREAD_SLOTS; that if there is none:
     * its part in what is kept for each thread. immutable after init */
    uint32_t slot;
    bool is_main, daemon;
    bool running_finalisers; /* core/finaliser.c */
    /* So many safepoints have put finalisers off since some are due: in followed frames, and while
     * the trace function runs. See thread_poll_slow. */
    uint32_t put_off, put_off_tracing;
    Value handle;        /* the _thread handle object; 0 in the main thread */
    struct Thread *next; /* all threads; guarded by the thread list lock */
    WeakCacheEntry weak_cache[WEAK_CACHE_SIZE];       /* cleared by each collection */
    MethodCacheEntry method_cache[METHOD_CACHE_SIZE]; /* cleared by each collection */
    void *vm;                                         /* the interpreter's own */
    char *vm_stack; /* C stack address below which the innermost dispatch loop lies; 0: unknown */
    char *vm_stack_low; /* and above which it does */
} Thread;

ALWAYS_INLINE Thread *thread_self(void)
{
    return (Thread *)gc_self;
}

/* Bits of gc.poll that the core serves at safepoints. */
enum {
    POLL_SIGNAL = 2,
    POLL_ASYNC_EXCEPTION = 4,
    POLL_FINALISERS = 8,
    POLL_TRACE = 16,
    POLL_GIL = GC_POLL_GIL,
    POLL_COLLECTED = 64, /* a collection was made that the gc module tells of */
    POLL_SHARE = 128,    /* a thread wants to come in: see modules/thread/foreign.c */
    POLL_TASKS = 256 /* a thread wants to see this one's tasks: see modules/asyncio/registry.c */
};

/* Serves everything that poll asks for; false if that raised an exception. May run Python
 * code (signal handlers, finalisers): only call where no lock is held. Finalisers wait, but not for
 * ever, while a debugger may be stepping: they would be what it steps into. */
bool thread_poll_slow(Thread *thread) MUST_USE;
ALWAYS_INLINE bool thread_poll(Thread *thread)
{
    return likely(!load_relaxed(&thread->gc.poll)) || thread_poll_slow(thread);
}
/* The same in the middle of a wait, where finalisers do not wait for that. */
bool thread_poll_waiting(Thread *thread) MUST_USE;

/* The same, but finalisers wait for the next one: for who holds what a finaliser may want, and whom
 * a signal handler must reach all the same. */
bool thread_poll_signals_slow(Thread *thread) MUST_USE;
ALWAYS_INLINE bool thread_poll_signals(Thread *thread)
{
    return likely(!load_relaxed(&thread->gc.poll)) || thread_poll_signals_slow(thread);
}

/* The same for who holds a mutex: lets the world stop, but runs no Python code, which may want it.
 */
ALWAYS_INLINE void thread_poll_stop(Thread *thread)
{
    if (unlikely(load_relaxed(&thread->gc.poll) & (GC_POLL_STOP | GC_POLL_COLLECT)))
        gc_poll_slow(&thread->gc);
}
/* `serve` is called for a bit of POLL_SIGNAL and so on, already cleared; false: it raised. */
void thread_set_poll_hook(uint32_t bit, bool (*serve)(Thread *thread));
/* Asks every thread, or one, to serve these bits. Async-signal-safe. */
void thread_request_all(uint32_t bits);
void thread_request(Thread *thread, uint32_t bits);
void thread_request_main(uint32_t bits);
Thread *main_thread_now(void); /* which may be another one in the child of a fork */

/* False, with RecursionError pending ("maximum recursion depth exceeded" + while), if the C stack
 * is nearly used up. */
bool c_stack_check_slow(const char *while_doing) MUST_USE;
ALWAYS_INLINE bool c_stack_check(const char *while_doing)
{
    return likely((char *)__builtin_frame_address(0) > thread_self()->c_stack_limit) ||
           c_stack_check_slow(while_doing);
}

typedef struct NativeScope {
    GcThread *thread;
    bool open;
} NativeScope;
ALWAYS_INLINE NativeScope native_scope_enter(void)
{
    gc_enter_native(gc_self);
    return (NativeScope){gc_self, true};
}
void native_scope_leave(NativeScope *scope); /* keeps errno */

/* BLOCKING { n = read(fd, p, size); }  errno survives. No return or goto out of the block is
 * needed, but both are safe. */
#define BLOCKING                                                                                   \
    for (NativeScope native_scope_                                                                 \
         __attribute__((cleanup(native_scope_leave))) = native_scope_enter();                      \
         native_scope_.open; native_scope_.open = false)

/* LONG_WORK (n) { copy or look at n bytes, or take as many steps as short as that }: a block
 * without a safepoint that neither allocates in the heap nor stores Values into it. From a size on
 * that takes some 50 microseconds, who stops the world does not wait for its end: nor may others be
 * kept from it by a lock that is held "raw". One may return from it. */
enum { LONG_WORK_LEAST = 1 << 18 };
ALWAYS_INLINE NativeScope busy_scope_enter(size_t size)
{
    NativeScope scope = {0, true};
    if (unlikely(size >= LONG_WORK_LEAST) && load_relaxed(&multithreaded) &&
        gc_may_be_busy(gc_self)) {
        gc_save_registers(gc_self);
        gc_enter_busy_saved(gc_self);
        scope.thread = gc_self;
    }
    return scope;
}
ALWAYS_INLINE void busy_scope_leave(NativeScope *scope)
{
    if (unlikely(scope->thread))
        native_scope_leave(scope);
}
#define LONG_WORK(size)                                                                            \
    for (NativeScope busy_scope_                                                                   \
         __attribute__((cleanup(busy_scope_leave))) = busy_scope_enter((size_t)(size));            \
         busy_scope_.open; busy_scope_.open = false)

/* The same for loops that do touch the heap, in their step i: every now and then the world may
 * stop here. */
ALWAYS_INLINE void let_stop(intptr_t i)
{
    enum { STEPS = 1 << 14 };
    if (unlikely(i % STEPS == 0))
        gc_let_stop(gc_self);
}

ALWAYS_INLINE void let_stop_now(void)
{
    if (unlikely(load_relaxed(&gc_self->poll) & GC_POLL_STOP))
        gc_let_stop(gc_self);
}

/* Copies `count` Values to where nobody else looks; those at `from` stay there meanwhile (their
 * owner is locked, or nobody else knows it), so that a collection in the middle of it finds them.
 */
void values_copy_long(Value *to, const Value *from, intptr_t count);
ALWAYS_INLINE void values_copy(Value *to, const Value *from, intptr_t count)
{
    if (likely(count < LONG_WORK_LEAST / (intptr_t)sizeof(Value)))
        memcpy(to, from, (size_t)count * sizeof(Value));
    else
        values_copy_long(to, from, count);
}

ALWAYS_INLINE void copy_long(void *to, const void *from, size_t size)
{
    LONG_WORK(size)
    {
        memcpy(to, from, size);
    }
}

/* A thread that is called back in the native state leaves it for a while. What the collector is to
 * scan of its stack stays what it was when the call began; errno survives both. */
typedef struct NativePause {
    GcThread *thread;
    void *stack_pointer;
    uint64_t registers[16];
} NativePause;
void native_pause(NativePause *pause);
void native_resume(const NativePause *pause);

/* Life of a thread. thread_start_main is called once; thread_new makes the structure for a
 * thread about to start, thread_enter makes it the calling OS thread's own. */
bool thread_start_main(void);
Thread *thread_new(void);
void thread_free(Thread *thread); /* one that has not entered, or 0 */
/* The bytes of C stack for a thread that Python code wants `wanted` for, 0 for 0: what C code needs
 * to handle RecursionError comes on top, and there is a least. */
size_t thread_c_stack_size(size_t wanted);
bool thread_enter(Thread *thread, size_t c_stack_size);
void thread_unlist(Thread *thread); /* no thread to others any more; runs no Python code now */
void thread_leave(Thread *thread);  /* detaches and frees */
void thread_each(void (*visit)(Thread *thread, void *context),
                 void *context); /* under the list lock */
size_t thread_count(void);
/* All threads, linked by `next`, the newest first: without a lock, for a process in trouble. */
const Thread *thread_first(void);
void thread_trace_own(Tracer *tracer); /* visits the Values in the calling thread's Thread */
/* In the child of a fork, after gc_after_fork_child: this thread is the only one, and main. */
void thread_after_fork_child(void);
/* Called at its end, for the _thread module: what it knows of other threads is over. */
extern void (*threads_gone_hook)(void);
extern uint32_t thread_initial_poll; /* atomic: what a new thread has to serve at once */
extern uint32_t recursion_limit;     /* atomic: sys.setrecursionlimit */

#endif
