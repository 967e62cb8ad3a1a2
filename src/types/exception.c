/* BaseException, and the table of all builtin exceptions (core/exceptions.def).
 *
 * An exception's struct holds what the interpreter itself uses; all else, __notes__ among it, is
 * ordinary attributes. Each field is stored whole with gc_store, so that threads that share an
 * exception see old or new, and no lock is needed. */
#include "types/exception.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/exception_family.h"
#include "types/list.h"
#include "types/str.h"
#include "types/traceback.h"
#include "types/tuple.h"

#define as_exception(v) ((Exception_ *)(v))

void exception_trace(Object *self, Tracer *tracer)
{
    Exception_ *e = (Exception_ *)self;
    gc_visit(tracer, load_relaxed(&e->args));
    gc_visit(tracer, load_relaxed(&e->traceback));
    gc_visit(tracer, load_relaxed(&e->context));
    gc_visit(tracer, load_relaxed(&e->cause));
}

bool is_exception_class(Value v)
{
    return is_type(v) && (type_flags((Type *)v) & TYPE_IS_EXCEPTION);
}

/* ---- construction -------------------------------------------------------------------------- */

/* BaseException.__new__(cls, *args, **kwargs) */
static Value exception_new(Type *type, Value *args, size_t nargs, Value kwnames UNUSED)
{
    Value tuple = TRY(nargs ? tuple_from_values(args, (intptr_t)nargs) : tuple_empty());
    Exception_ *e = TRY(NEW(Exception_, type));
    gc_store(e, &e->args, tuple);
    return (Value)e;
}

/* BaseException.__init__(self, *args): __new__ has most often made the same tuple already. */
static bool exception_init_slot(Value self, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "%T() takes no keyword arguments", self);
    Value tuple = load_acquire(&as_exception(self)->args);
    bool same = tuple && has_shape(tuple, SHAPE_TUPLE) && (size_t)tuple_length(tuple) == nargs;
    for (size_t i = 0; same && i < nargs; i++)
        same = tuple_get(tuple, (intptr_t)i) == args[i];
    if (same)
        return true;
    tuple = TRY(tuple_from_values(args, (intptr_t)nargs));
    gc_store(self, &as_exception(self)->args, tuple);
    return true;
}

static bool no_keywords(Value self, Value kwargs)
{
    if (kwargs && dict_length(kwargs))
        return raise(TypeError, "%T() takes no keyword arguments", self);
    return true;
}

bool exception_init(Value self, Value args, Value kwargs)
{
    TRY(no_keywords(self, kwargs));
    gc_store(self, &as_exception(self)->args, args);
    return true;
}

/* The builtin type whose __init__ runs: UnboundLocalError has NameError's. */
static Type *declaring_type(Value self)
{
    Type *type = type_of(self);
    for (Type *base; (base = type_base(type)) != 0; type = base)
        if (!(type_flags(type) & TYPE_HEAP) && base->extra != type->extra)
            break;
    return type;
}

bool exception_keywords(Value self, Value kwargs, const char *const *names, Value *values,
                        size_t count)
{
    memset(values, 0, count * sizeof *values);
    if (!kwargs)
        return true;
    if ((size_t)dict_length(kwargs) > count)
        return raise(TypeError, "%N() takes at most %zu keyword argument%s (%zd given)",
                     declaring_type(self), count, count == 1 ? "" : "s", dict_length(kwargs));
    intptr_t position = 0;
    for (Value key, value; dict_next(kwargs, &position, &key, &value);) {
        size_t i = 0;
        while (i < count && !str_equals(key, names[i]))
            i++;
        if (i == count)
            return raise(TypeError, "%N() got an unexpected keyword argument '%V'",
                         declaring_type(self), key);
        values[i] = value;
    }
    return true;
}

/* Builtin types without a constructor of their own need no call. */
Value exception_make(Type *type, Value argument)
{
    const ExceptionFamily *family = type->extra;
    if (!(type_flags(type) & TYPE_HEAP) && family != &family_GroupException &&
        family != &family_UnicodeException) {
        Value args = TRY(argument ? tuple_of(argument) : tuple_empty());
        Value e = TRY(object_alloc(type));
        return family->init(e, args, 0) ? e : 0;
    }
    Value e = TRY(argument ? call1((Value)type, argument) : call0((Value)type));
    if (!is_exception(e))
        return raise(TypeError,
                     "calling %R should have returned an instance of BaseException, not %R",
                     (Value)type, (Value)type_of(e));
    return e;
}

/* ---- MemoryError ----------------------------------------------------------------------------- */

/* For when nothing can be allocated: used in turn, so that one stays what it was until the
 * others have been raised too. */
#define SPARE_MEMORY_ERRORS 16
static Value spare_memory_errors[SPARE_MEMORY_ERRORS];
static uint32_t next_spare; /* atomic */

