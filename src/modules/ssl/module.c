/* The module's functions, SSLSession, and constants. */
#include <string.h>

#include "core/descriptor.h"
#include "core/module.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define S ssl_library()
#define C cert_library()

/* ---- SSLSession --------------------------------------------------------------------------------
 */

#define as_session(v) ((SslSession *)(v))

static void session_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((SslSession *)self)->context);
}

static void session_release(Object *o)
{
    if (((SslSession *)o)->session)
        S->SSL_SESSION_free(((SslSession *)o)->session);
}

static Value get_id(Value self)
{
    unsigned size;
    const unsigned char *id = S->SSL_SESSION_get_id(as_session(self)->session, &size);
    return bytes_from((const char *)id, size);
}

static Value get_has_ticket(Value self)
{
    return bool_value(S->SSL_SESSION_has_ticket(as_session(self)->session));
}

static Value get_lifetime(Value self)
{
    return int_from((intptr_t)S->SSL_SESSION_get_ticket_lifetime_hint(as_session(self)->session));
}

static Value get_time(Value self)
{
    return int_from((intptr_t)S->SSL_SESSION_get_time(as_session(self)->session));
}

static Value get_timeout(Value self)
{
    return int_from((intptr_t)S->SSL_SESSION_get_timeout(as_session(self)->session));
}

