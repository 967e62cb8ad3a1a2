/* The time module: broken-down time. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "gc/heap.h"
#include "modules/time_internal.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"
#include "vm/import.h"

static const StructField fields[] = {
    {"tm_year", "year, for example, 1993"},
    {"tm_mon", "month of year, range [1, 12]"},
    {"tm_mday", "day of month, range [1, 31]"},
    {"tm_hour", "hours, range [0, 23]"},
    {"tm_min", "minutes, range [0, 59]"},
    {"tm_sec", "seconds, range [0, 61])"},
    {"tm_wday", "day of week, range [0, 6], Monday is 0"},
    {"tm_yday", "day of year, range [1, 366]"},
    {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
    {"tm_zone", "abbreviation of timezone name"},
    {"tm_gmtoff", "offset from UTC in seconds"},
    {0},
};
static const StructDef struct_time_def = {fields, 9, false};
static Type struct_time_type =
    STRUCT_TYPE("time.struct_time", &struct_time_def,
                "The time value as returned by gmtime(), localtime(), and strptime(), and\n"
                " accepted by asctime(), mktime() and strftime().  May be considered as a\n"
                " sequence of 9 integers.");

static Value struct_time_from(const struct tm *tm)
{
    Value t = TRY(struct_new(&struct_time_type));
    const int numbers[9] = {tm->tm_year + 1900,    tm->tm_mon + 1,  tm->tm_mday,
                            tm->tm_hour,           tm->tm_min,      tm->tm_sec,
                            (tm->tm_wday + 6) % 7, tm->tm_yday + 1, tm->tm_isdst};
    for (int i = 0; i < 9; i++)
        struct_init(t, i, int_small(numbers[i]));
    struct_init(t, 9, TRY(str_from_fs(tm->tm_zone, strlen(tm->tm_zone))));
    struct_init(t, 10, int_small(tm->tm_gmtoff));
    return t;
}

/* Seconds since the epoch from an argument, or now. Rounds down. */
static bool time_argument(Value v, time_t *out)
{
    if (!v || v == None) {
        *out = time(0);
        return true;
    }
    double d;
    if (is_int_any(v)) {
        int64_t i;
        if (int_to_i64(v, &i)) {
            *out = i;
            return true;
        }
        raise(OverflowError, "timestamp out of range for platform time_t");
        return false;
    }
    if (!is_float(v)) {
        Value i = number_index(v);
        return i && time_argument(i, out);
    }
    d = floor(float_value(v));
    if (isnan(d)) {
        raise(ValueError, "Invalid value NaN (not a number)");
        return false;
    }
    if (d < -9223372036854775808.0 || d >= 9223372036854775808.0) {
        raise(OverflowError, "timestamp out of range for platform time_t");
        return false;
    }
    *out = (time_t)d;
    return true;
}

FUNCTION(time_gmtime, "gmtime", "seconds=None, /",
         "Convert seconds since the Epoch to a time tuple expressing UTC.")
{
    time_t t;
    struct tm tm;
    TRY(time_argument(args[0], &t));
    return gmtime_r(&t, &tm) ? struct_time_from(&tm) : raise_errno();
}

FUNCTION(time_localtime, "localtime", "seconds=None, /",
         "Convert seconds since the Epoch to a time tuple expressing local time.")
{
    time_t t;
    struct tm tm;
    TRY(time_argument(args[0], &t));
    return localtime_r(&t, &tm) ? struct_time_from(&tm) : raise_errno();
}

