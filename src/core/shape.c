/* The shape region, transitions, and the index from names to slots.
 *
 * Reading takes no lock: the children of a shape are a list to whose front new ones are put, and
 * an index is published whole. New shapes are made under shape_lock.
 */
#include "core/shape.h"

#include <stdlib.h>
#include "base/hash.h"
#include "base/lock.h"
#include "base/vec.h"
#include "core/error.h"
#include "gc/heap.h"
#include "types/dict.h"

Shape shape_region[SHAPE_REGION_COUNT];

/* So many shapes are left to the roots of classes when the region fills up. */
#define ROOT_RESERVE (SHAPE_REGION_COUNT / 4)

/* Slots up to which walking the parents is as fast as an index. */
#define INDEX_FROM 8

static Mutex shape_lock;
static uint32_t next_shape = SHAPE_FIRST_DYNAMIC; /* guarded by shape_lock */
static VEC(uint32_t) dead_shapes; /* of dead types; caches may hold them. Changed with the world
                                     stopped or under shape_lock */
static VEC(uint32_t) free_shapes; /* guarded by shape_lock */
static Value shape_names;         /* a dict that keeps the names in shapes alive; root */

/* Open addressing; power of two, at most half full. */
typedef struct ShapeIndex {
    uint32_t mask;
    struct {
        Value name; /* kept alive by shape_names */
        int32_t slot;
    } cells[];
} ShapeIndex;

static uint32_t name_hash(Value name)
{
    return (uint32_t)hash_mix(value_bits(name) >> 4);
}

/* ---- tracing ------------------------------------------------------------------------------ */

Value *object_tail_slow(Value o, Type *type)
{
    (void)type;
    return (Value *)(void *)((char *)o + gc_cell_size(o)) - 1;
}

Value *object_slot_field(Value o, Type *type, unsigned i)
{
    if (!type->item_size)
        return (Value *)(void *)((char *)o + type->slot_offset) + i;
    return object_tail_slow(o, type) - 1 - i;
}

/* Instances with attribute slots or __slots__: what the C struct refers to, then these. All inline
 * slots are visited, as a value is stored before the shape that names it. */
static void trace_instance(Object *self, Tracer *tracer)
{
    Shape *shape = shape_of(self);
    Type *type = shape->type;
    if (type->trace)
        type->trace(self, tracer);
    if (type->item_size) {
        Value *tail = object_tail_slow(self, type);
        gc_visit_range(tracer, tail - type->slot_fields, type->slot_fields + 1u);
        return;
    }
    if (type->slot_fields)
        gc_visit_range(tracer, (Value *)(void *)((char *)self + type->slot_offset),
                       type->slot_fields);
    if (type->tail_offset)
        gc_visit_range(tracer, object_tail(self, type), 1u + shape->inline_slots);
}

/* What trace_instance visits, if it is in one piece: for the marker, which meets more plain
 * instances than all else. */
static void set_values(Shape *shape, Type *type)
{
    if (shape->trace != trace_instance || type->trace || type->item_size)
        return;
    unsigned tail = type->tail_offset ? 1u + shape->inline_slots : 0;
    size_t start = type->slot_fields ? type->slot_offset : type->tail_offset;
    bool joined = start + type->slot_fields * sizeof(Value) == type->tail_offset;
    size_t count = type->slot_fields + tail, after = start / sizeof(Value);
    if ((joined || !tail) && count <= UINT8_MAX && after <= UINT8_MAX) {
        shape->values = (uint8_t)count;
        shape->values_after = (uint8_t)after;
    }
}

static void (*trace_for(Type *type))(Object *, Tracer *)
{
    if (type->slot_fields || type->tail_offset)
        return trace_instance;
    return type->trace;
}

/* ---- making shapes ------------------------------------------------------------------------ */

/* Dead shapes wait until there are so many, as using them again flushes all inline caches. */
#define RECYCLE_FROM 4096

static bool recycle_dead_locked(void)
{
    if (dead_shapes.count < RECYCLE_FROM || !vec_reserve(&free_shapes, dead_shapes.count))
        return false;
    fetch_add_acq_rel(&type_epoch, 1);
    type_changed_hook(0);
    while (dead_shapes.count) {
        uint32_t id = vec_pop(&dead_shapes);
        free(shape_at(id)->index);
        *shape_at(id) = (Shape){0};
        free_shapes.items[free_shapes.count++] = id;
    }
    return true;
}

/* The next free id, or 0. The caller holds shape_lock. */
static uint32_t take_id_locked(bool root)
{
    if (free_shapes.count || recycle_dead_locked())
        return vec_pop(&free_shapes);
    if (next_shape >= SHAPE_REGION_COUNT - (root ? 0 : ROOT_RESERVE))
        return 0;
    return next_shape++;
}

static void init_shape(Shape *shape, uint32_t id, Type *type, unsigned inline_slots)
{
    shape->type = type;
    shape->layout = type->layout;
    shape->heap_type = type_flags(type) & TYPE_HEAP;
    shape->inline_slots = (uint16_t)inline_slots;
    shape->trace = trace_for(type);
    set_values(shape, type);
    shape->id = id;
}

/* Ids that find no memory in the list are lost. */
static void discard_tree(uint32_t id)
{
    for (uint32_t child = shape_at(id)->first_child; child; child = shape_at(child)->next_child)
        discard_tree(child);
    (void)vec_push(&dead_shapes, id);
}

