/* PickleBuffer: a buffer that a pickler may leave out of the pickle (PEP 574).
 *
 * It uses the object's memory from when it is made until release(), or until it is found dead. Who
 * asks it for a buffer gets one of the object itself. */
#include "modules/pickle/pickle.h"

#include "core/share.h"
#include "gc/heap.h"
#include "types/memoryview.h"

static PickleBuffer *as_pickle_buffer(Value v)
{
    return (PickleBuffer *)v;
}

static void pickle_buffer_trace(Object *self, Tracer *tracer)
{
    PickleBuffer *b = (PickleBuffer *)self;
    gc_visit(tracer, load_relaxed(&b->buffer.owner));
    gc_visit(tracer, load_relaxed(&b->buffer.keep));
}

static void pickle_buffer_die(Object *self)
{
    buffer_drop(&((PickleBuffer *)self)->buffer);
}

static bool get_view(Value v, Buffer *buffer, int flags)
{
    Value owner = load_acquire(&as_pickle_buffer(v)->buffer.owner);
    if (!owner)
        return raise(ValueError, "operation forbidden on released PickleBuffer object");
    return buffer_get(owner, buffer, flags);
}

bool pickle_buffer_view(Value v, Buffer *buffer)
{
    return get_view(v, buffer, BUFFER_STRIDED);
}

bool pickle_buffer_is_contiguous(const Buffer *buffer)
{
    intptr_t dims[2 * MEMORYVIEW_MAX_DIMENSIONS];
    if (buffer->ndim > MEMORYVIEW_MAX_DIMENSIONS)
        return false;
    Strided s = strided_from_buffer(buffer, dims);
    return strided_is_contiguous(&s, false) || strided_is_contiguous(&s, true);
}

NEW_METHOD(pickle_buffer_make, "object, /")
{
    Buffer buffer;
    TRY(buffer_get(args[1], &buffer, BUFFER_STRIDED));
    PickleBuffer *self = NEW(PickleBuffer, (Type *)args[0]);
    if (!self) {
        buffer_release(&buffer);
        return 0;
    }
    self->buffer = buffer; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

METHOD(pickle_buffer_raw, "raw", "/",
       "Return a memoryview of the raw memory underlying this buffer.\n"
       "Will raise BufferError is the buffer isn't contiguous.")
{
    Buffer buffer;
    TRY(pickle_buffer_view(args[0], &buffer));
    if (!pickle_buffer_is_contiguous(&buffer)) {
        buffer_release(&buffer);
        return raise(BufferError, "cannot extract raw buffer from non-contiguous buffer");
    }
    buffer.ndim = 1;
    buffer.item_size = 1;
    buffer.format = 0;
    buffer.shape = buffer.strides = 0;
    return memoryview_from_buffer(&buffer);
}

METHOD(pickle_buffer_release, "release", "/",
       "Release the underlying buffer exposed by the PickleBuffer object.")
{
    PickleBuffer *self = as_pickle_buffer(args[0]);
    Buffer buffer = {0};
    WITH_LOCK (self) {
        buffer = self->buffer;
        store_release(&self->buffer.owner, (Value)0); /* NO_BARRIER: 0 */
        self->buffer.keep = 0;                        /* NO_BARRIER: 0 */
    }
    buffer_release(&buffer);
    return None;
}

static MethodDef *const pickle_buffer_methods[] = {M(pickle_buffer_raw), M(pickle_buffer_release),
                                                   0};

Type pickle_buffer_type = {
    TYPE_HEAD("pickle.PickleBuffer", PickleBuffer),
    .get_buffer = get_view,
    .doc = "Wrapper for potentially out-of-band buffers",
    .new_def = M(pickle_buffer_make),
    .methods = pickle_buffer_methods,
    .trace = pickle_buffer_trace,
    .release = pickle_buffer_die,
    .has_weakrefs = true,
};
