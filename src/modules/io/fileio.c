/* FileIO: a file descriptor as a raw file. */
#include "core/audit.h"
#include "modules/io/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "modules/descriptor.h"
#include "modules/system.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"

/* Linux transfers no more at once. */
#define TRANSFER_MAX 0x7ffff000

static FileIO *as_fileio(Value v)
{
    return (FileIO *)v;
}

static Value raise_closed(void)
{
    return raise(ValueError, "I/O operation on closed file");
}

static int fd_of(FileIO *self)
{
    return load_relaxed(&self->fd);
}
#define USING_FD_OF(use, self) USING_FD(use, self, &(self)->fd)

/* ---- opening ------------------------------------------------------------------------------------
 */

typedef struct OpenMode {
    bool created, readable, writable, appending, truncates;
    int flags;
} OpenMode;

static bool parse_mode(const char *mode, OpenMode *out)
{
    int kinds = 0, plus = 0, kind_flags = 0;
    *out = (OpenMode){0};
    for (const char *p = mode; *p; p++) {
        switch (*p) {
        case 'x':
            kinds++;
            out->created = out->writable = true;
            kind_flags = O_EXCL | O_CREAT;
            break;
        case 'r':
            kinds++;
            out->readable = true;
            break;
        case 'w':
            kinds++;
            out->writable = out->truncates = true;
            kind_flags = O_CREAT | O_TRUNC;
            break;
        case 'a':
            kinds++;
            out->writable = out->appending = true;
            kind_flags = O_APPEND | O_CREAT;
            break;
        case 'b':
            break;
        case '+':
            plus++;
            break;
        default:
            return raise(ValueError, "invalid mode: %.200s", mode);
        }
    }
    if (kinds != 1 || plus > 1)
        return raise(ValueError, "Must have exactly one of create/read/write/append mode and at "
                                 "most one plus");
    if (plus)
        out->readable = out->writable = true;
    out->flags = kind_flags | O_CLOEXEC;
    out->flags |= !out->writable ? O_RDONLY : out->readable ? O_RDWR : O_WRONLY;
    return true;
}

/* A file argument that is a descriptor. *fd stays -1 if it is something else. */
static bool descriptor_argument(Value file, int *fd)
{
    *fd = -1;
    if (!has_index(file))
        return true;
    if (file == True || file == False)
        TRY(warn(RuntimeWarning, 1, "bool is used as a file descriptor"));
    if (!index_as_int(file, fd)) {
        *fd = -1;
        return error_clear_if(OverflowError);
    }
    if (*fd < 0)
        return raise(ValueError, "negative file descriptor");
    return true;
}

static bool open_path(FileIO *self, Value name, int flags)
{
    const char *path = TRY(fs_bytes(name, 0));
    write_out_path(path);
    Retry retry = {0};
    int fd = -1;
    do
        BLOCKING
        {
            fd = open(path, flags, 0666);
        }
    while (fd < 0 && system_retry(&retry));
    if (fd < 0)
        return system_failed(&retry, name, 0);
    fd_publish(&self->fd, fd);
    return true;
}

static bool open_by_opener(FileIO *self, Value name, int flags, Value opener)
{
    int fd;
    Value result = TRY(call2(opener, name, int_small(flags)));
    if (!is_int_any(result))
        return raise(TypeError, "expected integer from opener");
    TRY(index_as_int(result, &fd));
    if (fd < 0)
        return raise(ValueError, "opener returned %d", fd);
    fd_publish(&self->fd, fd);
    return fd_set_inheritable(fd, false);
}

/* What kind of file it is. */
static bool inspect(FileIO *self, Value name)
{
    struct stat status;
    int result = -1;
    {
        USING_FD_OF(use, self);
        BLOCKING
        {
            result = fstat(use.fd, &status);
        }
    }
    if (result < 0)
        return errno != EBADF || raise_errno();
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return raise_errno_path(name);
    }
    if (status.st_blksize > 1)
        store_relaxed(&self->block_size, (int)status.st_blksize);
    if (S_ISREG(status.st_mode)) {
        store_relaxed(&self->device, status.st_dev);
        store_relaxed(&self->inode, status.st_ino);
    }
    return true;
}

static bool close_fd(FileIO *self)
{
    errno = fd_close(&self->fd);
    return errno == 0 || raise_errno();
}

/* After a failed __init__: what it opened is closed, what it was given is let go. */
static Value give_up(FileIO *self, bool own)
{
    Value failure = error_take();
    if (!own)
        store_relaxed(&self->fd, -1);
    else if (!close_fd(self))
        error_clear();
    error_restore(failure);
    return 0;
}

