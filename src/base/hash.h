/* Hash functions: a keyed one for text and bytes, so that nobody can choose keys that collide,
 * and mixers for words that nobody chooses. */
#ifndef WEFT_BASE_HASH_H
#define WEFT_BASE_HASH_H

#include "base/common.h"

typedef struct HashKey {
    uint64_t k0, k1;
} HashKey;

/* SipHash-1-3 (Aumasson, Bernstein, "SipHash: a fast short-input PRF", 2012, with one
 * compression and three finalisation rounds). */
uint64_t hash_bytes(const void *data, size_t length, const HashKey *key);

/* A key from the kernel's random numbers; false if there are none. */
bool hash_key_random(HashKey *key);
/* The same key for the same seed, in each run, and the one that CPython makes of it: bytes from a
 * linear congruential generator. Seed 0 gives the key 0, 0. */
void hash_key_from_seed(HashKey *key, uint32_t seed);

/* The finaliser of splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", 2014): a bijection that spreads every bit over all bits. */
ALWAYS_INLINE uint64_t hash_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Adds a word to a running hash; the order of words counts. */
ALWAYS_INLINE uint64_t hash_combine(uint64_t hash, uint64_t word)
{
    return hash_mix(hash ^ (word + UINT64_C(0x9e3779b97f4a7c15) + (hash << 6) + (hash >> 2)));
}

#endif
