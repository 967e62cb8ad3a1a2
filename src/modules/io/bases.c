/* _RawIOBase, _BufferedIOBase and _TextIOBase: the three kinds of files. */
#include "modules/io/io.h"

#include <string.h>
#include "base/copy.h"
#include "core/call.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/text.h"

/* ---- raw --------------------------------------------------------------------------------------
 */

METHOD(raw_read, "read", "size=-1, /", 0)
{
    intptr_t size = TRY_INDEX(args[1]);
    if (size < 0)
        return call_method0(args[0], io_names.readall);
    Value buffer = TRY(bytearray_new(size));
    Value result = TRY(call_method1(args[0], io_names.readinto, buffer));
    if (result == None)
        return None;
    intptr_t count;
    TRY(index_as_intptr_or(result, &count, ValueError));
    TEXT_OF(text, buffer);
    if (count < 0 || count > text.length)
        return raise(ValueError, "readinto returned %zd outside buffer size %zd", count,
                     text.length);
    return bytes_from(text.data, (size_t)count);
}

METHOD(raw_readall, "readall", "/", "Read until EOF, using multiple read() call.")
{
    BytesBuilder all = {0};
    for (;;) {
        Value part = call_method1(args[0], names.read, int_small(DEFAULT_BUFFER_SIZE));
        if (!part && io_error_is_eintr()) {
            TRY(io_interrupted());
            continue;
        }
        TRY(part);
        if (part == None && !all.length)
            return None;
        if (part == None)
            break;
        if (!is_bytes(part))
            return raise(TypeError, "read() should return bytes");
        if (!((Bytes *)part)->length)
            break;
        bytes_builder_add(&all, ((Bytes *)part)->data, ((Bytes *)part)->length);
    }
    return bytes_builder_finish(&all);
}

static MethodDef *const raw_methods[] = {M(raw_read), M(raw_readall), 0};

Type rawiobase_type = {
    .ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC},
    .name = "_io._RawIOBase",
    .base = &iobase_type,
    .methods = raw_methods,
    .flags = TYPE_BASE,
    .doc = "Base class for raw binary I/O.",
};

/* ---- buffered -----------------------------------------------------------------------------------
 */

/* readinto and readinto1 by way of read and read1. */
static Value read_into(Value self, Value target, Value read)
{
    BOUND_BUFFER(buffer);
    TRY(buffer_get(target, &buffer, BUFFER_WRITE));
    Value data = TRY(call_method1(self, read, int_from(buffer.size)));
    if (!is_bytes(data))
        return raise(TypeError, "read() should return bytes");
    const Bytes *b = (Bytes *)data;
    if (b->length > buffer.size)
        return raise(ValueError, "read() returned too much data: %zd bytes requested, %zd returned",
                     buffer.size, b->length);
    copy_seen(buffer.data, b->data, (size_t)b->length);
    return int_from(b->length);
}

METHOD(buffered_base_readinto, "readinto", "buffer, /", 0)
{
    return read_into(args[0], args[1], names.read);
}

METHOD(buffered_base_readinto1, "readinto1", "buffer, /", 0)
{
    return read_into(args[0], args[1], io_names.read1);
}

METHOD(buffered_base_detach, "detach", "/",
       "Disconnect this buffer from its underlying raw stream and return it.\n\n"
       "After the raw stream has been detached, the buffer is in an unusable\n"
       "state.")
{
    return raise_unsupported("detach");
}

METHOD(buffered_base_read, "read", "size=-1, /",
       "Read and return up to n bytes.\n\n"
       "If the size argument is omitted, None, or negative, read and\n"
       "return all data until EOF.\n\n"
       "If the size argument is positive, and the underlying raw stream is\n"
       "not 'interactive', multiple raw reads may be issued to satisfy\n"
       "the byte count (unless EOF is reached first).\n"
       "However, for interactive raw streams (as well as sockets and pipes),\n"
       "at most one raw read will be issued, and a short result does not\n"
       "imply that EOF is imminent.\n\n"
       "Return an empty bytes object on EOF.\n\n"
       "Return None if the underlying raw stream was open in non-blocking\n"
       "mode and no data is available at the moment.")
{
    return raise_unsupported("read");
}

