/* _IOBase: what all files have, made of the few methods that a subclass gives. */
#include "modules/io/io.h"
#include "modules/io/text.h"

#include <errno.h>
#include <string.h>
#include "core/call.h"
#include "core/iterate.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

/* All fields are Python attributes: the instance has nothing but its __dict__. */
typedef struct IOBase {
    Object ob;
    Value tail;
} IOBase;

/* ---- what other files call --------------------------------------------------------------------
 */

Value raise_unsupported(const char *message)
{
    return raise((Type *)unsupported_operation, "%s", message);
}

int io_is_closed(Value self)
{
    Value closed = TRY_OR(get_attr(self, io_names.closed), -1);
    return object_truth(closed);
}

bool io_check_closed(Value self, const char *message)
{
    int closed = io_is_closed(self);
    if (closed > 0)
        raise(ValueError, "%s", message ? message : "I/O operation on closed file.");
    return closed == 0;
}

bool io_interrupted(void)
{
    return thread_poll_signals(thread_self());
}

bool io_error_is_eintr(void)
{
    Value e = error_peek();
    if (!e || !is_instance_of(e, OSError))
        return false;
    Value number = load_acquire(&((OSException *)e)->errno_);
    if (!number || number != int_small(EINTR))
        return false;
    error_clear();
    return true;
}

bool size_argument(Value v, intptr_t *size)
{
    *size = -1;
    if (v == None || !v)
        return true;
    if (!has_index(v))
        return raise(TypeError, "argument should be integer or None, not '%T'", v);
    TRY(index_as_intptr_or(v, size, OverflowError));
    if (*size < 0)
        *size = -1;
    return true;
}

int io_call_flag(Value object, Value name)
{
    Value result = TRY_OR(call_method0(object, name), -1);
    return object_truth(result);
}

bool writable_buffer(Value v, const char *function, Buffer *buffer)
{
    if (buffer_get(v, buffer, BUFFER_WRITE))
        return true;
    *buffer = (Buffer){0};
    if (!error_clear_if(TypeError) && !error_clear_if(BufferError))
        return false;
    return raise(TypeError, "%s() argument must be read-write bytes-like object, not %B", function,
                 v);
}

bool io_repr_enter(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    return !recursive || raise(RuntimeError, "reentrant call inside %T.__repr__", self);
}

Value io_repr_with_name(Value self)
{
    Value name = 0;
    if (!get_attr_optional(self, names.name, &name) && !error_clear_if(ValueError))
        return 0;
    if (!name)
        return str_format("<%s>", TYPE_NAME(self));
    TRY(io_repr_enter(self));
    Value text = str_format("<%s name=%R>", TYPE_NAME(self), name);
    repr_leave(self);
    return text;
}

Value raise_cannot_pickle(Value self)
{
    return raise(TypeError, "cannot pickle '%s' instances", type_short_name(type_of(self)));
}

void io_chain(Value first)
{
    if (!first)
        return;
    Value now = error_peek();
    if (now && now != first)
        exception_set_context(now, first);
    else if (!now)
        error_restore(first);
}

Value io_attributes(Value self)
{
    Value dict = TRY(instance_dict(self));
    return dict_length(dict) ? dict_copy(dict) : None;
}

bool io_set_attributes(Value self, Value attributes, const char *which)
{
    if (attributes == None)
        return true;
    if (!is_dict(attributes))
        return raise(TypeError, "%s item of state should be a dict, got a %T", which, attributes);
    return dict_update(TRY(instance_dict(self)), attributes);
}

/* ---- checks -------------------------------------------------------------------------------------
 */

METHOD(iobase_check_closed, "_checkClosed", "/", 0)
{
    return io_check_closed(args[0], 0) ? None : 0;
}

static Value check_flag(Value self, Value name, const char *message)
{
    Value result = TRY(call_method0(self, name));
    if (result != True)
        return raise_unsupported(message);
    return result;
}

