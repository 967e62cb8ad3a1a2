/* SQLite, loaded with the module. */
#ifndef WEFT_MODULES_SQLITE_LIBRARY_H
#define WEFT_MODULES_SQLITE_LIBRARY_H

#include <sqlite3.h>
#include "modules/lazy_library.h"

/* clang-format off */
#define SQLITE_FUNCTIONS(F) \
    F(sqlite3_libversion) F(sqlite3_threadsafe) F(sqlite3_complete) F(sqlite3_errstr) \
    F(sqlite3_open_v2) F(sqlite3_close_v2) F(sqlite3_extended_result_codes) F(sqlite3_errcode) F(sqlite3_extended_errcode) \
    F(sqlite3_errmsg) F(sqlite3_interrupt) F(sqlite3_get_autocommit) F(sqlite3_changes) \
    F(sqlite3_total_changes) F(sqlite3_last_insert_rowid) F(sqlite3_limit) F(sqlite3_db_config) \
    F(sqlite3_db_handle) F(sqlite3_db_mutex) F(sqlite3_mutex_try) F(sqlite3_mutex_leave) F(sqlite3_busy_handler) \
    F(sqlite3_prepare_v2) F(sqlite3_step) F(sqlite3_reset) F(sqlite3_finalize) \
    F(sqlite3_clear_bindings) F(sqlite3_sql) F(sqlite3_expanded_sql) F(sqlite3_stmt_readonly) \
    F(sqlite3_stmt_busy) F(sqlite3_bind_parameter_count) F(sqlite3_bind_parameter_name) \
    F(sqlite3_bind_null) F(sqlite3_bind_int64) F(sqlite3_bind_double) F(sqlite3_bind_text) \
    F(sqlite3_bind_blob) F(sqlite3_column_count) F(sqlite3_data_count) F(sqlite3_column_name) \
    F(sqlite3_column_decltype) F(sqlite3_column_type) F(sqlite3_column_int64) \
    F(sqlite3_column_double) F(sqlite3_column_text) F(sqlite3_column_blob) \
    F(sqlite3_column_bytes) F(sqlite3_create_function_v2) F(sqlite3_create_window_function) \
    F(sqlite3_create_collation_v2) F(sqlite3_user_data) F(sqlite3_context_db_handle) F(sqlite3_aggregate_context) \
    F(sqlite3_value_type) F(sqlite3_value_int64) F(sqlite3_value_double) F(sqlite3_value_text) \
    F(sqlite3_value_blob) F(sqlite3_value_bytes) F(sqlite3_result_null) F(sqlite3_result_int64) \
    F(sqlite3_result_double) F(sqlite3_result_text) F(sqlite3_result_blob) \
    F(sqlite3_result_error) F(sqlite3_result_error_nomem) F(sqlite3_result_error_toobig) \
    F(sqlite3_set_authorizer) F(sqlite3_progress_handler) F(sqlite3_trace_v2) \
    F(sqlite3_backup_init) F(sqlite3_backup_step) F(sqlite3_backup_remaining) \
    F(sqlite3_backup_pagecount) F(sqlite3_backup_finish) F(sqlite3_blob_open) \
    F(sqlite3_blob_close) F(sqlite3_blob_bytes) F(sqlite3_blob_read) F(sqlite3_blob_write) \
    F(sqlite3_serialize) F(sqlite3_deserialize) F(sqlite3_malloc64) F(sqlite3_free) \
    F(sqlite3_enable_load_extension) F(sqlite3_load_extension)
/* clang-format on */

LAZY_LIBRARY_TYPE(SqliteLibrary, SQLITE_FUNCTIONS)

/* 0 with ImportError if the library is not there. Executing the module has loaded it. */
const SqliteLibrary *sqlite_library(void) MUST_USE;
#define SQLITE sqlite_library()

#endif
