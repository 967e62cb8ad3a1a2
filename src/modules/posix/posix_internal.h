/* The parts of the posix module. */
#ifndef WEFT_MODULES_POSIX_H
#define WEFT_MODULES_POSIX_H

#include <sys/stat.h>
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"

/* A path argument: a name (str, bytes or os.PathLike), or a file descriptor where allowed. */
typedef struct Path {
    Value object;     /* what was given, for messages: str or bytes; 0 for a descriptor */
    const char *text; /* NUL-ended; 0 for a descriptor */
    size_t size;      /* of the text */
    bool is_fd;       /* perhaps a negative one */
    int fd;           /* -1 for a name */
    bool is_bytes;    /* results are bytes, too */
} Path;
enum { PATH_FD = 1, PATH_NONE = 2, PATH_NULLS = 4 };
bool path_from(Value v, Path *path, const char *function, const char *argument, int allow) MUST_USE;
/* A name from the system, as the path was given: str or bytes. */
Value path_result(const Path *path, const char *text, size_t size) MUST_USE;
/* dir_fd=None as AT_FDCWD. */
bool dir_fd_from(Value v, int *fd) MUST_USE;
/* As audit hooks see them: what was given, made a str or bytes unless it is a descriptor; and -1
 * for no dir_fd. */
Value path_shown(const Path *path, Value given);
Value dir_fd_shown(int fd);
/* A descriptor says which file: dir_fd and follow_symlinks=False may not be given too. */
bool path_check_alone(const Path *path, int at, bool follow, const char *function) MUST_USE;
bool fd_from(Value v, int *fd) MUST_USE;
Value raise_path_error(const Path *path);
Value raise_two_path_error(const Path *path, const Path *second);
Value stat_result_from(const struct stat *status) MUST_USE;

/* Numbers of users and groups; -1 is one. OverflowError, TypeError "uid should be integer, not %T".
 */
bool uid_from(Value v, uid_t *id) MUST_USE;
bool gid_from(Value v, gid_t *id) MUST_USE;
/* NUL-ended arrays of NUL-ended strings, each to be freed: of a list or tuple of names, and
 * "name=value" of a mapping. */
char **posix_strings(Value sequence) MUST_USE;
char **posix_environment(Value mapping) MUST_USE;
/* For __attribute__((cleanup)). */
void posix_strings_free(char ***array);
/* TypeError unless v is a posix.sched_param. */
struct sched_param;
bool sched_param_from(Value v, struct sched_param *param) MUST_USE;
/* That other threads run while the process is forked. */
bool fork_warn(const char *function) MUST_USE;

/* RETRY(result, call): the call in the native state, again after EINTR unless a signal handler
 * raised. `result` is what it returned; propagates the handler's exception. */
#define RETRY(result, call)                                                                        \
    for (;;) {                                                                                     \
        BLOCKING                                                                                   \
        {                                                                                          \
            result = (call);                                                                       \
        }                                                                                          \
        if ((intptr_t)(result) != -1 || errno != EINTR)                                            \
            break;                                                                                 \
        if (!thread_poll(thread_self()))                                                           \
            return 0;                                                                              \
    }

extern MethodDef *const posix_identity_functions[], *const posix_transfer_functions[],
                                                        *const posix_xattr_functions[],
                                                            *const posix_schedule_functions[],
                                                                *const posix_spawn_functions[];
extern MethodDef *const posix_stat_functions[],
    *const posix_file_functions[], *const posix_fd_functions[], *const posix_process_functions[],
                                                                    *const posix_info_functions[];
bool posix_add_stat_types(Value module) MUST_USE;
bool posix_add_process_types(Value module) MUST_USE;
bool posix_add_info_types(Value module) MUST_USE;
bool posix_add_schedule_types(Value module) MUST_USE;
bool posix_add_spawn_constants(Value module) MUST_USE;

#endif
