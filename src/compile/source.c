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
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/str_normalize.h"

/* ---- What the parser asks about characters ---- */

/* NFKC; only identifiers beyond ASCII come here. */
static const char *normalize(Arena *arena, const char *bytes, size_t length,
                             size_t *normalized_length)
{
    Value text = TRY(str_from_utf8(bytes, length));
    const char *utf8 = TRY(str_utf8(TRY(str_normalize(text, UNICODE_NFKC)), normalized_length));
    static const char *const constants[] = {"None", "True", "False"};
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        if (strcmp(utf8, constants[i]) == 0)
            return (const char *)raise(ValueError, "identifier field can't represent '%s' constant",
                                       utf8);
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
        if (warn_explicit(SyntaxWarning, message, filename, w->lineno, false))
            continue;
        if (!error_clear_if(SyntaxWarning))
            return false;
        return raise_syntax_error(SyntaxError, message, filename, w->lineno, w->offset, text,
                                  w->end_lineno, w->end_offset);
    }
    return true;
}

/* ---- Lines of files, for errors found behind the parser ---- */

static char *read_whole(FILE *file, size_t *size)
{
    char *text = NULL;
    size_t capacity = 0;
    *size = 0;
    for (;;) {
        if (*size == capacity) {
            capacity = capacity ? capacity * 2 : 1 << 16;
            char *grown = realloc(text, capacity);
            if (!grown)
                break;
            text = grown;
        }
        size_t n = fread(text + *size, 1, capacity - *size, file);
        *size += n;
        if (!n)
            return text;
    }
    free(text);
    return NULL;
}

/* Decodes one line as the file's coding comment says. */
static Value decode_line(const char *line, size_t size, const char *coding, size_t coding_length)
{
    Value text;
    char encoding[64];
    snprintf(encoding, sizeof encoding, "%.*s", (int)coding_length, coding ? coding : "");
    bool cr = size >= 2 && line[size - 2] == '\r' && line[size - 1] == '\n';
    Value bytes = bytes_from(line, size - (cr ? 2 : 0));
    text = bytes ? codec_decode_object(bytes, coding ? encoding : "utf-8", "strict") : 0;
    if (text && cr)
        text = str_format("%V\n", text);
    if (!text)
        error_clear();
    return text ? text : None;
}

static Value line_of_text(const char *text, size_t size, int lineno)
{
    const char *coding;
    size_t coding_length, skip = syntax_find_encoding(text, size, &coding, &coding_length);
    const char *line = text + skip, *end = text + size;
    for (int i = 1; i < lineno && line; i++) {
        line = memchr(line, '\n', (size_t)(end - line));
        line = line ? line + 1 : NULL;
    }
    if (!line || line == end)
        return None;
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    return decode_line(line, (size_t)((newline ? newline + 1 : end) - line), coding, coding_length);
}

/* None if the file cannot be read or has no such line. */
static Value line_of_file(Value filename, int lineno)
{
    size_t name_size, size;
    const char *path = str_to_fs(filename, &name_size);
    if (!path)
        error_clear();
    if (!path || strlen(path) != name_size)
        return None;
    FILE *file = fopen(path, "rbe");
    char *text = file ? read_whole(file, &size) : NULL;
    if (file)
        fclose(file);
    Value line = text ? line_of_text(text, size, lineno) : None;
    free(text);
    return line;
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
    if (warn_explicit(SyntaxWarning, message, filename, lineno, true))
        return true;
    if (!error_clear_if(SyntaxWarning))
        return false;
    return raise_compile_error(message, filename, lineno, offset, end_lineno, end_offset);
}

/* ---- Encodings ---- */

/* An error of the whole file: its place is line 0. */
static Value encoding_error(Value filename, Value message)
{
    Value place = TRY(tuple_of(filename, int_small(0), int_small(-1), None));
    return raise_object(TRY(call2((Value)SyntaxError, TRY(message), place)));
}

/* The names that CPython's tokenizer knows by itself, in their normal form; others are left to the
 * codecs. */
static const char *normal_encoding(const char *name, size_t length, char out[64])
{
    snprintf(out, 64, "%.*s", (int)length, name);
    char lower[13];
    size_t n = 0;
    for (; n < length && n < 12; n++)
        lower[n] = name[n] == '_'                     ? '-'
                   : name[n] >= 'A' && name[n] <= 'Z' ? (char)(name[n] + 32)
                                                      : name[n];
    lower[n] = 0;
    if (strcmp(lower, "utf-8") == 0 || strncmp(lower, "utf-8-", 6) == 0)
        return "utf-8";
    static const char *const latin[] = {"latin-1", "iso-8859-1", "iso-latin-1"};
    for (size_t i = 0; i < COUNT_OF(latin); i++) {
        size_t size = strlen(latin[i]);
        if (strncmp(lower, latin[i], size) == 0 && (!lower[size] || lower[size] == '-'))
            return "iso-8859-1";
    }
    return out;
}

/* The message of the pending exception, which is cleared, as a SyntaxError of the file. */
static Value encoding_failure(Value filename)
{
    Value error = error_take();
    return encoding_error(filename, object_str(error));
}

/* The source as UTF-8 without a byte order mark: *source and *size change; `keep` is what
 * holds them alive. */
static bool decode_source(const char **source, size_t *size, Value filename, int flags, Value *keep)
{
    if (flags & COMPILE_IGNORE_COOKIE)
        return true;
    const char *name;
    size_t name_length;
    char buffer[64];
    size_t skip = syntax_find_encoding(*source, *size, &name, &name_length);
    *source += skip;
    *size -= skip;
    const char *encoding = name ? normal_encoding(name, name_length, buffer) : "utf-8";
    bool utf8 = strcmp(encoding, "utf-8") == 0;
    if (skip && !utf8)
        return encoding_error(filename, str_format("encoding problem: %s with BOM", encoding));
    if (utf8)
        return source_repair_utf8(source, size, filename, keep);
    Value bytes = TRY(bytes_from(*source, *size));
    Value text = codec_decode_object(bytes, encoding, "strict");
    if (!text && error_matches(LookupError)) {
        error_clear();
        return encoding_error(filename, str_format("unknown encoding: %s", encoding));
    }
    if (!text)
        return error_matches(UnicodeDecodeError) && encoding_failure(filename);
    *keep = text;
    *source = TRY(str_utf8(text, size));
    return true;
}

bool source_parse(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                  int feature_version, ParseResult *result)
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
        .is_program = flags & COMPILE_PROGRAM,
        .barry_as_flufl = flags & CODE_FUTURE_BARRY_AS_BDFL,
        .max_int_digits = (int)load_relaxed(&int_max_str_digits),
        .feature_version = feature_version,
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
