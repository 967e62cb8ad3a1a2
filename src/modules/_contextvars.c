/* _contextvars: a Context maps ContextVars to values.
 *
 * The map is a dict that is never changed once it is in a Context: setting a variable puts a
 * changed copy in its place, so that copying a Context is free. */
#include "modules/_contextvars.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/generic_alias.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Context {
    Object ob;
    Value variables; /* a dict, not changed any more; atomic */
    Value previous;  /* the thread's context before this was entered, or 0; guarded by lock */
    bool entered;    /* guarded by lock */
} Context;

typedef struct ContextVar {
    Object ob;
    Value name, fallback; /* fallback 0: none; immutable after init */
} ContextVar;

typedef struct Token {
    Object ob;
    Value context, variable; /* immutable after init */
    Value old_value;         /* 0: there was none; immutable after init */
    uint8_t used;            /* atomic */
} Token;

static Type context_type, context_var_type, token_type, token_missing_type;
static Object token_missing = {.shape = 0, .flags = FLAG_STATIC | FLAG_SHARED};

static void context_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Context *)self)->variables));
    gc_visit(tracer, load_relaxed(&((Context *)self)->previous));
}

static void context_var_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((ContextVar *)self)->name);
    gc_visit(tracer, ((ContextVar *)self)->fallback);
}

static void token_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((Token *)self)->context);
    gc_visit(tracer, ((Token *)self)->variable);
    gc_visit(tracer, ((Token *)self)->old_value);
}

/* ---- contexts */

