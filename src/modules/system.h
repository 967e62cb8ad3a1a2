/* System calls that may block, be interrupted or run out of descriptors.
 *
 *   Retry retry = {0};
 *   do
 *       BLOCKING { n = read(fd, data, size); }
 *   while (n < 0 && system_retry(&retry));
 *   if (n < 0)
 *       return system_failed(&retry, 0, 0);
 */
#ifndef WEFT_MODULES_SYSTEM_H
#define WEFT_MODULES_SYSTEM_H

#include "core/thread.h"
#include "core/error.h"

typedef struct Retry {
    bool collected; /* to get descriptors back */
    bool raised;    /* a signal handler raised an exception, which is pending */
} Retry;

/* Whether to make the call again, after one that failed with errno. EINTR: yes, once signal
 * handlers have run (PEP 475). Out of descriptors: once, after a collection that closes files nobody
 * refers to. errno survives. */
bool system_retry(Retry *retry) MUST_USE;
/* Raises the OSError of errno (paths may be 0), unless a signal handler has raised. Returns 0. */
COLD Value system_failed(const Retry *retry, Value path, Value path2);

/* The descriptor is not passed on to programs that are executed. */
bool fd_set_inheritable(int fd, bool inheritable) MUST_USE;
/* A file descriptor: an int (or anything with __index__); else the object's fileno(). As
 * select and socket functions want it: TypeError "argument must be an int, or have a fileno() method",
 * ValueError "file descriptor cannot be a negative integer (%d)". -1 on failure. */
int fd_from_object(Value v);
/* An os.fspath()'ed name as NUL-ended bytes of the file system; `path` is 0 or gets the str or
 * bytes. ValueError "embedded null byte". */
const char *fs_bytes(Value name, Value *path) MUST_USE;

/* Data that files of this process hold back (set by _io). To the regular file with this device
 * and inode: true if there was any. And all of it, before a child process is made. */
extern bool (*write_out_file_hook)(uint64_t device, uint64_t inode);
extern void (*write_out_all_hook)(void);
/* For a path that is about to be opened, or that was looked at: true if its data changed. */
bool write_out_path(const char *path);

#endif
