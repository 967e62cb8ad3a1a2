/* Prints what the build that counts has counted: `weft -X stats`. */
#include "vm/stats.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/stats.h"

#ifdef COUNT_STATS
#include <stdlib.h>

#include "compile/opcode.h"
#include "core/object.h"
#include "core/type.h"

_Static_assert(STATS_SHAPES == SHAPE_REGION_COUNT, "a count for each shape");

enum { TYPES_MAX = 4096, TYPES_SHOWN = 40, OPCODES_SHOWN = 60 };

typedef struct Row {
    const char *name;
    uint64_t count, bytes;
    const void *key;
} Row;

static int by_count(const void *a, const void *b)
{
    uint64_t x = ((const Row *)a)->count, y = ((const Row *)b)->count;
    return (x < y) - (x > y);
}

static void print_opcodes(void)
{
    static Row rows[OPCODE_COUNT];
    uint64_t all = 0;
    for (int op = 0; op < OPCODE_COUNT; op++) {
        rows[op] = (Row){.name = opcode_info[op].name, .count = stats_opcodes[op]};
        all += stats_opcodes[op];
    }
    qsort(rows, OPCODE_COUNT, sizeof(Row), by_count);
    fprintf(stderr, "stats: %" PRIu64 " instructions\n", all);
    for (int i = 0; i < OPCODES_SHOWN && i < OPCODE_COUNT && rows[i].count; i++)
        fprintf(stderr, "stats: %14" PRIu64 "  %5.2f %%  %s\n", rows[i].count,
                100.0 * (double)rows[i].count / (double)all, rows[i].name);
}

static void print_counters(void)
{
    static const char *const meanings[STATS_COUNT] = {
#define STATS(name, meaning) [STATS_##name] = #name ": " meaning,
#include "base/stats.def"
#undef STATS
    };
    fprintf(stderr, "stats: events\n");
    for (int i = 0; i < STATS_COUNT; i++)
        fprintf(stderr, "stats: %14" PRIu64 "  %s\n", stats_counters[i], meanings[i]);
}

/* The rows of the types: shapes of one type are one row. Returns how many; types beyond TYPES_MAX
 * are left out. */
static int collect_types(Row *rows)
{
    int count = 0;
    for (uint32_t id = 0; id < STATS_SHAPES; id++) {
        const StatsShape *seen = &stats_shapes[id];
        if (!seen->objects)
            continue;
        const Type *type = shape_at(id)->type;
        int i = 0;
        while (i < count && rows[i].key != type)
            i++;
        if (i == TYPES_MAX)
            continue;
        if (i == count)
            rows[count++] = (Row){.name = type ? type->name : "(raw)", .key = type};
        rows[i].count += seen->objects;
        rows[i].bytes += seen->bytes;
    }
    return count;
}

static void print_allocations(void)
{
    static Row rows[TYPES_MAX];
    int count = collect_types(rows);
    qsort(rows, (size_t)count, sizeof(Row), by_count);
    fprintf(stderr, "stats: allocations by type, objects and MB\n");
    for (int i = 0; i < TYPES_SHOWN && i < count; i++)
        fprintf(stderr, "stats: %14" PRIu64 "  %10.2f  %s\n", rows[i].count,
                (double)rows[i].bytes / 1e6, rows[i].name);
    fprintf(stderr, "stats: allocations by size\n");
    for (int power = 0; power < STATS_SIZES; power++)
        if (stats_sizes[power])
            fprintf(stderr, "stats: %14" PRIu64 "  up to %zu bytes\n", stats_sizes[power],
                    (size_t)1 << power);
}

void stats_print(void)
{
    print_opcodes();
    print_counters();
    print_allocations();
}
#else
void stats_print(void)
{
    fputs("stats: not counted in this build; make stats builds one that counts\n", stderr);
}
#endif
