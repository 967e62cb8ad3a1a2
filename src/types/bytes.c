/* bytes: immutable; the hash is computed once, by any thread, always with the same result. */
#include "types/bytes.h"

#include "base/copy.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/memoryview.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/text.h"
#include "types/text_iterator.h"
#include "types/tuple.h"

/* ---- Preallocated: b'' and each single byte ---------------------------------------------- */

enum { SINGLE_STRIDE = (offsetof(Bytes, data) + 2 + 15) & ~(size_t)15 };

static char singles[257 * SINGLE_STRIDE] __attribute__((aligned(16)));

ALWAYS_INLINE Bytes *single_at(unsigned i)
{
    return (Bytes *)(void *)(singles + i * SINGLE_STRIDE);
}

Value bytes_empty(void)
{
    return (Value)single_at(256);
}

Value bytes_from_char(unsigned char c)
{
    return (Value)single_at(c);
}

static void make_singles(void)
{
    for (unsigned i = 0; i <= 256; i++) {
        Bytes *b = single_at(i);
        b->ob.shape = SHAPE_BYTES;
        b->ob.flags = FLAG_STATIC | FLAG_SHARED;
        b->length = i < 256;
        b->data[0] = i < 256 ? (char)i : 0;
    }
}

/* ---- Allocation ------------------------------------------------------------------------- */

Value bytes_new(intptr_t length)
{
    if (length == 0)
        return bytes_empty();
    if (length < 0 || (size_t)length > (size_t)PTRDIFF_MAX - sizeof(Bytes) - 1)
        return raise_no_memory();
    Bytes *b = TRY(alloc_leaf(SHAPE_BYTES, offsetof(Bytes, data) + (size_t)length + 1));
    b->length = length;
    b->hash = 0;
    b->data[length] = 0;
    return (Value)b;
}

Value bytes_from(const char *data, size_t size)
{
    if (size == 1)
        return bytes_from_char((unsigned char)*data);
    Value b = TRY(bytes_new((intptr_t)size));
    copy_long(((Bytes *)b)->data, data, size);
    return b;
}

Value bytes_from_seen(const char *data, size_t size)
{
    if (size == 1)
        return bytes_from_char((unsigned char)load_relaxed(data));
    Value b = TRY(bytes_new((intptr_t)size));
    LONG_WORK(size)
    {
        copy_seen(((Bytes *)b)->data, data, size);
    }
    return b;
}

/* From here on it is an object of its own pages, which grows and shrinks where it is. */
enum { LARGE_LENGTH = 32 * 1024 };

Value bytes_shrink(Value bytes, intptr_t length)
{
    Bytes *b = (Bytes *)bytes;
    if (length == b->length)
        return bytes;
    if (length <= 1 || length < b->length / 2)
        return bytes_from(b->data, (size_t)length);
    b->length = length;
    b->data[length] = 0;
    return bytes;
}

Value bytes_shrink_unseen(Value bytes, intptr_t length)
{
    Bytes *b = (Bytes *)bytes;
    if (length >= LARGE_LENGTH && length < b->length) {
        gc_trim(b, sizeof(Bytes) + (size_t)length + 1);
        b->length = length;
        b->data[length] = 0;
        return bytes;
    }
    Value result = TRY(bytes_shrink(bytes, length));
    if (result != bytes)
        gc_discard(b);
    return result;
}

static Value bytes_copy_as(Type *type, Value bytes)
{
    const Bytes *from = (Bytes *)bytes;
    Bytes *b = (Bytes *)TRY(object_alloc_items(type, (size_t)from->length + 1));
    b->length = from->length;
    b->hash = load_relaxed(&from->hash);
    memcpy(b->data, from->data, (size_t)from->length + 1);
    return (Value)b;
}

/* ---- BytesBuilder ----------------------------------------------------------------------- */

