/* Databases of the library and what is open in them: who owns it, and what comes of it when its
 * owner dies.
 *
 * Idle statements wait in a cache, by their text, the one that was used last in front. Everything
 * else is in the list of what is in use, which close() goes through. An owner's release function,
 * which runs in the middle of a collection, only pushes the handle onto a stack. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/lock.h"
#include "core/finaliser.h"
#include "modules/sqlite/sqlite.h"

enum { BUCKETS = 64 };

typedef struct HandleList {
    Handle *first, *last;
} HandleList;

struct Database {
    sqlite3 *db;         /* 0: closed. Changed by turn, under all_lock */
    uint32_t references; /* atomic */
    Handle *abandoned;   /* atomic: a stack; or CLOSED */
    HandleList in_use;   /* by turn, as are the following */
    HandleList idle;
    Handle *buckets[BUCKETS];
    size_t idle_count, idle_most;
    Database *older;           /* of the same connection, with cursors that go on; or 0 */
    Database *previous, *next; /* of all databases; guarded by all_lock, as the following */
    intptr_t aggregates;       /* in Python, under way */
};

#define CLOSED ((Handle *)(uintptr_t)1)

static Mutex all_lock FREE_AFTER_FORK; /* raw: no safepoint while it is held */
static Database *all;
static uint32_t resting;         /* atomic: handles in use that are not busy, of all databases */
static uint32_t rests;           /* atomic: how often one came to rest */
static uint32_t rests_reclaimed; /* atomic: the same when handles_reclaim last looked */

/* ---- lists -------------------------------------------------------------------------------------
 */

static void list_push(HandleList *list, Handle *h)
{
    h->previous = 0;
    h->next = list->first;
    *(list->first ? &list->first->previous : &list->last) = h;
    list->first = h;
}

static void list_remove(HandleList *list, Handle *h)
{
    *(h->previous ? &h->previous->next : &list->first) = h->next;
    *(h->next ? &h->next->previous : &list->last) = h->previous;
}

/* ---- databases ---------------------------------------------------------------------------------
 */

Database *database_new(sqlite3 *db, size_t cache_size)
{
    Database *d = calloc(1, sizeof *d);
    if (!d)
        return 0;
    d->db = db;
    d->references = 1;
    d->idle_most = cache_size;
    mutex_lock_raw(&all_lock);
    d->next = all;
    if (all)
        all->previous = d;
    all = d;
    mutex_unlock(&all_lock);
    return d;
}

void database_count_aggregate(const sqlite3 *db, int change)
{
    mutex_lock_raw(&all_lock);
    Database *d = all;
    while (d && d->db != db)
        d = d->next;
    if (d)
        d->aggregates += change;
    mutex_unlock(&all_lock);
}

sqlite3 *database_handle(Database *d)
{
    return d->db;
}

void database_set_older(Database *d, Database *older)
{
    d->older = older;
}

void database_drop(Database *d)
{
    if (fetch_sub_acq_rel(&d->references, 1u) != 1)
        return;
    mutex_lock_raw(&all_lock);
    *(d->previous ? &d->previous->next : &all) = d->next;
    if (d->next)
        d->next->previous = d->previous;
    mutex_unlock(&all_lock);
    free(d);
}

static void handle_free(Handle *h)
{
    Database *d = h->database;
    free(h);
    database_drop(d);
}

static void finalise(Handle *h)
{
    if (h->statement)
        SQLITE->sqlite3_finalize(h->statement);
    if (h->blob)
        SQLITE->sqlite3_blob_close(h->blob);
    h->statement = 0;
    h->blob = 0;
}

/* ---- the cache ---------------------------------------------------------------------------------
 */

static void cache_remove(Database *d, Handle *h)
{
    Handle **at = &d->buckets[h->hash % BUCKETS];
    while (*at != h)
        at = &(*at)->next_in_bucket;
    *at = h->next_in_bucket;
    list_remove(&d->idle, h);
    d->idle_count--;
}

static void cache_add(Database *d, Handle *h)
{
    Handle **bucket = &d->buckets[h->hash % BUCKETS];
    h->next_in_bucket = *bucket;
    *bucket = h;
    list_push(&d->idle, h);
    d->idle_count++;
}

static Handle *cache_take(Database *d, const char *sql, size_t size, uint64_t hash)
{
    Handle *h = d->buckets[hash % BUCKETS];
    while (h && (h->hash != hash || h->size != size ||
                 memcmp(SQLITE->sqlite3_sql(h->statement), sql, size) != 0))
        h = h->next_in_bucket;
    if (h)
        cache_remove(d, h);
    return h;
}

