#include "base/unicode.h"

#include "unicode_tables.h"

const char unicode_version[] = UNICODE_VERSION;

const UnicodeRecord *unicode_record(uint32_t c)
{
    if (unlikely(c > 0x10ffff))
        c = 0x10ffff; /* a noncharacter, which has no properties */
    unsigned block = unicode_record_stage1[c >> UNICODE_BLOCK_BITS];
    unsigned offset = c & ((1u << UNICODE_BLOCK_BITS) - 1);
    return &unicode_records[unicode_record_stage2[(block << UNICODE_BLOCK_BITS) + offset]];
}

bool unicode_is_space_slow(uint32_t c)
{
    return unicode_is(c, UC_SPACE);
}

int unicode_decimal(uint32_t c)
{
    if (c < 128)
        return c >= '0' && c <= '9' ? (int)c - '0' : -1;
    const UnicodeRecord *r = unicode_record(c);
    return r->flags & UC_DECIMAL ? r->decimal : -1;
}

int unicode_digit(uint32_t c)
{
    const UnicodeRecord *r = unicode_record(c);
    return r->flags & UC_DIGIT ? r->digit : -1;
}

double unicode_numeric(uint32_t c)
{
    return unicode_numerics[unicode_record(c)->numeric];
}

/* ---- Case ------------------------------------------------------------------------------- */

/* An entry of unicode_specials: the length of the full mapping, then its characters. */
static uint32_t map_one(uint32_t c, int32_t mapping, uint32_t special)
{
    return special ? unicode_specials[mapping + 1] : (uint32_t)((int32_t)c + mapping);
}

uint32_t unicode_to_lower(uint32_t c)
{
    if (c < 128)
        return c >= 'A' && c <= 'Z' ? c | 32 : c;
    const UnicodeRecord *r = unicode_record(c);
    return map_one(c, r->lower, r->flags & UC_SPECIAL_LOWER);
}

uint32_t unicode_to_upper(uint32_t c)
{
    if (c < 128)
        return c >= 'a' && c <= 'z' ? c & ~32u : c;
    const UnicodeRecord *r = unicode_record(c);
    return map_one(c, r->upper, r->flags & UC_SPECIAL_UPPER);
}

uint32_t unicode_to_title(uint32_t c)
{
    const UnicodeRecord *r = unicode_record(c);
    return map_one(c, r->title, r->flags & UC_SPECIAL_TITLE);
}

static int map_full(uint32_t c, int32_t mapping, uint32_t special, uint32_t *out)
{
    if (!special) {
        *out = (uint32_t)((int32_t)c + mapping);
        return 1;
    }
    int count = (int)unicode_specials[mapping];
    for (int i = 0; i < count; i++)
        out[i] = unicode_specials[mapping + 1 + i];
    return count;
}

int unicode_lower_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX])
{
    const UnicodeRecord *r = unicode_record(c);
    return map_full(c, r->lower, r->flags & UC_SPECIAL_LOWER, out);
}

int unicode_upper_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX])
{
    const UnicodeRecord *r = unicode_record(c);
    return map_full(c, r->upper, r->flags & UC_SPECIAL_UPPER, out);
}

int unicode_title_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX])
{
    const UnicodeRecord *r = unicode_record(c);
    return map_full(c, r->title, r->flags & UC_SPECIAL_TITLE, out);
}

int unicode_fold_full(uint32_t c, uint32_t out[UNICODE_CASE_MAX])
{
    const UnicodeRecord *r = unicode_record(c);
    return map_full(c, r->fold, r->flags & UC_SPECIAL_FOLD, out);
}

/* ---- Names of values -------------------------------------------------------------------- */

const char *unicode_category_name(uint32_t c)
{
    return unicode_category_names[unicode_record(c)->category];
}

const char *unicode_bidi_name(uint32_t c)
{
    return unicode_bidi_names[unicode_record(c)->bidi];
}

const char *unicode_width_name(uint32_t c)
{
    return unicode_width_names[unicode_record(c)->width];
}
