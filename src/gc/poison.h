/* AddressSanitizer knows free cells: touching one is an error. Nothing in other builds. */
#ifndef WEFT_GC_POISON_H
#define WEFT_GC_POISON_H

#include "base/common.h"

#if ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

ALWAYS_INLINE void gc_poison(const void *address UNUSED, size_t bytes UNUSED)
{
#if ADDRESS_SANITIZER
    ASAN_POISON_MEMORY_REGION(address, bytes);
#endif
}

ALWAYS_INLINE void gc_unpoison(const void *address UNUSED, size_t bytes UNUSED)
{
#if ADDRESS_SANITIZER
    ASAN_UNPOISON_MEMORY_REGION(address, bytes);
#endif
}

#endif
