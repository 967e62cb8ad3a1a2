/* Bases: method resolution order, layouts, the metaclass, __bases__ assignment.
 *
 * The order is C3 (Barrett et al., "A Monotonic Superclass Linearization for Dylan", 1996): merge
 * the bases' own orders and the list of bases, always taking the first head that is in no tail. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/slots.h"
#include "core/turn.h"
#include "core/type_impl.h"
#include "gc/heap.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- C3 ---------------------------------------------------------------------------------------
 */

/* The sequences that are merged: tuples, and how far each has been taken. `at` is a tuple of small
 * ints made fresh, so that the collector needs to know nothing of it. */
typedef struct Merge {
    Value sequences; /* tuple of tuples */
    intptr_t *at;    /* in a Raw that the caller holds */
    intptr_t count;
} Merge;

static Value merge_head(const Merge *m, intptr_t i)
{
    Value sequence = tuple_get(m->sequences, i);
    return m->at[i] < tuple_length(sequence) ? tuple_get(sequence, m->at[i]) : 0;
}

static bool is_in_tail(const Merge *m, intptr_t i, Value candidate)
{
    Value sequence = tuple_get(m->sequences, i);
    for (intptr_t j = m->at[i] + 1; j < tuple_length(sequence); j++)
        if (tuple_get(sequence, j) == candidate)
            return true;
    return false;
}

/* The next type of the order: 0 if there is none that is in no tail. */
static Value merge_pick(const Merge *m, bool *exhausted)
{
    *exhausted = true;
    for (intptr_t i = 0; i < m->count; i++) {
        Value candidate = merge_head(m, i);
        if (!candidate)
            continue;
        *exhausted = false;
        bool blocked = false;
        for (intptr_t j = 0; j < m->count && !blocked; j++)
            blocked = is_in_tail(m, j, candidate);
        if (!blocked)
            return candidate;
    }
    return 0;
}

static Value base_name(Value base)
{
    Value name;
    TRY(get_attr_optional(base, names.__name__, &name));
    return name && is_str(name) ? name : str_from_cstring(type_name((Type *)base));
}

static Value raise_no_order(const Merge *m)
{
    Value heads = TRY(list_new(m->count));
    for (intptr_t i = 0; i < m->count; i++) {
        Value head = merge_head(m, i);
        bool known = !head;
        for (intptr_t j = 0; j < i && !known; j++)
            known = merge_head(m, j) == head;
        if (!known)
            TRY(list_append(heads, TRY(base_name(head))));
    }
    Value text = TRY(str_join(TRY(str_from_cstring(", ")), heads));
    return raise(TypeError, "Cannot create a consistent method resolution order (MRO) for bases %V",
                 text);
}

static bool check_duplicates(Value bases)
{
    for (intptr_t i = 0; i < tuple_length(bases); i++)
        for (intptr_t j = i + 1; j < tuple_length(bases); j++)
            if (tuple_get(bases, i) == tuple_get(bases, j)) {
                Value name = TRY(base_name(tuple_get(bases, i)));
                return raise(TypeError, "duplicate base class %V", name);
            }
    return true;
}

static bool merge_all(Merge *m, Value result)
{
    for (;;) {
        bool exhausted;
        Value next = merge_pick(m, &exhausted);
        if (!next)
            return exhausted || raise_no_order(m);
        TRY(list_append(result, next));
        for (intptr_t i = 0; i < m->count; i++)
            if (merge_head(m, i) == next)
                m->at[i]++;
    }
}

Value mro_c3(Type *type)
{
    Value bases = load_acquire(&type->bases);
    intptr_t count = tuple_length(bases);
    Value result = TRY(list_new(8));
    TRY(list_append(result, (Value)type));
    TRY(check_duplicates(bases));
    Value sequences = TRY(tuple_new(count + 1));
    for (intptr_t i = 0; i < count; i++) {
        Type *base = (Type *)tuple_get(bases, i);
        Value mro = load_acquire(&base->mro);
        if (!mro)
            return raise(TypeError, "Cannot extend an incomplete type '%N'", base);
        tuple_init(sequences, i, mro);
    }
    tuple_init(sequences, count, bases);
    Raw *positions = TRY(raw_new((count + 1) * (intptr_t)sizeof(intptr_t)));
    Merge m = {sequences, (intptr_t *)(void *)positions->data, count + 1};
    for (intptr_t i = 0; i <= count; i++)
        m.at[i] = 0;
    TRY(merge_all(&m, result));
    return result;
}

