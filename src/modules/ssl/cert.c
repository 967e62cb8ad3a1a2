/* Certificates as Python values. */
#include <string.h>

#include "core/share.h"
#include "modules/ssl/ssl.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* The functions of the library; stacks are passed to OPENSSL_sk_num and its kin as they are. */
#define C        cert_library()
#define STACK(s) ((const OPENSSL_STACK *)(const void *)(s))

Value bio_text(BIO *bio)
{
    char *data;
    long size = C->BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
    return str_from_utf8(data, (size_t)size);
}

static Value text_and_free(BIO *bio)
{
    Value text = bio_text(bio);
    C->BIO_free(bio);
    return text;
}

static BIO *text_bio(void)
{
    BIO *bio = C->BIO_new(C->BIO_s_mem());
    if (!bio)
        raise_no_memory();
    return bio;
}

Value cert_to_der(X509 *cert)
{
    unsigned char *data = 0;
    int size = C->i2d_X509(cert, &data);
    if (size < 0)
        return ssl_raise_queue("no DER");
    Value der = bytes_from((const char *)data, (size_t)size);
    C->CRYPTO_free(data, __FILE__, __LINE__);
    return der;
}

/* ---- names ------------------------------------------------------------------------------------
 */

/* Its long name, or its numbers. */
static Value object_name(const ASN1_OBJECT *object, bool numeric)
{
    char text[256];
    int size = C->OBJ_obj2txt(text, sizeof text, object, numeric);
    if (size <= 0)
        return None;
    return str_from_utf8(text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

Value oid_tuple(const ASN1_OBJECT *object)
{
    int nid = C->OBJ_obj2nid(object);
    if (nid == NID_undef)
        return raise(ValueError, "Unknown object");
    return tuple_of(int_small(nid), TRY(str_from_cstring(C->OBJ_nid2sn(nid))),
                    TRY(str_from_cstring(C->OBJ_nid2ln(nid))), TRY(object_name(object, true)));
}

static Value asn1_text(const ASN1_STRING *string)
{
    unsigned char *data;
    int size = C->ASN1_STRING_to_UTF8(&data, string);
    if (size < 0)
        return ssl_raise_queue("no text");
    Value text = str_from_utf8((const char *)data, (size_t)size);
    C->CRYPTO_free(data, __FILE__, __LINE__);
    return text;
}

/* A tuple of relative names, each a tuple of (type, value). */
static Value name_tuple(const X509_NAME *name)
{
    int count = C->X509_NAME_entry_count(name), level = -1;
    Value all = TRY(list_new(count)), part = 0;
    for (int i = 0; i < count; i++) {
        X509_NAME_ENTRY *entry = C->X509_NAME_get_entry(name, i);
        if (C->X509_NAME_ENTRY_set(entry) != level) {
            if (part)
                TRY(list_append(all, TRY(list_as_tuple(part))));
            part = TRY(list_new(1));
            level = C->X509_NAME_ENTRY_set(entry);
        }
        Value key = TRY(object_name(C->X509_NAME_ENTRY_get_object(entry), false));
        Value value = TRY(asn1_text(C->X509_NAME_ENTRY_get_data(entry)));
        TRY(list_append(part, TRY(tuple_of(key, value))));
    }
    if (part)
        TRY(list_append(all, TRY(list_as_tuple(part))));
    return list_as_tuple(all);
}

/* ---- alternative names ------------------------------------------------------------------------
 */

static Value address_text(const ASN1_OCTET_STRING *address)
{
    const unsigned char *p = C->ASN1_STRING_get0_data(address);
    int size = C->ASN1_STRING_length(address);
    if (size == 4)
        return str_format("%d.%d.%d.%d", p[0], p[1], p[2], p[3]);
    if (size != 16)
        return str_from_cstring("<invalid>");
    StrBuilder b;
    builder_start(&b);
    for (int i = 0; i < 16; i += 2) {
        if (i)
            builder_add_char(&b, ':');
        static const char digits[] = "0123456789ABCDEF";
        unsigned word = (unsigned)p[i] << 8 | p[i + 1];
        bool begun = false;
        for (int shift = 12; shift >= 0; shift -= 4) {
            begun |= (word >> shift & 15) || !shift;
            if (begun)
                builder_add_char(&b, (uint32_t)digits[word >> shift & 15]);
        }
    }
    return builder_finish(&b);
}

static Value ia5_text(const ASN1_IA5STRING *string)
{
    return str_from_utf8((const char *)C->ASN1_STRING_get0_data(string),
                         (size_t)C->ASN1_STRING_length(string));
}

/* Of other kinds: as the library prints them, "kind:text". */
static Value printed_name(GENERAL_NAME *name)
{
    BIO *bio = TRY(text_bio());
    C->GENERAL_NAME_print(bio, name);
    Value text = TRY(text_and_free(bio));
    intptr_t colon = str_find(text, TRY(str_from_char(':')), 0, str_length(text));
    if (colon < 0)
        return raise(ValueError, "Invalid value %R", text);
    return tuple_of(TRY(str_substring(text, 0, colon)),
                    TRY(str_substring(text, colon + 1, str_length(text))));
}

static Value general_name(GENERAL_NAME *name)
{
    switch (name->type) {
    case GEN_DIRNAME:
        return tuple_of(TRY(str_from_cstring("DirName")), TRY(name_tuple(name->d.dirn)));
    case GEN_EMAIL:
        return tuple_of(TRY(str_from_cstring("email")), TRY(ia5_text(name->d.ia5)));
    case GEN_DNS:
        return tuple_of(TRY(str_from_cstring("DNS")), TRY(ia5_text(name->d.ia5)));
    case GEN_URI:
        return tuple_of(TRY(str_from_cstring("URI")), TRY(ia5_text(name->d.ia5)));
    case GEN_RID:
        return tuple_of(TRY(str_from_cstring("Registered ID")),
                        TRY(object_name(name->d.rid, true)));
    case GEN_IPADD:
        return tuple_of(TRY(str_from_cstring("IP Address")), TRY(address_text(name->d.ip)));
    }
    return printed_name(name);
}

static bool add_alternative_names(X509 *cert, Value dict)
{
    GENERAL_NAMES *list = C->X509_get_ext_d2i(cert, NID_subject_alt_name, 0, 0);
    if (!list)
        return true;
    Value all = list_new(1);
    int count = C->OPENSSL_sk_num(STACK(list));
    bool ok = all != 0;
    for (int i = 0; i < count && ok; i++) {
        Value name = general_name(C->OPENSSL_sk_value(STACK(list), i));
        ok = name && list_append(all, name);
    }
    C->GENERAL_NAMES_free(list);
    return ok && dict_set_cstring(dict, "subjectAltName", TRY(list_as_tuple(all)));
}

/* ---- where to ask -----------------------------------------------------------------------------
 */

static bool add_access(X509 *cert, Value dict, int method, const char *key)
{
    AUTHORITY_INFO_ACCESS *list = C->X509_get_ext_d2i(cert, NID_info_access, 0, 0);
    if (!list)
        return true;
    Value all = list_new(1);
    bool ok = all != 0;
    for (int i = 0; i < C->OPENSSL_sk_num(STACK(list)) && ok; i++) {
        ACCESS_DESCRIPTION *access = C->OPENSSL_sk_value(STACK(list), i);
        if (C->OBJ_obj2nid(access->method) != method || access->location->type != GEN_URI)
            continue;
        Value uri = ia5_text(access->location->d.uniformResourceIdentifier);
        ok = uri && list_append(all, uri);
    }
    C->AUTHORITY_INFO_ACCESS_free(list);
    if (!ok || !list_length(all))
        return ok;
    return dict_set_cstring(dict, key, TRY(list_as_tuple(all)));
}

static bool add_point(const DIST_POINT *point, Value all)
{
    if (!point->distpoint || point->distpoint->type) /* a relative name */
        return true;
    GENERAL_NAMES *names_ = point->distpoint->name.fullname;
    for (int i = 0; i < C->OPENSSL_sk_num(STACK(names_)); i++) {
        GENERAL_NAME *name = C->OPENSSL_sk_value(STACK(names_), i);
        if (name->type == GEN_URI)
            TRY(list_append(all, TRY(ia5_text(name->d.uniformResourceIdentifier))));
    }
    return true;
}

static bool add_crl_points(X509 *cert, Value dict)
{
    CRL_DIST_POINTS *list = C->X509_get_ext_d2i(cert, NID_crl_distribution_points, 0, 0);
    if (!list)
        return true;
    Value all = list_new(1);
    bool ok = all != 0;
    for (int i = 0; i < C->OPENSSL_sk_num(STACK(list)) && ok; i++)
        ok = add_point(C->OPENSSL_sk_value(STACK(list), i), all);
    C->CRL_DIST_POINTS_free(list);
    if (!ok || !list_length(all))
        return ok;
    return dict_set_cstring(dict, "crlDistributionPoints", TRY(list_as_tuple(all)));
}

/* ---- the whole --------------------------------------------------------------------------------
 */

static bool add_time(Value dict, const char *key, const ASN1_TIME *time)
{
    BIO *bio = TRY(text_bio());
    C->ASN1_TIME_print(bio, time);
    return dict_set_cstring(dict, key, TRY(text_and_free(bio)));
}

static bool add_serial(Value dict, X509 *cert)
{
    BIO *bio = TRY(text_bio());
    C->i2a_ASN1_INTEGER(bio, C->X509_get_serialNumber(cert));
    return dict_set_cstring(dict, "serialNumber", TRY(text_and_free(bio)));
}

Value cert_to_dict(X509 *cert)
{
    Value dict = TRY(dict_new());
    bool ok = dict_set_cstring(dict, "subject", TRY(name_tuple(C->X509_get_subject_name(cert)))) &&
              dict_set_cstring(dict, "issuer", TRY(name_tuple(C->X509_get_issuer_name(cert)))) &&
              dict_set_cstring(dict, "version", int_small(C->X509_get_version(cert) + 1)) &&
              add_serial(dict, cert) && add_time(dict, "notBefore", C->X509_get0_notBefore(cert)) &&
              add_time(dict, "notAfter", C->X509_get0_notAfter(cert)) &&
              add_alternative_names(cert, dict) && add_access(cert, dict, NID_ad_OCSP, "OCSP") &&
              add_access(cert, dict, NID_ad_ca_issuers, "caIssuers") && add_crl_points(cert, dict);
    return ok ? dict : 0;
}

/* ---- Certificate ------------------------------------------------------------------------------
 */

static void certificate_release(Object *o)
{
    if (((Certificate *)o)->cert)
        C->X509_free(((Certificate *)o)->cert);
}

Value cert_wrap(X509 *cert)
{
    Certificate *c = TRY(NEW(Certificate, &certificate_type));
    C->X509_up_ref(cert);
    c->cert = cert;
    return (Value)c;
}

METHOD(certificate_public_bytes, "public_bytes", "format=1", 0)
{
    X509 *cert = ((Certificate *)args[0])->cert;
    int format;
    TRY(index_as_int(args[1], &format));
    if (format == 2)
        return cert_to_der(cert);
    if (format != 1)
        return raise(ValueError, "Unsupported format");
    BIO *bio = TRY(text_bio());
    C->PEM_write_bio_X509(bio, cert);
    return text_and_free(bio);
}

METHOD(certificate_get_info, "get_info", "", 0)
{
    return cert_to_dict(((Certificate *)args[0])->cert);
}

static Value certificate_repr(Value self)
{
    BIO *bio = TRY(text_bio());
    C->X509_NAME_print_ex(bio, C->X509_get_subject_name(((Certificate *)self)->cert), 0,
                          XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    return str_format("<%T '%V'>", self, TRY(text_and_free(bio)));
}

static bool certificate_hash(Value self, int64_t *hash)
{
    *hash = (int64_t)C->X509_subject_name_hash(((Certificate *)self)->cert);
    return true;
}

static Value certificate_compare(Value a, Value b, CompareOp op)
{
    if (type_of(b) != &certificate_type || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    bool equal = !C->X509_cmp(((Certificate *)a)->cert, ((Certificate *)b)->cert);
    return bool_value(equal == (op == CMP_EQ));
}

static MethodDef *const certificate_methods[] = {M(certificate_public_bytes),
                                                 M(certificate_get_info), 0};

Type certificate_type = {
    TYPE_HEAD("_ssl.Certificate", Certificate),
    .repr = certificate_repr,
    .hash = certificate_hash,
    .compare = certificate_compare,
    .methods = certificate_methods,
    .release = certificate_release,
    .flags = TYPE_NO_NEW,
};
