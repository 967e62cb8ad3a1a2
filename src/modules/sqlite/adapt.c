/* Adapters and converters: what Python objects are stored as, and what is made of what is read. */
#include "core/call.h"
#include "modules/sqlite/sqlite.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"

Value sql_converters, sql_adapters;
bool sql_adapts_base_types;

/* o.method(argument): *result is 0 if there is no such method, or it does not know how. */
static bool ask(Value o, const char *method, Value argument, Value *result)
{
    Value name = TRY(str_intern_cstring(method)), bound;
    *result = 0;
    TRY(get_attr_optional(o, name, &bound));
    if (!bound)
        return true;
    Value answer = call1(bound, argument);
    if (!answer)
        return error_clear_if(TypeError);
    *result = answer == None ? 0 : answer;
    return true;
}

Value sql_adapt(Value o, Value protocol, Value otherwise)
{
    Value adapter, result;
    Value key = TRY(tuple_of((Value)type_of(o), protocol));
    TRY(dict_find(sql_adapters, key, &adapter));
    if (adapter)
        return call1(adapter, o);
    TRY(ask(protocol, "__adapt__", o, &result));
    if (!result)
        TRY(ask(o, "__conform__", protocol, &result));
    if (result)
        return result;
    return otherwise ? otherwise : raise(SQL_EXCEPTION(SQL_PROGRAMMING_ERROR), "can't adapt");
}

FUNCTION(module_adapt, "adapt", "obj, proto=?PrepareProtocolType, alt=?<unrepresentable>, /",
         "Adapt given object to given protocol.")
{
    return sql_adapt(args[0], args[1] ? args[1] : (Value)&prepare_protocol_type, args[2]);
}

FUNCTION(register_adapter, "register_adapter", "type, adapter, /",
         "Register a function to adapt Python objects to SQLite values.")
{
    const Type *type = (const Type *)args[0];
    if (type == &int_type || type == &float_type || type == &str_type || type == &bytearray_type)
        store_release(&sql_adapts_base_types, true);
    Value key = TRY(tuple_of(args[0], (Value)&prepare_protocol_type));
    return dict_set(sql_adapters, key, args[1]) ? None : 0;
}

FUNCTION(register_converter, "register_converter", "typename, converter, /",
         "Register a function to convert SQLite values to Python objects.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "register_converter() argument 1 must be str, not %B", args[0]);
    Value name = TRY(call_method0(args[0], TRY(str_intern_cstring("upper"))));
    return dict_set(sql_converters, name, args[1]) ? None : 0;
}

MethodDef *const adapt_functions[] = {
    M(module_adapt),
    M(register_adapter),
    M(register_converter),
    0,
};

INIT_METHOD(prepare_protocol_init, "*args, **kwargs")
{
    return None;
}

static Value prepare_protocol_make(Type *type, Value *args UNUSED, size_t nargs UNUSED,
                                   Value kwnames UNUSED)
{
    return object_alloc(type);
}

Type prepare_protocol_type = {
    TYPE_HEAD("sqlite3.PrepareProtocol", Object),
    .make = prepare_protocol_make,
    .doc = "PEP 246 style object adaption protocol type.",
    .init_def = M(prepare_protocol_init),
};
