/* Signals: exception classes, what an operation signals, and SignalDict, the mapping that
 * context.flags and context.traps are. */
#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/decimal/decimal.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* A class of exceptions: a signal, or a condition of libmpdec that counts as InvalidOperation. */
typedef struct Signal {
    const char *name;
    uint32_t bits;
    Value class; /* immutable after init; a root */
} Signal;

/* In the order in which a SignalDict shows them, and in which the first that is trapped is
 * raised. */
static Signal signals[] = {
    {"InvalidOperation", MPD_IEEE_Invalid_operation, 0},
    {"FloatOperation", FLOAT_OPERATION, 0},
    {"DivisionByZero", MPD_Division_by_zero, 0},
    {"Overflow", MPD_Overflow, 0},
    {"Underflow", MPD_Underflow, 0},
    {"Subnormal", MPD_Subnormal, 0},
    {"Inexact", MPD_Inexact, 0},
    {"Rounded", MPD_Rounded, 0},
    {"Clamped", MPD_Clamped, 0},
};
enum {
    INVALID_OPERATION,
    FLOAT_OPERATION_INDEX,
    DIVISION_BY_ZERO,
    OVERFLOW_INDEX,
    UNDERFLOW_INDEX,
    SUBNORMAL,
    INEXACT,
    ROUNDED,
    CLAMPED,
    SIGNAL_COUNT
};
_Static_assert(SIGNAL_COUNT == COUNT_OF(signals), "the names of the indices above");

static Signal conditions[] = {
    {"InvalidOperation", MPD_Invalid_operation, 0},
    {"ConversionSyntax", MPD_Conversion_syntax, 0},
    {"DivisionImpossible", MPD_Division_impossible, 0},
    {"DivisionUndefined", MPD_Division_undefined, 0},
    {"InvalidContext", MPD_Invalid_context, 0},
};

static Value decimal_exception; /* the base of all; a root */

#define NO_SUCH_SIGNAL                                                                             \
    "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   "     \
    "Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]"

/* ---- Signalling ----------------------------------------------------------------------------- */

/* What the exception's argument names: conditions, then signals. */
static Value raised_list(uint32_t status)
{
    Value list = TRY(list_new(2));
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        if (status & conditions[i].bits)
            TRY(list_append(list, conditions[i].class));
    for (size_t i = 1; i < SIGNAL_COUNT; i++)
        if (status & signals[i].bits)
            TRY(list_append(list, signals[i].class));
    return list;
}

bool signal_status_slow(Value context, uint32_t status)
{
    mpd_context_t *c = &as_context(context)->mpd;
    if (status & MPD_Malloc_error)
        return raise_no_memory();
    fetch_or_relaxed(&c->status, status);
    uint32_t trapped = status & load_relaxed(&c->traps);
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        if (trapped & signals[i].bits)
            return raise_value((Type *)signals[i].class, TRY(raised_list(trapped)));
    return true;
}

/* ---- Sets of signals ------------------------------------------------------------------------ */

Value signals_as_list(uint32_t flags)
{
    Value list = TRY(list_new(SIGNAL_COUNT));
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        if (flags & signals[i].bits)
            TRY(list_append(list, signals[i].class));
    return list;
}

void signals_add_names(StrBuilder *b, uint32_t flags)
{
    const char *separator = "";
    uint32_t shown = 0;
    builder_add_char(b, '[');
    /* In the order of the bits, as libmpdec prints them: a signal is where its first one is. */
    for (uint32_t rest = flags; rest; rest &= rest - 1)
        for (size_t i = 0; i < SIGNAL_COUNT; i++)
            if (signals[i].bits & ~shown & rest & -rest) {
                builder_add_cstring(b, separator);
                builder_add_cstring(b, signals[i].name);
                separator = ", ";
                shown |= signals[i].bits;
            }
    builder_add_char(b, ']');
}

static bool signal_bits(Value class, uint32_t *bits)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        if (class == signals[i].class) {
            *bits = signals[i].bits;
            return true;
        }
    return raise(KeyError, NO_SUCH_SIGNAL);
}

