/* Cursor: running statements and reading their rows.
 *
 * A cursor holds a statement from execute() to the last row, and steps it one row ahead of what it
 * has given: that the last row was read ends the statement. */
#include <limits.h>

#include "core/call.h"
#include "core/names.h"
#include "gc/heap.h"
#include "modules/sqlite/sqlite.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static void cursor_trace(Object *o, Tracer *tracer)
{
    Cursor *cursor = (Cursor *)o;
    gc_visit(tracer, load_relaxed(&cursor->connection));
    gc_visit(tracer, load_relaxed(&cursor->description));
    gc_visit(tracer, load_relaxed(&cursor->converters));
    gc_visit(tracer, load_relaxed(&cursor->row_factory));
    gc_visit(tracer, load_relaxed(&cursor->lastrowid));
}

static void cursor_release(Object *o)
{
    if (((Cursor *)o)->handle)
        handle_abandon(((Cursor *)o)->handle);
}

static Connection *connection_of(const Cursor *cursor)
{
    return as_connection(load_acquire(&cursor->connection));
}

/* ---- one operation at a time -------------------------------------------------------------------
 */

/* The turn of a cursor for an operation; ok: false with an exception. A thread that comes back to
 * the cursor in its own turn is refused, and so is one that would have to wait for who is blocked.
 */
typedef struct CursorScope {
    Turn *held;
    bool ok;
} CursorScope;

static void cursor_scope_leave(CursorScope *scope)
{
    if (scope->held)
        turn_leave(scope->held);
}

static bool check_cursor(const Cursor *cursor, bool may_be_closed)
{
    Type *error = SQL_EXCEPTION(SQL_PROGRAMMING_ERROR);
    if (!load_acquire(&cursor->initialised))
        return raise(error, "Base Cursor.__init__ not called.");
    return may_be_closed || !load_acquire(&cursor->closed) ||
           raise(error, "Cannot operate on a closed cursor.");
}

static CursorScope take_turn(Cursor *cursor)
{
    TurnResult result = turn_try_enter(&cursor->turn);
    if (result == TURN_TAKEN)
        return (CursorScope){&cursor->turn, true};
    if (result != TURN_FAILED)
        raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "Recursive use of cursors not allowed.");
    return (CursorScope){0, false};
}

static CursorScope cursor_scope_enter(Cursor *cursor, bool may_be_closed)
{
    if (!check_cursor(cursor, may_be_closed))
        return (CursorScope){0, false};
    CursorScope scope = take_turn(cursor);
    scope.ok = scope.ok && connection_check_thread(connection_of(cursor)) &&
               connection_check_open(connection_of(cursor)) && check_cursor(cursor, may_be_closed);
    return scope;
}

#define CURSOR_TURN(cursor, may_be_closed)                                                         \
    CursorScope cursor_scope_ __attribute__((cleanup(cursor_scope_leave))) =                       \
        cursor_scope_enter((cursor), (may_be_closed));                                             \
    if (!cursor_scope_.ok)                                                                         \
        return 0;

/* By turn of the connection: it has no statement any more. */
static void drop_handle(Cursor *cursor)
{
    Handle *handle = cursor->handle;
    cursor->handle = 0;
    if (handle)
        handle_return(handle);
}

/* ---- execute -----------------------------------------------------------------------------------
 */

typedef struct Query {
    Cursor *cursor;
    Connection *connection;
    Handle *handle;
    bool many;
} Query;

static bool begin_query(Query *q, Value sql)
{
    Connection *c = q->connection;
    Cursor *cursor = q->cursor;
    TURN_ALWAYS (c, &c->turn) {
        drop_handle(cursor);
        sqlite3 *db = TRY(connection_open(c));
        cursor->handle = q->handle = TRY(connection_prepare(c, db, sql));
        if (q->many && SQLITE->sqlite3_stmt_readonly(q->handle->statement))
            return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR),
                         "executemany() can only execute DML statements.");
        store_relaxed(&cursor->rowcount, (intptr_t)(q->handle->is_dml ? 0 : -1));
        return load_relaxed(&c->autocommit) != AUTOCOMMIT_LEGACY ||
               !load_relaxed(&c->isolation_level) || !q->handle->is_dml ||
               !SQLITE->sqlite3_get_autocommit(db) || connection_begin(c, db);
    }
    return false;
}

