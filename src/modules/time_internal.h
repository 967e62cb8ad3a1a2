/* The parts of the time module. */
#ifndef WEFT_MODULES_TIME_H
#define WEFT_MODULES_TIME_H

#include "core/module.h"

/* struct_time and the functions on it, time zones. */
bool time_add_calendar(Value module) MUST_USE;

#endif
