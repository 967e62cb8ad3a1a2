/* Element's methods. Paths that are more than a tag are ElementPath's business, which is Python
 * code. */
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "modules/elementtree/elementtree.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

static bool check_argument(const char *where, Value v)
{
    return is_element(v) || raise(TypeError, "%s must be %N, not %T", where, &element_type, v);
}

/* ---- children ------------------------------------------------------------------------------- */

METHOD(element_append_method, "append", "%subelement, /", 0)
{
    TRY(check_argument("append() argument 1", args[1]));
    TRY(element_append(args[0], args[1]));
    return None;
}

/* All at once; in front of something that is no element, what comes before it. */
METHOD(element_extend, "extend", "%elements, /", 0)
{
    Value elements = TRY(element_list(args[1], "'elements' must be an iterable")), element;
    intptr_t good = 0;
    while ((element = list_get(elements, good)) != 0 && is_element(element))
        good++;
    Value children = TRY(element_children(args[0]));
    TRY(list_extend(children, element ? TRY(list_slice(elements, 0, good)) : elements));
    return !element || element_check(element) ? None : 0;
}

METHOD(element_insert, "insert", "index, subelement, /", 0)
{
    intptr_t i = TRY_INDEX(args[1]);
    TRY(check_argument("insert() argument 2", args[2]));
    TRY(list_insert(TRY(element_children(args[0])), i, args[2]));
    return None;
}

static bool compares_by_identity(Value element)
{
    return type_of(element)->compare == object_type.compare;
}

typedef enum Removal { REMOVED, ABSENT, UNKNOWN, FAILED } Removal;

/* Removes this child. UNKNOWN: another one may be equal to it, which Python code has to tell; not
 * if `same` says that no other will do. */
static Removal remove_child(Value element, Value wanted, bool same)
{
    List *children = (List *)load_acquire(&as_element(element)->children);
    bool known = same || compares_by_identity(wanted);
    if (!children)
        return ABSENT;
    WITH_LOCK (children) {
        for (intptr_t i = 0; i < children->length; i++) {
            Value child = children->items->items[i];
            if (child == wanted)
                return list_splice_locked(children, i, 1, 0, 0) ? REMOVED : FAILED;
            if (!known || (!same && !compares_by_identity(child)))
                return UNKNOWN;
        }
    }
    return ABSENT;
}

METHOD(element_remove, "remove", "subelement, /", 0)
{
    TRY(check_argument("remove() argument", args[1]));
    Removal removal = remove_child(args[0], args[1], false);
    Value child;
    for (intptr_t i = 0; removal == UNKNOWN && (child = element_child(args[0], i)) != 0; i++) {
        if (!TRY_NOT_NEGATIVE(object_equal(child, args[1]), 0))
            continue;
        removal = remove_child(args[0], child, true);
        if (removal == ABSENT) /* the comparison has taken it away */
            removal = REMOVED;
    }
    if (removal == REMOVED)
        return None;
    return removal == FAILED ? 0 : raise(ValueError, "list.remove(x): x not in list");
}

METHOD(element_clear, "clear", "/", 0)
{
    Element *self = as_element(args[0]);
    WITH_LOCK (self) {
        gc_store(self, &self->children, 0);
        gc_store(self, &self->attrib, 0);
        gc_store(self, &self->text, None);
        gc_store(self, &self->tail, None);
    }
    return None;
}

METHOD(element_makeelement, "makeelement", "%tag, attrib, /", 0)
{
    if (!is_dict(args[2]))
        return raise(TypeError, "makeelement() argument 2 must be dict, not %T", args[2]);
    return element_new(args[1], TRY(dict_copy(args[2])));
}

/* ---- attributes ----------------------------------------------------------------------------- */

METHOD(element_get, "get", "key, default=None", 0)
{
    Value attrib = load_acquire(&as_element(args[0])->attrib), value = 0;
    if (attrib)
        TRY(dict_find(attrib, args[1], &value));
    return value ? value : args[2];
}

METHOD(element_set, "set", "key, value, /", 0)
{
    TRY(dict_set(TRY(element_attrib(args[0])), args[1], args[2]));
    return None;
}

METHOD(element_keys, "keys", "/", 0)
{
    Value attrib = load_acquire(&as_element(args[0])->attrib);
    return attrib ? dict_keys_list(attrib) : list_new(0);
}

METHOD(element_items, "items", "/", 0)
{
    Value attrib = load_acquire(&as_element(args[0])->attrib);
    return attrib ? dict_items_list(attrib) : list_new(0);
}

/* ---- finding -------------------------------------------------------------------------------- */

/* Does the path mean children with that tag, and nothing else? A namespace in braces may hold
 * anything, but `{}` and `{*}` are patterns. */
