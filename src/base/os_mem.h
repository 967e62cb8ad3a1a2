/* Address space and memory from the kernel, in pages. Reserved space costs nothing and
 * faults on access; committed space reads as zeros and takes memory as it is touched. */
#ifndef WEFT_BASE_OS_MEM_H
#define WEFT_BASE_OS_MEM_H

#include "base/common.h"

#define OS_PAGE 4096

/* malloc asks the kernel for memory anew only now and then: not for every stream of zlib, whose
 * buffers are a quarter of a megabyte. Before anything is allocated. */
void os_keep_freed_memory(void);

/* `align` is a power of two of pages. 0 if there is no such space. */
void *os_reserve(size_t bytes, size_t align);
bool os_commit(void *address, size_t bytes);
/* Committed space may be backed by huge pages, where the kernel has some: a fault then costs a
 * fifth for each 4 KB, but brings 2 MB of memory. */
void os_prefer_huge_pages(void *address, size_t bytes);
/* Committed space that is about to be used takes its memory at once, in a fifth of the time of a
 * fault for each page. Where the kernel cannot (before Linux 5.14), the faults come one by one. */
void os_populate(void *address, size_t bytes);
/* The memory goes back to the kernel; the space stays committed and reads as zeros. */
void os_decommit(void *address, size_t bytes);
void os_release(void *address, size_t bytes);

/* Bytes of memory in the machine, and of address space that this process may have
 * (SIZE_MAX: no limit). */
size_t os_physical_memory(void);
size_t os_address_space_limit(void);
unsigned os_processor_count(void);

#endif
