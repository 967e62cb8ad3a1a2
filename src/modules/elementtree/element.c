/* Element: the object, its slots and attributes. element_methods.c has the methods. */
#include "core/alloc.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/elementtree/elementtree.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

static void element_trace(Object *object, Tracer *tracer)
{
    Element *self = (Element *)object;
    gc_visit(tracer, load_relaxed(&self->tag));
    gc_visit(tracer, load_relaxed(&self->text));
    gc_visit(tracer, load_relaxed(&self->tail));
    gc_visit(tracer, load_relaxed(&self->attrib));
    gc_visit(tracer, load_relaxed(&self->children));
}

/* ---- lists of children ---------------------------------------------------------------------- */

static void children_trace(Object *object, Tracer *tracer)
{
    gc_visit(tracer, (Value)load_relaxed(&((List *)object)->items));
}

Type element_children_type = {
    TYPE_HEAD("xml.etree.ElementTree.Children", List),
    .trace = children_trace,
    .flags = TYPE_NO_NEW | TYPE_HIDDEN,
};

Value element_children_new(Value elements)
{
    intptr_t count = 0;
    Array *items = elements ? TRY(list_snapshot(elements, &count)) : list_empty_array;
    List *children = TRY(NEW(List, &element_children_type));
    children->items = items; /* NO_BARRIER: fresh, nothing allocated since */
    children->length = count;
    return (Value)children;
}

/* ---- making ------------------------------------------------------------------------------- */

static Value alloc(Type *type, Value tag, Value attrib)
{
    Element *self = TRY(NEW(Element, type));
    self->tag = tag; /* NO_BARRIER: fresh, nothing allocated since; so are the following */
    self->text = self->tail = None;
    self->attrib = attrib;
    return (Value)self;
}

Value element_new(Value tag, Value attrib)
{
    return alloc(&element_type, tag, attrib);
}

static Value element_make(Type *type, Value *args UNUSED, size_t nargs UNUSED, Value kwnames UNUSED)
{
    return alloc(type, None, 0);
}

static bool add_keywords(Value attrib, Value kwnames, const Value *values, Value except)
{
    for (intptr_t i = 0; i < tuple_length(kwnames); i++)
        if (tuple_get(kwnames, i) != except)
            TRY(dict_set(attrib, tuple_get(kwnames, i), values[i]));
    return true;
}

/* A keyword named attrib stands for the second argument, if that is not there. */
static bool keyword_attrib(Value kwnames, const Value *values, Value *name, Value *attrib)
{
    for (intptr_t i = 0; i < tuple_length(kwnames); i++)
        if (str_equals(tuple_get(kwnames, i), "attrib")) {
            *name = tuple_get(kwnames, i);
            *attrib = values[i];
            return is_dict(values[i]) || raise(TypeError, "attrib must be dict, not %T", values[i]);
        }
    return true;
}

/* The attributes that (attrib={}, **extra) ask for, as a new dict, or *out 0 if there are none. */
static bool attributes_of_call(Value given, const Value *values, Value kwnames, Value *out)
{
    Value named = 0, base = given;
    bool keywords = kwnames && tuple_length(kwnames);
    *out = 0;
    if (keywords && !given)
        TRY(keyword_attrib(kwnames, values, &named, &base));
    if (!keywords && !given)
        return true;
    *out = TRY(base ? dict_copy(base) : dict_new());
    return !keywords || add_keywords(*out, kwnames, values, named);
}

static bool element_init(Value self, Value *args, size_t nargs, Value kwnames)
{
    Value attrib;
    if (nargs < 1 || nargs > 2)
        return raise(TypeError, "Element() takes at %s argument%s (%zu given)",
                     nargs ? "most 2" : "least 1", nargs ? "s" : "", nargs);
    if (nargs == 2 && !is_dict(args[1]))
        return raise(TypeError, "Element() argument 2 must be dict, not %T", args[1]);
    TRY(attributes_of_call(nargs == 2 ? args[1] : 0, args + nargs, kwnames, &attrib));
    Element *element = as_element(self);
    gc_store(element, &element->tag, args[0]);
    gc_store(element, &element->text, None);
    gc_store(element, &element->tail, None);
    if (attrib)
        WITH_LOCK (element)
            gc_store(element, &element->attrib, attrib);
    return true;
}

/* ---- what other files call ------------------------------------------------------------------ */

Value element_children(Value v)
{
    Element *self = as_element(v);
    Value children = load_acquire(&self->children);
    if (likely(children))
        return children;
    Value fresh = TRY(element_children_new(0));
    WITH_LOCK (self) {
        if (!self->children)
            gc_store(self, &self->children, fresh);
        return self->children;
    }
    UNREACHABLE();
}

Value element_attrib(Value v)
{
    Element *self = as_element(v);
    Value attrib = load_acquire(&self->attrib);
    if (likely(attrib))
        return attrib;
    Value fresh = TRY(dict_new());
    WITH_LOCK (self) {
        if (!self->attrib)
            gc_store(self, &self->attrib, fresh);
        return self->attrib;
    }
    UNREACHABLE();
}

bool element_append(Value element, Value child)
{
    return list_append(TRY(element_children(element)), child);
}

