/* Connection: opening and closing, transactions, attributes. connection_data.c has the methods that
 * move data or set limits, hooks.c those that take a callable. */
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/names.h"
#include "gc/heap.h"
#include "modules/sqlite/sqlite.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static void connection_trace(Object *o, Tracer *tracer)
{
    Connection *c = (Connection *)o;
    gc_visit(tracer, load_relaxed(&c->row_factory));
    gc_visit(tracer, load_relaxed(&c->text_factory));
    gc_visit(tracer, load_relaxed(&c->callbacks));
    gc_visit(tracer, load_relaxed(&c->authorizer));
    gc_visit(tracer, load_relaxed(&c->progress));
    gc_visit(tracer, load_relaxed(&c->trace));
    gc_visit(tracer, load_relaxed(&c->instances));
}

/* ---- what the others use -----------------------------------------------------------------------
 */

bool connection_check_thread(const Connection *c)
{
    Type *error = SQL_EXCEPTION(SQL_PROGRAMMING_ERROR);
    uint64_t self = thread_self()->native_id;
    if (!load_acquire(&c->initialised))
        return raise(error, "Base Connection.__init__ not called.");
    if (!load_relaxed(&c->check_same_thread) || load_relaxed(&c->thread) == self)
        return true;
    return raise(error,
                 "SQLite objects created in a thread can only be used in that same thread. The "
                 "object was created in thread id %lu and this is thread id %lu.",
                 (unsigned long)load_relaxed(&c->thread), (unsigned long)self);
}

bool connection_check_open(const Connection *c)
{
    Type *error = SQL_EXCEPTION(SQL_PROGRAMMING_ERROR);
    if (!load_acquire(&c->initialised))
        return raise(error, "Base Connection.__init__ not called.");
    return load_acquire(&c->database) || raise(error, "Cannot operate on a closed database.");
}

sqlite3 *connection_open(Connection *c)
{
    TRY(connection_check_open(c));
    Database *d = load_acquire(&c->database);
    if (unlikely(database_has_work(d))) {
        BLOCKING
        {
            database_drain(d);
        }
        TRY(connection_check_open(c));  /* a callback may have closed it, */
        d = load_acquire(&c->database); /* or have opened it anew */
    }
    return database_handle(d);
}

Value connection_failed(Connection *c UNUSED, sqlite3 *db)
{
    return error_pending() ? 0 : sql_raise(db);
}

bool connection_in_use(int code, sqlite3 *db)
{
    if ((code & 0xff) == SQLITE_LOCKED)
        return true;
    if ((code & 0xff) != SQLITE_ERROR && (code & 0xff) != SQLITE_BUSY)
        return false;
    const char *text = SQLITE->sqlite3_errmsg(db);
    size_t size = strlen(text);
    static const char in_progress[] = "SQL statements in progress", locked[] = " is locked";
    return strstr(text, in_progress) ||
           (size >= sizeof locked && strcmp(text + size - (sizeof locked - 1), locked) == 0);
}

bool connection_reclaim(Connection *c)
{
    if (!handles_reclaim(0))
        return false;
    if (connection_open(c))
        return true;
    error_clear();
    return false;
}

static int run(sqlite3 *db, const char *sql)
{
    const SqliteLibrary *library = SQLITE;
    int code = SQLITE_OK;
    BLOCKING
    {
        sqlite3_stmt *statement = 0;
        code = library->sqlite3_prepare_v2(db, sql, -1, &statement, 0);
        if (code == SQLITE_OK) {
            library->sqlite3_step(statement);
            code = library->sqlite3_finalize(statement);
        }
    }
    return code;
}

bool connection_run(Connection *c, sqlite3 *db, const char *sql)
{
    int code = run(db, sql);
    if (code != SQLITE_OK && !error_pending() && connection_in_use(code, db) &&
        connection_reclaim(c))
        code = run(db, sql);
    return code == SQLITE_OK || connection_failed(c, db);
}