static int step_or_reclaim(Connection *c, sqlite3_stmt *statement)
{
    int code = sql_step(statement);
    if (code == SQLITE_DONE || code == SQLITE_ROW || error_pending())
        return code;
    if (!connection_in_use(code, SQLITE->sqlite3_db_handle(statement)) || !connection_reclaim(c))
        return code;
    SQLITE->sqlite3_reset(statement);
    return sql_step(statement);
}

static bool describe(Query *q)
{
    Cursor *cursor = q->cursor;
    Value converters;
    TRY(sql_find_converters(q->connection, q->handle->statement, &converters));
    gc_store(cursor, &cursor->converters, converters);
    if (cursor->description == None)
        gc_store(cursor, &cursor->description,
                 TRY(sql_description(q->connection, q->handle->statement)));
    return true;
}

static bool run_query(Query *q, Value plain)
{
    Connection *c = q->connection;
    TURN_ALWAYS (c, &c->turn) {
        sqlite3_stmt *statement = q->handle->statement;
        sqlite3 *db = TRY(connection_open(c));
        if (!statement)
            return true;
        TRY(sql_bind(c, statement, plain));
        int code = step_or_reclaim(c, statement);
        if ((code != SQLITE_ROW && code != SQLITE_DONE) || error_pending())
            return connection_failed(c, SQLITE->sqlite3_db_handle(statement));
        TRY(describe(q));
        if (code == SQLITE_DONE && q->handle->is_dml)
            store_relaxed(&q->cursor->rowcount, q->cursor->rowcount + SQLITE->sqlite3_changes(db));
        if (code == SQLITE_DONE)
            SQLITE->sqlite3_reset(statement);
        if (!q->many)
            gc_store(q->cursor, &q->cursor->lastrowid,
                     TRY(int_from(SQLITE->sqlite3_last_insert_rowid(db))));
        return true;
    }
    return false;
}

static bool run_all(Query *q, Value sql, Value parameters)
{
    Value iterator = q->many ? TRY(get_iter(parameters)) : 0;
    gc_store(q->cursor, &q->cursor->description, None);
    TRY(begin_query(q, sql));
    if (!q->many)
        return run_query(q, TRY(sql_plain_parameters(q->handle, parameters)));
    while ((parameters = iter_next(iterator)) != 0)
        TRY(run_query(q, TRY(sql_plain_parameters(q->handle, parameters))));
    return !error_pending();
}

static void end_query(Query *q, bool ok)
{
    Cursor *cursor = q->cursor;
    Value pending = error_take();
    if (!ok)
        store_relaxed(&cursor->rowcount, (intptr_t)-1);
    for (bool done = false; !done;) {
        TURN_ALWAYS (q->connection, &q->connection->turn) {
            sqlite3_stmt *statement = cursor->handle ? cursor->handle->statement : 0;
            if (!ok || !statement || !SQLITE->sqlite3_stmt_busy(statement))
                drop_handle(cursor);
            else
                handle_rest(cursor->handle);
            done = true;
        }
        if (!done) { /* a signal handler has raised: what it raised comes after the end */
            pending = error_take();
            ok = false;
        }
    }
    if (pending)
        error_restore(pending);
}

static Value execute(Value self, Value sql, Value parameters, bool many)
{
    Cursor *cursor = as_cursor(self);
    if (!is_str(sql))
        return raise(TypeError, "%s() argument 1 must be str, not %B",
                     many ? "executemany" : "execute", sql);
    CURSOR_TURN(cursor, false);
    Query q = {.cursor = cursor, .connection = connection_of(cursor), .many = many};
    bool ok = run_all(&q, sql, parameters);
    end_query(&q, ok);
    return ok && !error_pending() ? self : 0;
}

METHOD(cursor_execute, "execute", "sql, parameters=(), /", "Executes an SQL statement.")
{
    return execute(args[0], args[1], args[2], false);
}

METHOD(cursor_executemany, "executemany", "sql, seq_of_parameters, /",
       "Repeatedly executes an SQL statement.")
{
    return execute(args[0], args[1], args[2], true);
}

/* ---- executescript -----------------------------------------------------------------------------
 */

/* The first statement of `sql`, and all its rows; *sql is what follows it. */
static int run_next(sqlite3 *db, const char **sql, const char *end)
{
    const SqliteLibrary *library = SQLITE;
    int code = SQLITE_OK;
    BLOCKING
    {
        sqlite3_stmt *statement = 0;
        code = library->sqlite3_prepare_v2(db, *sql, (int)(end - *sql) + 1, &statement, sql);
        while (code == SQLITE_OK && statement && library->sqlite3_step(statement) == SQLITE_ROW)
            continue;
        if (code == SQLITE_OK)
            code = library->sqlite3_finalize(statement);
    }
    return code;
}

