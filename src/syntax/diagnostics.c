#include "syntax/diagnostics.h"

#include <stdio.h>

void diagnostics_init(Diagnostics *diagnostics, Arena *arena)
{
    *diagnostics = (Diagnostics){.arena = arena};
    diagnostics->last_warning = &diagnostics->warnings;
}

/* Returns the formatted text in the arena; NULL if there is no memory. */
static const char *format_message(Arena *arena, const char *format, va_list args)
{
    char buffer[512];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(buffer, sizeof buffer, format, args);
    char *message = NULL;
    if (length >= 0 && (size_t)length < sizeof buffer)
        message = arena_copy(arena, buffer, (size_t)length);
    else if (length >= 0 && (message = arena_alloc(arena, (size_t)length + 1)))
        vsnprintf(message, (size_t)length + 1, format, again);
    va_end(again);
    return message;
}

bool diagnostics_raise_va(Diagnostics *diagnostics, SyntaxErrorKind kind, SourceRange range,
                          const char *text, size_t text_length, const char *format, va_list args)
{
    if (diagnostics->error.kind)
        return false;
    const char *message = format_message(diagnostics->arena, format, args);
    const char *copy = text ? arena_copy(diagnostics->arena, text, text_length) : NULL;
    if (!message || (text && !copy))
        return diagnostics_raise_plain(diagnostics, SYNTAX_NO_MEMORY, NULL);
    diagnostics->error = (SyntaxErrorInfo){
        .kind = kind,
        .message = message,
        .positions = true,
        .lineno = range.lineno,
        .offset = range.offset,
        .end_lineno = range.end_lineno,
        .end_offset = range.end_offset,
        .text = copy,
        .text_length = text_length,
    };
    return false;
}

bool diagnostics_raise(Diagnostics *diagnostics, SyntaxErrorKind kind, SourceRange range,
                       const char *text, size_t text_length, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnostics_raise_va(diagnostics, kind, range, text, text_length, format, args);
    va_end(args);
    return false;
}

bool diagnostics_raise_plain(Diagnostics *diagnostics, SyntaxErrorKind kind, const char *message)
{
    if (!diagnostics->error.kind)
        diagnostics->error = (SyntaxErrorInfo){.kind = kind, .message = message};
    return false;
}

void diagnostics_warn_va(Diagnostics *diagnostics, SourceRange range, const char *text,
                         size_t text_length, const char *format, va_list args)
{
    const char *message = format_message(diagnostics->arena, format, args);
    const char *copy = arena_copy(diagnostics->arena, text, text_length);
    SyntaxWarningInfo *warning = arena_alloc(diagnostics->arena, sizeof *warning);
    if (!message || !copy || !warning) {
        diagnostics_raise_plain(diagnostics, SYNTAX_NO_MEMORY, NULL);
        return;
    }
    *warning = (SyntaxWarningInfo){
        .message = message,
        .lineno = range.lineno,
        .offset = range.offset,
        .end_lineno = range.end_lineno,
        .end_offset = range.end_offset,
        .text = copy,
        .text_length = text_length,
    };
    *diagnostics->last_warning = warning;
    diagnostics->last_warning = &warning->next;
}

void diagnostics_warn(Diagnostics *diagnostics, SourceRange range, const char *text,
                      size_t text_length, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnostics_warn_va(diagnostics, range, text, text_length, format, args);
    va_end(args);
}

int count_characters(const char *bytes, size_t length)
{
    int count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return count;
}
