/* Weak references to trash are cleared first, also those to objects that will be revived, but not
 * those to objects that want their finalisers: these work until the finaliser has run. Then
 * finalisers are due (they run later, on safe ground); what wants none is released. A revived
 * object stays on the list, and is released when it dies for good.
 *
 * Each thread registers in a list of its own; a collection appends these to the heap's list, of
 * which the first part has survived a collection before: young ones don't look at it. */
#include "gc/finalise.h"

#include <stdlib.h>
#include "base/lock.h"
#include "base/vec.h"
#include "gc/world.h"

typedef VEC(Object *) ObjectVec;

typedef struct Entry {
    Object *object;
    uint32_t owner; /* id of the thread that registered it, 0 if that has ended */
} Entry;
typedef VEC(Entry) EntryVec;

struct GcFinalisable {
    ObjectVec objects;
};

static Mutex left_over_lock;
static EntryVec left_over; /* of ended threads; guarded by left_over_lock */
static EntryVec all;       /* world stopped only */
static size_t old_count;   /* world stopped only */
static bool ending;        /* world stopped only */

GcHooks gc_hooks;

static void append(ObjectVec *to, Object *object)
{
    if (!vec_push(to, object))
        fatal("no memory for the list of finalisable objects");
}

void gc_register_finaliser(Object *object)
{
    struct GcAllocator *allocator = gc_self->allocator;
    if (!allocator->finalisable) {
        allocator->finalisable = calloc(1, sizeof(struct GcFinalisable));
        if (!allocator->finalisable)
            fatal("no memory for the list of finalisable objects");
    }
    append(&allocator->finalisable->objects, object);
}

static void append_entry(EntryVec *to, Entry entry)
{
    if (!vec_push(to, entry))
        fatal("no memory for the list of finalisable objects");
}

static void move_all(EntryVec *to, ObjectVec *from, uint32_t owner)
{
    VEC_EACH (Object *, object, from)
        append_entry(to, (Entry){*object, owner});
    vec_clear(from);
}

/* The same, world stopped, without what needs nothing any more: coroutines that have ended are
 * many. They are scattered in memory. */
static void move_unsettled(EntryVec *to, ObjectVec *from, uint32_t owner)
{
    enum { AHEAD = 8 };
    for (size_t i = 0; i < from->count; i++) {
        if (i + AHEAD < from->count)
            __builtin_prefetch(from->items[i + AHEAD]);
        if (!gc_hooks.settled || !gc_hooks.settled(from->items[i]))
            append_entry(to, (Entry){from->items[i], owner});
    }
    vec_clear(from);
}

void finalise_hand_over(struct GcAllocator *allocator)
{
    struct GcFinalisable *mine = allocator->finalisable;
    if (!mine)
        return;
    mutex_lock_raw(&left_over_lock);
    move_all(&left_over, &mine->objects, 0);
    mutex_unlock(&left_over_lock);
    vec_free(&mine->objects);
    free(mine);
    allocator->finalisable = NULL;
}

static void gather(void)
{
    for (GcThread *t = world_threads(); t; t = t->next)
        if (t->allocator->finalisable)
            move_unsettled(&all, &t->allocator->finalisable->objects, t->id);
    VEC_EACH (Entry, entry, &left_over)
        append_entry(&all, *entry);
    vec_clear(&left_over);
}

static int by_address(const void *a, const void *b)
{
    const Object *left = ((const Entry *)a)->object, *right = ((const Entry *)b)->object;
    return (left > right) - (left < right);
}

static void set_due(Object *object, bool due)
{
    uint8_t rest = (uint8_t)(load_relaxed(&object->flags) & ~FLAG_DUE);
    store_relaxed(&object->flags, due ? (uint8_t)(rest | FLAG_DUE) : rest);
}

static void append_ended(Object *object, void *ended)
{
    set_due(object, false);
    append(ended, object);
}

/* All that are dead now want their finalisers, also one that another of them leads to: that comes
 * after it, as with reference counts (a text file flushes into the buffered one, that into the
 * raw one, before that is closed). The others come in the order in which they were made. So this is
 * a topological order, the reverse of that in which a depth-first search leaves the objects
 * (Tarjan, "Edge-disjoint spanning trees and depth-first search", 1976), newest first. */
static void queue_outer_first(EntryVec *due)
{
    ObjectVec ended = {0};
    if (due->count == 0)
        return;
    VEC_EACH (Entry, entry, due)
        set_due(entry->object, true);
    for (size_t i = due->count; i-- > 0;) {
        Object *object = due->items[i].object;
        gc_mark_depth_first(object, FLAG_DUE, append_ended, &ended);
        if (load_relaxed(&object->flags) & FLAG_DUE)
            append_ended(object, &ended); /* there was no memory to search with */
    }
    qsort(due->items, due->count, sizeof *due->items, by_address);
    for (size_t i = ended.count; i-- > 0;) {
        Entry key = {ended.items[i], 0};
        Entry *entry = bsearch(&key, due->items, due->count, sizeof key, by_address);
        gc_hooks.run_later(entry->object, entry->owner);
    }
    vec_free(&ended);
}

/* At the end of the program one finaliser leads to its module, and so to all others of it. Queues
 * those that close nothing, and leaves the others in `due`. */
static void queue_in_order(EntryVec *due)
{
    size_t kept = 0;
    for (size_t i = 0; i < due->count; i++) {
        if (gc_hooks.closes(due->items[i].object))
            due->items[kept++] = due->items[i];
        else
            gc_hooks.run_later(due->items[i].object, due->items[i].owner);
    }
    due->count = kept;
}

static void mark_due(const EntryVec *due)
{
    VEC_EACH (Entry, entry, due)
        gc_mark_from(entry->object);
}

static void revive(size_t from)
{
    EntryVec due = {0}, closing = {0};
    for (size_t i = from; i < all.count; i++)
        if (!gc_is_marked(all.items[i].object) && gc_hooks.wants_finaliser(all.items[i].object))
            append_entry(&due, all.items[i]);
    if (!ending) {
        queue_outer_first(&due);
    } else {
        VEC_EACH (Entry, entry, &due)
            append_entry(&closing, *entry);
        queue_in_order(&closing);
        queue_outer_first(&closing);
        mark_due(&due);
    }
    vec_free(&due);
    vec_free(&closing);
}

bool gc_any_finalisable(bool (*counts)(Object *object))
{
    bool found = false;
    gc_stop_world();
    gather();
    for (size_t i = 0; i < all.count && !found; i++)
        found = gc_hooks.wants_finaliser(all.items[i].object) && counts(all.items[i].object);
    gc_start_world();
    return found;
}

void gc_finalise_in_order(void)
{
    ending = true;
}

static void release_dead(size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < all.count; i++) {
        if (gc_is_marked(all.items[i].object))
            all.items[kept++] = all.items[i];
        else if (gc_hooks.release)
            gc_hooks.release(all.items[i].object);
    }
    all.count = kept;
    old_count = kept;
}

void finalise_dead(bool full)
{
    gather();
    if (gc_hooks.clear_weak)
        gc_hooks.clear_weak(full);
    size_t from = full ? 0 : old_count;
    if (gc_hooks.wants_finaliser)
        revive(from);
    if (gc_hooks.unlink_weak)
        gc_hooks.unlink_weak();
    release_dead(from);
}
