#include "modules/marshal.h"

#include <stdlib.h>
#include "compile/code.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/memoryview.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

/* On the C stack, which keeps its Values alive. */
typedef struct Reader {
    const unsigned char *at, *end;
    Value file;  /* 0: the data is in memory */
    Value chunk; /* memoryview of what came from the file last */
    /* Flagged objects, in order; 0 for one that is not complete. */
    Value *refs;
    intptr_t ref_count, ref_capacity;
    Array *many_refs; /* 0: they are in `few_refs` */
    Value few_refs[32];
    int depth;
    bool allow_code;
    const FrozenSource *frozen; /* 0: there is no frozen code in the data */
} Reader;

/* Stands for TYPE_NULL, which only ends dicts. */
static Object null_object;
#define NULL_VALUE ((Value)&null_object)

static Value read_object(Reader *r);

/* ---- Bytes ---- */

/* The next bytes of a file, which reads them into a buffer; valid until the next are read.
 * EOFError with the message `at_end` if there are not as many. */
static const unsigned char *take_from_file(Reader *r, size_t size, const char *at_end)
{
    Value data = TRY(bytearray_new((intptr_t)size));
    Value view = TRY(memoryview_from(data));
    Value got = TRY(call_method1(r->file, names.readinto, view));
    intptr_t count;
    TRY(index_as_intptr_or(got, &count, ValueError));
    if (count > (intptr_t)size)
        return (const unsigned char *)raise(
            ValueError, "read() returned too much data: %zu bytes requested, %zd returned", size,
            count);
    if (count < (intptr_t)size)
        return (const unsigned char *)raise(EOFError, "%s", at_end);
    r->chunk = view; /* which keeps the file from making it smaller */
    return (const unsigned char *)((MemoryView *)view)->data;
}

static const unsigned char *take(Reader *r, size_t size)
{
    if (r->file)
        return take_from_file(r, size, "EOF read where not expected");
    if ((size_t)(r->end - r->at) < size)
        return (const unsigned char *)raise(EOFError, "marshal data too short");
    const unsigned char *data = r->at;
    r->at += size;
    return data;
}

static bool take_int(Reader *r, int32_t *out)
{
    const unsigned char *data = TRY(take(r, 4));
    memcpy(out, data, 4);
    return true;
}

static bool take_size(Reader *r, intptr_t *out, const char *what)
{
    int32_t size;
    TRY(take_int(r, &size));
    if (size < 0)
        return raise(ValueError, "bad marshal data (%s size out of range)", what);
    *out = size;
    return true;
}

/* ---- References ---- */

static bool grow_refs(Reader *r)
{
    bool few = r->ref_count < (intptr_t)COUNT_OF(r->few_refs);
    Array *grown = few ? 0 : TRY(array_new(r->ref_count * 4));
    if (grown)
        gc_store_range(grown, grown->items, r->refs, (size_t)r->ref_count);
    r->many_refs = grown;
    r->refs = few ? r->few_refs : grown->items;
    r->ref_capacity = few ? (intptr_t)COUNT_OF(r->few_refs) : grown->capacity;
    return true;
}

static bool reserve_ref(Reader *r, intptr_t *index)
{
    if (r->ref_count == r->ref_capacity)
        TRY(grow_refs(r));
    *index = r->ref_count++;
    r->refs[*index] = 0;
    return true;
}

static void set_ref(Reader *r, intptr_t index, Value v)
{
    if (index < 0)
        return;
    if (r->many_refs)
        gc_barrier(r->many_refs, v);
    store_release(&r->refs[index], v);
}

static Value read_ref(Reader *r)
{
    int32_t index;
    TRY(take_int(r, &index));
    if (index < 0 || index >= r->ref_count || !r->refs[index])
        return raise(ValueError, "bad marshal data (invalid reference)");
    return r->refs[index];
}

/* ---- Numbers and text ---- */

