/* UTF-8. */
#include "types/codec_inner.h"

#include "core/error.h"
#include "core/thread.h"

static bool put_utf8(Encoder *e, uint32_t c)
{
    if (is_surrogate(c))
        return false;
    char *room = bytes_builder_room(&e->out, 4);
    if (room)
        bytes_builder_advance(&e->out, utf8_put((unsigned char *)room, c));
    return true;
}

/* With surrogates in it: pieces between them, and what the handler says. */
static Value encode_with_errors(Value s, const char *errors)
{
    Encoder e = {.encoding = "utf-8",
                 .text = s,
                 .errors = {.name = errors},
                 .put = put_utf8,
                 .unit = 1,
                 .escapes = true,
                 .ascii_only = true};
    intptr_t length = str_length(s);
    for (intptr_t i = 0; i < length;) {
        uint32_t c = str_char(s, i);
        if (!is_surrogate(c)) {
            put_utf8(&e, c);
            i++;
            continue;
        }
        intptr_t end = i + 1;
        while (end < length && is_surrogate(str_char(s, end)))
            end++;
        TRY(encoder_error(&e, i, end, "surrogates not allowed", &i));
    }
    return bytes_builder_finish(&e.out);
}

Value codec_utf8_encode(Value s, const char *errors)
{
    if (as_str(s)->ascii)
        return bytes_from(str_data(s), (size_t)str_length(s));
    size_t count = (size_t)str_length(s), surrogate;
    size_t size = 0;
    LONG_WORK(count)
    {
        size = utf8_encoded_size(str_data(s), count, str_width(s), &surrogate);
    }
    if (surrogate < count)
        return encode_with_errors(s, errors);
    Value result = TRY(bytes_new((intptr_t)size));
    LONG_WORK(count)
    {
        utf8_encode(str_data(s), count, str_width(s), (unsigned char *)((Bytes *)result)->data);
    }
    return result;
}

/* A valid piece, of which utf8_scan told all. */
static void add_valid(StrBuilder *out, const unsigned char *data, const Utf8Scan *scan)
{
    if (scan->count == scan->valid)
        builder_add_ascii(out, (const char *)data, scan->valid);
    else
        builder_add(out, str_from_scanned((const char *)data, scan->valid, scan));
}

/* What is left is two bytes of an encoded surrogate, which an error handler may want whole. */
static bool is_cut_surrogate(const unsigned char *p, intptr_t left)
{
    return left == 2 && p[0] == 0xed && p[1] >= 0xa0 && p[1] <= 0xbf;
}

Value codec_utf8_decode(const char *data, intptr_t size, const char *errors, intptr_t *consumed)
{
    Utf8Scan all;
    LONG_WORK(size)
    {
        all = utf8_scan(data, (size_t)size, false);
    }
    if (likely((intptr_t)all.valid == size)) {
        if (consumed)
            *consumed = size;
        return size ? str_from_scanned(data, (size_t)size, &all) : str_empty();
    }
    Decoder d;
    decoder_start(&d, "utf-8", data, size, errors);
    intptr_t i = 0;
    while (i < d.size) {
        Utf8Scan scan = utf8_scan(d.data + i, (size_t)(d.size - i), false);
        add_valid(&d.out, d.data + i, &scan);
        i += (intptr_t)scan.valid;
        if (i == d.size)
            break;
        intptr_t end = i - (intptr_t)scan.valid + (intptr_t)scan.error_end;
        if (consumed && (is_cut_surrogate(d.data + i, d.size - i) ||
                         (end == d.size && !strcmp(scan.reason, "unexpected end of data"))))
            break;
        TRY(decoder_error(&d, i, end, scan.reason, &i));
    }
    if (consumed)
        *consumed = i;
    return builder_finish(&d.out);
}
