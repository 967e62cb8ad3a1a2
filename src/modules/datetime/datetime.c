/* datetime: the type. datetime_math.c compares and adds, datetime_clock.c asks the system. */
#include "modules/datetime/datetime.h"

#include <stdio.h>
#include "core/call.h"
#include "core/names.h"
#include "gc/heap.h"
#include "modules/datetime/datetime_inner.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static void datetime_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((DateTime *)self)->tzinfo);
}

/* ---- New ones --------------------------------------------------------------------------- */

Value datetime_new_as(Type *type, Ymd ymd, Clock clock, Value tzinfo)
{
    DateTime *d = TRY(NEW(DateTime, type));
    d->year = (uint16_t)ymd.year;
    d->month = (uint8_t)ymd.month;
    d->day = (uint8_t)ymd.day;
    d->clock = clock;
    gc_store(d, &d->tzinfo, tzinfo);
    return (Value)d;
}

Value datetime_new(Ymd ymd, Clock clock, Value tzinfo)
{
    return datetime_new_as(&datetime_type, ymd, clock, tzinfo);
}

Value datetime_like(Value cls, Ymd ymd, Clock c, Value tzinfo)
{
    if (cls == (Value)&datetime_type) {
        TRY(check_ymd(ymd.year, ymd.month, ymd.day));
        return datetime_new(ymd, c, tzinfo);
    }
    Value args[] = {
        int_small(ymd.year), int_small(ymd.month), int_small(ymd.day),       int_small(c.hour),
        int_small(c.minute), int_small(c.second),  int_small(c.microsecond), tzinfo};
    Value d = TRY(call(cls, args, COUNT_OF(args), 0));
    if (c.fold && is_datetime(d))
        as_datetime(d)->clock.fold = 1;
    return d;
}

/* From ten bytes that __reduce_ex__ made; 0, without an exception unless *failed, if it is none. */
static Value datetime_from_state(Value *args, bool *failed)
{
    const unsigned char *s = pickled_state(args[1], 10, "datetime", failed);
    if (!s || (s[2] & 0x7f) < 1 || (s[2] & 0x7f) > 12)
        return 0;
    Value tzinfo = args[2] ? args[2] : None;
    *failed = true;
    if (tzinfo != None && !is_instance_of(tzinfo, &tzinfo_type))
        return raise(TypeError, "bad tzinfo state arg");
    Ymd ymd = {s[0] << 8 | s[1], s[2] & 0x7f, s[3]};
    Clock clock = clock_of(s[4], s[5], s[6], s[7] << 16 | s[8] << 8 | s[9], s[2] >> 7);
    return datetime_new_as((Type *)args[0], ymd, clock, tzinfo);
}

/* Reads year to microsecond where they are given, and fold; what is no C int is refused in the
 * words of `convert`. */
static bool read_fields(Value *args, Value fold_argument, IntConverter convert, Ymd *ymd,
                        Clock *clock)
{
    int n[] = {ymd->year,
               ymd->month,
               ymd->day,
               clock->hour,
               clock->minute,
               clock->second,
               (int)clock->microsecond};
    int fold = clock->fold;
    for (int i = 0; i < 7; i++)
        TRY(!args[i] || convert(args[i], &n[i]));
    TRY(!fold_argument || convert(fold_argument, &fold));
    TRY(check_ymd(n[0], n[1], n[2]) && check_clock(n[3], n[4], n[5], n[6], fold));
    *ymd = (Ymd){n[0], n[1], n[2]};
    *clock = clock_of(n[3], n[4], n[5], n[6], fold);
    return true;
}

NEW_METHOD(datetime_make, "#year, month=?, day=?, hour=?, minute=?, second=?, microsecond=?, "
                          "tzinfo=None, *, fold=?")
{
    if (!is_int(args[1]) && !args[3]) {
        bool failed;
        Value d = datetime_from_state(args, &failed);
        if (d || failed)
            return d;
    }
    Ymd ymd = {0};
    Clock clock = {0};
    if (!args[2] || !args[3])
        TRY(int_argument(args[1], &ymd.year) && check_given(args[2], "month", 2) &&
            int_argument(args[2], &ymd.month) && check_given(args[3], "day", 3));
    TRY(read_fields(args + 1, args[9], int_argument, &ymd, &clock) && check_tzinfo(args[8]));
    return datetime_new_as((Type *)args[0], ymd, clock, args[8]);
}

