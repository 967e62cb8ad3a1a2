/* The iterators of itertools, by file. All may be shared by threads, and every next() is atomic:
 * one that runs no Python code holds the iterator's lock; one that calls an iterator or a function
 * between steps that belong together does so in its turn. */
#ifndef WEFT_MODULES_ITERTOOLS_INNER_H
#define WEFT_MODULES_ITERTOOLS_INNER_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "core/turn.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* Sources: endless ones, and what joins others. */
extern Type count_type, cycle_type, repeat_type, chain_type, zip_longest_type;
/* Filters. */
extern Type accumulate_type, batched_type, compress_type, dropwhile_type, filterfalse_type,
    islice_type, pairwise_type, starmap_type, takewhile_type;
/* Combinations. */
extern Type product_type, permutations_type, combinations_type, combinations_with_replacement_type;
/* Groups. */
extern Type groupby_type, grouper_type, tee_type, tee_source_type, tee_node_type;
extern MethodDef itertools_tee_def;

/* __reduce__ and __setstate__ warn that they will go. False: the warning is an error. */
ALWAYS_INLINE bool warn_pickle(void)
{
    return warn(
        DeprecationWarning, 1,
        "Pickle, copy, and deepcopy support will be removed from itertools in Python 3.14.");
}
#define REDUCE(id)   METHOD(id, "__reduce__", "/", "Return state information for pickling.")
#define SETSTATE(id) METHOD(id, "__setstate__", "state, /", "Set state information for unpickling.")

/* Several Value fields in a row, as the first ones of an iterator: its trace function. */
#define TRACE_FIELDS(name, T, first, count)                                                        \
    static void name(Object *self, Tracer *tracer)                                                 \
    {                                                                                              \
        gc_visit_range(tracer, &((T *)self)->first, (count));                                      \
    }

#define ITERATOR_TYPE(name_, T, next_, trace_, new_, doc_)                                         \
    TYPE_HEAD("itertools." name_, T), .iter = iterator_self, .next = (next_), .new_def = (new_),   \
                                      .trace = (trace_), .flags = TYPE_BASE, .doc = (doc_)

#endif
