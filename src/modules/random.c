/* _random.Random: the Mersenne Twister MT19937 (Matsumoto, Nishimura, "Mersenne Twister: A
 * 623-dimensionally equidistributed uniform pseudorandom number generator", 1998, with their
 * initialisation of 2002). The state is guarded by the object's lock. */
#include <errno.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/share.h"
#include "modules/module_util.h"
#include "types/float.h"
#include "types/int.h"
#include "types/int_inner.h"
#include "types/tuple.h"

enum { STATE_SIZE = 624, MIDDLE = 397 };

typedef struct Random {
    Object ob;
    int index;                  /* next word of state to use; STATE_SIZE: make new ones first */
    uint32_t state[STATE_SIZE]; /* both guarded by lock */
} Random;

#define as_random(v) ((Random *)(v))

/* ---- the generator --------------------------------------------------------------------------- */

static uint32_t twist(uint32_t high, uint32_t low)
{
    uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
    return (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
}

static uint32_t next_word_locked(Random *r)
{
    if (r->index >= STATE_SIZE) {
        uint32_t *s = r->state;
        for (int i = 0; i < STATE_SIZE; i++)
            s[i] = s[(i + MIDDLE) % STATE_SIZE] ^ twist(s[i], s[(i + 1) % STATE_SIZE]);
        r->index = 0;
    }
    uint32_t y = r->state[r->index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

static void seed_word(Random *r, uint32_t seed)
{
    r->state[0] = seed;
    for (uint32_t i = 1; i < STATE_SIZE; i++)
        r->state[i] = 1812433253u * (r->state[i - 1] ^ (r->state[i - 1] >> 30)) + i;
    r->index = STATE_SIZE;
}

static void seed_array_locked(Random *r, const uint32_t *key, size_t length)
{
    uint32_t *s = r->state;
    seed_word(r, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = length > STATE_SIZE ? length : STATE_SIZE; k; k--) {
        s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1664525u)) + key[j] + (uint32_t)j;
        if (++i >= STATE_SIZE) {
            s[0] = s[STATE_SIZE - 1];
            i = 1;
        }
        if (++j >= length)
            j = 0;
    }
    for (size_t k = STATE_SIZE - 1; k; k--) {
        s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1566083941u)) - (uint32_t)i;
        if (++i >= STATE_SIZE) {
            s[0] = s[STATE_SIZE - 1];
            i = 1;
        }
    }
    s[0] = 0x80000000u;
}

/* ---- seeding
 * --------------------------------------------------------------------------------------- */

static Value seed_from_system(Random *r)
{
    uint32_t key[STATE_SIZE];
    size_t got = 0;
    while (got < sizeof key) {
        ssize_t n = getrandom((char *)key + got, sizeof key - got, 0);
        if (n < 0 && errno != EINTR)
            break;
        got += n > 0 ? (size_t)n : 0;
    }
    if (got < sizeof key) {
        struct timespec now, running;
        clock_gettime(CLOCK_REALTIME, &now);
        clock_gettime(CLOCK_MONOTONIC, &running);
        key[0] = (uint32_t)now.tv_sec;
        key[1] = (uint32_t)now.tv_nsec;
        key[2] = (uint32_t)getpid();
        key[3] = (uint32_t)running.tv_sec;
        key[4] = (uint32_t)running.tv_nsec;
        got = 5 * sizeof *key;
    }
    WITH_LOCK (r)
        seed_array_locked(r, key, got / sizeof *key);
    return None;
}

/* With the magnitude of an int, or the hash of anything else. */
static Value seed_from(Random *r, Value seed)
{
    Value n;
    if (is_int_any(seed)) {
        n = int_sign(seed) < 0 ? TRY(int_negative(seed)) : seed;
    } else {
        int64_t hash;
        TRY(object_hash(seed, &hash));
        n = TRY(int_from_u64((uint64_t)hash));
    }
    IntView x;
    int_view(n, &x);
    size_t bits = limbs_bit_length(x.limbs, x.size), length = bits ? (bits - 1) / 32 + 1 : 1;
    Raw *raw = TRY_OR(raw_new((intptr_t)(length * sizeof(uint32_t))), 0);
    uint32_t *key = (uint32_t *)(void *)raw->data;
    for (size_t i = 0; i < length; i++)
        key[i] = (mp_size_t)(i / 2) < x.size ? (uint32_t)(x.limbs[i / 2] >> (32 * (i % 2))) : 0;
    WITH_LOCK (r)
        seed_array_locked(r, key, length);
    return None;
}

