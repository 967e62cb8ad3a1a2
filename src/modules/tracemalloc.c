/* _tracemalloc: where the objects that are alive were allocated.
 *
 * While it is on, every allocation takes the allocator's slow path, which tells of it (gc_watch).
 * A trace, of each object that lives in the heap, is its size and its traceback. Those are kept
 * once each: `tracebacks` is a set of them, which are never freed before the end of tracing, as
 * CPython does. Each collection drops the traces of what it found dead; so that what is asked for
 * shows no garbage, those who ask collect first.
 *
 * All of it is in malloc'ed memory and guarded by `lock`, whose holders neither allocate in the
 * heap nor come to a safepoint. File names are Values of the heap, and roots. */
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "base/vec.h"
#include "compile/code.h"
#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"

#define FRAMES_MAX 65535

typedef struct TracedFrame {
    Value filename; /* a str; root */
    uint32_t line;
} TracedFrame;

typedef struct Traceback {
    struct Traceback *next; /* of the same bucket */
    uint64_t hash;
    uint32_t count; /* of the frames below */
    uint32_t total; /* frames that there were */
    uint32_t index; /* scratch of get_traces */
    TracedFrame frames[];
} Traceback;

typedef struct Trace {
    Object *object; /* 0: a free entry */
    size_t size;
    Traceback *traceback;
} Trace;

/* All guarded by lock, but where it says otherwise. */
static Mutex lock;
static bool tracing;             /* atomic; changed under lock */
static uint32_t frame_limit = 1; /* atomic */
static Trace *traces;            /* a hash table with linear probing; its size is a power of two */
static size_t trace_count, trace_capacity;
static Traceback **tracebacks; /* buckets */
static size_t traceback_count, bucket_count;
static size_t traceback_bytes;
static size_t current_bytes, peak_bytes;
static unsigned readers;   /* threads that look at tracebacks without the lock */
static Traceback *scratch; /* room for one with frame_limit frames */

/* This thread is at work here: what it allocates is not traced. */
static _Thread_local bool quiet;

/* ---- tracebacks ---------------------------------------------------------------------------- */

static size_t traceback_size(uint32_t count)
{
    return sizeof(Traceback) + count * sizeof(TracedFrame);
}

static uint32_t line_of(const Frame *frame)
{
    const Code *code = frame->code;
    const uint32_t *words = code_words(code);
    if (frame->pc <= words)
        return 0;
    int line = code_position(code, (uint32_t)(frame->pc - words) - 1).line;
    return line < 0 ? 0 : (uint32_t)line;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* The running thread's frames, innermost first, in `scratch`. */
static void capture_locked(void)
{
    uint32_t count = 0, total = 0;
    uint64_t hash = 0;
    for (const Frame *frame = thread_self()->frame; frame; frame = frame->caller, total++) {
        if (count == frame_limit)
            continue;
        TracedFrame *traced = &scratch->frames[count++];
        traced->filename = load_acquire(&frame->code->filename);
        traced->line = line_of(frame);
        hash = mix(mix(hash, (uintptr_t)traced->filename), traced->line);
    }
    scratch->count = count;
    scratch->total = total > FRAMES_MAX ? FRAMES_MAX : total;
    scratch->hash = mix(hash, scratch->total);
}

static bool same_traceback(const Traceback *a, const Traceback *b)
{
    if (a->hash != b->hash || a->count != b->count || a->total != b->total)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->frames[i].filename != b->frames[i].filename ||
            a->frames[i].line != b->frames[i].line)
            return false;
    return true;
}

static bool grow_buckets_locked(void)
{
    size_t count = bucket_count ? bucket_count * 2 : 1024;
    Traceback **buckets = calloc(count, sizeof *buckets);
    if (!buckets)
        return false;
    for (size_t i = 0; i < bucket_count; i++)
        for (Traceback *t = tracebacks[i], *next; t; t = next) {
            next = t->next;
            t->next = buckets[t->hash & (count - 1)];
            buckets[t->hash & (count - 1)] = t;
        }
    free(tracebacks);
    tracebacks = buckets;
    bucket_count = count;
    return true;
}

