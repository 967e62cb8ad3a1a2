/* StringIO: text in memory. The object's own lock covers each operation. */
#include <string.h>

#include "base/utf8.h"
#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/io/io.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* guarded by lock */
typedef struct StringIO {
    Object ob;
    Raw *memory;          /* characters of `kind` bytes; 0: none */
    intptr_t length, pos; /* in characters; pos may be beyond the end, atomic: written under lock */
    uint8_t kind;         /* 1, 2 or 4 */
    bool ok, closed;      /* atomic: written under lock */
    bool ascii;
    uint8_t seen; /* line ends that were translated */
    NewlineMode mode;
    Value newline; /* the argument: None or a str */
    Value tail;
} StringIO;

static StringIO *as_stringio(Value v)
{
    return (StringIO *)v;
}

static void stringio_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, (Value)((StringIO *)o)->memory);
    gc_visit(tracer, ((StringIO *)o)->newline);
}

static bool check(StringIO *self)
{
    if (unlikely(!load_relaxed(&self->ok)))
        return raise(ValueError, "I/O operation on uninitialized object");
    return !load_relaxed(&self->closed) || raise(ValueError, "I/O operation on closed file");
}

/* ---- memory
 * --------------------------------------------------------------------------------------- */

static void copy_characters(void *to, unsigned to_kind, intptr_t at, const void *from,
                            unsigned from_kind, intptr_t count)
{
    if (to_kind == from_kind) {
        memmove((char *)to + at * to_kind, from, (size_t)count * to_kind);
        return;
    }
    for (intptr_t i = 0; i < count; i++)
        char_put(to, to_kind, (size_t)(at + i), char_at(from, from_kind, (size_t)i));
}

static bool reserve_locked(StringIO *self, intptr_t length, unsigned kind)
{
    intptr_t capacity = self->memory ? self->memory->size / self->kind : 0;
    if (length <= capacity && kind <= self->kind)
        return true;
    if (kind < self->kind)
        kind = self->kind;
    if (length > INTPTR_MAX / 8)
        return raise(OverflowError, "new buffer size too large");
    if (length > capacity)
        capacity = length + length / 4 + 32;
    Raw *memory = TRY(raw_new(capacity * (intptr_t)kind));
    if (self->length)
        copy_characters(memory->data, kind, 0, self->memory->data, self->kind, self->length);
    gc_store(self, &self->memory, memory);
    self->kind = (uint8_t)kind;
    return true;
}

static bool put_locked(StringIO *self, Value text)
{
    const Str *s = (const Str *)text;
    intptr_t end;
    if (!s->length)
        return true;
    if (__builtin_add_overflow(self->pos, s->length, &end))
        return raise(OverflowError, "new position too large");
    TRY(reserve_locked(self, end > self->length ? end : self->length, s->kind));
    if (self->pos > self->length)
        memset(self->memory->data + self->length * self->kind, 0,
               (size_t)(self->pos - self->length) * self->kind);
    copy_characters(self->memory->data, self->kind, self->pos, s->data, s->kind, s->length);
    store_relaxed(&self->pos, end);
    if (end > self->length)
        self->length = end;
    return true;
}

static Value part_locked(StringIO *self, intptr_t start, intptr_t end)
{
    if (start >= end)
        return str_empty();
    const char *data = self->memory->data + start * self->kind;
    switch (self->kind) {
    case 1:
        return str_from_latin1((const uint8_t *)data, end - start);
    case 2:
        return str_from_ucs2((const uint16_t *)(const void *)data, end - start);
    default:
        return str_from_ucs4((const uint32_t *)(const void *)data, end - start);
    }
}

static Value take_locked(StringIO *self, intptr_t size)
{
    intptr_t start = self->pos < self->length ? self->pos : self->length;
    if (size < 0 || size > self->length - start)
        size = self->length - start;
    Value result = TRY(part_locked(self, start, start + size));
    store_relaxed(&self->pos, self->pos + size);
    return result;
}

/* ---- lines
 * ----------------------------------------------------------------------------------------- */

static intptr_t find_locked(StringIO *self, intptr_t start, intptr_t end, uint32_t c)
{
    if (self->kind == 1) {
        const char *found = memchr(self->memory->data + start, (int)c, (size_t)(end - start));
        return found ? found - self->memory->data : end;
    }
    while (start < end && char_at(self->memory->data, self->kind, (size_t)start) != c)
        start++;
    return start;
}

