/* Growable arrays of any type, in malloc'ed memory: so never of Values, unless they are
 * registered as roots.
 *
 *     VEC(int) numbers = {0};
 *     if (!vec_push(&numbers, 3)) ... out of memory
 *     VEC_EACH (int, n, &numbers) use(*n);
 *     vec_free(&numbers);
 */
#ifndef WEFT_BASE_VEC_H
#define WEFT_BASE_VEC_H

#include <stdlib.h>
#include <string.h>
#include "base/common.h"

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *items;                                                                                  \
        size_t count;                                                                              \
        size_t capacity;                                                                           \
    }

/* Room for `extra` more items. False if there is no memory; nothing has changed then. */
#define vec_reserve(vec, extra)                                                                    \
    ((extra) <= (vec)->capacity - (vec)->count ||                                                  \
     vec_grow((void **)&(vec)->items, &(vec)->capacity, (vec)->count, (extra),                     \
              sizeof *(vec)->items))

/* False if there is no memory. */
#define vec_push(vec, item)                                                                        \
    (likely(vec_reserve((vec), 1)) ? ((vec)->items[(vec)->count++] = (item), true) : false)

/* The last item, which leaves the vector; it must not be empty. */
#define vec_pop(vec)   ((vec)->items[--(vec)->count])
#define vec_last(vec)  (&(vec)->items[(vec)->count - 1])
#define vec_clear(vec) ((void)((vec)->count = 0))

#define vec_free(vec)                                                                              \
    (free((vec)->items), (void)((vec)->items = NULL, (vec)->count = (vec)->capacity = 0))

#define VEC_EACH(T, item, vec)                                                                     \
    for (__typeof__(T) *item = (vec)->items, *item##_end = item + (vec)->count;                    \
         item != item##_end; item++)

static inline bool vec_grow(void **items, size_t *capacity, size_t count, size_t extra, size_t size)
{
    size_t need, bytes;
    if (__builtin_add_overflow(count, extra, &need))
        return false;
    size_t target = *capacity + *capacity / 2;
    if (target < need)
        target = need;
    if (target < 8)
        target = 8;
    if (__builtin_mul_overflow(target, size, &bytes) || bytes > PTRDIFF_MAX)
        return false;
    void *grown = realloc(*items, bytes);
    if (!grown)
        return false;
    *items = grown;
    *capacity = target;
    return true;
}

#endif
