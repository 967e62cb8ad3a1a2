/* bytearray: a window of `length` bytes at `start` of a Raw, which is replaced when it is full.
 *
 * Everything that changes it holds the lock. While a buffer of it is in use (`exports`), nothing
 * may move or resize it: BufferError. Methods that read hold the lock too, or work on a copy made
 * under it. Single items, len() and iterators take none: they load storage, then start and length,
 * and clip these to the storage, which stays as long as they have it on the stack; so they may see
 * a moment between two states, but never memory of others.
 */
#include "types/bytes.h"

#include "base/copy.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/memoryview.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/text.h"
#include "types/text_iterator.h"
#include "types/tuple.h"

static ByteArray *as_bytearray(Value v)
{
    return (ByteArray *)v;
}

static void bytearray_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((ByteArray *)self)->storage));
}

/* ---- Storage ---------------------------------------------------------------------------- */

ByteView bytearray_view(Value v)
{
    ByteArray *self = as_bytearray(v);
    Raw *raw = (Raw *)load_acquire(&self->storage);
    intptr_t start = load_relaxed(&self->start), length = load_relaxed(&self->length);
    if (unlikely(!raw))
        return (ByteView){"", 0};
    if (unlikely(start > raw->size - 1))
        return (ByteView){raw->data, 0};
    if (unlikely(length > raw->size - 1 - start))
        length = raw->size - 1 - start;
    return (ByteView){raw->data + start, length};
}

static char *data_locked(ByteArray *self)
{
    return self->storage ? ((Raw *)self->storage)->data + self->start : "";
}

static bool set_storage(ByteArray *self, intptr_t length, const char *data, intptr_t copied)
{
    intptr_t capacity = length <= copied ? length : length + length / 8 + 16;
    if (length > INTPTR_MAX - 64 || capacity < length)
        return raise_no_memory();
    Raw *raw = TRY(raw_new(capacity + 1));
    if (copied)
        LONG_WORK(copied)
        {
            copy_seen(raw->data, data, (size_t)copied);
        }
    store_relaxed(&self->length, 0);
    store_relaxed(&self->start, 0);
    gc_store(self, &self->storage, (Value)raw);
    return true;
}

static bool check_exports_locked(ByteArray *self)
{
    if (load_relaxed(&self->exports) > 0) {
        raise(BufferError, "Existing exports of data: object cannot be re-sized");
        return false;
    }
    return true;
}

/* Changes the length; the bytes up to the smaller of both stay, others are undefined. */
static bool resize_locked(ByteArray *self, intptr_t length)
{
    if (length == self->length)
        return true;
    if (!check_exports_locked(self))
        return false;
    intptr_t capacity = self->storage ? ((Raw *)self->storage)->size - 1 - self->start : 0;
    if (length > capacity || length < capacity / 4) {
        intptr_t kept = length < self->length ? length : self->length;
        if (!set_storage(self, length, data_locked(self), kept))
            return false;
    }
    store_relaxed(&((Raw *)self->storage)->data[self->start + length], 0);
    store_release(&self->length, length);
    return true;
}

/* Replaces [start, end) by `size` bytes from outside of the storage. */
static bool splice_locked(ByteArray *self, intptr_t start, intptr_t end, const char *data,
                          intptr_t size)
{
    intptr_t old_length = self->length, tail = old_length - end, length;
    if (__builtin_add_overflow(old_length - (end - start), size, &length))
        return raise_no_memory();
    if (length != old_length && !check_exports_locked(self))
        return false;
    if (start == 0 && size == 0 && end > 0) {
        /* From the front only the window moves, so that a queue of bytes is linear. */
        store_relaxed(&self->length, length);
        store_release(&self->start, self->start + end);
        return resize_locked(self, length);
    }
    if (length > old_length && !resize_locked(self, length))
        return false;
    char *p = data_locked(self);
    LONG_WORK(size + tail)
    {
        if (length != old_length)
            copy_seen(p + start + size, p + end, (size_t)tail);
        if (size)
            copy_seen(p + start, data, (size_t)size);
    }
    return length >= old_length || resize_locked(self, length);
}

