/* itertools.groupby and itertools.tee. */
#include "core/descriptor.h"
#include "modules/itertools_inner.h"
#include "types/generic_alias.h"

/* ---- groupby -----------------------------------------------------------------------------------
 */

/* Threads that share one groupby object and its groups share the one position. */
typedef struct GroupBy {
    Object ob;
    Value iterator, key_function;           /* immutable after init */
    Value target_key, current_key, current; /* atomic: 0 before the first item */
    Value grouper;                          /* atomic: the only group that is still valid */
    Turn turn;                              /* of its groups too */
} GroupBy;

typedef struct Grouper {
    Object ob;
    Value parent, key; /* immutable after init */
} Grouper;

TRACE_FIELDS(groupby_trace, GroupBy, iterator, 6)
TRACE_FIELDS(grouper_trace, Grouper, parent, 2)

NEW_METHOD(groupby_new, "iterable, key=None")
{
    Value iterator = TRY(get_iter(args[1]));
    GroupBy *g = TRY(NEW(GroupBy, (Type *)args[0]));
    gc_store(g, &g->iterator, iterator);
    gc_store(g, &g->key_function, args[2]);
    return (Value)g;
}

static bool groupby_step(GroupBy *g)
{
    Value item = TRY(iter_next(g->iterator));
    Value key = g->key_function == None ? item : TRY(call1(g->key_function, item));
    gc_store(g, &g->current, item);
    gc_store(g, &g->current_key, key);
    return true;
}

static Value grouper_make(GroupBy *parent, Value key)
{
    Grouper *group = TRY(NEW(Grouper, &grouper_type));
    gc_store(group, &group->parent, (Value)parent);
    gc_store(group, &group->key, key);
    gc_store(parent, &parent->grouper, (Value)group);
    return (Value)group;
}

static Value groupby_next_group(GroupBy *g)
{
    gc_store(g, &g->grouper, (Value)0);
    Value key;
    for (;;) {
        Value target = load_acquire(&g->target_key);
        key = load_acquire(&g->current_key);
        if (key) {
            if (!target)
                break;
            int same = TRY_NOT_NEGATIVE(object_compare_bool(target, key, CMP_EQ), 0);
            if (!same)
                break;
            TRY(thread_poll(thread_self()));
        }
        TRY(groupby_step(g));
    }
    gc_store(g, &g->target_key, key);
    return tuple_of(key, TRY(grouper_make(g, key)));
}

static Value groupby_next(Value self)
{
    TURN (self, &((GroupBy *)self)->turn)
        return groupby_next_group((GroupBy *)self);
    return 0;
}

static Value grouper_step(Grouper *group, GroupBy *parent)
{
    if (load_acquire(&parent->grouper) != (Value)group)
        return 0;
    if (!load_acquire(&parent->current))
        TRY(groupby_step(parent));
    Value current_key = load_acquire(&parent->current_key);
    if (!current_key)
        return 0;
    int same = TRY_NOT_NEGATIVE(object_compare_bool(group->key, current_key, CMP_EQ), 0);
    Value item = load_acquire(&parent->current);
    if (!same || !item)
        return 0;
    gc_store(parent, &parent->current, (Value)0);
    gc_store(parent, &parent->current_key, (Value)0);
    return item;
}

static Value grouper_next(Value self)
{
    GroupBy *parent = (GroupBy *)((Grouper *)self)->parent;
    TURN (parent, &parent->turn)
        return grouper_step((Grouper *)self, parent);
    return 0;
}

NEW_METHOD(grouper_new, "parent, tgtkey, /")
{
    if (!is_instance_of(args[1], &groupby_type))
        return raise(TypeError, "_grouper() argument 1 must be itertools.groupby, not %B", args[1]);
    return grouper_make((GroupBy *)args[1], args[2]);
}

