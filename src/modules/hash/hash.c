#include "modules/hash/hash.h"

#include <strings.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/str.h"

Value unsupported_digest_error;

const DigestName digest_names[] = {
    {"md5", "MD5"},
    {"sha1", "SHA1"},
    {"sha224", "SHA224"},
    {"sha256", "SHA256"},
    {"sha384", "SHA384"},
    {"sha512", "SHA512"},
    {"sha3_224", "SHA3-224"},
    {"sha3_256", "SHA3-256"},
    {"sha3_384", "SHA3-384"},
    {"sha3_512", "SHA3-512"},
    {"shake_128", "SHAKE128"},
    {"shake_256", "SHAKE256"},
    {"sha512_224", "SHA512-224"},
    {"sha512_256", "SHA512-256"},
    {"blake2b", "BLAKE2b512"},
    {"blake2s", "BLAKE2s256"},
    {"md5-sha1", "MD5-SHA1"},
    {"ripemd160", "RIPEMD160"},
    {"sm3", "SM3"},
    {0, 0},
};

const DigestName *digest_by_name(const char *name)
{
    for (const DigestName *d = digest_names; d->name; d++)
        if (!strcasecmp(name, d->name) || !strcasecmp(name, d->openssl))
            return d;
    return 0;
}

bool hash_is_xof(const char *name)
{
    return !strncmp(name, "shake", 5);
}

Value crypto_fail(Type *type)
{
    const Crypto *crypto = TRY(crypto_library());
    unsigned long code = crypto->ERR_peek_last_error();
    crypto->ERR_clear_error();
    if (!code)
        return raise(type, "no reason supplied");
    const char *library = crypto->ERR_lib_error_string(code);
    const char *reason = crypto->ERR_reason_error_string(code);
    if (library && reason)
        return raise(type, "[%s] %s", library, reason);
    return raise(type, "%s", reason ? reason : "no reason supplied");
}

bool hash_argument(Value v, TextArgument *out)
{
    if (is_str(v))
        return raise(TypeError, "Strings must be encoded before hashing");
    if (!has_buffer(v))
        return raise(TypeError, "object supporting the buffer API required");
    return bytes_argument_once(v, out);
}

/* ---- Objects ---------------------------------------------------------------------------- */

/* A short message is only kept until more comes: its digest then takes a context that others have
 * used before, and none is made. */
typedef struct Hash {
    Object ob;
    Mutex mutex;
    EVP_MD_CTX *context;  /* guarded by mutex; 0 until it is made */
    Value message;        /* guarded by mutex: bytes, what to hash if there is no context; or 0 */
    const EVP_MD *digest; /* immutable; stays if `known`, else the context has it */
    const DigestName *known; /* immutable; or 0 */
    char name[24];           /* immutable */
} Hash;

void hash_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Hash *)self)->message));
}

size_t hash_struct_size(void)
{
    return sizeof(Hash);
}

void hash_release(Object *self)
{
    EVP_MD_CTX *context = ((Hash *)self)->context;
    if (context)
        crypto_library()->EVP_MD_CTX_free(context);
}

/* Hashing this much and more is left to the native state. */
enum { BLOCKING_SIZE = 2048 };

static bool update(const Crypto *crypto, EVP_MD_CTX *context, const char *data, size_t size)
{
    int ok = 0;
    if (size < BLOCKING_SIZE)
        ok = crypto->EVP_DigestUpdate(context, data, size);
    else
        BLOCKING
        {
            ok = crypto->EVP_DigestUpdate(context, data, size);
        }
    if (!ok)
        crypto_fail(ValueError);
    return ok;
}

EVP_MD *digest_fetch(const Crypto *crypto, const DigestName *known, const char *name, bool *own)
{
    static EVP_MD *fetched[COUNT_OF(digest_names)]; /* atomic */
    EVP_MD *digest = known ? load_acquire(&fetched[known - digest_names]) : 0;
    *own = !known;
    if (digest)
        return digest;
    digest = crypto->EVP_MD_fetch(0, known ? known->openssl : name, 0);
    EVP_MD *none = 0;
    *own = !digest || !known || !cas_acq_rel(&fetched[known - digest_names], &none, digest);
    return digest;
}

/* ---- Contexts: one of each algorithm waits for the next digest. */

static EVP_MD_CTX *idle[COUNT_OF(digest_names)]; /* atomic; taken by exchange */

static EVP_MD_CTX *take_context(const Crypto *crypto, const Hash *self)
{
    EVP_MD_CTX *context = 0;
    if (self->known)
        context = exchange_acq_rel(&idle[self->known - digest_names], context);
    return context ? context : crypto->EVP_MD_CTX_new();
}

