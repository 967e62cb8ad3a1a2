/* The exceptions, and what error codes mean. */
#include "core/call.h"
#include "modules/module_util.h"
#include "modules/sqlite/sqlite.h"
#include "types/int.h"
#include "types/str.h"

Value sql_exceptions[SQL_EXCEPTIONS];

const char *const sql_exception_names[SQL_EXCEPTIONS] = {
    "sqlite3.Warning",           "sqlite3.Error",         "sqlite3.InterfaceError",
    "sqlite3.DatabaseError",     "sqlite3.DataError",     "sqlite3.OperationalError",
    "sqlite3.IntegrityError",    "sqlite3.InternalError", "sqlite3.ProgrammingError",
    "sqlite3.NotSupportedError",
};

bool sql_add_exceptions(Value module)
{
    for (int i = 0; i < SQL_EXCEPTIONS; i++) {
        Type *base = i < SQL_INTERFACE_ERROR ? Exception
                     : i < SQL_DATA_ERROR    ? SQL_EXCEPTION(SQL_ERROR)
                                             : SQL_EXCEPTION(SQL_DATABASE_ERROR);
        TRY(module_add_exception(module, sql_exception_names[i], base, &sql_exceptions[i]));
    }
    return true;
}

static SqlException kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND:
        return SQL_INTERNAL_ERROR;
    case SQLITE_ERROR:
    case SQLITE_PERM:
    case SQLITE_ABORT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA:
        return SQL_OPERATIONAL_ERROR;
    case SQLITE_TOOBIG:
        return SQL_DATA_ERROR;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return SQL_INTEGRITY_ERROR;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        return SQL_INTERFACE_ERROR;
    }
    return SQL_DATABASE_ERROR;
}

static const struct {
    const char *name;
    int code;
} codes[] = {
#define CODE(name) {#name, name},
#define CONSTANT(name)
#include "modules/sqlite/constants.def"
#undef CODE
#undef CONSTANT
};

const char *sql_error_name(int code)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (codes[i].code == code)
            return codes[i].name;
    return "unknown";
}

static Value raise_error(int code, int extended, const char *text)
{
    if ((code & 0xff) == SQLITE_NOMEM)
        return raise_no_memory();
    Value message = TRY(str_from_utf8(text, strlen(text)));
    Value exception = TRY(call1(sql_exceptions[kind_of(code)], message));
    TRY(set_attr_string(exception, "sqlite_errorcode", int_small(extended)));
    TRY(set_attr_string(exception, "sqlite_errorname",
                        TRY(str_from_cstring(sql_error_name(extended)))));
    return raise_object(exception);
}

Value sql_raise(sqlite3 *db)
{
    return raise_error(SQLITE->sqlite3_errcode(db), SQLITE->sqlite3_extended_errcode(db),
                       SQLITE->sqlite3_errmsg(db));
}

Value sql_raise_code(int code)
{
    return raise_error(code, code, SQLITE->sqlite3_errstr(code));
}
