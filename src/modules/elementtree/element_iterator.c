/* The iterators of iter() and itertext(): down the tree in document order, with a stack of the
 * elements on the way and of the next child of each. A child is looked for when its turn comes, so
 * that a tree which changes meanwhile is seen as it then is. Threads that share an iterator take
 * turns: comparing tags may run Python code. */
#include "core/alloc.h"
#include "core/error.h"
#include "core/thread.h"
#include "modules/elementtree/elementtree.h"
#include "types/int.h"
#include "types/iterators.h"
#include "types/str.h"

/* Used in turn if SHARED. */
typedef struct ElementIterator {
    Object ob;
    Turn turn;
    Value root;     /* until it has been entered; then 0 */
    Value tag;      /* 0: any; immutable after init */
    bool texts;     /* itertext(); immutable after init */
    intptr_t depth; /* elements that were entered and not left */
    Array *stack;   /* for each of them two slots: itself, and the index of its next child */
} ElementIterator;

enum { FIRST_CAPACITY = 8, STEPS_WITHOUT_POLL = 4096 };

static void iterator_trace(Object *object, Tracer *tracer)
{
    ElementIterator *it = (ElementIterator *)object;
    gc_visit(tracer, load_relaxed(&it->root));
    gc_visit(tracer, it->tag);
    gc_visit(tracer, (Value)load_relaxed(&it->stack));
}

Value element_iterator_new(Value element, Value tag, bool texts)
{
    Array *stack = TRY(array_new(FIRST_CAPACITY));
    ElementIterator *it = TRY(NEW(ElementIterator, &element_iterator_type));
    it->stack = stack; /* NO_BARRIER: fresh, nothing allocated since; so are the following */
    it->root = element;
    it->tag = tag;
    it->texts = texts;
    return (Value)it;
}

static bool enter(ElementIterator *it, Value element)
{
    intptr_t top = 2 * it->depth;
    if (top + 2 > it->stack->capacity) {
        Array *stack = TRY(array_new(2 * it->stack->capacity));
        /* NO_BARRIER: fresh, nothing allocated since */
        memcpy(stack->items, it->stack->items, (size_t)top * sizeof(Value));
        gc_store(it, &it->stack, stack);
    }
    gc_store(it->stack, &it->stack->items[top], element);
    it->stack->items[top + 1] = int_small(0); /* NO_BARRIER: no object */
    it->depth++;
    return true;
}

/* The next child of the innermost element, or 0. */
static Value next_child(ElementIterator *it)
{
    Value *top = &it->stack->items[2 * it->depth - 2];
    Value child = element_child(top[0], int_value(top[1]));
    if (child)
        top[1] = int_small(int_value(top[1]) + 1); /* NO_BARRIER: no object */
    return child;
}

static Value leave(ElementIterator *it)
{
    Value *top = &it->stack->items[2 * --it->depth], element = *top;
    store_release(top, 0); /* NO_BARRIER: 0 */
    return element;
}

/* A text that is worth handing out: 1, 0, -1. */
static int is_text(Value text)
{
    return text == None ? 0 : is_str_exact(text) ? str_length(text) > 0 : object_truth(text);
}

/* Enters the next element, *entered, or leaves the innermost one, *left; 0 and 0 at the end. */
static bool move(ElementIterator *it, Value *entered, Value *left)
{
    *entered = *left = 0;
    if (it->root) {
        *entered = it->root;
        store_release(&it->root, 0); /* NO_BARRIER: 0 */
    } else if (it->depth && !(*entered = next_child(it))) {
        *left = leave(it);
    }
    return !*entered || enter(it, *entered);
}

/* What the iterator hands out for a move; 0: nothing, or an exception. */
static Value result_of(ElementIterator *it, Value entered, Value left)
{
    if (it->texts) {
        if (!entered && !it->depth)
            return 0; /* what follows the root is not in it */
        Value text = entered ? load_acquire(&as_element(entered)->text)
                             : load_acquire(&as_element(left)->tail);
        return TRY_NOT_NEGATIVE(is_text(text), 0) ? text : 0;
    }
    if (!entered)
        return 0;
    Value tag = load_acquire(&as_element(entered)->tag);
    if (it->tag && !TRY_NOT_NEGATIVE(element_tag_equal(tag, it->tag), 0))
        return 0;
    return entered;
}

static Value step(ElementIterator *it)
{
    for (uint32_t steps = 1;; steps++) {
        Value entered, left;
        TRY(move(it, &entered, &left));
        if (!entered && !left)
            return 0;
        Value result = result_of(it, entered, left);
        if (result || error_pending())
            return result;
        if (steps % STEPS_WITHOUT_POLL == 0)
            TRY(thread_poll(thread_self()));
    }
}

static Value iterator_next(Value self)
{
    ElementIterator *it = (ElementIterator *)self;
    TURN_ALWAYS (it, &it->turn) {
        return step(it);
    }
    return 0;
}

Type element_iterator_type = {
    TYPE_HEAD("_elementtree._element_iterator", ElementIterator),
    .iter = iterator_self,
    .next = iterator_next,
    .trace = iterator_trace,
    .flags = TYPE_NO_NEW,
};
