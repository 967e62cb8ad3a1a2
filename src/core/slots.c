/* The slots of Python classes.
 *
 * A field gets the C function of a builtin type if all the methods that belong to it, as the MRO
 * finds them, are that type's own wrappers; a function that calls the Python method (`python_...`)
 * as soon as one is not; nothing if there is none. These functions look the method up at each
 * call, so they need no change when one method replaces another.
 */
#include "core/slots.h"

#include "core/abstract.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

Value slot_names[SLOT_ROWS];

/* ---- calling the Python method -------------------------------------------------------------- */

/* The method of `row` with args[0] as receiver; 0 without an exception if there is none. */
static Value call_if_any(SlotRow row, Value *args, size_t nargs)
{
    return call_special(slot_names[row], args, nargs);
}

/* The same, NotImplemented if there is none: for operators. */
static Value call_operator(SlotRow row, Value self, Value other)
{
    Value args[] = {self, other};
    Value result = call_if_any(row, args, 2);
    return result || error_pending() ? result : NotImplemented;
}

/* The same, AttributeError if there is none. */
static Value call_method_row(SlotRow row, Value *args, size_t nargs)
{
    Value result = call_if_any(row, args, nargs);
    if (!result && !error_pending())
        raise_value(AttributeError, slot_names[row]);
    return result;
}

/* ---- one generic function for each field ---------------------------------------------------- */

