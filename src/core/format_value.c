/* The formatter of exception messages: see core/error.h for what it understands. */
#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/abstract.h"
#include "types/str.h"

/* One conversion: %[flags][width][.precision][length]letter. */
typedef struct Conversion {
    char flags[4];
    int width, precision; /* precision -1: not given */
    int longs;            /* l, z, j and t: 64 bits */
    char letter;
} Conversion;

static const char *conversion_parse(const char *p, Conversion *c)
{
    size_t flags = 0;
    *c = (Conversion){.precision = -1};
    while ((*p == '0' || *p == '-' || *p == '#' || *p == '+') && flags < sizeof c->flags - 1)
        c->flags[flags++] = *p++;
    while (*p >= '0' && *p <= '9')
        c->width = c->width * 10 + (*p++ - '0');
    if (*p == '.') {
        c->precision = 0;
        for (p++; *p >= '0' && *p <= '9'; p++)
            c->precision = c->precision * 10 + (*p - '0');
    }
    while (*p == 'l' || *p == 'z' || *p == 'j' || *p == 't') {
        c->longs = 1;
        p++;
    }
    c->letter = *p;
    return p + 1;
}

static void add_number(StrBuilder *b, const Conversion *c, long long n)
{
    char pattern[32], text[80];
    if (c->precision >= 0)
        snprintf(pattern, sizeof pattern, "%%%s%d.%dll%c", c->flags, c->width, c->precision,
                 c->letter);
    else if (c->width)
        snprintf(pattern, sizeof pattern, "%%%s%dll%c", c->flags, c->width, c->letter);
    else
        snprintf(pattern, sizeof pattern, "%%%sll%c", c->flags, c->letter);
    int size = snprintf(text, sizeof text, pattern, n);
    builder_add_ascii(b, text, size < (int)sizeof text ? (size_t)size : sizeof text - 1);
}

/* A C string, cut to `precision` bytes but not inside a character. */
static void add_cstring(StrBuilder *b, const char *text, int precision)
{
    size_t size = 0;
    bool ascii = true;
    while (text[size] && (precision < 0 || size < (size_t)precision))
        ascii &= (unsigned char)text[size++] < 128;
    if (ascii) {
        builder_add_ascii(b, text, size);
        return;
    }
    if (text[size])
        while (size && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
    Value s = str_from_fs(text, size);
    if (s)
        builder_add(b, s);
    else
        b->failed = true;
}

static void add_value(StrBuilder *b, Value text, int precision)
{
    if (!text)
        b->failed = true;
    else if (precision >= 0 && str_length(text) > precision)
        builder_add_part(b, text, 0, precision);
    else
        builder_add(b, text);
}

static void add_conversion(StrBuilder *b, const Conversion *c, va_list *list)
{
    switch (c->letter) {
    case 'd':
    case 'i':
        add_number(b, c, c->longs ? va_arg(*list, long long) : va_arg(*list, int));
        break;
    case 'u':
    case 'x':
    case 'X':
        add_number(b, c, c->longs ? va_arg(*list, long long) : va_arg(*list, unsigned));
        break;
    case 'c':
        builder_add_char(b, va_arg(*list, unsigned));
        break;
    case 's':
        add_cstring(b, va_arg(*list, const char *), c->precision);
        break;
    case 'V':
        add_value(b, object_str(va_arg(*list, Value)), c->precision);
        break;
    case 'R':
        add_value(b, object_repr(va_arg(*list, Value)), c->precision);
        break;
    case 'A':
        add_value(b, object_ascii(va_arg(*list, Value)), c->precision);
        break;
    case 'T':
        add_cstring(b, TYPE_NAME(va_arg(*list, Value)), c->precision);
        break;
    case 'B': {
        Value v = va_arg(*list, Value);
        add_cstring(b, v == None ? "None" : TYPE_NAME(v), c->precision);
        break;
    }
    case 'N':
        add_cstring(b, type_name(va_arg(*list, Type *)), c->precision);
        break;
    case '%':
        builder_add_char(b, '%');
        break;
    default:
        fatal("format_value: unknown conversion %%%c", c->letter);
    }
}

Value format_value_list(const char *format, va_list arguments)
{
    va_list list;
    va_copy(list, arguments);
    StrBuilder b;
    builder_start(&b);
    for (const char *p = format; *p && !b.failed;) {
        size_t plain = 0;
        while (p[plain] && p[plain] != '%')
            plain++;
        if (plain) {
            add_cstring(&b, p, (int)plain);
            p += plain;
            continue;
        }
        if (p[1] == 'V') { /* by far the most common one */
            add_value(&b, object_str(va_arg(list, Value)), -1);
            p += 2;
            continue;
        }
        Conversion c;
        p = conversion_parse(p + 1, &c);
        add_conversion(&b, &c, &list);
    }
    va_end(list);
    return builder_finish(&b);
}

Value format_value(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    Value text = format_value_list(format, list);
    va_end(list);
    return text;
}
