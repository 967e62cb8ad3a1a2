#include "syntax/errors.h"

#include "base/unicode_names.h"

#include <string.h>

/* Escape sequences in string and bytes literals. Text may hold surrogates (from \ud800 and the
 * like): they are encoded like any other character of three bytes. */

typedef struct Decoder {
    Parser *p;
    const Token *token; /* what warnings are about */
    const char *start, *at, *end;
    char *to;
    const char *invalid; /* the first invalid escape sequence, after its backslash; NULL: none */
    int invalid_length;
} Decoder;

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Positions in messages are those in a copy of the literal in which each character beyond ASCII
 * has been written as \UXXXXXXXX. */
static int message_position(const Decoder *d, const char *at)
{
    int position = 0;
    for (const char *s = d->start; s < at; s++) {
        unsigned char c = (unsigned char)*s;
        position += c < 0x80 ? 1 : (c & 0xC0) == 0x80 ? 0 : 10;
    }
    return position;
}

/* Reports the escape sequence from `first` up to `at`. */
COLD static bool bad_escape(Decoder *d, const char *first, const char *reason)
{
    int start = message_position(d, first), last = message_position(d, d->at) - 1;
    if (last == start)
        return raise_last(d->p,
                          "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in "
                          "position %d: %s",
                          start, reason);
    return raise_last(d->p,
                      "(unicode error) 'unicodeescape' codec can't decode bytes in position "
                      "%d-%d: %s",
                      start, last, reason);
}

/* Notes the sequence after a backslash: only the first is warned of, once the literal is known to
 * have no errors. */
static void note_invalid(Decoder *d, const char *sequence, int length)
{
    if (d->invalid)
        return;
    d->invalid = sequence;
    d->invalid_length = length;
}

/* Warns of an invalid escape sequence. The place counts from the token that is to blame: from its
 * first quote, if it has no prefix, and from its line, plus the line ends in the literal. */
COLD static void warn_escape(Decoder *d)
{
    Parser *p = d->p;
    const char *sequence = d->invalid;
    int length = d->invalid_length;
    bool brace = *sequence == '{' || *sequence == '}';
    /* The tokenizer has warned of \{ already. */
    bool repeated = p->second_pass && (p->explain || !p->explaining);
    if (repeated || (brace && d->token->type == TOK_FSTRING_END))
        return;
    const Token *token = d->token;
    const char *text = token_text(p, token), *line = d->start;
    int lineno = token->lineno, column = token->col;
    for (const char *s = text; *s == *text && (*s == '"' || *s == '\'') && s < text + 3; s++)
        column++;
    for (const char *s = d->start; s < sequence; s++) {
        if (*s == '\n') {
            lineno++;
            column = 0;
            line = s + 1;
        }
    }
    column += message_position(d, sequence - 1) - message_position(d, line);
    warn_range(p, (SourceRange){lineno, column + 1, lineno, column + 3},
               "invalid %sescape sequence '\\%.*s'", length > 1 ? "octal " : "", length, sequence);
}

/* \ooo: up to three octal digits, from `at` on. */
static uint32_t decode_octal(Decoder *d)
{
    const char *first = d->at;
    uint32_t value = 0;
    while (d->at < d->end && d->at < first + 3 && *d->at >= '0' && *d->at <= '7')
        value = value * 8 + (uint32_t)(*d->at++ - '0');
    if (value > 0377)
        note_invalid(d, first, 3);
    return value;
}

/* Returns what a backslash and one letter stand for; -1 if they are no such escape sequence. */
static int simple_escape(char c)
{
    switch (c) {
    case '\\':
    case '\'':
    case '"':
        return c;
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return -1;
    }
}

/* \xXX, \uXXXX, \UXXXXXXXX: `at` is after the letter. */
static bool decode_hex(Decoder *d, const char *first, int digits, const char *truncated)
{
    uint32_t value = 0;
    for (int i = 0; i < digits; i++, d->at++) {
        int digit = d->at < d->end ? hex_value(*d->at) : -1;
        if (digit < 0)
            return bad_escape(d, first, truncated);
        value = value << 4 | (uint32_t)digit;
    }
    if (value > 0x10FFFF)
        return bad_escape(d, first, "illegal Unicode character");
    d->to = put_utf8(d->to, value);
    return true;
}

