/* The life of threads, safepoint service, and the measure of the C stack. */
#include "core/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/lock.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/share.h"

/* Address space for Python frames on one thread; pages come as they are used. */
#define REGISTER_STACK_BYTES   ((size_t)256 << 20)
#define REGISTER_STACK_RESERVE ((size_t)64 << 10)
/* What C code may still use when RecursionError is raised: its own handling, a collection. */
#define C_STACK_RESERVE ((size_t)192 << 10)
/* What there is before that, with the thread's static TLS: large frames, and much of it, with a
 * sanitizer. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define C_STACK_LEAST ((size_t)4 << 20)
#else
#define C_STACK_LEAST ((size_t)256 << 10)
#endif

uint32_t recursion_limit = 1000, thread_initial_poll;
/* A Thread has its cache lines for itself, and the pairs of them that processors fetch together. */
#define THREAD_ALIGNMENT 128
#define THREAD_SIZE      ((sizeof(Thread) + THREAD_ALIGNMENT - 1) / THREAD_ALIGNMENT * THREAD_ALIGNMENT)

static Thread main_thread;
static Thread *main_now = &main_thread; /* another one in the child of a fork */
static Thread *threads;                 /* guarded by threads_lock, as Thread.next */
static size_t thread_total;
static uint64_t slots_taken; /* bit i: some thread has slot i */
static Mutex threads_lock;   /* raw: no safepoint is reached while it is held */

static bool (*poll_hooks[32])(Thread *thread);

void thread_set_poll_hook(uint32_t bit, bool (*serve)(Thread *thread))
{
    store_release(&poll_hooks[__builtin_ctz(bit)], serve); /* by a module that is imported late */
}

static bool serve_all_but(Thread *thread, uint32_t put_off)
{
    uint32_t bits = load_acquire(&thread->gc.poll) & ~put_off;
    if (bits & (GC_POLL_STOP | GC_POLL_COLLECT)) {
        gc_poll_slow(&thread->gc);
        bits = load_acquire(&thread->gc.poll) & ~put_off; /* the collection may have asked */
    }
    for (bits &= ~(GC_POLL_STOP | GC_POLL_COLLECT); bits; bits &= bits - 1) {
        uint32_t bit = bits & -bits;
        bool (*serve)(Thread *) = load_acquire(&poll_hooks[__builtin_ctz(bit)]);
        if (!serve)
            continue;
        fetch_and_acq_rel(&thread->gc.poll, ~bit);
        if (!serve(thread))
            return false;
    }
    return true;
}

/* More safepoints than lie between two stops of a debugger; and so many that a tracer that waits
 * for something does so awake for some milliseconds at most. */
enum { PUT_OFF_MAX = 1000, PUT_OFF_TRACING_MAX = 100000 };

static COLD bool puts_finalisers_off(Thread *thread)
{
    bool due = load_relaxed(&thread->gc.poll) & POLL_FINALISERS; /* or will be in a moment */
    bool off = false;
    if (thread->tracing)
        off = (thread->put_off_tracing += due) < PUT_OFF_TRACING_MAX;
    else
        off = (thread->put_off += due) < PUT_OFF_MAX;
    if (!off)
        thread->put_off = thread->put_off_tracing = 0;
    return off;
}

bool thread_poll_slow(Thread *thread)
{
    bool off = unlikely(thread->trace_function) && puts_finalisers_off(thread);
    return serve_all_but(thread, off ? POLL_FINALISERS : 0);
}

bool thread_poll_waiting(Thread *thread)
{
    return likely(!load_relaxed(&thread->gc.poll)) || serve_all_but(thread, 0);
}

bool thread_poll_signals_slow(Thread *thread)
{
    return serve_all_but(thread, POLL_FINALISERS);
}

void thread_request(Thread *thread, uint32_t bits)
{
    fetch_or_acq_rel(&thread->gc.poll, bits);
}

void thread_request_main(uint32_t bits)
{
    thread_request(main_now, bits);
}

Thread *main_thread_now(void)
{
    return main_now;
}

void thread_request_all(uint32_t bits)
{
    mutex_lock_raw(&threads_lock);
    for (Thread *t = threads; t; t = t->next)
        thread_request(t, bits);
    mutex_unlock(&threads_lock);
}

