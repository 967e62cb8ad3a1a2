/* The modules that the import system itself is made of. Their source is the standard library's; the
 * code compiled from it is kept in __pycache__ beside it, as that of other modules is, but under a
 * name of its own, since it calls its file '<frozen NAME>'. The cache is only ever an optimisation:
 * what is wrong with it, or with writing it, leads to compiling.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "compile/compile.h"
#include "core/error.h"
#include "modules/frozen.h"
#include "modules/imp.h"
#include "modules/marshal.h"
#include "modules/sys/version.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/config.h"

#define PATH_BYTES 4096

const FrozenModule frozen_modules[FROZEN_COUNT] = {
    {"_frozen_importlib", "importlib", "_bootstrap", "importlib._bootstrap"},
    {"_frozen_importlib_external", "importlib", "_bootstrap_external",
     "importlib._bootstrap_external"},
    {"zipimport", ".", "zipimport", "zipimport"},
};

/* What a cache file begins with: which source it was made from. */
typedef struct Stamp {
    int64_t modified; /* nanoseconds */
    int64_t size;     /* bytes */
} Stamp;

/* All bytes of a file and its stamp; OSError. */
static Value read_file(const char *path, Stamp *stamp)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        raise_errno_path(str_from_fs(path, strlen(path)));
        if (fd >= 0)
            close(fd);
        return 0;
    }
    stamp->modified = status.st_mtim.tv_sec * INT64_C(1000000000) + status.st_mtim.tv_nsec;
    stamp->size = status.st_size;
    Value bytes = bytes_new(status.st_size);
    ssize_t n = bytes ? pread(fd, ((Bytes *)bytes)->data, (size_t)status.st_size, 0) : 0;
    close(fd);
    if (bytes && n != status.st_size)
        return raise(OSError, "cannot read %s", path);
    return bytes;
}

/* Where the module's code is kept, with `suffix` behind. False: nowhere. */
static bool cache_path(const FrozenModule *module, const char *suffix, char path[PATH_BYTES])
{
    char level[24] = "";
    if (config.optimize)
        snprintf(level, sizeof level, ".opt-%d", config.optimize);
    int n = snprintf(path, PATH_BYTES, "%s/%s/__pycache__/%s.frozen.%s%s.pyc%s", config.stdlib,
                     module->directory, module->stem, CACHE_TAG, level, suffix);
    return n > 0 && n < PATH_BYTES && !config.pycache_prefix;
}

/* The code in the cache, if it was made from a source with this stamp; 0, without an exception, if
 * not. */
static Value load_cached(const FrozenModule *module, const Stamp *source)
{
    char path[PATH_BYTES];
    Stamp stamp, unused;
    if (!cache_path(module, "", path) || access(path, R_OK) != 0)
        return 0;
    Value bytes = read_file(path, &unused), code = 0;
    if (bytes) {
        const char *data = ((Bytes *)bytes)->data;
        size_t size = (size_t)((Bytes *)bytes)->length;
        if (size < sizeof stamp)
            return 0;
        memcpy(&stamp, data, sizeof stamp);
        if (stamp.modified != source->modified || stamp.size != source->size)
            return 0;
        code = marshal_loads(data + sizeof stamp, size - sizeof stamp, true, 0);
    }
    if (!code || !has_shape(code, SHAPE_CODE)) {
        error_clear();
        return 0;
    }
    return code;
}

static bool write_whole(int fd, const void *data, size_t size)
{
    return write(fd, data, size) == (ssize_t)size;
}

/* Written beside its place, then moved there whole. */
static void store_cached(const FrozenModule *module, const Stamp *stamp, Value code)
{
    char path[PATH_BYTES], written[PATH_BYTES], suffix[24];
    snprintf(suffix, sizeof suffix, ".%ld", (long)getpid());
    if (config.dont_write_bytecode || !cache_path(module, "", path) ||
        !cache_path(module, suffix, written))
        return;
    Value data = marshal_dumps(code, MARSHAL_VERSION, true);
    if (!data) {
        error_clear();
        return;
    }
    char *slash = strrchr(path, '/');
    *slash = 0;
    mkdir(path, 0777); /* mostly there already */
    *slash = '/';
    int fd = open(written, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    Bytes *bytes = (Bytes *)data;
    bool whole = write_whole(fd, stamp, sizeof *stamp) &&
                 write_whole(fd, bytes->data, (size_t)bytes->length);
    if (close(fd) != 0 || !whole || rename(written, path) != 0)
        unlink(written);
}

static Value code_of(const FrozenModule *module)
{
    char path[PATH_BYTES];
    Stamp stamp;
    snprintf(path, sizeof path, "%s/%s/%s.py", config.stdlib, module->directory, module->stem);
    Value source = read_file(path, &stamp);
    if (!source)
        return 0;
    Value code = load_cached(module, &stamp);
    if (code)
        return code;
    Value filename = str_format("<frozen %s>", module->original);
    if (!filename)
        return 0;
    Bytes *bytes = (Bytes *)source;
    code =
        compile_source(bytes->data, (size_t)bytes->length, filename, MODE_EXEC, 0, config.optimize);
    if (code)
        store_cached(module, &stamp, code);
    return code;
}

Value frozen_code(const char *name)
{
    for (size_t i = 0; i < FROZEN_COUNT; i++)
        if (strcmp(frozen_modules[i].name, name) == 0)
            return code_of(&frozen_modules[i]);
    return raise_import_error(ImportError, str_from_cstring(name), 0,
                              "No such frozen object named %s", name);
}
