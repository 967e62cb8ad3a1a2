/* The marshal module. */
#include "core/audit.h"
#include "modules/marshal.h"

#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/text.h"

FUNCTION(marshal_dump, "dump", "value, file, version=4, /, *, allow_code=True",
         "Write the value on the open file.")
{
    int version;
    TRY(index_as_int(args[2], &version));
    int allow = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    TRY(AUDIT("marshal.dumps", args[0], int_small(version)));
    Value bytes = TRY(marshal_dumps(args[0], version, allow));
    return call_method1(args[1], names.write, bytes);
}

FUNCTION(marshal_load, "load", "file, /, *, allow_code=True",
         "Read one value from the open file and return it.")
{
    int allow = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    TRY(AUDIT("marshal.load"));
    Value probe = TRY(call_method1(args[0], names.read, int_small(0)));
    if (!is_bytes(probe))
        return raise(TypeError, "file.read() returned not bytes but %T", probe);
    return marshal_load_file(args[0], allow);
}

FUNCTION(marshal_dumps_, "dumps", "value, version=4, /, *, allow_code=True",
         "Return the bytes object that would be written to a file by dump(value, file).")
{
    int version;
    TRY(index_as_int(args[1], &version));
    int allow = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    TRY(AUDIT("marshal.dumps", args[0], int_small(version)));
    return marshal_dumps(args[0], version, allow);
}

FUNCTION(marshal_loads_, "loads", "bytes, /, *, allow_code=True",
         "Convert the bytes-like object to a value.")
{
    int allow = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[0], &data));
    TRY(AUDIT("marshal.loads", bytes_from(data.data, (size_t)data.length)));
    return marshal_loads(data.data, (size_t)data.length, allow, 0);
}

static MethodDef *const functions[] = {M(marshal_dump), M(marshal_load), M(marshal_dumps_),
                                       M(marshal_loads_), 0};

static bool execute(Value module)
{
    return module_add_int(module, "version", MARSHAL_VERSION);
}

const ModuleDef module_marshal = {
    .name = "marshal",
    .doc = "This module contains functions that can read and write Python values in\n"
           "a binary format. The format is specific to Python, but independent of\n"
           "machine architecture issues.",
    .functions = functions,
    .execute = execute,
};
