/* Hash objects on OpenSSL's message digests. */
#ifndef WEFT_MODULES_HASH_HASH_H
#define WEFT_MODULES_HASH_HASH_H

#include "core/module.h"
#include "modules/compress/stream.h"
#include "modules/hash/crypto.h"

/* A digest by its Python name. */
typedef struct DigestName {
    const char *name;    /* "sha3_256" */
    const char *openssl; /* "SHA3-256" */
} DigestName;
/* Ends with name 0. */
extern const DigestName digest_names[];
/* The entry of a name in either spelling, whatever the case; 0 if there is none. */
const DigestName *digest_by_name(const char *name);

/* The algorithm, which is digest_by_name's `known` if that is not 0: then it is looked for once,
 * and stays. *own: to be freed. 0 if there is none. */
EVP_MD *digest_fetch(const Crypto *crypto, const DigestName *known, const char *name, bool *own);

/* _hashlib.UnsupportedDigestmodError "[library] reason" from OpenSSL's last error, or `type`. */
Value crypto_fail(Type *type);
extern Value unsupported_digest_error; /* root, once made */

/* Data to hash: TypeError "Strings must be encoded before hashing" or "object supporting the
 * buffer API required". */
bool hash_argument(Value v, TextArgument *out) MUST_USE;

extern Type hash_type, hash_xof_type;
/* A hash object of `type` (one of the two, or one with the methods below), of what comes in either
 * of the arguments; 0: not given. */
Value hash_new(Type *type, const char *name, Value data, Value string) MUST_USE;
/* The one of the two that is given, or 0; both: TypeError. */
Value hash_one_of(Value data, Value string, bool *both);
bool hash_is_xof(const char *name);

/* For the modules with a type of each algorithm. */
extern MethodDef *const hash_methods[], *const hash_xof_methods[];
extern const GetSetDef hash_getset[];
size_t hash_struct_size(void);
void hash_trace(Object *self, Tracer *tracer);
void hash_release(Object *self);

/* constant-time comparison, hmac_new, hmac_digest: hmac.c */
extern MethodDef *const hmac_functions[];
extern Type hmac_type;

#endif
