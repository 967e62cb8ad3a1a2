/* Names: making, removing, renaming, linking, times, permissions. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "modules/posix/posix_internal.h"
#include "modules/system.h"

/* FUNCTION with one path and dir_fd whose call is `e`; `mode` is an int argument if needed. */
#define CHECKED(path, e)                                                                           \
    do {                                                                                           \
        intptr_t outcome_ = -1;                                                                    \
        BLOCKING                                                                                   \
        {                                                                                          \
            outcome_ = (e);                                                                        \
        }                                                                                          \
        return outcome_ ? raise_path_error(path) : None;                                           \
    } while (0)

FUNCTION(posix_mkdir, "mkdir", "path, mode=511, *, dir_fd=None", "Create a directory.")
{
    Path path;
    int mode, at;
    TRY(path_from(args[0], &path, "mkdir", "path", 0));
    TRY(index_as_int(args[1], &mode));
    TRY(dir_fd_from(args[2], &at));
    TRY(AUDIT("os.mkdir", path.object, int_small(mode), dir_fd_shown(at)));
    CHECKED(&path, mkdirat(at, path.text, (mode_t)mode));
}

FUNCTION(posix_rmdir, "rmdir", "path, *, dir_fd=None", "Remove a directory.")
{
    Path path;
    int at;
    TRY(path_from(args[0], &path, "rmdir", "path", 0));
    TRY(dir_fd_from(args[1], &at));
    TRY(AUDIT("os.rmdir", path.object, dir_fd_shown(at)));
    CHECKED(&path, unlinkat(at, path.text, AT_REMOVEDIR));
}

static Value do_unlink(Value *args, const char *function)
{
    Path path;
    int at;
    TRY(path_from(args[0], &path, function, "path", 0));
    TRY(dir_fd_from(args[1], &at));
    TRY(AUDIT("os.remove", path.object, dir_fd_shown(at)));
    CHECKED(&path, unlinkat(at, path.text, 0));
}

FUNCTION(posix_unlink, "unlink", "path, *, dir_fd=None", "Remove a file (same as remove()).")
{
    return do_unlink(args, "unlink");
}

FUNCTION(posix_remove, "remove", "path, *, dir_fd=None", "Remove a file (same as unlink()).")
{
    return do_unlink(args, "remove");
}

static Value do_rename(Value *args, const char *function)
{
    Path from, to;
    int from_at, to_at, outcome = -1;
    TRY(path_from(args[0], &from, function, "src", 0));
    TRY(path_from(args[1], &to, function, "dst", 0));
    TRY(dir_fd_from(args[2], &from_at));
    TRY(dir_fd_from(args[3], &to_at));
    TRY(AUDIT("os.rename", from.object, to.object, dir_fd_shown(from_at), dir_fd_shown(to_at)));
    BLOCKING
    {
        outcome = renameat(from_at, from.text, to_at, to.text);
    }
    return outcome ? raise_two_path_error(&from, &to) : None;
}

FUNCTION(posix_rename, "rename", "src, dst, *, src_dir_fd=None, dst_dir_fd=None",
         "Rename a file or directory.")
{
    return do_rename(args, "rename");
}

FUNCTION(posix_replace, "replace", "src, dst, *, src_dir_fd=None, dst_dir_fd=None",
         "Rename a file or directory, overwriting the destination.")
{
    return do_rename(args, "replace");
}

FUNCTION(posix_link, "link", "src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True",
         "Create a hard link to a file.")
{
    Path from, to;
    int from_at, to_at, outcome = -1, follow = object_truth(args[4]);
    TRY(path_from(args[0], &from, "link", "src", 0));
    TRY(path_from(args[1], &to, "link", "dst", 0));
    TRY(dir_fd_from(args[2], &from_at));
    TRY(dir_fd_from(args[3], &to_at));
    TRY(follow >= 0);
    TRY(AUDIT("os.link", from.object, to.object, dir_fd_shown(from_at), dir_fd_shown(to_at)));
    BLOCKING
    {
        outcome = linkat(from_at, from.text, to_at, to.text, follow ? AT_SYMLINK_FOLLOW : 0);
    }
    return outcome ? raise_two_path_error(&from, &to) : None;
}

