/* json: from text to values. */
#include "modules/json/json.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_inline.h"
#include "types/tuple.h"

/* All immutable after init. */
typedef struct Scanner {
    Object ob;
    bool strict;
    Value object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
} Scanner;

static void scanner_trace(Object *self, Tracer *tracer)
{
    Scanner *s = (Scanner *)self;
    gc_visit(tracer, s->object_hook);
    gc_visit(tracer, s->object_pairs_hook);
    gc_visit(tracer, s->parse_float);
    gc_visit(tracer, s->parse_int);
    gc_visit(tracer, s->parse_constant);
}

/* A text being read. */
typedef struct Reader {
    Scanner *scanner;
    Value text, memo; /* memo: dict of the keys so far, so that equal ones are one str */
    const char *data;
    unsigned width;
    intptr_t length;
} Reader;

static Value decode_error(const char *message, Value text, intptr_t at)
{
    Value class = TRY(import_attribute("json.decoder", "JSONDecodeError"));
    Value text_message = TRY(str_from_cstring(message));
    return raise_object(TRY(call3(class, text_message, text, int_from(at))));
}

ALWAYS_INLINE uint32_t at(const Reader *r, intptr_t i)
{
    return char_at(r->data, r->width, (size_t)i);
}

/* The character at i, or 0 at the end. */
ALWAYS_INLINE uint32_t peek(const Reader *r, intptr_t i)
{
    return i < r->length ? at(r, i) : 0;
}

ALWAYS_INLINE intptr_t skip_space(const Reader *r, intptr_t i)
{
    while (i < r->length) {
        uint32_t c = at(r, i);
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
            break;
        i++;
    }
    return i;
}

/* ---- Strings ---------------------------------------------------------------------------- */

/* Is one of 8 bytes a quote, a backslash, below 32 or no ASCII? The high bit of a byte says so. */
ALWAYS_INLINE bool has_end(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return (word | (word - ones * 32) | (quote - ones) | (backslash - ones)) & high;
}

/* The first quote, backslash or (if strict) control character from i. */
ALWAYS_INLINE intptr_t plain_end(const Reader *r, intptr_t i, bool strict, unsigned width)
{
    if (width == 1)
        for (uint64_t word; r->length - i >= 8; i += 8) {
            memcpy(&word, r->data + i, 8);
            if (has_end(word))
                break;
        }
    for (; i < r->length; i++) {
        uint32_t c = char_at(r->data, width, (size_t)i);
        if (c == '"' || c == '\\' || (c < 32 && strict))
            break;
    }
    return i;
}

static int hex_digit(uint32_t c)
{
    unsigned digit = c - '0', letter = (c | 32) - 'a';
    return digit < 10 ? (int)digit : letter < 6 ? (int)letter + 10 : -1;
}

/* Four hexadecimal digits at i, with more text behind them; -1 if they are not there. */
static int32_t read_hex4(const Reader *r, intptr_t i)
{
    int32_t c = 0;
    if (i + 4 >= r->length)
        return -1;
    for (int k = 0; k < 4; k++) {
        int digit = hex_digit(at(r, i + k));
        if (digit < 0)
            return -1;
        c = c << 4 | digit;
    }
    return c;
}

/* The escape whose backslash is at i: the character, and in *end the index behind it. */
static bool read_escape(const Reader *r, intptr_t i, intptr_t begin, uint32_t *c, intptr_t *end)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (i + 1 >= r->length) {
        decode_error("Unterminated string starting at", r->text, begin);
        return false;
    }
    uint32_t letter = at(r, i + 1);
    if (letter != 'u') {
        const char *p = letter && letter < 128 ? strchr(names, (int)letter) : 0;
        if (!p) {
            decode_error("Invalid \\escape", r->text, i);
            return false;
        }
        *c = (unsigned char)values[p - names];
        *end = i + 2;
        return true;
    }
    int32_t high = read_hex4(r, i + 2);
    if (high < 0) {
        decode_error("Invalid \\uXXXX escape", r->text, i + 1);
        return false;
    }
    *c = (uint32_t)high;
    *end = i + 6;
    if (high >= 0xd800 && high <= 0xdbff && peek(r, i + 6) == '\\' && peek(r, i + 7) == 'u') {
        int32_t low = read_hex4(r, i + 8);
        if (low >= 0xdc00 && low <= 0xdfff) {
            *c = 0x10000 + (((uint32_t)high & 0x3ff) << 10) + ((uint32_t)low & 0x3ff);
            *end = i + 12;
        }
    }
    return true;
}