/* The one like `scratch` that is kept; 0 if there is no memory. */
static Traceback *keep_traceback_locked(void)
{
    if (traceback_count >= bucket_count && !grow_buckets_locked())
        return 0;
    Traceback **bucket = &tracebacks[scratch->hash & (bucket_count - 1)];
    for (Traceback *t = *bucket; t; t = t->next)
        if (same_traceback(t, scratch))
            return t;
    size_t size = traceback_size(scratch->count);
    Traceback *kept = malloc(size);
    if (!kept)
        return 0;
    memcpy(kept, scratch, size);
    kept->next = *bucket;
    *bucket = kept;
    traceback_count++;
    traceback_bytes += size;
    return kept;
}

static void trace_file_names(Tracer *tracer)
{
    for (size_t i = 0; i < bucket_count; i++)
        for (Traceback *t = tracebacks[i]; t; t = t->next)
            for (uint32_t k = 0; k < t->count; k++)
                gc_visit(tracer, t->frames[k].filename);
}

/* ---- traces -------------------------------------------------------------------------------- */

static size_t home_of(const Object *object)
{
    return mix(0, (uintptr_t)object) & (trace_capacity - 1);
}

/* The object's entry, or the free one where it would be. */
static Trace *find_locked(const Object *object)
{
    size_t i = home_of(object);
    while (traces[i].object && traces[i].object != object)
        i = (i + 1) & (trace_capacity - 1);
    return &traces[i];
}

static bool grow_traces_locked(void)
{
    Trace *old = traces;
    size_t old_capacity = trace_capacity;
    size_t capacity = old_capacity ? old_capacity * 2 : 4096;
    Trace *table = calloc(capacity, sizeof *table);
    if (!table)
        return false;
    traces = table;
    trace_capacity = capacity;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].object)
            *find_locked(old[i].object) = old[i];
    free(old);
    return true;
}

static void add_locked(Object *object, size_t size)
{
    if (trace_count >= trace_capacity / 2 && !grow_traces_locked())
        return;
    capture_locked();
    Traceback *traceback = keep_traceback_locked();
    if (!traceback)
        return;
    Trace *trace = find_locked(object);
    if (trace->object)
        current_bytes -= trace->size;
    else
        trace_count++;
    *trace = (Trace){object, size, traceback};
    current_bytes += size;
    if (current_bytes > peak_bytes)
        peak_bytes = current_bytes;
}

/* GcHooks.allocated. Without memory for a trace the object has none. */
static void on_allocated(Object *object, size_t size)
{
    if (quiet)
        return;
    mutex_lock_raw(&lock);
    if (tracing)
        add_locked(object, size);
    mutex_unlock(&lock);
}

/* Empties entry `i`, and moves up those behind it that would not be found otherwise. */
static void remove_locked(size_t i)
{
    size_t mask = trace_capacity - 1;
    current_bytes -= traces[i].size;
    trace_count--;
    for (size_t k = (i + 1) & mask; traces[k].object; k = (k + 1) & mask) {
        size_t home = home_of(traces[k].object);
        if (((k - home) & mask) >= ((k - i) & mask)) {
            traces[i] = traces[k];
            i = k;
        }
    }
    traces[i] = (Trace){0};
}

/* GcHooks.sweeping: world stopped, so nobody holds the lock. What remove_locked moves across the
 * end of the table is looked at twice, which does no harm. */
static void on_sweeping(void)
{
    for (size_t i = 0; i < trace_capacity;)
        if (traces[i].object && !gc_is_marked(traces[i].object))
            remove_locked(i);
        else
            i++;
}

static void clear_traces_locked(void)
{
    free(traces);
    traces = 0;
    trace_count = trace_capacity = 0;
    current_bytes = peak_bytes = 0;
}

/* Those that somebody is looking at stay until the next time. */
static void clear_tracebacks_locked(void)
{
    if (readers)
        return;
    for (size_t i = 0; i < bucket_count; i++)
        for (Traceback *t = tracebacks[i], *next; t; t = next) {
            next = t->next;
            free(t);
        }
    free(tracebacks);
    tracebacks = 0;
    traceback_count = bucket_count = traceback_bytes = 0;
}

/* ---- on and off ---------------------------------------------------------------------------- */

/* The collector may visit tracebacks as roots at any time that another thread holds no lock here,
 * that is, with the world stopped: so they are freed with the world stopped. */
static void forget(bool stop)
{
    gc_stop_world();
    if (stop)
        store_relaxed(&tracing, false);
    clear_traces_locked();
    clear_tracebacks_locked();
    gc_start_world();
}

static bool begin(uint32_t frames)
{
    Traceback *room = malloc(traceback_size(frames));
    if (!room)
        return raise_no_memory();
    mutex_lock_raw(&lock);
    if (tracing) {
        free(room);
    } else {
        free(scratch);
        scratch = room;
        store_relaxed(&frame_limit, frames);
        store_relaxed(&tracing, true);
    }
    mutex_unlock(&lock);
    return true;
}