/* A time tuple's nine numbers, unchecked but for their type and the year's range. */
static bool read_tuple(Value v, const char *function, struct tm *tm)
{
    if (!is_tuple(v)) {
        raise(TypeError, "Tuple or struct_time argument required");
        return false;
    }
    if (tuple_length(v) != 9) {
        raise(TypeError, "%s(): illegal time tuple argument", function);
        return false;
    }
    int numbers[9];
    for (int i = 0; i < 9; i++)
        if (!index_as_int(tuple_get(v, i), &numbers[i]))
            return false;
    if (numbers[0] < INT32_MIN + 1900) {
        raise(OverflowError, "year out of range");
        return false;
    }
    memset(tm, 0, sizeof *tm);
    tm->tm_year = numbers[0] - 1900;
    tm->tm_mon = numbers[1] - 1;
    tm->tm_mday = numbers[2];
    tm->tm_hour = numbers[3];
    tm->tm_min = numbers[4];
    tm->tm_sec = numbers[5];
    tm->tm_wday = (numbers[6] + 1) % 7;
    tm->tm_yday = numbers[7] - 1;
    tm->tm_isdst = numbers[8];
    if (type_of(v) == &struct_time_type) {
        Value offset = struct_get(v, 10), zone = struct_get(v, 9);
        int64_t seconds = 0;
        size_t size;
        if (zone != None && !is_str(zone))
            return raise(TypeError, "bad argument type for built-in operation");
        if (zone != None)
            tm->tm_zone = TRY(str_utf8(zone, &size));
        if (offset != None)
            TRY(index_as_int64(offset, &seconds));
        tm->tm_gmtoff = seconds;
    }
    return true;
}

static bool out_of_range(const char *what)
{
    raise(ValueError, "%s out of range", what);
    return false;
}

/* Zero stands for the first month and day, as ever; all else must be in range. */
static bool check_tuple(struct tm *tm)
{
    if (tm->tm_mon == -1)
        tm->tm_mon = 0;
    else if (tm->tm_mon < 0 || tm->tm_mon > 11)
        return out_of_range("month");
    if (tm->tm_mday == 0)
        tm->tm_mday = 1;
    else if (tm->tm_mday < 0 || tm->tm_mday > 31)
        return out_of_range("day of month");
    if (tm->tm_hour < 0 || tm->tm_hour > 23)
        return out_of_range("hour");
    if (tm->tm_min < 0 || tm->tm_min > 59)
        return out_of_range("minute");
    if (tm->tm_sec < 0 || tm->tm_sec > 61)
        return out_of_range("seconds");
    if (tm->tm_wday < 0)
        return out_of_range("day of week");
    if (tm->tm_yday == -1)
        tm->tm_yday = 0;
    else if (tm->tm_yday < 0 || tm->tm_yday > 365)
        return out_of_range("day of year");
    return true;
}

static bool tuple_or_now(Value v, const char *function, struct tm *tm)
{
    if (v)
        return read_tuple(v, function, tm) && check_tuple(tm);
    time_t now = time(0);
    return localtime_r(&now, tm) || raise_errno();
}

static Value asctime_text(const struct tm *tm)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[64];
    snprintf(text, sizeof text, "%.3s %.3s%3d %.2d:%.2d:%.2d %d", days + 3 * tm->tm_wday,
             months + 3 * tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec,
             1900 + tm->tm_year);
    return str_from_cstring(text);
}

FUNCTION(time_asctime, "asctime", "tuple=?, /", "Convert a time tuple to a string.")
{
    struct tm tm;
    TRY(tuple_or_now(args[0], "asctime", &tm));
    return asctime_text(&tm);
}

FUNCTION(time_ctime, "ctime", "seconds=None, /",
         "ctime(seconds) -> string\n\n"
         "Convert a time in seconds since the Epoch to a string in local time.")
{
    time_t t;
    struct tm tm;
    TRY(time_argument(args[0], &t));
    return localtime_r(&t, &tm) ? asctime_text(&tm) : raise_errno();
}

FUNCTION(time_mktime, "mktime", "tuple, /",
         "Convert a time tuple in local time to seconds since the Epoch.")
{
    struct tm tm;
    TRY(read_tuple(args[0], "mktime", &tm));
    tm.tm_wday = -1; /* stays so on failure: -1 is a time as well */
    time_t t = mktime(&tm);
    if (t == -1 && tm.tm_wday == -1)
        return raise(OverflowError, "mktime argument out of range");
    return float_from((double)t);
}

