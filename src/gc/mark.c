/* The marker: an explicit stack of grey objects, in front of which stands a short queue. What is
 * popped waits there, prefetched, until its turn comes, so that loading its header
 * does not stall (Cher, Hosking, Vitek, "Software prefetching for mark-sweep garbage collection",
 * 2004). Long arrays are traced in slices, so that they neither flood the stack nor keep other
 * markers idle. Nothing here recurses.
 *
 * An item of the stack is an object's address or, with bit 0 set, the address of an array slot: the
 * rest of the array from there on. With bit 1 set (depth first only) it stands for the end of an
 * object, below all that the object leads to.
 *
 * If there is no memory for the stack, the object stays marked and is not traced; marking then
 * walks the heap for marked objects and traces each, until none was left out.
 */
#include "gc/mark.h"

#include <stdlib.h>
#include "gc/barrier.h"
#include "gc/finalise.h"
#include "gc/mark_parallel.h"
#include "gc/roots.h"
#include "gc/world.h"

#define QUEUE_LENGTH 8
#define SLICE_ITEMS  512
#define SLICE_TAG    1u
#define END_TAG      2u
/* What is marked before others are asked to help: about half a millisecond if they must be woken.
 */
#define SERIAL_ITEMS       30000
#define SERIAL_ITEMS_AWAKE 1000

size_t mark_chunk_limit = SIZE_MAX;
static size_t chunk_count; /* atomic */
static bool overflowed;    /* atomic */
static bool marking_all;   /* a full collection; set before markers start */

/* ---- The stack ----------------------------------------------------------------------- */

MarkChunk *mark_chunk_new(void)
{
    if (fetch_add_relaxed(&chunk_count, (size_t)1) >= mark_chunk_limit) {
        fetch_sub_acq_rel(&chunk_count, (size_t)1);
        return NULL;
    }
    MarkChunk *chunk = malloc(sizeof *chunk);
    if (!chunk) {
        fetch_sub_acq_rel(&chunk_count, (size_t)1);
        return NULL;
    }
    chunk->next = NULL;
    chunk->count = 0;
    return chunk;
}

void mark_chunk_free(MarkChunk *chunk)
{
    fetch_sub_acq_rel(&chunk_count, (size_t)1);
    free(chunk);
}

void mark_overflow(void)
{
    store_relaxed(&overflowed, true);
}

static NOINLINE bool push_slow(Marker *marker, uintptr_t item, bool parallel)
{
    MarkChunk *chunk = marker->spare ? marker->spare : mark_chunk_new();
    if (!chunk) {
        mark_overflow();
        return false;
    }
    marker->spare = NULL;
    chunk->count = 1;
    chunk->items[0] = item;
    if (parallel)
        mark_share_chunk(marker->top);
    else {
        marker->top->next = marker->full;
        marker->full = marker->top;
    }
    marker->top = chunk;
    return true;
}

/* False if there was no memory for it, which is noted. */
ALWAYS_INLINE bool push(Marker *marker, uintptr_t item, bool parallel)
{
    MarkChunk *top = marker->top;
    if (unlikely(top->count == MARK_CHUNK_ITEMS))
        return push_slow(marker, item, parallel);
    top->items[top->count++] = item;
    return true;
}

static void replace_top(Marker *marker, MarkChunk *chunk)
{
    if (marker->spare)
        mark_chunk_free(marker->top);
    else
        marker->spare = marker->top;
    marker->top = chunk;
}

/* An item, or 0 when the stack is empty. A parallel marker's other chunks are with all. */
ALWAYS_INLINE uintptr_t pop(Marker *marker)
{
    MarkChunk *top = marker->top;
    if (unlikely(top->count == 0)) {
        if (!marker->full)
            return 0;
        MarkChunk *chunk = marker->full;
        marker->full = chunk->next;
        replace_top(marker, chunk);
        top = chunk;
    }
    return top->items[--top->count];
}

/* ---- Marking one object -------------------------------------------------------------- */

/* What a marking does not change of the heap: a loop keeps it in registers, which a compiler cannot
 * know, as marks are written meanwhile. */
typedef struct HeapView {
    const char *base;
    size_t bytes;
    const Block *blocks;
    Bitmap *marks;
} HeapView;