bool connection_begin(Connection *c, sqlite3 *db)
{
    char text[32];
    const char *level = load_relaxed(&c->isolation_level);
    if (!level) /* another thread has just set None */
        return true;
    snprintf(text, sizeof text, "BEGIN %s", level);
    return connection_run(c, db, text);
}

Handle *connection_prepare(Connection *c, sqlite3 *db, Value sql)
{
    size_t size;
    const char *text = TRY(str_utf8(sql, &size)), *tail;
    if (size > (size_t)SQLITE->sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, -1)) {
        raise(SQL_EXCEPTION(SQL_DATA_ERROR), "query string is too large");
        return 0;
    }
    if (strlen(text) != size) {
        raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "the query contains a null character");
        return 0;
    }
    int code;
    uint64_t hash = (uint64_t)str_hash(sql);
    Handle *handle = handle_prepare(load_acquire(&c->database), text, size, hash, &code, &tail);
    if (!handle && code == SQLITE_OK)
        raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR),
              "You can only execute one statement at a time.");
    else if (!handle)
        connection_failed(c, db);
    else if (unlikely(error_pending())) { /* of a callback */
        handle_return(handle);
        return 0;
    }
    return handle;
}

Value call_with_names(MethodDef *def, Value self, Value args, Value kwargs, intptr_t positional,
                      const char *warning)
{
    if (kwargs && dict_length(kwargs) && tuple_length(args) < positional)
        TRY(warn(DeprecationWarning, 1, "%s", warning));
    return call_tuple_dict(TRY(builtin_new(def, self, 0)), args, kwargs);
}

/* ---- waiting for locks of others ---------------------------------------------------------------
 */

/* Sleeps, and keeps nothing alive meanwhile that the thread does not need: it may hold the lock. */
static void rest_for(int64_t ns)
{
    CallbackScope scope;
    struct timespec time = {ns / 1000000000, ns % 1000000000};
    callback_enter(&scope);
    rest_hook(true);
    callback_leave(&scope);
    nanosleep(&time, 0);
    callback_enter(&scope);
    rest_hook(false);
    callback_leave(&scope);
}

/* Called with the number of calls before it for the same lock. First looks whether a cursor holds
 * it that nobody can reach any more. */
