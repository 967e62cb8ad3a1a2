/* _bz2: compression with libbz2. */
#include <bzlib.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/compress/stream.h"
#include "modules/lazy_library.h"
#include "modules/module_util.h"

#define BZ2_FUNCTIONS(F)                                                                           \
    F(BZ2_bzCompressInit)                                                                          \
    F(BZ2_bzCompress)                                                                              \
    F(BZ2_bzCompressEnd)                                                                           \
    F(BZ2_bzDecompressInit)                                                                        \
    F(BZ2_bzDecompress)                                                                            \
    F(BZ2_bzDecompressEnd)
LAZY_LIBRARY_TYPE(Bz2Library, BZ2_FUNCTIONS)
static LAZY_LIBRARY_FUNCTION(Bz2Library, bz2_library, "libbz2.so.1.0", BZ2_FUNCTIONS)

    /* False with an exception for the library's error codes. */
    static bool check(int code)
{
    switch (code) {
    case BZ_OK:
    case BZ_RUN_OK:
    case BZ_FLUSH_OK:
    case BZ_FINISH_OK:
    case BZ_STREAM_END:
        return true;
    case BZ_CONFIG_ERROR:
        return raise(SystemError, "libbzip2 was not compiled correctly");
    case BZ_PARAM_ERROR:
        return raise(ValueError, "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR:
        return raise_no_memory();
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC:
        return raise(OSError, "Invalid data stream");
    case BZ_IO_ERROR:
        return raise(OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF:
        return raise(EOFError,
                     "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR:
        return raise(RuntimeError,
                     "Internal error - Invalid sequence of commands sent to libbzip2");
    default:
        return raise(OSError, "Unrecognized error from libbzip2: %d", code);
    }
}

enum { MOST_AT_ONCE = 1 << 30 }; /* libbz2 counts in unsigned int */

static void begin(bz_stream *stream, const StreamIO *io, size_t *in, size_t *out)
{
    *in = io->in_left < MOST_AT_ONCE ? io->in_left : MOST_AT_ONCE;
    *out = io->out_left < MOST_AT_ONCE ? io->out_left : MOST_AT_ONCE;
    stream->next_in = (char *)(uintptr_t)io->in;
    stream->avail_in = (unsigned)*in;
    stream->next_out = io->out;
    stream->avail_out = (unsigned)*out;
}

static void end(bz_stream *stream, StreamIO *io, size_t in, size_t out)
{
    io->in_left -= in - stream->avail_in;
    io->in = stream->next_in;
    io->out_left -= out - stream->avail_out;
    io->out = stream->next_out;
    stream->next_in = stream->next_out = 0;
}

/* ---- BZ2Compressor ---------------------------------------------------------------------- */

typedef struct Bz2Compressor {
    Object ob;
    Mutex mutex;
    bz_stream stream; /* guarded by mutex, as are the others */
    bool active, flushed;
} Bz2Compressor;

static void compressor_release(Object *self)
{
    if (((Bz2Compressor *)self)->active)
        bz2_library()->BZ2_bzCompressEnd(&((Bz2Compressor *)self)->stream);
}

static StreamResult compress_step(void *self, StreamIO *io, int action)
{
    Bz2Compressor *c = self;
    size_t in, out;
    int code = BZ_OK;
    /* To run with neither input nor output is an error to the library. */
    if (action == BZ_RUN && io->in_left == 0)
        return STREAM_GOES_ON;
    begin(&c->stream, io, &in, &out);
    BLOCKING
    {
        code = bz2_library()->BZ2_bzCompress(&c->stream, action);
    }
    end(&c->stream, io, in, out);
    if (!check(code))
        return STREAM_FAILED;
    return code == BZ_STREAM_END ? STREAM_ENDS : STREAM_GOES_ON;
}

METHOD(compressor_compress, "compress", "data, /", "Provide data to the compressor object.")
{
    Bz2Compressor *self = (Bz2Compressor *)args[0];
    TEXT_ARGUMENT(data);
    TRY(bytes_argument_once(args[1], &data));
    StreamIO io = {.in = data.data, .in_left = (size_t)data.length};
    bool ended;
    HOLDING(&self->mutex)
    {
        if (self->flushed)
            return raise(ValueError, "Compressor has been flushed");
        return stream_run(self, compress_step, &io, BZ_RUN, -1, &ended);
    }
    UNREACHABLE();
}

METHOD(compressor_flush, "flush", "", "Finish the compression process.")
{
    Bz2Compressor *self = (Bz2Compressor *)args[0];
    StreamIO io = {.in = ""};
    bool ended = false;
    BytesBuilder b = {0};
    HOLDING(&self->mutex)
    {
        if (self->flushed)
            return raise(ValueError, "Repeated call to flush()");
        self->flushed = true;
        while (!ended) {
            Value part = TRY(stream_run(self, compress_step, &io, BZ_FINISH, -1, &ended));
            bytes_builder_add(&b, ((Bytes *)part)->data, ((Bytes *)part)->length);
        }
    }
    return bytes_builder_finish(&b);
}

NEW_METHOD(compressor_make, "compresslevel=9, /")
{
    int level;
    TRY(index_as_int(args[1], &level));
    if (level < 1 || level > 9)
        return raise(ValueError, "compresslevel must be between 1 and 9");
    Bz2Compressor *c = TRY(NEW(Bz2Compressor, (Type *)args[0]));
    TRY(check(bz2_library()->BZ2_bzCompressInit(&c->stream, level, 0, 0)));
    c->active = true;
    return (Value)c;
}

METHOD(compressor_reduce, "__reduce__", "", "")
{
    return raise(TypeError, "cannot pickle '%T' object", args[0]);
}

static MethodDef *const compressor_methods[] = {M(compressor_compress), M(compressor_flush),
                                                M(compressor_reduce), 0};

static Type compressor_type = {
    TYPE_HEAD("_bz2.BZ2Compressor", Bz2Compressor),
    .doc = "Create a compressor object for compressing data incrementally.",
    .new_def = M(compressor_make),
    .methods = compressor_methods,
    .release = compressor_release,
};

/* ---- BZ2Decompressor -------------------------------------------------------------------- */

typedef struct Bz2Decompressor {
    Decompressor base;
    bz_stream stream; /* guarded by the mutex of base */
    bool active;
} Bz2Decompressor;

static void decompressor_release(Object *self)
{
    if (((Bz2Decompressor *)self)->active)
        bz2_library()->BZ2_bzDecompressEnd(&((Bz2Decompressor *)self)->stream);
}

static StreamResult decompress_step(void *self, StreamIO *io, int unused UNUSED)
{
    Bz2Decompressor *d = self;
    size_t in, out;
    int code = BZ_OK;
    begin(&d->stream, io, &in, &out);
    BLOCKING
    {
        code = bz2_library()->BZ2_bzDecompress(&d->stream);
    }
    end(&d->stream, io, in, out);
    if (!check(code))
        return STREAM_FAILED;
    return code == BZ_STREAM_END ? STREAM_ENDS : STREAM_GOES_ON;
}

METHOD(decompressor_m_decompress, "decompress", "data, max_length=-1",
       "Decompress *data*, returning uncompressed data as bytes.")
{
    return decompressor_decompress((Decompressor *)args[0], args[1], args[2],
                                   "End of stream already reached");
}

NEW_METHOD(decompressor_make, "")
{
    Bz2Decompressor *d = TRY(NEW(Bz2Decompressor, (Type *)args[0]));
    TRY(decompressor_init(&d->base, decompress_step));
    d->base.dies_of_errors = true;
    TRY(check(bz2_library()->BZ2_bzDecompressInit(&d->stream, 0, 0)));
    d->active = true;
    return (Value)d;
}

METHOD(decompressor_reduce, "__reduce__", "", "")
{
    return raise(TypeError, "cannot pickle '%T' object", args[0]);
}

static MethodDef *const decompressor_methods[] = {M(decompressor_m_decompress),
                                                  M(decompressor_reduce), 0};

static Type decompressor_type = {
    TYPE_HEAD("_bz2.BZ2Decompressor", Bz2Decompressor),
    .doc = "Create a decompressor object for decompressing data incrementally.",
    .new_def = M(decompressor_make),
    .methods = decompressor_methods,
    .getset = decompressor_getset,
    .trace = decompressor_trace,
    .release = decompressor_release,
};

static bool execute(Value module)
{
    return bz2_library() && module_add_new_type(module, &compressor_type) &&
           module_add_new_type(module, &decompressor_type);
}

const ModuleDef module__bz2 = {"_bz2", 0, 0, execute};
