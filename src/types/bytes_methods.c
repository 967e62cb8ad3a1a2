/* The methods of bytes and bytearray that are not those of str as well. */
#include "types/bytes_methods.h"

#include "base/copy.h"
#include "base/hex.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/list.h"
#include "types/memoryview.h"
#include "types/str.h"
#include "types/text.h"
#include "types/text_escape.h"
#include "types/tuple.h"

/* ---- Conversions ------------------------------------------------------------------------ */

static bool byte_value_or(Value v, int *out, const char *range)
{
    if (likely(is_int(v)) && (uintptr_t)int_value(v) < 256) {
        *out = (int)int_value(v);
        return true;
    }
    Value index = TRY_OR(number_index(v), false);
    int64_t n;
    if (!int_to_i64(index, &n) || n < 0 || n > 255) {
        raise(ValueError, "%s", range);
        return false;
    }
    *out = (int)n;
    return true;
}

bool byte_value(Value v, int *out)
{
    return byte_value_or(v, out, "byte must be in range(0, 256)");
}

Value bytes_from_iterable(Value iterable, const char *range)
{
    BytesBuilder b = {0};
    ITERATE(item, iterable)
    {
        int byte;
        TRY(byte_value_or(item, &byte, range));
        bytes_builder_add_char(&b, (char)byte);
    }
    if (!ITERATED)
        return 0;
    return bytes_builder_finish(&b);
}

static Value bytes_from_buffer(Value o)
{
    Buffer buffer;
    TRY(buffer_get(o, &buffer, BUFFER_STRIDED));
    intptr_t dims[2 * MEMORYVIEW_MAX_DIMENSIONS];
    Strided strided = strided_from_buffer(&buffer, dims);
    intptr_t size = strided.item_size;
    for (int i = 0; i < strided.ndim; i++)
        size *= strided.shape[i];
    Value result = bytes_new(size);
    if (result && size)
        strided_copy_out(&strided, ((Bytes *)result)->data, false);
    buffer_release(&buffer);
    return result;
}

/* bytes(string, encoding, errors) */
static Value bytes_from_text(Value source, Value encoding, Value errors, const char *what)
{
    if (encoding && !is_str(encoding))
        return raise(TypeError, "%s() argument 'encoding' must be str, not %B", what, encoding);
    const char *name = encoding ? TRY(str_cstring(encoding)) : 0;
    if (errors && !is_str(errors))
        return raise(TypeError, "%s() argument 'errors' must be str, not %B", what, errors);
    const char *handler = errors ? TRY(str_cstring(errors)) : 0;
    if (!source)
        return raise(TypeError, encoding ? "encoding without a string argument"
                                         : "errors without a string argument");
    if (!is_str(source))
        return raise(TypeError, encoding ? "encoding without a string argument"
                                         : "errors without a string argument");
    if (!encoding)
        return raise(TypeError, "string argument without an encoding");
    return codec_encode_str(source, name, handler);
}

Value bytes_from_arguments(Value source, Value encoding, Value errors, const char *what)
{
    bool is_bytes_type = !strcmp(what, "bytes");
    if (encoding || errors)
        return bytes_from_text(source, encoding, errors, what);
    if (!source)
        return bytes_empty();
    if (is_bytes_type) {
        Value result = call_special(names.__bytes__, (Value[]){source}, 1);
        if (result && !is_bytes(result))
            return raise(TypeError, "__bytes__ returned non-bytes (type %T)", result);
        if (result || error_pending())
            return result;
    }
    if (is_str(source))
        return raise(TypeError, "string argument without an encoding");
    if (has_index(source)) {
        intptr_t size;
        if (index_as_intptr_or(source, &size, OverflowError)) {
            if (size < 0)
                return raise(ValueError, "negative count");
            Value zeros = TRY(bytes_new(size));
            LONG_WORK(size)
            {
                memset(((Bytes *)zeros)->data, 0, (size_t)size);
            }
            return zeros;
        }
        if (!error_clear_if(TypeError))
            return 0;
    }
    if (is_bytearray(source)) {
        WITH_LOCK (source) {
            Text text = text_view(source);
            return bytes_from_seen(text.data, (size_t)text.length);
        }
    }
    if (has_buffer(source))
        return bytes_from_buffer(source);
    if (!type_of(source)->iter && !is_sequence(source))
        return raise(TypeError, "cannot convert '%T' object to %s", source, what);
    return bytes_from_iterable(source, is_bytes_type ? "bytes must be in range(0, 256)"
                                                     : "byte must be in range(0, 256)");
}

