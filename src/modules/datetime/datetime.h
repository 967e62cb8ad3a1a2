/* What the files of _datetime share.
 *
 * All objects are immutable: fields are set before anybody else sees the object, and threads need
 * no lock. Dates are of the proleptic Gregorian calendar; day 1 is 1 January of year 1. */
#ifndef WEFT_MODULES_DATETIME_DATETIME_H
#define WEFT_MODULES_DATETIME_DATETIME_H

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"

enum {
    MIN_YEAR = 1,
    MAX_YEAR = 9999,
    MAX_ORDINAL = 3652059, /* 31 December 9999 */
    MAX_DELTA_DAYS = 999999999,
    SECONDS_PER_DAY = 24 * 3600,
    MICROSECONDS = 1000000 /* per second */
};

typedef __int128 Microseconds; /* those of any timedelta, and of sums and products of them */

/* All fields immutable after init, in this and the other types. */
typedef struct Delta {
    Object ob;
    int32_t days;
    int32_t seconds;      /* 0 <= seconds < SECONDS_PER_DAY */
    int32_t microseconds; /* 0 <= microseconds < MICROSECONDS */
} Delta;

typedef struct Clock {
    uint8_t hour, minute, second, fold;
    uint32_t microsecond;
} Clock;

typedef struct Date {
    Object ob;
    uint16_t year;
    uint8_t month, day;
} Date;

/* A Date as well: the same fields come first. */
typedef struct DateTime {
    Object ob;
    uint16_t year;
    uint8_t month, day;
    uint8_t spare[4];
    Clock clock;
    Value tzinfo; /* or None */
} DateTime;

typedef struct Time {
    Object ob;
    Clock clock;
    Value tzinfo; /* or None */
} Time;

typedef struct TimeZone {
    Object ob;
    Value offset; /* timedelta */
    Value name;   /* str, or 0 */
} TimeZone;

extern Type delta_type, date_type, time_type, datetime_type, tzinfo_type, timezone_type;
extern Type iso_calendar_date_type;
extern Value datetime_utc; /* timezone.utc; a root */

extern struct DatetimeNames {
#define DT_NAME(n) Value n;
#include "modules/datetime/datetime_names.def"
#undef DT_NAME
} datetime_names;

ALWAYS_INLINE bool is_delta(Value v)
{
    return is_object(v) && is_instance_of(v, &delta_type);
}
ALWAYS_INLINE bool is_date(Value v) /* datetimes included */
{
    return is_object(v) && is_instance_of(v, &date_type);
}
ALWAYS_INLINE bool is_time(Value v)
{
    return is_object(v) && is_instance_of(v, &time_type);
}
ALWAYS_INLINE bool is_datetime(Value v)
{
    return is_object(v) && is_instance_of(v, &datetime_type);
}
ALWAYS_INLINE Delta *as_delta(Value v)
{
    return (Delta *)v;
}
ALWAYS_INLINE Date *as_date(Value v)
{
    return (Date *)v;
}
ALWAYS_INLINE Time *as_time(Value v)
{
    return (Time *)v;
}
ALWAYS_INLINE DateTime *as_datetime(Value v)
{
    return (DateTime *)v;
}

/* ---- the calendar (calendar.c) */
typedef struct Ymd {
    int year, month, day;
} Ymd;
bool is_leap_year(int year);
int days_in_month(int year, int month);
int days_before_month(int year, int month);
int days_before_year(int year);
int ordinal_of(int year, int month, int day);
Ymd ymd_of_ordinal(int ordinal);              /* from 1 up */
int weekday_of(int year, int month, int day); /* Monday is 0 */
int iso_week_one(int year);                   /* ordinal of the Monday that begins it */
typedef struct IsoDate {
    int year, week, weekday; /* Monday is 1 */
} IsoDate;
IsoDate iso_date_of(int year, int month, int day);
typedef enum IsoError { ISO_FINE, ISO_BAD_YEAR, ISO_BAD_WEEK, ISO_BAD_DAY } IsoError;
IsoError ymd_of_iso_date(IsoDate iso, Ymd *out);

/* Floor division and remainder, for divisors above 0. */
ALWAYS_INLINE int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b < 0);
}
ALWAYS_INLINE int64_t floor_modulo(int64_t a, int64_t b)
{
    int64_t r = a % b;
    return r < 0 ? r + b : r;
}

/* ValueError unless there is such a date, or time. */
bool check_ymd(int year, int month, int day) MUST_USE;
bool check_clock(int hour, int minute, int second, int microsecond, int fold) MUST_USE;
/* TypeError unless there is a value. */
bool check_given(Value v, const char *name, int position) MUST_USE;
/* An int argument. OverflowError. */
bool int_argument(Value v, int *out) MUST_USE;
typedef bool (*IntConverter)(Value v, int *out);
/* TypeError unless it is None or a tzinfo. */
bool check_tzinfo(Value v) MUST_USE;
Clock clock_of(int hour, int minute, int second, int microsecond, int fold);
int64_t clock_seconds(Clock clock);  /* since midnight */
bool clocks_equal(Clock a, Clock b); /* but for fold */

/* ---- timedelta (delta.c, delta_math.c) */
Value delta_new_as(Type *type, int64_t days, int64_t seconds,
                   int64_t microseconds) MUST_USE; /* normalises; OverflowError */
