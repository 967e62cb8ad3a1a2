/* TextIOWrapper: making, configuring, closing, and the type. */
#include "modules/io/text.h"

#include <string.h>
#include "core/call.h"
#include "core/names.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "vm/config.h"

static void text_trace(Object *o, Tracer *tracer)
{
    TextWrapper *self = (TextWrapper *)o;
    gc_visit(tracer, self->buffer);
    gc_visit(tracer, self->encoding);
    gc_visit(tracer, self->errors);
    gc_visit(tracer, self->encoder);
    gc_visit(tracer, self->decoder);
    gc_visit(tracer, self->newline_decoder);
    gc_visit(tracer, self->decoded);
    gc_visit(tracer, self->chunk);
    gc_visit(tracer, (Value)self->pending);
}

static void text_release(Object *o)
{
    writer_unregister(&((TextWrapper *)o)->open_writer);
}

bool text_check(TextWrapper *self)
{
    if (likely(load_acquire(&self->buffer) != 0))
        return true;
    if (load_relaxed(&self->detached))
        return raise(ValueError, "underlying buffer has been detached");
    return raise(ValueError, "I/O operation on uninitialized object");
}

Value text_buffer(TextWrapper *self)
{
    Value buffer = load_acquire(&self->buffer);
    if (buffer || !text_check(self))
        return buffer;
    return raise(ValueError, "I/O operation on uninitialized object");
}

bool text_check_open(TextWrapper *self)
{
    Value buffer = TRY(text_buffer(self));
    if (likely(load_relaxed(&self->buffer_is_ours) && is_exact_buffered(buffer))) {
        const Buffered *buffered = (Buffered *)buffer;
        Value raw = load_acquire(&buffered->raw);
        if (likely(raw && load_relaxed(&buffered->raw_is_fileio) && is_exact_fileio(raw) &&
                   load_relaxed(&((FileIO *)raw)->fd) >= 0))
            return true;
    }
    /* `closed` may be Python code, which may have detached it. */
    return io_check_closed((Value)self, 0) && text_check(self);
}

/* ---- making
 * --------------------------------------------------------------------------------------- */

static bool newline_argument(Value newline, NewlineMode *mode)
{
    if (newline_mode(newline, mode))
        return true;
    return error_pending() ? 0 : raise(ValueError, "illegal newline value: %V", newline);
}

static bool str_or_none(const char *function, const char *name, Value v)
{
    if (v == None || is_str(v))
        return true;
    return raise(TypeError, "%s() argument '%s' must be str or None, not %B", function, name, v);
}

/* An int or bool argument as truth. */
static bool flag_argument(Value v, bool *flag)
{
    int truth = TRY_NOT_NEGATIVE(object_truth(v), false);
    *flag = truth;
    return true;
}

static bool ask_abilities(TextWrapper *self, Value buffer)
{
    int readable = TRY_NOT_NEGATIVE(io_call_flag(buffer, io_names.readable), false);
    int writable = TRY_NOT_NEGATIVE(io_call_flag(buffer, io_names.writable), false);
    self->readable = readable;
    self->writable = writable;
    return true;
}

static void set_mode(TextWrapper *self, const NewlineMode *mode)
{
    bool universal = mode->universal;
    store_relaxed(&self->mode.universal, universal); /* `newlines` looks without the lock */
    self->mode.translate = mode->translate;
    memcpy(self->mode.ending, mode->ending, sizeof mode->ending);
    memcpy(self->mode.written, mode->written, sizeof mode->written);
}

/* Where the buffer stands decides whether codecs write a byte order mark. */
static bool start_encoder(TextWrapper *self)
{
    if (!self->seekable || !self->encoder)
        return true;
    Value position = TRY(call_method0(TRY(text_buffer(self)), io_names.tell));
    int zero = TRY_NOT_NEGATIVE(object_equal(position, int_small(0)), false);
    return zero || text_reset_encoder(self, false);
}

static bool attach(TextWrapper *self, Value buffer)
{
    int seekable = TRY_NOT_NEGATIVE(io_call_flag(buffer, io_names.seekable), false);
    int has_read1 = TRY_NOT_NEGATIVE(has_attr(buffer, io_names.read1), false);
    self->seekable = seekable;
    store_relaxed(&self->telling, seekable);
    self->has_read1 = has_read1;
    self->buffer_is_ours = is_exact_buffered(buffer) && type_of((Value)self) == &text_wrapper_type;
    gc_store(self, &self->buffer, buffer);
    if (!start_encoder(self)) {
        gc_store(self, &self->buffer, (Value)0);
        return false;
    }
    return !self->writable || load_relaxed(&self->open_writer) ||
           writer_register((Value)self, true, &self->open_writer);
}

