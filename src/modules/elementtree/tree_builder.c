/* TreeBuilder: a tree made of calls that tell of starts, ends and texts. Factories and foreign
 * elements are Python code, so that threads take turns. */
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/elementtree/elementtree.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static TreeBuilder *as_builder(Value v)
{
    return (TreeBuilder *)v;
}

static void builder_trace(Object *object, Tracer *tracer)
{
    TreeBuilder *b = (TreeBuilder *)object;
    gc_visit(tracer, load_relaxed(&b->root));
    gc_visit(tracer, load_relaxed(&b->last));
    gc_visit(tracer, load_relaxed(&b->open));
    gc_visit(tracer, load_relaxed(&b->data));
    gc_visit(tracer, load_relaxed(&b->element_factory));
    gc_visit(tracer, load_relaxed(&b->comment_factory));
    gc_visit(tracer, load_relaxed(&b->pi_factory));
    gc_visit(tracer, load_relaxed(&b->append_event));
}

/* ---- making --------------------------------------------------------------------------------- */

static Value builder_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return object_alloc(type);
}

Value tree_new(void)
{
    return object_alloc(&tree_builder_type);
}

static void store_factory(TreeBuilder *b, Value *slot, Value given, Value usual)
{
    Value factory = given == None ? usual : given;
    gc_store(b, slot, factory == None ? 0 : factory);
}

INIT_METHOD(builder_init, "element_factory=None, *, comment_factory=None, pi_factory=None, "
                          "insert_comments=False, insert_pis=False")
{
    TreeBuilder *b = as_builder(args[0]);
    int comments = TRY_NOT_NEGATIVE(object_truth(args[4]), 0);
    int pis = TRY_NOT_NEGATIVE(object_truth(args[5]), 0);
    TURN_ALWAYS (b, &b->turn) {
        store_factory(b, &b->element_factory, args[1], None);
        store_factory(b, &b->comment_factory, args[2], load_acquire(&elementtree_comment_factory));
        store_factory(b, &b->pi_factory, args[3], load_acquire(&elementtree_pi_factory));
        b->insert_comments = comments;
        b->insert_pis = pis;
        return None;
    }
    return 0;
}

/* ---- text ----------------------------------------------------------------------------------- */

static Value data_in_turn(TreeBuilder *b, Value data)
{
    if (!b->data) {
        b->data_listed = false;
        gc_store(b, &b->data, data);
        return None;
    }
    if (!b->data_listed) {
        Value list = TRY(list_from_values((Value[]){b->data}, 1));
        gc_store(b, &b->data, list);
        b->data_listed = true;
    }
    TRY(list_append(b->data, data));
    return None;
}

/* `added` behind a text that there is already. */
static Value text_after(Value text, Value added)
{
    return text == None ? added : number_binary(OP_ADD, text, added);
}

/* Text goes into the last element, or behind it. */
static bool give_text(Value element, bool behind, Value text)
{
    if (is_element_exact(element)) {
        Value *slot = behind ? &as_element(element)->tail : &as_element(element)->text;
        gc_store(element, slot, TRY(text_after(load_acquire(slot), text)));
        return true;
    }
    Value name = behind ? names.tail : names.text;
    Value before = TRY(get_attr(element, name));
    return set_attr(element, name, TRY(text_after(before, text)));
}

static bool flush(TreeBuilder *b)
{
    Value data = b->data;
    if (!data)
        return true;
    bool listed = b->data_listed;
    store_release(&b->data, 0); /* NO_BARRIER: 0 */
    b->data_listed = false;
    if (!b->last)
        return true; /* in front of the root */
    Value text = listed ? TRY(str_join(str_empty(), data)) : data;
    return give_text(b->last, b->last_ended, text);
}

/* ---- events --------------------------------------------------------------------------------- */

static const char *const event_names[EVENT_COUNT] = {"start",  "end",     "start-ns",
                                                     "end-ns", "comment", "pi"};

TreeEvent tree_event_named(const char *name, size_t size)
{
    int event = 0;
    while (event < EVENT_COUNT &&
           (strlen(event_names[event]) != size || memcmp(event_names[event], name, size) != 0))
        event++;
    return (TreeEvent)event;
}

static Value event_in_turn(TreeBuilder *b, TreeEvent event, Value item)
{
    if (!b->append_event || !b->events[event])
        return None;
    Value name = TRY(str_intern_cstring(event_names[event]));
    return call1(b->append_event, TRY(tuple_of(name, item)));
}

bool tree_event(TreeBuilder *b, TreeEvent event, Value item)
{
    TURN_ALWAYS (b, &b->turn) {
        return event_in_turn(b, event, item) != 0;
    }
    return false;
}

bool tree_want_events(TreeBuilder *b, Value append, const bool *events)
{
    TURN_ALWAYS (b, &b->turn) {
        gc_store(b, &b->append_event, append);
        memcpy(b->events, events, sizeof b->events);
        return true;
    }
    return false;
}

/* ---- elements ------------------------------------------------------------------------------- */

/* The innermost open element, or 0. */
static Value innermost(TreeBuilder *b)
{
    return b->open ? list_get(b->open, list_length(b->open) - 1) : 0;
}