Value element_child(Value element, intptr_t i)
{
    Value children = load_acquire(&as_element(element)->children);
    return children ? list_get(children, i) : 0;
}

intptr_t element_length(Value element)
{
    Value children = load_acquire(&as_element(element)->children);
    return children ? list_length(children) : 0;
}

bool element_check(Value v)
{
    return is_element(v) || raise(TypeError, "expected an Element, not \"%T\"", v);
}

int element_tag_equal(Value tag, Value wanted)
{
    if (tag == wanted)
        return 1;
    if (is_str_exact(tag) && is_str_exact(wanted))
        return str_equal(tag, wanted);
    return object_compare_bool(tag, wanted, CMP_EQ);
}

Value element_list(Value iterable, const char *message)
{
    if (has_shape(iterable, SHAPE_LIST) || has_shape(iterable, SHAPE_TUPLE))
        return list_from_iterable(iterable);
    Value iterator = get_iter(iterable);
    if (!iterator)
        return error_clear_if(TypeError) ? raise(TypeError, "%s", message) : 0;
    return list_from_iterable(iterator);
}

/* ---- slots ---------------------------------------------------------------------------------- */

static Value element_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return raise(RuntimeError, "reentrant call inside %T.__repr__", self);
    Value text = str_format("<Element %R at 0x%zx>", load_acquire(&as_element(self)->tag),
                            (size_t)(uintptr_t)self);
    repr_leave(self);
    return text;
}

static int element_truth(Value self)
{
    if (!warn(DeprecationWarning, 1,
              "Testing an element's truth value will always return True in future versions.  "
              "Use specific 'len(elem)' or 'elem is not None' test instead."))
        return -1;
    return element_length(self) != 0;
}

static Value element_getitem(Value self, Value key)
{
    if (has_index(key)) {
        intptr_t i;
        TRY(index_as_intptr_or(key, &i, IndexError));
        Value child = index_resolve(&i, element_length(self)) ? element_child(self, i) : 0;
        return child ? child : raise(IndexError, "child index out of range");
    }
    if (!is_slice(key))
        return raise(TypeError, "element indices must be integers");
    Value children = load_acquire(&as_element(self)->children);
    return list_type.getitem(children ? children : TRY(list_new(0)), key);
}

/* value 0: delete. The slice as a whole is replaced at once. */
static bool set_slice(Value self, Value slice, Value value)
{
    Value children = TRY(element_children(self));
    if (!value)
        return list_type.setitem(children, slice, 0);
    Value elements = TRY(element_list(value, "assignment expects an iterable"));
    Value element;
    for (intptr_t i = 0; (element = list_get(elements, i)) != 0; i++)
        TRY(element_check(element));
    return list_type.setitem(children, slice, elements);
}

static bool element_setitem(Value self, Value key, Value value)
{
    if (is_slice(key))
        return set_slice(self, key, value);
    if (!has_index(key))
        return raise(TypeError, "element indices must be integers");
    intptr_t i;
    TRY(index_as_intptr_or(key, &i, IndexError));
    Value children = load_acquire(&as_element(self)->children);
    if (!children || !index_resolve(&i, list_length(children)))
        return raise(IndexError, "child assignment index out of range");
    if (value)
        TRY(element_check(value));
    if (list_type.setitem(children, TRY(int_from(i)), value))
        return true;
    return error_clear_if(IndexError) /* another thread has made it shorter */
               ? raise(IndexError, "child assignment index out of range") != 0
               : false;
}

/* ---- attributes ----------------------------------------------------------------------------- */

static bool refuse_delete(void)
{
    return raise(AttributeError, "can't delete element attribute");
}

#define FIELD(name)                                                                                \
    static Value get_##name(Value self)                                                            \
    {                                                                                              \
        return load_acquire(&as_element(self)->name);                                              \
    }                                                                                              \
    static bool set_##name(Value self, Value value)                                                \
    {                                                                                              \
        if (!value)                                                                                \
            return refuse_delete();                                                                \
        gc_store(self, &as_element(self)->name, value);                                            \
        return true;                                                                               \
    }
FIELD(tag)
FIELD(text)
FIELD(tail)

static bool set_attrib(Value self, Value value)
{
    if (!value)
        return refuse_delete();
    if (!is_dict(value))
        return raise(TypeError, "attrib must be dict, not %T", value);
    WITH_LOCK (self) {
        gc_store(self, &as_element(self)->attrib, value);
    }
    return true;
}

static const GetSetDef element_getset[] = {
    {"tag", get_tag, set_tag, "A string identifying what kind of data this element represents"},
    {"text", get_text, set_text, "A string of text directly after the start tag, or None"},
    {"tail", get_tail, set_tail, "A string of text directly after the end tag, or None"},
    {"attrib", element_attrib, set_attrib, "A dictionary containing the element's attributes"},
    {0},
};

Type element_type = {
    TYPE_HEAD("xml.etree.ElementTree.Element", Element),
    .repr = element_repr,
    .init = element_init,
    .make = element_make,
    .truth = element_truth,
    .length = element_length,
    .getitem = element_getitem,
    .setitem = element_setitem,
    .methods = element_methods,
    .getset = element_getset,
    .trace = element_trace,
    .flags = TYPE_BASE,
    .has_weakrefs = true,
};
