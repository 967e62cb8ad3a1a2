/* Searching: finds the positions where a match may begin, by a literal prefix or the set of
 * first characters, and tries the matcher there. */
#include "modules/sre/sre.h"

#include "base/search.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/text.h"

void sre_reset(SreState *s)
{
    s->lastindex = -1;
    s->depth = 0;
    for (uint32_t i = 0; i < 2 * s->program->groups; i++)
        s->marks[i] = -1;
}

/* The first position from `at` where the literal prefix is; -1. */
static intptr_t find_prefix(const SreState *s, intptr_t at)
{
    const SreProgram *p = s->program;
    const uint32_t *prefix = p->code + p->prefix;
    intptr_t length = (intptr_t)p->prefix_length, left = s->end - at;
    const char *text = (const char *)s->text + at * (intptr_t)s->width;
    enum { CHUNK = 64 };
    uint8_t narrow1[CHUNK];
    uint16_t narrow2[CHUNK];
    intptr_t count = length < CHUNK ? length : CHUNK;
    for (intptr_t i = 0; i < count; i++) {
        if (s->width < 4 && prefix[i] >> (8 * s->width))
            return -1;
        narrow1[i] = (uint8_t)prefix[i];
        narrow2[i] = (uint16_t)prefix[i];
    }
    /* Of a long prefix its beginning; the matcher does the rest. */
    const void *part = s->width == 1   ? (const void *)narrow1
                       : s->width == 2 ? (const void *)narrow2
                                       : (const void *)prefix;
    intptr_t found = text_search(text, left, part, count, s->width);
    return found < 0 ? -1 : at + found;
}

ALWAYS_INLINE intptr_t find_first_in(const SreState *s, intptr_t at, unsigned width)
{
    const SreProgram *p = s->program;
    for (; at < s->end; at++) {
        uint32_t c = char_at(s->text, width, (size_t)at);
        if (c < 256 ? p->first[c >> 5] >> (c & 31) & 1 : p->first_wide)
            return at;
    }
    return -1;
}

static intptr_t find_first(const SreState *s, intptr_t at)
{
    return s->width == 1   ? find_first_in(s, at, 1)
           : s->width == 2 ? find_first_in(s, at, 2)
                           : find_first_in(s, at, 4);
}

/* The next position from `at` that is worth a try; -1: none. */
static intptr_t candidate(const SreState *s, intptr_t at, intptr_t last)
{
    const SreProgram *p = s->program;
    if (at > last)
        return -1;
    intptr_t found = p->prefix_length ? find_prefix(s, at) : p->has_first ? find_first(s, at) : at;
    return found > last ? -1 : found;
}

int sre_search(SreState *s)
{
    const SreProgram *p = s->program;
    intptr_t last = s->end - (intptr_t)p->min_width;
    if (p->anchored && last > 0)
        last = 0;
    for (intptr_t at = s->start; (at = candidate(s, at, last)) >= 0; at++) {
        if (at != s->start)
            s->must_advance = false;
        s->start = at;
        if (p->literal && p->prefix_length <= 64) {
            s->position = at + (intptr_t)p->prefix_length;
            return 1;
        }
        int result = sre_match(s);
        if (result)
            return result;
        if (!(at & 0xfff) && !thread_poll(thread_self()))
            return -1;
    }
    return 0;
}
