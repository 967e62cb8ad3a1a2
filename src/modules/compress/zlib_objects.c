/* Compress, Decompress and _ZlibDecompressor objects. */
#include "modules/compress/zlib_objects.h"

#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/module_util.h"
#include "types/int.h"

/* ---- Compress --------------------------------------------------------------------------- */

typedef struct Compress {
    Object ob;
    Mutex mutex;
    z_stream stream; /* guarded by mutex, as is `active` */
    bool active;     /* the stream is to be ended */
} Compress;

static Type compress_type, decompress_type, zlib_decompressor_type;

enum { DEFLATE_BYTES = 268 << 10, INFLATE_BYTES = 44 << 10 }; /* zlib's own memory, about */

static void compress_release(Object *self)
{
    Compress *c = (Compress *)self;
    if (c->active) {
        deflateEnd(&c->stream);
        gc_external_bytes(-DEFLATE_BYTES);
    }
}

static StreamResult deflate_step(void *self, StreamIO *io, int flush)
{
    Compress *c = self;
    int code = zlib_step(&c->stream, io, deflate, flush);
    if (code == Z_STREAM_END)
        return STREAM_ENDS;
    if (code == Z_OK || code == Z_BUF_ERROR)
        return STREAM_GOES_ON;
    zlib_fail(&c->stream, code, flush == Z_NO_FLUSH ? "while compressing data" : "while flushing");
    return STREAM_FAILED;
}

METHOD(compress_compress, "compress", "%data, /",
       "Returns a bytes object containing compressed data.")
{
    Compress *self = (Compress *)args[0];
    TEXT_ARGUMENT(data);
    TRY(bytes_argument_once(args[1], &data));
    StreamIO io = {.in = data.data, .in_left = (size_t)data.length};
    bool ended;
    HOLDING(&self->mutex)
    {
        return stream_run(self, deflate_step, &io, Z_NO_FLUSH, -1, &ended);
    }
    UNREACHABLE();
}

METHOD(compress_flush, "flush", "%mode=4, /",
       "Return a bytes object containing any remaining compressed data.\n\n"
       "  mode\n    One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n"
       "    If mode == Z_FINISH, the compressor object can no longer be used after calling the "
       "flush() method.")
{
    Compress *self = (Compress *)args[0];
    int mode;
    TRY(index_as_int(args[1], &mode));
    if (mode == Z_NO_FLUSH)
        return bytes_empty();
    StreamIO io = {.in = ""};
    bool ended;
    HOLDING(&self->mutex)
    {
        Value result = TRY(stream_run(self, deflate_step, &io, mode, -1, &ended));
        if (ended) {
            deflateEnd(&self->stream);
            self->active = false;
            gc_external_bytes(-DEFLATE_BYTES);
        }
        return result;
    }
    UNREACHABLE();
}

static Value compress_copy(Value self_value)
{
    Compress *self = (Compress *)self_value;
    Compress *copy = TRY(NEW(Compress, &compress_type));
    HOLDING(&self->mutex)
    {
        int code = deflateCopy(&copy->stream, &self->stream);
        if (code == Z_STREAM_ERROR)
            return raise(ValueError, "Inconsistent stream state");
        if (code != Z_OK)
            return raise(MemoryError, "Can't allocate memory for compression object");
        copy->active = true;
    }
    gc_external_bytes(DEFLATE_BYTES);
    return (Value)copy;
}

METHOD(compress_m_copy, "copy", "%", "Return a copy of the compression object.")
{
    return compress_copy(args[0]);
}

METHOD(compress_dunder_copy, "__copy__", "%", "")
{
    return compress_copy(args[0]);
}

METHOD(compress_deepcopy, "__deepcopy__", "%memo, /", "")
{
    return compress_copy(args[0]);
}

static MethodDef *const compress_methods[] = {M(compress_compress), M(compress_flush),
                                              M(compress_m_copy),   M(compress_dunder_copy),
                                              M(compress_deepcopy), 0};

