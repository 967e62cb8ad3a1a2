/* time: a time of day, with or without a time zone. */
#include "modules/datetime/datetime.h"

#include "core/call.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static void time_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Time *)self)->tzinfo);
}

/* ---- New ones --------------------------------------------------------------------------- */

Value time_new_as(Type *type, Clock clock, Value tzinfo)
{
    Time *t = TRY(NEW(Time, type));
    t->clock = clock;
    gc_store(t, &t->tzinfo, tzinfo);
    return (Value)t;
}

Value time_new(Clock clock, Value tzinfo)
{
    return time_new_as(&time_type, clock, tzinfo);
}

static Value time_like(Value cls, Clock c, Value tzinfo)
{
    if (cls == (Value)&time_type)
        return time_new(c, tzinfo);
    Value args[] = {int_small(c.hour), int_small(c.minute), int_small(c.second),
                    int_small(c.microsecond), tzinfo};
    Value t = TRY(call(cls, args, COUNT_OF(args), 0));
    if (c.fold && is_time(t))
        as_time(t)->clock.fold = 1;
    return t;
}

/* From six bytes that __reduce_ex__ made; 0, without an exception unless *failed, if it is none. */
static Value time_from_state(Value *args, bool *failed)
{
    const unsigned char *s = pickled_state(args[1], 6, "time", failed);
    if (!s || (s[0] & 0x7f) >= 24)
        return 0;
    Value tzinfo = args[2] ? args[2] : None;
    *failed = true;
    if (tzinfo != None && !is_instance_of(tzinfo, &tzinfo_type))
        return raise(TypeError, "bad tzinfo state arg");
    Clock clock = clock_of(s[0] & 0x7f, s[1], s[2], s[3] << 16 | s[4] << 8 | s[5], s[0] >> 7);
    return time_new_as((Type *)args[0], clock, tzinfo);
}

/* Reads numbers where they are given. */
static bool clock_arguments(Value *args, Value fold_argument, IntConverter convert, int *numbers,
                            int *fold)
{
    for (int i = 0; i < 4; i++)
        TRY(!args[i] || convert(args[i], &numbers[i]));
    TRY(!fold_argument || convert(fold_argument, fold));
    return check_clock(numbers[0], numbers[1], numbers[2], numbers[3], *fold);
}

NEW_METHOD(time_make, "#hour=?, minute=?, second=?, microsecond=?, tzinfo=None, *, fold=?")
{
    int n[4] = {0}, fold = 0;
    if (args[1] && !is_int(args[1]) && !args[3] && !args[4]) {
        bool failed;
        Value t = time_from_state(args, &failed);
        if (t || failed)
            return t;
    }
    TRY(clock_arguments(args + 1, args[6], int_argument, n, &fold) && check_tzinfo(args[5]));
    return time_new_as((Type *)args[0], clock_of(n[0], n[1], n[2], n[3], fold), args[5]);
}

CLASS_METHOD(time_fromisoformat, "fromisoformat", "object, /",
             "string -> time from a string in ISO 8601 format")
{
    IsoTime t;
    if (!is_str(args[1]))
        return raise(TypeError, "fromisoformat: argument must be str");
    intptr_t length = str_length(args[1]);
    if (!parse_iso_time(args[1], length && str_char(args[1], 0) == 'T', length, &t))
        return bad_iso_string(args[1]);
    Value zone = TRY(iso_zone(&t));
    TRY(check_clock(t.clock.hour, t.clock.minute, t.clock.second, (int)t.clock.microsecond, 0));
    return time_like(args[0], t.clock, zone);
}

/* ---- The time zone ----------------------------------------------------------------------- */

METHOD(time_utcoffset, "utcoffset", "/", "Return self.tzinfo.utcoffset(self).")
{
    return zone_utcoffset(as_time(args[0])->tzinfo, None);
}

METHOD(time_dst, "dst", "/", "Return self.tzinfo.dst(self).")
{
    return zone_dst(as_time(args[0])->tzinfo, None);
}

METHOD(time_tzname, "tzname", "/", "Return self.tzinfo.tzname(self).")
{
    return zone_tzname(as_time(args[0])->tzinfo, None);
}

/* ---- Text ------------------------------------------------------------------------------- */