char *bytes_builder_room(BytesBuilder *b, intptr_t size)
{
    if (b->failed)
        return 0;
    if (!b->bytes || size > b->capacity - b->length) {
        intptr_t need;
        if (__builtin_add_overflow(b->length, size, &need) || need > INTPTR_MAX / 4) {
            b->failed = true;
            return (char *)raise_no_memory();
        }
        intptr_t capacity = need + need / 2 + 64;
        if (b->capacity >= LARGE_LENGTH &&
            gc_extend_leaf(b->bytes, sizeof(Bytes) + (size_t)capacity + 1)) {
            ((Bytes *)b->bytes)->length = b->capacity = capacity;
            return ((Bytes *)b->bytes)->data + b->length;
        }
        Value grown = bytes_new(capacity);
        if (!grown) {
            b->failed = true;
            return 0;
        }
        if (b->length)
            copy_long(((Bytes *)grown)->data, ((Bytes *)b->bytes)->data, (size_t)b->length);
        b->bytes = grown;
        b->capacity = capacity;
    }
    return ((Bytes *)b->bytes)->data + b->length;
}

bool bytes_builder_reserve(BytesBuilder *b, intptr_t size)
{
    b->bytes = bytes_new(size);
    b->capacity = size;
    b->failed = !b->bytes;
    return b->bytes;
}

void bytes_builder_add(BytesBuilder *b, const void *data, intptr_t size)
{
    char *room = bytes_builder_room(b, size);
    if (room) {
        copy_long(room, data, (size_t)size);
        b->length += size;
    }
}

Value bytes_builder_finish(BytesBuilder *b)
{
    if (b->failed)
        return 0;
    return b->bytes ? bytes_shrink_unseen(b->bytes, b->length) : bytes_empty();
}

/* ---- Slots ------------------------------------------------------------------------------ */

static Value bytes_slot_repr(Value self)
{
    return bytes_repr_of(((Bytes *)self)->data, ((Bytes *)self)->length);
}

static Value bytes_slot_str(Value self)
{
    TRY(bytes_warn("str() on a bytes instance"));
    return bytes_slot_repr(self);
}

static bool bytes_slot_hash(Value self, int64_t *hash)
{
    Bytes *b = (Bytes *)self;
    *hash = load_relaxed(&b->hash);
    if (!*hash) {
        LONG_WORK(b->length)
        {
            *hash = text_hash(b->data, (size_t)b->length);
        }
        store_relaxed(&b->hash, *hash);
    }
    return true;
}

static intptr_t bytes_slot_length(Value self)
{
    return ((Bytes *)self)->length;
}

static Value bytes_slot_repeat(Value self, Value count_value)
{
    const Bytes *b = (Bytes *)self;
    intptr_t count, total;
    TRY(index_as_intptr_or(count_value, &count, OverflowError));
    if (count <= 0 || b->length == 0)
        return bytes_empty();
    if (count == 1 && has_shape(self, SHAPE_BYTES))
        return self;
    if (__builtin_mul_overflow(b->length, count, &total))
        return raise(OverflowError, "repeated bytes are too long");
    Value result = TRY(bytes_new(total));
    char *data = ((Bytes *)result)->data;
    LONG_WORK(total)
    {
        if (b->length == 1)
            memset(data, b->data[0], (size_t)total);
        else
            for (intptr_t i = 0; i < total; i += b->length)
                memcpy(data + i, b->data, (size_t)b->length);
    }
    return result;
}

static Value bytes_slice(Value self, Value slice)
{
    const Bytes *b = (Bytes *)self;
    intptr_t start, stop, step, count;
    TRY(slice_indices(slice, b->length, &start, &stop, &step, &count));
    if (step == 1) {
        TEXT_OF(text, self);
        return text_part(&text, start, start + count);
    }
    Value result = TRY(bytes_new(count));
    LONG_WORK(count)
    {
        for (intptr_t i = 0; i < count; i++, start += step)
            ((Bytes *)result)->data[i] = b->data[start];
    }
    return result;
}

