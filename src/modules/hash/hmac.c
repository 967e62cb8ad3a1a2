/* HMAC objects, and comparing digests in constant time. */
#include <limits.h>
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "modules/hash/hash.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/str_inline.h"

typedef struct Hmac {
    Object ob;
    Mutex mutex;
    HMAC_CTX *context; /* guarded by mutex */
    EVP_MD *algorithm; /* immutable */
    bool own;          /* immutable: the algorithm is to be freed */
    char digest[24];   /* immutable: its Python name */
} Hmac;

static void hmac_release(Object *self)
{
    Hmac *hmac = (Hmac *)self;
    if (hmac->context)
        crypto_library()->HMAC_CTX_free(hmac->context);
    if (hmac->own)
        crypto_library()->EVP_MD_free(hmac->algorithm);
}

/* The name in a digestmod argument: a str, or one of our constructors openssl_NAME. */
static const char *digestmod_name(Value v)
{
    if (is_str(v))
        return str_cstring(v);
    static const char prefix[] = "openssl_";
    if (has_layout(v, LAYOUT_BUILTIN)) {
        const char *name = ((Builtin *)v)->def->name;
        if (!strncmp(name, prefix, sizeof prefix - 1))
            return name + sizeof prefix - 1;
    }
    raise((Type *)unsupported_digest_error, "Unsupported digestmod %R", v);
    return 0;
}

/* An object whose context has taken the key. */
static Hmac *hmac_with_key(const Crypto *crypto, const char *name, const TextArgument *key)
{
    const DigestName *known = digest_by_name(name);
    if (key->length > INT_MAX) {
        raise(OverflowError, "key is too long.");
        return 0;
    }
    Hmac *hmac = TRY(NEW(Hmac, &hmac_type));
    hmac->algorithm = digest_fetch(crypto, known, name, &hmac->own);
    if (!hmac->algorithm) {
        crypto_fail((Type *)unsupported_digest_error);
        return 0;
    }
    strncpy(hmac->digest, known ? known->name : name, sizeof hmac->digest - 1);
    hmac->context = crypto->HMAC_CTX_new();
    /* A key of no bytes still needs an address. */
    const char *bytes = key->length ? key->data : "";
    if (!hmac->context ||
        !crypto->HMAC_Init_ex(hmac->context, bytes, (int)key->length, hmac->algorithm, 0)) {
        crypto_fail(ValueError);
        return 0;
    }
    return hmac;
}

static bool take(const Crypto *crypto, Hmac *hmac, const TextArgument *message)
{
    int ok =
        !message->length || crypto->HMAC_Update(hmac->context, (const unsigned char *)message->data,
                                                (size_t)message->length);
    if (!ok)
        crypto_fail(ValueError);
    return ok;
}

/* The end of a context that nobody else uses. */
static Value finish(const Crypto *crypto, HMAC_CTX *context)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size;
    return crypto->HMAC_Final(context, out, &size) ? bytes_from((char *)out, size)
                                                   : crypto_fail(ValueError);
}

FUNCTION(hmac_new, "hmac_new", "key, msg=b'', digestmod=?None", "Return a new hmac object.")
{
    TEXT_ARGUMENT(key);
    TEXT_ARGUMENT(message);
    TRY(bytes_argument(args[0], &key));
    if (!args[2])
        return raise(TypeError, "Missing required parameter 'digestmod'.");
    const char *name = TRY(digestmod_name(args[2]));
    const Crypto *crypto = TRY(crypto_library());
    if (args[1] && args[1] != None)
        TRY(hash_argument(args[1], &message));
    Hmac *hmac = TRY(hmac_with_key(crypto, name, &key));
    TRY(take(crypto, hmac, &message));
    return (Value)hmac;
}

FUNCTION(hmac_one_shot, "hmac_digest", "key, msg, digest", "Single-shot HMAC.")
{
    TEXT_ARGUMENT(key);
    TEXT_ARGUMENT(message);
    TRY(bytes_argument(args[0], &key));
    TRY(bytes_argument(args[1], &message));
    const char *name = TRY(digestmod_name(args[2]));
    const Crypto *crypto = TRY(crypto_library());
    Hmac *hmac = TRY(hmac_with_key(crypto, name, &key));
    TRY(take(crypto, hmac, &message));
    return finish(crypto, hmac->context);
}

/* ---- Methods ---------------------------------------------------------------------------- */

METHOD(hmac_update, "update", "msg", "Update the HMAC object with msg.")
{
    Hmac *self = (Hmac *)args[0];
    TEXT_ARGUMENT(data);
    TRY(hash_argument(args[1], &data));
    const Crypto *crypto = TRY(crypto_library());
    HOLDING(&self->mutex)
    {
        TRY(take(crypto, self, &data));
    }
    return None;
}