/* ---- Other constructors ------------------------------------------------------------------ */

CLASS_METHOD(datetime_strptime, "strptime", "$date_string, format, /",
             "string, format -> new datetime parsed from a string (like time.strptime()).")
{
    for (int i = 1; i <= 2; i++)
        if (!is_str(args[i]))
            return raise(TypeError, "strptime() argument %d must be str, not %B", i, args[i]);
    Value function = TRY(import_attribute("_strptime", "_strptime_datetime"));
    return call3(function, args[0], args[1], args[2]);
}

CLASS_METHOD(datetime_combine, "combine", "date, time, tzinfo=?",
             "date, time -> datetime with same date and time fields")
{
    if (!is_date(args[1]))
        return raise(TypeError, "combine() argument 1 must be datetime.date, not %B", args[1]);
    if (!is_time(args[2]))
        return raise(TypeError, "combine() argument 2 must be datetime.time, not %B", args[2]);
    Value tzinfo = args[3] ? args[3] : as_time(args[2])->tzinfo;
    TRY(check_tzinfo(tzinfo));
    return datetime_like(args[0], ymd_of(args[1]), as_time(args[2])->clock, tzinfo);
}

CLASS_METHOD(datetime_fromisoformat, "fromisoformat", "object, /",
             "string -> datetime from a string in most ISO 8601 formats")
{
    Value text = args[1];
    Ymd ymd;
    IsoTime t = {0};
    if (!is_str(text))
        return raise(TypeError, "fromisoformat: argument must be str");
    intptr_t length = str_length(text), end = iso_separator(text);
    if (end < 0 || !parse_iso_date(text, 0, end, &ymd) ||
        (end < length && !parse_iso_time(text, end + 1, length, &t)))
        return bad_iso_string(text);
    Value zone = TRY(iso_zone(&t));
    TRY(check_ymd(ymd.year, ymd.month, ymd.day) &&
        check_clock(t.clock.hour, t.clock.minute, t.clock.second, (int)t.clock.microsecond, 0));
    return datetime_like(args[0], ymd, t.clock, zone);
}

/* ---- Parts ------------------------------------------------------------------------------- */

METHOD(datetime_date, "date", "/", "Return date object with same year, month and day.")
{
    Ymd ymd = ymd_of(args[0]);
    return date_new_as(&date_type, ymd.year, ymd.month, ymd.day);
}

METHOD(datetime_time, "time", "/", "Return time object with same time but with tzinfo=None.")
{
    return time_new(as_datetime(args[0])->clock, None);
}

METHOD(datetime_timetz, "timetz", "/", "Return time object with same time and tzinfo.")
{
    return time_new(as_datetime(args[0])->clock, as_datetime(args[0])->tzinfo);
}

METHOD(datetime_ctime, "ctime", "/", "Return ctime() style string.")
{
    return ctime_text(ymd_of(args[0]), as_datetime(args[0])->clock);
}

METHOD(datetime_timetuple, "timetuple", "/", "Return time tuple, compatible with time.localtime().")
{
    Value dst = TRY(zone_dst(as_datetime(args[0])->tzinfo, args[0]));
    int flag = dst == None ? -1 : object_truth(dst);
    return struct_time(ymd_of(args[0]), as_datetime(args[0])->clock, flag);
}

METHOD(datetime_utctimetuple, "utctimetuple", "/",
       "Return UTC time tuple, compatible with time.localtime().")
{
    Value self = args[0], offset = TRY(zone_utcoffset(as_datetime(self)->tzinfo, self));
    if (offset != None)
        self = TRY(datetime_plus(self, -delta_microseconds(offset), (Value)&datetime_type));
    return struct_time(ymd_of(self), as_datetime(self)->clock, 0);
}

METHOD(datetime_timestamp_method, "timestamp", "/", "Return POSIX timestamp as float.")
{
    return datetime_timestamp(args[0]);
}

