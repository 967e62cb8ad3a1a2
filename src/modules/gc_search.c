/* What gc tells about the heap: objects, referrers, referents.
 *
 * A thread may get hold of its own objects and of SHARED ones. While it is the only one, these are
 * all. Else SHARED ones are found in the heap, its own ones from its stacks; what belongs to other
 * threads alone is not shown. */
#include "core/audit.h"
#include "modules/gc_search.h"

#include <string.h>
#include "core/alloc.h"
#include "core/call.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"

/* What Python code may get hold of: not tables, arrays and the like. */
static bool is_python_object(const Object *object)
{
    const Type *type = shape_of(object)->type;
    return type && !(type_flags(type) & TYPE_HIDDEN);
}

bool gc_is_container(const Object *object)
{
    const Type *type = shape_of(object)->type;
    if (!is_python_object(object) || load_relaxed(&object->flags) & FLAG_STATIC ||
        type == &bytearray_type)
        return false;
    return type_flags(type) & TYPE_HEAP ||
           (shape_of(object)->trace && !(type_flags(type) & TYPE_LEAF));
}

static void count_container(Object *object, void *context)
{
    *(uint64_t *)context += gc_is_container(object);
}

uint64_t gc_count_containers(void)
{
    uint64_t count = 0;
    gc_each_object(count_container, &count);
    return count;
}

/* Objects found while the world is stopped, where nothing can be allocated. */
typedef struct Collector {
    Array *array;
    intptr_t count;
    Value wanted;     /* tuple: whose referrers are looked for; 0: all objects */
    int generation;   /* 0, 2 or, for all, -1 */
    bool shared_only; /* of the heap, where other threads' objects are as well */
    bool found;       /* the object that is looked at refers to one of them */
} Collector;

typedef struct ReferrerTracer {
    Tracer tracer; /* must be first */
    Collector *collector;
    int depth;
} ReferrerTracer;

/* References of hidden objects count as those of the object that owns them. */
static void find_wanted(Tracer *tracer, Object *target)
{
    ReferrerTracer *self = (ReferrerTracer *)tracer;
    Collector *c = self->collector;
    for (intptr_t i = 0; i < tuple_length(c->wanted); i++)
        if (tuple_get(c->wanted, i) == target)
            c->found = true;
    if (!c->found && !is_python_object(target) && self->depth < 3) {
        self->depth++;
        gc_trace_object(target, tracer);
        self->depth--;
    }
}

static bool is_chosen(const Object *object, const Collector *c)
{
    if (c->generation == 1 || (c->shared_only && !is_shared((Value)object)))
        return false;
    bool young = !gc_is_marked(object);
    return c->generation < 0 || young == (c->generation == 0);
}

static void collect_object(Object *object, void *context)
{
    Collector *c = context;
    if (!gc_is_container(object) || object == c->wanted || object == (Object *)c->array ||
        !is_chosen(object, c))
        return;
    if (c->wanted) {
        ReferrerTracer tracer = {{.visit = find_wanted}, c, 0};
        c->found = false;
        gc_trace_object(object, &tracer.tracer);
        if (!c->found)
            return;
    }
    if (c->count < c->array->capacity)
        c->array->items[c->count] = object; /* NO_BARRIER: fresh again */
    c->count++;
}

/* All that the thread may see, into c->array as far as there is room. */
static bool search(Collector *c)
{
    bool ok = true;
    c->count = 0;
    gc_stop_world();
    gc_fresh_again(c->array);
    c->shared_only = load_relaxed(&multithreaded) && thread_count() > 1;
    gc_each_object(collect_object, c);
    if (c->shared_only) {
        c->shared_only = false;
        ok = gc_each_local(thread_trace_own, collect_object, c);
    }
    gc_start_world();
    return ok || raise_no_memory();
}

/* A full collection. `wanted`, a new tuple that only the C stack knows, which that does not look
 * at, is put where registers are. */
static bool collect_but(Value wanted, const MethodDef *def)
{
    Thread *thread = thread_self();
    Value *top = thread->gc.registers_top;
    if (top >= thread->stack_end)
        return raise(RecursionError, "maximum recursion depth exceeded");
    *top = wanted; /* NO_BARRIER: a root */
    thread->gc.registers_top = top + 1;
    vm_collect(def, 2);
    thread->gc.registers_top = top;
    return true;
}

/* Without a generation the dead are collected first, so that none of them comes back. */
static Value collect_objects(const MethodDef *def, Value wanted, int generation)
{
    Collector c = {.wanted = wanted, .generation = generation};
    if (generation < 0)
        TRY(collect_but(wanted, def));
    for (intptr_t room = 4096;; room = c.count + c.count / 8) {
        c.array = TRY(array_new(room));
        TRY(search(&c));
        if (c.count <= room)
            return list_from_array(c.array, c.count);
    }
}

