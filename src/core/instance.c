/* The attribute slots of instances: reading, adding, growth of the overflow, dictionary mode.
 * attribute.h says why readers need no lock. */
#include "core/attribute.h"

#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/exception.h"

/* ---- reading ----------------------------------------------------------------------------------
 */

/* The Value of a slot, 0 if the object has moved on to dictionary mode meanwhile. */
static Value slot_read(Shape *shape, Value *tail, unsigned slot)
{
    if (slot < shape->inline_slots)
        return load_acquire(&tail[1 + slot]);
    Value overflow = load_acquire(&tail[0]);
    if (!has_shape(overflow, SHAPE_ARRAY))
        return 0;
    Array *array = (Array *)overflow;
    unsigned index = slot - shape->inline_slots;
    return index < (size_t)array->capacity ? load_acquire(&array->items[index]) : 0;
}

Value instance_slot(Value o, Shape *shape, unsigned i)
{
    Shape *now = shape_of(o);
    if (now->type != shape->type || now->dict_mode)
        return 0;
    Value v = slot_read(now, object_tail(o, now->type), i);
    return shape_of(o)->dict_mode ? 0 : v;
}

bool instance_find(Value o, Value name, Value *value)
{
    check_owner(o);
    for (;;) {
        uint32_t id = load_acquire(&o->shape);
        Shape *shape = shape_at(id);
        Value *tail = object_tail(o, shape->type);
        if (shape->dict_mode) {
            Value dict = load_acquire(&tail[0]);
            *value = 0;
            return !dict || dict_find(dict, name, value);
        }
        int slot = shape_find(shape, name);
        if (slot < 0) {
            *value = 0;
            return true;
        }
        *value = slot_read(shape, tail, (unsigned)slot);
        if (likely(*value))
            return true;
        /* The dict is there before the shape says so. */
        bool changes = has_layout(load_acquire(&tail[0]), LAYOUT_DICT);
        if (load_acquire(&o->shape) == id && !changes)
            return true;
    }
}

/* ---- dictionary mode ----------------------------------------------------------------------------
 */

/* Dicts with the names of a shape's attributes as keys: copies of them are made faster than by
 * adding one key after the other. By the shape's id; one of another shape is replaced. atomic;
 * roots */
enum { MODEL_COUNT = 128 };
static Value models[MODEL_COUNT];

static Value make_model(Value *slot, const Value *keys, unsigned count)
{
    Value model = TRY(dict_new_sized((intptr_t)count + 1));
    for (unsigned i = 0; i < count; i++)
        TRY(dict_add_new(model, keys[i], None));
    root_store(slot, model);
    return model;
}

/* A new dict with the attributes in the slots. The caller holds the object's lock. */
static Value slots_as_dict_locked(Value o)
{
    Shape *shape = shape_of(o);
    unsigned count = shape->slot_count;
    Value *tail = object_tail(o, shape->type), *slot = &models[shape->id % MODEL_COUNT];
    Value keys[SHAPE_SLOTS_MAX], values[SHAPE_SLOTS_MAX];
    if (!count)
        return dict_new();
    shape_slot_names(shape, keys);
    for (unsigned i = 0; i < count; i++)
        values[i] = slot_read(shape, tail, i);
    Value model = load_acquire(slot), dict = model ? dict_like(model, keys, values, count) : 0;
    if (dict || error_pending())
        return dict;
    return dict_like(TRY(make_model(slot, keys, count)), keys, values, count);
}

/* Moves an object from slots to a dict with the same attributes. The caller holds its lock. */
static bool enter_dict_mode_locked(Value o)
{
    Shape *shape = shape_of(o);
    uint32_t dict_shape = TRY(shape_dict_mode(shape->type));
    Value *tail = object_tail(o, shape->type);
    Value dict = TRY(slots_as_dict_locked(o));
    gc_store(o, &tail[0], dict);
    store_release(&o->shape, dict_shape);
    return true;
}

static Value no_dict(Value o)
{
    return raise_attribute_error(o, names.__dict__);
}

Value instance_dict(Value o)
{
    if (!is_object(o) || !type_of(o)->tail_offset)
        return no_dict(o);
    check_owner(o);
    Shape *shape = shape_of(o);
    if (shape->dict_mode) {
        Value dict = load_acquire(&object_tail(o, shape->type)[0]);
        if (likely(dict))
            return dict;
    }
    WITH_LOCK (o) {
        if (!shape_of(o)->dict_mode)
            TRY(enter_dict_mode_locked(o));
        Value *tail = object_tail(o, type_of(o));
        if (!tail[0])
            gc_store(o, &tail[0], TRY(dict_new()));
        return tail[0];
    }
    UNREACHABLE();
}

Value instance_snapshot(Value o)
{
    WITH_LOCK (o) {
        if (!shape_of(o)->dict_mode)
            return slots_as_dict_locked(o);
    }
    return instance_dict(o);
}

