/* Line ends: the newline argument, their translation, and IncrementalNewlineDecoder. */
#include <string.h>

#include "base/utf8.h"
#include "core/call.h"
#include "gc/heap.h"
#include "modules/io/io.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

bool newline_mode(Value newline, NewlineMode *mode)
{
    *mode = (NewlineMode){0};
    const char *text = 0;
    size_t size = 0;
    if (newline && newline != None)
        text = TRY(str_utf8(newline, &size));
    if (text && strlen(text) != size)
        return false;
    if (text && *text && strcmp(text, "\n") && strcmp(text, "\r") && strcmp(text, "\r\n"))
        return false;
    mode->universal = !text || !*text;
    mode->translate = !text;
    if (text) {
        strcpy(mode->ending, text);
        if (*text == '\r')
            strcpy(mode->written, text);
    }
    return true;
}

Value newlines_seen(int seen)
{
    static const char *const kinds[] = {"\r", "\n", "\r\n"};
    Value found[3];
    intptr_t count = 0;
    for (int i = 0; i < 3; i++)
        if (seen & (1 << i))
            found[count++] = TRY(str_from_cstring(kinds[i]));
    return count == 0 ? None : count == 1 ? found[0] : tuple_from_values(found, count);
}

/* ---- finding ------------------------------------------------------------------------------------
 */

/* Index of a character below 128 in [start, end), or `end`. */
static intptr_t find_char(const Str *s, intptr_t start, intptr_t end, unsigned char c)
{
    if (s->kind == 1) {
        const char *found = start < end ? memchr(s->data + start, c, (size_t)(end - start)) : 0;
        return found ? found - s->data : end;
    }
    for (intptr_t i = start; i < end; i++)
        if (char_at(s->data, s->kind, (size_t)i) == c)
            return i;
    return end;
}

static intptr_t universal_line_end(const Str *s, intptr_t start, intptr_t end)
{
    intptr_t newline = find_char(s, start, end, '\n');
    intptr_t cr = find_char(s, start, newline, '\r');
    if (cr == newline)
        return newline == end ? -1 : newline + 1;
    /* "\r" at the very end of what there is: it is the line's end all the same. */
    if (cr + 1 < end && char_at(s->data, s->kind, (size_t)cr + 1) == '\n')
        return cr + 2;
    return cr + 1;
}

intptr_t line_end(Value text, intptr_t start, intptr_t end, bool universal, const char *ending)
{
    const Str *s = (const Str *)text;
    if (universal)
        return universal_line_end(s, start, end);
    if (!ending || ending[0] != '\r') {
        intptr_t i = find_char(s, start, end, '\n');
        return i == end ? -1 : i + 1;
    }
    for (;;) {
        intptr_t i = find_char(s, start, end, '\r');
        if (i == end)
            return -1;
        if (!ending[1])
            return i + 1;
        if (i + 1 < end && char_at(s->data, s->kind, (size_t)i + 1) == '\n')
            return i + 2;
        start = i + 1;
    }
}

/* ---- translating
 * ---------------------------------------------------------------------------------- */

static int look_for_ends(const Str *s)
{
    int seen = 0;
    intptr_t n = s->length;
    for (intptr_t i = 0; i < n && seen != (SEEN_CR | SEEN_LF | SEEN_CRLF); i++) {
        uint32_t c = char_at(s->data, s->kind, (size_t)i);
        if (c == '\n') {
            seen |= SEEN_LF;
        } else if (c == '\r') {
            bool pair = i + 1 < n && char_at(s->data, s->kind, (size_t)i + 1) == '\n';
            seen |= pair ? SEEN_CRLF : SEEN_CR;
            i += pair;
        }
    }
    return seen;
}

static Value translate_all(const Str *s)
{
    StrBuilder b;
    builder_start(&b);
    intptr_t start = 0;
    while (start < s->length) {
        intptr_t cr = find_char(s, start, s->length, '\r');
        builder_add_part(&b, (Value)s, start, cr);
        if (cr == s->length)
            break;
        builder_add_char(&b, '\n');
        start = cr + 1;
        if (start < s->length && char_at(s->data, s->kind, (size_t)start) == '\n')
            start++;
    }
    return builder_finish(&b);
}

Value newlines_translate(Value text, int *seen, bool translate)
{
    const Str *s = (const Str *)text;
    if (find_char(s, 0, s->length, '\r') == s->length) {
        if (seen && !(*seen & SEEN_LF) && find_char(s, 0, s->length, '\n') < s->length)
            *seen |= SEEN_LF;
        return text;
    }
    if (seen)
        *seen |= look_for_ends(s);
    return translate ? translate_all(s) : text;
}

Value newlines_written(Value text, const char *written)
{
    const Str *s = (const Str *)text;
    intptr_t end = find_char(s, 0, s->length, '\n'), start = 0;
    if (end == s->length)
        return text;
    StrBuilder b;
    builder_start(&b);
    while (end < s->length) {
        builder_add_part(&b, text, start, end);
        builder_add_cstring(&b, written);
        start = end + 1;
        end = find_char(s, start, s->length, '\n');
    }
    builder_add_part(&b, text, start, end);
    return builder_finish(&b);
}

/* ---- IncrementalNewlineDecoder
 * ---------------------------------------------------------------------- */

/* Whoever shares one and wants text that makes sense serialises its use, as with codecs' decoders.
 * All fields are atomic. */
typedef struct NewlineDecoder {
    Object ob;
    Value decoder; /* or None; 0: not initialised */
    bool translate, pending_cr;
    uint8_t seen;
    Value tail;
} NewlineDecoder;

