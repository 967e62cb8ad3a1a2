/* stat and its kin, directories. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "modules/posix/posix_internal.h"
#include "types/generic_alias.h"

static const StructField stat_fields[] = {
    {"st_mode", "protection bits"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "number of hard links"},
    {"st_uid", "user ID of owner"},
    {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"},
    {STRUCT_UNNAMED, "integer time of last access"},
    {STRUCT_UNNAMED, "integer time of last modification"},
    {STRUCT_UNNAMED, "integer time of last change"},
    {"st_atime", "time of last access"},
    {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"},
    {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"},
    {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"},
    {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"},
    {0},
};
static const StructDef stat_def = {stat_fields, 10, false};
static Type stat_result_type =
    STRUCT_TYPE("os.stat_result", &stat_def, "stat_result: Result from stat, fstat, or lstat.");

static const StructField statvfs_fields[] = {
    {"f_bsize", 0},  {"f_frsize", 0},  {"f_blocks", 0}, {"f_bfree", 0},
    {"f_bavail", 0}, {"f_files", 0},   {"f_ffree", 0},  {"f_favail", 0},
    {"f_flag", 0},   {"f_namemax", 0}, {"f_fsid", 0},   {0},
};
static const StructDef statvfs_def = {statvfs_fields, 10, false};
static Type statvfs_result_type = STRUCT_TYPE("os.statvfs_result", &statvfs_def,
                                              "statvfs_result: Result from statvfs or fstatvfs.");

static bool fill_time(Value result, int index, const struct timespec *t)
{
    Value ns = number_binary(OP_ADD,
                             number_binary(OP_MULTIPLY, int_from(t->tv_sec), int_small(1000000000)),
                             int_small(t->tv_nsec));
    Value seconds = float_from((double)t->tv_sec + 1e-9 * (double)t->tv_nsec);
    if (!ns || !seconds)
        return false;
    struct_init(result, 7 + index, int_from(t->tv_sec));
    struct_init(result, 10 + index, seconds);
    struct_init(result, 13 + index, ns);
    return true;
}

Value stat_result_from(const struct stat *status)
{
    Value r = TRY(struct_new(&stat_result_type));
    struct_init(r, 0, int_small(status->st_mode));
    struct_init(r, 1, TRY(int_from_u64(status->st_ino)));
    struct_init(r, 2, TRY(int_from_u64(status->st_dev)));
    struct_init(r, 3, TRY(int_from_u64(status->st_nlink)));
    struct_init(r, 4, int_small(status->st_uid));
    struct_init(r, 5, int_small(status->st_gid));
    struct_init(r, 6, TRY(int_from(status->st_size)));
    TRY(fill_time(r, 0, &status->st_atim));
    TRY(fill_time(r, 1, &status->st_mtim));
    TRY(fill_time(r, 2, &status->st_ctim));
    struct_init(r, 16, int_small(status->st_blksize));
    struct_init(r, 17, int_small(status->st_blocks));
    struct_init(r, 18, TRY(int_from_u64(status->st_rdev)));
    return r;
}

static Value do_stat(Value name, Value dir_fd, bool follow, const char *function, int allow)
{
    Path path;
    int at, outcome = -1;
    struct stat status;
    TRY(path_from(name, &path, function, "path", allow));
    TRY(dir_fd_from(dir_fd, &at));
    TRY(path_check_alone(&path, at, follow, function));
    BLOCKING
    {
        outcome = path.is_fd ? fstat(path.fd, &status)
                             : fstatat(at, path.text, &status, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    }
    return outcome ? raise_path_error(&path) : stat_result_from(&status);
}

FUNCTION(posix_stat, "stat", "path, *, dir_fd=None, follow_symlinks=True",
         "Perform a stat system call on the given path.")
{
    int follow = object_truth(args[2]);
    return follow < 0 ? 0 : do_stat(args[0], args[1], follow, "stat", PATH_FD);
}

FUNCTION(posix_lstat, "lstat", "path, *, dir_fd=None",
         "Perform a stat system call on the given path, without following symbolic links.")
{
    return do_stat(args[0], args[1], false, "lstat", 0);
}

FUNCTION(posix_fstat, "fstat", "fd", "Perform a stat system call on the given file descriptor.")
{
    int fd, outcome = -1;
    struct stat status;
    TRY(fd_from(args[0], &fd));
    RETRY(outcome, fstat(fd, &status));
    return outcome ? raise_errno() : stat_result_from(&status);
}

static Value do_statvfs(const Path *path)
{
    struct statvfs s;
    int outcome = -1;
    RETRY(outcome, path->is_fd ? fstatvfs(path->fd, &s) : statvfs(path->text, &s));
    if (outcome)
        return raise_path_error(path);
    const uint64_t numbers[11] = {s.f_bsize,  s.f_frsize,  s.f_blocks, s.f_bfree,
                                  s.f_bavail, s.f_files,   s.f_ffree,  s.f_favail,
                                  s.f_flag,   s.f_namemax, s.f_fsid};
    Value r = TRY(struct_new(&statvfs_result_type));
    for (int i = 0; i < 11; i++)
        struct_init(r, i, TRY(int_from_u64(numbers[i])));
    return r;
}

FUNCTION(posix_statvfs, "statvfs", "path", "Perform a statvfs system call on the given path.")
{
    Path path;
    TRY(path_from(args[0], &path, "statvfs", "path", PATH_FD));
    return do_statvfs(&path);
}

FUNCTION(posix_fstatvfs, "fstatvfs", "fd, /", "Perform an fstatvfs system call on the given fd.")
{
    Path path = {.is_fd = true};
    TRY(fd_from(args[0], &path.fd));
    return do_statvfs(&path);
}

FUNCTION(posix_access, "access",
         "path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True",
         "Use the real uid/gid to test for access to a path.")
{
    Path path;
    int mode, at, outcome = -1, effective = object_truth(args[3]), follow = object_truth(args[4]);
    TRY(path_from(args[0], &path, "access", "path", 0));
    TRY(index_as_int(args[1], &mode));
    TRY(dir_fd_from(args[2], &at));
    if (effective < 0 || follow < 0)
        return 0;
    BLOCKING
    {
        outcome = faccessat(at, path.text, mode,
                            (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW));
    }
    return bool_value(!outcome);
}

/* ---- directories */

