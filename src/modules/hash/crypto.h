/* OpenSSL's libcrypto, loaded when something first needs it: starting a program that does not
 * hash would else take a tenth longer. */
#ifndef WEFT_MODULES_HASH_CRYPTO_H
#define WEFT_MODULES_HASH_CRYPTO_H

/* HMAC_Init_ex and its like are called old, but take half the time of EVP_MAC. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include "modules/lazy_library.h"

#define CRYPTO_FUNCTIONS(F)                                                                        \
    F(EVP_MD_fetch)                                                                                \
    F(EVP_MD_free)                                                                                 \
    F(EVP_MD_up_ref)                                                                               \
    F(EVP_MD_get_size)                                                                             \
    F(EVP_MD_get_block_size)                                                                       \
    F(EVP_MD_get_flags)                                                                            \
    F(EVP_MD_get0_name)                                                                            \
    F(EVP_MD_CTX_new)                                                                              \
    F(EVP_MD_CTX_free)                                                                             \
    F(EVP_MD_CTX_copy_ex)                                                                          \
    F(EVP_DigestInit_ex)                                                                           \
    F(EVP_DigestUpdate)                                                                            \
    F(EVP_DigestFinal_ex)                                                                          \
    F(EVP_DigestFinalXOF)                                                                          \
    F(HMAC_CTX_new)                                                                                \
    F(HMAC_CTX_free)                                                                               \
    F(HMAC_CTX_copy)                                                                               \
    F(HMAC_Init_ex)                                                                                \
    F(HMAC_Update)                                                                                 \
    F(HMAC_Final)                                                                                  \
    F(EVP_PBE_scrypt)                                                                              \
    F(EVP_default_properties_is_fips_enabled)                                                      \
    F(PKCS5_PBKDF2_HMAC)                                                                           \
    F(ERR_peek_last_error)                                                                         \
    F(ERR_clear_error)                                                                             \
    F(ERR_lib_error_string)                                                                        \
    F(ERR_reason_error_string)

LAZY_LIBRARY_TYPE(Crypto, CRYPTO_FUNCTIONS)

/* The library's functions; 0 with ImportError if it is not there. */
const Crypto *crypto_library(void);

#endif