static void cache_shrink(Database *d, size_t most)
{
    while (d->idle_count > most) {
        Handle *h = d->idle.last;
        cache_remove(d, h);
        finalise(h);
        handle_free(h);
    }
}

/* ---- handles -----------------------------------------------------------------------------------
 */

static Handle *handle_new(Database *d)
{
    Handle *h = calloc(1, sizeof *h);
    if (!h)
        return 0;
    h->database = d;
    fetch_add_relaxed(&d->references, 1u);
    return h;
}

void handle_begin(Handle *h)
{
    if (!h->busy)
        fetch_sub_acq_rel(&resting, 1u);
    h->busy = true;
}

void handle_rest(Handle *h)
{
    h->busy = false;
    fetch_add_relaxed(&resting, 1u);
    fetch_add_relaxed(&rests, 1u);
}

static Handle *use(Database *d, Handle *h)
{
    list_push(&d->in_use, h);
    h->busy = true;
    return h;
}

/* Behind white space and comments. */
static const char *skip_comments(const char *sql)
{
    for (;; sql++) {
        if (sql[0] == '-' && sql[1] == '-') {
            sql += strcspn(sql, "\n");
        } else if (sql[0] == '/' && sql[1] == '*') {
            const char *end = strstr(sql + 2, "*/");
            sql = end ? end + 1 : sql + strlen(sql) - 1;
        } else if (!*sql || !strchr(" \t\f\n\r", *sql)) {
            return sql;
        }
        if (!*sql)
            return sql;
    }
}