Value delta_new(int64_t days, int64_t seconds, int64_t microseconds) MUST_USE;
Microseconds delta_microseconds(Value delta);
Value delta_from_microseconds_as(Type *type, Microseconds total) MUST_USE;
Value microseconds_to_int(Microseconds total) MUST_USE;
bool microseconds_from_int(Value v, Microseconds *out) MUST_USE; /* OverflowError */
int delta_compare(Value a, Value b);
Value delta_negative(Value self);
double delta_total_seconds(Value self);
/* A hash by the key that text is hashed with, another in each run. */
int64_t moment_hash(int64_t a, int64_t b, int64_t c);
Value delta_multiply(Value a, Value b);
Value delta_true_divide(Value a, Value b);
Value delta_floor_divide(Value a, Value b);
Value delta_remainder(Value a, Value b);
Value delta_divmod(Value a, Value b);

/* ---- date, time and datetime: new ones
 *
 * _as: of this very type, for __new__. _like: of class `cls` as its constructor makes them, if it
 * is not the type itself. The fields have been checked, but for _like with another class. */
Value date_new_as(Type *type, int year, int month, int day) MUST_USE;
Value date_like(Value cls, int year, int month, int day) MUST_USE;
Value time_new_as(Type *type, Clock clock, Value tzinfo) MUST_USE;
Value time_new(Clock clock, Value tzinfo) MUST_USE;
Value datetime_new_as(Type *type, Ymd ymd, Clock clock, Value tzinfo) MUST_USE;
Value datetime_new(Ymd ymd, Clock clock, Value tzinfo) MUST_USE;
Value datetime_like(Value cls, Ymd ymd, Clock clock, Value tzinfo) MUST_USE;
ALWAYS_INLINE Ymd ymd_of(Value date)
{
    return (Ymd){as_date(date)->year, as_date(date)->month, as_date(date)->day};
}
/* datetime + microseconds; OverflowError "date value out of range". */
Value datetime_plus(Value self, Microseconds amount, Value cls) MUST_USE;
Value datetime_to_zone(Value self, Value tz) MUST_USE; /* astimezone */
/* Pickled fields, as bytes or (from Python 2) str of this length; 0 if it is no such thing, with no
 * exception, but for a str that cannot be encoded. *failed tells that. */
const unsigned char *pickled_state(Value v, intptr_t length, const char *what, bool *failed);

/* Of a date's type, for time.localtime-like tuples. */
Value struct_time(Ymd ymd, Clock clock, int dst) MUST_USE;

/* A time_t since 1970 as the local time zone has it; false with an exception. */
bool local_time(int64_t seconds, Ymd *ymd, Clock *clock) MUST_USE;
bool utc_time(int64_t seconds, Ymd *ymd, Clock *clock) MUST_USE;
/* Seconds since 1970 of a timestamp, rounded down, and microseconds (if not 0), rounded half-even.
 */
bool timestamp_argument(Value v, int64_t *seconds, int32_t *microseconds) MUST_USE;
extern MethodDef *const datetime_clock_methods[]; /* now, utcnow, fromtimestamp ... */
Value datetime_timestamp(Value self) MUST_USE;    /* a float */

/* ---- time zones (zone.c) */
/* tzinfo.utcoffset(dt), dst(dt): None or a timedelta; tzname: None or a str. tzinfo may be None. */
Value zone_utcoffset(Value tzinfo, Value dt) MUST_USE;
Value zone_dst(Value tzinfo, Value dt) MUST_USE;
Value zone_tzname(Value tzinfo, Value dt) MUST_USE;
Value timezone_new(Value offset, Value name) MUST_USE; /* name 0: none; ValueError */

/* ---- text (text.c, parse.c) */
/* YYYY-MM-DD, and HH:MM:SS.ffffff by `timespec`, a str, into a buffer of TEXT_SIZE: the length; -1
 * with ValueError "Unknown timespec value". */
enum { TEXT_SIZE = 32 };
int put_date(char *out, Ymd ymd);
int put_clock(char *out, Clock clock, Value timespec);
/* +HH:MM[:SS[.ffffff]], '' if the offset is None. */
Value offset_text(Value offset, const char *separator) MUST_USE;
/* strftime() of the object, whose time tuple is given. */
Value format_object(Value self, Value format, Value timetuple) MUST_USE;
/* __format__ */
Value format_method(Value self, Value format) MUST_USE;
/* "Tue Nov 17 ..." */
Value ctime_text(Ymd ymd, Clock clock) MUST_USE;

typedef struct IsoTime {
    Clock clock;
    bool has_zone;
    int zone_seconds, zone_microseconds; /* signed */
} IsoTime;
/* False, without an exception, for bad text. `text` is ASCII where it matters. */
bool parse_iso_date(Value text, intptr_t start, intptr_t end, Ymd *out);
bool parse_iso_time(Value text, intptr_t start, intptr_t end, IsoTime *out);
intptr_t iso_separator(Value text);        /* index of what is between date and time; -1: bad */
Value iso_zone(const IsoTime *t) MUST_USE; /* tzinfo or None */
COLD Value bad_iso_string(Value text);     /* ValueError */

#endif
