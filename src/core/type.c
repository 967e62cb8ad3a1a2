/* Types: lookup along the MRO with its cache, invalidation, subclasses, instances.
 *
 * The cache of lookups is each thread's own (Thread.method_cache), and an entry is good as long as
 * type_epoch is what it was. So that setting a class attribute does not void all caches, each type
 * remembers in a Bloom filter which names were looked up in it or through it: only a change of such
 * a name moves the epoch. The order that makes this sound without a lock: who fills a cache reads
 * the epoch, sets the filters, then looks; who changes a class changes the dict, then tests the
 * filter by an atomic operation that writes, then moves the epoch; changes exclude each other by
 * the type lock, which includes the flush of inline caches. Bits stay set: inline caches of other
 * names with the same bit live on. Replacing a plain value by a plain
 * value moves nothing, as caches hold the place of the value. When the class dict grows, all places
 * of that class change: what holds one of them is dropped.
 */
#include "core/type.h"

#include <stdlib.h>
#include <string.h>
#include "base/vec.h"
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/shape.h"
#include "core/share.h"
#include "core/slots.h"
#include "core/thread.h"
#include "core/type_impl.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

uint64_t type_epoch = 1;
uint64_t type_inherited_changes;

static Mutex type_lock;
static Thread *type_lock_holder; /* atomic: a thread finds itself there, or not */

TypeLockScope type_lock_enter(void)
{
    Thread *self = thread_self();
    if (!load_relaxed(&locks_needed) || load_relaxed(&type_lock_holder) == self)
        return (TypeLockScope){false, true};
    mutex_lock(&type_lock);
    store_relaxed(&type_lock_holder, self);
    return (TypeLockScope){true, true};
}

void type_lock_leave(TypeLockScope *scope)
{
    if (!scope->taken)
        return;
    store_relaxed(&type_lock_holder, (Thread *)0);
    mutex_unlock(&type_lock);
}

static void nothing_changed(Value name)
{
    (void)name;
}
void (*type_changed_hook)(Value name) = nothing_changed;
static void nothing_moved(const void *table)
{
    (void)table;
}
void (*type_moved_hook)(const void *table) = nothing_moved;

/* ---- names ------------------------------------------------------------------------------------
 */

const char *type_name(Type *type)
{
    return load_acquire(&type->name);
}

const char *type_short_name(Type *type)
{
    const char *name = type_name(type);
    const char *dot = type_flags(type) & TYPE_HEAP ? 0 : strrchr(name, '.');
    return dot ? dot + 1 : name;
}

/* ---- lookup -----------------------------------------------------------------------------------
 */

bool type_is_subtype(Type *type, Type *base)
{
    if (type == base)
        return true;
    Value mro = load_acquire(&type->mro);
    if (unlikely(!mro)) { /* being made */
        for (; type; type = type_base(type))
            if (type == base)
                return true;
        return false;
    }
    for (intptr_t i = 0; i < tuple_length(mro); i++)
        if (tuple_get(mro, i) == (Value)base)
            return true;
    return false;
}

static unsigned filter_bit(Value name)
{
    return (unsigned)(value_bits(name) >> 4 ^ value_bits(name) >> 12) & 255;
}

void type_note_lookup(Value mro, Value name)
{
    unsigned bit = filter_bit(name);
    uint64_t mask = UINT64_C(1) << (bit & 63);
    for (intptr_t i = 0; i < tuple_length(mro); i++) {
        uint64_t *word = &((Type *)tuple_get(mro, i))->looked_up[bit >> 6];
        if (!(load_acquire(word) & mask))
            fetch_or_acq_rel(word, mask);
    }
}

static DictEntry *find_entry(Value mro, Value name)
{
    for (intptr_t i = 0; i < tuple_length(mro); i++) {
        Type *type = (Type *)tuple_get(mro, i);
        DictTable *table;
        uint32_t index;
        if (type->dict && dict_locate(type->dict, name, &table, &index) &&
            load_acquire(&table->entries[index].value))
            return &table->entries[index];
    }
    return 0;
}

