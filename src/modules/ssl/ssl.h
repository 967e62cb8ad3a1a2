/* _ssl: TLS by OpenSSL, over sockets and over MemoryBIO.
 *
 * An SSL is used by one thread at a time: `lock`, which is held over the library's calls but those
 * that only read a number, as are those of its MemoryBIOs, but not while a socket is waited for.
 * Calls that may block run in the native state. The settings of a context change under its object
 * lock. */
#ifndef WEFT_MODULES_SSL_H
#define WEFT_MODULES_SSL_H

#include "base/lock.h"
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "modules/ssl/openssl.h"

/* A lock that its holder may take again: callbacks run Python code over it. */
typedef struct SslLock {
    uint8_t byte;
    uint32_t holder;         /* atomic: id of the thread that has it, or 0 */
    uint32_t depth;          /* its holder's, as `below` */
    struct SslLock *below;   /* that its holder took before, and still has */
    struct SslLock *awaited; /* atomic: what its holder waits for */
} SslLock;
void ssl_lock(SslLock *lock);
void ssl_unlock(SslLock *lock);
/* False, with SSLError, if whoever has it waits for a lock of this thread: so do two callbacks that
 * ask for each other's connections. */
bool ssl_lock_unless_stuck(SslLock *lock) MUST_USE;

/* SSL_LOCKED(&object->lock);  holds it to the end of the block. */
static inline SslLock *ssl_lock_taken(SslLock *lock)
{
    ssl_lock(lock);
    return lock;
}
static inline void ssl_lock_leave(SslLock **lock)
{
    ssl_unlock(*lock);
}
#define SSL_LOCKED(lock)                                                                           \
    SslLock *ssl_locked_ __attribute__((unused, cleanup(ssl_lock_leave))) = ssl_lock_taken(lock)

/* CONNECTION_LOCKED(s);  the same for a connection's; returns 0 with an exception. */
#define CONNECTION_LOCKED(s)                                                                       \
    if (!ssl_lock_unless_stuck(&(s)->lock))                                                        \
        return 0;                                                                                  \
    SslLock *ssl_locked_ __attribute__((unused, cleanup(ssl_lock_leave))) = &(s)->lock

typedef struct SslContext {
    Object ob;
    SSL_CTX *ctx;        /* immutable after init */
    int protocol;        /* immutable after init */
    bool check_hostname; /* atomic, as the next two; changed under lock */
    bool post_handshake;
    unsigned host_flags;
    SslLock loading;    /* held while certificates are loaded, and connections made */
    Value ciphers;      /* guarded by lock: what set_ciphers() got, a bytes; 0: the default ones */
    Value sni_callback; /* atomic; 0: none */
    Value msg_callback; /* atomic; 0: none */
    Value alpn;         /* atomic: (protocols as on the wire, what was set before) or 0 */
    Value psk_client_callback, psk_server_callback; /* atomic; 0: none */
    Value keylog_filename;                          /* atomic; 0: none */
    Mutex keylog_lock;                              /* raw */
    int keylog_fd;                                  /* guarded by keylog_lock */
    bool keylog_open;                               /* the same */
} SslContext;

typedef struct MemoryBio {
    Object ob;
    BIO *bio;
    SslLock lock;
    bool eof; /* guarded by lock */
} MemoryBio;

typedef struct SslSocket {
    Object ob;
    SSL *ssl;
    SslLock lock;
    bool server_side;         /* immutable after init */
    Value context;            /* atomic */
    Value first_context;      /* immutable: OpenSSL may go on asking its sni_callback */
    Value socket;             /* a socket, or 0: memory; immutable */
    int fd;                   /* the socket's, for the library; immutable after init */
    Value incoming, outgoing; /* MemoryBio or 0; immutable */
    Value hostname;           /* str or 0; immutable */
    Value owner;              /* atomic: weak reference, or 0 */
    Value raised;             /* exception of a callback; by who has the lock */
} SslSocket;

typedef struct SslSession {
    Object ob;
    SSL_SESSION *session;
    Value context; /* immutable */
} SslSession;

typedef struct Certificate {
    Object ob;
    X509 *cert; /* immutable */
} Certificate;

extern Type ssl_context_type, ssl_socket_type, memory_bio_type, ssl_session_type, certificate_type;

/* ---- errors: error.c. Each raises and returns 0. */
typedef enum SslException {
    SSL_EXCEPTION,
    SSL_ZERO_RETURN,
    SSL_WANT_READ_,
    SSL_WANT_WRITE_,
    SSL_SYSCALL,
    SSL_EOF,
    SSL_CERT_VERIFICATION,
    SSL_EXCEPTIONS
} SslException;
extern Value ssl_exceptions[SSL_EXCEPTIONS];
bool ssl_add_exceptions(Value module) MUST_USE;
/* From the library's queue of errors, or with `text` if there is none. */
Value ssl_raise_queue(const char *text);
/* After a call that returned `result`; `error` is SSL_get_error's, `system` errno. */
Value ssl_raise_result(SslSocket *s, int result, int error, int system);

/* SSL_new, while nobody changes the context; 0: ssl_raise_queue. */
SSL *context_new_connection(SslContext *c);
/* SSL_set_SSL_CTX, the same way. */
void context_join(SslContext *c, SSL *ssl);

/* ---- certificates: cert.c */
Value cert_to_der(X509 *cert) MUST_USE;
Value cert_to_dict(X509 *cert) MUST_USE;
Value cert_wrap(X509 *cert) MUST_USE;                /* takes its own reference */
Value oid_tuple(const ASN1_OBJECT *object) MUST_USE; /* (nid, short, long, oid) */
/* The library's file of text, as str. */
Value bio_text(BIO *bio) MUST_USE;

/* ---- ciphers: cipher.c */
Value cipher_tuple(const SSL_CIPHER *cipher) MUST_USE; /* (name, protocol, bits) or None */
Value cipher_dict(const SSL_CIPHER *cipher) MUST_USE;

/* ---- sockets: socket.c */
Value ssl_socket_new(SslContext *context, Value socket, MemoryBio *in, MemoryBio *out,
                     bool server_side, Value hostname, Value owner, Value session) MUST_USE;
int ssl_server_name(SSL *ssl, int *alert, void *context);
void ssl_message(int is_write, int version, int content_type, const void *data, size_t size,
                 SSL *ssl, void *argument);
MemoryBio *as_bio(Value v) MUST_USE; /* TypeError */
extern MethodDef *const context_file_methods[], *const context_key_methods[];
/* keylog_filename: context_keys.c */
Value context_get_keylog(Value self);
bool context_set_keylog(Value self, Value value) MUST_USE;
void context_close_keylog(SslContext *context);

#endif
