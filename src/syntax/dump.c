#include "syntax/dump.h"

#include "base/dtoa.h"
#include "syntax/tokenizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Constants ---- */

/* Writes an integer in decimal, whatever its base. */
static void dump_int(FILE *out, const ConstValue *value)
{
    if (value->base == 10) {
        const char *digits = value->text;
        while (*digits == '0' && digits[1])
            digits++;
        fputs(digits, out);
        return;
    }
    /* Limbs of nine decimal digits, the lowest first. */
    size_t capacity = value->length / 7 + 2, used = 1;
    uint32_t *limbs = calloc(capacity, sizeof *limbs);
    if (!limbs)
        return;
    for (size_t i = 0; i < value->length; i++) {
        char c = value->text[i] | 0x20;
        uint64_t carry = (uint64_t)(value->text[i] <= '9' ? value->text[i] - '0' : c - 'a' + 10);
        for (size_t j = 0; j < used; j++) {
            carry += (uint64_t)limbs[j] * value->base;
            limbs[j] = (uint32_t)(carry % 1000000000);
            carry /= 1000000000;
        }
        if (carry)
            limbs[used++] = (uint32_t)carry;
    }
    fprintf(out, "%u", limbs[--used]);
    while (used-- > 0)
        fprintf(out, "%09u", limbs[used]);
    free(limbs);
}

/* Writes a number with the fewest digits that read back as the same one. */
static void dump_double(FILE *out, double number, bool imaginary)
{
    char digits[DTOA_SHORTEST_SIZE];
    int point;
    if (isinf(number)) {
        fputs("inf", out);
        return;
    }
    int count = dtoa_shortest(number, digits, &point);
    if (point < -3 || point > 16) {
        fprintf(out, "%c%s%se%c%02d", digits[0], count > 1 ? "." : "", digits + 1,
                point < 1 ? '-' : '+', abs(point - 1));
    } else if (point < 1) {
        fprintf(out, "0.%.*s%s", -point, "0000", digits);
    } else {
        for (int i = 0; i < point; i++)
            fputc(i < count ? digits[i] : '0', out);
        if (count > point)
            fprintf(out, ".%s", digits + point);
        else if (!imaginary)
            fputs(".0", out);
    }
}

static void dump_character(FILE *out, uint32_t c, char quote)
{
    if (c == (uint32_t)quote || c == '\\')
        fprintf(out, "\\%c", (int)c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == '\r')
        fputs("\\r", out);
    else if (c == '\t')
        fputs("\\t", out);
    else if (c >= 0x20 && c < 0x7F)
        fputc((int)c, out);
    else if (c < 0x100)
        fprintf(out, "\\x%02x", c);
    else
        fprintf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

static void dump_text(FILE *out, const char *text, size_t length, bool bytes)
{
    bool double_quotes = memchr(text, '\'', length) && !memchr(text, '"', length);
    char quote = double_quotes ? '"' : '\'';
    fprintf(out, "%s%c", bytes ? "b" : "", quote);
    for (size_t i = 0; i < length;) {
        int step = 1;
        uint32_t c = bytes ? (unsigned char)text[i] : decode_character(text + i, &step);
        dump_character(out, c, quote);
        i += (size_t)step;
    }
    fputc(quote, out);
}

static void dump_constant(FILE *out, const ConstValue *value)
{
    switch (value->kind) {
    case CONST_NONE:
        fputs("None", out);
        break;
    case CONST_TRUE:
        fputs("True", out);
        break;
    case CONST_FALSE:
        fputs("False", out);
        break;
    case CONST_ELLIPSIS:
        fputs("Ellipsis", out);
        break;
    case CONST_INT:
        dump_int(out, value);
        break;
    case CONST_FLOAT:
        dump_double(out, value->number, false);
        break;
    case CONST_IMAGINARY:
        dump_double(out, value->number, true);
        fputc('j', out);
        break;
    case CONST_STR:
    case CONST_BYTES:
        dump_text(out, value->text, value->length, value->kind == CONST_BYTES);
        break;
    default:
        fprintf(out, "<object at %p>", value->object);
        break;
    }
}

/* ---- Nodes, by the tables ---- */

static void dump_single(FILE *out, AstType type, const void *slot)
{
    switch (type) {
    case AST_TYPE_identifier:
    case AST_TYPE_string: {
        const Ident *ident = *(const Ident *const *)slot;
        if (ident)
            dump_text(out, ident->bytes, ident->length, false);
        else
            fputs("None", out);
        break;
    }
    case AST_TYPE_int:
        fprintf(out, "%d", *(const int *)slot);
        break;
    case AST_TYPE_constant:
        dump_constant(out, slot);
        break;
    default:
        if (ast_types[type].form == AST_ENUM)
            fprintf(out, "%s()", ast_classes[*(const AstKind *)slot].name);
        else
            ast_dump(out, *(void *const *)slot);
        break;
    }
}

static void dump_sequence(FILE *out, AstType type, const AstSeq *seq)
{
    size_t size = ast_types[type].form == AST_ENUM ? sizeof(AstKind) : sizeof(void *);
    fputc('[', out);
    for (int i = 0; i < seq->count; i++) {
        if (i)
            fputs(", ", out);
        dump_single(out, type, (const char *)seq->items + (size_t)i * size);
    }
    fputc(']', out);
}

static bool is_absent(const AstField *field, const void *slot)
{
    return field->quantity == AST_OPTIONAL && field->type != AST_TYPE_int && !*(void *const *)slot;
}

void ast_dump(FILE *out, const void *node)
{
    if (!node) {
        fputs("None", out);
        return;
    }
    const AstNode *header = node;
    const AstClass *class = &ast_classes[header->kind];
    const char *separator = "";
    fprintf(out, "%s(", class->name);
    for (int i = 0; i < class->field_count; i++) {
        const AstField *field = &class->fields[i];
        const void *slot = (const char *)node + field->offset;
        if (is_absent(field, slot))
            continue;
        fprintf(out, "%s%s=", separator, field->name);
        separator = ", ";
        if (field->quantity == AST_MANY)
            dump_sequence(out, (AstType)field->type, slot);
        else
            dump_single(out, (AstType)field->type, slot);
    }
    if (ast_types[class->type].positions)
        fprintf(out, "%slineno=%d, col_offset=%d, end_lineno=%d, end_col_offset=%d", separator,
                header->lineno, header->col_offset, header->end_lineno, header->end_col_offset);
    fputc(')', out);
}
