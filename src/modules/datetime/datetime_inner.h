/* The files of datetime.datetime among themselves. */
#ifndef WEFT_MODULES_DATETIME_INNER_H
#define WEFT_MODULES_DATETIME_INNER_H

#include "modules/datetime/datetime.h"

bool datetime_hash(Value v, int64_t *hash);
Value datetime_compare(Value a, Value b, CompareOp op);
Value datetime_add(Value a, Value b);
Value datetime_subtract(Value a, Value b);
void datetime_start(void); /* completes the type; before it is made ready */
/* The timezone that the system has for local time at this moment (seconds since 1970). */
Value local_timezone(int64_t seconds) MUST_USE;
/* Seconds since 1970 of local time that has no time zone. */
bool local_to_timestamp(Ymd ymd, Clock clock, int64_t *seconds) MUST_USE;
int64_t utc_to_timestamp(Ymd ymd, Clock clock);

#endif
