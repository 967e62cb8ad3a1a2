/* What a pickler has written: bytes that grow, cut into frames, given to the file now and then. */
#include "modules/pickle/pickle.h"

#include "core/call.h"
#include "gc/heap.h"

/* An empty buffer of the size that most pickles fit in. */
#define FIRST_CAPACITY 240
/* From here it may be a large object, which can grow where it is. */
#define GROWS_IN_PLACE (32 * 1024)

bool pickle_grow(Pickler *p, intptr_t size)
{
    intptr_t need, capacity;
    if (__builtin_add_overflow(p->length, size, &need) || need > INTPTR_MAX / 4)
        return raise_no_memory();
    capacity = p->output ? need * 2 : need + FIRST_CAPACITY;
    if (p->output && capacity > GROWS_IN_PLACE &&
        gc_extend_leaf(p->output, sizeof(Bytes) + (size_t)capacity + 1)) {
        p->output->length = p->capacity = capacity;
        return true;
    }
    Bytes *grown = (Bytes *)TRY(bytes_new(capacity));
    if (p->length)
        memcpy(grown->data, p->output->data, (size_t)p->length);
    gc_store(p, &p->output, grown);
    p->capacity = capacity;
    return true;
}

bool pickle_write(Pickler *p, const void *data, intptr_t size)
{
    char *out = TRY(pickle_room(p, size));
    memcpy(out, data, (size_t)size);
    pickle_advance(p, size);
    return true;
}

/* Leaves room for a frame's header; it is filled in when the frame ends. */
static bool begin_frame(Pickler *p)
{
    TRY(pickle_room(p, PICKLE_FRAME_HEADER));
    p->frame_start = p->length;
    pickle_advance(p, PICKLE_FRAME_HEADER);
    p->boundary = p->length + PICKLE_FRAME_TARGET;
    return true;
}

bool pickle_start_framing(Pickler *p)
{
    p->framing = true;
    return begin_frame(p);
}

void pickle_end_frame(Pickler *p)
{
    if (p->frame_start < 0)
        return;
    char *frame = p->output->data + p->frame_start;
    intptr_t size = p->length - p->frame_start - PICKLE_FRAME_HEADER;
    if (size >= PICKLE_FRAME_MINIMUM) {
        frame[0] = (char)PICKLE_FRAME;
        memcpy(frame + 1, &size, 8);
    } else {
        memmove(frame, frame + PICKLE_FRAME_HEADER, (size_t)size);
        p->length -= PICKLE_FRAME_HEADER;
    }
    p->frame_start = -1;
    p->boundary = INTPTR_MAX;
}

void pickle_reset_output(Pickler *p)
{
    p->output = 0; /* NO_BARRIER: 0 */
    p->length = p->capacity = 0;
    p->frame_start = -1;
    p->boundary = INTPTR_MAX;
}

Value pickler_take_output(Pickler *p)
{
    pickle_end_frame(p);
    Value bytes = (Value)p->output;
    intptr_t length = p->length;
    pickle_reset_output(p);
    return bytes ? bytes_shrink_unseen(bytes, length) : bytes_empty();
}

bool pickle_flush(Pickler *p)
{
    Value bytes = TRY(pickler_take_output(p));
    return call1(p->write, bytes) != 0;
}

bool pickle_boundary(Pickler *p)
{
    pickle_end_frame(p);
    if (p->write)
        TRY(pickle_flush(p));
    return !p->framing || begin_frame(p);
}

bool pickle_write_large(Pickler *p, const void *header, intptr_t header_size, const char *data,
                        intptr_t size, Value payload)
{
    if (size < PICKLE_FRAME_TARGET) {
        char *out = TRY(pickle_room(p, header_size + size));
        memcpy(out, header, (size_t)header_size);
        memcpy(out + header_size, data, (size_t)size);
        pickle_advance(p, header_size + size);
        return true;
    }
    pickle_end_frame(p);
    TRY(pickle_write(p, header, header_size));
    if (p->write) {
        if (!payload)
            payload = TRY(bytes_from(data, (size_t)size));
        TRY(pickle_flush(p));
        TRY(call1(p->write, payload));
    } else {
        TRY(pickle_write(p, data, size));
    }
    return !p->framing || begin_frame(p);
}
