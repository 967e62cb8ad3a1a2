/* Weak references: weakref.ref and proxies.
 *
 * A table beside the heap leads from an object to its references, which are linked to each other.
 * When a collection has found out what lives, the world stopped, references to the dead are
 * cleared and their callbacks queued; dead references leave the table.
 *
 * An object and its references are all SHARED or none is: who shares one shares the others. */
#ifndef WEFT_TYPES_WEAKREF_H
#define WEFT_TYPES_WEAKREF_H

#include "core/abstract.h"

typedef struct WeakRef {
    Object ob;
    Object *target;       /* not traced; atomic: 0 once the target is dead */
    Value callback;       /* atomic: 0 if there is none, or it was called */
    int64_t hash;         /* atomic: of the target, if `hashed` */
    struct WeakRef *next; /* not traced; guarded by the weak lock: refs to the same target */
    uint32_t owner;       /* id of the thread that made it; immutable after init */
    uint8_t hashed;       /* atomic: stored after `hash` */
} WeakRef;
extern Type weakref_type, weak_proxy_type, weak_callable_proxy_type;

ALWAYS_INLINE bool is_weakref(Value v)
{
    return is_instance_of(v, &weakref_type);
}
/* A weakref.ref to `target` without a callback. TypeError if its type does not allow any. */
Value weakref_new(Value target) MUST_USE;
Value weakref_new_with(Type *type, Value target, Value callback) MUST_USE; /* callback 0: none */
Value weakref_proxy_new(Value target, Value callback) MUST_USE;
/* What a reference or proxy refers to, or 0 if that is dead. */
Value weakref_target(Value ref);
intptr_t weakref_count(Value target);
Value weakref_list(Value target) MUST_USE; /* of all references and proxies */

void weakref_start(void);

#endif
