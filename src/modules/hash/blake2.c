#include "modules/hash/blake2.h"

#include <string.h>

static const uint64_t iv64[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                 0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

static const uint8_t sigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

/* Which words of the state are mixed: columns, then diagonals. */
static const uint8_t quarters[8][4] = {{0, 4, 8, 12},  {1, 5, 9, 13},  {2, 6, 10, 14},
                                       {3, 7, 11, 15}, {0, 5, 10, 15}, {1, 6, 11, 12},
                                       {2, 7, 8, 13},  {3, 4, 9, 14}};

/* The mixing function G for words of type T, with the rotations of each variant. */
#define MIX(T, r1, r2, r3, r4)                                                                     \
    static inline T rotate_##T(T x, int n)                                                         \
    {                                                                                              \
        return x >> n | x << (8 * (int)sizeof(T) - n);                                             \
    }                                                                                              \
    static inline void mix_##T(T *v, const uint8_t *q, T x, T y)                                   \
    {                                                                                              \
        T a = v[q[0]], b = v[q[1]], c = v[q[2]], d = v[q[3]];                                      \
        a += b + x;                                                                                \
        d = rotate_##T(d ^ a, r1);                                                                 \
        c += d;                                                                                    \
        b = rotate_##T(b ^ c, r2);                                                                 \
        a += b + y;                                                                                \
        d = rotate_##T(d ^ a, r3);                                                                 \
        c += d;                                                                                    \
        b = rotate_##T(b ^ c, r4);                                                                 \
        v[q[0]] = a, v[q[1]] = b, v[q[2]] = c, v[q[3]] = d;                                        \
    }
MIX(uint64_t, 32, 24, 16, 63)
MIX(uint32_t, 16, 12, 8, 7)

static void compress64(Blake2 *s, const uint8_t *block, bool last)
{
    uint64_t v[16], m[16];
    memcpy(m, block, sizeof m);
    memcpy(v, s->h, sizeof s->h);
    memcpy(v + 8, iv64, sizeof iv64);
    v[12] ^= s->counter[0];
    v[13] ^= s->counter[1];
    if (last)
        v[14] = ~v[14];
    if (last && s->last_node)
        v[15] = ~v[15];
    for (int round = 0; round < 12; round++)
        for (int i = 0; i < 8; i++)
            mix_uint64_t(v, quarters[i], m[sigma[round % 10][2 * i]],
                         m[sigma[round % 10][2 * i + 1]]);
    for (int i = 0; i < 8; i++)
        s->h[i] ^= v[i] ^ v[i + 8];
}

static void compress32(Blake2 *s, const uint8_t *block, bool last)
{
    uint32_t v[16], m[16];
    memcpy(m, block, sizeof m);
    for (int i = 0; i < 8; i++) {
        v[i] = (uint32_t)s->h[i];
        v[i + 8] = (uint32_t)(iv64[i] >> 32);
    }
    v[12] ^= (uint32_t)s->counter[0];
    v[13] ^= (uint32_t)(s->counter[0] >> 32);
    if (last)
        v[14] = ~v[14];
    if (last && s->last_node)
        v[15] = ~v[15];
    for (int round = 0; round < 10; round++)
        for (int i = 0; i < 8; i++)
            mix_uint32_t(v, quarters[i], m[sigma[round][2 * i]], m[sigma[round][2 * i + 1]]);
    for (int i = 0; i < 8; i++)
        s->h[i] ^= (uint64_t)(v[i] ^ v[i + 8]);
}

static void compress(Blake2 *s, const uint8_t *block, size_t size, bool last)
{
    s->counter[0] += size;
    s->counter[1] += s->counter[0] < size;
    if (s->small)
        compress32(s, block, last);
    else
        compress64(s, block, last);
}

static void put(uint8_t *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

void blake2_init(Blake2 *s, bool small, const Blake2Parameters *p, const uint8_t *key)
{
    uint8_t block[64] = {(uint8_t)p->digest_size, (uint8_t)p->key_size, (uint8_t)p->fanout,
                         (uint8_t)p->depth};
    put(block + 4, p->leaf_size, 4);
    put(block + 8, p->node_offset, small ? 6 : 8);
    block[small ? 14 : 16] = (uint8_t)p->node_depth;
    block[small ? 15 : 17] = (uint8_t)p->inner_size;
    memcpy(block + (small ? 16 : 32), p->salt, small ? 8 : 16);
    memcpy(block + (small ? 24 : 48), p->person, small ? 8 : 16);
    *s = (Blake2){.small = small,
                  .last_node = p->last_node,
                  .digest_size = p->digest_size,
                  .block_size = small ? 64 : 128};
    for (int i = 0; i < 8; i++) {
        uint64_t word = 0;
        memcpy(&word, block + i * (small ? 4 : 8), small ? 4 : 8);
        /* BLAKE2s starts from the upper halves of the same constants. */
        s->h[i] = word ^ (small ? iv64[i] >> 32 : iv64[i]);
    }
    if (p->key_size) {
        uint8_t first[128] = {0};
        memcpy(first, key, p->key_size);
        blake2_update(s, first, s->block_size);
    }
}

void blake2_update(Blake2 *s, const uint8_t *data, size_t size)
{
    while (size > 0) {
        /* The last block is kept back: it is compressed in another way. */
        if (s->filled == s->block_size) {
            compress(s, s->buffer, s->block_size, false);
            s->filled = 0;
        }
        if (s->filled == 0 && size > s->block_size) {
            compress(s, data, s->block_size, false);
            data += s->block_size;
            size -= s->block_size;
            continue;
        }
        size_t part = s->block_size - s->filled;
        if (part > size)
            part = size;
        memcpy(s->buffer + s->filled, data, part);
        s->filled += part;
        data += part;
        size -= part;
    }
}

void blake2_final(Blake2 *s, uint8_t *out)
{
    uint8_t digest[64];
    memset(s->buffer + s->filled, 0, s->block_size - s->filled);
    compress(s, s->buffer, s->filled, true);
    for (int i = 0; i < 8; i++)
        put(digest + i * (s->small ? 4 : 8), s->h[i], s->small ? 4 : 8);
    memcpy(out, digest, s->digest_size);
}
