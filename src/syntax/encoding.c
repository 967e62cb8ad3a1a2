#include "syntax/parse.h"

#include <string.h>

/* Source encodings, as PEP 263 has them: a comment in the first or second line that contains
 * `coding` followed by : or =. The second counts only if the first has no code. */

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/* Finds `coding[:=]\s*name` in the comment of a line. `*code`: the line has code. */
static bool find_cookie(const char *line, const char *end, const char **name, size_t *name_length,
                        bool *code)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\f'))
        line++;
    *code = line < end && *line != '#' && *line != '\n' && *line != '\r';
    if (line == end || *line != '#')
        return false;
    for (; line + 7 <= end; line++) {
        if (memcmp(line, "coding", 6) != 0 || (line[6] != ':' && line[6] != '='))
            continue;
        const char *start = line + 7;
        while (start < end && (*start == ' ' || *start == '\t'))
            start++;
        const char *stop = start;
        while (stop < end && is_name_character(*stop))
            stop++;
        if (stop > start) {
            *name = start;
            *name_length = (size_t)(stop - start);
            return true;
        }
    }
    return false;
}

size_t syntax_find_encoding(const char *bytes, size_t length, const char **name,
                            size_t *name_length)
{
    const char *end = bytes + length;
    size_t mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const char *line = bytes + mark;
    *name = NULL;
    *name_length = 0;
    for (int i = 0; i < 2 && line < end; i++) {
        const char *stop = line;
        bool code;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        if (find_cookie(line, stop, name, name_length, &code) || code)
            break;
        line = stop + 1 < end && stop[0] == '\r' && stop[1] == '\n' ? stop + 2 : stop + 1;
    }
    return mark;
}
