/* See cache_lines.h. Compiled without instrumentation. */
#ifdef COUNT_CACHE_LINES
#include "base/cache_lines.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "base/atomic.h"
#include "base/common.h"

#define LINES ((size_t)1 << 22)
#define SITES ((size_t)1 << 12)

/* An entry is the number of the line, the thread that wrote it last or first read it, and whether
 * another has read it since. Entries of colliding lines replace each other; threads that meet in
 * one may lose an event. */
#define ENTRY(line, thread) ((uint64_t)(line) << 16 | (uint64_t)(thread) << 1)
#define READ_BY_OTHERS      1u

static uint64_t lines[LINES];      /* atomic */
static CacheLineSite sites[SITES]; /* address, count: atomic */
static CacheLineCounts counts;     /* atomic */
static bool counting;              /* atomic */
static bool paused;                /* atomic */
static uint32_t threads_seen;      /* atomic */
static __thread uint32_t self;     /* 1 and up */

static uint32_t thread_number(void)
{
    if (!self)
        self = fetch_add_relaxed(&threads_seen, 1u) % 0x7FFE + 1;
    return self;
}

/* A place is in one of the first few entries from its hash on, or not told of. */
static void count_site(void *address, bool atomic)
{
    size_t hash = (size_t)((uintptr_t)address * UINT64_C(0x9E3779B97F4A7C15) >> 52);
    for (size_t i = 0; i < 16; i++) {
        CacheLineSite *site = &sites[(hash + i + atomic) % SITES];
        void *found = 0;
        if (cas_relaxed(&site->address, &found, address))
            site->atomic = atomic;
        if ((!found || found == address) && site->atomic == atomic) {
            fetch_add_relaxed(&site->count, 1u);
            return;
        }
    }
}

static void access_line(uintptr_t line, bool write, void *site)
{
    uint64_t *slot = &lines[line % LINES];
    uint64_t entry = load_relaxed(slot), mine = ENTRY(line, thread_number());
    if (entry >> 16 != (mine >> 16)) {
        store_relaxed(slot, mine);
    } else if (!write) {
        if ((entry & ~(uint64_t)READ_BY_OTHERS) != mine && !(entry & READ_BY_OTHERS))
            store_relaxed(slot, entry | READ_BY_OTHERS);
    } else if (entry != mine) {
        store_relaxed(slot, mine);
        fetch_add_relaxed(&counts.foreign_writes, 1u);
        count_site(site, false);
    }
}

static void access_memory(void *address, size_t size, bool write, void *site)
{
    if (!load_relaxed(&counting) || load_relaxed(&paused) || !size)
        return;
    uintptr_t last = ((uintptr_t)address + size - 1) >> 6;
    for (uintptr_t line = (uintptr_t)address >> 6; line <= last; line++)
        access_line(line, write, site);
}

static void modify_atomically(void *address, void *site)
{
    if (!load_relaxed(&counting) || load_relaxed(&paused))
        return;
    fetch_add_relaxed(&counts.atomics, 1u);
    count_site(site, true);
    access_line((uintptr_t)address >> 6, true, site);
}

void cache_lines_begin(void)
{
    memset(lines, 0, sizeof lines);
    memset(sites, 0, sizeof sites);
    memset(&counts, 0, sizeof counts);
    store_seq_cst(&counting, true);
}

CacheLineCounts cache_lines_end(void)
{
    store_seq_cst(&counting, false);
    return counts;
}

static int compare_sites(const void *a, const void *b)
{
    uint64_t x = ((const CacheLineSite *)a)->count, y = ((const CacheLineSite *)b)->count;
    return (x < y) - (x > y);
}

size_t cache_lines_sites(CacheLineSite *found, size_t limit)
{
    size_t n = 0;
    qsort(sites, SITES, sizeof *sites, compare_sites);
    for (; n < limit && sites[n].count; n++)
        found[n] = sites[n];
    return n;
}

void cache_lines_pause(bool pause)
{
    store_seq_cst(&paused, pause);
}