static bool is_plain_tag(Value path)
{
    if (has_shape(path, SHAPE_BYTES)) /* as a tag it equals only other bytes */
        return !strpbrk(((Bytes *)path)->data, "{/*[@.");
    if (!is_str(path))
        return false;
    intptr_t i = 0, n = str_length(path);
    if (n && str_char(path, 0) == '{') {
        uint32_t first = n > 1 ? str_char(path, 1) : '}';
        while (i < n && str_char(path, i) != '}')
            i++;
        if (first == '}' || first == '*' || i == n)
            return false;
    }
    for (; i < n; i++) {
        uint32_t c = str_char(path, i);
        if (c == '/' || c == '*' || c == '[' || c == '@' || c == '.')
            return false;
    }
    return true;
}

/* The first child with the tag; 0 with an exception or without. */
static Value find_child(Value self, Value tag)
{
    Value child;
    for (intptr_t i = 0; (child = element_child(self, i)) != 0; i++) {
        int equal = element_tag_equal(load_acquire(&as_element(child)->tag), tag);
        if (equal)
            return equal > 0 ? child : 0;
    }
    return 0;
}

METHOD(element_find, "find", "path, namespaces=None", 0)
{
    if (args[2] != None || !is_plain_tag(args[1]))
        return call_method3(elementtree_path, names.find, args[0], args[1], args[2]);
    Value child = find_child(args[0], args[1]);
    return child || error_pending() ? child : None;
}

METHOD(element_findtext, "findtext", "path, default=None, namespaces=None", 0)
{
    if (args[3] != None || !is_plain_tag(args[1])) {
        Value values[] = {elementtree_path, args[0], args[1], args[2], args[3]};
        return call_method(names.findtext, values, COUNT_OF(values), 0);
    }
    Value child = find_child(args[0], args[1]);
    if (!child)
        return error_pending() ? 0 : args[2];
    Value text = load_acquire(&as_element(child)->text);
    return text == None ? str_empty() : text;
}

METHOD(element_findall, "findall", "path, namespaces=None", 0)
{
    if (args[2] != None || !is_plain_tag(args[1]))
        return call_method3(elementtree_path, names.findall, args[0], args[1], args[2]);
    Value found = TRY(list_new(0)), child;
    for (intptr_t i = 0; (child = element_child(args[0], i)) != 0; i++)
        if (TRY_NOT_NEGATIVE(element_tag_equal(load_acquire(&as_element(child)->tag), args[1]), 0))
            TRY(list_append(found, child));
    return found;
}

METHOD(element_iterfind, "iterfind", "path, namespaces=None", 0)
{
    return call_method3(elementtree_path, names.iterfind, args[0], args[1], args[2]);
}

METHOD(element_iter_method, "iter", "tag=None", 0)
{
    Value tag = args[1];
    if (tag == None || (is_str(tag) && str_equals(tag, "*")))
        tag = 0;
    return element_iterator_new(args[0], tag, false);
}

METHOD(element_itertext, "itertext", "/", 0)
{
    return element_iterator_new(args[0], 0, true);
}

/* ---- copies --------------------------------------------------------------------------------- */

/* `copy` gets the texts and the list of children. */
static Value complete(Value copy, Value text, Value tail, Value children)
{
    Element *element = as_element(copy);
    gc_store(element, &element->text, text);
    gc_store(element, &element->tail, tail);
    if (children)
        gc_store(element, &element->children, children);
    return copy;
}

/* The attributes are shared with the copy, as long as nobody replaces them. */
METHOD(element_copy, "__copy__", "/", 0)
{
    Element *self = as_element(args[0]);
    Value copy = TRY(element_new(load_acquire(&self->tag), load_acquire(&self->attrib)));
    Value children = load_acquire(&self->children);
    if (children)
        children = TRY(element_children_new(children));
    return complete(copy, load_acquire(&self->text), load_acquire(&self->tail), children);
}

static Value deep_copy_element(Value v, Value memo);

/* Are all keys and values of this dict strs, which are their own copies? */
static bool is_plain_dict(Value dict)
{
    intptr_t position = 0;
    Value key, value;
    while (dict_next(dict, &position, &key, &value))
        if (!is_str_exact(key) || !is_str_exact(value))
            return false;
    return true;
}

static Value deep_copy(Value v, Value memo)
{
    if (v == None || is_str_exact(v))
        return v;
    if (has_shape(v, SHAPE_DICT) && is_plain_dict(v))
        return dict_copy(v);
    if (is_element_exact(v)) {
        Value done = dict_get(memo, TRY(object_id(v)));
        return done || error_pending() ? done : deep_copy_element(v, memo);
    }
    return call2(TRY(import_attribute("copy", "deepcopy")), v, memo);
}

