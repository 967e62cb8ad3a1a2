/* _struct: packing values into bytes and back. struct_items.c knows the single formats. */
#include "base/copy.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "modules/struct_inner.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

Value struct_error; /* the class struct.error */
static Value cache; /* dict: format to Struct */
enum { CACHE_SIZE = 100 };

/* What a format means. Never changes: who works by one is not in the way of an __init__ that is
 * called again. */
typedef struct StructLayout {
    intptr_t item_count, value_count, size;
    StructItem items[];
} StructLayout;

typedef struct Struct {
    Object ob;
    Value format; /* str; atomic */
    Raw *layout;  /* holds a StructLayout; atomic; 0: not initialised */
} Struct;

static Type struct_type;

static void struct_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Struct *)self)->format);
    gc_visit(tracer, (Value)((Struct *)self)->layout);
}

static const StructLayout *layout_in(const Raw *raw)
{
    return (const StructLayout *)(const void *)raw->data;
}

/* RuntimeError if it is not initialised. To be asked for once: the next may be another one. */
static const StructLayout *layout_of(const Struct *s)
{
    const Raw *raw = load_acquire(&s->layout);
    return raw ? layout_in(raw)
               : (const StructLayout *)raise(RuntimeError, "Struct object is not initialized");
}

/* ---- formats -----------------------------------------------------------------------------------
 */

typedef struct FormatParser {
    const char *at, *end;
    char order; /* '@' native, else standard sizes: '=' '<' '>' */
    intptr_t size, value_count, item_count;
    StructItem *items; /* 0: only count */
} FormatParser;