static DIR *open_directory(const Path *path)
{
    DIR *directory = 0;
    BLOCKING
    {
        int fd = path->is_fd ? fcntl(path->fd, F_DUPFD_CLOEXEC, 0) : -1;
        directory = path->is_fd ? fd < 0 ? 0 : fdopendir(fd) : opendir(path->text);
        if (directory && path->is_fd)
            rewinddir(directory);
        if (!directory && fd >= 0)
            close(fd);
    }
    return directory;
}

static bool is_dot(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* The next entry but . and ..; 0 at the end (errno 0) or on failure. */
static struct dirent *next_entry(DIR *directory)
{
    struct dirent *entry = 0;
    BLOCKING
    {
        do {
            errno = 0;
            entry = readdir(directory);
        } while (entry && is_dot(entry->d_name));
    }
    return entry;
}

FUNCTION(posix_listdir, "listdir", "path=None",
         "Return a list containing the names of the files in the directory.")
{
    Path path;
    TRY(path_from(args[0], &path, "listdir", "path", PATH_FD | PATH_NONE));
    TRY(AUDIT("os.listdir", path_shown(&path, args[0])));
    DIR *directory = open_directory(&path);
    if (!directory)
        return raise_path_error(&path);
    Value list = list_new(0);
    struct dirent *entry = 0;
    while (list && (entry = next_entry(directory))) {
        Value name = path_result(&path, entry->d_name, strlen(entry->d_name));
        if (!name || !list_append(list, name))
            list = 0;
    }
    int failed = errno;
    closedir(directory);
    if (list && !entry && failed) {
        errno = failed;
        return raise_path_error(&path);
    }
    return list;
}

/* ---- scandir: the directory's names are read at once; stats are made when asked for */

typedef struct DirEntry {
    Object ob;
    Value name, path;  /* immutable after init */
    Value stat, lstat; /* atomic: 0 until asked */
    int dir_fd;        /* immutable after init; -1: path is enough */
    unsigned char type;
    uint64_t inode;
} DirEntry;

typedef struct ScandirIterator {
    Object ob;
    Value entries; /* list; 0 once closed. atomic */
    intptr_t next; /* guarded by lock */
} ScandirIterator;

static Type dir_entry_type, scandir_type;

static void dir_entry_trace(Object *o, Tracer *tracer)
{
    DirEntry *e = (DirEntry *)o;
    gc_visit(tracer, e->name);
    gc_visit(tracer, e->path);
    gc_visit(tracer, e->stat);
    gc_visit(tracer, e->lstat);
}

static Value entry_stat(DirEntry *e, bool follow)
{
    Value *slot = follow ? &e->stat : &e->lstat;
    Value known = load_acquire(slot);
    if (known)
        return known;
    Value name = e->dir_fd >= 0 ? e->name : e->path;
    known = TRY(do_stat(name, e->dir_fd >= 0 ? int_small(e->dir_fd) : None, follow, "DirEntry", 0));
    gc_store(e, slot, known);
    return known;
}

/* Whether the entry is of this kind (S_IFDIR, S_IFREG); a missing target is none. */
static Value entry_is(DirEntry *e, bool follow, mode_t kind)
{
    unsigned char type = kind == S_IFDIR ? DT_DIR : DT_REG;
    if (e->type != DT_UNKNOWN && !(follow && e->type == DT_LNK))
        return bool_value(e->type == type);
    Value status = entry_stat(e, follow);
    if (!status)
        return error_clear_if(FileNotFoundError) ? False : 0;
    return bool_value(((mode_t)int_value(struct_get(status, 0)) & S_IFMT) == kind);
}

METHOD(entry_is_dir, "is_dir", "*, follow_symlinks=True",
       "Return True if the entry is a directory; cached per entry.")
{
    int follow = object_truth(args[1]);
    return follow < 0 ? 0 : entry_is((DirEntry *)args[0], follow, S_IFDIR);
}

METHOD(entry_is_file, "is_file", "*, follow_symlinks=True",
       "Return True if the entry is a file; cached per entry.")
{
    int follow = object_truth(args[1]);
    return follow < 0 ? 0 : entry_is((DirEntry *)args[0], follow, S_IFREG);
}

METHOD(entry_is_symlink, "is_symlink", "",
       "Return True if the entry is a symbolic link; cached per entry.")
{
    DirEntry *e = (DirEntry *)args[0];
    if (e->type != DT_UNKNOWN)
        return bool_value(e->type == DT_LNK);
    Value status = entry_stat(e, false);
    if (!status)
        return error_clear_if(FileNotFoundError) ? False : 0;
    return bool_value(S_ISLNK((mode_t)int_value(struct_get(status, 0))));
}

METHOD(entry_is_junction, "is_junction", "",
       "Return True if the entry is a junction; cached per entry.")
{
    return False;
}

METHOD(entry_stat_method, "stat", "*, follow_symlinks=True",
       "Return stat_result object for the entry; cached per entry.")
{
    int follow = object_truth(args[1]);
    return follow < 0 ? 0 : entry_stat((DirEntry *)args[0], follow);
}

METHOD(entry_inode, "inode", "", "Return inode of the entry; cached per entry.")
{
    return int_from_u64(((DirEntry *)args[0])->inode);
}

METHOD(entry_fspath, "__fspath__", "", "Returns the path for the entry.")
{
    return ((DirEntry *)args[0])->path;
}

CLASS_METHOD(entry_class_getitem, "__class_getitem__", "item, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static Value entry_repr(Value self)
{
    return str_format("<DirEntry %R>", ((DirEntry *)self)->name);
}

static MethodDef *const entry_methods[] = {
    M(entry_is_dir),      M(entry_is_file),       M(entry_is_symlink),
    M(entry_is_junction), M(entry_stat_method),   M(entry_inode),
    M(entry_fspath),      M(entry_class_getitem), 0};
static const MemberDef entry_members[] = {
    {"name", MEMBER_VALUE, offsetof(DirEntry, name), true,
     "the entry's base filename, relative to scandir() \"path\" argument"},
    {"path", MEMBER_VALUE, offsetof(DirEntry, path), true,
     "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"},
    {0},
};

static Type dir_entry_type = {
    TYPE_HEAD("posix.DirEntry", DirEntry),
    .repr = entry_repr,
    .methods = entry_methods,
    .members = entry_members,
    .trace = dir_entry_trace,
    .flags = TYPE_NO_NEW,
};

static void scandir_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((ScandirIterator *)o)->entries);
}