static bool is_char(StringIO *self, intptr_t i, uint32_t c)
{
    return i < self->length && char_at(self->memory->data, self->kind, (size_t)i) == c;
}

/* Index behind the line that starts at `start`. */
static intptr_t line_end_locked(StringIO *self, intptr_t start)
{
    intptr_t end = self->length;
    if (self->mode.universal && !self->mode.translate) {
        intptr_t newline = find_locked(self, start, end, '\n');
        intptr_t cr = find_locked(self, start, newline, '\r');
        if (cr < newline)
            return cr + 1 + is_char(self, cr + 1, '\n');
        return newline < end ? newline + 1 : end;
    }
    bool has_cr = self->mode.ending[0] == '\r';
    for (;;) {
        intptr_t i = find_locked(self, start, end, has_cr ? '\r' : '\n');
        if (i == end)
            return end;
        if (!has_cr || !self->mode.ending[1])
            return i + 1;
        if (is_char(self, i + 1, '\n'))
            return i + 2;
        start = i + 1;
    }
}

static Value take_line_locked(StringIO *self, intptr_t limit)
{
    if (self->pos >= self->length || !limit)
        return str_empty();
    intptr_t size = line_end_locked(self, self->pos) - self->pos;
    return take_locked(self, limit >= 0 && limit < size ? limit : size);
}

METHOD(stringio_readline, "readline", "size=-1, /",
       "Read until newline or EOF.\n\nReturns an empty string if EOF is hit immediately.")
{
    StringIO *self = as_stringio(args[0]);
    intptr_t size;
    TRY(size_argument(args[1], &size));
    WITH_LOCK (self) {
        TRY(check(self));
        return take_line_locked(self, size);
    }
    UNREACHABLE();
}

static Value stringio_next(Value v)
{
    StringIO *self = as_stringio(v);
    Value line;
    TRY(check(self));
    if (type_of(v) != &stringio_type) {
        line = TRY(call_method0(v, names.readline));
        if (!is_str(line))
            return raise(OSError, "readline() should have returned a str object, not '%T'", line);
        return str_length(line) ? line : 0;
    }
    WITH_LOCK (self) {
        TRY(check(self));
        line = TRY(take_line_locked(self, -1));
        return str_length(line) ? line : 0;
    }
    UNREACHABLE();
}

METHOD(stringio_read, "read", "size=-1, /",
       "Read at most size characters, returned as a string.\n\n"
       "If the argument is negative or omitted, read until EOF\n"
       "is reached. Return an empty string at EOF.")
{
    StringIO *self = as_stringio(args[0]);
    intptr_t size;
    TRY(size_argument(args[1], &size));
    WITH_LOCK (self) {
        TRY(check(self));
        return take_locked(self, size);
    }
    UNREACHABLE();
}

METHOD(stringio_getvalue, "getvalue", "/", "Retrieve the entire contents of the object.")
{
    StringIO *self = as_stringio(args[0]);
    WITH_LOCK (self) {
        TRY(check(self));
        return part_locked(self, 0, self->length);
    }
    UNREACHABLE();
}

/* ---- writing
 * ----------------------------------------------------------------------------------------- */

/* The text as it is stored. */
static Value prepared(const NewlineMode *mode, Value text, int *seen)
{
    if (mode->universal)
        return newlines_translate(text, seen, mode->translate);
    if (!mode->written[0])
        return text;
    return newlines_written(text, mode->written);
}

METHOD(stringio_write, "write", "s, /",
       "Write string to file.\n\n"
       "Returns the number of characters written, which is always equal to\n"
       "the length of the string.")
{
    StringIO *self = as_stringio(args[0]);
    if (!is_str(args[1]))
        return raise(TypeError, "string argument expected, got '%T'", args[1]);
    WITH_LOCK (self) {
        TRY(check(self));
        int seen = 0;
        Value text = TRY(prepared(&self->mode, args[1], &seen));
        self->seen |= (uint8_t)seen;
        TRY(put_locked(self, text));
        return int_from(str_length(args[1]));
    }
    UNREACHABLE();
}