ALWAYS_INLINE HeapView view_heap(void)
{
    return (HeapView){heap.base, load_relaxed(&heap.bytes), heap.blocks, heap.marks};
}

static bool room_to_send(Marker *marker, unsigned shard);

ALWAYS_INLINE void send_later(Marker *marker, unsigned shard, uintptr_t target)
{
    uintptr_t *sent = &marker->sent[target / GC_CELL_MIN % MARK_RECENT_SENT];
    MarkChunk *chunk = marker->outgoing[shard];
    if (*sent == target)
        return;
    if (unlikely(!chunk || chunk->count == MARK_CHUNK_ITEMS)) {
        if (!room_to_send(marker, shard))
            return;
        chunk = marker->outgoing[shard];
    }
    chunk->items[chunk->count++] = target;
    *sent = target;
}

/* Whether it is marked comes first, as who owns the shard is a branch that cannot be predicted. */
ALWAYS_INLINE void visit_at(HeapView view, Marker *marker, size_t offset, bool parallel)
{
    uint32_t number = (uint32_t)(offset >> BLOCK_SHIFT);
    const Block *block = &view.blocks[number];
    if (unlikely(block->ages))
        marker->tracer.met_young = true;
    uint64_t cell = ((offset & (BLOCK_BYTES - 1)) * block->reciprocal) >> 32; /* as cell_index */
    uint64_t *word = &view.marks[number][cell / 64];
    uint64_t before = load_relaxed(word), bit = UINT64_C(1) << (cell % 64);
    if (before & bit)
        return;
    if (parallel && !(marker->owned >> number % MARK_SHARDS & 1)) {
        send_later(marker, number % MARK_SHARDS, (uintptr_t)view.base + offset);
        return;
    }
    store_relaxed(word, before | bit);
    if (!block->leaf)
        push(marker, (uintptr_t)view.base + offset, parallel);
}

/* Marks what others, or the marker itself, have found in a shard that is now its own. */
static void mark_received(Marker *marker, const MarkChunk *chunk)
{
    HeapView view = view_heap();
    ASSERT(!chunk->count ||
           marker->owned >> block_number((void *)chunk->items[0]) % MARK_SHARDS & 1);
    for (size_t i = 0; i < chunk->count; i++)
        visit_at(view, marker, chunk->items[i] - (uintptr_t)view.base, true);
}

/* Between two objects: who sent it has remembered what refers to those that stay young. */
static void receive(Marker *marker)
{
    for (MarkChunk *next, *chunk = mark_received_chunks(marker); chunk; chunk = next) {
        next = chunk->next;
        mark_received(marker, chunk);
        mark_chunk_free(chunk);
    }
    marker->tracer.met_young = false;
}

/* Sends what waits for the owner of a shard, or marks it if that is the marker itself by now. */
static void send(Marker *marker, unsigned shard)
{
    MarkChunk *chunk = marker->outgoing[shard];
    marker->outgoing[shard] = NULL;
    if (mark_send(marker, shard, chunk))
        return;
    mark_received(marker, chunk);
    mark_chunk_free(chunk);
}

/* Room for one more object that is to be sent: false if there is no memory for it, which is noted.
 */
static NOINLINE bool room_to_send(Marker *marker, unsigned shard)
{
    if (marker->outgoing[shard])
        send(marker, shard);
    marker->outgoing[shard] = mark_chunk_new();
    if (marker->outgoing[shard])
        return true;
    marker->lost = true;
    mark_overflow();
    return false;
}

ALWAYS_INLINE void visit_in(HeapView view, Tracer *tracer, Object *target, bool parallel)
{
    size_t offset = (size_t)((const char *)target - view.base);
    if (offset >= view.bytes)
        return; /* static: its referents are roots */
    ASSERT(heap_object_at(target) == target);
    visit_at(view, (Marker *)tracer, offset, parallel);
}

ALWAYS_INLINE void visit(Tracer *tracer, Object *target, bool parallel)
{
    visit_in(view_heap(), tracer, target, parallel);
}

static void visit_serial(Tracer *tracer, Object *target)
{
    visit(tracer, target, false);
}

static void visit_parallel(Tracer *tracer, Object *target)
{
    visit(tracer, target, true);
}