static Value time_repr(Value v)
{
    const Time *t = as_time(v);
    Clock c = t->clock;
    Value text;
    if (c.microsecond)
        text = str_format("%T(%d, %d, %d, %d", v, c.hour, c.minute, c.second, (int)c.microsecond);
    else if (c.second)
        text = str_format("%T(%d, %d, %d", v, c.hour, c.minute, c.second);
    else
        text = str_format("%T(%d, %d", v, c.hour, c.minute);
    TRY(text);
    if (t->tzinfo != None)
        text = TRY(str_format("%V, tzinfo=%R", text, t->tzinfo));
    return str_format(c.fold ? "%V, fold=1)" : "%V)", text);
}

METHOD(time_isoformat, "isoformat", "timespec='auto'",
       "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\n"
       "The optional argument timespec specifies the number of additional terms\n"
       "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n"
       "'seconds', 'milliseconds' and 'microseconds'.\n")
{
    if (!is_str(args[1]))
        return raise(TypeError, "isoformat() argument 1 must be str, not %B", args[1]);
    char buffer[TEXT_SIZE];
    int size = TRY_NOT_NEGATIVE(put_clock(buffer, as_time(args[0])->clock, args[1]), 0);
    Value text = TRY(str_from_ascii(buffer, (size_t)size));
    if (as_time(args[0])->tzinfo == None)
        return text;
    Value offset = TRY(zone_utcoffset(as_time(args[0])->tzinfo, None));
    return str_concat(text, TRY(offset_text(offset, ":")));
}

static Value time_str(Value v)
{
    return call_method0(v, datetime_names.isoformat);
}

METHOD(time_strftime, "strftime", "format", "format -> strftime() style string.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "strftime() argument 1 must be str, not %B", args[1]);
    Clock c = as_time(args[0])->clock;
    Value items[] = {int_small(1900),   int_small(1),        int_small(1),
                     int_small(c.hour), int_small(c.minute), int_small(c.second),
                     int_small(0),      int_small(1),        int_small(-1)};
    return format_object(args[0], args[1], TRY(tuple_from_values(items, COUNT_OF(items))));
}

METHOD(time_format, "__format__", "$format, /", "Formats self with strftime.")
{
    return format_method(args[0], args[1]);
}

/* ---- Comparing --------------------------------------------------------------------------- */

static int compare_clocks(Clock a, Clock b)
{
    int64_t x = clock_seconds(a) * MICROSECONDS + a.microsecond;
    int64_t y = clock_seconds(b) * MICROSECONDS + b.microsecond;
    return (x > y) - (x < y);
}

static int compare_in_utc(Value a, Value offset_a, Value b, Value offset_b)
{
    const Delta *x = as_delta(offset_a), *y = as_delta(offset_b);
    Clock p = as_time(a)->clock, q = as_time(b)->clock;
    int64_t s = clock_seconds(p) - (int64_t)x->days * SECONDS_PER_DAY - x->seconds;
    int64_t t = clock_seconds(q) - (int64_t)y->days * SECONDS_PER_DAY - y->seconds;
    s = s * MICROSECONDS + p.microsecond - x->microseconds;
    t = t * MICROSECONDS + q.microsecond - y->microseconds;
    return (s > t) - (s < t);
}

static Value time_compare(Value a, Value b, CompareOp op)
{
    if (!is_time(b))
        return NotImplemented;
    if (as_time(a)->tzinfo == as_time(b)->tzinfo)
        return order_value(compare_clocks(as_time(a)->clock, as_time(b)->clock), op);
    Value x = TRY(zone_utcoffset(as_time(a)->tzinfo, None));
    Value y = TRY(zone_utcoffset(as_time(b)->tzinfo, None));
    if (x == None && y == None)
        return order_value(compare_clocks(as_time(a)->clock, as_time(b)->clock), op);
    if (x != None && y != None)
        return order_value(compare_in_utc(a, x, b, y), op);
    if (op == CMP_EQ || op == CMP_NE)
        return bool_value(op == CMP_NE);
    return raise(TypeError, "can't compare offset-naive and offset-aware times");
}

