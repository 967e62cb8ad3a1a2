/* The _decimal module: numbers and contexts of the General Decimal Arithmetic Specification, on
 * libmpdec.
 *
 * A Decimal is immutable. It is an mpd_t whose coefficient lies behind it in the same object, as
 * long as it is: no Decimal, however large, has memory outside of the heap or a finaliser, and
 * exact ones hold no references and are born SHARED as other leaves. Arithmetic computes into an
 * mpd_t on the C stack (Scratch), from which the object is then made.
 *
 * A Context is mutable, and threads may share one. Its fields are single words that are read and
 * written atomically; an operation works with a copy of them, and what it signals is added to
 * `status` by one atomic instruction. libmpdec's own contexts that trap, and its signal handler,
 * are not used.
 *
 * Signals. libmpdec has a bit for each condition; those that a signal of Python stands for are in
 * the table of signals.def. FloatOperation, which libmpdec does not know, takes a bit that it does
 * not use. */
#ifndef WEFT_MODULES_DECIMAL_H
#define WEFT_MODULES_DECIMAL_H

#include <mpdecimal.h>

#include "core/dialect.h"
#include "core/error.h"
#include "core/object.h"
#include "types/str.h"

typedef struct Decimal {
    Object ob;
    int64_t hash;       /* atomic: 0 until computed */
    mpd_t number;       /* immutable; its data are `words`, or behind a subclass's attributes */
    mpd_uint_t words[]; /* base 10^19, least significant first */
} Decimal;

typedef struct DecimalContext {
    Object ob;
    mpd_context_t mpd;  /* atomic: prec, emax, emin, round, clamp, traps, status */
    int capitals;       /* atomic */
    Value flags, traps; /* atomic: the SignalDicts, 0 until asked for; set under lock */
} DecimalContext;

extern Type decimal_type, decimal_context_type, signal_dict_mixin_type, context_manager_type;

#define FLOAT_OPERATION MPD_Not_implemented

ALWAYS_INLINE bool is_decimal_exact(Value v)
{
    return is_object(v) && shape_id(v) == decimal_type.root_shape;
}
ALWAYS_INLINE bool is_decimal(Value v) /* subclasses included */
{
    return is_decimal_exact(v) || (is_object(v) && type_is_subtype(type_of(v), &decimal_type));
}
ALWAYS_INLINE bool is_decimal_context(Value v)
{
    return is_object(v) && is_instance_of(v, &decimal_context_type);
}
ALWAYS_INLINE const mpd_t *number_of(Value v)
{
    return &((Decimal *)v)->number;
}
ALWAYS_INLINE DecimalContext *as_context(Value v)
{
    return (DecimalContext *)v;
}

/* ---- Results (value.c) --------------------------------------------------------------------- */

/* Where a result is computed: SCRATCH(r); mpd_qadd(&r.number, ...). What does not fit the words
 * goes to malloc'ed memory, which is freed at the end of the block. */
enum { SCRATCH_WORDS = 32 };
typedef struct Scratch {
    mpd_t number;
    mpd_uint_t words[SCRATCH_WORDS];
} Scratch;
ALWAYS_INLINE void scratch_free(Scratch *s)
{
    if (unlikely(!(s->number.flags & MPD_STATIC_DATA)))
        mpd_del(&s->number);
}
#define SCRATCH(name)                                                                              \
    Scratch name __attribute__((cleanup(scratch_free)));                                           \
    name.number = (mpd_t)                                                                          \
    {                                                                                              \
        MPD_STATIC | MPD_STATIC_DATA, 0, 0, 0, SCRATCH_WORDS, name.words                           \
    }

/* The number as an object. MemoryError. */
Value decimal_from(const mpd_t *number) MUST_USE;
Value decimal_from_as(Type *type, const mpd_t *number) MUST_USE;
/* The Decimal itself if exact, else one of its value. */
Value decimal_exact(Value v) MUST_USE;

/* ---- Contexts (context.c, current.c) ------------------------------------------------------- */

/* The calling thread's context; with `given` (0 or None: not given) that one: TypeError if it is
 * none. */
Value context_now(void) MUST_USE;
Value context_or_now(Value given) MUST_USE;
bool context_make_current(Value context) MUST_USE;
/* A new context with the settings; flags are kept. */
Value context_copy(Value context) MUST_USE;
Value context_new_default(Type *type) MUST_USE;
/* A copy of the settings for one operation. */
ALWAYS_INLINE mpd_context_t context_settings(Value v)
{
    const mpd_context_t *c = &as_context(v)->mpd;
    return (mpd_context_t){.prec = load_relaxed(&c->prec),
                           .emax = load_relaxed(&c->emax),
                           .emin = load_relaxed(&c->emin),
                           .traps = load_relaxed(&c->traps),
                           .round = load_relaxed(&c->round),
                           .clamp = load_relaxed(&c->clamp),
                           .allcr = 1};
}
/* The rounding mode's number: TypeError for what is none. */
bool rounding_from(Value v, int *out) MUST_USE;
Value rounding_name(int round);
/* Sets fields from what a constructor or localcontext() got; 0 or None: not given. */
typedef struct ContextFields {
    Value prec, rounding, emin, emax, capitals, clamp, flags, traps;
} ContextFields;
bool context_set_fields(Value context, const ContextFields *fields) MUST_USE;
extern Value default_context, basic_context, extended_context;
extern MethodDef *const context_methods[];
bool context_start(void) MUST_USE; /* makes the three above */
bool current_start(void) MUST_USE; /* makes the context variable */
extern MethodDef *const decimal_functions[];

