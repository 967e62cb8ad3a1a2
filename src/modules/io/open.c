/* open() and its kin. */
#include <string.h>

#include "core/call.h"
#include "core/names.h"
#include "modules/io/io.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/config.h"

typedef struct Mode {
    bool creating, reading, writing, appending, updating, text, binary;
    char raw[6]; /* for FileIO */
} Mode;

static bool parse_letter(Mode *m, char c)
{
    bool *flag = c == 'x'   ? &m->creating
                 : c == 'r' ? &m->reading
                 : c == 'w' ? &m->writing
                 : c == 'a' ? &m->appending
                 : c == '+' ? &m->updating
                 : c == 't' ? &m->text
                 : c == 'b' ? &m->binary
                            : 0;
    if (!flag || *flag)
        return false;
    return *flag = true;
}

static bool parse_mode(const char *text, Mode *m)
{
    *m = (Mode){0};
    for (const char *p = text; *p; p++)
        if (!parse_letter(m, *p))
            return raise(ValueError, "invalid mode: '%s'", text);
    char *raw = m->raw;
    if (m->creating)
        *raw++ = 'x';
    if (m->reading)
        *raw++ = 'r';
    if (m->writing)
        *raw++ = 'w';
    if (m->appending)
        *raw++ = 'a';
    if (m->updating)
        *raw++ = '+';
    if (m->text && m->binary)
        return raise(ValueError, "can't have text and binary mode at once");
    if (m->creating + m->reading + m->writing + m->appending > 1)
        return raise(ValueError, "must have exactly one of create/read/write/append mode");
    return true;
}

/* What open() was called with. */
typedef struct OpenCall {
    Mode mode;
    Value file, mode_text, encoding, errors, newline, opener;
    int buffering;
    bool closefd;
} OpenCall;

static bool str_or_none(const char *name, Value v)
{
    if (v == None || is_str(v))
        return true;
    return raise(TypeError, "open() argument '%s' must be str or None, not %B", name, v);
}

static bool check_arguments(const OpenCall *call)
{
    const Mode *m = &call->mode;
    if (m->binary && call->encoding != None)
        return raise(ValueError, "binary mode doesn't take an encoding argument");
    if (m->binary && call->errors != None)
        return raise(ValueError, "binary mode doesn't take an errors argument");
    if (m->binary && call->newline != None)
        return raise(ValueError, "binary mode doesn't take a newline argument");
    if (m->binary && call->buffering == 1)
        return warn(RuntimeWarning, 1,
                    "line buffering (buffering=1) isn't supported in binary "
                    "mode, the default buffer size will be used");
    return true;
}

/* Buffered, and text if wanted, over the raw file. */
static Value wrap(const OpenCall *open_call, Value raw, Value *outermost)
{
    const Mode *m = &open_call->mode;
    int buffering = open_call->buffering;
    Value isatty = TRY(call_method0(raw, io_names.isatty));
    int tty = TRY_NOT_NEGATIVE(object_truth(isatty), 0);
    bool line_buffering = buffering == 1 || (buffering < 0 && tty);
    if (buffering < 0 || buffering == 1) {
        int block = ((FileIO *)raw)->block_size;
        buffering = block > DEFAULT_BUFFER_SIZE ? block : DEFAULT_BUFFER_SIZE;
    }
    if (buffering == 0)
        return m->binary ? raw : raise(ValueError, "can't have unbuffered text I/O");
    Type *type = m->updating                                 ? &buffered_random_type
                 : m->creating || m->writing || m->appending ? &buffered_writer_type
                                                             : &buffered_reader_type;
    Value buffer = TRY(call2((Value)type, raw, int_small(buffering)));
    *outermost = buffer;
    if (m->binary)
        return buffer;
    Value text = TRY(call((Value)&text_wrapper_type,
                          (Value[]){buffer, open_call->encoding, open_call->errors,
                                    open_call->newline, bool_value(line_buffering)},
                          5, 0));
    *outermost = text;
    return set_attr(text, io_names.mode, open_call->mode_text) ? text : 0;
}

