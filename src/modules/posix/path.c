/* Path arguments. */
#include <errno.h>
#include <fcntl.h>
#include "modules/posix/posix_internal.h"

bool fd_from(Value v, int *fd)
{
    return index_as_int(v, fd);
}

/* A descriptor where a path could be, too: True is more likely a mistake than standard output. */
static bool descriptor_from(Value v, int *fd)
{
    if (v == True || v == False)
        TRY(warn(RuntimeWarning, 1, "bool is used as a file descriptor"));
    return index_as_int(v, fd);
}

static bool raise_path_type(Value v, const char *function, const char *argument, int allow)
{
    const char *what = allow & PATH_FD && allow & PATH_NONE ? ", os.PathLike, integer or None"
                       : allow & PATH_FD                    ? ", os.PathLike or integer"
                       : allow & PATH_NONE                  ? ", os.PathLike or None"
                                                            : " or os.PathLike";
    raise(TypeError, "%s: %s should be string, bytes%s, not %s", function, argument, what,
          type_short_name(type_of(v)));
    return false;
}

bool path_from(Value v, Path *path, const char *function, const char *argument, int allow)
{
    *path = (Path){.fd = -1};
    if (v == None && allow & PATH_NONE) {
        path->text = ".";
        return true;
    }
    path->is_fd = allow & PATH_FD && has_index(v) && !is_str(v);
    if (path->is_fd)
        return descriptor_from(v, &path->fd);
    if (!is_str(v) && !is_bytes(v)) {
        if (!has_fs_path(v))
            return raise_path_type(v, function, argument, allow);
        v = TRY(fs_path(v));
    }
    size_t size;
    path->object = v;
    path->is_bytes = is_bytes(v);
    if (path->is_bytes) {
        path->text = ((Bytes *)v)->data;
        size = (size_t)((Bytes *)v)->length;
    } else {
        path->text = str_to_fs(v, &size);
        if (!path->text)
            return false;
    }
    path->size = size;
    if (!(allow & PATH_NULLS) && strlen(path->text) != size) {
        raise(ValueError, "%s: embedded null character in %s", function, argument);
        return false;
    }
    return true;
}

Value path_result(const Path *path, const char *text, size_t size)
{
    return path->is_bytes ? bytes_from(text, size) : str_from_fs(text, size);
}

Value path_shown(const Path *path, Value given)
{
    return path->object ? path->object : given;
}

Value dir_fd_shown(int fd)
{
    return int_small(fd == AT_FDCWD ? -1 : fd);
}

bool dir_fd_from(Value v, int *fd)
{
    *fd = AT_FDCWD;
    if (v == None)
        return true;
    if (!has_index(v)) {
        raise(TypeError, "argument should be integer or None, not %T", v);
        return false;
    }
    return descriptor_from(v, fd);
}

bool path_check_alone(const Path *path, int at, bool follow, const char *function)
{
    if (path->is_fd && at != AT_FDCWD)
        return raise(ValueError, "%s: can't specify dir_fd without matching path", function);
    if (path->is_fd && !follow)
        return raise(ValueError, "%s: cannot use fd and follow_symlinks together", function);
    return true;
}

Value raise_path_error(const Path *path)
{
    return path->object  ? raise_errno_path(path->object)
           : path->is_fd ? raise_errno_path(int_small(path->fd))
                         : raise_errno();
}

Value raise_two_path_error(const Path *path, const Path *second)
{
    return raise_errno_paths(path->object, second->object);
}