static Value context_new(Value variables)
{
    Context *self = TRY(NEW(Context, &context_type));
    self->variables = variables; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

static Value variables_of(Value context)
{
    return load_acquire(&((Context *)context)->variables);
}

static Value context_current(void)
{
    Thread *thread = thread_self();
    if (!thread->context)
        thread->context = TRY(context_new(TRY(dict_new())));
    return thread->context;
}

Value context_copy_current(void)
{
    return context_new(variables_of(TRY(context_current())));
}

bool is_context(Value v)
{
    return type_of(v) == &context_type;
}

bool context_enter(Value v)
{
    Context *self = (Context *)v;
    bool entered = true;
    WITH_LOCK (self) {
        if (self->entered)
            break;
        Value previous = thread_self()->context;
        gc_store(self, &self->previous, previous);
        self->entered = true;
        entered = false;
    }
    if (entered)
        return raise(RuntimeError, "cannot enter context: %R is already entered", v);
    thread_self()->context = v;
    return true;
}

void context_leave(Value v)
{
    Context *self = (Context *)v;
    WITH_LOCK (self) {
        thread_self()->context = self->previous;
        store_release(&self->previous, (Value)0); /* NO_BARRIER: 0 */
        self->entered = false;
    }
}

static Value context_make(Type *type UNUSED, Value *args UNUSED, size_t nargs, Value kwnames)
{
    if (nargs || (kwnames && tuple_length(kwnames)))
        return raise(TypeError, "Context() does not accept any arguments");
    return context_new(TRY(dict_new()));
}

static bool check_key(Value key)
{
    return type_of(key) == &context_var_type ||
           raise(TypeError, "a ContextVar key was expected, got %R", key);
}

static Value context_getitem(Value self, Value key)
{
    Value value;
    TRY(check_key(key));
    TRY(dict_find(variables_of(self), key, &value));
    return value ? value : raise_key_error(key);
}

static int context_contains(Value self, Value key)
{
    return check_key(key) ? dict_contains(variables_of(self), key) : -1;
}

static intptr_t context_length(Value self)
{
    return dict_length(variables_of(self));
}

static Value context_iter(Value self)
{
    return get_iter(variables_of(self));
}

static Value context_compare(Value a, Value b, CompareOp op)
{
    if (type_of(b) != &context_type || (op != CMP_EQ && op != CMP_NE))
        return NotImplemented;
    return object_compare(variables_of(a), variables_of(b), op);
}

METHOD(context_run, "run", "*args, **kwargs", "Execute the callable in this context.")
{
    intptr_t count = tuple_length(args[1]);
    if (!count)
        return raise(TypeError, "run() missing 1 required positional argument");
    Value callee = tuple_get(args[1], 0);
    Value rest = args[2] ? TRY(tuple_slice(args[1], 1, count)) : 0;
    TRY(context_enter(args[0]));
    Value result = rest ? call_tuple_dict(callee, rest, args[2])
                        : call(callee, ((Tuple *)args[1])->items + 1, (size_t)count - 1, 0);
    context_leave(args[0]);
    return result;
}

METHOD(context_copy, "copy", "/", "Return a shallow copy of the context object.")
{
    return context_new(variables_of(args[0]));
}

METHOD(context_get, "get", "key, default=None, /",
       "Return the value for `key` if `key` has the value in the context object.\n\n"
       "If `key` does not exist, return `default`. If `default` is not given, return None.")
{
    Value value;
    TRY(check_key(args[1]));
    TRY(dict_find(variables_of(args[0]), args[1], &value));
    return value ? value : args[2];
}

METHOD(context_items, "items", "/", "Return all variables and their values in the context object.")
{
    return call_method0(variables_of(args[0]), names.items);
}

METHOD(context_keys, "keys", "/", "Return a list of all variables in the context object.")
{
    return call_method0(variables_of(args[0]), names.keys);
}

METHOD(context_values, "values", "/",
       "Return a list of all variables' values in the context object.")
{
    return call_method0(variables_of(args[0]), names.values);
}

static MethodDef *const context_methods[] = {M(context_run),
                                             M(context_copy),
                                             M(context_get),
                                             M(context_items),
                                             M(context_keys),
                                             M(context_values),
                                             0};

static Type context_type = {
    TYPE_HEAD("_contextvars.Context", Context),
    .hash = hash_unhashable,
    .compare = context_compare,
    .iter = context_iter,
    .make = context_make,
    .length = context_length,
    .getitem = context_getitem,
    .contains = context_contains,
    .methods = context_methods,
    .trace = context_trace,
    .has_weakrefs = true,
};

/* ---- variables */

NEW_METHOD(context_var_make, "name, /, *, default=?")
{
    int64_t hash;
    if (!is_str(args[1]))
        return raise(TypeError, "context variable name must be a str");
    TRY(object_hash(args[1], &hash));
    ContextVar *self = TRY(NEW(ContextVar, (Type *)args[0]));
    self->name = args[1]; /* NO_BARRIER: fresh, nothing allocated since */
    self->fallback = args[2];
    return (Value)self;
}

static Value context_var_repr(Value v)
{
    ContextVar *self = (ContextVar *)v;
    if (!self->fallback)
        return str_format("<ContextVar name=%R at 0x%zx>", self->name, (size_t)(uintptr_t)v);
    return str_format("<ContextVar name=%R default=%R at 0x%zx>", self->name, self->fallback,
                      (size_t)(uintptr_t)v);
}

/* Puts a copy of the variables with one changed (value 0: removed) into the current context. */
static bool change(Value context, Value variable, Value value)
{
    Value copy = TRY(dict_copy(variables_of(context)));
    bool found;
    if (value)
        TRY(dict_set(copy, variable, value));
    else
        TRY(dict_delete(copy, variable, &found));
    gc_store(context, &((Context *)context)->variables, copy);
    return true;
}

static Type *const types[] = {&context_type, &context_var_type, &token_type};

static void make_types_ready(void)
{
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (!(type_flags(types[i]) & TYPE_READY))
            type_ready(types[i], 0);
}

/* The variables of C modules whose values a new thread gets copies of. */
static struct {
    Value variable;             /* a root; stored before `copy` */
    Value (*copy)(Value value); /* atomic: 0 where there is none yet */
} copied[2];

static bool copy_for_threads(Value variable, Value (*copy)(Value))
{
    size_t i = 0;
    while (i < COUNT_OF(copied) && load_acquire(&copied[i].copy))
        i++;
    if (i == COUNT_OF(copied))
        return raise(SystemError, "too many variables are copied for new threads");
    gc_add_root(&copied[i].variable, 1);
    root_store(&copied[i].variable, variable);
    store_release(&copied[i].copy, copy);
    return true;
}

Value context_copy_for_thread(void)
{
    Value context = TRY(context_copy_current());
    for (size_t i = 0; i < COUNT_OF(copied) && load_acquire(&copied[i].copy); i++) {
        Value value;
        TRY(dict_find(variables_of(context), copied[i].variable, &value));
        if (value)
            TRY(change(context, copied[i].variable, TRY(copied[i].copy(value))));
    }
    return context;
}

Value context_variable_new(const char *name, Value (*copy)(Value))
{
    make_types_ready(); /* the module need not have been imported */
    Value text = TRY(str_intern_cstring(name));
    ContextVar *self = TRY(NEW(ContextVar, &context_var_type));
    self->name = text; /* NO_BARRIER: fresh, nothing allocated since */
    if (copy)
        TRY(copy_for_threads((Value)self, copy));
    return (Value)self;
}

Value context_variable_get(Value variable)
{
    Thread *thread = thread_self();
    VariableCache *cache = &thread->variable_cache;
    Value value;
    if (!thread->context)
        return 0;
    Value variables = variables_of(thread->context);
    if (likely(cache->variables == variables && cache->variable == variable))
        return cache->value;
    TRY(dict_find(variables, variable, &value));
    if (value)
        *cache = (VariableCache){variables, variable, value};
    return value;
}

bool context_variable_set(Value variable, Value value)
{
    return change(TRY(context_current()), variable, value);
}

METHOD(context_var_get, "get", "default=?, /",
       "Return a value for the context variable for the current context.\n\n"
       "If there is no value for the variable in the current context, the method will:\n"
       " * return the value of the default argument of the method, if provided; or\n"
       " * return the default value for the context variable, if it was created\n"
       "   with one; or\n"
       " * raise a LookupError.")
{
    ContextVar *self = (ContextVar *)args[0];
    Value context = thread_self()->context, value = 0;
    if (context)
        TRY(dict_find(variables_of(context), args[0], &value));
    if (value)
        return value;
    if (args[1])
        return args[1];
    return self->fallback ? self->fallback : raise_value(LookupError, args[0]);
}

METHOD(context_var_set, "set", "value, /",
       "Call to set a new value for the context variable in the current context.\n\n"
       "The required *value* argument is the new value for the context variable.\n\n"
       "Returns a Token object that can be used to restore the variable to its previous\n"
       "value via the `ContextVar.reset()` method.")
{
    Value context = TRY(context_current()), old;
    TRY(dict_find(variables_of(context), args[0], &old));
    Token *token = TRY(NEW(Token, &token_type));
    /* NO_BARRIER: fresh, nothing allocated since */
    token->context = context;
    token->variable = args[0];
    token->old_value = old;
    TRY(change(context, args[0], args[1]));
    return (Value)token;
}

METHOD(context_var_reset, "reset", "token, /",
       "Reset the context variable.\n\n"
       "The variable is reset to the value it had before the `ContextVar.set()` that\n"
       "created the token was used.")
{
    Token *token = (Token *)args[1];
    if (type_of(args[1]) != &token_type)
        return raise(TypeError, "expected an instance of Token, got %R", args[1]);
    if (load_relaxed(&token->used))
        return raise(RuntimeError, "%R has already been used once", args[1]);
    if (token->variable != args[0])
        return raise(ValueError, "%R was created by a different ContextVar", args[1]);
    Value context = TRY(context_current());
    if (token->context != context)
        return raise(ValueError, "%R was created in a different Context", args[1]);
    store_relaxed(&token->used, 1);
    TRY(change(context, args[0], token->old_value));
    return None;
}

CLASS_METHOD(context_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const context_var_methods[] = {M(context_var_get), M(context_var_set),
                                                 M(context_var_reset), M(context_class_getitem), 0};
static const MemberDef context_var_members[] = {
    {"name", MEMBER_VALUE, offsetof(ContextVar, name), true, 0},
    {0},
};

static Type context_var_type = {
    TYPE_HEAD("_contextvars.ContextVar", ContextVar),
    .repr = context_var_repr,
    .new_def = M(context_var_make),
    .methods = context_var_methods,
    .members = context_var_members,
    .trace = context_var_trace,
};

/* ---- tokens */

static Value token_repr(Value v)
{
    Token *self = (Token *)v;
    return str_format("<Token%s var=%R at 0x%zx>", load_relaxed(&self->used) ? " used" : "",
                      self->variable, (size_t)(uintptr_t)v);
}

static Value token_make(Type *type UNUSED, Value *args UNUSED, size_t nargs UNUSED,
                        Value kwnames UNUSED)
{
    return raise(RuntimeError, "Tokens can only be created by ContextVars");
}

static Value token_old_value(Value self)
{
    Value value = ((Token *)self)->old_value;
    return value ? value : (Value)&token_missing;
}

static const GetSetDef token_getset[] = {{"old_value", token_old_value, 0, 0}, {0}};
static const MemberDef token_members[] = {
    {"var", MEMBER_VALUE, offsetof(Token, variable), true, 0},
    {0},
};
static MethodDef *const token_methods[] = {M(context_class_getitem), 0};

static Type token_type = {
    TYPE_HEAD("_contextvars.Token", Token),
    .repr = token_repr,
    .hash = hash_unhashable,
    .make = token_make,
    .methods = token_methods,
    .getset = token_getset,
    .members = token_members,
    .trace = token_trace,
};

static Value token_missing_repr(Value self UNUSED)
{
    return str_from_cstring("<Token.MISSING>");
}

static Type token_missing_type = {
    TYPE_HEAD("Token.MISSING", Object),
    .repr = token_missing_repr,
    .flags = TYPE_NO_NEW,
};

/* ---- the module */

FUNCTION(copy_context, "copy_context", "", "Return a shallow copy of the current context.")
{
    return context_copy_current();
}

static MethodDef *const functions[] = {M(copy_context), 0};

static bool execute(Value module)
{
    make_types_ready();
    for (size_t i = 0; i < COUNT_OF(types); i++)
        TRY(module_add_type(module, types[i]));
    type_ready(&token_missing_type, 0);
    token_missing.shape = token_missing_type.root_shape;
    return dict_set_cstring(token_type.dict, "MISSING", &token_missing);
}

const ModuleDef module__contextvars = {
    .name = "_contextvars",
    .doc = "Context Variables",
    .functions = functions,
    .execute = execute,
};