METHOD(buffered_base_read1, "read1", "size=-1, /",
       "Read and return up to size bytes, with at most one read() call to the underlying raw "
       "stream.\n\n"
       "Return an empty bytes object on EOF.\n"
       "A short result does not imply that EOF is imminent.")
{
    return raise_unsupported("read1");
}

METHOD(buffered_base_write, "write", "b, /",
       "Write buffer b to the IO stream.\n\n"
       "Return the number of bytes written, which is always\n"
       "the length of b in bytes.\n\n"
       "Raise BlockingIOError if the buffer is full and the\n"
       "underlying raw stream cannot accept more data at the moment.")
{
    return raise_unsupported("write");
}

static MethodDef *const buffered_base_methods[] = {M(buffered_base_detach),
                                                   M(buffered_base_read),
                                                   M(buffered_base_read1),
                                                   M(buffered_base_readinto),
                                                   M(buffered_base_readinto1),
                                                   M(buffered_base_write),
                                                   0};

Type bufferediobase_type = {
    .ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC},
    .name = "_io._BufferedIOBase",
    .base = &iobase_type,
    .methods = buffered_base_methods,
    .flags = TYPE_BASE,
    .doc = "Base class for buffered IO objects.\n\n"
           "The main difference with RawIOBase is that the read() method\n"
           "supports omitting the size argument, and does not have a default\n"
           "implementation that defers to readinto().\n\n"
           "In addition, read(), readinto() and write() may raise\n"
           "BlockingIOError if the underlying raw stream is in non-blocking\n"
           "mode and not ready; unlike their raw counterparts, they will never\n"
           "return None.\n\n"
           "A typical implementation should not inherit from a RawIOBase\n"
           "implementation, but wrap one.\n",
};

/* ---- text
 * ----------------------------------------------------------------------------------------- */

METHOD(text_base_detach, "detach", "/",
       "Separate the underlying buffer from the TextIOBase and return it.\n\n"
       "After the underlying buffer has been detached, the TextIO is in an unusable state.")
{
    return raise_unsupported("detach");
}

METHOD(text_base_read, "read", "size=-1, /",
       "Read at most size characters from stream.\n\n"
       "Read from underlying buffer until we have size characters or we hit EOF.\n"
       "If size is negative or omitted, read until EOF.")
{
    return raise_unsupported("read");
}

METHOD(text_base_readline, "readline", "size=-1, /",
       "Read until newline or EOF.\n\n"
       "Return an empty string if EOF is hit immediately.\n"
       "If size is specified, at most size characters will be read.")
{
    return raise_unsupported("readline");
}

METHOD(text_base_write, "write", "s, /",
       "Write string s to stream.\n\n"
       "Return the number of characters written\n"
       "(which is always equal to the length of the string).")
{
    return raise_unsupported("write");
}

static Value get_none(Value self UNUSED)
{
    return None;
}

static MethodDef *const text_base_methods[] = {M(text_base_detach), M(text_base_read),
                                               M(text_base_readline), M(text_base_write), 0};
static const GetSetDef text_base_getset[] = {
    {"encoding", get_none, 0, "Encoding of the text stream.\n\nSubclasses should override.\n"},
    {"newlines", get_none, 0,
     "Line endings translated so far.\n\nOnly line endings translated during reading are "
     "considered.\n\nSubclasses should override.\n"},
    {"errors", get_none, 0,
     "The error setting of the decoder or encoder.\n\nSubclasses should override.\n"},
    {0}};

Type textiobase_type = {
    .ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC},
    .name = "_io._TextIOBase",
    .base = &iobase_type,
    .methods = text_base_methods,
    .getset = text_base_getset,
    .flags = TYPE_BASE,
    .doc = "Base class for text I/O.\n\n"
           "This class provides a character and line based interface to stream\n"
           "I/O. There is no readinto method because Python's character strings\n"
           "are immutable.\n",
};