static Value read_long(Reader *r)
{
    int32_t count;
    TRY(take_int(r, &count));
    if (count == INT32_MIN)
        return raise(ValueError, "bad marshal data (long size out of range)");
    size_t digits = (size_t)abs(count), size = digits * 15 / 8 + 9;
    const unsigned char *data = TRY(take(r, digits * 2));
    unsigned char *bytes = calloc(size, 1);
    if (!bytes)
        return raise_no_memory();
    Value result = 0;
    uint16_t digit = 1;
    for (size_t i = 0; i < digits; i++) {
        memcpy(&digit, data + 2 * i, 2);
        if (digit > 0x7fff) {
            raise(ValueError, "bad marshal data (digit out of range in long)");
            goto done;
        }
        size_t bit = i * 15;
        uint32_t window = (uint32_t)digit << bit % 8;
        for (size_t k = 0; k < 3; k++)
            bytes[bit / 8 + k] |= (unsigned char)(window >> 8 * k);
    }
    if (digits && !digit) {
        raise(ValueError, "bad marshal data (unnormalized long data)");
        goto done;
    }
    result = int_from_bytes(bytes, size, true, false);
    if (result && count < 0)
        result = int_negative(result);
done:
    free(bytes);
    return result;
}

static Value read_int64(Reader *r)
{
    int64_t number;
    const unsigned char *data = TRY(take(r, sizeof number));
    memcpy(&number, data, sizeof number);
    return int_from(number);
}

static bool take_double(Reader *r, bool binary, double *out)
{
    if (binary) {
        const unsigned char *data = TRY(take(r, 8));
        memcpy(out, data, 8);
        return true;
    }
    const unsigned char *size = TRY(take(r, 1));
    char text[UINT8_MAX + 1] = {0}; /* ends at a NUL */
    memcpy(text, TRY(take(r, *size)), *size);
    return double_from_text(text, strlen(text), out) ||
           raise(ValueError, "could not convert string to float: '%.200s'", text);
}

static Value read_float(Reader *r, bool binary)
{
    double d;
    TRY(take_double(r, binary, &d));
    return float_from(d);
}

static Value read_complex(Reader *r, bool binary)
{
    double real, imag;
    TRY(take_double(r, binary, &real) && take_double(r, binary, &imag));
    return complex_from(real, imag);
}

static Value read_ascii(Reader *r, size_t size, bool interned)
{
    const uint8_t *text = TRY(take(r, size));
    return interned ? str_intern_latin1(text, (intptr_t)size)
                    : str_from_latin1(text, (intptr_t)size);
}

static Value read_short_ascii(Reader *r, bool interned)
{
    const unsigned char *size = TRY(take(r, 1));
    return read_ascii(r, *size, interned);
}

static Value read_long_ascii(Reader *r, bool interned)
{
    intptr_t size;
    TRY(take_size(r, &size, "string"));
    return read_ascii(r, (size_t)size, interned);
}

static Value read_str(Reader *r, bool interned)
{
    intptr_t size;
    TRY(take_size(r, &size, "string"));
    const char *text = (const char *)TRY(take(r, (size_t)size));
    Value s = TRY(str_from_wtf8(text, (size_t)size));
    return interned ? str_intern(s) : s;
}

static Value read_bytes(Reader *r)
{
    intptr_t size;
    TRY(take_size(r, &size, "bytes object"));
    const char *data = (const char *)TRY(take(r, (size_t)size));
    return bytes_from(data, (size_t)size);
}

/* ---- Containers: the reference is numbered before the items are read ---- */

/* An item of a container; TYPE_NULL is none. */
static Value read_item(Reader *r, const char *where)
{
    Value v = TRY(read_object(r));
    if (v == NULL_VALUE)
        return raise(TypeError, "NULL object in marshal data for %s", where);
    return v;
}