static int on_busy(void *data, int count)
{
    static const uint8_t delays_ms[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
    Connection *c = data;
    if (!count)
        c->busy_since = monotonic_ns();
    if (count % 4 == 0 && handles_reclaim(load_acquire(&c->database)))
        return 1;
    int64_t left = c->timeout_ns - (monotonic_ns() - c->busy_since);
    if (left <= 0)
        return 0;
    size_t last = COUNT_OF(delays_ms) - 1, at = (size_t)count < last ? (size_t)count : last;
    int64_t delay = delays_ms[at] * INT64_C(1000000);
    if (delay > left)
        delay = left;
    rest_for(delay);
    return 1;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

static const char *const isolation_levels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};

static bool read_isolation_level(Value v, const char **level)
{
    *level = 0;
    if (v == None)
        return true;
    if (!is_str(v))
        return raise(TypeError, "isolation_level must be str or None");
    const char *text = TRY(str_cstring(v));
    for (size_t i = 0; i < COUNT_OF(isolation_levels) && !*level; i++)
        if (strcasecmp(text, isolation_levels[i]) == 0)
            *level = isolation_levels[i];
    return *level ||
           raise(ValueError, "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', "
                             "or 'EXCLUSIVE'");
}

static bool read_autocommit(Value v, Autocommit *mode)
{
    int64_t n;
    if (v == True || v == False)
        *mode = v == True ? AUTOCOMMIT_ENABLED : AUTOCOMMIT_DISABLED;
    else if (is_int_any(v) && int_to_i64(v, &n) && n == AUTOCOMMIT_LEGACY)
        *mode = AUTOCOMMIT_LEGACY;
    else
        return raise(ValueError, "autocommit must be True, False, or "
                                 "sqlite3.LEGACY_TRANSACTION_CONTROL");
    return true;
}

static const char *read_path(Value v)
{
    size_t size;
    const char *path;
    v = TRY(fs_path(v));
    if (is_bytes(v)) {
        path = ((Bytes *)v)->data;
        size = (size_t)((Bytes *)v)->length;
    } else {
        path = TRY(str_to_fs(v, &size));
    }
    if (strlen(path) != size) {
        raise(ValueError, "embedded null byte");
        return 0;
    }
    return path;
}

static Database *open_database(const char *path, bool uri, int cache_size)
{
    const SqliteLibrary *library = SQLITE;
    sqlite3 *db = 0;
    int code = SQLITE_OK;
    BLOCKING
    {
        code = library->sqlite3_open_v2(
            path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (uri ? SQLITE_OPEN_URI : 0), 0);
        if (db)
            library->sqlite3_extended_result_codes(db, 1);
    }
    Database *database =
        db && code == SQLITE_OK ? database_new(db, cache_size > 0 ? (size_t)cache_size : 0) : 0;
    if (database)
        return database;
    if (!db || code == SQLITE_OK)
        raise_no_memory();
    else
        sql_raise(db);
    library->sqlite3_close_v2(db);
    return 0;
}

typedef struct OpenSettings {
    double timeout;
    int detect_types, cache_size;
    const char *isolation_level;
    bool check_same_thread;
    Autocommit autocommit;
} OpenSettings;

/* Nobody else has its turn: in __init__, before it is initialised. */
static bool set_up(Connection *c, const OpenSettings *settings, Database *database)
{
    c->detect_types = settings->detect_types;
    store_relaxed(&c->isolation_level, settings->isolation_level);
    store_relaxed(&c->check_same_thread, settings->check_same_thread);
    store_relaxed(&c->autocommit, settings->autocommit);
    store_relaxed(&c->thread, thread_self()->native_id);
    c->timeout_ns = (int64_t)(settings->timeout * 1e9);
    if (!c->callbacks) { /* what an older database of it still calls stays */
        gc_store(c, &c->callbacks, TRY(list_new(0)));
        gc_store(c, &c->instances, TRY(dict_new()));
    }
    gc_store(c, &c->authorizer, (Value)0);
    gc_store(c, &c->progress, (Value)0);
    gc_store(c, &c->trace, (Value)0);
    gc_store(c, &c->row_factory, None);
    gc_store(c, &c->text_factory, (Value)&str_type);
    SQLITE->sqlite3_busy_handler(database_handle(database), on_busy, c);
    WITH_LOCK (c) {
        store_release(&c->database, database);
    }
    store_release(&c->initialised, true);
    return settings->autocommit != AUTOCOMMIT_DISABLED ||
           connection_run(c, database_handle(database), "BEGIN");
}

/* __init__ of one that is open: its cursors go on with what they have. */
static Database *take_old(Connection *c)
{
    Database *old = 0;
    store_release(&c->initialised, false);
    WITH_LOCK (c) {
        old = c->database;
        store_release(&c->database, (Database *)0);
    }
    if (old) {
        const SqliteLibrary *library = SQLITE;
        sqlite3 *db = database_handle(old);
        BLOCKING
        {
            library->sqlite3_set_authorizer(db, 0, 0); /* nobody keeps these three any more */
            library->sqlite3_progress_handler(db, 0, 0, 0);
            library->sqlite3_trace_v2(db, 0, 0, 0);
            database_retire(old);
        }
    }
    return old;
}

static bool open_connection(Connection *c, Value path, bool uri, const OpenSettings *settings)
{
    const char *text = TRY(read_path(path));
    TURN_ALWAYS (c, &c->turn) {
        Database *old = take_old(c);
        Database *database = open_database(text, uri, settings->cache_size);
        if (!database) {
            if (old)
                database_close(old);
            return false;
        }
        database_set_older(database, old);
        return set_up(c, settings, database);
    }
    return false;
}

METHOD(connection_init_bound, "Connection",
       "%database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
       "factory=None, cached_statements=128, uri=False, *, autocommit=-1",
       0)
{
    Connection *c = as_connection(args[0]);
    OpenSettings settings;
    TRY(number_as_double(args[2], &settings.timeout));
    TRY(index_as_int(args[3], &settings.detect_types));
    TRY(read_isolation_level(args[4], &settings.isolation_level));
    settings.check_same_thread = TRY_NOT_NEGATIVE(object_truth(args[5]), 0);
    TRY(index_as_int(args[7], &settings.cache_size));
    int uri = TRY_NOT_NEGATIVE(object_truth(args[8]), 0);
    TRY(read_autocommit(args[9], &settings.autocommit));
    TRY(AUDIT("sqlite3.connect", args[1]));
    TRY(open_connection(c, args[1], uri, &settings));
    TRY(AUDIT("sqlite3.connect/handle", args[0]));
    return None;
}

static bool warn_positional(size_t nargs, const char *function)
{
    return nargs <= 1 || nargs > 8 ||
           warn(DeprecationWarning, 1,
                "Passing more than 1 positional argument to %s() is deprecated. Parameters "
                "'timeout', 'detect_types', 'isolation_level', 'check_same_thread', 'factory', "
                "'cached_statements' and 'uri' will become keyword-only parameters in Python 3.15.",
                function);
}

static bool connection_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    return warn_positional(nargs, "_sqlite3.Connection") &&
           call(TRY(builtin_new(M(connection_init_bound), self, 0)), args, nargs, kwnames);
}