FUNCTION(zlib_compressobj, "compressobj",
         "level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=?None",
         "Return a compressor object.")
{
    int level, method, wbits, memory, strategy;
    TEXT_ARGUMENT(dictionary);
    TRY(index_as_int(args[0], &level));
    TRY(index_as_int(args[1], &method));
    TRY(index_as_int(args[2], &wbits));
    TRY(index_as_int(args[3], &memory));
    TRY(index_as_int(args[4], &strategy));
    if (args[5])
        TRY(bytes_argument(args[5], &dictionary));
    Compress *c = TRY(NEW(Compress, &compress_type));
    int code = deflateInit2(&c->stream, level, method, wbits, memory, strategy);
    if (code == Z_MEM_ERROR)
        return raise(MemoryError, "Can't allocate memory for compression object");
    if (code == Z_STREAM_ERROR)
        return raise(ValueError, "Invalid initialization option");
    if (code != Z_OK)
        return zlib_fail(&c->stream, code, "while creating compression object");
    c->active = true;
    gc_external_bytes(DEFLATE_BYTES);
    if (!args[5])
        return (Value)c;
    code =
        deflateSetDictionary(&c->stream, (const Bytef *)dictionary.data, (uInt)dictionary.length);
    if (code == Z_STREAM_ERROR)
        return raise(ValueError, "Invalid dictionary");
    return code == Z_OK ? (Value)c : raise(ValueError, "deflateSetDictionary()");
}

/* ---- Decompress ------------------------------------------------------------------------- */

typedef struct Decompress {
    Object ob;
    Mutex mutex;
    z_stream stream; /* guarded by mutex, as are all that follow */
    bool active, eof;
    Value unused_data, unconsumed_tail; /* bytes */
    Value dictionary;                   /* bytes, or 0 */
} Decompress;

static void decompress_trace(Object *self, Tracer *tracer)
{
    Decompress *d = (Decompress *)self;
    gc_visit(tracer, load_relaxed(&d->unused_data));
    gc_visit(tracer, load_relaxed(&d->unconsumed_tail));
    gc_visit(tracer, d->dictionary);
}

static void decompress_release(Object *self)
{
    Decompress *d = (Decompress *)self;
    if (d->active) {
        inflateEnd(&d->stream);
        gc_external_bytes(-INFLATE_BYTES);
    }
}

static bool set_dictionary(z_stream *stream, Value dictionary)
{
    const Bytes *bytes = (Bytes *)dictionary;
    int code = inflateSetDictionary(stream, (const Bytef *)bytes->data, (uInt)bytes->length);
    if (code != Z_OK)
        zlib_fail(stream, code, "while setting zdict");
    return code == Z_OK;
}

/* inflate, which may ask for the dictionary on the way. */
static StreamResult inflate_once(z_stream *stream, StreamIO *io, Value dictionary)
{
    int code = zlib_step(stream, io, inflate, Z_SYNC_FLUSH);
    if (code == Z_NEED_DICT && dictionary)
        return set_dictionary(stream, dictionary) ? inflate_once(stream, io, 0) : STREAM_FAILED;
    if (code == Z_STREAM_END)
        return STREAM_ENDS;
    if (code == Z_OK || code == Z_BUF_ERROR)
        return STREAM_GOES_ON;
    zlib_fail(stream, code, "while decompressing data");
    return STREAM_FAILED;
}

static StreamResult inflate_step(void *self, StreamIO *io, int flush UNUSED)
{
    Decompress *d = self;
    return inflate_once(&d->stream, io, d->dictionary);
}

/* Keeps what input is left: behind the end it is unused data. */
static bool keep_rest(Decompress *d, const StreamIO *io, bool ended)
{
    if (ended && io->in_left) {
        BytesBuilder b = {0};
        const Bytes *old = (Bytes *)d->unused_data;
        bytes_builder_add(&b, old->data, old->length);
        bytes_builder_add(&b, io->in, (intptr_t)io->in_left);
        gc_store(d, &d->unused_data, TRY_OR(bytes_builder_finish(&b), false));
    }
    Value tail = ended ? bytes_empty() : bytes_from(io->in, io->in_left);
    if (!tail)
        return false;
    gc_store(d, &d->unconsumed_tail, tail);
    return true;
}

static Value decompress_held(Decompress *d, const char *data, size_t size, intptr_t limit)
{
    StreamIO io = {.in = data, .in_left = size};
    bool ended;
    if (d->eof) {
        TRY(keep_rest(d, &io, true));
        return bytes_empty();
    }
    Value result = TRY(stream_run(d, inflate_step, &io, 0, limit, &ended));
    TRY(keep_rest(d, &io, ended));
    if (ended)
        store_relaxed(&d->eof, true);
    return result;
}

