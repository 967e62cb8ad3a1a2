#include "base/os_mem.h"

#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

void os_keep_freed_memory(void)
{
#ifdef M_TRIM_THRESHOLD
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

void *os_reserve(size_t bytes, size_t align)
{
    size_t slack = align > OS_PAGE ? align : 0;
    if (bytes > SIZE_MAX - slack)
        return NULL;
    char *space = mmap(NULL, bytes + slack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (space == MAP_FAILED)
        return NULL;
    size_t head = slack ? (align - ((uintptr_t)space & (align - 1))) & (align - 1) : 0;
    if (head)
        munmap(space, head);
    if (slack - head)
        munmap(space + head + bytes, slack - head);
    return space + head;
}

bool os_commit(void *address, size_t bytes)
{
    int saved = errno;
    bool done = mprotect(address, bytes, PROT_READ | PROT_WRITE) == 0;
    errno = saved;
    return done;
}

void os_prefer_huge_pages(void *address, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    int saved = errno;
    (void)madvise(address, bytes, MADV_HUGEPAGE);
    errno = saved;
#else
    (void)address, (void)bytes;
#endif
}

void os_populate(void *address, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    int saved = errno;
    (void)madvise(address, bytes, MADV_POPULATE_WRITE);
    errno = saved;
#else
    (void)address, (void)bytes;
#endif
}

void os_decommit(void *address, size_t bytes)
{
    int saved = errno;
    /* Fails only on locked pages (mlockall): what is given back must read as zeros even so. */
    if (madvise(address, bytes, MADV_DONTNEED) != 0)
        __builtin_memset(address, 0, bytes);
    errno = saved;
}

void os_release(void *address, size_t bytes)
{
    munmap(address, bytes);
}

size_t os_physical_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    return pages > 0 ? (size_t)pages * OS_PAGE : (size_t)1 << 30;
}

size_t os_address_space_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)limit.rlim_cur;
}

unsigned os_processor_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}