static bool fileio_open(FileIO *self, Value name, const OpenMode *mode, int fd, Value opener)
{
    if (fd >= 0)
        fd_publish(&self->fd, fd);
    else if (opener != None)
        TRY(open_by_opener(self, name, mode->flags, opener));
    else
        TRY(open_path(self, name, mode->flags));
    store_relaxed(&self->block_size, DEFAULT_BUFFER_SIZE);
    TRY(inspect(self, name));
    TRY(set_attr((Value)self, names.name, name));
    /* The position is at the end from the start, as tell() shows. */
    USING_FD_OF(use, self);
    if (mode->appending && lseek(use.fd, 0, SEEK_END) < 0 && errno != ESPIPE)
        return raise_errno();
    return true;
}

/* What audit hooks see of a mode: neither "b" nor "t". */
static Value mode_shown(const OpenMode *mode)
{
    const char *kinds = mode->created ? "x" : mode->appending ? "a" : mode->truncates ? "w" : "r";
    bool both = mode->readable && mode->writable;
    return str_format("%s%s", kinds, both ? "+" : "");
}

INIT_METHOD(fileio_init, "file, mode='r', closefd=True, opener=None")
{
    FileIO *self = as_fileio(args[0]);
    Value name = args[1];
    OpenMode mode;
    int fd;
    if (!is_str(args[2]))
        return raise(TypeError, "FileIO() argument 'mode' must be str, not %B", args[2]);
    const char *mode_text = TRY(str_cstring(args[2]));
    bool closefd = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    if (load_relaxed(&self->closefd) && !close_fd(self)) /* initialised again */
        return 0;
    store_relaxed(&self->fd, -1);
    TRY(descriptor_argument(name, &fd));
    TRY(parse_mode(mode_text, &mode));
    store_relaxed(&self->created, mode.created);
    store_relaxed(&self->readable, mode.readable);
    store_relaxed(&self->writable, mode.writable);
    store_relaxed(&self->appending, mode.appending);
    store_relaxed(&self->seekable, -1);
    store_relaxed(&self->closefd, closefd);
    store_relaxed(&self->inode, 0);
    TRY(AUDIT("open", name, mode_shown(&mode), int_small(mode.flags)));
    if (fd < 0 && !closefd)
        return raise(ValueError, "Cannot use closefd=False with file name");
    return fileio_open(self, name, &mode, fd, args[4]) ? None : give_up(self, fd < 0);
}

NEW_METHOD(fileio_new, "*args, **kwargs")
{
    FileIO *self = TRY(NEW(FileIO, (Type *)args[0]));
    self->fd = -1;
    self->seekable = -1;
    self->closefd = true;
    return (Value)self;
}

/* ---- system calls
 * --------------------------------------------------------------------------------- */

intptr_t fileio_read_into(FileIO *self, char *data, intptr_t size)
{
    if (size > TRANSFER_MAX)
        size = TRANSFER_MAX;
    ssize_t n = -1;
    Retry retry = {0};
    do {
        USING_FD_OF(use, self);
        BLOCKING
        {
            n = read(use.fd, data, (size_t)size);
        }
    } while (n < 0 && system_retry(&retry));
    if (n < 0 && !retry.raised && (errno == EAGAIN || errno == EWOULDBLOCK))
        return -2;
    if (n < 0)
        system_failed(&retry, 0, 0);
    return n;
}

intptr_t fileio_write_from(FileIO *self, const char *data, intptr_t size)
{
    if (size > TRANSFER_MAX)
        size = TRANSFER_MAX;
    ssize_t n = -1;
    Retry retry = {0};
    do {
        USING_FD_OF(use, self);
        BLOCKING
        {
            n = write(use.fd, data, (size_t)size);
        }
    } while (n < 0 && system_retry(&retry));
    if (n < 0 && !retry.raised && (errno == EAGAIN || errno == EWOULDBLOCK))
        return -2;
    if (n < 0)
        system_failed(&retry, 0, 0);
    return n;
}

int64_t fileio_seek_to(FileIO *self, int64_t offset, int whence)
{
    int64_t position = -1;
    USING_FD_OF(use, self);
    if (use.fd < 0) {
        raise_closed();
        return -1;
    }
    BLOCKING
    {
        position = lseek(use.fd, offset, whence);
    }
    if (load_relaxed(&self->seekable) < 0)
        store_relaxed(&self->seekable, (int8_t)(position >= 0));
    if (position < 0)
        raise_errno();
    return position;
}

static Value count_or_none(intptr_t n)
{
    return n == -2 ? None : n < 0 ? 0 : int_from(n);
}

/* ---- reading
 * ---------------------------------------------------------------------------------------- */