METHOD(stringio_truncate, "truncate", "pos=None, /",
       "Truncate size to pos.\n\n"
       "The pos argument defaults to the current file position, as\n"
       "returned by tell().  The current file position is unchanged.\n"
       "Returns the new absolute position.")
{
    StringIO *self = as_stringio(args[0]);
    intptr_t size = -1;
    TRY(check(self));
    if (args[1] != None && !has_index(args[1]))
        return raise(TypeError, "argument should be integer or None, not '%T'", args[1]);
    if (args[1] != None)
        TRY(index_as_intptr(args[1], &size));
    WITH_LOCK (self) {
        TRY(check(self));
        if (args[1] == None)
            size = self->pos;
        if (size < 0)
            return raise(ValueError, "Negative size value %zd", size);
        if (size < self->length)
            self->length = size;
        return int_from(size);
    }
    UNREACHABLE();
}

/* ---- position
 * ---------------------------------------------------------------------------------------- */

METHOD(stringio_seek, "seek", "pos, whence=0, /",
       "Change stream position.\n\n"
       "Seek to character offset pos relative to position indicated by whence:\n"
       "    0  Start of stream (the default).  pos should be >= 0;\n"
       "    1  Current position - pos must be 0;\n"
       "    2  End of stream - pos must be 0.\n"
       "Returns the new absolute position.")
{
    StringIO *self = as_stringio(args[0]);
    intptr_t pos;
    int whence;
    TRY(index_as_intptr(args[1], &pos));
    TRY(index_as_int(args[2], &whence));
    WITH_LOCK (self) {
        TRY(check(self));
        if (whence < 0 || whence > 2)
            return raise(ValueError, "Invalid whence (%i, should be 0, 1 or 2)", whence);
        if (pos < 0 && whence == 0)
            return raise(ValueError, "Negative seek position %zd", pos);
        if (whence != 0 && pos != 0)
            return raise(OSError, "Can't do nonzero cur-relative seeks");
        if (whence == 1)
            pos = self->pos;
        else if (whence == 2)
            pos = self->length;
        store_relaxed(&self->pos, pos);
        return int_from(pos);
    }
    UNREACHABLE();
}

METHOD(stringio_tell, "tell", "/", "Tell the current file position.")
{
    return check(as_stringio(args[0])) ? int_from(load_relaxed(&as_stringio(args[0])->pos)) : 0;
}

/* ---- making
 * ------------------------------------------------------------------------------------------ */

NEW_METHOD(stringio_new, "*args, **kwargs")
{
    StringIO *self = TRY(NEW(StringIO, (Type *)args[0]));
    self->kind = 1;
    return (Value)self;
}

static bool initialise(StringIO *self, Value initial, Value newline)
{
    NewlineMode mode;
    if (newline != None && !is_str(newline))
        return raise(TypeError, "newline must be str or None, not %T", newline);
    if (!newline_mode(newline, &mode))
        return error_pending() ? 0 : raise(ValueError, "illegal newline value: %R", newline);
    if (initial != None && !is_str(initial))
        return raise(TypeError, "initial_value must be str or None, not %T", initial);
    int seen = 0;
    Value text = initial == None ? TRY(str_empty()) : TRY(prepared(&mode, initial, &seen));
    WITH_LOCK (self) {
        store_relaxed(&self->ok, true);
        store_relaxed(&self->closed, false);
        self->mode = mode;
        self->length = 0;
        store_relaxed(&self->pos, 0);
        self->seen = (uint8_t)seen;
        gc_store(self, &self->newline, newline);
        TRY(put_locked(self, text));
        store_relaxed(&self->pos, 0);
        return true;
    }
    UNREACHABLE();
}

INIT_METHOD(stringio_init, "initial_value='', newline='\\n'")
{
    return initialise(as_stringio(args[0]), args[1], args[2]) ? None : 0;
}

/* ---- the rest
 * ------------------------------------------------------------------------------------------ */

METHOD(stringio_close, "close", "/",
       "Close the IO object.\n\n"
       "Attempting any further operation after the object is closed\n"
       "will raise a ValueError.\n\n"
       "This method has no effect if the file is already closed.")
{
    StringIO *self = as_stringio(args[0]);
    WITH_LOCK (self) {
        store_relaxed(&self->closed, true);
        self->length = 0;
        store_relaxed(&self->pos, 0);
        gc_store(self, &self->memory, (Raw *)0);
        self->kind = 1;
    }
    return None;
}

