/* _SSLContext: certificates and keys, from files and from memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/call.h"
#include "core/share.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/text.h"

#define as_context(v) ((SslContext *)(v))
#define S             ssl_library()
#define C             cert_library()
#define STACK(s)      ((const OPENSSL_STACK *)(const void *)(s))

/* The path's bytes; None: *path 0. TypeError with `message`. */
static bool read_path(Value v, const char **path, const char *message)
{
    *path = 0;
    if (v == None)
        return true;
    Value name = is_bytes(v) || is_str(v) || has_fs_path(v) ? fs_path(v) : 0;
    if (!name) {
        error_clear();
        return raise(TypeError, "%s", message);
    }
    size_t size;
    *path = is_bytes(name) ? ((Bytes *)name)->data : TRY(str_to_fs(name, &size));
    return true;
}

/* What the library says, or the system: a file that is not there. */
static Value raise_file_error(int system)
{
    if (!system)
        return ssl_raise_queue("unknown error");
    C->ERR_clear_error();
    errno = system;
    return raise_errno();
}

/* ---- own certificate and key -------------------------------------------------------------------
 */

typedef struct Password {
    Value source; /* str, bytes, bytearray, or callable */
    bool failed;  /* an exception is pending */
} Password;

static bool copy_password(Value v, char *to, int room, int *size)
{
    const char *data;
    size_t length;
    if (is_str(v)) {
        data = TRY(str_utf8(v, &length));
    } else if (is_bytes(v)) {
        data = ((Bytes *)v)->data;
        length = (size_t)((Bytes *)v)->length;
    } else if (is_bytearray(v)) {
        TEXT_OF(text, v);
        data = text.data;
        length = (size_t)text.length;
    } else {
        return raise(TypeError, "password should be a string or bytes");
    }
    if (length > (size_t)room)
        return raise(ValueError, "password cannot be longer than %d bytes", room);
    memcpy(to, data, length);
    *size = (int)length;
    return true;
}

/* Called by the library, in the running state. */
static int give_password(char *to, int room, int for_writing UNUSED, void *data)
{
    Password *password = data;
    Value v = password->source;
    int size = -1;
    if (!is_str(v) && !is_bytes(v) && !is_bytearray(v)) {
        v = call0(v);
        if (v && !is_str(v) && !is_bytes(v) && !is_bytearray(v)) {
            raise(TypeError, "password callback must return a string");
            v = 0;
        }
    }
    password->failed = !v || !copy_password(v, to, room, &size);
    return password->failed ? -1 : size;
}

