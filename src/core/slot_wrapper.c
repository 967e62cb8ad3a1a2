/* Slot wrappers: the methods that the slots of builtin types are for Python, `int.__add__`; and
 * such a method bound to an instance, `(1).__add__`. The conversions from Python arguments to the C
 * function are one for each kind of slots.def. */
#include "core/slots.h"

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/int.h"

Value slot_wrapper_new(const SlotDef *row, Type *owner)
{
    SlotWrapper *w = TRY((SlotWrapper *)alloc_object(SHAPE_SLOT_WRAPPER, sizeof *w));
    w->row = row;
    w->owner = owner;
    return (Value)w;
}

const char *slot_signature(const SlotDef *row)
{
    switch ((SlotKind)row->kind) {
    case SLOT_UNARY:
    case SLOT_HASH:
    case SLOT_ITER:
    case SLOT_NEXT:
    case SLOT_TRUTH:
    case SLOT_LENGTH:
        return "($self, /)";
    case SLOT_LT:
    case SLOT_LE:
    case SLOT_EQ:
    case SLOT_NE:
    case SLOT_GT:
    case SLOT_GE:
    case SLOT_BINARY:
    case SLOT_REFLECTED:
    case SLOT_INPLACE:
    case SLOT_IPOWER:
    case SLOT_SEQUENCE_BINARY:
    case SLOT_SEQUENCE_REFLECTED:
        return "($self, value, /)";
    case SLOT_POWER:
    case SLOT_RPOWER:
        return "($self, value, mod=None, /)";
    case SLOT_CALL:
    case SLOT_INIT:
        return "($self, /, *args, **kwargs)";
    case SLOT_NEW:
        return "($type, *args, **kwargs)";
    case SLOT_GETATTR:
    case SLOT_GETATTR_HOOK:
    case SLOT_DELATTR:
        return "($self, name, /)";
    case SLOT_SETATTR:
        return "($self, name, value, /)";
    case SLOT_DESCR_GET:
        return "($self, instance, owner=None, /)";
    case SLOT_DESCR_SET:
        return "($self, instance, value, /)";
    case SLOT_DESCR_DELETE:
        return "($self, instance, /)";
    case SLOT_SETITEM:
        return "($self, key, value, /)";
    case SLOT_GETITEM:
    case SLOT_DELITEM:
    case SLOT_CONTAINS:
        return "($self, key, /)";
    case SLOT_GET_BUFFER:
        return "($self, flags, /)";
    case SLOT_RELEASE_BUFFER:
        return "($self, buffer, /)";
    }
    UNREACHABLE();
}

/* ---- argument counts ------------------------------------------------------------------------ */

static bool check_count(size_t nargs, size_t expected)
{
    if (likely(nargs == expected))
        return true;
    return raise(TypeError, "expected %zu argument%s, got %zu", expected, expected == 1 ? "" : "s",
                 nargs);
}

/* Slots of two and more arguments, and those that take an index, complain as an unpacked tuple
 * without a name does. */
static bool check_range(size_t nargs, size_t least, size_t most)
{
    if (likely(nargs >= least && nargs <= most))
        return true;
    size_t bound = nargs < least ? least : most;
    const char *word = least == most ? "" : nargs < least ? "at least " : "at most ";
    return raise(TypeError, " expected %s%zu argument%s, got %zu", word, bound,
                 bound == 1 ? "" : "s", nargs);
}

/* A key of a type whose items are taken by index alone. */
static bool check_index(SlotWrapper *w, Value key)
{
    intptr_t index;
    return !(type_flags(w->owner) & TYPE_INDEX_ONLY) ||
           index_as_intptr_or(key, &index, OverflowError);
}

/* ---- calling the slots ---------------------------------------------------------------------- */

#define FIELD(type_) (*(type_ *)(void *)slot_field(w->owner, w->row))

static Value none_if(bool ok)
{
    return ok ? None : 0;
}