/* ---- mro() of the metatype ---------------------------------------------------------------------
 */

static bool check_custom_mro(Type *type, Value mro)
{
    Type *solid = solid_base(type);
    for (intptr_t i = 0; i < tuple_length(mro); i++) {
        Value item = tuple_get(mro, i);
        if (!is_type(item))
            return raise(TypeError, "mro() returned a non-class ('%T')", item);
        if (!type_is_subtype(solid, solid_base((Type *)item)))
            return raise(TypeError, "mro() returned base with unsuitable layout ('%N')",
                         (Type *)item);
    }
    return true;
}

Value mro_compute(Type *type)
{
    if (type_of((Value)type) == &type_type)
        return tuple_from_iterable(TRY(mro_c3(type)));
    Value self = (Value)type;
    Value result = call_special(names.mro, &self, 1);
    if (!result)
        return error_pending() ? 0 : raise_value(AttributeError, names.mro);
    Value mro = TRY(tuple_from_iterable(result));
    TRY(check_custom_mro(type, mro));
    return mro;
}

/* ---- layouts -----------------------------------------------------------------------------------
 */

/* `type` adds fields to the C struct of its base. */
static bool adds_fields(Type *type, Type *base)
{
    return type->size != base->size || type->item_size != base->item_size ||
           type->slot_fields != base->slot_fields;
}

Type *solid_base(Type *type)
{
    for (Type *base; (base = type_base(type)) != 0; type = base)
        if (adds_fields(type, base))
            return type;
    return type;
}

Type *best_base(Value bases)
{
    Type *winner = 0, *base = 0;
    for (intptr_t i = 0; i < tuple_length(bases); i++) {
        Value item = tuple_get(bases, i);
        if (!is_type(item))
            return (Type *)raise(TypeError, "bases must be types");
        Type *type = (Type *)item;
        if (!(type_flags(type) & TYPE_BASE))
            return (Type *)raise(TypeError, "type '%N' is not an acceptable base type", type);
        Type *candidate = solid_base(type);
        if (!winner || (candidate != winner && type_is_subtype(candidate, winner))) {
            winner = candidate;
            base = type;
        } else if (!type_is_subtype(winner, candidate)) {
            return (Type *)raise(TypeError, "multiple bases have instance lay-out conflict");
        }
    }
    return base;
}

/* The nearest base-or-self that says something about the layout of instances. */
static Type *layout_holder(Type *type)
{
    for (Type *base; (base = type_base(type)) != 0; type = base)
        if (adds_fields(type, base) || !type->tail_offset != !base->tail_offset ||
            type->has_weakrefs != base->has_weakrefs)
            break;
    return type;
}

static bool same_names(Value a, Value b)
{
    if (!a || !b)
        return !a == !b;
    if (tuple_length(a) != tuple_length(b))
        return false;
    for (intptr_t i = 0; i < tuple_length(a); i++)
        if (tuple_get(a, i) != tuple_get(b, i))
            return false;
    return true;
}

bool same_layout(Type *a, Type *b)
{
    Type *x = layout_holder(a), *y = layout_holder(b);
    if (x == y)
        return true;
    return type_base(x) == type_base(y) && type_flags(x) & TYPE_HEAP && type_flags(y) & TYPE_HEAP &&
           x->size == y->size && x->item_size == y->item_size &&
           !x->tail_offset == !y->tail_offset && x->has_weakrefs == y->has_weakrefs &&
           same_names(x->slot_names, y->slot_names);
}

/* ---- the metaclass ------------------------------------------------------------------------------
 */

Type *calculate_metaclass(Type *meta, Value bases)
{
    for (intptr_t i = 0; i < tuple_length(bases); i++) {
        Type *of_base = type_of(tuple_get(bases, i));
        if (type_is_subtype(meta, of_base))
            continue;
        if (!type_is_subtype(of_base, meta))
            return (Type *)raise(TypeError,
                                 "metaclass conflict: the metaclass of a derived class must be a "
                                 "(non-strict) subclass of the metaclasses of all its bases");
        meta = of_base;
    }
    return meta;
}

/* ---- __bases__ assignment
 * ------------------------------------------------------------------------ */

/* While an mro() method runs, the MRO may not show yet what __base__ does. */
static bool is_in_base_chain(Type *type, Type *base)
{
    while (type && type != base)
        type = type_base(type);
    return type != 0;
}

