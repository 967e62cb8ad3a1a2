/* _scheduled_tasks, _eager_tasks and _current_tasks: what the registry knows, as the set and dict
 * that Python code expects. Iterating shows one moment. Task-likes that are no Task are kept here:
 * scheduled ones in a WeakSet, eager ones in a set. */
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/asyncio/asyncio.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/set.h"

/* ---- strangers */

static Value weak_strangers, eager_strangers; /* roots; atomic: 0 until there was one */

/* `add` or `discard` of the WeakSet. */
static bool tell_weak(const char *method, Value task)
{
    Value set = load_acquire(&weak_strangers);
    if (!set) {
        Value fresh = TRY(call0(TRY(borrowed(WEAK_SET))));
        if (load_relaxed(&multithreaded))
            share_value(fresh);
        /* NO_BARRIER: a root. Of two threads, one has made it. */
        set = cas_acq_rel(&weak_strangers, &set, fresh) ? fresh : set;
    }
    return call1(TRY(get_attr_string(set, method)), task);
}

bool stranger_list(Value task, unsigned as)
{
    if (as == LISTED_SCHEDULED)
        return tell_weak("add", task);
    return set_add(eager_strangers, task);
}

bool stranger_unlist(Value task, unsigned as)
{
    if (as == LISTED_SCHEDULED)
        return tell_weak("discard", task);
    return set_discard(eager_strangers, task) >= 0;
}

/* The collection of those listed so; 0, without an exception: there is none. */
static Value strangers(unsigned as)
{
    return as == LISTED_SCHEDULED ? load_acquire(&weak_strangers) : eager_strangers;
}

/* ---- the sets */

typedef struct TaskSet {
    Object ob;
    unsigned as; /* LISTED_x; immutable after init */
} TaskSet;

static unsigned as_of(Value v)
{
    return ((TaskSet *)v)->as;
}

static Value task_set_list(Value v)
{
    Value list = TRY(tasks_listed(as_of(v))), others = strangers(as_of(v));
    if (others)
        TRY(list_extend(list, others));
    return list;
}

static Value task_set_iter(Value v)
{
    return list_iterator_new(TRY(task_set_list(v)));
}

static intptr_t task_set_length(Value v)
{
    return list_length(TRY_OR(task_set_list(v), -1));
}

static int task_set_contains(Value v, Value task)
{
    if (is_task(task))
        return (load_relaxed(&((Task *)task)->listed) & as_of(v)) != 0;
    Value others = strangers(as_of(v));
    return others ? object_contains(others, task) : 0;
}

static Value task_set_repr(Value v)
{
    return object_repr(TRY(set_from_iterable(TRY(task_set_list(v)))));
}

METHOD(task_set_add, "add", "item, /", "Add a task.")
{
    TRY(is_task(args[1]) ? task_list((Task *)args[1], as_of(args[0]))
                         : stranger_list(args[1], as_of(args[0])));
    return None;
}

METHOD(task_set_discard, "discard", "item, /", "Remove a task, if it is there.")
{
    if (is_task(args[1]))
        task_unlist((Task *)args[1], as_of(args[0]));
    else
        TRY(stranger_unlist(args[1], as_of(args[0])));
    return None;
}

METHOD(task_set_remove, "remove", "item, /", "Remove a task; KeyError if it is not there.")
{
    int there = TRY_NOT_NEGATIVE(task_set_contains(args[0], args[1]), 0);
    return there ? task_set_discard(args) : raise_key_error(args[1]);
}

METHOD(task_set_copy, "copy", "/", "The tasks, as a set.")
{
    return set_from_iterable(TRY(task_set_list(args[0])));
}

static MethodDef *const task_set_methods[] = {M(task_set_add), M(task_set_discard),
                                              M(task_set_remove), M(task_set_copy), 0};