/* Starts on [slots, end), and leaves what is beyond a slice for later, if there is memory to note
 * it: mark_left_out does not come back to it, as what it is in is old. */
ALWAYS_INLINE void trace_slots(Marker *marker, Value *slots, Value *end, bool parallel)
{
    if (unlikely(end - slots > SLICE_ITEMS) &&
        push(marker, (uintptr_t)(slots + SLICE_ITEMS) | SLICE_TAG, parallel))
        end = slots + SLICE_ITEMS;
    HeapView view = view_heap();
    for (; slots < end; slots++) {
        Value v = load_relaxed(slots);
        if (is_object(v))
            visit_in(view, &marker->tracer, v, parallel);
    }
}

/* What refers to an object that stays young has to be traced by the next collection as well: once,
 * however many of its slices do. */
static NOINLINE void keep_remembered(Marker *marker, Object *container)
{
    marker->tracer.met_young = false;
    if (fetch_and_relaxed(&container->flags, (uint8_t)~FLAG_OLD) & FLAG_OLD)
        barrier_keep(container);
}

/* What refers to an object that could not be sent has to be traced again, by mark_left_out(). */
static NOINLINE void leave_out(Marker *marker, Object *container)
{
    marker->lost = false;
    fetch_and_relaxed(&container->flags, (uint8_t)~FLAG_OLD);
}

ALWAYS_INLINE void end_trace(Marker *marker, Object *container, bool parallel)
{
    if (unlikely(marker->tracer.met_young))
        keep_remembered(marker, container);
    if (parallel && unlikely(marker->lost))
        leave_out(marker, container);
}

/* The commonest layouts: plain instances, which their shape tells, core/array.h and types/tuple.h.
 * A subclass of tuple has another shape, and goes the general way. */
typedef struct ArrayPrefix {
    Object header;
    intptr_t capacity;
    Value items[];
} ArrayPrefix;

typedef struct TuplePrefix {
    Object header;
    intptr_t length;
    intptr_t hash;
    Value items[];
} TuplePrefix;

ALWAYS_INLINE bool object_slots(Object *object, const Shape *shape, Value **slots, Value **end)
{
    if (shape->values) {
        *slots = (Value *)(void *)object + shape->values_after;
        *end = *slots + shape->values;
        return true;
    }
    if (shape->id == SHAPE_ARRAY) {
        ArrayPrefix *array = (ArrayPrefix *)object;
        *slots = array->items;
        *end = array->items + load_relaxed(&array->capacity);
        return true;
    }
    if (shape->id == SHAPE_TUPLE) {
        TuplePrefix *tuple = (TuplePrefix *)object;
        *slots = tuple->items;
        *end = tuple->items + tuple->length;
        return true;
    }
    return false;
}

/* Is there something to trace? The object is old from now on. */
ALWAYS_INLINE bool begin_trace(Object *object, const Shape *shape)
{
    if (!shape->trace && !shape->heap_type)
        return false;
    uint8_t flags = load_relaxed(&object->flags);
    if (flags & FLAG_OLD)
        return marking_all; /* a buffer that stays young (large_ages) refers to old objects only */
    store_relaxed(&object->flags, (uint8_t)(flags | FLAG_OLD));
    return true;
}

ALWAYS_INLINE void trace(Marker *marker, Object *object, bool parallel)
{
    const Shape *shape = shape_of(object);
    Value *slots, *end;
    if (!begin_trace(object, shape))
        return;
    if (object_slots(object, shape, &slots, &end))
        trace_slots(marker, slots, end, parallel);
    else if (shape->trace)
        shape->trace(object, &marker->tracer);
    if (shape->heap_type)
        visit(&marker->tracer, (Object *)shape->type, parallel);
    end_trace(marker, object, parallel);
}

void gc_trace_object(Object *object, Tracer *tracer)
{
    const Shape *shape = shape_of(object);
    if (shape->trace)
        shape->trace(object, tracer);
    if (shape->heap_type)
        gc_visit(tracer, (Value)shape->type);
}

static void trace_rest(Marker *marker, Value *slot, bool parallel)
{
    Value *slots, *end;
    Object *array = heap_object_at(slot);
    if (object_slots(array, shape_of(array), &slots, &end))
        trace_slots(marker, slot, end, parallel);
    end_trace(marker, array, parallel);
}

