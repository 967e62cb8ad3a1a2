/* zlib: compression with the zlib library. */
#include <zlib.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "modules/compress/stream.h"
#include "modules/compress/zlib_objects.h"
#include "modules/module_util.h"
#include "types/int.h"

static Value error_class; /* root, once made */

Value zlib_fail(const z_stream *stream, int code, const char *what)
{
    const char *message = code == Z_VERSION_ERROR ? "library version mismatch" : stream->msg;
    if (!message)
        message = code == Z_BUF_ERROR      ? "incomplete or truncated stream"
                  : code == Z_STREAM_ERROR ? "inconsistent stream state"
                  : code == Z_DATA_ERROR   ? "invalid input data"
                                           : 0;
    Type *type = (Type *)error_class;
    if (!message)
        return raise(type, "Error %d %s", code, what);
    return raise(type, "Error %d %s: %.200s", code, what, message);
}

Value zlib_raise(const char *message)
{
    return raise((Type *)error_class, "%s", message);
}

/* ---- Driving a z_stream ----------------------------------------------------------------- */

enum { MOST_AT_ONCE = 1 << 30 }; /* zlib counts in unsigned int */

int zlib_step(z_stream *stream, StreamIO *io, int (*work)(z_stream *, int), int flush)
{
    size_t in = io->in_left < MOST_AT_ONCE ? io->in_left : MOST_AT_ONCE;
    size_t out = io->out_left < MOST_AT_ONCE ? io->out_left : MOST_AT_ONCE;
    int code = Z_OK;
    stream->next_in = (Bytef *)(uintptr_t)io->in;
    stream->avail_in = (uInt)in;
    stream->next_out = (Bytef *)io->out;
    stream->avail_out = (uInt)out;
    if (in < io->in_left && flush == Z_FINISH)
        flush = Z_NO_FLUSH;
    BLOCKING
    {
        code = work(stream, flush);
    }
    io->in_left -= in - stream->avail_in;
    io->in = (const char *)stream->next_in;
    io->out_left -= out - stream->avail_out;
    io->out = (char *)stream->next_out;
    stream->next_in = 0;
    stream->next_out = 0;
    return code;
}

/* ---- compress and decompress ------------------------------------------------------------ */

typedef struct OneShot {
    z_stream stream;
    const char *what;
} OneShot;

static StreamResult compress_step(void *self, StreamIO *io, int finish UNUSED)
{
    OneShot *shot = self;
    int code = zlib_step(&shot->stream, io, deflate, Z_FINISH);
    if (code == Z_STREAM_END)
        return STREAM_ENDS;
    if (code == Z_OK || code == Z_BUF_ERROR)
        return STREAM_GOES_ON;
    zlib_fail(&shot->stream, code, shot->what);
    return STREAM_FAILED;
}

static StreamResult decompress_step(void *self, StreamIO *io, int finish UNUSED)
{
    OneShot *shot = self;
    int code = zlib_step(&shot->stream, io, inflate, Z_SYNC_FLUSH);
    if (code == Z_STREAM_END)
        return STREAM_ENDS;
    if (code == Z_OK || code == Z_BUF_ERROR)
        return STREAM_GOES_ON;
    zlib_fail(&shot->stream, code, shot->what);
    return STREAM_FAILED;
}

FUNCTION(zlib_compress, "compress", "data, /, level=-1, wbits=15",
         "Returns a bytes object containing compressed data.\n\n"
         "  data\n    Binary data to be compressed.\n"
         "  level\n    Compression level, in 0-9 or -1.\n"
         "  wbits\n    The window buffer size and container format.")
{
    TEXT_ARGUMENT(data);
    int level, wbits;
    TRY(bytes_argument_once(args[0], &data));
    TRY(index_as_int(args[1], &level));
    TRY(index_as_int(args[2], &wbits));
    OneShot shot = {.what = "while compressing data"};
    int code = deflateInit2(&shot.stream, level, Z_DEFLATED, wbits, 8, Z_DEFAULT_STRATEGY);
    if (code == Z_MEM_ERROR)
        return raise(MemoryError, "Out of memory while compressing data");
    if (code == Z_STREAM_ERROR)
        return zlib_raise("Bad compression level");
    if (code != Z_OK)
        return zlib_fail(&shot.stream, code, "while compressing data");
    StreamIO io = {.in = data.data, .in_left = (size_t)data.length};
    bool ended;
    Value result = stream_run(&shot, compress_step, &io, 0, -1, &ended);
    deflateEnd(&shot.stream);
    return result;
}