REDUCE(groupby_reduce)
{
    GroupBy *g = (GroupBy *)args[0];
    TRY(warn_pickle());
    Value type = (Value)type_of(args[0]);
    Value arguments = TRY(tuple_of(g->iterator, g->key_function));
    Value target = load_acquire(&g->target_key), key = load_acquire(&g->current_key);
    Value current = load_acquire(&g->current);
    if (!target || !key || !current)
        return tuple_of(type, arguments);
    return tuple_of(type, arguments, TRY(tuple_of(current, target, key)));
}

SETSTATE(groupby_setstate)
{
    GroupBy *g = (GroupBy *)args[0];
    TRY(warn_pickle());
    if (!is_tuple(args[1]) || tuple_length(args[1]) != 3)
        return raise(TypeError, "state is not a tuple");
    TURN (g, &g->turn) {
        gc_store(g, &g->current, tuple_get(args[1], 0));
        gc_store(g, &g->target_key, tuple_get(args[1], 1));
        gc_store(g, &g->current_key, tuple_get(args[1], 2));
        return None;
    }
    return 0;
}

static MethodDef *const groupby_methods[] = {M(groupby_reduce), M(groupby_setstate), 0};

Type groupby_type = {
    ITERATOR_TYPE("groupby", GroupBy, groupby_next, groupby_trace, M(groupby_new),
                  "make an iterator that returns consecutive keys and groups from the "
                  "iterable\n\n  iterable\n    Elements to divide into groups according to the "
                  "key function.\n  key\n    A function for computing the group category for each "
                  "element.\n    If the key function is not specified or is None, the element "
                  "itself\n    is used for grouping."),
    .methods = groupby_methods,
};

REDUCE(grouper_reduce)
{
    Grouper *group = (Grouper *)args[0];
    TRY(warn_pickle());
    GroupBy *parent = (GroupBy *)group->parent;
    if (load_acquire(&parent->grouper) != args[0]) {
        Value iter = TRY(builtin_named("iter"));
        return tuple_of(iter, TRY(tuple_of(TRY(tuple_empty()))));
    }
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(group->parent, group->key)));
}

static MethodDef *const grouper_methods[] = {M(grouper_reduce), 0};

Type grouper_type = {
    TYPE_HEAD("itertools._grouper", Grouper),
    .iter = iterator_self,
    .next = grouper_next,
    .new_def = M(grouper_new),
    .trace = grouper_trace,
    .methods = grouper_methods,
};

/* ---- tee
 * ------------------------------------------------------------------------------------------- */

/* The items that one tee has seen and another has not are a list of nodes; what all have seen is
 * garbage. A node's `next` is set once, in the source's turn: so all see the iterator's order. */
typedef struct TeeNode TeeNode;
struct TeeNode {
    Object ob;
    Value value;   /* immutable after init; 0 in the first node */
    TeeNode *next; /* atomic */
};

typedef struct TeeSource {
    Object ob;
    Value iterator; /* immutable after init */
    Turn turn;      /* of the thread that is in next(iterator) */
} TeeSource;

typedef struct Tee {
    Object ob;
    TeeSource *source; /* immutable after init */
    TeeNode *node;     /* atomic: of the item that was returned last; changed under lock */
} Tee;

static void tee_node_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((TeeNode *)self)->value);
    gc_visit(tracer, (Value)load_relaxed(&((TeeNode *)self)->next));
}

TRACE_FIELDS(tee_source_trace, TeeSource, iterator, 1)

static void tee_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, (Value)((Tee *)self)->source);
    gc_visit(tracer, (Value)load_relaxed(&((Tee *)self)->node));
}

static Value tee_make(Type *type, TeeSource *source, TeeNode *node)
{
    Tee *tee = TRY(NEW(Tee, type));
    gc_store(tee, &tee->source, source);
    gc_store(tee, &tee->node, node);
    return (Value)tee;
}

static Value tee_from(Type *type, Value iterable)
{
    Value iterator = TRY(get_iter(iterable));
    if (is_instance_of(iterator, &tee_type)) {
        Tee *other = (Tee *)iterator;
        return tee_make(type, other->source, load_acquire(&other->node));
    }
    TeeSource *source = TRY(NEW(TeeSource, &tee_source_type));
    gc_store(source, &source->iterator, iterator);
    TeeNode *first = TRY(NEW(TeeNode, &tee_node_type));
    return tee_make(type, source, first);
}

