/* Where the fields of a structure or union lie, and what buffers say of them.
 *
 * Bit fields are packed as GCC does on little-endian machines, in the terms of ctypes: a field
 * opens a unit of the size of its type; the next ones go on in it if they fit, and a larger type
 * may expand it. The bits are counted from the start of the unit. */
#include <string.h>

#include "core/call.h"
#include "core/share.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct FieldLayout {
    bool is_struct, big_endian;
    intptr_t pack;         /* 0: none */
    intptr_t size, offset; /* offset: where the next field would begin */
    intptr_t align;        /* of the last field that was given a place of its own */
    intptr_t total_align, largest;
    intptr_t unit_bits, taken; /* the open unit of bit fields: 0 bits if there is none */
    StrBuilder format;
    bool has_pointer;
} FieldLayout;

/* A new place, aligned; what was before it is padding. */
static intptr_t place_item(FieldLayout *l, const CInfo *info)
{
    l->align = l->pack && l->pack < info->align ? l->pack : info->align;
    if (l->align && l->offset % l->align) {
        intptr_t padding = l->align - l->offset % l->align;
        l->size += padding;
        l->offset += padding;
    }
    intptr_t at = l->offset;
    l->offset += info->size;
    l->size += info->size;
    return at;
}

static intptr_t place_bits(FieldLayout *l, const CInfo *info, int count, BitRange *bits)
{
    intptr_t type_bits = info->size * 8, at;
    if (l->unit_bits && type_bits <= l->unit_bits && l->taken + count <= l->unit_bits) {
        at = l->offset - info->size;
    } else if (l->unit_bits && type_bits >= l->unit_bits && l->taken + count <= type_bits) {
        l->offset += info->size - l->unit_bits / 8;
        l->size += info->size - l->unit_bits / 8;
        l->unit_bits = type_bits;
        at = l->offset - info->size;
    } else {
        l->unit_bits = type_bits;
        l->taken = 0;
        at = place_item(l, info);
    }
    intptr_t first = l->big_endian ? l->unit_bits - l->taken - count : l->taken;
    *bits = (BitRange){(uint8_t)first, (uint8_t)count};
    l->taken += count;
    return at;
}

/* ---- one item of _fields_ ---------------------------------------------------------------------
 */

typedef struct FieldSpec {
    Value name, type;
    bool has_bits;
    int bits;
} FieldSpec;

static bool read_spec(Value item, intptr_t index, FieldSpec *spec)
{
    intptr_t length = is_tuple(item) ? tuple_length(item) : 0;
    *spec = (FieldSpec){0};
    bool ok = (length == 2 || length == 3) && is_str(tuple_get(item, 0));
    if (ok && length == 3) {
        spec->has_bits = true;
        ok = index_as_int(tuple_get(item, 2), &spec->bits);
        error_clear();
    }
    if (!ok)
        return raise(TypeError, "'_fields_' must be a sequence of (name, C type) pairs");
    spec->name = tuple_get(item, 0);
    spec->type = tuple_get(item, 1);
    if (!ctype_info(spec->type))
        return raise(TypeError, "second item in _fields_ tuple (index %zd) must be a C type",
                     index);
    return true;
}

static bool check_bits(const FieldSpec *spec, const CInfo *info)
{
    const Code *code = info->code;
    bool allowed = code && (code->kind == CODE_SIGNED || code->kind == CODE_UNSIGNED ||
                            code->kind == CODE_BOOL || code->kind == CODE_VARIANT_BOOL);
    if (!allowed)
        return raise(TypeError, "bit fields not allowed for type %s",
                     type_short_name((Type *)spec->type));
    return (spec->bits > 0 && spec->bits <= info->size * 8) ||
           raise(ValueError, "number of bits invalid for bit field");
}

/* ---- the format -------------------------------------------------------------------------------
 */

static void add_number(StrBuilder *b, intptr_t n)
{
    Value text = str_format("%zd", n);
    if (text)
        builder_add(b, text);
    else
        b->failed = true;
}

static void add_padding(StrBuilder *b, intptr_t count)
{
    if (count > 1)
        add_number(b, count);
    if (count)
        builder_add_char(b, 'x');
}

static void add_shape(StrBuilder *b, const CInfo *info)
{
    const intptr_t *shape = info->shape ? (const intptr_t *)(void *)((Raw *)info->shape)->data : 0;
    for (int i = 0; i < info->dims; i++) {
        builder_add_char(b, i ? ',' : '(');
        add_number(b, shape[i]);
    }
    if (info->dims)
        builder_add_char(b, ')');
}

static void add_field_format(StrBuilder *b, const FieldSpec *spec, intptr_t padding)
{
    const CInfo *info = &as_ctype(spec->type)->info;
    add_padding(b, padding);
    add_shape(b, info);
    Bytes *format = (Bytes *)info->format;
    if (format)
        builder_add_ascii(b, format->data, (size_t)format->length);
    else
        builder_add_char(b, 'B');
    builder_add_char(b, ':');
    builder_add(b, spec->name);
    builder_add_char(b, ':');
}

/* ---- all of them ------------------------------------------------------------------------------
 */

