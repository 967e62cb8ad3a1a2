/* mmap: a file, or memory that is shared with child processes, as a mutable array of bytes.
 *
 * `data` is 0 once the map is closed. Every access holds the object's lock, reads too: closing or
 * resizing on another thread takes the pages away. A buffer in use counts as an export, and while
 * there are exports the map stays where it is. msync runs without the lock: if the map is closed
 * meanwhile, the last of these calls unmaps the pages; if it is resized, the call is made again. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/search.h"
#include "core/abstract.h"
#include "core/audit.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/slice.h"
#include "types/str.h"

typedef enum MapAccess { ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY } MapAccess;

typedef struct Map {
    Object ob;
    char *data;        /* guarded by lock; 0: closed */
    intptr_t size;     /* guarded by lock */
    intptr_t position; /* guarded by lock */
    intptr_t exports;  /* atomic; goes up under lock */
    intptr_t flushes;  /* guarded by lock; calls of msync */
    intptr_t resizes;  /* guarded by lock; how often it was resized */
    char *left;        /* guarded by lock; for the last flush to unmap, `size` bytes; 0: nothing */
    int64_t offset;    /* immutable after init */
    int fd;            /* guarded by lock; -1: none */
    MapAccess access;  /* immutable after init */
    bool keeps_fd;     /* immutable after init */
} Map;
#define as_map(v) ((Map *)(v))

static Type mmap_type;

static void map_release(Object *o)
{
    Map *m = (Map *)o;
    if (m->data)
        munmap(m->data, (size_t)m->size);
    if (m->left) /* by a flush that a fork has ended */
        munmap(m->left, (size_t)m->size);
    if (m->fd >= 0)
        close(m->fd);
}

/* ---- making one ---------------------------------------------------------------------------- */

/* Turns `access` into flags and protection, or what was given into an access. */
static bool settle_access(int *access, int *flags, int *protection)
{
    bool is_plain = *flags == MAP_SHARED && *protection == (PROT_READ | PROT_WRITE);
    if (*access != ACCESS_DEFAULT && !is_plain)
        return raise(ValueError, "mmap can't specify both access and flags, prot.");
    switch (*access) {
    case ACCESS_READ:
        *protection = PROT_READ;
        return true;
    case ACCESS_COPY:
        *flags = MAP_PRIVATE;
        return true;
    case ACCESS_WRITE:
        return true;
    case ACCESS_DEFAULT:
        if (!(*protection & PROT_WRITE))
            *access = ACCESS_READ;
        else if (!(*protection & PROT_READ))
            *access = ACCESS_WRITE;
        return true;
    }
    return raise(ValueError, "mmap invalid access parameter.");
}

/* Checks the range against the size of a regular file; a length of 0 becomes all the rest. */
static bool settle_length(int fd, int64_t offset, intptr_t *length)
{
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return true; /* a wrong descriptor is found by what comes next */
    if (*length) {
        if (offset > status.st_size || status.st_size - offset < *length)
            return raise(ValueError, "mmap length is greater than file size");
        return true;
    }
    if (!status.st_size)
        return raise(ValueError, "cannot mmap an empty file");
    if (offset >= status.st_size)
        return raise(ValueError, "mmap offset is greater than file size");
    *length = status.st_size - offset;
    return true;
}

