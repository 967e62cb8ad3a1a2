#include "core/abstract.h"

#include "core/error.h"
#include "gc/heap.h"

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
    return true;
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
