/* What is known of a cipher. */
#include "modules/ssl/ssl.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

Value cipher_tuple(const SSL_CIPHER *cipher)
{
    const SslLibrary *s = ssl_library();
    if (!cipher)
        return None;
    return tuple_of(TRY(str_from_cstring(s->SSL_CIPHER_get_name(cipher))),
                    TRY(str_from_cstring(s->SSL_CIPHER_get_version(cipher))),
                    int_small(s->SSL_CIPHER_get_bits(cipher, 0)));
}

static bool add_kind(Value dict, const char *key, int nid)
{
    const char *name = nid == NID_undef ? 0 : cert_library()->OBJ_nid2ln(nid);
    return dict_set_cstring(dict, key, name ? TRY(str_from_cstring(name)) : None);
}

static bool add_text(Value dict, const char *key, const char *text)
{
    return dict_set_cstring(dict, key, TRY(str_from_cstring(text)));
}

Value cipher_dict(const SSL_CIPHER *cipher)
{
    const SslLibrary *s = ssl_library();
    char description[512];
    int bits, used = s->SSL_CIPHER_get_bits(cipher, &bits);
    s->SSL_CIPHER_description(cipher, description, sizeof description);
    size_t length = __builtin_strlen(description);
    if (length && description[length - 1] == '\n')
        description[length - 1] = 0;
    Value dict = TRY(dict_new());
    bool ok = dict_set_cstring(dict, "id", int_from((intptr_t)s->SSL_CIPHER_get_id(cipher))) &&
              add_text(dict, "name", s->SSL_CIPHER_get_name(cipher)) &&
              add_text(dict, "protocol", s->SSL_CIPHER_get_version(cipher)) &&
              add_text(dict, "description", description) &&
              dict_set_cstring(dict, "strength_bits", int_small(used)) &&
              dict_set_cstring(dict, "alg_bits", int_small(bits)) &&
              dict_set_cstring(dict, "aead", bool_value(s->SSL_CIPHER_is_aead(cipher))) &&
              add_kind(dict, "symmetric", s->SSL_CIPHER_get_cipher_nid(cipher)) &&
              add_kind(dict, "digest", s->SSL_CIPHER_get_digest_nid(cipher)) &&
              add_kind(dict, "kea", s->SSL_CIPHER_get_kx_nid(cipher)) &&
              add_kind(dict, "auth", s->SSL_CIPHER_get_auth_nid(cipher));
    return ok ? dict : 0;
}
