/* The match statement's mapping and class patterns. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/operations.h"

/* Keys are few, and most are constants, which the compiler has compared. */
static bool check_key(Value keys, intptr_t i)
{
    Value key = tuple_get(keys, i);
    for (intptr_t k = 0; k < i; k++) {
        int same = object_equal(tuple_get(keys, k), key);
        if (same < 0)
            return false;
        if (same)
            return raise(ValueError, "mapping pattern checks duplicate key (%R)", key);
    }
    return true;
}

/* Through get(key, marker), so that __missing__ does not run. */
Value match_keys(Value subject, Value keys)
{
    intptr_t n = tuple_length(keys);
    Value values = TRY(tuple_new(n));
    Value get = 0, marker = n ? TRY(object_alloc(&object_type)) : 0;
    if (!has_shape(subject, SHAPE_DICT) && n)
        get = TRY(get_attr(subject, names.get));
    for (intptr_t i = 0; i < n; i++) {
        Value key = tuple_get(keys, i), value;
        TRY(check_key(keys, i));
        if (get) {
            value = TRY(call2(get, key, marker));
            if (value == marker)
                return None;
        } else {
            TRY(dict_find(subject, key, &value));
            if (!value)
                return None;
        }
        tuple_init(values, i, value);
    }
    return values;
}

/* What a class pattern asks for: attributes, the positional ones first. They are few. */
typedef struct ClassPattern {
    Value subject, class;
    Value match_args;           /* tuple */
    bool takes_itself;          /* as the only positional one: there is no __match_args__ */
    Value keywords;             /* tuple of names */
    intptr_t positional, first; /* before `first`, the subject itself */
} ClassPattern;

static Value name_at(const ClassPattern *p, intptr_t i)
{
    return i < p->positional ? tuple_get(p->match_args, i)
                             : tuple_get(p->keywords, i - p->positional);
}

/* Puts the i-th attribute of the subject into *value; 0 if it has no such. */
static bool match_attribute(const ClassPattern *p, intptr_t i, Value *value)
{
    Value name = name_at(p, i);
    if (!is_str_exact(name))
        return raise(TypeError, "__match_args__ elements must be strings (got %T)", name);
    for (intptr_t k = p->first; k < i; k++)
        if (str_equal(name_at(p, k), name))
            return raise(TypeError, "%s() got multiple sub-patterns for attribute %R",
                         type_short_name((Type *)p->class), name);
    return get_attr_optional(p->subject, name, value);
}

static bool find_match_args(ClassPattern *p)
{
    Value match_args;
    TRY(get_attr_optional(p->class, names.__match_args__, &match_args));
    if (!match_args)
        p->takes_itself = type_flags((Type *)p->class) & TYPE_MATCH_SELF;
    else if (is_tuple(match_args))
        p->match_args = match_args;
    else
        return raise(TypeError, "%s.__match_args__ must be a tuple (got %T)",
                     type_short_name((Type *)p->class), match_args);
    return true;
}

static bool check_positional(const ClassPattern *p)
{
    intptr_t allowed = p->takes_itself ? 1 : tuple_length(p->match_args);
    return p->positional <= allowed ||
           raise(TypeError, "%s() accepts %zd positional sub-pattern%s (%zd given)",
                 type_short_name((Type *)p->class), allowed, allowed == 1 ? "" : "s",
                 p->positional);
}

Value match_class(Value subject, Value class, unsigned positional, Value keyword_names)
{
    if (!is_type(class))
        return raise(TypeError, "called match pattern must be a class");
    int instance = object_isinstance(subject, class);
    if (instance <= 0)
        return instance < 0 ? 0 : None;
    ClassPattern p = {.subject = subject,
                      .class = class,
                      .match_args = TRY(tuple_empty()),
                      .keywords = keyword_names,
                      .positional = positional};
    if (positional)
        TRY(find_match_args(&p) && check_positional(&p));
    intptr_t count = p.positional + tuple_length(keyword_names);
    Value values = TRY(tuple_new(count));
    if (p.takes_itself) {
        tuple_init(values, 0, subject);
        p.first = 1;
    }
    for (intptr_t i = p.first; i < count; i++) {
        Value value;
        TRY(match_attribute(&p, i, &value));
        if (!value)
            return None;
        tuple_init(values, i, value);
    }
    return values;
}