/* Equal ids: one session. */
static Value session_compare(Value a, Value b, CompareOp op)
{
    if (type_of(b) != &ssl_session_type || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    int equal = TRY_NOT_NEGATIVE(object_equal(TRY(get_id(a)), TRY(get_id(b))), 0);
    return bool_value(equal == (op == CMP_EQ));
}

static const GetSetDef session_getset[] = {
    {"has_ticket", get_has_ticket, 0, "Does the session contain a ticket?"},
    {"id", get_id, 0, "Session ID."},
    {"ticket_lifetime_hint", get_lifetime, 0, "Ticket life time hint."},
    {"time", get_time, 0, "Session creation time (seconds since epoch)."},
    {"timeout", get_timeout, 0, "Session timeout (delta in seconds)."},
    {0},
};

Type ssl_session_type = {
    TYPE_HEAD("_ssl.SSLSession", SslSession),
    .hash = hash_unhashable,
    .compare = session_compare,
    .getset = session_getset,
    .trace = session_trace,
    .release = session_release,
    .flags = TYPE_NO_NEW,
};

/* ---- functions ---------------------------------------------------------------------------------
 */

FUNCTION(rand_add, "RAND_add", "string, entropy, /",
         "Mix string into the OpenSSL PRNG state.\n\nentropy (a float) is a lower bound on the "
         "entropy contained in\nstring.  See RFC 4086.")
{
    double entropy;
    TRY(number_as_double(args[1], &entropy));
    Value data = args[0];
    if (is_str(data)) {
        size_t size;
        const char *text = TRY(str_utf8(data, &size));
        data = TRY(bytes_from(text, size));
    }
    Buffer buffer;
    TRY(buffer_get(data, &buffer, BUFFER_READ));
    for (intptr_t at = 0; at < buffer.size; at += INT32_MAX) {
        intptr_t rest = buffer.size - at;
        C->RAND_add(buffer.data + at, rest > INT32_MAX ? INT32_MAX : (int)rest, entropy);
    }
    buffer_release(&buffer);
    return None;
}

FUNCTION(rand_bytes, "RAND_bytes", "n, /",
         "Generate n cryptographically strong pseudo-random bytes.")
{
    int count;
    TRY(index_as_int(args[0], &count));
    if (count < 0)
        return raise(ValueError, "num must be positive");
    Value result = TRY(bytes_new(count));
    return C->RAND_bytes((unsigned char *)((Bytes *)result)->data, count) == 1
               ? result
               : ssl_raise_queue("no random bytes");
}

FUNCTION(rand_status, "RAND_status", "",
         "Returns True if the OpenSSL PRNG has been seeded with enough data and False if not.")
{
    return bool_value(C->RAND_status() == 1);
}

FUNCTION(default_paths, "get_default_verify_paths", "",
         "Return search paths and environment vars that are used by SSLContext's "
         "set_default_verify_paths() to load default CAs.")
{
    return tuple_of(TRY(str_from_cstring(C->X509_get_default_cert_file_env())),
                    TRY(str_from_cstring(C->X509_get_default_cert_file())),
                    TRY(str_from_cstring(C->X509_get_default_cert_dir_env())),
                    TRY(str_from_cstring(C->X509_get_default_cert_dir())));
}

FUNCTION(txt2obj, "txt2obj", "txt, name=False",
         "Lookup NID, short name, long name and OID of an ASN1_OBJECT.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "txt2obj() argument 'txt' must be str, not %T", args[0]);
    const char *text = TRY(str_cstring(args[0]));
    int by_name = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    ASN1_OBJECT *object = C->OBJ_txt2obj(text, !by_name);
    if (!object) {
        C->ERR_clear_error();
        return raise(ValueError, "unknown object '%.100s'", text);
    }
    Value result = oid_tuple(object);
    C->ASN1_OBJECT_free(object);
    return result;
}

FUNCTION(nid2obj, "nid2obj", "nid, /",
         "Lookup NID, short name, long name and OID of an ASN1_OBJECT by NID.")
{
    int nid;
    TRY(index_as_int(args[0], &nid));
    if (nid < NID_undef)
        return raise(ValueError, "NID must be positive");
    ASN1_OBJECT *object = C->OBJ_nid2obj(nid);
    if (!object) {
        C->ERR_clear_error();
        return raise(ValueError, "unknown NID %d", nid);
    }
    Value result = oid_tuple(object);
    C->ASN1_OBJECT_free(object);
    return result;
}

FUNCTION(test_decode_cert, "_test_decode_cert", "path, /", 0)
{
    size_t size;
    const char *path = TRY(str_to_fs(TRY(fs_path(args[0])), &size));
    BIO *bio = C->BIO_new_file(path, "r");
    if (!bio)
        return ssl_raise_queue("Can't open file");
    X509 *cert = C->PEM_read_bio_X509(bio, 0, 0, 0);
    C->BIO_free(bio);
    if (!cert)
        return ssl_raise_queue("Error decoding PEM-encoded file");
    Value result = cert_to_dict(cert);
    C->X509_free(cert);
    return result;
}

/* ---- constants ---------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define CONSTANT(name, value) {#name, (int64_t)(value)},
#include "modules/ssl/constants.def"
#undef CONSTANT
};

static const struct {
    const char *name;
    bool value;
} features[] = {
    {"HAS_SNI", true},     {"HAS_TLS_UNIQUE", true}, {"HAS_ECDH", true},    {"HAS_NPN", false},
    {"HAS_ALPN", true},    {"HAS_SSLv2", false},     {"HAS_SSLv3", false},  {"HAS_TLSv1", true},
    {"HAS_TLSv1_1", true}, {"HAS_TLSv1_2", true},    {"HAS_TLSv1_3", true}, {"HAS_PSK", true},
};

static Value version_tuple(unsigned long version)
{
    return tuple_of(int_small(version >> 28 & 0xf), int_small(version >> 20 & 0xff),
                    int_small(version >> 12 & 0xff), int_small(version >> 4 & 0xff),
                    int_small(version & 0xf));
}

static bool add_versions(Value module)
{
    unsigned long version = C->OpenSSL_version_num();
    return module_add(module, "OPENSSL_VERSION_NUMBER", int_from_u64(version)) &&
           module_add(module, "OPENSSL_VERSION_INFO", version_tuple(version)) &&
           module_add_string(module, "OPENSSL_VERSION", C->OpenSSL_version(0)) &&
           module_add(module, "_OPENSSL_API_VERSION", version_tuple(OPENSSL_VERSION_NUMBER)) &&
           module_add_string(module, "_DEFAULT_CIPHERS",
                             "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:"
                             "!aDSS:!SHA1:!AESCCM");
}

/* The methods of another file. */
static bool add_context_methods(MethodDef *const *def)
{
    bool found;
    for (; *def; def++)
        TRY(type_set_own(&ssl_context_type, TRY(str_intern_cstring((*def)->name)),
                         TRY(method_descriptor_new(*def, &ssl_context_type)), &found));
    return true;
}

static bool execute(Value module)
{
    TRY(ssl_library());
    TRY(cert_library());
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    for (size_t i = 0; i < COUNT_OF(features); i++)
        TRY(module_add(module, features[i].name, bool_value(features[i].value)));
    return ssl_add_exceptions(module) && module_add_new_type(module, &ssl_context_type) &&
           module_add_new_type(module, &ssl_socket_type) &&
           module_add_new_type(module, &memory_bio_type) &&
           module_add_new_type(module, &ssl_session_type) &&
           module_add_new_type(module, &certificate_type) &&
           add_context_methods(context_file_methods) && add_context_methods(context_key_methods) &&
           add_versions(module);
}

static MethodDef *const functions[] = {
    M(rand_add), M(rand_bytes), M(rand_status),      M(default_paths),
    M(txt2obj),  M(nid2obj),    M(test_decode_cert), 0,
};

const ModuleDef module__ssl = {
    "_ssl",
    "Implementation module for SSL socket operations.  See the socket module\nfor documentation.",
    functions,
    execute,
};
