/* BaseExceptionGroup, ExceptionGroup, and what except* does with them.
 *
 * A group's exceptions never change, and no group can contain itself, so the trees are finite;
 * deep ones are guarded by c_stack_check. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/names.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/exception_family.h"
#include "types/generic_alias.h"
#include "types/list.h"
#include "types/str.h"
#include "types/traceback.h"
#include "types/tuple.h"

#define as_group(v) ((GroupException *)(v))

Value ExceptionGroup;

static void group_trace(Object *self, Tracer *tracer)
{
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&as_group(self)->message));
    gc_visit(tracer, load_relaxed(&as_group(self)->exceptions));
}

bool is_exception_group(Value v)
{
    return is_exception(v) && type_is_subtype(type_of(v), BaseExceptionGroup);
}

/* ---- construction --------------------------------------------------------------------------- */

/* The tuple of exceptions; *all_plain: none of them is outside of Exception. */
static Value checked_exceptions(Value sequence, bool *all_plain)
{
    if (!is_sequence(sequence))
        return raise(TypeError, "second argument (exceptions) must be a sequence");
    Value exceptions = TRY(tuple_from_iterable(sequence));
    intptr_t count = tuple_length(exceptions);
    if (!count)
        return raise(ValueError, "second argument (exceptions) must be a non-empty sequence");
    *all_plain = true;
    for (intptr_t i = 0; i < count; i++) {
        Value e = tuple_get(exceptions, i);
        if (!is_exception(e))
            return raise(ValueError, "Item %zd of second argument (exceptions) is not an exception",
                         i);
        *all_plain &= is_instance_of(e, Exception);
    }
    return exceptions;
}

