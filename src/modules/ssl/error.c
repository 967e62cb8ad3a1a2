/* SSLError and its family, from what the library says. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/call.h"
#include "core/descriptor.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "modules/ssl/ssl.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

Value ssl_exceptions[SSL_EXCEPTIONS];

METHOD(ssl_error_str, "__str__", "/", 0)
{
    const OSException *e = (const OSException *)args[0];
    Value text = load_acquire(&e->strerror_);
    return text && is_str(text) ? text : object_str(load_acquire(&e->args));
}

bool ssl_add_exceptions(Value module)
{
    static const char *const names_[] = {
        "ssl.SSLError",
        "ssl.SSLZeroReturnError",
        "ssl.SSLWantReadError",
        "ssl.SSLWantWriteError",
        "ssl.SSLSyscallError",
        "ssl.SSLEOFError",
        "ssl.SSLCertVerificationError",
    };
    TRY(module_add_exception(module, names_[0], OSError, &ssl_exceptions[0]));
    Type *base = (Type *)ssl_exceptions[0];
    bool found;
    TRY(type_set_own(base, names.__str__, TRY(method_descriptor_new(M(ssl_error_str), base)),
                     &found));
    fetch_or_relaxed(&base->flags, (uint32_t)TYPE_IMMUTABLE);
    for (int i = 1; i < SSL_CERT_VERIFICATION; i++)
        TRY(module_add_exception(module, names_[i], base, &ssl_exceptions[i]));
    if (!ssl_exceptions[SSL_CERT_VERIFICATION]) {
        /* A ValueError as well. */
        Value bases = TRY(tuple_of((Value)base, (Value)ValueError));
        Value namespace = TRY(dict_new());
        TRY(dict_set(namespace, names.__module__, TRY(str_from_cstring("ssl"))));
        Value class =
            TRY(type_new_class(&type_type, TRY(str_intern_cstring("SSLCertVerificationError")),
                               bases, namespace, 0, 0, 0));
        gc_add_root(&ssl_exceptions[SSL_CERT_VERIFICATION], 1);
        root_store(&ssl_exceptions[SSL_CERT_VERIFICATION], class);
    }
    return module_add(module, "SSLCertVerificationError", ssl_exceptions[SSL_CERT_VERIFICATION]);
}

/* "certificate verify failed": CERTIFICATE_VERIFY_FAILED. */
static Value reason_name(const char *text)
{
    StrBuilder b;
    builder_start(&b);
    for (; *text; text++)
        builder_add_char(&b, isalnum((unsigned char)*text) ? (uint32_t)toupper((unsigned char)*text)
                                                           : '_');
    return builder_finish(&b);
}

static const char *library_name(unsigned long code)
{
    switch (ERR_GET_LIB(code)) {
    case ERR_LIB_SSL:
        return "SSL";
    case ERR_LIB_PEM:
        return "PEM";
    case ERR_LIB_X509:
        return "X509";
    case ERR_LIB_X509V3:
        return "X509V3";
    case ERR_LIB_ASN1:
        return "ASN1";
    case ERR_LIB_EVP:
        return "EVP";
    case ERR_LIB_BIO:
        return "BIO";
    case ERR_LIB_SYS:
        return "SYS";
    }
    return 0;
}

