#include "modules/lazy_library.h"

#include <dlfcn.h>
#include "core/error.h"

bool lazy_library_load(const char *file, const LazySymbol *symbols, size_t count, void *table)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        raise(ImportError, "a library cannot be loaded: %s", dlerror());
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            raise(ImportError, "%s has no function %s", file, symbols[i].name);
            return false;
        }
        store_relaxed((void **)(void *)((char *)table + symbols[i].offset), symbol);
    }
    return true;
}
