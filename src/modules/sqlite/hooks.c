/* What the library calls: functions, aggregates, window functions and collations in SQL,
 * authorizers, progress handlers and traces.
 *
 * The library has the address of a Callback, and memory of its own for each aggregate under way, in
 * which there is a number: the object is in a dict of the connection. */
#include <limits.h>

#include "core/call.h"
#include "core/names.h"
#include "gc/heap.h"
#include "modules/sqlite/sqlite.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

bool sql_callback_tracebacks;

/* ---- going from the library into Python code, and back ------------------------------------------
 */

void callback_enter(CallbackScope *scope)
{
    scope->was_native = load_relaxed(&gc_self->state) == GC_NATIVE;
    if (scope->was_native)
        native_pause(&scope->pause);
    scope->pending = error_take();
}

void callback_leave(CallbackScope *scope)
{
    if (scope->pending)
        error_restore(scope->pending);
    if (scope->was_native)
        native_resume(&scope->pause);
}

void callback_report(const Callback *callback)
{
    if (!error_pending())
        return;
    if (load_relaxed(&sql_callback_tracebacks))
        error_write_unraisable(0, callback->callable);
    else
        error_clear();
}

static void callback_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Callback *)o)->connection);
    gc_visit(tracer, ((Callback *)o)->callable);
}

Type callback_type = {
    TYPE_HEAD("sqlite3.Callback", Callback),
    .trace = callback_trace,
    .flags = TYPE_NO_NEW | TYPE_HIDDEN,
};

Callback *callback_new(Connection *c, Value callable)
{
    Callback *callback = TRY(NEW(Callback, &callback_type));
    gc_store(callback, &callback->connection, (Value)c);
    gc_store(callback, &callback->callable, callable);
    return callback;
}

/* The library forgets about it, in whatever state the thread is: the object stays where it is. */
static void on_forgotten(void *data)
{
    if (data)
        store_release(&((Callback *)data)->dead, true);
}

/* Keeps it alive as long as the library has it. By turn. */
static bool keep(Connection *c, Callback *callback)
{
    Value kept = load_acquire(&c->callbacks);
    intptr_t count = list_length(kept);
    if (count >= 16 && (count & (count - 1)) == 0) {
        Value live = TRY(list_new(count)), item;
        for (intptr_t i = 0; (item = list_get(kept, i)) != 0; i++)
            if (!load_acquire(&((Callback *)item)->dead))
                TRY(list_append(live, item));
        gc_store(c, &c->callbacks, live);
        kept = live;
    }
    return list_append(kept, (Value)callback);
}

/* ---- values ------------------------------------------------------------------------------------
 */

static Value argument_value(sqlite3_value *v)
{
    const SqliteLibrary *library = SQLITE;
    switch (library->sqlite3_value_type(v)) {
    case SQLITE_NULL:
        return None;
    case SQLITE_INTEGER:
        return int_from(library->sqlite3_value_int64(v));
    case SQLITE_FLOAT:
        return float_from(library->sqlite3_value_double(v));
    case SQLITE_TEXT: {
        const char *text = (const char *)library->sqlite3_value_text(v);
        return text ? str_from_utf8(text, (size_t)library->sqlite3_value_bytes(v))
                    : raise_no_memory();
    }
    }
    const char *data = library->sqlite3_value_blob(v);
    return data ? bytes_from(data, (size_t)library->sqlite3_value_bytes(v)) : bytes_empty();
}

/* callable(*values) */
static Value call_with(Value callable, int count, sqlite3_value **values)
{
    Value args = TRY(tuple_new(count));
    for (int i = 0; i < count; i++)
        tuple_init(args, i, TRY(argument_value(values[i])));
    return call_tuple_dict(callable, args, 0);
}

static bool check_size(intptr_t size, const char *what)
{
    return size <= INT_MAX || raise(OverflowError, "%s is longer than INT_MAX bytes", what);
}

