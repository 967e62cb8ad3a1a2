/* _csv: the module: registered dialects, the limit of fields. */
#include "core/abstract.h"
#include "core/error.h"
#include "core/share.h"
#include "modules/csv/csv.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

Value csv_error;
static Value dialects;                    /* dict: name to Dialect; a root, once made */
static intptr_t field_limit = 128 * 1024; /* atomic */

intptr_t csv_field_limit(void)
{
    return load_relaxed(&field_limit);
}

Value csv_registered_dialect(Value name)
{
    Value dialect = dict_get(dialects, name);
    if (dialect || error_pending())
        return dialect;
    return raise((Type *)csv_error, "unknown dialect");
}

FUNCTION(csv_register, "register_dialect", "name, /, dialect=?, **fmtparams",
         "Create a mapping from a string name to a dialect class.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "dialect name must be a string");
    Dialect *dialect = TRY(csv_dialect(args[1], args[2]));
    TRY(dict_set(dialects, args[0], (Value)dialect));
    return None;
}

FUNCTION(csv_unregister, "unregister_dialect", "name",
         "Delete the name/dialect mapping associated with a string name.")
{
    bool found;
    TRY(dict_delete(dialects, args[0], &found));
    return found ? None : raise((Type *)csv_error, "unknown dialect");
}

FUNCTION(csv_get, "get_dialect", "name", "Return the dialect instance associated with name.")
{
    return csv_registered_dialect(args[0]);
}

FUNCTION(csv_list, "list_dialects", "", "Return a list of all known dialect names.")
{
    return dict_keys_list(dialects);
}

FUNCTION(csv_limit, "field_size_limit", "new_limit=?",
         "Sets an upper limit on parsed fields; returns the old limit.")
{
    intptr_t old = csv_field_limit();
    if (args[0]) {
        int64_t limit;
        if (!is_int_any(args[0]))
            return raise(TypeError, "limit must be an integer");
        TRY(index_as_int64(args[0], &limit));
        store_relaxed(&field_limit, (intptr_t)limit);
    }
    return int_from(old);
}

static MethodDef *const functions[] = {M(csv_register), M(csv_unregister), M(csv_get),
                                       M(csv_list),     M(csv_limit),      0};

static bool add_types(Value module)
{
    Type *types[] = {&csv_dialect_type, &csv_reader_type, &csv_writer_type};
    static const char *const names[] = {"Dialect", "Reader", "Writer"};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (!(type_flags(types[i]) & TYPE_READY))
            type_ready(types[i], 0);
        TRY(module_add(module, names[i], (Value)types[i]));
    }
    return true;
}

static bool execute(Value module)
{
    static const char *const names[QUOTE_COUNT] = {"QUOTE_MINIMAL",    "QUOTE_ALL",
                                                   "QUOTE_NONNUMERIC", "QUOTE_NONE",
                                                   "QUOTE_STRINGS",    "QUOTE_NOTNULL"};
    if (!dialects) {
        gc_add_root(&dialects, 1);
        root_store(&dialects, TRY(dict_new()));
    }
    for (int i = 0; i < QUOTE_COUNT; i++)
        TRY(module_add_int(module, names[i], i));
    return module_add(module, "_dialects", dialects) && add_types(module) &&
           module_add_functions(module, csv_reader_functions) &&
           module_add_functions(module, csv_writer_functions) &&
           module_add_exception(module, "_csv.Error", Exception, &csv_error);
}

const ModuleDef module__csv = {"_csv", "CSV parsing and writing.", functions, execute};