/* Does it lie within the bytearray's own bytes? */
static bool is_own(Value self, const char *data, intptr_t size)
{
    ByteView view = bytearray_view(self);
    return size && data < view.data + view.length && data + size > view.data;
}

bool bytearray_splice(Value v, intptr_t start, intptr_t end, const char *data, intptr_t size)
{
    ByteArray *self = as_bytearray(v);
    if (is_own(v, data, size)) {
        Value copy = TRY_OR(bytes_from(data, (size_t)size), false);
        data = ((Bytes *)copy)->data;
    }
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        if (end > self->length)
            end = self->length;
        if (start > end)
            start = end;
        return splice_locked(self, start, end, data, size);
    }
    UNREACHABLE();
}

bool bytearray_append(Value v, const char *data, intptr_t size)
{
    return bytearray_splice(v, INTPTR_MAX, INTPTR_MAX, data, size);
}

Value bytearray_new(intptr_t length)
{
    ByteArray *self = TRY(NEW(ByteArray, &bytearray_type));
    if (length < 0 || !set_storage(self, length, 0, 0))
        return error_pending() ? 0 : raise_no_memory();
    LONG_WORK(length)
    {
        memset(data_locked(self), 0, (size_t)length + 1);
    }
    self->length = length;
    return (Value)self;
}

Value bytearray_from(const char *data, size_t size)
{
    ByteArray *self = TRY(NEW(ByteArray, &bytearray_type));
    TRY(set_storage(self, (intptr_t)size, data, (intptr_t)size));
    data_locked(self)[size] = 0;
    self->length = (intptr_t)size;
    return (Value)self;
}

/* ---- Slots ------------------------------------------------------------------------------ */

static Value bytearray_repr(Value self)
{
    TEXT_OF(text, self);
    StrBuilder b;
    builder_start(&b);
    builder_add_cstring(&b, type_short_name(type_of(self)));
    builder_add_char(&b, '(');
    builder_add(&b, bytes_repr_of(text.data, text.length));
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

static Value bytearray_str(Value self)
{
    TRY(bytes_warn("str() on a bytearray instance"));
    return bytearray_repr(self);
}

static intptr_t bytearray_length(Value self)
{
    return load_relaxed(&as_bytearray(self)->length);
}

static Value repeat_locked(Value self, intptr_t count)
{
    ByteView view = bytearray_view(self);
    intptr_t total;
    if (__builtin_mul_overflow(view.length, count > 0 ? count : 0, &total))
        return raise_no_memory();
    Value result = TRY(bytearray_new(total));
    char *out = bytearray_view(result).data;
    LONG_WORK(total)
    {
        for (intptr_t i = 0; i < total; i += view.length)
            copy_seen(out + i, view.data, (size_t)view.length);
    }
    return result;
}

static Value bytearray_repeat(Value self, Value count_value)
{
    intptr_t count;
    TRY(index_as_intptr_or(count_value, &count, OverflowError));
    WITH_LOCK (self)
        return repeat_locked(self, count);
    UNREACHABLE();
}

static Value bytearray_irepeat(Value v, Value count_value)
{
    ByteArray *self = as_bytearray(v);
    intptr_t count = TRY_INDEX(count_value);
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        ByteView view = bytearray_view(TRY(repeat_locked(v, count)));
        return splice_locked(self, 0, self->length, view.data, view.length) ? v : 0;
    }
    UNREACHABLE();
}

static Value bytearray_iconcat(Value self, Value other)
{
    if (!has_buffer(other))
        return raise(TypeError, "can't concat %T to %T", other, self);
    TEXT_ARGUMENT(part);
    TRY(bytes_argument(other, &part));
    if (other == self && part.length == 0)
        return self;
    TRY(bytearray_append(self, part.data, part.length));
    return self;
}