static void forget_everything(TextWrapper *self)
{
    text_forget_decoded(self);
    gc_store(self, &self->buffer, (Value)0);
    store_relaxed(&self->detached, false);
    store_relaxed(&self->pending_size, (intptr_t)0);
    self->kept_size = 0;
    store_relaxed(&self->seen, 0);
    store_relaxed(&self->chunk_size, DEFAULT_BUFFER_SIZE);
    self->bytes_per_char = 0;
    self->at_start = true;
}

static Value encoding_argument(Value encoding)
{
    if (encoding == None && config.warn_default_encoding)
        TRY(warn(EncodingWarning, 1, "'encoding' argument not specified"));
    if (encoding == None || str_equals(encoding, "locale"))
        return text_locale_encoding();
    return encoding;
}

INIT_METHOD(text_init, "buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
                       "write_through=False")
{
    TextWrapper *self = as_text(args[0]);
    NewlineMode mode;
    IO_LOCKED_NESTED(self, &self->lock);
    forget_everything(self);
    TRY(str_or_none("TextIOWrapper", "encoding", args[2]));
    TRY(str_or_none("TextIOWrapper", "errors", args[3]));
    TRY(str_or_none("TextIOWrapper", "newline", args[4]));
    bool line_buffering, write_through;
    TRY(flag_argument(args[5], &line_buffering));
    TRY(flag_argument(args[6], &write_through));
    store_relaxed(&self->line_buffering, line_buffering);
    store_relaxed(&self->write_through, write_through);
    TRY(newline_argument(args[4], &mode));
    Value encoding = TRY(encoding_argument(args[2]));
    Value errors = args[3] == None ? names.strict : args[3];
    TRY(ask_abilities(self, args[1]));
    set_mode(self, &mode);
    TRY(text_set_codec(self, encoding, errors));
    TRY(text_wrap_decoder(self));
    return attach(self, args[1]) ? None : 0;
}

/* ---- reconfigure
 * ------------------------------------------------------------------------------------ */

/* args: self, encoding, errors, newline (0: not given) */
static bool change_codec(TextWrapper *self, Value *args)
{
    NewlineMode mode = self->mode;
    if (args[3])
        TRY(newline_argument(args[3], &mode));
    if (args[1] == None && args[2] == None && !args[3])
        return true;
    Value encoding = args[1], errors = args[2];
    if (errors == None)
        errors = encoding == None ? self->errors : names.strict;
    if (encoding == None)
        encoding = self->encoding;
    else if (str_equals(encoding, "locale"))
        encoding = TRY(text_locale_encoding());
    TRY(text_set_codec(self, encoding, errors));
    set_mode(self, &mode);
    return text_wrap_decoder(self) && start_encoder(self);
}

METHOD(text_reconfigure, "reconfigure",
       "*, encoding=None, errors=None, newline=?None, line_buffering=None, write_through=None",
       "Reconfigure the text stream with new parameters.\n\n"
       "This also does an implicit stream flush.")
{
    TextWrapper *self = as_text(args[0]);
    TRY(text_check(self));
    TRY(str_or_none("reconfigure", "encoding", args[1]));
    TRY(str_or_none("reconfigure", "errors", args[2]));
    if (args[3])
        TRY(str_or_none("reconfigure", "newline", args[3]));
    IO_LOCKED_NESTED(self, &self->lock);
    if (self->decoded && (args[1] != None || args[2] != None || args[3]))
        return raise_unsupported("It is not possible to set the encoding or newline of stream "
                                 "after the first read");
    bool line_buffering = load_relaxed(&self->line_buffering);
    bool write_through = load_relaxed(&self->write_through);
    if (args[4] != None)
        TRY(flag_argument(args[4], &line_buffering));
    if (args[5] != None)
        TRY(flag_argument(args[5], &write_through));
    TRY(call_method0(args[0], names.flush));
    TRY(change_codec(self, args));
    store_relaxed(&self->line_buffering, line_buffering);
    store_relaxed(&self->write_through, write_through);
    return None;
}

/* ---- closing
 * ------------------------------------------------------------------------------------------ */

