/* date, and what isocalendar() returns. */
#include "modules/datetime/datetime.h"

#include "core/call.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"

/* ---- New ones --------------------------------------------------------------------------- */

Value date_new_as(Type *type, int year, int month, int day)
{
    Date *d = TRY(NEW(Date, type));
    d->year = (uint16_t)year;
    d->month = (uint8_t)month;
    d->day = (uint8_t)day;
    return (Value)d;
}

Value date_like(Value cls, int year, int month, int day)
{
    if (cls != (Value)&date_type)
        return call3(cls, int_small(year), int_small(month), int_small(day));
    TRY(check_ymd(year, month, day));
    return date_new_as(&date_type, year, month, day);
}

const unsigned char *pickled_state(Value v, intptr_t length, const char *what, bool *failed)
{
    *failed = false;
    if (is_bytes(v) && ((Bytes *)v)->length == length)
        return (const unsigned char *)((Bytes *)v)->data;
    if (!is_str(v) || str_length(v) != length)
        return 0;
    Value bytes = bytes_new(length);
    for (intptr_t i = 0; bytes && i < length; i++) {
        uint32_t c = str_char(v, i);
        if (c > 0xff) {
            raise(ValueError,
                  "Failed to encode latin1 string when unpickling a %s object. "
                  "pickle.load(data, encoding='latin1') is assumed.",
                  what);
            bytes = 0;
        } else {
            ((Bytes *)bytes)->data[i] = (char)c;
        }
    }
    *failed = !bytes;
    return bytes ? (const unsigned char *)((Bytes *)bytes)->data : 0;
}

bool check_given(Value v, const char *name, int position)
{
    return v ||
           raise(TypeError, "function missing required argument '%s' (pos %d)", name, position);
}

NEW_METHOD(date_make, "#year, month=?, day=?")
{
    int year, month, day;
    bool failed;
    if (!args[2] && !args[3]) {
        const unsigned char *state = pickled_state(args[1], 4, "date", &failed);
        if (failed)
            return 0;
        if (state && state[2] >= 1 && state[2] <= 12)
            return date_new_as((Type *)args[0], state[0] << 8 | state[1], state[2], state[3]);
    }
    TRY(int_argument(args[1], &year) && check_given(args[2], "month", 2) &&
        int_argument(args[2], &month) && check_given(args[3], "day", 3) &&
        int_argument(args[3], &day) && check_ymd(year, month, day));
    return date_new_as((Type *)args[0], year, month, day);
}

/* ---- Other constructors ------------------------------------------------------------------ */

CLASS_METHOD(date_fromtimestamp, "fromtimestamp", "timestamp, /",
             "Create a date from a POSIX timestamp.\n\n"
             "The timestamp is a number, e.g. created via time.time(), that is interpreted\n"
             "as local time.")
{
    int64_t seconds;
    Ymd ymd;
    Clock clock;
    TRY(timestamp_argument(args[1], &seconds, 0) && local_time(seconds, &ymd, &clock));
    return date_like(args[0], ymd.year, ymd.month, ymd.day);
}

CLASS_METHOD(date_today, "today", "/",
             "Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).")
{
    Value now = TRY(call0(TRY(import_attribute("time", "time"))));
    return call_method1(args[0], datetime_names.fromtimestamp, now);
}

CLASS_METHOD(date_fromordinal, "fromordinal", "$ordinal, /",
             "int -> date corresponding to a proleptic Gregorian ordinal.")
{
    int ordinal;
    TRY(int_argument(args[1], &ordinal));
    if (ordinal < 1)
        return raise(ValueError, "ordinal must be >= 1");
    Ymd ymd = ymd_of_ordinal(ordinal);
    return date_like(args[0], ymd.year, ymd.month, ymd.day);
}

CLASS_METHOD(date_fromisoformat, "fromisoformat", "object, /",
             "str -> Construct a date from a string in ISO 8601 format.")
{
    Ymd ymd;
    if (!is_str(args[1]))
        return raise(TypeError, "fromisoformat: argument must be str");
    if (!parse_iso_date(args[1], 0, str_length(args[1]), &ymd))
        return bad_iso_string(args[1]);
    return date_like(args[0], ymd.year, ymd.month, ymd.day);
}

CLASS_METHOD(date_fromisocalendar, "fromisocalendar", "year, week, day",
             "int, int, int -> Construct a date from the ISO year, week number and weekday.\n\n"
             "This is the inverse of the date.isocalendar() function")
{
    IsoDate iso;
    Ymd ymd;
    for (int i = 1; i <= 3; i++)
        if (!is_int_any(args[i]) && !has_index(args[i]))
            return raise(TypeError, "'%T' object cannot be interpreted as an integer", args[i]);
    if (!int_argument(args[1], &iso.year) || !int_argument(args[2], &iso.week) ||
        !int_argument(args[3], &iso.weekday)) {
        if (error_clear_if(OverflowError))
            return raise(ValueError, "ISO calendar component out of range");
        return 0;
    }
    switch (ymd_of_iso_date(iso, &ymd)) {
    case ISO_BAD_YEAR:
        return raise(ValueError, "Year is out of range: %d", iso.year);
    case ISO_BAD_WEEK:
        return raise(ValueError, "Invalid week: %d", iso.week);
    case ISO_BAD_DAY:
        return raise(ValueError, "Invalid day: %d (range is [1, 7])", iso.weekday);
    case ISO_FINE:
        break;
    }
    return date_like(args[0], ymd.year, ymd.month, ymd.day);
}