static bool text_is_dml(const char *sql)
{
    static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "REPLACE"};
    sql = skip_comments(sql);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strncasecmp(sql, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

static Handle *prepare(Database *d, const char *sql, size_t size, int *error, const char **tail)
{
    Handle *h = handle_new(d);
    const SqliteLibrary *library = SQLITE;
    *error = h ? SQLITE_OK : SQLITE_NOMEM;
    if (!h)
        return 0;
    BLOCKING
    {
        *error = library->sqlite3_prepare_v2(d->db, sql, (int)size + 1, &h->statement, tail);
    }
    *tail = *error == SQLITE_OK ? skip_comments(*tail) : 0;
    if (*error == SQLITE_OK && !**tail)
        return h;
    finalise(h);
    handle_free(h);
    return 0;
}

Handle *handle_prepare(Database *d, const char *sql, size_t size, uint64_t hash, int *error,
                       const char **tail)
{
    Handle *h = cache_take(d, sql, size, hash);
    if (!h) {
        h = prepare(d, sql, size, error, tail);
        if (!h)
            return 0;
        h->is_dml = text_is_dml(sql);
        h->hash = hash;
        h->size = size;
    }
    return use(d, h);
}

Handle *handle_for_blob(Database *d, sqlite3_blob *blob)
{
    Handle *h = handle_new(d);
    if (!h)
        return 0;
    h->blob = blob;
    return use(d, h);
}

static void retire(Handle *h)
{
    Database *d = h->database;
    handle_begin(h);
    h->busy = false;
    list_remove(&d->in_use, h);
    if (h->statement) {
        SQLITE->sqlite3_reset(h->statement);
        SQLITE->sqlite3_clear_bindings(h->statement);
    }
    if (h->statement && d->db && d->idle_most && load_relaxed(&d->abandoned) != CLOSED) {
        cache_add(d, h);
        cache_shrink(d, d->idle_most);
        return;
    }
    finalise(h);
    handle_free(h);
}

/* In the native state as it may end a transaction, which waits for the disk. */
void handle_return(Handle *h)
{
    BLOCKING
    {
        retire(h);
    }
}

void handle_abandon(Handle *h)
{
    Database *d = h->database;
    Handle *top = load_acquire(&d->abandoned);
    do {
        if (top == CLOSED) {
            handle_free(h);
            return;
        }
        h->next_abandoned = top;
    } while (!cas_acq_rel(&d->abandoned, &top, h));
}

static void drain_stack(Handle *h)
{
    while (h) {
        Handle *next = h->next_abandoned;
        retire(h);
        h = next;
    }
}

bool database_has_work(const Database *d)
{
    while (d && !load_relaxed(&d->abandoned))
        d = d->older;
    return d != 0;
}

void database_drain(Database *d)
{
    for (; d; d = d->older)
        if (load_relaxed(&d->abandoned))
            drain_stack(exchange_acq_rel(&d->abandoned, (Handle *)0));
}

/* take_lost() does not look at it from now on. */
static sqlite3 *take_db(Database *d)
{
    mutex_lock_raw(&all_lock);
    sqlite3 *db = d->db;
    d->db = 0;
    mutex_unlock(&all_lock);
    return db;
}

void database_retire(Database *d)
{
    drain_stack(exchange_acq_rel(&d->abandoned, (Handle *)0));
    cache_shrink(d, 0);
    d->idle_most = 0;
    SQLITE->sqlite3_close_v2(take_db(d));
}

static void close_one(Database *d)
{
    sqlite3 *db = take_db(d); /* first, as reset_lost() looks at statements */
    database_drain(d);
    cache_shrink(d, 0);
    for (Handle *h = d->in_use.first; h; h = h->next)
        if (!h->busy)
            finalise(h);
    d->idle_most = 0;
    if (db)
        SQLITE->sqlite3_close_v2(db);
    drain_stack(exchange_acq_rel(&d->abandoned, CLOSED));
}

void database_close(Database *d)
{
    while (d) {
        Database *older = d->older;
        d->older = 0;
        close_one(d);
        database_drop(d);
        d = older;
    }
}

/* ---- what is locked by the dead ---------------------------------------------------------------
 */

/* Handles that nobody holds any more, taken off their database, whose mutex is held. */
typedef struct Lost {
    Database *database; /* a reference; 0: there are none */
    Handle *stack;
    sqlite3_mutex *mutex;
} Lost;

/* A database whose mutex is held is left alone, as its holder may wait for this thread; and one
 * with aggregates, as a reset would call Python code while we hold the mutex, for which another
 * thread may wait without letting the world stop. While we
 * have the mutex and these handles, whoever closes the database waits to finalise them. */
static Lost take_lost_locked(Database *d)
{
    Handle *top = load_acquire(&d->abandoned);
    if (!top || top == CLOSED || !d->db || (d->aggregates && load_relaxed(&multithreaded)))
        return (Lost){0};
    sqlite3_mutex *mutex = SQLITE->sqlite3_db_mutex(d->db);
    if (SQLITE->sqlite3_mutex_try(mutex) != SQLITE_OK)
        return (Lost){0};
    Handle *stack = exchange_acq_rel(&d->abandoned, (Handle *)0);
    if (!stack) {
        SQLITE->sqlite3_mutex_leave(mutex);
        return (Lost){0};
    }
    fetch_add_relaxed(&d->references, 1u); /* not the first: the handles have some */
    return (Lost){d, stack, mutex};
}

/* The next after `previous`, of which a reference is held, or of all if that is 0. */
static Lost take_lost(const Database *previous, const Database *except)
{
    Lost lost = {0};
    mutex_lock_raw(&all_lock);
    for (Database *d = previous ? previous->next : all; d && !lost.database; d = d->next)
        if (d != except)
            lost = take_lost_locked(d);
    mutex_unlock(&all_lock);
    return lost;
}

/* Only resets them: what else there is to do is for those who have a turn. True if there was
 * anything. */
static bool reset_lost(const Lost *lost)
{
    bool any = false;
    for (Handle *h = lost->stack; h; h = h->next_abandoned) {
        if (h->statement && SQLITE->sqlite3_stmt_busy(h->statement)) {
            SQLITE->sqlite3_reset(h->statement);
            any = true;
        }
    }
    SQLITE->sqlite3_mutex_leave(lost->mutex);
    for (Handle *h = lost->stack, *next; h; h = next) {
        next = h->next_abandoned;
        handle_abandon(h);
    }
    return any;
}

void sql_forget_calls(void)
{
    enum { ABOUT_ALL = 2048 };
    char dead[ABOUT_ALL];
    memset(dead, 0, sizeof dead);
    __asm__ volatile("" : : "r"(dead) : "memory");
}

/* Is it worth a collection? */
static bool may_be_lost(void)
{
    uint32_t now = load_relaxed(&rests);
    return load_relaxed(&resting) && exchange_acq_rel(&rests_reclaimed, now) != now;
}

bool handles_reclaim(const Database *except)
{
    bool any = may_be_lost();
    if (any) {
        CallbackScope scope;
        callback_enter(&scope);
        collect_hook(2);
        finalisers_run(); /* close connections */
        callback_leave(&scope);
    }
    for (Lost lost = take_lost(0, except), next; lost.database; lost = next) {
        any |= reset_lost(&lost);
        next = take_lost(lost.database, except);
        database_drop(lost.database);
    }
    return any;
}
