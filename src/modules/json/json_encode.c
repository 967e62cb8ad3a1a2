/* json: from values to text. */
#include "modules/json/json.h"

#include <math.h>
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_inline.h"
#include "types/tuple.h"

/* ---- Strings ---------------------------------------------------------------------------- */

static char short_escape(uint32_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void add_unit(StrBuilder *b, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char text[6] = {'\\',
                    'u',
                    digits[unit >> 12 & 15],
                    digits[unit >> 8 & 15],
                    digits[unit >> 4 & 15],
                    digits[unit & 15]};
    builder_add_ascii(b, text, 6);
}

static void add_escaped(StrBuilder *b, uint32_t c)
{
    char letter = short_escape(c);
    if (letter)
        builder_add_ascii(b, (char[]){'\\', letter}, 2);
    else if (c < 0x10000)
        add_unit(b, c);
    else {
        add_unit(b, 0xd800 + ((c - 0x10000) >> 10));
        add_unit(b, 0xdc00 + (c & 0x3ff));
    }
}

/* Everything that may stand in quotes as it is. */
ALWAYS_INLINE bool is_plain(uint32_t c, bool ascii_only)
{
    return c >= 32 && c != '"' && c != '\\' && (!ascii_only || c < 127);
}

/* Has one of 8 bytes, ASCII all of them, to be escaped? The high bit of a byte of each term says
 * so: below 32; a quote; a backslash; DEL, which only ASCII escapes. */
ALWAYS_INLINE bool has_escape(uint64_t word, bool ascii_only)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    uint64_t found = (word - ones * 32) | (quote - ones) | (backslash - ones);
    if (ascii_only)
        found |= word + ones;
    return found & high;
}

ALWAYS_INLINE intptr_t plain_end(Value s, intptr_t i, unsigned width, bool ascii_only)
{
    const char *data = str_data(s);
    intptr_t length = str_length(s);
    if (width == 1 && as_str(s)->ascii)
        for (uint64_t word; length - i >= 8; i += 8) {
            memcpy(&word, data + i, 8);
            if (has_escape(word, ascii_only))
                break;
        }
    while (i < length && is_plain(char_at(data, width, (size_t)i), ascii_only))
        i++;
    return i;
}

/* What begins with a character to be escaped, or is empty, then the quote. */
static void add_rest(StrBuilder *b, Value s, intptr_t i, bool ascii_only)
{
    intptr_t length = str_length(s);
    unsigned width = str_width(s);
    while (i < length) {
        add_escaped(b, str_char(s, i++));
        intptr_t end = width == 1   ? plain_end(s, i, 1, ascii_only)
                       : width == 2 ? plain_end(s, i, 2, ascii_only)
                                    : plain_end(s, i, 4, ascii_only);
        builder_add_part(b, s, i, end);
        i = end;
    }
    builder_put_ascii(b, "\"", 1);
}

/* The plain ASCII that most strings consist of is copied with its quotes. */
void json_add_string(StrBuilder *b, Value s, bool ascii_only)
{
    intptr_t length = str_length(s), plain = 0;
    if (as_str(s)->ascii && b->kind == 1) {
        plain = plain_end(s, 0, 1, ascii_only);
        if (!builder_reserve(b, plain + 2, 0x7f))
            return;
        char *out = b->data + b->length;
        *out = '"';
        memcpy(out + 1, str_data(s), (size_t)plain);
        out[plain + 1] = '"';
        b->length += plain + 1;
        if (plain == length) {
            b->length++;
            return;
        }
    } else {
        builder_put_ascii(b, "\"", 1);
        plain = str_width(s) == 1   ? plain_end(s, 0, 1, ascii_only)
                : str_width(s) == 2 ? plain_end(s, 0, 2, ascii_only)
                                    : plain_end(s, 0, 4, ascii_only);
        builder_add_part(b, s, 0, plain);
    }
    add_rest(b, s, plain, ascii_only);
}

static Value encoded_string(Value s, bool ascii_only)
{
    if (!is_str(s))
        return raise(TypeError, "first argument must be a string, not %T", s);
    StrBuilder b;
    builder_start(&b);
    json_add_string(&b, s, ascii_only);
    return builder_finish(&b);
}

FUNCTION(json_basestring, "encode_basestring", "string, /",
         "Return a JSON representation of a Python string")
{
    return encoded_string(args[0], false);
}

FUNCTION(json_basestring_ascii, "encode_basestring_ascii", "string, /",
         "Return an ASCII-only JSON representation of a Python string")
{
    return encoded_string(args[0], true);
}