METHOD(text_detach, "detach", "/",
       "Separate the underlying buffer from the TextIOBase and return it.\n\n"
       "After the underlying buffer has been detached, the TextIO is in an unusable state.")
{
    TextWrapper *self = as_text(args[0]);
    TRY(text_check(self));
    TRY(call_method0(args[0], names.flush));
    IO_LOCKED_NESTED(self, &self->lock);
    TRY(text_check(self));
    Value buffer = self->buffer;
    store_relaxed(&self->detached, true);
    gc_store(self, &self->buffer, (Value)0);
    writer_unregister(&self->open_writer);
    return buffer;
}

static void dealloc_warn(TextWrapper *self)
{
    Value pending = error_take(), buffer = text_buffer(self);
    if (!buffer || !call_method1(buffer, io_names._dealloc_warn, (Value)self))
        error_clear();
    error_restore(pending);
}

METHOD(text_close, "close", "/",
       "Flush and close the IO object.\n\n"
       "This method has no effect if the file is already closed.")
{
    TextWrapper *self = as_text(args[0]);
    TRY(text_check(self));
    if (TRY_NOT_NEGATIVE(io_is_closed(args[0]), 0))
        return None;
    if (load_relaxed(&self->finalizing))
        dealloc_warn(self);
    Value buffer = TRY(text_buffer(self));
    Value flushed = call_method0(args[0], names.flush);
    Value failure = flushed ? 0 : error_take();
    Value closed = call_method0(buffer, names.close);
    if (closed)
        writer_unregister(&self->open_writer);
    io_chain(failure);
    return closed && flushed ? closed : 0;
}

/* ---- what the buffer knows
 * ---------------------------------------------------------------------------- */

static Value ask_buffer(Value self, Value name)
{
    return call_method0(TRY(text_buffer(as_text(self))), name);
}

METHOD(text_fileno, "fileno", "/",
       "Return underlying file descriptor if one exists.\n\n"
       "Raise OSError if the IO object does not use a file descriptor.")
{
    return ask_buffer(args[0], names.fileno);
}

METHOD(text_isatty, "isatty", "/",
       "Return whether this is an 'interactive' stream.\n\n"
       "Return False if it can't be determined.")
{
    return ask_buffer(args[0], io_names.isatty);
}

METHOD(text_seekable, "seekable", "/",
       "Return whether object supports random access.\n\n"
       "If False, seek(), tell() and truncate() will raise OSError.\n"
       "This method may need to do a test seek().")
{
    return ask_buffer(args[0], io_names.seekable);
}

METHOD(text_readable, "readable", "/",
       "Return whether object was opened for reading.\n\nIf False, read() will raise OSError.")
{
    return ask_buffer(args[0], io_names.readable);
}

METHOD(text_writable, "writable", "/",
       "Return whether object was opened for writing.\n\nIf False, write() will raise OSError.")
{
    return ask_buffer(args[0], io_names.writable);
}

METHOD(text_getstate, "__getstate__", "/", 0)
{
    return raise_cannot_pickle(args[0]);
}

static Value get_name(Value self)
{
    return get_attr(TRY(text_buffer(as_text(self))), names.name);
}

static Value get_closed(Value self)
{
    return get_attr(TRY(text_buffer(as_text(self))), io_names.closed);
}

static Value get_newlines(Value v)
{
    TextWrapper *self = as_text(v);
    Value seen;
    TRY(text_check(self));
    Value decoder = load_acquire(&self->decoder);
    if (!decoder)
        return load_relaxed(&self->mode.universal) ? newlines_seen(load_relaxed(&self->seen))
                                                   : None;
    TRY(get_attr_optional(decoder, io_names.newlines, &seen));
    return seen ? seen : None;
}

static Value get_errors(Value self)
{
    Value errors = load_acquire(&as_text(self)->errors);
    return errors ? errors : raise(ValueError, "I/O operation on uninitialized object");
}

static Value get_chunk_size(Value self)
{
    TRY(text_check(as_text(self)));
    return int_from(load_relaxed(&as_text(self)->chunk_size));
}

static bool set_chunk_size(Value self, Value value)
{
    intptr_t size;
    TRY(text_check(as_text(self)));
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    TRY(index_as_intptr_or(value, &size, ValueError));
    if (size <= 0)
        return raise(ValueError, "a strictly positive integer is required");
    store_relaxed(&as_text(self)->chunk_size, size);
    return true;
}

/* ---- the type
 * ------------------------------------------------------------------------------------------ */

static bool optional(Value self, Value name, Value *value)
{
    *value = 0;
    return get_attr_optional(self, name, value) || error_clear_if(ValueError);
}

