/* The types BufferedReader, BufferedWriter and BufferedRandom. */
#include <string.h>

#include "core/call.h"
#include "modules/io/buffered.h"

static bool need(Value raw, Value ability, const char *message)
{
    int able = TRY_NOT_NEGATIVE(io_call_flag(raw, ability), false);
    return able || raise_unsupported(message);
}

static bool need_readable(Value raw)
{
    return need(raw, io_names.readable, "File or stream is not readable.");
}

static bool need_writable(Value raw)
{
    return need(raw, io_names.writable, "File or stream is not writable.");
}

static bool need_seekable(Value raw)
{
    return need(raw, io_names.seekable, "File or stream is not seekable.");
}

/* While __init__ is at work, or after it failed, the object has no raw file. Others that are about
 * to read wait until it is through. */
static Value initialise(Value *args, bool readable, bool writable)
{
    Buffered *self = as_buffered(args[0]);
    IO_LOCKED(self, &self->lock);
    gc_store(self, &self->raw, (Value)0);
    store_relaxed(&self->detached, false);
    if (readable && writable)
        TRY(need_seekable(args[1]));
    if (readable)
        TRY(need_readable(args[1]));
    if (writable)
        TRY(need_writable(args[1]));
    store_relaxed(&self->readable, readable);
    store_relaxed(&self->writable, writable);
    return buffered_init(self, args[1], args[2]) ? None : 0;
}

INIT_METHOD(reader_init, "raw, buffer_size=8192; raw, buffer_size=DEFAULT_BUFFER_SIZE")
{
    return initialise(args, true, false);
}

INIT_METHOD(writer_init, "raw, buffer_size=8192; raw, buffer_size=DEFAULT_BUFFER_SIZE")
{
    return initialise(args, false, true);
}

INIT_METHOD(random_init, "raw, buffer_size=8192; raw, buffer_size=DEFAULT_BUFFER_SIZE")
{
    return initialise(args, true, true);
}

#define BUFFERED_TYPE(name, init_)                                                                 \
    IO_TYPE_HEAD(name, Buffered), .base = &bufferediobase_type, .repr = io_repr_with_name,         \
                                  .init_def = M(init_), .getset = buffered_getset,                 \
                                  .members = buffered_members, .trace = buffered_trace,            \
                                  .release = buffered_release, .flags = TYPE_BASE

Type buffered_reader_type = {
    BUFFERED_TYPE("_io.BufferedReader", reader_init),
    .next = buffered_next,
    .doc = "Create a new buffered reader using the given readable raw IO object.",
};

Type buffered_writer_type = {
    BUFFERED_TYPE("_io.BufferedWriter", writer_init),
    .doc = "A buffer for a writeable sequential RawIO object.\n\n"
           "The constructor creates a BufferedWriter for the given writeable raw\n"
           "stream. If the buffer_size is not given, it defaults to\n"
           "DEFAULT_BUFFER_SIZE.",
};

Type buffered_random_type = {
    BUFFERED_TYPE("_io.BufferedRandom", random_init),
    .next = buffered_next,
    .doc = "A buffered interface to random access streams.\n\n"
           "The constructor creates a reader and writer for a seekable stream,\n"
           "raw, given in the first argument. If the buffer_size is omitted it\n"
           "defaults to DEFAULT_BUFFER_SIZE.",
};

#define METHODS_MAX 32

static size_t add_all(MethodDef **table, size_t count, MethodDef *const *methods)
{
    while (*methods)
        table[count++] = *methods++;
    return count;
}

static void make_ready(Type *type, MethodDef **table, MethodDef *flush, bool reads, bool writes)
{
    size_t count = add_all(table, 0, buffered_common_methods);
    table[count++] = flush;
    if (reads) {
        count = add_all(table, count, buffered_read_methods);
        table[count++] = buffered_readable_entry;
    }
    if (writes) {
        table[count++] = buffered_writable_entry;
        table[count++] = buffered_write_entry;
    }
    CHECK(count < METHODS_MAX);
    type->methods = table;
    type_ready(type, 0);
}

void buffered_start(void)
{
    static MethodDef *reader[METHODS_MAX], *writer[METHODS_MAX], *random[METHODS_MAX];
    make_ready(&buffered_reader_type, reader, buffered_simple_flush_entry, true, false);
    make_ready(&buffered_writer_type, writer, buffered_flush_entry, false, true);
    make_ready(&buffered_random_type, random, buffered_flush_entry, true, true);
}