/* ---- What instrumented code calls ------------------------------------------------------------ */

#define HERE __builtin_return_address(0)
#define CALLED_BY_COMPILER(name, ...)                                                              \
    void name(__VA_ARGS__);                                                                        \
    void name(__VA_ARGS__)

#define ACCESSES(size)                                                                             \
    CALLED_BY_COMPILER(__tsan_read##size, void *p)                                                 \
    {                                                                                              \
        access_memory(p, size, false, HERE);                                                       \
    }                                                                                              \
    CALLED_BY_COMPILER(__tsan_write##size, void *p)                                                \
    {                                                                                              \
        access_memory(p, size, true, HERE);                                                        \
    }                                                                                              \
    CALLED_BY_COMPILER(__tsan_unaligned_read##size, void *p)                                       \
    {                                                                                              \
        access_memory(p, size, false, HERE);                                                       \
    }                                                                                              \
    CALLED_BY_COMPILER(__tsan_unaligned_write##size, void *p)                                      \
    {                                                                                              \
        access_memory(p, size, true, HERE);                                                        \
    }
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

CALLED_BY_COMPILER(__tsan_read_range, void *p, long size)
{
    access_memory(p, (size_t)size, false, HERE);
}
CALLED_BY_COMPILER(__tsan_write_range, void *p, long size)
{
    access_memory(p, (size_t)size, true, HERE);
}
CALLED_BY_COMPILER(__tsan_init, void)
{
}
CALLED_BY_COMPILER(__tsan_func_entry, void *caller UNUSED)
{
}
CALLED_BY_COMPILER(__tsan_func_exit, void *caller UNUSED)
{
}
CALLED_BY_COMPILER(__tsan_atomic_thread_fence, int order UNUSED)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
CALLED_BY_COMPILER(__tsan_atomic_signal_fence, int order UNUSED)
{
}

/* Whatever order was asked for, the strongest is correct. */
#define FETCH(bits, T, operation)                                                                  \
    T __tsan_atomic##bits##_fetch_##operation(T *p, T v, int order);                               \
    T __tsan_atomic##bits##_fetch_##operation(T *p, T v, int order UNUSED)                         \
    {                                                                                              \
        modify_atomically(p, HERE);                                                                \
        return __atomic_fetch_##operation(p, v, __ATOMIC_SEQ_CST);                                 \
    }
#define ATOMICS(bits, T)                                                                           \
    T __tsan_atomic##bits##_load(T *p, int order);                                                 \
    T __tsan_atomic##bits##_load(T *p, int order UNUSED)                                           \
    {                                                                                              \
        access_memory(p, sizeof(T), false, HERE);                                                  \
        return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                               \
    }                                                                                              \
    CALLED_BY_COMPILER(__tsan_atomic##bits##_store, T *p, T v, int order UNUSED)                   \
    {                                                                                              \
        access_memory(p, sizeof(T), true, HERE);                                                   \
        __atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                                  \
    }                                                                                              \
    T __tsan_atomic##bits##_exchange(T *p, T v, int order);                                        \
    T __tsan_atomic##bits##_exchange(T *p, T v, int order UNUSED)                                  \
    {                                                                                              \
        modify_atomically(p, HERE);                                                                \
        return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                                        \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_strong(T *p, T *expected, T v, int order,           \
                                                      int failure);                                \
    int __tsan_atomic##bits##_compare_exchange_strong(T *p, T *expected, T v, int order UNUSED,    \
                                                      int failure UNUSED)                          \
    {                                                                                              \
        modify_atomically(p, HERE);                                                                \
        return __atomic_compare_exchange_n(p, expected, v, false, __ATOMIC_SEQ_CST,                \
                                           __ATOMIC_SEQ_CST);                                      \
    }                                                                                              \
    FETCH(bits, T, add)                                                                            \
    FETCH(bits, T, sub)                                                                            \
    FETCH(bits, T, and)                                                                            \
    FETCH(bits, T, or)                                                                             \
    FETCH(bits, T, xor)
ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)

#endif