/* ---- Draining ------------------------------------------------------------------------ */

/* Gives the lower half of the stack away, where the larger parts of the graph are likely. */
static void share_half(Marker *marker)
{
    MarkChunk *top = marker->top;
    MarkChunk *half = marker->spare ? marker->spare : mark_chunk_new();
    if (!half)
        return;
    marker->spare = NULL;
    half->count = top->count / 2;
    for (size_t i = 0; i < half->count; i++)
        half->items[i] = top->items[i];
    for (size_t i = half->count; i < top->count; i++)
        top->items[i - half->count] = top->items[i];
    top->count -= half->count;
    mark_share_shards(marker);
    mark_share_chunk(half);
}

ALWAYS_INLINE void trace_item(Marker *marker, uintptr_t item, bool parallel)
{
    if (item & SLICE_TAG)
        trace_rest(marker, (Value *)(item - SLICE_TAG), parallel);
    else
        trace(marker, (Object *)item, parallel);
    if (!parallel)
        return;
    marker->traced++;
    if (unlikely(mark_has_received(marker)))
        receive(marker);
    if (unlikely(mark_work_wanted()) && marker->top->count >= 2)
        share_half(marker);
}

/* A parallel marker's stack is empty: false when those of all are, and nothing is on its way. */
static bool find_work(Marker *marker)
{
    for (unsigned shard = 0; shard < MARK_SHARDS; shard++)
        if (marker->outgoing[shard])
            send(marker, shard);
    receive(marker);
    while (marker->top->count == 0) {
        MarkChunk *chunk;
        if (!mark_await_work(marker, &chunk))
            return false;
        if (chunk)
            replace_top(marker, chunk);
        receive(marker);
    }
    return true;
}

/* What waits in the queue goes back to the stack, or is traced at once if that can't grow. */
static void put_back(Marker *marker, const uintptr_t queue[QUEUE_LENGTH])
{
    for (unsigned i = 0; i < QUEUE_LENGTH; i++)
        if (queue[i] && !push(marker, queue[i], false))
            trace_item(marker, queue[i], false);
}

/* True when there is nothing left; false after `limit` items (serial only). */
ALWAYS_INLINE bool drain(Marker *marker, bool parallel, uint64_t limit)
{
    uintptr_t queue[QUEUE_LENGTH] = {0};
    unsigned turn = 0, idle = 0; /* idle: turns since the stack had something */
    for (;;) {
        uintptr_t item = pop(marker);
        if (item) {
            __builtin_prefetch((void *)item);
            idle = 0;
        } else if (++idle > QUEUE_LENGTH) {
            if (!parallel || !find_work(marker))
                return true;
            continue;
        }
        uintptr_t due = queue[turn];
        queue[turn] = item;
        turn = (turn + 1) % QUEUE_LENGTH;
        if (due) {
            trace_item(marker, due, parallel);
            if (!parallel && unlikely(--limit == 0)) {
                put_back(marker, queue);
                return false;
            }
        }
    }
}

static void drain_serial(Marker *marker)
{
    drain(marker, false, UINT64_MAX);
}

void marker_drain_parallel(Marker *marker)
{
    drain(marker, true, UINT64_MAX);
}

bool marker_start(Marker *marker, bool parallel)
{
    *marker =
        (Marker){.tracer.visit = parallel ? visit_parallel : visit_serial, .tracer.marking = true};
    marker->top = mark_chunk_new();
    return marker->top != NULL;
}

void marker_end(Marker *marker)
{
    if (marker->spare)
        mark_chunk_free(marker->spare);
    mark_chunk_free(marker->top);
}

/* ---- A whole marking ----------------------------------------------------------------- */

static Marker main_marker;

static void clear_marks(void)
{
    for (uint32_t n = 0; n < heap.frontier; n++) {
        const Block *block = &heap.blocks[n];
        if (block->kind == BLOCK_SMALL || block->kind == BLOCK_LARGE)
            for (uint32_t i = 0; i < (block->cell_count + 63) / 64; i++)
                heap.marks[n][i] = 0;
    }
}

