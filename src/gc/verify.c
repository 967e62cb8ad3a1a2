/* The heap verifier: what must hold between any two instructions of the program, checked for each
 * object. For the stress build and debuggers. */
#include "gc/block.h"
#include "gc/heap.h"
#include "gc/large.h"
#include "gc/roots.h"
#include "gc/world.h"

typedef struct Check {
    Tracer tracer; /* first: `visit` gets a pointer to it */
    Object *object;
} Check;

static NORETURN void broken(const Check *check, const Object *target, const char *what)
{
    fatal("heap: object %p (shape %u, flags %x) refers to %p (shape %u, flags %x), %s",
          (void *)check->object, shape_id(check->object), check->object->flags, (void *)target,
          heap_object_at(target) ? shape_id(target) : 0, heap_object_at(target) ? target->flags : 0,
          what);
}

static void check_reference(Tracer *tracer, Object *target)
{
    Check *check = (Check *)tracer;
    if (!heap_contains(target)) {
        if (!(load_relaxed(&target->flags) & FLAG_STATIC))
            broken(check, target, "which is neither in the heap nor static");
        return;
    }
    if (heap_object_at(target) != target || shape_id(target) == SHAPE_FREE)
        broken(check, target, "which is a free cell, or no start of one");
    uint8_t flags = load_relaxed(&check->object->flags);
    if ((flags & FLAG_OLD) && !gc_is_marked(target))
        broken(check, target, "which is young, but the old object is not remembered");
    if ((flags & FLAG_SHARED) && !is_shared(target))
        broken(check, target, "which is not SHARED");
}

static bool stays_young(const Object *object)
{
    return heap.blocks[block_number(object)].kind == BLOCK_LARGE && large_is_buffer(object);
}

static void check_object(Object *object, void *context)
{
    Check *check = context;
    check->object = object;
    if ((load_relaxed(&object->flags) & FLAG_OLD) && !gc_is_marked(object) && !stays_young(object))
        fatal("heap: object %p (shape %u) is OLD and not marked", (void *)object, shape_id(object));
    gc_trace_object(object, &check->tracer);
}

void gc_verify(void)
{
    Check check = {.tracer.visit = check_reference};
    gc_each_object(check_object, &check);
}
