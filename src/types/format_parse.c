#include "types/format_parse.h"

#include "base/unicode.h"
#include "core/error.h"
#include "types/str_inline.h"

static int fail(const char *message)
{
    raise(ValueError, "%s", message);
    return -1;
}

/* From after the name: [!conversion][:spec]}. The character that ended the name is `c`. */
static int parse_rest(FormatParser *p, FormatPiece *piece, uint32_t c)
{
    if (c == '!') {
        if (p->at >= p->end)
            return fail("end of string while looking for conversion specifier");
        piece->conversion = str_char(p->text, p->at++);
        if (p->at < p->end) {
            c = str_char(p->text, p->at++);
            if (c == '}')
                return 1;
            if (c != ':')
                return fail("expected ':' after conversion specifier");
        }
    }
    piece->spec_start = p->at;
    for (int depth = 1; p->at < p->end;) {
        c = str_char(p->text, p->at++);
        if (c == '{') {
            piece->spec_has_fields = true;
            depth++;
        } else if (c == '}' && --depth == 0) {
            piece->spec_end = p->at - 1;
            return 1;
        }
    }
    return fail("unmatched '{' in format spec");
}

static int parse_field(FormatParser *p, FormatPiece *piece)
{
    uint32_t c = 0;
    piece->has_field = true;
    piece->name_start = p->at;
    while (p->at < p->end) {
        c = str_char(p->text, p->at++);
        if (c == '{')
            return fail("unexpected '{' in field name");
        if (c == '[') {
            while (p->at < p->end && str_char(p->text, p->at) != ']')
                p->at++;
            continue;
        }
        if (c == '}' || c == ':' || c == '!')
            break;
    }
    piece->name_end = p->at - 1;
    if (c == '!' || c == ':')
        return parse_rest(p, piece, c);
    return c == '}' ? 1 : fail("expected '}' before end of string");
}

int format_next_piece(FormatParser *p, FormatPiece *piece)
{
    *piece = (FormatPiece){.literal_start = p->at, .literal_end = p->end};
    if (p->at >= p->end)
        return 0;
    for (; p->at < p->end; p->at++) {
        uint32_t c = str_char(p->text, p->at);
        if (c != '{' && c != '}')
            continue;
        bool at_end = p->at + 1 == p->end;
        if (!at_end && str_char(p->text, p->at + 1) == c) {
            piece->literal_end = p->at + 1;
            p->at += 2;
            return 1;
        }
        if (c == '}')
            return fail("Single '}' encountered in format string");
        if (at_end)
            return fail("Single '{' encountered in format string");
        piece->literal_end = p->at++;
        return parse_field(p, piece);
    }
    return 1;
}

/* ---- Field names ------------------------------------------------------------------------ */

/* [start, end) as a number: -1 if it is none, -2 with ValueError if it is too large. */
static intptr_t parse_index(Value text, intptr_t start, intptr_t end)
{
    intptr_t index = 0;
    if (start >= end)
        return -1;
    for (intptr_t i = start; i < end; i++) {
        int digit = unicode_decimal(str_char(text, i));
        if (digit < 0)
            return -1;
        if (__builtin_mul_overflow(index, 10, &index) ||
            __builtin_add_overflow(index, (intptr_t)digit, &index)) {
            raise(ValueError, "Too many decimal digits in format string");
            return -2;
        }
    }
    return index;
}

bool field_name_first(FieldName *name, Value text, intptr_t start, intptr_t end,
                      intptr_t *first_end, intptr_t *index)
{
    intptr_t i = start;
    while (i < end && str_char(text, i) != '.' && str_char(text, i) != '[')
        i++;
    *name = (FieldName){text, i, end};
    *first_end = i;
    *index = parse_index(text, start, i);
    return *index != -2;
}

int field_name_next(FieldName *name, bool *is_attribute, Value *part)
{
    if (name->at >= name->end)
        return 0;
    uint32_t c = str_char(name->text, name->at++);
    intptr_t start = name->at, end = start, index = -1;
    *is_attribute = c == '.';
    if (c == '.') {
        while (end < name->end && str_char(name->text, end) != '.' &&
               str_char(name->text, end) != '[')
            end++;
        name->at = end;
    } else if (c == '[') {
        while (end < name->end && str_char(name->text, end) != ']')
            end++;
        if (end == name->end)
            return fail("Missing ']' in format string");
        name->at = end + 1;
        index = parse_index(name->text, start, end);
        if (index == -2)
            return -1;
    } else
        return fail("Only '.' or '[' may follow ']' in format field specifier");
    if (start == end)
        return fail("Empty attribute in format string");
    *part = index >= 0 ? int_small(index) : str_substring(name->text, start, end);
    return *part ? 1 : -1;
}