static Value call_hash(SlotWrapper *w, Value self)
{
    int64_t hash;
    TRY(FIELD(HashFn)(self, &hash));
    return int_from(hash);
}

static Value call_next(SlotWrapper *w, Value self)
{
    Value item = FIELD(NextFn)(self);
    return item || error_pending() ? item : raise_stop_iteration(0);
}

/* object.__setattr__(cls, ...) must not go around type's own protection: the nearest builtin base
 * has to have the wrapper's function. */
static bool setattr_is_safe(SlotWrapper *w, Value self, const char *what)
{
    Type *type = type_of(self);
    while (type->base && (type_flags(type) & TYPE_HEAP))
        type = type->base;
    return type->setattr == w->owner->setattr ||
           raise(TypeError, "can't apply this %s to %T object", what, self);
}

static Value call_setattr(SlotWrapper *w, Value self, Value name, Value value)
{
    if (!is_str(name))
        return raise(TypeError, "attribute name must be string, not '%T'", name);
    TRY(setattr_is_safe(w, self, value ? "__setattr__" : "__delattr__"));
    return none_if(FIELD(SetAttrFn)(self, name, value));
}

static Value call_getattr(SlotWrapper *w, Value self, Value name)
{
    if (!is_str(name))
        return raise(TypeError, "attribute name must be string, not '%T'", name);
    return FIELD(GetAttrFn)(self, name);
}

static Value call_descr_get(SlotWrapper *w, Value self, Value *args, size_t nargs)
{
    TRY(check_range(nargs, 1, 2));
    Value instance = args[0] == None ? 0 : args[0];
    Value owner = nargs < 2 || args[1] == None ? 0 : args[1];
    if (!instance && !owner)
        return raise(TypeError, "__get__(None, None) is invalid");
    return FIELD(DescrGetFn)(self, instance, owner);
}

static Value call_init(SlotWrapper *w, Value self, Value *args, size_t nargs, Value kwnames)
{
    if (w->owner->init == slot_builtin_init)
        return none_if(builtin_call(w->owner->init_def, self, args, nargs, kwnames) != 0);
    return none_if(w->owner->init(self, args, nargs, kwnames));
}

static Value call_length(SlotWrapper *w, Value self)
{
    intptr_t length = FIELD(LengthFn)(self);
    return length < 0 ? 0 : int_from(length);
}

static Value call_test(int answer)
{
    return answer < 0 ? 0 : bool_value(answer);
}

static Value call_buffer(SlotWrapper *w, Value self, Value flags)
{
    int wanted;
    TRY(index_as_int(flags, &wanted));
    return memoryview_from_slots(self, w->owner->get_buffer, w->owner->release_buffer,
                                 wanted & 1 ? BUFFER_WRITE : BUFFER_READ);
}

/* __release_buffer__(view): the view is released, as it holds the export. */
static Value call_release_buffer(SlotWrapper *w, Value self, Value view)
{
    (void)w;
    if (!has_layout(view, LAYOUT_MEMORYVIEW))
        return raise(TypeError, "expected a memoryview object");
    if (TRY(get_attr_string(view, "obj")) != self)
        return raise(ValueError, "memoryview's buffer is not this object");
    return call_method0(view, str_intern_cstring("release"));
}

/* Slots without arguments. */
static Value call_nullary(SlotWrapper *w, Value self)
{
    switch ((SlotKind)w->row->kind) {
    case SLOT_HASH:
        return call_hash(w, self);
    case SLOT_NEXT:
        return call_next(w, self);
    case SLOT_TRUTH:
        return call_test(FIELD(TestFn)(self));
    case SLOT_LENGTH:
        return call_length(w, self);
    default: {
        Value result = FIELD(UnaryFn)(self);
        if (w->row == &slot_rows[ROW_del_UNARY])
            return error_pending() ? 0 : None;
        return result;
    }
    }
}

