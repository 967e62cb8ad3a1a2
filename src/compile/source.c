#include "compile/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/utf8.h"
#include "compile/unit.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/str_normalize.h"

/* ---- What the parser asks about characters ---- */

/* NFKC; only identifiers beyond ASCII come here. */
static const char *normalize(Arena *arena, const char *bytes, size_t length,
                             size_t *normalized_length)
{
    Value text = TRY(str_from_utf8(bytes, length));
    const char *utf8 = TRY(str_utf8(TRY(str_normalize(text, UNICODE_NFKC)), normalized_length));
    return arena_copy(arena, utf8, *normalized_length);
}

/* ---- Errors ---- */

static Type *error_type(SyntaxErrorKind kind)
{
    switch (kind) {
    case SYNTAX_INDENTATION:
        return IndentationError;
    case SYNTAX_TAB:
        return TabError;
    case SYNTAX_INCOMPLETE:
        return _IncompleteInputError;
    case SYNTAX_NO_MEMORY:
        return MemoryError;
    case SYNTAX_VALUE:
        return ValueError;
    case SYNTAX_OVERFLOW:
        return OverflowError;
    default:
        return SyntaxError;
    }
}

bool raise_parse_error(const SyntaxErrorInfo *error, Value filename)
{
    if (error_pending())
        return false; /* raised by a hook */
    Type *type = error_type(error->kind);
    if (error->kind == SYNTAX_NO_MEMORY && !error->message)
        return raise_no_memory();
    Value message = TRY(str_from_wtf8(error->message, strlen(error->message)));
    if (!error->positions)
        return raise_value(type, message);
    Value text = 0;
    if (error->text)
        text = TRY(str_from_wtf8(error->text, error->text_length));
    return raise_syntax_error(type, message, filename, error->lineno, error->offset, text,
                              error->end_lineno, error->end_offset);
}

static bool report_warnings(const SyntaxWarningInfo *w, Value filename)
{
    for (; w; w = w->next) {
        Value message = TRY(str_from_wtf8(w->message, strlen(w->message)));
        Value text = w->text ? TRY(str_from_wtf8(w->text, w->text_length)) : 0;
        if (warn_explicit(SyntaxWarning, message, filename, w->lineno))
            continue;
        if (!error_clear_if(SyntaxWarning))
            return false;
        return raise_syntax_error(SyntaxError, message, filename, w->lineno, w->offset, text,
                                  w->end_lineno, w->end_offset);
    }
    return true;
}

/* The text of a line of the file, for errors found behind the parser; None if it cannot be
 * read. */
static Value line_of_file(Value filename, int lineno)
{
    size_t name_size;
    const char *path = str_to_fs(filename, &name_size);
    if (!path || strlen(path) != name_size) {
        error_clear();
        return None;
    }
    FILE *file = fopen(path, "rbe");
    if (!file)
        return None;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size = -1;
    for (int i = 0; i < lineno && (size = getline(&line, &capacity, file)) >= 0; i++)
        ;
    Value text = None;
    if (size >= 0) {
        text = str_from_utf8(line, (size_t)size);
        if (!text) {
            error_clear();
            text = None;
        }
    }
    free(line);
    fclose(file);
    return text;
}

bool raise_compile_error(Value message, Value filename, int lineno, int offset, int end_lineno,
                         int end_offset)
{
    Value text = TRY(line_of_file(filename, lineno));
    return raise_syntax_error(SyntaxError, message, filename, lineno, offset, text, end_lineno,
                              end_offset);
}

/* Symbol table errors carry their place in attributes only, not in args. */
bool raise_scope_error(Value message, Value filename, int lineno, int offset, int end_lineno,
                       int end_offset)
{
    Value text = TRY(line_of_file(filename, lineno));
    raise_value(SyntaxError, message);
    Value raised = error_take();
    if (!is_exception(raised))
        return raise_object(raised);
    SyntaxException *e = (SyntaxException *)raised;
    gc_store(e, &e->filename, filename);
    gc_store(e, &e->lineno, int_small(lineno));
    gc_store(e, &e->offset, int_small(offset));
    gc_store(e, &e->end_lineno, int_small(end_lineno));
    gc_store(e, &e->end_offset, int_small(end_offset));
    gc_store(e, &e->text, text);
    gc_store(e, &e->print_file_and_line, None);
    error_restore(raised);
    return false;
}