#define DEFINE_UNARY(field)                                                                        \
    static Value python_##field(Value self)                                                        \
    {                                                                                              \
        return call_method_row(ROW_##field##_UNARY, &self, 1);                                     \
    }

typedef struct OperatorRows {
    SlotRow direct, reflected;
} OperatorRows;

static bool reflected_is_overridden(Type *left, Type *right, SlotRow reflected)
{
    Value theirs = type_lookup(right, slot_names[reflected]);
    return theirs && theirs != type_lookup(left, slot_names[reflected]);
}

/* The function `self` of a field was called for a <op> b: at least one of the two types has it. The
 * right operand goes first if its type derives from the left one's and overrides the method. */
static Value call_binary(OperatorRows rows, SlotFn self, Value a, Value b)
{
    const SlotDef *row = &slot_rows[rows.direct];
    Type *left = type_of(a), *right = type_of(b);
    bool ask_right = left != right && *slot_field(right, row) == self;
    if (*slot_field(left, row) == self) {
        if (ask_right && type_is_subtype(right, left) &&
            reflected_is_overridden(left, right, rows.reflected)) {
            Value result = call_operator(rows.reflected, b, a);
            if (result != NotImplemented)
                return result;
            ask_right = false;
        }
        Value result = call_operator(rows.direct, a, b);
        if (result != NotImplemented)
            return result;
    }
    return ask_right ? call_operator(rows.reflected, b, a) : NotImplemented;
}

#define DEFINE_BINARY(field)                                                                       \
    static Value python_##field(Value a, Value b)                                                  \
    {                                                                                              \
        return call_binary((OperatorRows){ROW_##field##_BINARY, ROW_##field##_REFLECTED},          \
                           (SlotFn)python_##field, a, b);                                          \
    }

static Value python_power(Value a, Value b, Value modulus)
{
    if (modulus == None)
        return call_binary((OperatorRows){ROW_power_POWER, ROW_power_RPOWER}, (SlotFn)python_power,
                           a, b);
    /* Three arguments: there is no reflected form, and only the first operand decides. */
    if (type_of(a)->power != python_power)
        return NotImplemented;
    Value args[] = {a, b, modulus};
    Value result = call_if_any(ROW_power_POWER, args, 3);
    return result || error_pending() ? result : NotImplemented;
}

#define DEFINE_INPLACE(field)                                                                      \
    static Value python_##field(Value a, Value b)                                                  \
    {                                                                                              \
        return call_operator(ROW_##field##_INPLACE, a, b);                                         \
    }

static Value python_ipower(Value a, Value b, Value modulus)
{
    (void)modulus;
    return call_operator(ROW_ipower_IPOWER, a, b);
}

static bool python_hash(Value self, int64_t *hash)
{
    Value result = call_if_any(ROW_hash_HASH, &self, 1);
    if (!result)
        return error_pending() ? false : hash_unhashable(self, hash);
    if (!is_int_any(result))
        return raise(TypeError, "__hash__ method should return an integer");
    int64_t h;
    if (!int_to_i64(result, &h))
        h = int_hash(result);
    *hash = h == -1 ? -2 : h;
    return true;
}

static Value python_compare(Value a, Value b, CompareOp op)
{
    _Static_assert(ROW_compare_GE - ROW_compare_LT == CMP_GE - CMP_LT, "rows in the order of ops");
    /* A descriptor that fails counts as no method here. */
    bool self_first;
    Value method = lookup_special(a, slot_names[ROW_compare_LT + (int)op], &self_first);
    if (!method) {
        error_clear();
        return NotImplemented;
    }
    return self_first ? call2(method, a, b) : call1(method, b);
}

static Value python_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    bool self_first;
    Value function = lookup_special(self, slot_names[ROW_call_CALL], &self_first);
    if (!function)
        return error_pending() ? 0 : raise(TypeError, "'%T' object is not callable", self);
    if (!self_first)
        return call(function, args, nargs, kwnames);
    return call_prepend(function, self, args, nargs, kwnames);
}

/* Is this __getattribute__ object's? */
static bool is_default_getter(Value getter)
{
    return getter && has_shape(getter, SHAPE_SLOT_WRAPPER) &&
           ((SlotWrapper *)getter)->owner->getattr == generic_getattr;
}

Value call_getattr_hook(Value self, Value name)
{
    Value args[] = {self, name};
    return call_method_row(ROW_getattr_GETATTR_HOOK, args, 2);
}

/* An AttributeError from __getattribute__ makes __getattr__ be asked. The plain generic lookup
 * says 'absent' without making an exception. */
static Value python_getattr(Value self, Value name)
{
    Type *type = type_of(self);
    Value args[] = {self, name}, result;
    if (type_flags(type) & TYPE_GETATTR_HOOK) {
        TRY(generic_getattr_optional(self, name, &result));
        return result ? result : call_getattr_hook(self, name);
    }
    if (!type_lookup(type, slot_names[ROW_getattr_GETATTR_HOOK]))
        return is_default_getter(type_lookup(type, slot_names[ROW_getattr_GETATTR]))
                   ? generic_getattr(self, name)
                   : call_method_row(ROW_getattr_GETATTR, args, 2);
    result = call_method_row(ROW_getattr_GETATTR, args, 2);
    if (result || !error_clear_if(AttributeError))
        return result;
    return call_getattr_hook(self, name);
}

static bool python_setattr(Value self, Value name, Value value)
{
    Value args[] = {self, name, value};
    if (!value)
        return call_method_row(ROW_setattr_DELATTR, args, 2) != 0;
    return call_method_row(ROW_setattr_SETATTR, args, 3) != 0;
}

static Value python_iter(Value self)
{
    if (type_lookup(type_of(self), slot_names[ROW_iter_ITER]) == None)
        return raise(TypeError, "'%T' object is not iterable", self);
    return call_method_row(ROW_iter_ITER, &self, 1);
}

static Value python_next(Value self)
{
    return call_method_row(ROW_next_NEXT, &self, 1);
}

static Value python_descr_get(Value self, Value instance, Value owner)
{
    Value args[] = {self, instance ? instance : None, owner ? owner : None};
    Value result = call_if_any(ROW_descr_get_DESCR_GET, args, 3);
    return result || error_pending() ? result : self;
}

static bool python_descr_set(Value self, Value instance, Value value)
{
    Value args[] = {self, instance, value};
    if (!value)
        return call_method_row(ROW_descr_set_DESCR_DELETE, args, 2) != 0;
    return call_method_row(ROW_descr_set_DESCR_SET, args, 3) != 0;
}

static bool python_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    bool self_first;
    Value function = lookup_special(self, slot_names[ROW_init_INIT], &self_first);
    if (!function) {
        if (!error_pending())
            raise_value(AttributeError, slot_names[ROW_init_INIT]);
        return false;
    }
    Value result = self_first ? call_prepend(function, self, args, nargs, kwnames)
                              : call(function, args, nargs, kwnames);
    if (!result)
        return false;
    if (result != None)
        return raise(TypeError, "__init__() should return None, not '%T'", result);
    return true;
}

static Value python_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    Value function = TRY(get_attr((Value)type, slot_names[ROW_make_NEW]));
    return call_prepend(function, (Value)type, args, nargs, kwnames);
}

static int python_truth(Value self)
{
    Value result = call_if_any(ROW_truth_TRUTH, &self, 1);
    if (!result)
        return error_pending() ? -1 : 1;
    if (result == True || result == False)
        return result == True;
    raise(TypeError, "__bool__ should return bool, returned %T", result);
    return -1;
}

intptr_t length_from(Value result)
{
    result = TRY_OR(number_index(result), -1);
    if (int_sign(result) < 0) {
        raise(ValueError, "__len__() should return >= 0");
        return -1;
    }
    intptr_t length;
    return index_as_intptr_or(result, &length, OverflowError) ? length : -1;
}

static intptr_t python_length(Value self)
{
    Value result = call_method_row(ROW_length_LENGTH, &self, 1);
    return result ? length_from(result) : -1;
}

int truth_by_length(Value o)
{
    const Type *type = type_of(o);
    intptr_t length;
    if (type->length == python_length) {
        Value result = call_if_any(ROW_length_LENGTH, &o, 1);
        if (!result) /* another thread has removed it since */
            return error_pending() ? -1 : 1;
        length = length_from(result);
    } else {
        length = type->length(o);
    }
    return length < 0 ? -1 : length > 0;
}

static Value python_getitem(Value self, Value key)
{
    Value args[] = {self, key};
    return call_method_row(ROW_getitem_GETITEM, args, 2);
}

static bool python_setitem(Value self, Value key, Value value)
{
    Value args[] = {self, key, value};
    if (!value)
        return call_method_row(ROW_setitem_DELITEM, args, 2) != 0;
    return call_method_row(ROW_setitem_SETITEM, args, 3) != 0;
}

static int python_contains(Value self, Value item)
{
    if (type_lookup(type_of(self), slot_names[ROW_contains_CONTAINS]) == None) {
        raise(TypeError, "'%T' object is not a container", self);
        return -1;
    }
    Value args[] = {self, item};
    Value result = call_method_row(ROW_contains_CONTAINS, args, 2);
    return result ? object_truth(result) : -1;
}

/* __buffer__ gives a memoryview, whose buffer is passed on; `keep` holds it for
 * __release_buffer__. */
static bool python_get_buffer(Value self, Buffer *buffer, int flags)
{
    enum { PYBUF_WRITABLE = 1, PYBUF_FULL_RO = 0x11c };
    Value args[] = {
        self, int_small(flags & BUFFER_WRITE ? PYBUF_FULL_RO | PYBUF_WRITABLE : PYBUF_FULL_RO)};
    Value view = TRY(call_method_row(ROW_get_buffer_GET_BUFFER, args, 2));
    if (!has_layout(view, LAYOUT_MEMORYVIEW))
        return raise(TypeError, "__buffer__ returned non-memoryview object");
    TRY(type_of(view)->get_buffer(view, buffer, flags));
    buffer->owner = self;
    buffer->keep = view;
    return true;
}

/* What to pass to __release_buffer__: the view that __buffer__ gave, no more exported; or, of a
 * buffer of a builtin base, a view whose release gives it back. */
static Value view_to_release(Value self, Buffer *buffer)
{
    if (has_layout(buffer->keep, LAYOUT_MEMORYVIEW)) {
        Buffer inner = *buffer;
        inner.owner = buffer->keep;
        buffer_release(&inner);
        return buffer->keep;
    }
    Type *base = type_of(self);
    for (Type *next; base->release_buffer == type_of(self)->release_buffer; base = next)
        if (!(next = type_base(base)))
            break;
    return memoryview_for_release(self, buffer, base->release_buffer);
}

static void python_release_buffer(Value self, Buffer *buffer)
{
    Value pending = error_take();
    bool is_own = has_layout(buffer->keep, LAYOUT_MEMORYVIEW);
    Value view = view_to_release(self, buffer);
    if (!view || (!call_if_any(ROW_release_buffer_RELEASE_BUFFER, (Value[]){self, view}, 2) &&
                  error_pending()))
        error_write_unraisable("__release_buffer__", self);
    if (view && !is_own && !call_method0(view, str_intern_cstring("release")))
        error_write_unraisable("__release_buffer__", self);
    error_restore(pending);
}

/* ---- the table ------------------------------------------------------------------------------ */

#define UNARY(field, dunder, doc)               DEFINE_UNARY(field)
#define BINARY(field, name, doc, reflected_doc) DEFINE_BINARY(field)
#define INPLACE(field, dunder, doc)             DEFINE_INPLACE(field)
#define SECOND(field, kind, dunder, doc)
#define SLOT(field, kind, dunder, doc)
#include "core/slots.def"
#undef SLOT

const SlotDef slot_rows[SLOT_ROWS] = {
#define SECOND(field, kind, dunder, doc)                                                           \
    [ROW_##field##_##kind] = {dunder, doc, 0, offsetof(Type, field), SLOT_##kind},
#define SLOT(field, kind, dunder, doc)                                                             \
    [ROW_##field##_##                                                                              \
        kind] = {dunder, doc, (SlotFn)python_##field, offsetof(Type, field), SLOT_##kind},
#include "core/slots.def"
#undef SLOT
};

/* ---- builtin types: make and init from definitions ------------------------------------------ */

Value slot_builtin_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && constructor_ignores_keywords(type, type->new_def))
        kwnames = 0;
    return builtin_call(type->new_def, (Value)type, args, nargs, kwnames);
}

bool slot_builtin_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    return builtin_call(type_of(self)->init_def, self, args, nargs, kwnames) != 0;
}