FUNCTION(tracemalloc_start, "start", "nframe=1, /",
         "Start tracing Python memory allocations.\n\n"
         "Also set the maximum number of frames stored in the traceback of a\n"
         "trace to nframe.")
{
    int frames;
    TRY(index_as_int(args[0], &frames));
    if (frames < 1 || frames > FRAMES_MAX)
        return raise(ValueError, "the number of frames must be in range [1; %d]", FRAMES_MAX);
    TRY(begin((uint32_t)frames));
    gc_watch(on_allocated, on_sweeping);
    return None;
}

FUNCTION(tracemalloc_stop, "stop", "/",
         "Stop tracing Python memory allocations.\n\n"
         "Also clear traces of memory blocks allocated by Python.")
{
    if (load_relaxed(&tracing)) {
        gc_watch(0, 0);
        forget(true);
    }
    return None;
}

FUNCTION(tracemalloc_clear_traces, "clear_traces", "/",
         "Clear traces of memory blocks allocated by Python.")
{
    if (load_relaxed(&tracing))
        forget(false);
    return None;
}

FUNCTION(tracemalloc_is_tracing, "is_tracing", "/",
         "Return True if the tracemalloc module is tracing Python memory allocations.")
{
    return bool_value(load_relaxed(&tracing));
}

FUNCTION(tracemalloc_get_traceback_limit, "get_traceback_limit", "/",
         "Get the maximum number of frames stored in the traceback of a trace.\n\n"
         "By default, a trace of an allocated memory block only stores\n"
         "the most recent frame: the limit is 1.")
{
    return int_from(load_relaxed(&frame_limit));
}

/* ---- sums ---------------------------------------------------------------------------------- */

/* Garbage is no memory that the program still uses. `def` is the function that was called. */
static void collect_first(const MethodDef *def)
{
    quiet = true;
    if (load_relaxed(&tracing))
        vm_collect(def, 2);
    quiet = false;
}

FUNCTION(tracemalloc_get_traced_memory, "get_traced_memory", "/",
         "Get the current size and peak size of memory blocks traced by tracemalloc.\n\n"
         "Returns a tuple: (current: int, peak: int).")
{
    collect_first(M(tracemalloc_get_traced_memory));
    mutex_lock_raw(&lock);
    size_t current = current_bytes, peak = peak_bytes;
    mutex_unlock(&lock);
    return tuple_of(TRY(int_from_u64(current)), TRY(int_from_u64(peak)));
}

FUNCTION(tracemalloc_reset_peak, "reset_peak", "/",
         "Set the peak size of memory blocks traced by tracemalloc to the current size.\n\n"
         "Do nothing if the tracemalloc module is not tracing memory allocations.")
{
    collect_first(M(tracemalloc_reset_peak));
    mutex_lock_raw(&lock);
    peak_bytes = current_bytes;
    mutex_unlock(&lock);
    return None;
}

FUNCTION(tracemalloc_get_tracemalloc_memory, "get_tracemalloc_memory", "/",
         "Get the memory usage in bytes of the tracemalloc module.\n\n"
         "This memory is used internally to trace memory allocations.")
{
    mutex_lock_raw(&lock);
    size_t bytes =
        trace_capacity * sizeof *traces + bucket_count * sizeof *tracebacks + traceback_bytes;
    mutex_unlock(&lock);
    return int_from_u64(bytes);
}

/* ---- traces as objects --------------------------------------------------------------------- */

static Value frames_value(const Traceback *traceback)
{
    if (!traceback->count)
        return tuple_of(TRY(tuple_of(TRY(str_from_cstring("<unknown>")), int_small(0))));
    Value frames = TRY(tuple_new(traceback->count));
    for (uint32_t i = 0; i < traceback->count; i++) {
        const TracedFrame *frame = &traceback->frames[i];
        tuple_init(frames, i, TRY(tuple_of(frame->filename, int_small((intptr_t)frame->line))));
    }
    return frames;
}

/* Holds the tracebacks, which stay where they are while there are readers. */
static void reader_leave(const bool *is_reader)
{
    mutex_lock_raw(&lock);
    readers -= *is_reader;
    mutex_unlock(&lock);
}

