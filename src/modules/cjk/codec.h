/* The encodings of East Asia, one step at a time: what the types of multibyte.c run. */
#ifndef WEFT_MODULES_CJK_CODEC_H
#define WEFT_MODULES_CJK_CODEC_H

#include <stddef.h>
#include <stdint.h>
#include "modules/cjk/charset.h"

/* What a stateful encoding is in the middle of; its meaning is the codec's. Python code sees it as
 * a number, by getstate(). */
typedef struct CjkState {
    uint8_t bytes[8];
} CjkState;

enum {
    STEP_INCOMPLETE = 0, /* more input is needed to tell */
    STEP_FAILED = -100,  /* iconv or memory */
    CJK_ENCODED_MAX = 12 /* bytes that one step of encoding, or a reset, writes */
};

typedef struct CjkCodec CjkCodec;

/* Two characters that have a code together. */
typedef struct CjkPair {
    uint32_t first, second, code;
} CjkPair;

struct CjkCodec {
    const char *name;
    /* Decodes what is at `in`, `left` bytes and one at least: sets out[*made]. The bytes taken; or
     * minus those that are illegal, or STEP_. */
    int (*decode)(CjkCodec *codec, CjkState *state, const uint8_t *in, intptr_t left, uint32_t *out,
                  int *made);
    /* Encodes the character in[0], or both where in[1] has a part in it (0 where there is none):
     * sets out[*made]. The characters taken; or minus those that are illegal, or STEP_. `final`:
     * there is no more input to wait for. */
    int (*encode)(CjkCodec *codec, CjkState *state, const uint32_t *in, bool final, uint8_t *out,
                  int *made);
    /* The states at the beginning. */
    CjkState decode_start, encode_start;
    /* Bytes that lead back to the state at the beginning; may be 0. */
    int (*encode_reset)(CjkState *state, uint8_t *out);
    Charset *set;
    Charset *second_set; /* where `set` has nothing with the prefix; or 0 */
    Charset *later_set;  /* a later edition: what only that has is known not to be here; or 0 */
    uint8_t pair_lead;   /* lead bytes of the codes of pairs: this and the next 9; 0: none */
    uint8_t last_lead;   /* of Shift JIS */
    bool has_high_bytes; /* single bytes above 0x7f may stand for characters */
    const void *designations; /* of ISO 2022 */
    CjkPair *pairs;           /* atomic; 0 until first needed; ends with code 0 */
};

/* The codecs of the modules _codecs_cn, ...; each list ends with 0. */
extern CjkCodec *const cjk_cn_codecs[],
    *const cjk_hk_codecs[], *const cjk_tw_codecs[], *const cjk_jp_codecs[],
                                                        *const cjk_kr_codecs[],
                                                            *const cjk_iso2022_codecs[];

extern CjkCodec cjk_hz; /* stateful, but of China */

/* Charsets that stateful encodings use too. */
extern Charset charset_gb2312, charset_euc_jp, charset_cp949, charset_euc_x0213_2000,
    charset_euc_x0213_2004;

/* The code of two characters together, 0 if none; *is_first: there is one that begins so. False if
 * iconv or memory fails. */
bool cjk_pair_code(CjkCodec *codec, uint32_t first, uint32_t second, uint32_t *code,
                   bool *is_first) MUST_USE;

#endif
