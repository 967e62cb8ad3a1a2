/* _weft: what tests want to know about the interpreter. */
#include "core/module.h"
#include "base/cache_lines.h"
#include "base/lock.h"
#include "core/share.h"
#include "types/int.h"
#include "types/list.h"
#include "types/tuple.h"

FUNCTION(weft_sharing_counts, "sharing_counts", "",
         "Return how many locks of objects and how many of the interpreter were taken, and how\n"
         "many objects have become shared, so far. None but in the checked build.")
{
#ifdef CHECK_SHARING
    return tuple_of(TRY(int_from_u64(load_relaxed(&locks_taken))),
                    TRY(int_from_u64(load_relaxed(&mutexes_taken))),
                    TRY(int_from_u64(load_relaxed(&objects_shared))));
#else
    return None;
#endif
}

#ifdef COUNT_CACHE_LINES
FUNCTION(weft_cache_lines_begin, "cache_lines_begin", "",
         "Begin to count what threads cost each other in the caches.")
{
    cache_lines_begin();
    return None;
}

FUNCTION(
    weft_cache_lines_end, "cache_lines_end", "",
    "Stop counting and return how many atomic read-modify-writes there were, how many writes\n"
    "to cache lines that another thread had last, and a list of the places that counted most:\n"
    "(address in the program, atomic, count).")
{
    CacheLineSite sites[20];
    CacheLineCounts counts = cache_lines_end();
    size_t found = cache_lines_sites(sites, COUNT_OF(sites));
    Value list = TRY(list_new(0));
    for (size_t i = 0; i < found; i++) {
        Value site =
            TRY(tuple_of(TRY(int_from_u64((uint64_t)(uintptr_t)sites[i].address)),
                         sites[i].atomic ? True : False, TRY(int_from_u64(sites[i].count))));
        TRY(list_append(list, site));
    }
    return tuple_of(TRY(int_from_u64(counts.atomics)), TRY(int_from_u64(counts.foreign_writes)),
                    list);
}
#endif

static MethodDef *const functions[] = {
    M(weft_sharing_counts),
#ifdef COUNT_CACHE_LINES
    M(weft_cache_lines_begin),
    M(weft_cache_lines_end),
#endif
    0,
};

const ModuleDef module__weft = {
    .name = "_weft",
    .doc = "What tests want to know about the interpreter.",
    .functions = functions,
};
