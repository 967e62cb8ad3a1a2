/* The heap as the rest of Weft sees it: this is the one header between the collector and
 * the core.
 *
 * The collector does not move objects. It scans C stacks, registers and the interpreter's
 * register stacks conservatively (interior pointers count), and the heap precisely, through
 * the trace functions of shapes. So C code holds Values in local variables freely. Values
 * never live in malloc'ed memory, unless it is registered with gc_add_root.
 *
 * Collections stop the world: every thread is at a safepoint (gc_poll, allocation), in the
 * native state (gc_enter_native) or ended.
 */
#ifndef WEFT_GC_HEAP_H
#define WEFT_GC_HEAP_H

#include "core/object.h"
#include "gc/histogram.h"

/* ---- Threads ------------------------------------------------------------------------ */

/* The collector's part of a thread: first field of core's Thread. Owner thread only,
 * unless it says otherwise. */
typedef struct GcThread {
    uint32_t poll;    /* atomic: not 0 asks the thread to call gc_poll_slow at its next safepoint */
    uint32_t state;   /* atomic: GcThreadState */
    uint32_t id;      /* small number, from 1; immutable after attach */
    uint32_t visited; /* it has not run since a collection visited its roots: they are old */
    void *stack_base; /* highest address of the C stack; immutable after attach */
    void *stack_pointer;           /* what to scan from while stopped or native */
    char *dead_low, *dead_high;    /* a part of the C stack without live Values: not scanned */
    struct GcAllocator *allocator; /* thread-local blocks; owned by gc/ */
    Value *registers;              /* interpreter register stack: [registers, registers_top) */
    Value *registers_top;          /* is scanned conservatively; the owner keeps it above use */
    struct GcThread *next;         /* guarded by the thread list lock */
    uint64_t saved_registers[16];
} GcThread;

/* WAITING: as NATIVE, but for a lock, perhaps in the middle of a change of what only this thread
 * knows and has not locked. So others must not share that. BUSY: the same, but it computes. */
typedef enum { GC_RUNNING, GC_NATIVE, GC_WAITING, GC_BUSY, GC_STOPPED } GcThreadState;

/* Bits of `poll`; the others belong to the core (signals, asynchronous exceptions). */
#define GC_POLL_STOP    UINT32_C(1)
#define GC_POLL_COLLECT UINT32_C(0x80000000)
#define GC_POLL_GIL     UINT32_C(32) /* gil_switch serves it, where no lock is held */

/* Starts the heap; once, before anything else. False if address space cannot be had. */
bool gc_start(void);
/* The calling thread joins or leaves the mutators. Detaching gives back its blocks. */
bool gc_attach(GcThread *thread, void *stack_base);
void gc_detach(GcThread *thread);
/* After fork, in the child: only `self` is left; rebuilds locks and lists. Before fork the parent
 * calls gc_before_fork, then both sides call theirs. */
void gc_before_fork(void);
void gc_after_fork_parent(void);
void gc_after_fork_child(GcThread *self);

extern _Thread_local GcThread *gc_self __attribute__((tls_model("initial-exec")));

/* Callee-saved registers may hold Values for callers; what is in other registers across a call is
 * in the frames. Inlined, so that the registers and the stack pointer saved are those of a
 * function whose frame stays while the thread is stopped. */
ALWAYS_INLINE void gc_save_registers(GcThread *self)
{
    uint64_t *saved = self->saved_registers;
    void **stack_pointer = &self->stack_pointer;
#if defined(__x86_64__)
    __asm__ volatile("movq %%rbx, 0(%0)\n\t"
                     "movq %%rbp, 8(%0)\n\t"
                     "movq %%r12, 16(%0)\n\t"
                     "movq %%r13, 24(%0)\n\t"
                     "movq %%r14, 32(%0)\n\t"
                     "movq %%r15, 40(%0)\n\t"
                     "movq %%rsp, (%1)"
                     :
                     : "r"(saved), "r"(stack_pointer)
                     : "memory");
#elif defined(__aarch64__)
    __asm__ volatile("stp x19, x20, [%0]\n\t"
                     "stp x21, x22, [%0, #16]\n\t"
                     "stp x23, x24, [%0, #32]\n\t"
                     "stp x25, x26, [%0, #48]\n\t"
                     "stp x27, x28, [%0, #64]\n\t"
                     "str x29, [%0, #80]\n\t"
                     "mov x9, sp\n\t"
                     "str x9, [%1]"
                     :
                     : "r"(saved), "r"(stack_pointer)
                     : "memory", "x9");
#else
#error "the conservative stack scan needs to know this machine's callee-saved registers"
#endif
}

