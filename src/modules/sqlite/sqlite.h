/* _sqlite3: databases by SQLite.
 *
 * Threads. A connection is used by one thread at a time: each section of calls to the library has
 * its turn, in which no Python code runs but what the library calls back. All calls that may wait
 * for the library's mutex are in such sections: who waits for a turn does so in the native state,
 * who waits for a mutex does not, and would keep a collection waiting for whom it waits for. The
 * exceptions are interrupt() and what only reads a number. Calls that run SQL do so in the native
 * state; callbacks leave it. A cursor has a turn of its own, for a whole operation, Python code
 * included.
 *
 * Memory. Statements and blobs of the library are not finalised when a collection finds their owner
 * dead (it may hold up all threads, and finalising may wait for one of them): they are handed to
 * the database (handle.c), whose next user resets or closes them. */
#ifndef WEFT_MODULES_SQLITE_SQLITE_H
#define WEFT_MODULES_SQLITE_SQLITE_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "core/turn.h"
#include "modules/sqlite/library.h"

/* ---- what belongs to the library: handle.c -----------------------------------------------------
 */

struct Database;

/* A statement or an open blob, malloc'ed. It has one owner: a Python object, or the cache of its
 * database, where statements wait that nobody uses. */
typedef struct Handle {
    struct Database *database; /* immutable; counts as one reference */
    sqlite3_stmt *statement;   /* 0: a blob, an empty statement, or finalised with the connection */
    sqlite3_blob *blob;
    bool busy;   /* its owner is about to use it: not to be finalised. By turn */
    bool is_dml; /* INSERT, UPDATE, DELETE or REPLACE; immutable */
    uint64_t hash;
    size_t size;                    /* of the SQL text */
    struct Handle *previous, *next; /* in the list of what is in use, or in the cache; by turn */
    struct Handle *next_in_bucket;  /* of the cache; by turn */
    struct Handle *next_abandoned;  /* by who took it off the list */
} Handle;

typedef struct Database Database;

/* A new database, with a reference for the caller; 0 without memory. Owns `db`. */
Database *database_new(sqlite3 *db, size_t cache_size);
sqlite3 *database_handle(Database *database);
void database_drop(Database *database); /* gives a reference up */
/* An aggregate in Python begins (1) or ends (-1) in one of the database's statements. */
void database_count_aggregate(const sqlite3 *db, int change);
/* By turn, in the native state or not: resets or closes what owners that died have left. */
void database_drain(Database *database);
bool database_has_work(const Database *database); /* anything to drain */
/* The same when its connection is opened anew, and what was open there stays so. */
void database_set_older(Database *database, Database *older);
/* By turn: nothing will be asked of it any more. Finalises all that is not busy, and closes. */
void database_close(Database *database);
/* Closes it for new work only: what is in use goes on to be. By turn. */
void database_retire(Database *database);

/* A statement for this text: from the cache or, in the native state, prepared. 0: the library's
 * error code is in *error. By turn. */
Handle *handle_prepare(Database *database, const char *sql, size_t size, uint64_t hash, int *error,
                       const char **tail);
Handle *handle_for_blob(Database *database, sqlite3_blob *blob); /* 0 without memory */
/* By turn: the owner needs it no more. */
void handle_return(Handle *handle);
/* The owner is dead: by its release function. */
void handle_abandon(Handle *handle);
/* Something is locked: looks, with a collection, for owners of statements that are dead, and resets
 * what they had in all databases but one, and, with several threads, but those with aggregates in
 * Python under way. False if nothing can have been lost. */
bool handles_reclaim(const Database *except);
/* Clears the part of the C stack that the calls before this one have used: a cursor that they leave
 * there would be alive if the word lay in a hole of a later call's frame. */
void sql_forget_calls(void);
/* By turn: its owner is about to use it (it is born so), or leaves it alone for now. */
void handle_begin(Handle *handle);
void handle_rest(Handle *handle);

/* ---- objects -----------------------------------------------------------------------------------
 */

typedef enum Autocommit {
    AUTOCOMMIT_LEGACY = -1,
    AUTOCOMMIT_DISABLED = 0,
    AUTOCOMMIT_ENABLED = 1
} Autocommit;

/* A function that the library calls, or 0 values where there is none. The library has its address
 * as long as it is not `dead`, and the connection keeps it alive. */
typedef struct Callback {
    Object ob;
    Value connection, callable; /* immutable */
    bool dead;                  /* atomic: the library has let go of it */
} Callback;

typedef struct Connection {
    Object ob;
    Turn turn;
    Database *database; /* atomic: 0 before __init__, or closed; changed under the lock */
    bool initialised;   /* atomic, as are the following */
    bool check_same_thread;
    int detect_types;
    Autocommit autocommit;
    const char *isolation_level; /* static; 0: None */
    uint64_t thread;             /* threading.get_ident() of who made it */
    int64_t timeout_ns;
    Value row_factory, text_factory;   /* never 0 after __init__ */
    Value callbacks;                   /* list of Callbacks of functions and collations */
    Value authorizer, progress, trace; /* Callbacks, or 0 */
    Value instances;                   /* dict: number to object, of aggregates under way */
    uint64_t serial;                   /* of the last one; by turn */
    int64_t busy_since;                /* when waiting for a lock began; by turn */
} Connection;

typedef struct Cursor {
    Object ob;
    Turn turn;
    Value connection;             /* atomic; 0 before __init__ */
    Handle *handle;               /* of the result that is being read; 0: none. By turn */
    Value description;            /* atomic: a tuple or None */
    Value converters;             /* tuple of callables and Nones, or 0. By turn */
    Value row_factory, lastrowid; /* atomic */
    int arraysize;                /* atomic */
    intptr_t rowcount;            /* atomic */
    bool initialised, closed;     /* atomic */
} Cursor;