/* ---- Signals (signals.c) ------------------------------------------------------------------- */

COLD bool signal_status_slow(Value context, uint32_t status);
/* Adds an operation's conditions to the context's flags, and raises the exception of the first
 * that is trapped: false. MemoryError for want of memory. */
ALWAYS_INLINE bool signal_status(Value context, uint32_t status)
{
    uint32_t *flags = &as_context(context)->mpd.status;
    if (likely(!(status & ~load_relaxed(flags) & ~MPD_Malloc_error)) &&
        likely(!(status & (load_relaxed(&as_context(context)->mpd.traps) | MPD_Malloc_error))))
        return true;
    return signal_status_slow(context, status);
}
Value signals_as_list(uint32_t flags) MUST_USE;
/* "[Inexact, Rounded]" */
void signals_add_names(StrBuilder *b, uint32_t flags);
/* Of a list of signals, or a dict (or SignalDict) of all: *out. */
bool signals_from_list(Value list, uint32_t *out) MUST_USE;
bool signals_from_mapping(Value mapping, uint32_t *out) MUST_USE;
/* The SignalDict of a context. */
Value signal_dict_new(Value context, bool traps) MUST_USE;
bool is_signal_dict(Value v);
bool signals_start(Value module) MUST_USE; /* the exceptions and SignalDict */

/* ---- Conversions (convert.c, parse.c) ------------------------------------------------------ */

/* An operand: a Decimal, or an int as a number on the stack. `number` is 0 if it is neither. */
typedef struct Operand {
    const mpd_t *number;
    Value decimal; /* 0 for a small int */
    mpd_t small;
    mpd_uint_t word;
} Operand;
bool operand_from_int(Operand *o, Value v) MUST_USE;
/* False: an exception is pending. */
ALWAYS_INLINE bool operand_take(Operand *o, Value v)
{
    o->decimal = v;
    o->number = 0;
    if (likely(is_decimal_exact(v))) {
        o->number = number_of(v);
        return true;
    }
    return operand_from_int(o, v);
}
/* The same, with TypeError "conversion from T to Decimal is not supported". */
bool operand_need(Operand *o, Value v) MUST_USE;
/* The number as an exact Decimal. */
Value operand_value(const Operand *o) MUST_USE;

/* Any value that the constructor takes, exactly: what cannot be is signalled in `context`. */
Value decimal_exactly(Type *type, Value v, Value context) MUST_USE;
/* The same rounded to the context. */
Value decimal_rounded(Value v, Value context) MUST_USE;
/* int to number and back; the latter truncates. */
bool number_from_int(mpd_t *out, Value v, uint32_t *status) MUST_USE;
Value number_to_int(const mpd_t *number) MUST_USE;
/* A double, exactly, finite or not. */
bool number_from_double(mpd_t *out, double d, uint32_t *status) MUST_USE;
Value decimal_from_float(Type *type, Value v) MUST_USE;
Value decimal_to_float(Value v);
Value decimal_to_int(Value v);
Value decimal_as_tuple(Value v) MUST_USE;
Value decimal_as_ratio(Value v) MUST_USE;
/* A str or tuple or list (sign, digits, exponent) as NUL-ended ASCII text for libmpdec; `strict`:
 * no spaces around, no underscores. What cannot be a number becomes "". */
const char *text_for_number(Value text, bool strict) MUST_USE;
const char *tuple_for_number(Value tuple) MUST_USE;
extern Value decimal_tuple_class;

/* The settings with which nothing is rounded: the largest precision and exponents. */
void max_context(mpd_context_t *out);

/* ---- Operations (operate.c) ---------------------------------------------------------------- */

typedef void UnaryOp(mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
typedef void BinaryOp_(mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
typedef void TernaryOp(mpd_t *, const mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *,
                       uint32_t *);
Value run_unary(UnaryOp *op, Value context, const mpd_t *a) MUST_USE;
Value run_binary(BinaryOp_ *op, Value context, const mpd_t *a, const mpd_t *b) MUST_USE;
Value run_ternary(TernaryOp *op, Value context, const mpd_t *a, const mpd_t *b,
                  const mpd_t *c) MUST_USE;
Value run_divmod(Value context, const mpd_t *a, const mpd_t *b) MUST_USE;
/* For functions of ints and Decimals: TypeError for others. */
Value apply_unary(UnaryOp *op, Value context, Value a) MUST_USE;
Value apply_binary(BinaryOp_ *op, Value context, Value a, Value b) MUST_USE;
Value apply_ternary(TernaryOp *op, Value context, Value a, Value b, Value c) MUST_USE;
Value apply_power(Value context, Value a, Value b, Value modulus) MUST_USE;
/* libmpdec's functions that have no context, or a result of another kind, as the above. */
void op_compare(mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
void op_compare_signal(mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
void op_compare_total(mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
void op_compare_total_mag(mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
void op_copy_abs(mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
void op_copy_negate(mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);
void op_copy_sign(mpd_t *, const mpd_t *, const mpd_t *, const mpd_context_t *, uint32_t *);

/* ---- The slots of Decimal ------------------------------------------------------------------- */

bool decimal_hash(Value v, int64_t *hash);                             /* compare.c */
Value decimal_compare(Value a, Value b, CompareOp op);                 /* compare.c */
bool compare_start(void) MUST_USE;                                     /* compare.c */
Value decimal_text(Value v, Value context, bool engineering) MUST_USE; /* text.c */
Value decimal_str(Value v);
Value decimal_repr(Value v);
Value decimal_format(Value v, Value spec, Value override) MUST_USE;
extern MethodDef *const decimal_methods[];

#endif
