/* _lzma: compression with liblzma (XZ Utils). */
#include "modules/compress/lzma.h"

#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/compress/stream.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"

LAZY_LIBRARY_FUNCTION(LzmaLibrary, lzma_library, "liblzma.so.5", LZMA_FUNCTIONS)

static Value error_class; /* root, once made */

bool lzma_succeeded(lzma_ret code)
{
    Type *type = (Type *)error_class;
    switch (code) {
    case LZMA_OK:
    case LZMA_GET_CHECK:
    case LZMA_NO_CHECK:
    case LZMA_STREAM_END:
    case LZMA_BUF_ERROR: /* no progress: more input or output is needed */
        return true;
    case LZMA_UNSUPPORTED_CHECK:
        return raise(type, "Unsupported integrity check");
    case LZMA_MEM_ERROR:
        return raise_no_memory();
    case LZMA_MEMLIMIT_ERROR:
        return raise(type, "Memory usage limit exceeded");
    case LZMA_FORMAT_ERROR:
        return raise(type, "Input format not supported by decoder");
    case LZMA_OPTIONS_ERROR:
        return raise(type, "Invalid or unsupported options");
    case LZMA_DATA_ERROR:
        return raise(type, "Corrupt input data");
    case LZMA_PROG_ERROR:
        return raise(type, "Internal error");
    default:
        return raise(type, "Unrecognized error from liblzma: %d", (int)code);
    }
}

static lzma_ret step(lzma_stream *stream, StreamIO *io, lzma_action action)
{
    const LzmaLibrary *lzma = lzma_library();
    lzma_ret code = LZMA_OK;
    stream->next_in = (const uint8_t *)io->in;
    stream->avail_in = io->in_left;
    stream->next_out = (uint8_t *)io->out;
    stream->avail_out = io->out_left;
    BLOCKING
    {
        code = lzma->lzma_code(stream, action);
    }
    *io = (StreamIO){(const char *)stream->next_in, stream->avail_in, (char *)stream->next_out,
                     stream->avail_out};
    stream->next_in = 0;
    stream->next_out = 0;
    return code;
}

/* ---- LZMACompressor --------------------------------------------------------------------- */

typedef struct LzmaCompressor {
    Object ob;
    Mutex mutex;
    lzma_stream stream; /* guarded by mutex */
    bool flushed;       /* guarded by mutex */
} LzmaCompressor;

static void compressor_release(Object *self)
{
    if (((LzmaCompressor *)self)->stream.internal)
        lzma_library()->lzma_end(&((LzmaCompressor *)self)->stream);
}

static StreamResult compress_step(void *self, StreamIO *io, int action)
{
    lzma_ret code = step(&((LzmaCompressor *)self)->stream, io, (lzma_action)action);
    if (!lzma_succeeded(code))
        return STREAM_FAILED;
    return code == LZMA_STREAM_END ? STREAM_ENDS : STREAM_GOES_ON;
}

METHOD(compressor_compress, "compress", "data, /", "Provide data to the compressor object.")
{
    LzmaCompressor *self = (LzmaCompressor *)args[0];
    TEXT_ARGUMENT(data);
    TRY(bytes_argument_once(args[1], &data));
    StreamIO io = {.in = data.data, .in_left = (size_t)data.length};
    bool ended;
    HOLDING(&self->mutex)
    {
        if (self->flushed)
            return raise(ValueError, "Compressor has been flushed");
        return stream_run(self, compress_step, &io, LZMA_RUN, -1, &ended);
    }
    UNREACHABLE();
}

METHOD(compressor_flush, "flush", "", "Finish the compression process.")
{
    LzmaCompressor *self = (LzmaCompressor *)args[0];
    StreamIO io = {.in = ""};
    bool ended;
    HOLDING(&self->mutex)
    {
        if (self->flushed)
            return raise(ValueError, "Repeated call to flush()");
        self->flushed = true;
        return stream_run(self, compress_step, &io, LZMA_FINISH, -1, &ended);
    }
    UNREACHABLE();
}

static bool init_xz(lzma_stream *stream, int check, uint32_t preset, Value filters)
{
    const LzmaLibrary *lzma = lzma_library();
    if (filters == None)
        return lzma_succeeded(lzma->lzma_easy_encoder(stream, preset, (lzma_check)check));
    LzmaFilters chain;
    if (!lzma_filters_parse(filters, &chain))
        return false;
    return lzma_succeeded(lzma->lzma_stream_encoder(stream, chain.filters, (lzma_check)check));
}

static bool init_alone(lzma_stream *stream, uint32_t preset, Value filters)
{
    const LzmaLibrary *lzma = lzma_library();
    if (filters == None) {
        lzma_options_lzma options;
        if (lzma->lzma_lzma_preset(&options, preset))
            return raise((Type *)error_class, "Invalid compression preset: %u", preset);
        return lzma_succeeded(lzma->lzma_alone_encoder(stream, &options));
    }
    LzmaFilters chain;
    if (!lzma_filters_parse(filters, &chain))
        return false;
    if (chain.filters[0].id != LZMA_FILTER_LZMA1 || chain.filters[1].id != LZMA_VLI_UNKNOWN)
        return raise(ValueError, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 "
                                 "filter");
    return lzma_succeeded(lzma->lzma_alone_encoder(stream, chain.filters[0].options));
}