METHOD(decompress_decompress, "decompress", "data, /, max_length=0",
       "Return a bytes object containing the decompressed version of the data.\n\n"
       "  max_length\n    The maximum allowable length of the decompressed data.\n"
       "    Unconsumed input data will be stored in the unconsumed_tail attribute.")
{
    Decompress *self = (Decompress *)args[0];
    TEXT_ARGUMENT(data);
    TRY(bytes_argument(args[1], &data));
    intptr_t limit = TRY_INDEX(args[2]);
    if (limit < 0)
        return raise(ValueError, "max_length must be non-negative");
    HOLDING(&self->mutex)
    {
        return decompress_held(self, data.data, (size_t)data.length, limit ? limit : -1);
    }
    UNREACHABLE();
}

METHOD(decompress_flush, "flush", "%length=16384, /",
       "Return a bytes object containing any remaining decompressed data.")
{
    Decompress *self = (Decompress *)args[0];
    intptr_t length = TRY_INDEX(args[1]);
    if (length <= 0)
        return raise(ValueError, "length must be greater than zero");
    HOLDING(&self->mutex)
    {
        const Bytes *tail = (Bytes *)self->unconsumed_tail;
        Value result = TRY(decompress_held(self, tail->data, (size_t)tail->length, -1));
        if (self->eof && self->active) {
            inflateEnd(&self->stream);
            self->active = false;
            gc_external_bytes(-INFLATE_BYTES);
        }
        return result;
    }
    UNREACHABLE();
}

static Value decompress_copy(Value self_value)
{
    Decompress *self = (Decompress *)self_value;
    Decompress *copy = TRY(NEW(Decompress, &decompress_type));
    HOLDING(&self->mutex)
    {
        int code = inflateCopy(&copy->stream, &self->stream);
        if (code == Z_STREAM_ERROR)
            return raise(ValueError, "Inconsistent stream state");
        if (code != Z_OK)
            return raise(MemoryError, "Can't allocate memory for decompression object");
        copy->active = true;
        copy->eof = self->eof;
        gc_store(copy, &copy->unused_data, self->unused_data);
        gc_store(copy, &copy->unconsumed_tail, self->unconsumed_tail);
        gc_store(copy, &copy->dictionary, self->dictionary);
    }
    gc_external_bytes(INFLATE_BYTES);
    return (Value)copy;
}

METHOD(decompress_m_copy, "copy", "%", "Return a copy of the decompression object.")
{
    return decompress_copy(args[0]);
}

METHOD(decompress_dunder_copy, "__copy__", "%", "")
{
    return decompress_copy(args[0]);
}

METHOD(decompress_deepcopy, "__deepcopy__", "%memo, /", "")
{
    return decompress_copy(args[0]);
}

static MethodDef *const decompress_methods[] = {M(decompress_decompress), M(decompress_flush),
                                                M(decompress_m_copy),     M(decompress_dunder_copy),
                                                M(decompress_deepcopy),   0};

static const MemberDef decompress_members[] = {
    {"unused_data", MEMBER_VALUE, offsetof(Decompress, unused_data), true, 0},
    {"unconsumed_tail", MEMBER_VALUE, offsetof(Decompress, unconsumed_tail), true, 0},
    {"eof", MEMBER_BOOL8, offsetof(Decompress, eof), true, 0},
    {0},
};

/* The zdict argument as bytes; *out 0 if it was not given. */
static bool dictionary_argument(Value v, Value *out)
{
    *out = 0;
    if (!v)
        return true;
    if (!has_buffer(v)) {
        raise(TypeError, "zdict argument must support the buffer protocol");
        return false;
    }
    *out = bytes_from_object(v);
    return *out;
}

static bool start_inflate(z_stream *stream, int wbits)
{
    int code = inflateInit2(stream, wbits);
    if (code == Z_STREAM_ERROR)
        raise(ValueError, "Invalid initialization option");
    else if (code == Z_MEM_ERROR)
        raise(MemoryError, "Can't allocate memory for decompression object");
    else if (code != Z_OK)
        zlib_fail(stream, code, "while creating decompression object");
    if (code != Z_OK)
        return false;
    gc_external_bytes(INFLATE_BYTES);
    return true;
}

