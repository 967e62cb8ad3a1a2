#include "core/abstract.h"

#include "base/copy.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "gc/heap.h"

#ifdef __SANITIZE_THREAD__
static Raw *copy_outside(const char *data, intptr_t size)
{
    Raw *copy = TRY(raw_new(size));
    copy_seen(copy->data, data, (size_t)size);
    return copy;
}

const char *read_outside(const char *data, intptr_t size)
{
    Raw *copy = copy_outside(data, size);
    if (copy)
        return copy->data;
    error_clear();
    return data;
}

static bool show_copy(Buffer *buffer)
{
    Value keep = buffer->keep;
    if (keep && keep != buffer->owner && has_layout(keep, LAYOUT_MEMORYVIEW))
        return true; /* a __buffer__ of Python code, which is to get this view back */
    Raw *copy = TRY(copy_outside(buffer->data, buffer->size));
    buffer->data = copy->data;
    buffer->keep = (Value)copy;
    return true;
}
#else
static bool show_copy(Buffer *buffer UNUSED)
{
    return true;
}
#endif

bool buffer_get(Value o, Buffer *buffer, int flags)
{
    GetBufferFn get = type_of(o)->get_buffer;
    *buffer = (Buffer){0};
    if (!get)
        return raise(TypeError, "a bytes-like object is required, not '%T'", o);
    buffer->item_size = 1;
    buffer->ndim = 1;
    if (!get(o, buffer, flags))
        return false;
    if (!buffer->owner)
        buffer->owner = o;
    return flags != BUFFER_READ || buffer->constant || show_copy(buffer);
}

void buffer_release(Buffer *buffer)
{
    Value owner = buffer->owner;
    if (!owner)
        return;
    ReleaseBufferFn release = type_of(owner)->release_buffer;
    if (release)
        release(owner, buffer);
    *buffer = (Buffer){0};
}

void buffer_drop(Buffer *buffer)
{
    Value owner = buffer->owner;
    if (!owner)
        return;
    Type *type = type_of(owner);
    while (type->base && type_flags(type) & TYPE_HEAP)
        type = type->base;
    if (type->release_buffer && type->release_buffer == type_of(owner)->release_buffer)
        type->release_buffer(owner, buffer);
}

size_t (*collect_hook)(int generation) = gc_collect;

static bool no_place(const void *called UNUSED, ResultPlace *place UNUSED)
{
    return false;
}

static bool no_last_use(Value v UNUSED, const void *called UNUSED, const ResultPlace *place UNUSED)
{
    return false;
}

bool (*result_place_hook)(const void *called, ResultPlace *place) = no_place;
bool (*last_use_hook)(Value v, const void *called, const ResultPlace *place) = no_last_use;

static void rest_nowhere(bool begins UNUSED)
{
}

void (*rest_hook)(bool begins) = rest_nowhere;

void buffer_reclaim(const intptr_t *exports)
{
    for (int generation = 0; generation <= 2 && load_relaxed(exports) > 0; generation += 2)
        collect_hook(generation);
}

bool has_buffer(Value o)
{
    return type_of(o)->get_buffer != 0;
}
