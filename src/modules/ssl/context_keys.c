/* _SSLContext: keys agreed upon beforehand (PSK), and the file that session keys are written to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/copy.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_context(v) ((SslContext *)(v))
#define S             ssl_library()

enum { PROTOCOL_TLS_CLIENT = 16, PROTOCOL_TLS_SERVER = 17 };

/* The socket's context at this moment. */
static SslContext *context_of(const SSL *ssl)
{
    const SslSocket *s = S->SSL_get_ex_data(ssl, 0);
    return as_context(load_acquire(&s->context));
}

/* ---- keys agreed upon --------------------------------------------------------------------------
 */

static Value text_or_none(const char *text)
{
    return text && *text ? str_from_utf8(text, strlen(text)) : None;
}

/* Copies a key; its length, or -1: it is no key, with an exception, or too long, without. */
static int copy_key(Value key, unsigned char *room, unsigned most)
{
    Buffer buffer;
    if (!buffer_get(key, &buffer, BUFFER_READ))
        return -1;
    int size = buffer.size > most ? -1 : (int)buffer.size;
    if (size > 0)
        copy_seen((char *)room, buffer.data, (size_t)size);
    buffer_release(&buffer);
    return size;
}

/* The client's name for itself: a str, something with bytes, or None. */
static bool copy_identity(Value v, char *room, unsigned most)
{
    size_t size = 0;
    const char *text = "";
    Buffer buffer = {.owner = 0};
    if (is_str(v)) {
        text = TRY(str_utf8(v, &size));
    } else if (v != None) {
        TRY(buffer_get(v, &buffer, BUFFER_READ));
        text = buffer.data;
        size = (size_t)buffer.size;
    }
    bool fits = size + 1 <= most;
    if (fits) {
        memcpy(room, text, size);
        room[size] = 0;
    }
    if (buffer.owner)
        buffer_release(&buffer);
    return fits;
}

/* callback(hint) gives (identity, key). Below 0: it has not. */
static int ask_client(Value callback, const char *hint, char *identity, unsigned most_identity,
                      unsigned char *key, unsigned most_key)
{
    Value text = text_or_none(hint), answer = text ? call1(callback, text) : 0;
    if (!answer)
        return -1;
    if (!is_tuple(answer) || tuple_length(answer) != 2) {
        raise(TypeError, "psk_client_callback must return a tuple of an identity and a key, not %T",
              answer);
        return -1;
    }
    if (!copy_identity(tuple_get(answer, 0), identity, most_identity))
        return -1;
    return copy_key(tuple_get(answer, 1), key, most_key);
}

/* Nobody can catch what a callback raises: it is shown, and there is no key. */
static unsigned finish(int size, Value callback)
{
    if (size < 0 && error_pending())
        error_write_unraisable(0, callback);
    return size < 0 ? 0 : (unsigned)size;
}

static unsigned on_client_key(SSL *ssl, const char *hint, char *identity, unsigned most_identity,
                              unsigned char *key, unsigned most_key)
{
    NativePause pause;
    native_pause(&pause);
    Value callback = load_acquire(&context_of(ssl)->psk_client_callback);
    int size = callback ? ask_client(callback, hint, identity, most_identity, key, most_key) : -1;
    unsigned result = finish(size, callback);
    native_resume(&pause);
    return result;
}

static unsigned on_server_key(SSL *ssl, const char *identity, unsigned char *key, unsigned most)
{
    NativePause pause;
    native_pause(&pause);
    Value callback = load_acquire(&context_of(ssl)->psk_server_callback);
    Value text = callback ? text_or_none(identity) : 0;
    Value answer = text ? call1(callback, text) : 0;
    unsigned result = finish(answer ? copy_key(answer, key, most) : -1, callback);
    native_resume(&pause);
    return result;
}

static bool check_callback(Value callback)
{
    return callback == None || type_of(callback)->call ||
           raise(TypeError, "callback must be callable");
}

METHOD(context_psk_client, "set_psk_client_callback", "callback", 0)
{
    SslContext *c = as_context(args[0]);
    if (c->protocol == PROTOCOL_TLS_SERVER)
        return ssl_raise_queue("Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context");
    TRY(check_callback(args[1]));
    WITH_LOCK (c) {
        gc_store(c, &c->psk_client_callback, args[1] == None ? (Value)0 : args[1]);
        S->SSL_CTX_set_psk_client_callback(c->ctx, args[1] == None ? 0 : on_client_key);
    }
    return None;
}