static Value bytearray_slice(Value self, Value slice)
{
    intptr_t start, stop, step;
    TRY(slice_unpack(slice, &start, &stop, &step));
    WITH_LOCK (self) {
        ByteView view = bytearray_view(self);
        intptr_t count = slice_adjust(view.length, &start, &stop, step);
        if (step == 1)
            return bytearray_from(view.data + start, (size_t)count);
        Value result = TRY(bytearray_new(count));
        char *out = bytearray_view(result).data;
        LONG_WORK(count)
        {
            for (intptr_t i = 0; i < count; i++, start += step)
                out[i] = load_relaxed(&view.data[start]);
        }
        return result;
    }
    UNREACHABLE();
}

static Value bytearray_getitem(Value self, Value key)
{
    if (is_slice(key))
        return bytearray_slice(self, key);
    if (!is_int(key) && !has_index(key))
        return raise(TypeError, "bytearray indices must be integers or slices, not %T", key);
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    ByteView view = bytearray_view(self);
    if (!index_resolve(&i, view.length))
        return raise(IndexError, "bytearray index out of range");
    return int_small(load_relaxed((uint8_t *)&view.data[i])); /* others may write it now */
}

/* Deletes the items start, start + step, ... of a slice with step other than 1. */
static bool delete_stepped_locked(ByteArray *self, intptr_t start, intptr_t step, intptr_t count)
{
    if (!check_exports_locked(self))
        return false;
    if (count == 0)
        return true;
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    char *p = data_locked(self);
    intptr_t to = start, next = start;
    for (intptr_t i = start; i < self->length; i++) {
        if (i == next && count > 0) {
            next += step;
            count--;
        } else
            store_relaxed(&p[to++], load_relaxed(&p[i]));
    }
    return resize_locked(self, to);
}

