/* Encodings of seven bits, in which escape sequences say what the bytes that follow mean: HZ, and
 * those of ISO 2022.
 *
 * The state of ISO 2022: bytes[0] to bytes[2] are marks of what is designated to G0, G1 and G2;
 * bytes[4] is whether G1 is shifted in. A mark is the final byte of the escape sequence, with the
 * high bit where characters have two bytes. */
#include "modules/cjk/codec.h"

#include <string.h>

enum { ESC = 0x1b, SHIFT_OUT = 0x0e, SHIFT_IN = 0x0f, SHIFTED = 4, ESCAPE_MAX = 16 };

static int one(uint32_t c, int size, uint32_t *out, int *made)
{
    out[0] = c;
    *made = 1;
    return size;
}

static void put(const char *text, uint8_t *out, int *made)
{
    while (*text)
        out[(*made)++] = (uint8_t)*text++;
}

/* ---- Charsets within an encoding --------------------------------------------------------- */

enum { DOUBLE = 0x80, ASCII = 'B', ROMAN = 'J', KANA = 'I', LATIN = 'A', GREEK = 'F' };

typedef struct Designation {
    uint8_t mark;
    uint8_t plane;   /* 0 to 2: to which of G0, G1, G2 it is designated */
    bool prefixed;   /* of two bytes: those whose codes in `set` have the prefix */
    bool only_reads; /* nothing is encoded in it */
    Charset *set;    /* of two bytes; else 0 */
} Designation;

/* As a charset of ISO 2022, JIS X 0213 has an ASCII tilde where EUC has a wide one. */
enum { WIDE_TILDE = 0xff5e };

static bool is_x0213(const Designation *d)
{
    return d->set == &charset_euc_x0213_2000 || d->set == &charset_euc_x0213_2004;
}

/* The character, or pair, of two bytes; 0 if none. */
static uint32_t decode_double(const Designation *d, const uint8_t *in)
{
    if (in[0] < 0x21 || in[0] > 0x7e || in[1] < 0x21 || in[1] > 0x7e)
        return 0;
    uint32_t c = charset_decode(d->set, d->prefixed, in[0] | 0x80u, in[1] | 0x80u);
    return c == WIDE_TILDE && is_x0213(d) ? '~' : c;
}

static uint32_t encode_double(const Designation *d, uint32_t c)
{
    enum { LEAST = 0xa1 }; /* of both bytes in EUC */
    uint32_t code = charset_encode(d->set, c);
    if (code == CHARSET_FAILED)
        return code;
    bool prefixed = code >> 16 == CHARSET_PREFIX;
    if (c == WIDE_TILDE && is_x0213(d))
        return 0;
    if (prefixed != d->prefixed || (code >> 16 && !prefixed) || (code >> 8 & 0xff) < LEAST ||
        (code & 0xff) < LEAST)
        return 0;
    return code & 0x7f7f;
}

/* ISO 8859-7 as it was in 1987. */
static uint32_t decode_greek(uint8_t byte)
{
    static const uint8_t same[] = {0xa3, 0xa6, 0xa7, 0xa8, 0xa9, 0xab, 0xac, 0xad,
                                   0xb0, 0xb1, 0xb2, 0xb3, 0xb7, 0xbb, 0xbd};
    if (byte <= 0xa0 || memchr(same, byte, sizeof same))
        return byte;
    if (byte == 0xa1 || byte == 0xa2)
        return 0x2018 + byte - 0xa1u;
    if (byte == 0xaf)
        return 0x2015;
    return byte < 0xb4 || byte == 0xd2 || byte == 0xff ? 0 : byte + 0x2d0u;
}

/* The character of a byte below 0x80 in a charset of single bytes; 0 if none. */
static uint32_t decode_single(uint8_t mark, uint8_t byte)
{
    switch (mark) {
    case ROMAN:
        return byte == '\\' ? 0xa5 : byte == '~' ? 0x203e : byte;
    case KANA:
        return byte >= 0x21 && byte <= 0x5f ? 0xff61 + byte - 0x21u : 0;
    case LATIN:
        return byte | 0x80u;
    case GREEK:
        return decode_greek(byte | 0x80);
    default:
        return byte;
    }
}

static uint32_t encode_single(uint8_t mark, uint32_t c)
{
    if (mark == ROMAN)
        return c == 0xa5 ? '\\' : c == 0x203e ? '~' : 0;
    return mark == KANA && c >= 0xff61 && c <= 0xff9f ? c - 0xff61 + 0x21 : 0;
}

