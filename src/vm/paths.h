/* Where files are, for the start: paths.c and pth_file.c. */
#ifndef WEFT_VM_PATHS_H
#define WEFT_VM_PATHS_H

#include <stdbool.h>
#include "base/common.h"

/* An absolute path without "." and ".." in it, in place. Symbolic links stay as they are. */
void path_normalize(char *path);
/* What EXECUTABLE._pth says, if there is one, becomes config.paths; false if there is no memory.
 * `executable`: absolute. */
bool pth_file_read(const char *executable) MUST_USE;

#endif