/* ---- isocalendar() ----------------------------------------------------------------------- */

static Value iso_date_repr(Value v)
{
    return str_format("%T(year=%V, week=%V, weekday=%V)", v, tuple_get(v, 0), tuple_get(v, 1),
                      tuple_get(v, 2));
}

static Value iso_date_year(Value v)
{
    return tuple_get(v, 0);
}

static Value iso_date_week(Value v)
{
    return tuple_get(v, 1);
}

static Value iso_date_weekday(Value v)
{
    return tuple_get(v, 2);
}

static Value iso_date_new(Type *type, Value year, Value week, Value weekday)
{
    Value v = TRY(object_alloc_items(type, 3));
    ((Tuple *)v)->length = 3;
    tuple_init(v, 0, year);
    tuple_init(v, 1, week);
    tuple_init(v, 2, weekday);
    return v;
}

NEW_METHOD(iso_date_make, "year, week, weekday")
{
    return iso_date_new((Type *)args[0], args[1], args[2], args[3]);
}

METHOD(iso_date_reduce, "__reduce__", "/", "__reduce__() -> (cls, state)")
{
    return tuple_of(
        (Value)&tuple_type,
        TRY(tuple_of(TRY(tuple_from_values(((Tuple *)args[0])->items, tuple_length(args[0]))))));
}

static MethodDef *const iso_date_methods[] = {M(iso_date_reduce), 0};
static const GetSetDef iso_date_getset[] = {{"year", iso_date_year, 0, 0},
                                            {"week", iso_date_week, 0, 0},
                                            {"weekday", iso_date_weekday, 0, 0},
                                            {0}};

Type iso_calendar_date_type = {
    TYPE_HEAD("datetime.IsoCalendarDate", Tuple),
    .base = &tuple_type,
    .item_size = sizeof(Value),
    .repr = iso_date_repr,
    .doc = "The result of date.isocalendar() or datetime.isocalendar()\n\n"
           "This object may be accessed either as a tuple of\n"
           "  ((year, week, weekday)\n"
           "or via the object attributes as named in the above tuple.",
    .new_def = M(iso_date_make),
    .methods = iso_date_methods,
    .getset = iso_date_getset,
};

METHOD(date_isocalendar, "isocalendar", "/",
       "Return a named tuple containing ISO year, week number, and weekday.")
{
    Ymd ymd = ymd_of(args[0]);
    IsoDate iso = iso_date_of(ymd.year, ymd.month, ymd.day);
    return iso_date_new(&iso_calendar_date_type, int_small(iso.year), int_small(iso.week),
                        int_small(iso.weekday));
}

/* ---- Text and numbers -------------------------------------------------------------------- */

static Value date_repr(Value v)
{
    const Date *d = as_date(v);
    return str_format("%T(%d, %d, %d)", v, d->year, d->month, d->day);
}

METHOD(date_isoformat, "isoformat", "/", "Return string in ISO 8601 format, YYYY-MM-DD.")
{
    char text[TEXT_SIZE];
    return str_from_ascii(text, (size_t)put_date(text, ymd_of(args[0])));
}

static Value date_str(Value v)
{
    return call_method0(v, datetime_names.isoformat);
}

METHOD(date_ctime, "ctime", "/", "Return ctime() style string.")
{
    return ctime_text(ymd_of(args[0]), (Clock){0});
}

METHOD(date_strftime, "strftime", "format", "format -> strftime() style string.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "strftime() argument 1 must be str, not %B", args[1]);
    Value tuple = TRY(call_method0(args[0], datetime_names.timetuple));
    return format_object(args[0], args[1], tuple);
}

METHOD(date_format, "__format__", "$format, /", "Formats self with strftime.")
{
    return format_method(args[0], args[1]);
}

Value struct_time(Ymd ymd, Clock clock, int dst)
{
    Value type = TRY(import_attribute("time", "struct_time"));
    int day = days_before_month(ymd.year, ymd.month) + ymd.day;
    Value items[] = {int_small(ymd.year),
                     int_small(ymd.month),
                     int_small(ymd.day),
                     int_small(clock.hour),
                     int_small(clock.minute),
                     int_small(clock.second),
                     int_small(weekday_of(ymd.year, ymd.month, ymd.day)),
                     int_small(day),
                     int_small(dst)};
    return call1(type, TRY(tuple_from_values(items, COUNT_OF(items))));
}

METHOD(date_timetuple, "timetuple", "/", "Return time tuple, compatible with time.localtime().")
{
    return struct_time(ymd_of(args[0]), (Clock){0}, -1);
}

