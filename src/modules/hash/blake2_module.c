/* _blake2: the types blake2b and blake2s. */
#include <stdio.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"
#include "modules/hash/blake2.h"
#include "modules/hash/hash.h"
#include "modules/module_util.h"
#include "types/bytes_methods.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"

typedef struct Blake2Hash {
    Object ob;
    Mutex mutex;
    Blake2 state; /* guarded by mutex */
} Blake2Hash;

static Type blake2b_type, blake2s_type;

/* ---- Construction ----------------------------------------------------------------------- */

typedef struct Limits {
    unsigned digest, key, salt, person;
} Limits;
static const Limits limits_b = {64, 64, 16, 16}, limits_s = {32, 32, 8, 8};

/* An int in [low, high]. */
static bool range_argument(Value v, const char *name, int low, int high, const char *format,
                           unsigned *out)
{
    int value;
    if (!index_as_int(v, &value))
        return false;
    if (value < low || value > high)
        return raise(ValueError, format, name, low, high);
    *out = (unsigned)value;
    return true;
}

static bool node_arguments(Value leaf_size, Value node_offset, bool small, Blake2Parameters *p)
{
    uint64_t leaf;
    for (int i = 0; i < 2; i++) {
        Value v = i ? node_offset : leaf_size;
        Value index = TRY(number_index(v));
        if (int_sign(index) < 0)
            return raise(ValueError, "value must be positive");
        if (!int_to_u64(index, i ? &p->node_offset : &leaf))
            return raise(OverflowError, "int too big to convert");
    }
    if (leaf > UINT32_MAX)
        return raise(OverflowError, "leaf_size is too large");
    if (small && p->node_offset >> 48)
        return raise(OverflowError, "node_offset is too large");
    p->leaf_size = (uint32_t)leaf;
    return true;
}

/* salt or person: at most `limit` bytes. */
static bool bytes_of_length(Value v, const char *name, unsigned limit, uint8_t *out)
{
    TEXT_ARGUMENT(data);
    if (!v)
        return true;
    if (!bytes_argument(v, &data))
        return false;
    if (data.length > (intptr_t)limit)
        return raise(ValueError, "maximum %s length is %u bytes", name, limit);
    memcpy(out, data.data, (size_t)data.length);
    return true;
}

static bool parse_parameters(Value *args, bool small, const Limits *limits, Blake2Parameters *p)
{
    static const char between[] = "%s must be between %d and %d";
    if (!range_argument(args[2], "digest_size", 1, (int)limits->digest,
                        "%s must be between %d and %d bytes", &p->digest_size) ||
        !bytes_of_length(args[4], "salt", limits->salt, p->salt) ||
        !bytes_of_length(args[5], "person", limits->person, p->person) ||
        !range_argument(args[6], "fanout", 0, 255, between, &p->fanout) ||
        !range_argument(args[7], "depth", 1, 255, between, &p->depth) ||
        !node_arguments(args[8], args[9], small, p) ||
        !range_argument(args[10], "node_depth", 0, 255, between, &p->node_depth) ||
        !range_argument(args[11], "inner_size", 0, (int)limits->digest,
                        "%s must be between %d and is %d", &p->inner_size))
        return false;
    int last = object_truth(args[12]);
    p->last_node = last > 0;
    return last >= 0;
}

static void update(Blake2 *state, const TextArgument *data)
{
    const uint8_t *bytes = (const uint8_t *)data->data;
    size_t size = (size_t)data->length;
    if (size < 2048)
        blake2_update(state, bytes, size);
    else
        BLOCKING
        {
            blake2_update(state, bytes, size);
        }
}

static Value make(Value *args, bool small)
{
    const Limits *limits = small ? &limits_s : &limits_b;
    Blake2Parameters p = {0};
    TEXT_ARGUMENT(key);
    TEXT_ARGUMENT(data);
    TRY(parse_parameters(args, small, limits, &p));
    if (args[3]) {
        TRY(bytes_argument(args[3], &key));
        if (key.length > (intptr_t)limits->key)
            return raise(ValueError, "maximum key length is %u bytes", limits->key);
        p.key_size = (unsigned)key.length;
    }
    bool both;
    Value first = hash_one_of(args[1], args[14], &both);
    if (both || (first && !hash_argument(first, &data)))
        return 0;
    Blake2Hash *hash = TRY(NEW(Blake2Hash, (Type *)args[0]));
    TRY(blake2_init(&hash->state, small, &p, (const uint8_t *)key.data));
    update(&hash->state, &data);
    return (Value)hash;
}

