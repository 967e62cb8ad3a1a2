/* _SSLContext: the settings that connections start from. */
#include <limits.h>
#include <string.h>

#include "core/call.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_context(v) ((SslContext *)(v))
#define S             ssl_library()
#define C             cert_library()
#define STACK(s)      ((const OPENSSL_STACK *)(const void *)(s))

enum { PROTOCOL_TLS = 2, PROTOCOL_TLS_V1 = 3, PROTOCOL_TLS_CLIENT = 16, PROTOCOL_TLS_SERVER = 17 };
enum { VERSION_MINIMUM = -2, VERSION_MAXIMUM = -1 };
static const char default_ciphers[] =
    "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:"
    "!aDSS:!SHA1:!AESCCM";

static void context_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->ciphers));
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->sni_callback));
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->msg_callback));
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->alpn));
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->psk_client_callback));
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->psk_server_callback));
    gc_visit(tracer, load_relaxed(&((SslContext *)self)->keylog_filename));
}

static void context_release(Object *o)
{
    if (((SslContext *)o)->ctx)
        S->SSL_CTX_free(((SslContext *)o)->ctx);
    context_close_keylog((SslContext *)o);
}

/* ---- making -----------------------------------------------------------------------------------
 */

/* The versions of one protocol; a warning as the old ones get it. */
static bool choose_method(int protocol, const SSL_METHOD **method, int *version)
{
    static const char *const old[] = {"PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1", "PROTOCOL_TLSv1_2"};
    *method = S->TLS_method();
    *version = 0;
    switch (protocol) {
    case PROTOCOL_TLS:
        return warn(DeprecationWarning, 2, "ssl.PROTOCOL_TLS is deprecated");
    case PROTOCOL_TLS_CLIENT:
        *method = S->TLS_client_method();
        return true;
    case PROTOCOL_TLS_SERVER:
        *method = S->TLS_server_method();
        return true;
    }
    int number = protocol - PROTOCOL_TLS_V1;
    if (number < 0 || number > 2)
        return raise(ValueError, "invalid or unsupported protocol version");
    *version = TLS1_VERSION + number;
    return warn(DeprecationWarning, 2, "ssl.%s is deprecated", old[number]);
}

static bool set_version(SslContext *c, int command, long version)
{
    return S->SSL_CTX_ctrl(c->ctx, command, version, 0) == 1 ||
           raise(ValueError, "Unsupported protocol version 0x%x", (unsigned)version);
}

static bool set_defaults(SslContext *c, int version)
{
    uint64_t options = SSL_OP_ALL & ~SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS;
    options |= SSL_OP_NO_SSLv3 | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE;
    S->SSL_CTX_set_options(c->ctx, options);
    S->SSL_CTX_ctrl(c->ctx, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, 0);
    X509_VERIFY_PARAM *parameters = S->SSL_CTX_get0_param(c->ctx);
    C->X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_TRUSTED_FIRST);
    C->X509_VERIFY_PARAM_set_hostflags(parameters, c->host_flags);
    if (!S->SSL_CTX_set_cipher_list(c->ctx, default_ciphers))
        return ssl_raise_queue("No cipher can be selected.");
    if (version)
        return set_version(c, SSL_CTRL_SET_MIN_PROTO_VERSION, version) &&
               set_version(c, SSL_CTRL_SET_MAX_PROTO_VERSION, version);
    return set_version(c, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION);
}

NEW_METHOD(context_new, "protocol, /")
{
    int protocol, version;
    const SSL_METHOD *method;
    TRY(index_as_int(args[1], &protocol));
    TRY(choose_method(protocol, &method, &version));
    SslContext *c = TRY(NEW(SslContext, (Type *)args[0]));
    c->protocol = protocol;
    c->host_flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    c->ctx = S->SSL_CTX_new(method);
    if (!c->ctx)
        return ssl_raise_queue("no context");
    bool is_client = protocol == PROTOCOL_TLS_CLIENT;
    c->check_hostname = is_client;
    S->SSL_CTX_set_verify(
        c->ctx, is_client ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, 0);
    return set_defaults(c, version) ? (Value)c : 0;
}