bool signals_from_list(Value list, uint32_t *out)
{
    *out = 0;
    for (intptr_t i = 0; i < list_length(list); i++) {
        uint32_t bits = 0;
        Value class = list_get(list, i);
        if (!class) /* another thread makes it shorter */
            break;
        TRY(signal_bits(class, &bits));
        *out |= bits;
    }
    return true;
}

/* ---- SignalDict ------------------------------------------------------------------------------ */

typedef struct SignalDict {
    Object ob;
    Value context; /* 0 if made without one; immutable after init */
    bool traps;    /* immutable after init */
} SignalDict;

static Value signal_dict_class; /* a root */

static void signal_dict_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((SignalDict *)self)->context);
}

bool is_signal_dict(Value v)
{
    return is_object(v) && is_instance_of(v, &signal_dict_mixin_type);
}

Value signal_dict_new(Value context, bool traps)
{
    SignalDict *d = TRY((SignalDict *)object_alloc((Type *)signal_dict_class));
    d->context = context; /* NO_BARRIER: fresh, nothing allocated since */
    d->traps = traps;
    return (Value)d;
}

/* Where its bits are; 0 with ValueError. */
static uint32_t *bits_of(Value v)
{
    SignalDict *d = (SignalDict *)v;
    if (!d->context)
        return (uint32_t *)raise(ValueError, "invalid signal dict");
    mpd_context_t *c = &as_context(d->context)->mpd;
    return d->traps ? &c->traps : &c->status;
}

bool signals_from_mapping(Value mapping, uint32_t *out)
{
    *out = 0;
    if (is_signal_dict(mapping)) {
        *out = load_relaxed(TRY(bits_of(mapping)));
        return true;
    }
    if (!is_dict(mapping))
        return raise(TypeError, "argument must be a signal dict");
    if (dict_length(mapping) != SIGNAL_COUNT)
        return raise(KeyError, "invalid signal dict");
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        Value value;
        TRY(dict_find(mapping, signals[i].class, &value));
        if (!value)
            return raise(KeyError, "invalid signal dict");
        int truth = object_truth(value);
        if (truth < 0)
            return false;
        *out |= truth ? signals[i].bits : 0;
    }
    return true;
}

static Value signal_dict_getitem(Value self, Value key)
{
    uint32_t *place = TRY(bits_of(self)), bits = 0;
    TRY(signal_bits(key, &bits));
    return bool_value(load_relaxed(place) & bits);
}

static bool signal_dict_setitem(Value self, Value key, Value value)
{
    uint32_t *place = TRY(bits_of(self)), bits = 0;
    if (!value)
        return raise(ValueError, "signal keys cannot be deleted");
    TRY(signal_bits(key, &bits));
    int truth = object_truth(value);
    if (truth < 0)
        return false;
    if (truth)
        fetch_or_relaxed(place, bits);
    else
        fetch_and_relaxed(place, ~bits);
    return true;
}

static intptr_t signal_dict_length(Value self)
{
    return bits_of(self) ? SIGNAL_COUNT : -1;
}

static Value signal_dict_iter(Value self)
{
    TRY(bits_of(self));
    return get_iter(TRY(signals_as_list(UINT32_MAX)));
}

static Value signal_dict_repr(Value self)
{
    uint32_t bits = load_relaxed(TRY(bits_of(self)));
    StrBuilder b;
    builder_start(&b);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        builder_add_cstring(&b, i ? ", " : "{");
        builder_add(&b, TRY(object_repr(signals[i].class)));
        builder_add_cstring(&b, bits & signals[i].bits ? ":True" : ":False");
    }
    builder_add_char(&b, '}');
    return builder_finish(&b);
}

static Value signal_dict_compare(Value a, Value b, CompareOp op)
{
    uint32_t *place = TRY(bits_of(a)), other;
    if (op != CMP_EQ && op != CMP_NE)
        return NotImplemented;
    if (is_signal_dict(b))
        other = load_relaxed(TRY(bits_of(b)));
    else if (!is_dict(b))
        return NotImplemented;
    else if (!signals_from_mapping(b, &other))
        return error_clear_if(KeyError) ? NotImplemented : 0;
    return bool_value((load_relaxed(place) == other) == (op == CMP_EQ));
}

METHOD(signal_dict_copy, "copy", "/", "A dict with the same signals and values.")
{
    uint32_t bits = load_relaxed(TRY(bits_of(args[0])));
    Value dict = TRY(dict_new());
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        TRY(dict_set(dict, signals[i].class, bool_value(bits & signals[i].bits)));
    return dict;
}

