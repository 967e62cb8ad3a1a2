/* Views of a dict. Keys and items behave like sets; their operators make sets. */
#include "types/dict_views.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "gc/heap.h"
#include "types/list.h"
#include "types/mappingproxy.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

static void dict_view_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((DictView *)self)->dict);
}

Value dict_view_new(Value dict, DictPart part)
{
    static Type *const types[] = {&dict_keys_type, &dict_values_type, &dict_items_type};
    return dict_view_new_as(types[part], dict);
}

Value dict_view_new_as(Type *type, Value dict)
{
    DictView *self = TRY(NEW(DictView, type));
    self->dict = dict; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

static Value view_dict(Value view)
{
    return ((DictView *)view)->dict;
}

static bool is_keys(Value v)
{
    return has_layout(v, LAYOUT_DICT_KEYS);
}

static bool is_items(Value v)
{
    return has_layout(v, LAYOUT_DICT_ITEMS);
}

static bool is_view_set(Value v)
{
    return is_keys(v) || is_items(v);
}

/* ---- slots that all three have */

static intptr_t view_length(Value self)
{
    return dict_length(view_dict(self));
}

static Value view_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("...");
    Value dict = view_dict(self);
    Value list = is_keys(self)    ? dict_keys_list(dict)
                 : is_items(self) ? dict_items_list(dict)
                                  : dict_values_list(dict);
    Value result = list ? str_format("%T(%R)", self, list) : 0;
    repr_leave(self);
    return result;
}

static Value keys_iter(Value self)
{
    return dict_iterator_new(view_dict(self), DICT_PART_KEYS);
}

static Value values_iter(Value self)
{
    return dict_iterator_new(view_dict(self), DICT_PART_VALUES);
}

static Value items_iter(Value self)
{
    return dict_iterator_new(view_dict(self), DICT_PART_ITEMS);
}

static int keys_contains(Value self, Value key)
{
    return dict_contains(view_dict(self), key);
}

static int items_contains(Value self, Value item)
{
    if (!is_tuple(item) || tuple_length(item) != 2)
        return 0;
    Value value;
    TRY_OR(dict_find(view_dict(self), tuple_get(item, 0), &value), -1);
    return value ? object_equal(value, tuple_get(item, 1)) : 0;
}

/* ---- comparison as sets */

/* 1 if all items of a are in b. */
static int all_in(Value a, Value b)
{
    ITERATE(item, a)
    {
        int found = object_contains(b, item);
        if (found <= 0)
            return found;
    }
    return ITERATED ? 1 : -1;
}

static Value view_compare(Value self, Value other, CompareOp op)
{
    if (!is_any_set(other) && !is_view_set(other))
        return NotImplemented;
    intptr_t n = TRY_NOT_NEGATIVE(object_length(self), 0);
    intptr_t m = TRY_NOT_NEGATIVE(object_length(other), 0);
    int result = 0;
    switch (op) {
    case CMP_EQ:
    case CMP_NE:
        result = n == m ? all_in(self, other) : 0;
        if (op == CMP_NE && result >= 0)
            result = !result;
        break;
    case CMP_LT:
        result = n < m ? all_in(self, other) : 0;
        break;
    case CMP_LE:
        result = n <= m ? all_in(self, other) : 0;
        break;
    case CMP_GT:
        result = n > m ? all_in(other, self) : 0;
        break;
    case CMP_GE:
        result = n >= m ? all_in(other, self) : 0;
        break;
    }
    return result < 0 ? 0 : bool_value(result);
}

/* ---- operators: either operand may be the view */

static Value view_subtract(Value a, Value b)
{
    Value result = TRY(set_from_iterable(a));
    TRY(set_difference_update(result, b));
    return result;
}

static Value view_and(Value a, Value b)
{
    Value view = is_view_set(a) ? a : b, other = is_view_set(a) ? b : a;
    /* Go through the shorter one. */
    if (is_view_set(other) && view_length(other) > view_length(view)) {
        Value swap = view;
        view = other;
        other = swap;
    }
    if (has_shape(other, SHAPE_SET) && view_length(view) <= set_length(other))
        return set_intersection(other, view);
    Value result = TRY(set_new());
    ITERATE(item, other)
    {
        int found = is_keys(view) ? keys_contains(view, item) : items_contains(view, item);
        TRY_NOT_NEGATIVE(found, 0);
        if (found)
            TRY(set_add(result, item));
    }
    return ITERATED ? result : 0;
}

static Value view_or(Value a, Value b)
{
    Value result = TRY(set_from_iterable(a));
    TRY(set_update(result, b));
    return result;
}