/* ---- connections ------------------------------------------------------------------------------
 */

/* None or str; to what the library takes. */
static bool read_hostname(Value v, Value *hostname)
{
    *hostname = 0;
    if (v == None)
        return true;
    Value text =
        is_bytes(v) ? TRY(str_from_ascii(((Bytes *)v)->data, (size_t)((Bytes *)v)->length)) : v;
    if (!is_str(text))
        return raise(TypeError, "argument 'server_hostname' must be str or None, not %T", v);
    *hostname = text;
    return true;
}

METHOD(context_wrap_socket, "_wrap_socket",
       "sock, server_side, server_hostname=None, *, owner=None, session=None", 0)
{
    Value hostname;
    int server_side = TRY_NOT_NEGATIVE(object_truth(args[2]), 0);
    TRY(read_hostname(args[3], &hostname));
    return ssl_socket_new(as_context(args[0]), args[1], 0, 0, server_side, hostname, args[4],
                          args[5]);
}

METHOD(context_wrap_bio, "_wrap_bio",
       "incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None", 0)
{
    Value hostname;
    MemoryBio *in = TRY(as_bio(args[1])), *out = TRY(as_bio(args[2]));
    int server_side = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    TRY(read_hostname(args[4], &hostname));
    return ssl_socket_new(as_context(args[0]), 0, in, out, server_side, hostname, args[5], args[6]);
}

/* ---- ciphers and protocols ---------------------------------------------------------------------
 */

/* Connections that were made while there was one thread have no list of ciphers of their own and
 * look at the context's, which OpenSSL frees when it gets another one: with several threads,
 * perhaps in the middle of a handshake. Then it keeps the one that it has, as each new connection
 * gets its own anyway (own_ciphers_locked), and only the security level that the list may set is
 * for it. */
static bool set_ciphers_locked(SslContext *c, const char *list)
{
    if (!load_relaxed(&multithreaded))
        return S->SSL_CTX_set_cipher_list(c->ctx, list);
    SSL *probe = S->SSL_new(c->ctx);
    bool done = probe && S->SSL_set_cipher_list(probe, list);
    if (done)
        S->SSL_CTX_set_security_level(c->ctx, S->SSL_get_security_level(probe));
    S->SSL_free(probe);
    return done;
}

METHOD(context_set_ciphers, "set_ciphers", "cipherlist, /", 0)
{
    if (!is_str(args[1]))
        return raise(TypeError, "set_ciphers() argument must be str, not %T", args[1]);
    const char *list = TRY(str_cstring(args[1]));
    SslContext *c = as_context(args[0]);
    Value ciphers = TRY(bytes_from(list, strlen(list)));
    WITH_LOCK (c) {
        if (!set_ciphers_locked(c, list)) {
            C->ERR_clear_error();
            return raise((Type *)ssl_exceptions[0], "No cipher can be selected.");
        }
        gc_store(c, &c->ciphers, ciphers);
    }
    return None;
}

static bool own_ciphers_locked(SslContext *c, SSL *ssl)
{
    const char *list = c->ciphers ? ((Bytes *)c->ciphers)->data : default_ciphers;
    return !load_relaxed(&multithreaded) || S->SSL_set_cipher_list(ssl, list);
}

SSL *context_new_connection(SslContext *c)
{
    SSL_LOCKED(&c->loading);
    WITH_LOCK (c) {
        SSL *ssl = S->SSL_new(c->ctx);
        if (ssl && own_ciphers_locked(c, ssl))
            return ssl;
        S->SSL_free(ssl);
    }
    return 0;
}

