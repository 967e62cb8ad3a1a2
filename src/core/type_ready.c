/* Making static types ready: what they inherit, the contents of their dicts, their root shapes. */
#include <string.h>

#include "core/abstract.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/share.h"
#include "core/slots.h"
#include "core/type_impl.h"
#include "types/classmethod.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "base/vec.h"

static VEC(Type *) static_types; /* appended to at start, and by type_ready of modules' types;
                                    guarded by static_types_lock */
static Mutex static_types_lock FREE_AFTER_FORK;
static Mutex ready_lock FREE_AFTER_FORK;

void type_trace(Object *self, Tracer *tracer)
{
    Type *type = (Type *)self;
    gc_visit(tracer, (Value)type->base);
    gc_visit(tracer, type->dict);
    gc_visit(tracer, type->bases);
    gc_visit(tracer, type->mro);
    gc_visit(tracer, type->name_value);
    gc_visit(tracer, type->qualname);
    gc_visit(tracer, type->name_bytes);
    gc_visit(tracer, type->slot_names);
    gc_visit(tracer, type->annotations_cache);
}

static void trace_static_types(Tracer *tracer)
{
    for (size_t i = 0; i < static_types.count; i++) {
        gc_visit(tracer, (Value)static_types.items[i]);
        type_trace(&static_types.items[i]->ob, tracer);
    }
}

/* ---- inheritance ------------------------------------------------------------------------------
 */

#define INHERITED_FLAGS                                                                            \
    (TYPE_IS_TYPE | TYPE_IS_EXCEPTION | TYPE_SEQUENCE | TYPE_MAPPING | TYPE_MATCH_SELF)

void type_inherit_layout(Type *type, Type *base)
{
    if (!type->layout && (base->base || type_flags(type) & TYPE_HEAP))
        type->layout = base->layout;
    if (!type->size)
        type->size = base->size;
    if (!type->item_size)
        type->item_size = base->item_size;
    if (!type->trace)
        type->trace = base->trace;
    if (!type->release)
        type->release = base->release;
    type->has_weakrefs |= base->has_weakrefs;
    uint32_t inherited = type_flags(base) & INHERITED_FLAGS;
    if (type->flags & (TYPE_SEQUENCE | TYPE_MAPPING)) /* they exclude each other: its own counts */
        inherited &= ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING);
    type->flags |= inherited;
    if (base->tail_offset && !type->tail_offset)
        type->tail_offset = (uint32_t)type->size;
}

/* ---- the dict ---------------------------------------------------------------------------------
 */

static bool add_to_dict(Type *type, const char *name, Value value)
{
    return value && dict_set(type->dict, TRY(str_intern_cstring(name)), value);
}

static bool add_methods(Type *type)
{
    for (MethodDef *const *def = type->methods; def && *def; def++) {
        Value v = (*def)->kind == KIND_STATIC_METHOD
                      ? staticmethod_wrap(TRY(builtin_new(*def, (Value)type, 0)))
                      : method_descriptor_new(*def, type);
        TRY(add_to_dict(type, (*def)->name, v));
    }
    for (const GetSetDef *def = type->getset; def && def->name; def++)
        TRY(add_to_dict(type, def->name, getset_new(def, type)));
    for (const MemberDef *def = type->members; def && def->name; def++)
        TRY(add_to_dict(type, def->name, member_new(def, type)));
    return true;
}

/* Unlike instances of Python classes, these keep a dict. */
static bool set_dict(Value self, Value value)
{
    return value ? instance_set_dict(self, value) : raise(TypeError, "cannot delete __dict__") != 0;
}

static const GetSetDef dict_getset = {"__dict__", instance_dict, set_dict, 0};

static bool fill_dict(Type *type)
{
    if (type->make || type->new_def)
        TRY(add_to_dict(type, "__new__", builtin_new_constructor(type)));
    /* Methods first: one that a type declares itself stands before the wrapper of its slot. */
    TRY(add_methods(type));
    bool own_dict = type->tail_offset && !(type->base && type->base->tail_offset);
    if (own_dict && !dict_get_str(type->dict, names.__dict__))
        TRY(add_to_dict(type, "__dict__", getset_new(&dict_getset, type)));
    TRY(slots_add_wrappers(type));
    if (type_is_of_module(type))
        TRY(add_to_dict(type, "__module__", type_module_name(type)));
    if (!dict_get_cstring(type->dict, "__doc__"))
        TRY(add_to_dict(type, "__doc__", type->doc ? str_from_cstring(type->doc) : None));
    return true;
}

/* ---- ready --------------------------------------------------------------------------------------
 */

static Value static_mro(Type *type)
{
    if (!type->base)
        return tuple_of((Value)type);
    intptr_t count = tuple_length(type->base->mro);
    Value mro = TRY(tuple_new(count + 1));
    tuple_init(mro, 0, (Value)type);
    for (intptr_t i = 0; i < count; i++)
        tuple_init(mro, i + 1, tuple_get(type->base->mro, i));
    return mro;
}

static bool make_bases(Type *type)
{
    type->bases = type->base ? TRY(tuple_of((Value)type->base)) : TRY(tuple_empty());
    type->mro = TRY(static_mro(type));
    return true;
}

static bool make_ready(Type *type, uint32_t fixed_shape)
{
    if (type != &object_type && !type->base)
        type->base = &object_type;
    if (type->base && !(type_flags(type->base) & TYPE_READY))
        fatal("type %s is made ready before its base %s", type->name, type->base->name);
    mutex_lock(&static_types_lock);
    bool ok = vec_push(&static_types, type);
    mutex_unlock(&static_types_lock);
    type->dict = ok ? TRY(dict_new()) : 0;
    TRY(ok && make_bases(type));
    TRY(fill_dict(type));
    if (type->base)
        type_inherit_layout(type, type->base);
    slots_inherit(type);
    if (type->getattr == generic_getattr)
        type->flags |= TYPE_DEFAULT_GETATTR;
    if (type->setattr == generic_setattr)
        type->flags |= TYPE_DEFAULT_SETATTR;
    if (type->del)
        type->flags |= TYPE_HAS_DEL;
    if (!type->root_shape)
        type->root_shape = TRY(shape_new_root(type, fixed_shape, 0));
    type->flags |= TYPE_READY | TYPE_IMMUTABLE;
    if (load_relaxed(&multithreaded))
        share_value((Value)type);
    /* Only now, as base.__subclasses__() leads other threads to it. */
    return !type->base || type_add_subclass(type->base, type);
}

/* Threads may import modules that share a type at the same time. */
void type_ready(Type *type, uint32_t fixed_shape)
{
    mutex_lock(&ready_lock);
    if (!(type_flags(type) & TYPE_READY) && !make_ready(type, fixed_shape))
        fatal("out of memory while type %s was made", type->name);
    mutex_unlock(&ready_lock);
}

void type_ready_start(void)
{
    gc_add_root_tracer(trace_static_types);
}
