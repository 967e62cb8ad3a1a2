#include "base/unicode_normalize.h"

#include <stdlib.h>
#include "base/unicode.h"
#include "base/utf8.h"
#include "base/vec.h"

#include "unicode_decomp.h"

enum { BLOCK_BITS = 7 };

/* Hangul syllables are composed by arithmetic (Unicode 15, 3.12). */
enum {
    S_BASE = 0xac00,
    L_BASE = 0x1100,
    V_BASE = 0x1161,
    T_BASE = 0x11a7,
    L_COUNT = 19,
    V_COUNT = 21,
    T_COUNT = 28,
    S_COUNT = L_COUNT * V_COUNT * T_COUNT
};

typedef VEC(uint32_t) CharVec;

const uint32_t *unicode_decomposition(uint32_t c, bool old, int *count, const char **tag)
{
    if (c > UNICODE_MAX || (old && unicode_record(c)->newer))
        return 0;
    unsigned block = unicode_decomposition_stage1[c >> BLOCK_BITS];
    unsigned index =
        unicode_decomposition_stage2[(block << BLOCK_BITS) + (c & ((1u << BLOCK_BITS) - 1))];
    if (!index)
        return 0;
    const uint32_t *entry = &unicode_decompositions[index];
    *count = (int)(entry[0] & 0xff);
    *tag = unicode_decomposition_tags[entry[0] >> 8];
    if (old)
        for (size_t i = 0; i < COUNT_OF(unicode_corrections); i++)
            if (unicode_corrections[i][0] == c)
                return &unicode_corrections[i][1];
    return entry + 1;
}

static int combining_class(uint32_t c, bool old)
{
    const UnicodeRecord *r = unicode_record(c);
    return old && r->newer ? 0 : r->combining;
}

/* ---- Decomposition ---------------------------------------------------------------------- */

static bool decompose_char(CharVec *out, uint32_t c, bool compatible, bool old)
{
    uint32_t syllable = c - S_BASE;
    if (syllable < S_COUNT) {
        uint32_t tail = syllable % T_COUNT;
        return vec_push(out, L_BASE + syllable / (V_COUNT * T_COUNT)) &&
               vec_push(out, V_BASE + syllable / T_COUNT % V_COUNT) &&
               (!tail || vec_push(out, T_BASE + tail));
    }
    int count;
    const char *tag;
    const uint32_t *parts = c < 0x80 ? 0 : unicode_decomposition(c, old, &count, &tag);
    if (!parts || (*tag && !compatible))
        return vec_push(out, c);
    /* Decompositions nest a few levels at most. */
    for (int i = 0; i < count; i++)
        if (!decompose_char(out, parts[i], compatible, old))
            return false;
    return true;
}

/* Sorts each run of combining characters by their class, keeping the order of equals. */
static void order_combining(CharVec *text, bool old)
{
    for (size_t i = 1; i < text->count; i++) {
        uint32_t c = text->items[i];
        int class = combining_class(c, old);
        size_t k = i;
        if (!class)
            continue;
        while (k > 0 && combining_class(text->items[k - 1], old) > class) {
            text->items[k] = text->items[k - 1];
            k--;
        }
        text->items[k] = c;
    }
}

/* ---- Composition ------------------------------------------------------------------------ */

/* What two characters compose to; 0: nothing. */
static uint32_t compose_pair(uint32_t a, uint32_t b, bool old)
{
    if (a - L_BASE < L_COUNT && b - V_BASE < V_COUNT)
        return S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT;
    if (a - S_BASE < S_COUNT && (a - S_BASE) % T_COUNT == 0 && b - T_BASE - 1 < T_COUNT - 1)
        return a + (b - T_BASE);
    uint64_t key = (uint64_t)a << 21 | b;
    size_t low = 0, high = COUNT_OF(unicode_composition_keys);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (unicode_composition_keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == COUNT_OF(unicode_composition_keys) || unicode_composition_keys[low] != key)
        return 0;
    uint32_t result = unicode_composition_values[low];
    return old && unicode_record(result)->newer ? 0 : result;
}

/* Each character is tried with the last starter before it, unless one between them blocks it. */
static void compose(CharVec *text, bool old)
{
    size_t starter = SIZE_MAX, kept = 0;
    int last_class = 0;
    for (size_t i = 0; i < text->count; i++) {
        uint32_t c = text->items[i];
        int class = combining_class(c, old);
        bool blocked = starter == SIZE_MAX || (starter + 1 < kept && last_class >= class);
        uint32_t composed = blocked ? 0 : compose_pair(text->items[starter], c, old);
        if (composed) {
            text->items[starter] = composed;
            continue;
        }
        text->items[kept] = c;
        last_class = class;
        if (!class)
            starter = kept;
        kept++;
    }
    text->count = kept;
}

uint32_t *unicode_normalize(const void *characters, size_t count, unsigned width, UnicodeForm form,
                            bool old, size_t *out_count)
{
    CharVec text = {0};
    bool compatible = form == UNICODE_NFKC || form == UNICODE_NFKD;
    bool ok = vec_reserve(&text, count + 1);
    for (size_t i = 0; i < count && ok; i++)
        ok = decompose_char(&text, char_at(characters, width, i), compatible, old);
    if (!ok) {
        vec_free(&text);
        return 0;
    }
    order_combining(&text, old);
    if (form == UNICODE_NFC || form == UNICODE_NFKC)
        compose(&text, old);
    *out_count = text.count;
    return text.items;
}

int unicode_is_normal(const void *characters, size_t count, unsigned width, UnicodeForm form,
                      bool old)
{
    int result = 1, last = 0;
    if (old)
        return -1;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = char_at(characters, width, i);
        if (c < 0x80) {
            last = 0;
            continue;
        }
        const UnicodeRecord *r = unicode_record(c);
        if (r->combining && r->combining < last)
            return 0;
        last = r->combining;
        int check = r->normal >> 2 * (int)form & 3;
        if (check == 2)
            return 0;
        if (check == 1)
            result = -1;
    }
    return result;
}