static Value read_string(const Reader *r, intptr_t i, bool strict, intptr_t *end)
{
    intptr_t begin = i - 1;
    StrBuilder b;
    bool started = false;
    for (;;) {
        intptr_t stop = r->width == 1   ? plain_end(r, i, strict, 1)
                        : r->width == 2 ? plain_end(r, i, strict, 2)
                                        : plain_end(r, i, strict, 4);
        if (stop >= r->length)
            return decode_error("Unterminated string starting at", r->text, begin);
        uint32_t c = at(r, stop);
        if (c == '"' && !started) {
            *end = stop + 1;
            return str_substring(r->text, i, stop);
        }
        if (!started)
            builder_start(&b);
        started = true;
        builder_add_part(&b, r->text, i, stop);
        if (c == '"') {
            *end = stop + 1;
            return builder_finish(&b);
        }
        if (c != '\\')
            return decode_error("Invalid control character at", r->text, stop);
        TRY(read_escape(r, stop, begin, &c, &i));
        builder_add_char(&b, c);
    }
}

static Reader reader_of(Value text)
{
    return (Reader){
        .text = text, .data = str_data(text), .width = str_width(text), .length = str_length(text)};
}

Value json_scan_string(Value s, intptr_t start, bool strict, intptr_t *end)
{
    Reader r = reader_of(s);
    return read_string(&r, start, strict, end);
}

FUNCTION(json_scanstring, "scanstring", "$string, end, strict=True, /",
         "scanstring(string, end, strict=True) -> (string, end)\n\n"
         "Scan the string s for a JSON string. End is the index of the character in s after the "
         "quote that started it.\nReturns a tuple of the decoded string and the index of the "
         "character in s after the end quote.")
{
    intptr_t start = TRY_INDEX(args[1]), end;
    int strict = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    if (!is_str(args[0]))
        return raise(TypeError, "first argument must be a string, not %T", args[0]);
    if (start < 0 || start > str_length(args[0]))
        return raise(ValueError, "end is out of bounds");
    Value text = TRY(json_scan_string(args[0], start, strict, &end));
    return tuple_of(text, int_from(end));
}

MethodDef *const json_scan_functions[] = {M(json_scanstring), 0};

/* ---- Numbers and words ------------------------------------------------------------------ */

static bool is_digit_at(const Reader *r, intptr_t i)
{
    return i < r->length && at(r, i) - '0' < 10;
}

/* The end of a number that begins at i, or i if none does; *is_float tells its sort. */
static intptr_t number_end(const Reader *r, intptr_t i, bool *is_float)
{
    intptr_t start = i;
    *is_float = false;
    i += peek(r, i) == '-';
    if (!is_digit_at(r, i))
        return start;
    if (at(r, i) == '0')
        i++;
    else
        while (is_digit_at(r, i))
            i++;
    if (peek(r, i) == '.' && is_digit_at(r, i + 1)) {
        *is_float = true;
        for (i++; is_digit_at(r, i);)
            i++;
    }
    uint32_t c = peek(r, i);
    if (c == 'e' || c == 'E') {
        intptr_t digits = i + 1;
        c = peek(r, digits);
        digits += c == '-' || c == '+';
        if (is_digit_at(r, digits)) {
            *is_float = true;
            for (i = digits; is_digit_at(r, i);)
                i++;
        }
    }
    return i;
}

static Value small_int(const Reader *r, intptr_t start, intptr_t end)
{
    bool negative = at(r, start) == '-';
    intptr_t n = 0;
    for (intptr_t i = start + negative; i < end; i++)
        n = n * 10 + (intptr_t)(at(r, i) - '0');
    return int_small(negative ? -n : n);
}