/* Fields that a static type does not inherit when it has methods of its own that go with them. */
static void inherit_hash(Type *type)
{
    if (type->hash)
        return;
    type->hash = type->compare ? hash_unhashable : type->base->hash;
}

void slots_inherit(Type *type)
{
    Type *base = type->base;
    /* A type that has both the C function and the definition uses the first, and shows the
     * signature of the second. */
    if (type->new_def && !type->make)
        type->make = slot_builtin_make;
    if (type->init_def && !type->init)
        type->init = slot_builtin_init;
    if (!base)
        return;
    inherit_hash(type);
    bool inherits_new = base->base && !(type->flags & TYPE_NO_NEW);
    if (!type->make && inherits_new)
        type->new_def = base->new_def;
    if (!type->init)
        type->init_def = base->init_def;
    for (int row = 0; row < SLOT_ROWS; row++) {
        if (row == ROW_make_NEW && !inherits_new)
            continue; /* what derives from object directly has no __new__ unless it says so */
        SlotFn *field = slot_field(type, &slot_rows[row]);
        if (!*field)
            *field = *slot_field(base, &slot_rows[row]);
    }
    if (!type->make)
        type->flags |= TYPE_NO_NEW;
}

static bool has_key(Value dict, Value name)
{
    return dict_get_str(dict, name) != 0;
}