#define BLAKE2_SIGNATURE(size)                                                                     \
    "data=?, *, digest_size=" size ", key=?, salt=?, person=?, fanout=1, depth=1, "                \
    "leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, "                    \
    "usedforsecurity=True, string=?"

NEW_METHOD(blake2b_make, BLAKE2_SIGNATURE("64"))
{
    return make(args, false);
}

NEW_METHOD(blake2s_make, BLAKE2_SIGNATURE("32"))
{
    return make(args, true);
}

/* ---- Methods ---------------------------------------------------------------------------- */

METHOD(blake2_m_update, "update", "data, /",
       "Update this hash object's state with the provided bytes-like object.")
{
    Blake2Hash *self = (Blake2Hash *)args[0];
    TEXT_ARGUMENT(data);
    TRY(hash_argument(args[1], &data));
    HOLDING(&self->mutex)
    {
        update(&self->state, &data);
    }
    return None;
}

static Blake2 state_of(Blake2Hash *self)
{
    Blake2 state = {0};
    HOLDING(&self->mutex)
    {
        state = self->state;
    }
    return state;
}

METHOD(blake2_digest, "digest", "", "Return the digest value as a bytes object.")
{
    Blake2 state = state_of((Blake2Hash *)args[0]);
    uint8_t out[64];
    blake2_final(&state, out);
    return bytes_from((char *)out, state.digest_size);
}

METHOD(blake2_hexdigest, "hexdigest", "",
       "Return the digest value as a string of hexadecimal digits.")
{
    Blake2 state = state_of((Blake2Hash *)args[0]);
    uint8_t out[64];
    blake2_final(&state, out);
    return bytes_hex(out, (intptr_t)state.digest_size, 0, 0);
}

METHOD(blake2_copy, "copy", "", "Return a copy of the hash object.")
{
    Blake2Hash *copy = TRY(NEW(Blake2Hash, type_of(args[0])));
    copy->state = state_of((Blake2Hash *)args[0]);
    return (Value)copy;
}

static MethodDef *const methods[] = {M(blake2_m_update), M(blake2_digest), M(blake2_hexdigest),
                                     M(blake2_copy), 0};

static Value get_name(Value self)
{
    return str_from_cstring(((Blake2Hash *)self)->state.small ? "blake2s" : "blake2b");
}

static Value get_block_size(Value self)
{
    return int_small(blake2_block_size(&((Blake2Hash *)self)->state));
}

static Value get_digest_size(Value self)
{
    return int_small(((Blake2Hash *)self)->state.digest_size);
}

static const GetSetDef getset[] = {
    {"name", get_name, 0, 0},
    {"block_size", get_block_size, 0, 0},
    {"digest_size", get_digest_size, 0, 0},
    {0},
};

/* ---- Types and module ------------------------------------------------------------------- */

static Type blake2b_type = {
    TYPE_HEAD("_blake2.blake2b", Blake2Hash),
    .doc = "Return a new BLAKE2b hash object.",
    .new_def = M(blake2b_make),
    .methods = methods,
    .getset = getset,
    .flags = TYPE_BASE,
};

static Type blake2s_type = {
    TYPE_HEAD("_blake2.blake2s", Blake2Hash),
    .doc = "Return a new BLAKE2s hash object.",
    .new_def = M(blake2s_make),
    .methods = methods,
    .getset = getset,
    .flags = TYPE_BASE,
};

/* The limits as constants of the type and, with a prefix, of the module. */
static bool add_limits(Value module, Type *type, const Limits *limits, const char *prefix)
{
    const struct {
        const char *name;
        unsigned value;
    } constants[] = {
        {"SALT_SIZE", limits->salt},
        {"PERSON_SIZE", limits->person},
        {"MAX_KEY_SIZE", limits->key},
        {"MAX_DIGEST_SIZE", limits->digest},
    };
    for (size_t i = 0; i < COUNT_OF(constants); i++) {
        char name[40];
        snprintf(name, sizeof name, "%s_%s", prefix, constants[i].name);
        Value value = int_small(constants[i].value);
        TRY(module_add(module, name, value));
        TRY(dict_set_cstring(type->dict, constants[i].name, value));
    }
    return true;
}

static bool execute(Value module)
{
    return module_add_new_type(module, &blake2b_type) &&
           module_add_new_type(module, &blake2s_type) &&
           add_limits(module, &blake2b_type, &limits_b, "BLAKE2B") &&
           add_limits(module, &blake2s_type, &limits_s, "BLAKE2S");
}

const ModuleDef module__blake2 = {"_blake2", "BLAKE2 hash functions", 0, execute};
