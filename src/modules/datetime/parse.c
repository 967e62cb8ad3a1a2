/* fromisoformat(): most formats of ISO 8601.
 *
 * Dates: YYYY-MM-DD, YYYYMMDD, YYYY-Www-D, YYYY-Www, YYYYWwwD, YYYYWww. Times: HH[:MM[:SS[.f+]]]
 * with or without colons, and a comma as good as a point; an offset of the same form, or Z. Some
 * texts that are none of these are accepted because CPython does, and read as it reads them. */
#include "modules/datetime/datetime.h"
#include "types/str.h"

Value bad_iso_string(Value text)
{
    return error_pending() ? 0 : raise(ValueError, "Invalid isoformat string: %R", text);
}

typedef struct Reader {
    Value text;
    intptr_t at, end;
} Reader;

/* The next character, or 0 at the end. */
static uint32_t peek(const Reader *r)
{
    return r->at < r->end ? str_char(r->text, r->at) : 0;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool read_number(Reader *r, int digits, int *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++, r->at++) {
        uint32_t c = peek(r);
        if (!is_digit(c))
            return false;
        *out = *out * 10 + (int)(c - '0');
    }
    return true;
}

static bool skip(Reader *r, uint32_t c)
{
    bool there = r->at < r->end && str_char(r->text, r->at) == c;
    r->at += there;
    return there;
}

/* ---- Dates ------------------------------------------------------------------------------ */

/* Behind the W. */
static bool read_week_date(Reader *r, int year, bool dashes, Ymd *out)
{
    IsoDate iso = {year, 0, 1};
    if (!read_number(r, 2, &iso.week))
        return false;
    if (r->at < r->end && ((dashes && !skip(r, '-')) || !read_number(r, 1, &iso.weekday)))
        return false;
    return r->at == r->end && ymd_of_iso_date(iso, out) == ISO_FINE;
}

bool parse_iso_date(Value text, intptr_t start, intptr_t end, Ymd *out)
{
    Reader r = {text, start, end};
    intptr_t length = end - start;
    if ((length != 7 && length != 8 && length != 10) || !read_number(&r, 4, &out->year))
        return false;
    bool dashes = skip(&r, '-');
    if (skip(&r, 'W'))
        return read_week_date(&r, out->year, dashes, out);
    return read_number(&r, 2, &out->month) && (!dashes || skip(&r, '-')) &&
           read_number(&r, 2, &out->day) && (!dashes || r.at == r.end);
}

/* The first index from `i` that is no digit's. */
static intptr_t digits_end(Value text, intptr_t i)
{
    while (i < str_length(text) && is_digit(str_char(text, i)))
        i++;
    return i;
}

/* YYYY-Www may be followed by -D or by a separator that is a dash: by what comes behind. */
static intptr_t dashed_week_separator(Value text)
{
    intptr_t length = str_length(text);
    if (length < 8)
        return -1;
    if (length == 8 || str_char(text, 8) != '-')
        return 8;
    if (length == 9)
        return -1;
    return length > 10 && is_digit(str_char(text, 10)) ? 8 : 10;
}

/* YYYYWww and YYYYWwwD, the time behind a separator that may be a digit. */
static intptr_t week_separator(Value text)
{
    intptr_t end = digits_end(text, 7);
    if (end < 9)
        return end;
    return end % 2 == 0 ? 7 : 8;
}

intptr_t iso_separator(Value text)
{
    intptr_t length = str_length(text);
    if (length < 7)
        return -1;
    if (length == 7)
        return 7;
    if (str_char(text, 4) == '-') {
        intptr_t end = str_char(text, 5) == 'W' ? dashed_week_separator(text) : 10;
        return end > length ? -1 : end;
    }
    return str_char(text, 4) == 'W' ? week_separator(text) : 8;
}

/* ---- Times ------------------------------------------------------------------------------ */

/* Six digits at most, those that follow are skipped. */
static bool read_fraction(Reader *r, int *microseconds)
{
    intptr_t rest = r->end - r->at;
    int digits = rest < 6 ? (int)rest : 6;
    if (!read_number(r, digits, microseconds))
        return false;
    for (int i = digits; i < 6; i++)
        *microseconds *= 10;
    r->at = digits_end(r->text, r->at);
    return true;
}

/* Hours, minutes, seconds and microseconds. What is left over is the caller's: CPython, which sets
 * the standard here, accepts a character or a point too many before an offset. */
static bool read_clock(Reader *r, int *parts)
{
    bool colons = false;
    for (int i = 0; i < 3; i++) {
        if (!read_number(r, 2, &parts[i]))
            return false;
        uint32_t c = peek(r);
        if (i == 0)
            colons = c == ':';
        if (r->end - r->at <= 1)
            return true;
        if (c == '.' || c == ',') {
            r->at++;
            return read_fraction(r, &parts[3]);
        }
        if (colons && (i == 2 || !skip(r, ':')))
            return false;
    }
    return read_fraction(r, &parts[3]);
}

/* Where the offset begins: at a sign, or a Z. */
static intptr_t find_offset(Value text, intptr_t start, intptr_t end)
{
    for (intptr_t i = start; i < end; i++) {
        uint32_t c = str_char(text, i);
        if (c == '+' || c == '-' || c == 'Z')
            return i;
    }
    return end;
}

bool parse_iso_time(Value text, intptr_t start, intptr_t end, IsoTime *out)
{
    intptr_t offset = find_offset(text, start, end);
    Reader r = {text, start, offset};
    int parts[4] = {0}, zone[4] = {0};
    if (!read_clock(&r, parts) || (offset == end && r.at < end))
        return false;
    *out = (IsoTime){.clock = clock_of(parts[0], parts[1], parts[2], parts[3], 0),
                     .has_zone = offset < end};
    if (offset == end)
        return true;
    uint32_t sign = str_char(text, offset);
    r = (Reader){text, offset + 1, end};
    if (sign == 'Z')
        return r.at == r.end;
    if (!read_clock(&r, zone) || r.at < end)
        return false;
    int direction = sign == '-' ? -1 : 1;
    out->zone_seconds = direction * (zone[0] * 3600 + zone[1] * 60 + zone[2]);
    out->zone_microseconds = direction * zone[3];
    return true;
}

Value iso_zone(const IsoTime *t)
{
    if (!t->has_zone)
        return None;
    if (!t->zone_seconds) /* microseconds alone do not count, as in CPython */
        return datetime_utc;
    return timezone_new(TRY(delta_new(0, t->zone_seconds, t->zone_microseconds)), 0);
}