/* Values that are equal need no hash. */
static Value items_xor(Value a, Value b)
{
    Value left = TRY(dict_copy(view_dict(a))), right = TRY(dict_items_list(view_dict(b)));
    Value result = TRY(set_new()), item, value;
    for (intptr_t i = 0; (item = list_get(right, i)) != 0; i++) {
        Value key = tuple_get(item, 0);
        bool found;
        TRY(dict_find(left, key, &value));
        if (value && TRY_NOT_NEGATIVE(object_equal(value, tuple_get(item, 1)), 0))
            TRY(dict_delete(left, key, &found));
        else
            TRY(set_add(result, item));
    }
    TRY(set_update(result, TRY(dict_items_list(left))));
    return result;
}

static Value view_xor(Value a, Value b)
{
    if (is_items(a) && is_items(b))
        return items_xor(a, b);
    Value result = TRY(set_from_iterable(a));
    TRY(set_symmetric_difference_update(result, b));
    return result;
}

/* ---- methods */

METHOD(dict_view_isdisjoint, "isdisjoint", "other, /",
       "Return True if the view and the given iterable have a null intersection.")
{
    Value self = args[0], other = args[1];
    if (self == other)
        return bool_value(view_length(self) == 0);
    if (is_any_set(other) || is_view_set(other)) {
        intptr_t length = TRY_NOT_NEGATIVE(object_length(other), 0);
        if (length > view_length(self)) {
            self = other;
            other = args[0];
        }
    }
    ITERATE(item, other)
    {
        int found = TRY_NOT_NEGATIVE(object_contains(self, item), 0);
        if (found)
            return False;
    }
    return ITERATED ? True : 0;
}

METHOD(dict_keys_reversed, "__reversed__", "/", "Return a reverse iterator over the dict keys.")
{
    return dict_reverse_iterator_new(view_dict(args[0]), DICT_PART_KEYS);
}

METHOD(dict_values_reversed, "__reversed__", "/", "Return a reverse iterator over the dict values.")
{
    return dict_reverse_iterator_new(view_dict(args[0]), DICT_PART_VALUES);
}

METHOD(dict_items_reversed, "__reversed__", "/", "Return a reverse iterator over the dict items.")
{
    return dict_reverse_iterator_new(view_dict(args[0]), DICT_PART_ITEMS);
}

static Value view_mapping(Value self)
{
    return mappingproxy_new(view_dict(self));
}

static const GetSetDef dict_view_getset[] = {
    {"mapping", view_mapping, 0, "dictionary that this view refers to"},
    {0},
};

static MethodDef *const dict_keys_methods[] = {M(dict_view_isdisjoint), M(dict_keys_reversed), 0};
static MethodDef *const dict_values_methods[] = {M(dict_values_reversed), 0};
static MethodDef *const dict_items_methods[] = {M(dict_view_isdisjoint), M(dict_items_reversed), 0};

Type dict_keys_type = {
    TYPE_HEAD("dict_keys", DictView),
    .repr = view_repr,
    .hash = hash_unhashable,
    .compare = view_compare,
    .iter = keys_iter,
    .subtract = view_subtract,
    .and_ = view_and,
    .xor_ = view_xor,
    .or_ = view_or,
    .length = view_length,
    .contains = keys_contains,
    .methods = dict_keys_methods,
    .getset = dict_view_getset,
    .trace = dict_view_trace,
    .layout = LAYOUT_DICT_KEYS,
    .flags = TYPE_NO_NEW | TYPE_DICT_ORDER,
};

Type dict_values_type = {
    TYPE_HEAD("dict_values", DictView),
    .repr = view_repr,
    .iter = values_iter,
    .length = view_length,
    .methods = dict_values_methods,
    .getset = dict_view_getset,
    .trace = dict_view_trace,
    .layout = LAYOUT_DICT_VALUES,
    .flags = TYPE_NO_NEW | TYPE_DICT_ORDER,
};

Type dict_items_type = {
    TYPE_HEAD("dict_items", DictView),
    .repr = view_repr,
    .hash = hash_unhashable,
    .compare = view_compare,
    .iter = items_iter,
    .subtract = view_subtract,
    .and_ = view_and,
    .xor_ = view_xor,
    .or_ = view_or,
    .length = view_length,
    .contains = items_contains,
    .methods = dict_items_methods,
    .getset = dict_view_getset,
    .trace = dict_view_trace,
    .layout = LAYOUT_DICT_ITEMS,
    .flags = TYPE_NO_NEW | TYPE_DICT_ORDER,
};

void dict_views_start(void)
{
    type_ready(&dict_keys_type, SHAPE_DICT_KEYS);
    type_ready(&dict_values_type, SHAPE_DICT_VALUES);
    type_ready(&dict_items_type, SHAPE_DICT_ITEMS);
}