static Value scandir_self(Value self)
{
    return self;
}

static Value scandir_next(Value self)
{
    ScandirIterator *it = (ScandirIterator *)self;
    WITH_LOCK (self) {
        Value entries = load_acquire(&it->entries);
        return entries ? list_get(entries, it->next++) : 0;
    }
    UNREACHABLE();
}

METHOD(scandir_close, "close", "", "")
{
    gc_store(args[0], &((ScandirIterator *)args[0])->entries, (Value)0);
    return None;
}

METHOD(scandir_enter, "__enter__", "", "")
{
    return args[0];
}

METHOD(scandir_exit, "__exit__", "*args", "")
{
    gc_store(args[0], &((ScandirIterator *)args[0])->entries, (Value)0);
    return None;
}

static MethodDef *const scandir_methods[] = {M(scandir_close), M(scandir_enter), M(scandir_exit),
                                             0};

static Type scandir_type = {
    TYPE_HEAD("posix.ScandirIterator", ScandirIterator),
    .iter = scandir_self,
    .next = scandir_next,
    .methods = scandir_methods,
    .trace = scandir_trace,
    .flags = TYPE_NO_NEW,
};

static Value join_name(const Path *path, const char *name)
{
    if (!path->object)
        return path_result(path, name, strlen(name));
    size_t size = strlen(path->text);
    Value raw = TRY(bytes_new((intptr_t)(size + strlen(name) + 1)));
    char *to = ((Bytes *)raw)->data;
    memcpy(to, path->text, size);
    if (size && path->text[size - 1] != '/')
        to[size++] = '/';
    memcpy(to + size, name, strlen(name));
    return path_result(path, to, size + strlen(name));
}

