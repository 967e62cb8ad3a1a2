/* Between datetimes and the system's clock and its local time zone. */
#include <math.h>
#include <time.h>
#include "base/clock.h"
#include "core/call.h"
#include "modules/datetime/datetime_inner.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"

enum { MAX_FOLD = 24 * 3600 }; /* no time zone goes back by more at once */

/* ---- time_t ----------------------------------------------------------------------------- */

static bool fields_of(const struct tm *tm, Ymd *ymd, Clock *clock)
{
    *ymd = (Ymd){tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday};
    int second = tm->tm_sec > 59 ? 59 : tm->tm_sec; /* no leap seconds here */
    *clock = clock_of(tm->tm_hour, tm->tm_min, second, 0, 0);
    return check_ymd(ymd->year, ymd->month, ymd->day);
}

bool local_time(int64_t seconds, Ymd *ymd, Clock *clock)
{
    struct tm tm;
    time_t t = seconds;
    if (!localtime_r(&t, &tm))
        return raise_errno();
    return fields_of(&tm, ymd, clock);
}

bool utc_time(int64_t seconds, Ymd *ymd, Clock *clock)
{
    struct tm tm;
    time_t t = seconds;
    if (!gmtime_r(&t, &tm))
        return raise_errno();
    return fields_of(&tm, ymd, clock);
}

int64_t utc_to_timestamp(Ymd ymd, Clock clock)
{
    const int epoch = 719163; /* 1 January 1970 */
    return (int64_t)(ordinal_of(ymd.year, ymd.month, ymd.day) - epoch) * SECONDS_PER_DAY +
           clock_seconds(clock);
}

/* What the clocks on the wall show, as seconds since they showed 1970. */
static bool wall_time(int64_t seconds, int64_t *wall)
{
    Ymd ymd;
    Clock clock;
    TRY(local_time(seconds, &ymd, &clock));
    *wall = utc_to_timestamp(ymd, clock);
    return true;
}

/* Did the clocks show the same a while earlier, before they were put back (PEP 495)? */
static bool find_fold(int64_t seconds, int64_t wall, Clock *clock)
{
    int64_t before;
    TRY(wall_time(seconds - MAX_FOLD, &before));
    int64_t change = wall - before - MAX_FOLD;
    if (change >= 0)
        return true;
    TRY(wall_time(seconds + change, &before));
    clock->fold = before == wall;
    return true;
}

/* Of the moments at which the wall clocks show this, the first, or with fold the second. In a gap,
 * where they never do: as if the offset before it went on, or with fold that behind it. */
bool local_to_timestamp(Ymd ymd, Clock clock, int64_t *seconds)
{
    int64_t wall = utc_to_timestamp(ymd, clock), shown, shown_far;
    TRY(wall_time(wall, &shown));
    int64_t offset = shown - wall, other;
    int64_t first = wall - offset;
    TRY(wall_time(first, &shown));
    bool first_fits = shown == wall;
    if (first_fits) {
        int64_t far = first + (clock.fold ? MAX_FOLD : -MAX_FOLD);
        TRY(wall_time(far, &shown_far));
        other = shown_far - far;
    } else {
        other = shown - first;
    }
    int64_t second = wall - other;
    *seconds = first;
    if (first_fits && other == offset)
        return true;
    TRY(wall_time(second, &shown));
    if (shown == wall)
        *seconds = second;
    else if (!first_fits)
        *seconds = (first < second) == (clock.fold != 0) ? first : second;
    return true;
}

Value local_timezone(int64_t seconds)
{
    struct tm tm;
    time_t t = seconds;
    if (!localtime_r(&t, &tm))
        return raise_errno();
    Value offset = TRY(delta_new(0, tm.tm_gmtoff, 0));
    return timezone_new(offset, TRY(str_from_fs(tm.tm_zone, strlen(tm.tm_zone))));
}

/* ---- Timestamps -------------------------------------------------------------------------- */

static bool timestamp_overflow(void)
{
    return raise(OverflowError, "timestamp out of range for platform time_t");
}

static bool float_timestamp(double d, int64_t *seconds, int32_t *microseconds)
{
    if (isnan(d))
        return raise(ValueError, "Invalid value NaN (not a number)");
    double whole, part = 0;
    if (microseconds) {
        part = nearbyint(modf(d, &whole) * 1e6); /* half to even, as is the default */
        if (part >= 1e6) {
            part -= 1e6;
            whole += 1;
        } else if (part < 0) {
            part += 1e6;
            whole -= 1;
        }
        *microseconds = (int32_t)part;
    } else {
        whole = floor(d);
    }
    if (!(whole >= -0x1p63 && whole < 0x1p63))
        return timestamp_overflow();
    *seconds = (int64_t)whole;
    return true;
}

