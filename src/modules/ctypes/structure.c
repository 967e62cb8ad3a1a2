/* Structure and Union, and their metaclasses. */
#include "core/call.h"
#include "core/names.h"
#include "core/share.h"
#include "core/type_impl.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- _anonymous_ ------------------------------------------------------------------------------
 */

/* The fields of the structure that `field` is become fields of `type`. */
static bool lift_fields(CType *type, Field *field, intptr_t index, intptr_t offset)
{
    Value fields = TRY(get_attr_string(field->type, "_fields_"));
    intptr_t count = TRY_NOT_NEGATIVE(object_length(fields), false);
    for (intptr_t i = 0; i < count; i++) {
        Value item = TRY(sequence_item(fields, i));
        if (!is_tuple(item) || tuple_length(item) < 2)
            return raise(TypeError, "'_fields_' must be a sequence of (name, C type) pairs");
        Value name = tuple_get(item, 0);
        Value inner = TRY(get_attr(field->type, name));
        if (type_of(inner) != &field_type)
            return raise(TypeError, "unexpected type");
        Field *each = (Field *)inner;
        if (load_relaxed(&each->anonymous)) {
            TRY(lift_fields(type, each, index + each->index, offset + each->offset));
            continue;
        }
        TRY(set_attr((Value)type, name, TRY(field_moved(each, offset, index + each->index))));
    }
    return true;
}

static bool lift_anonymous(CType *type)
{
    Value anonymous;
    TRY(class_attribute((Value)type, "_anonymous_", &anonymous));
    if (!anonymous)
        return true;
    if (!is_sequence(anonymous))
        return raise(TypeError, "_anonymous_ must be a sequence");
    intptr_t count = TRY_NOT_NEGATIVE(object_length(anonymous), false);
    for (intptr_t i = 0; i < count; i++) {
        Value name = TRY(sequence_item(anonymous, i));
        Value field = TRY(get_attr((Value)type, name));
        if (type_of(field) != &field_type)
            return raise(AttributeError, "'%V' is specified in _anonymous_ but not in _fields_",
                         name);
        Field *f = (Field *)field;
        store_relaxed(&f->anonymous, true);
        TRY(lift_fields(type, f, f->index, f->offset));
    }
    return true;
}

/* ---- making a class ---------------------------------------------------------------------------
 */

static bool is_struct_class(Value type)
{
    return is_ctype_of(type, &structure_meta);
}

/* Assigning _fields_ is what lays the fields out. */
static bool structure_class_setattr(Value self, Value name, Value value)
{
    TRY(type_setattr(self, name, value));
    if (!value || !is_str(name) || !str_equals(name, "_fields_"))
        return true;
    if (!load_acquire(&as_ctype(self)->info.ready))
        return raise(TypeError, "ctypes state is not initialized");
    return structure_set_fields(as_ctype(self), value, is_struct_class(self)) &&
           lift_anonymous(as_ctype(self));
}

static bool structure_class_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    CType *type = as_ctype(self);
    TRY(ctype_init(self, args, nargs, kwnames));
    if (dict_get_cstring(type->type.dict, "_abstract_"))
        return true;
    Value name = TRY(str_intern_cstring("_fields_"));
    Value fields = dict_get_str(type->type.dict, name);
    CInfo *base = ctype_info((Value)type->type.base);
    if (!fields && base) {
        ctype_settle(as_ctype(type->type.base));
        ctype_copy_info(type, (CType *)type->type.base);
        return true;
    }
    type->info.align = 1;
    TRY(info_set_format(type, "B", 1));
    store_release(&type->info.ready, true);
    return !fields || set_attr(self, name, fields);
}

Type structure_meta = {
    TYPE_HEAD("_ctypes.PyCStructType", CType),
    .init = structure_class_init,
    .setattr = structure_class_setattr,
    .trace = ctype_trace,
    .base = &ctype_type,
    .flags = TYPE_BASE,
    .doc = "metatype for the CData Objects",
};

Type union_meta = {
    TYPE_HEAD("_ctypes.UnionType", CType),
    .init = structure_class_init,
    .setattr = structure_class_setattr,
    .trace = ctype_trace,
    .base = &ctype_type,
    .flags = TYPE_BASE,
    .doc = "metatype for the Union Objects",
};

/* ---- instances --------------------------------------------------------------------------------
 */

static bool is_keyword(Value kwnames, Value name)
{
    for (intptr_t i = 0; kwnames && i < tuple_length(kwnames); i++)
        if (str_equal(tuple_get(kwnames, i), name))
            return true;
    return false;
}

/* Sets fields from positional arguments, those of the base class first. *next: the argument that
 * comes next. */
static bool set_positional(Value self, Type *type, Value *args, intptr_t nargs, Value kwnames,
                           intptr_t *next)
{
    Type *base = type_base(type);
    if (ctype_info((Value)base))
        TRY(set_positional(self, base, args, nargs, kwnames, next));
    Value fields = dict_get_cstring(type->dict, "_fields_");
    if (!fields)
        return true;
    intptr_t count = TRY_NOT_NEGATIVE(object_length(fields), false);
    for (intptr_t i = 0; i < count && *next < nargs; i++, (*next)++) {
        Value pair = TRY(sequence_item(fields, i));
        Value name = TRY(sequence_item(pair, 0));
        if (is_str(name) && is_keyword(kwnames, name))
            return raise(TypeError, "duplicate values for field %R", name);
        TRY(set_attr(self, name, args[*next]));
    }
    return true;
}

static bool structure_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    intptr_t next = 0;
    TRY(set_positional(self, type_of(self), args, (intptr_t)nargs, kwnames, &next));
    if (next < (intptr_t)nargs)
        return raise(TypeError, "too many initializers");
    for (intptr_t i = 0; kwnames && i < tuple_length(kwnames); i++)
        TRY(set_attr(self, tuple_get(kwnames, i), args[nargs + (size_t)i]));
    return true;
}

CType structure_class = {.type = {
                             TYPE_HEAD("_ctypes.Structure", CData),
                             .init = structure_init,
                             .make = cdata_make,
                             .get_buffer = cdata_get_buffer,
                             .trace = cdata_trace,
                             .base = &cdata_type,
                             .flags = TYPE_BASE,
                             .doc = "Structure base class",
                         }};

CType union_class = {.type = {
                         TYPE_HEAD("_ctypes.Union", CData),
                         .init = structure_init,
                         .make = cdata_make,
                         .get_buffer = cdata_get_buffer,
                         .trace = cdata_trace,
                         .base = &cdata_type,
                         .flags = TYPE_BASE,
                         .doc = "Union base class",
                     }};
