/* tzinfo, which others implement, and timezone, a fixed offset. */
#include "core/call.h"
#include "core/names.h"
#include "gc/heap.h"
#include "modules/datetime/datetime.h"
#include "types/str.h"
#include "types/tuple.h"

Value datetime_utc;

/* ---- Asking ----------------------------------------------------------------------------- */

static bool is_in_range(const Delta *d)
{
    return d->days == 0 || (d->days == -1 && (d->seconds || d->microseconds));
}

static Value checked_offset(Value offset, const char *method)
{
    if (offset == None)
        return offset;
    if (!is_delta(offset))
        return raise(TypeError, "tzinfo.%s() must return None or timedelta, not '%T'", method,
                     offset);
    if (!is_in_range(as_delta(offset)))
        return raise(ValueError, "offset must be a timedelta strictly between "
                                 "-timedelta(hours=24) and timedelta(hours=24).");
    return offset;
}

static bool is_exact_timezone(Value tzinfo)
{
    return is_object(tzinfo) && type_of(tzinfo) == &timezone_type;
}

Value zone_utcoffset(Value tzinfo, Value dt)
{
    if (tzinfo == None)
        return None;
    if (is_exact_timezone(tzinfo))
        return ((TimeZone *)tzinfo)->offset;
    return checked_offset(TRY(call_method1(tzinfo, datetime_names.utcoffset, dt)), "utcoffset");
}

Value zone_dst(Value tzinfo, Value dt)
{
    if (tzinfo == None || is_exact_timezone(tzinfo))
        return None;
    return checked_offset(TRY(call_method1(tzinfo, datetime_names.dst, dt)), "dst");
}

Value zone_tzname(Value tzinfo, Value dt)
{
    if (tzinfo == None)
        return None;
    Value name = TRY(call_method1(tzinfo, datetime_names.tzname, dt));
    if (name != None && !is_str(name))
        return raise(TypeError, "tzinfo.tzname() must return None or a string, not '%T'", name);
    return name;
}

/* ---- tzinfo ----------------------------------------------------------------------------- */

NEW_METHOD(tzinfo_make, "*args, **kwargs")
{
    return object_alloc((Type *)args[0]);
}

static Value not_implemented(const char *method)
{
    return raise(NotImplementedError, "a tzinfo subclass must implement %s()", method);
}

METHOD(tzinfo_tzname, "tzname", "object, /", "datetime -> string name of time zone.")
{
    return not_implemented("tzname");
}

METHOD(tzinfo_utcoffset, "utcoffset", "object, /",
       "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC")
{
    return not_implemented("utcoffset");
}

METHOD(tzinfo_dst, "dst", "object, /", "datetime -> DST offset as timedelta positive east of UTC.")
{
    return not_implemented("dst");
}

static bool check_fromutc(Value self, Value dt)
{
    if (!is_datetime(dt))
        return raise(TypeError, "fromutc: argument must be a datetime");
    if (as_datetime(dt)->tzinfo != self)
        return raise(ValueError, "fromutc: dt.tzinfo is not self");
    return true;
}

