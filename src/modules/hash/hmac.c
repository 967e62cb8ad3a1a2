/* HMAC objects, and comparing digests in constant time. */
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
    EVP_MAC_CTX *context; /* guarded by mutex */
    char digest[24];      /* immutable: its Python name */
} Hmac;

static void hmac_release(Object *self)
{
    if (((Hmac *)self)->context)
        crypto_library()->EVP_MAC_CTX_free(((Hmac *)self)->context);
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

/* A context that has taken the key, and in *shown the digest's Python name. */
static EVP_MAC_CTX *new_context(const Crypto *crypto, const char *name, const TextArgument *key,
                                const char **shown)
{
    const DigestName *known = digest_by_name(name);
    EVP_MD *digest =
        known ? crypto->EVP_MD_fetch(0, known->openssl, 0) : crypto->EVP_MD_fetch(0, name, 0);
    if (!digest || hash_is_xof(known ? known->name : "")) {
        crypto->EVP_MD_free(digest);
        crypto_fail((Type *)unsupported_digest_error);
        return 0;
    }
    const char *openssl_name = known ? known->openssl : name;
    *shown = known ? known->name : name;
    EVP_MAC *mac = crypto->EVP_MAC_fetch(0, "HMAC", 0);
    EVP_MAC_CTX *context = mac ? crypto->EVP_MAC_CTX_new(mac) : 0;
    OSSL_PARAM parameters[] = {crypto->OSSL_PARAM_construct_utf8_string(
                                   OSSL_MAC_PARAM_DIGEST, (char *)(uintptr_t)openssl_name, 0),
                               crypto->OSSL_PARAM_construct_end()};
    /* A key of no bytes still needs an address. */
    const unsigned char *bytes = (const unsigned char *)(key->length ? key->data : "");
    int ok = context && crypto->EVP_MAC_init(context, bytes, (size_t)key->length, parameters);
    crypto->EVP_MAC_free(mac);
    crypto->EVP_MD_free(digest);
    if (ok)
        return context;
    crypto->EVP_MAC_CTX_free(context);
    crypto_fail(ValueError);
    return 0;
}

static Value finish(const Crypto *crypto, EVP_MAC_CTX *context)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    size_t size;
    int ok = crypto->EVP_MAC_final(context, out, &size, sizeof out);
    crypto->EVP_MAC_CTX_free(context);
    return ok ? bytes_from((char *)out, size) : crypto_fail(ValueError);
}

FUNCTION(hmac_new, "hmac_new", "key, msg=b'', digestmod=?None", "Return a new hmac object.")
{
    TEXT_ARGUMENT(key);
    TEXT_ARGUMENT(message);
    TRY(stream_argument(args[0], &key));
    if (!args[2])
        return raise(TypeError, "Missing required parameter 'digestmod'.");
    const char *name = TRY(digestmod_name(args[2])), *shown;
    const Crypto *crypto = TRY(crypto_library());
    if (args[1] && args[1] != None)
        TRY(hash_argument(args[1], &message));
    Hmac *hmac = TRY(NEW(Hmac, &hmac_type));
    hmac->context = TRY(new_context(crypto, name, &key, &shown));
    strncpy(hmac->digest, shown, sizeof hmac->digest - 1);
    if (message.length &&
        !crypto->EVP_MAC_update(hmac->context, (const unsigned char *)message.data,
                                (size_t)message.length))
        return crypto_fail(ValueError);
    return (Value)hmac;
}

FUNCTION(hmac_one_shot, "hmac_digest", "key, msg, digest", "Single-shot HMAC.")
{
    TEXT_ARGUMENT(key);
    TEXT_ARGUMENT(message);
    TRY(stream_argument(args[0], &key));
    TRY(stream_argument(args[1], &message));
    const char *name = TRY(digestmod_name(args[2])), *shown;
    const Crypto *crypto = TRY(crypto_library());
    EVP_MAC_CTX *context = TRY(new_context(crypto, name, &key, &shown));
    if (!crypto->EVP_MAC_update(context, (const unsigned char *)message.data,
                                (size_t)message.length)) {
        crypto->EVP_MAC_CTX_free(context);
        return crypto_fail(ValueError);
    }
    return finish(crypto, context);
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
        if (!crypto->EVP_MAC_update(self->context, (const unsigned char *)data.data,
                                    (size_t)data.length))
            return crypto_fail(ValueError);
    }
    return None;
}

static EVP_MAC_CTX *copy_context(Hmac *self)
{
    const Crypto *crypto = TRY(crypto_library());
    EVP_MAC_CTX *copy = 0;
    HOLDING(&self->mutex)
    {
        copy = crypto->EVP_MAC_CTX_dup(self->context);
    }
    if (!copy)
        crypto_fail(ValueError);
    return copy;
}

METHOD(hmac_digest, "digest", "",
       "Return the digest of the bytes passed to the update() method so far.")
{
    EVP_MAC_CTX *context = TRY(copy_context((Hmac *)args[0]));
    return finish(crypto_library(), context);
}

METHOD(hmac_hexdigest, "hexdigest", "",
       "Return hexadecimal digest of the bytes passed to update().")
{
    EVP_MAC_CTX *context = TRY(copy_context((Hmac *)args[0]));
    Value digest = TRY(finish(crypto_library(), context));
    return bytes_hex((unsigned char *)((Bytes *)digest)->data, ((Bytes *)digest)->length, 0, 0);
}

METHOD(hmac_copy, "copy", "", "Return a copy (\"clone\") of the HMAC object.")
{
    Hmac *self = (Hmac *)args[0];
    Hmac *copy = TRY(NEW(Hmac, &hmac_type));
    memcpy(copy->digest, self->digest, sizeof copy->digest);
    copy->context = TRY(copy_context(self));
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
    return int_small((intptr_t)crypto->EVP_MAC_CTX_get_mac_size(((Hmac *)self)->context));
}

static Value hmac_get_block_size(Value self)
{
    const Crypto *crypto = crypto_library();
    return int_small((intptr_t)crypto->EVP_MAC_CTX_get_block_size(((Hmac *)self)->context));
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
        TRY(stream_argument(args[0], &x));
        TRY(stream_argument(args[1], &y));
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
