/* BLAKE2b and BLAKE2s (RFC 7693; the parameter block: "BLAKE2: simpler, smaller, fast as MD5",
 * section 2.5). OpenSSL's have no salt, personalisation or tree hashing. */
#ifndef WEFT_MODULES_HASH_BLAKE2_H
#define WEFT_MODULES_HASH_BLAKE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Blake2 {
    bool small; /* BLAKE2s */
    bool last_node;
    unsigned digest_size;
    size_t block_size, filled;
    uint64_t counter[2]; /* bytes so far; of BLAKE2s one word of 64 bits */
    uint64_t h[8];       /* words; of BLAKE2s of 32 bits */
    uint8_t buffer[128];
} Blake2;

typedef struct Blake2Parameters {
    unsigned digest_size, key_size, fanout, depth, node_depth, inner_size;
    uint32_t leaf_size;
    uint64_t node_offset;
    uint8_t salt[16], person[16]; /* 8 of them for BLAKE2s; zeros where not given */
    bool last_node;
} Blake2Parameters;

void blake2_init(Blake2 *state, bool small, const Blake2Parameters *parameters, const uint8_t *key);
void blake2_update(Blake2 *state, const uint8_t *data, size_t size);
/* Ends the hash: digest_size bytes. */
void blake2_final(Blake2 *state, uint8_t *out);

#endif