static Type *class_for(Type *type, bool all_plain)
{
    if (type == (Type *)ExceptionGroup) {
        if (!all_plain)
            return (Type *)raise(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    } else if (type == BaseExceptionGroup) {
        return all_plain ? (Type *)ExceptionGroup : type;
    } else if (!all_plain && type_is_subtype(type, Exception)) {
        return (Type *)raise(TypeError, "Cannot nest BaseExceptions in '%N'", type);
    }
    return type;
}

NEW_METHOD(group_new, "*args, **kwargs")
{
    if (tuple_length(args[1]) != 2)
        return raise(TypeError,
                     "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zd given)",
                     tuple_length(args[1]));
    Value message = tuple_get(args[1], 0);
    if (!is_str(message))
        return raise(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not %B",
                     message);
    bool all_plain = true;
    Value exceptions = TRY(checked_exceptions(tuple_get(args[1], 1), &all_plain));
    Type *type = TRY(class_for((Type *)args[0], all_plain));
    GroupException *e = TRY(NEW(GroupException, type));
    gc_store(e, &e->args, args[1]);
    gc_store(e, &e->message, message);
    gc_store(e, &e->exceptions, exceptions);
    return (Value)e;
}

INIT_METHOD(group_init_method, "*args, **kwargs")
{
    return exception_init(args[0], args[1], args[2]) ? None : 0;
}

Value exception_group_new(Value message, Value exceptions)
{
    return call2((Value)BaseExceptionGroup, message, exceptions);
}

/* ---- splitting --------------------------------------------------------------------------------
 */

typedef enum MatcherKind { MATCH_TYPE, MATCH_CALLABLE, MATCH_IDENTITIES } MatcherKind;
typedef struct Matcher {
    MatcherKind kind;
    Value value; /* a class or tuple of classes; a callable; a list of exceptions */
} Matcher;

static bool matcher_from(Value value, Matcher *matcher)
{
    matcher->value = value;
    matcher->kind = MATCH_TYPE;
    if (is_exception_class(value))
        return true;
    if (is_tuple(value)) {
        bool all = true;
        for (intptr_t i = 0; i < tuple_length(value); i++)
            all &= is_exception_class(tuple_get(value, i));
        if (all)
            return true;
    } else if (type_of(value)->call && !is_type(value)) {
        matcher->kind = MATCH_CALLABLE;
        return true;
    }
    return raise(TypeError, "expected an exception type, a tuple of exception types, or a callable "
                            "(other than a class)");
}

static int matches(const Matcher *matcher, Value exception)
{
    switch (matcher->kind) {
    case MATCH_TYPE:
        return exception_matches(exception, matcher->value);
    case MATCH_CALLABLE: {
        Value result = TRY_OR(call1(matcher->value, exception), -1);
        return object_truth(result);
    }
    default:
        for (intptr_t i = 0; i < list_length(matcher->value); i++)
            if (list_get(matcher->value, i) == exception)
                return 1;
        return 0;
    }
}

static bool copy_metadata(Value from, Value to)
{
    Exception_ *source = (Exception_ *)from, *target = (Exception_ *)to;
    gc_store(target, &target->traceback, load_acquire(&source->traceback));
    gc_store(target, &target->context, load_acquire(&source->context));
    exception_set_cause(to, load_acquire(&source->cause));
    Value notes;
    TRY(get_attr_optional(from, names.__notes__, &notes));
    if (notes && is_sequence(notes)) {
        notes = TRY(list_from_iterable(notes));
        TRY(set_attr(to, names.__notes__, notes));
    }
    return true;
}

/* A group like `original` around the exceptions of `list`; None if there are none. */
static Value subset(Value original, Value list)
{
    if (!list_length(list))
        return None;
    Value group = TRY(call_method1(original, names.derive, list));
    if (!is_exception_group(group))
        return raise(TypeError, "derive must return an instance of BaseExceptionGroup");
    return copy_metadata(original, group) ? group : 0;
}

/* *match: the part of the tree that matches, as a tree; *rest: all else, unless rest is 0. Each is
 * None if there is nothing. */
static bool split(Value exception, const Matcher *matcher, Value *match, Value *rest)
{
    if (!c_stack_check(" in exceptiongroup_split_recursive"))
        return false;
    *match = None;
    if (rest)
        *rest = None;
    int matched = matches(matcher, exception);
    if (matched < 0)
        return false;
    if (matched) {
        *match = exception;
        return true;
    }
    if (!is_exception_group(exception)) {
        if (rest)
            *rest = exception;
        return true;
    }
    Value exceptions = as_group(exception)->exceptions;
    Value match_list = TRY(list_new(0)), rest_list = TRY(list_new(0));
    for (intptr_t i = 0; i < tuple_length(exceptions); i++) {
        Value part_match, part_rest = None;
        TRY(split(tuple_get(exceptions, i), matcher, &part_match, rest ? &part_rest : 0));
        if (part_match != None)
            TRY(list_append(match_list, part_match));
        if (part_rest != None)
            TRY(list_append(rest_list, part_rest));
    }
    *match = TRY(subset(exception, match_list));
    if (rest)
        *rest = TRY(subset(exception, rest_list));
    return true;
}

/* ---- except*
 * ------------------------------------------------------------------------------------- */

/* The classes that except* names must be exceptions, and no groups. */
static bool check_star_pattern(Value pattern)
{
    intptr_t count = is_tuple(pattern) ? tuple_length(pattern) : 1;
    for (intptr_t i = 0; i < count; i++) {
        Value type = is_tuple(pattern) ? tuple_get(pattern, i) : pattern;
        if (!is_exception_class(type))
            return raise(TypeError,
                         "catching classes that do not inherit from BaseException is not allowed");
        if (type_is_subtype((Type *)type, BaseExceptionGroup))
            return raise(TypeError, "catching ExceptionGroup with except* is not allowed. Use "
                                    "except instead.");
    }
    return true;
}

static bool split_by_method(Value exception, Value type, Value *match, Value *rest)
{
    Value pair = TRY(call_method1(exception, names.split, type));
    if (!is_tuple(pair))
        return raise(TypeError, "%T.split must return a tuple, not %T", exception, pair);
    if (tuple_length(pair) < 2)
        return raise(TypeError, "%T.split must return a 2-tuple, got tuple of size %zd", exception,
                     tuple_length(pair));
    *match = tuple_get(pair, 0);
    *rest = tuple_get(pair, 1);
    return true;
}

bool exception_group_split(Value exception, Value type, Value *match, Value *rest)
{
    *match = None;
    *rest = exception;
    TRY(check_star_pattern(type));
    int matched = exception_matches(exception, type);
    if (matched < 0)
        return false;
    if (!matched)
        return !is_exception_group(exception) || split_by_method(exception, type, match, rest);
    *rest = None;
    if (is_exception_group(exception)) {
        *match = exception;
        return true;
    }
    /* A naked exception is handed to the clause in a group of its own. */
    *match = TRY(exception_group_new(TRY(str_empty()), TRY(tuple_of(exception))));
    exception_set_traceback(*match, load_acquire(&((Exception_ *)exception)->traceback));
    return true;
}

static bool same_metadata(Value a, Value b)
{
    Exception_ *x = (Exception_ *)a, *y = (Exception_ *)b;
    return load_relaxed(&x->traceback) == load_relaxed(&y->traceback) &&
           load_relaxed(&x->cause) == load_relaxed(&y->cause) &&
           load_relaxed(&x->context) == load_relaxed(&y->context);
}

static bool collect_leaves(Value exception, Value list)
{
    if (!c_stack_check(" in collect_exception_group_leaf_ids"))
        return false;
    if (!is_exception_group(exception))
        return list_append(list, exception);
    Value exceptions = as_group(exception)->exceptions;
    for (intptr_t i = 0; i < tuple_length(exceptions); i++)
        TRY(collect_leaves(tuple_get(exceptions, i), list));
    return true;
}

/* `original` reduced to the leaves of the groups in `keep`. */
static Value projection(Value original, Value keep)
{
    Value leaves = TRY(list_new(0)), match;
    for (intptr_t i = 0; i < list_length(keep); i++)
        TRY(collect_leaves(list_get(keep, i), leaves));
    Matcher matcher = {MATCH_IDENTITIES, leaves};
    TRY(split(original, &matcher, &match, 0));
    return match;
}

/* What was raised anew goes out beside what was not handled or raised again by plain `raise`;
 * the latter two keep the shape of the original group. (PEP 654.) */
Value exception_group_wrap_star(Value original, Value raised_list)
{
    if (!list_length(raised_list))
        return None;
    if (!is_exception_group(original))
        return list_get(raised_list, 0);
    Value raised = TRY(list_new(0)), reraised = TRY(list_new(0));
    for (intptr_t i = 0; i < list_length(raised_list); i++) {
        Value e = list_get(raised_list, i);
        if (e == None)
            continue;
        bool again = is_exception_group(e) && same_metadata(e, original);
        TRY(list_append(again ? reraised : raised, e));
    }
    Value kept = TRY(projection(original, reraised));
    if (!list_length(raised))
        return kept;
    if (kept != None)
        TRY(list_append(raised, kept));
    if (list_length(raised) == 1)
        return list_get(raised, 0);
    return exception_group_new(TRY(str_empty()), raised);
}

/* ---- slots and methods
 * ------------------------------------------------------------------------------ */

static Value group_str(Value self)
{
    Value exceptions = as_group(self)->exceptions;
    intptr_t count = tuple_length(exceptions);
    return format_value("%V (%zd sub-exception%s)", as_group(self)->message, count,
                        count > 1 ? "s" : "");
}

METHOD(group_derive, "derive", "excs, /", 0)
{
    return exception_group_new(as_group(args[0])->message, args[1]);
}

METHOD(group_split, "split", "matcher_value, /", 0)
{
    Matcher matcher;
    Value match, rest;
    TRY(matcher_from(args[1], &matcher));
    TRY(split(args[0], &matcher, &match, &rest));
    return tuple_of(match, rest);
}

METHOD(group_subgroup, "subgroup", "matcher_value, /", 0)
{
    Matcher matcher;
    Value match;
    TRY(matcher_from(args[1], &matcher));
    TRY(split(args[0], &matcher, &match, 0));
    return match;
}

CLASS_METHOD(group_class_getitem, "__class_getitem__", "object, /", "See PEP 585")
{
    return generic_alias_new(args[0], args[1]);
}

static MethodDef *const group_methods[] = {M(group_derive), M(group_split), M(group_subgroup),
                                           M(group_class_getitem), 0};
static const MemberDef group_members[] = {
    {"message", MEMBER_VALUE, offsetof(GroupException, message), true, "exception message"},
    {"exceptions", MEMBER_VALUE, offsetof(GroupException, exceptions), true, "nested exceptions"},
    {0},
};

const ExceptionFamily family_GroupException = {
    .init = exception_init,
    .new_def = M(group_new),
    .init_def = M(group_init_method),
    .str = group_str,
    .methods = group_methods,
    .members = group_members,
    .trace = group_trace,
};

bool exception_group_start(void)
{
    gc_add_root(&ExceptionGroup, 1);
    Value namespace = TRY(dict_new());
    TRY(dict_set_cstring(namespace, "__module__", TRY(str_intern_cstring("builtins"))));
    Value bases = TRY(tuple_of((Value)BaseExceptionGroup, (Value)Exception));
    ExceptionGroup = TRY(type_new_class(&type_type, TRY(str_intern_cstring("ExceptionGroup")),
                                        bases, namespace, 0, 0, 0));
    return true;
}
