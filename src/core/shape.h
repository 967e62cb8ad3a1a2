/* Shapes: the layouts of attribute slots.
 *
 * Each type has a root shape, without attributes. Adding attribute `n` to an object moves it to
 * the child of its shape that adds `n`, made when first needed, so that objects that get the
 * same attributes in the same order have the same shape. The slot of an attribute never changes,
 * and a slot is used for one attribute only.
 *
 * A Python class may have several roots, which differ in how many slots lie in the object itself
 * (`inline_slots`, the same in a whole tree); the others are in an overflow Array. type->root_shape
 * is the one that new instances get.
 *
 * An object leaves the tree for its type's one dictionary-mode shape when an attribute is deleted,
 * when it has more than SHAPE_SLOTS_MAX, when a shape has too many children, or when shapes run
 * out. The shapes of a class that died are used again, after the inline caches that may hold their
 * ids were flushed; the names in shapes are kept alive for good.
 */
#ifndef WEFT_CORE_SHAPE_H
#define WEFT_CORE_SHAPE_H

#include "core/type.h"

#define SHAPE_SLOTS_MAX    64
#define SHAPE_CHILDREN_MAX 64
#define INLINE_SLOTS_MAX   32

/* Makes the root shape of a type: with id `fixed` or, if that is 0, a new one; 0 with MemoryError
 * when no shapes are left. The caller publishes the id. */
uint32_t shape_new_root(Type *type, uint32_t fixed, unsigned inline_slots);

/* Declares the shape of objects that are no Python values (Array, tables): no type. */
void shape_declare_raw(uint32_t id, Layout layout, void (*trace)(Object *, struct Tracer *));

/* The slot of attribute `name` (interned) in a slot-mode shape, or -1. */
int shape_find(Shape *shape, Value name);

/* The name of attribute slot `slot`. */
Value shape_slot_name(Shape *shape, int slot);
/* Writes the names of all its slots, in their order. */
void shape_slot_names(Shape *shape, Value names_of_slots[SHAPE_SLOTS_MAX]);

/* The shape after adding attribute `name` (interned, not in it yet); 0: no more, the object has to
 * go to dictionary mode. */
uint32_t shape_add(Shape *shape, Value name) MUST_USE;

/* The dictionary-mode shape of a type; 0 with MemoryError. */
uint32_t shape_dict_mode(Type *type) MUST_USE;

/* The root of `type` with exactly so many inline slots, made if need be; 0 with MemoryError. */
uint32_t shape_root_with(Type *type, unsigned inline_slots) MUST_USE;

/* The attribute words of an object whose type has tail_offset: tail[0] is the overflow Array (0:
 * none yet) or in dictionary mode the dict; inline slots follow. */
Value *object_tail_slow(Value o, Type *type);
ALWAYS_INLINE Value *object_tail(Value o, Type *type)
{
    if (likely(!type->item_size))
        return (Value *)(void *)((char *)o + type->tail_offset);
    return object_tail_slow(o, type);
}

/* Where the Value of `__slots__` number i of the type is. */
Value *object_slot_field(Value o, Type *type, unsigned i);

/* World stopped: `type` dies, and no instance of it is left. */
void shape_discard(Type *type);

void shape_start(void);

/* Around a fork; see type_before_fork. */
void shape_before_fork(void);
void shape_after_fork(void);

#endif