/* Slots of one argument. */
static Value call_unary(SlotWrapper *w, Value self, Value arg)
{
    switch ((SlotKind)w->row->kind) {
    case SLOT_LT:
    case SLOT_LE:
    case SLOT_EQ:
    case SLOT_NE:
    case SLOT_GT:
    case SLOT_GE:
        return w->owner->compare(self, arg, (CompareOp)(w->row->kind - SLOT_LT));
    case SLOT_REFLECTED:
        return FIELD(BinaryFn)(arg, self);
    case SLOT_IPOWER:
        return FIELD(TernaryFn)(self, arg, None);
    case SLOT_GETATTR:
        return call_getattr(w, self, arg);
    case SLOT_DELATTR:
        return call_setattr(w, self, arg, 0);
    case SLOT_DESCR_DELETE:
        return none_if(FIELD(DescrSetFn)(self, arg, 0));
    case SLOT_DELITEM:
        return none_if(FIELD(SetItemFn)(self, arg, 0));
    case SLOT_CONTAINS:
        return call_test(FIELD(ContainsFn)(self, arg));
    case SLOT_GET_BUFFER:
        return call_buffer(w, self, arg);
    case SLOT_RELEASE_BUFFER:
        return call_release_buffer(w, self, arg);
    default:
        return FIELD(BinaryFn)(self, arg);
    }
}

static Value call_power(SlotWrapper *w, Value self, Value *args, size_t nargs)
{
    TRY(check_range(nargs, 1, 2));
    Value modulus = nargs == 2 ? args[1] : None;
    if (w->row->kind == SLOT_RPOWER)
        return FIELD(TernaryFn)(args[0], self, modulus);
    return FIELD(TernaryFn)(self, args[0], modulus);
}

/* Slots of two and more arguments. */
static Value call_many(SlotWrapper *w, Value self, Value *args, size_t nargs)
{
    switch ((SlotKind)w->row->kind) {
    case SLOT_POWER:
    case SLOT_RPOWER:
        return call_power(w, self, args, nargs);
    case SLOT_DESCR_GET:
        return call_descr_get(w, self, args, nargs);
    case SLOT_SETATTR:
        TRY(check_range(nargs, 2, 2));
        return call_setattr(w, self, args[0], args[1]);
    case SLOT_DESCR_SET:
        TRY(check_range(nargs, 2, 2));
        return none_if(FIELD(DescrSetFn)(self, args[0], args[1]));
    case SLOT_SETITEM:
        TRY(check_range(nargs, 2, 2));
        TRY(check_index(w, args[0]));
        return none_if(FIELD(SetItemFn)(self, args[0], args[1]));
    default:
        UNREACHABLE();
    }
}

static bool takes_index(SlotKind kind, const char *name)
{
    return kind == SLOT_GET_BUFFER || kind == SLOT_RELEASE_BUFFER ||
           kind == SLOT_SEQUENCE_REFLECTED ||
           (kind == SLOT_SEQUENCE_BINARY && strcmp(name, "__add__") && strcmp(name, "__iadd__"));
}

Value slot_wrapper_call(SlotWrapper *w, Value self, Value *args, size_t nargs, Value kwnames)
{
    SlotKind kind = (SlotKind)w->row->kind;
    if (kind == SLOT_CALL)
        return FIELD(CallFn)(self, args, nargs, kwnames);
    if (kind == SLOT_INIT)
        return call_init(w, self, args, nargs, kwnames);
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "wrapper %s() takes no keyword arguments", w->row->name);
    switch (kind) {
    case SLOT_UNARY:
    case SLOT_ITER:
    case SLOT_HASH:
    case SLOT_NEXT:
    case SLOT_TRUTH:
    case SLOT_LENGTH:
        TRY(check_count(nargs, 0));
        return call_nullary(w, self);
    case SLOT_POWER:
    case SLOT_RPOWER:
    case SLOT_DESCR_GET:
    case SLOT_SETATTR:
    case SLOT_DESCR_SET:
    case SLOT_SETITEM:
        return call_many(w, self, args, nargs);
    default:
        TRY(takes_index(kind, w->row->name) ? check_range(nargs, 1, 1) : check_count(nargs, 1));
        TRY((kind != SLOT_GETITEM && kind != SLOT_DELITEM) || check_index(w, args[0]));
        return call_unary(w, self, args[0]);
    }
}

