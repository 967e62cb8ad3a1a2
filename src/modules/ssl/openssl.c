#include "modules/ssl/openssl.h"

LAZY_LIBRARY_FUNCTION(SslLibrary, ssl_library, "libssl.so.3", SSL_FUNCTIONS)
LAZY_LIBRARY_FUNCTION(CertLibrary, cert_library, "libcrypto.so.3", CERT_FUNCTIONS)
