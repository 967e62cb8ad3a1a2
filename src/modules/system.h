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

#include "core/abstract.h"
#include "core/thread.h"
#include "core/error.h"

/* A Buffer that is released at the end of the block. */
#define BOUND_BUFFER(name) Buffer name __attribute__((cleanup(buffer_release))) = {0}

/* For a Buffer that is not in a C frame: adds what must stay alive until its release to a list. */
bool buffer_keep(const Buffer *buffer, Value owners) MUST_USE;

typedef struct Retry {
    bool collected; /* to get descriptors back */
    bool raised;    /* a signal handler raised an exception, which is pending */
} Retry;

/* Whether to make the call again, after one that failed with errno. EINTR: yes, once signal
 * handlers have run (PEP 475). Out of descriptors: once, after a collection that closes files
 * nobody refers to. errno survives. */
bool system_retry(Retry *retry) MUST_USE;
/* Raises the OSError of errno (paths may be 0), unless a signal handler has raised. Returns 0. */
COLD Value system_failed(const Retry *retry, Value path, Value path2);

/* The descriptor is not passed on to programs that are executed. */
bool fd_set_inheritable(int fd, bool inheritable) MUST_USE;
/* A file descriptor: an int (or anything with __index__); else the object's fileno(). As
 * select and socket functions want it: TypeError "argument must be an int, or have a fileno()
 * method", ValueError "file descriptor cannot be a negative integer (%d)". -1 on failure. */
int fd_from_object(Value v);
/* An os.fspath()'ed name as NUL-ended bytes of the file system; `path` is 0 or gets the str or
 * bytes. ValueError "embedded null byte". */
const char *fs_bytes(Value name, Value *path) MUST_USE;

/* The name of a source file: an os.fspath()'ed name as a str. ValueError "embedded null
 * character". */
Value fs_text(Value name) MUST_USE;

/* A timeout of `scale` ns each as nanoseconds, rounded up: None (or 0) is -1, other negative ones
 * stay negative. False: OverflowError, ValueError for nan, or no exception if it is no number. */
bool timeout_argument(Value timeout, double scale, int64_t *ns) MUST_USE;
/* Seconds, a float or an int, as nanoseconds, rounded up or down. */
bool seconds_argument(Value seconds, bool up, int64_t *ns) MUST_USE;
/* The low 32 bits of an int of any size. */
bool index_low_bits(Value v, uint32_t *bits) MUST_USE;
/* When to give up waiting (monotonic ns; -1: never), and what is left until then (0 and more, or
 * -1); as milliseconds for poll(2), rounded up. */
int64_t deadline_after(int64_t ns);
int64_t time_left(int64_t deadline);
int ms_from_ns(int64_t ns);

/* Data that files of this process hold back (set by _io). To the regular file of this path: true
 * if there was any. And all of it, before a child process is made. */
extern bool (*write_out_path_hook)(const char *path);
extern void (*write_out_all_hook)(void);
/* In the child of a fork: files that other threads were at work on are free again. */
extern void (*files_after_fork_hook)(void);
/* For a path that is about to be opened, or that was looked at: true if its data changed. */
bool write_out_path(const char *path);

#endif
