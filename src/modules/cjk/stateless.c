/* Encodings in which a sequence of bytes means the same everywhere. */
#include "modules/cjk/codec.h"

#include <stdlib.h>
#include "base/atomic.h"
#include "modules/cjk/differences.h"

#define CHARSET(id, name_, runs_, singles_)                                                        \
    Charset charset_##id = {.name = name_, .runs = runs_, .singles = singles_}
#define OWN_CHARSET(id, name, runs, singles) static CHARSET(id, name, runs, singles)

CHARSET(gb2312, "EUC-CN", 0, 0);
OWN_CHARSET(gbk, "GBK", gbk_runs, 0);
OWN_CHARSET(gb18030, "GB18030", gb18030_runs, gb18030_singles);
OWN_CHARSET(big5, "BIG5", big5_runs, 0);
OWN_CHARSET(cp950, "CP950", cp950_runs, cp950_singles);
OWN_CHARSET(big5hkscs, "BIG5-HKSCS", big5hkscs_runs, big5hkscs_singles);
CHARSET(cp949, "UHC", 0, 0);
OWN_CHARSET(euc_kr, "EUC-KR", euc_kr_runs, euc_kr_singles);
OWN_CHARSET(johab, "JOHAB", johab_runs, johab_singles);
CHARSET(euc_jp, "EUC-JP", euc_jp_runs, 0);
OWN_CHARSET(shift_jis, "SJIS", 0, shift_jis_singles);
OWN_CHARSET(cp932, "CP932", 0, cp932_singles);
CHARSET(euc_x0213_2000, "EUC-JISX0213", euc_jisx0213_runs, 0);
CHARSET(euc_x0213_2004, "EUC-JISX0213", euc_jis_2004_runs, 0);
OWN_CHARSET(shift_x0213_2000, "SHIFT_JISX0213", shift_jisx0213_runs, shift_jisx0213_singles);
OWN_CHARSET(shift_x0213_2004, "SHIFT_JISX0213", shift_jis_2004_runs, shift_jis_2004_singles);

/* ---- Pairs ------------------------------------------------------------------------------ */

enum { PAIR_MAX = 48, PAIR_LEADS = 10 };

static CjkPair *find_pairs(CjkCodec *codec)
{
    CjkPair *pairs = calloc(PAIR_MAX + 1, sizeof *pairs);
    int count = 0;
    for (unsigned lead = codec->pair_lead; pairs && lead < codec->pair_lead + 0u + PAIR_LEADS;
         lead++)
        for (unsigned trail = 0x40; trail < 0xff && count < PAIR_MAX; trail++) {
            uint32_t c = charset_decode(codec->set, false, lead, trail);
            if (c == CHARSET_FAILED) {
                free(pairs);
                return 0;
            }
            if (c & PAIR_FLAG)
                pairs[count++] = (CjkPair){PAIR_FIRST(c), PAIR_SECOND(c), lead << 8 | trail};
        }
    return pairs;
}

bool cjk_pair_code(CjkCodec *codec, uint32_t first, uint32_t second, uint32_t *code, bool *is_first)
{
    CjkPair *pairs = load_acquire(&codec->pairs), *none = 0;
    *code = 0;
    *is_first = false;
    if (!pairs) {
        pairs = find_pairs(codec);
        if (!pairs)
            return false;
        if (!cas_acq_rel(&codec->pairs, &none, pairs)) {
            free(pairs);
            pairs = none;
        }
    }
    for (; pairs->code; pairs++)
        if (pairs->first == first) {
            *is_first = true;
            if (pairs->second == second)
                *code = pairs->code;
        }
    return true;
}

/* ---- Steps that several share ------------------------------------------------------------ */

/* What charset_decode gave for `size` bytes, as the result of a step; `illegal` bytes if 0. */
static int decoded(uint32_t c, int size, int illegal, uint32_t *out, int *made)
{
    if (c == CHARSET_FAILED)
        return STEP_FAILED;
    if (!c)
        return -illegal;
    *made = c & PAIR_FLAG ? 2 : 1;
    out[0] = c & PAIR_FLAG ? PAIR_FIRST(c) : c;
    out[1] = c & PAIR_FLAG ? PAIR_SECOND(c) : 0;
    return size;
}

static int one(uint32_t c, int size, uint32_t *out, int *made)
{
    out[0] = c;
    *made = 1;
    return size;
}

/* The bytes that are illegal where `set` has no character for two: both if a later edition has. */
static int illegal_of_two(const CjkCodec *codec, const uint8_t *in)
{
    return codec->later_set && charset_decode(codec->later_set, false, in[0], in[1]) ? 2 : 1;
}

