/* CField: the descriptor of a field of a structure or union. */
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/int.h"
#include "types/str.h"

#define as_field(v) ((Field *)(v))

static void field_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Field *)self)->type);
}

/* An array whose items are char or wchar_t themselves. */
static bool is_text_array(Value type, const CInfo *info)
{
    if (!is_ctype_of(type, &array_meta) || !info->proto)
        return false;
    char letter = ctype_letter(info->proto);
    return letter == 'c' || letter == 'u';
}

Value field_new(Value type, intptr_t offset, intptr_t index, BitRange bits)
{
    const CInfo *info = &as_ctype(type)->info;
    Field *field = TRY(NEW(Field, &field_type));
    gc_store(field, &field->type, type);
    field->offset = offset;
    field->size = info->size;
    field->index = index;
    field->bits = bits;
    field->is_text = is_text_array(type, info);
    return (Value)field;
}

Value field_moved(Field *field, intptr_t offset, intptr_t index)
{
    return field_new(field->type, offset + field->offset, index, field->bits);
}

/* ---- reading and writing ----------------------------------------------------------------------
 */

static bool check_instance(Value instance)
{
    return is_cdata(instance) || raise(TypeError, "not a ctype instance");
}

static Value text_load(const Field *field, const char *at)
{
    bool is_wide = ctype_letter(as_ctype(field->type)->info.proto) == 'u';
    return is_wide ? wchars_load(at, field->size) : chars_load(at, field->size);
}

static Value field_get(Value self, Value instance, Value owner UNUSED)
{
    const Field *field = as_field(self);
    if (!instance || instance == None)
        return self;
    TRY(check_instance(instance));
    char *at = cdata_bytes(instance) + field->offset;
    const CInfo *info = &as_ctype(field->type)->info;
    if (field->is_text)
        return text_load(field, at);
    if (field->bits.count)
        return code_load(info->code, at, info->swapped, field->bits);
    return cdata_get((Type *)field->type, as_cdata(instance), field->index, at);
}

static Value text_store(const Field *field, char *at, Value value)
{
    bool is_wide = ctype_letter(as_ctype(field->type)->info.proto) == 'u';
    return is_wide ? wchars_store(at, value, field->size) : chars_store(at, value, field->size);
}

static bool field_set(Value self, Value instance, Value value)
{
    const Field *field = as_field(self);
    TRY(check_instance(instance));
    if (!value)
        return raise(TypeError, "can't delete attribute");
    char *at = cdata_bytes(instance) + field->offset;
    const CInfo *info = &as_ctype(field->type)->info;
    if (field->is_text)
        return text_store(field, at, value) != 0;
    if (field->bits.count)
        return code_store(info->code, at, value, info->swapped, field->bits) != 0;
    return cdata_set(as_cdata(instance), (Type *)field->type, value, field->index, at);
}

/* ---- the type ---------------------------------------------------------------------------------
 */

static Value field_repr(Value self)
{
    const Field *field = as_field(self);
    Type *type = (Type *)field->type;
    if (field->bits.count)
        return str_format("<Field type=%s, ofs=%zd:%d, bits=%d>", type_short_name(type),
                          field->offset, (int)field->bits.first, (int)field->bits.count);
    return str_format("<Field type=%s, ofs=%zd, size=%zd>", type_short_name(type), field->offset,
                      field->size);
}

static Value get_offset(Value self)
{
    return int_from(as_field(self)->offset);
}

/* Of a bit field: how many bits, and from where, in one number. */
static Value get_size(Value self)
{
    const Field *field = as_field(self);
    if (field->bits.count)
        return int_small(((intptr_t)field->bits.count << 16) + field->bits.first);
    return int_from(field->size);
}

static const GetSetDef field_getset[] = {
    {"offset", get_offset, 0, "offset in bytes of this field"},
    {"size", get_size, 0, "size in bytes of this field"},
    {0},
};

Type field_type = {
    TYPE_HEAD("_ctypes.CField", Field),
    .repr = field_repr,
    .descr_get = field_get,
    .descr_set = field_set,
    .getset = field_getset,
    .trace = field_trace,
    .flags = TYPE_NO_NEW,
    .doc = "Structure/Union member",
};