static bool check_readable(FileIO *self)
{
    if (fd_of(self) < 0)
        return raise_closed();
    return load_relaxed(&self->readable) || raise_unsupported("File not open for reading");
}

METHOD(fileio_readinto, "readinto", "buffer, /", "Same as RawIOBase.readinto().")
{
    FileIO *self = as_fileio(args[0]);
    BOUND_BUFFER(buffer);
    TRY(check_readable(self));
    TRY(writable_buffer(args[1], "readinto", &buffer));
    return count_or_none(fileio_read_into(self, buffer.data, buffer.size));
}

/* Bytes that are probably left to the end, plus one to notice that it is the end. */
static intptr_t expected_rest(FileIO *self)
{
    struct stat status;
    int result = -1;
    off_t position = -1;
    USING_FD_OF(use, self);
    BLOCKING
    {
        result = fstat(use.fd, &status);
        position = lseek(use.fd, 0, SEEK_CUR);
    }
    if (result == 0 && position >= 0 && status.st_size >= position &&
        status.st_size - position < PTRDIFF_MAX / 2)
        return (intptr_t)(status.st_size - position) + 1;
    return DEFAULT_BUFFER_SIZE;
}

/* Bytes of `capacity` that begin with the first `length` of `old`. */
static Value grown(Value old, intptr_t length, intptr_t capacity)
{
    Value bytes = TRY(bytes_new(capacity));
    memcpy(((Bytes *)bytes)->data, ((Bytes *)old)->data, (size_t)length);
    return bytes;
}

static Value read_all(FileIO *self)
{
    intptr_t capacity = expected_rest(self), length = 0;
    Value bytes = TRY(bytes_new(capacity));
    for (;;) {
        if (length == capacity) {
            capacity += capacity < DEFAULT_BUFFER_SIZE ? DEFAULT_BUFFER_SIZE : capacity / 2;
            bytes = TRY(grown(bytes, length, capacity));
        }
        intptr_t n = fileio_read_into(self, ((Bytes *)bytes)->data + length, capacity - length);
        if (n == -1)
            return 0;
        if (n == -2 && !length)
            return None;
        if (n <= 0)
            return bytes_shrink_unseen(bytes, length);
        length += n;
    }
}

METHOD(fileio_readall, "readall", "/",
       "Read all data from the file, returned as bytes.\n\n"
       "Reads until either there is an error or read() returns size 0 (indicates EOF).\n"
       "If the file is already at EOF, returns an empty bytes object.\n\n"
       "In non-blocking mode, returns as much data as could be read before EAGAIN. If no\n"
       "data is available (EAGAIN is returned before bytes are read) returns None.")
{
    FileIO *self = as_fileio(args[0]);
    if (fd_of(self) < 0)
        return raise_closed();
    return read_all(self);
}

METHOD(fileio_read, "read", "size=-1, /",
       "Read at most size bytes, returned as bytes.\n\n"
       "If size is less than 0, read all bytes in the file making multiple read calls.\n"
       "See ``FileIO.readall``.\n\n"
       "Attempts to make only one system call, retrying only per PEP 475 (EINTR). This\n"
       "means less data may be returned than requested.\n\n"
       "In non-blocking mode, returns None if no data is available. Return an empty\n"
       "bytes object at EOF.")
{
    FileIO *self = as_fileio(args[0]);
    intptr_t size;
    TRY(check_readable(self));
    TRY(size_argument(args[1], &size));
    if (size < 0)
        return call_method0(args[0], io_names.readall);
    if (size > TRANSFER_MAX)
        size = TRANSFER_MAX;
    if (!size)
        return bytes_empty();
    Value bytes = TRY(bytes_new(size));
    intptr_t n = fileio_read_into(self, ((Bytes *)bytes)->data, size);
    return n < 0 ? count_or_none(n) : bytes_shrink_unseen(bytes, n);
}

/* ---- writing
 * ---------------------------------------------------------------------------------------- */

METHOD(fileio_write, "write", "b, /",
       "Write buffer b to file, return number of bytes written.\n\n"
       "Only makes one system call, so not all of the data may be written.\n"
       "The number of bytes actually written is returned.  In non-blocking mode,\n"
       "returns None if the write would block.")
{
    FileIO *self = as_fileio(args[0]);
    BOUND_BUFFER(buffer);
    if (fd_of(self) < 0)
        return raise_closed();
    if (!load_relaxed(&self->writable))
        return raise_unsupported("File not open for writing");
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    intptr_t n = fileio_write_from(self, buffer.data, buffer.size);
    /* A signal may be why not all was written. */
    if (n >= 0 && n < buffer.size && !io_interrupted())
        return 0;
    return count_or_none(n);
}

