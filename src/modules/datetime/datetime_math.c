/* datetime: adding, comparing, hashing, and going to another time zone. */
#include "core/call.h"
#include "modules/datetime/datetime_inner.h"
#include "types/int.h"

/* ---- Adding ----------------------------------------------------------------------------- */

Value datetime_plus(Value v, Microseconds amount, Value cls)
{
    const Microseconds day = (Microseconds)SECONDS_PER_DAY * MICROSECONDS;
    const DateTime *d = as_datetime(v);
    Microseconds total =
        (Microseconds)clock_seconds(d->clock) * MICROSECONDS + d->clock.microsecond + amount;
    Microseconds days = total / day, rest = total % day;
    if (rest < 0) {
        rest += day;
        days--;
    }
    days += ordinal_of(d->year, d->month, d->day);
    if (days < 1 || days > MAX_ORDINAL)
        return raise(OverflowError, "date value out of range");
    int seconds = (int)((int64_t)rest / MICROSECONDS);
    Clock clock = clock_of(seconds / 3600, seconds / 60 % 60, seconds % 60,
                           (int)((int64_t)rest % MICROSECONDS), 0);
    return datetime_like(cls, ymd_of_ordinal((int)days), clock, d->tzinfo);
}

Value datetime_add(Value a, Value b)
{
    if (is_datetime(a))
        return is_delta(b) ? datetime_plus(a, delta_microseconds(b), (Value)type_of(a))
                           : NotImplemented;
    return is_delta(a) ? datetime_plus(b, delta_microseconds(a), (Value)type_of(b))
                       : NotImplemented;
}

static int64_t days_and_seconds(const DateTime *d)
{
    return (int64_t)ordinal_of(d->year, d->month, d->day) * SECONDS_PER_DAY +
           clock_seconds(d->clock);
}

/* a - b as if they were of one time zone. */
static Microseconds difference(Value a, Value b)
{
    const DateTime *x = as_datetime(a), *y = as_datetime(b);
    return (Microseconds)(days_and_seconds(x) - days_and_seconds(y)) * MICROSECONDS +
           x->clock.microsecond - y->clock.microsecond;
}

/* The offsets of two datetimes whose time zones are not the same object. */
static bool offsets_of(Value a, Value b, Value *x, Value *y)
{
    *x = TRY(zone_utcoffset(as_datetime(a)->tzinfo, a));
    *y = TRY(zone_utcoffset(as_datetime(b)->tzinfo, b));
    return true;
}

static Value subtract_datetimes(Value a, Value b)
{
    Microseconds result = difference(a, b);
    if (as_datetime(a)->tzinfo != as_datetime(b)->tzinfo) {
        Value x, y;
        TRY(offsets_of(a, b, &x, &y));
        if ((x == None) != (y == None))
            return raise(TypeError, "can't subtract offset-naive and offset-aware datetimes");
        if (x != None)
            result -= delta_microseconds(x) - delta_microseconds(y);
    }
    return delta_from_microseconds_as(&delta_type, result);
}

Value datetime_subtract(Value a, Value b)
{
    if (!is_datetime(a))
        return NotImplemented;
    if (is_datetime(b))
        return subtract_datetimes(a, b);
    return is_delta(b) ? datetime_plus(a, -delta_microseconds(b), (Value)type_of(a))
                       : NotImplemented;
}

/* ---- Comparing --------------------------------------------------------------------------- */

static int sign_of(Microseconds n)
{
    return (n > 0) - (n < 0);
}

/* Does the offset depend on fold? Then it equals nothing of another time zone (PEP 495). */
static int is_problematic(Value v, Value offset)
{
    const DateTime *d = as_datetime(v);
    Clock clock = d->clock;
    clock.fold = !clock.fold;
    Value flipped = TRY_OR(datetime_new(ymd_of(v), clock, d->tzinfo), -1);
    Value other = TRY_OR(zone_utcoffset(d->tzinfo, flipped), -1);
    if (other == None || offset == None)
        return other != offset;
    return delta_compare(other, offset) != 0;
}

