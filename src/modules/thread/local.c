/* _thread._local: attributes that each thread has of its own.
 *
 * A thread has a table from the locals' serial numbers, which are never used again, to their
 * attribute dicts. A dict lives as long as both its thread and its local do: the tables are no
 * roots, but a local that is marked marks its dict in each table (an ephemeron), so that a value
 * that refers to its own local does not keep it alive. Other tracers don't see the dicts: what is
 * in them is no other thread's to reach. */
#include <stdlib.h>
#include "base/lock.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "modules/thread/thread_internal.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Local {
    Object ob;
    uint64_t serial; /* immutable after init */
    Value args;      /* tuple: for __init__ in each further thread; immutable, as kwargs */
    Value kwargs;    /* dict or 0 */
} Local;

static uint64_t next_serial = 1; /* atomic */

/* ---- tables */

enum { FREE = 0 };
#define REMOVED UINT64_MAX

typedef struct Entry {
    uint64_t serial; /* or FREE or REMOVED */
    Value dict;
} Entry;

/* Changed by its thread, under the lock, or with the world stopped. */
typedef struct Table {
    Entry *entries;
    size_t capacity; /* a power of two, or 0 */
    size_t used;     /* entries that are not FREE */
    struct Table *next;
} Table;

static Table *tables; /* of all threads; guarded by tables_lock */
static Mutex tables_lock;

/* The entry of a serial number, or the FREE one where it would be. Not for an empty table. */
static Entry *find_entry(const Table *table, uint64_t serial)
{
    for (size_t i = (size_t)(serial * UINT64_C(0x9e3779b97f4a7c15) >> 32);; i++) {
        Entry *entry = &table->entries[i & (table->capacity - 1)];
        if (entry->serial == serial || entry->serial == FREE)
            return entry;
    }
}

static Value table_get(const Table *table, uint64_t serial)
{
    Entry *entry = table && table->capacity ? find_entry(table, serial) : 0;
    return entry && entry->serial == serial ? entry->dict : 0;
}

static void table_remove(const Table *table, uint64_t serial)
{
    Entry *entry = table && table->capacity ? find_entry(table, serial) : 0;
    if (entry && entry->serial == serial)
        *entry = (Entry){.serial = REMOVED};
}

/* Makes room for one more. */
static bool table_reserve(Table *table)
{
    if ((table->used + 1) * 4 <= table->capacity * 3)
        return true;
    Table larger = {.capacity = 8};
    for (size_t i = 0; i < table->capacity; i++)
        larger.used += table->entries[i].dict != 0;
    while (larger.capacity < larger.used * 2 + 2)
        larger.capacity *= 2;
    larger.entries = calloc(larger.capacity, sizeof *larger.entries);
    if (!larger.entries)
        return raise_no_memory();
    for (size_t i = 0; i < table->capacity; i++)
        if (table->entries[i].dict)
            *find_entry(&larger, table->entries[i].serial) = table->entries[i];
    mutex_lock_raw(&tables_lock);
    Entry *old = table->entries;
    table->entries = larger.entries;
    table->capacity = larger.capacity;
    table->used = larger.used;
    mutex_unlock(&tables_lock);
    free(old);
    return true;
}

static Table *own_table(void)
{
    Thread *thread = thread_self();
    if (thread->locals)
        return thread->locals;
    Table *table = calloc(1, sizeof *table);
    if (!table) {
        raise_no_memory();
        return 0;
    }
    mutex_lock_raw(&tables_lock);
    table->next = tables;
    tables = table;
    mutex_unlock(&tables_lock);
    thread->locals = table;
    return table;
}

/* A new dict for this thread. */
static Value add_dict(Local *local)
{
    Table *table = TRY(own_table());
    Value dict = TRY(dict_new());
    TRY(table_reserve(table));
    Entry *entry = find_entry(table, local->serial);
    *entry = (Entry){local->serial, dict};
    table->used++;
    gc_remember(local); /* it may be old, and keeps a new object alive from now on */
    return dict;
}