/* The value assigned to a slice as bytes; 0 with an exception. */
static bool slice_value(Value self, Value value, TextArgument *out)
{
    if (value != self && !is_bytearray(value) && (is_str(value) || value_is_number(value))) {
        raise(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        return false;
    }
    if (value != self && has_buffer(value)) {
        TRY(bytes_argument(value, out));
        if (is_own(self, out->data, out->length)) /* a view of it */
            out->data = ((Bytes *)TRY(bytes_from_seen(out->data, (size_t)out->length)))->data;
        return true;
    }
    /* Its own bytes, or an iterable: a copy. */
    Value copy = TRY(bytes_from_arguments(value, 0, 0, "bytearray"));
    return bytes_argument(copy, out);
}

static bool assign_slice(Value v, Value slice, Value value)
{
    ByteArray *self = as_bytearray(v);
    TEXT_ARGUMENT(part);
    intptr_t start, stop, step;
    TRY(slice_unpack(slice, &start, &stop, &step));
    if (value && !slice_value(v, value, &part))
        return false;
    WITH_LOCK (self) {
        intptr_t count = slice_adjust(self->length, &start, &stop, step);
        if (step == 1)
            return splice_locked(self, start, start + count, part.data, part.length);
        if (!value)
            return delete_stepped_locked(self, start, step, count);
        if (part.length == 0)
            return delete_stepped_locked(self, start, step, count);
        if (part.length != count) {
            raise(ValueError, "attempt to assign bytes of size %zd to extended slice of size %zd",
                  part.length, count);
            return false;
        }
        for (intptr_t i = 0; i < count; i++)
            store_relaxed(&data_locked(self)[start + i * step], part.data[i]);
        return true;
    }
    UNREACHABLE();
}

static NOINLINE bool assign_item(Value v, Value key, Value value)
{
    ByteArray *self = as_bytearray(v);
    if (is_slice(key))
        return assign_slice(v, key, value);
    if (!is_int(key) && !has_index(key)) {
        raise(TypeError, "bytearray indices must be integers or slices, not %T", key);
        return false;
    }
    intptr_t i;
    int byte = 0;
    TRY(index_as_intptr_or(key, &i, IndexError));
    if (value && !byte_value(value, &byte))
        return false;
    WITH_LOCK (self) {
        if (!index_resolve(&i, self->length)) {
            raise(IndexError, "bytearray index out of range");
            return false;
        }
        if (!value)
            return splice_locked(self, i, i + 1, 0, 0);
        store_relaxed(&data_locked(self)[i], (char)byte);
        return true;
    }
    UNREACHABLE();
}

static bool is_plain_index(Value v)
{
    return is_int(v) || v == None;
}

/* Bytes of an exact buffer whose length can be had without running Python code; else -1. */
static intptr_t plain_length(Value value)
{
    if (is_bytes(value))
        return ((Bytes *)value)->length;
    if (is_bytearray(value))
        return load_relaxed(&as_bytearray(value)->length);
    Buffer buffer;
    if (!has_layout(value, LAYOUT_MEMORYVIEW))
        return -1;
    if (!buffer_get(value, &buffer, BUFFER_READ)) {
        error_clear();
        return -1;
    }
    intptr_t length = buffer.size;
    buffer_release(&buffer);
    return length;
}

/* May the assignment or (value: 0) deletion change the length? Runs no Python code. */
static NOINLINE bool may_change_length(Value v, Value key, Value value)
{
    if (!value || !is_slice(key))
        return !value;
    const Slice *slice = (Slice *)key;
    intptr_t start, stop, step, given = plain_length(value);
    if (!is_plain_index(slice->start) || !is_plain_index(slice->stop) ||
        !is_plain_index(slice->step) || slice->step == int_small(0) || given < 0 ||
        !slice_unpack(key, &start, &stop, &step))
        return true;
    intptr_t count = slice_adjust(load_relaxed(&as_bytearray(v)->length), &start, &stop, step);
    return step == 1 ? count != given : given == 0;
}

/* Has hardly a C frame of its own: old words in that could keep the views alive. */
static bool bytearray_setitem(Value v, Value key, Value value)
{
    if (unlikely(load_relaxed(&as_bytearray(v)->exports) > 0) && may_change_length(v, key, value))
        buffer_reclaim(&as_bytearray(v)->exports);
    return assign_item(v, key, value);
}

static int bytearray_contains(Value self, Value part)
{
    return text_contains(self, part);
}

static Value bytearray_iter(Value self)
{
    return text_iterator_new(&bytearray_iterator_type, self);
}

static Value bytearray_remainder(Value a, Value b)
{
    return is_bytearray(a) ? bytes_percent(a, b) : NotImplemented;
}

static bool bytearray_get_buffer(Value v, Buffer *buffer, int flags UNUSED)
{
    ByteArray *self = as_bytearray(v);
    WITH_LOCK (self) {
        fetch_add_relaxed(&self->exports, 1);
        buffer->data = data_locked(self);
        buffer->size = self->length;
        buffer->keep = self->storage;
    }
    return true;
}

static void bytearray_release_buffer(Value self, Buffer *buffer UNUSED)
{
    fetch_sub_acq_rel(&as_bytearray(self)->exports, 1);
}

/* ---- Methods ---------------------------------------------------------------------------- */

METHOD(bytearray_append_method, "append", "item, /", "Append a single item to the end.")
{
    int byte;
    TRY(byte_value(args[1], &byte));
    char c = (char)byte;
    TRY(bytearray_append(args[0], &c, 1));
    return None;
}

METHOD(bytearray_extend, "extend", "iterable_of_ints, /",
       "Append all the items from an iterable of integers or a buffer.")
{
    TEXT_ARGUMENT(part);
    Value source = args[1];
    if (is_str(source) && str_length(source))
        return raise(TypeError, "expected iterable of integers; got: '%T'", source);
    if (!has_buffer(source) || source == args[0]) {
        if (!has_buffer(source) && !type_of(source)->iter && !is_sequence(source))
            return raise(TypeError, "can't extend bytearray with %T", source);
        if (!has_buffer(source)) /* nothing is reserved, but its errors are errors */
            TRY_NOT_NEGATIVE(object_length_hint(source, 0), 0);
        source = has_buffer(source) ? bytes_from_object(source)
                                    : bytes_from_iterable(source, "byte must be in range(0, 256)");
        TRY(source);
    }
    TRY(bytes_argument(source, &part));
    TRY(bytearray_append(args[0], part.data, part.length));
    return None;
}

METHOD(bytearray_insert, "insert", "index, item, /", "Insert a single item before the index.")
{
    ByteArray *self = as_bytearray(args[0]);
    intptr_t i = TRY_INDEX(args[1]);
    int byte;
    TRY(byte_value(args[2], &byte));
    char c = (char)byte;
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        if (i < 0 && (i += self->length) < 0)
            i = 0;
        if (i > self->length)
            i = self->length;
        TRY(splice_locked(self, i, i, &c, 1));
    }
    return None;
}

