/* iterator, callable_iterator: see iterator.h.
 *
 * The index of a sequence iterator is claimed before __getitem__ is called, so that threads which
 * share one get each item exactly once. Exhausted: `target` is 0, for good. */
#include "types/iterator.h"

#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/tuple.h"

typedef struct SequenceIterator {
    Object ob;
    Value sequence; /* atomic: 0 once exhausted */
    intptr_t index; /* atomic: next item */
} SequenceIterator;

typedef struct CallableIterator {
    Object ob;
    Value callable;    /* atomic: 0 once exhausted */
    Value sentinel;    /* immutable after init */
    uint64_t ended_by; /* atomic: native id of the thread that met the end */
} CallableIterator;

static void sequence_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((SequenceIterator *)self)->sequence));
}

static void callable_iterator_trace(Object *self, Tracer *tracer)
{
    CallableIterator *it = (CallableIterator *)self;
    gc_visit(tracer, load_relaxed(&it->callable));
    gc_visit(tracer, it->sentinel);
}

Value sequence_iterator_new(Value sequence)
{
    SequenceIterator *it = TRY_OR(NEW(SequenceIterator, &sequence_iterator_type), 0);
    gc_store(it, &it->sequence, sequence);
    return (Value)it;
}

Value callable_iterator_new(Value callable, Value sentinel)
{
    CallableIterator *it = TRY_OR(NEW(CallableIterator, &callable_iterator_type), 0);
    gc_store(it, &it->callable, callable);
    gc_store(it, &it->sentinel, sentinel);
    return (Value)it;
}

static Value sequence_iterator_next(Value self)
{
    SequenceIterator *it = (SequenceIterator *)self;
    Value sequence = load_acquire(&it->sequence);
    if (!sequence)
        return 0;
    intptr_t index = is_shared(it) ? fetch_add_relaxed(&it->index, 1) : it->index++;
    if (index == INTPTR_MAX)
        return raise(OverflowError, "iter index too large");
    Value item = sequence_item(sequence, index);
    if (item)
        return item;
    intptr_t next = index + 1;
    if (error_clear_if(IndexError) || error_clear_if(StopIteration))
        store_release(&it->sequence, (Value)0); /* NO_BARRIER: no reference */
    else
        (void)cas_acq_rel(&it->index, &next, index); /* asks for the same item again */
    return 0;
}

static void callable_iterator_end(CallableIterator *it)
{
    store_relaxed(&it->ended_by, thread_self()->native_id);
    store_release(&it->callable, (Value)0); /* NO_BARRIER: no reference */
}

static Value callable_iterator_next(Value self)
{
    CallableIterator *it = (CallableIterator *)self;
    Value callable = load_acquire(&it->callable);
    if (!callable)
        return 0;
    Value item = call0(callable);
    if (!item) {
        if (error_clear_if(StopIteration))
            callable_iterator_end(it);
        return 0;
    }
    /* The call itself has exhausted it. If another thread has meanwhile, the item is not lost. */
    if (!load_acquire(&it->callable) && load_relaxed(&it->ended_by) == thread_self()->native_id)
        return 0;
    int equal = TRY_NOT_NEGATIVE(object_compare_bool(it->sentinel, item, CMP_EQ), 0);
    if (!equal)
        return item;
    callable_iterator_end(it);
    return 0;
}

static Value iterator_self(Value self)
{
    return self;
}

METHOD(sequence_iterator_length_hint, "__length_hint__", "/",
       "Private method returning an estimate of len(list(it)).")
{
    SequenceIterator *it = (SequenceIterator *)args[0];
    Value sequence = load_acquire(&it->sequence);
    if (!sequence)
        return int_small(0);
    if (!type_of(sequence)->length)
        return NotImplemented;
    intptr_t length = TRY_NOT_NEGATIVE(object_length(sequence), 0);
    intptr_t left = length - load_relaxed(&it->index);
    return int_from(left > 0 ? left : 0);
}

METHOD(sequence_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    SequenceIterator *it = (SequenceIterator *)args[0];
    Value function = TRY(builtin_named("iter"));
    Value sequence = load_acquire(&it->sequence); /* after what may run Python code */
    if (!sequence)
        return tuple_of(function, TRY(tuple_of(TRY(tuple_empty()))));
    return tuple_of(function, TRY(tuple_of(sequence)), TRY(int_from(load_relaxed(&it->index))));
}

METHOD(sequence_iterator_setstate, "__setstate__", "state, /",
       "Set state information for unpickling.")
{
    SequenceIterator *it = (SequenceIterator *)args[0];
    intptr_t index = TRY_INT_INDEX(args[1]);
    store_relaxed(&it->index, index < 0 ? 0 : index);
    return None;
}

METHOD(callable_iterator_reduce, "__reduce__", "/", "Return state information for pickling.")
{
    CallableIterator *it = (CallableIterator *)args[0];
    Value function = TRY(builtin_named("iter"));
    Value callable = load_acquire(&it->callable); /* after what may run Python code */
    if (!callable)
        return tuple_of(function, TRY(tuple_of(TRY(tuple_empty()))));
    return tuple_of(function, TRY(tuple_of(callable, it->sentinel)));
}

static MethodDef *const sequence_iterator_methods[] = {M(sequence_iterator_length_hint),
                                                       M(sequence_iterator_reduce),
                                                       M(sequence_iterator_setstate), 0};
static MethodDef *const callable_iterator_methods[] = {M(callable_iterator_reduce), 0};

Type sequence_iterator_type = {
    TYPE_HEAD("iterator", SequenceIterator), .iter = iterator_self,
    .next = sequence_iterator_next,          .methods = sequence_iterator_methods,
    .trace = sequence_iterator_trace,        .flags = TYPE_NO_NEW,
};
Type callable_iterator_type = {
    TYPE_HEAD("callable_iterator", CallableIterator),
    .iter = iterator_self,
    .next = callable_iterator_next,
    .methods = callable_iterator_methods,
    .trace = callable_iterator_trace,
    .flags = TYPE_NO_NEW,
};

void iterator_start(void)
{
    type_ready(&sequence_iterator_type, 0);
    type_ready(&callable_iterator_type, 0);
}