Value connection_connect(Value *args, size_t nargs, Value kwnames)
{
    Value factory = (Value)&connection_type;
    TRY(warn_positional(nargs, "sqlite3.connect"));
    if (nargs > 5)
        factory = args[5];
    for (intptr_t i = 0; kwnames && i < tuple_length(kwnames); i++)
        if (str_equals(tuple_get(kwnames, i), "factory"))
            factory = args[nargs + (size_t)i];
    return call(factory, args, nargs, kwnames);
}

/* ---- closing -----------------------------------------------------------------------------------
 */

/* By turn. */
static bool close_connection(Connection *c)
{
    Database *database = load_acquire(&c->database);
    bool ok = true;
    if (!database)
        return true;
    sqlite3 *db = database_handle(database);
    if (load_relaxed(&c->autocommit) == AUTOCOMMIT_DISABLED && !SQLITE->sqlite3_get_autocommit(db))
        ok = connection_run(c, db, "ROLLBACK");
    WITH_LOCK (c) {
        store_release(&c->database, (Database *)0);
    }
    BLOCKING
    {
        database_close(database);
    }
    return ok;
}

METHOD(connection_close, "close", "",
       "Close the database connection.\n\nAny pending transaction is not committed implicitly.")
{
    Connection *c = as_connection(args[0]);
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        return close_connection(c) ? None : 0;
    }
    return 0;
}

static bool connection_del_due(Object *o)
{
    return load_relaxed(&((Connection *)o)->database) != 0;
}

static Value connection_del(Value self)
{
    Connection *c = as_connection(self);
    if (!load_acquire(&c->database))
        return None;
    if (!warn_about(ResourceWarning, self, "unclosed database in %R", self))
        error_write_unraisable(0, self);
    TURN_ALWAYS (c, &c->turn) {
        if (!close_connection(c))
            error_write_unraisable(0, self);
    }
    return None;
}

/* ---- transactions ------------------------------------------------------------------------------
 */

