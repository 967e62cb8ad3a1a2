/* tuple. Immutable once published: the maker fills it, then lets it out. */
#ifndef WEFT_TYPES_TUPLE_H
#define WEFT_TYPES_TUPLE_H

#include "core/abstract.h"

typedef struct Tuple {
    Object ob;
    intptr_t length; /* immutable */
    int64_t hash;    /* atomic: 0 until computed */
    Value items[];
} Tuple;
/* guarded by lock if SHARED */
typedef struct TupleIterator {
    Object ob;
    Value tuple;    /* 0: exhausted */
    intptr_t index; /* of the next item */
} TupleIterator;
extern Type tuple_type, tuple_iterator_type;

ALWAYS_INLINE bool is_tuple(Value v)
{
    return has_layout(v, LAYOUT_TUPLE);
}
ALWAYS_INLINE intptr_t tuple_length(Value v)
{
    return ((Tuple *)v)->length;
}
ALWAYS_INLINE Value tuple_get(Value v, intptr_t i)
{
    return ((Tuple *)v)->items[i];
}
Value tuple_new(
    intptr_t length); /* items 0: the caller fills them with tuple_init, all before use */
void tuple_init(Value tuple, intptr_t i,
                Value item); /* with the barrier: allocation may come between */
Value tuple_from_values(const Value *values, intptr_t count);
Value tuple_from_iterable(Value iterable); /* the tuple itself if exact */
Value tuple_slice(Value tuple, intptr_t start, intptr_t end);
Value tuple_empty(void);
Value tuple_iterator_new(Value tuple);
/* A step of an exact tuple iterator that is local; 0: `next` has to be asked. */
ALWAYS_INLINE Value tuple_iterator_step(Value iterator)
{
    TupleIterator *it = (TupleIterator *)iterator;
    if (is_shared(it) || !it->tuple || it->index >= tuple_length(it->tuple))
        return 0;
    return tuple_get(it->tuple, it->index++);
}
/* How tuples, and lists as snapshots, compare: by the first items that differ. */
Value values_compare(Value *a, intptr_t n, Value *b, intptr_t m, CompareOp op);
#define tuple_of(...)                                                                              \
    tuple_from_values((Value[]){__VA_ARGS__}, sizeof((Value[]){__VA_ARGS__}) / sizeof(Value))

void tuple_start(void);

#endif
