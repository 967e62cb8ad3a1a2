/* Walks over the heap: all objects, the dead ones of a collection, those of one thread. */
#include "gc/inspect.h"

#include <stdlib.h>
#include "base/hash.h"
#include "base/vec.h"
#include "gc/block.h"
#include "gc/collect.h"
#include "gc/pace.h"
#include "gc/roots.h"
#include "gc/world.h"

/* Calls visit for the objects of block n whose bits are set in `used` and not in `but`. */
static void each_in_block(uint32_t n, const uint64_t *but, void (*visit)(Object *, void *),
                          void *context)
{
    const Block *block = &heap.blocks[n];
    for (uint32_t i = 0; i < (block->cell_count + 63) / 64; i++) {
        for (uint64_t bits = heap.used[n][i] & ~(but ? but[i] : 0); bits; bits &= bits - 1) {
            uint32_t cell = i * 64 + (uint32_t)__builtin_ctzll(bits);
            Object *object = (Object *)(block_address(n) + (size_t)cell * block->cell_bytes);
            if (shape_id(object) != SHAPE_FREE)
                visit(object, context);
        }
    }
}

void gc_each_object(void (*visit)(Object *, void *), void *context)
{
    gc_stop_world();
    fetch_add_relaxed(&pace.blocked, 1u);
    retire_all();
    for (uint32_t n = 0; n < heap.frontier; n++)
        if (heap.blocks[n].kind == BLOCK_SMALL || heap.blocks[n].kind == BLOCK_LARGE)
            each_in_block(n, NULL, visit, context);
    fetch_sub_acq_rel(&pace.blocked, 1u);
    gc_start_world();
}

typedef VEC(Object *) ObjectVec;

typedef struct DeadWalk {
    bool (*visit)(Object *object);
    ObjectVec revived;
} DeadWalk;

static void visit_dead(Object *object, void *context)
{
    DeadWalk *walk = context;
    if (walk->visit(object) && !vec_push(&walk->revived, object))
        fatal("no memory for the list of revived objects");
}

void each_dead(bool (*visit)(Object *object))
{
    DeadWalk walk = {.visit = visit};
    for (uint32_t n = 0; n < heap.frontier; n++)
        if (heap.blocks[n].kind == BLOCK_SMALL || heap.blocks[n].kind == BLOCK_LARGE)
            each_in_block(n, heap.marks[n], visit_dead, &walk);
    VEC_EACH (Object *, object, &walk.revived)
        gc_mark_from(*object);
    vec_free(&walk.revived);
}

/* ---- What belongs to one thread */

typedef struct LocalWalk {
    Tracer tracer; /* must be first */
    ObjectVec found;
    Object **seen; /* a hash table of `capacity` addresses, at most half full */
    size_t capacity;
    bool failed;
} LocalWalk;

static bool put(LocalWalk *walk, Object *object)
{
    size_t i = (size_t)hash_mix((uintptr_t)object >> 3) & (walk->capacity - 1);
    for (; walk->seen[i]; i = (i + 1) & (walk->capacity - 1))
        if (walk->seen[i] == object)
            return false;
    walk->seen[i] = object;
    return true;
}

static bool make_room(LocalWalk *walk)
{
    if (walk->capacity && walk->found.count * 2 < walk->capacity)
        return true;
    walk->capacity = walk->capacity ? walk->capacity * 2 : 1024;
    free(walk->seen);
    walk->seen = calloc(walk->capacity, sizeof *walk->seen);
    if (!walk->seen)
        return false;
    VEC_EACH (Object *, object, &walk->found)
        put(walk, *object);
    return true;
}

static void visit_local(Tracer *tracer, Object *object)
{
    LocalWalk *walk = (LocalWalk *)tracer;
    if (walk->failed || load_relaxed(&object->flags) & (FLAG_SHARED | FLAG_STATIC))
        return;
    walk->failed = !make_room(walk) || (put(walk, object) && !vec_push(&walk->found, object));
}

bool gc_each_local(void (*roots)(Tracer *tracer), void (*visit)(Object *, void *), void *context)
{
    LocalWalk walk = {.tracer = {.visit = visit_local}};
    roots_visit_thread(&walk.tracer, gc_self);
    roots(&walk.tracer);
    for (size_t i = 0; i < walk.found.count; i++)
        gc_trace_object(walk.found.items[i], &walk.tracer);
    for (size_t i = 0; i < walk.found.count && !walk.failed; i++)
        visit(walk.found.items[i], context);
    free(walk.seen);
    vec_free(&walk.found);
    return !walk.failed;
}