/* Makes the node's successor of the iterator's next item, unless another thread did. 0: there is
 * none, or an exception. */
static TeeNode *tee_fetch(TeeSource *source, TeeNode *node)
{
    TurnResult turn = turn_try_enter(&source->turn);
    if (turn == TURN_MINE || turn == TURN_STUCK)
        raise(RuntimeError, "cannot re-enter the tee iterator");
    if (turn != TURN_TAKEN)
        return 0;
    TeeNode *next = load_acquire(&node->next);
    Value item = next ? 0 : iter_next(source->iterator);
    TeeNode *fresh = item ? NEW(TeeNode, &tee_node_type) : 0;
    if (fresh) {
        gc_store(fresh, &fresh->value, item);
        gc_store(node, &node->next, fresh);
        next = fresh;
    }
    turn_leave(&source->turn);
    return next;
}

static Value tee_next(Value self)
{
    Tee *tee = (Tee *)self;
    for (;;) {
        TeeNode *node = load_acquire(&tee->node), *next = load_acquire(&node->next);
        if (!next)
            next = TRY(tee_fetch(tee->source, node));
        WITH_LOCK (tee) {
            if (tee->node == node) {
                gc_store(tee, &tee->node, next);
                return next->value;
            }
        }
    }
}

NEW_METHOD(tee_new, "iterable, /")
{
    return tee_from((Type *)args[0], args[1]);
}

METHOD(tee_copy, "__copy__", "/", "Returns an independent iterator.")
{
    Tee *tee = (Tee *)args[0];
    return tee_make(&tee_type, tee->source, load_acquire(&tee->node));
}

/* A tee of what others have fetched already, and the iterator's rest. */
REDUCE(tee_reduce)
{
    Tee *tee = (Tee *)args[0];
    TRY(warn_pickle());
    Value fetched = TRY(list_new(0));
    for (TeeNode *node = load_acquire(&tee->node); (node = load_acquire(&node->next)) != 0;)
        TRY(list_append(fetched, node->value));
    Value rest = TRY(call2((Value)&chain_type, fetched, tee->source->iterator));
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(rest)));
}

static MethodDef *const tee_methods[] = {M(tee_copy), M(tee_reduce), 0};

Type tee_type = {
    TYPE_HEAD("itertools._tee", Tee),
    .iter = iterator_self,
    .next = tee_next,
    .new_def = M(tee_new),
    .methods = tee_methods,
    .trace = tee_trace,
    .has_weakrefs = true,
    .doc = "Iterator wrapped to make it copyable.",
};
Type tee_source_type = {
    TYPE_HEAD("itertools._tee_dataobject", TeeSource),
    .trace = tee_source_trace,
    .flags = TYPE_NO_NEW,
};
Type tee_node_type = {
    TYPE_HEAD("itertools._tee_node", TeeNode),
    .trace = tee_node_trace,
    .flags = TYPE_NO_NEW,
};

/* All are copies, if the iterable's iterator can be copied; else the first one is made from it, and
 * the others are copies of that. */
static Value tee_function(Value *args)
{
    intptr_t n = TRY_INDEX(args[1]), made = 0;
    if (n < 0)
        return raise(ValueError, "n must be >= 0");
    Value result = TRY(tuple_new(n));
    if (!n)
        return result;
    Value iterator = TRY(get_iter(args[0])), copy;
    TRY(get_attr_optional(iterator, names.__copy__, &copy));
    if (!copy) {
        iterator = TRY(tee_from(&tee_type, iterator));
        copy = TRY(get_attr(iterator, names.__copy__));
        tuple_init(result, made++, iterator);
    }
    for (; made < n; made++)
        tuple_init(result, made, TRY(call0(copy)));
    return result;
}

MethodDef itertools_tee_def = {"tee",
                               "iterable, n=2, /",
                               "Returns a tuple of n independent iterators.",
                               tee_function,
                               KIND_FUNCTION,
                               0,
                               0};