static bool add_child(Value parent, Value child)
{
    if (!is_element_exact(parent))
        return call_method1(parent, names.append, child) != 0;
    return is_element(child) ? element_append(parent, child)
                             : raise(TypeError, "append() argument 1 must be %N, not %T",
                                     &element_type, child) != 0;
}

static Value make_element(TreeBuilder *b, Value tag, Value attrib)
{
    if (!b->element_factory)
        return element_new(tag, attrib);
    return call2(b->element_factory, tag, attrib ? attrib : TRY(dict_new()));
}

static Value start_in_turn(TreeBuilder *b, Value tag, Value attrib)
{
    TRY(flush(b));
    Value element = TRY(make_element(b, tag, attrib)), parent = innermost(b);
    if (parent)
        TRY(add_child(parent, element));
    else if (b->root)
        return raise((Type *)elementtree_error, "multiple elements on top level");
    else
        gc_store(b, &b->root, element);
    if (!b->open)
        gc_store(b, &b->open, TRY(list_new(0)));
    TRY(list_append(b->open, element));
    gc_store(b, &b->last, element);
    b->last_ended = false;
    TRY(event_in_turn(b, EVENT_START, element));
    return element;
}

static Value end_in_turn(TreeBuilder *b)
{
    TRY(flush(b));
    if (!innermost(b))
        return raise(IndexError, "pop from empty stack");
    Value element = TRY(list_pop(b->open, -1));
    gc_store(b, &b->last, element);
    b->last_ended = true;
    TRY(event_in_turn(b, EVENT_END, element));
    return element;
}

/* A comment or processing instruction that was made. */
static bool add_single(TreeBuilder *b, Value element)
{
    Value parent = innermost(b);
    if (!parent)
        return true;
    TRY(add_child(parent, element));
    gc_store(b, &b->last, element);
    b->last_ended = true;
    return true;
}

static Value comment_in_turn(TreeBuilder *b, Value text)
{
    Value comment = text;
    TRY(flush(b));
    if (b->comment_factory) {
        comment = TRY(call1(b->comment_factory, text));
        if (b->insert_comments)
            TRY(add_single(b, comment));
    }
    TRY(event_in_turn(b, EVENT_COMMENT, comment));
    return comment;
}

static Value pi_in_turn(TreeBuilder *b, Value target, Value text)
{
    Value pi;
    TRY(flush(b));
    if (b->pi_factory) {
        pi = TRY(call2(b->pi_factory, target, text));
        if (b->insert_pis)
            TRY(add_single(b, pi));
    } else {
        pi = TRY(tuple_of(target, text));
    }
    TRY(event_in_turn(b, EVENT_PI, pi));
    return pi;
}

#define IN_TURN(result)                                                                            \
    TURN_ALWAYS (b, &b->turn) {                                                                    \
        return (result);                                                                           \
    }                                                                                              \
    return 0

Value tree_start(TreeBuilder *b, Value tag, Value attrib)
{
    IN_TURN(start_in_turn(b, tag, attrib));
}

Value tree_end(TreeBuilder *b)
{
    IN_TURN(end_in_turn(b));
}

bool tree_data(TreeBuilder *b, Value data)
{
    IN_TURN(data_in_turn(b, data) != 0);
}

Value tree_comment(TreeBuilder *b, Value text)
{
    IN_TURN(comment_in_turn(b, text));
}

Value tree_pi(TreeBuilder *b, Value target, Value text)
{
    IN_TURN(pi_in_turn(b, target, text));
}

bool tree_wants_pi(TreeBuilder *b)
{
    IN_TURN(b->insert_pis || (b->append_event && b->events[EVENT_PI]));
}

Value tree_root(TreeBuilder *b)
{
    Value root = load_acquire(&b->root);
    return root ? root : None;
}

/* ---- methods -------------------------------------------------------------------------------- */

METHOD(builder_data, "data", "data, /", 0)
{
    TRY(tree_data(as_builder(args[0]), args[1]));
    return None;
}

METHOD(builder_start_method, "start", "tag, attrs, /", 0)
{
    if (!is_dict(args[2]))
        return raise(TypeError, "start() argument 2 must be dict, not %T", args[2]);
    return tree_start(as_builder(args[0]), args[1], args[2]);
}

METHOD(builder_end, "end", "tag, /", 0)
{
    return tree_end(as_builder(args[0]));
}

METHOD(builder_comment, "comment", "text, /", 0)
{
    return tree_comment(as_builder(args[0]), args[1]);
}

METHOD(builder_pi, "pi", "target, text=None, /", 0)
{
    return tree_pi(as_builder(args[0]), args[1], args[2]);
}

METHOD(builder_close, "close", "/", 0)
{
    return tree_root(as_builder(args[0]));
}

static MethodDef *const builder_methods[] = {
    M(builder_data),
    M(builder_start_method),
    M(builder_end),
    M(builder_comment),
    M(builder_pi),
    M(builder_close),
    0,
};

Type tree_builder_type = {
    TYPE_HEAD("xml.etree.ElementTree.TreeBuilder", TreeBuilder),
    .make = builder_make,
    .init_def = M(builder_init),
    .methods = builder_methods,
    .trace = builder_trace,
    .flags = TYPE_BASE,
};
