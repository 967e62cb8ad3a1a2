/* _md5, _sha1, _sha2 and _sha3: the algorithms that are always there, each with a type of its
 * own. They too are OpenSSL's, which is loaded when the first object is made. */
#include "core/abstract.h"
#include "modules/hash/hash.h"
#include "modules/module_util.h"

#define ALGORITHM(algorithm, type_name, methods_)                                                  \
    static Type algorithm##_type = {.ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC},             \
                                    .name = type_name,                                             \
                                    .methods = methods_,                                           \
                                    .getset = hash_getset,                                         \
                                    .trace = hash_trace,                                           \
                                    .release = hash_release,                                       \
                                    .flags = TYPE_NO_NEW};                                         \
    FUNCTION(make_##algorithm, #algorithm, "data=?b'', *, usedforsecurity=True, string=?None",     \
             "Return a new " #algorithm " hash object; optionally initialized with a string.")     \
    {                                                                                              \
        return hash_new(&algorithm##_type, #algorithm, args[0], args[2]);                          \
    }

ALGORITHM(md5, "_md5.md5", hash_methods)
ALGORITHM(sha1, "_sha1.sha1", hash_methods)
ALGORITHM(sha224, "_sha2.SHA224Type", hash_methods)
ALGORITHM(sha256, "_sha2.SHA256Type", hash_methods)
ALGORITHM(sha384, "_sha2.SHA384Type", hash_methods)
ALGORITHM(sha512, "_sha2.SHA512Type", hash_methods)
ALGORITHM(sha3_224, "_sha3.sha3_224", hash_methods)
ALGORITHM(sha3_256, "_sha3.sha3_256", hash_methods)
ALGORITHM(sha3_384, "_sha3.sha3_384", hash_methods)
ALGORITHM(sha3_512, "_sha3.sha3_512", hash_methods)
ALGORITHM(shake_128, "_sha3.shake_128", hash_xof_methods)
ALGORITHM(shake_256, "_sha3.shake_256", hash_xof_methods)

/* ---- Parameters of SHA-3 that nobody else shows ----------------------------------------- */

static intptr_t rate_bits(Value self)
{
    Value size = get_attr_string(self, "block_size");
    return size && is_int(size) ? int_value(size) * 8 : 0;
}

static Value sha3_rate(Value self)
{
    return int_small(rate_bits(self));
}

static Value sha3_capacity(Value self)
{
    return int_small(1600 - rate_bits(self));
}

static Value sha3_suffix(Value self)
{
    bool xof = type_of(self) == &shake_128_type || type_of(self) == &shake_256_type;
    return bytes_from_char(xof ? 0x1f : 0x06);
}

static const GetSetDef sha3_getset[] = {
    {"_capacity_bits", sha3_capacity, 0, 0},
    {"_rate_bits", sha3_rate, 0, 0},
    {"_suffix", sha3_suffix, 0, 0},
    {0},
};

/* A base that only adds these. */
static Type sha3_base_type = {.ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC},
                              .name = "_sha3._sha3",
                              .getset = sha3_getset,
                              .flags = TYPE_NO_NEW | TYPE_BASE};

static void ready(Type *type)
{
    if (type_flags(type) & TYPE_READY)
        return;
    type->size = hash_struct_size();
    type_ready(type, 0);
}

static MethodDef *const md5_functions[] = {M(make_md5), 0};
static MethodDef *const sha1_functions[] = {M(make_sha1), 0};
static MethodDef *const sha2_functions[] = {M(make_sha224), M(make_sha256), M(make_sha384),
                                            M(make_sha512), 0};
static MethodDef *const sha3_functions[] = {M(make_sha3_224),
                                            M(make_sha3_256),
                                            M(make_sha3_384),
                                            M(make_sha3_512),
                                            M(make_shake_128),
                                            M(make_shake_256),
                                            0};

static bool execute_md5(Value module)
{
    ready(&md5_type);
    return module_add(module, "MD5Type", (Value)&md5_type);
}

static bool execute_sha1(Value module)
{
    ready(&sha1_type);
    return module_add(module, "SHA1Type", (Value)&sha1_type);
}

static bool execute_sha2(Value module)
{
    Type *types[] = {&sha224_type, &sha256_type, &sha384_type, &sha512_type};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        ready(types[i]);
        TRY(module_add_type(module, types[i]));
    }
    return true;
}

static bool execute_sha3(Value module)
{
    Type *types[] = {&sha3_224_type, &sha3_256_type,  &sha3_384_type,
                     &sha3_512_type, &shake_128_type, &shake_256_type};
    ready(&sha3_base_type);
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (!(type_flags(types[i]) & TYPE_READY))
            types[i]->base = &sha3_base_type;
        ready(types[i]);
    }
    return module_add_string(module, "implementation", "OpenSSL");
}

const ModuleDef module__md5 = {"_md5", 0, md5_functions, execute_md5};
const ModuleDef module__sha1 = {"_sha1", 0, sha1_functions, execute_sha1};
const ModuleDef module__sha2 = {"_sha2", 0, sha2_functions, execute_sha2};
const ModuleDef module__sha3 = {"_sha3", 0, sha3_functions, execute_sha3};
