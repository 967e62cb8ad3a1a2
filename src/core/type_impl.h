/* What the files of `type` share among themselves, and with generic attribute access. */
#ifndef WEFT_CORE_TYPE_IMPL_H
#define WEFT_CORE_TYPE_IMPL_H

#include "core/type.h"
#include "base/common.h"

/* ---- type_attr.c: attributes of classes */
Value type_getattr(Value self, Value name);
bool type_getattr_optional(Type *type, Value name, Value *result) MUST_USE;
bool type_setattr(Value self, Value name, Value value);
extern const GetSetDef type_getset[];
/* str, as the class's __module__ and __qualname__ say or the static name implies. */
Value type_module_name(Type *type) MUST_USE;
/* Whether CPython makes the type at run time, as one of a module that is imported, and has not got
 * it compiled in. Its instances have a __module__, and `del o[0]` has words of its own. */
bool type_is_of_module(const Type *type);
Value type_qualname(Type *type) MUST_USE;
/* The qualified name, with the module unless that is builtins or __main__. */
Value type_full_name(Type *type) MUST_USE;

/* ---- type_mro.c: bases */
/* The MRO as a tuple by C3, or what the metatype's own mro() gives. */
Value mro_compute(Type *type) MUST_USE;
/* C3 alone: type.mro(), a list. */
Value mro_c3(Type *type) MUST_USE;
/* The base whose C struct instances extend; TypeError. */
Type *best_base(Value bases) MUST_USE;
Type *solid_base(Type *type);
/* The most derived metatype among `meta` and those of the bases; TypeError on conflict. */
Type *calculate_metaclass(Type *meta, Value bases) MUST_USE;
bool type_set_bases(Type *type, Value bases) MUST_USE;
/* The layouts are such that instances of one may become instances of the other. */
bool same_layout(Type *a, Type *b);

/* ---- type_new.c: type.__new__ and __init__ */
/* The __name__ of the globals that are running, for __module__; 0 without an exception if there is
 * no Python code. Set by vm/. */
extern Value (*type_module_hook)(void);
Value type_make(Type *meta, Value *args, size_t nargs, Value kwnames);
bool type_init(Value self, Value *args, size_t nargs, Value kwnames);

/* Sets `name` and what it is read from. */
bool type_set_name(Type *type, Value name) MUST_USE;

/* ---- type_check.c: isinstance and issubclass as `type` itself answers: 1, 0, -1 */
int isinstance_real(Value v, Value cls);
int issubclass_real(Value derived, Value cls);

/* ---- object_type.c */
/* Adds the names in the dicts of a class and its bases to `all`, for dir(). */
bool merge_class_dicts(Value cls, Value all) MUST_USE;
/* Getters and setters of __dict__ and __weakref__ in Python classes. */
Value object_get_dict(Value self);
bool object_set_dict(Value self, Value value);
Value object_get_weakref(Value self);

/* ---- type.c */
/* atomic: moves after each change of slots or of an MRO that subclasses inherit, before the list of
 * these is read. */
extern uint64_t type_inherited_changes;
/* From now on each collection makes classes forget subclasses that are dead. */
void type_watch_collections(void);
/* World stopped: a class dies, after all its instances. */
void type_release(Object *self);

/* ---- type_ready.c */
/* The fields of a type that are Values or types. */
void type_trace(Object *self, struct Tracer *tracer);
/* Fields that hold the layout are inherited from `base` (static or new Python class). */
void type_inherit_layout(Type *type, Type *base);
void type_ready_start(void);

#endif