/* Around a blocking call: between the two the thread may not touch the heap. */
void gc_enter_native_saved(GcThread *self);
void gc_leave_native(GcThread *self);

ALWAYS_INLINE void gc_enter_native(GcThread *self)
{
    gc_save_registers(self);
    gc_enter_native_saved(self);
}

/* Around a long computation on bytes and numbers that are in objects, but neither allocates them
 * nor stores Values: who stops the world need not wait for it. False, and there is nothing to
 * leave, if the thread does not run, has stopped the world, or all have one lock. Between the two
 * the registers are saved. */
bool gc_may_be_busy(GcThread *self);
/* Between two steps of long work that does touch the heap: lets the world stop, and does nothing
 * else that a safepoint does. */
void gc_let_stop(GcThread *self);
void gc_enter_busy_saved(GcThread *self);

/* Serves GC_POLL_GIL (gc/gil.h): lets a thread run that waits to. */
void gc_switch_thread(GcThread *self);

/* Stops all other threads (waits until they are), and lets them go on. Nestable on one
 * thread; competing requesters queue. Used by the collector and by the core. */
void gc_stop_world_saved(GcThread *self);
void gc_start_world(void);
bool gc_world_is_stopped(void); /* by the calling thread */

/* At the end of the program, world stopped: it stays so, no other thread ever goes on. */
void gc_end_others(void);

/* For a thread that is not attached, in a program with one thread so far: runs `act` while that one
 * cannot leave the native state. False, and nothing was done, if it is in another state. One caller
 * at a time. */
bool gc_while_native(GcThread *only, void (*act)(void));

ALWAYS_INLINE void gc_stop_world(void)
{
    gc_save_registers(gc_self);
    gc_stop_world_saved(gc_self);
}

/* A safepoint: loop back-edges and calls test `poll`, then call this. Serves GC_POLL_STOP and
 * GC_POLL_COLLECT, which are clear then; the core looks at its own bits. */
void gc_poll_slow(GcThread *self);

/* ---- Allocation --------------------------------------------------------------------- */

/* An object of `bytes` (header included), zeroed but for its header, which gets `shape`.
 * Returns 0 if there is no memory, after trying a collection; the core turns that into
 * MemoryError (core/alloc.h). May collect. */
void *gc_alloc(uint32_t shape, size_t bytes);
/* The same for objects that refer to no other (RAW, STR, BYTES, ...), which are born SHARED
 * once gc_set_multithreaded was called. What follows the header may be anything. */
void *gc_alloc_leaf(uint32_t shape, size_t bytes);
/* Makes a large object (one above 16 KB) larger in place, so that gc_cell_size says at least
 * `bytes`; false if what follows it is in use. The new part is zero. Never collects. */
bool gc_extend(void *object, size_t bytes);
bool gc_extend_leaf(void *object, size_t bytes); /* the new part may be anything */
/* Gives back what a large object has beyond `bytes`, in whole pages. The caller alone knows it. */
void gc_trim(void *object, size_t bytes);
/* Frees a large object now; of others and while allocations are watched, nothing. The caller alone
 * knows the object. */
void gc_discard(void *object);
/* A second thread was started: leaves are born SHARED from now on. */
void gc_set_multithreaded(void);
/* Usable bytes of the cell that holds `object`. */
size_t gc_cell_size(const void *object);
/* Says that memory outside of the heap belongs to heap objects (GMP, zlib, ...), to pace
 * collections: bytes added (or, negative, given back). */
void gc_external_bytes(intptr_t bytes);

/* Puts the object on the list of those that have something to do when they die: its type's
 * release function (no Python code; at the sweep) or a finaliser (__del__). */