/* Why the peer's certificate was refused. */
static Value verify_message(const SslSocket *s, long code)
{
    Value host = s->hostname;
    if (host && code == X509_V_ERR_HOSTNAME_MISMATCH)
        return str_format("Hostname mismatch, certificate is not valid for '%V'.", host);
    if (host && code == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return str_format("IP address mismatch, certificate is not valid for '%V'.", host);
    return str_from_cstring(cert_library()->X509_verify_cert_error_string(code));
}

static bool set_verify_attributes(Value exception, const SslSocket *s, Value *text)
{
    long code = s ? ssl_library()->SSL_get_verify_result(s->ssl) : X509_V_OK;
    Value message = TRY(s ? verify_message(s, code) : str_empty());
    TRY(set_attr_string(exception, "verify_code", int_from(code)));
    TRY(set_attr_string(exception, "verify_message", message));
    *text = TRY(str_format("%V: %V", *text, message));
    return true;
}

/* number: SSLError.errno. code: the library's error, or 0. */
static Value raise_ssl(SslException kind, int number, const char *text, unsigned long code,
                       const SslSocket *s)
{
    const char *reason = code ? cert_library()->ERR_reason_error_string(code) : 0;
    const char *library = code ? library_name(code) : 0;
    cert_library()->ERR_clear_error();
    Value message = TRY(str_from_cstring(text ? text : reason ? reason : "unknown error"));
    Value empty = TRY(tuple_of(int_small(number), message));
    Value exception = TRY(call_tuple_dict(ssl_exceptions[kind], empty, 0));
    if (kind == SSL_CERT_VERIFICATION)
        TRY(set_verify_attributes(exception, s, &message));
    Value name = reason ? TRY(reason_name(reason)) : None;
    if (reason && library)
        message = TRY(str_format("[%s: %V] %V", library, name, message));
    else if (library)
        message = TRY(str_format("[%s] %V", library, message));
    TRY(set_attr_string(exception, "reason", name));
    TRY(set_attr_string(exception, "library", library ? TRY(str_from_cstring(library)) : None));
    TRY(set_attr_string(exception, "args", TRY(tuple_of(int_small(number), message))));
    TRY(set_attr_string(exception, "strerror", message));
    return raise_object(exception);
}

static bool is_ssl_reason(unsigned long code, int reason)
{
    return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == reason;
}

Value ssl_raise_queue(const char *text)
{
    unsigned long code = cert_library()->ERR_peek_last_error();
    return raise_ssl(SSL_EXCEPTION, code ? (int)ERR_GET_LIB(code) : 0, code ? 0 : text, code, 0);
}

static Value raise_system(int result, int system, unsigned long code)
{
    if (code)
        return raise_ssl(SSL_EXCEPTION, SSL_ERROR_SYSCALL, 0, code, 0);
    if (result == 0 || !system)
        return raise_ssl(SSL_EOF, 8, "EOF occurred in violation of protocol", 0, 0);
    errno = system;
    return raise_errno();
}

Value ssl_raise_result(SslSocket *s, int result, int error, int system)
{
    unsigned long code = cert_library()->ERR_peek_last_error();
    switch (error) {
    case SSL_ERROR_ZERO_RETURN:
        return raise_ssl(SSL_ZERO_RETURN, error, "TLS/SSL connection has been closed (EOF)", 0, 0);
    case SSL_ERROR_WANT_READ:
        return raise_ssl(SSL_WANT_READ_, error, "The operation did not complete (read)", 0, 0);
    case SSL_ERROR_WANT_WRITE:
        return raise_ssl(SSL_WANT_WRITE_, error, "The operation did not complete (write)", 0, 0);
    case SSL_ERROR_WANT_X509_LOOKUP:
        return raise_ssl(SSL_EXCEPTION, error, "The operation did not complete (X509 lookup)", 0,
                         0);
    case SSL_ERROR_WANT_CONNECT:
        return raise_ssl(SSL_EXCEPTION, error, "The operation did not complete (connect)", 0, 0);
    case SSL_ERROR_SYSCALL:
        return raise_system(result, system, code);
    }
    if (is_ssl_reason(code, SSL_R_CERTIFICATE_VERIFY_FAILED))
        return raise_ssl(SSL_CERT_VERIFICATION, SSL_ERROR_SSL, 0, code, s);
    if (is_ssl_reason(code, SSL_R_UNEXPECTED_EOF_WHILE_READING))
        return raise_ssl(SSL_EOF, 8, "EOF occurred in violation of protocol", code, 0);
    return raise_ssl(SSL_EXCEPTION, SSL_ERROR_SSL,
                     code ? 0 : "A failure in the SSL library occurred", code, 0);
}
