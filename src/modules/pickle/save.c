/* From objects to instructions: the dispatch, and everything whose content is bytes. */
#include "modules/pickle/pickle.h"

#include <stdio.h>

#include "core/call.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str_inline.h"
#include "types/text.h"
#include "types/tuple.h"
#include "vm/frame.h"

/* ---- Numbers ---------------------------------------------------------------------------- */

/* An int of more than 31 bits and a sign. */
static bool save_long_binary(Pickler *p, Value v)
{
    size_t bits = int_bit_length(v), size = bits / 8 + 1;
    if (size > INT32_MAX)
        return raise(OverflowError, "int too large to pickle");
    unsigned char *out = (unsigned char *)TRY(pickle_room(p, (intptr_t)size + 5));
    unsigned char *digits = out + (size < 256 ? 2 : 5);
    int_to_bytes(v, digits, size, true, true);
    /* The most negative number of so many bytes needs no byte for its sign. */
    if (size > 1 && digits[size - 1] == 0xff && digits[size - 2] & 0x80) {
        size--;
        if (size == 255) {
            memmove(out + 2, digits, size);
            digits = out + 2;
        }
    }
    if (size < 256) {
        out[0] = PICKLE_LONG1;
        out[1] = (unsigned char)size;
    } else {
        out[0] = PICKLE_LONG4;
        pickle_put_u32((char *)out + 1, (uint32_t)size);
    }
    pickle_advance(p, digits - out + (intptr_t)size);
    return true;
}

static bool save_long_text(Pickler *p, Value v)
{
    Value text = TRY(int_to_str(int_exact(v), 10));
    return pickle_op(p, PICKLE_LONG) && pickle_write(p, str_data(text), str_length(text)) &&
           pickle_write(p, "L\n", 2);
}

bool pickle_save_int(Pickler *p, Value v)
{
    int64_t n;
    if (!int_to_i64(v, &n) || n != (int32_t)n)
        return p->proto >= 2 ? save_long_binary(p, v) : save_long_text(p, v);
    char *out = TRY(pickle_room(p, 32));
    if (!load_relaxed(&p->bin)) {
        pickle_advance(p, snprintf(out, 32, "%c%d\n", PICKLE_INT, (int)n));
        return true;
    }
    uint32_t u = (uint32_t)n;
    pickle_put_u32(out + 1, u);
    out[0] = u < 0x100 ? PICKLE_BININT1 : u < 0x10000 ? PICKLE_BININT2 : PICKLE_BININT;
    pickle_advance(p, u < 0x100 ? 2 : u < 0x10000 ? 3 : 5);
    return true;
}

bool pickle_save_float(Pickler *p, double d)
{
    if (load_relaxed(&p->bin)) {
        uint64_t bits;
        memcpy(&bits, &d, 8);
        bits = __builtin_bswap64(bits);
        char *out = TRY(pickle_room(p, 9));
        out[0] = PICKLE_BINFLOAT;
        memcpy(out + 1, &bits, 8);
        pickle_advance(p, 9);
        return true;
    }
    size_t length;
    const char *text = TRY(double_to_text(d, 'r', 0, DOUBLE_ADD_DOT_0, &length));
    return pickle_op(p, PICKLE_FLOAT) && pickle_write(p, text, (intptr_t)length) &&
           pickle_write(p, "\n", 1);
}

static bool save_bool(Pickler *p, bool b)
{
    if (p->proto >= 2)
        return pickle_op(p, b ? PICKLE_NEWTRUE : PICKLE_NEWFALSE);
    return pickle_write(p, b ? "I01\n" : "I00\n", 4);
}

/* ---- Text ------------------------------------------------------------------------------- */

/* One line: raw-unicode-escape, with all escaped that would not survive in it. */
static bool write_escaped(Pickler *p, Value s)
{
    for (intptr_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char(s, i);
        char *out = TRY(pickle_room(p, 16));
        if (c > 0xffff) {
            pickle_advance(p, snprintf(out, 16, "\\U%08x", c));
        } else if (c > 0xff || c == '\\' || c == 0 || c == '\n' || c == '\r' || c == 0x1a) {
            pickle_advance(p, snprintf(out, 16, "\\u%04x", c));
        } else {
            *out = (char)c;
            pickle_advance(p, 1);
        }
    }
    return true;
}

/* The opcode and size before `size` bytes: its length; 0 with OverflowError. */
static intptr_t sized_header(char *out, size_t size, int proto, int short_op, int op, int large_op)
{
    if (size < 256 && short_op) {
        out[0] = (char)short_op;
        out[1] = (char)size;
        return 2;
    }
    if (size <= UINT32_MAX) {
        out[0] = (char)op;
        pickle_put_u32(out + 1, (uint32_t)size);
        return 5;
    }
    if (proto < 4)
        return 0;
    out[0] = (char)large_op;
    memcpy(out + 1, &size, 8);
    return 9;
}

