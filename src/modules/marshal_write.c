#include "modules/marshal.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/vec.h"
#include "compile/code.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/thread.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/text.h"
#include "types/tuple.h"

/* An object written so far: where its type byte is, and where references to it are wanted. */
typedef struct Seen {
    Value object; /* alive: the value being written refers to it, or `temporaries` */
    uint32_t place;
    bool referred;
} Seen;

typedef struct Wanted {
    uint32_t place; /* of the four bytes of the number */
    uint32_t seen;
} Wanted;

typedef struct Writer {
    VEC(char) out;
    VEC(Seen) seen;
    VEC(Wanted) wanted;
    uint32_t *slots; /* hash table by address: index into `seen` + 1 */
    uint32_t slot_count;
    int version, depth;
    bool allow_code, freezing;
    Value temporaries; /* list */
} Writer;

static bool write_object(Writer *w, Value v);

/* ---- Bytes ---- */

static bool put_bytes(Writer *w, const void *data, size_t size)
{
    if (!vec_reserve(&w->out, size))
        return raise_no_memory();
    if (size)
        copy_long(w->out.items + w->out.count, data, size);
    w->out.count += size;
    return true;
}

static bool put_byte(Writer *w, int byte)
{
    return vec_push(&w->out, (char)byte) || raise_no_memory();
}

static bool put_int(Writer *w, int32_t number)
{
    return put_bytes(w, &number, 4); /* little-endian, as the machine is */
}

static bool put_size(Writer *w, intptr_t size)
{
    if (size > INT32_MAX)
        return raise(ValueError, "unmarshallable object");
    return put_int(w, (int32_t)size);
}

/* ---- Objects that were there before ---- */

static uint32_t hash_address(Value v)
{
    return (uint32_t)(value_bits(v) >> 4) * 0x9e3779b1u;
}

static bool grow_slots(Writer *w)
{
    uint32_t count = w->slot_count ? w->slot_count * 2 : 64;
    uint32_t *slots = calloc(count, sizeof(*slots));
    if (!slots)
        return raise_no_memory();
    for (uint32_t i = 0; i < w->seen.count; i++) {
        uint32_t at = hash_address(w->seen.items[i].object);
        while (slots[at & (count - 1)])
            at++;
        slots[at & (count - 1)] = i + 1;
    }
    free(w->slots);
    w->slots = slots;
    w->slot_count = count;
    return true;
}

/* Writes a reference if the object was written before, else notes it. *done: nothing is left to
 * do. */
static bool write_reference(Writer *w, Value v, bool *done)
{
    *done = false;
    if (w->version < 3 || !is_object(v))
        return true;
    if (w->seen.count * 2 >= w->slot_count && !grow_slots(w))
        return false;
    uint32_t at = hash_address(v), found;
    while ((found = w->slots[at & (w->slot_count - 1)])) {
        if (w->seen.items[found - 1].object == v) {
            *done = true;
            w->seen.items[found - 1].referred = true;
            TRY(put_byte(w, TYPE_REF));
            Wanted wanted = {(uint32_t)w->out.count, found - 1};
            if (!vec_push(&w->wanted, wanted))
                return raise_no_memory();
            return put_int(w, 0);
        }
        at++;
    }
    Seen seen = {v, (uint32_t)w->out.count, false};
    if (!vec_push(&w->seen, seen))
        return raise_no_memory();
    w->slots[at & (w->slot_count - 1)] = (uint32_t)w->seen.count;
    return true;
}

/* Numbers the objects that are referred to, in the order of their type bytes. */
static bool number_references(Writer *w)
{
    uint32_t *numbers = calloc(w->seen.count + 1, sizeof(*numbers));
    if (!numbers)
        return raise_no_memory();
    uint32_t next = 0;
    for (size_t i = 0; i < w->seen.count; i++)
        if (w->seen.items[i].referred) {
            numbers[i] = next++;
            w->out.items[w->seen.items[i].place] |= (char)FLAG_REF;
        }
    VEC_EACH (Wanted, wanted, &w->wanted)
        memcpy(w->out.items + wanted->place, &numbers[wanted->seen], 4);
    free(numbers);
    return true;
}

/* ---- Numbers and text ---- */

/* 15 bits a digit, least significant first, in two bytes each; the count has the sign. */
static bool write_long(Writer *w, Value v)
{
    size_t bits = int_bit_length(v), size = bits / 8 + 9;
    unsigned char *bytes = calloc(size + 8, 1);
    if (!bytes)
        return raise_no_memory();
    Value magnitude = int_sign(v) < 0 ? int_negative(v) : v;
    bool ok = magnitude && int_to_bytes(magnitude, bytes, size, true, false);
    size_t digits = (bits + 14) / 15;
    ok = ok && put_byte(w, TYPE_LONG) &&
         put_int(w, int_sign(v) < 0 ? -(int32_t)digits : (int32_t)digits);
    for (size_t i = 0; ok && i < digits; i++) {
        size_t bit = i * 15;
        uint32_t window;
        memcpy(&window, bytes + bit / 8, 4);
        uint16_t digit = (window >> bit % 8) & 0x7fff;
        ok = put_bytes(w, &digit, 2);
    }
    free(bytes);
    return ok;
}