static NOINLINE DictEntry *lookup_slow(Type *type, Value name, MethodCacheEntry *cache,
                                       uint64_t epoch)
{
    Value mro = load_acquire(&type->mro);
    if (!mro)
        return 0;
    type_note_lookup(mro, name);
    DictEntry *entry = find_entry(mro, name);
    *cache = (MethodCacheEntry){type, name, entry, epoch};
    return entry;
}

DictEntry *type_lookup_entry(Type *type, Value name)
{
    uintptr_t hash = (uintptr_t)type >> 4 ^ value_bits(name) >> 3 ^ value_bits(name) >> 9;
    MethodCacheEntry *cache = &thread_self()->method_cache[hash & (METHOD_CACHE_SIZE - 1)];
    uint64_t epoch = load_acquire(&type_epoch);
    if (likely(cache->type == type && cache->name == name && cache->epoch == epoch))
        return cache->entry;
    return lookup_slow(type, name, cache, epoch);
}

/* An entry without a value was deleted since it was cached or found: what is absent in one class
 * may be in a base. */
Value type_lookup(Type *type, Value name)
{
    DictEntry *entry = type_lookup_entry(type, name);
    for (Value value; entry; entry = find_entry(load_acquire(&type->mro), name))
        if (likely((value = load_acquire(&entry->value)) != 0))
            return value;
    return 0;
}

/* ---- invalidation -------------------------------------------------------------------------------
 */

static bool was_looked_up(Type *type, Value name)
{
    unsigned bit = filter_bit(name);
    return fetch_or_acq_rel(&type->looked_up[bit >> 6], UINT64_C(0)) >> (bit & 63) & 1;
}

/* `is_slot`: more than lookups of that name goes by it. */
static void invalidate_locked(Type *type, Value name, bool is_slot)
{
    if (name && !was_looked_up(type, name))
        return;
    fetch_add_acq_rel(&type_epoch, 1);
    type_changed_hook(is_slot ? 0 : name);
}

static TypeLockScope lock_of_fork;

void type_before_fork(void)
{
    lock_of_fork = type_lock_enter();
    shape_before_fork();
}

void type_after_fork(void)
{
    shape_after_fork();
    type_lock_leave(&lock_of_fork);
}

void type_invalidate(Type *type, Value name)
{
    WITH_TYPE_LOCK
    {
        invalidate_locked(type, name, true);
    }
}

/* No descriptor of any kind: caches hold where it is, and read it each time. */
static bool is_plain(Value v)
{
    Type *kind = type_of(v);
    return !kind->descr_get && !kind->descr_set && !(type_flags(kind) & TYPE_METHOD_LIKE);
}

/* May caches read `old` from the entry in a way that does not fit `value`? Until they are flushed
 * other threads would bind what is no function, or not bind what is a descriptor. */
static bool changes_kind(Value old, Value value)
{
    bool method = type_flags(type_of(old)) & TYPE_METHOD_LIKE;
    return method ? !(type_flags(type_of(value)) & TYPE_METHOD_LIKE)
                  : is_plain(old) && !is_plain(value);
}

/* The caller holds the type lock. *old: what was there, or 0. */
static bool change_dict_locked(Type *type, Value name, Value value, Value *old)
{
    *old = dict_get_str(type->dict, name);
    if (value && *old && is_shared(type) && changes_kind(*old, value))
        return dict_set_moved(type->dict, name, value);
    if (value)
        return dict_set(type->dict, name, value);
    bool found = false;
    return !*old || dict_delete(type->dict, name, &found);
}

/* Caches rely on what the slots of these say, of the class and of what it is a metaclass of, though
 * nobody has looked up their names. */
