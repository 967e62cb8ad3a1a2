/* The type Context: settings and flags. Its arithmetic is in context_methods.c. */
#include <string.h>
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/decimal/decimal.h"
#include "types/int.h"
#include "types/list.h"
#include "types/tuple.h"

Value default_context, basic_context, extended_context; /* roots */

#define DEFAULT_TRAPS (MPD_IEEE_Invalid_operation | MPD_Division_by_zero | MPD_Overflow)

static void context_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((DecimalContext *)self)->flags));
    gc_visit(tracer, load_relaxed(&((DecimalContext *)self)->traps));
}

/* ---- Rounding modes -----------------------------------------------------------------------------
 */

static Value rounding_names[MPD_ROUND_TRUNC]; /* by libmpdec's number; interned; roots */

static bool make_rounding_names(void)
{
    static const char *const texts[] = {
        [MPD_ROUND_UP] = "ROUND_UP",
        [MPD_ROUND_DOWN] = "ROUND_DOWN",
        [MPD_ROUND_CEILING] = "ROUND_CEILING",
        [MPD_ROUND_FLOOR] = "ROUND_FLOOR",
        [MPD_ROUND_HALF_UP] = "ROUND_HALF_UP",
        [MPD_ROUND_HALF_DOWN] = "ROUND_HALF_DOWN",
        [MPD_ROUND_HALF_EVEN] = "ROUND_HALF_EVEN",
        [MPD_ROUND_05UP] = "ROUND_05UP",
    };
    _Static_assert(COUNT_OF(texts) == COUNT_OF(rounding_names), "a name for each mode");
    gc_add_root(rounding_names, COUNT_OF(rounding_names));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        root_store(&rounding_names[i], TRY(str_intern_cstring(texts[i])));
    return true;
}

Value rounding_name(int round)
{
    return rounding_names[round];
}

bool rounding_from(Value v, int *out)
{
    for (int i = 0; i < MPD_ROUND_TRUNC; i++)
        if (v == rounding_names[i]) {
            *out = i;
            return true;
        }
    for (int i = 0; is_str(v) && i < MPD_ROUND_TRUNC; i++)
        if (str_equal(v, rounding_names[i])) {
            *out = i;
            return true;
        }
    return raise(TypeError, "valid values for rounding are:\n"
                            "  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n"
                            "   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n"
                            "   ROUND_05UP]");
}

/* ---- Making them
 * ---------------------------------------------------------------------------------- */

static Value context_with(Type *type, const mpd_context_t *settings, int capitals)
{
    DecimalContext *c = TRY(NEW(DecimalContext, type));
    c->mpd = *settings;
    c->capitals = capitals;
    return (Value)c;
}

Value context_new_default(Type *type)
{
    mpd_context_t settings = context_settings(default_context);
    return context_with(type, &settings, 1);
}

Value context_copy(Value v)
{
    mpd_context_t settings = context_settings(v);
    settings.status = load_relaxed(&as_context(v)->mpd.status);
    return context_with(&decimal_context_type, &settings, load_relaxed(&as_context(v)->capitals));
}

static Value context_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return context_new_default(type);
}

/* ---- Attributes
 * ------------------------------------------------------------------------------------- */

/* An int in [low, high]. */
static bool take_number(Value v, intptr_t low, intptr_t high, intptr_t *out, const char *message)
{
    TRY(is_int_any(v) || raise(TypeError, "an integer is required"));
    TRY(index_as_intptr(v, out));
    return (*out >= low && *out <= high) || raise(ValueError, "%s", message);
}

static bool refuse_deletion(Value value)
{
    return value || raise(AttributeError, "context attributes cannot be deleted");
}

/* The attributes that are numbers: name, field, its type, and what it may be. */
#define NUMBER_ATTRIBUTE(id, field, T, low, high, message)                                         \
    static Value get_##id(Value self)                                                              \
    {                                                                                              \
        return int_from((intptr_t)load_relaxed(&as_context(self)->field));                         \
    }                                                                                              \
    static bool set_##id(Value self, Value value)                                                  \
    {                                                                                              \
        intptr_t number;                                                                           \
        TRY(refuse_deletion(value) && take_number(value, low, high, &number, message));            \
        store_relaxed(&as_context(self)->field, (T)number);                                        \
        return true;                                                                               \
    }
NUMBER_ATTRIBUTE(prec, mpd.prec, mpd_ssize_t, 1, MPD_MAX_PREC,
                 "valid range for prec is [1, MAX_PREC]")
NUMBER_ATTRIBUTE(emax, mpd.emax, mpd_ssize_t, 0, MPD_MAX_EMAX,
                 "valid range for Emax is [0, MAX_EMAX]")
NUMBER_ATTRIBUTE(emin, mpd.emin, mpd_ssize_t, MPD_MIN_EMIN, 0,
                 "valid range for Emin is [MIN_EMIN, 0]")
NUMBER_ATTRIBUTE(capitals, capitals, int, 0, 1, "valid values for capitals are 0 or 1")
NUMBER_ATTRIBUTE(clamp, mpd.clamp, int, 0, 1, "valid values for clamp are 0 or 1")

static Value get_rounding(Value self)
{
    return rounding_name(load_relaxed(&as_context(self)->mpd.round));
}

static bool set_rounding(Value self, Value value)
{
    int round;
    TRY(refuse_deletion(value) && rounding_from(value, &round));
    store_relaxed(&as_context(self)->mpd.round, round);
    return true;
}