METHOD(date_toordinal, "toordinal", "/",
       "Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.")
{
    const Date *d = as_date(args[0]);
    return int_small(ordinal_of(d->year, d->month, d->day));
}

METHOD(date_weekday, "weekday", "/",
       "Return the day of the week represented by the date.\nMonday == 0 ... Sunday == 6")
{
    const Date *d = as_date(args[0]);
    return int_small(weekday_of(d->year, d->month, d->day));
}

METHOD(date_isoweekday, "isoweekday", "/",
       "Return the day of the week represented by the date.\nMonday == 1 ... Sunday == 7")
{
    const Date *d = as_date(args[0]);
    return int_small(weekday_of(d->year, d->month, d->day) + 1);
}

METHOD(date_replace, "replace", "year=?, month=?, day=?", "Return date with new specified fields.")
{
    Ymd ymd = ymd_of(args[0]);
    TRY((!args[1] || index_as_int(args[1], &ymd.year)) &&
        (!args[2] || index_as_int(args[2], &ymd.month)) &&
        (!args[3] || index_as_int(args[3], &ymd.day)));
    return date_like((Value)type_of(args[0]), ymd.year, ymd.month, ymd.day);
}

METHOD(date_copy_replace, "__replace__", "**changes", "The same as replace().")
{
    Value replace = TRY(get_attr(args[0], TRY(str_intern_cstring("replace"))));
    return call_tuple_dict(replace, tuple_empty(), args[1]);
}

METHOD(date_reduce, "__reduce__", "/", "__reduce__() -> (cls, state)")
{
    const Date *d = as_date(args[0]);
    char state[] = {(char)(d->year >> 8), (char)d->year, (char)d->month, (char)d->day};
    Value bytes = TRY(bytes_from(state, sizeof state));
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(bytes)));
}

/* ---- Arithmetic -------------------------------------------------------------------------- */

static Value plus_days(Value v, int64_t days)
{
    const Date *d = as_date(v);
    int64_t ordinal = ordinal_of(d->year, d->month, d->day) + days;
    if (ordinal < 1 || ordinal > MAX_ORDINAL)
        return raise(OverflowError, "date value out of range");
    Ymd ymd = ymd_of_ordinal((int)ordinal);
    return date_like((Value)type_of(v), ymd.year, ymd.month, ymd.day);
}

static Value date_add(Value a, Value b)
{
    if (is_datetime(a) || is_datetime(b))
        return NotImplemented;
    if (is_date(a))
        return is_delta(b) ? plus_days(a, as_delta(b)->days) : NotImplemented;
    return is_delta(a) ? plus_days(b, as_delta(a)->days) : NotImplemented;
}

static Value date_subtract(Value a, Value b)
{
    if (is_datetime(a) || is_datetime(b) || !is_date(a))
        return NotImplemented;
    if (is_delta(b))
        return plus_days(a, -(int64_t)as_delta(b)->days);
    if (!is_date(b))
        return NotImplemented;
    const Date *x = as_date(a), *y = as_date(b);
    return delta_new(ordinal_of(x->year, x->month, x->day) - ordinal_of(y->year, y->month, y->day),
                     0, 0);
}

static int64_t date_key(Value v)
{
    const Date *d = as_date(v);
    return d->year << 16 | d->month << 8 | d->day;
}

static Value date_compare(Value a, Value b, CompareOp op)
{
    if (!is_date(b) || is_datetime(b))
        return NotImplemented;
    int64_t x = date_key(a), y = date_key(b);
    return order_value((x > y) - (x < y), op);
}

static bool date_hash(Value v, int64_t *hash)
{
    *hash = moment_hash(date_key(v), 0, 0);
    return true;
}

/* ---- The type --------------------------------------------------------------------------- */

static Value date_year(Value v)
{
    return int_small(as_date(v)->year);
}

static Value date_month(Value v)
{
    return int_small(as_date(v)->month);
}

static Value date_day(Value v)
{
    return int_small(as_date(v)->day);
}

static const GetSetDef date_getset[] = {
    {"year", date_year, 0, 0}, {"month", date_month, 0, 0}, {"day", date_day, 0, 0}, {0}};

static MethodDef *const date_methods[] = {
    M(date_fromtimestamp),   M(date_fromordinal), M(date_fromisoformat),
    M(date_fromisocalendar), M(date_today),       M(date_ctime),
    M(date_strftime),        M(date_format),      M(date_timetuple),
    M(date_isocalendar),     M(date_isoformat),   M(date_isoweekday),
    M(date_toordinal),       M(date_weekday),     M(date_replace),
    M(date_copy_replace),    M(date_reduce),      0};

Type date_type = {
    TYPE_HEAD("datetime.date", Date),
    .repr = date_repr,
    .str = date_str,
    .hash = date_hash,
    .compare = date_compare,
    .add = date_add,
    .subtract = date_subtract,
    .doc = "date(year, month, day) --> date object",
    .new_def = M(date_make),
    .methods = date_methods,
    .getset = date_getset,
    .flags = TYPE_BASE,
};
