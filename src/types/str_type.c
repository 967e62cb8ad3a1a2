/* The str type: slots, the methods that need no topic of their own, and the iterator. */
#include "types/str_type.h"

#include "base/copy.h"
#include "base/search.h"
#include "base/unicode.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/type_impl.h"
#include "core/slots.h"
#include "core/iterate.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/codec.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str_inline.h"
#include "types/text.h"
#include "types/text_iterator.h"
#include "types/tuple.h"

/* ---- Slots ------------------------------------------------------------------------------ */

static Value str_slot_str(Value self)
{
    return is_str_exact(self) ? self : str_substring(self, 0, str_length(self));
}

static bool str_slot_hash(Value self, int64_t *hash)
{
    *hash = str_hash(self);
    return true;
}

static Value str_slot_compare(Value a, Value b, CompareOp op)
{
    if (!is_str(a) || !is_str(b))
        return NotImplemented;
    if (op == CMP_EQ || op == CMP_NE)
        return bool_value(str_equal(a, b) == (op == CMP_EQ));
    int order = a == b ? 0 : str_compare(a, b);
    return bool_value(op == CMP_LT   ? order < 0
                      : op == CMP_LE ? order <= 0
                      : op == CMP_GT ? order > 0
                                     : order >= 0);
}

static intptr_t str_slot_length(Value self)
{
    return str_length(self);
}

static Value str_slot_concat(Value a, Value b)
{
    if (!is_str(b))
        return raise(TypeError, "can only concatenate str (not \"%T\") to str", b);
    return str_concat(a, b);
}

/* Doubles what is there already, so that long repetitions are few large copies. */
static void repeat_data(char *data, size_t unit, size_t total)
{
    for (size_t done = unit; done < total;) {
        size_t part = done < total - done ? done : total - done;
        memcpy(data + done, data, part);
        done += part;
    }
}

static Value str_slot_repeat(Value self, Value count_value)
{
    intptr_t count, length = str_length(self), total;
    TRY(index_as_intptr_or(count_value, &count, OverflowError));
    if (count <= 0 || length == 0)
        return str_empty();
    if (count == 1)
        return str_slot_str(self);
    if (__builtin_mul_overflow(length, count, &total))
        return raise(OverflowError, "repeated string is too long");
    Value s = TRY(str_new(total, str_widest(self)));
    size_t width = str_width(self);
    LONG_WORK((size_t)total * width)
    {
        memcpy(str_data(s), str_data(self), (size_t)length * width);
        repeat_data(str_data(s), (size_t)length * width, (size_t)total * width);
    }
    return s;
}

/* Every step-th byte. */
static void pick(char *out, const char *in, intptr_t step, intptr_t count)
{
    LONG_WORK(count)
    {
        for (intptr_t i = 0; i < count; i++, in += step)
            out[i] = *in;
    }
}

static Value str_slice(Value self, Value slice)
{
    intptr_t start, stop, step, count;
    TRY(slice_indices(slice, str_length(self), &start, &stop, &step, &count));
    if (step == 1)
        return str_substring(self, start, start + count);
    if (count == 0)
        return str_empty();
    Value s = TRY(str_new(count, str_widest(self)));
    if (str_width(s) == 1)
        pick(str_data(s), str_data(self) + start, step, count);
    else
        for (intptr_t i = 0; i < count; i++, start += step)
            char_put(str_data(s), str_width(s), (size_t)i, str_char(self, start));
    return str_canonical(s);
}

static Value str_slot_getitem(Value self, Value key)
{
    if (is_slice(key))
        return str_slice(self, key);
    if (!is_int(key) && !has_index(key))
        return raise(TypeError, "string indices must be integers, not '%T'", key);
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    if (!index_resolve(&i, str_length(self)))
        return raise(IndexError, "string index out of range");
    return str_from_char(str_char(self, i));
}

static int str_slot_contains(Value self, Value part)
{
    return text_contains(self, part);
}

static Value str_slot_iter(Value self)
{
    return text_iterator_new(((Str *)self)->ascii ? &str_ascii_iterator_type : &str_iterator_type,
                             self);
}

static Value str_slot_remainder(Value a, Value b)
{
    return is_str(a) ? str_percent(a, b) : NotImplemented;
}

/* ---- Construction ----------------------------------------------------------------------- */

static bool name_argument(Value v, const char *what, const char **out)
{
    *out = 0;
    if (!v)
        return true;
    if (!is_str(v)) {
        Value type = TRY(type_full_name(type_of(v)));
        raise(TypeError, "str() argument '%s' must be str, not %V", what, type);
        return false;
    }
    *out = str_cstring(v);
    return *out;
}