MethodDef *const json_encode_functions[] = {M(json_basestring), M(json_basestring_ascii), 0};

/* ---- The encoder ------------------------------------------------------------------------ */

typedef enum StringKind { STRINGS_BY_CALL, STRINGS_UNICODE, STRINGS_ASCII } StringKind;

/* All immutable after init. */
typedef struct Encoder {
    Object ob;
    Value markers; /* None: containers that refer to themselves are not looked for */
    Value default_, encoder, indent, key_separator, item_separator;
    bool sort_keys, skipkeys, allow_nan;
    StringKind strings;
} Encoder;

static void encoder_trace(Object *self, Tracer *tracer)
{
    Encoder *e = (Encoder *)self;
    gc_visit(tracer, e->markers);
    gc_visit(tracer, e->default_);
    gc_visit(tracer, e->encoder);
    gc_visit(tracer, e->indent);
    gc_visit(tracer, e->key_separator);
    gc_visit(tracer, e->item_separator);
}

/* A container that is being encoded, and those around it: what refers to itself is found by
 * walking outwards, unless the encoder has no `markers`, which says that nobody wants to know. */
typedef struct Level {
    Value container;
    intptr_t depth; /* for the indentation */
    const struct Level *outer;
} Level;

static bool add_value(Encoder *e, StrBuilder *b, Value v, const Level *level);

static bool add_text(Encoder *e, StrBuilder *b, Value s)
{
    if (e->strings != STRINGS_BY_CALL) {
        json_add_string(b, s, e->strings == STRINGS_ASCII);
        return !b->failed;
    }
    Value text = TRY_OR(call1(e->encoder, s), false);
    if (!is_str(text)) {
        raise(TypeError, "encoder() must return a string, not %T", text);
        return false;
    }
    builder_add(b, text);
    return !b->failed;
}

