/* Extended attributes of files. */
#include <errno.h>
#include <limits.h>
#include <sys/xattr.h>
#include "modules/posix/posix_internal.h"
#include "modules/system.h"

/* What these functions have in common: a file, an attribute, and whether links are followed. */
typedef struct Target {
    Path path, name;
    bool follow;
} Target;

static bool target_from(Value path, Value name, Value follow, const char *function, Target *out)
{
    int truth = object_truth(follow);
    TRY(truth >= 0);
    out->follow = truth;
    TRY(path_from(path, &out->path, function, "path", PATH_FD | (name ? 0 : PATH_NONE)));
    if (name)
        TRY(path_from(name, &out->name, function, "attribute", 0));
    if (out->path.fd > 0 && !out->follow)
        return raise(ValueError, "%s: cannot use fd and follow_symlinks together", function);
    return true;
}

static Value failed(const Target *t, Value given)
{
    return raise_errno_paths(path_shown(&t->path, given), 0);
}

/* Calls the right one of the three forms that each of these system calls has. */
#define XATTR(t, call, ...)                                                                        \
    ((t)->path.is_fd ? f##call((t)->path.fd, ##__VA_ARGS__)                                        \
     : (t)->follow   ? call((t)->path.text, ##__VA_ARGS__)                                         \
                     : l##call((t)->path.text, ##__VA_ARGS__))

FUNCTION(posix_getxattr, "getxattr", "path, attribute, *, follow_symlinks=True",
         "Return the value of extended attribute attribute on path.")
{
    Target t;
    TRY(target_from(args[0], args[1], args[2], "getxattr", &t));
    TRY(AUDIT("os.getxattr", path_shown(&t.path, args[0]), t.name.object));
    for (size_t size = 128;; size = XATTR_SIZE_MAX) {
        Value value = TRY(bytes_new((intptr_t)size));
        ssize_t n = -1;
        BLOCKING
        {
            n = XATTR(&t, getxattr, t.name.text, ((Bytes *)value)->data, size);
        }
        if (n >= 0)
            return bytes_shrink(value, n);
        if (errno != ERANGE || size == XATTR_SIZE_MAX)
            return failed(&t, args[0]);
    }
}

FUNCTION(posix_setxattr, "setxattr", "path, attribute, value, flags=0, *, follow_symlinks=True",
         "Set extended attribute attribute on path to value.")
{
    BOUND_BUFFER(buffer);
    Target t;
    int flags, outcome = -1;
    TRY(target_from(args[0], args[1], args[4], "setxattr", &t));
    TRY(buffer_get(args[2], &buffer, BUFFER_READ));
    TRY(index_as_int(args[3], &flags));
    TRY(AUDIT("os.setxattr", path_shown(&t.path, args[0]), t.name.object,
              bytes_from_seen(buffer.data, (size_t)buffer.size), int_small(flags)));
    BLOCKING
    {
        outcome = XATTR(&t, setxattr, t.name.text, buffer.data, (size_t)buffer.size, flags);
    }
    return outcome ? failed(&t, args[0]) : None;
}

FUNCTION(posix_removexattr, "removexattr", "path, attribute, *, follow_symlinks=True",
         "Remove extended attribute attribute on path.")
{
    Target t;
    int outcome = -1;
    TRY(target_from(args[0], args[1], args[2], "removexattr", &t));
    TRY(AUDIT("os.removexattr", path_shown(&t.path, args[0]), t.name.object));
    BLOCKING
    {
        outcome = XATTR(&t, removexattr, t.name.text);
    }
    return outcome ? failed(&t, args[0]) : None;
}

/* The names in a buffer, each ended by NUL. */
static Value names_list(const char *text, const char *end)
{
    Value list = TRY(list_new(0));
    for (; text < end; text += strlen(text) + 1)
        TRY(list_append(list, TRY(str_from_fs(text, strlen(text)))));
    return list;
}

FUNCTION(posix_listxattr, "listxattr", "path=None, *, follow_symlinks=True",
         "Return a list of extended attributes on path.")
{
    Target t;
    TRY(target_from(args[0], 0, args[1], "listxattr", &t));
    TRY(AUDIT("os.listxattr", path_shown(&t.path, args[0])));
    for (size_t size = 256;; size = XATTR_LIST_MAX) {
        Raw *raw = TRY(raw_new((intptr_t)size));
        ssize_t n = -1;
        BLOCKING
        {
            n = XATTR(&t, listxattr, raw->data, size);
        }
        if (n >= 0)
            return names_list(raw->data, raw->data + n);
        if (errno != ERANGE || size == XATTR_LIST_MAX)
            return failed(&t, args[0]);
    }
}

MethodDef *const posix_xattr_functions[] = {M(posix_getxattr), M(posix_setxattr),
                                            M(posix_removexattr), M(posix_listxattr), 0};