/* ---- HZ: bytes[0] is whether characters of GB 2312 are being read or written -------------- */

static int decode_tilde(CjkState *state, const uint8_t *in, intptr_t left, uint32_t *out, int *made)
{
    if (left < 2)
        return STEP_INCOMPLETE;
    if (state->bytes[0] ? in[1] != '}' : !strchr("~{\n", in[1]) || !in[1])
        return -1;
    if (in[1] == '~')
        return one('~', 2, out, made);
    if (in[1] != '\n')
        state->bytes[0] = in[1] == '{';
    return 2;
}

static int decode_hz(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left,
                     uint32_t *out, int *made)
{
    if (in[0] == '~')
        return decode_tilde(state, in, left, out, made);
    if (in[0] & 0x80)
        return -1;
    if (!state->bytes[0])
        return one(in[0], 1, out, made);
    if (left < 2)
        return STEP_INCOMPLETE;
    uint32_t c = decode_double(&(Designation){.set = codec->set}, in);
    if (c == CHARSET_FAILED)
        return STEP_FAILED;
    return c ? one(c, 2, out, made) : -1;
}

static int encode_hz(CjkCodec *codec, CjkState *state, const uint32_t *in, bool final UNUSED,
                     uint8_t *out, int *made)
{
    bool is_ascii = in[0] < 0x80;
    uint32_t code = is_ascii ? 0 : encode_double(&(Designation){.set = codec->set}, in[0]);
    if (code == CHARSET_FAILED)
        return STEP_FAILED;
    if (!code && !is_ascii)
        return -1;
    if (state->bytes[0] == is_ascii)
        put(is_ascii ? "~}" : "~{", out, made);
    state->bytes[0] = !is_ascii;
    if (!is_ascii || in[0] == '~')
        out[(*made)++] = is_ascii ? '~' : (uint8_t)(code >> 8);
    out[(*made)++] = (uint8_t)(is_ascii ? in[0] : code);
    return 1;
}

static int reset_hz(CjkState *state, uint8_t *out)
{
    int made = 0;
    if (state->bytes[0])
        put("~}", out, &made);
    state->bytes[0] = 0;
    return made;
}

CjkCodec cjk_hz = {.name = "hz",
                   .decode = decode_hz,
                   .encode = encode_hz,
                   .encode_reset = reset_hz,
                   .set = &charset_gb2312};

/* ---- ISO 2022: decoding ------------------------------------------------------------------ */

static const Designation *find_designation(const CjkCodec *codec, uint8_t mark)
{
    for (const Designation *d = codec->designations; d->mark; d++)
        if (d->mark == mark)
            return d;
    return 0;
}

static bool has_plane(const CjkCodec *codec, int plane)
{
    for (const Designation *d = codec->designations; d->mark; d++)
        if (d->plane == plane)
            return true;
    return false;
}

/* Bytes of the escape sequence at `in`; 0 if its end is not there yet, -1 if it has none. ESC & @
 * says that a second sequence follows, of a later edition of JIS X 0208. */
static int escape_length(const CjkCodec *codec, const uint8_t *in, intptr_t left)
{
    bool has_editions = find_designation(codec, 'B' | DOUBLE) != 0;
    for (int i = 1; i < ESCAPE_MAX; i++) {
        if (i >= left)
            return 0;
        if ((in[i] >= 'A' && in[i] <= 'Z') || in[i] == '@')
            return i + 1;
        if (has_editions && i + 1 < left && in[i] == '&' && in[i + 1] == '@')
            i += 2;
    }
    return -1;
}

/* The plane that the byte before the final one names, of those in `planes`; -1 if none. */
static int named_plane(uint8_t byte, const char *planes)
{
    const char *found = byte ? strchr(planes, byte) : 0;
    return found ? (int)(found - planes) : -1;
}

static int decode_escape(const CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left)
{
    int length = escape_length(codec, in, left), plane = -1;
    if (length <= 0)
        return length;
    uint8_t mark = in[length - 1];
    if (length == 3) {
        plane = in[1] == '$' ? 0 : named_plane(in[1], "().");
        mark |= in[1] == '$' ? DOUBLE : 0;
    } else if (length == 4 && in[1] == '$') {
        plane = named_plane(in[2], "()");
        mark |= DOUBLE;
    } else if (length == 6 && in[3] == ESC && in[4] == '$' && in[5] == 'B') {
        plane = 0;
        mark |= DOUBLE;
    }
    if (plane < 0 || (mark != ASCII && !find_designation(codec, mark)))
        return -length;
    state->bytes[plane] = mark;
    return length;
}