void gc_register_finaliser(Object *object);
/* Is there an object that wants its finaliser, and that `counts` says true of? World stopped. */
bool gc_any_finalisable(bool (*counts)(Object *object));
/* From now on finalisers are due in the order in which their objects were made, those that close
 * files last: modules are garbage now, in which all refers to all. */
void gc_finalise_in_order(void);

/* Roots outside the heap and the stacks: `count` Values at `slots`. */
void gc_add_root(Value *slots, size_t count);
void gc_remove_root(Value *slots);
/* A callback that visits more roots during each marking (static objects, tables). */
typedef struct Tracer Tracer;
void gc_add_root_tracer(void (*trace)(Tracer *tracer));
/* The same for Values that belong to threads: roots, but not what other threads can reach. */
void gc_add_thread_tracer(void (*trace)(Tracer *tracer));
/* Visits all registered roots (not the stacks): what any thread can reach by name. */
void gc_trace_roots(Tracer *tracer);

/* ---- Tracing ------------------------------------------------------------------------ */

/* Who walks the object graph: marking, sharing, the heap verifier, gc.get_referents. A trace
 * function calls gc_visit for each Value in its object, in any order; tagged words and 0
 * are skipped. */
struct Tracer {
    void (*visit)(Tracer *self, Object *target);
    void *context;
    bool weak;    /* visit what weak references refer to as well: sharing */
    bool marking; /* visit what the object keeps alive beyond what it refers to; world stopped */
    bool full; /* marking what is alive of all, not of the new: GcHooks.drop_unmarked comes after it
                */
    bool met_young; /* marking: has visited what stays young, and has to be visited again */
};

ALWAYS_INLINE void gc_visit(Tracer *tracer, Value v)
{
    if (is_object(v))
        tracer->visit(tracer, v);
}

ALWAYS_INLINE void gc_visit_range(Tracer *tracer, Value *slots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        gc_visit(tracer, load_relaxed(&slots[i]));
}

/* Visits what the object refers to, its class included when that is collected. */
void gc_trace_object(Object *object, Tracer *tracer);

/* ---- The barrier -------------------------------------------------------------------- */

/* Every store of a Value into a heap object goes through gc_store, or says NO_BARRIER and
 * why. One test of the container's flags; the slow side remembers an old container and
 * shares the value of a shared one, before the store publishes it with release order. */
void gc_store_slow(Object *container, Value value);

ALWAYS_INLINE void gc_barrier(void *container, Value value)
{
    if (unlikely(load_relaxed(&((Object *)container)->flags) & (FLAG_SHARED | FLAG_OLD)))
        gc_store_slow((Object *)container, value);
}

/* For a container whose slots were written without the barrier while they were roots (the
 * registers of a generator that runs): as if each had been stored into now. Sharing is the
 * caller's. */
void gc_remember_slow(Object *container);

ALWAYS_INLINE void gc_remember(void *container)
{
    if (load_relaxed(&((Object *)container)->flags) & FLAG_OLD)
        gc_remember_slow((Object *)container);
}

/* A container that was made before the thread waited, for a lock say, may be old since. This makes
 * it as good as a fresh one: until the next safepoint it may be filled without the barrier. */
ALWAYS_INLINE void gc_fresh_again(void *container)
{
    gc_remember(container);
}

/* The same for one that was filled without the barrier over stops of the world, with Values that
 * were somewhere else all the while: at the end. Most of them are old, but not large buffers. */
ALWAYS_INLINE void gc_filled(void *container)
{
    gc_remember(container);
}

#define gc_store(container, slot, value)                                                           \
    do {                                                                                           \
        __typeof__(*(slot)) gc_value_ = (value);                                                   \
        gc_barrier((container), (Value)gc_value_);                                                 \
        store_release((slot), gc_value_);                                                          \
    } while (0)

/* For `count` Values copied into one container (memmove semantics; slots may overlap). */
void gc_store_range(void *container, Value *slots, const Value *values, size_t count);

/* The core's share_value (core/share.c), called for a local value stored into a SHARED
 * container. */
extern void (*gc_share_hook)(Value value);

/* ---- Weak references and finalisers --------------------------------------------------- */

