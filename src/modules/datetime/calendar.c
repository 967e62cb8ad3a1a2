/* The calendar. A cycle of 400 years has 146,097 days. */
#include "modules/datetime/datetime.h"

enum { CYCLE_DAYS = 146097 };

bool is_leap_year(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap_year(year));
}

int days_before_month(int year, int month)
{
    static const uint16_t days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    return days[month - 1] + (month > 2 && is_leap_year(year));
}

int days_before_year(int year)
{
    int past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

int ordinal_of(int year, int month, int day)
{
    return days_before_year(year) + days_before_month(year, month) + day;
}

/* Years are counted from 1 March here, so that the leap day is the last of a year, and months have
 * a regular pattern of 153 days in five (Richards, "Explanatory Supplement to the Astronomical
 * Almanac", 3rd edition, 15.11). */
Ymd ymd_of_ordinal(int ordinal)
{
    int day = ordinal + 305; /* since 1 March of year 0, which is day 0 */
    int cycle = day / CYCLE_DAYS;
    day %= CYCLE_DAYS;
    int year = (day - day / 1460 + day / 36524 - day / (CYCLE_DAYS - 1)) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int month = (5 * day + 2) / 153;
    Ymd result = {year + 400 * cycle, month + 3, day - (153 * month + 2) / 5 + 1};
    if (result.month > 12) {
        result.month -= 12;
        result.year++;
    }
    return result;
}

int weekday_of(int year, int month, int day)
{
    return (int)floor_modulo(ordinal_of(year, month, day) + 6, 7); /* of year 0 in odd pickles */
}

/* The first week is the one with the year's first Thursday. */
int iso_week_one(int year)
{
    int first = ordinal_of(year, 1, 1), weekday = (first + 6) % 7;
    return first - weekday + (weekday > 3 ? 7 : 0);
}

IsoDate iso_date_of(int year, int month, int day)
{
    int ordinal = ordinal_of(year, month, day), start = iso_week_one(year);
    if (ordinal < start)
        start = iso_week_one(--year);
    else if (ordinal >= start + 52 * 7 && ordinal >= iso_week_one(year + 1))
        start = iso_week_one(++year);
    return (IsoDate){year, (ordinal - start) / 7 + 1, (ordinal - start) % 7 + 1};
}

IsoError ymd_of_iso_date(IsoDate iso, Ymd *out)
{
    if (iso.year < MIN_YEAR || iso.year > MAX_YEAR)
        return ISO_BAD_YEAR;
    int start = iso_week_one(iso.year);
    if (iso.week < 1 || iso.week > 53 ||
        (iso.week == 53 && start + 52 * 7 >= iso_week_one(iso.year + 1)))
        return ISO_BAD_WEEK;
    if (iso.weekday < 1 || iso.weekday > 7)
        return ISO_BAD_DAY;
    int ordinal = start + (iso.week - 1) * 7 + iso.weekday - 1;
    *out = ordinal < 1 ? (Ymd){0, 1, 1} : ymd_of_ordinal(ordinal);
    return ISO_FINE;
}

/* ---- Checks ----------------------------------------------------------------------------- */

bool int_argument(Value v, int *out)
{
    int64_t n;
    TRY(index_as_int64(v, &n));
    *out = (int)n;
    if (n > INT32_MAX)
        return raise(OverflowError, "signed integer is greater than maximum");
    if (n < INT32_MIN)
        return raise(OverflowError, "signed integer is less than minimum");
    return true;
}

bool check_ymd(int year, int month, int day)
{
    if (year < MIN_YEAR || year > MAX_YEAR)
        return raise(ValueError, "year %i is out of range", year);
    if (month < 1 || month > 12)
        return raise(ValueError, "month must be in 1..12");
    if (day < 1 || day > days_in_month(year, month))
        return raise(ValueError, "day is out of range for month");
    return true;
}

bool check_clock(int hour, int minute, int second, int microsecond, int fold)
{
    if (hour < 0 || hour > 23)
        return raise(ValueError, "hour must be in 0..23");
    if (minute < 0 || minute > 59)
        return raise(ValueError, "minute must be in 0..59");
    if (second < 0 || second > 59)
        return raise(ValueError, "second must be in 0..59");
    if (microsecond < 0 || microsecond > 999999)
        return raise(ValueError, "microsecond must be in 0..999999");
    if (fold != 0 && fold != 1)
        return raise(ValueError, "fold must be either 0 or 1");
    return true;
}

bool check_tzinfo(Value v)
{
    if (v == None || (is_object(v) && is_instance_of(v, &tzinfo_type)))
        return true;
    return raise(TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '%T'",
                 v);
}

Clock clock_of(int hour, int minute, int second, int microsecond, int fold)
{
    return (Clock){(uint8_t)hour, (uint8_t)minute, (uint8_t)second, (uint8_t)fold,
                   (uint32_t)microsecond};
}

int64_t clock_seconds(Clock clock)
{
    return clock.hour * 3600 + clock.minute * 60 + clock.second;
}

bool clocks_equal(Clock a, Clock b)
{
    return clock_seconds(a) == clock_seconds(b) && a.microsecond == b.microsecond;
}