Value bytes_repr_of(const char *data, intptr_t length)
{
    StrBuilder b;
    builder_start(&b);
    char quote = 0;
    LONG_WORK(length)
    {
        quote = escape_quote(data, length, 1);
    }
    builder_add_char(&b, 'b');
    builder_add_char(&b, (unsigned char)quote);
    escape_bytes(&b, data, length, quote);
    builder_add_char(&b, (unsigned char)quote);
    return builder_finish(&b);
}

int bytes_warning_level;

bool bytes_warn(const char *message)
{
    return !bytes_warning_level || warn(BytesWarning, 1, "%s", message);
}

/* ---- Slots ------------------------------------------------------------------------------ */

Value bytes_concat_any(Value a, Value b)
{
    if (!has_buffer(a) || !has_buffer(b))
        return raise(TypeError, "can't concat %T to %T", b, a);
    TEXT_OF(x, a);
    TEXT_ARGUMENT(y);
    TRY(text_argument(&x, b, "", &y));
    if (x.layout == LAYOUT_BYTES && y.length == 0)
        return text_whole(&x);
    if (x.layout == LAYOUT_BYTES && x.length == 0 && has_shape(b, SHAPE_BYTES))
        return b;
    intptr_t total;
    if (__builtin_add_overflow(x.length, y.length, &total))
        return raise_no_memory();
    char *data;
    unsigned width;
    Value result = TRY(text_new(&x, total, 0xff, &data, &width));
    LONG_WORK(total)
    {
        memcpy(data, x.data, (size_t)x.length);
        memcpy(data + x.length, y.data, (size_t)y.length);
    }
    return result;
}

static Value compare_bytes(const Text *x, const TextArgument *y, CompareOp op)
{
    if ((op == CMP_EQ || op == CMP_NE) && x->length != y->length)
        return bool_value(op == CMP_NE);
    intptr_t common = x->length < y->length ? x->length : y->length;
    int order = 0;
    LONG_WORK(common)
    {
        order = x->data == y->data ? 0 : memcmp(x->data, y->data, (size_t)common);
    }
    if (order == 0)
        order = (x->length > y->length) - (x->length < y->length);
    return order_value(order, op);
}

Value bytes_compare_any(Value a, Value b, CompareOp op)
{
    bool comparable = is_bytearray(a) || is_bytearray(b) ? has_buffer(b) : is_bytes(b);
    if (!comparable || !(is_bytes(a) || is_bytearray(a))) {
        if (!is_str(b) && !is_int(b))
            return NotImplemented;
        if ((op == CMP_EQ || op == CMP_NE) &&
            !bytes_warn(is_str(b) ? "Comparison between bytes and string"
                                  : "Comparison between bytes and int"))
            return 0;
        return NotImplemented;
    }
    Text x = text_view(a);
    TEXT_ARGUMENT(y);
    if (!bytes_argument(b, &y)) {
        error_clear();
        return NotImplemented;
    }
    if (likely(!text_moves(&x)))
        return compare_bytes(&x, &y, op);
    WITH_LOCK (a) {
        x = text_view_locked(a);
        return compare_bytes(&x, &y, op);
    }
    UNREACHABLE();
}

/* ---- hex() and fromhex() ---------------------------------------------------------------- */

/* The separator of hex(), with a code of at most `most`. */
static bool hex_separator(Value v, uint32_t most, bool *given, char *c)
{
    *c = 0;
    *given = v != 0;
    if (!v)
        return true;
    intptr_t length = object_length(v);
    if (length < 0)
        return false;
    if (length != 1) {
        raise(ValueError, "sep must be length 1.");
        return false;
    }
    if (!is_str(v) && !is_bytes(v))
        return raise(TypeError, "sep must be str or bytes.");
    uint32_t code = is_str(v) ? str_char(v, 0) : (unsigned char)((Bytes *)v)->data[0];
    *c = (char)code;
    return code <= most || raise(ValueError, "sep must be ASCII.");
}