static Value str_from_arguments(Value object, Value encoding_value, Value errors_value)
{
    const char *encoding, *errors;
    TRY(name_argument(encoding_value, "encoding", &encoding));
    TRY(name_argument(errors_value, "errors", &errors));
    if (!object)
        return str_empty();
    if (!encoding && !errors)
        return object_str(object);
    if (is_str(object))
        return raise(TypeError, "decoding str is not supported");
    if (!has_buffer(object))
        return raise(TypeError, "decoding to str: need a bytes-like object, %T found", object);
    return codec_decode_object(object, encoding, errors);
}

NEW_METHOD(str_make, "object=?, encoding=?, errors=?")
{
    Type *type = (Type *)args[0];
    Value text = TRY(str_from_arguments(args[1], args[2], args[3]));
    return type == &str_type ? text : str_copy_as(type, text);
}

/* ---- Methods ---------------------------------------------------------------------------- */

METHOD(str_m_replace, "replace", "old, new, /, count=-1",
       "Return a copy with occurrences of old replaced by new, at most count (-1: all).")
{
    return text_replace(args[0], args[1], args[2], args[3]);
}

METHOD(str_m_strip, "strip", "chars=None, /",
       "Return a copy without leading and trailing white space, or characters of chars.")
{
    return text_strip(args[0], args[1], STRIP_LEFT | STRIP_RIGHT, "strip");
}

METHOD(str_m_lstrip, "lstrip", "chars=None, /",
       "Return a copy without leading white space, or characters of chars.")
{
    return text_strip(args[0], args[1], STRIP_LEFT, "lstrip");
}

METHOD(str_m_rstrip, "rstrip", "chars=None, /",
       "Return a copy without trailing white space, or characters of chars.")
{
    return text_strip(args[0], args[1], STRIP_RIGHT, "rstrip");
}

METHOD(str_m_join, "join", "iterable, /",
       "Concatenate any number of strings, with this one between each two of them.")
{
    return str_join(args[0], args[1]);
}

METHOD(str_m_encode, "encode", "encoding='utf-8', errors='strict'",
       "Encode the string with the codec registered for encoding.")
{
    const char *texts[2];
    for (int i = 0; i < 2; i++) {
        if (!is_str(args[i + 1]))
            return raise(TypeError, "encode() argument '%s' must be str, not %B",
                         i ? "errors" : "encoding", args[i + 1]);
        texts[i] = TRY(str_cstring(args[i + 1]));
    }
    return codec_encode_str(args[0], texts[0], texts[1]);
}

/* A new str, for a copy of an instance of a subclass. */
METHOD(str_m_getnewargs, "__getnewargs__", "", "")
{
    return tuple_of(
        TRY(str_from_chars(str_data(args[0]), str_length(args[0]), str_width(args[0]))));
}

METHOD(str_m_sizeof, "__sizeof__", "", "Return the size of the string in memory, in bytes.")
{
    return int_from((intptr_t)offsetof(Str, data) +
                    (str_length(args[0]) + 1) * (intptr_t)str_width(args[0]));
}

static MethodDef *const own_methods[] = {M(str_m_replace),    M(str_m_strip),  M(str_m_lstrip),
                                         M(str_m_rstrip),     M(str_m_join),   M(str_m_encode),
                                         M(str_m_getnewargs), M(str_m_sizeof), 0};

/* ---- join ------------------------------------------------------------------------------- */

/* What is joined, in an array that stays as it is. */
typedef struct Joined {
    const Value *items;
    intptr_t count;
} Joined;

/* A list that nobody else can change serves as it is: joining runs no Python code. */
static Value joined_items(Value iterable, Joined *joined)
{
    Value items = iterable;
    if (!is_tuple(iterable) && !(has_shape(iterable, SHAPE_LIST) && !is_shared(iterable)))
        items = is_list(iterable) ? TRY(tuple_from_iterable(iterable))
                                  : TRY(list_from_iterable(iterable));
    *joined = is_tuple(items) ? (Joined){((Tuple *)items)->items, tuple_length(items)}
                              : (Joined){((List *)items)->items->items, ((List *)items)->length};
    return items;
}

/* The total length and the widest character of items joined; false with an exception. */
static bool measure_items(const Joined *joined, Value separator, intptr_t *total, uint32_t *widest)
{
    intptr_t count = joined->count;
    *total = 0;
    *widest = count > 1 ? str_widest(separator) : 0x7f;
    if (count > 1 && __builtin_mul_overflow(str_length(separator), count - 1, total))
        goto overflow;
    for (intptr_t i = 0; i < count; i++) {
        Value item = joined->items[i];
        if (unlikely(!is_str(item))) {
            raise(TypeError, "sequence item %zd: expected str instance, %T found", i, item);
            return false;
        }
        if (!as_str(item)->ascii && str_widest(item) > *widest)
            *widest = str_widest(item);
        if (__builtin_add_overflow(*total, str_length(item), total))
            goto overflow;
    }
    return true;
overflow:
    raise(OverflowError, "join() result is too long for a Python string");
    return false;
}

