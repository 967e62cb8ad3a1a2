/* _hashlib: OpenSSL's digests, key derivation and HMAC, for Lib/hashlib.py and Lib/hmac.py. */
#include <limits.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"
#include "modules/hash/hash.h"
#include "modules/module_util.h"
#include "types/int.h"
#include "types/mappingproxy.h"
#include "types/dict.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- Constructors ----------------------------------------------------------------------- */

static Value construct(const char *name, Value data, Value string)
{
    return hash_new(hash_is_xof(name) ? &hash_xof_type : &hash_type, name, data, string);
}

#define CONSTRUCTOR(name)                                                                          \
    FUNCTION(openssl_##name, "openssl_" #name, "data=?b'', *, usedforsecurity=True, string=?None", \
             "Returns a " #name " hash object; optionally initialized with a string")              \
    {                                                                                              \
        return construct(#name, args[0], args[2]);                                                 \
    }

CONSTRUCTOR(md5)
CONSTRUCTOR(sha1)
CONSTRUCTOR(sha224)
CONSTRUCTOR(sha256)
CONSTRUCTOR(sha384)
CONSTRUCTOR(sha512)
CONSTRUCTOR(sha3_224)
CONSTRUCTOR(sha3_256)
CONSTRUCTOR(sha3_384)
CONSTRUCTOR(sha3_512)
CONSTRUCTOR(shake_128)
CONSTRUCTOR(shake_256)

FUNCTION(hashlib_new, "new", "name, data=?b'', *, usedforsecurity=True, string=?None",
         "Return a new hash object using the named algorithm.\n\n"
         "An optional string argument may be provided and will be automatically hashed.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "new() argument 'name' must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    const DigestName *known = digest_by_name(name);
    return construct(known ? known->name : name, args[1], args[3]);
}

/* ---- Key derivation --------------------------------------------------------------------- */

FUNCTION(hashlib_pbkdf2, "pbkdf2_hmac", "hash_name, password, salt, iterations, dklen=None",
         "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom "
         "function.")
{
    TEXT_ARGUMENT(password);
    TEXT_ARGUMENT(salt);
    if (!is_str(args[0]))
        return raise(TypeError, "pbkdf2_hmac() argument 'hash_name' must be str, not %B", args[0]);
    const char *name = TRY(str_cstring(args[0]));
    TRY(bytes_argument(args[1], &password));
    TRY(bytes_argument(args[2], &salt));
    int64_t iterations, length;
    TRY(index_as_int64(args[3], &iterations));
    const Crypto *crypto = TRY(crypto_library());
    const DigestName *known = digest_by_name(name);
    EVP_MD *digest = crypto->EVP_MD_fetch(0, known ? known->openssl : name, 0);
    if (!digest)
        return crypto_fail((Type *)unsupported_digest_error);
    length = crypto->EVP_MD_get_size(digest);
    Value result = 0;
    if (args[4] != None && !index_as_int64(args[4], &length))
        goto done;
    if (password.length > INT_MAX)
        raise(OverflowError, "password is too long.");
    else if (salt.length > INT_MAX)
        raise(OverflowError, "salt is too long.");
    else if (iterations < 1)
        raise(ValueError, "iteration value must be greater than 0.");
    else if (iterations > INT_MAX)
        raise(OverflowError, "iteration value is too great.");
    else if (length < 1)
        raise(ValueError, "key length must be greater than 0.");
    else if (length > INT_MAX)
        raise(OverflowError, "key length is too great.");
    else
        result = bytes_new(length);
    if (!result)
        goto done;
    unsigned char *out = (unsigned char *)((Bytes *)result)->data;
    int ok = 0;
    BLOCKING
    {
        ok = crypto->PKCS5_PBKDF2_HMAC(password.data, (int)password.length,
                                       (const unsigned char *)salt.data, (int)salt.length,
                                       (int)iterations, digest, (int)length, out);
    }
    if (!ok)
        result = crypto_fail(ValueError);
done:
    crypto->EVP_MD_free(digest);
    return result;
}

static bool unsigned_argument(Value v, const char *name, uint64_t *out)
{
    if (v == None || !is_int_any(v))
        return raise(TypeError, "%s is required and must be an unsigned int", name);
    return index_as_uint64(v, out);
}

FUNCTION(hashlib_scrypt, "scrypt",
         "password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64",
         "scrypt password-based key derivation function.")
{
    TEXT_ARGUMENT(password);
    TEXT_ARGUMENT(salt);
    uint64_t n, r, p;
    int64_t memory, length;
    TRY(bytes_argument(args[0], &password));
    if (args[1] == None)
        return raise(TypeError, "salt is required");
    TRY(bytes_argument(args[1], &salt));
    TRY(unsigned_argument(args[2], "n", &n));
    if (n < 2 || n & (n - 1))
        return raise(ValueError, "n must be a power of 2.");
    TRY(unsigned_argument(args[3], "r", &r));
    TRY(unsigned_argument(args[4], "p", &p));
    TRY(index_as_int64(args[5], &memory));
    if (memory < 0 || memory > INT_MAX)
        return raise(ValueError, "maxmem must be positive and smaller than %d", INT_MAX);
    TRY(index_as_int64(args[6], &length));
    if (length < 1 || length > INT_MAX)
        return raise(ValueError, "dklen must be greater than 0 and smaller than %d", INT_MAX);
    const Crypto *crypto = TRY(crypto_library());
    const unsigned char *salt_data = (const unsigned char *)salt.data;
    size_t password_size = (size_t)password.length, salt_size = (size_t)salt.length;
    /* A run without output checks the parameters. */
    if (!crypto->EVP_PBE_scrypt(0, 0, 0, 0, n, r, p, (uint64_t)memory, 0, 0))
        return crypto_fail(ValueError);
    Value result = TRY(bytes_new(length));
    unsigned char *out = (unsigned char *)((Bytes *)result)->data;
    int ok = 0;
    BLOCKING
    {
        ok = crypto->EVP_PBE_scrypt(password.data, password_size, salt_data, salt_size, n, r, p,
                                    (uint64_t)memory, out, (size_t)length);
    }
    return ok ? result : crypto_fail(ValueError);
}

FUNCTION(hashlib_fips_mode, "get_fips_mode", "", "Determine the OpenSSL FIPS mode of operation.")
{
    const Crypto *crypto = TRY(crypto_library());
    return int_small(crypto->EVP_default_properties_is_fips_enabled(0));
}

/* ---- The module ------------------------------------------------------------------------- */

static MethodDef *const constructors[] = {M(openssl_md5),
                                          M(openssl_sha1),
                                          M(openssl_sha224),
                                          M(openssl_sha256),
                                          M(openssl_sha384),
                                          M(openssl_sha512),
                                          M(openssl_sha3_224),
                                          M(openssl_sha3_256),
                                          M(openssl_sha3_384),
                                          M(openssl_sha3_512),
                                          M(openssl_shake_128),
                                          M(openssl_shake_256),
                                          0};

static MethodDef *const functions[] = {M(hashlib_new), M(hashlib_pbkdf2), M(hashlib_scrypt),
                                       M(hashlib_fips_mode), 0};

static bool add_constructors(Value module)
{
    TRY(module_add_functions(module, constructors));
    Value names = TRY(dict_new());
    for (MethodDef *const *def = constructors; *def; def++) {
        Value function = TRY(dict_get_cstring(module_dict(module), (*def)->name));
        TRY(dict_set(names, function, TRY(str_from_cstring((*def)->name + strlen("openssl_")))));
    }
    return module_add(module, "_constructors", TRY(mappingproxy_new(names)));
}

static bool add_names(Value module)
{
    size_t count = 0;
    while (digest_names[count].name)
        count++;
    Value names = TRY(tuple_new((intptr_t)count));
    for (size_t i = 0; i < count; i++)
        tuple_init(names, (intptr_t)i, TRY(str_from_cstring(digest_names[i].name)));
    return module_add(module, "openssl_md_meth_names", TRY(frozenset_from_iterable(names)));
}

static bool execute(Value module)
{
    if (!(type_flags(&hash_type) & TYPE_READY))
        type_ready(&hash_type, 0);
    return crypto_library() && module_add_new_type(module, &hash_type) &&
           module_add_new_type(module, &hash_xof_type) && module_add_new_type(module, &hmac_type) &&
           module_add_functions(module, hmac_functions) && add_constructors(module) &&
           add_names(module) &&
           module_add_exception(module, "_hashlib.UnsupportedDigestmodError", ValueError,
                                &unsupported_digest_error);
}

const ModuleDef module__hashlib = {"_hashlib", "OpenSSL interface for hashlib module", functions,
                                   execute};