/* Sizes in the data are not believed: memory is taken as the items come. */
static bool check_size(Reader *r, intptr_t size, const char *what)
{
    if (!r->file && size > r->end - r->at)
        return size < 0 ? raise(ValueError, "bad marshal data (%s size out of range)", what)
                        : raise(EOFError, "marshal data too short");
    return true;
}

static Value read_tuple(Reader *r, intptr_t size, intptr_t ref)
{
    TRY(check_size(r, size, "tuple"));
    Value tuple = TRY(tuple_new(size));
    for (intptr_t i = 0; i < size; i++)
        tuple_init(tuple, i, TRY(read_item(r, "tuple")));
    set_ref(r, ref, tuple);
    return tuple;
}

static Value read_list(Reader *r, intptr_t ref)
{
    intptr_t size;
    TRY(take_size(r, &size, "list"));
    TRY(check_size(r, size, "list"));
    Value list = TRY(list_new(0));
    set_ref(r, ref, list);
    for (intptr_t i = 0; i < size; i++)
        TRY(list_append(list, TRY(read_item(r, "list"))));
    return list;
}

static Value read_dict(Reader *r, intptr_t ref)
{
    Value dict = TRY(dict_new());
    set_ref(r, ref, dict);
    for (;;) {
        Value key = TRY(read_object(r));
        if (key == NULL_VALUE)
            return dict;
        Value value = TRY(read_object(r));
        if (value == NULL_VALUE)
            return dict;
        TRY(dict_set(dict, key, value));
    }
}

static Value read_set(Reader *r, bool frozen, intptr_t ref)
{
    intptr_t size;
    TRY(take_size(r, &size, "set"));
    TRY(check_size(r, size, "set"));
    Value set = TRY(set_new());
    if (!frozen)
        set_ref(r, ref, set);
    for (intptr_t i = 0; i < size; i++)
        TRY(set_add(set, TRY(read_item(r, "set"))));
    if (!frozen)
        return set;
    set = TRY(frozenset_from_iterable(set));
    set_ref(r, ref, set);
    return set;
}

/* ---- Code ---- */

static bool read_raw(Reader *r, Raw **out, size_t unit)
{
    intptr_t size;
    TRY(take_size(r, &size, "bytes object"));
    if ((size_t)size % unit)
        return raise(ValueError, "bad marshal data (code)");
    const unsigned char *data = TRY(take(r, (size_t)size));
    *out = TRY(raw_new(size));
    memcpy((*out)->data, data, (size_t)size);
    return true;
}

/* Names are interned in any code, whatever the data says. */
static Value read_names(Reader *r)
{
    Value tuple = TRY(read_item(r, "code"));
    if (!is_tuple(tuple))
        return raise(ValueError, "bad marshal data (code)");
    for (intptr_t i = 0; i < tuple_length(tuple); i++) {
        Value name = tuple_get(tuple, i);
        if (!is_str(name))
            return raise(ValueError, "bad marshal data (code)");
        if (unlikely(!(load_relaxed(&name->flags) & FLAG_INTERNED)))
            tuple_init(tuple, i, TRY(str_intern(name)));
    }
    return tuple;
}

static Value read_name(Reader *r)
{
    Value name = TRY(read_item(r, "code"));
    return is_str(name) ? name : raise(ValueError, "bad marshal data (code)");
}

enum {
    CODE_NUMBER_COUNT = 0
#define COUNT_NUMBER(name) +1
    CODE_NUMBERS(COUNT_NUMBER)
#undef COUNT_NUMBER
};

static Code *read_head(Reader *r)
{
    Code *code = TRY((Code *)alloc_object(SHAPE_CODE, sizeof(Code)));
    const unsigned char *numbers = TRY(take(r, 4 * CODE_NUMBER_COUNT));
#define GET_NUMBER(name)                                                                           \
    memcpy(&code->name, numbers, 4);                                                               \
    numbers += 4;
    CODE_NUMBERS(GET_NUMBER)
#undef GET_NUMBER
    gc_store(code, &code->freevars, TRY(read_names(r)));
    gc_store(code, &code->name, TRY(read_name(r)));
    gc_store(code, &code->qualname, TRY(read_name(r)));
    return code;
}

