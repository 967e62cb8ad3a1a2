#include "types/slice.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static Slice *as_slice(Value v)
{
    return (Slice *)v;
}

static void slice_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Slice *)self)->start);
    gc_visit(tracer, ((Slice *)self)->stop);
    gc_visit(tracer, ((Slice *)self)->step);
}

Value slice_new(Value start, Value stop, Value step)
{
    Slice *self = TRY(NEW(Slice, &slice_type));
    /* NO_BARRIER: fresh, nothing allocated since */
    self->start = start ? start : None;
    self->stop = stop ? stop : None;
    self->step = step ? step : None;
    return (Value)self;
}

/* ---- what a slice selects */

bool slice_index(Value v, intptr_t *out)
{
    if (!v || v == None)
        return true;
    if (is_int(v)) {
        *out = int_value(v);
        return true;
    }
    if (!has_index(v))
        return raise(TypeError,
                     "slice indices must be integers or None or have an __index__ method");
    return index_as_intptr_clipped(v, out);
}

bool slice_index_not_none(Value v, intptr_t *out)
{
    if (v && !has_index(v))
        return raise(TypeError, "slice indices must be integers or have an __index__ method");
    return slice_index(v, out);
}

bool slice_unpack(Value slice, intptr_t *start, intptr_t *stop, intptr_t *step)
{
    Slice *self = as_slice(slice);
    *step = 1;
    TRY(slice_index(self->step, step));
    if (*step == 0)
        return raise(ValueError, "slice step cannot be zero");
    if (*step < -INTPTR_MAX)
        *step = -INTPTR_MAX; /* so that it can be negated */
    *start = *step < 0 ? INTPTR_MAX : 0;
    *stop = *step < 0 ? INTPTR_MIN : INTPTR_MAX;
    return slice_index(self->start, start) && slice_index(self->stop, stop);
}

intptr_t slice_adjust(intptr_t length, intptr_t *start, intptr_t *stop, intptr_t step)
{
    intptr_t *ends[] = {start, stop};
    for (int i = 0; i < 2; i++) {
        if (*ends[i] < 0) {
            *ends[i] += length;
            if (*ends[i] < 0)
                *ends[i] = step < 0 ? -1 : 0;
        } else if (*ends[i] >= length) {
            *ends[i] = step < 0 ? length - 1 : length;
        }
    }
    if (step < 0)
        return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

bool slice_indices(Value slice, intptr_t length, intptr_t *start, intptr_t *stop, intptr_t *step,
                   intptr_t *count)
{
    TRY(slice_unpack(slice, start, stop, step));
    *count = slice_adjust(length, start, stop, *step);
    return true;
}

void slice_clip(intptr_t length, intptr_t *start, intptr_t *stop)
{
    if (*start < 0 && (*start += length) < 0)
        *start = 0;
    if (*stop < 0 && (*stop += length) < 0)
        *stop = 0;
    if (*stop > length)
        *stop = length;
}

/* ---- slots */

static Value slice_make(Type *type UNUSED, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "slice() takes no keyword arguments");
    if (nargs < 1)
        return raise(TypeError, "slice expected at least 1 argument, got 0");
    if (nargs > 3)
        return raise(TypeError, "slice expected at most 3 arguments, got %zu", nargs);
    if (nargs == 1)
        return slice_new(0, args[0], 0);
    return slice_new(args[0], args[1], nargs == 3 ? args[2] : 0);
}

static Value slice_repr(Value v)
{
    Slice *self = as_slice(v);
    return str_format("slice(%R, %R, %R)", self->start, self->stop, self->step);
}

static Value as_tuple(Value v)
{
    Slice *self = as_slice(v);
    return tuple_of(self->start, self->stop, self->step);
}

static Value slice_compare(Value a, Value b, CompareOp op)
{
    if (!is_slice(a) || !is_slice(b))
        return NotImplemented;
    if (a == b)
        return bool_value(op == CMP_EQ || op == CMP_LE || op == CMP_GE);
    return object_compare(TRY(as_tuple(a)), TRY(as_tuple(b)), op);
}

static bool slice_hash(Value self, int64_t *hash)
{
    return object_hash(TRY(as_tuple(self)), hash);
}

/* ---- slice.indices(length), with ints of any size */

/* start or stop for a sequence of `length`: None is `missing`, the rest is clamped to
 * [lower, upper] after counting negative ones from the end. */
static Value clamp(Value v, Value length, Value lower, Value upper, Value missing)
{
    if (v == None)
        return missing;
    if (!has_index(v))
        return raise(TypeError,
                     "slice indices must be integers or None or have an __index__ method");
    v = TRY(number_index(v));
    if (int_sign(v) < 0) {
        v = TRY(int_add(v, length));
        return int_compare(v, lower) < 0 ? lower : v;
    }
    return int_compare(v, upper) > 0 ? upper : v;
}

bool slice_indices_long(Value slice, Value length, Value *start, Value *stop, Value *step)
{
    Slice *self = as_slice(slice);
    *step = int_small(1);
    if (self->step != None) {
        if (!has_index(self->step))
            return raise(TypeError,
                         "slice indices must be integers or None or have an __index__ method");
        *step = TRY(number_index(self->step));
    }
    if (int_sign(*step) == 0)
        return raise(ValueError, "slice step cannot be zero");
    bool backwards = int_sign(*step) < 0;
    Value lower = int_small(backwards ? -1 : 0), upper = length;
    if (backwards)
        upper = TRY(int_subtract(length, int_small(1)));
    *start = TRY(clamp(self->start, length, lower, upper, backwards ? upper : lower));
    *stop = TRY(clamp(self->stop, length, lower, upper, backwards ? lower : upper));
    return true;
}

METHOD(slice_method_indices, "indices", "object, /",
       "S.indices(len) -> (start, stop, stride)\n\n"
       "Assuming a sequence of length len, calculate the start and stop\n"
       "indices, and the stride length of the extended slice described by\n"
       "S. Out of bounds indices are clipped in a manner consistent with the\n"
       "handling of normal slices.")
{
    Value length = TRY(number_index(args[1])), start, stop, step;
    if (int_sign(length) < 0)
        return raise(ValueError, "length should not be negative");
    TRY(slice_indices_long(args[0], length, &start, &stop, &step));
    return tuple_of(start, stop, step);
}

METHOD(slice_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    return tuple_of((Value)type_of(args[0]), TRY(as_tuple(args[0])));
}

static MethodDef *const slice_methods[] = {M(slice_method_indices), M(slice_reduce), 0};

static const MemberDef slice_members[] = {
    {"start", MEMBER_VALUE, offsetof(Slice, start), true, 0},
    {"stop", MEMBER_VALUE, offsetof(Slice, stop), true, 0},
    {"step", MEMBER_VALUE, offsetof(Slice, step), true, 0},
    {0},
};

Type slice_type = {
    TYPE_HEAD("slice", Slice),
    .repr = slice_repr,
    .hash = slice_hash,
    .compare = slice_compare,
    .make = slice_make,
    .doc = "slice(stop)\nslice(start, stop[, step])\n\n"
           "Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    .methods = slice_methods,
    .members = slice_members,
    .trace = slice_trace,
    .layout = LAYOUT_SLICE,
};

void slice_start(void)
{
    type_ready(&slice_type, SHAPE_SLICE);
}
