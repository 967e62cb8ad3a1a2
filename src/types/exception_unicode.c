/* UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: one struct, and constructors,
 * checks and texts of their own. */
#include "core/abstract.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception_family.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_unicode_error(v) ((UnicodeException *)(v))

static void unicode_error_trace(Object *self, Tracer *tracer)
{
    UnicodeException *e = as_unicode_error(self);
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&e->encoding));
    gc_visit(tracer, load_relaxed(&e->object));
    gc_visit(tracer, load_relaxed(&e->reason));
}

/* ---- construction ------------------------------------------------------------------------- */

static bool check_str(Value args, intptr_t i)
{
    if (is_str(tuple_get(args, i)))
        return true;
    return raise(TypeError, "argument %zd must be str, not %B", i + 1, tuple_get(args, i));
}

/* ([encoding,] object, start, end, reason) */
static bool unicode_init(Value self, Value args, Value kwargs, bool has_encoding, bool bytes)
{
    UnicodeException *e = as_unicode_error(self);
    TRY(exception_init(self, args, kwargs));
    intptr_t count = has_encoding ? 5 : 4, first = has_encoding;
    if (tuple_length(args) != count)
        return raise(TypeError, "function takes exactly %zd arguments (%zd given)", count,
                     tuple_length(args));
    if (has_encoding)
        TRY(check_str(args, 0));
    if (!bytes)
        TRY(check_str(args, first));
    intptr_t start, end;
    TRY(index_as_intptr(tuple_get(args, first + 1), &start));
    TRY(index_as_intptr(tuple_get(args, first + 2), &end));
    TRY(check_str(args, first + 3));
    Value object = tuple_get(args, first);
    if (bytes && !is_bytes(object)) {
        if (!has_buffer(object))
            return raise(TypeError, "a bytes-like object is required, not '%T'", object);
        object = TRY(bytes_from_object(object));
    }
    gc_store(e, &e->encoding, has_encoding ? tuple_get(args, 0) : 0);
    gc_store(e, &e->object, object);
    gc_store(e, &e->reason, tuple_get(args, first + 3));
    store_relaxed(&e->start, start);
    store_relaxed(&e->end, end);
    return true;
}

INIT_METHOD(encode_error_init, "*args, **kwargs")
{
    return unicode_init(args[0], args[1], args[2], true, false) ? None : 0;
}

INIT_METHOD(decode_error_init, "*args, **kwargs")
{
    return unicode_init(args[0], args[1], args[2], true, true) ? None : 0;
}

INIT_METHOD(translate_error_init, "*args, **kwargs")
{
    return unicode_init(args[0], args[1], args[2], false, false) ? None : 0;
}

static bool family_init(Value self, Value args, Value kwargs)
{
    bool decode = is_instance_of(self, UnicodeDecodeError);
    bool translate = is_instance_of(self, UnicodeTranslateError);
    return unicode_init(self, args, kwargs, !translate, decode);
}

/* ---- str ---------------------------------------------------------------------------------------
 */

/* "character '\xe9'" as these messages show it. */
static Value escaped_char(uint32_t c)
{
    return c < 0x100     ? format_value("\\x%02x", c)
           : c < 0x10000 ? format_value("\\u%04x", c)
                         : format_value("\\U%08x", c);
}

/* `object`: of `e`, whose attribute may be anything by now, or nothing. */
static Value describe(UnicodeException *e, Value object, const char *what, Value head)
{
    Value reason = load_acquire(&e->reason);
    intptr_t start = load_relaxed(&e->start), end = load_relaxed(&e->end);
    bool is_text = is_str(object);
    if (!is_text && !is_bytes(object))
        return raise(TypeError, "UnicodeError 'object' attribute must be %s",
                     is_instance_of((Value)e, UnicodeDecodeError) ? "a bytes" : "a string");
    intptr_t length = is_text ? str_length(object) : ((Bytes *)object)->length;
    if (!reason)
        reason = str_empty();
    if (start >= 0 && start < length && end == start + 1) {
        if (!is_text)
            return format_value("%V%s byte 0x%02x in position %zd: %V", head, what,
                                (unsigned)(unsigned char)((Bytes *)object)->data[start], start,
                                reason);
        Value character = TRY(escaped_char(str_char(object, start)));
        return format_value("%V%s character '%V' in position %zd: %V", head, what, character, start,
                            reason);
    }
    return format_value("%V%s %s in position %zd-%zd: %V", head, what,
                        is_text ? "characters" : "bytes", start, end - 1, reason);
}