METHOD(fileio_truncate, "truncate", "size=None, /",
       "Truncate the file to at most size bytes and return the truncated size.\n\n"
       "Size defaults to the current file position, as returned by tell().\n"
       "The current file position is changed to the value of size.")
{
    FileIO *self = as_fileio(args[0]);
    int64_t size;
    int result = -1;
    if (fd_of(self) < 0)
        return raise_closed();
    if (!load_relaxed(&self->writable))
        return raise_unsupported("File not open for writing");
    Value length = args[1];
    if (length == None)
        length = int_from(TRY_NOT_NEGATIVE(fileio_seek_to(self, 0, SEEK_CUR), 0));
    TRY(index_as_int64(length, &size));
    Retry retry = {0};
    do {
        USING_FD_OF(use, self);
        BLOCKING
        {
            result = ftruncate(use.fd, size);
        }
    } while (result < 0 && system_retry(&retry));
    return result < 0 ? system_failed(&retry, 0, 0) : length;
}

/* ---- position
 * ----------------------------------------------------------------------------------------- */

METHOD(fileio_seek, "seek", "offset, whence=0, /",
       "Move to new file position and return the file position.\n\n"
       "Argument offset is a byte count.  Optional argument whence defaults to\n"
       "SEEK_SET or 0 (offset from start of file, offset should be >= 0); other values\n"
       "are SEEK_CUR or 1 (move relative to current position, positive or negative),\n"
       "and SEEK_END or 2 (move relative to end of file, usually negative, although\n"
       "many platforms allow seeking beyond the end of a file).\n\n"
       "Note that not all file objects are seekable.")
{
    int64_t offset;
    int whence;
    if (fd_of(as_fileio(args[0])) < 0)
        return raise_closed();
    if (is_float(args[1]))
        return raise(TypeError, "an integer is required");
    TRY(index_as_int64(args[1], &offset));
    TRY(index_as_int(args[2], &whence));
    int64_t position = fileio_seek_to(as_fileio(args[0]), offset, whence);
    return position < 0 ? 0 : int_from(position);
}

METHOD(fileio_tell, "tell", "/",
       "Current file position.\n\nCan raise OSError for non seekable files.")
{
    int64_t position = fileio_seek_to(as_fileio(args[0]), 0, SEEK_CUR);
    return position < 0 ? 0 : int_from(position);
}

/* ---- closing
 * ------------------------------------------------------------------------------------------ */

static bool warn_unclosed(FileIO *self, Value source)
{
    Value pending = error_take();
    if (!warn_about(ResourceWarning, source, "unclosed file %R", source) && error_matches(Warning))
        error_write_unraisable(0, (Value)self);
    error_clear();
    error_restore(pending);
    return true;
}

METHOD(fileio_dealloc_warn, "_dealloc_warn", "source, /", 0)
{
    FileIO *self = as_fileio(args[0]);
    if (fd_of(self) >= 0 && load_relaxed(&self->closefd))
        warn_unclosed(self, args[1]);
    return None;
}

METHOD(fileio_close, "close", "/",
       "Close the file.\n\n"
       "A closed file cannot be used for further I/O operations.  close() may be\n"
       "called more than once without error.")
{
    FileIO *self = as_fileio(args[0]);
    static Value base_close; /* of _RawIOBase, which flushes */
    Value method = load_acquire(&base_close);
    if (!method) {
        method = TRY(get_attr((Value)&rawiobase_type, names.close));
        gc_add_root(&base_close, 1);
        root_store(&base_close, method);
    }
    Value result = call1(method, args[0]);
    if (!load_relaxed(&self->closefd)) {
        store_relaxed(&self->fd, -1);
        return result;
    }
    Value failure = result ? 0 : error_take();
    if (load_relaxed(&self->finalizing) && fd_of(self) >= 0)
        warn_unclosed(self, args[0]);
    if (!close_fd(self))
        result = 0;
    io_chain(failure);
    return result;
}

/* ---- properties
 * ---------------------------------------------------------------------------------------- */

METHOD(fileio_fileno, "fileno", "/", "Return the underlying file descriptor (an integer).")
{
    int fd = fd_of(as_fileio(args[0]));
    return fd < 0 ? raise_closed() : int_small(fd);
}

METHOD(fileio_readable, "readable", "/", "True if file was opened in a read mode.")
{
    FileIO *self = as_fileio(args[0]);
    return fd_of(self) < 0 ? raise_closed() : bool_value(load_relaxed(&self->readable));
}