/* COMMIT or ROLLBACK, and what follows it. */
static bool end_transaction(Connection *c, const char *sql)
{
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        switch (load_relaxed(&c->autocommit)) {
        case AUTOCOMMIT_LEGACY:
            return SQLITE->sqlite3_get_autocommit(db) || connection_run(c, db, sql);
        case AUTOCOMMIT_DISABLED:
            return connection_run(c, db, sql) && connection_run(c, db, "BEGIN");
        case AUTOCOMMIT_ENABLED:
            break;
        }
        return true;
    }
    return false;
}

METHOD(connection_commit, "commit", "",
       "Commit any pending transaction to the database.\n\nIf there is no open transaction, this "
       "method is a no-op.")
{
    TRY(connection_check_thread(as_connection(args[0])));
    return end_transaction(as_connection(args[0]), "COMMIT") ? None : 0;
}

METHOD(
    connection_rollback, "rollback", "",
    "Roll back to the start of any pending transaction.\n\nIf there is no open transaction, this "
    "method is a no-op.")
{
    TRY(connection_check_thread(as_connection(args[0])));
    return end_transaction(as_connection(args[0]), "ROLLBACK") ? None : 0;
}

METHOD(
    connection_enter, "__enter__", "",
    "Called when the connection is used as a context manager.\n\nReturns itself as a convenience "
    "to the caller.")
{
    return connection_check_open(as_connection(args[0])) ? args[0] : 0;
}

METHOD(connection_exit, "__exit__", "type, value, traceback, /",
       "Called when the connection is used as a context manager.\n\nIf there was any exception, a "
       "rollback takes place; otherwise we commit.")
{
    Connection *c = as_connection(args[0]);
    bool commit = args[1] == None && args[2] == None && args[3] == None;
    TRY(connection_check_thread(c));
    if (end_transaction(c, commit ? "COMMIT" : "ROLLBACK"))
        return False;
    if (!commit)
        return 0;
    /* Commit failed: roll back, so that the database is not locked any more. */
    Value failure = error_take();
    if (!end_transaction(c, "ROLLBACK")) {
        Value second = error_take();
        TRY(set_attr(second, names.__context__, failure));
        failure = second;
    }
    error_restore(failure);
    return 0;
}

/* ---- cursors -----------------------------------------------------------------------------------
 */

METHOD(connection_cursor, "cursor", "factory=?<unrepresentable>",
       "Return a cursor for the connection.")
{
    Connection *c = as_connection(args[0]);
    TRY(connection_check_thread(c));
    TRY(connection_check_open(c));
    Value cursor = TRY(call1(args[1] ? args[1] : (Value)&cursor_type, args[0]));
    if (!is_instance_of(cursor, &cursor_type))
        return raise(TypeError, "factory must return a cursor, not %T", cursor);
    Value row_factory = load_acquire(&c->row_factory);
    if (row_factory && row_factory != None)
        gc_store(cursor, &as_cursor(cursor)->row_factory, row_factory);
    return cursor;
}

/* A new cursor's method, called with up to two arguments. */
static Value by_cursor(Value self, const char *method, Value first, Value second)
{
    Value cursor = TRY(call_method0(self, TRY(str_intern_cstring("cursor"))));
    Value name = TRY(str_intern_cstring(method));
    Value result =
        second ? call_method2(cursor, name, first, second) : call_method1(cursor, name, first);
    sql_forget_calls();
    return result;
}

METHOD(connection_execute, "execute", "sql, parameters=?<unrepresentable>, /",
       "Executes an SQL statement.")
{
    return by_cursor(args[0], "execute", args[1], args[2]);
}

METHOD(connection_executemany, "executemany", "sql, parameters, /",
       "Repeatedly executes an SQL statement.")
{
    return by_cursor(args[0], "executemany", args[1], args[2]);
}

METHOD(connection_executescript, "executescript", "sql_script, /",
       "Executes multiple SQL statements at once.")
{
    return by_cursor(args[0], "executescript", args[1], 0);
}