/* Adds what C's strftime() makes of the format, of ASCII. */
static bool add_formatted(StrBuilder *b, const char *format, size_t size, const struct tm *tm)
{
    /* 0 stands for 'no room' and for 'nothing' alike: %p is empty in some locales. */
    for (size_t room = 1024; room <= 256 * (size + 4); room *= 2) {
        char *text = malloc(room);
        if (!text)
            return raise_no_memory();
        size_t n = strftime(text, room, format, tm);
        Value piece = n ? str_from_fs(text, n) : 0;
        free(text);
        if (piece)
            builder_add(b, piece);
        if (n)
            return piece != 0;
    }
    return true;
}

/* Formats the runs of ASCII; all other characters, and NUL, stand for themselves in any locale.
 * `run` has room for the format. */
static bool format_runs(StrBuilder *b, Value format, char *run, const struct tm *tm)
{
    intptr_t length = str_length(format);
    for (intptr_t i = 0; i < length;) {
        size_t size = 0;
        uint32_t c = 0;
        for (; i < length && (c = str_char(format, i)) != 0 && c < 0x80; i++)
            run[size++] = (char)c;
        run[size] = 0;
        if (size)
            TRY(add_formatted(b, run, size, tm));
        if (i < length)
            builder_add_char(b, str_char(format, i++));
    }
    return true;
}

FUNCTION(time_strftime, "strftime", "format, tuple=?, /",
         "Convert a time tuple to a string according to a format specification.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "strftime() argument 1 must be str, not %B", args[0]);
    struct tm tm;
    TRY(tuple_or_now(args[1], "strftime", &tm));
    if (tm.tm_isdst < -1)
        tm.tm_isdst = -1;
    else if (tm.tm_isdst > 1)
        tm.tm_isdst = 1;
    char *run = malloc((size_t)str_length(args[0]) + 1);
    if (!run)
        return raise_no_memory();
    StrBuilder b;
    builder_start(&b);
    bool done = format_runs(&b, args[0], run, &tm);
    free(run);
    return done ? builder_finish(&b) : 0;
}

FUNCTION(time_strptime, "strptime", "string, format='%a %b %d %H:%M:%S %Y', /",
         "Parse a string to a time tuple according to a format specification.")
{
    Value module = TRY(import_absolute(TRY(str_intern_cstring("_strptime"))));
    return call2(TRY(get_attr_string(module, "_strptime_time")), args[0], args[1]);
}

static Value time_module;

/* timezone, altzone, daylight, tzname: from the offsets of January and July. */
static bool set_zone_constants(Value module)
{
    tzset();
    time_t now = time(0), start = now / 31556952 * 31556952;
    struct tm january, july;
    time_t half = start + 31556952 / 2;
    if (!localtime_r(&start, &january) || !localtime_r(&half, &july))
        return raise_errno();
    Value january_zone = str_from_fs(january.tm_zone, strlen(january.tm_zone));
    Value july_zone = january_zone ? str_from_fs(july.tm_zone, strlen(july.tm_zone)) : 0;
    if (!july_zone)
        return false;
    long january_west = -january.tm_gmtoff, july_west = -july.tm_gmtoff;
    bool southern = january_west < july_west;
    return module_add_int(module, "timezone", southern ? july_west : january_west) &&
           module_add_int(module, "altzone", southern ? january_west : july_west) &&
           module_add_int(module, "daylight", january_west != july_west) &&
           module_add(module, "tzname",
                      southern ? tuple_of(july_zone, january_zone)
                               : tuple_of(january_zone, july_zone));
}

FUNCTION(time_tzset, "tzset", "", "Initialize, or reinitialize, the local timezone.")
{
    TRY(set_zone_constants(time_module));
    return None;
}

static MethodDef *const functions[] = {
    M(time_gmtime),   M(time_localtime), M(time_asctime),
    M(time_ctime),    M(time_mktime),    M(time_strftime),
    M(time_strptime), M(time_tzset),     0,
};

bool time_add_calendar(Value module)
{
    struct_type_ready(&struct_time_type);
    gc_add_root(&time_module, 1);
    time_module = module;
    Value module_name = str_intern_cstring("time");
    for (MethodDef *const *def = functions; *def; def++)
        if (!module_add(module, (*def)->name, builtin_new(*def, module, module_name)))
            return false;
    return module_add_type(module, &struct_time_type) &&
           module_add_int(module, "_STRUCT_TM_ITEMS", 11) && set_zone_constants(module);
}