Value exception_no_memory(void)
{
    Value model = spare_memory_errors[0];
    CHECK(model);
    Exception_ *e = gc_alloc(shape_id(model), gc_cell_size(model));
    if (!e)
        e = as_exception(
            spare_memory_errors[fetch_add_relaxed(&next_spare, 1) % SPARE_MEMORY_ERRORS]);
    gc_store(e, &e->args, load_acquire(&as_exception(model)->args));
    gc_store(e, &e->traceback, (Value)0);
    gc_store(e, &e->context, (Value)0);
    gc_store(e, &e->cause, (Value)0);
    store_relaxed(&e->suppress_context, false);
    return (Value)e;
}

static void make_spare_memory_errors(void)
{
    gc_add_root(spare_memory_errors, SPARE_MEMORY_ERRORS);
    for (size_t i = 0; i < SPARE_MEMORY_ERRORS; i++) {
        Value e = object_alloc(MemoryError);
        Value args = tuple_empty();
        CHECK(e && args);
        gc_store(e, &as_exception(e)->args, args);
        spare_memory_errors[i] = e;
    }
}

/* ---- what other C files use ------------------------------------------------------------------ */

/* Implicit chaining must not close a cycle: if `exception` is in the chain of `context` already,
 * the chain is cut before it. Chains may have cycles of the user's own making, so the walk has a
 * second, slower pointer (Brent's or Floyd's, it makes no difference here). */
void exception_set_context(Value exception, Value context)
{
    if (exception == context)
        return;
    Value slow = context;
    bool step = false;
    for (Value o = context, next; (next = load_acquire(&as_exception(o)->context)) != 0; o = next) {
        if (next == exception) {
            gc_store(o, &as_exception(o)->context, (Value)0);
            break;
        }
        if (step)
            slow = load_acquire(&as_exception(slow)->context);
        step = !step;
        if (!slow || slow == next)
            break;
    }
    gc_store(exception, &as_exception(exception)->context, context);
}

void exception_set_cause(Value exception, Value cause)
{
    gc_store(exception, &as_exception(exception)->cause, cause == None ? 0 : cause);
    store_relaxed(&as_exception(exception)->suppress_context, true);
}

void exception_set_traceback(Value exception, Value traceback)
{
    gc_store(exception, &as_exception(exception)->traceback, traceback == None ? 0 : traceback);
}

/* ---- slots
 * --------------------------------------------------------------------------------------- */

static Value exception_args(Value self)
{
    Value args = load_acquire(&as_exception(self)->args);
    return args ? args : tuple_empty();
}

Value exception_str(Value self)
{
    Value args = TRY(exception_args(self));
    if (tuple_length(args) == 0)
        return str_empty();
    return object_str(tuple_length(args) == 1 ? tuple_get(args, 0) : args);
}

static Value exception_repr(Value self)
{
    const char *name = type_short_name(type_of(self));
    Value args = TRY(exception_args(self));
    if (tuple_length(args) == 1)
        return format_value("%s(%R)", name, tuple_get(args, 0));
    return format_value("%s%R", name, args);
}

/* A missing key is shown as its repr: '' would show as nothing. */
Value key_error_str(Value self)
{
    Value args = TRY(exception_args(self));
    return tuple_length(args) == 1 ? object_repr(tuple_get(args, 0)) : exception_str(self);
}

/* ---- attributes
 * ------------------------------------------------------------------------------------ */

static bool set_args(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "args may not be deleted");
    value = TRY(tuple_from_iterable(value));
    gc_store(self, &as_exception(self)->args, value);
    return true;
}

static Value get_traceback(Value self)
{
    Value traceback = load_acquire(&as_exception(self)->traceback);
    return traceback ? traceback : None;
}

static bool set_traceback(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "__traceback__ may not be deleted");
    if (value != None && !is_traceback(value))
        return raise(TypeError, "__traceback__ must be a traceback or None");
    exception_set_traceback(self, value);
    return true;
}

static Value get_context(Value self)
{
    Value context = load_acquire(&as_exception(self)->context);
    return context ? context : None;
}

static bool set_context(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "__context__ may not be deleted");
    if (value != None && !is_exception(value))
        return raise(TypeError, "exception context must be None or derive from BaseException");
    gc_store(self, &as_exception(self)->context, value == None ? 0 : value);
    return true;
}

static Value get_cause(Value self)
{
    Value cause = load_acquire(&as_exception(self)->cause);
    return cause ? cause : None;
}

static bool set_cause(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "__cause__ may not be deleted");
    if (value != None && !is_exception(value))
        return raise(TypeError, "exception cause must be None or derive from BaseException");
    exception_set_cause(self, value);
    return true;
}