/* The text of a float; false with an exception. */
static bool add_float(const Encoder *e, StrBuilder *b, Value v)
{
    char text[DOUBLE_REPR_SIZE];
    double d = float_value(v);
    if (likely(isfinite(d)))
        builder_put_ascii(b, text, double_repr(d, text));
    else if (e->allow_nan)
        builder_add_cstring(b, isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
    else
        return raise(ValueError, "Out of range float values are not JSON compliant: %R", v);
    return true;
}

static void add_small_int(StrBuilder *b, Value v)
{
    char text[INT_TEXT_ROOM], *p = int_small_text(int_value(v), text);
    builder_put_ascii(b, p, (size_t)(text + sizeof text - p));
}

/* None, a bool, int or float: 1; 0 for anything else; -1 with an exception. */
static int add_scalar(const Encoder *e, StrBuilder *b, Value v)
{
    if (is_int(v))
        add_small_int(b, v);
    else if (v == None)
        builder_put_ascii(b, "null", 4);
    else if (v == True)
        builder_put_ascii(b, "true", 4);
    else if (v == False)
        builder_put_ascii(b, "false", 5);
    else if (is_float(v))
        return add_float(e, b, v) ? 1 : -1;
    else if (is_int_any(v))
        builder_add(b, int_to_str(int_exact(v), 10));
    else
        return 0;
    return b->failed ? -1 : 1;
}

/* Is v none of the containers around it? ValueError if it is. */
static bool check_circular(const Encoder *e, Value v, const Level *level)
{
    if (e->markers == None)
        return true;
    for (; level->outer; level = level->outer)
        if (level->container == v) {
            raise(ValueError, "Circular reference detected");
            return false;
        }
    return true;
}

/* The level inside of v. */
static Level enter(Value v, const Level *level)
{
    return (Level){v, level->depth + 1, level};
}

/* A new line and the indentation of `level`, if there is any. */
static void add_line(const Encoder *e, StrBuilder *b, intptr_t level)
{
    if (e->indent == None)
        return;
    builder_put_ascii(b, "\n", 1);
    for (intptr_t i = 0; i < level; i++)
        builder_add(b, e->indent);
}

/* A list or tuple with the items; a new one if v's class has an __iter__ of its own. */
static NOINLINE Value items_of(Value v)
{
    Value (*iter)(Value) = type_of(v)->iter;
    return iter == list_type.iter || iter == tuple_type.iter ? v : list_from_iterable(v);
}

/* Item i of a list as it is now, or of a tuple; 0 behind the last. */
static Value item_at(Value v, intptr_t i)
{
    if (is_list(v))
        return list_get(v, i);
    return i < tuple_length(v) ? tuple_get(v, i) : 0;
}

static bool add_list(Encoder *e, StrBuilder *b, Value v, const Level *outer)
{
    bool exact = has_shape(v, SHAPE_LIST) || has_shape(v, SHAPE_TUPLE);
    Value items = likely(exact) ? v : TRY(items_of(v)), item = item_at(items, 0);
    if (!item) {
        builder_put_ascii(b, "[]", 2);
        return true;
    }
    if (!check_circular(e, v, outer))
        return false;
    Level level = enter(v, outer);
    builder_put_ascii(b, "[", 1);
    add_line(e, b, level.depth);
    for (intptr_t i = 0; item; item = item_at(items, ++i)) {
        if (i) {
            builder_add(b, e->item_separator);
            add_line(e, b, level.depth);
        }
        if (!add_value(e, b, item, &level))
            return false;
    }
    add_line(e, b, outer->depth);
    builder_put_ascii(b, "]", 1);
    return true;
}

/* The text of a key that is no str; None to skip it. */
static Value odd_key_text(const Encoder *e, Value key)
{
    StrBuilder b;
    builder_start(&b);
    int added = add_scalar(e, &b, key);
    if (added)
        return added > 0 ? builder_finish(&b) : 0;
    if (e->skipkeys)
        return None;
    return raise(TypeError, "keys must be str, int, float, bool or None, not %T", key);
}

static bool add_member(Encoder *e, StrBuilder *b, Value key, Value value, const Level *level,
                       bool *first)
{
    if (!is_str(key)) {
        key = TRY_OR(odd_key_text(e, key), false);
        if (key == None)
            return true;
    }
    if (!*first)
        builder_add(b, e->item_separator);
    *first = false;
    add_line(e, b, level->depth);
    TRY(add_text(e, b, key));
    builder_add(b, e->key_separator);
    return add_value(e, b, value, level);
}

/* The items of a dict or a subclass of it, as a list of pairs. */
static Value dict_items(Encoder *e, Value v)
{
    Value items;
    if (has_shape(v, SHAPE_DICT))
        items = dict_items_list(v);
    else {
        Value view = TRY(call_method0(v, TRY(str_intern_cstring("items"))));
        items = list_from_iterable(view);
    }
    TRY(items);
    if (e->sort_keys)
        TRY(list_sort(items));
    return items;
}

static bool add_items(Encoder *e, StrBuilder *b, Value v, const Level *level, bool *first)
{
    Value items = TRY_OR(dict_items(e, v), false);
    for (intptr_t i = 0; i < list_length(items); i++) {
        Value pair = list_get(items, i);
        if (!is_tuple(pair) || tuple_length(pair) != 2) {
            raise(ValueError, "items must return 2-tuples");
            return false;
        }
        if (!add_member(e, b, tuple_get(pair, 0), tuple_get(pair, 1), level, first))
            return false;
    }
    return true;
}

/* A dict that nobody else can change is read as it is, others as they are at one moment. */
static bool add_dict(Encoder *e, StrBuilder *b, Value v, const Level *outer)
{
    if (dict_length(v) == 0) {
        builder_put_ascii(b, "{}", 2);
        return true;
    }
    if (!check_circular(e, v, outer))
        return false;
    Level level = enter(v, outer);
    bool first = true;
    builder_put_ascii(b, "{", 1);
    if (has_shape(v, SHAPE_DICT) && !e->sort_keys && !is_shared(v)) {
        Value key, value;
        for (intptr_t i = 0; dict_next(v, &i, &key, &value);)
            if (!add_member(e, b, key, value, &level, &first))
                return false;
    } else if (!add_items(e, b, v, &level, &first))
        return false;
    if (!first)
        add_line(e, b, outer->depth);
    builder_put_ascii(b, "}", 1);
    return true;
}

static bool add_by_default(Encoder *e, StrBuilder *b, Value v, const Level *outer)
{
    if (!check_circular(e, v, outer))
        return false;
    Level level = enter(v, outer);
    level.depth = outer->depth;
    Value replacement = TRY_OR(call1(e->default_, v), false);
    return c_stack_check(" while encoding a JSON object") && add_value(e, b, replacement, &level);
}

static bool add_value(Encoder *e, StrBuilder *b, Value v, const Level *level)
{
    let_stop_now();
    if (is_str(v))
        return add_text(e, b, v);
    int added = add_scalar(e, b, v);
    if (added)
        return added > 0;
    if (!c_stack_check(" while encoding a JSON object"))
        return false;
    if (is_list(v) || is_tuple(v))
        return add_list(e, b, v, level);
    return is_dict(v) ? add_dict(e, b, v, level) : add_by_default(e, b, v, level);
}

/* ---- The type --------------------------------------------------------------------------- */

METHOD(encoder_call_method, "__call__", "obj, _current_indent_level", "Call self as a function.")
{
    Level level = {.depth = TRY_INDEX(args[2])};
    StrBuilder b;
    builder_start(&b);
    TRY(add_value((Encoder *)args[0], &b, args[1], &level));
    return tuple_of(TRY(builder_finish(&b)));
}

static Value encoder_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    return builtin_call(M(encoder_call_method), callee, args, nargs, kwnames);
}

