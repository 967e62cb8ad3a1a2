/* _elementtree: elements, what builds trees of them, and what parses XML into trees. */
#ifndef WEFT_MODULES_ELEMENTTREE_ELEMENTTREE_H
#define WEFT_MODULES_ELEMENTTREE_ELEMENTTREE_H

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/share.h"
#include "core/turn.h"
#include "gc/heap.h"

/* An element's fields are read and stored one by one, without a lock; its children are in a list of
 * its own, whose operations are atomic. Neither that list nor the dict of attributes is made before
 * it is needed; two threads that need it at once get the same one. */
typedef struct Element {
    Object ob;
    Value tag;        /* atomic, as are the following; never 0 */
    Value text, tail; /* never 0 */
    Value attrib;     /* a dict; 0: no attributes so far */
    Value children;   /* of element_children_type; 0: none so far */
} Element;

/* element_children_type: a List that Python code never gets hold of, not by gc.get_referents()
 * either, so that nothing but Elements is in it. */
extern Type element_type, element_children_type, element_iterator_type;

ALWAYS_INLINE Element *as_element(Value v)
{
    return (Element *)v;
}

ALWAYS_INLINE bool is_element_exact(Value v)
{
    return is_object(v) && shape_of(v)->type == &element_type;
}

ALWAYS_INLINE bool is_element(Value v)
{
    return is_element_exact(v) || is_instance_of(v, &element_type);
}

/* `attrib`, a dict that becomes the element's own, may be 0. */
Value element_new(Value tag, Value attrib) MUST_USE;
bool element_append(Value element, Value child) MUST_USE;
/* The i-th child, or 0 without an exception. */
Value element_child(Value element, intptr_t i);
intptr_t element_length(Value element);
/* Children from a List of Elements, which is copied, or with 0 none. */
Value element_children_new(Value elements) MUST_USE;
/* The list of children, and the dict of attributes, made if need be. */
Value element_children(Value element) MUST_USE;
Value element_attrib(Value element) MUST_USE;
/* TypeError unless `v` is an element. */
bool element_check(Value v) MUST_USE;
/* Is `tag` what is looked for? 1, 0, -1. */
int element_tag_equal(Value tag, Value wanted);
/* A new list of what `iterable` gives; TypeError with `message` if it is none. */
Value element_list(Value iterable, const char *message) MUST_USE;
/* iter() and itertext(): elements with this tag (0: all), or the texts. */
Value element_iterator_new(Value element, Value tag, bool texts) MUST_USE;

extern MethodDef *const element_methods[];

/* ---- TreeBuilder: one thread at a time builds; the others wait for their turn ------------------
 */

typedef enum TreeEvent {
    EVENT_START,
    EVENT_END,
    EVENT_START_NS,
    EVENT_END_NS,
    EVENT_COMMENT,
    EVENT_PI,
    EVENT_COUNT
} TreeEvent;

/* Used in turn if SHARED. */
typedef struct TreeBuilder {
    Object ob;
    Turn turn;
    Value root, last; /* 0: none yet */
    bool last_ended;  /* text belongs behind `last`, not into it */
    Value open;       /* list of the elements that have not ended; 0 until the first */
    Value data;       /* text so far: 0, a value, or a list that nobody else has */
    bool data_listed; /* it is that list */
    Value element_factory, comment_factory, pi_factory; /* 0: none */
    bool insert_comments, insert_pis;
    Value append_event;       /* 0: nobody wants events */
    bool events[EVENT_COUNT]; /* that are wanted */
} TreeBuilder;

extern Type tree_builder_type;

ALWAYS_INLINE bool is_tree_builder_exact(Value v)
{
    return is_object(v) && shape_of(v)->type == &tree_builder_type;
}

Value tree_new(void) MUST_USE; /* without factories */
/* What the methods of the type do; attrib, a dict, may be 0. */
Value tree_start(TreeBuilder *b, Value tag, Value attrib) MUST_USE;
Value tree_end(TreeBuilder *b) MUST_USE;
bool tree_data(TreeBuilder *b, Value data) MUST_USE;
Value tree_comment(TreeBuilder *b, Value text) MUST_USE;
Value tree_pi(TreeBuilder *b, Value target, Value text) MUST_USE;
/* Would anybody see a processing instruction? If not, none has to be made. */
bool tree_wants_pi(TreeBuilder *b);
Value tree_root(TreeBuilder *b);
/* Tells of an event if it is wanted. */
bool tree_event(TreeBuilder *b, TreeEvent event, Value item) MUST_USE;
/* From now on `append` is called with these events. */
bool tree_want_events(TreeBuilder *b, Value append, const bool *events) MUST_USE;
/* The event with this name, or EVENT_COUNT. */
TreeEvent tree_event_named(const char *name, size_t size);

extern Type xml_parser_type;
extern Value elementtree_error; /* ParseError; a root, once made */
extern Value elementtree_path;  /* the module xml.etree.ElementPath; a root */
/* What TreeBuilder uses unless it is told: set by _set_factories; roots, None: nothing. */
extern Value elementtree_comment_factory, elementtree_pi_factory;

#endif