FUNCTION(gc_module_get_objects, "get_objects", "generation=None",
         "Return a list of objects tracked by the collector (excluding the list returned).\n\n"
         "  generation\n"
         "    Generation to extract the objects from.\n\n"
         "If generation is not None, return only the objects tracked by the collector\n"
         "that are in that generation.")
{
    intptr_t generation = args[0] == None ? -1 : TRY_INDEX(args[0]);
    if (generation < -1)
        return raise(ValueError, "generation parameter cannot be negative");
    if (generation > 2)
        return raise(ValueError, "generation parameter must be less than the number of "
                                 "available generations (3)");
    TRY(AUDIT("gc.get_objects", int_small(generation)));
    return collect_objects(M(gc_module_get_objects), 0, (int)generation);
}

FUNCTION(gc_module_get_referrers, "get_referrers", "*objs",
         "Return the list of objects that directly refer to any of 'objs'.")
{
    TRY(AUDIT("gc.get_referrers", args[0]));
    return collect_objects(M(gc_module_get_referrers), args[0], -1);
}

typedef struct ReferentTracer {
    Tracer tracer; /* must be first */
    Array *array;
    intptr_t count;
} ReferentTracer;

static void add_referent(Tracer *tracer, Object *target)
{
    ReferentTracer *self = (ReferentTracer *)tracer;
    if (!is_python_object(target)) {
        gc_trace_object(target, tracer);
        return;
    }
    if (self->count < self->array->capacity)
        self->array->items[self->count] = target; /* NO_BARRIER: fresh again */
    self->count++;
}

/* What the object's tracer finds, with the world stopped, as it takes no lock. */
static Value traced_referents(Object *o)
{
    ReferentTracer tracer = {.tracer = {.visit = add_referent}};
    for (intptr_t room = 64;; room = tracer.count + tracer.count / 8) {
        tracer.array = TRY(array_new(room));
        tracer.count = 0;
        gc_stop_world();
        gc_fresh_again(tracer.array);
        gc_trace_object(o, &tracer.tracer);
        gc_start_world();
        if (tracer.count <= room)
            return list_from_array(tracer.array, tracer.count);
    }
}

/* Numbers in the word itself are no references to a tracer, but to Python code. */
static bool add_items(Value list, Value o)
{
    Value items;
    if (has_shape(o, SHAPE_LIST) || has_shape(o, SHAPE_TUPLE)) {
        items = o;
    } else if (has_shape(o, SHAPE_DICT)) {
        items = TRY(dict_items_list(o));
        for (intptr_t i = 0; i < list_length(items); i++) {
            Value item = list_get(items, i);
            TRY(list_append(list, tuple_get(item, 0)));
            TRY(list_append(list, tuple_get(item, 1)));
        }
        return true;
    } else {
        items = TRY(list_from_iterable(o));
    }
    return list_extend(list, items);
}

FUNCTION(gc_module_get_referents, "get_referents", "*objs",
         "Return the list of objects that are directly referred to by 'objs'.")
{
    TRY(AUDIT("gc.get_referents", args[0]));
    Value list = TRY(list_new(0));
    for (intptr_t i = 0; i < tuple_length(args[0]); i++) {
        Value o = tuple_get(args[0], i);
        if (has_shape(o, SHAPE_LIST) || has_shape(o, SHAPE_TUPLE) || has_shape(o, SHAPE_DICT) ||
            has_shape(o, SHAPE_SET))
            TRY(add_items(list, o));
        else if (is_object(o) && gc_is_container(o))
            TRY(list_extend(list, TRY(traced_referents(o))));
    }
    return list;
}

FUNCTION(gc_module_is_tracked, "is_tracked", "obj, /",
         "Returns true if the object is tracked by the garbage collector.\n\n"
         "Simple atomic objects will return false.")
{
    /* The types of C modules are roots that the collector traces; those of builtins CPython has not
     * got among its containers either. */
    if (is_type(args[0]) && strchr(((Type *)args[0])->name, '.'))
        return True;
    return bool_value(is_object(args[0]) && gc_is_container(args[0]));
}

FUNCTION(gc_module_is_finalized, "is_finalized", "obj, /",
         "Returns true if the object has been already finalized by the GC.")
{
    return bool_value(is_object(args[0]) && load_relaxed(&args[0]->flags) & FLAG_FINALIZED);
}

MethodDef *const gc_search_functions[] = {M(gc_module_get_objects),   M(gc_module_get_referrers),
                                          M(gc_module_get_referents), M(gc_module_is_tracked),
                                          M(gc_module_is_finalized),  0};
