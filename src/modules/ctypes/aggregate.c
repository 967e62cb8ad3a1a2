/* ffi_types of structures and unions, for those that are passed or returned by value.
 *
 * What calling conventions ask of a small aggregate is which registers its parts go to. libffi
 * concludes that from a list of elements that follow each other; it knows no unions, no arrays and
 * no packing. So the list says what is in each 8 bytes, whatever the fields are called: floats if
 * there is nothing else, else integers. If all is floats of one size the list has just these, as
 * conventions that pass them in a register each (aarch64) want it. Large aggregates go through
 * memory, and one element will do. */
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/tuple.h"

enum { SMALL = 64, WORDS = SMALL / 8 };

typedef struct Leaves {
    unsigned floats, doubles, long_doubles, ints; /* how many there are */
    uint8_t has_int[WORDS];
    uint8_t used[WORDS]; /* bytes up to the end of the last leaf */
} Leaves;

static void add_leaf(Leaves *leaves, const CInfo *info, intptr_t offset)
{
    bool is_int = true;
    if (info->code && info->code->kind == CODE_FLOAT) {
        *(info->size == 4 ? &leaves->floats : &leaves->doubles) += 1;
        is_int = false;
    } else if (info->code && info->code->kind == CODE_LONG_DOUBLE) {
        leaves->long_doubles++;
        is_int = false;
    }
    leaves->ints += is_int;
    for (intptr_t i = offset; i < offset + info->size && i < SMALL; i++) {
        leaves->has_int[i / 8] |= is_int;
        if (leaves->used[i / 8] <= i % 8)
            leaves->used[i / 8] = (uint8_t)(i % 8 + 1);
    }
}

static void add_leaves(Leaves *leaves, Value type, intptr_t offset)
{
    const CInfo *info = &as_ctype(type)->info;
    if (is_ctype_of(type, &array_meta)) {
        intptr_t size = as_ctype(info->proto)->info.size;
        for (intptr_t i = 0; i < info->length && size; i++)
            add_leaves(leaves, info->proto, offset + i * size);
    } else if (is_ctype_of(type, &structure_meta) || is_ctype_of(type, &union_meta)) {
        for (intptr_t i = 0; info->keep && i < tuple_length(info->keep); i++) {
            const Field *field = (const Field *)tuple_get(info->keep, i);
            add_leaves(leaves, field->type, offset + field->offset);
        }
    } else {
        add_leaf(leaves, info, offset);
    }
}

/* The type that fills the word at `offset`. */
static ffi_type *word_type(const Leaves *leaves, intptr_t offset, intptr_t size)
{
    const FfiLibrary *f = ffi_library();
    unsigned used = leaves->used[offset / 8];
    intptr_t rest = size - offset;
    if (!leaves->has_int[offset / 8] && used)
        return used <= 4 ? f->ffi_type_float : f->ffi_type_double;
    return rest > 4   ? f->ffi_type_uint64
           : rest > 2 ? f->ffi_type_uint32
           : rest > 1 ? f->ffi_type_uint16
                      : f->ffi_type_uint8;
}

/* Writes the elements and returns how many there are. */
static size_t list_elements(const Leaves *leaves, intptr_t size, ffi_type **elements)
{
    const FfiLibrary *f = ffi_library();
    size_t count = 0;
    ffi_type *only = 0;
    if (size > SMALL) {
        elements[count++] = f->ffi_type_uint64;
        return count;
    }
    if (!leaves->ints && !!leaves->floats + !!leaves->doubles + !!leaves->long_doubles == 1)
        only = leaves->floats    ? f->ffi_type_float
               : leaves->doubles ? f->ffi_type_double
                                 : f->ffi_type_longdouble;
    if (only) {
        for (intptr_t at = 0; at < size; at += (intptr_t)only->size)
            elements[count++] = only;
        return count;
    }
    for (intptr_t at = 0; at < size; at += 8)
        elements[count++] = word_type(leaves, at, size);
    return count;
}

typedef struct Aggregate {
    ffi_type type;
    ffi_type *elements[SMALL / 4 + 1];
} Aggregate;

static ffi_type *make_aggregate(CType *type)
{
    CInfo *info = &type->info;
    Raw *raw = TRY((Raw *)raw_new(sizeof(Aggregate)));
    Aggregate *a = (Aggregate *)(void *)raw->data;
    Leaves leaves = {0};
    ctype_settle(type);
    if (info->size <= SMALL)
        add_leaves(&leaves, (Value)type, 0);
    size_t count = list_elements(&leaves, info->size, a->elements);
    a->elements[count] = 0;
    a->type = (ffi_type){.size = (size_t)info->size,
                         .alignment = (unsigned short)info->align,
                         .type = FFI_TYPE_STRUCT,
                         .elements = a->elements};
    WITH_LOCK (type) {
        if (!info->ffi) {
            gc_store(type, &info->ffi_memory, (Value)raw);
            store_release(&info->ffi, &a->type);
        }
    }
    return load_acquire(&info->ffi);
}

ffi_type *ctype_ffi(Value type)
{
    ffi_type *known = load_acquire(&as_ctype(type)->info.ffi);
    return known ? known : make_aggregate(as_ctype(type));
}