METHOD(iobase_check_readable, "_checkReadable", "/", 0)
{
    return check_flag(args[0], io_names.readable, "File or stream is not readable.");
}

METHOD(iobase_check_writable, "_checkWritable", "/", 0)
{
    return check_flag(args[0], io_names.writable, "File or stream is not writable.");
}

METHOD(iobase_check_seekable, "_checkSeekable", "/", 0)
{
    return check_flag(args[0], io_names.seekable, "File or stream is not seekable.");
}

/* ---- positions
 * ------------------------------------------------------------------------------------ */

METHOD(iobase_seek, "seek", "offset, whence=0, /",
       "Change the stream position to the given byte offset.\n\n"
       "  offset\n    The stream position, relative to 'whence'.\n"
       "  whence\n    The relative position to seek from.\n\n"
       "The offset is interpreted relative to the position indicated by whence.\n"
       "Values for whence are:\n\n"
       "* os.SEEK_SET or 0 -- start of stream (the default); offset should be zero or positive\n"
       "* os.SEEK_CUR or 1 -- current stream position; offset may be negative\n"
       "* os.SEEK_END or 2 -- end of stream; offset is usually negative\n\n"
       "Return the new absolute position.")
{
    return raise_unsupported("seek");
}

METHOD(iobase_tell, "tell", "/", "Return current stream position.")
{
    return call_method2(args[0], io_names.seek, int_small(0), int_small(1));
}

METHOD(iobase_truncate, "truncate", "size=None, /",
       "Truncate file to size bytes.\n\n"
       "File pointer is left unchanged. Size defaults to the current IO position\n"
       "as reported by tell(). Return the new size.")
{
    return raise_unsupported("truncate");
}

METHOD(iobase_fileno, "fileno", "/",
       "Return underlying file descriptor if one exists.\n\n"
       "Raise OSError if the IO object does not use a file descriptor.")
{
    return raise_unsupported("fileno");
}

METHOD(iobase_isatty, "isatty", "/",
       "Return whether this is an 'interactive' stream.\n\n"
       "Return False if it can't be determined.")
{
    return io_check_closed(args[0], 0) ? False : 0;
}

METHOD(iobase_seekable, "seekable", "/",
       "Return whether object supports random access.\n\n"
       "If False, seek(), tell() and truncate() will raise OSError.\n"
       "This method may need to do a test seek().")
{
    return False;
}

METHOD(iobase_readable, "readable", "/",
       "Return whether object was opened for reading.\n\nIf False, read() will raise OSError.")
{
    return False;
}

METHOD(iobase_writable, "writable", "/",
       "Return whether object was opened for writing.\n\nIf False, write() will raise OSError.")
{
    return False;
}

/* ---- closing
 * --------------------------------------------------------------------------------------- */

/* -1 on failure */
static int closed_attribute(Value self)
{
    Value v;
    if (!get_attr_optional(self, io_names.__IOBase_closed, &v))
        return -1;
    return v != 0;
}

METHOD(iobase_flush, "flush", "/",
       "Flush write buffers, if applicable.\n\n"
       "This is not implemented for read-only and non-blocking streams.")
{
    int closed = TRY_NOT_NEGATIVE(closed_attribute(args[0]), 0);
    return closed ? raise(ValueError, "I/O operation on closed file.") : None;
}

METHOD(iobase_close, "close", "/",
       "Flush and close the IO object.\n\n"
       "This method has no effect if the file is already closed.")
{
    if (TRY_NOT_NEGATIVE(closed_attribute(args[0]), 0))
        return None;
    Value flushed = call_method0(args[0], names.flush);
    Value failure = flushed ? 0 : error_take();
    bool marked = set_attr(args[0], io_names.__IOBase_closed, True);
    io_chain(failure);
    return marked && flushed ? None : 0;
}

