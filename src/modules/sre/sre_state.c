#include "modules/sre/sre_object.h"

#include <stdlib.h>
#include "core/abstract.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/str_inline.h"

/* The characters of a str or the bytes of a buffer; the length in *length. */
static bool take_string(SreState *s, const Pattern *pattern, Value string, intptr_t *length)
{
    s->string = string;
    if (is_str(string)) {
        if (pattern->kind == PATTERN_BYTES) {
            raise(TypeError, "cannot use a bytes pattern on a string-like object");
            return false;
        }
        s->text = str_data(string);
        s->width = str_width(string);
        *length = str_length(string);
        return true;
    }
    if (!has_buffer(string)) {
        raise(TypeError, "expected string or bytes-like object, got '%T'", string);
        return false;
    }
    if (!buffer_get(string, &s->buffer, BUFFER_READ))
        return false;
    s->held = true;
    if (pattern->kind == PATTERN_STR) {
        raise(TypeError, "cannot use a string pattern on a bytes-like object");
        return false;
    }
    s->text = s->buffer.data;
    s->width = 1;
    *length = s->buffer.size;
    return true;
}

bool state_init(SreState *s, Pattern *pattern, Value string, intptr_t pos, intptr_t endpos)
{
    intptr_t length;
    s->program = pattern_program(pattern);
    s->held = false;
    s->heap_slots = 0;
    s->stack = s->inline_stack;
    s->capacity = SRE_INLINE_ENTRIES;
    s->ticks = 1 << 16;
    s->match_all = s->must_advance = false;
    if (!take_string(s, pattern, string, &length))
        return false;
    s->start = pos < 0 ? 0 : pos > length ? length : pos;
    s->end = endpos < 0 ? 0 : endpos > length ? length : endpos;
    size_t slots = 2 * ((size_t)s->program->groups + s->program->repeats);
    s->marks = s->inline_slots;
    if (slots > SRE_INLINE_SLOTS) {
        s->marks = s->heap_slots = malloc(slots * sizeof(intptr_t));
        if (!s->marks)
            return raise_no_memory();
    }
    s->counts = s->marks + 2 * s->program->groups;
    for (size_t i = 0; i < 2 * (size_t)s->program->repeats; i++)
        s->counts[i] = -1;
    sre_reset(s);
    return true;
}

void state_release(SreState *s)
{
    if (s->stack != s->inline_stack)
        free(s->stack);
    free(s->heap_slots);
    if (s->held)
        buffer_release(&s->buffer);
}

Value string_slice(Value string, intptr_t start, intptr_t end)
{
    if (is_str(string))
        return str_substring(string, start, end);
    if (has_shape(string, SHAPE_BYTES)) {
        const Bytes *bytes = (Bytes *)string;
        return start == 0 && end == bytes->length
                   ? string
                   : bytes_from(bytes->data + start, (size_t)(end - start));
    }
    Buffer buffer;
    TRY(buffer_get(string, &buffer, BUFFER_READ));
    if (end > buffer.size)
        end = buffer.size;
    if (start > end)
        start = end;
    Value result = bytes_from_seen(buffer.data + start, (size_t)(end - start));
    buffer_release(&buffer);
    return result;
}

Value state_slice(const SreState *s, intptr_t start, intptr_t end)
{
    if (is_str(s->string))
        return str_substring(s->string, start, end);
    if (start == 0 && has_shape(s->string, SHAPE_BYTES) && end == ((Bytes *)s->string)->length)
        return s->string;
    return bytes_from((const char *)s->text + start, (size_t)(end - start));
}

Value match_from_state(Pattern *pattern, SreState *s, Value string, intptr_t pos, int found)
{
    if (found <= 0)
        return found < 0 ? 0 : None;
    intptr_t groups = pattern->groups + 1;
    Match *match = (Match *)TRY(object_alloc_items(&match_type, (size_t)groups));
    gc_store(match, &match->pattern, (Value)pattern);
    gc_store(match, &match->string, string);
    match->groups = groups;
    match->pos = pos;
    match->endpos = s->end;
    match->lastindex = s->lastindex;
    match->spans[0] = s->start;
    match->spans[1] = s->position;
    for (intptr_t i = 0; i < pattern->groups; i++) {
        intptr_t from = s->marks[2 * i], to = s->marks[2 * i + 1];
        bool matched = from >= 0 && to >= from;
        match->spans[2 * i + 2] = matched ? from : -1;
        match->spans[2 * i + 3] = matched ? to : -1;
    }
    return (Value)match;
}
