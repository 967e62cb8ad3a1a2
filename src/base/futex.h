/* The kernel's futexes: wait while a word has a value, wake those who do. Only the parking
 * lot and the collector's stop-the-world use them directly. */
#ifndef WEFT_BASE_FUTEX_H
#define WEFT_BASE_FUTEX_H

#include "base/common.h"

/* Sleeps while *word == value, until woken, a signal, or `deadline` (monotonic ns; negative:
 * none). Returns 0, EINTR, EAGAIN (the value was another) or ETIMEDOUT. Wakes up spuriously. */
int futex_wait(uint32_t *word, uint32_t value, int64_t deadline);
void futex_wake(uint32_t *word, int count);

#endif