/* Groups of `group` bytes, counted from the right if positive, else from the left. */
static Value hex_text(const unsigned char *data, intptr_t length, Value separator,
                      Value group_value, bool as_bytes)
{
    char sep;
    bool separated;
    int group = 1;
    if (group_value)
        TRY(index_as_int(group_value, &group));
    TRY(hex_separator(separator, as_bytes ? 0xff : 0x7f, &separated, &sep));
    intptr_t size = group < 0 ? -(intptr_t)group : group;
    separated = separated && size > 0 && size < length;
    intptr_t separators = separated ? (length - 1) / size : 0, total;
    if (__builtin_mul_overflow(length, 2, &total) ||
        __builtin_add_overflow(total, separators, &total))
        return raise_no_memory();
    Value result = TRY(as_bytes ? bytes_new(total) : str_new(total, 0x7f));
    char *out = as_bytes ? ((Bytes *)result)->data : ((Str *)result)->data;
    intptr_t i = 0, end = !separated ? length : group > 0 && length % size ? length % size : size;
    LONG_WORK(length)
    {
        for (;; *out++ = sep, end = length - end < size ? length : end + size) {
            hex_encode(out, data + i, (size_t)(end - i));
            out += 2 * (end - i);
            if (end == length)
                return result;
            i = end;
        }
    }
    UNREACHABLE();
}

Value bytes_hex(const unsigned char *data, intptr_t length, Value separator, Value group)
{
    return hex_text(data, length, separator, group, false);
}

Value bytes_hexlify(const unsigned char *data, intptr_t length, Value separator, Value group)
{
    return hex_text(data, length, separator, group, true);
}

METHOD(bytes_m_hex, "hex", "sep=?, bytes_per_sep=1",
       "Create a string of two hexadecimal digits for each byte, with sep between groups.\n\n"
       "  >>> value = bytes.fromhex('102aff')\n"
       "  >>> value.hex()\n"
       "  '102aff'\n"
       "  >>> value.hex('-')\n"
       "  '10-2a-ff'\n"
       "  >>> value.hex('-', 2)\n"
       "  '10-2aff'\n"
       "  >>> value.hex('-', -2)\n"
       "  '102a-ff'")
{
    TEXT_OF(text, args[0]);
    return bytes_hex((const unsigned char *)text.data, text.length, args[1], args[2]);
}

static Value bytes_from_hex(Value s)
{
    if (!is_str(s))
        return raise(TypeError, "fromhex() argument must be str, not %B", s);
    intptr_t length = str_length(s);
    if (((Str *)s)->ascii && length > 2 && length % 2 == 0) {
        Value result = TRY(bytes_new(length / 2));
        LONG_WORK(length)
        {
            if (hex_decode(((Bytes *)result)->data, ((Str *)s)->data, (size_t)length / 2))
                return result;
        }
    }
    BytesBuilder b = {0};
    for (intptr_t i = 0; i < length;) {
        uint32_t c = str_char(s, i);
        if (c == ' ' || (c >= 9 && c <= 13)) {
            i++;
            continue;
        }
        int high = hex_digit(c),
            low = high >= 0 && i + 1 < length ? hex_digit(str_char(s, i + 1)) : -1;
        if (low < 0)
            return raise(ValueError,
                         "non-hexadecimal number found in fromhex() arg at position %zd",
                         high < 0 ? i : i + 1);
        bytes_builder_add_char(&b, (char)(high << 4 | low));
        i += 2;
    }
    return bytes_builder_finish(&b);
}