/* The SignalDict in *slot, made when it is first asked for. */
static Value signal_dict_in(Value self, Value *slot, bool traps)
{
    Value dict = load_acquire(slot);
    if (dict)
        return dict;
    Value fresh = TRY(signal_dict_new(self, traps));
    WITH_LOCK (self) {
        dict = *slot;
        if (!dict) {
            gc_store(self, slot, fresh);
            dict = fresh;
        }
    }
    return dict;
}

static Value get_flags(Value self)
{
    return signal_dict_in(self, &as_context(self)->flags, false);
}

static Value get_traps(Value self)
{
    return signal_dict_in(self, &as_context(self)->traps, true);
}

static bool set_flags(Value self, Value value)
{
    uint32_t bits;
    TRY(refuse_deletion(value) && signals_from_mapping(value, &bits));
    store_relaxed(&as_context(self)->mpd.status, bits);
    return true;
}

static bool set_traps(Value self, Value value)
{
    uint32_t bits;
    TRY(refuse_deletion(value) && signals_from_mapping(value, &bits));
    store_relaxed(&as_context(self)->mpd.traps, bits);
    return true;
}

static const GetSetDef context_getset[] = {
    {"prec", get_prec, set_prec, 0},
    {"Emax", get_emax, set_emax, 0},
    {"Emin", get_emin, set_emin, 0},
    {"rounding", get_rounding, set_rounding, 0},
    {"capitals", get_capitals, set_capitals, 0},
    {"clamp", get_clamp, set_clamp, 0},
    {"flags", get_flags, set_flags, 0},
    {"traps", get_traps, set_traps, 0},
    {0},
};

static bool context_setattr(Value self, Value name, Value value)
{
    return refuse_deletion(value) && generic_setattr(self, name, value);
}

static bool set_signals(Value v, uint32_t *field)
{
    uint32_t bits;
    TRY(is_list(v) ? signals_from_list(v, &bits) : signals_from_mapping(v, &bits));
    store_relaxed(field, bits);
    return true;
}

static bool given(Value v)
{
    return v && v != None;
}

bool context_set_fields(Value self, const ContextFields *f)
{
    DecimalContext *c = as_context(self);
    return (!given(f->prec) || set_prec(self, f->prec)) &&
           (!given(f->rounding) || set_rounding(self, f->rounding)) &&
           (!given(f->emin) || set_emin(self, f->emin)) &&
           (!given(f->emax) || set_emax(self, f->emax)) &&
           (!given(f->capitals) || set_capitals(self, f->capitals)) &&
           (!given(f->clamp) || set_clamp(self, f->clamp)) &&
           (!given(f->traps) || set_signals(f->traps, &c->mpd.traps)) &&
           (!given(f->flags) || set_signals(f->flags, &c->mpd.status));
}

INIT_METHOD(context_init, "#prec=None, rounding=None, Emin=None, Emax=None, capitals=None, "
                          "clamp=None, flags=None, traps=None")
{
    ContextFields fields = {args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8]};
    TRY(context_set_fields(args[0], &fields));
    return None;
}

/* ---- Text
 * -------------------------------------------------------------------------------------------- */

static void add_setting(StrBuilder *b, const char *name, int64_t number)
{
    char text[INT_TEXT_ROOM], *digits = int_small_text(number, text);
    builder_add_cstring(b, name);
    builder_add_ascii(b, digits, (size_t)(text + sizeof text - digits));
}

static Value context_repr(Value v)
{
    mpd_context_t settings = context_settings(v);
    StrBuilder b;
    builder_start(&b);
    add_setting(&b, "Context(prec=", settings.prec);
    builder_add_cstring(&b, ", rounding=");
    builder_add(&b, rounding_name(settings.round));
    add_setting(&b, ", Emin=", settings.emin);
    add_setting(&b, ", Emax=", settings.emax);
    add_setting(&b, ", capitals=", load_relaxed(&as_context(v)->capitals));
    add_setting(&b, ", clamp=", settings.clamp);
    builder_add_cstring(&b, ", flags=");
    signals_add_names(&b, load_relaxed(&as_context(v)->mpd.status));
    builder_add_cstring(&b, ", traps=");
    signals_add_names(&b, settings.traps);
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

Type decimal_context_type = {
    TYPE_HEAD("decimal.Context", DecimalContext),
    .repr = context_repr,
    .setattr = context_setattr,
    .make = context_make,
    .doc = "Precision, rounding and exponent limits of decimal arithmetic; which signals raise\n"
           "exceptions (traps), and which have occurred (flags).\n\n"
           "What is not given is taken from DefaultContext.",
    .init_def = M(context_init),
    .methods = context_methods,
    .getset = context_getset,
    .trace = context_trace,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
};

/* ---- The three that are there from the start
 * -------------------------------------------------------- */

static bool make_template(Value *slot, mpd_ssize_t precision, int round, uint32_t traps)
{
    const mpd_context_t settings = {.prec = precision,
                                    .emax = 999999,
                                    .emin = -999999,
                                    .traps = traps,
                                    .round = round,
                                    .allcr = 1};
    gc_add_root(slot, 1);
    root_store(slot, TRY(context_with(&decimal_context_type, &settings, 1)));
    return true;
}

bool context_start(void)
{
    return make_rounding_names() &&
           make_template(&default_context, 28, MPD_ROUND_HALF_EVEN, DEFAULT_TRAPS) &&
           make_template(&basic_context, 9, MPD_ROUND_HALF_UP,
                         DEFAULT_TRAPS | MPD_Underflow | MPD_Clamped) &&
           make_template(&extended_context, 9, MPD_ROUND_HALF_EVEN, 0);
}