bool slots_add_wrappers(Type *type)
{
    for (int row = 0; row < SLOT_ROWS; row++) {
        const SlotDef *def = &slot_rows[row];
        bool own = *slot_field(type, def) || (row == ROW_init_INIT && type->init_def);
        if (!own || (row == ROW_hash_HASH && type->hash == hash_unhashable) ||
            row == ROW_make_NEW || row == ROW_getattr_GETATTR_HOOK ||
            has_key(type->dict, slot_names[row]))
            continue;
        Value wrapper = TRY(slot_wrapper_new(def, type));
        TRY(dict_set(type->dict, slot_names[row], wrapper));
    }
    bool unhashable = type->hash ? type->hash == hash_unhashable : type->compare != 0;
    if (unhashable && !has_key(type->dict, slot_names[ROW_hash_HASH]))
        TRY(dict_set(type->dict, slot_names[ROW_hash_HASH], None));
    return true;
}

/* ---- Python classes -------------------------------------------------------------------------- */

/* What the rows of one field amount to, while they are looked at. */
typedef struct FieldSearch {
    SlotFn specific; /* the C function of a builtin type */
    Type *owner;     /* whose it is */
    bool generic;    /* a method of Python's is among them */
} FieldSearch;

/* The lookup that fills slots: the caller may hold the type lock, and caches stay as they are. */
static Value lookup_uncached(Type *type, Value name)
{
    Value mro = load_acquire(&type->mro);         /* assigning to __bases__ replaces it */
    intptr_t count = mro ? tuple_length(mro) : 0; /* 0: the metatype's mro() runs */
    for (intptr_t i = 0; i < count; i++) {
        Value found = dict_get_str(((Type *)tuple_get(mro, i))->dict, name);
        if (found)
            return found;
    }
    return 0;
}

