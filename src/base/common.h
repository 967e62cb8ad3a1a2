/* Compiler dialect shared by every file: attributes, hints, assertions. */
#ifndef WEFT_BASE_COMMON_H
#define WEFT_BASE_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define UNUSED      __attribute__((unused))
#define MUST_USE    __attribute__((warn_unused_result))
/* Loops over arrays that are worth vector instructions; gcc has only the cheapest of them at -O2.
 */
#ifdef __clang__
#define VECTORIZED
#else
#define VECTORIZED __attribute__((optimize("vect-cost-model=dynamic")))
#endif
#define NOINLINE                  __attribute__((noinline))
#define COLD                      __attribute__((cold, noinline))
#define ALWAYS_INLINE             static inline __attribute__((always_inline))
#define NORETURN                  __attribute__((noreturn))
#define PRINTF_LIKE(f, a)         __attribute__((format(printf, f, a)))
#define COUNT_OF(a)               (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(p, T, field) ((T *)((char *)(p)-offsetof(T, field)))

/* Which sanitizer the build has: 0 or 1. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__) && !defined(COUNT_CACHE_LINES)
#define THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif
#ifndef THREAD_SANITIZER
#define THREAD_SANITIZER 0
#endif

/* An internal inconsistency: prints the message and aborts, in every build. */
NORETURN COLD void fatal(const char *format, ...) PRINTF_LIKE(1, 2);

#define UNREACHABLE() fatal("%s:%d: unreachable", __FILE__, __LINE__)

/* Three levels: CHECK always, ASSERT in debug and checked builds. */
#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (unlikely(!(cond)))                                                                     \
            fatal("%s:%d: %s", __FILE__, __LINE__, #cond);                                         \
    } while (0)
#if defined(DEBUG) || defined(CHECK_SHARING)
#define ASSERT(cond) CHECK(cond)
#else
#define ASSERT(cond) ((void)0)
#endif

#endif