METHOD(datetime_utcoffset, "utcoffset", "/", "Return self.tzinfo.utcoffset(self).")
{
    return zone_utcoffset(as_datetime(args[0])->tzinfo, args[0]);
}

METHOD(datetime_dst, "dst", "/", "Return self.tzinfo.dst(self).")
{
    return zone_dst(as_datetime(args[0])->tzinfo, args[0]);
}

METHOD(datetime_tzname, "tzname", "/", "Return self.tzinfo.tzname(self).")
{
    return zone_tzname(as_datetime(args[0])->tzinfo, args[0]);
}

METHOD(datetime_astimezone, "astimezone", "tz=None",
       "tz -> convert to local time in new timezone tz\n")
{
    TRY(check_tzinfo(args[1]));
    return datetime_to_zone(args[0], args[1]);
}

/* ---- Text ------------------------------------------------------------------------------- */

static Value datetime_repr(Value v)
{
    const DateTime *d = as_datetime(v);
    Clock c = d->clock;
    char numbers[80];
    int n = snprintf(numbers, sizeof numbers, "%d, %d, %d, %d, %d", d->year, d->month, d->day,
                     c.hour, c.minute);
    if (c.second || c.microsecond)
        n += snprintf(numbers + n, sizeof numbers - (size_t)n, ", %d", c.second);
    if (c.microsecond)
        n += snprintf(numbers + n, sizeof numbers - (size_t)n, ", %u", c.microsecond);
    if (c.fold)
        snprintf(numbers + n, sizeof numbers - (size_t)n, ", fold=1");
    if (d->tzinfo == None)
        return str_format("%T(%s)", v, numbers);
    return str_format("%T(%s, tzinfo=%R)", v, numbers, d->tzinfo);
}

static Value iso_text(Value v, uint32_t separator, Value timespec)
{
    const DateTime *d = as_datetime(v);
    char text[2 * TEXT_SIZE];
    int date_size = put_date(text, ymd_of(v));
    int size = TRY_NOT_NEGATIVE(put_clock(text + date_size + 1, d->clock, timespec), 0);
    Value offset = TRY(zone_utcoffset(d->tzinfo, v));
    if (offset == None && separator < 0x80) {
        text[date_size] = (char)separator;
        return str_from_ascii(text, (size_t)(date_size + 1 + size));
    }
    StrBuilder b;
    builder_start(&b);
    builder_add_ascii(&b, text, (size_t)date_size);
    builder_add_char(&b, separator);
    builder_add_ascii(&b, text + date_size + 1, (size_t)size);
    builder_add(&b, TRY(offset_text(offset, ":")));
    return builder_finish(&b);
}

METHOD(datetime_isoformat, "isoformat", "sep='T', timespec='auto'",
       "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n"
       "sep is used to separate the year from the time, and defaults to 'T'.\n"
       "The optional argument timespec specifies the number of additional terms\n"
       "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n"
       "'seconds', 'milliseconds' and 'microseconds'.\n")
{
    if (!is_str(args[1]) || str_length(args[1]) != 1)
        return raise(TypeError, "isoformat() argument 1 must be a unicode character, not %B",
                     args[1]);
    if (!is_str(args[2]))
        return raise(TypeError, "isoformat() argument 2 must be str, not %B", args[2]);
    return iso_text(args[0], str_char(args[1], 0), args[2]);
}

static Value datetime_str(Value v)
{
    return call_method1(v, datetime_names.isoformat, TRY(str_from_char(' ')));
}

/* ---- Copies ------------------------------------------------------------------------------ */

METHOD(datetime_replace, "replace",
       "year=?, month=?, day=?, hour=?, minute=?, second=?, microsecond=?, tzinfo=?, *, fold=?",
       "Return datetime with new specified fields.")
{
    const DateTime *d = as_datetime(args[0]);
    Ymd ymd = ymd_of(args[0]);
    Clock clock = d->clock;
    Value tzinfo = args[8] ? args[8] : d->tzinfo;
    TRY(read_fields(args + 1, args[9], index_as_int, &ymd, &clock) && check_tzinfo(tzinfo));
    return datetime_like((Value)type_of(args[0]), ymd, clock, tzinfo);
}

