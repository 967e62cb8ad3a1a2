/* _SSLSocket: one connection. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "core/call.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/socket/socket.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/weakref.h"

#define as_ssl(v) ((SslSocket *)(v))
#define S         ssl_library()
#define C         cert_library()
#define STACK(s)  ((const OPENSSL_STACK *)(const void *)(s))

static void ssl_socket_trace(Object *self, Tracer *tracer)
{
    SslSocket *s = (SslSocket *)self;
    gc_visit(tracer, load_relaxed(&s->context));
    gc_visit(tracer, s->first_context);
    gc_visit(tracer, s->socket);
    gc_visit(tracer, s->incoming);
    gc_visit(tracer, s->outgoing);
    gc_visit(tracer, s->hostname);
    gc_visit(tracer, load_relaxed(&s->owner));
    gc_visit(tracer, load_relaxed(&s->raised));
}

static void ssl_socket_release(Object *o)
{
    if (((SslSocket *)o)->ssl)
        S->SSL_free(((SslSocket *)o)->ssl);
}

/* ---- making -----------------------------------------------------------------------------------
 */

/* The name to ask for, and to find in the peer's certificate: an address is not asked for. */
static bool set_hostname(SslSocket *s, const SslContext *context)
{
    size_t size;
    if (!s->hostname)
        return true;
    const char *name = TRY(str_utf8(s->hostname, &size));
    if (!size || name[0] == '.')
        return raise(ValueError, "server_hostname cannot be an empty string or start with a "
                                 "leading dot.");
    if (strlen(name) != size)
        return raise(TypeError, "argument must be encoded string without null bytes, not str");
    ASN1_OCTET_STRING *address = C->a2i_IPADDRESS(name);
    C->ERR_clear_error();
    bool ok = true;
    if (!address)
        ok = S->SSL_ctrl(s->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                         (void *)(uintptr_t)name);
    X509_VERIFY_PARAM *parameters = S->SSL_get0_param(s->ssl);
    if (ok && load_relaxed(&context->check_hostname))
        ok = address ? C->X509_VERIFY_PARAM_set1_ip(parameters, C->ASN1_STRING_get0_data(address),
                                                    (size_t)C->ASN1_STRING_length(address))
                     : C->X509_VERIFY_PARAM_set1_host(parameters, name, size);
    if (address)
        C->ASN1_OCTET_STRING_free(address);
    return ok || ssl_raise_queue("host name refused");
}

static bool set_bios(SslSocket *s)
{
    BIO *in, *out;
    if (s->socket) {
        s->fd = socket_fd(s->socket);
        in = out = C->BIO_new_socket(s->fd, BIO_NOCLOSE);
        if (!in)
            return raise_no_memory();
    } else {
        in = ((MemoryBio *)s->incoming)->bio;
        out = ((MemoryBio *)s->outgoing)->bio;
        C->BIO_up_ref(in);
        C->BIO_up_ref(out);
    }
    S->SSL_set_bio(s->ssl, in, out);
    return true;
}

/* A server that asks for a client's certificate after the handshake does not require it before. */
static void set_post_handshake(SslSocket *s, const SslContext *context)
{
    if (!load_relaxed(&context->post_handshake))
        return;
    int mode = S->SSL_get_verify_mode(s->ssl);
    if (s->server_side && mode & SSL_VERIFY_PEER)
        S->SSL_set_verify(s->ssl, mode | SSL_VERIFY_POST_HANDSHAKE, 0);
    else if (!s->server_side)
        S->SSL_set_post_handshake_auth(s->ssl, 1);
}

static Value get_context(Value self)
{
    return load_acquire(&as_ssl(self)->context);
}

static bool set_owner(Value self, Value value);
static bool set_session(Value self, Value value);