FUNCTION(zlib_decompress, "decompress", "data, /, wbits=15, bufsize=16384",
         "Returns a bytes object containing the uncompressed data.\n\n"
         "  data\n    Compressed data.\n"
         "  wbits\n    The window buffer size and container format.\n"
         "  bufsize\n    The initial output buffer size.")
{
    TEXT_ARGUMENT(data);
    int wbits;
    TRY(bytes_argument(args[0], &data));
    TRY(index_as_int(args[1], &wbits));
    intptr_t size = TRY_INDEX(args[2]);
    if (size < 0)
        return raise(ValueError, "bufsize must be non-negative");
    OneShot shot = {.what = "while decompressing data"};
    int code = inflateInit2(&shot.stream, wbits);
    if (code == Z_MEM_ERROR)
        return raise(MemoryError, "Out of memory while decompressing data");
    if (code != Z_OK)
        return zlib_fail(&shot.stream, code, "while preparing to decompress data");
    StreamIO io = {.in = data.data, .in_left = (size_t)data.length};
    bool ended;
    Value result = stream_run(&shot, decompress_step, &io, 0, -1, &ended);
    if (result && !ended)
        result = zlib_fail(&shot.stream, Z_BUF_ERROR, "while decompressing data");
    inflateEnd(&shot.stream);
    return result;
}

/* ---- Checksums -------------------------------------------------------------------------- */

static bool checksum_arguments(Value *args, TextArgument *data, uint64_t *start)
{
    if (!bytes_argument_once(args[0], data))
        return false;
    Value index = TRY_OR(number_index(args[1]), false);
    Value low = TRY_OR(int_and(index, int_small(0xffffffff)), false);
    *start = (uint64_t)int_value(low);
    return true;
}

typedef uLong (*Checksum)(uLong sum, const Bytef *data, z_size_t size);

/* Others need not wait for a long one when they stop the world. */
static Value checksum(Value *args, Checksum compute)
{
    enum { LONG = 16 * 1024 };
    TEXT_ARGUMENT(data);
    uint64_t sum;
    TRY(checksum_arguments(args, &data, &sum));
    const Bytef *p = (const Bytef *)data.data;
    if (data.length < LONG)
        return int_from((intptr_t)compute(sum, p, (size_t)data.length));
    BLOCKING
    {
        sum = compute(sum, p, (size_t)data.length);
    }
    return int_from((intptr_t)sum);
}

FUNCTION(zlib_adler32, "adler32", "data, value=1, /",
         "Compute an Adler-32 checksum of data, starting from value.")
{
    return checksum(args, adler32_z);
}

FUNCTION(zlib_crc32, "crc32", "data, value=0, /",
         "Compute a CRC-32 checksum of data, starting from value.")
{
    return checksum(args, crc32_z);
}

/* ---- The module ------------------------------------------------------------------------- */

static MethodDef *const functions[] = {M(zlib_compress), M(zlib_decompress), M(zlib_adler32),
                                       M(zlib_crc32), 0};

static bool add_constants(Value module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"MAX_WBITS", MAX_WBITS},
        {"DEFLATED", Z_DEFLATED},
        {"DEF_MEM_LEVEL", 8},
        {"DEF_BUF_SIZE", 16384},
        {"Z_BEST_SPEED", Z_BEST_SPEED},
        {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION},
        {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
        {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
        {"Z_FILTERED", Z_FILTERED},
        {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
        {"Z_RLE", Z_RLE},
        {"Z_FIXED", Z_FIXED},
        {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
        {"Z_NO_FLUSH", Z_NO_FLUSH},
        {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
        {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
        {"Z_FULL_FLUSH", Z_FULL_FLUSH},
        {"Z_FINISH", Z_FINISH},
        {"Z_BLOCK", Z_BLOCK},
        {"Z_TREES", Z_TREES},
    };
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return true;
}

static bool execute(Value module)
{
    return module_add_exception(module, "zlib.error", Exception, &error_class) &&
           add_constants(module) && module_add_string(module, "ZLIB_VERSION", ZLIB_VERSION) &&
           module_add_string(module, "ZLIB_RUNTIME_VERSION", zlibVersion()) &&
           zlib_add_objects(module);
}

const ModuleDef module_zlib = {
    "zlib",
    "The functions in this module allow compression and decompression using the\n"
    "zlib library, which is based on GNU zip.",
    functions, execute};