void shape_discard(Type *type)
{
    for (uint32_t id = type->roots; id; id = shape_at(id)->next_root)
        discard_tree(id);
    if (type->dict_shape)
        (void)vec_push(&dead_shapes, type->dict_shape);
}

uint32_t shape_new_root(Type *type, uint32_t fixed, unsigned inline_slots)
{
    mutex_lock(&shape_lock);
    uint32_t id = fixed ? fixed : take_id_locked(true);
    if (id) {
        Shape *shape = shape_at(id);
        init_shape(shape, id, type, inline_slots);
        shape->next_root = type->roots;
        store_release(&type->roots, id);
    }
    mutex_unlock(&shape_lock);
    if (!id)
        raise(MemoryError, "too many classes");
    return id;
}

void shape_declare_raw(uint32_t id, Layout layout, void (*trace)(Object *, Tracer *))
{
    Shape *shape = shape_at(id);
    shape->id = id;
    shape->layout = (uint8_t)layout;
    shape->trace = trace;
}

uint32_t shape_dict_mode(Type *type)
{
    uint32_t id = load_acquire(&type->dict_shape);
    if (likely(id))
        return id;
    mutex_lock(&shape_lock);
    id = type->dict_shape;
    if (!id && (id = take_id_locked(true))) {
        Shape *shape = shape_at(id);
        init_shape(shape, id, type, 0);
        shape->dict_mode = true;
        store_release(&type->dict_shape, id);
    }
    mutex_unlock(&shape_lock);
    if (!id)
        raise(MemoryError, "too many classes");
    return id;
}

uint32_t shape_root_with(Type *type, unsigned inline_slots)
{
    for (uint32_t id = load_acquire(&type->roots); id; id = shape_at(id)->next_root)
        if (shape_at(id)->inline_slots == inline_slots)
            return id;
    return shape_new_root(type, 0, inline_slots);
}

/* ---- transitions -------------------------------------------------------------------------- */

static uint32_t find_child(Shape *shape, Value name)
{
    for (uint32_t id = load_acquire(&shape->first_child); id; id = shape_at(id)->next_child)
        if (shape_at(id)->name == name)
            return id;
    return 0;
}

static uint32_t add_child_locked(Shape *parent, Value name)
{
    uint32_t id = find_child(parent, name);
    if (id || parent->child_count >= SHAPE_CHILDREN_MAX)
        return id;
    if (!dict_set(shape_names, name, name)) {
        error_clear(); /* no memory for it: dictionary mode will meet the same and say so */
        return 0;
    }
    id = take_id_locked(false);
    if (!id)
        return 0;
    Shape *child = shape_at(id);
    init_shape(child, id, parent->type, parent->inline_slots);
    child->slot_count = (uint16_t)(parent->slot_count + 1);
    child->name = name;
    child->parent = parent->id;
    child->next_child = parent->first_child;
    parent->child_count++;
    store_release(&parent->first_child, id);
    return id;
}

uint32_t shape_add(Shape *shape, Value name)
{
    uint32_t id = find_child(shape, name);
    if (likely(id) || shape->slot_count >= SHAPE_SLOTS_MAX)
        return id;
    mutex_lock(&shape_lock);
    id = add_child_locked(shape, name);
    mutex_unlock(&shape_lock);
    return id;
}

/* ---- name to slot ------------------------------------------------------------------------- */

static int find_by_walking(Shape *shape, Value name)
{
    for (; shape->slot_count; shape = shape_at(shape->parent))
        if (shape->name == name)
            return shape->slot_count - 1;
    return -1;
}

static ShapeIndex *make_index(Shape *shape)
{
    uint32_t size = 16;
    while (size < shape->slot_count * 2u)
        size *= 2;
    ShapeIndex *index = calloc(1, sizeof(ShapeIndex) + size * sizeof index->cells[0]);
    if (!index)
        return 0;
    index->mask = size - 1;
    for (Shape *s = shape; s->slot_count; s = shape_at(s->parent)) {
        uint32_t at = name_hash(s->name) & index->mask;
        while (index->cells[at].name)
            at = (at + 1) & index->mask;
        index->cells[at].name = s->name;
        index->cells[at].slot = s->slot_count - 1;
    }
    void *expected = 0;
    if (!cas_acq_rel(&shape->index, &expected, (void *)index)) {
        free(index);
        index = expected;
    }
    return index;
}

int shape_find(Shape *shape, Value name)
{
    if (shape->slot_count < INDEX_FROM)
        return find_by_walking(shape, name);
    ShapeIndex *index = load_acquire(&shape->index);
    if (!index && !(index = make_index(shape)))
        return find_by_walking(shape, name);
    uint32_t at = name_hash(name) & index->mask;
    for (; index->cells[at].name; at = (at + 1) & index->mask)
        if (index->cells[at].name == name)
            return index->cells[at].slot;
    return -1;
}

Value shape_slot_name(Shape *shape, int slot)
{
    while (shape->slot_count > slot + 1)
        shape = shape_at(shape->parent);
    return shape->name;
}

void shape_slot_names(Shape *shape, Value names_of_slots[SHAPE_SLOTS_MAX])
{
    for (; shape->slot_count; shape = shape_at(shape->parent))
        names_of_slots[shape->slot_count - 1] = shape->name;
}

void shape_start(void)
{
    gc_add_root(&shape_names, 1);
    shape_names = dict_new();
}

void shape_before_fork(void)
{
    mutex_lock(&shape_lock);
}

void shape_after_fork(void)
{
    mutex_unlock(&shape_lock);
}