Value ssl_socket_new(SslContext *context, Value socket, MemoryBio *in, MemoryBio *out,
                     bool server_side, Value hostname, Value owner, Value session)
{
    Type *error = (Type *)ssl_exceptions[SSL_EXCEPTION];
    if (context->protocol == 16 && server_side)
        return raise(error, "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context");
    if (context->protocol == 17 && !server_side)
        return raise(error, "Cannot create a client socket with a PROTOCOL_TLS_SERVER context");
    if (socket && !is_instance_of(socket, &socket_type))
        return raise(TypeError, "argument 1 must be _socket.socket, not %T", socket);
    SslSocket *s = TRY(NEW(SslSocket, &ssl_socket_type));
    s->ssl = context_new_connection(context);
    if (!s->ssl)
        return ssl_raise_queue("no connection");
    s->server_side = server_side;
    gc_store(s, &s->context, (Value)context);
    gc_store(s, &s->first_context, (Value)context);
    gc_store(s, &s->socket, socket);
    gc_store(s, &s->incoming, (Value)in);
    gc_store(s, &s->outgoing, (Value)out);
    gc_store(s, &s->hostname, hostname);
    S->SSL_set_ex_data(s->ssl, 0, s);
    TRY(set_bios(s));
    S->SSL_ctrl(s->ssl, SSL_CTRL_MODE, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY,
                0);
    set_post_handshake(s, context);
    TRY(set_hostname(s, context));
    if (server_side) {
        /* Of a client's it would be asked of keys agreed upon as well, which have none. */
        S->SSL_set_session_id_context(s->ssl, (const unsigned char *)"Python", 6);
        S->SSL_set_accept_state(s->ssl);
    } else {
        S->SSL_set_connect_state(s->ssl);
    }
    if (owner != None)
        TRY(set_owner((Value)s, owner));
    if (session != None)
        TRY(set_session((Value)s, session));
    return (Value)s;
}

/* ---- running the library ------------------------------------------------------------------------
 */

typedef struct Step {
    SslSocket *s;
    int (*run)(SSL *ssl, struct Step *step);
    char *data;
    int size;
    const char *timeout_text;
    int result, error, system;
    int shutdown; /* SSL_get_shutdown */
} Step;

/* The connection's lock and those of its memory, in the order of addresses. */
static bool lock_all(SslSocket *s)
{
    MemoryBio *a = (MemoryBio *)s->incoming, *b = (MemoryBio *)s->outgoing;
    TRY(ssl_lock_unless_stuck(&s->lock));
    if (!a)
        return true;
    ssl_lock(a < b ? &a->lock : &b->lock);
    ssl_lock(a < b ? &b->lock : &a->lock);
    return true;
}

static void unlock_all(SslSocket *s)
{
    if (s->incoming) {
        ssl_unlock(&((MemoryBio *)s->incoming)->lock);
        ssl_unlock(&((MemoryBio *)s->outgoing)->lock);
    }
    ssl_unlock(&s->lock);
}

static Value raise_gone(void)
{
    return raise((Type *)ssl_exceptions[SSL_EXCEPTION], "Underlying socket connection gone");
}

/* The library's call, which may use the socket by the number that it had at the beginning. Returns
 * false if the socket has it no more. */
static bool run_library(Step *step)
{
    SslSocket *s = step->s;
    FdUse use __attribute__((cleanup(fd_leave))) = {.fd = s->fd};
    if (s->socket)
        fd_enter(&use, s->socket, &as_socket(s->socket)->fd);
    if (use.fd != s->fd)
        return false;
    BLOCKING
    {
        errno = 0;
        C->ERR_clear_error();
        step->result = step->run(s->ssl, step);
        step->error = S->SSL_get_error(s->ssl, step->result);
        step->system = errno;
        step->shutdown = S->SSL_get_shutdown(s->ssl);
    }
    return true;
}

/* One call; false with the exception of a callback. */
static bool run_once(Step *step)
{
    SslSocket *s = step->s;
    TRY(lock_all(s));
    store_relaxed(&s->raised, (Value)0); /* NO_BARRIER: no reference */
    bool ran = run_library(step);
    Value raised = s->raised;
    unlock_all(s);
    if (!ran)
        return raise_gone();
    if (!raised)
        return true;
    C->ERR_clear_error();
    error_restore(raised);
    return false;
}

/* As poll(2) for the one; a closed one is ready, as the library's call finds. */
static int poll_socket(Value socket, short events, int ms)
{
    int n = -1;
    USING_SOCKET(use, socket);
    if (use.fd < 0)
        return 1;
    struct pollfd poll_fd = {.fd = use.fd, .events = events};
    BLOCKING
    {
        n = poll(&poll_fd, 1, ms);
    }
    return n;
}

/* 1 ready, 0 too late, -1 an exception of a signal handler. */
static int await_socket(Value socket, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline < 0 ? -1 : deadline - monotonic_ns();
        int ms = deadline < 0 ? -1 : left <= 0 ? 0 : (int)((left + 999999) / 1000000);
        int n = poll_socket(socket, events, ms);
        if (n >= 0)
            return n > 0;
        if (errno != EINTR) {
            raise_errno();
            return -1;
        }
        if (!thread_poll(thread_self()))
            return -1;
    }
}

