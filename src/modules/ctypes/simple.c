/* _SimpleCData: c_int, c_char_p and so on, and PyCSimpleType, its metaclass. */
#include <string.h>

#include "base/copy.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- from_param -------------------------------------------------------------------------------
 */

/* The value as an argument of that type: 0 with an exception. */
static Value simple_argument(const Code *code, Value value, bool swapped)
{
    CArg *arg = TRY(carg_new(code->letter, code_ffi(code), 0));
    Value keep = TRY(code_store(code, (char *)arg->value, value, swapped, (BitRange){0}));
    gc_store(arg, &arg->obj, keep);
    return (Value)arg;
}

/* value._as_parameter_, or 0 without an exception. */
static bool as_parameter(Value value, Value *result)
{
    *result = 0;
    return get_attr_optional(value, TRY(str_intern_cstring("_as_parameter_")), result) &&
           (!*result || c_stack_check(" while processing _as_parameter_"));
}

static Value simple_from_param(Value type, Value value)
{
    if (is_instance_of(value, (Type *)type))
        return value;
    CInfo *info = TRY(ctype_info_of_class((Type *)type));
    Value arg = simple_argument(info->code, value, info->swapped);
    if (arg)
        return arg;
    Value error = error_take(), parameter;
    TRY(as_parameter(value, &parameter));
    if (parameter)
        return simple_from_param(type, parameter);
    error_restore(error);
    return 0;
}

METHOD(simple_from_param_method, "from_param", "value, /",
       "Convert a Python object into a function call parameter.")
{
    return simple_from_param(args[0], args[1]);
}

static Value raise_no_pointer(Value value, const char *name)
{
    return raise(TypeError, "'%T' object cannot be interpreted as ctypes.%s", value, name);
}

/* An array of the items that a char * points to, or a pointer to such: passed as they are. byref()
 * of one item counts as well. */
static bool points_to(Value value, char letter)
{
    if (is_instance_of(value, &carg_type)) {
        const CArg *arg = (const CArg *)value;
        return arg->tag == 'P' && arg->obj && ctype_letter((Value)type_of(arg->obj)) == letter;
    }
    Value type = (Value)type_of(value);
    CInfo *info = ctype_info(type);
    Value proto = info && (is_ctype_of(type, &array_meta) || is_ctype_of(type, &pointer_meta))
                      ? load_acquire(&info->proto)
                      : 0;
    return proto && ctype_letter(proto) == letter;
}

static Value text_from_param(Value type, Value value, bool wide)
{
    if (value == None)
        return None;
    if (wide ? is_str(value) : is_bytes(value))
        return simple_argument(code_find(wide ? 'Z' : 'z'), value, false);
    if (is_instance_of(value, (Type *)type) || points_to(value, wide ? 'u' : 'c'))
        return value;
    Value parameter;
    TRY(as_parameter(value, &parameter));
    return parameter ? text_from_param(type, parameter, wide)
                     : raise_no_pointer(value, wide ? "c_wchar_p" : "c_char_p");
}

CLASS_METHOD(chars_from_param, "from_param", "value, /", 0)
{
    return text_from_param(args[0], args[1], false);
}

CLASS_METHOD(wchars_from_param, "from_param", "value, /", 0)
{
    return text_from_param(args[0], args[1], true);
}

/* Instances whose bytes are an address, or that lie at one. */
static Value address_of_instance(Value value)
{
    Value type = (Value)type_of(value);
    char letter = ctype_letter(type);
    if (is_ctype_of(type, &array_meta) || is_ctype_of(type, &pointer_meta))
        return value;
    if (!is_ctype_of(type, &function_meta) && letter != 'z' && letter != 'Z')
        return 0;
    const void *address;
    copy_item((char *)&address, cdata_bytes(value), sizeof address);
    CArg *arg = TRY(carg_new(letter ? 'Z' : 'P', ffi_library()->ffi_type_pointer, value));
    memcpy(arg->value, &address, sizeof address);
    return (Value)arg;
}

static Value address_from_param(Value type, Value value)
{
    if (value == None)
        return None;
    if (is_int_any(value))
        return simple_argument(code_find('P'), value, false);
    if (is_bytes(value) || is_str(value))
        return simple_argument(code_find(is_str(value) ? 'Z' : 'z'), value, false);
    if (is_instance_of(value, (Type *)type))
        return value;
    if (is_instance_of(value, &carg_type) && ((CArg *)value)->tag == 'P')
        return value;
    Value arg = is_cdata(value) ? address_of_instance(value) : 0;
    if (arg || error_pending())
        return arg;
    Value parameter;
    TRY(as_parameter(value, &parameter));
    return parameter ? address_from_param(type, parameter) : raise_no_pointer(value, "c_void_p");
}

CLASS_METHOD(address_from_param_method, "from_param", "value, /", 0)
{
    return address_from_param(args[0], args[1]);
}

/* ---- making a class ---------------------------------------------------------------------------
 */

static const Code *code_of_class(Value type)
{
    Value letter;
    TRY(class_attribute(type, "_type_", &letter));
    if (!letter)
        return (const Code *)raise(AttributeError, "class must define a '_type_' attribute");
    if (!is_str(letter))
        return (const Code *)raise(TypeError, "class must define a '_type_' string attribute");
    if (str_length(letter) != 1)
        return (const Code *)raise(ValueError, "class must define a '_type_' attribute "
                                               "which must be a string of length 1");
    const Code *code = code_find(str_char(letter, 0));
    if (!code)
        raise(AttributeError,
              "class must define a '_type_' attribute which must be\n"
              "a single character string containing one of '%s'.",
              code_letters);
    return code;
}

