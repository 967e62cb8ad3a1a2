/* Tracebacks as text for a process in trouble: written with write(2) alone, without memory from
 * anybody, without a lock, so that a signal handler may call it anywhere. A process that is in none
 * has it in memory first. */
#ifndef WEFT_VM_TRACEBACK_DUMP_H
#define WEFT_VM_TRACEBACK_DUMP_H

#include "base/vec.h"
#include "core/thread.h"

/* Text on its way to a descriptor. */
typedef struct Dump {
    int fd;        /* negative: it stays in `all` */
    VEC(char) all; /* with memory from malloc */
    size_t used;
    char text[1024];
} Dump;

void dump_text(Dump *dump, const char *text);
void dump_number(Dump *dump, uint64_t n, unsigned base, unsigned min_digits);
void dump_flush(Dump *dump);
/* Writes what has been kept in memory. */
void dump_end(Dump *dump, int fd);
/* The frames of one thread, innermost first, under the heading "Stack". */
void dump_thread(Dump *dump, const Thread *thread);
/* The frames of all threads, newest thread first; `current` (or 0) is called so. What other
 * threads do meanwhile may show, if the world isn't stopped: a frame can be left out or be
 * elsewhere.
 */
void dump_all_threads(Dump *dump, const Thread *current);

#endif