static Type task_set_type = {
    TYPE_HEAD("_asyncio._TaskSet", TaskSet),
    .repr = task_set_repr,
    .iter = task_set_iter,
    .length = task_set_length,
    .contains = task_set_contains,
    .methods = task_set_methods,
    .flags = TYPE_NO_NEW,
    .doc = "The live tasks of all loops.",
};

static Value task_set_new(unsigned as)
{
    TaskSet *self = TRY(NEW(TaskSet, &task_set_type));
    self->as = as;
    return (Value)self;
}

/* ---- the dict */

typedef struct CurrentTasks {
    Object ob;
} CurrentTasks;

static Value current_getitem(Value v UNUSED, Value loop)
{
    Value task = TRY(current_task_of(loop));
    return task == None ? raise_key_error(loop) : task;
}

static bool current_setitem(Value v UNUSED, Value loop, Value task)
{
    Value previous = TRY(current_task_swap(loop, task ? task : None));
    return task || previous != None || raise_key_error(loop);
}

static int current_contains(Value v UNUSED, Value loop)
{
    return TRY_OR(current_task_of(loop), -1) != None;
}

static intptr_t current_length(Value v UNUSED)
{
    return dict_length(TRY_OR(current_tasks_dict(), -1));
}

static Value current_iter(Value v UNUSED)
{
    return get_iter(TRY(current_tasks_dict()));
}

static Value current_repr(Value v UNUSED)
{
    return object_repr(TRY(current_tasks_dict()));
}

static Value current_compare(Value a UNUSED, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_dict(b))
        return NotImplemented;
    return object_compare(TRY(current_tasks_dict()), b, op);
}

METHOD(current_get, "get", "key, default=None, /", "The current task of a loop, or default.")
{
    Value task = TRY(current_task_of(args[1]));
    return task == None ? args[2] : task;
}

METHOD(current_pop, "pop", "key, default=?, /",
       "Remove and return the current task of a loop. KeyError without one and a default.")
{
    Value task = TRY(current_task_swap(args[1], None));
    if (task != None)
        return task;
    return args[2] ? args[2] : raise_key_error(args[1]);
}

METHOD(current_copy, "copy", "/", "A dict of the loops and their current tasks.")
{
    return current_tasks_dict();
}

METHOD(current_keys, "keys", "/", "The loops that have a current task.")
{
    return call_method0(TRY(current_tasks_dict()), names.keys);
}

METHOD(current_values, "values", "/", "The current tasks.")
{
    return call_method0(TRY(current_tasks_dict()), names.values);
}

METHOD(current_items, "items", "/", "The loops that have a current task, and the tasks.")
{
    return call_method0(TRY(current_tasks_dict()), names.items);
}

static MethodDef *const current_methods[] = {M(current_get),
                                             M(current_pop),
                                             M(current_copy),
                                             M(current_keys),
                                             M(current_values),
                                             M(current_items),
                                             0};

static Type current_tasks_type = {
    TYPE_HEAD("_asyncio._CurrentTasks", CurrentTasks),
    .repr = current_repr,
    .hash = hash_unhashable,
    .compare = current_compare,
    .iter = current_iter,
    .length = current_length,
    .getitem = current_getitem,
    .setitem = current_setitem,
    .contains = current_contains,
    .methods = current_methods,
    .flags = TYPE_NO_NEW,
    .doc = "The tasks that run now, by loop.",
};

/* ---- the module's part */

bool views_add(Value module)
{
    if (!eager_strangers) {
        type_ready(&task_set_type, 0);
        type_ready(&current_tasks_type, 0);
        gc_add_root(&weak_strangers, 1);
        gc_add_root(&eager_strangers, 1);
        root_store(&eager_strangers, TRY(set_new()));
    }
    return module_add(module, "_scheduled_tasks", task_set_new(LISTED_SCHEDULED)) &&
           module_add(module, "_eager_tasks", task_set_new(LISTED_EAGER)) &&
           module_add(module, "_current_tasks", object_alloc(&current_tasks_type));
}