METHOD(stringio_readable, "readable", "/", "Returns True if the IO object can be read.")
{
    return check(as_stringio(args[0])) ? True : 0;
}

METHOD(stringio_writable, "writable", "/", "Returns True if the IO object can be written.")
{
    return check(as_stringio(args[0])) ? True : 0;
}

METHOD(stringio_seekable, "seekable", "/", "Returns True if the IO object can be seeked.")
{
    return check(as_stringio(args[0])) ? True : 0;
}

METHOD(stringio_getstate, "__getstate__", "/", 0)
{
    StringIO *self = as_stringio(args[0]);
    Value content = 0, newline = 0;
    intptr_t pos = 0;
    WITH_LOCK (self) {
        TRY(check(self));
        content = TRY(part_locked(self, 0, self->length));
        newline = self->newline;
        pos = self->pos;
    }
    Value attributes = TRY(io_attributes(args[0]));
    return tuple_of(content, newline, int_from(pos), attributes);
}

/* The content is stored as it is: it was translated when it was written. */
static bool restore_content(StringIO *self, Value content)
{
    WITH_LOCK (self) {
        self->length = 0;
        store_relaxed(&self->pos, 0);
        return put_locked(self, content);
    }
    UNREACHABLE();
}

METHOD(stringio_setstate, "__setstate__", "state, /", 0)
{
    StringIO *self = as_stringio(args[0]);
    Value state = args[1];
    intptr_t pos;
    if (load_relaxed(&self->closed))
        return raise(ValueError, "I/O operation on closed file");
    if (!is_tuple(state) || tuple_length(state) < 4)
        return raise(TypeError, "%T.__setstate__ argument should be 4-tuple, got %T", args[0],
                     state);
    Value content = tuple_get(state, 0), position = tuple_get(state, 2);
    TRY(initialise(self, content, tuple_get(state, 1)));
    TRY(restore_content(self, content == None ? str_empty() : content));
    if (!is_int_any(position))
        return raise(TypeError, "third item of state must be an integer, got %T", position);
    TRY(index_as_intptr_or(position, &pos, OverflowError));
    if (pos < 0)
        return raise(ValueError, "position value cannot be negative");
    store_relaxed(&self->pos, pos);
    return io_set_attributes(args[0], tuple_get(state, 3), "fourth") ? None : 0;
}

static Value get_closed(Value self)
{
    StringIO *s = as_stringio(self);
    return load_relaxed(&s->ok) ? bool_value(load_relaxed(&s->closed))
                                : raise(ValueError, "I/O operation on uninitialized object");
}

static Value get_newlines(Value self)
{
    StringIO *s = as_stringio(self);
    WITH_LOCK (s) {
        TRY(check(s));
        return s->mode.universal ? newlines_seen(s->seen) : None;
    }
    UNREACHABLE();
}

static Value get_line_buffering(Value self)
{
    return check(as_stringio(self)) ? False : 0;
}

static MethodDef *const stringio_methods[] = {M(stringio_close),    M(stringio_getvalue),
                                              M(stringio_read),     M(stringio_readline),
                                              M(stringio_tell),     M(stringio_truncate),
                                              M(stringio_seek),     M(stringio_write),
                                              M(stringio_seekable), M(stringio_readable),
                                              M(stringio_writable), M(stringio_getstate),
                                              M(stringio_setstate), 0};
static const GetSetDef stringio_getset[] = {{"closed", get_closed, 0, 0},
                                            {"newlines", get_newlines, 0, 0},
                                            {"line_buffering", get_line_buffering, 0, 0},
                                            {0}};

Type stringio_type = {
    IO_TYPE_HEAD("_io.StringIO", StringIO),
    .base = &textiobase_type,
    .next = stringio_next,
    .new_def = M(stringio_new),
    .init_def = M(stringio_init),
    .methods = stringio_methods,
    .getset = stringio_getset,
    .trace = stringio_trace,
    .flags = TYPE_BASE,
    .doc = "Text I/O implementation using an in-memory buffer.\n\n"
           "The initial_value argument sets the value of object.  The newline\n"
           "argument is like the one of TextIOWrapper's constructor.",
};
