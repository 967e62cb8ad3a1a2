#include "modules/hash/crypto.h"

#include <dlfcn.h>
#include "base/atomic.h"
#include "core/error.h"

static Crypto functions;
static bool loaded; /* atomic; all threads store the same into `functions` before */

static bool load(void)
{
    static const struct {
        const char *name;
        size_t offset;
    } symbols[] = {
#define F(name) {#name, offsetof(Crypto, name)},
        CRYPTO_FUNCTIONS(F)
#undef F
    };
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        raise(ImportError, "OpenSSL's libcrypto cannot be loaded: %s", dlerror());
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            raise(ImportError, "libcrypto has no function %s", symbols[i].name);
            return false;
        }
        store_relaxed((void **)((char *)&functions + symbols[i].offset), symbol);
    }
    return true;
}

const Crypto *crypto_library(void)
{
    if (likely(load_acquire(&loaded)))
        return &functions;
    if (!load())
        return 0;
    store_release(&loaded, true);
    return &functions;
}
