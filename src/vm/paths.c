/* Where the executable and its standard library are. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "vm/config.h"
#include "vm/startup.h"

static bool holds_library(const char *directory)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/os.py", directory);
    return n > 0 && n < (int)sizeof path && access(path, R_OK) == 0;
}

/* Where a standard library may be, from the directory of the executable. */
static const char *const places[] = {
    "../lib/weft/python3.13", /* installed */
    "stdlib/python3.13",      /* build/weft */
    "../stdlib/python3.13",   /* build/release/weft */
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

bool paths_find(const char *program)
{
    static char self[PATH_MAX], directory[PATH_MAX + 64];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        snprintf(self, sizeof self, "%s", program);
    else
        self[n] = 0;
    config.executable = self;
    const char *home = config_environment("PYTHONHOME");
    if (home) {
        snprintf(directory, sizeof directory, "%s/lib/python3.13", home);
        if (holds_library(directory))
            config.stdlib = absolute(directory);
    }
    const char *slash = strrchr(self, '/');
    int length = slash ? (int)(slash - self) : 0;
    for (size_t i = 0; !config.stdlib && i < sizeof places / sizeof places[0]; i++) {
        snprintf(directory, sizeof directory, "%.*s/%s", length, self, places[i]);
        if (holds_library(directory))
            config.stdlib = absolute(directory);
    }
    if (!config.stdlib) {
        fprintf(stderr,
                "weft: the standard library was not found beside %s; PYTHONHOME may name "
                "a directory with lib/python3.13 in it\n",
                self);
        return false;
    }
    config.own_library = find_own_library(self, length);
    char *prefix = strdup(config.stdlib);
    char *end = prefix ? strrchr(prefix, '/') : 0;
    if (end)
        *end = 0;
    config.prefix = prefix ? prefix : "";
    return true;
}