static void found_specific(FieldSearch *search, SlotFn function, Type *owner)
{
    if (search->specific && search->specific != function) {
        search->generic = true;
        return;
    }
    search->specific = function;
    search->owner = owner;
}

static void search_row(FieldSearch *search, Type *type, int row)
{
    const SlotDef *def = &slot_rows[row];
    Value found = lookup_uncached(type, slot_names[row]);
    if (!found)
        return;
    if (has_shape(found, SHAPE_SLOT_WRAPPER)) {
        SlotWrapper *wrapper = (SlotWrapper *)found;
        bool same_name = slot_names[wrapper->row - slot_rows] == slot_names[row];
        if (same_name && type_is_subtype(type, wrapper->owner)) {
            if (wrapper->row->offset == def->offset)
                found_specific(search, *slot_field(wrapper->owner, def), wrapper->owner);
            return; /* else it is the method's other home, which is filled in its turn */
        }
    } else if (row == ROW_make_NEW && builtin_new_owner(found)) {
        Type *owner = builtin_new_owner(found);
        found_specific(search, (SlotFn)owner->make, owner);
        return;
    } else if (row == ROW_hash_HASH && found == None) {
        found_specific(search, (SlotFn)hash_unhashable, 0);
        return;
    }
    search->generic = true;
}

static void store_field(Type *type, int first, SlotFn function, const FieldSearch *search)
{
    *slot_field(type, &slot_rows[first]) = function;
    if (search->generic || !search->owner)
        return;
    if (first == ROW_make_NEW)
        type->new_def = search->owner->new_def;
    if (first == ROW_init_INIT)
        type->init_def = search->owner->init_def;
}

/* Fills the field of rows [first, end). Slots are read without any care, so one that changes in a
 * type that other threads may be using changes while they stand still. */
static void fill_field(Type *type, int first, int end)
{
    FieldSearch search = {0};
    for (int row = first; row < end; row++)
        search_row(&search, type, row);
    SlotFn function = search.generic ? slot_rows[first].generic : search.specific;
    bool in_use = load_relaxed(&multithreaded) && load_relaxed(&type->root_shape);
    bool same = *slot_field(type, &slot_rows[first]) == function;
    if (in_use && same && first != ROW_make_NEW && first != ROW_init_INIT)
        return;
    if (in_use)
        gc_stop_world();
    store_field(type, first, function, &search);
    if (in_use)
        gc_start_world();
}

/* The first row of the field that `row` belongs to, and the one behind its last. */
static int field_first(int row)
{
    while (row > 0 && slot_rows[row - 1].offset == slot_rows[row].offset)
        row--;
    return row;
}

static int field_end(int row)
{
    while (row < SLOT_ROWS && slot_rows[row].offset == slot_rows[field_first(row)].offset)
        if (++row == SLOT_ROWS || slot_rows[row].offset != slot_rows[row - 1].offset)
            break;
    return row;
}

static void register_instance(Object *object, void *type)
{
    if (type_of(object) == type)
        gc_register_finaliser(object);
}

static void register_shared_instance(Object *object, void *type)
{
    if (is_shared(object))
        register_instance(object, type);
}

/* The class has got its first __del__: that of instances made before, too. Those that only another
 * thread knows stay out, as what finalises them would have to run there. */
static void register_instances(Type *type)
{
    gc_stop_world();
    if (!load_relaxed(&multithreaded) || thread_count() == 1)
        gc_each_object(register_instance, type);
    else {
        gc_each_object(register_shared_instance, type);
        if (!gc_each_local(thread_trace_own, register_instance, type))
            fatal("no memory for the list of finalisable objects");
    }
    gc_start_world();
}

