/* A file EXECUTABLE._pth says all of sys.path, and that nothing else does: the program is as
 * isolated as by -I, and `site` is imported only if a line asks for it. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vm/config.h"
#include "vm/paths.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The line without its comment and the blanks around it, in place. */
static char *line_content(char *line)
{
    char *end = line + strcspn(line, "#");
    while (line < end && is_blank(*line))
        line++;
    while (end > line && is_blank(end[-1]))
        end--;
    *end = 0;
    return line;
}

static bool add_path(const char *directory, const char *line)
{
    size_t size = strlen(directory) + strlen(line) + 2;
    char *path = malloc(size);
    char **paths = realloc(config.paths, ((size_t)config.path_count + 1) * sizeof *config.paths);
    if (paths)
        config.paths = paths;
    if (!path || !paths) {
        free(path);
        return false;
    }
    if (*line == '/')
        snprintf(path, size, "%s", line);
    else
        snprintf(path, size, "%s/%s", directory, line);
    path_normalize(path);
    paths[config.path_count++] = path;
    return true;
}

static bool read_lines(FILE *file, const char *directory)
{
    char *line = 0;
    size_t capacity = 0;
    bool good = true;
    while (good && getline(&line, &capacity, file) >= 0) {
        const char *content = line_content(line);
        if (strcmp(content, "import site") == 0)
            config.no_site = 0;
        else if (strncmp(content, "import ", 7) == 0)
            fputs("unsupported 'import' line in ._pth file\n", stderr);
        else if (*content)
            good = add_path(directory, content);
    }
    free(line);
    return good;
}

bool pth_file_read(const char *executable)
{
    char name[PATH_MAX + 8], *directory;
    snprintf(name, sizeof name, "%s._pth", executable);
    FILE *file = fopen(name, "re");
    if (!file)
        return true;
    config.isolated = config.ignore_environment = config.safe_path = config.no_site = 1;
    config.has_paths = 1;
    directory = strdup(executable);
    if (directory) {
        *strrchr(directory, '/') = 0;
        config.prefix = directory;
    }
    bool good = directory && read_lines(file, directory);
    fclose(file);
    if (!good)
        fputs("weft: no memory for the ._pth file\n", stderr);
    return good;
}