/* Other than ASCII, and so short that its size takes one byte. */
static bool save_short_str(Pickler *p, Value s)
{
    char *out = TRY(pickle_room(p, 2 + 255));
    size_t length = (size_t)str_length(s);
    size_t size = utf8_encode(str_data(s), length, str_width(s), (unsigned char *)out + 2);
    out[0] = (char)PICKLE_SHORT_BINUNICODE;
    out[1] = (char)size;
    pickle_advance(p, 2 + (intptr_t)size);
    return true;
}

static bool save_long_str(Pickler *p, Value s)
{
    char header[9];
    size_t size;
    const char *text = TRY(str_utf8_lossy(s, &size));
    int short_op = p->proto >= 4 ? PICKLE_SHORT_BINUNICODE : 0;
    intptr_t header_size =
        sized_header(header, size, p->proto, short_op, PICKLE_BINUNICODE, PICKLE_BINUNICODE8);
    if (!header_size)
        return raise(OverflowError,
                     "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
    return pickle_write_large(p, header, header_size, text, (intptr_t)size, 0);
}

bool pickle_save_str(Pickler *p, Value s)
{
    size_t size = (size_t)str_length(s);
    if (likely(((Str *)s)->ascii && size < 256 && p->proto >= 4)) {
        char *out = TRY(pickle_room(p, 2 + (intptr_t)size));
        out[0] = (char)PICKLE_SHORT_BINUNICODE;
        out[1] = (char)size;
        memcpy(out + 2, str_data(s), size);
        pickle_advance(p, 2 + (intptr_t)size);
    } else if (load_relaxed(&p->bin)) {
        bool is_short = size < 256 / 4 && p->proto >= 4; /* 4 bytes a character at most */
        TRY(is_short ? save_short_str(p, s) : save_long_str(p, s));
    } else {
        TRY(pickle_op(p, PICKLE_UNICODE) && write_escaped(p, s) && pickle_write(p, "\n", 1));
    }
    return pickle_put(p, s);
}

/* ---- Bytes ------------------------------------------------------------------------------ */

static bool write_bytes(Pickler *p, const char *data, intptr_t size, Value payload)
{
    char header[9];
    intptr_t header_size = sized_header(header, (size_t)size, p->proto, PICKLE_SHORT_BINBYTES,
                                        PICKLE_BINBYTES, PICKLE_BINBYTES8);
    if (!header_size)
        return raise(OverflowError, "serializing a bytes object larger than 4 GiB requires pickle "
                                    "protocol 4 or higher");
    return pickle_write_large(p, header, header_size, data, size, payload);
}

static bool write_bytearray(Pickler *p, const char *data, intptr_t size, Value payload)
{
    char header[9] = {(char)PICKLE_BYTEARRAY8};
    memcpy(header + 1, &size, 8);
    return pickle_write_large(p, header, 9, data, size, payload);
}

/* As the call function(*args), with which old protocols make do. */
static bool save_as_call(Pickler *p, Value function, Value args, Value object)
{
    return pickle_save_reduced(p, TRY(tuple_of(function, args)), object);
}

bool pickle_save_bytes(Pickler *p, Value v)
{
    const Bytes *bytes = (Bytes *)v;
    if (p->proto >= 3)
        return write_bytes(p, bytes->data, bytes->length, v) && pickle_put(p, v);
    if (!bytes->length)
        return save_as_call(p, (Value)&bytes_type, tuple_empty(), v);
    Value text = TRY(str_from_latin1((const uint8_t *)bytes->data, bytes->length));
    Value args = TRY(tuple_of(text, TRY(str_intern_cstring("latin1"))));
    return save_as_call(p, pickle_state.codecs_encode, args, v);
}

bool pickle_save_bytearray(Pickler *p, Value v)
{
    TEXT_OF(text, v);
    Value payload = is_shared(v) ? 0 : v; /* or it may change before it is written */
    if (p->proto >= 5)
        return write_bytearray(p, text.data, text.length, payload) && pickle_put(p, v);
    if (!text.length)
        return save_as_call(p, (Value)&bytearray_type, tuple_empty(), v);
    Value bytes = TRY(bytes_from(text.data, (size_t)text.length));
    return save_as_call(p, (Value)&bytearray_type, TRY(tuple_of(bytes)), v);
}

/* ---- PickleBuffer ----------------------------------------------------------------------- */

/* Is the data to be part of the pickle? 1, 0, -1. */
static int is_in_band(Pickler *p, Value v)
{
    if (!p->buffer_callback)
        return 1;
    Value answer = TRY_OR(call1(p->buffer_callback, v), -1);
    return object_truth(answer);
}

static bool save_view(Pickler *p, Value v, const Buffer *buffer)
{
    int in_band = TRY_NOT_NEGATIVE(is_in_band(p, v), false);
    if (!in_band)
        return pickle_op(p, PICKLE_NEXT_BUFFER) &&
               (!buffer->readonly || pickle_op(p, PICKLE_READONLY_BUFFER));
    if (buffer->readonly)
        return write_bytes(p, buffer->data, buffer->size, 0) && pickle_put(p, v);
    return write_bytearray(p, buffer->data, buffer->size, 0) && pickle_put(p, v);
}

bool pickle_save_buffer(Pickler *p, Value v)
{
    if (p->proto < 5)
        return raise(PicklingError, "PickleBuffer can only be pickled with protocol >= 5");
    Buffer buffer;
    TRY(pickle_buffer_view(v, &buffer));
    bool contiguous = pickle_buffer_is_contiguous(&buffer);
    bool saved = contiguous && save_view(p, v, &buffer);
    buffer_release(&buffer);
    return contiguous ? saved
                      : raise(PicklingError, "PickleBuffer can not be pickled when pointing to a "
                                             "non-contiguous buffer") != 0;
}

/* ---- The dispatch ----------------------------------------------------------------------- */

static bool save_persistent_text(Pickler *p, Value pid)
{
    Value text = TRY(object_str(pid));
    if (!((Str *)text)->ascii)
        return raise(PicklingError, "persistent IDs in protocol 0 must be ASCII strings");
    return pickle_op(p, PICKLE_PERSID) && pickle_write(p, str_data(text), str_length(text)) &&
           pickle_write(p, "\n", 1);
}

/* By the persistent id that `hook`, of the pickler's user, gives it, if any: then *saved. */
static bool save_by_id(Pickler *p, Value hook, Value object, bool *saved)
{
    Value pid = TRY(call1(hook, object));
    *saved = pid != None;
    if (!*saved)
        return true;
    if (!load_relaxed(&p->bin))
        return save_persistent_text(p, pid);
    return pickle_save_value(p, pid) && pickle_op(p, PICKLE_BINPERSID);
}

/* What is never in the memo: *saved if it was such. */
ALWAYS_INLINE bool save_atom(Pickler *p, Value object, bool *saved)
{
    *saved = true;
    if (is_int(object))
        return pickle_save_int(p, object);
    if (is_tagged_float(object))
        return pickle_save_float(p, float_decode(object));
    switch (shape_id(object)) {
    case SHAPE_NONE:
        return pickle_op(p, PICKLE_NONE);
    case SHAPE_BOOL:
        return save_bool(p, object == True);
    case SHAPE_INT:
        return pickle_save_int(p, object);
    case SHAPE_FLOAT:
        return pickle_save_float(p, float_value(object));
    }
    *saved = false;
    return true;
}

static bool save_object(Pickler *p, Value object)
{
    TRY(c_stack_check(" while pickling an object"));
    switch (shape_id(object)) {
    case SHAPE_DICT:
        return pickle_save_dict(p, object);
    case SHAPE_SET:
        return pickle_save_set(p, object);
    case SHAPE_FROZENSET:
        return pickle_save_frozenset(p, object);
    case SHAPE_LIST:
        return pickle_save_list(p, object);
    case SHAPE_TUPLE:
        return pickle_save_tuple(p, object);
    case SHAPE_BYTEARRAY:
        return pickle_save_bytearray(p, object);
    }
    if (type_of(object) == &pickle_buffer_type)
        return pickle_save_buffer(p, object);
    return pickle_save_other(p, object);
}

bool pickle_save_value(Pickler *p, Value object)
{
    bool saved;
    let_stop_now();
    if (unlikely(p->length >= p->boundary))
        TRY(pickle_boundary(p));
    TRY(save_atom(p, object, &saved));
    if (saved)
        return true;
    intptr_t number = pickle_memo_find(p, object);
    if (number >= 0)
        return pickle_get(p, number);
    uint32_t shape = shape_id(object);
    if (shape == SHAPE_STR)
        return pickle_save_str(p, object);
    return shape == SHAPE_BYTES ? pickle_save_bytes(p, object) : save_object(p, object);
}

bool pickle_save_slow(Pickler *p, Value object)
{
    Value hook = p->find_persistent; /* the file's write may be another dump, which clears it */
    if (unlikely(hook != 0)) {
        bool saved;
        if (p->length >= p->boundary)
            TRY(pickle_boundary(p));
        TRY(save_by_id(p, hook, object, &saved));
        if (saved)
            return true;
    }
    return pickle_save_value(p, object);
}