static Value open_file(const OpenCall *open_call)
{
    Value raw_mode = TRY(str_from_cstring(open_call->mode.raw));
    Value outermost = TRY(call(
        (Value)&fileio_type,
        (Value[]){open_call->file, raw_mode, bool_value(open_call->closefd), open_call->opener}, 4,
        0));
    Value result = wrap(open_call, outermost, &outermost);
    if (result)
        return result;
    Value failure = error_take();
    if (!call_method0(outermost, names.close))
        io_chain(failure);
    else
        error_restore(failure);
    return 0;
}

FUNCTION(io_open, "open",
         "file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, "
         "opener=None",
         "Open file and return a stream.  Raise OSError upon failure.\n\n"
         "file is either a text or byte string giving the name (and the path\n"
         "if the file isn't in the current working directory) of the file to\n"
         "be opened or an integer file descriptor of the file to be\n"
         "wrapped. (If a file descriptor is given, it is closed when the\n"
         "returned I/O object is closed, unless closefd is set to False.)\n\n"
         "mode is an optional string that specifies the mode in which the file\n"
         "is opened: 'r' for reading (the default), 'w' for writing, truncating the\n"
         "file first, 'x' for creating and writing a new file, 'a' for appending;\n"
         "'b' for binary mode, 't' for text mode (the default), '+' for updating\n"
         "(reading and writing).\n\n"
         "buffering is an optional integer used to set the buffering policy.\n"
         "Pass 0 to switch buffering off (only allowed in binary mode), 1 to select\n"
         "line buffering (only usable in text mode), and an integer > 1 to indicate\n"
         "the size of a fixed-size chunk buffer.")
{
    OpenCall call = {.file = args[0],
                     .mode_text = args[1],
                     .encoding = args[3],
                     .errors = args[4],
                     .newline = args[5],
                     .opener = args[7]};
    if (!is_str(args[1]))
        return raise(TypeError, "open() argument 'mode' must be str, not %B", args[1]);
    TRY(index_as_int(args[2], &call.buffering));
    TRY(str_or_none("encoding", args[3]));
    TRY(str_or_none("errors", args[4]));
    TRY(str_or_none("newline", args[5]));
    call.closefd = TRY_NOT_NEGATIVE(object_truth(args[6]), 0);
    if (!has_index(call.file))
        call.file = TRY(fs_path(call.file));
    TRY(parse_mode(TRY(str_cstring(args[1])), &call.mode));
    TRY(check_arguments(&call));
    return open_file(&call);
}

FUNCTION(io_open_code, "open_code", "path",
         "Opens the provided file with the intent to import the contents.\n\n"
         "This may perform extra validation beyond open(), but is otherwise interchangeable\n"
         "with calling open(path, 'rb').")
{
    if (!is_str(args[0]))
        return raise(TypeError, "open_code() argument 'path' must be str, not %B", args[0]);
    OpenCall call = {.file = args[0],
                     .encoding = None,
                     .errors = None,
                     .newline = None,
                     .opener = None,
                     .buffering = -1,
                     .closefd = true};
    return parse_mode("rb", &call.mode) ? open_file(&call) : 0;
}

FUNCTION(io_text_encoding, "text_encoding", "encoding, stacklevel=2, /",
         "A helper function to choose the text encoding.\n\n"
         "When encoding is not None, this function returns it.\n"
         "Otherwise, this function returns the default text encoding\n"
         "(i.e. \"locale\" or \"utf-8\" depends on UTF-8 mode).\n\n"
         "This function emits an EncodingWarning if encoding is None and\n"
         "sys.flags.warn_default_encoding is true.\n\n"
         "This can be used in APIs with an encoding=None parameter.\n"
         "However, please consider using encoding=\"utf-8\" for new APIs.")
{
    int stacklevel;
    TRY(index_as_int(args[1], &stacklevel));
    if (args[0] != None)
        return args[0];
    if (config.warn_default_encoding)
        TRY(warn(EncodingWarning, stacklevel, "'encoding' argument not specified"));
    return str_from_cstring(config.utf8_mode ? "utf-8" : "locale");
}

MethodDef *const open_functions[] = {M(io_open), M(io_open_code), M(io_text_encoding), 0};