static Value get_closed(Value self)
{
    int closed = TRY_NOT_NEGATIVE(closed_attribute(self), 0);
    return bool_value(closed);
}

/* An open file that nobody refers to closes itself; what goes wrong then is reported. */
static Value iobase_finalise(Value self)
{
    Value pending = error_take();
    Value closed;
    int is_closed = -1;
    if (get_attr_optional(self, io_names.closed, &closed) && closed)
        is_closed = object_truth(closed);
    if (is_closed < 0)
        error_clear();
    if (is_closed == 0) {
        if (!set_attr(self, io_names._finalizing, True))
            error_clear();
        if (!call_method0(self, names.close))
            error_write_unraisable(0, self);
    }
    error_restore(pending);
    return None;
}

/* A closed file has nothing to close; classes of programs may see that otherwise. */
static bool iobase_del_due(Object *self)
{
    Type *type = type_of(self);
    if (type == &fileio_type)
        return load_relaxed(&((FileIO *)self)->fd) >= 0;
    if (type == &bytesio_type || type == &stringio_type)
        return false;
    Value below = self;
    if (type == &text_wrapper_type)
        below = load_acquire(&((TextWrapper *)self)->buffer);
    if (below && is_exact_buffered(below))
        below = load_acquire(&((Buffered *)below)->raw);
    return below && (!is_exact_fileio(below) || load_relaxed(&((FileIO *)below)->fd) >= 0);
}

METHOD(iobase_enter, "__enter__", "/", 0)
{
    return io_check_closed(args[0], 0) ? args[0] : 0;
}

METHOD(iobase_exit, "__exit__", "*args", 0)
{
    return call_method0(args[0], names.close);
}

/* ---- lines
 * ------------------------------------------------------------------------------------------ */

/* How many bytes readline() may ask for at once, given what peek() shows: up to the line's end. */
static bool readahead_size(Value self, intptr_t limit, intptr_t *size)
{
    Value shown;
    *size = 1;
    do
        shown = call_method1(self, io_names.peek, int_small(1));
    while (!shown && io_error_is_eintr() && io_interrupted());
    if (!shown)
        return false;
    if (!is_bytes(shown))
        return raise(OSError, "peek() should have returned a bytes object, not '%T'", shown);
    const Bytes *b = (Bytes *)shown;
    intptr_t length = limit >= 0 && limit < b->length ? limit : b->length;
    if (b->length > 0) {
        const char *end = memchr(b->data, '\n', (size_t)length);
        *size = end ? end - b->data + 1 : length;
    }
    return true;
}

METHOD(iobase_readline, "readline", "size=-1, /",
       "Read and return a line from the stream.\n\n"
       "If size is specified, at most size bytes will be read.\n\n"
       "The line terminator is always b'\\n' for binary files; for text\n"
       "files, the newlines argument to open can be used to select the line\n"
       "terminator(s) recognized.")
{
    Value self = args[0], peek;
    intptr_t limit;
    TRY(size_argument(args[1], &limit));
    TRY(get_attr_optional(self, io_names.peek, &peek));
    BytesBuilder line = {0};
    while (limit < 0 || line.length < limit) {
        intptr_t wanted = 1;
        if (peek)
            TRY(readahead_size(self, limit < 0 ? -1 : limit - line.length, &wanted));
        Value part = call_method1(self, names.read, int_from(wanted));
        if (!part && io_error_is_eintr()) {
            TRY(io_interrupted());
            continue;
        }
        TRY(part);
        if (!is_bytes(part))
            return raise(OSError, "read() should have returned a bytes object, not '%T'", part);
        const Bytes *b = (Bytes *)part;
        if (!b->length)
            break;
        bytes_builder_add(&line, b->data, b->length);
        if (b->data[b->length - 1] == '\n')
            break;
    }
    return bytes_builder_finish(&line);
}

static Value iobase_iter(Value self)
{
    return io_check_closed(self, 0) ? self : 0;
}

