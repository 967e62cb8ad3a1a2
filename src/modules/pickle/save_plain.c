/* Pickling ordinary instances of Python classes, without the tuple and the dict that __reduce_ex__
 * would make of them: what is written is the same. */
#include "modules/pickle/pickle.h"

#include "core/attribute.h"
#include "core/names.h"

/* Has none of its objects a method of its own that is to be asked? */
static bool names_are_plain(Shape *shape)
{
    for (int i = 0; i < shape->slot_count; i++) {
        Value name = shape_slot_name(shape, i);
        if (name == names.__reduce_ex__ || name == names.__getstate__)
            return false;
    }
    return true;
}

/* Asks the class again only after some class has changed. */
static bool is_plain(Pickler *p, uint32_t id)
{
    uint64_t epoch = load_acquire(&type_epoch);
    if (unlikely(p->plain_epoch != epoch)) {
        memset(p->plain_shapes, 0, sizeof p->plain_shapes);
        p->plain_epoch = epoch;
    }
    uint32_t *known = &p->plain_shapes[id % PICKLE_PLAIN_SHAPES];
    if (likely(*known == id))
        return true;
    Shape *shape = shape_at(id);
    if (shape->dict_mode || shape->slot_count > PICKLE_BATCH ||
        !type_reduces_plainly(shape->type) || !names_are_plain(shape))
        return false;
    *known = id;
    return true;
}

/* The object may have got a dict meanwhile, as when somebody only looks at its __dict__. */
static bool save_slot(Pickler *p, Value object, Shape *shape, unsigned i)
{
    Value value = instance_slot(object, shape, i), name = shape_slot_name(shape, (int)i);
    if (unlikely(!value)) {
        TRY(instance_find(object, name, &value));
        if (!value)
            return raise(RuntimeError, "dictionary changed size during iteration");
    }
    return pickle_save(p, name) && pickle_save(p, value);
}

/* The attributes, as the dict that they are once unpickled. */
static bool save_slots(Pickler *p, Value object, Shape *shape)
{
    unsigned count = shape->slot_count;
    TRY(pickle_op(p, PICKLE_EMPTY_DICT) && pickle_put_unseen(p));
    if (count == 1)
        return save_slot(p, object, shape, 0) && pickle_op(p, PICKLE_SETITEM);
    TRY(pickle_op(p, PICKLE_MARK));
    for (unsigned i = 0; i < count; i++)
        TRY(save_slot(p, object, shape, i));
    return pickle_op(p, PICKLE_SETITEMS);
}

bool pickle_save_plain(Pickler *p, Value object, bool *saved)
{
    *saved = false;
    if (p->proto < 2 || load_relaxed(&p->fast) || p->find_persistent || !is_object(object))
        return true;
    uint32_t id = shape_id(object);
    if (!is_plain(p, id))
        return true;
    Shape *shape = shape_at(id);
    *saved = true;
    TRY(pickle_save(p, (Value)shape->type) && pickle_op(p, PICKLE_EMPTY_TUPLE) &&
        pickle_op(p, PICKLE_NEWOBJ) && pickle_put(p, object));
    return !shape->slot_count || (save_slots(p, object, shape) && pickle_op(p, PICKLE_BUILD));
}
