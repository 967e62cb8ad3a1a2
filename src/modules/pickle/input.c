/* Where an unpickler's bytes come from: memory, or a file's read, readline, readinto and peek.
 *
 * A file is read no further than the pickle goes. If it can peek, what it shows is used, and read
 * for good when it is used up. */
#include "modules/pickle/pickle.h"

#include "core/call.h"
#include "types/int.h"

/* More than this is not asked for at once, as a size in the data may be anything. */
#define TRUSTED_SIZE ((intptr_t)16 << 20)

static Value truncated(void)
{
    return raise(UnpicklingError, "pickle data was truncated");
}

/* bytes of what the file gave. */
static Value checked_input(Value data)
{
    if (has_shape(data, SHAPE_BYTES))
        return data;
    Buffer buffer;
    TRY(buffer_get(data, &buffer, BUFFER_READ));
    Value bytes = bytes_from_seen(buffer.data, (size_t)buffer.size);
    buffer_release(&buffer);
    return bytes;
}

static void set_input(Unpickler *u, Value bytes, bool peeked)
{
    gc_store(u, &u->input, bytes);
    u->data = (unsigned char *)((Bytes *)bytes)->data;
    u->at = 0;
    u->end = ((Bytes *)bytes)->length;
    u->prefetched = peeked ? 0 : u->end;
}

bool unpickle_skip_consumed(Unpickler *u)
{
    intptr_t consumed = u->at - u->prefetched;
    if (consumed <= 0 || !u->read)
        return true;
    TRY(call1(u->read, int_from(consumed)));
    u->prefetched = u->at;
    return true;
}

/* Looks ahead as far as the file likes to. */
static bool peek(Unpickler *u)
{
    Value data = call1(u->peek, int_small(UNPICKLE_PREFETCH));
    if (!data) {
        if (!error_clear_if(NotImplementedError))
            return false;
        u->peek = 0; /* NO_BARRIER: 0 */
        return true;
    }
    set_input(u, TRY(checked_input(data)), true);
    return true;
}

/* What the file's methods do may be to make this unpickler anew, without a file. */
static Value call_read(Unpickler *u, intptr_t size)
{
    return u->read ? call1(u->read, int_from(size)) : truncated();
}

/* The next `size` bytes of the file, or fewer at its end. */
static Value read_file(Unpickler *u, intptr_t size)
{
    if (size <= TRUSTED_SIZE)
        return checked_input(TRY(call_read(u, size)));
    BytesBuilder b = {0};
    while (b.length < size) {
        intptr_t rest = size - b.length, chunk = TRUSTED_SIZE + b.length;
        if (chunk > rest)
            chunk = rest;
        Value part = TRY(checked_input(TRY(call_read(u, chunk))));
        bytes_builder_add(&b, ((Bytes *)part)->data, ((Bytes *)part)->length);
        if (b.failed || ((Bytes *)part)->length < chunk)
            break;
    }
    return bytes_builder_finish(&b);
}

const unsigned char *unpickle_take_slow(Unpickler *u, intptr_t size)
{
    if (!u->read)
        return (const unsigned char *)truncated();
    TRY(unpickle_skip_consumed(u));
    u->at = u->end = u->prefetched = 0;
    if (u->peek && size < UNPICKLE_PREFETCH)
        TRY(peek(u));
    if (size > u->end)
        set_input(u, TRY(read_file(u, size)), false);
    if (size > u->end)
        return (const unsigned char *)truncated();
    u->at = size;
    return u->data;
}

const unsigned char *unpickle_line(Unpickler *u, intptr_t *size)
{
    const unsigned char *line = u->data + u->at;
    const unsigned char *end = u->at < u->end ? memchr(line, '\n', (size_t)(u->end - u->at)) : 0;
    if (!end) {
        if (!u->read)
            return (const unsigned char *)truncated();
        TRY(unpickle_skip_consumed(u));
        set_input(u, TRY(checked_input(TRY(call0(u->readline)))), false);
        if (!u->end || u->data[u->end - 1] != '\n')
            return (const unsigned char *)truncated();
        line = u->data;
        end = line + u->end - 1;
    }
    *size = end - line + 1;
    u->at = end + 1 - u->data;
    return line;
}

/* ---- Into memory of ours */

static bool read_by_read(Unpickler *u, char *to, intptr_t size)
{
    Value data = TRY(call_read(u, size));
    if (!is_bytes(data))
        return raise(ValueError, "read() returned non-bytes object (%R)", data);
    if (((Bytes *)data)->length < size)
        return truncated();
    memcpy(to, ((Bytes *)data)->data, (size_t)size);
    return true;
}

static bool read_by_readinto(Unpickler *u, char *to, intptr_t size, Value keep)
{
    intptr_t count;
    Value view = TRY(memoryview_from_memory(to, size, false, keep));
    Value answer = TRY(call1(u->readinto, view));
    TRY(index_as_intptr(answer, &count));
    if (count < 0)
        return raise(ValueError, "readinto() returned negative size");
    return count >= size || truncated();
}

/* Fills `size` bytes at `to`, in memory of `keep`. */
static bool read_into(Unpickler *u, char *to, intptr_t size, Value keep)
{
    intptr_t ready = u->end - u->at;
    if (ready > size)
        ready = size;
    if (ready > 0) {
        memcpy(to, u->data + u->at, (size_t)ready);
        u->at += ready;
    }
    if (ready == size)
        return true;
    if (!u->read)
        return truncated();
    TRY(unpickle_skip_consumed(u));
    return u->readinto ? read_by_readinto(u, to + ready, size - ready, keep)
                       : read_by_read(u, to + ready, size - ready);
}

/* May so many bytes be there? Memory for them is only taken if so. */
static bool is_plausible(const Unpickler *u, intptr_t size)
{
    return size <= u->end - u->at || (u->read && size <= TRUSTED_SIZE);
}

/* Bytes in chunks that grow with what was there. */
static Value read_in_chunks(Unpickler *u, intptr_t size)
{
    BytesBuilder b = {0};
    if (!u->read)
        return truncated();
    while (b.length < size) {
        intptr_t rest = size - b.length, chunk = TRUSTED_SIZE + b.length;
        if (chunk > rest)
            chunk = rest;
        char *to = TRY(bytes_builder_room(&b, chunk));
        TRY(read_into(u, to, chunk, b.bytes));
        bytes_builder_advance(&b, chunk);
    }
    return bytes_shrink(b.bytes, b.length); /* the file's readinto may have kept a view of it */
}

Value unpickle_read_bytes(Unpickler *u, intptr_t size)
{
    if (!is_plausible(u, size))
        return read_in_chunks(u, size);
    Value bytes = TRY(bytes_new(size));
    if (size == 1)
        bytes = TRY(bytes_new(2)); /* that of one byte is not ours to fill */
    TRY(read_into(u, ((Bytes *)bytes)->data, size, bytes));
    return size == 1 ? bytes_from_char((unsigned char)((Bytes *)bytes)->data[0]) : bytes;
}

Value unpickle_read_bytearray(Unpickler *u, intptr_t size)
{
    if (!is_plausible(u, size)) {
        Value bytes = TRY(read_in_chunks(u, size));
        return bytearray_from(((Bytes *)bytes)->data, (size_t)size);
    }
    Value bytearray = TRY(bytearray_new(size));
    TRY(read_into(u, bytearray_view(bytearray).data, size, ((ByteArray *)bytearray)->storage));
    return bytearray;
}