static Value entry_from(const Path *path, const struct dirent *d)
{
    DirEntry *e = TRY(NEW(DirEntry, &dir_entry_type));
    gc_store(e, &e->name, TRY(path_result(path, d->d_name, strlen(d->d_name))));
    gc_store(e, &e->path, path->is_fd ? e->name : TRY(join_name(path, d->d_name)));
    e->dir_fd = path->fd;
    e->type = d->d_type;
    e->inode = d->d_ino;
    return (Value)e;
}

static Value read_entries(const Path *path, DIR *directory)
{
    Value list = TRY(list_new(0));
    struct dirent *d;
    while ((d = next_entry(directory)))
        TRY(list_append(list, TRY(entry_from(path, d))));
    return errno ? raise_path_error(path) : list;
}

FUNCTION(posix_scandir, "scandir", "path=None",
         "Return an iterator of DirEntry objects for given path.")
{
    Path path;
    TRY(path_from(args[0], &path, "scandir", "path", PATH_FD | PATH_NONE));
    TRY(AUDIT("os.scandir", path_shown(&path, args[0])));
    if (!path.object && !path.is_fd)
        path.object = TRY(str_from_cstring("."));
    DIR *directory = open_directory(&path);
    if (!directory)
        return raise_path_error(&path);
    Value entries = read_entries(&path, directory);
    closedir(directory);
    if (!entries)
        return 0;
    ScandirIterator *it = TRY(NEW(ScandirIterator, &scandir_type));
    gc_store(it, &it->entries, entries);
    return (Value)it;
}

MethodDef *const posix_stat_functions[] = {M(posix_stat),    M(posix_lstat),    M(posix_fstat),
                                           M(posix_statvfs), M(posix_fstatvfs), M(posix_access),
                                           M(posix_listdir), M(posix_scandir),  0};

bool posix_add_stat_types(Value module)
{
    struct_type_ready(&stat_result_type);
    struct_type_ready(&statvfs_result_type);
    type_ready(&dir_entry_type, 0);
    type_ready(&scandir_type, 0);
    return module_add_type(module, &stat_result_type) &&
           module_add_type(module, &statvfs_result_type) &&
           module_add_type(module, &dir_entry_type);
}