static bool check_new_bases(Type *type, Value bases)
{
    if (!bases)
        return raise(TypeError, "cannot delete '__bases__' attribute of type '%N'", type);
    if (!is_tuple(bases))
        return raise(TypeError, "can only assign tuple to %N.__bases__, not %T", type, bases);
    if (!tuple_length(bases))
        return raise(TypeError, "can only assign non-empty tuple to %N.__bases__, not ()", type);
    for (intptr_t i = 0; i < tuple_length(bases); i++) {
        Value item = tuple_get(bases, i);
        if (!is_type(item))
            return raise(TypeError, "%N.__bases__ must be tuple of classes, not '%T'", type, item);
        if (type_is_subtype((Type *)item, type) || is_in_base_chain((Type *)item, type))
            return raise(TypeError, "a __bases__ item causes an inheritance cycle");
    }
    return true;
}

/* (type, its old MRO) pairs of all that a change of bases touched, to undo it. */
static bool update_orders(Type *type, Value undo)
{
    TRY(list_append(undo, (Value)type));
    TRY(list_append(undo, load_acquire(&type->mro)));
    Value mro = TRY(mro_compute(type));
    gc_store(type, &type->mro, mro);
    fetch_add_acq_rel(&type_inherited_changes, 1);
    Value subclasses = TRY(type_subclasses_list(type));
    for (intptr_t i = 0; i < list_length(subclasses); i++)
        TRY(update_orders((Type *)list_get(subclasses, i), undo));
    return true;
}

static void undo_orders(Value undo)
{
    for (intptr_t i = list_length(undo) - 2; i >= 0; i -= 2) {
        Type *type = (Type *)list_get(undo, i);
        gc_store(type, &type->mro, list_get(undo, i + 1));
    }
}

static void refill_slots(Value undo)
{
    for (intptr_t i = 0; i < list_length(undo); i += 2) {
        Type *type = (Type *)list_get(undo, i);
        WITH_TYPE_LOCK
        {
            slots_fill(type);
            fetch_add_acq_rel(&type_inherited_changes, 1);
        }
    }
}

static bool move_subclass_links(Type *type, Value old, Value new)
{
    for (intptr_t i = 0; i < tuple_length(old); i++)
        type_remove_subclass((Type *)tuple_get(old, i), type);
    for (intptr_t i = 0; i < tuple_length(new); i++)
        TRY(type_add_subclass((Type *)tuple_get(new, i), type));
    return true;
}

/* A builtin type whose instances refer to nothing. */
static bool is_plain(Type *type)
{
    switch (type->layout) {
    case LAYOUT_INT:
    case LAYOUT_FLOAT:
    case LAYOUT_COMPLEX:
    case LAYOUT_STR:
    case LAYOUT_BYTES:
    case LAYOUT_BYTEARRAY:
        return !(type_flags(type) & TYPE_HEAP);
    default:
        return type == &object_type;
    }
}

static bool assign_bases(Type *type, Value bases)
{
    TRY(check_new_bases(type, bases));
    Type *base = TRY(best_base(bases));
    /* Instances with and without references are freed in different ways, Python says. */
    Type *old_base = type_base(type);
    if (is_plain(base) != is_plain(old_base))
        return raise(TypeError, "__bases__ assignment: '%N' deallocator differs from '%N'", base,
                     old_base);
    if (!same_layout(base, old_base))
        return raise(TypeError, "__bases__ assignment: '%N' object layout differs from '%N'", base,
                     old_base);
    Value old_bases = load_acquire(&type->bases), undo = TRY(list_new(4));
    gc_store(type, &type->bases, bases);
    gc_store(type, &type->base, base);
    bool ok = update_orders(type, undo);
    if (load_acquire(&type->bases) != bases)
        return ok; /* an mro() method has assigned __bases__ again: that is what counts */
    if (!ok) {
        undo_orders(undo);
        gc_store(type, &type->bases, old_bases);
        gc_store(type, &type->base, old_base);
        return false;
    }
    TRY(move_subclass_links(type, old_bases, bases));
    refill_slots(undo);
    type_invalidate(type, 0);
    return true;
}

/* One assignment at a time, with all that follows from it, though mro() methods run in between. If
 * one of those is blocked, perhaps waiting for this very thread, this one does not wait for it. */
bool type_set_bases(Type *type, Value bases)
{
    static Turn turn;
    TurnResult result = turn_try_enter(&turn);
    if (result == TURN_FAILED)
        return false;
    bool done = assign_bases(type, bases);
    if (result == TURN_TAKEN)
        turn_leave(&turn);
    return done;
}