static bool give_buffer(sqlite3_context *context, Value v)
{
    Buffer buffer;
    TRY(buffer_get(v, &buffer, BUFFER_READ));
    bool ok = check_size(buffer.size, "BLOB");
    if (ok)
        SQLITE->sqlite3_result_blob(context, buffer.data, (int)buffer.size, SQLITE_TRANSIENT);
    buffer_release(&buffer);
    return ok;
}

static bool give_result(sqlite3_context *context, Value v)
{
    const SqliteLibrary *library = SQLITE;
    if (v == None) {
        library->sqlite3_result_null(context);
    } else if (is_int_any(v)) {
        int64_t n;
        TRY(sql_integer(v, &n));
        library->sqlite3_result_int64(context, n);
    } else if (is_float(v)) {
        library->sqlite3_result_double(context, float_value(v));
    } else if (is_str(v)) {
        size_t size;
        const char *text = TRY(str_utf8(v, &size));
        TRY(check_size((intptr_t)size, "string"));
        library->sqlite3_result_text(context, text, (int)size, SQLITE_TRANSIENT);
    } else if (has_buffer(v)) {
        return give_buffer(context, v);
    } else {
        return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR),
                     "User-defined functions cannot return '%T' values to SQLite", v);
    }
    return true;
}

/* Tells the library of the exception that is pending, which is over then. */
static void give_error(sqlite3_context *context, const Callback *callback, const char *text)
{
    const SqliteLibrary *library = SQLITE;
    if (error_matches(MemoryError))
        library->sqlite3_result_error_nomem(context);
    else if (error_matches(OverflowError))
        library->sqlite3_result_error_toobig(context);
    else
        library->sqlite3_result_error(context, text, -1);
    callback_report(callback);
}

/* ---- functions ---------------------------------------------------------------------------------
 */

static void on_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    const Callback *callback = SQLITE->sqlite3_user_data(context);
    CallbackScope scope;
    callback_enter(&scope);
    Value result = call_with(callback->callable, count, values);
    if (!result || !give_result(context, result))
        give_error(context, callback, "user-defined function raised exception");
    callback_leave(&scope);
}

/* ---- aggregates --------------------------------------------------------------------------------
 */

static Connection *connection_of(const Callback *callback)
{
    return as_connection(callback->connection);
}

/* The object of the aggregate under way, made if it is its first row and `make` says so; 0 without
 * an exception: there is none. */
static Value instance_of(sqlite3_context *context, const Callback *callback, bool make,
                         uint64_t **number)
{
    Connection *c = connection_of(callback);
    uint64_t *serial = SQLITE->sqlite3_aggregate_context(context, make ? sizeof *serial : 0);
    *number = serial;
    if (!serial)
        return make ? raise_no_memory() : 0;
    if (*serial)
        return dict_get(c->instances, int_from((intptr_t)*serial));
    if (!make)
        return 0;
    Value instance = TRY(call0(callback->callable));
    uint64_t next = c->serial + 1;
    TRY(dict_set(c->instances, int_from((intptr_t)next), instance));
    c->serial = *serial = next;
    database_count_aggregate(SQLITE->sqlite3_context_db_handle(context), 1);
    return instance;
}

typedef struct AggregateMethod {
    const char *name, *missing, *failed;
} AggregateMethod;
#define AGGREGATE_METHOD(name)                                                                     \
    {                                                                                              \
        name, "user-defined aggregate's '" name "' method not defined",                            \
            "user-defined aggregate's '" name "' method raised error"                              \
    }
static const AggregateMethod method_step = AGGREGATE_METHOD("step");
static const AggregateMethod method_inverse = AGGREGATE_METHOD("inverse");
static const AggregateMethod method_value = AGGREGATE_METHOD("value");
static const AggregateMethod method_finalize = AGGREGATE_METHOD("finalize");

/* instance.method(*values), of which `give` makes the result. */
static void call_aggregate(sqlite3_context *context, const Callback *callback, Value instance,
                           const AggregateMethod *method, int count, sqlite3_value **values,
                           bool give)
{
    Value function = get_attr_string(instance, method->name);
    const char *text =
        function || !error_matches(AttributeError) ? method->failed : method->missing;
    Value result = function ? call_with(function, count, values) : 0;
    if (!result || (give && !give_result(context, result)))
        give_error(context, callback, text);
}