/* ---- wrapper_descriptor ---------------------------------------------------------------------- */

static void slot_wrapper_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)((SlotWrapper *)self)->owner);
}

static Value slot_wrapper_repr(Value self)
{
    SlotWrapper *w = (SlotWrapper *)self;
    return str_format("<slot wrapper '%s' of '%N' objects>", w->row->name, w->owner);
}

static Value slot_wrapper_direct_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    SlotWrapper *w = (SlotWrapper *)callee;
    if (!nargs)
        return raise(TypeError, "descriptor '%s' of '%N' object needs an argument", w->row->name,
                     w->owner);
    if (!is_instance_of(args[0], w->owner))
        return raise(TypeError, "descriptor '%s' requires a '%N' object but received a '%T'",
                     w->row->name, w->owner, args[0]);
    return slot_wrapper_call(w, args[0], args + 1, nargs - 1, kwnames);
}

static Value slot_wrapper_get(Value self, Value instance, Value owner)
{
    (void)owner;
    SlotWrapper *w = (SlotWrapper *)self;
    if (!instance)
        return self;
    TRY(descriptor_check(w->owner, w->row->name, instance));
    return method_wrapper_new(w, instance);
}

static Value slot_wrapper_name(Value self)
{
    return str_from_cstring(((SlotWrapper *)self)->row->name);
}

static Value slot_wrapper_qualname(Value self)
{
    SlotWrapper *w = (SlotWrapper *)self;
    return descriptor_qualname(w->owner, w->row->name);
}

static Value slot_wrapper_objclass(Value self)
{
    return (Value)((SlotWrapper *)self)->owner;
}

static Value slot_wrapper_doc(Value self)
{
    return str_from_cstring(((SlotWrapper *)self)->row->doc);
}

static Value slot_wrapper_signature(Value self)
{
    return str_from_cstring(slot_signature(((SlotWrapper *)self)->row));
}

METHOD(slot_wrapper_reduce, "__reduce__", "/", 0)
{
    SlotWrapper *w = (SlotWrapper *)args[0];
    return descriptor_reduce((Value)w->owner, w->row->name);
}

static MethodDef *const slot_wrapper_methods[] = {M(slot_wrapper_reduce), 0};

static const GetSetDef slot_wrapper_getset[] = {
    {"__name__", slot_wrapper_name, 0, 0},
    {"__qualname__", slot_wrapper_qualname, 0, 0},
    {"__objclass__", slot_wrapper_objclass, 0, 0},
    {"__doc__", slot_wrapper_doc, 0, 0},
    {"__text_signature__", slot_wrapper_signature, 0, 0},
    {0},
};

Type slot_wrapper_type = {
    TYPE_HEAD("wrapper_descriptor", SlotWrapper),
    .repr = slot_wrapper_repr,
    .call = slot_wrapper_direct_call,
    .descr_get = slot_wrapper_get,
    .methods = slot_wrapper_methods,
    .getset = slot_wrapper_getset,
    .trace = slot_wrapper_trace,
    .layout = LAYOUT_SLOT_WRAPPER,
    .flags = TYPE_METHOD_LIKE,
};

/* ---- method-wrapper -------------------------------------------------------------------------- */

typedef struct MethodWrapper {
    Object ob;
    SlotWrapper *wrapper; /* immutable after init, as is self */
    Value self;
} MethodWrapper;