/* Runs it until it is done, or would have to wait and must not. step->result then says how it went:
 * a failure is the caller's to raise. */
static bool run_step(Step *step, bool awaits_data)
{
    Value socket = step->s->socket;
    int64_t timeout = socket ? load_relaxed(&as_socket(socket)->timeout) : 0;
    int64_t deadline = timeout > 0 ? monotonic_ns() + timeout : -1;
    short events = POLLIN;
    if (socket && socket_fd(socket) < 0)
        return raise_gone();
    bool wait = awaits_data && timeout < 0 && !S->SSL_pending(step->s->ssl);
    for (;;) {
        int ready = wait ? await_socket(socket, events, deadline) : 1;
        if (!ready)
            return raise(TimeoutError, "%s", step->timeout_text);
        if (ready < 0 || !run_once(step) || !thread_poll(thread_self()))
            return false;
        bool wants = step->error == SSL_ERROR_WANT_READ || step->error == SSL_ERROR_WANT_WRITE;
        if (step->result > 0 || !wants || timeout == 0)
            return true;
        events = step->error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        wait = true;
    }
}

static Value raise_step(const Step *step)
{
    return ssl_raise_result(step->s, step->result, step->error, step->system);
}

static int step_handshake(SSL *ssl, Step *step UNUSED)
{
    return S->SSL_do_handshake(ssl);
}

METHOD(ssl_do_handshake, "do_handshake", "", 0)
{
    Step step = {.s = as_ssl(args[0]),
                 .run = step_handshake,
                 .timeout_text = "_ssl.c: The handshake operation timed out"};
    TRY(run_step(&step, false));
    return step.result == 1 ? None : raise_step(&step);
}

static int step_read(SSL *ssl, Step *step)
{
    return S->SSL_read(ssl, step->data, step->size);
}

/* Reads into the step's memory. Nothing at a proper end. */
static bool read_into(Step *step)
{
    if (step->size) {
        TRY(run_step(step, true));
        bool ended =
            step->error == SSL_ERROR_ZERO_RETURN && step->shutdown == SSL_RECEIVED_SHUTDOWN;
        if (step->result <= 0 && !ended)
            return raise_step(step);
    }
    if (step->result < 0)
        step->result = 0;
    return true;
}

METHOD(ssl_read, "read", "size, buffer=?, /",
       "read(size, [buffer])\nRead up to size bytes from the SSL socket.")
{
    Step step = {
        .s = as_ssl(args[0]), .run = step_read, .timeout_text = "The read operation timed out"};
    intptr_t size = TRY_INDEX(args[1]);
    if (!args[2]) {
        if (size < 0)
            return raise(ValueError, "size should not be negative");
        if (size > INT32_MAX)
            return raise(OverflowError, "maximum length can't fit in a C 'int'");
        Value result = TRY(bytes_new(size));
        step.data = ((Bytes *)result)->data;
        step.size = (int)size;
        TRY(read_into(&step));
        return bytes_shrink_unseen(result, step.result);
    }
    Buffer buffer;
    TRY(buffer_get(args[2], &buffer, BUFFER_WRITE));
    if (size <= 0 || size > buffer.size)
        size = buffer.size;
    step.data = buffer.data;
    step.size = size > INT32_MAX ? INT32_MAX : (int)size;
    bool ok = read_into(&step);
    buffer_release(&buffer);
    return ok ? int_small(step.result) : 0;
}

static int step_write(SSL *ssl, Step *step)
{
    return S->SSL_write(ssl, step->data, step->size);
}

METHOD(
    ssl_write, "write", "b, /",
    "Writes the bytes-like object b into the SSL object.\n\nReturns the number of bytes written.")
{
    Step step = {
        .s = as_ssl(args[0]), .run = step_write, .timeout_text = "The write operation timed out"};
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    step.data = buffer.data;
    step.size = buffer.size > INT32_MAX ? INT32_MAX : (int)buffer.size;
    bool ok = !step.size || run_step(&step, false);
    buffer_release(&buffer);
    TRY(ok);
    return step.result > 0 || !step.size ? int_small(step.result) : raise_step(&step);
}

/* Our end first, then, if it has not come yet, the peer's. */
static int step_shutdown(SSL *ssl, Step *step UNUSED)
{
    int result = S->SSL_shutdown(ssl);
    return result == 0 ? S->SSL_shutdown(ssl) : result;
}