static bool run_script(Connection *c, const char *sql, size_t size)
{
    TURN_ALWAYS (c, &c->turn) {
        const char *end = sql + size;
        sqlite3 *db = TRY(connection_open(c));
        if (load_relaxed(&c->autocommit) == AUTOCOMMIT_LEGACY &&
            !SQLITE->sqlite3_get_autocommit(db))
            TRY(connection_run(c, db, "COMMIT"));
        while (*sql) {
            const char *start = sql;
            int code = run_next(db, &sql, end);
            if (code != SQLITE_OK && !error_pending() && connection_in_use(code, db) &&
                connection_reclaim(c)) {
                sql = start;
                code = run_next(db, &sql, end);
            }
            if (code != SQLITE_OK || error_pending())
                return connection_failed(c, db);
            if (*sql)
                db = TRY(connection_open(c));
        }
        return true;
    }
    return false;
}

METHOD(cursor_executescript, "executescript", "sql_script, /",
       "Executes multiple SQL statements at once.")
{
    Cursor *cursor = as_cursor(args[0]);
    if (!is_str(args[1]))
        return raise(TypeError, "executescript() argument must be str, not %B", args[1]);
    const char *sql = TRY(str_cstring(args[1]));
    size_t size = strlen(sql);
    CURSOR_TURN(cursor, false);
    Connection *c = connection_of(cursor);
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        if (size > (size_t)SQLITE->sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, -1))
            return raise(SQL_EXCEPTION(SQL_DATA_ERROR), "query string is too large");
    }
    return run_script(c, sql, size) ? args[0] : 0;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

/* Goes on from a row that was read. By turn of the connection. */
static bool step_on(Cursor *cursor, Connection *c)
{
    Handle *handle = cursor->handle;
    sqlite3 *db = SQLITE->sqlite3_db_handle(handle->statement);
    int code = sql_step(handle->statement);
    if (code == SQLITE_ROW && !error_pending()) {
        handle_rest(handle);
        return true;
    }
    bool ok = code == SQLITE_DONE && !error_pending();
    if (ok && handle->is_dml)
        store_relaxed(&cursor->rowcount, (intptr_t)SQLITE->sqlite3_changes(db));
    if (!ok)
        connection_failed(c, db);
    Value pending = error_take();
    drop_handle(cursor);
    if (pending)
        error_restore(pending);
    return ok;
}

/* Reads the row that the statement is at, and steps on unless *calls are to be made before. 0 at
 * the end, and with an exception. */
static Value read_row(Cursor *cursor, Connection *c, Value *calls)
{
    *calls = 0;
    TURN_ALWAYS (c, &c->turn) {
        TRY(connection_open(c));
        Handle *handle = cursor->handle;
        if (!handle->statement || !SQLITE->sqlite3_data_count(handle->statement)) {
            drop_handle(cursor);
            return 0;
        }
        handle_begin(handle);
        Value row = sql_read_row(c, handle->statement, cursor->converters, calls);
        if (row && *calls)
            return row;
        if (row)
            return step_on(cursor, c) ? row : 0;
        handle_rest(handle);
    }
    return 0;
}

static Value convert_row(Cursor *cursor, Connection *c, Value row, Value calls)
{
    row = sql_finish_row(row, calls);
    Value pending = error_take();
    TURN_ALWAYS (c, &c->turn) {
        if (row)
            return step_on(cursor, c) ? row : 0;
        handle_rest(cursor->handle);
    }
    if (pending)
        error_restore(pending);
    return 0;
}

static Value fetch_row(Cursor *cursor)
{
    Value calls;
    CURSOR_TURN(cursor, false);
    if (!cursor->handle)
        return 0;
    Connection *c = connection_of(cursor);
    Value row = read_row(cursor, c, &calls);
    return row && calls ? convert_row(cursor, c, row, calls) : row;
}

static Value cursor_next(Value self)
{
    Value row = TRY(fetch_row(as_cursor(self)));
    Value factory = load_acquire(&as_cursor(self)->row_factory);
    return !factory || factory == None ? row : call2(factory, self, row);
}

METHOD(cursor_fetchone, "fetchone", "", "Fetches one row from the resultset.")
{
    Value row = cursor_next(args[0]);
    sql_forget_calls();
    return row || error_pending() ? row : None;
}