static void run_rows(sqlite3_context *context, const AggregateMethod *method, int count,
                     sqlite3_value **values)
{
    const Callback *callback = SQLITE->sqlite3_user_data(context);
    uint64_t *serial;
    CallbackScope scope;
    callback_enter(&scope);
    Value instance = instance_of(context, callback, method == &method_step, &serial);
    if (instance)
        call_aggregate(context, callback, instance, method, count, values, false);
    else if (error_pending())
        give_error(context, callback, "user-defined aggregate's '__init__' method raised error");
    callback_leave(&scope);
}

static void on_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    run_rows(context, &method_step, count, values);
}

static void on_inverse(sqlite3_context *context, int count, sqlite3_value **values)
{
    run_rows(context, &method_inverse, count, values);
}

static void run_result(sqlite3_context *context, const AggregateMethod *method)
{
    const Callback *callback = SQLITE->sqlite3_user_data(context);
    uint64_t *serial;
    bool found;
    CallbackScope scope;
    callback_enter(&scope);
    Value instance = instance_of(context, callback, false, &serial);
    if (instance)
        call_aggregate(context, callback, instance, method, 0, 0, true);
    if (instance && method == &method_finalize) {
        database_count_aggregate(SQLITE->sqlite3_context_db_handle(context), -1);
        if (!dict_delete(connection_of(callback)->instances, int_from((intptr_t)*serial), &found))
            error_clear();
    }
    callback_leave(&scope);
}

static void on_value(sqlite3_context *context)
{
    run_result(context, &method_value);
}

static void on_finalize(sqlite3_context *context)
{
    run_result(context, &method_finalize);
}

/* ---- registering functions ----------------------------------------------------------------------
 */

const char *sql_text_argument(const char *function, const char *which, Value v)
{
    if (!is_str(v)) {
        raise(TypeError, "%s() argument %s must be str, not %B", function, which, v);
        return 0;
    }
    return str_cstring(v);
}

typedef enum FunctionKind { SCALAR, AGGREGATE, WINDOW } FunctionKind;

static int create(sqlite3 *db, FunctionKind kind, const char *name, int count, int flags,
                  Callback *callback)
{
    const SqliteLibrary *library = SQLITE;
    flags |= SQLITE_UTF8;
    if (!callback && kind == WINDOW)
        return library->sqlite3_create_window_function(db, name, count, flags, 0, 0, 0, 0, 0, 0);
    if (!callback)
        return library->sqlite3_create_function_v2(db, name, count, flags, 0, 0, 0, 0, 0);
    if (kind == SCALAR)
        return library->sqlite3_create_function_v2(db, name, count, flags, callback, on_function, 0,
                                                   0, on_forgotten);
    if (kind == AGGREGATE)
        return library->sqlite3_create_function_v2(db, name, count, flags, callback, 0, on_step,
                                                   on_finalize, on_forgotten);
    return library->sqlite3_create_window_function(db, name, count, flags, callback, on_step,
                                                   on_finalize, on_value, on_inverse, on_forgotten);
}

/* A function cannot be replaced while a statement is in use: perhaps its owner is dead. */
static int create_or_reclaim(Connection *c, sqlite3 *db, FunctionKind kind, const char *name,
                             int count, int flags, Callback *callback)
{
    int code = create(db, kind, name, count, flags, callback);
    if (code == SQLITE_BUSY && handles_reclaim(0)) {
        if (!connection_open(c))
            return SQLITE_MISUSE;
        if (callback)
            store_release(&callback->dead, false);
        code = create(db, kind, name, count, flags, callback);
    }
    return code;
}

static bool add_function(Connection *c, FunctionKind kind, const char *name, int count, int flags,
                         Value callable, int *code)
{
    TURN_ALWAYS (c, &c->turn) {
        Callback *callback = 0;
        sqlite3 *db = TRY(connection_open(c));
        if (callable != None) {
            callback = TRY(callback_new(c, callable));
            TRY(keep(c, callback));
        }
        *code = create_or_reclaim(c, db, kind, name, count, flags, callback);
        return true;
    }
    return false;
}

