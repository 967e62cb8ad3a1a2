/* The _datetime module. */
#include "core/module.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/datetime/datetime_inner.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/str.h"

struct DatetimeNames datetime_names;

static bool take_names(void)
{
    gc_add_root((Value *)&datetime_names, sizeof datetime_names / sizeof(Value));
#define DT_NAME(n) root_store(&datetime_names.n, TRY(str_intern_cstring(#n)));
#include "modules/datetime/datetime_names.def"
#undef DT_NAME
    return true;
}

static bool add_constant(Type *type, const char *name, Value value)
{
    return value && dict_set_cstring(type->dict, name, value);
}

static bool add_delta_constants(void)
{
    return add_constant(&delta_type, "resolution", delta_new(0, 0, 1)) &&
           add_constant(&delta_type, "min", delta_new(-MAX_DELTA_DAYS, 0, 0)) &&
           add_constant(&delta_type, "max",
                        delta_new(MAX_DELTA_DAYS, SECONDS_PER_DAY - 1, MICROSECONDS - 1));
}

static bool add_date_constants(void)
{
    const Ymd first = {MIN_YEAR, 1, 1}, last = {MAX_YEAR, 12, 31};
    const Clock midnight = {0}, latest = {23, 59, 59, 0, MICROSECONDS - 1};
    return add_constant(&date_type, "min", date_new_as(&date_type, MIN_YEAR, 1, 1)) &&
           add_constant(&date_type, "max", date_new_as(&date_type, MAX_YEAR, 12, 31)) &&
           add_constant(&date_type, "resolution", delta_new(1, 0, 0)) &&
           add_constant(&time_type, "min", time_new(midnight, None)) &&
           add_constant(&time_type, "max", time_new(latest, None)) &&
           add_constant(&time_type, "resolution", delta_new(0, 0, 1)) &&
           add_constant(&datetime_type, "min", datetime_new(first, midnight, None)) &&
           add_constant(&datetime_type, "max", datetime_new(last, latest, None)) &&
           add_constant(&datetime_type, "resolution", delta_new(0, 0, 1));
}

static bool add_zone_constants(void)
{
    const int most = 23 * 3600 + 59 * 60;
    Value utc = TRY(timezone_new(TRY(delta_new(0, 0, 0)), 0));
    gc_add_root(&datetime_utc, 1);
    root_store(&datetime_utc, utc);
    return add_constant(&timezone_type, "utc", utc) &&
           add_constant(&timezone_type, "min", timezone_new(TRY(delta_new(0, -most, 0)), 0)) &&
           add_constant(&timezone_type, "max", timezone_new(TRY(delta_new(0, most, 0)), 0));
}

static bool start(void)
{
    datetime_start();
    Type *const types[] = {&delta_type,  &date_type,     &iso_calendar_date_type, &time_type,
                           &tzinfo_type, &datetime_type, &timezone_type};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        type_ready(types[i], 0);
    return take_names() && add_delta_constants() && add_date_constants() && add_zone_constants();
}

static bool execute(Value module)
{
    if (!(type_flags(&timezone_type) & TYPE_READY))
        TRY(start());
    return module_add_type(module, &date_type) && module_add_type(module, &datetime_type) &&
           module_add_type(module, &time_type) && module_add_type(module, &delta_type) &&
           module_add_type(module, &tzinfo_type) && module_add_type(module, &timezone_type) &&
           module_add_int(module, "MINYEAR", MIN_YEAR) &&
           module_add_int(module, "MAXYEAR", MAX_YEAR) && module_add(module, "UTC", datetime_utc);
}

const ModuleDef module__datetime = {
    .name = "_datetime",
    .doc = "Fast implementation of the datetime type.",
    .execute = execute,
};
