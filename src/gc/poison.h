/* AddressSanitizer knows free cells: touching one is an error. Nothing in other builds. */
#ifndef WEFT_GC_POISON_H
#define WEFT_GC_POISON_H

#include "base/common.h"

#if defined(__SANITIZE_ADDRESS__)
#define GC_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GC_POISONS 1
#endif
#endif

#ifdef GC_POISONS
#include <sanitizer/asan_interface.h>
#else
#define GC_POISONS 0
#endif

ALWAYS_INLINE void gc_poison(const void *address UNUSED, size_t bytes UNUSED)
{
#if GC_POISONS
    ASAN_POISON_MEMORY_REGION(address, bytes);
#endif
}

ALWAYS_INLINE void gc_unpoison(const void *address UNUSED, size_t bytes UNUSED)
{
#if GC_POISONS
    ASAN_UNPOISON_MEMORY_REGION(address, bytes);
#endif
}

#endif