static Value read_number(const Reader *r, intptr_t start, intptr_t end, bool is_float)
{
    const Scanner *s = r->scanner;
    bool standard =
        is_float ? s->parse_float == (Value)&float_type : s->parse_int == (Value)&int_type;
    if (standard && !is_float && end - start <= 17)
        return small_int(r, start, end);
    double d;
    if (standard && is_float && r->width == 1) {
        if (!double_from_text(r->data + start, (size_t)(end - start), &d))
            UNREACHABLE();
        return float_from(d);
    }
    Value text = TRY(str_substring(r->text, start, end));
    if (!standard)
        return call1(is_float ? s->parse_float : s->parse_int, text);
    if (!is_float)
        return int_from_text(str_data(text), (size_t)str_length(text), 10, text);
    if (!double_from_text(str_data(text), (size_t)str_length(text), &d))
        UNREACHABLE();
    return float_from(d);
}

static bool has_word(const Reader *r, intptr_t i, const char *word)
{
    for (; *word; word++, i++)
        if (peek(r, i) != (unsigned char)*word)
            return false;
    return true;
}

static Value read_constant(const Reader *r, intptr_t i, intptr_t *end)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (has_word(r, i, words[k])) {
            *end = i + (intptr_t)strlen(words[k]);
            return call1(r->scanner->parse_constant, TRY(str_from_cstring(words[k])));
        }
    return raise_stop_iteration(int_from(i));
}

/* ---- Values ----------------------------------------------------------------------------- */

static Value read_value(Reader *r, intptr_t i, intptr_t *end);

/* The items of an array so far: those of the last few on the stack. */
typedef struct Items {
    Value list; /* 0 until the buffer was full once */
    intptr_t count;
    Value buffer[16];
} Items;

static bool flush_items(Items *items)
{
    if (!items->list)
        items->list = list_from_values(items->buffer, items->count);
    else {
        List *list = (List *)items->list; /* nobody else knows it: no lock */
        TRY(list_splice_locked(list, list->length, 0, items->buffer, items->count));
    }
    items->count = 0;
    return items->list;
}

static Value read_array(Reader *r, intptr_t i, intptr_t *end)
{
    Items items;
    items.list = 0;
    items.count = 0;
    i = skip_space(r, i);
    if (peek(r, i) == ']') {
        *end = i + 1;
        return list_new(0);
    }
    for (;;) {
        if (items.count == COUNT_OF(items.buffer))
            TRY(flush_items(&items));
        Value item = TRY(read_value(r, i, &i));
        items.buffer[items.count++] = item;
        i = skip_space(r, i);
        uint32_t c = peek(r, i);
        if (c == ']' && i < r->length)
            break;
        if (c != ',')
            return decode_error("Expecting ',' delimiter", r->text, i);
        intptr_t comma = i;
        i = skip_space(r, i + 1);
        if (peek(r, i) == ']')
            return decode_error("Illegal trailing comma before end of array", r->text, comma);
    }
    *end = i + 1;
    TRY(flush_items(&items));
    return items.list;
}

/* One key: value of an object, from the key's quote. */
static bool read_member(Reader *r, intptr_t i, intptr_t *end, Value dict, Value pairs)
{
    Value key = TRY_OR(read_string(r, i + 1, r->scanner->strict, &i), false);
    key = TRY_OR(dict_set_default(r->memo, key, key), false);
    i = skip_space(r, i);
    if (peek(r, i) != ':') {
        decode_error("Expecting ':' delimiter", r->text, i);
        return false;
    }
    i = skip_space(r, i + 1);
    Value value = TRY_OR(read_value(r, i, end), false);
    if (pairs)
        return list_append(pairs, TRY_OR(tuple_of(key, value), false));
    return dict_set(dict, key, value);
}

static Value apply_hooks(const Reader *r, Value dict, Value pairs)
{
    if (pairs)
        return call1(r->scanner->object_pairs_hook, pairs);
    return r->scanner->object_hook == None ? dict : call1(r->scanner->object_hook, dict);
}

static Value read_object(Reader *r, intptr_t i, intptr_t *end)
{
    Value dict = 0, pairs = 0;
    if (r->scanner->object_pairs_hook == None)
        dict = TRY(dict_new());
    else
        pairs = TRY(list_new(0));
    i = skip_space(r, i);
    if (peek(r, i) == '}') {
        *end = i + 1;
        return apply_hooks(r, dict, pairs);
    }
    for (intptr_t comma = -1;;) {
        uint32_t c = peek(r, i);
        if (c == '}' && comma >= 0)
            return decode_error("Illegal trailing comma before end of object", r->text, comma);
        if (c != '"')
            return decode_error("Expecting property name enclosed in double quotes", r->text, i);
        TRY(read_member(r, i, &i, dict, pairs));
        i = skip_space(r, i);
        c = peek(r, i);
        if (c == '}')
            break;
        if (c != ',')
            return decode_error("Expecting ',' delimiter", r->text, i);
        comma = i;
        i = skip_space(r, i + 1);
    }
    *end = i + 1;
    return apply_hooks(r, dict, pairs);
}

