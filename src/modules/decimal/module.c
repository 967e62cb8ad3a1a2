/* The _decimal module. */
#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/decimal/decimal.h"
#include "types/dict.h"
#include "types/tuple.h"

Value decimal_tuple_class; /* a root */

/* DecimalTuple is a namedtuple of the module `decimal`. */
static bool make_decimal_tuple(void)
{
    Value make = TRY(import_attribute("collections", "namedtuple"));
    Value kwnames = TRY(tuple_of(TRY(str_intern_cstring("module"))));
    Value args[] = {TRY(str_from_cstring("DecimalTuple")),
                    TRY(str_from_cstring("sign digits exponent")),
                    TRY(str_intern_cstring("decimal"))};
    gc_add_root(&decimal_tuple_class, 1);
    root_store(&decimal_tuple_class, TRY(call(make, args, 2, kwnames)));
    return true;
}

static bool register_abstract(void)
{
    Value number = TRY(import_attribute("numbers", "Number"));
    Value method = TRY(get_attr_string(number, "register"));
    return call1(method, (Value)&decimal_type) != 0;
}

/* What is made once, however often the module is executed. */
static bool start(void)
{
    Type *const types[] = {&decimal_type, &decimal_context_type, &context_manager_type};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (!(type_flags(types[i]) & TYPE_READY))
            type_ready(types[i], 0);
    return context_start() && current_start() && compare_start() && register_abstract() &&
           make_decimal_tuple();
}

static bool add_constants(Value module)
{
    for (int i = 0; i < MPD_ROUND_TRUNC; i++) {
        Value name = rounding_name(i);
        TRY(dict_set(module_dict(module), name, name));
    }
    return module_add_int(module, "MAX_PREC", MPD_MAX_PREC) &&
           module_add_int(module, "MAX_EMAX", MPD_MAX_EMAX) &&
           module_add_int(module, "MIN_EMIN", MPD_MIN_EMIN) &&
           module_add_int(module, "MIN_ETINY", MPD_MIN_ETINY) &&
           module_add(module, "HAVE_THREADS", True) &&
           module_add(module, "HAVE_CONTEXTVAR", True) &&
           module_add_string(module, "__version__", "1.70") &&
           module_add_string(module, "__libmpdec_version__", mpd_version());
}

static bool execute(Value module)
{
    TRY(signals_start(module));
    if (!decimal_tuple_class)
        TRY(start());
    return module_add_type(module, &decimal_type) &&
           module_add_type(module, &decimal_context_type) &&
           module_add(module, "DecimalTuple", decimal_tuple_class) &&
           module_add(module, "DefaultContext", default_context) &&
           module_add(module, "BasicContext", basic_context) &&
           module_add(module, "ExtendedContext", extended_context) && add_constants(module);
}

const ModuleDef module__decimal = {
    .name = "_decimal",
    .doc = "C decimal arithmetic module",
    .functions = decimal_functions,
    .execute = execute,
};
