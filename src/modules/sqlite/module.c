/* _sqlite3: the module. */
#include "core/call.h"
#include "core/descriptor.h"
#include "core/module.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "modules/sqlite/sqlite.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

FUNCTION(complete_statement, "complete_statement", "statement",
         "Checks if a string contains a complete SQL statement.")
{
    const char *text = TRY(sql_text_argument("complete_statement", "'statement'", args[0]));
    return bool_value(SQLITE->sqlite3_complete(text) != 0);
}

FUNCTION(enable_callback_tracebacks, "enable_callback_tracebacks", "enable, /",
         "Enable or disable callback functions throwing errors to stderr.")
{
    int enable = TRY_NOT_NEGATIVE(object_truth(args[0]), 0);
    store_relaxed(&sql_callback_tracebacks, enable != 0);
    return None;
}

/* The arguments as they came, for the factory: names behind the positional ones. */
static Value connect_with(Value positional, Value named)
{
    intptr_t nargs = tuple_length(positional), count = named ? dict_length(named) : 0, at = 0;
    Value values = TRY(tuple_new(nargs + count)), kwnames = TRY(tuple_new(count)), key, value;
    intptr_t i = 0;
    for (; i < nargs; i++)
        tuple_init(values, i, tuple_get(positional, i));
    for (i = 0; i < count && dict_next(named, &at, &key, &value); i++) {
        tuple_init(kwnames, i, key);
        tuple_init(values, nargs + i, value);
    }
    return connection_connect(((Tuple *)values)->items, (size_t)nargs, count ? kwnames : 0);
}

FUNCTION(
    connect, "connect",
    "*args, **kwargs; $module, /, database, timeout=5.0, detect_types=0,\n        "
    "isolation_level='', check_same_thread=True,\n        factory=ConnectionType, "
    "cached_statements=128, uri=False, *,\n        "
    "autocommit=sqlite3.LEGACY_TRANSACTION_CONTROL",
    "Open a connection to the SQLite database file 'database'.\n\nYou can use \":memory:\" to "
    "open a database connection to a database that\nresides in RAM instead of on disk.\n\nNote: "
    "Passing more than 1 positional argument to _sqlite3.connect() is\ndeprecated. Parameters "
    "'timeout', 'detect_types', 'isolation_level',\n'check_same_thread', 'factory', "
    "'cached_statements' and 'uri' will\nbecome keyword-only parameters in Python 3.15.\n")
{
    return connect_with(args[0], args[1]);
}

static MethodDef *const functions[] = {
    M(connect),
    M(complete_statement),
    M(enable_callback_tracebacks),
    0,
};

static const struct {
    const char *name;
    int value;
} constants[] = {
#define CODE(name)     {#name, name},
#define CONSTANT(name) {#name, name},
#include "modules/sqlite/constants.def"
#undef CODE
#undef CONSTANT
    {"PARSE_DECLTYPES", SQL_PARSE_DECLTYPES},
    {"PARSE_COLNAMES", SQL_PARSE_COLNAMES},
    {"LEGACY_TRANSACTION_CONTROL", AUTOCOMMIT_LEGACY},
};

static bool add_methods(Type *type, MethodDef *const *methods)
{
    bool found;
    for (; *methods; methods++)
        TRY(type_set_own(type, TRY(str_intern_cstring((*methods)->name)),
                         TRY(method_descriptor_new(*methods, type)), &found));
    return true;
}

static bool add_types(Value module)
{
    Type *const hidden[] = {&callback_type, &statement_type};
    Type *const types[] = {&connection_type, &cursor_type, &row_type, &blob_type,
                           &prepare_protocol_type};
    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        if (!(type_flags(hidden[i]) & TYPE_READY))
            type_ready(hidden[i], 0);
    for (size_t i = 0; i < COUNT_OF(types); i++)
        TRY(module_add_new_type(module, types[i]));
    return add_methods(&connection_type, connection_hook_methods) &&
           add_methods(&connection_type, connection_data_methods);
}

static bool start_roots(void)
{
    if (sql_adapters)
        return true;
    gc_add_root(&sql_converters, 1);
    gc_add_root(&sql_adapters, 1);
    sql_converters = TRY(dict_new());
    sql_adapters = TRY(dict_new());
    return true;
}

/* threadsafety as DB-API 2.0 counts it. */
static int thread_safety(void)
{
    int mode = SQLITE->sqlite3_threadsafe();
    return mode == 0 ? 0 : mode == 1 ? 3 : 1;
}

static bool execute(Value module)
{
    TRY(sqlite_library());
    TRY(start_roots());
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return sql_add_exceptions(module) && add_types(module) &&
           module_add_functions(module, adapt_functions) &&
           module_add(module, "converters", sql_converters) &&
           module_add(module, "adapters", sql_adapters) &&
           module_add_int(module, "threadsafety", thread_safety()) &&
           module_add_string(module, "_deprecated_version", "2.6.0") &&
           module_add_string(module, "sqlite_version", SQLITE->sqlite3_libversion());
}

const ModuleDef module__sqlite3 = {"_sqlite3", 0, functions, execute};