static Value seed(Value self, Value n)
{
    return !n || n == None ? seed_from_system(as_random(self)) : seed_from(as_random(self), n);
}

/* ---- methods
 * --------------------------------------------------------------------------------------- */

NEW_METHOD(random_new, "*args, **kwargs")
{
    return object_alloc((Type *)args[0]);
}

INIT_METHOD(random_init, "x=None, /")
{
    return seed(args[0], args[1]);
}

METHOD(random_seed, "seed", "n=None, /",
       "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the "
       "current time and the process identifier.")
{
    return seed(args[0], args[1]);
}

METHOD(random_random, "random", "/", "random() -> x in the interval [0, 1).")
{
    uint32_t a = 0, b = 0;
    WITH_LOCK (args[0]) {
        a = next_word_locked(as_random(args[0])) >> 5;
        b = next_word_locked(as_random(args[0])) >> 6;
    }
    return float_from((a * 67108864.0 + b) * (1.0 / 9007199254740992.0));
}

METHOD(random_getrandbits, "getrandbits", "k, /",
       "getrandbits(k) -> x.  Generates an int with k random bits.")
{
    Random *self = as_random(args[0]);
    Value count = TRY(number_index(args[1]));
    int64_t signed_count;
    uint64_t k;
    if (int_sign(count) < 0 && int_to_i64(count, &signed_count))
        return raise(ValueError, "number of bits must be non-negative");
    if (!int_to_u64(count, &k))
        return raise(OverflowError, "int too big to convert");
    if (k == 0)
        return int_small(0);
    if (k <= 32) {
        uint32_t word = 0;
        WITH_LOCK (self)
            word = next_word_locked(self);
        return int_small((intptr_t)(word >> (32 - k)));
    }
    size_t words = ((size_t)k - 1) / 32 + 1, limbs = (words + 1) / 2;
    IntBox *box = TRY_OR(int_alloc(limbs), 0);
    box->limbs[limbs - 1] = 0;
    uint32_t *out = (uint32_t *)(void *)box->limbs;
    WITH_LOCK (self) {
        LONG_WORK(words * 8)
        {
            for (size_t i = 0; i < words; i++, k -= 32) {
                out[i] = next_word_locked(self);
                if (k < 32)
                    out[i] >>= 32 - k;
            }
        }
    }
    return int_finish(box, (mp_size_t)limbs, false);
}

METHOD(random_getstate, "getstate", "/", "getstate() -> tuple containing the current state.")
{
    Random *self = as_random(args[0]);
    uint32_t state[STATE_SIZE];
    int index = 0;
    WITH_LOCK (self) {
        memcpy(state, self->state, sizeof state);
        index = self->index;
    }
    Value tuple = TRY(tuple_new(STATE_SIZE + 1));
    for (int i = 0; i < STATE_SIZE; i++)
        tuple_init(tuple, i, int_small((intptr_t)state[i]));
    tuple_init(tuple, STATE_SIZE, int_small(index));
    return tuple;
}

METHOD(random_setstate, "setstate", "state, /",
       "setstate(state) -> None.  Restores generator state.")
{
    Random *self = as_random(args[0]);
    uint32_t state[STATE_SIZE];
    if (!is_tuple(args[1]))
        return raise(TypeError, "state vector must be a tuple");
    if (tuple_length(args[1]) != STATE_SIZE + 1)
        return raise(ValueError, "state vector is the wrong size");
    for (int i = 0; i < STATE_SIZE; i++) {
        uint64_t word;
        TRY(index_as_uint64(tuple_get(args[1], i), &word));
        state[i] = (uint32_t)word;
    }
    int64_t index;
    TRY(index_as_int64(tuple_get(args[1], STATE_SIZE), &index));
    if (index < 0 || index > STATE_SIZE)
        return raise(ValueError, "invalid state");
    WITH_LOCK (self) {
        memcpy(self->state, state, sizeof state);
        self->index = (int)index;
    }
    return None;
}

static MethodDef *const random_methods[] = {M(random_random),      M(random_seed),
                                            M(random_getstate),    M(random_setstate),
                                            M(random_getrandbits), 0};

static Type random_type = {
    TYPE_HEAD("_random.Random", Random),
    .new_def = M(random_new),
    .init_def = M(random_init),
    .methods = random_methods,
    .flags = TYPE_BASE,
    .doc = "Random() -> create a random number generator with its own internal state.",
};

static bool execute(Value module)
{
    return module_add_new_type(module, &random_type);
}

const ModuleDef module__random = {
    "_random", "Module implements the Mersenne Twister random number generator.", 0, execute};