static bool init_raw(lzma_stream *stream, Value filters)
{
    LzmaFilters chain;
    if (filters == None)
        return raise(ValueError, "Must specify filters for FORMAT_RAW");
    if (!lzma_filters_parse(filters, &chain))
        return false;
    return lzma_succeeded(lzma_library()->lzma_raw_encoder(stream, chain.filters));
}

NEW_METHOD(compressor_make, "format=1, check=-1, preset=None, filters=None")
{
    int format, check;
    uint64_t preset = LZMA_PRESET_DEFAULT;
    TRY(index_as_int(args[1], &format));
    TRY(index_as_int(args[2], &check));
    if (args[3] != None && args[4] != None)
        return raise(ValueError, "Cannot specify both preset and filter chain");
    if (args[3] != None)
        TRY(index_as_uint64(args[3], &preset));
    if (preset > UINT32_MAX)
        return raise(OverflowError, "Value too large for uint32_t type");
    if (format != LZMA_FORMAT_XZ_ && check != -1 && check != LZMA_CHECK_NONE)
        return raise(ValueError, "Integrity checks are only supported by FORMAT_XZ");
    LzmaCompressor *c = TRY(NEW(LzmaCompressor, (Type *)args[0]));
    switch (format) {
    case LZMA_FORMAT_XZ_:
        TRY(init_xz(&c->stream, check == -1 ? LZMA_CHECK_CRC64 : check, (uint32_t)preset, args[4]));
        break;
    case LZMA_FORMAT_ALONE_:
        TRY(init_alone(&c->stream, (uint32_t)preset, args[4]));
        break;
    case LZMA_FORMAT_RAW_:
        TRY(init_raw(&c->stream, args[4]));
        break;
    default:
        return raise(ValueError, "Invalid container format: %d", format);
    }
    return (Value)c;
}

METHOD(compressor_reduce, "__reduce__", "", "")
{
    return raise(TypeError, "cannot pickle '%T' object", args[0]);
}

static MethodDef *const compressor_methods[] = {M(compressor_compress), M(compressor_flush),
                                                M(compressor_reduce), 0};

static Type compressor_type = {
    TYPE_HEAD("_lzma.LZMACompressor", LzmaCompressor),
    .doc = "Create a compressor object for compressing data incrementally.",
    .new_def = M(compressor_make),
    .methods = compressor_methods,
    .release = compressor_release,
};

/* ---- LZMADecompressor ------------------------------------------------------------------- */

typedef struct LzmaDecompressor {
    Decompressor base;
    lzma_stream stream; /* guarded by the mutex of base */
    int check;          /* atomic: of the stream, once known */
} LzmaDecompressor;

static void decompressor_release(Object *self)
{
    if (((LzmaDecompressor *)self)->stream.internal)
        lzma_library()->lzma_end(&((LzmaDecompressor *)self)->stream);
}

static StreamResult decompress_step(void *self, StreamIO *io, int unused UNUSED)
{
    LzmaDecompressor *d = self;
    lzma_ret code = step(&d->stream, io, LZMA_RUN);
    if (code == LZMA_GET_CHECK || code == LZMA_NO_CHECK)
        store_relaxed(&d->check, (int)lzma_library()->lzma_get_check(&d->stream));
    if (!lzma_succeeded(code))
        return STREAM_FAILED;
    return code == LZMA_STREAM_END ? STREAM_ENDS : STREAM_GOES_ON;
}

METHOD(decompressor_m_decompress, "decompress", "data, max_length=-1",
       "Decompress *data*, returning uncompressed data as bytes.")
{
    return decompressor_decompress((Decompressor *)args[0], args[1], args[2],
                                   "Already at end of stream");
}

static bool start_decoder(LzmaDecompressor *d, int format, uint64_t limit, Value filters)
{
    const LzmaLibrary *lzma = lzma_library();
    const uint32_t flags = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
    LzmaFilters chain;
    switch (format) {
    case LZMA_FORMAT_AUTO_:
        return lzma_succeeded(lzma->lzma_auto_decoder(&d->stream, limit, flags));
    case LZMA_FORMAT_XZ_:
        return lzma_succeeded(lzma->lzma_stream_decoder(&d->stream, limit, flags));
    case LZMA_FORMAT_ALONE_:
        d->check = LZMA_CHECK_NONE;
        return lzma_succeeded(lzma->lzma_alone_decoder(&d->stream, limit));
    case LZMA_FORMAT_RAW_:
        d->check = LZMA_CHECK_NONE;
        return lzma_filters_parse(filters, &chain) &&
               lzma_succeeded(lzma->lzma_raw_decoder(&d->stream, chain.filters));
    default:
        return raise(ValueError, "Invalid container format: %d", format);
    }
}