/* ESC N: the next character is one of G2. */
static int decode_single_shift(CjkState *state, const uint8_t *in, intptr_t left, uint32_t *out,
                               int *made)
{
    if (left < 3)
        return STEP_INCOMPLETE;
    uint32_t c = in[2] & 0x80 ? 0 : decode_single(state->bytes[2], in[2]);
    return c ? one(c, 3, out, made) : -3;
}

static int decode_designated(const CjkCodec *codec, uint8_t mark, const uint8_t *in, intptr_t left,
                             uint32_t *out, int *made)
{
    const Designation *d = find_designation(codec, mark);
    bool is_double = mark & DOUBLE;
    if (is_double && left < 2)
        return STEP_INCOMPLETE;
    uint32_t c = is_double ? decode_double(d, in) : decode_single(mark, in[0]);
    if (c == CHARSET_FAILED)
        return STEP_FAILED;
    if (!c)
        return is_double ? -2 : -1;
    *made = c & PAIR_FLAG ? 2 : 1;
    out[0] = c & PAIR_FLAG ? PAIR_FIRST(c) : c;
    out[1] = PAIR_SECOND(c);
    return is_double ? 2 : 1;
}

static int decode_iso2022(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left,
                          uint32_t *out, int *made)
{
    if (in[0] == ESC) {
        if (left < 2)
            return STEP_INCOMPLETE;
        if (in[1] && strchr("()$.&", in[1]))
            return decode_escape(codec, state, in, left);
        if (in[1] == 'N' && has_plane(codec, 2))
            return decode_single_shift(state, in, left, out, made);
        return one(ESC, 1, out, made);
    }
    if ((in[0] == SHIFT_OUT || in[0] == SHIFT_IN) && has_plane(codec, 1)) {
        state->bytes[SHIFTED] = in[0] == SHIFT_OUT;
        return 1;
    }
    if (in[0] == '\n')
        state->bytes[SHIFTED] = 0;
    if (in[0] < 0x20)
        return one(in[0], 1, out, made);
    if (in[0] & 0x80)
        return -1;
    uint8_t mark = state->bytes[state->bytes[SHIFTED] ? 1 : 0];
    return mark == ASCII ? one(in[0], 1, out, made)
                         : decode_designated(codec, mark, in, left, out, made);
}

/* ---- ISO 2022: encoding ------------------------------------------------------------------ */

static int reset_iso2022(CjkState *state, uint8_t *out)
{
    int made = 0;
    if (state->bytes[SHIFTED])
        out[made++] = SHIFT_IN;
    state->bytes[SHIFTED] = 0;
    if (state->bytes[0] != ASCII)
        put("\033(B", out, &made);
    state->bytes[0] = ASCII;
    return made;
}

/* Writes what makes the charset the one of the bytes that follow. */
static void designate(CjkState *state, const Designation *d, uint8_t *out, int *made)
{
    bool is_double = d->mark & DOUBLE;
    uint8_t letter = d->mark & 0x7f;
    if (state->bytes[d->plane] != d->mark) {
        put(is_double ? "\033$" : "\033", out, made);
        if (d->plane == 1 || !is_double || (letter != 'B' && letter != '@'))
            out[(*made)++] = d->plane == 1 ? ')' : '(';
        out[(*made)++] = letter;
        state->bytes[d->plane] = d->mark;
    }
    if (d->plane == 1 && !state->bytes[SHIFTED]) {
        out[(*made)++] = SHIFT_OUT;
        state->bytes[SHIFTED] = 1;
    }
}

/* The first charset of the codec that has the character; *code is 0 if none has. */
static const Designation *find_code(const CjkCodec *codec, uint32_t c, uint32_t *code)
{
    const Designation *d = codec->designations;
    for (; d->mark; d++) {
        *code = d->only_reads ? 0 : d->set ? encode_double(d, c) : encode_single(d->mark, c);
        if (*code)
            return d;
    }
    *code = 0;
    return d;
}