static void give_context_back(const Crypto *crypto, const Hash *self, EVP_MD_CTX *context)
{
    EVP_MD_CTX *none = 0;
    if (!self->known || !cas_acq_rel(&idle[self->known - digest_names], &none, context))
        crypto->EVP_MD_CTX_free(context);
}

/* What the hash has been given so far, in `context`. False: OpenSSL's error. */
static bool fill_context_locked(const Crypto *crypto, Hash *self, EVP_MD_CTX *context)
{
    if (self->context)
        return crypto->EVP_MD_CTX_copy_ex(context, self->context);
    const Bytes *message = (Bytes *)self->message;
    return crypto->EVP_DigestInit_ex(context, self->digest, 0) &&
           (!message || crypto->EVP_DigestUpdate(context, message->data, (size_t)message->length));
}

/* The hash has a context from now on. */
static bool make_context_locked(const Crypto *crypto, Hash *self)
{
    if (self->context)
        return true;
    EVP_MD_CTX *context = crypto->EVP_MD_CTX_new();
    if (!context || !fill_context_locked(crypto, self, context)) {
        crypto->EVP_MD_CTX_free(context);
        crypto_fail(ValueError);
        return false;
    }
    self->context = context;
    store_release(&self->message, (Value)0); /* NO_BARRIER: 0 */
    return true;
}

static bool set_digest(const Crypto *crypto, Hash *hash, const char *name)
{
    const DigestName *known = digest_by_name(name);
    bool own;
    EVP_MD *digest = digest_fetch(crypto, known, name, &own);
    if (!digest) {
        crypto_fail((Type *)unsupported_digest_error);
        return false;
    }
    const char *shown = known ? known->name : crypto->EVP_MD_get0_name(digest);
    strncpy(hash->name, shown, sizeof hash->name - 1);
    hash->digest = digest;
    if (!own) {
        hash->known = known;
        return true;
    }
    bool ok = make_context_locked(crypto, hash);
    crypto->EVP_MD_free(digest); /* the context has its own reference */
    return ok;
}

/* The first data of a new hash. */
static bool begin(const Crypto *crypto, Hash *hash, Value value, const TextArgument *data)
{
    if (!data->length)
        return true;
    if (!hash->context && has_shape(value, SHAPE_BYTES) && data->length < BLOCKING_SIZE) {
        gc_store(hash, &hash->message, value);
        return true;
    }
    return make_context_locked(crypto, hash) &&
           update(crypto, hash->context, data->data, (size_t)data->length);
}

Value hash_one_of(Value data, Value string, bool *both)
{
    *both = data && string;
    if (*both)
        return raise(TypeError, "'data' and 'string' are mutually exclusive and support for "
                                "'string' keyword parameter is slated for removal in a future "
                                "version.");
    return data ? data : string;
}

Value hash_new(Type *type, const char *name, Value data_value, Value string)
{
    TEXT_ARGUMENT(data);
    bool both;
    data_value = hash_one_of(data_value, string, &both);
    if (both)
        return 0;
    const Crypto *crypto = TRY(crypto_library());
    if (data_value)
        TRY(hash_argument(data_value, &data));
    Hash *hash = TRY(NEW(Hash, type));
    TRY(set_digest(crypto, hash, name));
    TRY(begin(crypto, hash, data_value, &data));
    return (Value)hash;
}

/* A context with what the hash has been given, to be given back; 0 with an exception. */
static EVP_MD_CTX *copy_context(const Crypto *crypto, Hash *self)
{
    EVP_MD_CTX *copy = take_context(crypto, self);
    bool ok = false;
    HOLDING(&self->mutex)
    {
        ok = copy && fill_context_locked(crypto, self, copy);
    }
    if (!ok) {
        crypto->EVP_MD_CTX_free(copy);
        crypto_fail(ValueError);
        return 0;
    }
    return copy;
}

/* The digest; of `length` bytes if it has no fixed size. */
static Value final_digest(Hash *self, intptr_t length, bool xof)
{
    const Crypto *crypto = TRY(crypto_library());
    Value result = TRY(bytes_new(xof ? length : EVP_MAX_MD_SIZE));
    EVP_MD_CTX *context = TRY(copy_context(crypto, self));
    unsigned char *out = (unsigned char *)((Bytes *)result)->data;
    unsigned size = (unsigned)length;
    int ok = xof ? crypto->EVP_DigestFinalXOF(context, out, (size_t)length)
                 : crypto->EVP_DigestFinal_ex(context, out, &size);
    give_context_back(crypto, self, context);
    if (!ok)
        return crypto_fail(ValueError);
    return xof ? result : bytes_shrink(result, (intptr_t)size);
}