FUNCTION(zlib_decompressobj, "decompressobj", "wbits=15, zdict=?b''",
         "Return a decompressor object.")
{
    int wbits;
    Value dictionary;
    TRY(index_as_int(args[0], &wbits));
    TRY(dictionary_argument(args[1], &dictionary));
    Decompress *d = TRY(NEW(Decompress, &decompress_type));
    gc_store(d, &d->unused_data, bytes_empty());
    gc_store(d, &d->unconsumed_tail, bytes_empty());
    gc_store(d, &d->dictionary, dictionary);
    TRY(start_inflate(&d->stream, wbits));
    d->active = true;
    if (dictionary && wbits < 0)
        TRY(set_dictionary(&d->stream, dictionary));
    return (Value)d;
}

/* ---- _ZlibDecompressor ------------------------------------------------------------------ */

typedef struct ZlibDecompressor {
    Decompressor base;
    z_stream stream; /* guarded by the mutex of base */
    bool active;
    Value dictionary;
} ZlibDecompressor;

static void zlib_decompressor_trace(Object *self, Tracer *tracer)
{
    decompressor_trace(self, tracer);
    gc_visit(tracer, ((ZlibDecompressor *)self)->dictionary);
}

static void zlib_decompressor_release(Object *self)
{
    ZlibDecompressor *d = (ZlibDecompressor *)self;
    if (d->active) {
        inflateEnd(&d->stream);
        gc_external_bytes(-INFLATE_BYTES);
    }
}

static StreamResult zlib_decompressor_step(void *self, StreamIO *io, int flush UNUSED)
{
    ZlibDecompressor *d = self;
    return inflate_once(&d->stream, io, d->dictionary);
}

METHOD(zlib_decompressor_decompress, "decompress", "data, max_length=-1",
       "Decompress *data*, returning uncompressed data as bytes.")
{
    return decompressor_decompress((Decompressor *)args[0], args[1], args[2],
                                   "End of stream already reached");
}

NEW_METHOD(zlib_decompressor_make, "wbits=15, zdict=?; wbits=15, zdict=b''")
{
    int wbits;
    Value dictionary;
    TRY(index_as_int(args[1], &wbits));
    TRY(dictionary_argument(args[2], &dictionary));
    ZlibDecompressor *d = TRY(NEW(ZlibDecompressor, (Type *)args[0]));
    TRY(decompressor_init(&d->base, zlib_decompressor_step));
    gc_store(d, &d->dictionary, dictionary);
    TRY(start_inflate(&d->stream, wbits));
    d->active = true;
    if (dictionary && wbits < 0)
        TRY(set_dictionary(&d->stream, dictionary));
    return (Value)d;
}

static MethodDef *const zlib_decompressor_methods[] = {M(zlib_decompressor_decompress), 0};

/* ---- Types ------------------------------------------------------------------------------ */

static Type compress_type = {
    TYPE_HEAD("zlib.Compress", Compress),
    .methods = compress_methods,
    .release = compress_release,
    .flags = TYPE_NO_NEW,
};

static Type decompress_type = {
    TYPE_HEAD("zlib.Decompress", Decompress),
    .methods = decompress_methods,
    .members = decompress_members,
    .trace = decompress_trace,
    .release = decompress_release,
    .flags = TYPE_NO_NEW,
};

static Type zlib_decompressor_type = {
    TYPE_HEAD("zlib._ZlibDecompressor", ZlibDecompressor),
    .doc = "Create a decompressor object for decompressing data incrementally.",
    .new_def = M(zlib_decompressor_make),
    .methods = zlib_decompressor_methods,
    .getset = decompressor_getset,
    .trace = zlib_decompressor_trace,
    .release = zlib_decompressor_release,
};

static MethodDef *const functions[] = {M(zlib_compressobj), M(zlib_decompressobj), 0};

bool zlib_add_objects(Value module)
{
    if (!(type_flags(&compress_type) & TYPE_READY)) {
        type_ready(&compress_type, 0);
        type_ready(&decompress_type, 0);
    }
    return module_add_functions(module, functions) &&
           module_add_new_type(module, &zlib_decompressor_type);
}