static bool is_of_attribute_access(Value name)
{
    static const SlotRow rows[] = {
        ROW_descr_get_DESCR_GET, ROW_descr_set_DESCR_SET,  ROW_descr_set_DESCR_DELETE,
        ROW_getattr_GETATTR,     ROW_getattr_GETATTR_HOOK, ROW_setattr_SETATTR,
        ROW_setattr_DELATTR,
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (name == slot_names[rows[i]])
            return true;
    return false;
}

bool type_set_own(Type *type, Value name, Value value, bool *found)
{
    WITH_TYPE_LOCK
    {
        Value old;
        DictTable *table = load_acquire(&((Dict *)type->dict)->table);
        TRY(change_dict_locked(type, name, value, &old));
        *found = old != 0;
        bool is_slot = slots_update(type, name);
        if (is_slot)
            fetch_add_acq_rel(&type_inherited_changes, 1);
        if (is_of_attribute_access(name)) /* how all are looked up changed */
            invalidate_locked(type, 0, true);
        else if (!value || !old || !is_plain(value) || !is_plain(old) || is_slot)
            invalidate_locked(type, name, is_slot);
        if (load_acquire(&((Dict *)type->dict)->table) != table) {
            fetch_add_acq_rel(&type_epoch, 1);
            type_moved_hook(table);
        }
    }
    return true;
}

/* ---- instances ----------------------------------------------------------------------------------
 */

/* Gives the class a new root shape with as many inline slots as instances turned out to need. */
static NOINLINE uint32_t grow_root(Type *type)
{
    unsigned wanted = load_relaxed(&type->inline_slots);
    uint32_t id = shape_root_with(type, wanted);
    if (id)
        store_release(&type->root_shape, id);
    return id;
}

static Value finish_alloc(Type *type, Value o)
{
    if (o && ((type_flags(type) & TYPE_HAS_DEL) || type->release))
        gc_register_finaliser(o);
    return o;
}

/* The shape of a new instance, and its bytes; 0 on failure. */
ALWAYS_INLINE uint32_t fixed_layout(Type *type, size_t *bytes)
{
    uint32_t id = load_acquire(&type->root_shape);
    ASSERT(id); /* the type is ready */
    *bytes = type->size;
    if (type->tail_offset) {
        if (unlikely(load_relaxed(&type->inline_slots) > shape_at(id)->inline_slots) &&
            type_flags(type) & TYPE_HEAP)
            id = TRY(grow_root(type));
        *bytes = type->tail_offset + 8 * (1u + shape_at(id)->inline_slots);
    }
    return id;
}

Value object_alloc(Type *type)
{
    size_t bytes;
    if (unlikely(type->item_size))
        return object_alloc_items(type, 0);
    uint32_t id = TRY(fixed_layout(type, &bytes));
    return finish_alloc(type, alloc_object(id, bytes));
}

Value object_alloc_extra(Type *type, size_t extra, void **where)
{
    size_t bytes;
    uint32_t id = TRY(fixed_layout(type, &bytes));
    ASSERT(!type->item_size);
    bytes = (bytes + 7) & ~(size_t)7;
    if (extra > PTRDIFF_MAX / 2)
        return raise_no_memory();
    Value o = TRY(finish_alloc(type, alloc_object(id, bytes + extra)));
    *where = (char *)o + bytes;
    return o;
}

Value object_alloc_items(Type *type, size_t items)
{
    size_t bytes, tail = 0;
    if (__builtin_mul_overflow(items, type->item_size, &bytes) ||
        __builtin_add_overflow(bytes, type->size + 64, &bytes) || bytes > PTRDIFF_MAX / 2)
        return raise_no_memory();
    bytes -= 64;
    if (type->item_size && (type->tail_offset || type->slot_fields))
        tail = 8 * (1u + type->slot_fields);
    bytes = ((bytes + 7) & ~(size_t)7) + tail;
    Value o = TRY(alloc_object(load_acquire(&type->root_shape), bytes));
    if (tail) /* the cell may be longer than what was asked for */
        memset((char *)(object_tail_slow(o, type) + 1) - tail, 0, tail);
    return finish_alloc(type, o);
}

/* ---- subclasses ------------------------------------------------------------------------------ */

/* Weak pointers to the direct subclasses, oldest first. Outside of the heap; emptied of the dead
 * when the world is stopped. Guarded by the type lock. */
typedef struct Subclasses {
    VEC(Type *) types;
    size_t place; /* in types_with_subclasses */
} Subclasses;

static VEC(Type *) types_with_subclasses; /* guarded by the type lock; weak as well */
static size_t added_since_collection;     /* guarded by the type lock */

static bool make_list_locked(Type *base)
{
    Subclasses *s = calloc(1, sizeof *s);
    if (!s || !vec_push(&types_with_subclasses, base)) {
        free(s);
        return false;
    }
    s->place = types_with_subclasses.count - 1;
    base->subclasses = s;
    return true;
}

bool type_add_subclass(Type *base, Type *type)
{
    bool ok = false;
    WITH_TYPE_LOCK
    {
        ok = (base->subclasses || make_list_locked(base)) &&
             vec_push(&base->subclasses->types, type);
        added_since_collection++;
    }
    return ok || raise_no_memory();
}

void type_remove_subclass(Type *base, Type *type)
{
    WITH_TYPE_LOCK
    {
        Subclasses *s = base->subclasses;
        size_t kept = 0;
        for (size_t i = 0; s && i < s->types.count; i++)
            if (s->types.items[i] != type)
                s->types.items[kept++] = s->types.items[i];
        if (s)
            s->types.count = kept;
    }
}

/* A collection may shorten the list while the result grows, so the result is made first. */
Value type_subclasses_list(Type *type)
{
    Value list = 0;
    WITH_TYPE_LOCK
    {
        list = TRY(list_new(type->subclasses ? (intptr_t)type->subclasses->types.count : 0));
        Subclasses *s = type->subclasses;
        for (size_t i = 0; s && i < s->types.count; i++)
            TRY(list_append(list, (Value)s->types.items[i]));
    }
    return list;
}

/* From the end: a collection in between moves those that are left to lower places, so that some may
 * be visited twice, but none is left out. */
void type_each_subclass(Type *type, void (*visit)(Type *subclass, void *context), void *context)
{
    Subclasses *s = type->subclasses;
    for (size_t i = s ? s->types.count : 0; i-- > 0;)
        if (i < s->types.count)
            visit(s->types.items[i], context);
}

/* ---- the end of classes ------------------------------------------------------------------------
 */

static bool is_alive(Type *type)
{
    return !(type_flags(type) & TYPE_HEAP) || gc_is_marked(&type->ob);
}

static void clear_dead_subclasses(Subclasses *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->types.count; i++)
        if (is_alive(s->types.items[i]))
            s->types.items[kept++] = s->types.items[i];
    s->types.count = kept;
}

/* The hook that was there before: weak references. */
static void (*clear_other_weak)(bool full);

/* World stopped, marking done. A young collection finds only new classes dead. */
static void clear_weak(bool full)
{
    if (full || added_since_collection)
        for (size_t i = 0; i < types_with_subclasses.count; i++)
            clear_dead_subclasses(types_with_subclasses.items[i]->subclasses);
    added_since_collection = 0;
    if (clear_other_weak)
        clear_other_weak(full);
}

void type_watch_collections(void)
{
    clear_other_weak = gc_hooks.clear_weak;
    gc_hooks.clear_weak = clear_weak;
}

void type_release(Object *self)
{
    Type *type = (Type *)self;
    Subclasses *s = type->subclasses;
    if (s) {
        Type *last = vec_pop(&types_with_subclasses);
        if (last != type) {
            types_with_subclasses.items[s->place] = last;
            last->subclasses->place = s->place;
        }
        vec_free(&s->types);
        free(s);
    }
    shape_discard(type);
}