static Value to_hex(Value digest)
{
    TRY(digest);
    return bytes_hex((unsigned char *)((Bytes *)digest)->data, ((Bytes *)digest)->length, 0, 0);
}

METHOD(hash_update, "update", "obj, /", "Update this hash object's state with the provided string.")
{
    Hash *self = (Hash *)args[0];
    TEXT_ARGUMENT(data);
    TRY(hash_argument(args[1], &data));
    const Crypto *crypto = TRY(crypto_library());
    HOLDING(&self->mutex)
    {
        TRY(make_context_locked(crypto, self));
        TRY(update(crypto, self->context, data.data, (size_t)data.length));
    }
    return None;
}

METHOD(hash_digest, "digest", "", "Return the digest value as a bytes object.")
{
    return final_digest((Hash *)args[0], 0, false);
}

METHOD(hash_hexdigest, "hexdigest", "",
       "Return the digest value as a string of hexadecimal digits.")
{
    return to_hex(final_digest((Hash *)args[0], 0, false));
}

static Value xof_digest(Value *args)
{
    intptr_t length = TRY_INDEX(args[1]);
    if (length < 0)
        return raise(ValueError, "value must be positive");
    if (length >= (1 << 29) && type_of(args[0]) != &hash_xof_type)
        return raise(ValueError, "length is too large");
    return length ? final_digest((Hash *)args[0], length, true) : bytes_empty();
}

METHOD(hash_xof_digest, "digest", "length", "Return the digest value as a bytes object.")
{
    return xof_digest(args);
}

METHOD(hash_xof_hexdigest, "hexdigest", "length",
       "Return the digest value as a string of hexadecimal digits.")
{
    return to_hex(xof_digest(args));
}

static bool make_copy_locked(const Crypto *crypto, Hash *copy, Hash *self)
{
    copy->context = crypto->EVP_MD_CTX_new();
    if (copy->context && fill_context_locked(crypto, self, copy->context))
        return true;
    crypto_fail(ValueError);
    return false;
}

METHOD(hash_copy, "copy", "", "Return a copy of the hash object.")
{
    Hash *self = (Hash *)args[0];
    const Crypto *crypto = TRY(crypto_library());
    Hash *copy = TRY(NEW(Hash, type_of(args[0])));
    memcpy(copy->name, self->name, sizeof copy->name);
    copy->digest = self->digest;
    copy->known = self->known;
    HOLDING(&self->mutex)
    {
        if (self->context)
            TRY(make_copy_locked(crypto, copy, self));
        else
            gc_store(copy, &copy->message, self->message);
    }
    return (Value)copy;
}

MethodDef *const hash_methods[] = {M(hash_update), M(hash_digest), M(hash_hexdigest), M(hash_copy),
                                   0};
MethodDef *const hash_xof_methods[] = {M(hash_update), M(hash_xof_digest), M(hash_xof_hexdigest),
                                       M(hash_copy), 0};

static const EVP_MD *digest_of(Value self)
{
    return ((Hash *)self)->digest;
}

static Value hash_get_name(Value self)
{
    return str_from_cstring(((Hash *)self)->name);
}

static Value hash_get_digest_size(Value self)
{
    if (hash_is_xof(((Hash *)self)->name))
        return int_small(0);
    return int_small(crypto_library()->EVP_MD_get_size(digest_of(self)));
}

static Value hash_get_block_size(Value self)
{
    return int_small(crypto_library()->EVP_MD_get_block_size(digest_of(self)));
}

const GetSetDef hash_getset[] = {
    {"name", hash_get_name, 0, "algorithm name."},
    {"digest_size", hash_get_digest_size, 0, 0},
    {"block_size", hash_get_block_size, 0, 0},
    {0},
};

static Value hash_repr(Value self)
{
    return str_format("<%s %N object @ %#zx>", ((Hash *)self)->name, type_of(self), (size_t)self);
}

Type hash_type = {
    TYPE_HEAD("_hashlib.HASH", Hash),
    .repr = hash_repr,
    .doc = "A hash is an object used to calculate a checksum of a string of information.",
    .methods = hash_methods,
    .getset = hash_getset,
    .trace = hash_trace,
    .release = hash_release,
    .flags = TYPE_BASE | TYPE_NO_NEW,
};

Type hash_xof_type = {
    TYPE_HEAD("_hashlib.HASHXOF", Hash),
    .repr = hash_repr,
    .doc = "A hash is an object used to calculate a checksum of a string of information.",
    .methods = hash_xof_methods,
    .base = &hash_type,
    .trace = hash_trace,
    .release = hash_release,
    .flags = TYPE_NO_NEW,
};