METHOD(bytearray_pop, "pop", "index=-1, /", "Remove and return a single item at the index.")
{
    ByteArray *self = as_bytearray(args[0]);
    intptr_t i = TRY_INDEX(args[1]);
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        if (self->length == 0)
            return raise(IndexError, "pop from empty bytearray");
        if (!index_resolve(&i, self->length))
            return raise(IndexError, "pop index out of range");
        Value item = int_small((uint8_t)data_locked(self)[i]);
        TRY(splice_locked(self, i, i + 1, 0, 0));
        return item;
    }
    UNREACHABLE();
}

METHOD(bytearray_remove, "remove", "value, /", "Remove the first occurrence of a value.")
{
    ByteArray *self = as_bytearray(args[0]);
    int byte;
    TRY(byte_value(args[1], &byte));
    buffer_reclaim(&self->exports);
    WITH_LOCK (self) {
        const char *p = data_locked(self);
        const char *found = memchr(p, byte, (size_t)self->length);
        if (!found)
            return raise(ValueError, "value not found in bytearray");
        TRY(splice_locked(self, found - p, found - p + 1, 0, 0));
    }
    return None;
}

METHOD(bytearray_clear, "clear", "", "Remove all items.")
{
    TRY(bytearray_splice(args[0], 0, INTPTR_MAX, 0, 0));
    return None;
}

METHOD(bytearray_copy, "copy", "", "Return a copy.")
{
    WITH_LOCK (args[0]) {
        ByteView view = bytearray_view(args[0]);
        return bytearray_from(view.data, (size_t)view.length);
    }
    UNREACHABLE();
}

METHOD(bytearray_reverse, "reverse", "", "Reverse the order of the items in place.")
{
    ByteArray *self = as_bytearray(args[0]);
    WITH_LOCK (self) {
        char *p = data_locked(self);
        LONG_WORK(self->length)
        {
            for (intptr_t i = 0, k = self->length - 1; i < k; i++, k--) {
                char c = load_relaxed(&p[i]);
                store_relaxed(&p[i], load_relaxed(&p[k]));
                store_relaxed(&p[k], c);
            }
        }
    }
    return None;
}

METHOD(bytearray_alloc, "__alloc__", "", "Return the number of bytes actually allocated.")
{
    Raw *raw = (Raw *)load_acquire(&as_bytearray(args[0])->storage);
    return int_from(raw ? raw->size : 0);
}

METHOD(bytearray_sizeof, "__sizeof__", "", "Return the size of the object in memory, in bytes.")
{
    Raw *raw = (Raw *)load_acquire(&as_bytearray(args[0])->storage);
    return int_from((intptr_t)sizeof(ByteArray) + (raw ? raw->size : 0));
}

static Value reduce(Value self, int protocol)
{
    TEXT_OF(text, self);
    Value state = TRY(call_method0(self, names.__getstate__)), arguments;
    if (protocol < 3) {
        Value latin1 = TRY(str_from_latin1((const uint8_t *)text.data, text.length));
        arguments = tuple_of(latin1, TRY(str_from_cstring("latin-1")));
    } else
        arguments =
            text.length ? tuple_of(TRY(bytes_from(text.data, (size_t)text.length))) : tuple_empty();
    return tuple_of((Value)type_of(self), TRY(arguments), state);
}