METHOD(datetime_copy_replace, "__replace__", "**changes", "The same as replace().")
{
    Value replace = TRY(get_attr(args[0], TRY(str_intern_cstring("replace"))));
    return call_tuple_dict(replace, tuple_empty(), args[1]);
}

static Value reduce(Value v, int protocol)
{
    const DateTime *d = as_datetime(v);
    Clock c = d->clock;
    int fold = protocol > 3 && c.fold ? 0x80 : 0;
    char state[] = {(char)(d->year >> 8),
                    (char)d->year,
                    (char)(d->month | fold),
                    (char)d->day,
                    (char)c.hour,
                    (char)c.minute,
                    (char)c.second,
                    (char)(c.microsecond >> 16),
                    (char)(c.microsecond >> 8),
                    (char)c.microsecond};
    Value bytes = TRY(bytes_from(state, sizeof state));
    Value args = d->tzinfo == None ? TRY(tuple_of(bytes)) : TRY(tuple_of(bytes, d->tzinfo));
    return tuple_of((Value)type_of(v), args);
}

METHOD(datetime_reduce_ex, "__reduce_ex__", "protocol, /", "__reduce_ex__(proto) -> (cls, state)")
{
    int protocol;
    TRY(int_argument(args[1], &protocol));
    return reduce(args[0], protocol);
}

METHOD(datetime_reduce, "__reduce__", "/", "__reduce__() -> (cls, state)")
{
    return reduce(args[0], 2);
}

/* ---- The type --------------------------------------------------------------------------- */

static Value datetime_hour(Value v)
{
    return int_small(as_datetime(v)->clock.hour);
}

static Value datetime_minute(Value v)
{
    return int_small(as_datetime(v)->clock.minute);
}

static Value datetime_second(Value v)
{
    return int_small(as_datetime(v)->clock.second);
}

static Value datetime_microsecond(Value v)
{
    return int_small(as_datetime(v)->clock.microsecond);
}

static Value datetime_tzinfo(Value v)
{
    return as_datetime(v)->tzinfo;
}

static Value datetime_fold(Value v)
{
    return int_small(as_datetime(v)->clock.fold);
}

static const GetSetDef datetime_getset[] = {{"hour", datetime_hour, 0, 0},
                                            {"minute", datetime_minute, 0, 0},
                                            {"second", datetime_second, 0, 0},
                                            {"microsecond", datetime_microsecond, 0, 0},
                                            {"tzinfo", datetime_tzinfo, 0, 0},
                                            {"fold", datetime_fold, 0, 0},
                                            {0}};

static MethodDef *datetime_methods[] = {
    0, /* now, utcnow, fromtimestamp, utcfromtimestamp: see datetime_start */
    0,
    0,
    0,
    M(datetime_strptime),
    M(datetime_combine),
    M(datetime_fromisoformat),
    M(datetime_date),
    M(datetime_time),
    M(datetime_timetz),
    M(datetime_ctime),
    M(datetime_timetuple),
    M(datetime_timestamp_method),
    M(datetime_utctimetuple),
    M(datetime_isoformat),
    M(datetime_utcoffset),
    M(datetime_tzname),
    M(datetime_dst),
    M(datetime_replace),
    M(datetime_copy_replace),
    M(datetime_astimezone),
    M(datetime_reduce_ex),
    M(datetime_reduce),
    0};

void datetime_start(void)
{
    for (int i = 0; datetime_clock_methods[i]; i++)
        datetime_methods[i] = datetime_clock_methods[i];
}

Type datetime_type = {
    TYPE_HEAD("datetime.datetime", DateTime),
    .base = &date_type,
    .repr = datetime_repr,
    .str = datetime_str,
    .hash = datetime_hash,
    .compare = datetime_compare,
    .add = datetime_add,
    .subtract = datetime_subtract,
    .doc = "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\n"
           "The year, month and day arguments are required. tzinfo may be None, or an\n"
           "instance of a tzinfo subclass. The remaining arguments may be ints.\n",
    .new_def = M(datetime_make),
    .methods = datetime_methods,
    .getset = datetime_getset,
    .trace = datetime_trace,
    .flags = TYPE_BASE,
};