static NewlineDecoder *as_decoder(Value v)
{
    return (NewlineDecoder *)v;
}

static void decoder_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((NewlineDecoder *)o)->decoder);
}

Value newline_decoder_new(Value decoder, bool translate)
{
    NewlineDecoder *self = TRY(NEW(NewlineDecoder, &newline_decoder_type));
    store_relaxed(&self->translate, translate);
    gc_store(self, &self->decoder, decoder);
    return (Value)self;
}

INIT_METHOD(decoder_init, "decoder, translate, errors='strict'")
{
    NewlineDecoder *self = as_decoder(args[0]);
    int translate = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    store_relaxed(&self->translate, translate);
    store_relaxed(&self->pending_cr, false);
    store_relaxed(&self->seen, 0);
    gc_store(self, &self->decoder, args[1]);
    return None;
}

/* The decoder below, or None; 0 with a ValueError. */
static Value decoder_of(NewlineDecoder *self)
{
    Value decoder = load_acquire(&self->decoder);
    return decoder ? decoder : raise(ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

static Value decode_input(Value decoder, Value input, Value final)
{
    Value text = input;
    if (decoder != None)
        text = TRY(call_method2(decoder, io_names.decode, input, final));
    if (!is_str(text))
        return raise(TypeError, "decoder should return a string result, not '%T'", text);
    return text;
}

Value newline_decode(Value v, Value input, bool final)
{
    NewlineDecoder *self = as_decoder(v);
    Value text = TRY(decode_input(TRY(decoder_of(self)), input, bool_value(final)));
    intptr_t length = str_length(text);
    /* A "\r" that was kept back belongs before it, unless more is to come and nothing came. */
    if (load_relaxed(&self->pending_cr) && (final || length)) {
        text = TRY(str_concat(TRY(str_from_char('\r')), text));
        store_relaxed(&self->pending_cr, false);
        length++;
    }
    /* A "\r" at the end may be half of a "\r\n". */
    if (!final && length && str_char(text, length - 1) == '\r') {
        text = TRY(str_substring(text, 0, length - 1));
        store_relaxed(&self->pending_cr, true);
    }
    int seen = load_relaxed(&self->seen);
    text = TRY(newlines_translate(text, &seen, load_relaxed(&self->translate)));
    store_relaxed(&self->seen, (uint8_t)seen);
    return text;
}

METHOD(decoder_decode, "decode", "input, final=False", 0)
{
    int final = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    return newline_decode(args[0], args[1], final);
}

METHOD(decoder_getstate, "getstate", "/", 0)
{
    NewlineDecoder *self = as_decoder(args[0]);
    Value decoder = TRY(decoder_of(self));
    Value buffered = TRY(bytes_empty()), flags = int_small(0);
    if (decoder != None) {
        Value state = TRY(call_method0(decoder, io_names.getstate));
        if (!is_tuple(state))
            return raise(TypeError, "illegal decoder state");
        if (tuple_length(state) != 2 || !is_int_any(tuple_get(state, 1)))
            return raise(TypeError, "illegal decoder state");
        buffered = tuple_get(state, 0);
        flags = TRY(int_lshift(tuple_get(state, 1), int_small(1)));
    }
    if (load_relaxed(&self->pending_cr))
        flags = TRY(int_or(flags, int_small(1)));
    return tuple_of(buffered, flags);
}

METHOD(decoder_setstate, "setstate", "state, /", 0)
{
    NewlineDecoder *self = as_decoder(args[0]);
    Value decoder = TRY(decoder_of(self));
    Value state = args[1];
    if (!is_tuple(state))
        return raise(TypeError, "state argument must be a tuple");
    if (tuple_length(state) != 2 || !is_int_any(tuple_get(state, 1)))
        return raise(TypeError, "setstate(): illegal state argument");
    Value flags = tuple_get(state, 1);
    store_relaxed(&self->pending_cr, TRY(int_and(flags, int_small(1))) != int_small(0));
    if (decoder == None)
        return None;
    Value inner = TRY(tuple_of(tuple_get(state, 0), TRY(int_rshift(flags, int_small(1)))));
    return call_method1(decoder, io_names.setstate, inner);
}

METHOD(decoder_reset, "reset", "/", 0)
{
    NewlineDecoder *self = as_decoder(args[0]);
    Value decoder = TRY(decoder_of(self));
    store_relaxed(&self->seen, 0);
    store_relaxed(&self->pending_cr, false);
    return decoder == None ? None : call_method0(decoder, io_names.reset);
}

static Value get_newlines(Value self)
{
    TRY(decoder_of(as_decoder(self)));
    return newlines_seen(load_relaxed(&as_decoder(self)->seen));
}

static MethodDef *const decoder_methods[] = {M(decoder_decode), M(decoder_getstate),
                                             M(decoder_setstate), M(decoder_reset), 0};
static const GetSetDef decoder_getset[] = {{"newlines", get_newlines, 0, 0}, {0}};

Type newline_decoder_type = {
    .ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC},
    .name = "_io.IncrementalNewlineDecoder",
    .size = offsetof(NewlineDecoder, tail),
    .init_def = M(decoder_init),
    .methods = decoder_methods,
    .getset = decoder_getset,
    .trace = decoder_trace,
    .flags = TYPE_BASE,
    .doc = "Codec used when reading a file in universal newlines mode.\n\n"
           "It wraps another incremental decoder, translating \\r\\n and \\r into \\n.\n"
           "It also records the types of newlines encountered.  When used with\n"
           "translate=False, it ensures that the newline sequence is returned in\n"
           "one piece. When used with decoder=None, it expects unicode strings as\n"
           "decode input and translates newlines without first invoking an external\n"
           "decoder.",
};