METHOD(bytearray_reduce, "__reduce__", "", "Return state information for pickling.")
{
    return reduce(args[0], 2);
}

METHOD(bytearray_reduce_ex, "__reduce_ex__", "proto=0, /", "Return state information for pickling.")
{
    int protocol;
    TRY(index_as_int(args[1], &protocol));
    return reduce(args[0], protocol);
}

static MethodDef *const own_methods[] = {M(bytearray_append_method),
                                         M(bytearray_extend),
                                         M(bytearray_insert),
                                         M(bytearray_pop),
                                         M(bytearray_remove),
                                         M(bytearray_clear),
                                         M(bytearray_copy),
                                         M(bytearray_reverse),
                                         M(bytearray_alloc),
                                         M(bytearray_sizeof),
                                         M(bytearray_reduce),
                                         M(bytearray_reduce_ex),
                                         0};

/* ---- Construction and the type ---------------------------------------------------------- */

static Value bytearray_make(Type *type, Value *args UNUSED, size_t nargs UNUSED,
                            Value kwnames UNUSED)
{
    return object_alloc(type);
}

/* An iterable of ints: each is appended as it comes, for whoever looks on. */
static bool extend_by_items(Value self, Value iterable)
{
    ITERATE(item, iterable)
    {
        int byte;
        TRY(byte_value(item, &byte));
        char c = (char)byte;
        TRY(bytearray_append(self, &c, 1));
    }
    return ITERATED;
}

INIT_METHOD(bytearray_init, "source=?, encoding=?, errors=?")
{
    Value source = args[1];
    bool items = source && !args[2] && !args[3] && !is_str(source) && !has_index(source) &&
                 !has_buffer(source) && (type_of(source)->iter || is_sequence(source));
    Value bytes =
        items ? bytes_empty() : TRY(bytes_from_arguments(source, args[2], args[3], "bytearray"));
    TRY(bytearray_splice(args[0], 0, INTPTR_MAX, ((Bytes *)bytes)->data, ((Bytes *)bytes)->length));
    if (items)
        TRY(extend_by_items(args[0], source));
    else if (source)
        memoryview_used(source, type_of(args[0]));
    return None;
}

Type bytearray_type = {
    TYPE_HEAD("bytearray", ByteArray),
    .repr = bytearray_repr,
    .str = bytearray_str,
    .hash = hash_unhashable,
    .compare = bytes_compare_any,
    .iter = bytearray_iter,
    .make = bytearray_make,
    .remainder = bytearray_remainder,
    .length = bytearray_length,
    .getitem = bytearray_getitem,
    .setitem = bytearray_setitem,
    .contains = bytearray_contains,
    .concat = bytes_concat_any,
    .repeat = bytearray_repeat,
    .iconcat = bytearray_iconcat,
    .irepeat = bytearray_irepeat,
    .get_buffer = bytearray_get_buffer,
    .release_buffer = bytearray_release_buffer,
    .doc = "bytearray(iterable_of_ints) -> bytearray\n"
           "bytearray(string, encoding[, errors]) -> bytearray\n"
           "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
           "bytearray(int) -> bytes array of size given by the parameter initialized with null "
           "bytes\n"
           "bytearray() -> empty bytes array\n\n"
           "Construct a mutable bytearray object.",
    .init_def = M(bytearray_init),
    .trace = bytearray_trace,
    .layout = LAYOUT_BYTEARRAY,
    .flags = TYPE_BASE | TYPE_MATCH_SELF,
};

void bytearray_start(void)
{
    static MethodDef *methods[80];
    bytearray_type.methods = text_join_tables(
        methods, COUNT_OF(methods),
        (MethodDef *const *const[]){own_methods, bytes_shared_methods, bytes_case_methods,
                                    text_find_methods, text_match_methods, text_split_methods,
                                    bytes_edit_methods, 0});
    type_ready(&bytearray_type, SHAPE_BYTEARRAY);
}
