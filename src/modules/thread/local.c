/* _thread._local: attributes that each thread has of its own. A thread keeps a dict from the
 * local's serial number to its attribute dict; serial numbers are never used again. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "modules/thread/thread_internal.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Local {
    Object ob;
    uint64_t serial; /* immutable after init */
    Value args;      /* tuple: for __init__ in each further thread; immutable, as kwargs */
    Value kwargs;    /* dict or 0 */
} Local;

static uint64_t next_serial; /* atomic */

static void local_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Local *)o)->args);
    gc_visit(tracer, ((Local *)o)->kwargs);
}

/* This thread's attributes. In a thread that sees the local for the first time, __init__ runs. */
static Value local_dict(Value self)
{
    Local *local = (Local *)self;
    Thread *thread = thread_self();
    if (!thread->dict)
        thread->dict = TRY(dict_new());
    Value key = int_small((intptr_t)local->serial);
    Value dict = dict_get(thread->dict, key);
    if (dict || error_pending())
        return dict;
    dict = TRY(dict_new());
    TRY(dict_set(thread->dict, key, dict));
    if (type_of(self)->init == object_type.init)
        return dict;
    Value init = get_attr(self, names.__init__);
    if (init && call_tuple_dict(init, local->args, local->kwargs))
        return dict;
    bool found;
    Value exception = error_take();
    if (dict_delete(thread->dict, key, &found))
        error_restore(exception);
    return 0;
}

NEW_METHOD(local_new, "*args, **kwargs")
{
    Type *type = (Type *)args[0];
    if (type->init == object_type.init && (tuple_length(args[1]) || args[2]))
        return raise(TypeError, "Initialization arguments are not supported");
    Local *self = (Local *)TRY(object_alloc(type));
    self->serial = fetch_add_relaxed(&next_serial, 1);
    gc_store(self, &self->args, args[1]);
    gc_store(self, &self->kwargs, args[2]);
    Thread *thread = thread_self();
    if (!thread->dict)
        thread->dict = TRY(dict_new());
    TRY(dict_set(thread->dict, int_small((intptr_t)self->serial), TRY(dict_new())));
    return (Value)self;
}

static Value local_getattr(Value self, Value name)
{
    Value dict = TRY(local_dict(self));
    if (is_str(name) && str_equals(name, "__dict__"))
        return dict;
    Value found = type_lookup(type_of(self), name);
    if (found && type_of(found)->descr_set && type_of(found)->descr_get)
        return type_of(found)->descr_get(found, self, (Value)type_of(self));
    Value value = dict_get(dict, name);
    if (value || error_pending())
        return value;
    if (!found)
        return raise_attribute_error(self, name);
    DescrGetFn get = type_of(found)->descr_get;
    return get ? get(found, self, (Value)type_of(self)) : found;
}

static bool local_setattr(Value self, Value name, Value value)
{
    Value dict = TRY(local_dict(self));
    if (is_str(name) && str_equals(name, "__dict__")) {
        raise(AttributeError, "'%T' object attribute '__dict__' is read-only", self);
        return false;
    }
    Value found = type_lookup(type_of(self), name);
    if (found && type_of(found)->descr_set)
        return type_of(found)->descr_set(found, self, value);
    if (value)
        return dict_set(dict, name, value);
    bool deleted;
    if (!dict_delete(dict, name, &deleted))
        return false;
    if (!deleted)
        raise_attribute_error(self, name);
    return deleted;
}

Type local_type = {
    TYPE_HEAD("_thread._local", Local),
    .getattr = local_getattr,
    .setattr = local_setattr,
    .new_def = M(local_new),
    .trace = local_trace,
    .flags = TYPE_BASE,
    .doc = "Thread-local data",
    .has_weakrefs = true,
};

void local_start(void)
{
    type_ready(&local_type, 0);
}