/* ---- attributes --------------------------------------------------------------------------------
 */

static Value get_isolation_level(Value self)
{
    Connection *c = as_connection(self);
    TRY(connection_check_open(c));
    const char *level = load_relaxed(&c->isolation_level);
    return level ? str_from_cstring(level) : None;
}

static bool set_isolation_level(Value self, Value value)
{
    Connection *c = as_connection(self);
    const char *level;
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    TRY(read_isolation_level(value, &level));
    store_relaxed(&c->isolation_level, level);
    if (level)
        return true;
    TRY(connection_check_thread(c));
    return end_transaction(c, "COMMIT"); /* nothing is pending in the mode without transactions */
}

static Value get_autocommit(Value self)
{
    Connection *c = as_connection(self);
    TRY(connection_check_thread(c));
    TRY(connection_check_open(c));
    Autocommit mode = load_relaxed(&c->autocommit);
    return mode == AUTOCOMMIT_LEGACY ? int_small(mode) : bool_value(mode == AUTOCOMMIT_ENABLED);
}

static bool set_autocommit(Value self, Value value)
{
    Connection *c = as_connection(self);
    Autocommit mode;
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    TRY(connection_check_thread(c));
    TRY(connection_check_open(c));
    TRY(read_autocommit(value, &mode));
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        bool outside = SQLITE->sqlite3_get_autocommit(db);
        if (mode == AUTOCOMMIT_ENABLED && !outside)
            TRY(connection_run(c, db, "COMMIT"));
        if (mode == AUTOCOMMIT_DISABLED && outside)
            TRY(connection_run(c, db, "BEGIN"));
        store_relaxed(&c->autocommit, mode);
        return true;
    }
    return false;
}

static Value get_total_changes(Value self)
{
    Connection *c = as_connection(self);
    TRY(connection_check_open(c));
    WITH_LOCK (c) /* it is not closed meanwhile */
    {
        Database *d = c->database;
        return int_small(d ? SQLITE->sqlite3_total_changes(database_handle(d)) : 0);
    }
    return 0;
}

static Value get_in_transaction(Value self)
{
    Connection *c = as_connection(self);
    TRY(connection_check_open(c));
    WITH_LOCK (c) {
        Database *d = c->database;
        return bool_value(d && !SQLITE->sqlite3_get_autocommit(database_handle(d)));
    }
    return 0;
}

/* The library interrupts what is under way, and until that is over what begins: where nothing runs,
 * statements of the dead are no reason for it. Never waits. */
static void drop_lost(Connection *c)
{
    uintptr_t nobody = 0;
    if (load_relaxed(&c->turn) || !handles_reclaim(0) ||
        !cas_acq_rel(&c->turn, &nobody, turn_of(thread_self())))
        return;
    if (!connection_open(c))
        error_clear();
    turn_leave(&c->turn);
}

METHOD(connection_interrupt, "interrupt", "", "Abort any pending database operation.")
{
    Connection *c = as_connection(args[0]);
    TRY(connection_check_open(c));
    drop_lost(c);
    WITH_LOCK (c) {
        if (c->database)
            SQLITE->sqlite3_interrupt(database_handle(c->database));
    }
    return None;
}

#define EXCEPTION_GETTER(name, kind)                                                               \
    static Value get_##name(Value self UNUSED)                                                     \
    {                                                                                              \
        return sql_exceptions[kind];                                                               \
    }
EXCEPTION_GETTER(Warning, SQL_WARNING)
EXCEPTION_GETTER(Error, SQL_ERROR)
EXCEPTION_GETTER(InterfaceError, SQL_INTERFACE_ERROR)
EXCEPTION_GETTER(DatabaseError, SQL_DATABASE_ERROR)
EXCEPTION_GETTER(DataError, SQL_DATA_ERROR)
EXCEPTION_GETTER(OperationalError, SQL_OPERATIONAL_ERROR)
EXCEPTION_GETTER(IntegrityError, SQL_INTEGRITY_ERROR)
EXCEPTION_GETTER(InternalError, SQL_INTERNAL_ERROR)
EXCEPTION_GETTER(ProgrammingError, SQL_PROGRAMMING_ERROR)
EXCEPTION_GETTER(NotSupportedError, SQL_NOT_SUPPORTED_ERROR)