static Value read_value(Reader *r, intptr_t i, intptr_t *end)
{
    if (i >= r->length)
        return raise_stop_iteration(int_from(i));
    switch (at(r, i)) {
    case '"':
        return read_string(r, i + 1, r->scanner->strict, end);
    case '{':
        if (!c_stack_check(" while decoding a JSON object from a unicode string"))
            return 0;
        return read_object(r, i + 1, end);
    case '[':
        if (!c_stack_check(" while decoding a JSON array from a unicode string"))
            return 0;
        return read_array(r, i + 1, end);
    case 'n':
        *end = i + 4;
        return has_word(r, i, "null") ? None : raise_stop_iteration(int_from(i));
    case 't':
        *end = i + 4;
        return has_word(r, i, "true") ? True : raise_stop_iteration(int_from(i));
    case 'f':
        *end = i + 5;
        return has_word(r, i, "false") ? False : raise_stop_iteration(int_from(i));
    }
    bool is_float;
    *end = number_end(r, i, &is_float);
    return *end > i ? read_number(r, i, *end, is_float) : read_constant(r, i, end);
}

/* ---- The type --------------------------------------------------------------------------- */

METHOD(scanner_call_method, "__call__", "string, idx", "Call self as a function.")
{
    Value text = args[1];
    if (!is_str(text))
        return raise(TypeError, "first argument must be a string, not %T", text);
    intptr_t start = TRY_INDEX(args[2]), end;
    if (start < 0)
        return raise(ValueError, "idx cannot be negative");
    Reader r = reader_of(text);
    r.scanner = (Scanner *)args[0];
    r.memo = TRY(dict_new());
    Value value = TRY(read_value(&r, start, &end));
    return tuple_of(value, int_from(end));
}

static Value scanner_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    return builtin_call(M(scanner_call_method), callee, args, nargs, kwnames);
}

NEW_METHOD(scanner_make, "context")
{
    Scanner *s = TRY(NEW(Scanner, (Type *)args[0]));
    Value strict = TRY(get_attr_string(args[1], "strict"));
    s->strict = TRY_NOT_NEGATIVE(object_truth(strict), 0);
    gc_store(s, &s->object_hook, TRY(get_attr_string(args[1], "object_hook")));
    gc_store(s, &s->object_pairs_hook, TRY(get_attr_string(args[1], "object_pairs_hook")));
    gc_store(s, &s->parse_float, TRY(get_attr_string(args[1], "parse_float")));
    gc_store(s, &s->parse_int, TRY(get_attr_string(args[1], "parse_int")));
    gc_store(s, &s->parse_constant, TRY(get_attr_string(args[1], "parse_constant")));
    return (Value)s;
}

static const MemberDef scanner_members[] = {
    {"strict", MEMBER_BOOL8, offsetof(Scanner, strict), true, "strict"},
    {"object_hook", MEMBER_VALUE, offsetof(Scanner, object_hook), true, "object_hook"},
    {"object_pairs_hook", MEMBER_VALUE, offsetof(Scanner, object_pairs_hook), true, 0},
    {"parse_float", MEMBER_VALUE, offsetof(Scanner, parse_float), true, "parse_float"},
    {"parse_int", MEMBER_VALUE, offsetof(Scanner, parse_int), true, "parse_int"},
    {"parse_constant", MEMBER_VALUE, offsetof(Scanner, parse_constant), true, "parse_constant"},
    {0},
};

Type json_scanner_type = {
    TYPE_HEAD("_json.Scanner", Scanner),
    .call = scanner_call,
    .doc = "JSON scanner object",
    .new_def = M(scanner_make),
    .members = scanner_members,
    .trace = scanner_trace,
    .flags = TYPE_BASE,
};