static bool read_body(Reader *r, Code *code, Value docstring)
{
    Raw *raw;
    TRY(read_raw(r, &raw, 4));
    gc_store(code, &code->instructions, raw);
    Value consts = TRY(read_item(r, "code"));
    if (!is_tuple(consts))
        return raise(ValueError, "bad marshal data (code)");
    if (docstring && tuple_length(consts))
        tuple_init(consts, 0, docstring);
    gc_store(code, &code->consts, consts);
    gc_store(code, &code->names, TRY(read_names(r)));
    gc_store(code, &code->varnames, TRY(read_names(r)));
    gc_store(code, &code->cellvars, TRY(read_names(r)));
    TRY(read_raw(r, &raw, 2));
    gc_store(code, &code->cell_registers, raw);
    TRY(read_raw(r, &raw, sizeof(Handler)));
    if (raw->size)
        gc_store(code, &code->handlers, raw);
    TRY(read_raw(r, &raw, 1));
    gc_store(code, &code->positions, raw);
    return true;
}

static Value read_code(Reader *r, intptr_t ref)
{
    if (!r->allow_code)
        return raise(ValueError, "unmarshalling code objects is disallowed");
    Code *code = TRY(read_head(r));
    gc_store(code, &code->filename, TRY(read_name(r)));
    TRY(read_body(r, code, 0));
    set_ref(r, ref, (Value)code);
    return (Value)code;
}

/* A call sees that the body is missing by the feedback cells, so code without any has its body. */
static Value read_frozen_code(Reader *r, intptr_t ref)
{
    Code *code = TRY(read_head(r));
    gc_store(code, &code->filename, r->frozen->filename);
    Value docstring = 0;
    if (code->flags & CODE_HAS_DOCSTRING) {
        docstring = TRY(read_item(r, "code"));
        gc_store(code, &code->consts, TRY(tuple_of(docstring)));
    }
    intptr_t size;
    TRY(take_size(r, &size, "bytes object"));
    const unsigned char *body = TRY(take(r, (size_t)size));
    if (r->frozen->lazy && code->feedback_count) {
        code->body = (uint32_t)((const char *)body - r->frozen->start);
    } else {
        Reader inner = {.at = body, .end = body + size, .depth = r->depth, .allow_code = true};
        inner.frozen = r->frozen;
        TRY(read_body(&inner, code, docstring));
    }
    set_ref(r, ref, (Value)code);
    return (Value)code;
}

/* ---- The dispatch ---- */

static Value read_sized_tuple(Reader *r, bool small, intptr_t ref)
{
    intptr_t size;
    if (small) {
        const unsigned char *byte = TRY(take(r, 1));
        size = *byte;
    } else {
        TRY(take_size(r, &size, "tuple"));
    }
    return read_tuple(r, size, ref);
}

static Value read_container(Reader *r, int type, intptr_t ref)
{
    switch (type) {
    case TYPE_SMALL_TUPLE:
        return read_sized_tuple(r, true, ref);
    case TYPE_TUPLE:
        return read_sized_tuple(r, false, ref);
    case TYPE_LIST:
        return read_list(r, ref);
    case TYPE_DICT:
        return read_dict(r, ref);
    case TYPE_SET:
    case TYPE_FROZENSET:
        return read_set(r, type == TYPE_FROZENSET, ref);
    case TYPE_CODE:
        return read_code(r, ref);
    case TYPE_FROZEN_CODE:
        if (r->frozen)
            return read_frozen_code(r, ref);
        break;
    default:
        break;
    }
    return raise(ValueError, "bad marshal data (unknown type code)");
}