/* Our own string encoders need no call. */
static StringKind string_kind(Value encoder)
{
    if (!has_layout(encoder, LAYOUT_BUILTIN))
        return STRINGS_BY_CALL;
    const MethodDef *def = ((Builtin *)encoder)->def;
    return def == M(json_basestring_ascii) ? STRINGS_ASCII
           : def == M(json_basestring)     ? STRINGS_UNICODE
                                           : STRINGS_BY_CALL;
}

NEW_METHOD(encoder_make, "markers, default, encoder, indent, key_separator, item_separator, "
                         "sort_keys, skipkeys, allow_nan")
{
    if (args[1] != None && !is_dict(args[1]))
        return raise(TypeError, "make_encoder() argument 1 must be dict or None, not %B", args[1]);
    for (int i = 5; i <= 6; i++)
        if (!is_str(args[i]))
            return raise(TypeError, "make_encoder() argument %d must be str, not %B", i, args[i]);
    if (args[4] != None && !is_str(args[4]))
        return raise(TypeError, "make_encoder() argument 4 must be str or None, not %B", args[4]);
    Encoder *e = TRY(NEW(Encoder, (Type *)args[0]));
    gc_store(e, &e->markers, args[1]);
    gc_store(e, &e->default_, args[2]);
    gc_store(e, &e->encoder, args[3]);
    gc_store(e, &e->indent, args[4]);
    gc_store(e, &e->key_separator, args[5]);
    gc_store(e, &e->item_separator, args[6]);
    e->sort_keys = TRY_NOT_NEGATIVE(object_truth(args[7]), 0);
    e->skipkeys = TRY_NOT_NEGATIVE(object_truth(args[8]), 0);
    e->allow_nan = TRY_NOT_NEGATIVE(object_truth(args[9]), 0);
    e->strings = string_kind(args[3]);
    return (Value)e;
}

static const MemberDef encoder_members[] = {
    {"markers", MEMBER_VALUE, offsetof(Encoder, markers), true, "markers"},
    {"default", MEMBER_VALUE, offsetof(Encoder, default_), true, "default"},
    {"encoder", MEMBER_VALUE, offsetof(Encoder, encoder), true, "encoder"},
    {"indent", MEMBER_VALUE, offsetof(Encoder, indent), true, "indent"},
    {"key_separator", MEMBER_VALUE, offsetof(Encoder, key_separator), true, "key_separator"},
    {"item_separator", MEMBER_VALUE, offsetof(Encoder, item_separator), true, "item_separator"},
    {"sort_keys", MEMBER_BOOL8, offsetof(Encoder, sort_keys), true, "sort_keys"},
    {"skipkeys", MEMBER_BOOL8, offsetof(Encoder, skipkeys), true, "skipkeys"},
    {0},
};

Type json_encoder_type = {
    TYPE_HEAD("_json.Encoder", Encoder),
    .call = encoder_call,
    .doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, "
           "skipkeys, allow_nan)",
    .new_def = M(encoder_make),
    .members = encoder_members,
    .trace = encoder_trace,
    .flags = TYPE_BASE,
};

static bool execute(Value module)
{
    if (!(type_flags(&json_scanner_type) & TYPE_READY)) {
        type_ready(&json_scanner_type, 0);
        type_ready(&json_encoder_type, 0);
    }
    return module_add_functions(module, json_scan_functions) &&
           module_add(module, "make_scanner", (Value)&json_scanner_type) &&
           module_add(module, "make_encoder", (Value)&json_encoder_type);
}

const ModuleDef module__json = {"_json", "json speedups\n", json_encode_functions, execute};