static bool load_files(SSL_CTX *ctx, const char *cert, const char *key, const Password *password)
{
    errno = 0;
    if (S->SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
        return password->failed ? false : raise_file_error(errno) != 0;
    errno = 0;
    if (S->SSL_CTX_use_PrivateKey_file(ctx, key ? key : cert, SSL_FILETYPE_PEM) != 1) {
        int system = errno;
        if (!password->failed)
            return raise_file_error(system);
        C->ERR_clear_error();
        return false;
    }
    return S->SSL_CTX_check_private_key(ctx) == 1 || ssl_raise_queue("key and certificate differ");
}

METHOD(context_load_cert_chain, "load_cert_chain", "certfile, keyfile=None, password=None", 0)
{
    SslContext *c = as_context(args[0]);
    SSL_CTX *ctx = c->ctx;
    Password password = {.source = args[3]};
    const char *cert, *key;
    TRY(read_path(args[1], &cert, "certfile should be a valid filesystem path"));
    TRY(read_path(args[2], &key, "keyfile should be a valid filesystem path"));
    if (!cert)
        return raise(TypeError, "certfile should be a valid filesystem path");
    bool has_password = args[3] != None;
    bool is_text = is_str(args[3]) || is_bytes(args[3]) || is_bytearray(args[3]);
    if (has_password && !is_text && !type_of(args[3])->call)
        return raise(TypeError, "password should be a string or callable");
    SSL_LOCKED(&c->loading); /* the context has the address of this thread's password */
    if (has_password) {
        S->SSL_CTX_set_default_passwd_cb(ctx, give_password);
        S->SSL_CTX_set_default_passwd_cb_userdata(ctx, &password);
    }
    bool ok = load_files(ctx, cert, key, &password);
    if (has_password) {
        S->SSL_CTX_set_default_passwd_cb(ctx, 0);
        S->SSL_CTX_set_default_passwd_cb_userdata(ctx, 0);
    }
    return ok ? None : 0;
}

METHOD(context_load_dh_params, "load_dh_params", "path, /", 0)
{
    const char *path;
    TRY(read_path(args[1], &path, "path should be a valid filesystem path"));
    if (!path)
        return raise(TypeError, "path should be a valid filesystem path");
    TRY(AUDIT("open", args[1], str_from_cstring("rb"), int_small(0)));
    errno = 0;
    BIO *bio = C->BIO_new_file(path, "r");
    if (!bio)
        return raise_file_error(errno);
    errno = 0;
    DH *parameters = C->PEM_read_bio_DHparams(bio, 0, 0, 0);
    int system = errno;
    C->BIO_free(bio);
    if (!parameters)
        return raise_file_error(system);
    bool ok = false;
    WITH_LOCK (args[0])
        ok = S->SSL_CTX_ctrl(as_context(args[0])->ctx, SSL_CTRL_SET_TMP_DH, 0, parameters);
    C->DH_free(parameters);
    return ok ? None : ssl_raise_queue("parameters refused");
}

/* ---- certificates to trust ---------------------------------------------------------------------
 */

/* What stopped the reading is no error: no more data, or text that holds no more certificates. */
static bool is_end(bool is_der)
{
    unsigned long code = C->ERR_peek_last_error();
    return !code || (!is_der && ERR_GET_LIB(code) == ERR_LIB_PEM &&
                     ERR_GET_REASON(code) == PEM_R_NO_START_LINE);
}

static bool add_certificates(SSL_CTX *ctx, const char *data, size_t size, bool is_der)
{
    if (!size)
        return raise(ValueError, "Empty certificate data");
    if (size > INT32_MAX)
        return raise(OverflowError, "Certificate data is too long.");
    BIO *bio = C->BIO_new_mem_buf(data, (int)size);
    if (!bio)
        return raise_no_memory();
    int count = 0;
    bool ok = true;
    while (ok) {
        C->ERR_clear_error();
        if (is_der && !C->BIO_ctrl_pending(bio))
            break;
        X509 *cert = is_der ? C->d2i_X509_bio(bio, 0) : C->PEM_read_bio_X509(bio, 0, 0, 0);
        if (!cert)
            break;
        ok = C->X509_STORE_add_cert(S->SSL_CTX_get_cert_store(ctx), cert);
        C->X509_free(cert);
        count++;
    }
    bool at_end = is_end(is_der);
    C->BIO_free(bio);
    if (!ok || (count && !at_end))
        return ssl_raise_queue("no certificate");
    C->ERR_clear_error();
    return count || raise((Type *)ssl_exceptions[0],
                          is_der ? "not enough data: cadata does not contain a certificate"
                                 : "no start line: cadata does not contain a certificate");
}

static bool add_data(SSL_CTX *ctx, Value data)
{
    if (is_str(data)) {
        size_t size;
        const char *text = str_utf8(data, &size);
        for (size_t i = 0; text && i < size; i++)
            if ((unsigned char)text[i] >= 128)
                text = 0;
        if (!text) {
            error_clear();
            return raise(TypeError, "cadata should be an ASCII string or a bytes-like object");
        }
        return add_certificates(ctx, text, size, false);
    }
    if (!has_buffer(data))
        return raise(TypeError, "cadata should be an ASCII string or a bytes-like object");
    Buffer buffer;
    TRY(buffer_get(data, &buffer, BUFFER_READ));
    bool ok = add_certificates(ctx, buffer.data, (size_t)buffer.size, true);
    buffer_release(&buffer);
    return ok;
}

METHOD(context_load_verify_locations, "load_verify_locations",
       "cafile=None, capath=None, cadata=None", 0)
{
    SSL_CTX *ctx = as_context(args[0])->ctx;
    const char *file, *folder;
    if (args[1] == None && args[2] == None && args[3] == None)
        return raise(TypeError, "cafile, capath and cadata cannot be all omitted");
    TRY(read_path(args[1], &file, "cafile should be a valid filesystem path"));
    TRY(read_path(args[2], &folder, "capath should be a valid filesystem path"));
    if (args[3] != None)
        TRY(add_data(ctx, args[3]));
    if (!file && !folder)
        return None;
    errno = 0;
    if (S->SSL_CTX_load_verify_locations(ctx, file, folder) != 1)
        return raise_file_error(errno);
    return None;
}

METHOD(context_set_default_paths, "set_default_verify_paths", "", 0)
{
    return S->SSL_CTX_set_default_verify_paths(as_context(args[0])->ctx) == 1
               ? None
               : ssl_raise_queue("no default paths");
}

/* ---- what is trusted ---------------------------------------------------------------------------
 */

/* The store's lock, as other threads may add to it: the library's, so that nothing is allocated in
 * the heap while it is held. */
static X509_STORE *lock_store(Value self, const OPENSSL_STACK **all)
{
    X509_STORE *store = S->SSL_CTX_get_cert_store(as_context(self)->ctx);
    C->X509_STORE_lock(store);
    *all = STACK(C->X509_STORE_get0_objects(store));
    return store;
}

METHOD(context_store_stats, "cert_store_stats", "", 0)
{
    const OPENSSL_STACK *all;
    int certs = 0, revoked = 0, authorities = 0;
    X509_STORE *store = lock_store(args[0], &all);
    for (int i = 0; i < C->OPENSSL_sk_num(all); i++) {
        const X509_OBJECT *object = C->OPENSSL_sk_value(all, i);
        X509_LOOKUP_TYPE kind = C->X509_OBJECT_get_type(object);
        certs += kind == X509_LU_X509;
        revoked += kind == X509_LU_CRL;
        authorities += kind == X509_LU_X509 && C->X509_check_ca(C->X509_OBJECT_get0_X509(object));
    }
    C->X509_STORE_unlock(store);
    Value dict = TRY(dict_new());
    bool ok = dict_set_cstring(dict, "x509", int_small(certs)) &&
              dict_set_cstring(dict, "crl", int_small(revoked)) &&
              dict_set_cstring(dict, "x509_ca", int_small(authorities));
    return ok ? dict : 0;
}

/* A malloc'ed array of references to the authorities' certificates; 0 without memory. */
static X509 **trusted_authorities(Value self, int *count)
{
    const OPENSSL_STACK *all;
    X509_STORE *store = lock_store(self, &all);
    X509 **certs = malloc(((size_t)C->OPENSSL_sk_num(all) + 1) * sizeof *certs);
    *count = 0;
    for (int i = 0; certs && i < C->OPENSSL_sk_num(all); i++) {
        X509 *cert = C->X509_OBJECT_get0_X509(C->OPENSSL_sk_value(all, i));
        if (cert && C->X509_check_ca(cert) && C->X509_up_ref(cert))
            certs[(*count)++] = cert;
    }
    C->X509_STORE_unlock(store);
    return certs;
}

METHOD(context_get_ca_certs, "get_ca_certs", "binary_form=False", 0)
{
    int binary = TRY_NOT_NEGATIVE(object_truth(args[1]), 0), count;
    Value list = TRY(list_new(1));
    X509 **certs = trusted_authorities(args[0], &count);
    if (!certs)
        return raise_no_memory();
    for (int i = 0; i < count; i++) {
        Value cert = !list ? 0 : binary ? cert_to_der(certs[i]) : cert_to_dict(certs[i]);
        if (!cert || !list_append(list, cert))
            list = 0;
        C->X509_free(certs[i]);
    }
    free(certs);
    return list;
}

MethodDef *const context_file_methods[] = {
    M(context_load_cert_chain),
    M(context_load_dh_params),
    M(context_load_verify_locations),
    M(context_set_default_paths),
    M(context_store_stats),
    M(context_get_ca_certs),
    0,
};