METHOD(create_function, "create_function", "name, narg, func, *, deterministic=False", 0)
{
    Connection *c = as_connection(args[0]);
    int count, code;
    const char *name = TRY(sql_text_argument("create_function", "'name'", args[1]));
    TRY(index_as_int(args[2], &count));
    int deterministic = TRY_NOT_NEGATIVE(object_truth(args[4]), 0);
    TRY(connection_check_thread(c));
    TRY(add_function(c, SCALAR, name, count, deterministic ? SQLITE_DETERMINISTIC : 0, args[3],
                     &code));
    if (code != SQLITE_OK)
        return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "Error creating function");
    return None;
}

METHOD(connection_create_function, "create_function",
       "*args, **kwargs; $self, /, name, narg, func, *, deterministic=False",
       "Creates a new function.\n\nNote: Passing keyword arguments 'name', 'narg' and 'func' to\n"
       "_sqlite3.Connection.create_function() is deprecated. Parameters\n'name', 'narg' and 'func' "
       "will become positional-only in Python 3.15.\n")
{
    return call_with_names(M(create_function), args[0], args[1], args[2], 3,
                           "Passing keyword arguments 'name', 'narg' and 'func' to "
                           "_sqlite3.Connection.create_function() is deprecated. Parameters "
                           "'name', 'narg' and 'func' will become positional-only in Python "
                           "3.15.");
}

METHOD(create_aggregate, "create_aggregate", "name, n_arg, aggregate_class", 0)
{
    Connection *c = as_connection(args[0]);
    int count, code;
    const char *name = TRY(sql_text_argument("create_aggregate", "'name'", args[1]));
    TRY(index_as_int(args[2], &count));
    TRY(connection_check_thread(c));
    TRY(add_function(c, AGGREGATE, name, count, 0, args[3], &code));
    if (code != SQLITE_OK)
        return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "Error creating aggregate");
    return None;
}

METHOD(connection_create_aggregate, "create_aggregate",
       "*args, **kwargs; $self, /, name, n_arg, aggregate_class",
       "Creates a new aggregate.\n\nNote: Passing keyword arguments 'name', 'n_arg' and "
       "'aggregate_class'\nto _sqlite3.Connection.create_aggregate() is deprecated. Parameters\n"
       "'name', 'n_arg' and 'aggregate_class' will become positional-only in\nPython 3.15.\n")
{
    return call_with_names(M(create_aggregate), args[0], args[1], args[2], 3,
                           "Passing keyword arguments 'name', 'n_arg' and 'aggregate_class' to "
                           "_sqlite3.Connection.create_aggregate() is deprecated. Parameters "
                           "'name', 'n_arg' and 'aggregate_class' will become positional-only in "
                           "Python 3.15.");
}

METHOD(
    connection_create_window_function, "create_window_function",
    "name, num_params, aggregate_class, /",
    "Creates or redefines an aggregate window function. Non-standard.\n\n  name\n    The name of "
    "the SQL aggregate window function to be created or\n    redefined.\n  num_params\n    The "
    "number of arguments the step and inverse methods takes.\n  aggregate_class\n    A class with "
    "step(), finalize(), value(), and inverse() methods.\n    Set to None to clear the window "
    "function.")
{
    Connection *c = as_connection(args[0]);
    int count, code;
    const char *name = TRY(sql_text_argument("create_window_function", "1", args[1]));
    TRY(index_as_int(args[2], &count));
    TRY(connection_check_thread(c));
    TRY(add_function(c, WINDOW, name, count, 0, args[3], &code));
    if (code != SQLITE_OK)
        return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "%s", SQLITE->sqlite3_errstr(code));
    return None;
}

/* ---- collations --------------------------------------------------------------------------------
 */

/* -1, 0, 1: an exception is left for whom the statement belongs to; what is no int is 0. */
static int collate(Value callable, Value a, Value b)
{
    Value result = a && b ? call2(callable, a, b) : 0;
    return result && is_int_any(result) ? int_sign(result) : 0;
}