NEW_METHOD(mmap_new, "fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True")
{
    int fd, flags, protection, access;
    intptr_t length;
    int64_t offset;
    TRY(index_as_int(args[1], &fd));
    TRY(index_as_intptr(args[2], &length));
    TRY(index_as_int(args[3], &flags));
    TRY(index_as_int(args[4], &protection));
    TRY(index_as_int(args[5], &access));
    TRY(index_as_int64(args[6], &offset));
    int keeps_fd = TRY_NOT_NEGATIVE(object_truth(args[7]), 0);
    if (length < 0)
        return raise(OverflowError, "memory mapped length must be positive");
    if (offset < 0)
        return raise(OverflowError, "memory mapped offset must be positive");
    TRY(AUDIT("mmap.__new__", int_small(fd), int_from(length), int_small(access),
              int_from(offset)));
    TRY(settle_access(&access, &flags, &protection));
    TRY(settle_length(fd, offset, &length));
    Map *m = TRY(NEW(Map, (Type *)args[0]));
    m->fd = -1;
    m->offset = offset;
    m->access = (MapAccess)access;
    m->keeps_fd = keeps_fd;
    if (fd == -1)
        flags |= MAP_ANONYMOUS;
    else if (keeps_fd && (m->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
        return raise_errno();
    void *data = mmap(0, (size_t)length, protection, flags, fd, offset);
    if (data == MAP_FAILED)
        return raise_errno();
    m->data = data;
    m->size = length;
    return (Value)m;
}

/* ---- checks -------------------------------------------------------------------------------- */

static bool check_open_locked(const Map *m)
{
    return m->data || raise(ValueError, "mmap closed or invalid");
}

static bool check_writable(const Map *m)
{
    return m->access != ACCESS_READ || raise(TypeError, "mmap can't modify a readonly memory map.");
}

static intptr_t available_locked(const Map *m)
{
    return m->position < m->size ? m->size - m->position : 0;
}

/* ---- the file's side ----------------------------------------------------------------------- */

METHOD(mmap_close, "close", "/", 0)
{
    Map *m = as_map(args[0]);
    char *data = 0;
    intptr_t size = 0;
    int fd = -1;
    buffer_reclaim(&m->exports);
    WITH_LOCK (m) {
        if (load_relaxed(&m->exports))
            return raise(BufferError, "cannot close exported pointers exist");
        data = m->data;
        size = m->size;
        fd = m->fd;
        m->data = 0;
        m->fd = -1;
        if (m->flushes && data) {
            m->left = data;
            data = 0;
        }
    }
    BLOCKING
    {
        if (data)
            munmap(data, (size_t)size);
        if (fd >= 0)
            close(fd);
    }
    return None;
}

METHOD(mmap_size, "size", "/", 0)
{
    Map *m = as_map(args[0]);
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        struct stat status;
        if (m->fd >= 0)
            return fstat(m->fd, &status) < 0 ? raise_errno() : int_from(status.st_size);
        errno = EBADF; /* as CPython says of memory that is no file's */
        return raise_errno();
    }
    UNREACHABLE();
}

static bool resize_locked(Map *m, intptr_t size)
{
    if (load_relaxed(&m->exports))
        return raise(BufferError, "mmap can't resize with extant buffers exported.");
    if (m->fd < 0 && !m->keeps_fd)
        return raise(ValueError, "mmap can't resize with trackfd=False.");
    if (m->access != ACCESS_WRITE && m->access != ACCESS_DEFAULT)
        return raise(TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
    TRY(check_open_locked(m));
    if (size < 0 || INT64_MAX - size < m->offset)
        return raise(ValueError, "new size out of range");
    if (m->fd >= 0 && ftruncate(m->fd, m->offset + size) < 0)
        return raise_errno();
    void *data = mremap(m->data, (size_t)m->size, (size_t)size, MREMAP_MAYMOVE);
    if (data == MAP_FAILED)
        return raise_errno();
    m->data = data;
    m->size = size;
    m->resizes++;
    return true;
}

METHOD(mmap_resize, "resize", "newsize, /", 0)
{
    Map *m = as_map(args[0]);
    intptr_t size;
    TRY(index_as_intptr(args[1], &size));
    buffer_reclaim(&m->exports);
    WITH_LOCK (m)
        TRY(resize_locked(m, size));
    return None;
}

/* What a flush is about, all of it as of one moment. */
typedef struct Flush {
    char *data;
    intptr_t size, resizes;
} Flush;

/* Checks the range. False: failure, or nothing to do. */
static bool begin_flush_locked(Map *m, intptr_t offset, intptr_t size, bool is_all, Flush *flush)
{
    TRY(check_open_locked(m));
    if (is_all)
        size = m->size;
    if (size < 0 || offset < 0 || m->size - offset < size)
        return raise(ValueError, "flush values out of range");
    if (m->access == ACCESS_READ || m->access == ACCESS_COPY)
        return false;
    *flush = (Flush){m->data + offset, size, m->resizes};
    m->flushes++;
    return true;
}

/* False: the map was resized meanwhile, which may have moved it before msync saw it. */
static bool end_flush(Map *m, const Flush *flush)
{
    char *left = 0;
    intptr_t size = 0;
    bool done = false;
    WITH_LOCK (m) {
        done = m->resizes == flush->resizes;
        if (!--m->flushes) {
            left = m->left;
            size = m->size;
            m->left = 0;
        }
    }
    if (left) {
        BLOCKING
        {
            munmap(left, (size_t)size);
        }
    }
    return done;
}

METHOD(mmap_flush, "flush", "offset=0, size=?, /", 0)
{
    Map *m = as_map(args[0]);
    intptr_t offset, size = 0;
    int result = 0, error = 0;
    Flush flush = {0};
    TRY(index_as_intptr(args[1], &offset));
    if (args[2])
        TRY(index_as_intptr(args[2], &size));
    do {
        WITH_LOCK (m) {
            if (!begin_flush_locked(m, offset, size, !args[2], &flush))
                return error_pending() ? 0 : None;
        }
        BLOCKING
        {
            result = msync(flush.data, (size_t)flush.size, MS_SYNC);
            error = errno;
        }
    } while (!end_flush(m, &flush));
    errno = error;
    return result < 0 ? raise_errno() : None;
}

METHOD(mmap_madvise, "madvise", "option, start=0, length=?, /", 0)
{
    Map *m = as_map(args[0]);
    int option;
    intptr_t start, length = 0;
    TRY(index_as_int(args[1], &option));
    TRY(index_as_intptr(args[2], &start));
    if (args[3])
        TRY(index_as_intptr(args[3], &length));
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (!args[3])
            length = m->size;
        if (start < 0 || start >= m->size)
            return raise(ValueError, "madvise start out of bounds");
        if (length < 0)
            return raise(ValueError, "madvise length invalid");
        if (INTPTR_MAX - start < length)
            return raise(OverflowError, "madvise length too large");
        if (length > m->size - start)
            length = m->size - start;
        if (madvise(m->data + start, (size_t)length, option) < 0)
            return raise_errno();
    }
    return None;
}

/* ---- reading and writing as a file --------------------------------------------------------- */

METHOD(mmap_read, "read", "n=None, /", 0)
{
    Map *m = as_map(args[0]);
    intptr_t n = -1;
    if (args[1] != None) {
        if (!has_index(args[1]))
            return raise(TypeError, "argument should be integer or None, not '%T'", args[1]);
        TRY(index_as_intptr(args[1], &n));
    }
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        intptr_t rest = available_locked(m), count = n < 0 || n > rest ? rest : n;
        Value result = TRY(bytes_from_seen(m->data + m->position, (size_t)count));
        m->position += count;
        return result;
    }
    UNREACHABLE();
}