static int encode_iso2022(CjkCodec *codec, CjkState *state, const uint32_t *in, bool final,
                          uint8_t *out, int *made)
{
    uint32_t code = 0;
    bool is_first = false;
    if (in[0] < 0x80) {
        *made = reset_iso2022(state, out);
        out[(*made)++] = (uint8_t)in[0];
        return 1;
    }
    if (codec->pair_lead && !cjk_pair_code(codec, in[0], in[1], &code, &is_first))
        return STEP_FAILED;
    if (is_first && !in[1] && !final)
        return STEP_INCOMPLETE;
    int taken = code ? 2 : 1;
    const Designation *d;
    if (code) {
        /* All pairs are in the first plane of JIS X 0213. */
        code &= 0x7f7f;
        d = (const Designation *)codec->designations + 1;
    } else {
        d = find_code(codec, in[0], &code);
    }
    if (code == CHARSET_FAILED)
        return STEP_FAILED;
    if (!code)
        return -1;
    designate(state, d, out, made);
    if (d->mark & DOUBLE)
        out[(*made)++] = (uint8_t)(code >> 8);
    out[(*made)++] = (uint8_t)code;
    return taken;
}

/* ---- The codecs: their charsets in the order in which they are tried ----------------------- */

#define JISX0208                                                                                   \
    {                                                                                              \
        'B' | DOUBLE, .set = &charset_euc_jp                                                       \
    }
#define JISX0208_OLD                                                                               \
    {                                                                                              \
        '@' | DOUBLE, .set = &charset_euc_jp, .only_reads = true                                   \
    }
#define JISX0212                                                                                   \
    {                                                                                              \
        'D' | DOUBLE, .set = &charset_euc_jp, .prefixed = true                                     \
    }

static const Designation kr_charsets[] = {{'C' | DOUBLE, 1, .set = &charset_cp949}, {0}};
static const Designation jp_charsets[] = {JISX0208, {.mark = ROMAN}, JISX0208_OLD, {0}};
static const Designation jp_1_charsets[] = {JISX0208, JISX0212, {.mark = ROMAN}, JISX0208_OLD, {0}};
static const Designation jp_2_charsets[] = {JISX0208,
                                            JISX0212,
                                            {'C' | DOUBLE, .set = &charset_cp949},
                                            {'A' | DOUBLE, .set = &charset_gb2312},
                                            {.mark = ROMAN},
                                            JISX0208_OLD,
                                            {LATIN, 2, .only_reads = true},
                                            {GREEK, 2, .only_reads = true},
                                            {0}};
static const Designation jp_3_charsets[] = {
    JISX0208,
    {'O' | DOUBLE, .set = &charset_euc_x0213_2000},
    {'P' | DOUBLE, .set = &charset_euc_x0213_2000, .prefixed = true},
    {0}};
static const Designation jp_2004_charsets[] = {
    JISX0208,
    {'Q' | DOUBLE, .set = &charset_euc_x0213_2004},
    {'P' | DOUBLE, .set = &charset_euc_x0213_2004, .prefixed = true},
    {0}};
static const Designation jp_ext_charsets[] = {JISX0208,       JISX0212,     {.mark = ROMAN},
                                              {.mark = KANA}, JISX0208_OLD, {0}};

#define CODEC(id, charset, ...)                                                                    \
    static CjkCodec iso2022_##id = {.name = "iso2022_" #id,                                        \
                                    .decode = decode_iso2022,                                      \
                                    .encode = encode_iso2022,                                      \
                                    .encode_reset = reset_iso2022,                                 \
                                    .decode_start = {{ASCII, ASCII, ASCII}},                       \
                                    .encode_start = {{ASCII, ASCII}},                              \
                                    .set = &charset_##charset,                                     \
                                    .designations = id##_charsets,                                 \
                                    ##__VA_ARGS__}
CODEC(kr, cp949);
CODEC(jp, euc_jp);
CODEC(jp_1, euc_jp);
CODEC(jp_2, euc_jp);
CODEC(jp_3, euc_x0213_2000, .pair_lead = 0xa4);
CODEC(jp_2004, euc_x0213_2004, .pair_lead = 0xa4);
CODEC(jp_ext, euc_jp);

CjkCodec *const cjk_iso2022_codecs[] = {
    &iso2022_kr,   &iso2022_jp,      &iso2022_jp_1,   &iso2022_jp_2,
    &iso2022_jp_3, &iso2022_jp_2004, &iso2022_jp_ext, 0};