/* All traces at one time: sizes, and which of the tracebacks. */
typedef struct Copy {
    VEC(Traceback *) tracebacks;
    struct CopiedTrace {
        size_t size;
        uint32_t traceback;
    } * traces;
    size_t count;
} Copy;

static void copy_free(Copy *copy)
{
    free(copy->traces);
    vec_free(&copy->tracebacks);
}

static bool copy_locked(Copy *copy)
{
    copy->traces = malloc((trace_count + 1) * sizeof *copy->traces);
    if (!copy->traces)
        return false;
    for (size_t i = 0; i < trace_capacity; i++) {
        if (!traces[i].object)
            continue;
        Traceback *traceback = traces[i].traceback;
        uint32_t index = traceback->index; /* of an earlier copy, perhaps */
        if (index >= copy->tracebacks.count || copy->tracebacks.items[index] != traceback) {
            traceback->index = index = (uint32_t)copy->tracebacks.count;
            if (!vec_push(&copy->tracebacks, traceback))
                return false;
        }
        copy->traces[copy->count++] = (struct CopiedTrace){traces[i].size, index};
    }
    return true;
}

/* [(domain, size, frames, total)] with one tuple of frames for each traceback. */
static Value copy_value(const Copy *copy)
{
    Value list = TRY(list_new(copy->count));
    Value known = TRY(list_new(copy->tracebacks.count));
    VEC_EACH (Traceback *, traceback, &copy->tracebacks)
        TRY(list_append(known, TRY(frames_value(*traceback))));
    for (size_t i = 0; i < copy->count; i++) {
        const struct CopiedTrace *trace = &copy->traces[i];
        uint32_t total = copy->tracebacks.items[trace->traceback]->total;
        Value size = TRY(int_from_u64(trace->size));
        Value frames = list_get(known, trace->traceback);
        TRY(list_append(list, TRY(tuple_of(int_small(0), size, frames,
                                           int_small(total ? (intptr_t)total : 1)))));
    }
    return list;
}

static Value all_traces(void)
{
    Copy copy __attribute__((cleanup(copy_free))) = {0};
    bool is_reader __attribute__((unused, cleanup(reader_leave))) = true;
    mutex_lock_raw(&lock);
    readers++;
    bool copied = copy_locked(&copy);
    mutex_unlock(&lock);
    return copied ? copy_value(&copy) : raise_no_memory();
}

FUNCTION(tracemalloc_get_traces, "_get_traces", "/",
         "Get traces of all memory blocks allocated by Python.\n\n"
         "Return a list of (size: int, traceback: tuple) tuples.\n"
         "traceback is a tuple of (filename: str, lineno: int) tuples.\n\n"
         "Return an empty list if the tracemalloc module is disabled.")
{
    collect_first(M(tracemalloc_get_traces));
    quiet = true;
    Value result = all_traces();
    quiet = false;
    return result;
}

static Value traceback_of(Value v)
{
    bool is_reader __attribute__((unused, cleanup(reader_leave))) = true;
    mutex_lock_raw(&lock);
    readers++;
    Traceback *traceback = trace_count ? find_locked(v)->traceback : 0;
    mutex_unlock(&lock);
    return traceback ? frames_value(traceback) : None;
}

FUNCTION(tracemalloc_get_object_traceback, "_get_object_traceback", "obj, /",
         "Get the traceback where the Python object obj was allocated.\n\n"
         "Return a tuple of (filename: str, lineno: int) tuples.\n"
         "Return None if the tracemalloc module is disabled or did not\n"
         "trace the allocation of the object.")
{
    return is_object(args[0]) ? traceback_of(args[0]) : None;
}

static MethodDef *const functions[] = {
    M(tracemalloc_is_tracing),
    M(tracemalloc_clear_traces),
    M(tracemalloc_get_traces),
    M(tracemalloc_get_object_traceback),
    M(tracemalloc_start),
    M(tracemalloc_stop),
    M(tracemalloc_get_traceback_limit),
    M(tracemalloc_get_tracemalloc_memory),
    M(tracemalloc_get_traced_memory),
    M(tracemalloc_reset_peak),
    0,
};

static bool execute(Value module UNUSED)
{
    static bool is_known; /* the import lock orders those who come here */
    if (!is_known)
        gc_add_root_tracer(trace_file_names);
    is_known = true;
    return true;
}

const ModuleDef module__tracemalloc = {
    .name = "_tracemalloc",
    .doc = "Debug module to trace memory blocks allocated by Python.",
    .functions = functions,
    .execute = execute,
};