METHOD(fileio_writable, "writable", "/", "True if file was opened in a write mode.")
{
    FileIO *self = as_fileio(args[0]);
    return fd_of(self) < 0 ? raise_closed() : bool_value(load_relaxed(&self->writable));
}

METHOD(fileio_seekable, "seekable", "/", "True if file supports random-access.")
{
    FileIO *self = as_fileio(args[0]);
    if (fd_of(self) < 0)
        return raise_closed();
    if (load_relaxed(&self->seekable) < 0 && fileio_seek_to(self, 0, SEEK_CUR) < 0)
        error_clear();
    return bool_value(load_relaxed(&self->seekable) > 0);
}

METHOD(fileio_isatty, "isatty", "/", "True if the file is connected to a TTY device.")
{
    int result = -1;
    USING_FD_OF(use, as_fileio(args[0]));
    if (use.fd < 0)
        return raise_closed();
    BLOCKING
    {
        result = isatty(use.fd);
    }
    return bool_value(result);
}

METHOD(fileio_getstate, "__getstate__", "/", 0)
{
    return raise_cannot_pickle(args[0]);
}

static const char *mode_text(const FileIO *self)
{
    if (load_relaxed(&self->created))
        return load_relaxed(&self->readable) ? "xb+" : "xb";
    if (load_relaxed(&self->appending))
        return load_relaxed(&self->readable) ? "ab+" : "ab";
    if (load_relaxed(&self->readable))
        return load_relaxed(&self->writable) ? "rb+" : "rb";
    return "wb";
}

static Value fileio_repr(Value v)
{
    FileIO *self = as_fileio(v);
    const char *type = type_name(type_of(v));
    if (fd_of(self) < 0)
        return str_format("<%s [closed]>", type);
    Value name;
    TRY(get_attr_optional(v, names.name, &name));
    const char *closefd = load_relaxed(&self->closefd) ? "True" : "False";
    if (!name)
        return str_format("<%s fd=%d mode='%s' closefd=%s>", type, fd_of(self), mode_text(self),
                          closefd);
    TRY(io_repr_enter(v));
    Value text =
        str_format("<%s name=%R mode='%s' closefd=%s>", type, name, mode_text(self), closefd);
    repr_leave(v);
    return text;
}

static Value get_closed(Value self)
{
    return bool_value(fd_of(as_fileio(self)) < 0);
}

static Value get_closefd(Value self)
{
    return bool_value(load_relaxed(&as_fileio(self)->closefd));
}

static Value get_mode(Value self)
{
    return str_from_cstring(mode_text(as_fileio(self)));
}

static MethodDef *const fileio_methods[] = {
    M(fileio_read),   M(fileio_readall),  M(fileio_readinto),     M(fileio_write),
    M(fileio_seek),   M(fileio_tell),     M(fileio_truncate),     M(fileio_close),
    M(fileio_fileno), M(fileio_seekable), M(fileio_readable),     M(fileio_writable),
    M(fileio_isatty), M(fileio_getstate), M(fileio_dealloc_warn), 0};

static const GetSetDef fileio_getset[] = {
    {"closed", get_closed, 0, "True if the file is closed"},
    {"closefd", get_closefd, 0, "True if the file descriptor will be closed by close()."},
    {"mode", get_mode, 0, "String giving the file mode"},
    {0}};

static const MemberDef fileio_members[] = {
    {"_blksize", MEMBER_INT32, offsetof(FileIO, block_size), false, 0},
    {"_finalizing", MEMBER_BOOL8, offsetof(FileIO, finalizing), false, 0},
    {0}};

Type fileio_type = {
    IO_TYPE_HEAD("_io.FileIO", FileIO),
    .base = &rawiobase_type,
    .repr = fileio_repr,
    .new_def = M(fileio_new),
    .init_def = M(fileio_init),
    .methods = fileio_methods,
    .getset = fileio_getset,
    .members = fileio_members,
    .flags = TYPE_BASE,
    .doc = "Open a file.\n\n"
           "The mode can be 'r' (default), 'w', 'x' or 'a' for reading,\n"
           "writing, exclusive creation or appending.  The file will be created if it\n"
           "doesn't exist when opened for writing or appending; it will be truncated\n"
           "when opened for writing.  A FileExistsError will be raised if it already\n"
           "exists when opened for creating. Opening a file for creating implies\n"
           "writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode\n"
           "to allow simultaneous reading and writing. A custom opener can be used by\n"
           "passing a callable as *opener*. The underlying file descriptor for the file\n"
           "object is then obtained by calling opener with (*name*, *flags*).\n"
           "*opener* must return an open file descriptor (passing os.open as *opener*\n"
           "results in functionality similar to passing None).",
};