METHOD(mmap_readline, "readline", "/", 0)
{
    Map *m = as_map(args[0]);
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        intptr_t rest = available_locked(m);
        const char *start = m->data + m->position;
        intptr_t end = search_char(read_outside(start, rest), rest, 1, '\n'),
                 count = end < 0 ? rest : end + 1;
        Value result = TRY(bytes_from_seen(start, (size_t)count));
        m->position += count;
        return result;
    }
    UNREACHABLE();
}

METHOD(mmap_read_byte, "read_byte", "/", 0)
{
    Map *m = as_map(args[0]);
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (!available_locked(m))
            return raise(ValueError, "read byte out of range");
        return int_small((unsigned char)load_relaxed(&m->data[m->position++]));
    }
    UNREACHABLE();
}

static Value write_bytes(Map *m, const char *data, intptr_t size)
{
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (size > available_locked(m))
            return raise(ValueError, "data out of range");
        copy_seen(m->data + m->position, data, (size_t)size);
        m->position += size;
    }
    return int_from(size);
}

METHOD(mmap_write, "write", "bytes, /", 0)
{
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_READ));
    Value result = 0;
    if (check_writable(as_map(args[0])))
        result = write_bytes(as_map(args[0]), buffer.data, buffer.size);
    buffer_release(&buffer);
    return result;
}

METHOD(mmap_write_byte, "write_byte", "byte, /", 0)
{
    Map *m = as_map(args[0]);
    int byte;
    TRY(index_as_int(args[1], &byte));
    if (byte < 0)
        return raise(OverflowError, "unsigned byte integer is less than minimum");
    if (byte > 255)
        return raise(OverflowError, "unsigned byte integer is greater than maximum");
    TRY(check_writable(m));
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (!available_locked(m))
            return raise(ValueError, "write byte out of range");
        store_relaxed(&m->data[m->position++], (char)byte);
    }
    return None;
}