void context_join(SslContext *c, SSL *ssl)
{
    SSL_LOCKED(&c->loading);
    WITH_LOCK (c) {
        S->SSL_set_SSL_CTX(ssl, c->ctx);
        if (!own_ciphers_locked(c, ssl))
            C->ERR_clear_error(); /* without memory it goes on with those it has */
    }
}

METHOD(context_get_ciphers, "get_ciphers", "", 0)
{
    SSL *ssl = context_new_connection(as_context(args[0]));
    if (!ssl)
        return ssl_raise_queue("no connection");
    const OPENSSL_STACK *all = STACK(S->SSL_get_ciphers(ssl));
    Value list = list_new(1);
    for (int i = 0; list && all && i < C->OPENSSL_sk_num(all); i++) {
        Value dict = cipher_dict(C->OPENSSL_sk_value(all, i));
        if (!dict || !list_append(list, dict))
            list = 0;
    }
    S->SSL_free(ssl);
    return list;
}

/* Native: the server's choice among what the client offers, by its own order. */
static int select_alpn(SSL *ssl UNUSED, const unsigned char **out, unsigned char *size,
                       const unsigned char *offered, unsigned offered_size, void *context)
{
    const SslContext *c = context;
    const Bytes *own = (const Bytes *)tuple_get(load_acquire(&c->alpn), 0);
    int found = S->SSL_select_next_proto((unsigned char **)(uintptr_t)out, size,
                                         (const unsigned char *)own->data, (unsigned)own->length,
                                         offered, offered_size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/* Connections that are being made may still look at what was set before: it is kept. */
METHOD(context_set_alpn, "_set_alpn_protocols", "protos, /", 0)
{
    SslContext *c = as_context(args[0]);
    Value protocols = TRY(bytes_from_object(args[1]));
    Bytes *bytes = (Bytes *)protocols;
    if (bytes->length > UINT_MAX)
        return raise(OverflowError, "protocols longer than %u bytes", UINT_MAX);
    WITH_LOCK (c) {
        gc_store(c, &c->alpn, TRY(tuple_of(protocols, c->alpn ? c->alpn : None)));
        if (S->SSL_CTX_set_alpn_protos(c->ctx, (const unsigned char *)bytes->data,
                                       (unsigned)bytes->length))
            return raise_no_memory();
        S->SSL_CTX_set_alpn_select_cb(c->ctx, select_alpn, c);
    }
    return None;
}

METHOD(context_set_ecdh_curve, "set_ecdh_curve", "name, /", 0)
{
    Value text =
        is_bytes(args[1])
            ? TRY(str_from_ascii(((Bytes *)args[1])->data, (size_t)((Bytes *)args[1])->length))
            : args[1];
    if (!is_str(text))
        return raise(TypeError, "expected str, bytes or os.PathLike object, not %T", args[1]);
    const char *name = TRY(str_cstring(text));
    bool ok = false;
    WITH_LOCK (args[0])
        ok = S->SSL_CTX_ctrl(as_context(args[0])->ctx, SSL_CTRL_SET_GROUPS_LIST, 0,
                             (void *)(uintptr_t)name) == 1;
    C->ERR_clear_error();
    return ok ? None : raise(ValueError, "unknown elliptic curve name %R", text);
}

static const struct {
    const char *name;
    int command;
} statistics[] = {
    {"number", SSL_CTRL_SESS_NUMBER},
    {"connect", SSL_CTRL_SESS_CONNECT},
    {"connect_good", SSL_CTRL_SESS_CONNECT_GOOD},
    {"connect_renegotiate", SSL_CTRL_SESS_CONNECT_RENEGOTIATE},
    {"accept", SSL_CTRL_SESS_ACCEPT},
    {"accept_good", SSL_CTRL_SESS_ACCEPT_GOOD},
    {"accept_renegotiate", SSL_CTRL_SESS_ACCEPT_RENEGOTIATE},
    {"hits", SSL_CTRL_SESS_HIT},
    {"misses", SSL_CTRL_SESS_MISSES},
    {"timeouts", SSL_CTRL_SESS_TIMEOUTS},
    {"cache_full", SSL_CTRL_SESS_CACHE_FULL},
};

METHOD(context_session_stats, "session_stats", "", 0)
{
    Value dict = TRY(dict_new());
    for (size_t i = 0; i < COUNT_OF(statistics); i++) {
        long n = S->SSL_CTX_ctrl(as_context(args[0])->ctx, statistics[i].command, 0, 0);
        TRY(dict_set_cstring(dict, statistics[i].name, int_from(n)));
    }
    return dict;
}

/* ---- verification -----------------------------------------------------------------------------
 */

static Value get_verify_mode(Value self)
{
    int mode = S->SSL_CTX_get_verify_mode(as_context(self)->ctx);
    mode &= SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    return int_small(mode == SSL_VERIFY_NONE ? 0 : mode == SSL_VERIFY_PEER ? 1 : 2);
}

/* CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED. */
static bool set_mode_locked(SslContext *c, int mode)
{
    static const int modes[] = {SSL_VERIFY_NONE, SSL_VERIFY_PEER,
                                SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT};
    if (mode < 0 || mode > 2)
        return raise(ValueError, "invalid value for verify_mode");
    if (mode == 0 && c->check_hostname)
        return raise(ValueError, "Cannot set verify_mode to CERT_NONE when "
                                 "check_hostname is enabled.");
    S->SSL_CTX_set_verify(c->ctx, modes[mode], 0);
    return true;
}

static bool check_given(Value v)
{
    return v || raise(AttributeError, "cannot delete attribute");
}

static bool set_verify_mode(Value self, Value value)
{
    int mode;
    TRY(check_given(value));
    TRY(index_as_int(value, &mode));
    WITH_LOCK (self)
        return set_mode_locked(as_context(self), mode);
    UNREACHABLE();
}

static Value get_verify_flags(Value self)
{
    return int_from(
        (intptr_t)C->X509_VERIFY_PARAM_get_flags(S->SSL_CTX_get0_param(as_context(self)->ctx)));
}

static bool set_verify_flags(Value self, Value value)
{
    uint64_t flags;
    TRY(check_given(value));
    TRY(index_as_uint64(value, &flags));
    WITH_LOCK (self) {
        X509_VERIFY_PARAM *p = S->SSL_CTX_get0_param(as_context(self)->ctx);
        uint64_t old = C->X509_VERIFY_PARAM_get_flags(p);
        C->X509_VERIFY_PARAM_clear_flags(p, old & ~flags);
        C->X509_VERIFY_PARAM_set_flags(p, flags & ~old);
    }
    return true;
}

static Value get_check_hostname(Value self)
{
    return bool_value(load_relaxed(&as_context(self)->check_hostname));
}

static bool set_check_hostname(Value self, Value value)
{
    SslContext *c = as_context(self);
    TRY(check_given(value));
    int check = TRY_NOT_NEGATIVE(object_truth(value), false);
    WITH_LOCK (c) {
        if (check && S->SSL_CTX_get_verify_mode(c->ctx) == SSL_VERIFY_NONE)
            TRY(set_mode_locked(c, 2));
        store_relaxed(&c->check_hostname, (bool)check);
    }
    return true;
}

static Value get_host_flags(Value self)
{
    return int_from(load_relaxed(&as_context(self)->host_flags));
}

static bool set_host_flags(Value self, Value value)
{
    SslContext *c = as_context(self);
    uint64_t flags;
    TRY(check_given(value));
    TRY(index_as_uint64(value, &flags));
    WITH_LOCK (c) {
        store_relaxed(&c->host_flags, (unsigned)flags);
        C->X509_VERIFY_PARAM_set_hostflags(S->SSL_CTX_get0_param(c->ctx), c->host_flags);
    }
    return true;
}

/* ---- options and versions ----------------------------------------------------------------------
 */

static Value get_options(Value self)
{
    return int_from_u64(S->SSL_CTX_get_options(as_context(self)->ctx));
}

static bool set_options(Value self, Value value)
{
    const uint64_t old_versions = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
                                  SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;
    SSL_CTX *ctx = as_context(self)->ctx;
    uint64_t options;
    TRY(check_given(value));
    if (!is_int_any(value) || !int_to_u64(value, &options))
        return is_int_any(value) ? raise(OverflowError, "can't convert negative int to unsigned")
                                 : raise(TypeError, "an integer is required");
    uint64_t old = S->SSL_CTX_get_options(ctx);
    if (options & ~old & old_versions)
        TRY(warn(DeprecationWarning, 2, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated"));
    WITH_LOCK (self) {
        S->SSL_CTX_clear_options(ctx, old & ~options);
        S->SSL_CTX_set_options(ctx, options & ~old);
    }
    return true;
}

static Value get_version(Value self, int command, int none)
{
    long version = S->SSL_CTX_ctrl(as_context(self)->ctx, command, 0, 0);
    return int_from(version ? version : none);
}

/* The two numbers that stand for the extremes, and the versions. */
static bool assign_version(Value self, Value value, int command)
{
    SslContext *c = as_context(self);
    int version;
    TRY(check_given(value));
    TRY(index_as_int(value, &version));
    if (c->protocol != PROTOCOL_TLS && c->protocol != PROTOCOL_TLS_CLIENT &&
        c->protocol != PROTOCOL_TLS_SERVER)
        return raise(ValueError, "The context's protocol doesn't support modification of "
                                 "highest and lowest version.");
    bool is_minimum = command == SSL_CTRL_SET_MIN_PROTO_VERSION;
    if (version == VERSION_MINIMUM)
        version = is_minimum ? 0 : TLS1_VERSION;
    else if (version == VERSION_MAXIMUM)
        version = is_minimum ? TLS1_3_VERSION : 0;
    else if (version < SSL3_VERSION || version > TLS1_3_VERSION)
        return raise(ValueError, "Unsupported TLS/SSL version 0x%x", (unsigned)version);
    else if (version < TLS1_2_VERSION)
        TRY(warn(DeprecationWarning, 2, "ssl.TLSVersion.%s is deprecated",
                 version == SSL3_VERSION   ? "SSLv3"
                 : version == TLS1_VERSION ? "TLSv1"
                                           : "TLSv1_1"));
    WITH_LOCK (c)
        return set_version(c, command, version);
    UNREACHABLE();
}

static Value get_minimum(Value self)
{
    return get_version(self, SSL_CTRL_GET_MIN_PROTO_VERSION, VERSION_MINIMUM);
}

static bool set_minimum(Value self, Value value)
{
    return assign_version(self, value, SSL_CTRL_SET_MIN_PROTO_VERSION);
}

static Value get_maximum(Value self)
{
    return get_version(self, SSL_CTRL_GET_MAX_PROTO_VERSION, VERSION_MAXIMUM);
}

static bool set_maximum(Value self, Value value)
{
    return assign_version(self, value, SSL_CTRL_SET_MAX_PROTO_VERSION);
}

static Value get_protocol(Value self)
{
    return int_small(as_context(self)->protocol);
}

static Value get_security_level(Value self)
{
    return int_small(S->SSL_CTX_get_security_level(as_context(self)->ctx));
}

static Value get_num_tickets(Value self)
{
    return int_from((intptr_t)S->SSL_CTX_get_num_tickets(as_context(self)->ctx));
}

static bool set_num_tickets(Value self, Value value)
{
    SslContext *c = as_context(self);
    int64_t count;
    TRY(check_given(value));
    TRY(index_as_int64(value, &count));
    if (count < 0)
        return raise(ValueError, "value must be non-negative");
    if (c->protocol != PROTOCOL_TLS_SERVER)
        return raise(ValueError, "SSLContext is not a server context.");
    WITH_LOCK (c)
        return S->SSL_CTX_set_num_tickets(c->ctx, (size_t)count) == 1 ||
               raise(ValueError, "failed to set num tickets.");
    UNREACHABLE();
}

static Value get_post_handshake(Value self)
{
    return bool_value(load_relaxed(&as_context(self)->post_handshake));
}

static bool set_post_handshake(Value self, Value value)
{
    SslContext *c = as_context(self);
    TRY(check_given(value));
    int on = TRY_NOT_NEGATIVE(object_truth(value), false);
    WITH_LOCK (c) {
        store_relaxed(&c->post_handshake, (bool)on);
        if (c->protocol != PROTOCOL_TLS_SERVER)
            S->SSL_CTX_set_post_handshake_auth(c->ctx, on);
    }
    return true;
}

static Value get_sni_callback(Value self)
{
    Value callback = load_acquire(&as_context(self)->sni_callback);
    return callback ? callback : None;
}

static bool set_sni_callback(Value self, Value value)
{
    SslContext *c = as_context(self);
    TRY(check_given(value));
    if (c->protocol == PROTOCOL_TLS_CLIENT)
        return raise(ValueError, "sni_callback cannot be set on TLS_CLIENT context");
    if (value != None && !type_of(value)->call)
        return raise(TypeError, "not a callable object");
    WITH_LOCK (c) {
        gc_store(c, &c->sni_callback, value == None ? (Value)0 : value);
        void (*function)(void) = value == None ? 0 : (void (*)(void))ssl_server_name;
        S->SSL_CTX_callback_ctrl(c->ctx, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, function);
        S->SSL_CTX_ctrl(c->ctx, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, c);
    }
    return true;
}

static Value get_msg_callback(Value self)
{
    Value callback = load_acquire(&as_context(self)->msg_callback);
    return callback ? callback : None;
}

static bool set_msg_callback(Value self, Value value)
{
    SslContext *c = as_context(self);
    TRY(check_given(value));
    if (value != None && !type_of(value)->call)
        return raise(TypeError, "%R is not callable.", value);
    WITH_LOCK (c) {
        gc_store(c, &c->msg_callback, value == None ? (Value)0 : value);
        void (*function)(void) = value == None ? 0 : (void (*)(void))ssl_message;
        S->SSL_CTX_callback_ctrl(c->ctx, SSL_CTRL_SET_MSG_CALLBACK, function);
    }
    return true;
}

static const GetSetDef context_getset[] = {
    {"check_hostname", get_check_hostname, set_check_hostname, 0},
    {"_host_flags", get_host_flags, set_host_flags, 0},
    {"minimum_version", get_minimum, set_minimum, 0},
    {"maximum_version", get_maximum, set_maximum, 0},
    {"_msg_callback", get_msg_callback, set_msg_callback, 0},
    {"sni_callback", get_sni_callback, set_sni_callback, 0},
    {"num_tickets", get_num_tickets, set_num_tickets, 0},
    {"options", get_options, set_options, 0},
    {"post_handshake_auth", get_post_handshake, set_post_handshake, 0},
    {"protocol", get_protocol, 0, 0},
    {"verify_flags", get_verify_flags, set_verify_flags, 0},
    {"verify_mode", get_verify_mode, set_verify_mode, 0},
    {"security_level", get_security_level, 0, 0},
    {"keylog_filename", context_get_keylog, context_set_keylog, 0},
    {0},
};
static MethodDef *const context_methods[] = {
    M(context_wrap_socket),   M(context_wrap_bio),
    M(context_set_ciphers),   M(context_get_ciphers),
    M(context_set_alpn),      M(context_set_ecdh_curve),
    M(context_session_stats), 0,
};

Type ssl_context_type = {
    TYPE_HEAD("_ssl._SSLContext", SslContext),
    .new_def = M(context_new),
    .methods = context_methods,
    .getset = context_getset,
    .trace = context_trace,
    .release = context_release,
    .flags = TYPE_BASE,
};