static bool fill_info(CType *type, const Code *code, bool swapped)
{
    CInfo *info = &type->info;
    const char format[] = {swapped ? '>' : '<', code->format};
    info->code = code;
    info->swapped = swapped;
    info->ffi = code_ffi(code);
    info->size = code->size;
    info->align = code->size;
    info->has_pointer = strchr("sPzUZXO", code->letter) != 0;
    TRY(info_set_format(type, format, sizeof format));
    store_release(&info->ready, true);
    return true;
}

/* Pointers take more than their own instances as arguments, directly derived classes only. */
static bool add_from_param(Type *type, const Code *code)
{
    static MethodDef *const text = M(chars_from_param), *const wide = M(wchars_from_param),
                            *const address = M(address_from_param_method);
    MethodDef *def = code->letter == 'z'   ? text
                     : code->letter == 'Z' ? wide
                     : code->letter == 'P' ? address
                                           : 0;
    if (!def)
        return true;
    Value method = TRY(str_intern_cstring("from_param"));
    bool found;
    return type_set_own(type, method, TRY(method_descriptor_new(def, type)), &found);
}

/* The type with the other byte order, named T_be, and the attributes by which each finds both. */
static bool add_swapped(CType *type, const Code *code, Value *args)
{
    Value name = TRY(str_format("%V_be", args[0]));
    Value namespace = TRY(dict_copy(args[2]));
    CType *swapped = (CType *)TRY(type_new_class(
        &simple_meta, name, TRY(tuple_of((Value)&simple_class)), namespace, 0, 0, 0));
    TRY(fill_info(swapped, code, true));
    CType *types[] = {type, swapped};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        TRY(set_attr_string((Value)types[i], "__ctype_le__", (Value)type));
        TRY(set_attr_string((Value)types[i], "__ctype_be__", (Value)swapped));
    }
    return true;
}

static bool simple_class_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    CType *type = as_ctype(self);
    TRY(ctype_init(self, args, nargs, kwnames));
    const Code *code = TRY(code_of_class(self));
    TRY(fill_info(type, code, false));
    if (type->type.base == &simple_class.type)
        TRY(add_from_param(&type->type, code));
    return type_of(self) != &simple_meta || !code->has_swapped || add_swapped(type, code, args);
}

static MethodDef *const simple_meta_methods[] = {M(simple_from_param_method), 0};

Type simple_meta = {
    TYPE_HEAD("_ctypes.PyCSimpleType", CType),
    .init = simple_class_init,
    .methods = simple_meta_methods,
    .trace = ctype_trace,
    .base = &ctype_type,
    .flags = TYPE_BASE,
    .doc = "metatype for the PyCSimpleType Objects",
};

/* ---- instances --------------------------------------------------------------------------------
 */

static Value simple_get_value(Value self)
{
    CInfo *info = TRY(ctype_info_of_class(type_of(self)));
    return code_load(info->code, cdata_bytes(self), info->swapped, (BitRange){0});
}

static bool simple_set_value(Value self, Value value)
{
    CInfo *info = TRY(ctype_info_of_class(type_of(self)));
    if (!value)
        return raise(TypeError, "can't delete attribute");
    Value keep =
        TRY(code_store(info->code, cdata_bytes(self), value, info->swapped, (BitRange){0}));
    return cdata_keep_stored(as_cdata(self), 0, info->code, keep, cdata_bytes(self));
}

static bool simple_init(Value self, Value *args, size_t nargs, Value kwnames UNUSED)
{
    if (nargs > 1)
        return raise(TypeError, "__init__ expected at most 1 argument, got %zu", nargs);
    return !nargs || simple_set_value(self, args[0]);
}

static int simple_truth(Value self)
{
    intptr_t size;
    const char *bytes = cdata_span(self, &size);
    for (intptr_t i = 0; i < size; i++)
        if (bytes[i])
            return 1;
    return 0;
}

static Value simple_repr(Value self)
{
    if (type_base(type_of(self)) != &simple_class.type)
        return str_format("<%T object at 0x%zx>", self, (size_t)self);
    return str_format("%T(%R)", self, TRY(simple_get_value(self)));
}

METHOD(simple_from_outparam, "__ctypes_from_outparam__", "/", 0)
{
    return ctype_is_simple_subclass((Value)type_of(args[0])) ? args[0] : simple_get_value(args[0]);
}

static MethodDef *const simple_methods[] = {M(simple_from_outparam), 0};
static const GetSetDef simple_getset[] = {
    {"value", simple_get_value, simple_set_value, "current value"},
    {0},
};

CType simple_class = {.type = {
                          TYPE_HEAD("_ctypes._SimpleCData", CData),
                          .repr = simple_repr,
                          .init = simple_init,
                          .make = cdata_make,
                          .truth = simple_truth,
                          .get_buffer = cdata_get_buffer,
                          .methods = simple_methods,
                          .getset = simple_getset,
                          .trace = cdata_trace,
                          .base = &cdata_type,
                          .flags = TYPE_BASE,
                          .doc = "XXX to be provided",
                      }};
