/* Copying a few bytes without a call. */
#ifndef WEFT_BASE_COPY_H
#define WEFT_BASE_COPY_H

#include <string.h>
#include "base/atomic.h"
#include "base/common.h"

/* memcpy for what is short most of the time: two words that may overlap. */
ALWAYS_INLINE void copy_short(void *to, const void *from, size_t size)
{
    char *out = to;
    const char *in = from;
    if (likely(size - 8 <= 8)) {
        uint64_t head, tail;
        memcpy(&head, in, 8);
        memcpy(&tail, in + size - 8, 8);
        memcpy(out, &head, 8);
        memcpy(out + size - 8, &tail, 8);
    } else if (size > 16) {
        memcpy(out, in, size);
    } else if (size >= 4) {
        uint32_t head, tail;
        memcpy(&head, in, 4);
        memcpy(&tail, in + size - 4, 4);
        memcpy(out, &head, 4);
        memcpy(out + size - 4, &tail, 4);
    } else if (size) {
        char head = in[0], middle = in[size / 2], tail = in[size - 1];
        out[0] = head;
        out[size / 2] = middle;
        out[size - 1] = tail;
    }
}

/* memmove into bytes that other threads may read meanwhile, each by an atomic load: they find the
 * old byte or the new one. C has no such function; what memmove does on the machine is that. */
ALWAYS_INLINE void copy_seen(char *to, const char *from, size_t size)
{
#ifdef __SANITIZE_THREAD__
    for (size_t i = 0; i < size; i++) {
        size_t k = to > from ? size - 1 - i : i;
        store_relaxed(&to[k], load_relaxed(&from[k]));
    }
#else
    memmove(to, from, size);
#endif
}

#define MOVE_AS_ONE(T)                                                                             \
    case sizeof(T): {                                                                              \
        if ((uintptr_t)from % sizeof(T) || (uintptr_t)to % sizeof(T))                              \
            break;                                                                                 \
        T item = __atomic_load_n((const T *)(const void *)from, __ATOMIC_ACQUIRE);                 \
        __atomic_store_n((T *)(void *)to, item, __ATOMIC_RELEASE);                                 \
        return;                                                                                    \
    }

/* copy_seen; items of 1, 2, 4 and 8 bytes that are aligned as one. */
static inline void copy_item(char *to, const char *from, size_t size)
{
    switch (size) {
        MOVE_AS_ONE(uint8_t)
        MOVE_AS_ONE(uint16_t)
        MOVE_AS_ONE(uint32_t)
        MOVE_AS_ONE(uint64_t)
    }
    copy_seen(to, from, size);
}
#undef MOVE_AS_ONE

#endif
