#include "core/iterate.h"

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/tuple.h"

Value get_iter(Value o)
{
    Type *type = type_of(o);
    if (type->iter) {
        Value iterator = TRY(type->iter(o));
        if (!type_of(iterator)->next)
            return raise(TypeError, "iter() returned non-iterator of type '%T'", iterator);
        return iterator;
    }
    if (is_sequence(o))
        return sequence_iterator_new(o);
    return raise(TypeError, "'%T' object is not iterable", o);
}

Value iter_next(Value iterator)
{
    if (has_shape(iterator, SHAPE_LIST_ITERATOR)) {
        Value item = list_iterator_step(iterator);
        if (likely(item))
            return item;
    }
    NextFn next = type_of(iterator)->next;
    if (unlikely(!next))
        return raise(TypeError, "'%T' object is not an iterator", iterator);
    Value item = next(iterator);
    if (unlikely(!item))
        error_clear_if(StopIteration);
    return item;
}

bool is_iterator(Value o)
{
    return type_of(o)->next != 0;
}

void iteration_begin(Iteration *it, Value iterable)
{
    *it = (Iteration){0};
    if (has_shape(iterable, SHAPE_LIST) || has_shape(iterable, SHAPE_TUPLE)) {
        it->iterator = iterable;
        return;
    }
    it->index = -1;
    it->iterator = get_iter(iterable);
    it->failed = !it->iterator;
}

/* The next item of an exact list or tuple; 0 at the end. */
ALWAYS_INLINE Value sequence_next(Iteration *it)
{
    intptr_t i = it->index;
    let_stop(i + 1);
    if (has_shape(it->iterator, SHAPE_LIST)) {
        List *list = (List *)it->iterator;
        intptr_t length = load_acquire(&list->length);
        const Array *items = load_acquire(&list->items);
        it->index++;
        Value item = likely(i < length && i < load_relaxed(&items->capacity))
                         ? load_acquire(&items->items[i])
                         : 0;
        return likely(item != 0) ? item : list_get(it->iterator, i);
    }
    if (i >= tuple_length(it->iterator))
        return 0;
    it->index++;
    return tuple_get(it->iterator, i);
}

Value iteration_next(Iteration *it)
{
    if (!it->iterator)
        return 0;
    if (it->index >= 0)
        return sequence_next(it);
    let_stop(++it->taken);
    Value item = iter_next(it->iterator);
    if (!item && error_pending())
        it->failed = true;
    return item;
}

Value iter_feed(Value iterator, TakeFn take, void *context)
{
    FeedFn feed = type_of(iterator)->feed;
    if (feed)
        return feed(iterator, take, context);
    Value item;
    intptr_t taken = 0;
    do {
        let_stop(++taken);
        item = iter_next(iterator);
    } while (item && take(context, item));
    return item && unlikely(error_pending()) ? 0 : item;
}

Value iteration_feed(Iteration *it, TakeFn take, void *context)
{
    Value item;
    if (!it->iterator)
        return 0;
    if (it->index < 0) {
        item = iter_feed(it->iterator, take, context);
    } else {
        do
            item = sequence_next(it);
        while (item && take(context, item));
    }
    if (unlikely(error_pending())) {
        it->failed = true;
        return 0;
    }
    return item;
}