static Value text_repr(Value v)
{
    Value name, mode, encoding = load_acquire(&as_text(v)->encoding);
    if (!encoding)
        return raise(ValueError, "I/O operation on uninitialized object");
    TRY(io_repr_enter(v));
    StrBuilder b;
    builder_start(&b);
    builder_add_ascii(&b, "<", 1);
    builder_add_cstring(&b, TYPE_NAME(v));
    bool ok = optional(v, names.name, &name);
    Value part = ok && name ? str_format(" name=%R", name) : 0;
    if (part)
        builder_add(&b, part);
    ok = ok && (part || !name) && optional(v, io_names.mode, &mode);
    part = ok && mode ? str_format(" mode=%R", mode) : 0;
    if (part)
        builder_add(&b, part);
    ok = ok && (part || !mode);
    part = ok ? str_format(" encoding=%R>", encoding) : 0;
    if (part)
        builder_add(&b, part);
    repr_leave(v);
    return part ? builder_finish(&b) : 0;
}

static const GetSetDef text_getset[] = {{"name", get_name, 0, 0},
                                        {"closed", get_closed, 0, 0},
                                        {"newlines", get_newlines, 0, 0},
                                        {"errors", get_errors, 0, 0},
                                        {"_CHUNK_SIZE", get_chunk_size, set_chunk_size, 0},
                                        {0}};

static const MemberDef text_members[] = {
    {"encoding", MEMBER_VALUE, offsetof(TextWrapper, encoding), true, 0},
    {"buffer", MEMBER_VALUE, offsetof(TextWrapper, buffer), true, 0},
    {"line_buffering", MEMBER_BOOL8, offsetof(TextWrapper, line_buffering), true, 0},
    {"write_through", MEMBER_BOOL8, offsetof(TextWrapper, write_through), true, 0},
    {"_finalizing", MEMBER_BOOL8, offsetof(TextWrapper, finalizing), false, 0},
    {0}};

static MethodDef *const text_own_methods[] = {
    M(text_detach),   M(text_reconfigure), M(text_close),    M(text_fileno),   M(text_isatty),
    M(text_seekable), M(text_readable),    M(text_writable), M(text_getstate), 0};

Type text_wrapper_type = {
    IO_TYPE_HEAD("_io.TextIOWrapper", TextWrapper),
    .base = &textiobase_type,
    .repr = text_repr,
    .next = text_next,
    .init_def = M(text_init),
    .getset = text_getset,
    .members = text_members,
    .trace = text_trace,
    .release = text_release,
    .flags = TYPE_BASE,
    .doc = "Character and line based layer over a BufferedIOBase object, buffer.\n\n"
           "encoding gives the name of the encoding that the stream will be\n"
           "decoded or encoded with. It defaults to locale.getencoding().\n\n"
           "errors determines the strictness of encoding and decoding (see\n"
           "help(codecs.Codec) or the documentation for codecs.register) and\n"
           "defaults to \"strict\".\n\n"
           "newline controls how line endings are handled. It can be None, '',\n"
           "'\\n', '\\r', and '\\r\\n'.  It works as follows:\n\n"
           "* On input, if newline is None, universal newlines mode is\n"
           "  enabled. Lines in the input can end in '\\n', '\\r', or '\\r\\n', and\n"
           "  these are translated into '\\n' before being returned to the\n"
           "  caller. If it is '', universal newline mode is enabled, but line\n"
           "  endings are returned to the caller untranslated. If it has any of\n"
           "  the other legal values, input lines are only terminated by the given\n"
           "  string, and the line ending is returned to the caller untranslated.\n\n"
           "* On output, if newline is None, any '\\n' characters written are\n"
           "  translated to the system default line separator, os.linesep. If\n"
           "  newline is '' or '\\n', no translation takes place. If newline is any\n"
           "  of the other legal values, any '\\n' characters written are translated\n"
           "  to the given string.\n\n"
           "If line_buffering is True, a call to flush is implied when a call to\n"
           "write contains a newline character.",
};

void text_start(void)
{
    static MethodDef *methods[32];
    MethodDef *const *tables[] = {text_own_methods, text_read_methods, text_write_methods,
                                  text_seek_methods};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        for (MethodDef *const *m = tables[i]; *m; m++)
            methods[count++] = *m;
    CHECK(count < COUNT_OF(methods));
    text_wrapper_type.methods = methods;
    type_ready(&text_wrapper_type, 0);
}