bool compile_warning(Value message, Value filename, int lineno, int offset, int end_lineno,
                     int end_offset)
{
    if (warn_explicit(SyntaxWarning, message, filename, lineno))
        return true;
    if (!error_clear_if(SyntaxWarning))
        return false;
    return raise_compile_error(message, filename, lineno, offset, end_lineno, end_offset);
}

/* ---- Encodings ---- */

static Value encoding_error(Value filename, const char *format, const char *name, size_t length)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)length, name);
    Value message = TRY(str_format(format, text));
    return raise_syntax_error(SyntaxError, message, filename, 0, -1, 0, 0, -1);
}

static bool is_utf8_name(const char *name, size_t length)
{
    char lower[16];
    if (length >= sizeof lower)
        return false;
    size_t n = 0;
    for (; n < length; n++)
        lower[n] =
            name[n] == '_' ? '-' : (char)(name[n] | (name[n] >= 'A' && name[n] <= 'Z' ? 32 : 0));
    lower[n] = 0;
    return strcmp(lower, "utf-8") == 0 || strncmp(lower, "utf-8-", 6) == 0 ||
           strcmp(lower, "utf8") == 0;
}

/* Invalid UTF-8: the error names the first bad byte and its line. */
static bool check_utf8(const char *source, size_t size, Value filename)
{
    Utf8Scan scan = utf8_scan(source, size, false);
    if (scan.valid == size)
        return true;
    int lineno = 1;
    for (size_t i = 0; i < scan.valid; i++)
        lineno += source[i] == '\n';
    Value message = TRY(str_format("(unicode error) 'utf-8' codec can't decode byte 0x%02x in "
                                   "position %zu: %s",
                                   (unsigned char)source[scan.valid], scan.valid, scan.reason));
    return raise_syntax_error(SyntaxError, message, filename, lineno, 0, 0, lineno, 0);
}

/* The source as UTF-8 without a byte order mark: *source and *size change; `keep` is what
 * holds them alive. */
static bool decode_source(const char **source, size_t *size, Value filename, int flags, Value *keep)
{
    if (flags & COMPILE_IGNORE_COOKIE)
        return true;
    const char *name;
    size_t name_length;
    size_t skip = syntax_find_encoding(*source, *size, &name, &name_length);
    *source += skip;
    *size -= skip;
    if (!name || is_utf8_name(name, name_length))
        return check_utf8(*source, *size, filename);
    if (skip)
        return encoding_error(filename, "encoding problem: %s with BOM", name, name_length);
    Value bytes = TRY(bytes_from(*source, *size));
    char encoding[64];
    snprintf(encoding, sizeof encoding, "%.*s", (int)name_length, name);
    Value text = codec_decode_object(bytes, encoding, "strict");
    if (!text) {
        if (error_clear_if(LookupError))
            return encoding_error(filename, "unknown encoding: %s", name, name_length);
        if (error_clear_if(UnicodeDecodeError))
            return encoding_error(filename, "encoding problem: %s", name, name_length);
        return false;
    }
    *keep = text;
    *source = TRY(str_utf8(text, size));
    return true;
}

bool source_parse(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                  ParseResult *result)
{
    static const ParseMode modes[] = {[MODE_EXEC] = PARSE_FILE,
                                      [MODE_EVAL] = PARSE_EVAL,
                                      [MODE_SINGLE] = PARSE_SINGLE,
                                      [MODE_FUNC_TYPE] = PARSE_FUNC_TYPE};
    memset(result, 0, sizeof *result);
    if (memchr(source, 0, size)) {
        raise(SyntaxError, "source code string cannot contain null bytes");
        return false;
    }
    Value keep = 0;
    TRY(decode_source(&source, &size, filename, flags, &keep));
    ParseOptions options = {
        .mode = modes[mode],
        .type_comments = flags & COMPILE_TYPE_COMMENTS,
        .allow_incomplete = flags & COMPILE_ALLOW_INCOMPLETE_INPUT,
        .dont_imply_dedent = flags & COMPILE_DONT_IMPLY_DEDENT,
        .barry_as_flufl = flags & CODE_FUTURE_BARRY_AS_BDFL,
        .stack_limit = thread_self()->c_stack_limit,
        .normalize = normalize,
    };
    bool parsed = syntax_parse(source, size, &options, result);
    __asm__ volatile("" : : "r"(keep)); /* the text lives as long as the parser reads it */
    if (!parsed && !error_pending() && result->error.kind == SYNTAX_OK)
        return raise_no_memory();
    TRY(report_warnings(result->warnings, filename));
    return parsed || raise_parse_error(&result->error, filename);
}