static void table_free(Table *table)
{
    if (table)
        free(table->entries);
    free(table);
}

void local_thread_ends(void)
{
    Table *mine = thread_self()->locals;
    mutex_lock_raw(&tables_lock);
    for (Table **link = &tables; *link; link = &(*link)->next)
        if (*link == mine) {
            *link = mine->next;
            break;
        }
    mutex_unlock(&tables_lock);
    thread_self()->locals = 0;
    table_free(mine);
}

void local_threads_gone(void)
{
    Table *mine = thread_self()->locals;
    for (Table *table = tables, *next; table; table = next) {
        next = table->next;
        if (table != mine)
            table_free(table);
    }
    tables = mine;
    if (mine)
        mine->next = 0;
}

/* ---- locals */

static void local_trace(Object *o, Tracer *tracer)
{
    Local *local = (Local *)o;
    gc_visit(tracer, local->args);
    gc_visit(tracer, local->kwargs);
    if (tracer->marking)
        for (Table *table = tables; table; table = table->next)
            gc_visit(tracer, table_get(table, local->serial));
}

/* World stopped. */
static void local_release(Object *o)
{
    for (Table *table = tables; table; table = table->next)
        table_remove(table, ((Local *)o)->serial);
}

/* This thread's attributes. In a thread that sees the local for the first time, __init__ runs. */
static Value local_dict(Value self)
{
    Local *local = (Local *)self;
    Value dict = table_get(thread_self()->locals, local->serial);
    if (dict)
        return dict;
    dict = TRY(add_dict(local));
    if (type_of(self)->init == object_type.init)
        return dict;
    Value init = get_attr(self, names.__init__);
    if (init && call_tuple_dict(init, local->args, local->kwargs))
        return dict;
    table_remove(thread_self()->locals, local->serial);
    return 0;
}

NEW_METHOD(local_new, "*args, **kwargs")
{
    Type *type = (Type *)args[0];
    if (type->init == object_type.init && (tuple_length(args[1]) || args[2]))
        return raise(TypeError, "Initialization arguments are not supported");
    Local *self = (Local *)TRY(object_alloc(type));
    self->serial = fetch_add_relaxed(&next_serial, 1);
    gc_store(self, &self->args, args[1]);
    gc_store(self, &self->kwargs, args[2]);
    TRY(add_dict(self));
    return (Value)self;
}

static Value local_getattr(Value self, Value name)
{
    Value dict = TRY(local_dict(self));
    if (is_str(name) && str_equals(name, "__dict__"))
        return dict;
    Value found = type_lookup(type_of(self), name);
    if (found && type_of(found)->descr_set && type_of(found)->descr_get)
        return type_of(found)->descr_get(found, self, (Value)type_of(self));
    Value value = dict_get(dict, name);
    if (value || error_pending())
        return value;
    if (!found)
        return raise_attribute_error(self, name);
    DescrGetFn get = type_of(found)->descr_get;
    return get ? get(found, self, (Value)type_of(self)) : found;
}

static bool local_setattr(Value self, Value name, Value value)
{
    Value dict = TRY(local_dict(self));
    if (is_str(name) && str_equals(name, "__dict__")) {
        raise(AttributeError, "'%T' object attribute '__dict__' is read-only", self);
        return false;
    }
    Value found = type_lookup(type_of(self), name);
    if (found && type_of(found)->descr_set)
        return type_of(found)->descr_set(found, self, value);
    if (value)
        return dict_set(dict, name, value);
    bool deleted;
    if (!dict_delete(dict, name, &deleted))
        return false;
    if (!deleted)
        raise_attribute_error(self, name);
    return deleted;
}

Type local_type = {
    TYPE_HEAD("_thread._local", Local),
    .getattr = local_getattr,
    .setattr = local_setattr,
    .new_def = M(local_new),
    .trace = local_trace,
    .release = local_release,
    .flags = TYPE_BASE,
    .doc = "Thread-local data",
    .has_weakrefs = true,
    .signature = "",
};

void local_start(void)
{
    type_ready(&local_type, 0);
}
