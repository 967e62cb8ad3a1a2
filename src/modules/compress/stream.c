#include "modules/compress/stream.h"

#include "core/abstract.h"
#include "core/error.h"
#include "core/thread.h"

enum { FIRST_CHUNK = 1 << 13 };

typedef enum StreamState { RUN_FAILED, RUN_GOES_ON, RUN_DONE } StreamState;

/* A step with room for `chunk` bytes at io->out, of which *written were used. `left`: what may come
 * out in all; negative: anything. */
static StreamState run_step(void *self, StreamStep step, StreamIO *io, int finish, intptr_t chunk,
                            intptr_t left, bool *ended, intptr_t *written)
{
    if (left >= 0 && chunk > left)
        chunk = left;
    io->out_left = (size_t)chunk;
    StreamResult result = step(self, io, finish);
    if (result == STREAM_FAILED)
        return RUN_FAILED;
    thread_poll_stop(thread_self()); /* handlers of signals wait until the object is free again */
    *written = chunk - (intptr_t)io->out_left;
    *ended = result == STREAM_ENDS;
    bool done = *ended || *written == left || (io->in_left == 0 && io->out_left > 0);
    return done ? RUN_DONE : RUN_GOES_ON;
}

/* Into all of the room that the builder has, which grows with what is in it. */
static Value run_on(void *self, StreamStep step, StreamIO *io, int finish, intptr_t max_length,
                    bool *ended, BytesBuilder *out)
{
    for (;;) {
        io->out = TRY(bytes_builder_room(out, out->length / 4 + 1));
        intptr_t left = max_length < 0 ? -1 : max_length - out->length, written;
        StreamState state =
            run_step(self, step, io, finish, out->capacity - out->length, left, ended, &written);
        if (state == RUN_FAILED)
            return 0;
        bytes_builder_advance(out, written);
        if (state == RUN_DONE)
            return bytes_builder_finish(out);
    }
}

/* Most outputs are small: the first of each goes through a buffer here, so that no more is
 * allocated than there is. */
Value stream_run(void *self, StreamStep step, StreamIO *io, int finish, intptr_t max_length,
                 bool *ended)
{
    char first[FIRST_CHUNK];
    intptr_t written;
    *ended = false;
    io->out = first;
    StreamState state = run_step(self, step, io, finish, FIRST_CHUNK, max_length, ended, &written);
    if (state == RUN_FAILED)
        return 0;
    if (state == RUN_DONE)
        return bytes_from(first, (size_t)written);
    BytesBuilder out = {0};
    TRY(bytes_builder_reserve(&out, 4 * FIRST_CHUNK));
    bytes_builder_add(&out, first, written);
    return run_on(self, step, io, finish, max_length, ended, &out);
}

/* ---- Decompressors ---------------------------------------------------------------------- */

bool decompressor_init(Decompressor *d, StreamStep step)
{
    d->needs_input = true;
    d->step = step;
    gc_store(d, &d->unused_data, bytes_empty());
    return true;
}

void decompressor_trace(Object *self, Tracer *tracer)
{
    Decompressor *d = (Decompressor *)self;
    gc_visit(tracer, load_relaxed(&d->unused_data));
    gc_visit(tracer, load_relaxed(&d->pending));
}

/* What was left over of earlier input, then the new. */
static bool gather_input(Decompressor *d, const TextArgument *data, StreamIO *io, Value *keep)
{
    io->in = data->data;
    io->in_left = (size_t)data->length;
    if (!d->pending)
        return true;
    const Bytes *pending = (Bytes *)d->pending;
    *keep = d->pending;
    if (data->length) {
        BytesBuilder b = {0};
        bytes_builder_add(&b, pending->data, pending->length);
        bytes_builder_add(&b, data->data, data->length);
        *keep = TRY_OR(bytes_builder_finish(&b), false);
        pending = (Bytes *)*keep;
    }
    io->in = pending->data;
    io->in_left = (size_t)pending->length;
    return true;
}

static Value decompress_held(Decompressor *d, const TextArgument *data, intptr_t max_length)
{
    StreamIO io;
    Value keep = 0;
    bool ended;
    TRY(gather_input(d, data, &io, &keep));
    Value result = stream_run(d, d->step, &io, 0, max_length, &ended);
    if (!result && d->dies_of_errors) {
        d->dead = true;
        store_relaxed(&d->needs_input, false);
    }
    TRY(result);
    Value rest = io.in_left ? TRY(bytes_from(io.in, io.in_left)) : 0;
    bool full = max_length >= 0 && ((Bytes *)result)->length == max_length;
    gc_store(d, &d->pending, ended ? 0 : rest);
    if (ended) {
        store_relaxed(&d->eof, true);
        if (rest)
            gc_store(d, &d->unused_data, rest);
    }
    store_relaxed(&d->needs_input, !ended && !rest && !(d->keeps_output && full));
    return result;
}

Value decompressor_decompress(Decompressor *d, Value data_value, Value max_length_value,
                              const char *at_end)
{
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(data_value, &data));
    intptr_t max_length = TRY_INDEX(max_length_value);
    HOLDING(&d->mutex)
    {
        if (d->eof)
            return raise(EOFError, "%s", at_end);
        if (d->dead)
            return raise(ValueError, "Decompressor is unusable after a previous error");
        return decompress_held(d, &data, max_length);
    }
    UNREACHABLE();
}

static Value get_eof(Value self)
{
    return bool_value(load_relaxed(&((Decompressor *)self)->eof));
}

static Value get_needs_input(Value self)
{
    return bool_value(load_relaxed(&((Decompressor *)self)->needs_input));
}

static Value get_unused_data(Value self)
{
    return load_acquire(&((Decompressor *)self)->unused_data);
}

const GetSetDef decompressor_getset[] = {
    {"eof", get_eof, 0, "True if the end-of-stream marker has been reached."},
    {"needs_input", get_needs_input, 0,
     "True if more input is needed before more decompressed data can be produced."},
    {"unused_data", get_unused_data, 0, "Data found after the end of the compressed stream."},
    {0},
};