/* At most `count` rows; 0 and below: all. */
static Value fetch_list(Value self, int count)
{
    Value list = TRY(list_new(0)), row;
    for (int n = 1; (row = cursor_next(self)) != 0; n++) {
        TRY(list_append(list, row));
        if (n == count)
            break;
        if (!thread_poll(thread_self()))
            return 0;
    }
    return row || !error_pending() ? list : 0;
}

METHOD(cursor_fetchmany, "fetchmany", "size=?1",
       "Fetches several rows from the resultset.\n\n  size\n    The default value is set by the "
       "Cursor.arraysize attribute.")
{
    int count = load_relaxed(&as_cursor(args[0])->arraysize);
    if (args[1])
        TRY(index_as_int(args[1], &count));
    return fetch_list(args[0], count);
}

METHOD(cursor_fetchall, "fetchall", "", "Fetches all rows from the resultset.")
{
    return fetch_list(args[0], 0);
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

METHOD(cursor_setinputsizes, "setinputsizes", "sizes, /",
       "Required by DB-API. Does nothing in sqlite3.")
{
    return None;
}

METHOD(cursor_setoutputsize, "setoutputsize", "size, column=None, /",
       "Required by DB-API. Does nothing in sqlite3.")
{
    return None;
}

METHOD(cursor_close, "close", "", "Closes the cursor.")
{
    Cursor *cursor = as_cursor(args[0]);
    CURSOR_TURN(cursor, true);
    Connection *connection = connection_of(cursor);
    TURN_ALWAYS (connection, &connection->turn) {
        drop_handle(cursor);
    }
    store_release(&cursor->closed, true);
    return error_pending() ? 0 : None;
}

static bool start_cursor(Cursor *cursor, Value connection)
{
    Connection *old = connection_of(cursor);
    if (old && cursor->handle) {
        TURN_ALWAYS (old, &old->turn) {
            drop_handle(cursor);
        }
    }
    gc_store(cursor, &cursor->connection, connection);
    gc_store(cursor, &cursor->description, None);
    gc_store(cursor, &cursor->converters, (Value)0);
    gc_store(cursor, &cursor->row_factory, None);
    gc_store(cursor, &cursor->lastrowid, None);
    store_relaxed(&cursor->arraysize, 1);
    store_relaxed(&cursor->rowcount, (intptr_t)-1);
    store_relaxed(&cursor->closed, false);
    store_release(&cursor->initialised, true);
    return !error_pending();
}

static bool cursor_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    Cursor *cursor = as_cursor(self);
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "Cursor() takes no keyword arguments");
    if (nargs != 1)
        return raise(TypeError, "Cursor expected 1 argument, got %zu", nargs);
    if (!is_instance_of(args[0], &connection_type))
        return raise(TypeError, "Cursor() argument 1 must be sqlite3.Connection, not %B", args[0]);
    CursorScope scope __attribute__((cleanup(cursor_scope_leave))) = take_turn(cursor);
    return scope.ok && start_cursor(cursor, args[0]) &&
           connection_check_thread(as_connection(args[0]));
}

static const MemberDef cursor_members[] = {
    {"connection", MEMBER_VALUE, offsetof(Cursor, connection), true, 0},
    {"description", MEMBER_VALUE, offsetof(Cursor, description), true, 0},
    {"arraysize", MEMBER_INT32, offsetof(Cursor, arraysize), false, 0},
    {"lastrowid", MEMBER_VALUE, offsetof(Cursor, lastrowid), true, 0},
    {"rowcount", MEMBER_INTPTR, offsetof(Cursor, rowcount), true, 0},
    {"row_factory", MEMBER_VALUE, offsetof(Cursor, row_factory), false, 0},
    {0},
};

static MethodDef *const cursor_methods[] = {
    M(cursor_execute),       M(cursor_executemany),
    M(cursor_executescript), M(cursor_fetchone),
    M(cursor_fetchmany),     M(cursor_fetchall),
    M(cursor_setinputsizes), M(cursor_setoutputsize),
    M(cursor_close),         0,
};

static Value cursor_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return object_alloc(type);
}

Type cursor_type = {
    TYPE_HEAD("sqlite3.Cursor", Cursor),
    .make = cursor_make,
    .doc = "SQLite database cursor class.",
    .iter = iterator_self,
    .next = cursor_next,
    .init = cursor_init,
    .methods = cursor_methods,
    .members = cursor_members,
    .trace = cursor_trace,
    .release = cursor_release,
    .has_weakrefs = true,
    .flags = TYPE_BASE,
};
