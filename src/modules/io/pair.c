/* BufferedRWPair: a reader and a writer, of two raw files, in one. */
#include "core/call.h"
#include "core/names.h"
#include "modules/io/io.h"
#include "types/tuple.h"

typedef struct BufferedPair {
    Object ob;
    Value reader, writer; /* atomic; 0: not initialised */
    Value tail;
} BufferedPair;

static void pair_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((BufferedPair *)o)->reader);
    gc_visit(tracer, ((BufferedPair *)o)->writer);
}

INIT_METHOD(
    pair_init,
    "reader, writer, buffer_size=8192, /; reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /")
{
    BufferedPair *self = (BufferedPair *)args[0];
    int readable = TRY_NOT_NEGATIVE(io_call_flag(args[1], io_names.readable), 0);
    if (!readable)
        return raise_unsupported("File or stream is not readable.");
    int writable = TRY_NOT_NEGATIVE(io_call_flag(args[2], io_names.writable), 0);
    if (!writable)
        return raise_unsupported("File or stream is not writable.");
    Value reader = TRY(call2((Value)&buffered_reader_type, args[1], args[3]));
    Value writer = TRY(call2((Value)&buffered_writer_type, args[2], args[3]));
    gc_store(self, &self->reader, reader);
    gc_store(self, &self->writer, writer);
    return None;
}

static Value part(Value self, bool writer)
{
    BufferedPair *pair = (BufferedPair *)self;
    Value v = load_acquire(writer ? &pair->writer : &pair->reader);
    return v ? v : raise(ValueError, "I/O operation on uninitialized object");
}

static Value ask_reader(Value self, Value name)
{
    return call_method0(TRY(part(self, false)), name);
}

static Value ask_writer(Value self, Value name)
{
    return call_method0(TRY(part(self, true)), name);
}

/* Passes the arguments on to a method of the reader or writer. */
#define PAIR_METHOD(id, name, writer, method)                                                      \
    METHOD(id, name, "*args", 0)                                                                   \
    {                                                                                              \
        Value function = TRY(get_attr(TRY(part(args[0], writer)), method));                        \
        return call_tuple_dict(function, args[1], 0);                                              \
    }

PAIR_METHOD(pair_read, "read", false, names.read)
PAIR_METHOD(pair_peek, "peek", false, io_names.peek)
PAIR_METHOD(pair_read1, "read1", false, io_names.read1)
PAIR_METHOD(pair_readinto, "readinto", false, io_names.readinto)
PAIR_METHOD(pair_readinto1, "readinto1", false, io_names.readinto1)
PAIR_METHOD(pair_write, "write", true, names.write)
PAIR_METHOD(pair_flush, "flush", true, names.flush)
PAIR_METHOD(pair_readable, "readable", false, io_names.readable)
PAIR_METHOD(pair_writable, "writable", true, io_names.writable)

METHOD(pair_close, "close", "/", 0)
{
    Value closed = ask_writer(args[0], names.close);
    Value failure = closed ? 0 : error_take();
    Value result = ask_reader(args[0], names.close);
    io_chain(failure);
    return closed ? result : 0;
}

METHOD(pair_isatty, "isatty", "/", 0)
{
    Value result = TRY(ask_writer(args[0], io_names.isatty));
    return result == False ? ask_reader(args[0], io_names.isatty) : result;
}

static Value get_closed(Value self)
{
    Value writer = load_acquire(&((BufferedPair *)self)->writer);
    if (!writer)
        return raise(RuntimeError, "the BufferedRWPair object is being garbage-collected");
    return get_attr(writer, io_names.closed);
}

static MethodDef *const pair_methods[] = {M(pair_read),     M(pair_peek),      M(pair_read1),
                                          M(pair_readinto), M(pair_readinto1), M(pair_write),
                                          M(pair_flush),    M(pair_close),     M(pair_readable),
                                          M(pair_writable), M(pair_isatty),    0};
static const GetSetDef pair_getset[] = {{"closed", get_closed, 0, 0}, {0}};

Type buffered_pair_type = {
    IO_TYPE_HEAD("_io.BufferedRWPair", BufferedPair),
    .base = &bufferediobase_type,
    .init_def = M(pair_init),
    .methods = pair_methods,
    .getset = pair_getset,
    .trace = pair_trace,
    .flags = TYPE_BASE,
    .doc = "A buffered reader and writer object together.\n\n"
           "A buffered reader object and buffered writer object put together to\n"
           "form a sequential IO object that can read and write. This is typically\n"
           "used with a socket or two-way pipe.\n\n"
           "reader and writer are RawIOBase objects that are readable and\n"
           "writeable respectively. If the buffer_size is omitted it defaults to\n"
           "DEFAULT_BUFFER_SIZE.",
};
