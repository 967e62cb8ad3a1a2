#include "modules/hash/crypto.h"

LAZY_LIBRARY_FUNCTION(Crypto, crypto_library, "libcrypto.so.3", CRYPTO_FUNCTIONS)