static Value signal_dict_make(Type *type, Value *args UNUSED, size_t nargs UNUSED,
                              Value kwnames UNUSED)
{
    return object_alloc(type);
}

static MethodDef *const signal_dict_methods[] = {M(signal_dict_copy), 0};

Type signal_dict_mixin_type = {
    TYPE_HEAD("decimal.SignalDictMixin", SignalDict),
    .repr = signal_dict_repr,
    .hash = hash_unhashable,
    .compare = signal_dict_compare,
    .iter = signal_dict_iter,
    .make = signal_dict_make,
    .length = signal_dict_length,
    .getitem = signal_dict_getitem,
    .setitem = signal_dict_setitem,
    .methods = signal_dict_methods,
    .trace = signal_dict_trace,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
};

/* ---- Making the classes ---------------------------------------------------------------------- */

static bool make_class(Value *slot, const char *name, Value bases)
{
    Value namespace = TRY(dict_new());
    TRY(dict_set(namespace, names.__module__, TRY(str_intern_cstring("decimal"))));
    gc_add_root(slot, 1);
    root_store(slot, TRY(type_new_class(&type_type, TRY(str_intern_cstring(name)), TRY(bases),
                                        namespace, 0, 0, 0)));
    return true;
}

#define SIGNAL_CLASS(index, ...)                                                                   \
    make_class(&signals[index].class, signals[index].name, tuple_of(__VA_ARGS__))
#define CONDITION_CLASS(index, ...)                                                                \
    make_class(&conditions[index].class, conditions[index].name, tuple_of(__VA_ARGS__))

/* The hierarchy of "Signals" in the documentation of decimal. */
static bool make_exceptions(void)
{
    TRY(make_class(&decimal_exception, "DecimalException", tuple_of((Value)ArithmeticError)));
    Value base = decimal_exception, zero = (Value)ZeroDivisionError;
    TRY(SIGNAL_CLASS(INVALID_OPERATION, base));
    TRY(SIGNAL_CLASS(FLOAT_OPERATION_INDEX, base, (Value)TypeError));
    TRY(SIGNAL_CLASS(DIVISION_BY_ZERO, base, zero));
    TRY(SIGNAL_CLASS(SUBNORMAL, base));
    TRY(SIGNAL_CLASS(INEXACT, base));
    TRY(SIGNAL_CLASS(ROUNDED, base));
    TRY(SIGNAL_CLASS(CLAMPED, base));
    Value inexact = signals[INEXACT].class, rounded = signals[ROUNDED].class;
    TRY(SIGNAL_CLASS(OVERFLOW_INDEX, inexact, rounded));
    TRY(SIGNAL_CLASS(UNDERFLOW_INDEX, inexact, rounded, signals[SUBNORMAL].class));
    Value invalid = signals[INVALID_OPERATION].class;
    conditions[0].class = invalid;
    return CONDITION_CLASS(1, invalid) && CONDITION_CLASS(2, invalid) &&
           CONDITION_CLASS(3, invalid, zero) && CONDITION_CLASS(4, invalid);
}

static bool make_signal_dict(void)
{
    if (!(type_flags(&signal_dict_mixin_type) & TYPE_READY))
        type_ready(&signal_dict_mixin_type, 0);
    Value mapping = TRY(import_attribute("collections.abc", "MutableMapping"));
    Value bases = TRY(tuple_of((Value)&signal_dict_mixin_type, mapping));
    gc_add_root(&signal_dict_class, 1);
    root_store(&signal_dict_class,
               TRY(call3((Value)type_of(mapping), TRY(str_intern_cstring("SignalDict")), bases,
                         TRY(dict_new()))));
    return true;
}

bool signals_start(Value module)
{
    if (!signal_dict_class)
        TRY(make_exceptions() && make_signal_dict());
    TRY(module_add(module, "DecimalException", decimal_exception));
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        TRY(module_add(module, signals[i].name, signals[i].class));
    for (size_t i = 1; i < COUNT_OF(conditions); i++)
        TRY(module_add(module, conditions[i].name, conditions[i].class));
    return true;
}