/* \N{name}: `at` is after the N. */
static bool decode_named(Decoder *d, const char *first)
{
    if (d->at == d->end || *d->at != '{')
        return bad_escape(d, first, "malformed \\N character escape");
    const char *name = ++d->at;
    while (d->at < d->end && *d->at != '}')
        d->at++;
    if (d->at == d->end || d->at == name)
        return bad_escape(d, first, "malformed \\N character escape");
    size_t length = (size_t)(d->at++ - name);
    uint32_t character;
    if (!unicode_from_name(name, length, &character))
        return bad_escape(d, first, "unknown Unicode character name");
    d->to = put_utf8(d->to, character);
    return true;
}

/* Decodes an escape sequence of a string; `at` is at the backslash. */
static bool decode_text_escape(Decoder *d)
{
    const char *first = d->at++;
    char c = d->at < d->end ? *d->at : (char)0x80;
    if ((unsigned char)c >= 0x80) {
        *d->to++ = '\\';
        return true;
    }
    int simple = simple_escape(c);
    if (simple >= 0) {
        *d->to++ = (char)simple;
        d->at++;
        return true;
    }
    if (c >= '0' && c <= '7') {
        d->to = put_utf8(d->to, decode_octal(d));
        return true;
    }
    d->at++;
    switch (c) {
    case '\n':
        return true;
    case 'x':
        return decode_hex(d, first, 2, "truncated \\xXX escape");
    case 'u':
        return decode_hex(d, first, 4, "truncated \\uXXXX escape");
    case 'U':
        return decode_hex(d, first, 8, "truncated \\UXXXXXXXX escape");
    case 'N':
        return decode_named(d, first);
    default:
        note_invalid(d, d->at - 1, 1);
        *d->to++ = '\\';
        *d->to++ = c;
        return true;
    }
}

/* The same for bytes. */
static bool decode_bytes_escape(Decoder *d)
{
    const char *first = d->at++;
    char c = *d->at;
    int simple = simple_escape(c);
    if (simple >= 0) {
        *d->to++ = (char)simple;
        d->at++;
        return true;
    }
    if (c >= '0' && c <= '7') {
        *d->to++ = (char)decode_octal(d);
        return true;
    }
    d->at++;
    if (c == '\n')
        return true;
    if (c == 'x') {
        int high = d->at < d->end ? hex_value(d->at[0]) : -1;
        int low = d->at + 1 < d->end ? hex_value(d->at[1]) : -1;
        if (high < 0 || low < 0)
            return raise_last(d->p, "(value error) invalid \\x escape at position %d",
                              (int)(first - d->start));
        *d->to++ = (char)(high << 4 | low);
        d->at += 2;
        return true;
    }
    note_invalid(d, d->at - 1, 1);
    *d->to++ = '\\';
    *d->to++ = c;
    return true;
}

/* No escape sequence is shorter than what it stands for: the result fits the literal's length. */
static bool decode(Parser *p, const Token *token, const char *text, size_t length, bool raw,
                   bool (*escape)(Decoder *), ConstValue *value)
{
    char *buffer = arena_alloc(p->arena, length + 1);
    if (!buffer)
        return parser_no_memory(p);
    const char *backslash = raw ? NULL : memchr(text, '\\', length);
    Decoder d = {.p = p, .token = token, .start = text, .end = text + length};
    d.at = backslash ? backslash : d.end;
    memcpy(buffer, text, (size_t)(d.at - text));
    d.to = buffer + (d.at - text);
    while (d.at < d.end) {
        if (*d.at != '\\')
            *d.to++ = *d.at++;
        else if (!escape(&d))
            return false;
    }
    if (d.invalid)
        warn_escape(&d);
    *d.to = 0;
    value->text = buffer;
    value->length = (size_t)(d.to - buffer);
    return true;
}

bool decode_text(Parser *p, const Token *token, const char *text, size_t length, bool raw,
                 ConstValue *value)
{
    value->kind = CONST_STR;
    return decode(p, token, text, length, raw, decode_text_escape, value);
}

bool decode_bytes(Parser *p, const Token *token, const char *text, size_t length, bool raw,
                  ConstValue *value)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return raise_span(p, token_span(token),
                              "bytes can only contain ASCII literal characters");
    value->kind = CONST_BYTES;
    return decode(p, token, text, length, raw, decode_bytes_escape, value);
}