/* For time zones whose standard offset does not change. */
METHOD(tzinfo_fromutc, "fromutc", "object, /", "datetime in UTC -> datetime in local time.")
{
    Value self = args[0], dt = args[1];
    TRY(check_fromutc(self, dt));
    Value offset = TRY(zone_utcoffset(self, dt));
    if (offset == None)
        return raise(ValueError, "fromutc: non-None utcoffset() result required");
    Value dst = TRY(zone_dst(self, dt));
    if (dst == None)
        return raise(ValueError, "fromutc: non-None dst() result required");
    Microseconds standard = delta_microseconds(offset) - delta_microseconds(dst);
    Value result = TRY(datetime_plus(dt, standard, (Value)type_of(dt)));
    dst = TRY(zone_dst(self, result));
    if (dst == None)
        return raise(ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
    Microseconds more = delta_microseconds(dst);
    return more ? datetime_plus(result, more, (Value)type_of(result)) : result;
}

METHOD(tzinfo_reduce, "__reduce__", "/", "-> (cls, state)")
{
    Value getter, init_args = tuple_empty();
    TRY(get_attr_optional(args[0], datetime_names.__getinitargs__, &getter));
    if (getter)
        init_args = TRY(call0(getter));
    Value state = TRY(call_method0(args[0], names.__getstate__));
    return tuple_of((Value)type_of(args[0]), init_args, state);
}

static MethodDef *const tzinfo_methods[] = {M(tzinfo_tzname),  M(tzinfo_utcoffset), M(tzinfo_dst),
                                            M(tzinfo_fromutc), M(tzinfo_reduce),    0};

Type tzinfo_type = {
    TYPE_HEAD("datetime.tzinfo", Object),
    .doc = "Abstract base class for time zone info objects.",
    .new_def = M(tzinfo_make),
    .methods = tzinfo_methods,
    .flags = TYPE_BASE,
};

/* ---- timezone --------------------------------------------------------------------------- */

static TimeZone *as_timezone(Value v)
{
    return (TimeZone *)v;
}

static void timezone_trace(Object *self, Tracer *tracer)
{
    TimeZone *z = (TimeZone *)self;
    gc_visit(tracer, z->offset);
    gc_visit(tracer, z->name);
}

Value timezone_new(Value offset, Value name)
{
    const Delta *d = as_delta(offset);
    if (!name && datetime_utc && !d->days && !d->seconds && !d->microseconds)
        return datetime_utc;
    if (!is_in_range(d))
        return raise(ValueError,
                     "offset must be a timedelta strictly between -timedelta(hours=24) and "
                     "timedelta(hours=24), not %R.",
                     offset);
    TimeZone *z = TRY(NEW(TimeZone, &timezone_type));
    gc_store(z, &z->offset, offset);
    gc_store(z, &z->name, name);
    return (Value)z;
}

NEW_METHOD(timezone_make, "offset, name=?")
{
    if (!is_delta(args[1]))
        return raise(TypeError, "timezone() argument 1 must be datetime.timedelta, not %B",
                     args[1]);
    if (args[2] && !is_str(args[2]))
        return raise(TypeError, "timezone() argument 2 must be str, not %B", args[2]);
    return timezone_new(args[1], args[2]);
}

static bool check_argument(Value dt, const char *method)
{
    return dt == None || is_datetime(dt) ||
           raise(TypeError, "%s(dt) argument must be a datetime instance or None, not %T", method,
                 dt);
}

static Value timezone_str(Value v)
{
    const TimeZone *z = as_timezone(v);
    const Delta *d = as_delta(z->offset);
    if (z->name)
        return z->name;
    if (v == datetime_utc || (!d->days && !d->seconds && !d->microseconds))
        return str_from_cstring("UTC");
    return str_format("UTC%V", TRY(offset_text(z->offset, ":")));
}

static Value timezone_repr(Value v)
{
    const TimeZone *z = as_timezone(v);
    if (v == datetime_utc)
        return str_from_cstring("datetime.timezone.utc");
    return z->name ? str_format("%T(%R, %R)", v, z->offset, z->name)
                   : str_format("%T(%R)", v, z->offset);
}

METHOD(timezone_tzname, "tzname", "object, /",
       "If name is specified when timezone is created, returns the name.  Otherwise returns "
       "offset as 'UTC(+|-)HH:MM'.")
{
    TRY(check_argument(args[1], "tzname"));
    return timezone_str(args[0]);
}

METHOD(timezone_utcoffset, "utcoffset", "object, /", "Return fixed offset.")
{
    TRY(check_argument(args[1], "utcoffset"));
    return as_timezone(args[0])->offset;
}

METHOD(timezone_dst, "dst", "object, /", "Return None.")
{
    TRY(check_argument(args[1], "dst"));
    return None;
}

METHOD(timezone_fromutc, "fromutc", "object, /", "datetime in UTC -> datetime in local time.")
{
    TRY(check_fromutc(args[0], args[1]));
    Value offset = as_timezone(args[0])->offset;
    return datetime_plus(args[1], delta_microseconds(offset), (Value)type_of(args[1]));
}

METHOD(timezone_getinitargs, "__getinitargs__", "/", "pickle support")
{
    const TimeZone *z = as_timezone(args[0]);
    return z->name ? tuple_of(z->offset, z->name) : tuple_of(z->offset);
}

static Value timezone_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_exact_timezone(b))
        return NotImplemented;
    return order_value(delta_compare(as_timezone(a)->offset, as_timezone(b)->offset), op);
}

static bool timezone_hash(Value v, int64_t *hash)
{
    return object_hash(as_timezone(v)->offset, hash);
}

static MethodDef *const timezone_methods[] = {M(timezone_tzname),      M(timezone_utcoffset),
                                              M(timezone_dst),         M(timezone_fromutc),
                                              M(timezone_getinitargs), 0};

Type timezone_type = {
    TYPE_HEAD("datetime.timezone", TimeZone),
    .base = &tzinfo_type,
    .repr = timezone_repr,
    .str = timezone_str,
    .hash = timezone_hash,
    .compare = timezone_compare,
    .doc = "Fixed offset from UTC implementation of tzinfo.",
    .new_def = M(timezone_make),
    .methods = timezone_methods,
    .trace = timezone_trace,
};