/* ASCII, and else two bytes. */
static int decode_two(CjkCodec *codec, CjkState *state UNUSED, const uint8_t *in, intptr_t left,
                      uint32_t *out, int *made)
{
    if (in[0] < 0x80)
        return one(in[0], 1, out, made);
    if (left < 2)
        return STEP_INCOMPLETE;
    uint32_t c = charset_decode(codec->set, false, in[0], in[1]);
    return decoded(c, 2, c ? 0 : illegal_of_two(codec, in), out, made);
}

static void put_code(uint32_t code, uint8_t *out, int *made)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        if (code >> shift)
            out[(*made)++] = (uint8_t)(code >> shift);
}

/* The code of one character, without those of single bytes unless the codec has them. */
static uint32_t code_of(CjkCodec *codec, uint32_t c)
{
    uint32_t code = charset_encode(codec->set, c);
    return code >= 0x80 && code <= 0xff && !codec->has_high_bytes ? 0 : code;
}

static int encoded(uint32_t code, uint8_t *out, int *made)
{
    if (code == CHARSET_FAILED)
        return STEP_FAILED;
    if (!code)
        return -1;
    put_code(code, out, made);
    return 1;
}

static int encode_any(CjkCodec *codec, CjkState *state UNUSED, const uint32_t *in,
                      bool final UNUSED, uint8_t *out, int *made)
{
    if (in[0] < 0x80) {
        out[(*made)++] = (uint8_t)in[0];
        return 1;
    }
    return encoded(code_of(codec, in[0]), out, made);
}

/* The same where two characters may have one code. */
static int encode_pairs(CjkCodec *codec, CjkState *state UNUSED, const uint32_t *in, bool final,
                        uint8_t *out, int *made)
{
    uint32_t code = 0;
    bool is_first;
    if (in[0] >= 0x80) {
        if (!cjk_pair_code(codec, in[0], in[1], &code, &is_first))
            return STEP_FAILED;
        if (is_first && !in[1] && !final)
            return STEP_INCOMPLETE;
    }
    if (code) {
        put_code(code, out, made);
        return 2;
    }
    if (in[0] < 0x80 && (!codec->has_high_bytes || (in[0] != '\\' && in[0] != '~'))) {
        out[(*made)++] = (uint8_t)in[0];
        return 1;
    }
    code = code_of(codec, in[0]);
    if (!code && codec->second_set &&
        !(codec->later_set && charset_encode(codec->later_set, in[0]))) {
        code = charset_encode(codec->second_set, in[0]);
        if (code <= 0xffff)
            code = 0;
    }
    return encoded(code, out, made);
}

/* ---- GB 18030 ---------------------------------------------------------------------------- */

/* Codes of four bytes, in their order: those of the BMP are characters without a shorter code,
 * those from 0x90308130 on are all other planes. */
enum { GB_LINEAR_COUNT = 39420, GB_OTHER_PLANES = 189000 };

static uint32_t gb_linear(const uint8_t *in)
{
    return (((in[0] - 0x81u) * 10 + (in[1] - 0x30u)) * 126 + (in[2] - 0x81u)) * 10 + in[3] - 0x30u;
}

static uint32_t gb_code(uint32_t linear)
{
    uint32_t code = 0x30 + linear % 10;
    linear /= 10;
    code |= (0x81 + linear % 126) << 8;
    linear /= 126;
    return code | (0x30 + linear % 10) << 16 | (0x81 + linear / 10) << 24;
}

static uint32_t *gb_table; /* atomic; characters of the BMP by linear code; 0 until needed */

static uint32_t *make_gb_table(void)
{
    uint32_t *table = calloc(GB_LINEAR_COUNT, sizeof *table), *none = 0;
    for (uint32_t c = 0x80; table && c < 0x10000; c++) {
        uint32_t code = charset_encode(&charset_gb18030, c);
        if (code == CHARSET_FAILED) {
            free(table);
            return 0;
        }
        uint8_t bytes[] = {(uint8_t)(code >> 24), (uint8_t)(code >> 16), (uint8_t)(code >> 8),
                           (uint8_t)code};
        if (code > 0xffff && gb_linear(bytes) < GB_LINEAR_COUNT)
            table[gb_linear(bytes)] = c;
    }
    if (table && !cas_acq_rel(&gb_table, &none, table)) {
        free(table);
        table = none;
    }
    return table;
}

static int decode_gb_four(const uint8_t *in, intptr_t left, uint32_t *out, int *made)
{
    if (left < 4)
        return STEP_INCOMPLETE;
    if (in[0] < 0x81 || in[0] > 0xfe || in[2] < 0x81 || in[2] > 0xfe || in[3] < 0x30 ||
        in[3] > 0x39)
        return -1;
    uint32_t linear = gb_linear(in);
    if (linear >= GB_OTHER_PLANES)
        return linear < GB_OTHER_PLANES + 0x100000
                   ? one(0x10000 + linear - GB_OTHER_PLANES, 4, out, made)
                   : -1;
    if (linear >= GB_LINEAR_COUNT)
        return -1;
    uint32_t *table = load_acquire(&gb_table);
    if (!table && !(table = make_gb_table()))
        return STEP_FAILED;
    return decoded(table[linear], 4, 4, out, made);
}