static Value iobase_next(Value self)
{
    Value line = TRY(call_method0(self, names.readline));
    return TRY_NOT_NEGATIVE(object_length(line), 0) > 0 ? line : 0;
}

METHOD(iobase_readlines, "readlines", "hint=-1, /",
       "Return a list of lines from the stream.\n\n"
       "hint can be specified to control the number of lines read: no more\n"
       "lines will be read if the total size (in bytes/characters) of all\n"
       "lines so far exceeds hint.")
{
    intptr_t hint, total = 0;
    TRY(size_argument(args[1], &hint));
    if (hint <= 0)
        return list_from_iterable(args[0]);
    Value result = TRY(list_new(0));
    ITERATE(line, args[0])
    {
        TRY(list_append(result, line));
        intptr_t length = TRY_NOT_NEGATIVE(object_length(line), 0);
        if (length > hint - total)
            return result;
        total += length;
    }
    return ITERATED ? result : 0;
}

METHOD(iobase_writelines, "writelines", "lines, /",
       "Write a list of lines to stream.\n\n"
       "Line separators are not added, so it is usual for each of the\n"
       "lines provided to have a line separator at the end.")
{
    TRY(io_check_closed(args[0], 0));
    ITERATE(line, args[1])
    {
        while (!call_method1(args[0], names.write, line)) {
            if (!io_error_is_eintr() || !io_interrupted())
                return 0;
        }
    }
    return ITERATED ? None : 0;
}

static MethodDef *const iobase_methods[] = {M(iobase_seek),           M(iobase_tell),
                                            M(iobase_truncate),       M(iobase_flush),
                                            M(iobase_close),          M(iobase_seekable),
                                            M(iobase_readable),       M(iobase_writable),
                                            M(iobase_check_closed),   M(iobase_check_seekable),
                                            M(iobase_check_readable), M(iobase_check_writable),
                                            M(iobase_fileno),         M(iobase_isatty),
                                            M(iobase_enter),          M(iobase_exit),
                                            M(iobase_readline),       M(iobase_readlines),
                                            M(iobase_writelines),     0};

static const GetSetDef iobase_getset[] = {
    {"__dict__", instance_dict, 0, 0}, {"closed", get_closed, 0, 0}, {0}};

Type iobase_type = {
    IO_TYPE_HEAD("_io._IOBase", IOBase),
    .iter = iobase_iter,
    .next = iobase_next,
    .del = iobase_finalise,
    .del_due = iobase_del_due,
    .del_closes = true,
    .methods = iobase_methods,
    .getset = iobase_getset,
    .flags = TYPE_BASE,
    .doc = "The abstract base class for all I/O classes.\n\n"
           "This class provides dummy implementations for many methods that\n"
           "derived classes can override selectively; the default implementations\n"
           "represent a file that cannot be read, written or seeked.\n\n"
           "Even though IOBase does not declare read, readinto, or write because\n"
           "their signatures will vary, implementations and clients should\n"
           "consider those methods part of the interface. Also, implementations\n"
           "may raise UnsupportedOperation when operations they do not support are\n"
           "called.\n\n"
           "The basic type used for binary data read from or written to a file is\n"
           "bytes. Other bytes-like objects are accepted as method arguments too.\n"
           "In some cases (such as readinto), a writable object is required. Text\n"
           "I/O classes work with str data.\n\n"
           "Note that calling any method (except additional calls to close(),\n"
           "which are ignored) on a closed stream should raise a ValueError.\n\n"
           "IOBase (and its subclasses) support the iterator protocol, meaning\n"
           "that an IOBase object can be iterated over yielding the lines in a\n"
           "stream.\n\n"
           "IOBase also supports the :keyword:`with` statement. In this example,\n"
           "fp is closed after the suite of the with statement is complete:\n\n"
           "with open('spam.txt', 'r') as fp:\n"
           "    fp.write('Spam and eggs!')\n",
};
