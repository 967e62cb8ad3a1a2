#include "modules/sqlite/library.h"

LAZY_LIBRARY_FUNCTION(SqliteLibrary, sqlite_library, "libsqlite3.so.0", SQLITE_FUNCTIONS)
