#include "modules/ctypes/paramflags.h"

#include "core/call.h"
#include "modules/ctypes/ctypes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

enum { FLAG_IN = 1, FLAG_OUT = 2, FLAG_LCID = 4, FLAGS = FLAG_IN | FLAG_OUT | FLAG_LCID };

typedef struct ParamFlag {
    int flags;
    Value name, fallback; /* 0: none */
} ParamFlag;

static bool read_flag(Value item, ParamFlag *flag)
{
    intptr_t length = is_tuple(item) ? tuple_length(item) : 0;
    if (length < 1 || length > 3 || !is_int_any(tuple_get(item, 0)))
        return raise(TypeError, "paramflags must be a sequence of (int [,string [,value]]) tuples");
    flag->flags = (int)int_low_bits(tuple_get(item, 0)) & FLAGS;
    flag->name = length > 1 && tuple_get(item, 1) != None ? tuple_get(item, 1) : 0;
    flag->fallback = length > 2 ? tuple_get(item, 2) : 0;
    if (flag->name && !is_str(flag->name))
        return raise(TypeError, "paramflags must be a sequence of (int [,string [,value]]) tuples");
    return true;
}

static bool check_out_type(Value type, intptr_t number)
{
    char letter = ctype_letter(type);
    if (is_ctype_of(type, &pointer_meta) || is_ctype_of(type, &array_meta) || letter == 'P' ||
        letter == 'z' || letter == 'Z')
        return true;
    return raise(TypeError, "'out' parameter %zd must be a pointer type, not %s", number,
                 is_type(type) ? type_short_name((Type *)type) : TYPE_NAME(type));
}

bool paramflags_check(Value paramflags, Value argtypes)
{
    if (!argtypes)
        return raise(TypeError, "abstract class");
    if (!is_tuple(paramflags))
        return raise(TypeError, "paramflags must be a tuple or None");
    intptr_t count = tuple_length(paramflags);
    for (intptr_t i = 0; i < count; i++) {
        ParamFlag flag;
        if (count != tuple_length(argtypes))
            break;
        TRY(read_flag(tuple_get(paramflags, i), &flag));
        if (flag.flags == FLAG_OUT)
            TRY(check_out_type(tuple_get(argtypes, i), i + 1));
        else if (flag.flags & FLAG_LCID && flag.flags != (FLAG_IN | FLAG_LCID))
            return raise(TypeError, "paramflag value %d not supported", flag.flags);
    }
    return count == tuple_length(argtypes) ||
           raise(ValueError, "paramflags must have the same length as argtypes");
}

/* ---- a call -----------------------------------------------------------------------------------
 */

/* The arguments that were given, and how many have been used. */
typedef struct Given {
    Value *args;
    size_t nargs, used;
    Value kwnames;
} Given;

static Value keyword(const Given *g, Value name)
{
    for (intptr_t i = 0; name && g->kwnames && i < tuple_length(g->kwnames); i++)
        if (str_equal(tuple_get(g->kwnames, i), name))
            return g->args[g->nargs + (size_t)i];
    return 0;
}

static Value next_argument(Given *g, const ParamFlag *flag)
{
    if (g->used < g->nargs)
        return g->args[g->used++];
    Value value = keyword(g, flag->name);
    if (value) {
        g->used++;
        return value;
    }
    if (flag->fallback)
        return flag->fallback;
    if (flag->name)
        return raise(TypeError, "required argument '%V' missing", flag->name);
    return raise(TypeError, "not enough arguments");
}

/* Room for what the function writes. */
static Value out_argument(Value type, const ParamFlag *flag)
{
    if (flag->fallback)
        return flag->fallback;
    CInfo *info = TRY(ctype_info_of_class((Type *)type));
    if (is_ctype_of(type, &array_meta))
        return call0(type);
    Value proto = load_acquire(&info->proto);
    return proto ? call0(proto)
                 : raise(TypeError, "%s 'out' parameter must be passed as default value",
                         type_short_name((Type *)type));
}

static Value plan_argument(Given *g, const ParamFlag *flag, Value type, intptr_t i, ParamPlan *plan)
{
    uint64_t bit = UINT64_C(1) << (i % 64);
    if (flag->flags & FLAG_OUT) {
        plan->out[i / 64] |= bit;
        plan->results++;
    }
    switch (flag->flags) {
    case FLAG_IN | FLAG_LCID:
        return flag->fallback ? flag->fallback : int_small(0);
    case FLAG_IN | FLAG_OUT:
        plan->in_out[i / 64] |= bit;
        return next_argument(g, flag);
    case FLAG_OUT:
        return out_argument(type, flag);
    }
    return next_argument(g, flag);
}

bool paramflags_plan(Value paramflags, Value argtypes, Value *args, size_t nargs, Value kwnames,
                     ParamPlan *plan)
{
    Given given = {args, nargs, 0, kwnames};
    intptr_t count = tuple_length(argtypes);
    size_t all = nargs + (kwnames ? (size_t)tuple_length(kwnames) : 0);
    *plan = (ParamPlan){.args = TRY(tuple_new(count))};
    if (count != tuple_length(paramflags))
        return raise(ValueError, "paramflags must have the same length as argtypes");
    for (intptr_t i = 0; i < count; i++) {
        ParamFlag flag;
        TRY(read_flag(tuple_get(paramflags, i), &flag));
        tuple_init(plan->args, i,
                   TRY(plan_argument(&given, &flag, tuple_get(argtypes, i), i, plan)));
    }
    return given.used == all ||
           raise(TypeError, "call takes exactly %zu arguments (%zu given)", given.used, all);
}

static Value outcome(const ParamPlan *plan, intptr_t i)
{
    Value value = tuple_get(plan->args, i);
    if (plan->in_out[i / 64] >> (i % 64) & 1)
        return value;
    return call0(TRY(get_attr_string(value, "__ctypes_from_outparam__")));
}

Value paramflags_result(const ParamPlan *plan, Value result)
{
    if (!plan->results)
        return result;
    Value all = TRY(tuple_new(plan->results));
    for (intptr_t i = 0, n = 0; n < plan->results; i++) {
        if (!(plan->out[i / 64] >> (i % 64) & 1))
            continue;
        Value value = TRY(outcome(plan, i));
        if (plan->results == 1)
            return value;
        tuple_init(all, n++, value);
    }
    return all;
}