/* Of items and separator of one byte a character. */
static void join_narrow(char *out, const Joined *joined, Value separator)
{
    size_t gap = (size_t)str_length(separator);
    for (intptr_t i = 0; i < joined->count; i++) {
        if (i) {
            copy_short(out, str_data(separator), gap);
            out += gap;
        }
        Value item = joined->items[i];
        size_t size = (size_t)str_length(item);
        copy_short(out, str_data(item), size);
        out += size;
    }
}

static void join_any(Value result, const Joined *joined, Value separator)
{
    unsigned width = str_width(result);
    intptr_t at = 0;
    for (intptr_t i = 0; i < joined->count; i++) {
        if (i && str_length(separator)) {
            chars_copy(str_data(result), width, at, str_data(separator), str_width(separator), 0,
                       str_length(separator));
            at += str_length(separator);
        }
        Value item = joined->items[i];
        chars_copy(str_data(result), width, at, str_data(item), str_width(item), 0,
                   str_length(item));
        at += str_length(item);
    }
}

static Value join(const Joined *joined, Value separator)
{
    intptr_t total;
    uint32_t widest;
    TRY(measure_items(joined, separator, &total, &widest));
    Value result = TRY(str_new(total, widest));
    LONG_WORK(total)
    {
        if (str_width(result) > 1)
            join_any(result, joined, separator);
        else
            join_narrow(str_data(result), joined, separator);
    }
    return total == 1 ? str_from_char(str_char(result, 0)) : result;
}

Value str_join_array(const Value *parts, intptr_t count)
{
    return join(&(Joined){parts, count}, str_empty());
}

Value str_join(Value separator, Value iterable)
{
    if (!is_tuple(iterable) && !type_of(iterable)->iter && !is_sequence(iterable))
        return raise(TypeError, "can only join an iterable");
    Joined joined;
    TRY(joined_items(iterable, &joined));
    if (joined.count == 0)
        return str_empty();
    if (joined.count == 1 && is_str_exact(joined.items[0]))
        return joined.items[0];
    return join(&joined, separator);
}

intptr_t str_find(Value s, Value part, intptr_t start, intptr_t end)
{
    if (end > str_length(s))
        end = str_length(s);
    if (start < 0)
        start = 0;
    unsigned width = str_width(s);
    if (str_width(part) > width || start > end)
        return -1;
    const void *data = str_chars_as(part, width);
    if (!data)
        return -1;
    intptr_t i = search_first(str_data(s) + start * (intptr_t)width, end - start, data,
                              str_length(part), width);
    return i < 0 ? -1 : i + start;
}

bool str_is_identifier(Value s)
{
    intptr_t length = str_length(s);
    for (intptr_t i = 0; i < length; i++) {
        uint32_t c = str_char(s, i);
        if (c != '_' && !unicode_is(c, i ? UC_XID_CONTINUE : UC_XID_START))
            return false;
    }
    return length > 0;
}

/* ---- The type --------------------------------------------------------------------------- */

/* str(...) itself counts positional arguments in words of its own. */
static Value str_make_checked(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (type == &str_type && nargs == 1 && !kwnames)
        return object_str(args[0]);
    if (type == &str_type && nargs > 3 && !kwnames)
        return raise(TypeError, "str expected at most 3 arguments, got %zu", nargs);
    return slot_builtin_make(type, args, nargs, kwnames);
}

Type str_type = {
    TYPE_HEAD("str", Str),
    .item_size = 1,
    .repr = str_repr,
    .str = str_slot_str,
    .hash = str_slot_hash,
    .compare = str_slot_compare,
    .iter = str_slot_iter,
    .remainder = str_slot_remainder,
    .length = str_slot_length,
    .getitem = str_slot_getitem,
    .contains = str_slot_contains,
    .concat = str_slot_concat,
    .repeat = str_slot_repeat,
    .doc = "str(object='') -> str\n"
           "str(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
           "Create a new string object from the given object.",
    .make = str_make_checked,
    .make_one = object_str,
    .new_def = M(str_make),
    .layout = LAYOUT_STR,
    .flags = TYPE_BASE | TYPE_LEAF | TYPE_MATCH_SELF,
};

void str_start(void)
{
    static MethodDef *methods[64];
    str_type.methods = text_join_tables(
        methods, COUNT_OF(methods),
        (MethodDef *const *const[]){own_methods, text_find_methods, text_match_methods,
                                    text_split_methods, str_edit_methods, str_case_methods,
                                    str_translate_methods, str_format_methods, 0});
    type_ready(&str_type, SHAPE_STR);
    text_iterator_start();
}