/* The class called with bytes, unless it is bytes itself. */
CLASS_METHOD(bytes_m_fromhex, "fromhex", "string, /",
             "Create from a string of hexadecimal digits, two a byte, spaces between them ignored.")
{
    Value bytes = TRY(bytes_from_hex(args[1]));
    if (args[0] == (Value)&bytes_type)
        return bytes;
    if (args[0] == (Value)&bytearray_type)
        return bytearray_from(((Bytes *)bytes)->data, (size_t)((Bytes *)bytes)->length);
    return call1(args[0], bytes);
}

/* ---- Other methods ---------------------------------------------------------------------- */

METHOD(bytes_m_decode, "decode", "encoding='utf-8', errors='strict'",
       "Decode with the codec registered for encoding.")
{
    const char *texts[2];
    for (int i = 0; i < 2; i++) {
        if (!is_str(args[i + 1]))
            return raise(TypeError, "decode() argument '%s' must be str, not %B",
                         i ? "errors" : "encoding", args[i + 1]);
        texts[i] = TRY(str_cstring(args[i + 1]));
    }
    return codec_decode_object(args[0], texts[0], texts[1]);
}

METHOD(bytes_m_replace, "replace", "old, new, count=-1, /",
       "Return a copy with occurrences of old replaced by new, at most count (-1: all).")
{
    return text_replace(args[0], args[1], args[2], args[3]);
}

METHOD(bytes_m_strip, "strip", "bytes=None, /",
       "Return a copy without leading and trailing ASCII white space, or bytes of the argument.")
{
    return text_strip(args[0], args[1], STRIP_LEFT | STRIP_RIGHT, "strip");
}

METHOD(bytes_m_lstrip, "lstrip", "bytes=None, /",
       "Return a copy without leading ASCII white space, or bytes of the argument.")
{
    return text_strip(args[0], args[1], STRIP_LEFT, "lstrip");
}

METHOD(bytes_m_rstrip, "rstrip", "bytes=None, /",
       "Return a copy without trailing ASCII white space, or bytes of the argument.")
{
    return text_strip(args[0], args[1], STRIP_RIGHT, "rstrip");
}

STATIC_METHOD(bytes_m_maketrans, "maketrans", "frm, to, /",
              "Return a table for translate() that maps each byte of frm to that of to.")
{
    TEXT_ARGUMENT(from);
    TEXT_ARGUMENT(to);
    TRY(bytes_argument(args[0], &from));
    TRY(bytes_argument(args[1], &to));
    if (from.length != to.length)
        return raise(ValueError, "maketrans arguments must have same length");
    Value table = TRY(bytes_new(256));
    for (int i = 0; i < 256; i++)
        ((Bytes *)table)->data[i] = (char)i;
    for (intptr_t i = 0; i < from.length; i++)
        ((Bytes *)table)->data[(unsigned char)from.data[i]] = to.data[i];
    return table;
}

METHOD(bytes_m_translate, "translate", "table, /, delete=?b''",
       "Return a copy with the bytes of delete left out, and the others mapped by table.")
{
    TEXT_OF(text, args[0]);
    TEXT_ARGUMENT(table);
    TEXT_ARGUMENT(deleted);
    if (args[1] != None) {
        TRY(text_argument(&text, args[1], "", &table));
        if (table.length != 256)
            return raise(ValueError, "translation table must be 256 characters long");
    }
    bool drop[256] = {false};
    if (args[2]) {
        TRY(text_argument(&text, args[2], "", &deleted));
        for (intptr_t i = 0; i < deleted.length; i++)
            drop[(unsigned char)deleted.data[i]] = true;
    }
    char *out;
    unsigned width;
    Value result = TRY(text_new(&text, text.length, 0xff, &out, &width));
    intptr_t count = 0;
    LONG_WORK(text.length)
    {
        for (intptr_t i = 0; i < text.length; i++) {
            unsigned char c = (unsigned char)text.data[i];
            if (!drop[c])
                out[count++] = table.data ? table.data[c] : (char)c;
        }
    }
    if (count == text.length)
        return result;
    return text.layout == LAYOUT_BYTES ? bytes_shrink(result, count)
                                       : bytearray_from(out, (size_t)count);
}

/* ---- join ------------------------------------------------------------------------------- */

