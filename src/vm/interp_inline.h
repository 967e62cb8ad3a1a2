/* The fast paths of the dispatch loop that are worth a name. Each returns 0 (no exception
 * pending unless it says so) where the general path has to go on. */
#ifndef WEFT_VM_INTERP_INLINE_H
#define WEFT_VM_INTERP_INLINE_H

#include "core/alloc.h"
#include "core/descriptor.h"
#include "core/error.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/property.h"
#include "types/range.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/cache.h"
#include "vm/frame.h"
#include "vm/instrument.h"

ALWAYS_INLINE int truth_of(Value v)
{
    if (v == True)
        return 1;
    if (v == False || v == None)
        return 0;
    if (is_int(v))
        return v != int_small(0);
    return object_truth(v);
}

/* Of an exact str, list or tuple whether it is true; else -1. */
ALWAYS_INLINE int sequence_truth(Value v)
{
    switch (is_object(v) ? shape_id(v) : 0) {
    case SHAPE_STR:
        return str_length(v) != 0;
    case SHAPE_LIST:
        return load_acquire(&((List *)v)->length) != 0;
    case SHAPE_TUPLE:
        return tuple_length(v) != 0;
    default:
        return -1;
    }
}

/* o[key] for exact lists and tuples with an int and exact dicts. An exception may be pending. */
ALWAYS_INLINE Value item_fast(Value o, Value key)
{
    uint32_t shape = shape_id(o);
    if (shape == SHAPE_LIST && is_int(key)) {
        List *list = (List *)o;
        intptr_t i = int_value(key), length = load_acquire(&list->length);
        if (i < 0)
            i += length;
        Array *items = load_acquire(&list->items);
        if (likely((uintptr_t)i < (uintptr_t)length && i < load_relaxed(&items->capacity)))
            return load_acquire(&items->items[i]);
        return 0;
    }
    if (shape == SHAPE_TUPLE && is_int(key)) {
        intptr_t i = int_value(key);
        if (index_resolve(&i, tuple_length(o)))
            return tuple_get(o, i);
    }
    return 0;
}

/* next() of any iterator: the type's slot, which a class may have lost since. An exception may be
 * pending. */
ALWAYS_INLINE Value next_fast(Value iterator)
{
    NextFn next = type_of(iterator)->next;
    return likely(next != 0) ? next(iterator) : iter_next(iterator);
}

/* Gives what a generator with FRAME_FEEDS yields to its Feed: false if it is to be suspended. */
ALWAYS_INLINE bool feed_takes(Thread *thread, Value value)
{
    Feed *feed = thread->feed;
    if (unlikely(thread->watch))
        return false;
    feed->refused = !feed->take(feed->context, value);
    return !feed->refused;
}

/* A step of the iterator of a range of small ints, if it is local; 0: `next` has to be asked. */
ALWAYS_INLINE Value range_step(Value iterator)
{
    RangeIterator *it = (RangeIterator *)iterator;
    intptr_t left = load_relaxed(&it->left), next = load_relaxed(&it->next);
    if (is_shared(it) || left <= 0)
        return 0;
    store_relaxed(&it->next, next + it->step);
    store_relaxed(&it->left, left - 1);
    return int_small(next);
}

/* A step of a local iterator of a list, tuple or range; 0 for others, and at the end. */
ALWAYS_INLINE Value sequence_step(Value iterator)
{
    uint32_t shape = is_object(iterator) ? shape_id(iterator) : 0;
    if (shape == SHAPE_RANGE_ITERATOR)
        return range_step(iterator);
    if (shape == SHAPE_LIST_ITERATOR)
        return list_iterator_step(iterator);
    if (shape == SHAPE_TUPLE_ITERATOR)
        return tuple_iterator_step(iterator);
    return 0;
}

/* A step of FOR_ITER and of the instruction behind it, `after`, if that is the UNPACK of R[a],
 * which then has no other use. */
ALWAYS_INLINE NextParts next_unpacked(Value iterator, Value *R, uint32_t a, uint32_t after)
{
    if ((after & 0xff) != OP_UNPACK_ || ((after >> 16) & 0xff) != a)
        return PARTS_OTHERWISE;
    NextPartsFn parts = type_of(iterator)->next_parts;
    if (!parts)
        return PARTS_OTHERWISE;
    R[a] = None; /* no tuple, but a value */
    return parts(iterator, &R[(after >> 8) & 0xff], after >> 24);
}

/* A call of it runs nothing, but makes a generator, a coroutine or an asynchronous generator. */
ALWAYS_INLINE bool code_is_generator(const Code *code)
{
    return code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR);
}

/* The getter (or setter) of the property that an attribute's record is for, if it is a function
 * whose call needs no more than its arguments in the first registers; else 0. */
ALWAYS_INLINE Function *accessor_from_record(const CacheRecord *record, bool sets)
{
    if (record->kind != CACHE_PROPERTY)
        return 0;
    const Property *property = (Property *)record->target;
    Value accessor = load_acquire(sets ? &property->set : &property->get);
    return accessor && has_shape(accessor, SHAPE_FUNCTION) ? (Function *)accessor : 0;
}

/* May what such a record (or 0: there is none) is of be a method in Python? */
ALWAYS_INLINE bool may_run_code(const CacheRecord *record)
{
    return !record || (record->kind - CACHE_DESCRIPTOR <= CACHE_PROPERTY - CACHE_DESCRIPTOR &&
                       (record->entry || record->kind == CACHE_PROPERTY));
}

/* Links a frame whose registers are bound into the thread. */
ALWAYS_INLINE bool frame_link(Thread *thread, Frame *at, Frame *caller)
{
    if (unlikely(++thread->depth > load_relaxed(&recursion_limit))) {
        thread->depth--;
        return frame_too_deep(thread);
    }
    at->caller = caller;
    thread->frame = at;
    return true;
}

ALWAYS_INLINE uint32_t frame_parameters(const Code *code)
{
    return code->argcount + code->kwonly_argcount + !!(code->flags & CODE_VARARGS) +
           !!(code->flags & CODE_VARKEYWORDS);
}

/* Binds the arguments of a call, which lie behind the header `at`, and fills the header in, but
 * does not link it. On failure the collector scans more of the stack than need be until the
 * next return: harmless. */
ALWAYS_INLINE bool call_prepare(Thread *thread, Frame *at, Function *function, Code *code,
                                size_t nargs, Value kwnames)
{
    Value *registers = frame_registers(at), *end = registers + code->register_count;
    if (unlikely(end > thread->stack_limit) && !frame_room_slow(thread, code, end))
        return false;
    thread->gc.registers_top = end;
    if (unlikely(!load_acquire(&code->feedback) && load_relaxed(&code->feedback_count)) &&
        !feedback_make(code))
        return false; /* its first call: until then it may have no names and no instructions */
    uint32_t parameters = code->argcount;
    if (likely(nargs == parameters && !kwnames && !code->kwonly_argcount &&
               !(code->flags & (CODE_VARARGS | CODE_VARKEYWORDS)))) {
        ;
    } else {
        if (!function_bind(thread, function, code, registers, nargs, kwnames))
            return false;
        parameters = frame_parameters(code);
    }
    for (Value *r = registers + parameters, *locals = registers + code->clear_count; r < locals;
         r++)
        *r = 0;
    at->code = code;
    at->pc = code_entry(code);
    at->function = function;
    at->locals = 0;
    at->frame_object = 0;
    at->generator = 0;
    return true;
}

#endif
