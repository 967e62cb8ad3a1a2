/* Libraries that are loaded when something first needs them: each costs time and memory at every
 * start of a program that only few programs have a use for.
 *
 *     #define FUNCTIONS(F) F(BZ2_bzCompress) F(BZ2_bzCompressEnd)
 *     LAZY_LIBRARY(Bz2Library, bz2_library, "libbz2.so.1.0", FUNCTIONS)
 *     const Bz2Library *bz2 = TRY(bz2_library());      // 0 with ImportError
 *     bz2->BZ2_bzCompress(...)
 */
#ifndef WEFT_MODULES_LAZY_LIBRARY_H
#define WEFT_MODULES_LAZY_LIBRARY_H

#include "base/atomic.h"
#include "base/common.h"

typedef struct LazySymbol {
    const char *name;
    size_t offset; /* of its pointer in the table */
} LazySymbol;

/* Fills the table in; ImportError if the library or a function of it is not there. */
bool lazy_library_load(const char *file, const LazySymbol *symbols, size_t count, void *table);

#define LAZY_LIBRARY_TYPE(Type_, FUNCTIONS_)                                                       \
    typedef struct Type_ {                                                                         \
        FUNCTIONS_(LAZY_LIBRARY_FIELD_)                                                            \
    } Type_;
#define LAZY_LIBRARY_FIELD_(name)  __typeof__(&name) name;
#define LAZY_LIBRARY_SYMBOL_(name) {#name, offsetof(LazyTable_, name)},

/* Defines the function that gives the table. Threads that load at once store the same. */
#define LAZY_LIBRARY_FUNCTION(Type_, function_, file_, FUNCTIONS_)                                 \
    const Type_ *function_(void)                                                                   \
    {                                                                                              \
        typedef Type_ LazyTable_;                                                                  \
        static Type_ table;                                                                        \
        static bool loaded; /* atomic */                                                           \
        static const LazySymbol symbols[] = {FUNCTIONS_(LAZY_LIBRARY_SYMBOL_)};                    \
        if (likely(load_acquire(&loaded)))                                                         \
            return &table;                                                                         \
        if (!lazy_library_load(file_, symbols, COUNT_OF(symbols), &table))                         \
            return 0;                                                                              \
        store_release(&loaded, true);                                                              \
        return &table;                                                                             \
    }

#endif
