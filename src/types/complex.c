/* complex: two doubles. Immutable. */
#include <errno.h>
#include <math.h>

#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/float.h"
#include "types/float_inner.h"
#include "types/int.h"
#include "types/number_format.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_complex(v) ((Complex *)(v))

ALWAYS_INLINE bool is_complex(Value v)
{
    return has_layout(v, LAYOUT_COMPLEX);
}

typedef struct Pair {
    double real, imag;
} Pair;

Value complex_from(double real, double imag)
{
    Complex *c = TRY_OR(alloc_leaf(SHAPE_COMPLEX, sizeof(Complex)), 0);
    c->real = real;
    c->imag = imag;
    return (Value)c;
}

static Value from_pair(Pair p)
{
    return complex_from(p.real, p.imag);
}

/* ---- arithmetic on pairs -------------------------------------------------------------------- */

static Pair pair_multiply(Pair a, Pair b)
{
    return (Pair){a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

/* Smith's method: scaled by the larger part of the divisor, so that nothing overflows on the way.
 * (Robert L. Smith, "Algorithm 116: Complex division", 1962.) False: division by zero. */
static bool pair_divide(Pair a, Pair b, Pair *out)
{
    double abs_real = fabs(b.real), abs_imag = fabs(b.imag);
    if (abs_real >= abs_imag) {
        if (abs_real == 0.0)
            return false;
        double ratio = b.imag / b.real, scale = b.real + b.imag * ratio;
        *out = (Pair){(a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale};
    } else if (abs_imag >= abs_real) {
        double ratio = b.real / b.imag, scale = b.real * ratio + b.imag;
        *out = (Pair){(a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale};
    } else {
        *out = (Pair){NAN, NAN};
    }
    return true;
}

static Pair integer_power(Pair base, long exponent)
{
    Pair result = {1.0, 0.0};
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = pair_multiply(result, base);
        base = pair_multiply(base, base);
    }
    return result;
}

/* exp(b * log(a)) in polar coordinates. *endless: the angle has no direction. */
static Pair general_power(Pair a, Pair b, bool *endless)
{
    double length = pow(hypot(a.real, a.imag), b.real);
    double angle = atan2(a.imag, a.real), phase = angle * b.real;
    if (b.imag != 0.0) {
        length *= exp(-angle * b.imag);
        phase += b.imag * log(hypot(a.real, a.imag));
    }
    *endless = isinf(phase);
    return (Pair){length * cos(phase), length * sin(phase)};
}

static Value raise_zero_power(void)
{
    return raise(ZeroDivisionError, "0.0 to a negative or complex power");
}

static Value pair_power(Pair a, Pair b)
{
    Pair result;
    if (b.imag == 0.0 && b.real == floor(b.real) && fabs(b.real) <= 100.0) {
        result = integer_power(a, (long)fabs(b.real));
        if (b.real < 0 && !pair_divide((Pair){1.0, 0.0}, result, &result))
            return raise_zero_power();
    } else if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0)
            return raise_zero_power();
        result = (Pair){0.0, 0.0};
    } else {
        bool endless;
        result = general_power(a, b, &endless);
        if (endless)
            return raise_zero_power();
    }
    if (isinf(result.real) || isinf(result.imag))
        return raise(OverflowError, "complex exponentiation");
    return from_pair(result);
}

Value complex_power(double x, double y, double a, double b)
{
    return pair_power((Pair){x, y}, (Pair){a, b});
}

/* ---- slots --------------------------------------------------------------------------------------
 */

/* complex, or float or int converted; false without an exception: none of these. */
static bool operand(Value v, Pair *out)
{
    if (is_complex(v)) {
        *out = (Pair){as_complex(v)->real, as_complex(v)->imag};
        return true;
    }
    out->imag = 0.0;
    if (is_float(v)) {
        out->real = float_value(v);
        return true;
    }
    if (!is_int_any(v))
        return false;
    bool overflow;
    out->real = int_to_double(v, &overflow);
    if (overflow)
        raise(OverflowError, "int too large to convert to float");
    return !overflow;
}

#define OPERANDS(a, b)                                                                             \
    Pair x, y;                                                                                     \
    if (!operand((a), &x) || !operand((b), &y))                                                    \
    return error_pending() ? 0 : NotImplemented

static Value complex_add(Value a, Value b)
{
    OPERANDS(a, b);
    return complex_from(x.real + y.real, x.imag + y.imag);
}

static Value complex_subtract(Value a, Value b)
{
    OPERANDS(a, b);
    return complex_from(x.real - y.real, x.imag - y.imag);
}

static Value complex_multiply(Value a, Value b)
{
    OPERANDS(a, b);
    return from_pair(pair_multiply(x, y));
}

static Value complex_divide(Value a, Value b)
{
    OPERANDS(a, b);
    Pair quotient;
    if (!pair_divide(x, y, &quotient))
        return raise(ZeroDivisionError, "complex division by zero");
    return from_pair(quotient);
}

static Value complex_power_slot(Value a, Value b, Value modulus)
{
    OPERANDS(a, b);
    if (modulus != None)
        return raise(ValueError, "complex modulo");
    return pair_power(x, y);
}

static Value complex_negative(Value self)
{
    return complex_from(-as_complex(self)->real, -as_complex(self)->imag);
}

static Value complex_exact(Value self)
{
    if (has_shape(self, SHAPE_COMPLEX))
        return self;
    return complex_from(as_complex(self)->real, as_complex(self)->imag);
}

static Value complex_absolute(Value self)
{
    double length = hypot(as_complex(self)->real, as_complex(self)->imag);
    if (isinf(length) && isfinite(as_complex(self)->real) && isfinite(as_complex(self)->imag))
        return raise(OverflowError, "absolute value too large");
    return float_from(length);
}

static int complex_truth(Value self)
{
    return as_complex(self)->real != 0.0 || as_complex(self)->imag != 0.0;
}

static Value complex_compare(Value a, Value b, CompareOp op)
{
    if (op != CMP_EQ && op != CMP_NE)
        return NotImplemented;
    const Complex *x = as_complex(a);
    int equal;
    if (is_complex(b)) {
        equal = x->real == as_complex(b)->real && x->imag == as_complex(b)->imag;
    } else if (is_float(b) || is_int_any(b)) {
        equal = x->imag == 0.0;
        if (equal) {
            /* Exactly, also with ints that are no doubles. */
            Value real = TRY(float_from(x->real));
            Value result = TRY(object_compare(real, b, CMP_EQ));
            equal = result == True;
        }
    } else {
        return NotImplemented;
    }
    return bool_value(equal == (op == CMP_EQ));
}

static bool complex_hash(Value self, int64_t *hash)
{
    uint64_t real = (uint64_t)double_hash(as_complex(self)->real, self);
    uint64_t imag = (uint64_t)double_hash(as_complex(self)->imag, self);
    *hash = (int64_t)(real + UINT64_C(1000003) * imag);
    if (*hash == -1)
        *hash = -2;
    return true;
}

static Value complex_repr(Value self)
{
    const Complex *c = as_complex(self);
    size_t real_length, imag_length;
    bool only_imag = c->real == 0.0 && !signbit(c->real);
    const char *imag =
        TRY_OR(double_to_text(c->imag, 'r', 0, only_imag ? 0 : DOUBLE_SIGN, &imag_length), 0);
    if (only_imag)
        return format_value("%sj", imag);
    const char *real = TRY_OR(double_to_text(c->real, 'r', 0, 0, &real_length), 0);
    return format_value("(%s%sj)", real, imag);
}

/* ---- construction
 * -------------------------------------------------------------------------------------- */

static Value malformed(void)
{
    return raise(ValueError, "complex() arg is a malformed string");
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r'); /* C's: fewer than str.isspace() */
}

/* The imaginary unit, alone or after a sign. */
static const char *scan_unit(const char *p, const char *end, double *out)
{
    *out = 1.0;
    if (p < end && (*p == '-' || *p == '+'))
        *out = *p++ == '-' ? -1.0 : 1.0;
    return p < end && (*p == 'j' || *p == 'J') ? p : 0;
}

/* number | [number] (+|-) [number] j | [number] j */
static Value parse_parts(const char *p, const char *end, Pair *out)
{
    double first, second;
    *out = (Pair){0.0, 0.0};
    ptrdiff_t n = double_parse_prefix(p, end, &first);
    if (n < 0)
        return raise_no_memory();
    if (n == 0) {
        p = scan_unit(p, end, &out->imag);
        return p && p + 1 == end ? None : malformed();
    }
    p += n;
    if (p < end && (*p == 'j' || *p == 'J')) {
        out->imag = first;
        return p + 1 == end ? None : malformed();
    }
    out->real = first;
    if (p == end)
        return None;
    if (*p != '+' && *p != '-')
        return malformed();
    n = double_parse_prefix(p, end, &second);
    if (n < 0)
        return raise_no_memory();
    if (n == 0) {
        p = scan_unit(p, end, &second);
        if (!p)
            return malformed();
    } else {
        p += n;
    }
    out->imag = second;
    return p < end && (*p == 'j' || *p == 'J') && p + 1 == end ? None : malformed();
}

static Value parse_text(const char *p, const char *end, Pair *out)
{
    while (p < end && is_space(*p))
        p++;
    while (p < end && is_space(end[-1]))
        end--;
    if (p < end && *p == '(') {
        if (end[-1] != ')' || end - p < 2)
            return malformed();
        p++, end--;
        while (p < end && is_space(*p))
            p++;
        while (p < end && is_space(end[-1]))
            end--;
    }
    return parse_parts(p, end, out);
}

/* Underscores are allowed between digits only; without them the text is as parse_text wants it. */
static Value from_text(Value text, Pair *out)
{
    const char *ascii = ((Str *)text)->data;
    if (!((Str *)text)->ascii)
        ascii = TRY_OR(text_to_ascii_digits(text), 0);
    intptr_t length = str_length(text);
    if (!memchr(ascii, '_', (size_t)length))
        return parse_text(ascii, ascii + length, out);
    Raw *raw = TRY_OR(raw_new(length), 0);
    intptr_t n = 0;
    for (intptr_t i = 0; i < length; i++) {
        if (ascii[i] != '_')
            raw->data[n++] = ascii[i];
        else if (i == 0 || i + 1 == length || ascii[i - 1] < '0' || ascii[i - 1] > '9' ||
                 ascii[i + 1] < '0' || ascii[i + 1] > '9')
            return raise(ValueError, "could not convert string to complex: %R", text);
    }
    return parse_text(raw->data, raw->data + n, out);
}

/* o.__complex__(), or o itself; *has: it is a complex now. */
static Value through_dunder(Value o, bool *has)
{
    *has = is_complex(o);
    if (has_shape(o, SHAPE_COMPLEX))
        return o;
    Value result = call_special(names.dunder_complex, (Value[]){o}, 1);
    if (!result)
        return error_pending() ? 0 : o;
    if (!is_complex(result))
        return raise(TypeError, "__complex__ returned non-complex (type %T)", result);
    *has = true;
    if (!has_shape(result, SHAPE_COMPLEX))
        TRY(warn(DeprecationWarning, 1,
                 "__complex__ returned non-complex (type %T).  The ability to return an instance "
                 "of a strict subclass of complex is deprecated, and may be removed in a future "
                 "version of Python.",
                 result));
    return result;
}

static bool is_real_number(Value o)
{
    Type *type = type_of(o);
    return type->to_float || type->index || is_complex(o);
}

static Value make(Type *type, Pair p)
{
    if (type == &complex_type)
        return from_pair(p);
    Complex *c = TRY(NEW(Complex, type));
    c->real = p.real;
    c->imag = p.imag;
    return (Value)c;
}

/* real + imag * 1j, where each may be complex itself. */
static Value combine(Type *type, Value real, Value imag)
{
    bool real_complex, imag_complex = imag && is_complex(imag);
    Pair p = {0.0, 0.0};
    real = TRY(through_dunder(real, &real_complex));
    if (!is_real_number(real))
        return raise(TypeError, "complex() first argument must be a string or a number, not '%T'",
                     real);
    if (imag && !is_real_number(imag))
        return raise(TypeError, "complex() second argument must be a number, not '%T'", imag);
    if (!imag && real_complex && type == &complex_type)
        return complex_exact(real);
    if (real_complex)
        p = (Pair){as_complex(real)->real, as_complex(real)->imag};
    else
        TRY(number_as_double(real, &p.real));
    double imag_real = 0.0;
    if (imag_complex)
        imag_real = as_complex(imag)->real;
    else if (imag)
        TRY(number_as_double(imag, &imag_real));
    if (imag_complex)
        p.real -= as_complex(imag)->imag;
    if (imag)
        p.imag = real_complex ? p.imag + imag_real : imag_real;
    return make(type, p);
}

NEW_METHOD(complex_new, "real=?, imag=?")
{
    Type *type = (Type *)args[0];
    Value real = args[1], imag = args[2];
    if (real && is_str(real)) {
        Pair p;
        if (imag)
            return raise(TypeError, "complex() can't take second arg if first is a string");
        TRY(from_text(real, &p));
        return make(type, p);
    }
    if (imag && is_str(imag))
        return raise(TypeError, "complex() second arg can't be a string");
    return combine(type, real ? real : int_small(0), imag);
}

/* ---- attributes and methods
 * -------------------------------------------------------------------------------- */

static const MemberDef complex_members[] = {
    {"real", MEMBER_DOUBLE, offsetof(Complex, real), true, "the real part of a complex number"},
    {"imag", MEMBER_DOUBLE, offsetof(Complex, imag), true,
     "the imaginary part of a complex number"},
    {0},
};

METHOD(complex_conjugate, "conjugate", "/", "Return the complex conjugate of its argument.")
{
    return complex_from(as_complex(args[0])->real, -as_complex(args[0])->imag);
}

METHOD(complex_complex, "__complex__", "/", "Convert this value to exact type complex.")
{
    return complex_exact(args[0]);
}

METHOD(complex_format_method, "__format__", "format_spec, /",
       "Convert to a string according to format_spec.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "__format__() argument must be str, not %B", args[1]);
    return complex_format(args[0], args[1]);
}

METHOD(complex_getnewargs, "__getnewargs__", "/", 0)
{
    Complex *c = (Complex *)args[0];
    return tuple_of(TRY(float_from(c->real)), TRY(float_from(c->imag)));
}

static MethodDef *const complex_methods[] = {M(complex_conjugate), M(complex_complex),
                                             M(complex_format_method), M(complex_getnewargs), 0};

Type complex_type = {
    TYPE_HEAD("complex", Complex),
    .repr = complex_repr,
    .hash = complex_hash,
    .compare = complex_compare,
    .truth = complex_truth,
    .negative = complex_negative,
    .positive = complex_exact,
    .absolute = complex_absolute,
    .add = complex_add,
    .subtract = complex_subtract,
    .multiply = complex_multiply,
    .true_divide = complex_divide,
    .power = complex_power_slot,
    .new_def = M(complex_new),
    .methods = complex_methods,
    .members = complex_members,
    .layout = LAYOUT_COMPLEX,
    .flags = TYPE_BASE | TYPE_LEAF,
    .signature = "real=0, imag=0",
    .doc = "Create a complex number from a string or numbers.",
};

void complex_start(void)
{
    type_ready(&complex_type, SHAPE_COMPLEX);
}