static Value codec_head(UnicodeException *e)
{
    Value encoding = load_acquire(&e->encoding);
    return encoding ? format_value("'%V' codec ", encoding) : str_from_cstring("'None' codec ");
}

static Value encode_error_str(Value self)
{
    UnicodeException *e = as_unicode_error(self);
    Value object = load_acquire(&e->object);
    return object ? describe(e, object, "can't encode", TRY(codec_head(e))) : str_empty();
}

static Value decode_error_str(Value self)
{
    UnicodeException *e = as_unicode_error(self);
    Value object = load_acquire(&e->object);
    return object ? describe(e, object, "can't decode", TRY(codec_head(e))) : str_empty();
}

static Value translate_error_str(Value self)
{
    UnicodeException *e = as_unicode_error(self);
    Value object = load_acquire(&e->object);
    return object ? describe(e, object, "can't translate", TRY(str_empty())) : str_empty();
}

/* ---- what other C files use
 * ------------------------------------------------------------------------- */

static Value raise_unicode(Type *type, const char *encoding, Value object, intptr_t start,
                           intptr_t end, const char *reason)
{
    Value args[] = {TRY(str_from_cstring(encoding)), object, TRY(int_from(start)),
                    TRY(int_from(end)), TRY(str_from_cstring(reason))};
    Value tuple = TRY(tuple_from_values(args, COUNT_OF(args)));
    Value e = TRY(object_alloc(type));
    TRY(family_init(e, tuple, 0));
    return raise_object(e);
}

Value raise_unicode_decode(const char *encoding, const char *data, size_t size, size_t start,
                           size_t end, const char *reason)
{
    Value object = TRY(bytes_from(data, size));
    return raise_unicode(UnicodeDecodeError, encoding, object, (intptr_t)start, (intptr_t)end,
                         reason);
}

Value raise_unicode_encode(const char *encoding, Value text, intptr_t start, intptr_t end,
                           const char *reason)
{
    return raise_unicode(UnicodeEncodeError, encoding, text, start, end, reason);
}

/* ---- the types
 * --------------------------------------------------------------------------------------------- */

static const MemberDef unicode_members[] = {
    {"encoding", MEMBER_VALUE, offsetof(UnicodeException, encoding), false, "exception encoding"},
    {"object", MEMBER_VALUE, offsetof(UnicodeException, object), false, "exception object"},
    {"start", MEMBER_INTPTR, offsetof(UnicodeException, start), false, "exception start"},
    {"end", MEMBER_INTPTR, offsetof(UnicodeException, end), false, "exception end"},
    {"reason", MEMBER_VALUE, offsetof(UnicodeException, reason), false, "exception reason"},
    {0},
};

const ExceptionFamily family_UnicodeException = {
    .init = family_init,
    .trace = unicode_error_trace,
};

/* The three types are siblings: each declares all of it. */
void exception_unicode_start(void)
{
    Type *types[] = {UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        types[i]->members = unicode_members;
    UnicodeEncodeError->init_def = M(encode_error_init);
    UnicodeDecodeError->init_def = M(decode_error_init);
    UnicodeTranslateError->init_def = M(translate_error_init);
    UnicodeEncodeError->str = encode_error_str;
    UnicodeDecodeError->str = decode_error_str;
    UnicodeTranslateError->str = translate_error_str;
}