/* Of what the object has taken so far; 0 with an exception. */
static HMAC_CTX *copy_context(const Crypto *crypto, Hmac *self)
{
    HMAC_CTX *copy = crypto->HMAC_CTX_new();
    int ok = 0;
    HOLDING(&self->mutex)
    {
        ok = copy && crypto->HMAC_CTX_copy(copy, self->context);
    }
    if (ok)
        return copy;
    crypto->HMAC_CTX_free(copy);
    crypto_fail(ValueError);
    return 0;
}

static Value digest_so_far(Value self)
{
    const Crypto *crypto = TRY(crypto_library());
    HMAC_CTX *context = TRY(copy_context(crypto, (Hmac *)self));
    Value digest = finish(crypto, context);
    crypto->HMAC_CTX_free(context);
    return digest;
}

METHOD(hmac_digest, "digest", "",
       "Return the digest of the bytes passed to the update() method so far.")
{
    return digest_so_far(args[0]);
}

METHOD(hmac_hexdigest, "hexdigest", "",
       "Return hexadecimal digest of the bytes passed to update().")
{
    Value digest = TRY(digest_so_far(args[0]));
    return bytes_hex((unsigned char *)((Bytes *)digest)->data, ((Bytes *)digest)->length, 0, 0);
}

METHOD(hmac_copy, "copy", "", "Return a copy (\"clone\") of the HMAC object.")
{
    Hmac *self = (Hmac *)args[0];
    const Crypto *crypto = TRY(crypto_library());
    Hmac *copy = TRY(NEW(Hmac, &hmac_type));
    memcpy(copy->digest, self->digest, sizeof copy->digest);
    copy->algorithm = self->algorithm;
    copy->own = self->own && crypto->EVP_MD_up_ref(self->algorithm);
    copy->context = TRY(copy_context(crypto, self));
    return (Value)copy;
}

static MethodDef *const hmac_methods[] = {M(hmac_update), M(hmac_digest), M(hmac_hexdigest),
                                          M(hmac_copy), 0};

static Value hmac_get_name(Value self)
{
    return str_format("hmac-%s", ((Hmac *)self)->digest);
}

static Value hmac_get_digest_size(Value self)
{
    const Crypto *crypto = crypto_library();
    return int_small(crypto->EVP_MD_get_size(((Hmac *)self)->algorithm));
}

static Value hmac_get_block_size(Value self)
{
    const Crypto *crypto = crypto_library();
    return int_small(crypto->EVP_MD_get_block_size(((Hmac *)self)->algorithm));
}

static const GetSetDef hmac_getset[] = {
    {"name", hmac_get_name, 0, 0},
    {"digest_size", hmac_get_digest_size, 0, 0},
    {"block_size", hmac_get_block_size, 0, 0},
    {0},
};

static Value hmac_repr(Value self)
{
    return str_format("<%s HMAC object @ %#zx>", ((Hmac *)self)->digest, (size_t)self);
}

Type hmac_type = {
    TYPE_HEAD("_hashlib.HMAC", Hmac),
    .repr = hmac_repr,
    .doc = "The object used to calculate HMAC of a message.",
    .methods = hmac_methods,
    .getset = hmac_getset,
    .release = hmac_release,
    .flags = TYPE_NO_NEW,
};

/* ---- compare_digest --------------------------------------------------------------------- */

FUNCTION(compare_digest, "compare_digest", "a, b, /",
         "Return 'a == b'.\n\n"
         "This function uses an approach designed to prevent timing analysis, making it "
         "appropriate for cryptography.")
{
    if (is_str(args[0]) && is_str(args[1])) {
        if (!as_str(args[0])->ascii || !as_str(args[1])->ascii)
            return raise(TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    const char *a, *b;
    intptr_t a_length, b_length;
    TEXT_ARGUMENT(x);
    TEXT_ARGUMENT(y);
    if (is_str(args[0]) && is_str(args[1])) {
        a = str_data(args[0]);
        b = str_data(args[1]);
        a_length = str_length(args[0]);
        b_length = str_length(args[1]);
    } else {
        TRY(bytes_argument(args[0], &x));
        TRY(bytes_argument(args[1], &y));
        a = x.data;
        b = y.data;
        a_length = x.length;
        b_length = y.length;
    }
    /* The time depends on the length of b only. */
    volatile unsigned char difference = a_length != b_length;
    const char *with = a_length == b_length ? a : b;
    for (intptr_t i = 0; i < b_length; i++)
        difference = (unsigned char)(difference | (with[i] ^ b[i]));
    return bool_value(difference == 0);
}

MethodDef *const hmac_functions[] = {M(hmac_new), M(hmac_one_shot), M(compare_digest), 0};