bool instance_set_dict(Value o, Value dict)
{
    if (!is_object(o) || !type_of(o)->tail_offset)
        return no_dict(o);
    if (dict && !is_dict(dict))
        return raise(TypeError, "__dict__ must be set to a dictionary, not a '%T'", dict);
    WITH_LOCK (o) {
        uint32_t dict_shape = TRY(shape_dict_mode(type_of(o))); /* other threads set __class__ */
        Value *tail = object_tail(o, type_of(o));
        gc_store(o, &tail[0], dict);
        store_release(&o->shape, dict_shape);
        return true;
    }
    UNREACHABLE();
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* Makes room for overflow item `index`. The caller holds the lock. */
static bool ensure_overflow_locked(Value o, Value *tail, unsigned index)
{
    Array *old = (Array *)tail[0];
    intptr_t capacity = old ? old->capacity : 0;
    if (index < (size_t)capacity)
        return true;
    Array *grown = TRY(array_new(capacity ? capacity * 2 : 4));
    if (old)
        gc_store_range(grown, grown->items, old->items, (size_t)capacity);
    gc_store(o, &tail[0], (Value)grown);
    return true;
}

static void learn_slot_count(Type *type, unsigned count)
{
    if (count > load_relaxed(&type->inline_slots) && count <= INLINE_SLOTS_MAX)
        store_relaxed(&type->inline_slots, (uint16_t)count);
}

/* Stores into a slot, which exists already or (next_shape) is added. The caller holds the lock. */
static bool slot_write_locked(Value o, Shape *shape, unsigned slot, Value value,
                              uint32_t next_shape)
{
    Value *tail = object_tail(o, shape->type);
    if (slot < shape->inline_slots) {
        gc_store(o, &tail[1 + slot], value);
    } else {
        unsigned index = slot - shape->inline_slots;
        TRY(ensure_overflow_locked(o, tail, index));
        Array *overflow = (Array *)tail[0];
        gc_store(overflow, &overflow->items[index], value);
        learn_slot_count(shape->type, slot + 1);
    }
    if (next_shape)
        store_release(&o->shape, next_shape);
    return true;
}

typedef enum StoreResult { STORE_FAILED, STORE_DONE, STORE_IN_DICT } StoreResult;

/* One store under the lock; STORE_IN_DICT: the object is in dictionary mode (now). */
static StoreResult try_store_in_slot(Value o, Value name, Value value, bool *found)
{
    WITH_LOCK (o) {
        Shape *shape = shape_of(o);
        if (shape->dict_mode)
            return STORE_IN_DICT;
        int slot = shape_find(shape, name);
        *found = slot >= 0;
        if (!value)
            return slot < 0 ? STORE_DONE : enter_dict_mode_locked(o) ? STORE_IN_DICT : STORE_FAILED;
        uint32_t next = 0;
        if (slot < 0) {
            slot = shape->slot_count;
            next = shape_add(shape, name);
            if (!next)
                return enter_dict_mode_locked(o) ? STORE_IN_DICT : STORE_FAILED;
        }
        return slot_write_locked(o, shape, (unsigned)slot, value, next) ? STORE_DONE : STORE_FAILED;
    }
    UNREACHABLE();
}

bool instance_store(Value o, Value name, Value value, bool *found)
{
    StoreResult result = try_store_in_slot(o, name, value, found);
    if (result != STORE_IN_DICT)
        return result == STORE_DONE;
    Value dict = TRY(instance_dict(o));
    if (value)
        return dict_set(dict, name, value);
    return dict_delete(dict, name, found);
}

/* ---- __class__ assignment
 * ------------------------------------------------------------------------ */

/* The shape of `type` that corresponds to `old`: same slots in the same order. 0: failure. */
static uint32_t corresponding_shape(Shape *old, Type *type)
{
    if (old->dict_mode)
        return shape_dict_mode(type);
    uint32_t id = shape_root_with(type, old->inline_slots);
    for (int slot = 0; id && slot < old->slot_count; slot++)
        id = shape_add(shape_at(id), shape_slot_name(old, slot));
    return id;
}

bool instance_change_type(Value o, Type *type)
{
    WITH_LOCK (o) {
        uint32_t id = corresponding_shape(shape_of(o), type);
        if (!id && error_pending())
            return false;
        if (!id) {
            TRY(enter_dict_mode_locked(o));
            id = TRY(shape_dict_mode(type));
        }
        gc_barrier(o, (Value)type);
        /* Between two safepoints the type of an object stays what it is: who has seen that it has a
         * slot may call it. */
        bool in_use = is_shared(o);
        const Type *old = type_of(o);
        if (in_use)
            gc_stop_world();
        store_release(&o->shape, id);
        if (in_use)
            gc_start_world();
        if (type_flags(type) & ~type_flags(old) & TYPE_HAS_DEL && !old->release)
            gc_register_finaliser(o);
        return true;
    }
    UNREACHABLE();
}

void instance_start(void)
{
    gc_add_root(models, MODEL_COUNT);
}