static bool write_int(Writer *w, Value v)
{
    int64_t number;
    if (int_to_i64(v, &number) && number >= INT32_MIN && number <= INT32_MAX)
        return put_byte(w, TYPE_INT) && put_int(w, (int32_t)number);
    return write_long(w, v);
}

static bool put_double(Writer *w, double d)
{
    if (w->version > 1)
        return put_bytes(w, &d, 8);
    size_t length;
    const char *text = double_to_text(d, 'g', 17, 0, &length);
    return text && put_byte(w, (int)length) && put_bytes(w, text, length);
}

static bool write_complex(Writer *w, Value v)
{
    return put_byte(w, w->version > 1 ? TYPE_BINARY_COMPLEX : TYPE_COMPLEX) &&
           put_double(w, ((Complex *)v)->real) && put_double(w, ((Complex *)v)->imag);
}

static bool write_str(Writer *w, Value v)
{
    size_t size;
    bool interned = w->version >= 3 && load_relaxed(&v->flags) & FLAG_INTERNED;
    const char *text = TRY(str_utf8_lossy(v, &size));
    bool ascii = (intptr_t)size == str_length(v);
    if (w->version >= 4 && ascii && size < 256)
        return put_byte(w, interned ? TYPE_SHORT_ASCII_INTERNED : TYPE_SHORT_ASCII) &&
               put_byte(w, (int)size) && put_bytes(w, text, size);
    int type = w->version >= 4 && ascii ? (interned ? TYPE_ASCII_INTERNED : TYPE_ASCII)
               : interned               ? TYPE_INTERNED
                                        : TYPE_STR;
    return put_byte(w, type) && put_size(w, (intptr_t)size) && put_bytes(w, text, size);
}

static bool write_sized(Writer *w, const char *data, intptr_t size)
{
    return put_byte(w, TYPE_BYTES) && put_size(w, size) && put_bytes(w, data, (size_t)size);
}

static bool write_raw(Writer *w, const Raw *raw)
{
    return raw ? put_size(w, raw->size) && put_bytes(w, raw->data, (size_t)raw->size)
               : put_int(w, 0);
}

/* ---- Containers ---- */

static bool write_tuple(Writer *w, Value v)
{
    intptr_t count = tuple_length(v);
    if (w->version >= 4 && count < 256)
        TRY(put_byte(w, TYPE_SMALL_TUPLE) && put_byte(w, (int)count));
    else
        TRY(put_byte(w, TYPE_TUPLE) && put_size(w, count));
    for (intptr_t i = 0; i < count; i++)
        TRY(write_object(w, tuple_get(v, i)));
    return true;
}

static bool write_list(Writer *w, Value v)
{
    Value items = TRY(list_as_tuple(v)); /* of one moment */
    TRY(list_append(w->temporaries, items));
    TRY(put_byte(w, TYPE_LIST) && put_size(w, tuple_length(items)));
    for (intptr_t i = 0; i < tuple_length(items); i++)
        TRY(write_object(w, tuple_get(items, i)));
    return true;
}

static bool write_dict(Writer *w, Value v)
{
    Value items = TRY(dict_items_list(v));
    TRY(list_append(w->temporaries, items));
    TRY(put_byte(w, TYPE_DICT));
    for (intptr_t i = 0; i < list_length(items); i++) {
        Value pair = list_get(items, i);
        TRY(write_object(w, tuple_get(pair, 0)) && write_object(w, tuple_get(pair, 1)));
    }
    return put_byte(w, TYPE_NULL);
}

/* In the order of the items' own bytes, so that equal sets give equal bytes. */
static bool write_set(Writer *w, Value v)
{
    bool frozen = has_layout(v, LAYOUT_FROZENSET);
    Value pairs = TRY(list_new(set_length(v)));
    intptr_t position = 0;
    Value item;
    while (set_next(v, &position, &item)) {
        Value key = TRY(marshal_dumps(item, w->version, w->allow_code));
        TRY(list_append(pairs, TRY(tuple_of(key, int_small(position), item))));
    }
    TRY(list_sort(pairs));
    TRY(list_append(w->temporaries, pairs));
    TRY(put_byte(w, frozen ? TYPE_FROZENSET : TYPE_SET) && put_size(w, list_length(pairs)));
    for (intptr_t i = 0; i < list_length(pairs); i++)
        TRY(write_object(w, tuple_get(list_get(pairs, i), 2)));
    return true;
}

static bool write_body(Writer *w, const Code *code, Value consts)
{
    const Raw *words = TRY(code_compiled_words(code));
    return write_raw(w, words) && write_object(w, consts) && write_object(w, code->names) &&
           write_object(w, code->varnames) && write_object(w, code->cellvars) &&
           write_raw(w, code->cell_registers) && write_raw(w, code->handlers) &&
           write_raw(w, code->positions);
}