/* Flags that follow from slots. */
static void update_flags(Type *type)
{
    const uint32_t all = TYPE_DEFAULT_GETATTR | TYPE_DEFAULT_SETATTR | TYPE_GETATTR_HOOK;
    uint32_t flags = 0, old = type_flags(type);
    if (type->getattr == generic_getattr)
        flags |= TYPE_DEFAULT_GETATTR;
    else if (is_default_getter(lookup_uncached(type, slot_names[ROW_getattr_GETATTR])) &&
             lookup_uncached(type, slot_names[ROW_getattr_GETATTR_HOOK]))
        flags |= TYPE_GETATTR_HOOK;
    if (type->setattr == generic_setattr)
        flags |= TYPE_DEFAULT_SETATTR;
    if (type->del)
        flags |= TYPE_HAS_DEL;
    /* Others are set meanwhile: __abstractmethods__ takes no lock. */
    while (!cas_acq_rel(&type->flags, &old, (old & ~all) | flags))
        ;
    if (flags & ~old & TYPE_HAS_DEL && !type->release && load_relaxed(&type->root_shape))
        register_instances(type);
}

/* The class whose MRO is that of a new class but for its first; its slots are the new one's but for
 * those that have a name in the new one's dict. 0: there is none. */
static const Type *find_model(const Type *type)
{
    const Tuple *mro = (const Tuple *)load_acquire(&type->mro);
    if (load_relaxed(&type->root_shape) || mro->length < 2)
        return 0;
    const Type *model = (const Type *)mro->items[1];
    const Tuple *rest = (const Tuple *)load_acquire(&model->mro);
    if (!(type_flags(model) & TYPE_HEAP) && model != &object_type)
        return 0;
    bool same = rest && rest->length == mro->length - 1;
    for (intptr_t i = 0; same && i < rest->length; i++)
        same = rest->items[i] == mro->items[i + 1];
    return same ? model : 0;
}

static void copy_fields(Type *type, const Type *model)
{
    for (int row = 0; row < SLOT_ROWS; row = field_end(row))
        *slot_field(type, &slot_rows[row]) = *slot_field((Type *)model, &slot_rows[row]);
    type->new_def = model->new_def;
    type->init_def = model->init_def;
}

/* After copy_fields. False: a key of the dict is of a kind that has to be compared. */
static bool fill_own_fields(Type *type)
{
    intptr_t position = 0;
    Value key, value;
    while (dict_next(type->dict, &position, &key, &value)) {
        if (!is_object(key) || !(load_relaxed(&key->flags) & FLAG_INTERNED))
            return false;
        for (int row = 0; row < SLOT_ROWS; row++)
            if (slot_names[row] == key)
                fill_field(type, field_first(row), field_end(row));
    }
    return true;
}

static void fill_all_fields(Type *type)
{
    for (int row = 0; row < SLOT_ROWS; row = field_end(row))
        fill_field(type, row, field_end(row));
}

void slots_fill(Type *type)
{
    const Type *model = find_model(type);
    if (model)
        copy_fields(type, model);
    if (!model || !fill_own_fields(type))
        fill_all_fields(type);
    if (model && (SlotFn)type->make == slot_rows[ROW_make_NEW].generic)
        type->new_def = 0;
    if (model && (SlotFn)type->init == slot_rows[ROW_init_INIT].generic)
        type->init_def = 0;
    update_flags(type);
}

static void update_subclass(Type *subclass, void *name)
{
    if (!has_key(subclass->dict, name))
        slots_update(subclass, name);
}

bool slots_update(Type *type, Value name)
{
    bool any = false;
    if (str_length(name) < 4 || str_char(name, 0) != '_' || str_char(name, 1) != '_')
        return false;
    for (int row = 0; row < SLOT_ROWS; row++)
        if (slot_names[row] == name) {
            fill_field(type, field_first(row), field_end(row));
            any = true;
        }
    if (any) {
        update_flags(type);
        type_each_subclass(type, update_subclass, name);
    }
    return any;
}

void slots_start(void)
{
    gc_add_root(slot_names, SLOT_ROWS);
    for (int row = 0; row < SLOT_ROWS; row++)
        slot_names[row] = str_intern_cstring(slot_rows[row].name);
}