static bool join_item(BytesBuilder *b, const Text *model, Value item, intptr_t i)
{
    TEXT_ARGUMENT(part);
    if (!has_buffer(item)) {
        raise(TypeError, "sequence item %zd: expected a bytes-like object, %T found", i, item);
        return false;
    }
    if (!text_argument(model, item, "", &part)) {
        if (error_clear_if(BufferError))
            raise(TypeError, "sequence item %zd: expected a bytes-like object, %T found", i, item);
        return false;
    }
    bytes_builder_add(b, part.data, part.length);
    return !b->failed;
}

static Value join(Value separator, Value iterable)
{
    TEXT_OF(self, separator);
    if (!type_of(iterable)->iter && !is_sequence(iterable))
        return raise(TypeError, "can only join an iterable");
    Value items = TRY(tuple_from_iterable(iterable));
    intptr_t count = tuple_length(items);
    if (count == 1 && self.layout == LAYOUT_BYTES && has_shape(tuple_get(items, 0), SHAPE_BYTES))
        return tuple_get(items, 0);
    BytesBuilder b = {0};
    for (intptr_t i = 0; i < count; i++) {
        if (i)
            bytes_builder_add(&b, self.data, self.length);
        TRY(join_item(&b, &self, tuple_get(items, i), i));
    }
    Value result = TRY(bytes_builder_finish(&b));
    if (self.layout == LAYOUT_BYTES)
        return result;
    return bytearray_from(((Bytes *)result)->data, (size_t)((Bytes *)result)->length);
}

/* Joins what is all bytes and stays as it is; 0 without an exception if it is something else. */
static Value join_bytes(Value separator, Value iterable)
{
    bool is_list = has_shape(iterable, SHAPE_LIST) && !is_shared(iterable);
    if (!has_shape(separator, SHAPE_BYTES) || !(is_list || is_tuple(iterable)))
        return 0;
    const Value *items = is_list ? ((List *)iterable)->items->items : ((Tuple *)iterable)->items;
    intptr_t count = is_list ? ((List *)iterable)->length : tuple_length(iterable);
    const Bytes *gap = (Bytes *)separator;
    intptr_t total = 0;
    for (intptr_t i = 0; i < count; i++)
        if (!has_shape(items[i], SHAPE_BYTES) ||
            __builtin_add_overflow(total, ((Bytes *)items[i])->length, &total) ||
            (i && __builtin_add_overflow(total, gap->length, &total)))
            return 0;
    if (count < 2 || total < 2) /* the result may be there already */
        return 0;
    Value result = TRY(bytes_new(total));
    char *out = ((Bytes *)result)->data;
    LONG_WORK(total)
    {
        for (intptr_t i = 0; i < count; i++) {
            const Bytes *item = (Bytes *)items[i];
            if (i) {
                copy_short(out, gap->data, (size_t)gap->length);
                out += gap->length;
            }
            copy_short(out, item->data, (size_t)item->length);
            out += item->length;
        }
    }
    return result;
}

/* The separator can't change its length meanwhile. */
Value bytes_join(Value separator, Value iterable)
{
    Value joined = join_bytes(separator, iterable);
    if (joined || unlikely(error_pending()))
        return joined;
    Buffer buffer;
    if (is_shared(separator)) /* it works on a copy */
        return join(separator, iterable);
    TRY(buffer_get(separator, &buffer, BUFFER_READ));
    Value result = join(separator, iterable);
    buffer_release(&buffer);
    return result;
}

METHOD(bytes_m_join, "join", "iterable_of_bytes, /",
       "Concatenate any number of bytes-like objects, with this one between each two of them.")
{
    return bytes_join(args[0], args[1]);
}

MethodDef *const bytes_shared_methods[] = {M(bytes_m_hex),
                                           M(bytes_m_fromhex),
                                           M(bytes_m_decode),
                                           M(bytes_m_replace),
                                           M(bytes_m_strip),
                                           M(bytes_m_lstrip),
                                           M(bytes_m_rstrip),
                                           M(bytes_m_maketrans),
                                           M(bytes_m_translate),
                                           M(bytes_m_join),
                                           0};
