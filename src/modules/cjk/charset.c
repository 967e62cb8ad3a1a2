#include "modules/cjk/charset.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include "base/atomic.h"

#define NO_ICONV ((iconv_t)-1)

/* ---- iconv ------------------------------------------------------------------------------ */

/* Converts all of `in`, and what iconv holds back for the next character; the bytes written, or -1
 * if there is no such conversion, or one that does not lead back. */
static int convert(iconv_t converter, const void *in, size_t size, void *out, size_t room)
{
    char *from = (char *)in, *to = out;
    size_t left = room;
    iconv(converter, 0, 0, 0, 0);
    if (iconv(converter, &from, &size, &to, &left) != 0 || size)
        return -1;
    if (iconv(converter, 0, 0, &to, &left) == (size_t)-1)
        return -1;
    return (int)(room - left);
}

bool charset_exists(const Charset *set)
{
    iconv_t converter = iconv_open("UTF-32LE", set->name);
    if (converter == NO_ICONV)
        return false;
    iconv_close(converter);
    return true;
}

/* Publishes a table where there is none yet; the one that is there then. */
static uint32_t *publish(uint32_t **place, uint32_t *table)
{
    uint32_t *none = 0;
    if (cas_acq_rel(place, &none, table))
        return table;
    free(table);
    return none;
}

/* ---- Decoding --------------------------------------------------------------------------- */

static uint32_t decode_by_iconv(iconv_t converter, const uint8_t *bytes, size_t size)
{
    uint32_t out[4];
    int written = convert(converter, bytes, size, out, sizeof out);
    if (written == 4)
        return out[0];
    return written == 8 && out[0] < 0x10000 && out[1] < 0x4000 ? PAIR(out[0], out[1]) : 0;
}

static uint32_t *make_row(Charset *set, bool prefixed, unsigned lead)
{
    iconv_t converter = iconv_open("UTF-32LE", set->name);
    uint32_t *row = converter == NO_ICONV ? 0 : calloc(256, sizeof *row);
    if (row) {
        uint8_t bytes[] = {CHARSET_PREFIX, (uint8_t)lead, 0};
        const uint8_t *code = prefixed ? bytes : bytes + 1;
        size_t size = prefixed ? 3 : 2;
        bool is_lead = decode_by_iconv(converter, code, size - 1) == 0;
        for (unsigned trail = 0x20; is_lead && trail < 0xff; trail++) {
            bytes[2] = (uint8_t)trail;
            row[trail] = decode_by_iconv(converter, code, size);
        }
        uint32_t first = (prefixed ? CHARSET_PREFIX << 16 : 0u) | lead << 8;
        for (const Run *run = set->runs; run && run->code; run++)
            for (unsigned i = 0; i < run->count && (run->code & ~0xffu) == first; i++)
                row[(run->code & 0xff) + i] = run->c ? run->c + i : 0;
    }
    if (converter != NO_ICONV)
        iconv_close(converter);
    return row;
}

uint32_t charset_decode(Charset *set, bool prefixed, unsigned lead, unsigned trail)
{
    uint32_t **place = &set->rows[prefixed][lead & 0xff], *row = load_acquire(place);
    if (!row) {
        row = make_row(set, prefixed, lead & 0xff);
        if (!row)
            return CHARSET_FAILED;
        row = publish(place, row);
    }
    return row[trail & 0xff];
}

/* ---- Encoding --------------------------------------------------------------------------- */

/* What a run says that a code is: false if there is none for it. */
static bool find_run(const Charset *set, uint32_t code, uint32_t *c)
{
    for (const Run *run = set->runs; run && run->code; run++)
        if (code - run->code < run->count) {
            *c = run->c ? run->c + (code - run->code) : 0;
            return true;
        }
    return false;
}

/* The code that a run gives to a character; 0 if none. */
static uint32_t code_of_run(const Charset *set, uint32_t c)
{
    for (const Run *run = set->runs; run && run->code; run++)
        if (run->c && c - run->c < run->count)
            return run->code + (c - run->c);
    return 0;
}

static uint32_t encode_one(const Charset *set, iconv_t converter, uint32_t c)
{
    for (const Single *single = set->singles; single && single->c; single++)
        if (single->c == c)
            return single->code;
    uint32_t code = code_of_run(set, c), meant;
    if (code || (c >= 0xd800 && c <= 0xdfff))
        return code;
    uint8_t bytes[8];
    int size = convert(converter, &c, sizeof c, bytes, sizeof bytes);
    if (size <= 0 || size > 4)
        return 0;
    for (int i = 0; i < size; i++)
        code = code << 8 | bytes[i];
    return find_run(set, code, &meant) && meant != c ? 0 : code;
}

static uint32_t *make_page(Charset *set, uint32_t first)
{
    iconv_t converter = iconv_open(set->name, "UTF-32LE");
    uint32_t *page = converter == NO_ICONV ? 0 : calloc(256, sizeof *page);
    for (uint32_t i = 0; page && i < 256; i++)
        page[i] = encode_one(set, converter, first + i);
    if (converter != NO_ICONV)
        iconv_close(converter);
    return page;
}

uint32_t charset_encode(Charset *set, uint32_t c)
{
    if (c >> 8 >= sizeof set->pages / sizeof set->pages[0])
        return 0;
    uint32_t **place = &set->pages[c >> 8], *page = load_acquire(place);
    if (!page) {
        page = make_page(set, c & ~0xffu);
        if (!page)
            return CHARSET_FAILED;
        page = publish(place, page);
    }
    return page[c & 0xff];
}
