/* BLAKE2b and BLAKE2s of libb2, with the parameter block of tree hashing, keys, salts and
 * personalisation ("BLAKE2: simpler, smaller, fast as MD5", section 2.5). OpenSSL's have none of
 * these. */
#ifndef WEFT_MODULES_HASH_BLAKE2_H
#define WEFT_MODULES_HASH_BLAKE2_H

#include <blake2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Blake2 {
    bool small; /* BLAKE2s */
    unsigned digest_size;
    union {
        blake2b_state b;
        blake2s_state s;
    };
} Blake2;

typedef struct Blake2Parameters {
    unsigned digest_size, key_size, fanout, depth, node_depth, inner_size;
    uint32_t leaf_size;
    uint64_t node_offset;
    uint8_t salt[16], person[16]; /* 8 of them for BLAKE2s; zeros where not given */
    bool last_node;
} Blake2Parameters;

/* Begins a hash; false with ImportError if the library is not there. The others need a state that
 * this has begun. */
bool blake2_init(Blake2 *state, bool small, const Blake2Parameters *parameters, const uint8_t *key);
void blake2_update(Blake2 *state, const uint8_t *data, size_t size);
/* Ends the hash: digest_size bytes. */
void blake2_final(Blake2 *state, uint8_t *out);
unsigned blake2_block_size(const Blake2 *state);

#endif
