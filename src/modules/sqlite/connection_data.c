/* Connection: backups, copies in memory, blobs, dumps, limits, settings and extensions. */
#include <limits.h>
#include <time.h>

#include "base/copy.h"
#include "core/audit.h"
#include "core/call.h"
#include "modules/sqlite/sqlite.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- backup ------------------------------------------------------------------------------------
 */

typedef struct Backup {
    Connection *source, *target;
    sqlite3_backup *backup;
    int pages, sleep_ms, code;
    Value progress;
} Backup;

static Connection *first_of(const Backup *b)
{
    return b->source < b->target ? b->source : b->target;
}

static Connection *second_of(const Backup *b)
{
    return b->source < b->target ? b->target : b->source;
}

/* Both turns, in the order of addresses. */
#define BACKUP_TURN(b)                                                                             \
    TURN_ALWAYS (first_of(b), &first_of(b)->turn)                                                  \
        TURN_ALWAYS (second_of(b), &second_of(b)->turn)

static bool start_backup(Backup *b, const char *name)
{
    BACKUP_TURN(b)
    {
        sqlite3 *from = TRY(connection_open(b->source)), *to = TRY(connection_open(b->target));
        const SqliteLibrary *library = SQLITE;
        BLOCKING
        {
            b->backup = library->sqlite3_backup_init(to, "main", from, name);
        }
        return b->backup || sql_raise(to);
    }
    return false;
}

/* A step, and what is to be told of it: (status, remaining, total). */
static Value step_backup(Backup *b)
{
    BACKUP_TURN(b)
    {
        const SqliteLibrary *library = SQLITE;
        BLOCKING
        {
            b->code = library->sqlite3_backup_step(b->backup, b->pages);
        }
        return tuple_of(int_small(b->code), int_small(library->sqlite3_backup_remaining(b->backup)),
                        int_small(library->sqlite3_backup_pagecount(b->backup)));
    }
    return 0;
}

static void sleep_ms(int ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    BLOCKING
    {
        nanosleep(&time, 0);
    }
}

static bool run_backup(Backup *b)
{
    do {
        Value told = TRY(step_backup(b));
        if (b->progress != None)
            TRY(call_tuple_dict(b->progress, told, 0));
        if (b->code == SQLITE_BUSY || b->code == SQLITE_LOCKED)
            sleep_ms(b->sleep_ms);
        TRY(thread_poll(thread_self()));
    } while (b->code == SQLITE_OK || b->code == SQLITE_BUSY || b->code == SQLITE_LOCKED);
    return true;
}

static bool end_backup(Backup *b, bool ok)
{
    Value pending = error_take();
    int code = SQLITE_OK;
    for (bool done = false; !done;) {
        BACKUP_TURN(b)
        {
            const SqliteLibrary *library = SQLITE;
            BLOCKING
            {
                code = library->sqlite3_backup_finish(b->backup);
            }
            if (ok && code != SQLITE_OK) {
                sqlite3 *to = connection_open(b->target);
                ok = to && (code == SQLITE_NOMEM ? raise_no_memory() : sql_raise(to));
            }
            done = true;
        }
        if (!done) { /* a signal handler has raised: what it raised comes after the end */
            pending = error_take();
            ok = false;
        }
    }
    if (pending)
        error_restore(pending);
    return ok && !error_pending();
}

METHOD(connection_backup, "backup", "target, *, pages=-1, progress=None, name='main', sleep=0.25",
       "Makes a backup of the database.")
{
    double seconds;
    if (!is_instance_of(args[1], &connection_type))
        return raise(TypeError, "backup() argument 'target' must be sqlite3.Connection, not %B",
                     args[1]);
    Backup b = {
        .source = as_connection(args[0]), .target = as_connection(args[1]), .progress = args[3]};
    TRY(index_as_int(args[2], &b.pages));
    const char *name = TRY(sql_text_argument("backup", "'name'", args[4]));
    TRY(number_as_double(args[5], &seconds));
    b.sleep_ms = (int)(seconds * 1000.0);
    TRY(connection_check_thread(b.source));
    TRY(connection_check_open(b.source));
    if (b.source == b.target)
        return raise(ValueError, "target cannot be the same connection instance");
    TRY(connection_check_thread(b.target));
    TRY(connection_check_open(b.target));
    if (b.progress != None && !type_of(b.progress)->call)
        return raise(TypeError, "progress argument must be a callable");
    if (!b.pages)
        b.pages = -1;
    TRY(start_backup(&b, name));
    bool ok = run_backup(&b);
    return end_backup(&b, ok) ? None : 0;
}

/* ---- copies in memory ---------------------------------------------------------------------------
 */

