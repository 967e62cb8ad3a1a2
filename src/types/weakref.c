#include "types/weakref.h"
#include <stdlib.h>
#include "base/hash.h"
#include "base/lock.h"
#include "base/vec.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/finaliser.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/generic_alias.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/weak_proxy.h"

/* ---- the table
 *
 * Open addressing by the target's address; at most half full. No safepoint is reached under the
 * lock, so the collector, which works while the world is stopped, needs none. */

typedef struct Entry {
    Object *target; /* 0: free; REMOVED */
    WeakRef *first; /* by rank, and newest first */
    bool is_fresh;  /* the target is in `fresh` */
} Entry;

#define REMOVED ((Object *)8)

static Mutex weak_lock; /* raw */
static Entry *entries;  /* this and the following: guarded by weak_lock, or the world is stopped */
static size_t slot_count, used_slots, live_entries;
static VEC(Object *) fresh; /* targets that got references since the last collection */
static VEC(Object *) due;   /* targets whose finalisers are due: within a collection only */

static size_t slot_of(const Object *target)
{
    return (size_t)hash_mix((uintptr_t)target >> 3) & (slot_count - 1);
}

static Entry *find_entry_locked(const Object *target)
{
    if (!slot_count)
        return 0;
    for (size_t i = slot_of(target); entries[i].target; i = (i + 1) & (slot_count - 1))
        if (entries[i].target == target)
            return &entries[i];
    return 0;
}

static Entry *put_entry_locked(Object *target)
{
    size_t i = slot_of(target);
    while (entries[i].target)
        i = (i + 1) & (slot_count - 1);
    entries[i] = (Entry){target, 0, false};
    used_slots++;
    live_entries++;
    return &entries[i];
}

static bool make_room_locked(void)
{
    if ((used_slots + 1) * 2 <= slot_count)
        return true;
    size_t old_count = slot_count, wanted = 64;
    while (wanted < live_entries * 4)
        wanted *= 2;
    Entry *old = entries, *bigger = calloc(wanted, sizeof(Entry));
    if (!bigger)
        return false;
    entries = bigger;
    slot_count = wanted;
    used_slots = live_entries = 0;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].target && old[i].target != REMOVED)
            *put_entry_locked(old[i].target) = old[i];
    free(old);
    return true;
}

/* The reference to `target` that can be handed out again: of exactly this type, no callback. */
static WeakRef *find_plain_locked(Object *target, Type *type)
{
    Entry *entry = find_entry_locked(target);
    for (WeakRef *ref = entry ? entry->first : 0; ref; ref = ref->next)
        if (type_of((Value)ref) == type && !load_relaxed(&ref->callback))
            return ref;
    return 0;
}

/* The order of references to one object: the plain one, the plain proxy, then the others. */
static int rank(WeakRef *ref)
{
    Type *type = type_of((Value)ref);
    if (load_relaxed(&ref->callback) || type_flags(type) & TYPE_HEAP)
        return 2;
    return type != &weakref_type;
}

static bool link_locked(WeakRef *ref, Object *target)
{
    Entry *entry = find_entry_locked(target);
    if (!entry) {
        if (!make_room_locked())
            return false;
        entry = put_entry_locked(target);
    }
    if (!entry->is_fresh && !vec_push(&fresh, target))
        return false;
    entry->is_fresh = true;
    WeakRef **link = &entry->first;
    while (*link && rank(*link) < rank(ref))
        link = &(*link)->next;
    ref->next = *link;
    *link = ref;
    fetch_or_relaxed(&target->flags, FLAG_WEAKREFS);
    return true;
}

/* ---- what the collector calls, world stopped */

static bool is_alive(const Object *object)
{
    return load_relaxed(&object->flags) & FLAG_STATIC || gc_is_marked(object);
}

static void run_callback(Value value)
{
    WeakRef *ref = (WeakRef *)value;
    Value callback = exchange_acq_rel(&ref->callback, (Value)0);
    if (callback && !call1(callback, value))
        error_write_unraisable(0, callback);
}

static void remove_entry(Entry *entry)
{
    entry->target = REMOVED;
    live_entries--;
}

/* References to what will be finalised still work in its finaliser, as with reference counts:
 * clear_finalised() clears them after it. */
static bool await_finaliser(Object *target)
{
    return gc_hooks.wants_finaliser && gc_hooks.wants_finaliser(target) && vec_push(&due, target);
}

static void clear_entry(Entry *entry)
{
    Object *target = entry->target;
    bool alive = is_alive(target);
    WeakRef **link = &entry->first;
    while (*link) {
        WeakRef *ref = *link;
        bool ref_alive = is_alive(&ref->ob);
        if (alive && ref_alive) {
            link = &ref->next;
            continue;
        }
        *link = ref->next;
        ref->next = 0;
        store_release(&ref->target, (Object *)0);
        if (ref_alive && load_relaxed(&ref->callback))
            finaliser_queue(&ref->ob, ref->owner, run_callback);
    }
    if (entry->first)
        return;
    if (alive)
        fetch_and_relaxed(&target->flags, (uint8_t)~FLAG_WEAKREFS);
    remove_entry(entry);
}