extern Type connection_type, cursor_type, row_type, blob_type, statement_type, callback_type;
extern Type prepare_protocol_type;

#define as_connection(v) ((Connection *)(v))
#define as_cursor(v)     ((Cursor *)(v))

/* ---- errors: error.c. Each raises and returns 0 ------------------------------------------------
 */

typedef enum SqlException {
    SQL_WARNING,
    SQL_ERROR,
    SQL_INTERFACE_ERROR,
    SQL_DATABASE_ERROR,
    SQL_DATA_ERROR,
    SQL_OPERATIONAL_ERROR,
    SQL_INTEGRITY_ERROR,
    SQL_INTERNAL_ERROR,
    SQL_PROGRAMMING_ERROR,
    SQL_NOT_SUPPORTED_ERROR,
    SQL_EXCEPTIONS
} SqlException;
extern Value sql_exceptions[SQL_EXCEPTIONS];
#define SQL_EXCEPTION(kind) ((Type *)sql_exceptions[kind])
extern const char *const sql_exception_names[SQL_EXCEPTIONS];
bool sql_add_exceptions(Value module) MUST_USE;
COLD Value sql_raise(sqlite3 *db);   /* the last error of this database */
COLD Value sql_raise_code(int code); /* the error with this number */
/* The name of a result code. */
const char *sql_error_name(int code);

enum { SQL_PARSE_DECLTYPES = 1, SQL_PARSE_COLNAMES = 2 };

/* ---- connections: connection.c -----------------------------------------------------------------
 */

/* Is this the right thread, and was __init__ called? */
bool connection_check_thread(const Connection *c) MUST_USE;
/* The open database, after what is due for it was done; 0 with ProgrammingError. By turn. */
sqlite3 *connection_open(Connection *c) MUST_USE;
/* ProgrammingError unless it is open: at this moment, without a turn. */
bool connection_check_open(const Connection *c) MUST_USE;
/* By turn: runs SQL that gives nothing. */
bool connection_run(Connection *c, sqlite3 *db, const char *sql) MUST_USE;
bool connection_begin(Connection *c, sqlite3 *db) MUST_USE;
/* By turn: what a callback has left, or the library's error. */
COLD Value connection_failed(Connection *c, sqlite3 *db);
/* Was it refused because of a statement of the same connection that is not over? */
bool connection_in_use(int code, sqlite3 *db);
/* Something is locked by a statement of this connection: true if one was lost, and is no more. */
bool connection_reclaim(Connection *c);
/* By turn: the statement for a str, for the caller to return. */
Handle *connection_prepare(Connection *c, sqlite3 *db, Value sql) MUST_USE;
Value connection_connect(Value *args, size_t nargs, Value kwnames) MUST_USE;
extern MethodDef *const connection_data_methods[], *const connection_hook_methods[];
/* A bound method called with arguments as *args and **kwargs (0: none), of which the first
 * `positional` should not be given by name. */
Value call_with_names(MethodDef *def, Value self, Value args, Value kwargs, intptr_t positional,
                      const char *warning) MUST_USE;

/* ---- callbacks: hooks.c ------------------------------------------------------------------------
 */

/* Around a callback of the library. */
typedef struct CallbackScope {
    NativePause pause;
    bool was_native;
    Value pending; /* an exception from before */
} CallbackScope;
void callback_enter(CallbackScope *scope);
void callback_leave(CallbackScope *scope);
/* What a callback has raised: shown if enable_callback_tracebacks() says so, and forgotten. */
void callback_report(const Callback *callback);
extern bool sql_callback_tracebacks; /* atomic */
Callback *callback_new(Connection *c, Value callable) MUST_USE;
/* A str that has to do as argument `number` of a function; 0 with TypeError. */
const char *sql_text_argument(const char *function, const char *which, Value v) MUST_USE;

/* ---- values: values.c --------------------------------------------------------------------------
 */

/* An int as SQLite has them. OverflowError. */
bool sql_integer(Value v, int64_t *out) MUST_USE;
/* The parameters, a sequence or mapping, as a tuple of None, ints, floats, strs and bytes. */
Value sql_plain_parameters(const Handle *handle, Value parameters) MUST_USE;
/* By turn. */
bool sql_bind(Connection *c, sqlite3_stmt *statement, Value plain) MUST_USE;
/* Steps, in the native state: SQLITE_ROW and so on; nothing for an empty statement. By turn. */
int sql_step(sqlite3_stmt *statement);
/* By turn: Cursor.description, and the converters of the columns as a tuple (*result 0: there is
 * none). */
Value sql_description(Connection *c, sqlite3_stmt *statement) MUST_USE;
bool sql_find_converters(Connection *c, sqlite3_stmt *statement, Value *result) MUST_USE;
/* By turn: the row that the statement is at. *calls is a tuple of what sql_finish_row has to give
 * the columns to, without a turn; 0: nothing. */
Value sql_read_row(Connection *c, sqlite3_stmt *statement, Value converters, Value *calls) MUST_USE;
Value sql_finish_row(Value row, Value calls) MUST_USE;

/* ---- the rest ----------------------------------------------------------------------------------
 */

/* adapt.c */
extern Value sql_converters, sql_adapters;                          /* dicts; roots */
extern bool sql_adapts_base_types;                                  /* atomic */
Value sql_adapt(Value o, Value protocol, Value otherwise) MUST_USE; /* 0: raises */
extern MethodDef *const adapt_functions[];

Value blob_open(Connection *c, const char *database, const char *table, const char *column,
                int64_t row, bool readonly) MUST_USE;

#endif