FUNCTION(posix_symlink, "symlink", "src, dst, target_is_directory=False, *, dir_fd=None",
         "Create a symbolic link pointing to src named dst.")
{
    Path from, to;
    int at, outcome = -1;
    TRY(path_from(args[0], &from, "symlink", "src", 0));
    TRY(path_from(args[1], &to, "symlink", "dst", 0));
    TRY(dir_fd_from(args[3], &at));
    TRY(AUDIT("os.symlink", from.object, to.object, dir_fd_shown(at)));
    BLOCKING
    {
        outcome = symlinkat(from.text, at, to.text);
    }
    return outcome ? raise_two_path_error(&from, &to) : None;
}

FUNCTION(posix_readlink, "readlink", "path, *, dir_fd=None",
         "Return a string representing the path to which the symbolic link points.")
{
    Path path;
    int at;
    char target[PATH_MAX];
    ssize_t n = -1;
    TRY(path_from(args[0], &path, "readlink", "path", 0));
    TRY(dir_fd_from(args[1], &at));
    BLOCKING
    {
        n = readlinkat(at, path.text, target, sizeof target);
    }
    return n < 0 ? raise_path_error(&path) : path_result(&path, target, (size_t)n);
}

FUNCTION(posix_chmod, "chmod", "path, mode, *, dir_fd=None, follow_symlinks=True",
         "Change the access permissions of a file.")
{
    Path path;
    int mode, at, follow = object_truth(args[3]);
    TRY(path_from(args[0], &path, "chmod", "path", PATH_FD));
    TRY(index_as_int(args[1], &mode));
    TRY(dir_fd_from(args[2], &at));
    TRY(follow >= 0);
    TRY(AUDIT("os.chmod", path_shown(&path, args[0]), int_small(mode), dir_fd_shown(at)));
    intptr_t outcome = -1;
    BLOCKING
    {
        outcome = path.is_fd
                      ? fchmod(path.fd, (mode_t)mode)
                      : fchmodat(at, path.text, (mode_t)mode, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    }
    if (outcome && !follow && errno == EOPNOTSUPP)
        return raise(NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
    return outcome ? raise_path_error(&path) : None;
}

FUNCTION(posix_fchmod, "fchmod", "fd, mode",
         "Change the access permissions of the file given by file descriptor fd.")
{
    int fd, mode, outcome = -1;
    TRY(fd_from(args[0], &fd));
    TRY(index_as_int(args[1], &mode));
    TRY(AUDIT("os.chmod", int_small(fd), int_small(mode), int_small(-1)));
    RETRY(outcome, fchmod(fd, (mode_t)mode));
    return outcome ? raise_errno() : None;
}

static Value do_chown(Value name, Value uid_value, Value gid_value, Value dir_fd, bool follow,
                      const char *function)
{
    Path path;
    uid_t uid;
    gid_t gid;
    int at;
    TRY(path_from(name, &path, function, "path", PATH_FD));
    TRY(uid_from(uid_value, &uid));
    TRY(gid_from(gid_value, &gid));
    TRY(dir_fd_from(dir_fd, &at));
    if (path.is_fd && at != AT_FDCWD)
        return raise(ValueError, "%s: can't specify both dir_fd and fd", function);
    TRY(path_check_alone(&path, at, follow, function));
    TRY(AUDIT("os.chown", path_shown(&path, name), int_from(uid), int_from(gid), dir_fd_shown(at)));
    CHECKED(&path, path.is_fd
                       ? fchown(path.fd, uid, gid)
                       : fchownat(at, path.text, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW));
}

FUNCTION(posix_chown, "chown", "path, uid, gid, *, dir_fd=None, follow_symlinks=True",
         "Change the owner and group id of path to the numeric uid and gid.")
{
    int follow = object_truth(args[4]);
    return follow < 0 ? 0 : do_chown(args[0], args[1], args[2], args[3], follow, "chown");
}

FUNCTION(posix_lchown, "lchown", "path, uid, gid",
         "Change the owner and group id of path to the numeric uid and gid, without following "
         "symbolic links.")
{
    return do_chown(args[0], args[1], args[2], None, false, "lchown");
}

FUNCTION(posix_fchown, "fchown", "fd, uid, gid",
         "Change the owner and group id of the file specified by file descriptor.")
{
    return do_chown(args[0], args[1], args[2], None, true, "fchown");
}

static bool timespec_from_value(Value v, bool ns, struct timespec *out)
{
    if (ns) {
        Value pair = number_binary(OP_DIVMOD, v, int_small(1000000000));
        int64_t seconds, rest;
        if (pair && (!is_tuple(pair) || tuple_length(pair) != 2))
            return raise(TypeError, "%s.__divmod__() must return a 2-tuple, not %s",
                         type_short_name(type_of(v)), type_short_name(type_of(pair)));
        if (!pair || !index_as_int64(tuple_get(pair, 0), &seconds) ||
            !index_as_int64(tuple_get(pair, 1), &rest))
            return false;
        *out = (struct timespec){seconds, rest};
        return true;
    }
    if (!is_float(v)) {
        int64_t seconds;
        if (!int_to_i64(TRY(number_index(v)), &seconds))
            return raise(OverflowError, "timestamp out of range for platform time_t");
        *out = (struct timespec){seconds, 0};
        return true;
    }
    double d = float_value(v), whole = floor(d);
    if (isnan(d))
        return raise(ValueError, "Invalid value NaN (not a number)");
    if (!(whole >= -9.2e18 && whole <= 9.2e18)) {
        raise(OverflowError, "timestamp out of range for platform time_t");
        return false;
    }
    *out = (struct timespec){(time_t)whole, (long)floor((d - whole) * 1e9)};
    return true;
}

FUNCTION(posix_utime, "utime", "path, times=None, *, ns=?, dir_fd=None, follow_symlinks=True",
         "Set the access and modified time of path.")
{
    Path path;
    int at, follow = object_truth(args[4]);
    struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    TRY(path_from(args[0], &path, "utime", "path", PATH_FD));
    TRY(dir_fd_from(args[3], &at));
    TRY(follow >= 0);
    if (args[1] != None && args[2])
        return raise(ValueError, "utime: you may specify either 'times' or 'ns' but not both");
    Value pair = args[2] ? args[2] : args[1];
    if (pair != None) {
        if (!is_tuple(pair) || tuple_length(pair) != 2)
            return raise(TypeError,
                         args[2] ? "utime: 'ns' must be a tuple of two ints"
                                 : "utime: 'times' must be either a tuple of two ints or None");
        for (int i = 0; i < 2; i++)
            TRY(timespec_from_value(tuple_get(pair, i), args[2] != 0, &times[i]));
    }
    TRY(path_check_alone(&path, at, follow, "utime"));
    TRY(AUDIT("os.utime", path_shown(&path, args[0]), args[1], args[2] ? args[2] : None,
              dir_fd_shown(at)));
    CHECKED(&path, path.is_fd ? futimens(path.fd, times)
                              : utimensat(at, path.text, times, follow ? 0 : AT_SYMLINK_NOFOLLOW));
}

FUNCTION(posix_truncate, "truncate", "path, length",
         "Truncate a file, specified by path, to a specific length.")
{
    Path path;
    int64_t length;
    TRY(path_from(args[0], &path, "truncate", "path", PATH_FD));
    TRY(index_as_int64(args[1], &length));
    TRY(AUDIT("os.truncate", path_shown(&path, args[0]), int_from(length)));
    CHECKED(&path, path.is_fd ? ftruncate(path.fd, length) : truncate(path.text, length));
}

FUNCTION(posix_mkfifo, "mkfifo", "path, mode=438, *, dir_fd=None",
         "Create a \"fifo\" (a POSIX named pipe).")
{
    Path path;
    int mode, at;
    TRY(path_from(args[0], &path, "mkfifo", "path", 0));
    TRY(index_as_int(args[1], &mode));
    TRY(dir_fd_from(args[2], &at));
    CHECKED(&path, mkfifoat(at, path.text, (mode_t)mode));
}

FUNCTION(posix_chdir, "chdir", "path",
         "Change the current working directory to the specified path.")
{
    Path path;
    TRY(path_from(args[0], &path, "chdir", "path", PATH_FD));
    TRY(AUDIT("os.chdir", path_shown(&path, args[0])));
    CHECKED(&path, path.is_fd ? fchdir(path.fd) : chdir(path.text));
}

FUNCTION(posix_fchdir, "fchdir", "fd", "Change to the directory of the given file descriptor.")
{
    int fd = fd_from_object(args[0]), outcome = -1;
    if (fd < 0)
        return 0;
    TRY(AUDIT("os.chdir", int_small(fd)));
    RETRY(outcome, fchdir(fd));
    return outcome ? raise_errno() : None;
}

static Value current_directory(bool as_bytes)
{
    char *directory = getcwd(0, 0);
    if (!directory)
        return raise_errno();
    size_t size = strlen(directory);
    Value result = as_bytes ? bytes_from(directory, size) : str_from_fs(directory, size);
    free(directory);
    return result;
}

FUNCTION(posix_getcwd, "getcwd", "",
         "Return a unicode string representing the current working directory.")
{
    return current_directory(false);
}

FUNCTION(posix_getcwdb, "getcwdb", "",
         "Return a bytes string representing the current working directory.")
{
    return current_directory(true);
}

FUNCTION(posix_umask, "umask", "mask, /",
         "Set the current numeric umask and return the previous umask.")
{
    int mask;
    TRY(index_as_int(args[0], &mask));
    return int_small(umask((mode_t)mask));
}

FUNCTION(posix_fspath, "fspath", "path",
         "Return the file system path representation of the object.")
{
    return fs_path(args[0]);
}

/* ---- path text */

/* Drive (always empty), root and the rest. */
FUNCTION(posix_splitroot, "_path_splitroot_ex", "path, /",
         "Split a pathname into drive, root and tail.")
{
    Value path = TRY(fs_path(args[0]));
    bool bytes = is_bytes(path);
    const char *text = bytes ? ((Bytes *)path)->data : 0;
    intptr_t size = bytes ? ((Bytes *)path)->length : str_length(path), slashes = 0;
    while (slashes < size && (bytes ? text[slashes] == '/' : str_char(path, slashes) == '/'))
        slashes++;
    intptr_t root = slashes == 2 ? 2 : slashes ? 1 : 0;
    if (bytes)
        return tuple_of(TRY(bytes_from("", 0)), TRY(bytes_from(text, (size_t)root)),
                        TRY(bytes_from(text + root, (size_t)(size - root))));
    return tuple_of(str_empty(), TRY(str_substring(path, 0, root)),
                    TRY(str_substring(path, root, size)));
}

/* The length of the part of a path that starts at `from`: up to a slash or the end. */
static size_t part_length(const char *from, const char *end)
{
    const char *slash = memchr(from, '/', (size_t)(end - from));
    return (size_t)((slash ? slash : end) - from);
}

/* Normal form: no empty, "." or resolvable ".." parts. `to` has room for the text and 2 more. */
static size_t normalize(const char *from, size_t size, char *to)
{
    const char *end = from + size;
    size_t slashes = strspn(from, "/"), root = slashes == 2 ? 2 : slashes ? 1 : 0, n = root;
    memcpy(to, "//", root);
    for (const char *p = from + slashes; p < end;) {
        size_t part = part_length(p, end);
        bool dots = part == 2 && p[0] == '.' && p[1] == '.';
        size_t last = n;
        while (last > root && to[last - 1] != '/')
            last--;
        bool parent_is_dots = n - last == 2 && to[last] == '.' && to[last + 1] == '.';
        if (part == 0 || (part == 1 && *p == '.')) {
            ;
        } else if (dots && n > root && !parent_is_dots) {
            n = last > root ? last - 1 : root;
        } else if (!dots || !root) {
            if (n > root)
                to[n++] = '/';
            memcpy(to + n, p, part);
            n += part;
        }
        p += part;
        p += strspn(p, "/");
    }
    if (!n)
        to[n++] = '.';
    return n;
}

/* Of text, whose characters need not be those of a file system. */
static Value normalize_text(Value text)
{
    size_t size;
    const char *from = TRY(str_utf8_lossy(text, &size));
    char *to = malloc(size + 3);
    if (!to)
        return raise_no_memory();
    size_t n = normalize(from, size, to);
    Value result = str_from_wtf8(to, n);
    free(to);
    return result;
}

FUNCTION(posix_normpath, "_path_normpath", "path",
         "Normalize path, eliminating double slashes, etc.")
{
    if (is_str(args[0]))
        return normalize_text(args[0]);
    Path path;
    TRY(path_from(args[0], &path, "normpath", "path", PATH_NULLS));
    char *text = malloc(path.size + 3);
    if (!text)
        return raise_no_memory();
    size_t n = normalize(path.text, path.size, text);
    Value result = path_result(&path, text, n);
    free(text);
    return result;
}

MethodDef *const posix_file_functions[] = {
    M(posix_mkdir),    M(posix_rmdir),
    M(posix_unlink),   M(posix_remove),
    M(posix_rename),   M(posix_replace),
    M(posix_link),     M(posix_symlink),
    M(posix_readlink), M(posix_chmod),
    M(posix_fchmod),   M(posix_chown),
    M(posix_lchown),   M(posix_fchown),
    M(posix_utime),    M(posix_truncate),
    M(posix_mkfifo),   M(posix_chdir),
    M(posix_fchdir),   M(posix_getcwd),
    M(posix_getcwdb),  M(posix_umask),
    M(posix_fspath),   M(posix_splitroot),
    M(posix_normpath), 0,
};