static Value too_long(void)
{
    return raise_struct("total struct size too long");
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool grow(intptr_t *size, intptr_t by, intptr_t times)
{
    intptr_t bytes;
    return !__builtin_mul_overflow(by, times, &bytes) &&
           !__builtin_add_overflow(*size, bytes, size);
}

/* One format character, `count` times. */
static bool parse_item(FormatParser *p, char code, intptr_t count)
{
    const StructCode *info = struct_code(code, p->order == '@');
    if (!info)
        return raise_struct("bad char in struct format");
    intptr_t align = p->order == '@' ? info->align : 1;
    intptr_t padding = (align - p->size % align) % align;
    if (!grow(&p->size, padding, 1))
        return too_long();
    bool whole = code == 's' || code == 'p';
    StructItem item = {.code = info,
                       .offset = p->size,
                       .size = whole ? count : info->size,
                       .count = whole ? 1 : count,
                       .big_endian = p->order == '>'};
    if (!grow(&p->size, info->size, count))
        return too_long();
    if (code == 'x' || !item.count)
        return true;
    if (p->items)
        p->items[p->item_count] = item;
    p->item_count++;
    p->value_count += item.count;
    return true;
}

static bool parse_format(FormatParser *p)
{
    p->order = '@';
    if (p->at < p->end && strchr("@=<>!", *p->at) && *p->at) {
        p->order = *p->at == '!' ? '>' : *p->at;
        p->at++;
    }
    while (p->at < p->end) {
        char c = *p->at++;
        intptr_t count = 1;
        if (is_space(c))
            continue;
        if (c >= '0' && c <= '9') {
            count = c - '0';
            while (p->at < p->end && *p->at >= '0' && *p->at <= '9') {
                intptr_t digit = *p->at++ - '0';
                if (count > (INTPTR_MAX - digit) / 10)
                    return too_long();
                count = count * 10 + digit;
            }
            if (p->at == p->end)
                return raise_struct("repeat count given without format specifier");
            c = *p->at++;
        }
        TRY(parse_item(p, c, count));
    }
    return true;
}

/* The text of a format, which may be bytes; it has no NULs. */
static Value format_text(Value format)
{
    bool bytes = is_bytes(format);
    if (bytes)
        format = TRY(
            str_from_latin1((const uint8_t *)((Bytes *)format)->data, ((Bytes *)format)->length));
    if (!is_str(format))
        return raise(TypeError, "Struct() argument 1 must be a str or bytes object, not %s",
                     type_short_name(type_of(format)));
    intptr_t length = str_length(format), bad = 0, end;
    while (!bytes && bad < length && str_char(format, bad) < 128)
        bad++;
    for (end = bad; !bytes && end < length && str_char(format, end) >= 128;)
        end++;
    if (end > bad)
        return raise_unicode_encode("ascii", format, bad, end, "ordinal not in range(128)");
    if (strlen(((Str *)format)->data) != (size_t)str_length(format))
        return raise_struct("embedded null character");
    return format;
}

static bool struct_set(Struct *s, Value format)
{
    format = TRY(format_text(format));
    const char *text = ((Str *)format)->data, *end = text + str_length(format);
    FormatParser p = {.at = text, .end = end};
    TRY(parse_format(&p));
    intptr_t items_size = p.item_count * (intptr_t)sizeof(StructItem);
    Raw *raw = TRY(raw_new((intptr_t)sizeof(StructLayout) + items_size));
    StructLayout *layout = (StructLayout *)(void *)raw->data;
    p = (FormatParser){.at = text, .end = end, .items = layout->items};
    TRY(parse_format(&p));
    layout->item_count = p.item_count;
    layout->value_count = p.value_count;
    layout->size = p.size;
    gc_store(s, &s->format, format);
    gc_store(s, &s->layout, raw);
    return true;
}

NEW_METHOD(struct_new, "*args, **kwargs")
{
    return object_alloc((Type *)args[0]);
}

INIT_METHOD(struct_init, "format")
{
    return struct_set((Struct *)args[0], args[1]) ? None : 0;
}

/* What holds the layout of a format, from the cache of Structs. */
static Raw *raw_for(Value format)
{
    Value found = dict_get(cache, format);
    if (found)
        return load_acquire(&((Struct *)found)->layout);
    if (error_pending())
        return 0;
    Struct *s = TRY(NEW(Struct, &struct_type));
    TRY(struct_set(s, format));
    if (dict_length(cache) >= CACHE_SIZE)
        TRY(dict_clear(cache));
    return dict_set(cache, format, (Value)s) ? s->layout : 0;
}

static const StructLayout *layout_for(Value format)
{
    return layout_in(TRY(raw_for(format)));
}

/* ---- packing
 * --------------------------------------------------------------------------------------- */

static bool pack_values(const StructLayout *layout, char *data, Value values, intptr_t first,
                        const char *name)
{
    intptr_t given = tuple_length(values) - first;
    if (given != layout->value_count)
        return raise_struct("%s expected %zd items for packing (got %zd)", name,
                            layout->value_count, given);
    const StructItem *items = layout->items;
    memset(data, 0, (size_t)layout->size);
    for (intptr_t i = 0; i < layout->item_count; i++)
        for (intptr_t j = 0; j < items[i].count; j++)
            TRY(struct_pack_item(&items[i], data + items[i].offset + j * items[i].size,
                                 tuple_get(values, first++)));
    return true;
}

static Value pack(const StructLayout *layout, Value values, intptr_t first)
{
    intptr_t given = tuple_length(values) - first;
    if (given != layout->value_count)
        return raise_struct("pack expected %zd items for packing (got %zd)", layout->value_count,
                            given);
    Value bytes = TRY(bytes_new(layout->size));
    return pack_values(layout, ((Bytes *)bytes)->data, values, first, "pack") ? bytes : 0;
}

/* Resolves an offset that counts from the end if negative. */
static bool resolve_offset(const StructLayout *layout, intptr_t *offset, intptr_t size,
                           bool packing)
{
    if (*offset < 0) {
        if (*offset + layout->size > 0)
            return raise_struct(packing ? "no space to pack %zd bytes at offset %zd"
                                        : "not enough data to unpack %zd bytes at offset %zd",
                                layout->size, *offset);
        if (*offset + size < 0)
            return raise_struct("offset %zd out of range for %zd-byte buffer", *offset, size);
        *offset += size;
    }
    if (size - *offset >= layout->size)
        return true;
    return raise_struct("%s requires a buffer of at least %zu bytes for %s %zd bytes at offset %zd "
                        "(actual buffer size is %zd)",
                        packing ? "pack_into" : "unpack_from",
                        (size_t)*offset + (size_t)layout->size, packing ? "packing" : "unpacking",
                        layout->size, *offset, size);
}

static bool writable(Value target, Buffer *buffer)
{
    if (buffer_get(target, buffer, BUFFER_WRITE))
        return true;
    if (error_clear_if(TypeError) || error_clear_if(BufferError))
        raise(TypeError, "argument must be read-write bytes-like object, not %B", target);
    return false;
}

/* args: [buffer, offset, values...] from `first` on. The values go into a copy first, as making
 * them may run Python code, which may do anything to the buffer's owner. */
static Value pack_into(const StructLayout *layout, Value args, intptr_t first)
{
    intptr_t offset;
    if (tuple_length(args) <= first)
        return raise_struct("pack_into expected buffer argument");
    if (tuple_length(args) == first + 1)
        return raise_struct("pack_into expected offset argument");
    intptr_t given = tuple_length(args) - first - 2;
    if (given != layout->value_count)
        return raise_struct("pack_into expected %zd items for packing (got %zd)",
                            layout->value_count, given);
    Value target = tuple_get(args, first);
    Buffer buffer;
    TRY(writable(target, &buffer));
    buffer_release(&buffer);
    TRY(index_as_intptr(tuple_get(args, first + 1), &offset));
    Value packed = TRY(bytes_new(layout->size));
    TRY(pack_values(layout, ((Bytes *)packed)->data, args, first + 2, "pack_into"));
    TRY(writable(target, &buffer));
    bool fits = resolve_offset(layout, &offset, buffer.size, true);
    if (fits)
        copy_seen(buffer.data + offset, ((Bytes *)packed)->data, (size_t)layout->size);
    buffer_release(&buffer);
    return fits ? None : 0;
}

/* ---- unpacking
 * ----------------------------------------------------------------------------------------- */

static Value unpack_values(const StructLayout *layout, const char *data)
{
    const StructItem *items = layout->items;
    Value result = TRY(tuple_new(layout->value_count));
    intptr_t n = 0;
    for (intptr_t i = 0; i < layout->item_count; i++)
        for (intptr_t j = 0; j < items[i].count; j++)
            tuple_init(
                result, n++,
                TRY(struct_unpack_item(&items[i], data + items[i].offset + j * items[i].size)));
    return result;
}

static Value unpack(const StructLayout *layout, Value source)
{
    Buffer buffer;
    Value result = 0;
    TRY(buffer_get(source, &buffer, BUFFER_READ));
    if (buffer.size != layout->size)
        raise_struct("unpack requires a buffer of %zd bytes", layout->size);
    else
        result = unpack_values(layout, buffer.data);
    buffer_release(&buffer);
    return result;
}

static Value unpack_from(const StructLayout *layout, Value source, Value offset_value)
{
    intptr_t offset;
    Buffer buffer;
    Value result = 0;
    TRY(buffer_get(source, &buffer, BUFFER_READ));
    if (index_as_intptr(offset_value, &offset) &&
        resolve_offset(layout, &offset, buffer.size, false))
        result = unpack_values(layout, buffer.data + offset);
    buffer_release(&buffer);
    return result;
}

/* ---- iter_unpack
 * ------------------------------------------------------------------------------------------ */

typedef struct UnpackIterator {
    Object ob;
    Raw *layout;    /* immutable after init */
    Buffer buffer;  /* guarded by lock: released when exhausted */
    intptr_t index; /* guarded by lock: offset of the next */
} UnpackIterator;

static Type unpack_iterator_type;

static void unpack_iterator_trace(Object *self, Tracer *tracer)
{
    UnpackIterator *it = (UnpackIterator *)self;
    gc_visit(tracer, (Value)it->layout);
    gc_visit(tracer, load_relaxed(&it->buffer.owner));
    gc_visit(tracer, load_relaxed(&it->buffer.keep));
}

static void unpack_iterator_die(Object *self)
{
    buffer_drop(&((UnpackIterator *)self)->buffer);
}

static Value iter_unpack(Raw *raw, Value source)
{
    const StructLayout *layout = layout_in(raw);
    Buffer buffer;
    if (layout->size == 0)
        return raise_struct("cannot iteratively unpack with a struct of length 0");
    TRY(buffer_get(source, &buffer, BUFFER_READ));
    if (buffer.size % layout->size) {
        buffer_release(&buffer);
        return raise_struct("iterative unpacking requires a buffer of a multiple of %zd bytes",
                            layout->size);
    }
    UnpackIterator *it = NEW(UnpackIterator, &unpack_iterator_type);
    if (!it) {
        buffer_release(&buffer);
        return 0;
    }
    gc_store(it, &it->layout, raw);
    gc_barrier(it, buffer.owner);
    gc_barrier(it, buffer.keep);
    it->buffer = buffer; /* NO_BARRIER: the barrier was just run for both references */
    return (Value)it;
}

static Value unpack_iterator_next(Value self)
{
    UnpackIterator *it = (UnpackIterator *)self;
    const StructLayout *layout = layout_in(it->layout);
    Buffer done = {0};
    WITH_LOCK (it) {
        if (!it->buffer.owner)
            return 0;
        if (it->index < it->buffer.size) {
            Value result = unpack_values(layout, it->buffer.data + it->index);
            it->index += layout->size;
            return result;
        }
        done = it->buffer;
        it->buffer = (Buffer){0}; /* NO_BARRIER: 0 */
    }
    buffer_release(&done); /* may be Python code */
    return 0;
}

METHOD(unpack_iterator_length_hint, "__length_hint__", "/", 0)
{
    UnpackIterator *it = (UnpackIterator *)args[0];
    intptr_t left = 0;
    WITH_LOCK (it) {
        if (it->buffer.owner)
            left = (it->buffer.size - it->index) / layout_in(it->layout)->size;
    }
    return int_from(left);
}

static MethodDef *const unpack_iterator_methods[] = {M(unpack_iterator_length_hint), 0};

static Type unpack_iterator_type = {
    TYPE_HEAD("_struct.unpack_iterator", UnpackIterator),
    .iter = iterator_self,
    .next = unpack_iterator_next,
    .methods = unpack_iterator_methods,
    .trace = unpack_iterator_trace,
    .release = unpack_iterator_die,
    .flags = TYPE_NO_NEW,
};

/* ---- the type Struct
 * ------------------------------------------------------------------------------------------ */

METHOD(struct_pack_method, "pack", "*values",
       "S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed "
       "according\nto the format string S.format.  See help(struct) for more on format\nstrings.")
{
    return pack(TRY(layout_of((Struct *)args[0])), args[1], 0);
}

METHOD(struct_pack_into_method, "pack_into", "*values",
       "S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the "
       "format string S.format\nand write the packed bytes into the writable buffer buf starting "
       "at\noffset.")
{
    return pack_into(TRY(layout_of((Struct *)args[0])), args[1], 0);
}

METHOD(struct_unpack_method, "unpack", "buffer, /", "Return a tuple containing unpacked values.")
{
    return unpack(TRY(layout_of((Struct *)args[0])), args[1]);
}

METHOD(struct_unpack_from_method, "unpack_from", "buffer, offset=0",
       "Return a tuple containing unpacked values.\n\nValues are unpacked according to the format "
       "string Struct.format.")
{
    return unpack_from(TRY(layout_of((Struct *)args[0])), args[1], args[2]);
}

METHOD(struct_iter_unpack_method, "iter_unpack", "buffer, /",
       "Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, "
       "like a repeated\ninvocation of unpack_from().")
{
    Raw *raw = load_acquire(&((Struct *)args[0])->layout);
    return raw ? iter_unpack(raw, args[1])
               : raise(RuntimeError, "Struct object is not initialized");
}

METHOD(struct_sizeof, "__sizeof__", "/", "S.__sizeof__() -> size of S in memory, in bytes")
{
    const Raw *raw = load_acquire(&((Struct *)args[0])->layout);
    return int_from((intptr_t)sizeof(Struct) + (raw ? raw->size : 0));
}

static Value get_format(Value self)
{
    TRY(layout_of((Struct *)self));
    return load_acquire(&((Struct *)self)->format);
}

static Value struct_repr(Value self)
{
    return format_value("%s(%R)", type_short_name(type_of(self)), TRY(get_format(self)));
}

static Value get_size(Value self)
{
    const Raw *raw = load_acquire(&((Struct *)self)->layout);
    return int_from(raw ? layout_in(raw)->size : -1);
}

static const GetSetDef struct_getset[] = {{"format", get_format, 0, "struct format string"},
                                          {"size", get_size, 0, "struct size in bytes"},
                                          {0}};
static MethodDef *const struct_methods[] = {M(struct_pack_method),
                                            M(struct_pack_into_method),
                                            M(struct_unpack_method),
                                            M(struct_unpack_from_method),
                                            M(struct_iter_unpack_method),
                                            M(struct_sizeof),
                                            0};

static Type struct_type = {
    TYPE_HEAD("_struct.Struct", Struct),
    .repr = struct_repr,
    .new_def = M(struct_new),
    .init_def = M(struct_init),
    .methods = struct_methods,
    .getset = struct_getset,
    .trace = struct_trace,
    .flags = TYPE_BASE,
    .has_weakrefs = true,
    .doc = "Struct(fmt) --> compiled struct object",
};

/* ---- functions
 * ---------------------------------------------------------------------------------------------------
 */

FUNCTION(function_calcsize, "calcsize", "format, /",
         "Return size in bytes of the struct described by the format string.")
{
    const StructLayout *layout = TRY(layout_for(args[0]));
    return int_from(layout->size);
}

static const StructLayout *layout_of_first(Value args)
{
    if (!tuple_length(args))
        return (const StructLayout *)raise(TypeError, "missing format argument");
    return layout_for(tuple_get(args, 0));
}

FUNCTION(
    function_pack, "pack", "*args",
    "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, "
    "... packed according\nto the format string.  See help(struct) for more on format strings.")
{
    return pack(TRY(layout_of_first(args[0])), args[0], 1);
}

FUNCTION(function_pack_into, "pack_into", "*args",
         "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according "
         "to the format string and write\nthe packed bytes into the writable buffer buf starting "
         "at offset.")
{
    return pack_into(TRY(layout_of_first(args[0])), args[0], 1);
}

FUNCTION(function_unpack, "unpack", "format, buffer, /",
         "Return a tuple containing values unpacked according to the format string.")
{
    return unpack(TRY(layout_for(args[0])), args[1]);
}

FUNCTION(function_unpack_from, "unpack_from", "format, /, buffer, offset=0",
         "Return a tuple containing values unpacked according to the format string.")
{
    return unpack_from(TRY(layout_for(args[0])), args[1], args[2]);
}

FUNCTION(function_iter_unpack, "iter_unpack", "format, buffer, /",
         "Return an iterator yielding tuples unpacked from the given bytes according to the format "
         "string.")
{
    return iter_unpack(TRY(raw_for(args[0])), args[1]);
}

FUNCTION(function_clearcache, "_clearcache", "/", "Clear the internal cache.")
{
    return dict_clear(cache) ? None : 0;
}

/* ---- the module
 * ------------------------------------------------------------------------------------------------------
 */

static bool make_globals(void)
{
    if (cache)
        return true;
    gc_add_root(&cache, 1);
    gc_add_root(&struct_error, 1);
    Value namespace = TRY(dict_new());
    TRY(dict_set_cstring(namespace, "__module__", TRY(str_intern_cstring("struct"))));
    Value bases = TRY(tuple_of((Value)Exception));
    root_store(&struct_error, TRY(type_new_class(&type_type, TRY(str_intern_cstring("error")),
                                                 bases, namespace, 0, 0, 0)));
    root_store(&cache, TRY(dict_new()));
    type_ready(&unpack_iterator_type, 0);
    return true;
}

static bool execute(Value module)
{
    return make_globals() && module_add(module, "error", struct_error) &&
           module_add_new_type(module, &struct_type);
}

static MethodDef *const functions[] = {
    M(function_calcsize), M(function_iter_unpack), M(function_pack),       M(function_pack_into),
    M(function_unpack),   M(function_unpack_from), M(function_clearcache), 0};

const ModuleDef module__struct = {
    "_struct",
    "Functions to convert between Python values and C structs.\n"
    "Python bytes objects are used to hold the data representing the C struct\n"
    "and also as format strings (explained below) to describe the layout of data\n"
    "in the C struct.",
    functions,
    execute,
};
