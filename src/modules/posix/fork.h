/* Around a fork: prepare before it, then one of the others on each side. */
#ifndef WEFT_MODULES_POSIX_FORK_H
#define WEFT_MODULES_POSIX_FORK_H

void fork_prepare(void);
void fork_parent(void);
void fork_child(void);

#endif