static Value equal_across_zones(Value a, Value x, Value b, Value y, CompareOp op)
{
    int problem = TRY_NOT_NEGATIVE(is_problematic(a, x), 0);
    if (!problem)
        problem = TRY_NOT_NEGATIVE(is_problematic(b, y), 0);
    return bool_value(problem ? op == CMP_NE : op == CMP_EQ);
}

static Value compare_across_zones(Value a, Value b, CompareOp op)
{
    Value x, y;
    bool equality = op == CMP_EQ || op == CMP_NE;
    TRY(offsets_of(a, b, &x, &y));
    if ((x == None) != (y == None)) {
        if (equality)
            return bool_value(op == CMP_NE);
        return raise(TypeError, "can't compare offset-naive and offset-aware datetimes");
    }
    Microseconds order = difference(a, b);
    if (x != None)
        order -= delta_microseconds(x) - delta_microseconds(y);
    if (equality && !order)
        return equal_across_zones(a, x, b, y, op);
    return order_value(sign_of(order), op);
}

Value datetime_compare(Value a, Value b, CompareOp op)
{
    if (!is_datetime(b))
        return NotImplemented;
    if (as_datetime(a)->tzinfo == as_datetime(b)->tzinfo)
        return order_value(sign_of(difference(a, b)), op);
    return compare_across_zones(a, b, op);
}

bool datetime_hash(Value v, int64_t *hash)
{
    const DateTime *d = as_datetime(v);
    int64_t seconds = days_and_seconds(d), microseconds = d->clock.microsecond;
    if (d->tzinfo != None) {
        Clock clock = d->clock;
        clock.fold = 0; /* equal whatever it is */
        Value early = d->clock.fold ? TRY(datetime_new(ymd_of(v), clock, d->tzinfo)) : v;
        Value offset = TRY(zone_utcoffset(d->tzinfo, early));
        if (offset != None) {
            const Delta *o = as_delta(offset);
            microseconds -= o->microseconds;
            seconds -= (int64_t)o->days * SECONDS_PER_DAY + o->seconds;
            seconds += floor_divide(microseconds, MICROSECONDS);
            microseconds = floor_modulo(microseconds, MICROSECONDS);
        }
    }
    *hash = moment_hash(seconds, microseconds, 2);
    return true;
}

/* ---- Other time zones -------------------------------------------------------------------- */

/* The time zone and offset that it counts as being in: local ones if it has none. */
static bool own_zone(Value self, Value *zone, Value *offset)
{
    *zone = as_datetime(self)->tzinfo;
    *offset = TRY(zone_utcoffset(*zone, self));
    if (*offset != None)
        return true;
    int64_t seconds, other;
    Ymd ymd = ymd_of(self);
    Clock clock = as_datetime(self)->clock;
    TRY(local_to_timestamp(ymd, clock, &seconds));
    clock.fold = !clock.fold;
    TRY(local_to_timestamp(ymd, clock, &other));
    if (other != seconds && (other > seconds) == !clock.fold) /* in a gap */
        seconds = other;
    *zone = TRY(local_timezone(seconds));
    *offset = ((TimeZone *)*zone)->offset;
    return true;
}

Value datetime_to_zone(Value self, Value tz)
{
    Value zone, offset;
    if (tz != None && as_datetime(self)->tzinfo == tz)
        return self;
    TRY(own_zone(self, &zone, &offset));
    if (zone == tz)
        return self;
    Value utc = TRY(datetime_plus(self, -delta_microseconds(offset), (Value)&datetime_type));
    Ymd ymd = ymd_of(utc);
    Clock clock = as_datetime(utc)->clock;
    if (tz == None)
        tz = TRY(local_timezone(utc_to_timestamp(ymd, clock)));
    Value result = TRY(datetime_like((Value)type_of(self), ymd, clock, tz));
    return call_method1(tz, datetime_names.fromutc, result);
}