static void clear_unless_due(Entry *entry)
{
    if (is_alive(entry->target) || !await_finaliser(entry->target))
        clear_entry(entry);
}

static void clear_weak(bool full)
{
    if (full) {
        for (size_t i = 0; i < slot_count; i++) {
            entries[i].is_fresh = false;
            if (entries[i].target && entries[i].target != REMOVED)
                clear_unless_due(&entries[i]);
        }
    } else {
        VEC_EACH (Object *, target, &fresh) {
            Entry *entry = find_entry_locked(*target);
            if (!entry)
                continue;
            entry->is_fresh = false;
            clear_unless_due(entry);
        }
    }
    vec_clear(&fresh);
}

static void unlink_weak(void)
{
    VEC_EACH (Object *, target, &due) {
        Entry *entry = find_entry_locked(*target);
        if (entry) /* a target may be on the list twice */
            clear_entry(entry);
    }
    vec_clear(&due);
}

/* ---- after a finaliser */

/* Takes one reference off the list of those to `target`, and clears it; 0 if there is none left. */
static WeakRef *clear_first(Object *target)
{
    mutex_lock_raw(&weak_lock);
    Entry *entry = find_entry_locked(target);
    WeakRef *ref = entry ? entry->first : 0;
    if (ref) {
        entry->first = ref->next;
        ref->next = 0;
        store_release(&ref->target, (Object *)0);
    }
    if (entry && !entry->first) {
        fetch_and_relaxed(&target->flags, (uint8_t)~FLAG_WEAKREFS);
        remove_entry(entry);
    }
    mutex_unlock(&weak_lock);
    return ref;
}

/* Those that are local belong to the thread that finalises: they are shared with their target. */
static void clear_finalised(Value target)
{
    WeakRef *ref;
    while (load_relaxed(&target->flags) & FLAG_WEAKREFS && (ref = clear_first(target)))
        run_callback((Value)ref);
}

static void visit_references(Object *target, Tracer *tracer)
{
    mutex_lock_raw(&weak_lock);
    Entry *entry = find_entry_locked(target);
    for (WeakRef *ref = entry ? entry->first : 0; ref; ref = ref->next)
        gc_visit(tracer, (Value)ref);
    mutex_unlock(&weak_lock);
}

static void weakref_trace(Object *self, Tracer *tracer)
{
    WeakRef *ref = (WeakRef *)self;
    gc_visit(tracer, load_relaxed(&ref->callback));
    if (tracer->weak)
        gc_visit(tracer, (Value)load_relaxed(&ref->target));
}

/* ---- making */

Value weakref_target(Value ref)
{
    return (Value)load_acquire(&((WeakRef *)ref)->target);
}

static bool may_be_reused(Type *type, Value callback)
{
    return !callback && !(type_flags(type) & TYPE_HEAP);
}

/* The reference of this type to `target` that is there already; or 0. */
static Value find_plain(Value target, Type *type)
{
    size_t slot = (size_t)((uintptr_t)target >> 4) % WEAK_CACHE_SIZE;
    WeakCacheEntry *cached = &thread_self()->weak_cache[slot];
    if (cached->target == target && type_of(cached->reference) == type &&
        weakref_target(cached->reference))
        return cached->reference;
    mutex_lock_raw(&weak_lock);
    WeakRef *old = find_plain_locked(target, type);
    mutex_unlock(&weak_lock);
    if (old)
        *cached = (WeakCacheEntry){target, (Value)old};
    return (Value)old;
}

Value weakref_new_with(Type *type, Value target, Value callback)
{
    if (!is_object(target) || !type_of(target)->has_weakrefs)
        return raise(TypeError, "cannot create weak reference to '%T' object", target);
    if (callback == None)
        callback = 0;
    bool reuse = may_be_reused(type, callback);
    if (reuse) {
        Value old = find_plain(target, type);
        if (old)
            return old;
    }
    WeakRef *ref = TRY(NEW(WeakRef, type));
    ref->callback = callback; /* NO_BARRIER: fresh, nothing allocated since */
    ref->owner = gc_self->id;
    store_release(&ref->target, target); /* NO_BARRIER: weak */
    if (is_shared(target))
        share_value((Value)ref);
    mutex_lock_raw(&weak_lock);
    WeakRef *old = reuse ? find_plain_locked(target, type) : 0;
    bool ok = old || link_locked(ref, target);
    mutex_unlock(&weak_lock);
    if (!ok)
        return raise_no_memory();
    return (Value)(old ? old : ref);
}

Value weakref_new(Value target)
{
    return weakref_new_with(&weakref_type, target, 0);
}

Value weakref_proxy_new(Value target, Value callback)
{
    bool callable = is_object(target) && type_of(target)->call;
    return weakref_new_with(callable ? &weak_callable_proxy_type : &weak_proxy_type, target,
                            callback);
}