static int on_collation(void *data, int size1, const void *text1, int size2, const void *text2)
{
    const Callback *callback = data;
    CallbackScope scope;
    callback_enter(&scope);
    int result = 0;
    if (!scope.pending)
        result = collate(callback->callable, str_from_utf8(text1, (size_t)size1),
                         str_from_utf8(text2, (size_t)size2));
    if (!scope.pending)
        scope.pending = error_take();
    callback_leave(&scope);
    return result;
}

METHOD(connection_create_collation, "create_collation", "name, callback, /",
       "Creates a collation function.")
{
    Connection *c = as_connection(args[0]);
    const char *name = TRY(sql_text_argument("create_collation", "1", args[1]));
    TRY(connection_check_thread(c));
    if (args[2] != None && !type_of(args[2])->call)
        return raise(TypeError, "parameter must be callable");
    TURN_ALWAYS (c, &c->turn) {
        Callback *callback = 0;
        sqlite3 *db = TRY(connection_open(c));
        if (args[2] != None) {
            callback = TRY(callback_new(c, args[2]));
            TRY(keep(c, callback));
        }
        int code = SQLITE->sqlite3_create_collation_v2(db, name, SQLITE_UTF8, callback,
                                                       callback ? on_collation : 0, on_forgotten);
        return code == SQLITE_OK ? None : sql_raise(db);
    }
    return 0;
}

/* ---- authorizer, progress handler, trace -------------------------------------------------------
 */

static Value text_or_none(const char *text)
{
    return text ? str_from_utf8(text, strlen(text)) : None;
}

static int authorize(const Callback *callback, Value *values)
{
    for (int i = 0; i < 5; i++)
        if (!values[i])
            return SQLITE_DENY;
    Value answer = call(callback->callable, values, 5, 0);
    int code = SQLITE_DENY;
    if (answer && is_int_any(answer) && !index_as_int(answer, &code))
        code = SQLITE_DENY;
    return code;
}

static int on_authorize(void *data, int action, const char *text1, const char *text2,
                        const char *database, const char *source)
{
    const Callback *callback = data;
    CallbackScope scope;
    callback_enter(&scope);
    Value values[] = {int_small(action), text_or_none(text1), text_or_none(text2),
                      text_or_none(database), text_or_none(source)};
    int code = authorize(callback, values);
    callback_report(callback);
    callback_leave(&scope);
    return code;
}

static int on_progress(void *data)
{
    const Callback *callback = data;
    CallbackScope scope;
    callback_enter(&scope);
    Value answer = call0(callback->callable);
    int stop = answer ? object_truth(answer) : -1;
    callback_report(callback);
    callback_leave(&scope);
    return stop;
}

static int on_trace(unsigned kind UNUSED, void *data, void *statement, void *sql)
{
    const Callback *callback = data;
    CallbackScope scope;
    callback_enter(&scope);
    char *expanded = SQLITE->sqlite3_expanded_sql(statement);
    if (!expanded) {
        sqlite3 *db = SQLITE->sqlite3_db_handle(statement);
        if (SQLITE->sqlite3_errcode(db) == SQLITE_NOMEM)
            raise_no_memory();
        else
            raise(SQL_EXCEPTION(SQL_DATA_ERROR),
                  "Expanded SQL string exceeds the maximum string length");
        callback_report(callback);
    }
    Value text = text_or_none(expanded ? expanded : sql);
    SQLITE->sqlite3_free(expanded);
    if (text && !call1(callback->callable, text))
        text = 0;
    callback_report(callback);
    callback_leave(&scope);
    return 0;
}

/* Puts a Callback where the connection keeps it, or None. By turn. */
static bool set_hook(Connection *c, Value *slot, Value callable, Callback **callback)
{
    *callback = callable == None ? 0 : callback_new(c, callable);
    if (callable != None && !*callback)
        return false;
    /* What it replaces may be the one that runs: it is alive on its thread's stack. */
    gc_store(c, slot, (Value)*callback);
    return true;
}

