/* The intern table: one exact str for each text that is a name.
 *
 * Open addressing with linear probing. Slots go from 0 to a str and then never change, so
 * lookups take no lock: they load the table, probe, and an empty slot ends the search. Inserting
 * holds a mutex and probes again. Growth makes a new table; the old one stays, since a lookup
 * may be in it, and misses there only what the search under the mutex then finds. All the old
 * tables together are smaller than the current one.
 *
 * Interned strs are immortal: the table is a root.
 */
#include "types/str_inline.h"

#include <stdlib.h>
#include "base/lock.h"
#include "core/error.h"
#include "gc/heap.h"

typedef struct InternTable {
    size_t mask;   /* slots - 1; immutable */
    Value slots[]; /* atomic: 0, then a str for good */
} InternTable;

static InternTable *intern_table; /* atomic; changed under intern_mutex */
static size_t intern_count;       /* guarded by intern_mutex */
static Mutex intern_mutex;        /* raw: its holders allocate nothing in the heap */

static InternTable *table_new(size_t slots)
{
    InternTable *table = calloc(1, sizeof(InternTable) + slots * sizeof(Value));
    if (table)
        table->mask = slots - 1;
    return table;
}

static void trace_interned(Tracer *tracer)
{
    InternTable *table = load_acquire(&intern_table);
    gc_visit_range(tracer, table->slots, table->mask + 1);
}

void str_intern_start(void)
{
    intern_table = table_new(8192);
    if (!intern_table)
        fatal("out of memory");
    gc_add_root_tracer(trace_interned);
}

/* The slot of a str with this text, or the empty one where it belongs. */
static Value *probe(InternTable *table, Value s, int64_t hash)
{
    for (size_t i = (size_t)hash & table->mask;; i = (i + 1) & table->mask) {
        Value found = load_acquire(&table->slots[i]);
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
            *probe(table, old->slots[i], str_hash(old->slots[i])) = old->slots[i];
    store_release(&intern_table, table);
}

static Value insert(Value s, int64_t hash)
{
    mutex_lock_raw(&intern_mutex);
    if (intern_count * 3 > (intern_table->mask + 1) * 2)
        grow_locked();
    Value *slot = probe(intern_table, s, hash);
    Value result = *slot;
    if (!result) {
        fetch_or_relaxed(&s->flags, (uint8_t)FLAG_INTERNED);
        store_release(slot, s);
        intern_count++;
        result = s;
    }
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
    Value found = load_acquire(probe(load_acquire(&intern_table), s, hash));
    return found ? found : insert(s, hash);
}

Value str_intern_cstring(const char *utf8)
{
    Value s = str_from_cstring(utf8);
    return s ? str_intern(s) : 0;
}