void thread_each(void (*visit)(Thread *thread, void *context), void *context)
{
    mutex_lock_raw(&threads_lock);
    for (Thread *t = threads; t; t = t->next)
        visit(t, context);
    mutex_unlock(&threads_lock);
}

size_t thread_count(void)
{
    mutex_lock_raw(&threads_lock);
    size_t n = thread_total;
    mutex_unlock(&threads_lock);
    return n;
}

__attribute__((no_sanitize("thread"))) const Thread *thread_first(void)
{
    return threads;
}

static bool serve_async_exception(Thread *thread)
{
    Value exception = exchange_acq_rel(&thread->async_exception, (Value)0);
    if (exception)
        raise_object(exception);
    return !exception;
}

bool c_stack_check_slow(const char *while_doing)
{
    Thread *thread = thread_self();
    /* Code that handles the error gets some of the reserve, once. */
    if ((char *)__builtin_frame_address(0) < thread->c_stack_limit - (C_STACK_RESERVE / 2))
        fatal("Cannot recover from stack overflow");
    raise(RecursionError, "maximum recursion depth exceeded%s", while_doing);
    return false;
}

void native_scope_leave(NativeScope *scope)
{
    int saved = errno;
    gc_leave_native(scope->thread);
    errno = saved;
}

void values_copy_long(Value *to, const Value *from, intptr_t count)
{
    const intptr_t part = LONG_WORK_LEAST / (intptr_t)sizeof(Value);
    for (intptr_t i = 0; i < count; i += part) {
        gc_let_stop(gc_self);
        memcpy(to + i, from + i, (size_t)(count - i < part ? count - i : part) * sizeof(Value));
    }
    Object *container = gc_object_at(to);
    if (container)
        gc_filled(container);
}

void native_pause(NativePause *pause)
{
    GcThread *self = gc_self;
    int saved = errno;
    _Static_assert(sizeof pause->registers == sizeof self->saved_registers, "all of them");
    pause->thread = self;
    pause->stack_pointer = self->stack_pointer;
    memcpy(pause->registers, self->saved_registers, sizeof pause->registers);
    gc_leave_native(self);
    errno = saved;
}

void native_resume(const NativePause *pause)
{
    GcThread *self = pause->thread;
    int saved = errno;
    self->stack_pointer = pause->stack_pointer;
    memcpy(self->saved_registers, pause->registers, sizeof pause->registers);
    gc_enter_native_saved(self);
    errno = saved;
}

/* The part of the C stack that belongs to the running thread: [*low, *high). */
static bool c_stack_bounds(char **low, char **high)
{
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    void *address;
    size_t size;
    bool ok = pthread_attr_getstack(&attributes, &address, &size) == 0;
    pthread_attr_destroy(&attributes);
    *low = address;
    *high = (char *)address + size;
    return ok;
}

static void trace_thread(Thread *t, void *context)
{
    Tracer *tracer = context;
    gc_visit(tracer, t->exception);
    for (ExcState *state = t->exc_state; state; state = state->outer)
        gc_visit(tracer, state->handled);
    gc_visit(tracer, t->context);
    gc_visit(tracer, t->repr_running);
    gc_visit(tracer, t->async_gen_firstiter);
    gc_visit(tracer, t->async_gen_finalizer);
    gc_visit(tracer, t->trace_function);
    gc_visit(tracer, t->profile_function);
    gc_visit(tracer, load_relaxed(&t->trace_request));
    gc_visit(tracer, load_relaxed(&t->profile_request));
    gc_visit(tracer, load_relaxed(&t->async_exception));
    gc_visit(tracer, t->handle);
    memset(t->method_cache, 0, sizeof t->method_cache);
    memset(t->weak_cache, 0, sizeof t->weak_cache);
    t->variable_cache.variables = 0;
}

void thread_trace_own(Tracer *tracer)
{
    trace_thread(thread_self(), tracer);
}

/* A thread's own Values are roots of the collector, but not reachable by other threads. */
static void trace_threads(Tracer *tracer)
{
    thread_each(trace_thread, tracer);
}

static bool make_register_stack(Thread *thread)
{
    void *stack = mmap(0, REGISTER_STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED)
        return false;
    thread->gc.registers = stack;
    thread->gc.registers_top = stack;
    thread->stack_end =
        (Value *)(void *)((char *)stack + REGISTER_STACK_BYTES - REGISTER_STACK_RESERVE);
    thread->stack_limit = thread->stack_end;
    return true;
}