static Value read_leaf(Reader *r, int type)
{
    int32_t number;
    switch (type) {
    case TYPE_INT64:
        return read_int64(r);
    case TYPE_INT:
        return take_int(r, &number) ? int_small(number) : 0;
    case TYPE_LONG:
        return read_long(r);
    case TYPE_FLOAT:
    case TYPE_BINARY_FLOAT:
        return read_float(r, type == TYPE_BINARY_FLOAT);
    case TYPE_COMPLEX:
    case TYPE_BINARY_COMPLEX:
        return read_complex(r, type == TYPE_BINARY_COMPLEX);
    case TYPE_BYTES:
        return read_bytes(r);
    case TYPE_SHORT_ASCII:
    case TYPE_SHORT_ASCII_INTERNED:
        return read_short_ascii(r, type == TYPE_SHORT_ASCII_INTERNED);
    case TYPE_ASCII:
    case TYPE_ASCII_INTERNED:
        return read_long_ascii(r, type == TYPE_ASCII_INTERNED);
    case TYPE_STR:
    case TYPE_INTERNED:
        return read_str(r, type == TYPE_INTERNED);
    default:
        return NULL_VALUE; /* no leaf */
    }
}

static Value read_nested(Reader *r, int type, bool flagged)
{
    intptr_t ref = -1;
    TRY(c_stack_check(" while unmarshalling an object"));
    if (flagged)
        TRY(reserve_ref(r, &ref));
    r->depth++;
    Value v = read_container(r, type, ref);
    r->depth--;
    return v;
}

static Value read_object(Reader *r)
{
    let_stop_now();
    if (!r->file && r->at == r->end)
        return raise(EOFError, "EOF read where object expected");
    if (r->depth >= MARSHAL_MAX_DEPTH)
        return raise(ValueError, "recursion limit exceeded");
    const unsigned char *byte =
        TRY(r->file ? take_from_file(r, 1, "EOF read where object expected") : take(r, 1));
    bool flagged = *byte & FLAG_REF;
    int type = *byte & ~FLAG_REF;
    switch (type) {
    case TYPE_NULL:
        return NULL_VALUE;
    case TYPE_NONE:
        return None;
    case TYPE_TRUE:
        return True;
    case TYPE_FALSE:
        return False;
    case TYPE_ELLIPSIS:
        return Ellipsis;
    case TYPE_STOP_ITERATION:
        return (Value)StopIteration;
    case TYPE_REF:
        return read_ref(r);
    default:
        break;
    }
    Value v = TRY(read_leaf(r, type));
    if (v == NULL_VALUE)
        return read_nested(r, type, flagged);
    if (flagged) {
        intptr_t ref;
        TRY(reserve_ref(r, &ref));
        set_ref(r, ref, v);
    }
    return v;
}

static Value read_whole(Reader *r)
{
    Value v = TRY(read_object(r));
    return v == NULL_VALUE ? raise(TypeError, "NULL object in marshal data for object") : v;
}

Value marshal_loads(const char *data, size_t size, bool allow_code, size_t *used)
{
    Reader r = {.at = (const unsigned char *)data, .allow_code = allow_code};
    r.end = r.at + size;
    Value v = read_whole(&r);
    if (used)
        *used = (size_t)(r.at - (const unsigned char *)data);
    return v;
}

Value marshal_thaw(const FrozenSource *source, const char *data, size_t size)
{
    Reader r = {.at = (const unsigned char *)data, .allow_code = true, .frozen = source};
    r.end = r.at + size;
    return read_whole(&r);
}

bool marshal_thaw_body(const FrozenSource *source, Code *code, const char *body)
{
    int32_t size;
    memcpy(&size, body - sizeof size, sizeof size);
    Reader r = {.at = (const unsigned char *)body, .allow_code = true, .frozen = source};
    r.end = r.at + size;
    Value docstring = code->flags & CODE_HAS_DOCSTRING ? tuple_get(code->consts, 0) : 0;
    return read_body(&r, code, docstring);
}

Value marshal_load_file(Value file, bool allow_code)
{
    Reader r = {.file = file, .allow_code = allow_code};
    return read_whole(&r);
}
