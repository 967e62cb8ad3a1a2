/* Layout: varint count of checkpoints, then for each a varint word distance and a varint byte
 * distance from the one before, then the records. A record is
 *
 *     varint   words of the run << 2 | kind
 *     kind 0   no position
 *     kind 1   one line, as the record before: varint column, varint length
 *     kind 2   one line: signed varint line distance, varint column, varint length
 *     kind 3   signed varint line distance, varint further lines, varint column + 1,
 *              varint end column + 1
 *
 * Lines are relative to the record before; at a checkpoint kind 1 does not occur and the
 * distance counts from 0.
 */
#include "compile/positions.h"

#include "core/error.h"

enum { KIND_NOWHERE, KIND_SAME_LINE, KIND_ONE_LINE, KIND_LINES };
/* A line is found by reading half as many words' records; each costs some four bytes. */
enum { CHECKPOINT_WORDS = 64 };

static bool put(ByteVec *bytes, uint32_t value)
{
    while (value >= 0x80) {
        if (!vec_push(bytes, (uint8_t)(value | 0x80)))
            return false;
        value >>= 7;
    }
    return vec_push(bytes, (uint8_t)value);
}

static uint32_t zigzag(int value)
{
    return ((uint32_t)value << 1) ^ (uint32_t)(value >> 31);
}

static int unzigzag(uint32_t value)
{
    return (int)(value >> 1) ^ -(int)(value & 1);
}

static bool same_position(const Position *a, const Position *b)
{
    return a->line == b->line && a->end_line == b->end_line && a->column == b->column &&
           a->end_column == b->end_column;
}

static bool write_record(PositionWriter *w)
{
    const Position *p = &w->last;
    ByteVec *out = &w->records;
    uint32_t last_checkpoint = w->checkpoints.count ? *(vec_last(&w->checkpoints) - 1) : 0;
    if (w->word - last_checkpoint >= CHECKPOINT_WORDS) {
        if (!vec_push(&w->checkpoints, w->word) || !vec_push(&w->checkpoints, (uint32_t)out->count))
            return false;
        w->line = 0;
    }
    if (p->line < 0)
        return put(out, w->run << 2 | KIND_NOWHERE);
    bool one_line = p->end_line == p->line && p->column >= 0 && p->end_column >= p->column;
    int distance = p->line - w->line;
    bool at_checkpoint = w->line == 0;
    w->line = p->line;
    if (!one_line)
        return put(out, w->run << 2 | KIND_LINES) && put(out, zigzag(distance)) &&
               put(out, (uint32_t)(p->end_line - p->line)) && put(out, (uint32_t)p->column + 1) &&
               put(out, (uint32_t)p->end_column + 1);
    uint32_t length = (uint32_t)(p->end_column - p->column);
    if (distance || at_checkpoint)
        return put(out, w->run << 2 | KIND_ONE_LINE) && put(out, zigzag(distance)) &&
               put(out, (uint32_t)p->column) && put(out, length);
    return put(out, w->run << 2 | KIND_SAME_LINE) && put(out, (uint32_t)p->column) &&
           put(out, length);
}

void positions_add(PositionWriter *w, uint32_t words, Position position)
{
    if (position.end_line < position.line)
        position.end_line = position.line;
    if (w->started && same_position(&w->last, &position)) {
        w->run += words;
        return;
    }
    if (w->started) {
        w->failed |= !write_record(w);
        w->word += w->run;
    }
    w->started = true;
    w->last = position;
    w->run = words;
}

Raw *positions_finish(PositionWriter *w)
{
    ByteVec head = {0};
    Raw *table = 0;
    bool ok = !w->failed && (!w->started || write_record(w)) &&
              put(&head, (uint32_t)w->checkpoints.count / 2);
    uint32_t word = 0, offset = 0;
    for (size_t i = 0; ok && i < w->checkpoints.count; i += 2) {
        ok = put(&head, w->checkpoints.items[i] - word) &&
             put(&head, w->checkpoints.items[i + 1] - offset);
        word = w->checkpoints.items[i];
        offset = w->checkpoints.items[i + 1];
    }
    if (!ok)
        raise_no_memory();
    else if ((table = raw_new((intptr_t)(head.count + w->records.count)))) {
        memcpy(table->data, head.items, head.count);
        if (w->records.count)
            memcpy(table->data + head.count, w->records.items, w->records.count);
    }
    vec_free(&head);
    vec_free(&w->records);
    vec_free(&w->checkpoints);
    return table;
}

static uint32_t get_varint(const uint8_t **at, const uint8_t *end)
{
    uint32_t value = 0;
    int shift = 0;
    while (*at < end) {
        uint8_t byte = *(*at)++;
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80) || (shift += 7) > 28)
            break;
    }
    return value;
}

static uint32_t get(PositionReader *r)
{
    if (likely(r->at < r->end) && likely(*r->at < 0x80))
        return *r->at++;
    return get_varint(&r->at, r->end);
}

/* `from`: the record that the distance of the next checkpoint counts from. */
static void next_checkpoint(PositionReader *r, const uint8_t *from)
{
    r->checkpoint = NULL;
    if (!r->checkpoints)
        return;
    r->checkpoints--;
    get_varint(&r->head, r->end);
    uint32_t distance = get_varint(&r->head, r->end);
    if (distance < (size_t)(r->end - from))
        r->checkpoint = from + distance;
}

PositionReader positions_read(const Raw *table)
{
    const uint8_t *data = (const uint8_t *)table->data;
    PositionReader r = {.at = data, .end = data + table->size};
    r.checkpoints = get(&r);
    r.head = r.at;
    for (uint32_t n = r.checkpoints; n && r.at < r.end; n--) {
        get(&r);
        get(&r);
    }
    next_checkpoint(&r, r.at);
    return r;
}

bool positions_without_columns;

static bool next(PositionReader *r)
{
    if (r->at >= r->end)
        return false;
    if (r->at == r->checkpoint) {
        r->line = 0;
        next_checkpoint(r, r->at);
    }
    uint32_t head = get(r);
    r->start = r->stop;
    r->stop += head >> 2;
    if ((head & 3) == KIND_NOWHERE) {
        r->position = (Position){-1, -1, -1, -1};
        return true;
    }
    if ((head & 3) != KIND_SAME_LINE)
        r->line += unzigzag(get(r));
    uint32_t lines = (head & 3) == KIND_LINES ? get(r) : 0;
    int column = (int)get(r), second = (int)get(r);
    if ((head & 3) == KIND_LINES)
        r->position = (Position){r->line, r->line + (int)lines, column - 1, second - 1};
    else
        r->position = (Position){r->line, r->line, column, column + second};
    return true;
}

bool positions_next(PositionReader *r)
{
    if (!next(r))
        return false;
    if (positions_without_columns)
        r->position = (Position){r->position.line, r->position.line, -1, -1};
    return true;
}

Position positions_find(const Raw *table, uint32_t index)
{
    const uint8_t *data = (const uint8_t *)table->data;
    PositionReader r = {.at = data, .end = data + table->size};
    uint32_t word = 0, offset = 0, best_word = 0, best_offset = 0;
    for (uint32_t n = get(&r); n && r.at < r.end; n--) {
        word += get(&r);
        offset += get(&r);
        if (word <= index) {
            best_word = word;
            best_offset = offset;
        }
    }
    r.at = best_offset < (size_t)(r.end - r.at) ? r.at + best_offset : r.end;
    r.stop = best_word;
    while (positions_next(&r))
        if (index < r.stop)
            return r.position;
    return (Position){-1, -1, -1, -1};
}