static int decode_gb18030(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left,
                          uint32_t *out, int *made)
{
    if (in[0] >= 0x80 && left >= 2 && in[1] >= 0x30 && in[1] <= 0x39)
        return decode_gb_four(in, left, out, made);
    return decode_two(codec, state, in, left, out, made);
}

static int encode_gb18030(CjkCodec *codec, CjkState *state, const uint32_t *in, bool final,
                          uint8_t *out, int *made)
{
    if (in[0] < 0x10000)
        return encode_any(codec, state, in, final, out, made);
    put_code(gb_code(in[0] - 0x10000 + GB_OTHER_PLANES), out, made);
    return 1;
}

/* ---- EUC-KR ------------------------------------------------------------------------------ */

/* A syllable without a code of its own is written as its letters: four codes of row 0xa4, the
 * first of which is the filler. */
enum { KR_ROW = 0xa4, KR_FILLER = 0xd4, KR_VOWEL = 0xbf, HANGUL = 0xac00, HANGUL_COUNT = 11172 };

/* Trail bytes of the letters at the beginning and at the end of a syllable. */
static const uint8_t kr_initials[19] = {0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5,
                                        0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe};
static const uint8_t kr_finals[28] = {0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa,
                                      0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1, 0xb2, 0xb4, 0xb5,
                                      0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe};

static int index_of(const uint8_t *letters, int count, uint8_t letter)
{
    for (int i = 0; i < count; i++)
        if (letters[i] == letter)
            return i;
    return -1;
}

static int decode_kr_letters(const uint8_t *in, intptr_t left, uint32_t *out, int *made)
{
    if (left < 8)
        return STEP_INCOMPLETE;
    if (in[2] != KR_ROW || in[4] != KR_ROW || in[6] != KR_ROW)
        return -1;
    int initial = index_of(kr_initials, 19, in[3]), vowel = in[5] - KR_VOWEL;
    int final = index_of(kr_finals, 28, in[7]);
    if (initial < 0 || vowel < 0 || vowel > 20 || final < 0)
        return -1;
    return one((uint32_t)(HANGUL + (initial * 21 + vowel) * 28 + final), 8, out, made);
}

static int decode_euc_kr(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left,
                         uint32_t *out, int *made)
{
    if (left >= 2 && in[0] == KR_ROW && in[1] == KR_FILLER)
        return decode_kr_letters(in, left, out, made);
    return decode_two(codec, state, in, left, out, made);
}

static int encode_euc_kr(CjkCodec *codec, CjkState *state, const uint32_t *in, bool final,
                         uint8_t *out, int *made)
{
    int taken = encode_any(codec, state, in, final, out, made);
    uint32_t syllable = in[0] - HANGUL;
    if (taken != -1 || syllable >= HANGUL_COUNT)
        return taken;
    const uint8_t letters[] = {KR_FILLER, kr_initials[syllable / 588],
                               (uint8_t)(KR_VOWEL + syllable / 28 % 21), kr_finals[syllable % 28]};
    for (int i = 0; i < 4; i++) {
        out[(*made)++] = KR_ROW;
        out[(*made)++] = letters[i];
    }
    return 1;
}

/* ---- Japan ------------------------------------------------------------------------------- */

enum { HALF_WIDTH = 0xff61, SINGLE_SHIFT = 0x8e };

static bool is_kana(uint8_t byte)
{
    return byte >= 0xa1 && byte <= 0xdf;
}

static int decode_euc_jp(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left,
                         uint32_t *out, int *made)
{
    if (in[0] == SINGLE_SHIFT) {
        if (left < 2)
            return STEP_INCOMPLETE;
        return is_kana(in[1]) ? one(HALF_WIDTH + in[1] - 0xa1u, 2, out, made) : -1;
    }
    if (in[0] != CHARSET_PREFIX)
        return decode_two(codec, state, in, left, out, made);
    if (left < 3)
        return STEP_INCOMPLETE;
    uint32_t c = charset_decode(codec->set, true, in[1], in[2]);
    if (!c && codec->second_set)
        c = charset_decode(codec->second_set, true, in[1], in[2]);
    return decoded(c, 3, 1, out, made);
}