METHOD(
    connection_serialize, "serialize", "*, name='main'",
    "Serialize a database into a byte string.\n\n  name\n    Which database to serialize.\n\nFor "
    "an ordinary on-disk database file, the serialization is just a copy of the\ndisk file. For an "
    "in-memory database or a \"temp\" database, the serialization is\nthe same sequence of bytes "
    "which would be written to disk if that database\nwere backed up to disk.")
{
    Connection *c = as_connection(args[0]);
    const char *name = TRY(sql_text_argument("serialize", "'name'", args[1]));
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        const SqliteLibrary *library = SQLITE;
        sqlite3 *db = TRY(connection_open(c));
        sqlite3_int64 size = 0;
        const char *data =
            (const char *)library->sqlite3_serialize(db, name, &size, SQLITE_SERIALIZE_NOCOPY);
        bool copied = !data;
        if (copied) {
            BLOCKING
            {
                data = (const char *)library->sqlite3_serialize(db, name, &size, 0);
            }
        }
        if (!data)
            return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "unable to serialize '%s'", name);
        Value result = bytes_from(data, (size_t)size);
        if (copied)
            library->sqlite3_free((void *)(uintptr_t)data);
        return result;
    }
    return 0;
}

static bool load_copy(Connection *c, const char *name, unsigned char *copy, intptr_t size)
{
    TURN_ALWAYS (c, &c->turn) {
        const SqliteLibrary *library = SQLITE;
        const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
        sqlite3 *db = TRY(connection_open(c));
        int code = SQLITE_OK;
        BLOCKING
        {
            code = library->sqlite3_deserialize(db, name, copy, size, size, flags);
        }
        return code == SQLITE_OK || sql_raise_code(code);
    }
    return false;
}

METHOD(
    connection_deserialize, "deserialize", "data, /, *, name='main'",
    "Load a serialized database.\n\n  data\n    The serialized database content.\n  name\n    "
    "Which database to reopen with the deserialization.\n\nThe deserialize interface causes the "
    "database connection to disconnect from the\ntarget database, and then reopen it as an "
    "in-memory database based on the given\nserialized data.\n\nThe deserialize interface will "
    "fail with SQLITE_BUSY if the database is\ncurrently in a read transaction or is involved in a "
    "backup operation.")
{
    Connection *c = as_connection(args[0]);
    Value data = is_str(args[1]) ? 0 : args[1];
    Buffer buffer;
    if (!data) {
        size_t size;
        const char *text = TRY(str_utf8(args[1], &size));
        data = TRY(bytes_from(text, size));
    }
    TRY(buffer_get(data, &buffer, BUFFER_READ));
    intptr_t size = buffer.size;
    unsigned char *copy = SQLITE->sqlite3_malloc64((sqlite3_uint64)size);
    if (copy)
        copy_seen((char *)copy, buffer.data, (size_t)size);
    buffer_release(&buffer);
    if (size && !copy)
        return raise_no_memory();
    const char *name = sql_text_argument("deserialize", "'name'", args[2]);
    if (!name || !connection_check_thread(c) || !connection_check_open(c)) {
        SQLITE->sqlite3_free(copy);
        return 0;
    }
    return load_copy(c, name, copy, size) ? None : 0; /* which has freed the copy if it failed */
}

/* ---- blobs and dumps ----------------------------------------------------------------------------
 */

METHOD(connection_blobopen, "blobopen", "table, column, row, /, *, readonly=False, name='main'",
       "Open and return a BLOB object.\n\n  table\n    Table name.\n  column\n    Column name.\n  "
       "row\n    Row index.\n  readonly\n    Open the BLOB without write permissions.\n  name\n    "
       "Database name.")
{
    Connection *c = as_connection(args[0]);
    int64_t row;
    const char *table = TRY(sql_text_argument("blobopen", "1", args[1]));
    const char *column = TRY(sql_text_argument("blobopen", "2", args[2]));
    if (!is_int_any(args[3]))
        return raise(TypeError, "expected 'int'");
    TRY(sql_integer(args[3], &row));
    int readonly = TRY_NOT_NEGATIVE(object_truth(args[4]), 0);
    const char *name = TRY(sql_text_argument("blobopen", "'name'", args[5]));
    TRY(connection_check_thread(c));
    return blob_open(c, name, table, column, row, readonly);
}

METHOD(connection_iterdump, "iterdump", "*, filter=None",
       "Returns iterator to the dump of the database in an SQL text format.\n\n  filter\n    An "
       "optional LIKE pattern for database objects to dump")
{
    TRY(connection_check_open(as_connection(args[0])));
    Value function = TRY(import_attribute("sqlite3.dump", "_iterdump"));
    Value named = TRY(dict_new());
    TRY(dict_set_cstring(named, "filter", args[1]));
    return call_tuple_dict(function, TRY(tuple_of(args[0])), named);
}

/* ---- limits and settings ------------------------------------------------------------------------
 */

