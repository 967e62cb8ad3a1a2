#include "base/hash.h"
#include "base/vec.h"
#include "unit.h"

/* One message of each length: no two may collide, and the key must matter. */
UNIT(lengths_and_keys_matter)
{
    unsigned char message[64] = {0};
    HashKey key = {0, 0}, other;
    hash_key_from_seed(&other, 42);
    uint64_t seen[65];
    for (size_t n = 0; n <= 64; n++) {
        seen[n] = hash_bytes(message, n, &key);
        for (size_t k = 0; k < n; k++)
            CHECK(seen[k] != seen[n]);
        CHECK(hash_bytes(message, n, &other) != seen[n]);
    }
}

/* A single flipped bit changes about half of the result. */
UNIT(bits_avalanche)
{
    HashKey key = {1, 2};
    unsigned char message[16] = {0};
    uint64_t base = hash_bytes(message, 16, &key);
    int total = 0;
    for (int bit = 0; bit < 128; bit++) {
        message[bit / 8] ^= (unsigned char)(1 << bit % 8);
        total += __builtin_popcountll(base ^ hash_bytes(message, 16, &key));
        message[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    CHECK(total > 128 * 28 && total < 128 * 36);
}

UNIT(random_keys_differ)
{
    HashKey a, b;
    CHECK(hash_key_random(&a) && hash_key_random(&b));
    CHECK(a.k0 != b.k0 || a.k1 != b.k1);
}

UNIT(vectors_grow)
{
    VEC(int) numbers = {0};
    for (int i = 0; i < 1000; i++)
        CHECK(vec_push(&numbers, i));
    int sum = 0;
    VEC_EACH (int, n, &numbers)
        sum += *n;
    CHECK_INT(sum, 499500);
    CHECK_INT(vec_pop(&numbers), 999);
    CHECK_INT(*vec_last(&numbers), 998);
    CHECK(!vec_reserve(&numbers, SIZE_MAX / 2));
    vec_free(&numbers);
    CHECK(!numbers.items && !numbers.count);
}

UNIT_MAIN()
