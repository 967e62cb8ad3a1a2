/* The intern table: one exact str for each text that is a name.
 *
 * Open addressing with linear probing. While the world runs, slots go from 0 to a str and then
 * never change but to become permanent, so lookups take no lock: they load the table, probe, and an
 * empty slot ends the search. Inserting holds a mutex and probes again. Growth makes a new table;
 * the old one stays, since a lookup may be in it, and misses there only what the search under the
 * mutex then finds. All the old tables together are smaller than the current one.
 *
 * What C code interns is permanent. Other strs leave the table when a full collection finds that
 * nothing else refers to them: programs intern what they read (pathlib does each part of a path).
 */
#include "types/str_inline.h"

#include <stdlib.h>
#include "base/lock.h"
#include "base/vec.h"
#include "core/error.h"
#include "core/type.h"
#include "gc/heap.h"

/* 0, or a str, with this bit set if it is permanent. */
typedef uintptr_t InternSlot;
enum { PERMANENT = 1 };

typedef struct InternTable {
    size_t mask;        /* slots - 1; immutable */
    InternSlot slots[]; /* atomic */
} InternTable;

static InternTable *intern_table; /* atomic; changed under intern_mutex */
static size_t intern_count;       /* guarded by intern_mutex */
static Mutex intern_mutex;        /* raw: its holders allocate nothing in the heap */
/* Interned since the last collection; guarded by intern_mutex. All others are old, so a young
 * collection has to look at no more than these, unless there was no memory for one. */
static VEC(Value) young;
static bool young_incomplete;

static InternTable *table_new(size_t slots)
{
    InternTable *table = calloc(1, sizeof(InternTable) + slots * sizeof(InternSlot));
    if (table)
        table->mask = slots - 1;
    return table;
}

static Value str_in(InternSlot slot)
{
    return (Value)(slot & ~(InternSlot)PERMANENT);
}

/* Other visits than those of a full collection take all: it is what any thread can reach, and a new
 * str may wait for the next one. */
static void trace_all(Tracer *tracer)
{
    InternTable *table = load_acquire(&intern_table);
    for (size_t i = 0; i <= table->mask; i++) {
        InternSlot slot = load_acquire(&table->slots[i]);
        if (slot & PERMANENT || !tracer->full)
            gc_visit(tracer, str_in(slot));
    }
}

static void trace_interned(Tracer *tracer)
{
    tracer->met_young = false;
    if (tracer->marking && !tracer->full && !young_incomplete)
        gc_visit_range(tracer, young.items, young.count);
    else
        trace_all(tracer);
    if (tracer->marking && !tracer->met_young) {
        vec_clear(&young);
        young_incomplete = false;
    }
}

/* Empties a slot, and moves what follows and was kept from a place before it (Knuth, volume 3, 6.4,
 * algorithm R). World stopped: no lookup is under way. */
static void empty_slot(InternTable *table, size_t hole)
{
    for (size_t i = hole;;) {
        i = (i + 1) & table->mask;
        if (!table->slots[i])
            break;
        size_t home = (size_t)str_hash(str_in(table->slots[i])) & table->mask;
        if (((i - home) & table->mask) < ((i - hole) & table->mask))
            continue; /* it belongs behind the hole */
        table->slots[hole] = table->slots[i];
        hole = i;
    }
    table->slots[hole] = 0;
}

static void drop_unmarked(void)
{
    size_t dropped = 0;
    for (size_t i = 0; i <= intern_table->mask;) {
        Value s = str_in(intern_table->slots[i]);
        if (!s || gc_is_marked(s)) {
            i++;
        } else {
            empty_slot(intern_table, i);
            dropped++;
        }
    }
    intern_count -= dropped;
    if (dropped) /* caches know names by their addresses */
        fetch_add_acq_rel(&type_epoch, (uint64_t)1);
}

void str_intern_start(void)
{
    intern_table = table_new(8192);
    if (!intern_table)
        fatal("out of memory");
    gc_add_root_tracer(trace_interned);
    gc_hooks.drop_unmarked = drop_unmarked;
}

/* The slot of a str with this text, or the empty one where it belongs. */
static InternSlot *probe(InternTable *table, Value s, int64_t hash)
{
    for (size_t i = (size_t)hash & table->mask;; i = (i + 1) & table->mask) {
        Value found = str_in(load_acquire(&table->slots[i]));
        if (!found || (load_relaxed(&((Str *)found)->hash) == hash && str_equal(found, s)))
            return &table->slots[i];
    }
}

/* Doubles the table; keeps the old one where there is no memory for that. */
static void grow_locked(void)
{
    InternTable *old = intern_table;
    InternTable *table = table_new((old->mask + 1) * 2);
    if (!table) {
        if (intern_count + 2 > old->mask)
            fatal("out of memory: no room for interned strings");
        return;
    }
    for (size_t i = 0; i <= old->mask; i++)
        if (old->slots[i])
            *probe(table, str_in(old->slots[i]), str_hash(str_in(old->slots[i]))) = old->slots[i];
    store_release(&intern_table, table);
}

static Value insert(Value s, int64_t hash, InternSlot permanent)
{
    mutex_lock_raw(&intern_mutex);
    if (intern_count * 3 > (intern_table->mask + 1) * 2)
        grow_locked();
    InternSlot *slot = probe(intern_table, s, hash);
    if (!*slot) {
        fetch_or_relaxed(&s->flags, (uint8_t)FLAG_INTERNED);
        intern_count++;
        if (!vec_push(&young, s))
            young_incomplete = true;
        store_release(slot, (InternSlot)s | permanent);
    } else if (permanent & ~*slot) {
        store_release(slot, *slot | permanent);
    }
    Value result = str_in(*slot);
    mutex_unlock(&intern_mutex);
    return result;
}

Value str_intern(Value s)
{
    if (likely(load_relaxed(&s->flags) & FLAG_INTERNED))
        return s;
    ASSERT(is_str_exact(s));
    if (str_length(s) <= 1 && str_width(s) == 1)
        return str_length(s) ? str_from_char((uint8_t)str_data(s)[0]) : str_empty();
    int64_t hash = str_hash(s);
    Value found = str_in(load_acquire(probe(load_acquire(&intern_table), s, hash)));
    return found ? found : insert(s, hash, 0);
}

Value str_intern_latin1(const uint8_t *text, intptr_t length)
{
    size_t size = (size_t)length;
    if (size <= 1)
        return str_from_latin1(text, length);
    InternTable *table = load_acquire(&intern_table);
    int64_t hash = text_hash(text, size);
    for (size_t i = (size_t)hash & table->mask;; i = (i + 1) & table->mask) {
        Value found = str_in(load_acquire(&table->slots[i]));
        if (!found)
            break;
        if (load_relaxed(&((Str *)found)->hash) == hash && str_width(found) == 1 &&
            (size_t)str_length(found) == size && memcmp(str_data(found), text, size) == 0)
            return found;
    }
    Value s = TRY(str_from_latin1(text, length));
    store_relaxed(&((Str *)s)->hash, hash);
    return insert(s, hash, 0);
}

Value str_intern_cstring(const char *utf8)
{
    Value s = str_from_cstring(utf8);
    if (!s || load_relaxed(&s->flags) & FLAG_STATIC)
        return s;
    int64_t hash = str_hash(s);
    InternSlot slot = load_acquire(probe(load_acquire(&intern_table), s, hash));
    return slot & PERMANENT ? str_in(slot) : insert(s, hash, PERMANENT);
}
