/* Generic attribute access: object.__getattribute__, __setattr__ and their fast paths. */
#include "core/attribute.h"

#include <stdarg.h>
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "core/slots.h"
#include "core/type_impl.h"
#include "types/exception.h"
#include "types/str.h"

Value attribute_name_slow(Value name)
{
    if (!is_str(name))
        return raise(TypeError, "attribute name must be string, not '%T'", name);
    if (!is_str_exact(name))
        name = TRY(str_substring(name, 0, str_length(name)));
    return str_intern(name);
}

Value raise_attribute_message(Value o, Value name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Value message = format_value_list(format, arguments);
    va_end(arguments);
    return raise_attribute_text(o, name, message);
}

Value raise_attribute_text(Value o, Value name, Value message)
{
    if (!message)
        return 0;
    raise_value(AttributeError, message);
    Value pending = error_peek();
    if (pending && is_instance_of(pending, AttributeError)) {
        AttributeException *e = (AttributeException *)pending;
        gc_store(e, &e->name, name);
        gc_store(e, &e->obj, o);
    }
    return 0;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* The instance's own attribute; *value 0 if absent. A class has its own in its class dict: only
 * object.__getattribute__(cls, name) comes here with one. */
static bool find_own(Value o, Type *type, Value name, Value *value)
{
    *value = 0;
    if (!is_object(o))
        return true;
    if (type->tail_offset)
        return instance_find(o, name, value);
    if (unlikely(type->layout == LAYOUT_TYPE))
        *value = dict_get_str(((Type *)o)->dict, name);
    return true;
}

bool generic_getattr_optional(Value o, Value name, Value *result)
{
    Type *type = type_of(o);
    name = TRY(attribute_name(name));
    Value found = type_lookup(type, name);
    Type *kind = found ? type_of(found) : 0;
    *result = 0;
    if (found && kind->descr_set && kind->descr_get) {
        *result = kind->descr_get(found, o, (Value)type);
        return *result || error_clear_if(AttributeError);
    }
    TRY(find_own(o, type, name, result));
    if (*result || !found)
        return true;
    *result = kind->descr_get ? kind->descr_get(found, o, (Value)type) : found;
    return *result || error_clear_if(AttributeError);
}

/* The same as the optional form, but what a descriptor raises goes on to the caller. */
Value generic_getattr(Value o, Value name)
{
    Type *type = type_of(o);
    name = TRY(attribute_name(name));
    Value found = type_lookup(type, name);
    Type *kind = found ? type_of(found) : 0;
    if (found && kind->descr_set && kind->descr_get)
        return kind->descr_get(found, o, (Value)type);
    Value own;
    TRY(find_own(o, type, name, &own));
    if (own)
        return own;
    if (!found)
        return raise_attribute_error(o, name);
    return kind->descr_get ? kind->descr_get(found, o, (Value)type) : found;
}

COLD void attribute_error_complete(Value o, Value name)
{
    Value pending = error_peek();
    if (!pending || !is_instance_of(pending, AttributeError))
        return;
    AttributeException *e = (AttributeException *)pending;
    if (!load_acquire(&e->name) && !load_acquire(&e->obj)) {
        gc_store(e, &e->name, name);
        gc_store(e, &e->obj, o);
    }
}

Value get_attr(Value o, Value name)
{
    Value result = type_of(o)->getattr(o, name);
    if (unlikely(!result))
        attribute_error_complete(o, name);
    return result;
}

bool get_attr_optional(Value o, Value name, Value *result)
{
    GetAttrFn getter = type_of(o)->getattr;
    if (getter == generic_getattr)
        return generic_getattr_optional(o, name, result);
    if (getter == type_getattr)
        return type_getattr_optional((Type *)o, name, result);
    if (getter == module_getattr)
        return module_getattr_optional(o, name, result);
    *result = getter(o, name);
    return *result || error_clear_if(AttributeError);
}

/* What a class has for its instances, which binding it can't fail for: it need not be bound. */
static bool binds_always(Value found, const Type *type)
{
    if (has_shape(found, SHAPE_FUNCTION))
        return true;
    if (has_shape(found, SHAPE_METHOD_DESCRIPTOR))
        return ((MethodDescriptor *)found)->owner == type;
    if (has_shape(found, SHAPE_SLOT_WRAPPER))
        return ((SlotWrapper *)found)->owner == type;
    return !type_of(found)->descr_get;
}

int has_attr(Value o, Value name)
{
    Value found;
    Type *type = type_of(o);
    uint32_t how = type_flags(type) & (TYPE_DEFAULT_GETATTR | TYPE_GETATTR_HOOK);
    if (how && has_shape(name, SHAPE_STR) && load_relaxed(&name->flags) & FLAG_INTERNED) {
        found = type_lookup(type, name);
        if (found && binds_always(found, type))
            return 1;
        if (!found && how & TYPE_DEFAULT_GETATTR)
            return find_own(o, type, name, &found) ? found != 0 : -1;
    }
    if (!get_attr_optional(o, name, &found))
        return -1;
    return found != 0;
}

Value get_attr_string(Value o, const char *name)
{
    return get_attr(o, TRY(str_intern_cstring(name)));
}

bool set_attr_string(Value o, const char *name, Value value)
{
    return set_attr(o, TRY(str_intern_cstring(name)), value);
}

Value get_method(Value receiver, Value name, bool *self_first)
{
    *self_first = false;
    Type *type = type_of(receiver);
    if (type->getattr != generic_getattr)
        return get_attr(receiver, name);
    name = TRY(attribute_name(name));
    Value found = type_lookup(type, name);
    if (!found || !(type_flags(type_of(found)) & TYPE_METHOD_LIKE))
        return generic_getattr(receiver, name);
    Value own;
    TRY(find_own(receiver, type, name, &own));
    if (own)
        return own;
    *self_first = true;
    return found;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static bool fail_store(Value o, Value name, bool in_class)
{
    if (in_class)
        return raise(AttributeError, "'%T' object attribute '%V' is read-only", o, name);
    if (type_of(o)->setattr == generic_setattr)
        return raise_attribute_message(
            o, name, "'%T' object has no attribute '%V' and no __dict__ for setting new attributes",
            o, name);
    return raise_attribute_error(o, name);
}

bool generic_setattr(Value o, Value name, Value value)
{
    Type *type = type_of(o);
    name = TRY(attribute_name(name));
    Value found = type_lookup(type, name);
    if (found && type_of(found)->descr_set)
        return type_of(found)->descr_set(found, o, value);
    if (!type->tail_offset)
        return fail_store(o, name, found != 0);
    bool was_there;
    TRY(instance_store(o, name, value, &was_there));
    if (value || was_there)
        return true;
    /* Of a plain instance of a Python class CPython does not say which object and name it was, and
     * so suggests nothing. */
    if (type_flags(type) & TYPE_HEAP && type->layout == object_type.layout)
        return raise(AttributeError, "'%T' object has no attribute '%V'", o, name);
    return raise_attribute_message(o, name, "'%T' object has no attribute '%V'", o, name);
}

bool set_attr(Value o, Value name, Value value)
{
    SetAttrFn setter = type_of(o)->setattr;
    if (likely(setter))
        return setter(o, name, value);
    return raise(TypeError, "'%T' object has only read-only attributes (%s .%V)", o,
                 value ? "assign to" : "del", name);
}