METHOD(mmap_seek, "seek", "pos, whence=0, /", 0)
{
    Map *m = as_map(args[0]);
    intptr_t distance, base = 0;
    int whence;
    TRY(index_as_intptr(args[1], &distance));
    TRY(index_as_int(args[2], &whence));
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (whence < SEEK_SET || whence > SEEK_END)
            return raise(ValueError, "unknown seek type");
        if (whence != SEEK_SET)
            base = whence == SEEK_CUR ? m->position : m->size;
        intptr_t position;
        if (__builtin_add_overflow(base, distance, &position) || position < 0 || position > m->size)
            return raise(ValueError, "seek out of range");
        m->position = position;
        return int_from(position);
    }
    UNREACHABLE();
}

METHOD(mmap_tell, "tell", "/", 0)
{
    Map *m = as_map(args[0]);
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        return int_from(m->position);
    }
    UNREACHABLE();
}

METHOD(mmap_seekable, "seekable", "/", 0)
{
    (void)args;
    return True;
}

/* ---- searching and moving ------------------------------------------------------------------ */

typedef intptr_t (*SearchFn)(const void *, intptr_t, const void *, intptr_t, unsigned);

static Value find_locked(Map *m, const Buffer *part, const Value *range, SearchFn search)
{
    TRY(check_open_locked(m));
    intptr_t start = m->position, end = m->size;
    if (range[0])
        TRY(index_as_intptr(range[0], &start));
    if (range[1])
        TRY(index_as_intptr(range[1], &end));
    slice_clip(m->size, &start, &end);
    if (start > m->size)
        start = m->size;
    if (start > end)
        return int_small(-1);
    const char *data = read_outside(m->data + start, end - start);
    intptr_t at = search(data, end - start, part->data, part->size, 1);
    return int_from(at < 0 ? -1 : start + at);
}

/* The parts of the range are made ints before the lock is taken: __index__ is Python code. */
static Value find(Value *args, SearchFn search)
{
    Value range[2] = {args[2], args[3]};
    for (int i = 0; i < 2; i++) {
        if (range[i])
            range[i] = TRY(number_index(range[i]));
    }
    Buffer part;
    TRY(buffer_get(args[1], &part, BUFFER_READ));
    Value result = 0;
    WITH_LOCK (args[0])
        result = find_locked(as_map(args[0]), &part, range, search);
    buffer_release(&part);
    return result;
}

METHOD(mmap_find, "find", "view, start=?, end=?, /", 0)
{
    return find(args, search_first);
}

METHOD(mmap_rfind, "rfind", "view, start=?, end=?, /", 0)
{
    return find(args, search_last);
}

METHOD(mmap_move, "move", "dest, src, count, /", 0)
{
    Map *m = as_map(args[0]);
    intptr_t to, from, count;
    TRY(index_as_intptr(args[1], &to));
    TRY(index_as_intptr(args[2], &from));
    TRY(index_as_intptr(args[3], &count));
    TRY(check_writable(m));
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (to < 0 || from < 0 || count < 0 || m->size - to < count || m->size - from < count)
            return raise(ValueError, "source, destination, or count out of range");
        copy_seen(m->data + to, m->data + from, (size_t)count);
    }
    return None;
}

/* ---- as a sequence of bytes ---------------------------------------------------------------- */

static intptr_t map_length(Value self)
{
    WITH_LOCK (self)
        return check_open_locked(as_map(self)) ? as_map(self)->size : -1;
    UNREACHABLE();
}

static Value get_slice_locked(const Map *m, intptr_t start, intptr_t stop, intptr_t step)
{
    intptr_t count = slice_adjust(m->size, &start, &stop, step);
    if (step == 1)
        return bytes_from_seen(m->data + start, (size_t)count);
    Value result = TRY(bytes_new(count));
    for (intptr_t i = 0; i < count; i++)
        ((Bytes *)result)->data[i] = load_relaxed(&m->data[start + i * step]);
    return result;
}

static Value map_getitem(Value self, Value key)
{
    Map *m = as_map(self);
    intptr_t i = 0, stop = 0, step = 0;
    if (has_index(key))
        TRY(index_as_intptr_or(key, &i, IndexError));
    else if (is_slice(key))
        TRY(slice_unpack(key, &i, &stop, &step));
    else
        return raise(TypeError, "mmap indices must be integers");
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (step)
            return get_slice_locked(m, i, stop, step);
        if (!index_resolve(&i, m->size))
            return raise(IndexError, "mmap index out of range");
        return int_small((unsigned char)load_relaxed(&m->data[i]));
    }
    UNREACHABLE();
}