METHOD(context_psk_server, "set_psk_server_callback", "callback, identity_hint=None", 0)
{
    SslContext *c = as_context(args[0]);
    const char *hint = 0;
    if (args[2] != None && !is_str(args[2]))
        return raise(TypeError,
                     "set_psk_server_callback() argument 'identity_hint' must be str or None, "
                     "not %T",
                     args[2]);
    if (args[2] != None)
        hint = TRY(str_cstring(args[2]));
    if (c->protocol == PROTOCOL_TLS_CLIENT)
        return ssl_raise_queue("Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context");
    TRY(check_callback(args[1]));
    bool ok = false;
    WITH_LOCK (c) {
        ok = S->SSL_CTX_use_psk_identity_hint(c->ctx, args[1] == None ? 0 : hint) == 1;
        if (ok) {
            gc_store(c, &c->psk_server_callback, args[1] == None ? (Value)0 : args[1]);
            S->SSL_CTX_set_psk_server_callback(c->ctx, args[1] == None ? 0 : on_server_key);
        }
    }
    return ok ? None : ssl_raise_queue("failed to set identity hint");
}

MethodDef *const context_key_methods[] = {M(context_psk_client), M(context_psk_server), 0};

/* ---- the file of session keys ------------------------------------------------------------------
 */

/* A descriptor of its own for who writes without the lock, as that may block; -1 with errno, which
 * is 0 if there is no file. */
static int duplicate_file(SslContext *c)
{
    int fd = -1;
    errno = 0;
    mutex_lock_raw(&c->keylog_lock);
    if (c->keylog_open)
        fd = fcntl(c->keylog_fd, F_DUPFD_CLOEXEC, 3);
    mutex_unlock(&c->keylog_lock);
    return fd;
}

/* A line, whole, as other threads and processes may write to the file as well: errno, or 0. */
static int write_line(SslContext *c, const char *line)
{
    char text[1024];
    int size = snprintf(text, sizeof text, "%s\n", line);
    if (size >= (int)sizeof text)
        return EMSGSIZE;
    int fd = duplicate_file(c);
    if (fd < 0)
        return errno;
    int error = write(fd, text, (size_t)size) < 0 ? errno : 0;
    close(fd);
    return error;
}

/* The library has a line with a key. An error waits until its call is over. */
static void on_keylog(const SSL *ssl, const char *line)
{
    SslSocket *s = S->SSL_get_ex_data(ssl, 0);
    SslContext *c = context_of(ssl);
    int error = write_line(c, line);
    if (!error)
        return;
    NativePause pause;
    native_pause(&pause);
    errno = error;
    raise_errno_path(load_acquire(&c->keylog_filename));
    Value exception = error_take();
    if (!s->raised)
        gc_store(s, &s->raised, exception);
    native_resume(&pause);
}

/* Puts a file, or nothing (-1), in the place of the one before. */
static void exchange_file(SslContext *c, int fd)
{
    mutex_lock_raw(&c->keylog_lock);
    int old = c->keylog_open ? c->keylog_fd : -1;
    c->keylog_fd = fd;
    c->keylog_open = fd >= 0;
    mutex_unlock(&c->keylog_lock);
    if (old >= 0)
        close(old);
}

void context_close_keylog(SslContext *c)
{
    if (c->keylog_open)
        close(c->keylog_fd);
}

static int open_keylog(Value name)
{
    static const char header[] = "# TLS secrets log file, generated by OpenSSL / Python\n";
    size_t size;
    Value path = TRY_OR(fs_path(name), -1);
    const char *text = is_bytes(path) ? ((Bytes *)path)->data : TRY_OR(str_to_fs(path, &size), -1);
    if (!AUDIT("open", name, str_from_cstring("a"), int_small(0)))
        return -1;
    int fd = -1, error = 0;
    BLOCKING
    {
        fd = open(text, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
        error = errno;
        if (fd >= 0 && lseek(fd, 0, SEEK_END) == 0 && write(fd, header, sizeof header - 1) < 0) {
            error = errno;
            close(fd);
            fd = -1;
        }
    }
    errno = error;
    if (fd < 0)
        raise_errno_path(name);
    return fd;
}

Value context_get_keylog(Value self)
{
    Value name = load_acquire(&as_context(self)->keylog_filename);
    return name ? name : None;
}

bool context_set_keylog(Value self, Value value)
{
    SslContext *c = as_context(self);
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    S->SSL_CTX_set_keylog_callback(c->ctx, 0);
    gc_store(c, &c->keylog_filename, (Value)0);
    exchange_file(c, -1);
    if (value == None)
        return true;
    int fd = open_keylog(value);
    if (fd < 0)
        return false;
    gc_store(c, &c->keylog_filename, value);
    exchange_file(c, fd);
    S->SSL_CTX_set_keylog_callback(c->ctx, on_keylog);
    return true;
}