static Value bytes_slot_getitem(Value self, Value key)
{
    if (is_slice(key))
        return bytes_slice(self, key);
    if (!is_int(key) && !has_index(key))
        return raise(TypeError, "byte indices must be integers or slices, not %T", key);
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    if (!index_resolve(&i, ((Bytes *)self)->length))
        return raise(IndexError, "index out of range");
    return int_small((uint8_t)((Bytes *)self)->data[i]);
}

static int bytes_slot_contains(Value self, Value part)
{
    return text_contains(self, part);
}

static Value bytes_slot_iter(Value self)
{
    return text_iterator_new(&bytes_iterator_type, self);
}

static Value bytes_slot_remainder(Value a, Value b)
{
    return is_bytes(a) ? bytes_percent(a, b) : NotImplemented;
}

static bool bytes_get_buffer(Value self, Buffer *buffer, int flags)
{
    if (flags & BUFFER_WRITE) {
        raise(BufferError, "Object is not writable.");
        return false;
    }
    buffer->data = ((Bytes *)self)->data;
    buffer->size = ((Bytes *)self)->length;
    buffer->readonly = buffer->constant = true;
    return true;
}

/* ---- Construction and the type ---------------------------------------------------------- */

Value bytes_from_object(Value o)
{
    return bytes_from_arguments(o, 0, 0, "bytes");
}

NEW_METHOD(bytes_make, "source=?, encoding=?, errors=?")
{
    Type *type = (Type *)args[0];
    Value bytes = TRY(bytes_from_arguments(args[1], args[2], args[3], "bytes"));
    if (args[1])
        memoryview_used(args[1], type);
    return type == &bytes_type ? bytes : bytes_copy_as(type, bytes);
}

METHOD(bytes_bytes, "__bytes__", "", "Convert this value to exact type bytes.")
{
    TEXT_OF(text, args[0]);
    return text_whole(&text);
}

METHOD(bytes_getnewargs, "__getnewargs__", "", "")
{
    TEXT_OF(text, args[0]);
    return tuple_of(TRY(text_whole(&text)));
}

METHOD(bytes_sizeof, "__sizeof__", "", "Return the size of the object in memory, in bytes.")
{
    return int_from((intptr_t)offsetof(Bytes, data) + ((Bytes *)args[0])->length + 1);
}

static MethodDef *const own_methods[] = {M(bytes_bytes), M(bytes_getnewargs), M(bytes_sizeof), 0};

Type bytes_type = {
    TYPE_HEAD("bytes", Bytes),
    .item_size = 1,
    .repr = bytes_slot_repr,
    .str = bytes_slot_str,
    .hash = bytes_slot_hash,
    .compare = bytes_compare_any,
    .iter = bytes_slot_iter,
    .remainder = bytes_slot_remainder,
    .length = bytes_slot_length,
    .getitem = bytes_slot_getitem,
    .contains = bytes_slot_contains,
    .concat = bytes_concat_any,
    .repeat = bytes_slot_repeat,
    .get_buffer = bytes_get_buffer,
    .doc = "bytes(iterable_of_ints) -> bytes\n"
           "bytes(string, encoding[, errors]) -> bytes\n"
           "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
           "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n"
           "bytes() -> empty bytes object\n\n"
           "Construct an immutable array of bytes.",
    .new_def = M(bytes_make),
    .layout = LAYOUT_BYTES,
    .flags = TYPE_BASE | TYPE_LEAF | TYPE_MATCH_SELF,
};

void bytes_start(void)
{
    static MethodDef *methods[64];
    make_singles();
    bytes_type.methods = text_join_tables(
        methods, COUNT_OF(methods),
        (MethodDef *const *const[]){own_methods, bytes_shared_methods, bytes_case_methods,
                                    text_find_methods, text_match_methods, text_split_methods,
                                    bytes_edit_methods, 0});
    type_ready(&bytes_type, SHAPE_BYTES);
}