static bool set_slice(Map *m, Value slice, const Buffer *items)
{
    intptr_t start, stop, step;
    TRY(slice_unpack(slice, &start, &stop, &step));
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        intptr_t count = slice_adjust(m->size, &start, &stop, step);
        if (items->size != count)
            return raise(IndexError, "mmap slice assignment is wrong size");
        if (step == 1) {
            copy_seen(m->data + start, items->data, (size_t)count);
            return true;
        }
        for (intptr_t i = 0; i < count; i++)
            store_relaxed(&m->data[start + i * step], items->data[i]);
    }
    return true;
}

static bool set_byte(Map *m, Value key, Value value)
{
    intptr_t i, byte;
    TRY(index_as_intptr_or(key, &i, IndexError));
    if (!value)
        return raise(TypeError, "mmap doesn't support item deletion");
    WITH_LOCK (m) {
        intptr_t resolved = i;
        TRY(check_open_locked(m));
        if (!index_resolve(&resolved, m->size))
            return raise(IndexError, "mmap index out of range");
    }
    if (!has_index(value))
        return raise(TypeError, "mmap item value must be an int");
    TRY(index_as_intptr_or(value, &byte, TypeError));
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (!index_resolve(&i, m->size)) /* another thread may have made it smaller */
            return raise(IndexError, "mmap index out of range");
        if (byte < 0 || byte > 255)
            return raise(ValueError, "mmap item value must be in range(0, 256)");
        store_relaxed(&m->data[i], (char)byte);
    }
    return true;
}

static bool map_setitem(Value self, Value key, Value value)
{
    Map *m = as_map(self);
    TRY(check_writable(m));
    if (has_index(key))
        return set_byte(m, key, value);
    if (!is_slice(key))
        return raise(TypeError, "mmap indices must be integer");
    if (!value)
        return raise(TypeError, "mmap object doesn't support slice deletion");
    Buffer items;
    TRY(buffer_get(value, &items, BUFFER_READ));
    bool ok = set_slice(m, key, &items);
    buffer_release(&items);
    return ok;
}

static bool map_get_buffer(Value self, Buffer *buffer, int flags)
{
    Map *m = as_map(self);
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (flags & BUFFER_WRITE && m->access == ACCESS_READ)
            return raise(BufferError, "Object is not writable.");
        fetch_add_relaxed(&m->exports, 1);
        buffer->data = m->data;
        buffer->size = m->size;
        buffer->item_size = 1;
        buffer->readonly = m->access == ACCESS_READ;
        buffer->inline_shape[0] = m->size;
    }
    buffer->owner = self;
    return true;
}

/* Collections call it for a view that is dead: without the lock, which a stopped thread may hold.
 */
static void map_release_buffer(Value self, Buffer *buffer UNUSED)
{
    fetch_sub_acq_rel(&as_map(self)->exports, 1);
}

/* The iterator gives bytes of length 1, where an index gives ints: so does CPython's. */
typedef struct MapIterator {
    Object ob;
    Value map;      /* atomic; 0 once exhausted */
    intptr_t index; /* guarded by the map's lock */
} MapIterator;

static Type map_iterator_type;

static void map_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((MapIterator *)self)->map));
}

static Value map_iter(Value self)
{
    MapIterator *it = TRY(NEW(MapIterator, &map_iterator_type));
    gc_store(it, &it->map, self);
    return (Value)it;
}

static Value map_iterator_next(Value self)
{
    MapIterator *it = (MapIterator *)self;
    Map *m = as_map(load_acquire(&it->map));
    if (!m)
        return 0;
    WITH_LOCK (m) {
        TRY(check_open_locked(m));
        if (it->index < m->size)
            return bytes_from_char((unsigned char)load_relaxed(&m->data[it->index++]));
    }
    store_release(&it->map, (Value)0); /* NO_BARRIER: 0 */
    return 0;
}