intptr_t weakref_count(Value target)
{
    if (!is_object(target))
        return 0;
    intptr_t count = 0;
    mutex_lock_raw(&weak_lock);
    Entry *entry = find_entry_locked(target);
    for (WeakRef *ref = entry ? entry->first : 0; ref; ref = ref->next)
        count++;
    mutex_unlock(&weak_lock);
    return count;
}

Value weakref_list(Value target)
{
    for (;;) {
        intptr_t room = weakref_count(target), count = 0;
        Array *array = TRY(array_new(room));
        mutex_lock_raw(&weak_lock);
        Entry *entry = is_object(target) ? find_entry_locked(target) : 0;
        for (WeakRef *ref = entry ? entry->first : 0; ref; ref = ref->next) {
            if (count < room)
                array->items[count] = (Value)ref; /* NO_BARRIER: fresh, nothing allocated since */
            count++;
        }
        mutex_unlock(&weak_lock);
        if (count > room)
            continue;
        /* Plain ones first, as they were made, then those with callbacks. */
        return list_from_array(array, count);
    }
}

/* ---- weakref.ref */

NEW_METHOD(weakref_make, "object, callback=None, /")
{
    return weakref_new_with((Type *)args[0], args[1], args[2]);
}

/* __new__ has done it all; a subclass may call this from its own. */
static bool weakref_init(Value self UNUSED, Value *args UNUSED, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "ref() takes no keyword arguments");
    if (nargs < 1)
        return raise(TypeError, "__init__ expected at least 1 argument, got 0");
    if (nargs > 2)
        return raise(TypeError, "__init__ expected at most 2 arguments, got %zu", nargs);
    return true;
}

static Value weakref_call(Value self, Value *args UNUSED, size_t nargs, Value kwnames)
{
    if (nargs || (kwnames && tuple_length(kwnames)))
        return raise(TypeError, "%N() takes no arguments (%zu given)", type_of(self),
                     nargs + (size_t)(kwnames ? tuple_length(kwnames) : 0));
    Value target = weakref_target(self);
    return target ? target : None;
}

static bool weakref_hash(Value self, int64_t *hash)
{
    WeakRef *ref = (WeakRef *)self;
    if (load_acquire(&ref->hashed)) {
        *hash = load_relaxed(&ref->hash);
        return true;
    }
    Value target = weakref_target(self);
    if (!target)
        return raise(TypeError, "weak object has gone away");
    TRY(object_hash(target, hash));
    store_relaxed(&ref->hash, *hash);
    store_release(&ref->hashed, 1);
    return true;
}

static Value weakref_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_weakref(a) || !is_weakref(b))
        return NotImplemented;
    Value x = weakref_target(a), y = weakref_target(b);
    if (!x || !y)
        return bool_value((a == b) == (op == CMP_EQ));
    return object_compare(x, y, op);
}

/* The name of classes and functions, whose types say what __name__ is. */
static bool special_name(Value target, Value *name)
{
    bool self_first;
    *name = lookup_special(target, names.__name__, &self_first);
    if (*name && (self_first || !is_str(*name)))
        *name = 0;
    return *name || !error_pending();
}

static Value weakref_repr(Value self)
{
    Value target = weakref_target(self), name;
    size_t at = (uintptr_t)self;
    if (!target)
        return str_format("<weakref at 0x%zx; dead>", at);
    TRY(special_name(target, &name));
    if (!name)
        return str_format("<weakref at 0x%zx; to '%T' at 0x%zx>", at, target,
                          (size_t)(uintptr_t)target);
    return str_format("<weakref at 0x%zx; to '%T' at 0x%zx (%V)>", at, target,
                      (size_t)(uintptr_t)target, name);
}

static Value weakref_callback(Value self)
{
    Value callback = load_acquire(&((WeakRef *)self)->callback);
    return callback && weakref_target(self) ? callback : None;
}

CLASS_METHOD(weakref_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static const GetSetDef weakref_getset[] = {
    {"__callback__", weakref_callback, 0, 0},
    {0},
};

static MethodDef *const weakref_methods[] = {M(weakref_class_getitem), 0};

Type weakref_type = {
    TYPE_HEAD("weakref.ReferenceType", WeakRef),
    .repr = weakref_repr,
    .hash = weakref_hash,
    .compare = weakref_compare,
    .call = weakref_call,
    .init = weakref_init,
    .new_def = M(weakref_make),
    .methods = weakref_methods,
    .getset = weakref_getset,
    .trace = weakref_trace,
    .layout = LAYOUT_WEAKREF,
    .flags = TYPE_BASE,
};

void weakref_start(void)
{
    gc_hooks.clear_weak = clear_weak;
    gc_hooks.unlink_weak = unlink_weak;
    finaliser_ended = clear_finalised;
    share_weak_hook = visit_references;
    type_ready(&weakref_type, SHAPE_WEAKREF);
    weak_proxy_start(weakref_trace);
}