static const GetSetDef exception_getset[] = {
    {"args", exception_args, set_args, 0},
    {"__traceback__", get_traceback, set_traceback, 0},
    {"__context__", get_context, set_context, "exception context"},
    {"__cause__", get_cause, set_cause, "exception cause"},
    {0},
};
static const MemberDef exception_members[] = {
    {"__suppress_context__", MEMBER_BOOL8, offsetof(Exception_, suppress_context), false, 0},
    {0},
};

/* ---- methods
 * ------------------------------------------------------------------------------------------ */

METHOD(exception_with_traceback, "with_traceback", "tb, /",
       "Set self.__traceback__ to tb and return self.")
{
    return set_traceback(args[0], args[1]) ? args[0] : 0;
}

/* Gives it the list of its notes, or finds the one that another thread has given it meanwhile. */
static Value exception_new_notes(Value self)
{
    Value notes = TRY(list_new(1));
    if (is_shared(self) && type_of(self)->setattr == generic_setattr)
        return dict_set_default(TRY(instance_dict(self)), names.__notes__, notes);
    TRY(set_attr(self, names.__notes__, notes));
    return notes;
}

METHOD(exception_add_note, "add_note", "note, /", "Add a note to the exception")
{
    if (!is_str(args[1]))
        return raise(TypeError, "note must be a str, not '%T'", args[1]);
    Value notes;
    TRY(get_attr_optional(args[0], names.__notes__, &notes));
    if (!notes) {
        notes = TRY(exception_new_notes(args[0]));
    }
    if (!is_list(notes))
        return raise(TypeError, "Cannot add note: __notes__ is not a list");
    return list_append(notes, args[1]) ? None : 0;
}

bool exception_attributes(Value self, Value *dict)
{
    *dict = TRY(instance_dict(self));
    intptr_t length = object_length(*dict);
    if (length < 0)
        return false;
    if (!length)
        *dict = 0;
    return true;
}

Value exception_reduce(Value self)
{
    Value dict, args = TRY(exception_args(self));
    TRY(exception_attributes(self, &dict));
    Value type = (Value)type_of(self);
    return dict ? tuple_of(type, args, dict) : tuple_of(type, args);
}

METHOD(exception_reduce_method, "__reduce__", "/", 0)
{
    return exception_reduce(args[0]);
}

METHOD(exception_setstate, "__setstate__", "state, /", 0)
{
    if (args[1] == None)
        return None;
    if (!is_dict(args[1]))
        return raise(TypeError, "state is not a dictionary");
    intptr_t position = 0;
    for (Value key, value; dict_next(args[1], &position, &key, &value);)
        TRY(set_attr(args[0], key, value));
    return None;
}

static MethodDef *const exception_methods[] = {M(exception_with_traceback), M(exception_add_note),
                                               M(exception_reduce_method), M(exception_setstate),
                                               0};

const ExceptionFamily family_Exception_ = {
    .init = exception_init,
    .str = exception_str,
    .methods = exception_methods,
    .getset = exception_getset,
    .members = exception_members,
    .trace = exception_trace,
};

/* ---- the types
 * --------------------------------------------------------------------------------------------- */

static const char *exception_doc(const char *name)
{
    static const struct {
        const char *name, *doc;
    } docs[] = {
#define DOC(name, text) {#name, text},
#include "types/exception_docs.def"
#undef DOC
    };
    for (size_t i = 0; i < COUNT_OF(docs); i++)
        if (!strcmp(docs[i].name, name))
            return docs[i].doc;
    return 0;
}

#define EXCEPTION(name_, base_, struct_)                                                           \
    Type exception_##name_ = {TYPE_HEAD(#name_, struct_), .layout = LAYOUT_EXCEPTION,              \
                              .flags = TYPE_BASE | TYPE_IS_EXCEPTION,                              \
                              .extra = (void *)&family_##struct_};
#include "core/exceptions.def"
#undef EXCEPTION

static void make_ready(Type *type, Type *base, uint32_t shape)
{
    const ExceptionFamily *family = type->extra;
    type->base = base;
    type->doc = exception_doc(type->name);
    type->trace = family->trace;
    if (family->new_def)
        type->new_def = family->new_def;
    if (family->init_def)
        type->init_def = family->init_def;
    type->tail_offset = (uint32_t)type->size;
    if (family == &family_Exception_) {
        type->make = exception_new;
        type->init = exception_init_slot;
    }
    if (!base)
        type->repr = exception_repr;
    if ((!base || base->extra != family) && family != &family_UnicodeException) {
        type->str = family->str;
        type->methods = family->methods;
        type->getset = family->getset;
        type->members = family->members;
    }
    if (type == KeyError)
        type->str = key_error_str;
    type_ready(type, shape);
}

void exception_start(void)
{
    exception_unicode_start();
#define EXCEPTION(name, base, struct_)                                                             \
    make_ready(name, base, name == BaseException ? SHAPE_EXCEPTION : 0);
#include "core/exceptions.def"
#undef EXCEPTION
    make_spare_memory_errors();
    CHECK(exception_group_start());
}