METHOD(ssl_shutdown, "shutdown", "", "Does the SSL shutdown handshake with the remote end.")
{
    Step step = {
        .s = as_ssl(args[0]), .run = step_shutdown, .timeout_text = "The read operation timed out"};
    TRY(run_step(&step, false));
    if (step.result < 0)
        return raise_step(&step);
    return step.s->socket ? step.s->socket : None;
}

METHOD(
    ssl_pending, "pending", "",
    "Returns the number of already decrypted bytes available for read, pending on the connection.")
{
    return int_small(S->SSL_pending(as_ssl(args[0])->ssl));
}

METHOD(ssl_verify_client, "verify_client_post_handshake", "",
       "Initiate TLS 1.3 post-handshake authentication")
{
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    return S->SSL_verify_client_post_handshake(s->ssl) == 1 ? None : ssl_raise_queue(0);
}

/* ---- the server's choice by name ---------------------------------------------------------------
 */

/* What the callback answers: None, or the number of an alert. */
static int call_sni(SslContext *context, SslSocket *s, const char *name, int *alert)
{
    Value callback = load_acquire(&context->sni_callback), owner = load_acquire(&s->owner);
    Value target = owner ? weakref_target(owner) : (Value)s;
    Value text = name ? str_from_utf8(name, strlen(name)) : None;
    *alert = SSL_AD_INTERNAL_ERROR;
    if (!callback)
        return SSL_TLSEXT_ERR_OK;
    Value answer = target && text ? call3(callback, target, text, (Value)context) : 0;
    if (!answer) {
        *alert = SSL_AD_HANDSHAKE_FAILURE;
        error_write_unraisable("Exception ignored in SSL servername callback", callback);
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    if (answer == None)
        return SSL_TLSEXT_ERR_OK;
    if (!is_int_any(answer) || !index_as_int(answer, alert)) {
        if (!error_pending())
            raise(TypeError, "servername callback must return None or an integer, not '%T'",
                  answer);
        error_write_unraisable("Exception ignored in SSL servername callback", callback);
        *alert = SSL_AD_INTERNAL_ERROR;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int ssl_server_name(SSL *ssl, int *alert, void *context)
{
    SslSocket *s = S->SSL_get_ex_data(ssl, 0);
    NativePause pause;
    native_pause(&pause);
    int result = call_sni(context, s, S->SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), alert);
    native_resume(&pause);
    return result;
}

/* ---- watching the protocol ----------------------------------------------------------------------
 */

/* What a message of that content is: by its first bytes. */
static int message_kind(int content_type, const unsigned char *data, size_t size, int *version)
{
    switch (content_type) {
    case SSL3_RT_CHANGE_CIPHER_SPEC:
        return SSL3_MT_CHANGE_CIPHER_SPEC;
    case SSL3_RT_ALERT:
        return size > 1 ? data[1] : -1;
    case SSL3_RT_HANDSHAKE:
    case SSL3_RT_INNER_CONTENT_TYPE:
        return size ? data[0] : -1;
    case SSL3_RT_HEADER:
        if (size < 3)
            return -1;
        *version = data[1] << 8 | data[2];
        return data[0];
    }
    return -1;
}

static void show_message(SslSocket *s, Value *values)
{
    Value callback = load_acquire(&((SslContext *)get_context((Value)s))->msg_callback);
    for (int i = 0; i < 6; i++)
        if (!values[i])
            callback = 0;
    if (callback && !s->raised)
        callback = call(callback, values, 6, 0);
    Value error = callback ? 0 : error_take();
    if (error)
        gc_store(s, &s->raised, error);
}

/* Inside a call of the library: exceptions wait until that is over. */
void ssl_message(int is_write, int version, int content_type, const void *data, size_t size,
                 SSL *ssl, void *argument UNUSED)
{
    SslSocket *s = S->SSL_get_ex_data(ssl, 0);
    bool is_native = load_relaxed(&gc_self->state) == GC_NATIVE;
    NativePause pause;
    if (is_native)
        native_pause(&pause);
    Value ref = load_acquire(&s->owner), owner = ref ? weakref_target(ref) : 0;
    int kind = message_kind(content_type, data, size, &version);
    Value values[] = {owner ? owner : (Value)s, str_from_cstring(is_write ? "write" : "read"),
                      int_small(version),       int_small(content_type),
                      int_small(kind),          bytes_from(data, size)};
    show_message(s, values);
    if (is_native)
        native_resume(&pause);
}

/* ---- what is known of the connection ------------------------------------------------------------
 */

static bool check_finished(SslSocket *s)
{
    return S->SSL_is_init_finished(s->ssl) || raise(ValueError, "handshake not done yet");
}

METHOD(ssl_getpeercert, "getpeercert", "der=False, /", 0)
{
    SslSocket *s = as_ssl(args[0]);
    int der = TRY_NOT_NEGATIVE(object_truth(args[1]), 0);
    TRY(check_finished(s));
    CONNECTION_LOCKED(s);
    X509 *cert = S->SSL_get1_peer_certificate(s->ssl);
    if (!cert)
        return None;
    bool verified = S->SSL_get_verify_mode(s->ssl) & SSL_VERIFY_PEER;
    Value result = der ? cert_to_der(cert) : verified ? cert_to_dict(cert) : dict_new();
    C->X509_free(cert);
    return result;
}

static Value chain_list(const OPENSSL_STACK *chain, X509 *first)
{
    Value list = TRY(list_new(1));
    if (first)
        TRY(list_append(list, TRY(cert_wrap(first))));
    for (int i = 0; chain && i < C->OPENSSL_sk_num(chain); i++)
        TRY(list_append(list, TRY(cert_wrap(C->OPENSSL_sk_value(chain, i)))));
    return list;
}

METHOD(ssl_get_verified_chain, "get_verified_chain", "", 0)
{
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    const void *chain = S->SSL_get0_verified_chain(s->ssl);
    return chain ? chain_list(STACK(chain), 0) : None;
}

/* A server's list lacks the client's own. */
METHOD(ssl_get_unverified_chain, "get_unverified_chain", "", 0)
{
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    const void *chain = S->SSL_get_peer_cert_chain(s->ssl);
    if (!chain)
        return None;
    X509 *own = s->server_side ? S->SSL_get1_peer_certificate(s->ssl) : 0;
    Value list = chain_list(STACK(chain), own);
    if (own)
        C->X509_free(own);
    return list;
}

METHOD(ssl_cipher, "cipher", "", 0)
{
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    return cipher_tuple(S->SSL_get_current_cipher(s->ssl));
}

METHOD(ssl_shared_ciphers, "shared_ciphers", "", 0)
{
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    const void *offered = S->SSL_get_client_ciphers(s->ssl), *own = S->SSL_get_ciphers(s->ssl);
    if (!s->server_side || !offered || !own)
        return None;
    Value list = TRY(list_new(1));
    for (int i = 0; i < C->OPENSSL_sk_num(STACK(offered)); i++) {
        const SSL_CIPHER *cipher = C->OPENSSL_sk_value(STACK(offered), i);
        bool is_shared = false;
        for (int j = 0; j < C->OPENSSL_sk_num(STACK(own)) && !is_shared; j++)
            is_shared = C->OPENSSL_sk_value(STACK(own), j) == (const void *)cipher;
        if (is_shared)
            TRY(list_append(list, TRY(cipher_tuple(cipher))));
    }
    return list;
}

METHOD(ssl_version, "version", "", 0)
{
    SSL *ssl = as_ssl(args[0])->ssl;
    return S->SSL_is_init_finished(ssl) ? str_from_cstring(S->SSL_get_version(ssl)) : None;
}

METHOD(ssl_selected_alpn, "selected_alpn_protocol", "", 0)
{
    const unsigned char *data;
    unsigned size;
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    S->SSL_get0_alpn_selected(s->ssl, &data, &size);
    return data ? str_from_utf8((const char *)data, size) : None;
}

METHOD(ssl_compression, "compression", "", 0)
{
    SslSocket *s = as_ssl(args[0]);
    CONNECTION_LOCKED(s);
    const void *method = S->SSL_get_current_compression(s->ssl);
    const char *name = method ? S->SSL_COMP_get_name(method) : 0;
    return name ? str_from_cstring(name) : None;
}

METHOD(ssl_channel_binding, "get_channel_binding", "cb_type='tls-unique'", 0)
{
    SslSocket *s = as_ssl(args[0]);
    char data[128];
    if (!is_str(args[1]) || !str_equals(args[1], "tls-unique"))
        return raise(ValueError, "'%V' channel binding type not implemented", args[1]);
    CONNECTION_LOCKED(s);
    /* The first message that ended the handshake: the client's, or when a session was resumed, the
     * server's. */
    bool use_own = (S->SSL_session_reused(s->ssl) != 0) == s->server_side;
    size_t size = use_own ? S->SSL_get_finished(s->ssl, data, sizeof data)
                          : S->SSL_get_peer_finished(s->ssl, data, sizeof data);
    return size ? bytes_from(data, size) : None;
}

/* ---- attributes ---------------------------------------------------------------------------------
 */

static bool set_context(Value self, Value value)
{
    SslSocket *s = as_ssl(self);
    SslContext *context = (SslContext *)value;
    if (!value || !is_instance_of(value, &ssl_context_type))
        return raise(TypeError, "The value must be a SSLContext");
    CONNECTION_LOCKED(s);
    gc_store(s, &s->context, value);
    context_join(context, s->ssl);
    return true;
}

static Value get_server_side(Value self)
{
    return bool_value(as_ssl(self)->server_side);
}

static Value get_hostname(Value self)
{
    Value name = as_ssl(self)->hostname;
    return name ? name : None;
}

static Value get_owner(Value self)
{
    Value ref = load_acquire(&as_ssl(self)->owner), owner = ref ? weakref_target(ref) : 0;
    return owner ? owner : None;
}

static bool set_owner(Value self, Value value)
{
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    Value ref = TRY(weakref_new(value));
    WITH_LOCK (self)
        gc_store(self, &as_ssl(self)->owner, ref);
    return true;
}

static Value get_session(Value self)
{
    SslSocket *s = as_ssl(self);
    CONNECTION_LOCKED(s);
    SSL_SESSION *session = S->SSL_get1_session(s->ssl);
    if (!session)
        return None;
    SslSession *result = (SslSession *)object_alloc(&ssl_session_type);
    if (!result) {
        S->SSL_SESSION_free(session);
        return 0;
    }
    result->session = session;
    gc_store(result, &result->context, load_acquire(&s->context));
    return (Value)result;
}

/* A connection that ends badly spoils the session that it was made with: it gets a copy. */
static SSL_SESSION *session_copy(const SSL_SESSION *session)
{
    unsigned char *data = 0;
    int size = S->i2d_SSL_SESSION(session, &data);
    const unsigned char *at = data;
    SSL_SESSION *copy = size > 0 ? S->d2i_SSL_SESSION(0, &at, size) : 0;
    C->CRYPTO_free(data, __FILE__, __LINE__);
    return copy;
}

static bool set_session(Value self, Value value)
{
    SslSocket *s = as_ssl(self);
    if (!value || type_of(value) != &ssl_session_type)
        return raise(TypeError, "Value is not a SSLSession.");
    SslSession *session = (SslSession *)value;
    if (((SslContext *)session->context)->ctx != ((SslContext *)get_context(self))->ctx)
        return raise(ValueError, "Session refers to a different SSLContext.");
    if (s->server_side)
        return raise(ValueError, "Cannot set session for server-side SSLSocket.");
    CONNECTION_LOCKED(s);
    if (S->SSL_is_init_finished(s->ssl))
        return raise(ValueError, "Cannot set session after handshake.");
    SSL_SESSION *copy = session_copy(session->session);
    bool ok = copy && S->SSL_set_session(s->ssl, copy);
    if (copy)
        S->SSL_SESSION_free(copy);
    return ok || ssl_raise_queue("session refused");
}

static Value get_session_reused(Value self)
{
    return bool_value(S->SSL_session_reused(as_ssl(self)->ssl));
}

static const GetSetDef ssl_getset[] = {
    {"context", get_context, set_context, 0},
    {"server_side", get_server_side, 0, "Whether this is a server-side socket."},
    {"server_hostname", get_hostname, 0, "The currently set server hostname (for SNI)."},
    {"owner", get_owner, set_owner, 0},
    {"session", get_session, set_session, 0},
    {"session_reused", get_session_reused, 0, "Was the client session reused during handshake?"},
    {0},
};
static MethodDef *const ssl_methods[] = {
    M(ssl_do_handshake),
    M(ssl_write),
    M(ssl_read),
    M(ssl_pending),
    M(ssl_getpeercert),
    M(ssl_channel_binding),
    M(ssl_cipher),
    M(ssl_shared_ciphers),
    M(ssl_version),
    M(ssl_selected_alpn),
    M(ssl_compression),
    M(ssl_shutdown),
    M(ssl_verify_client),
    M(ssl_get_unverified_chain),
    M(ssl_get_verified_chain),
    0,
};

Type ssl_socket_type = {
    TYPE_HEAD("_ssl._SSLSocket", SslSocket),
    .methods = ssl_methods,
    .getset = ssl_getset,
    .trace = ssl_socket_trace,
    .release = ssl_socket_release,
    .flags = TYPE_NO_NEW,
};
