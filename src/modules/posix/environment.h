/* The process's environment, changed while C code of any thread reads it. */
#ifndef WEFT_MODULES_POSIX_ENVIRONMENT_H
#define WEFT_MODULES_POSIX_ENVIRONMENT_H

#include <stdlib.h>
#include "base/common.h"

/* setenv() and unsetenv(); false with errno. */
bool environment_set(const char *name, const char *value) MUST_USE;
bool environment_unset(const char *name) MUST_USE;
/* The NUL-ended array for a new program, to be freed; not its strings. 0: no memory. */
char **environment_for_child(void) MUST_USE;
/* For __attribute__((cleanup)). */
static inline void environment_free(char ***array)
{
    free(*array);
}

#endif