static bool write_head(Writer *w, const Code *code, int type)
{
    TRY(put_byte(w, type));
#define PUT_NUMBER(name) TRY(put_int(w, (int32_t)code->name));
    CODE_NUMBERS(PUT_NUMBER)
#undef PUT_NUMBER
    return write_object(w, code->freevars) && write_object(w, code->name) &&
           write_object(w, code->qualname);
}

static Value finish(Writer *w, bool ok);

/* A docstring goes before the body, which has None in its place. */
static bool freeze_code(Writer *w, const Code *code)
{
    Value consts = code->consts;
    TRY(write_head(w, code, TYPE_FROZEN_CODE));
    if (code->flags & CODE_HAS_DOCSTRING) {
        TRY(write_object(w, tuple_get(consts, 0)));
        consts = TRY(tuple_from_values(((Tuple *)consts)->items, tuple_length(consts)));
        tuple_init(consts, 0, None);
    }
    Writer inner = {.version = w->version, .allow_code = true, .freezing = true, .depth = w->depth};
    inner.temporaries = TRY(list_new(0));
    Value body = TRY(finish(&inner, write_body(&inner, code, consts)));
    return put_size(w, ((Bytes *)body)->length) &&
           put_bytes(w, ((Bytes *)body)->data, (size_t)((Bytes *)body)->length);
}

static bool write_code(Writer *w, const Code *code)
{
    if (!w->allow_code)
        return raise(ValueError, "marshalling code objects is disallowed");
    TRY(code_complete(code));
    if (w->freezing)
        return freeze_code(w, code);
    return write_head(w, code, TYPE_CODE) && write_object(w, load_acquire(&code->filename)) &&
           write_body(w, code, code->consts);
}

static bool write_buffer(Writer *w, Value v)
{
    if (!has_buffer(v))
        return raise(ValueError, "unmarshallable object");
    TEXT_ARGUMENT(bytes);
    return bytes_argument(v, &bytes) && write_sized(w, bytes.data, bytes.length);
}

static bool write_shaped(Writer *w, Value v)
{
    switch (shape_id(v)) {
    case SHAPE_INT:
        return write_int(w, v);
    case SHAPE_FLOAT:
        return put_byte(w, w->version > 1 ? TYPE_BINARY_FLOAT : TYPE_FLOAT) &&
               put_double(w, float_value(v));
    case SHAPE_COMPLEX:
        return write_complex(w, v);
    case SHAPE_BYTES:
        return write_sized(w, ((Bytes *)v)->data, ((Bytes *)v)->length);
    case SHAPE_STR:
        return write_str(w, v);
    case SHAPE_TUPLE:
        return write_tuple(w, v);
    case SHAPE_LIST:
        return write_list(w, v);
    case SHAPE_DICT:
        return write_dict(w, v);
    case SHAPE_SET:
    case SHAPE_FROZENSET:
        return write_set(w, v);
    case SHAPE_CODE:
        return write_code(w, (const Code *)v);
    default:
        return write_buffer(w, v);
    }
}

static int constant_type(Value v)
{
    return v == None                   ? TYPE_NONE
           : v == True                 ? TYPE_TRUE
           : v == False                ? TYPE_FALSE
           : v == Ellipsis             ? TYPE_ELLIPSIS
           : v == (Value)StopIteration ? TYPE_STOP_ITERATION
                                       : 0;
}

static bool write_object(Writer *w, Value v)
{
    let_stop_now();
    if (w->depth >= MARSHAL_MAX_DEPTH)
        return raise(ValueError, "object too deeply nested to marshal");
    if (is_int(v))
        return write_int(w, v);
    if (is_tagged_float(v))
        return put_byte(w, w->version > 1 ? TYPE_BINARY_FLOAT : TYPE_FLOAT) &&
               put_double(w, float_decode(v));
    int type = constant_type(v);
    if (type)
        return put_byte(w, type);
    bool done;
    TRY(write_reference(w, v, &done));
    if (done)
        return true;
    TRY(c_stack_check(" while marshalling an object"));
    w->depth++;
    bool ok = write_shaped(w, v);
    w->depth--;
    return ok;
}

/* bytes of what was written, if that went well. */
static Value finish(Writer *w, bool ok)
{
    Value result = 0;
    if (ok && number_references(w))
        result = bytes_from(w->out.items ? w->out.items : "", w->out.count);
    vec_free(&w->out);
    vec_free(&w->seen);
    vec_free(&w->wanted);
    free(w->slots);
    return result;
}

Value marshal_dumps(Value v, int version, bool allow_code)
{
    Writer w = {.version = version, .allow_code = allow_code};
    w.temporaries = TRY(list_new(0));
    return finish(&w, write_object(&w, v));
}

Value marshal_freeze(Value code)
{
    Writer w = {.version = MARSHAL_VERSION, .allow_code = true, .freezing = true};
    w.temporaries = TRY(list_new(0));
    return finish(&w, write_object(&w, code));
}
