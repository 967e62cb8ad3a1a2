/* Attributes of instances.
 *
 * How a lock-free reader stays sound. A writer stores a value before the shape that names it, so
 * who sees the shape finds the value. A slot is never given to another attribute. Growth of the
 * overflow puts a copy in its place and changes only that from then on. An object that goes to
 * dictionary mode gets the dict into tail[0], then the new shape; a reader that still has the old
 * shape sees there something that is no Array, or the last value in the inline slot, which was the
 * attribute's value when the read began. Writers of SHARED objects hold the object's lock.
 *
 * `obj.__dict__`, like `del obj.x`, moves the object to dictionary mode, where the dict that Python
 * gets is the very storage of the attributes.
 */
#ifndef WEFT_CORE_ATTRIBUTE_H
#define WEFT_CORE_ATTRIBUTE_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/shape.h"
#include "types/dict.h"

/* object.__getattribute__ that says 'absent' by *result = 0 instead of AttributeError (also one
 * that a descriptor raises). False: another failure. */
bool generic_getattr_optional(Value o, Value name, Value *result) MUST_USE;
/* For calling receiver.name(...): the function with *self_first set if the receiver has to be
 * passed first, or the bound attribute. */
Value get_method(Value receiver, Value name, bool *self_first) MUST_USE;

/* The instance's own attribute `name` (interned), no class lookup: *value 0 if absent. Only for
 * types with tail_offset. False: failure of an odd key's comparison. */
bool instance_find(Value o, Value name, Value *value) MUST_USE;
/* Stores it or, value 0, deletes it: *found says whether it was there (deleting only). */
bool instance_store(Value o, Value name, Value value, bool *found) MUST_USE;
/* The attributes as a dict: a copy, or the object's own in dictionary mode. */
Value instance_snapshot(Value o) MUST_USE;
/* `o.__dict__` is a dict of o's attributes and nothing else happens where it is asked for: so
 * storing into it can be done by instance_store. */
bool instance_has_plain_dict(Value o);
/* By protocols from 2 on an instance that has no attribute named __reduce_ex__ or __getstate__ of
 * its own is pickled as copyreg.__newobj__(type) and its attributes. */
bool type_reduces_plainly(Type *type);
void instance_start(void);
/* The attribute in slot `i`; 0 if the object is no longer one of this shape's tree with slots. */
Value instance_slot(Value o, Shape *shape, unsigned i);
/* After __class__ assignment to a type with the same layout: keeps the attributes. */
bool instance_change_type(Value o, Type *type) MUST_USE;

/* AttributeError with its name and obj set, and a message of the caller's. */
COLD Value raise_attribute_message(Value o, Value name, const char *format, ...);
/* The same with the message itself; 0: an exception is pending already. */
Value raise_attribute_text(Value o, Value name, Value message);

/* If what is pending is an AttributeError of who did not say for which object and name, that is
 * filled in. */
COLD void attribute_error_complete(Value o, Value name);

/* An exact, interned str with the text of `name`; TypeError if it is no str. */
Value attribute_name_slow(Value name) MUST_USE;
ALWAYS_INLINE Value attribute_name(Value name)
{
    if (likely(has_shape(name, SHAPE_STR) && load_relaxed(&name->flags) & FLAG_INTERNED))
        return name;
    return attribute_name_slow(name);
}

#endif