static Value exchange_limit(Connection *c, int category, int limit)
{
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        int old = SQLITE->sqlite3_limit(db, category, limit);
        if (old < 0)
            return raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "'category' is out of bounds");
        return int_small(old);
    }
    return 0;
}

METHOD(
    connection_setlimit, "setlimit", "category, limit, /",
    "Set connection run-time limits.\n\n  category\n    The limit category to be set.\n  limit\n   "
    " The new limit. If the new limit is a negative number, the limit is\n    unchanged.\n\n"
    "Attempts to increase a limit above its hard upper bound are silently truncated\nto the hard "
    "upper bound. Regardless of whether or not the limit was changed,\nthe prior value of the "
    "limit "
    "is returned.")
{
    int category, limit;
    TRY(index_as_int(args[1], &category));
    TRY(index_as_int(args[2], &limit));
    return exchange_limit(as_connection(args[0]), category, limit);
}

METHOD(connection_getlimit, "getlimit", "category, /",
       "Get connection run-time limits.\n\n  category\n    The limit category to be queried.")
{
    int category;
    TRY(index_as_int(args[1], &category));
    return exchange_limit(as_connection(args[0]), category, -1);
}

/* Those of sqlite3_db_config that take a bool. */
static bool is_bool_config(int op)
{
    return op >= SQLITE_DBCONFIG_ENABLE_FKEY && op <= SQLITE_DBCONFIG_LEGACY_FILE_FORMAT;
}

/* enable -1: only asks. */
static bool configure(Connection *c, int op, int enable, int *actual)
{
    TRY(connection_check_thread(c));
    TRY(connection_check_open(c));
    if (!is_bool_config(op))
        return raise(ValueError, "unknown config 'op': %d", op);
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        return SQLITE->sqlite3_db_config(db, op, enable, actual) == SQLITE_OK || sql_raise(db);
    }
    return false;
}

METHOD(connection_setconfig, "setconfig", "op, enable=True, /",
       "Set a boolean connection configuration option.\n\n  op\n    The configuration verb; one of "
       "the sqlite3.SQLITE_DBCONFIG codes.")
{
    int op, actual = 0;
    TRY(index_as_int(args[1], &op));
    int enable = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    TRY(configure(as_connection(args[0]), op, enable, &actual));
    return actual == enable ? None
                            : raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "Unable to set config");
}

METHOD(
    connection_getconfig, "getconfig", "op, /",
    "Query a boolean connection configuration option.\n\n  op\n    The configuration verb; one of "
    "the sqlite3.SQLITE_DBCONFIG codes.")
{
    int op, actual = 0;
    TRY(index_as_int(args[1], &op));
    TRY(configure(as_connection(args[0]), op, -1, &actual));
    return bool_value(actual);
}

/* ---- extensions --------------------------------------------------------------------------------
 */

METHOD(connection_enable_load_extension, "enable_load_extension", "enable, /",
       "Enable dynamic loading of SQLite extension modules.")
{
    Connection *c = as_connection(args[0]);
    int enable = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    TRY(AUDIT("sqlite3.enable_load_extension", args[0], bool_value(enable)));
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        sqlite3 *db = TRY(connection_open(c));
        if (SQLITE->sqlite3_enable_load_extension(db, enable) == SQLITE_OK)
            return None;
        return raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "Error enabling load extension");
    }
    return 0;
}

METHOD(connection_load_extension, "load_extension", "name, /, *, entrypoint=None",
       "Load SQLite extension module.")
{
    Connection *c = as_connection(args[0]);
    const char *entry = 0, *name = TRY(sql_text_argument("load_extension", "1", args[1]));
    if (args[2] != None)
        entry = TRY(sql_text_argument("load_extension", "'entrypoint'", args[2]));
    TRY(AUDIT("sqlite3.load_extension", args[0], args[1]));
    TRY(connection_check_thread(c));
    TURN_ALWAYS (c, &c->turn) {
        const SqliteLibrary *library = SQLITE;
        sqlite3 *db = TRY(connection_open(c));
        char *text = 0;
        int code = SQLITE_OK;
        BLOCKING
        {
            code = library->sqlite3_load_extension(db, name, entry, &text);
        }
        if (code == SQLITE_OK)
            return None;
        raise(SQL_EXCEPTION(SQL_OPERATIONAL_ERROR), "%s", text ? text : "load_extension failed");
        library->sqlite3_free(text);
    }
    return 0;
}

MethodDef *const connection_data_methods[] = {
    M(connection_backup),         M(connection_serialize),
    M(connection_deserialize),    M(connection_blobopen),
    M(connection_iterdump),       M(connection_setlimit),
    M(connection_getlimit),       M(connection_setconfig),
    M(connection_getconfig),      M(connection_enable_load_extension),
    M(connection_load_extension), 0,
};