static bool add_field(FieldLayout *l, const FieldSpec *spec, intptr_t index, Value all)
{
    CInfo *info = &as_ctype(spec->type)->info;
    BitRange bits = {0};
    if (spec->has_bits)
        TRY(check_bits(spec, info));
    ctype_settle(as_ctype(spec->type));
    l->has_pointer |= info->has_pointer;
    if (!l->is_struct)
        l->size = l->offset = l->align = l->unit_bits = 0;
    intptr_t before = l->size, at;
    if (spec->has_bits) {
        at = place_bits(l, info, spec->bits, &bits);
    } else {
        l->unit_bits = 0;
        at = place_item(l, info);
    }
    if (l->is_struct)
        add_field_format(&l->format, spec, at > before ? at - before : 0);
    if (l->size > l->largest)
        l->largest = l->size;
    if (l->align > l->total_align)
        l->total_align = l->align;
    Value field = TRY(field_new(spec->type, at, index, bits));
    return list_append(all, field);
}

/* A small number that a class attribute says; *out stays as it is if there is none. */
static bool read_limit(Value type, const char *name, intptr_t *out)
{
    Value v;
    TRY(class_attribute(type, name, &v));
    if (!v)
        return true;
    int limit = -1;
    if (is_int_any(v) && !index_as_int(v, &limit))
        error_clear();
    if (limit < 0)
        return raise(ValueError, "%s must be a non-negative integer", name);
    *out = limit;
    return true;
}

static bool start_layout(CType *type, FieldLayout *l, const CInfo *base, Value all)
{
    intptr_t forced = 1;
    Value swapped;
    TRY(class_attribute((Value)type, "_swappedbytes_", &swapped));
    l->big_endian = swapped != 0;
    TRY(read_limit((Value)type, "_pack_", &l->pack));
    TRY(read_limit((Value)type, "_align_", &forced));
    l->total_align = forced;
    builder_start(&l->format);
    builder_add_cstring(&l->format, "T{");
    if (!base)
        return true;
    l->size = l->offset = base->size;
    l->align = base->align;
    if (l->align > l->total_align)
        l->total_align = l->align;
    l->has_pointer = base->has_pointer;
    for (intptr_t i = 0; base->keep && i < tuple_length(base->keep); i++)
        TRY(list_append(all, tuple_get(base->keep, i)));
    return true;
}

static bool finish_layout(CType *type, FieldLayout *l, Value all, intptr_t length)
{
    CInfo *info = &type->info;
    if (!l->is_struct)
        l->size = l->largest;
    intptr_t align = l->total_align > 0 ? l->total_align : 1;
    intptr_t size = (l->size + align - 1) / align * align;
    Value format = 0, keep;
    if (l->is_struct) {
        add_padding(&l->format, size - l->size);
        builder_add_char(&l->format, '}');
        size_t bytes;
        const char *text = TRY(str_utf8(TRY(builder_finish(&l->format)), &bytes));
        format = TRY(bytes_from(text, bytes));
    }
    keep = TRY(list_as_tuple(all));
    WITH_LOCK (type) { /* an instance that another thread makes has all of this, or there is none */
        if (info->final)
            break;
        if (format)
            gc_store(type, &info->format, format);
        gc_store(type, &info->keep, keep);
        info->has_pointer = l->has_pointer;
        store_relaxed(&info->size, size);
        store_relaxed(&info->align, align);
        info->length = length;
        store_release(&info->ffi, (ffi_type *)0);
        store_release(&info->final, true);
        return true;
    }
    return raise(AttributeError, "Structure or union cannot contain itself");
}

/* The last ones of the fields become attributes: not before the class is final, as instances that
 * are smaller must not have them. */
static bool set_descriptors(CType *type, Value names)
{
    Value fields = type->info.keep;
    intptr_t count = list_length(names), first = tuple_length(fields) - count;
    for (intptr_t i = 0; i < count; i++)
        TRY(set_attr((Value)type, list_get(names, i), tuple_get(fields, first + i)));
    return true;
}

bool structure_set_fields(CType *type, Value fields, bool is_struct)
{
    CInfo *info = &type->info;
    FieldLayout l = {.is_struct = is_struct};
    if (!is_sequence(fields))
        return raise(TypeError, "'_fields_' must be a sequence of pairs");
    intptr_t count = TRY_NOT_NEGATIVE(object_length(fields), false);
    if (load_acquire(&info->final))
        return raise(AttributeError, "_fields_ is final");
    CInfo *base = ctype_info((Value)type->type.base);
    if (base)
        ctype_settle(as_ctype(type->type.base));
    intptr_t before = base ? base->length : 0;
    Value all = TRY(list_new(count));
    Value names = TRY(list_new(count));
    TRY(start_layout(type, &l, base, all));
    for (intptr_t i = 0; i < count; i++) {
        FieldSpec spec;
        TRY(read_spec(TRY(sequence_item(fields, i)), i, &spec));
        TRY(add_field(&l, &spec, before + i, all) && list_append(names, spec.name));
    }
    return finish_layout(type, &l, all, before + count) && set_descriptors(type, names);
}