Thread *thread_new(void)
{
    Thread *thread = 0;
    if (posix_memalign((void **)&thread, THREAD_ALIGNMENT, THREAD_SIZE) != 0)
        return 0;
    memset(thread, 0, sizeof(Thread));
    if (make_register_stack(thread))
        return thread;
    free(thread);
    return 0;
}

void thread_free(Thread *thread)
{
    if (!thread)
        return;
    munmap(thread->gc.registers, REGISTER_STACK_BYTES);
    if (thread != &main_thread)
        free(thread);
}

static void take_slot(Thread *thread)
{
    thread->slot = ~slots_taken ? (uint32_t)__builtin_ctzll(~slots_taken) : THREAD_SLOTS;
    if (thread->slot < THREAD_SLOTS)
        slots_taken |= UINT64_C(1) << thread->slot;
}

static void leave_slot(const Thread *thread)
{
    if (thread->slot < THREAD_SLOTS)
        slots_taken &= ~(UINT64_C(1) << thread->slot);
}

size_t thread_c_stack_size(size_t wanted)
{
    return wanted ? (wanted > C_STACK_LEAST ? wanted : C_STACK_LEAST) + C_STACK_RESERVE : 0;
}

bool thread_enter(Thread *thread, size_t c_stack_size)
{
    char *low, *high;
    if (!c_stack_bounds(&low, &high))
        return false;
    thread->exc_state = &thread->base_exc_state;
    thread->native_id = (uint64_t)pthread_self();
    thread->os_id = (int)syscall(SYS_gettid);
    if (c_stack_size && (size_t)(high - low) > c_stack_size)
        low = high - c_stack_size;
    thread->c_stack_limit = low + C_STACK_RESERVE;
    if (!gc_attach(&thread->gc, high))
        return false;
    mutex_lock_raw(&threads_lock);
    thread->parker = &parker_self;
    thread->next = threads;
    threads = thread;
    thread_total++;
    take_slot(thread);
    thread_request(thread, load_relaxed(&thread_initial_poll));
    mutex_unlock(&threads_lock);
    return true;
}

void thread_unlist(Thread *thread)
{
    mutex_lock_raw(&threads_lock);
    for (Thread **link = &threads; *link; link = &(*link)->next)
        if (*link == thread) {
            *link = thread->next;
            thread_total--;
            leave_slot(thread);
            break;
        }
    mutex_unlock(&threads_lock);
    finalisers_hand_over(thread);
}

void thread_leave(Thread *thread)
{
    thread_unlist(thread);
    gc_detach(&thread->gc);
    thread_free(thread);
}

/* The kernel grows the main thread's stack on demand: its size is the resource limit. */
static size_t main_stack_size(void)
{
    struct rlimit limit;
    size_t largest = (size_t)64 << 20;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur > largest)
        return largest;
    return limit.rlim_cur;
}

static bool serve_gil(Thread *thread)
{
    gc_switch_thread(&thread->gc);
    return true;
}

bool thread_start_main(void)
{
    main_thread.is_main = true;
    if (!make_register_stack(&main_thread) || !thread_enter(&main_thread, main_stack_size()))
        return false;
    gc_add_thread_tracer(trace_threads);
    thread_set_poll_hook(POLL_ASYNC_EXCEPTION, serve_async_exception);
    thread_set_poll_hook(POLL_GIL, serve_gil);
    return true;
}

static void forget_other(Thread *thread, void *self)
{
    if (thread != self)
        munmap(thread->gc.registers, REGISTER_STACK_BYTES);
}

void (*threads_gone_hook)(void);

void thread_after_fork_child(void)
{
    Thread *self = thread_self();
    threads_lock.byte = 0;
    thread_each(forget_other, self);
    for (Thread *t = threads, *next; t; t = next) {
        next = t->next;
        if (t != self && t != &main_thread)
            free(t);
    }
    threads = self;
    self->next = 0;
    thread_total = 1;
    slots_taken = 0;
    take_slot(self);
    main_now = self;
    self->is_main = true;
    self->os_id = (int)syscall(SYS_gettid);
    if (threads_gone_hook)
        threads_gone_hook();
}
