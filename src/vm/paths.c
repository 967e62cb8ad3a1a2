/* Where the executable and its standard library are. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "vm/config.h"
#include "vm/paths.h"
#include "vm/startup.h"

static bool holds_library(const char *directory)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/os.py", directory);
    return n > 0 && n < (int)sizeof path && access(path, R_OK) == 0;
}

/* Where a standard library may be, from the directory of the executable. */
static const char *const places[] = {
    "../lib/weft/lib/python3.13", /* installed */
    "stdlib/lib/python3.13",      /* build/weft */
    "../stdlib/lib/python3.13",   /* build/release/weft */
};

static const char *absolute(const char *path)
{
    char *resolved = realpath(path, 0);
    return resolved ? resolved : path;
}

/* Installed beside the standard library, or in the source tree above the build. */
static const char *find_own_library(const char *self, int length)
{
    static const char *const own_places[] = {"../lib/weft/own", "../../lib", "../lib"};
    char directory[PATH_MAX + 64];
    for (size_t i = 0; i < sizeof own_places / sizeof own_places[0]; i++) {
        int n = snprintf(directory, sizeof directory, "%.*s/%s/_typing.py", length, self,
                         own_places[i]);
        if (n > 0 && n < (int)sizeof directory && access(directory, R_OK) == 0) {
            *strrchr(directory, '/') = 0;
            return realpath(directory, 0);
        }
    }
    return 0;
}

/* The file that a command's name without a slash means: the first one of PATH that can be run. */
static bool search_path(const char *program, char *found)
{
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t n = strcspn(path, ":");
        int length = snprintf(found, PATH_MAX, "%.*s/%s", (int)n, n ? path : ".", program);
        struct stat status;
        if (length < PATH_MAX && access(found, X_OK) == 0 && stat(found, &status) == 0 &&
            S_ISREG(status.st_mode))
            return true;
        path += n + (path[n] == ':');
    }
    return false;
}

void path_normalize(char *path)
{
    char *out = path;
    for (const char *part = path; *part;) {
        part += strspn(part, "/");
        size_t n = strcspn(part, "/");
        if (n == 2 && memcmp(part, "..", 2) == 0) {
            while (out > path && *--out != '/') {
            }
        } else if (n && !(n == 1 && *part == '.')) {
            *out++ = '/';
            memmove(out, part, n);
            out += n;
        }
        part += n;
    }
    if (out == path)
        *out++ = '/';
    *out = 0;
}

/* The program as it was called, absolute: a link of a virtual environment stays that link. The
   file itself where the call does not say (a program whose argv[0] is something else). */
static void find_executable(const char *program, const char *self, char *executable)
{
    char found[PATH_MAX], directory[PATH_MAX];
    if (!strchr(program, '/')) {
        if (!*program || !search_path(program, found))
            snprintf(found, sizeof found, "%s", self);
    } else {
        snprintf(found, sizeof found, "%s", program);
    }
    int n = PATH_MAX;
    if (*found == '/')
        n = snprintf(executable, PATH_MAX, "%s", found);
    else if (getcwd(directory, sizeof directory))
        n = snprintf(executable, PATH_MAX, "%s/%s", directory, found);
    if (n >= PATH_MAX || access(executable, X_OK) != 0)
        snprintf(executable, PATH_MAX, "%s", self);
    path_normalize(executable);
}

/* Reads `home = directory` of a virtual environment's pyvenv.cfg, which lies beside the executable
   or one directory above: where the executable that made it is. */
static bool find_home(const char *executable, char *home)
{
    static const char *const levels[] = {"", "../"};
    const char *slash = strrchr(executable, '/');
    for (int i = 0; slash && i < 2; i++) {
        char path[PATH_MAX + 16], line[PATH_MAX + 16];
        snprintf(path, sizeof path, "%.*s/%spyvenv.cfg", (int)(slash - executable), executable,
                 levels[i]);
        FILE *file = fopen(path, "re");
        bool found = false;
        while (file && !found && fgets(line, sizeof line, file)) {
            char *value = line + strspn(line, " \t");
            bool is_home = strncmp(value, "home", 4) == 0;
            value += is_home ? 4 + strspn(value + 4, " \t") : 0;
            if (!is_home || *value != '=')
                continue;
            value += 1 + strspn(value + 1, " \t");
            value[strcspn(value, "\r\n")] = 0;
            found = snprintf(home, PATH_MAX, "%s", value) < PATH_MAX;
        }
        if (file)
            fclose(file);
        if (found)
            return true;
    }
    return false;
}

/* The prefix of `prefix/lib/python3.13`, where every place in the list above has the library. */
static const char *above_library(const char *stdlib)
{
    static const char below[] = "/lib/python3.13";
    size_t n = strlen(stdlib), tail = sizeof below - 1;
    if (n < tail || memcmp(stdlib + n - tail, below, tail) != 0) /* a link to elsewhere */
        return stdlib;
    char *prefix = strndup(stdlib, n - tail);
    return prefix ? prefix : "";
}

/* The standard library and our own, beside a directory where the executable may be. */
static void find_libraries(const char *from, int length)
{
    char directory[PATH_MAX + 64];
    for (size_t i = 0; !config.stdlib && i < sizeof places / sizeof places[0]; i++) {
        snprintf(directory, sizeof directory, "%.*s/%s", length, from, places[i]);
        if (holds_library(directory))
            config.stdlib = absolute(directory);
    }
    if (!config.own_library)
        config.own_library = find_own_library(from, length);
}

bool paths_find(const char *program)
{
    static char self[PATH_MAX], executable[PATH_MAX], base[2 * PATH_MAX];
    char directory[PATH_MAX + 64], home[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        snprintf(self, sizeof self, "%s", program);
    else
        self[n] = 0;
    find_executable(program, self, executable);
    config.executable = config.base_executable = executable;
    if (!pth_file_read(executable) ||
        (!config.has_paths && strcmp(self, executable) != 0 && !pth_file_read(self)))
        return false;
    const char *python_home = config_environment("PYTHONHOME");
    if (python_home) {
        snprintf(directory, sizeof directory, "%s/lib/python3.13", python_home);
        if (holds_library(directory))
            config.stdlib = absolute(directory);
    }
    const char *slash = strrchr(self, '/');
    find_libraries(self, slash ? (int)(slash - self) : 0);
    /* An environment with links has the executable found by them, one with copies by its home. */
    if (find_home(executable, home)) {
        find_libraries(home, (int)strlen(home));
        snprintf(base, sizeof base, "%s/%s", home, slash ? slash + 1 : self);
        if (access(base, X_OK) != 0)
            snprintf(base, sizeof base, "%s/weft", home);
        config.base_executable = base;
    }
    if (!config.stdlib) {
        fprintf(stderr,
                "weft: the standard library was not found beside %s; PYTHONHOME may name "
                "a directory with lib/python3.13 in it\n",
                self);
        return false;
    }
    if (config.prefix) /* that of a ._pth file */
        return true;
    config.prefix = above_library(config.stdlib);
    return true;
}