static void trace_marked_cells(Marker *marker, uint32_t number)
{
    const Block *block = &heap.blocks[number];
    for (uint32_t i = 0; i < (block->cell_count + 63) / 64; i++) {
        uint64_t bits = heap.marks[number][i];
        for (; bits; bits &= bits - 1) {
            uint32_t cell = i * 64 + (uint32_t)__builtin_ctzll(bits);
            char *address = block_address(number) + (size_t)cell * block->cell_bytes;
            trace(marker, (Object *)address, false);
            drain_serial(marker);
        }
    }
}

static void mark_left_out(Marker *marker)
{
    while (load_relaxed(&overflowed)) {
        store_relaxed(&overflowed, false);
        for (uint32_t n = 0; n < heap.frontier; n++)
            if (heap.blocks[n].kind == BLOCK_SMALL || heap.blocks[n].kind == BLOCK_LARGE)
                trace_marked_cells(marker, n);
    }
}

static void trace_remembered(Object *container, void *marker)
{
    if (gc_is_marked(container)) /* or it has stayed young itself */
        trace(marker, container, false);
}

static void forget(Object *container UNUSED, void *context UNUSED)
{
}

void mark_all(bool full)
{
    Marker *marker = &main_marker;
    if (!marker->top && !marker_start(marker, false))
        fatal("no memory to mark with");
    marking_all = full;
    if (full) {
        clear_marks();
        barrier_drain(forget, NULL);
    } else
        barrier_drain(trace_remembered, marker);
    marker->tracer.full = full;
    roots_visit(&marker->tracer);
    marker->tracer.met_young = false; /* what was met so is met again */
    uint64_t serial = mark_help_ready() ? SERIAL_ITEMS_AWAKE : SERIAL_ITEMS;
    if (!drain(marker, false, serial) && !mark_parallel_drain(marker))
        drain_serial(marker);
    mark_left_out(marker);
}

bool gc_is_marked(const Object *object)
{
    if (!heap_contains(object))
        return true;
    uint32_t number = block_number(object);
    return bit_test(heap.marks[number], cell_index(&heap.blocks[number], object));
}

void gc_mark_from(Object *object)
{
    main_marker.tracer.visit(&main_marker.tracer, object);
    main_marker.tracer.met_young = false;
    drain_serial(&main_marker);
    mark_left_out(&main_marker);
}

/* ---- Depth first --------------------------------------------------------------------- */

/* True if it was not marked before. */
static bool mark_now(Object *object)
{
    uint32_t number = block_number(object);
    uint32_t cell = cell_index(&heap.blocks[number], object);
    uint64_t *word = &heap.marks[number][cell / 64];
    uint64_t before = load_relaxed(word);
    store_relaxed(word, before | UINT64_C(1) << (cell % 64));
    return !(before >> (cell % 64) & 1);
}

/* Unlike visit(), leaves the mark for when the object is popped: only then is its turn. Without
 * memory it is marked now, and found by mark_left_out(). */
static void visit_later(Tracer *tracer, Object *target)
{
    if (!heap_contains(target))
        return;
    uint32_t number = block_number(target);
    const Block *block = &heap.blocks[number];
    if (block->ages)
        tracer->met_young = true;
    if (bit_test(heap.marks[number], cell_index(block, target)))
        return;
    if (block->leaf || !push((Marker *)tracer, (uintptr_t)target, false))
        mark_now(target);
}

static void trace_depth_first(Marker *marker, Object *object)
{
    if (begin_trace(object, shape_of(object)))
        gc_trace_object(object, &marker->tracer);
    if (marker->tracer.met_young)
        keep_remembered(marker, object);
}

void gc_mark_depth_first(Object *from, uint8_t flag, void (*ended)(Object *object, void *context),
                         void *context)
{
    Marker *marker = &main_marker;
    marker->tracer.visit = visit_later;
    visit_later(&marker->tracer, from);
    marker->tracer.met_young = false;
    uintptr_t item;
    while ((item = pop(marker))) {
        Object *object = (Object *)(item & ~(uintptr_t)END_TAG);
        if (item & END_TAG) {
            ended(object, context);
        } else if (mark_now(object)) {
            if (load_relaxed(&object->flags) & flag && !push(marker, item | END_TAG, false))
                ended(object, context);
            trace_depth_first(marker, object);
        }
    }
    marker->tracer.visit = visit_serial;
    mark_left_out(marker);
}