static bool time_hash(Value v, int64_t *hash)
{
    const Time *t = as_time(v);
    Value offset = TRY(zone_utcoffset(t->tzinfo, None));
    int64_t seconds = clock_seconds(t->clock), microseconds = t->clock.microsecond;
    if (offset != None) {
        const Delta *d = as_delta(offset);
        seconds -= (int64_t)d->days * SECONDS_PER_DAY + d->seconds;
        microseconds -= d->microseconds;
        seconds += floor_divide(microseconds, MICROSECONDS);
        microseconds = floor_modulo(microseconds, MICROSECONDS);
    }
    *hash = moment_hash(seconds, microseconds, 1);
    return true;
}

/* ---- Copies ------------------------------------------------------------------------------ */

METHOD(time_replace, "replace", "hour=?, minute=?, second=?, microsecond=?, tzinfo=?, *, fold=?",
       "Return time with new specified fields.")
{
    const Time *t = as_time(args[0]);
    Value tzinfo = args[5] ? args[5] : t->tzinfo;
    int n[] = {t->clock.hour, t->clock.minute, t->clock.second, (int)t->clock.microsecond};
    int fold = t->clock.fold;
    TRY(clock_arguments(args + 1, args[6], index_as_int, n, &fold) && check_tzinfo(tzinfo));
    return time_like((Value)type_of(args[0]), clock_of(n[0], n[1], n[2], n[3], fold), tzinfo);
}

METHOD(time_copy_replace, "__replace__", "**changes", "The same as replace().")
{
    Value replace = TRY(get_attr(args[0], TRY(str_intern_cstring("replace"))));
    return call_tuple_dict(replace, tuple_empty(), args[1]);
}

static Value reduce(Value v, int protocol)
{
    const Time *t = as_time(v);
    Clock c = t->clock;
    int fold = protocol > 3 && c.fold ? 0x80 : 0;
    char state[] = {
        (char)(c.hour | fold),      (char)c.minute,     (char)c.second, (char)(c.microsecond >> 16),
        (char)(c.microsecond >> 8), (char)c.microsecond};
    Value bytes = TRY(bytes_from(state, sizeof state));
    Value args = t->tzinfo == None ? TRY(tuple_of(bytes)) : TRY(tuple_of(bytes, t->tzinfo));
    return tuple_of((Value)type_of(v), args);
}

METHOD(time_reduce_ex, "__reduce_ex__", "protocol, /", "__reduce_ex__(proto) -> (cls, state)")
{
    int protocol;
    TRY(int_argument(args[1], &protocol));
    return reduce(args[0], protocol);
}

METHOD(time_reduce, "__reduce__", "/", "__reduce__() -> (cls, state)")
{
    return reduce(args[0], 2);
}

/* ---- The type --------------------------------------------------------------------------- */

static Value time_hour(Value v)
{
    return int_small(as_time(v)->clock.hour);
}

static Value time_minute(Value v)
{
    return int_small(as_time(v)->clock.minute);
}

static Value time_second(Value v)
{
    return int_small(as_time(v)->clock.second);
}

static Value time_microsecond(Value v)
{
    return int_small(as_time(v)->clock.microsecond);
}

static Value time_tzinfo(Value v)
{
    return as_time(v)->tzinfo;
}

static Value time_fold(Value v)
{
    return int_small(as_time(v)->clock.fold);
}

static const GetSetDef time_getset[] = {{"hour", time_hour, 0, 0},
                                        {"minute", time_minute, 0, 0},
                                        {"second", time_second, 0, 0},
                                        {"microsecond", time_microsecond, 0, 0},
                                        {"tzinfo", time_tzinfo, 0, 0},
                                        {"fold", time_fold, 0, 0},
                                        {0}};

static MethodDef *const time_methods[] = {
    M(time_isoformat), M(time_strftime),      M(time_format),  M(time_utcoffset),
    M(time_tzname),    M(time_dst),           M(time_replace), M(time_copy_replace),
    M(time_reduce_ex), M(time_fromisoformat), M(time_reduce),  0};

Type time_type = {
    TYPE_HEAD("datetime.time", Time),
    .repr = time_repr,
    .str = time_str,
    .hash = time_hash,
    .compare = time_compare,
    .doc = "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\n"
           "All arguments are optional. tzinfo may be None, or an instance of\n"
           "a tzinfo subclass. The remaining arguments may be ints.\n",
    .new_def = M(time_make),
    .methods = time_methods,
    .getset = time_getset,
    .trace = time_trace,
    .flags = TYPE_BASE,
};