NEW_METHOD(decompressor_make, "format=0, memlimit=None, filters=None")
{
    int format;
    uint64_t limit = UINT64_MAX;
    TRY(index_as_int(args[1], &format));
    if (args[2] != None) {
        if (format == LZMA_FORMAT_RAW_)
            return raise(ValueError, "Cannot specify memory limit with FORMAT_RAW");
        TRY(index_as_uint64(args[2], &limit));
    }
    if (format == LZMA_FORMAT_RAW_ && args[3] == None)
        return raise(ValueError, "Must specify filters for FORMAT_RAW");
    if (format != LZMA_FORMAT_RAW_ && args[3] != None)
        return raise(ValueError, "Cannot specify filters except with FORMAT_RAW");
    LzmaDecompressor *d = TRY(NEW(LzmaDecompressor, (Type *)args[0]));
    TRY(decompressor_init(&d->base, decompress_step));
    d->base.keeps_output = true;
    d->check = LZMA_CHECK_UNKNOWN_;
    TRY(start_decoder(d, format, limit, args[3]));
    return (Value)d;
}

METHOD(decompressor_reduce, "__reduce__", "", "")
{
    return raise(TypeError, "cannot pickle '%T' object", args[0]);
}

static MethodDef *const decompressor_methods[] = {M(decompressor_m_decompress),
                                                  M(decompressor_reduce), 0};

static const MemberDef decompressor_members[] = {
    {"check", MEMBER_INT32, offsetof(LzmaDecompressor, check), true,
     "ID of the integrity check used by the input stream."},
    {0},
};

static Type decompressor_type = {
    TYPE_HEAD("_lzma.LZMADecompressor", LzmaDecompressor),
    .doc = "Create a decompressor object for decompressing data incrementally.",
    .new_def = M(decompressor_make),
    .methods = decompressor_methods,
    .getset = decompressor_getset,
    .members = decompressor_members,
    .trace = decompressor_trace,
    .release = decompressor_release,
};

/* ---- The module ------------------------------------------------------------------------- */

FUNCTION(lzma_is_supported, "is_check_supported", "check_id, /",
         "Test whether the given integrity check is supported.")
{
    int check;
    TRY(index_as_int(args[0], &check));
    return bool_value(lzma_library()->lzma_check_is_supported((lzma_check)check));
}

static MethodDef *const functions[] = {M(lzma_is_supported), 0};

static bool add_constants(Value module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
        {"FORMAT_AUTO", LZMA_FORMAT_AUTO_},
        {"FORMAT_XZ", LZMA_FORMAT_XZ_},
        {"FORMAT_ALONE", LZMA_FORMAT_ALONE_},
        {"FORMAT_RAW", LZMA_FORMAT_RAW_},
        {"CHECK_NONE", LZMA_CHECK_NONE},
        {"CHECK_CRC32", LZMA_CHECK_CRC32},
        {"CHECK_CRC64", LZMA_CHECK_CRC64},
        {"CHECK_SHA256", LZMA_CHECK_SHA256},
        {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX},
        {"CHECK_UNKNOWN", LZMA_CHECK_UNKNOWN_},
        {"FILTER_LZMA1", LZMA_FILTER_LZMA1},
        {"FILTER_LZMA2", LZMA_FILTER_LZMA2},
        {"FILTER_DELTA", LZMA_FILTER_DELTA},
        {"FILTER_X86", LZMA_FILTER_X86},
        {"FILTER_IA64", LZMA_FILTER_IA64},
        {"FILTER_ARM", LZMA_FILTER_ARM},
        {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB},
        {"FILTER_SPARC", LZMA_FILTER_SPARC},
        {"FILTER_POWERPC", LZMA_FILTER_POWERPC},
        {"MF_HC3", LZMA_MF_HC3},
        {"MF_HC4", LZMA_MF_HC4},
        {"MF_BT2", LZMA_MF_BT2},
        {"MF_BT3", LZMA_MF_BT3},
        {"MF_BT4", LZMA_MF_BT4},
        {"MODE_FAST", LZMA_MODE_FAST},
        {"MODE_NORMAL", LZMA_MODE_NORMAL},
        {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT},
        {"PRESET_EXTREME", LZMA_PRESET_EXTREME},
    };
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add(module, constants[i].name, int_from(constants[i].value)));
    return true;
}

static bool execute(Value module)
{
    return lzma_library() && add_constants(module) &&
           module_add_functions(module, lzma_filter_functions) &&
           module_add_new_type(module, &compressor_type) &&
           module_add_new_type(module, &decompressor_type) &&
           module_add_exception(module, "_lzma.LZMAError", Exception, &error_class);
}

const ModuleDef module__lzma = {"_lzma", 0, functions, execute};
