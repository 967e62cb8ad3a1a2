#include "base/common.h"

#include <execinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fatal(const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message - 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        length = 0;
    if (length > (int)sizeof message - 2)
        length = (int)sizeof message - 2;
    message[length++] = '\n';
    /* write, not stdio: its locks may be held by the thread that is in trouble. */
    ssize_t ignored = write(STDERR_FILENO, "weft: fatal: ", 13);
    ignored = write(STDERR_FILENO, message, (size_t)length);
    (void)ignored;
    void *frames[64];
    backtrace_symbols_fd(frames, backtrace(frames, COUNT_OF(frames)), STDERR_FILENO);
    abort();
}
