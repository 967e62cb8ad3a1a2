/* super. */
#ifndef WEFT_TYPES_SUPER_H
#define WEFT_TYPES_SUPER_H

#include "core/abstract.h"

extern Type super_type;
/* super(type, object_or_type). */
Value super_new(Value type, Value object) MUST_USE;
/* super(type, object).name, without the super object in between. */
Value super_attribute(Value type, Value object, Value name) MUST_USE;
struct DictEntry;
/* The entry, in the class's dict, of a method that super(type, object) finds for all instances of
 * the class of `object`; or 0. */
struct DictEntry *super_method_entry(Value type, Value object, Value name);
/* The same for a call: as get_method. */
Value super_method(Value type, Value object, Value name, bool *self_first) MUST_USE;

/* For super() without arguments: the __class__ cell's content and the first argument of the
 * running Python function. False with RuntimeError. Set by vm/. */
extern bool (*super_frame_hook)(Value *type, Value *object);

void super_start(void);

#endif