/* Called with the world stopped, marking done. `gc_is_marked` tells whether an object
 * survives; `gc_mark_from` revives one and all it refers to. */
bool gc_is_marked(const Object *object);
void gc_mark_from(Object *object);
/* The same, depth first. `ended` is told of each object with `flag` that this marks, after all
 * those that were marked from it: what leads to another comes after it, cycles apart. Without
 * memory for the stack some come too early, or not at all. */
void gc_mark_depth_first(Object *from, uint8_t flag, void (*ended)(Object *object, void *context),
                         void *context);
typedef struct GcHooks {
    /* Revived because it wants its finaliser: queue it. `owner` is the id of the thread that
     * registered it, 0 if that has ended. */
    void (*run_later)(Object *object, uint32_t owner);
    bool (*wants_finaliser)(Object *object); /* it has a __del__ with something left to do */
    bool (*settled)(Object *object);         /* there never will be anything to do when it dies */
    bool (*closes)(Object *object);  /* its finaliser closes a file that others may write to */
    void (*release)(Object *object); /* the type's release function: it dies now */
    /* Clear weak references to unmarked objects, but for those that want their finalisers. */
    void (*clear_weak)(bool full);
    void (*unlink_weak)(void); /* those are marked now: forget references to them that are not */
    /* After a full collection's marking: forget what only a table knows, and did not visit. */
    void (*drop_unmarked)(void);
    /* atomic: 0, or called for each object that the sweep would free; true: revive it. */
    bool (*dead)(Object *object);
    /* atomic, or 0: see gc_watch. */
    void (*allocated)(Object *object, size_t bytes);
    void (*sweeping)(void);
    void (*collected)(int generation); /* world running again, on the collecting thread */
} GcHooks;
extern GcHooks gc_hooks;

/* ---- Collections -------------------------------------------------------------------- */

/* Collects now: generation 0 is young, 2 full. Returns the number of objects that died
 * (an estimate, from the sweep). */
size_t gc_collect(int generation);
void gc_set_enabled(bool enabled);
bool gc_is_enabled(void);

typedef struct GcStats {
    uint64_t young_collections, full_collections;
    uint64_t young_since_full;
    uint64_t young_died, full_died; /* objects, hidden ones included */
    uint64_t objects_allocated, bytes_allocated, bytes_live, bytes_reserved;
    uint64_t objects_since;              /* allocated since the last collection */
    Histogram young_pauses, full_pauses; /* ns from the request to stop until the world runs */
    Histogram stops;                     /* ns until all threads have stopped, a part of it */
    uint32_t threads, threads_max;       /* now, and the most at a collection */
} GcStats;
void gc_stats(GcStats *out);
/* How many full collections there were, for a thread that is running, so none goes on. */
uint64_t gc_full_collections(void);
/* Calls visit for each allocated object, world stopped. */
void gc_each_object(void (*visit)(Object *object, void *context), void *context);
/* Calls visit, which must not allocate, for each object that is not SHARED and that the calling
 * thread refers to, from its stacks or from `roots` (its own Values elsewhere): what belongs to it.
 * World stopped. False if there is no memory for the walk. */
bool gc_each_local(void (*roots)(Tracer *tracer), void (*visit)(Object *object, void *context),
                   void *context);
/* The heap object that holds this address, or 0: for debuggers and the conservative scan. */
Object *gc_object_at(const void *address);
/* Aborts with a message if an object refers to a free cell, a young unremembered one is only
 * reachable from an old one, or a SHARED one refers to one that is not. World stopped. */
void gc_verify(void);

/* Test knobs, set by the stress build and -X options: collect, and verify the heap, at every
 * n-th allocation; fail the n-th allocation from now (0: never). */
void gc_stress(uint32_t collect_every, uint64_t fail_after);

/* From now on, on all threads, `allocated` is called with each new object and the bytes asked for,
 * and with each that gc_extend made larger; it may not allocate or come to a safepoint. Each
 * collection calls `sweeping` before it frees what gc_is_marked does not say true of, world
 * stopped. 0, 0: no more. Collects. */
void gc_watch(void (*allocated)(Object *object, size_t bytes), void (*sweeping)(void));

#endif