METHOD(set_authorizer, "set_authorizer", "authorizer_callback", 0)
{
    Connection *c = as_connection(args[0]);
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        Callback *callback;
        sqlite3 *db = TRY(connection_open(c));
        TRY(set_hook(c, &c->authorizer, args[1], &callback));
        int code = SQLITE->sqlite3_set_authorizer(db, callback ? on_authorize : 0, callback);
        if (code == SQLITE_OK)
            return None;
        gc_store(c, &c->authorizer, (Value)0);
        return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "Error setting authorizer callback");
    }
    return 0;
}

METHOD(connection_set_authorizer, "set_authorizer",
       "*args, **kwargs; $self, /, authorizer_callback",
       "Set authorizer callback.\n\nNote: Passing keyword argument 'authorizer_callback' to\n"
       "_sqlite3.Connection.set_authorizer() is deprecated. Parameter\n'authorizer_callback' will "
       "become positional-only in Python 3.15.\n")
{
    return call_with_names(M(set_authorizer), args[0], args[1], args[2], 1,
                           "Passing keyword argument 'authorizer_callback' to "
                           "_sqlite3.Connection.set_authorizer() is deprecated. Parameter "
                           "'authorizer_callback' will become positional-only in Python 3.15.");
}

METHOD(set_progress, "set_progress_handler", "progress_handler, n", 0)
{
    Connection *c = as_connection(args[0]);
    int count;
    TRY(index_as_int(args[2], &count));
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        Callback *callback;
        sqlite3 *db = TRY(connection_open(c));
        TRY(set_hook(c, &c->progress, args[1], &callback));
        SQLITE->sqlite3_progress_handler(db, callback ? count : 0, callback ? on_progress : 0,
                                         callback);
        return None;
    }
    return 0;
}

METHOD(
    connection_set_progress, "set_progress_handler",
    "*args, **kwargs; $self, /, progress_handler, n",
    "Set progress handler callback.\n\n  progress_handler\n    A callable that takes no "
    "arguments.\n    If the callable returns non-zero, the current query is terminated,\n    and "
    "an exception is raised.\n  n\n    The number of SQLite virtual machine instructions that "
    "are\n    executed between invocations of 'progress_handler'.\n\nIf 'progress_handler' is "
    "None or 'n' is 0, the progress handler is disabled.\n\nNote: Passing keyword argument "
    "'progress_handler' to\n_sqlite3.Connection.set_progress_handler() is deprecated. "
    "Parameter\n'progress_handler' will become positional-only in Python 3.15.\n")
{
    return call_with_names(M(set_progress), args[0], args[1], args[2], 1,
                           "Passing keyword argument 'progress_handler' to "
                           "_sqlite3.Connection.set_progress_handler() is deprecated. Parameter "
                           "'progress_handler' will become positional-only in Python 3.15.");
}

METHOD(set_trace, "set_trace_callback", "trace_callback", 0)
{
    Connection *c = as_connection(args[0]);
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        Callback *callback;
        sqlite3 *db = TRY(connection_open(c));
        TRY(set_hook(c, &c->trace, args[1], &callback));
        SQLITE->sqlite3_trace_v2(db, callback ? SQLITE_TRACE_STMT : 0, callback ? on_trace : 0,
                                 callback);
        return None;
    }
    return 0;
}

METHOD(connection_set_trace, "set_trace_callback", "*args, **kwargs; $self, /, trace_callback",
       "Set a trace callback called for each SQL statement (passed as unicode).\n\nNote: Passing "
       "keyword argument 'trace_callback' to\n_sqlite3.Connection.set_trace_callback() is "
       "deprecated. Parameter\n'trace_callback' will become positional-only in Python 3.15.\n")
{
    return call_with_names(M(set_trace), args[0], args[1], args[2], 1,
                           "Passing keyword argument 'trace_callback' to "
                           "_sqlite3.Connection.set_trace_callback() is deprecated. Parameter "
                           "'trace_callback' will become positional-only in Python 3.15.");
}

MethodDef *const connection_hook_methods[] = {
    M(connection_create_function),
    M(connection_create_aggregate),
    M(connection_create_window_function),
    M(connection_create_collation),
    M(connection_set_authorizer),
    M(connection_set_progress),
    M(connection_set_trace),
    0,
};
