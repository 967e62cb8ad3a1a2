/* _weft: what tests want to know about the interpreter. */
#include "core/module.h"
#include "core/share.h"
#include "base/lock.h"
#include "types/int.h"
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

static MethodDef *const functions[] = {M(weft_sharing_counts), 0};

const ModuleDef module__weft = {
    .name = "_weft",
    .doc = "What tests want to know about the interpreter.",
    .functions = functions,
};