/* What the element has while they are copied: that may run Python code. */
static Value deep_copy_children(Value v, Value memo)
{
    Value copies = TRY(element_children_new(0)), child;
    for (intptr_t i = 0; (child = element_child(v, i)) != 0; i++) {
        Value copy = TRY(deep_copy(child, memo));
        TRY(element_check(copy));
        TRY(list_append(copies, copy));
    }
    return copies;
}

static Value deep_copy_element(Value v, Value memo)
{
    Element *self = as_element(v);
    TRY(c_stack_check(""));
    TRY(thread_poll(thread_self()));
    Value tag = TRY(deep_copy(load_acquire(&self->tag), memo));
    Value attrib = load_acquire(&self->attrib);
    if (attrib) {
        attrib = TRY(deep_copy(attrib, memo));
        if (!is_dict(attrib))
            return raise(TypeError, "attrib must be dict, not %T", attrib);
    }
    Value copy = TRY(element_new(tag, attrib));
    Value text = TRY(deep_copy(load_acquire(&self->text), memo));
    Value tail = TRY(deep_copy(load_acquire(&self->tail), memo));
    complete(copy, text, tail, element_length(v) ? TRY(deep_copy_children(v, memo)) : 0);
    TRY(dict_set(memo, TRY(object_id(v)), copy));
    return copy;
}

METHOD(element_deepcopy, "__deepcopy__", "memo, /", 0)
{
    if (!is_dict(args[1]))
        return raise_bad_argument("__deepcopy__", "dict", args[1]);
    return deep_copy_element(args[0], args[1]);
}

METHOD(element_sizeof, "__sizeof__", "/", 0)
{
    Value children = load_acquire(&as_element(args[0])->children);
    intptr_t size = (intptr_t)type_of(args[0])->size;
    if (children)
        size += (intptr_t)sizeof(List) +
                load_acquire(&((List *)children)->items)->capacity * (intptr_t)sizeof(Value);
    return int_from(size);
}

/* ---- pickling ------------------------------------------------------------------------------- */

static bool state_set(Value state, const char *key, Value value)
{
    return dict_set_cstring(state, key, value);
}

METHOD(element_getstate, "__getstate__", "/", 0)
{
    Element *self = as_element(args[0]);
    Value state = TRY(dict_new()), children = load_acquire(&self->children);
    children = TRY(children ? list_copy(children) : list_new(0));
    Value attrib = load_acquire(&self->attrib);
    TRY(state_set(state, "tag", load_acquire(&self->tag)));
    TRY(state_set(state, "_children", children));
    TRY(state_set(state, "attrib", attrib ? attrib : TRY(dict_new())));
    TRY(state_set(state, "text", load_acquire(&self->text)));
    TRY(state_set(state, "tail", load_acquire(&self->tail)));
    return state;
}

static Value state_get(Value state, const char *key)
{
    Value value = dict_get_cstring(state, key);
    return value ? value : None;
}

/* The children of a state as an element has them, or *out 0. */
static bool state_children(Value state, Value *out)
{
    Value given = dict_get_cstring(state, "_children"), child;
    *out = 0;
    if (!given)
        return true;
    if (!is_list(given))
        return raise(TypeError, "'_children' is not a list");
    *out = TRY(element_children_new(given));
    for (intptr_t i = 0; (child = list_get(*out, i)) != 0; i++)
        TRY(element_check(child));
    return true;
}

METHOD(element_setstate, "__setstate__", "state, /", 0)
{
    Element *self = as_element(args[0]);
    Value state = args[1], children;
    if (!is_dict(state))
        return raise(TypeError, "Don't know how to unpickle \"%R\" as an Element", state);
    Value tag = dict_get_cstring(state, "tag"), attrib = state_get(state, "attrib");
    if (!tag)
        return raise(TypeError, "tag may not be NULL");
    if (attrib != None && !is_dict(attrib))
        return raise(TypeError, "attrib must be dict, not %T", attrib);
    TRY(state_children(state, &children));
    gc_store(self, &self->tag, tag);
    gc_store(self, &self->text, state_get(state, "text"));
    gc_store(self, &self->tail, state_get(state, "tail"));
    WITH_LOCK (self) {
        if (attrib != None)
            gc_store(self, &self->attrib, attrib);
        if (children)
            gc_store(self, &self->children, children);
    }
    return None;
}

MethodDef *const element_methods[] = {
    M(element_clear),         M(element_get),
    M(element_set),           M(element_find),
    M(element_findtext),      M(element_findall),
    M(element_append_method), M(element_extend),
    M(element_insert),        M(element_remove),
    M(element_iter_method),   M(element_itertext),
    M(element_iterfind),      M(element_items),
    M(element_keys),          M(element_makeelement),
    M(element_copy),          M(element_deepcopy),
    M(element_getstate),      M(element_setstate),
    M(element_sizeof),        0,
};
