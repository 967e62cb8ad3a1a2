#include "base/hash.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

typedef struct SipState {
    uint64_t v0, v1, v2, v3;
} SipState;

ALWAYS_INLINE uint64_t rotate_left(uint64_t x, int n)
{
    return (x << n) | (x >> (64 - n));
}

ALWAYS_INLINE void sip_round(SipState *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 = rotate_left(s->v2, 32);
}

ALWAYS_INLINE void sip_word(SipState *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

uint64_t hash_bytes(const void *data, size_t length, const HashKey *key)
{
    /* The four words are "somepseudorandomlygeneratedbytes". */
    SipState s = {
        key->k0 ^ UINT64_C(0x736f6d6570736575),
        key->k1 ^ UINT64_C(0x646f72616e646f6d),
        key->k0 ^ UINT64_C(0x6c7967656e657261),
        key->k1 ^ UINT64_C(0x7465646279746573),
    };
    const unsigned char *p = data;
    size_t rest = length;
    for (; rest >= 8; p += 8, rest -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sip_word(&s, word);
    }
    uint64_t last = (uint64_t)length << 56;
    for (size_t i = 0; i < rest; i++)
        last |= (uint64_t)p[i] << (8 * i);
    sip_word(&s, last);
    s.v2 ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

bool hash_key_random(HashKey *key)
{
    for (;;) {
        ssize_t got = getrandom(key, sizeof *key, 0);
        if (got == (ssize_t)sizeof *key)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
    }
}

void hash_key_from_seed(HashKey *key, uint32_t seed)
{
    unsigned char bytes[sizeof *key] = {0};
    uint32_t state = seed;
    for (size_t i = 0; seed && i < sizeof bytes; i++) {
        state = state * 214013 + 2531011;
        bytes[i] = (unsigned char)(state >> 16);
    }
    memcpy(key, bytes, sizeof bytes);
}