bool timestamp_argument(Value v, int64_t *seconds, int32_t *microseconds)
{
    if (is_float(v))
        return float_timestamp(float_value(v), seconds, microseconds);
    Value whole = TRY(number_index(v));
    if (!int_to_i64(whole, seconds))
        return timestamp_overflow();
    if (microseconds)
        *microseconds = 0;
    return true;
}

/* In local time, or that of `tz` if it is not None. */
static Value from_moment(Value cls, int64_t seconds, int32_t microseconds, Value tz)
{
    Ymd ymd;
    Clock clock;
    if (tz == None) {
        TRY(local_time(seconds, &ymd, &clock) &&
            find_fold(seconds, utc_to_timestamp(ymd, clock), &clock));
    } else {
        TRY(utc_time(seconds, &ymd, &clock));
    }
    clock.microsecond = (uint32_t)microseconds;
    Value result = TRY(datetime_like(cls, ymd, clock, tz));
    return tz == None ? result : call_method1(tz, datetime_names.fromutc, result);
}

static Value utc_from_moment(Value cls, int64_t seconds, int32_t microseconds)
{
    Ymd ymd;
    Clock clock;
    TRY(utc_time(seconds, &ymd, &clock));
    clock.microsecond = (uint32_t)microseconds;
    return datetime_like(cls, ymd, clock, None);
}

static void system_time(int64_t *seconds, int32_t *microseconds)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *seconds = now.tv_sec;
    *microseconds = (int32_t)(now.tv_nsec / 1000);
}

CLASS_METHOD(datetime_now, "now", "tz=None",
             "Returns new datetime object representing current time local to tz.\n\n"
             "  tz\n"
             "    Timezone object.\n\n"
             "If no tz is specified, uses local timezone.")
{
    int64_t seconds;
    int32_t microseconds;
    TRY(check_tzinfo(args[1]));
    system_time(&seconds, &microseconds);
    return from_moment(args[0], seconds, microseconds, args[1]);
}

CLASS_METHOD(datetime_utcnow, "utcnow", "/", "Return a new datetime representing UTC day and time.")
{
    int64_t seconds;
    int32_t microseconds;
    TRY(warn(DeprecationWarning, 1,
             "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future "
             "version. Use timezone-aware objects to represent datetimes in UTC: "
             "datetime.datetime.now(datetime.UTC)."));
    system_time(&seconds, &microseconds);
    return utc_from_moment(args[0], seconds, microseconds);
}

CLASS_METHOD(datetime_fromtimestamp, "fromtimestamp", "timestamp, tz=None",
             "timestamp[, tz] -> tz's local time from POSIX timestamp.")
{
    int64_t seconds;
    int32_t microseconds;
    TRY(check_tzinfo(args[2]) && timestamp_argument(args[1], &seconds, &microseconds));
    return from_moment(args[0], seconds, microseconds, args[2]);
}

CLASS_METHOD(datetime_utcfromtimestamp, "utcfromtimestamp", "$timestamp, /",
             "Construct a naive UTC datetime from a POSIX timestamp.")
{
    int64_t seconds;
    int32_t microseconds;
    TRY(warn(DeprecationWarning, 1,
             "datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a "
             "future version. Use timezone-aware objects to represent datetimes in UTC: "
             "datetime.datetime.fromtimestamp(timestamp, datetime.UTC)."));
    TRY(timestamp_argument(args[1], &seconds, &microseconds));
    return utc_from_moment(args[0], seconds, microseconds);
}

MethodDef *const datetime_clock_methods[] = {M(datetime_now), M(datetime_utcnow),
                                             M(datetime_fromtimestamp),
                                             M(datetime_utcfromtimestamp), 0};

Value datetime_timestamp(Value self)
{
    const DateTime *d = as_datetime(self);
    Ymd ymd = ymd_of(self);
    Microseconds total;
    Value offset = d->tzinfo == None ? None : TRY(zone_utcoffset(d->tzinfo, self));
    if (d->tzinfo != None && offset != None) {
        total = (Microseconds)utc_to_timestamp(ymd, d->clock) * MICROSECONDS +
                d->clock.microsecond - delta_microseconds(offset);
        return int_true_divide(TRY(microseconds_to_int(total)), int_small(MICROSECONDS));
    }
    int64_t seconds;
    TRY(local_to_timestamp(ymd, d->clock, &seconds));
    return float_from((double)seconds + d->clock.microsecond / 1e6);
}