Value method_wrapper_new(SlotWrapper *wrapper, Value self)
{
    MethodWrapper *m = TRY((MethodWrapper *)alloc_object(SHAPE_METHOD_WRAPPER, sizeof *m));
    /* NO_BARRIER: fresh, nothing allocated since */
    m->wrapper = wrapper;
    m->self = self;
    return (Value)m;
}

static MethodWrapper *as_method_wrapper(Value v)
{
    return (MethodWrapper *)v;
}

static void method_wrapper_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)((MethodWrapper *)self)->wrapper);
    gc_visit(tracer, ((MethodWrapper *)self)->self);
}

static Value method_wrapper_repr(Value self)
{
    MethodWrapper *m = as_method_wrapper(self);
    return str_format("<method-wrapper '%s' of %T object at 0x%zx>", m->wrapper->row->name, m->self,
                      (size_t)m->self);
}

static bool method_wrapper_hash(Value self, int64_t *hash)
{
    MethodWrapper *m = as_method_wrapper(self);
    *hash = (int64_t)(value_bits(m->self) >> 4 ^ value_bits((Value)m->wrapper) >> 3);
    return true;
}

static Value method_wrapper_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || type_of(a) != &method_wrapper_type ||
        type_of(b) != &method_wrapper_type)
        return NotImplemented;
    MethodWrapper *x = as_method_wrapper(a), *y = as_method_wrapper(b);
    bool equal = x->wrapper == y->wrapper && object_is(x->self, y->self);
    return bool_value(equal == (op == CMP_EQ));
}

static Value method_wrapper_call(Value callee, Value *args, size_t nargs, Value kwnames)
{
    MethodWrapper *m = as_method_wrapper(callee);
    return slot_wrapper_call(m->wrapper, m->self, args, nargs, kwnames);
}

static Value method_wrapper_name(Value self)
{
    return slot_wrapper_name((Value)as_method_wrapper(self)->wrapper);
}

static Value method_wrapper_qualname(Value self)
{
    return slot_wrapper_qualname((Value)as_method_wrapper(self)->wrapper);
}

static Value method_wrapper_objclass(Value self)
{
    return (Value)as_method_wrapper(self)->wrapper->owner;
}

static Value method_wrapper_self(Value self)
{
    return as_method_wrapper(self)->self;
}

static Value method_wrapper_doc(Value self)
{
    return slot_wrapper_doc((Value)as_method_wrapper(self)->wrapper);
}

static Value method_wrapper_signature(Value self)
{
    return slot_wrapper_signature((Value)as_method_wrapper(self)->wrapper);
}

METHOD(method_wrapper_reduce, "__reduce__", "/", 0)
{
    MethodWrapper *m = as_method_wrapper(args[0]);
    return descriptor_reduce(m->self, m->wrapper->row->name);
}

static MethodDef *const method_wrapper_methods[] = {M(method_wrapper_reduce), 0};

static const GetSetDef method_wrapper_getset[] = {
    {"__objclass__", method_wrapper_objclass, 0, 0},
    {"__name__", method_wrapper_name, 0, 0},
    {"__qualname__", method_wrapper_qualname, 0, 0},
    {"__self__", method_wrapper_self, 0, 0},
    {"__doc__", method_wrapper_doc, 0, 0},
    {"__text_signature__", method_wrapper_signature, 0, 0},
    {0},
};

Type method_wrapper_type = {
    TYPE_HEAD("method-wrapper", MethodWrapper),
    .repr = method_wrapper_repr,
    .hash = method_wrapper_hash,
    .compare = method_wrapper_compare,
    .call = method_wrapper_call,
    .methods = method_wrapper_methods,
    .getset = method_wrapper_getset,
    .trace = method_wrapper_trace,
    .layout = LAYOUT_METHOD_WRAPPER,
};

void slot_wrapper_start(void)
{
    type_ready(&slot_wrapper_type, SHAPE_SLOT_WRAPPER);
    type_ready(&method_wrapper_type, SHAPE_METHOD_WRAPPER);
}