static Type map_iterator_type = {
    TYPE_HEAD("mmap.iterator", MapIterator),
    .iter = iterator_self,
    .next = map_iterator_next,
    .trace = map_iterator_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- the type and the module --------------------------------------------------------------- */

METHOD(mmap_enter, "__enter__", "/", 0)
{
    WITH_LOCK (args[0])
        TRY(check_open_locked(as_map(args[0])));
    return args[0];
}

METHOD(mmap_exit, "__exit__", "*args", 0)
{
    return mmap_close(args);
}

static Value get_closed(Value self)
{
    WITH_LOCK (self)
        return as_map(self)->data ? False : True;
    UNREACHABLE();
}

static Value map_repr(Value self)
{
    static const char *const accesses[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE",
                                           "ACCESS_COPY"};
    Map *m = as_map(self);
    intptr_t size = 0, position = 0;
    WITH_LOCK (m) {
        if (!m->data)
            return str_format("<%T closed=True>", self);
        size = m->size;
        position = m->position;
    }
    return str_format("<%T closed=False, access=%s, length=%zd, pos=%zd, offset=%zd>", self,
                      accesses[m->access], size, position, (intptr_t)m->offset);
}

static MethodDef *const mmap_methods[] = {M(mmap_close),
                                          M(mmap_find),
                                          M(mmap_rfind),
                                          M(mmap_flush),
                                          M(mmap_madvise),
                                          M(mmap_move),
                                          M(mmap_read),
                                          M(mmap_readline),
                                          M(mmap_read_byte),
                                          M(mmap_resize),
                                          M(mmap_seek),
                                          M(mmap_seekable),
                                          M(mmap_size),
                                          M(mmap_tell),
                                          M(mmap_write),
                                          M(mmap_enter),
                                          M(mmap_exit),
                                          M(mmap_write_byte),
                                          0};
static const GetSetDef mmap_getset[] = {{"closed", get_closed, 0, 0}, {0}};

static Type mmap_type = {
    TYPE_HEAD("mmap.mmap", Map),
    .repr = map_repr,
    .iter = map_iter,
    .length = map_length,
    .getitem = map_getitem,
    .setitem = map_setitem,
    .get_buffer = map_get_buffer,
    .release_buffer = map_release_buffer,
    .release = map_release,
    .new_def = M(mmap_new),
    .methods = mmap_methods,
    .getset = mmap_getset,
    .flags = TYPE_BASE,
    .has_weakrefs = true,
    .doc = "Maps a file, or with -1 as the fileno anonymous memory, as a mutable array of bytes.",
};

static const struct {
    const char *name;
    intptr_t value;
} constants[] = {
#define CONSTANT(name) {#name, name},
    CONSTANT(ACCESS_DEFAULT) CONSTANT(ACCESS_READ) CONSTANT(ACCESS_WRITE) CONSTANT(ACCESS_COPY)
        CONSTANT(PROT_READ) CONSTANT(PROT_WRITE) CONSTANT(PROT_EXEC) CONSTANT(MAP_SHARED)
            CONSTANT(MAP_PRIVATE) CONSTANT(MAP_ANON) CONSTANT(MAP_ANONYMOUS) CONSTANT(MAP_DENYWRITE)
                CONSTANT(MAP_EXECUTABLE) CONSTANT(MAP_NORESERVE) CONSTANT(MAP_POPULATE)
                    CONSTANT(MAP_STACK) CONSTANT(MAP_32BIT) CONSTANT(MADV_NORMAL)
                        CONSTANT(MADV_RANDOM) CONSTANT(MADV_SEQUENTIAL) CONSTANT(MADV_WILLNEED)
                            CONSTANT(MADV_DONTNEED) CONSTANT(MADV_REMOVE) CONSTANT(MADV_DONTFORK)
                                CONSTANT(MADV_DOFORK) CONSTANT(MADV_HWPOISON)
                                    CONSTANT(MADV_MERGEABLE) CONSTANT(MADV_UNMERGEABLE)
                                        CONSTANT(MADV_HUGEPAGE) CONSTANT(MADV_NOHUGEPAGE)
                                            CONSTANT(MADV_DONTDUMP) CONSTANT(MADV_DODUMP)
                                                CONSTANT(MADV_FREE)
#undef CONSTANT
};

static bool execute(Value module)
{
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    if (!(type_flags(&map_iterator_type) & TYPE_READY))
        type_ready(&map_iterator_type, 0);
    intptr_t page = sysconf(_SC_PAGESIZE);
    return module_add_int(module, "PAGESIZE", page) &&
           module_add_int(module, "ALLOCATIONGRANULARITY", page) &&
           module_add(module, "error", (Value)OSError) && module_add_new_type(module, &mmap_type);
}

static MethodDef *const functions[] = {0};

const ModuleDef module_mmap = {"mmap", 0, functions, execute};
