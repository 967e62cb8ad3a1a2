#include "modules/hash/blake2.h"

#include <string.h>
#include "modules/lazy_library.h"

#define BLAKE2_FUNCTIONS(F)                                                                        \
    F(blake2b_init_param)                                                                          \
    F(blake2b_update)                                                                              \
    F(blake2b_final)                                                                               \
    F(blake2s_init_param)                                                                          \
    F(blake2s_update)                                                                              \
    F(blake2s_final)

/* Its functions choose themselves by the processor when they are first called: threads that do so
 * at once may get one for an older processor, which gives the same. */
LAZY_LIBRARY_TYPE(Blake2Library, BLAKE2_FUNCTIONS)
static const Blake2Library *blake2_library(void);

static void init_b(const Blake2Library *library, blake2b_state *state, const Blake2Parameters *p)
{
    blake2b_param block = {
        .digest_length = (uint8_t)p->digest_size,
        .key_length = (uint8_t)p->key_size,
        .fanout = (uint8_t)p->fanout,
        .depth = (uint8_t)p->depth,
        .leaf_length = p->leaf_size,
        .node_offset = p->node_offset,
        .node_depth = (uint8_t)p->node_depth,
        .inner_length = (uint8_t)p->inner_size,
    };
    memcpy(block.salt, p->salt, sizeof block.salt);
    memcpy(block.personal, p->person, sizeof block.personal);
    library->blake2b_init_param(state, &block);
    state->last_node = p->last_node;
}

static void init_s(const Blake2Library *library, blake2s_state *state, const Blake2Parameters *p)
{
    blake2s_param block = {
        .digest_length = (uint8_t)p->digest_size,
        .key_length = (uint8_t)p->key_size,
        .fanout = (uint8_t)p->fanout,
        .depth = (uint8_t)p->depth,
        .leaf_length = p->leaf_size,
        .node_depth = (uint8_t)p->node_depth,
        .inner_length = (uint8_t)p->inner_size,
    };
    for (size_t i = 0; i < sizeof block.node_offset; i++)
        block.node_offset[i] = (uint8_t)(p->node_offset >> 8 * i);
    memcpy(block.salt, p->salt, sizeof block.salt);
    memcpy(block.personal, p->person, sizeof block.personal);
    library->blake2s_init_param(state, &block);
    state->last_node = p->last_node;
}

bool blake2_init(Blake2 *state, bool small, const Blake2Parameters *p, const uint8_t *key)
{
    const Blake2Library *library = blake2_library();
    if (!library)
        return false;
    state->small = small;
    state->digest_size = p->digest_size;
    if (small)
        init_s(library, &state->s, p);
    else
        init_b(library, &state->b, p);
    if (p->key_size) {
        uint8_t first[BLAKE2B_BLOCKBYTES] = {0};
        memcpy(first, key, p->key_size);
        blake2_update(state, first, blake2_block_size(state));
    }
    return true;
}

void blake2_update(Blake2 *state, const uint8_t *data, size_t size)
{
    const Blake2Library *library = blake2_library();
    if (state->small)
        library->blake2s_update(&state->s, data, size);
    else
        library->blake2b_update(&state->b, data, size);
}

void blake2_final(Blake2 *state, uint8_t *out)
{
    const Blake2Library *library = blake2_library();
    if (state->small)
        library->blake2s_final(&state->s, out, state->digest_size);
    else
        library->blake2b_final(&state->b, out, state->digest_size);
}

unsigned blake2_block_size(const Blake2 *state)
{
    return state->small ? BLAKE2S_BLOCKBYTES : BLAKE2B_BLOCKBYTES;
}

LAZY_LIBRARY_FUNCTION(Blake2Library, blake2_library, "libb2.so.1", BLAKE2_FUNCTIONS)