static int decode_shift_jis(CjkCodec *codec, CjkState *state UNUSED, const uint8_t *in,
                            intptr_t left, uint32_t *out, int *made)
{
    if (in[0] < 0x80) {
        bool is_roman = codec->pair_lead && (in[0] == '\\' || in[0] == '~');
        return one(!is_roman ? in[0] : in[0] == '~' ? 0x203e : 0xa5, 1, out, made);
    }
    if (is_kana(in[0]))
        return one(HALF_WIDTH + in[0] - 0xa1u, 1, out, made);
    if (in[0] == 0x80 || in[0] == 0xa0 || in[0] > codec->last_lead)
        return -1;
    if (left < 2)
        return STEP_INCOMPLETE;
    uint32_t c = charset_decode(codec->set, false, in[0], in[1]);
    return decoded(c, 2, c ? 0 : illegal_of_two(codec, in), out, made);
}

/* Microsoft's, in which every byte means something. */
static int decode_cp932(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left,
                        uint32_t *out, int *made)
{
    if (in[0] == 0x80)
        return one(0x80, 1, out, made);
    if (in[0] == 0xa0)
        return one(0xf8f0, 1, out, made);
    if (in[0] > 0xfc)
        return one(0xf8f1 + in[0] - 0xfdu, 1, out, made);
    return decode_shift_jis(codec, state, in, left, out, made);
}

/* Of the codes that IBM and NEC have given to the same character NEC's is written. */
static int encode_cp932(CjkCodec *codec, CjkState *state, const uint32_t *in, bool final,
                        uint8_t *out, int *made)
{
    uint32_t code = in[0] < 0x80 ? 0 : charset_encode(codec->set, in[0]);
    if (code < 0xfa40 || code == CHARSET_FAILED)
        return encode_any(codec, state, in, final, out, made);
    for (unsigned lead = 0xed; lead <= 0xee; lead++)
        for (unsigned trail = 0x40; trail <= 0xfc; trail++)
            if (charset_decode(codec->set, false, lead, trail) == in[0])
                return encoded(lead << 8 | trail, out, made);
    return encoded(code, out, made);
}

/* ---- The codecs -------------------------------------------------------------------------- */

#define CODEC(id, charset, decode_, encode_, ...)                                                  \
    static CjkCodec id = {.name = #id,                                                             \
                          .decode = decode_,                                                       \
                          .encode = encode_,                                                       \
                          .set = &charset_##charset,                                               \
                          ##__VA_ARGS__}
CODEC(gb2312, gb2312, decode_two, encode_any);
CODEC(gbk, gbk, decode_two, encode_any);
CODEC(gb18030, gb18030, decode_gb18030, encode_gb18030);
CODEC(big5hkscs, big5hkscs, decode_two, encode_pairs, .pair_lead = 0x85);
CODEC(big5, big5, decode_two, encode_any);
CODEC(cp950, cp950, decode_two, encode_any);
CODEC(cp949, cp949, decode_two, encode_any);
CODEC(euc_kr, euc_kr, decode_euc_kr, encode_euc_kr);
CODEC(johab, johab, decode_two, encode_any);
CODEC(euc_jp, euc_jp, decode_euc_jp, encode_any);
CODEC(shift_jis, shift_jis, decode_shift_jis, encode_any, .last_lead = 0xea,
      .has_high_bytes = true);
CODEC(cp932, cp932, decode_cp932, encode_cp932, .last_lead = 0xfc, .has_high_bytes = true);
CODEC(euc_jisx0213, euc_x0213_2000, decode_euc_jp, encode_pairs, .pair_lead = 0xa4,
      .later_set = &charset_euc_x0213_2004, .second_set = &charset_euc_jp);
CODEC(euc_jis_2004, euc_x0213_2004, decode_euc_jp, encode_pairs, .pair_lead = 0xa4,
      .second_set = &charset_euc_jp);
CODEC(shift_jisx0213, shift_x0213_2000, decode_shift_jis, encode_pairs, .pair_lead = 0x82,
      .later_set = &charset_shift_x0213_2004, .last_lead = 0xfc, .has_high_bytes = true);
CODEC(shift_jis_2004, shift_x0213_2004, decode_shift_jis, encode_pairs, .pair_lead = 0x82,
      .last_lead = 0xfc, .has_high_bytes = true);

CjkCodec *const cjk_cn_codecs[] = {&gb2312, &gbk, &gb18030, &cjk_hz, 0};
CjkCodec *const cjk_hk_codecs[] = {&big5hkscs, 0};
CjkCodec *const cjk_tw_codecs[] = {&big5, &cp950, 0};
CjkCodec *const cjk_kr_codecs[] = {&cp949, &euc_kr, &johab, 0};
CjkCodec *const cjk_jp_codecs[] = {&euc_jp,         &shift_jis,      &cp932,        &euc_jisx0213,
                                   &shift_jisx0213, &shift_jis_2004, &euc_jis_2004, 0};
