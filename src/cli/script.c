#include "cli/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/utf8.h"
#include "compile/code.h"
#include "compile/compile.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "modules/imp.h"
#include "modules/marshal.h"
#include "syntax/parse.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/config.h"
#include "vm/import.h"
#include "vm/state.h"

Value script_read(int fd)
{
    size_t size = 0, capacity = 1 << 16;
    char *data = malloc(capacity);
    for (;;) {
        if (data && size == capacity) {
            char *more = realloc(data, capacity *= 2);
            if (!more)
                free(data);
            data = more;
        }
        if (!data)
            return raise_no_memory();
        ssize_t n = read(fd, data + size, capacity - size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            Value result = n < 0 ? raise_errno() : bytes_from(data, size);
            free(data);
            return result;
        }
        size += (size_t)n;
    }
}

/* The line that holds text[at], from 1, and where it begins. */
static int line_at(const char *text, size_t at, size_t *start)
{
    int line = 1;
    *start = 0;
    for (size_t i = 0; i < at; i++) {
        if (text[i] != '\n')
            continue;
        line++;
        *start = i + 1;
    }
    return line;
}

static bool raise_null_byte(const char *text, size_t at, Value filename)
{
    size_t start;
    int line = line_at(text, at, &start);
    Value shown = TRY(str_from_utf8(text + start, at - start));
    Value message = TRY(str_from_cstring("source code cannot contain null bytes"));
    return raise_syntax_error(SyntaxError, message, filename, line, 0, shown, line, 0);
}

static bool check_utf8(const char *text, size_t size, Value filename)
{
    Utf8Scan scan = utf8_scan(text, size, false);
    if (scan.valid == size)
        return true;
    size_t start;
    int line = line_at(text, scan.valid, &start);
    raise(SyntaxError,
          "Non-UTF-8 code starting with '\\x%02x' in file %V on line %d, but no encoding "
          "declared; see https://peps.python.org/pep-0263/ for details",
          (unsigned char)text[scan.valid], filename, line);
    return false;
}

/* What is wrong with a file before its first token. */
static bool check_file(const char *text, size_t size, Value filename)
{
    const char *null = memchr(text, 0, size), *name;
    if (null)
        return raise_null_byte(text, (size_t)(null - text), filename);
    size_t length;
    size_t skip = syntax_find_encoding(text, size, &name, &length);
    if (!name)
        return check_utf8(text + skip, size - skip, filename);
    Value encoding = TRY(str_from_utf8(name, length));
    if (codec_lookup(TRY(str_cstring(encoding))))
        return true;
    if (error_clear_if(LookupError))
        raise(SyntaxError, "encoding problem: %V", encoding);
    return false;
}

/* Leaves the first line's newline, so that later lines keep their numbers. */
static const char *skip_line(const char *text, size_t *size)
{
    const char *end = memchr(text, '\n', *size);
    if (!end)
        return text;
    *size -= (size_t)(end - text);
    return end;
}

/* A file that ends in a line of nothing but a backslash: nothing is pointed at. */
static void drop_caret(void)
{
    if (!error_matches(SyntaxError))
        return;
    SyntaxException *error = (SyntaxException *)error_take();
    size_t size;
    const char *line = error->text && is_str(error->text) ? str_utf8_lossy(error->text, &size) : 0;
    if (line)
        line += strspn(line, " \t\f");
    if (line && (strcmp(line, "\\\n") == 0 || strcmp(line, "\\") == 0) && error->msg &&
        str_equals(error->msg, "unexpected EOF while parsing"))
        gc_store(error, &error->offset, int_small(0));
    error_restore((Value)error);
}

Value script_compile(Value bytes, Value filename, bool skip_first_line)
{
    size_t size = (size_t)((Bytes *)bytes)->length;
    const char *text = ((Bytes *)bytes)->data;
    if (skip_first_line)
        text = skip_line(text, &size);
    TRY(check_file(text, size, filename));
    Value code = compile_source(text, size, filename, MODE_EXEC, COMPILE_PROGRAM, config.optimize);
    if (!code)
        drop_caret();
    return code;
}

/* A magic number, flags, and two words that tell which source it was. */
enum { COMPILED_HEADER = 16, MAGIC_SIZE = 4 };

static int has_magic(Value bytes)
{
    Value magic = TRY_OR(get_attr_string(interpreter.importlib_external, "MAGIC_NUMBER"), -1);
    const Bytes *data = (Bytes *)bytes;
    return data->length >= MAGIC_SIZE && is_bytes(magic) &&
           ((Bytes *)magic)->length == MAGIC_SIZE &&
           memcmp(data->data, ((Bytes *)magic)->data, MAGIC_SIZE) == 0;
}

int script_is_compiled(Value bytes, const char *path)
{
    const char *suffix = strrchr(path, '.');
    return suffix && strcmp(suffix, ".pyc") == 0 ? 1 : has_magic(bytes);
}

Value script_load_compiled(Value bytes)
{
    const Bytes *data = (Bytes *)bytes;
    if (data->length < MAGIC_SIZE)
        return raise(EOFError, "EOF read where not expected");
    if (!TRY_NOT_NEGATIVE(has_magic(bytes), 0))
        return raise(RuntimeError, "Bad magic number in .pyc file");
    Value code = 0;
    if (data->length > COMPILED_HEADER)
        code = marshal_loads(data->data + COMPILED_HEADER, (size_t)(data->length - COMPILED_HEADER),
                             true, NULL);
    if (code && has_layout(code, LAYOUT_CODE))
        return code;
    error_clear();
    return raise(RuntimeError, "Bad code object in .pyc file");
}

Value script_compile_text(const char *text, size_t size, Value shown, Value own, int mode,
                          int flags)
{
    Value code = TRY(compile_source(text, size, own, mode, flags, config.optimize));
    Value linecache = import_absolute(TRY(str_intern_cstring("linecache")));
    Value add = linecache ? get_attr_string(linecache, "_register_code") : 0;
    /* Tracebacks can do without: nothing that this program is about. */
    if (!add || !call3(add, code, TRY(str_from_utf8(text, size)), shown))
        error_clear();
    return code;
}
