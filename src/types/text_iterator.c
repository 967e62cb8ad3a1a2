/* Iterators of str, bytes and bytearray: a text and an index. Each index is claimed before its
 * character is read, so that threads that share an iterator get each character exactly once. */
#include "types/text_iterator.h"

#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct TextIterator {
    Object ob;
    Value text;     /* atomic: 0 once exhausted */
    intptr_t index; /* atomic */
} TextIterator;

static void text_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((TextIterator *)self)->text));
}

Value text_iterator_new(Type *type, Value text)
{
    TextIterator *it = TRY(NEW(TextIterator, type));
    gc_store(it, &it->text, text);
    return (Value)it;
}

static Value text_iterator_self(Value self)
{
    return self;
}

static intptr_t claim_index(TextIterator *it)
{
    if (is_shared(it))
        return fetch_add_relaxed(&it->index, 1);
    return it->index++;
}

static void finish(TextIterator *it)
{
    store_release(&it->text, (Value)0); /* NO_BARRIER: no reference */
}

static Value str_iterator_next(Value self)
{
    TextIterator *it = (TextIterator *)self;
    Value text = load_acquire(&it->text);
    if (!text)
        return 0;
    intptr_t i = claim_index(it);
    if (likely(i < str_length(text)))
        return str_from_char(str_char(text, i));
    finish(it);
    return 0;
}

static Value bytes_iterator_next(Value self)
{
    TextIterator *it = (TextIterator *)self;
    Value text = load_acquire(&it->text);
    if (!text)
        return 0;
    intptr_t i = claim_index(it);
    if (likely(i < ((Bytes *)text)->length))
        return int_small((uint8_t)((Bytes *)text)->data[i]);
    finish(it);
    return 0;
}

static Value bytearray_iterator_next(Value self)
{
    TextIterator *it = (TextIterator *)self;
    Value text = load_acquire(&it->text);
    if (!text)
        return 0;
    intptr_t i = claim_index(it);
    ByteView view = bytearray_view(text);
    if (likely(i < view.length))
        return int_small(load_relaxed((uint8_t *)&view.data[i])); /* others may write it now */
    finish(it);
    return 0;
}

static bool is_str_iterator(Value v)
{
    return type_of(v) == &str_iterator_type || type_of(v) == &str_ascii_iterator_type;
}

METHOD(text_iterator_length_hint, "__length_hint__", "",
       "Private method returning an estimate of len(list(it)).")
{
    TextIterator *it = (TextIterator *)args[0];
    Value text = load_acquire(&it->text);
    intptr_t left = text ? object_length(text) - load_relaxed(&it->index) : 0;
    return int_from(left > 0 ? left : 0);
}

METHOD(text_iterator_reduce, "__reduce__", "", "Return state information for pickling.")
{
    TextIterator *it = (TextIterator *)args[0];
    Value function = TRY(builtin_named("iter"));
    Value text = load_acquire(&it->text); /* after what may run Python code */
    if (text)
        return tuple_of(function, TRY(tuple_of(text)), int_from(load_relaxed(&it->index)));
    Value empty = is_str_iterator(args[0]) ? str_empty() : TRY(tuple_empty());
    return tuple_of(function, TRY(tuple_of(empty)));
}

METHOD(text_iterator_setstate, "__setstate__", "state, /", "Set state information for unpickling.")
{
    TextIterator *it = (TextIterator *)args[0];
    intptr_t index = TRY_INT_INDEX(args[1]);
    Value text = load_acquire(&it->text);
    if (!text)
        return None;
    intptr_t length = TRY_NOT_NEGATIVE(object_length(text), 0);
    store_relaxed(&it->index, index < 0 ? 0 : index > length ? length : index);
    return None;
}

static MethodDef *const text_iterator_methods[] = {
    M(text_iterator_length_hint), M(text_iterator_reduce), M(text_iterator_setstate), 0};

#define TEXT_ITERATOR_TYPE(name_, next_)                                                           \
    {                                                                                              \
        TYPE_HEAD(name_, TextIterator), .iter = text_iterator_self, .next = next_,                 \
                                        .methods = text_iterator_methods,                          \
                                        .trace = text_iterator_trace, .flags = TYPE_NO_NEW         \
    }

Type str_iterator_type = TEXT_ITERATOR_TYPE("str_iterator", str_iterator_next);
/* A type of its own, for its name only. */
Type str_ascii_iterator_type = TEXT_ITERATOR_TYPE("str_ascii_iterator", str_iterator_next);
Type bytes_iterator_type = TEXT_ITERATOR_TYPE("bytes_iterator", bytes_iterator_next);
Type bytearray_iterator_type = TEXT_ITERATOR_TYPE("bytearray_iterator", bytearray_iterator_next);

void text_iterator_start(void)
{
    type_ready(&str_iterator_type, 0);
    type_ready(&str_ascii_iterator_type, 0);
    type_ready(&bytes_iterator_type, 0);
    type_ready(&bytearray_iterator_type, 0);
}
