/* Dates and times as text. */
#include <stdio.h>
#include "core/call.h"
#include "core/names.h"
#include "modules/datetime/datetime.h"
#include "types/str.h"
#include "types/tuple.h"

static char *put_digits(char *out, unsigned n, int digits)
{
    for (int i = digits; i-- > 0; n /= 10)
        out[i] = (char)('0' + n % 10);
    return out + digits;
}

static char *put_after(char *out, char before, unsigned n, int digits)
{
    *out = before;
    return put_digits(out + 1, n, digits);
}

int put_date(char *out, Ymd ymd)
{
    char *end = put_digits(out, (unsigned)ymd.year, 4);
    end = put_after(end, '-', (unsigned)ymd.month, 2);
    return (int)(put_after(end, '-', (unsigned)ymd.day, 2) - out);
}

/* How many of hours, minutes, seconds are shown, and with how many digits of a fraction. */
static bool read_timespec(Value timespec, Clock c, int *parts, int *digits)
{
    *parts = 3;
    *digits = 0;
    if (str_equals(timespec, "auto"))
        *digits = c.microsecond ? 6 : 0;
    else if (str_equals(timespec, "microseconds"))
        *digits = 6;
    else if (str_equals(timespec, "milliseconds"))
        *digits = 3;
    else if (str_equals(timespec, "minutes"))
        *parts = 2;
    else if (str_equals(timespec, "hours"))
        *parts = 1;
    else if (!str_equals(timespec, "seconds"))
        return raise(ValueError, "Unknown timespec value");
    return true;
}

int put_clock(char *out, Clock c, Value timespec)
{
    int parts, digits;
    if (!read_timespec(timespec, c, &parts, &digits))
        return -1;
    char *end = put_digits(out, c.hour, 2);
    if (parts > 1)
        end = put_after(end, ':', c.minute, 2);
    if (parts > 2)
        end = put_after(end, ':', c.second, 2);
    if (digits)
        end = put_after(end, '.', digits == 3 ? c.microsecond / 1000 : c.microsecond, digits);
    return (int)(end - out);
}

Value offset_text(Value offset, const char *separator)
{
    char text[40];
    if (offset == None)
        return str_empty();
    Microseconds total = delta_microseconds(offset);
    char sign = total < 0 ? '-' : '+';
    int64_t rest = (int64_t)(total < 0 ? -total : total);
    int us = (int)(rest % MICROSECONDS), seconds = (int)(rest / MICROSECONDS);
    int n = snprintf(text, sizeof text, "%c%02d%s%02d", sign, seconds / 3600, separator,
                     seconds / 60 % 60);
    if (seconds % 60 || us)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%02d", separator, seconds % 60);
    if (us)
        n += snprintf(text + n, sizeof text - (size_t)n, ".%06d", us);
    return str_from_ascii(text, (size_t)n);
}

Value ctime_text(Ymd ymd, Clock c)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[48];
    int n = snprintf(text, sizeof text, "%.3s %.3s %2d %02d:%02d:%02d %04d",
                     days + 3 * weekday_of(ymd.year, ymd.month, ymd.day),
                     months + 3 * (ymd.month - 1), ymd.day, c.hour, c.minute, c.second, ymd.year);
    return str_from_ascii(text, (size_t)n);
}

/* ---- strftime(): what the C library does not know is filled in before -------------------- */

/* The time zone, and what its methods are asked about; None for dates. */
static Value zone_of(Value self, Value *dt)
{
    *dt = is_datetime(self) ? self : None;
    if (is_datetime(self))
        return as_datetime(self)->tzinfo;
    return is_time(self) ? as_time(self)->tzinfo : None;
}

static Value zone_offset_text(Value self, const char *separator)
{
    Value dt, zone = zone_of(self, &dt);
    return offset_text(TRY(zone_utcoffset(zone, dt)), separator);
}

/* Its name, such that it survives the C library. */
static Value zone_name_text(Value self)
{
    Value dt, zone = zone_of(self, &dt);
    Value name = TRY(zone_tzname(zone, dt));
    if (name == None)
        return str_empty();
    Value percent = TRY(str_intern_cstring("%")), twice = TRY(str_intern_cstring("%%"));
    Value text = TRY(call_method2(name, TRY(str_intern_cstring("replace")), percent, twice));
    return is_str(text) ? text : raise(TypeError, "tzname.replace() did not return a string");
}

static Value microsecond_text(Value self)
{
    char text[16];
    uint32_t us = is_datetime(self) ? as_datetime(self)->clock.microsecond
                  : is_time(self)   ? as_time(self)->clock.microsecond
                                    : 0;
    int n = snprintf(text, sizeof text, "%06u", us);
    return str_from_ascii(text, (size_t)n);
}

/* The text for the directive at `i`, behind its %, and its length; 0 with *length 0: none of ours.
 */
static Value directive(Value self, Value format, intptr_t i, intptr_t *length)
{
    intptr_t end = str_length(format);
    uint32_t c = i < end ? str_char(format, i) : 0;
    *length = 1;
    if (c == 'z')
        return zone_offset_text(self, "");
    if (c == 'Z')
        return zone_name_text(self);
    if (c == 'f')
        return microsecond_text(self);
    *length = 2;
    if (c == ':' && i + 1 < end && str_char(format, i + 1) == 'z')
        return zone_offset_text(self, ":");
    *length = 0;
    return 0;
}

Value format_object(Value self, Value format, Value timetuple)
{
    StrBuilder b;
    builder_start(&b);
    for (intptr_t i = 0; i < str_length(format); i++) {
        uint32_t c = str_char(format, i);
        intptr_t length = 0;
        Value text = c == '%' ? directive(self, format, i + 1, &length) : 0;
        if (!text) {
            if (length)
                return 0;
            builder_add_char(&b, c);
            if (c == '%' && i + 1 < str_length(format))
                builder_add_char(&b, str_char(format, ++i));
            continue;
        }
        builder_add(&b, text);
        i += length;
    }
    Value whole = TRY(builder_finish(&b));
    return call2(TRY(import_attribute("time", "strftime")), whole, timetuple);
}

Value format_method(Value self, Value format)
{
    if (!is_str(format))
        return raise(TypeError, "__format__() argument 1 must be str, not %B", format);
    if (!str_length(format))
        return object_str(self);
    return call_method1(self, datetime_names.strftime, format);
}