static Value get_signature(Value self UNUSED)
{
    return str_from_cstring("(sql, /)");
}

static const GetSetDef connection_getset[] = {
    {"isolation_level", get_isolation_level, set_isolation_level, 0},
    {"total_changes", get_total_changes, 0, 0},
    {"in_transaction", get_in_transaction, 0, 0},
    {"autocommit", get_autocommit, set_autocommit, 0},
    {"Warning", get_Warning, 0, 0},
    {"Error", get_Error, 0, 0},
    {"InterfaceError", get_InterfaceError, 0, 0},
    {"DatabaseError", get_DatabaseError, 0, 0},
    {"DataError", get_DataError, 0, 0},
    {"OperationalError", get_OperationalError, 0, 0},
    {"IntegrityError", get_IntegrityError, 0, 0},
    {"InternalError", get_InternalError, 0, 0},
    {"ProgrammingError", get_ProgrammingError, 0, 0},
    {"NotSupportedError", get_NotSupportedError, 0, 0},
    {"__text_signature__", get_signature, 0, 0},
    {0},
};

static const MemberDef connection_members[] = {
    {"row_factory", MEMBER_VALUE, offsetof(Connection, row_factory), false, 0},
    {"text_factory", MEMBER_VALUE, offsetof(Connection, text_factory), false, 0},
    {0},
};

/* ---- statements as objects ----------------------------------------------------------------------
 */

/* What connection(sql) gives: good for nothing but for having compiled it. */
typedef struct Statement {
    Object ob;
    Handle *handle; /* immutable after init */
} Statement;

static void statement_release(Object *o)
{
    if (((Statement *)o)->handle)
        handle_abandon(((Statement *)o)->handle);
}

Type statement_type = {
    TYPE_HEAD("sqlite3.Statement", Statement),
    .release = statement_release,
    .flags = TYPE_NO_NEW,
};

static Value connection_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    Connection *c = as_connection(self);
    TRY(connection_check_open(c));
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "sqlite3.Connection() takes no keyword arguments");
    if (nargs != 1)
        return raise(TypeError, "function takes exactly 1 argument (%zu given)", nargs);
    if (!is_str(args[0]))
        return raise(TypeError, "argument 1 must be str, not %B", args[0]);
    TRY(connection_check_thread(c));
    Statement *statement = TRY(NEW(Statement, &statement_type));
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        statement->handle = TRY(connection_prepare(c, db, args[0]));
        handle_rest(statement->handle);
        return (Value)statement;
    }
    return 0;
}

/* ---- the type ----------------------------------------------------------------------------------
 */

static MethodDef *const connection_methods[] = {
    M(connection_close),
    M(connection_commit),
    M(connection_rollback),
    M(connection_enter),
    M(connection_exit),
    M(connection_cursor),
    M(connection_execute),
    M(connection_executemany),
    M(connection_executescript),
    M(connection_interrupt),
    0,
};

static Value connection_make(Type *type, Value *args UNUSED, size_t nargs UNUSED,
                             Value kwnames UNUSED)
{
    return object_alloc(type);
}

Type connection_type = {
    TYPE_HEAD("sqlite3.Connection", Connection),
    .make = connection_make,
    .doc = "SQLite database connection object.",
    .call = connection_call,
    .init = connection_init,
    .del = connection_del,
    .del_due = connection_del_due,
    .del_closes = true,
    .methods = connection_methods,
    .getset = connection_getset,
    .members = connection_members,
    .trace = connection_trace,
    .flags = TYPE_BASE,
};
