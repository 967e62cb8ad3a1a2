/* The smaller families: StopIteration, SystemExit, NameError, AttributeError, ImportError,
 * SyntaxError. */
#include <stdarg.h>

#include "core/abstract.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/exception_family.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define INIT_FOR(id, function)                                                                     \
    INIT_METHOD(id, "*args, **kwargs")                                                             \
    {                                                                                              \
        return function(args[0], args[1], args[2]) ? None : 0;                                     \
    }

#define VALUE_MEMBER(struct_, field, name)                                                         \
    {                                                                                              \
        name, MEMBER_VALUE, offsetof(struct_, field), false, 0                                     \
    }

/* ---- StopIteration ----------------------------------------------------------------------- */

static void stop_iteration_trace(Object *self, Tracer *tracer)
{
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&((StopIterationException *)self)->value));
}

static bool stop_iteration_init(Value self, Value args, Value kwargs)
{
    StopIterationException *e = (StopIterationException *)self;
    TRY(exception_init(self, args, kwargs));
    gc_store(e, &e->value, tuple_length(args) ? tuple_get(args, 0) : None);
    return true;
}
INIT_FOR(stop_iteration_init_method, stop_iteration_init)

Value stop_iteration_value(Value exception)
{
    Value value = load_acquire(&((StopIterationException *)exception)->value);
    return value ? value : None;
}

static const MemberDef stop_iteration_members[] = {
    VALUE_MEMBER(StopIterationException, value, "value"), {0}};

const ExceptionFamily family_StopIterationException = {
    .init = stop_iteration_init,
    .init_def = M(stop_iteration_init_method),
    .members = stop_iteration_members,
    .trace = stop_iteration_trace,
};

/* ---- SystemExit --------------------------------------------------------------------------------
 */

static void system_exit_trace(Object *self, Tracer *tracer)
{
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&((SystemExitException *)self)->code));
}

static bool system_exit_init(Value self, Value args, Value kwargs)
{
    SystemExitException *e = (SystemExitException *)self;
    TRY(exception_init(self, args, kwargs));
    intptr_t count = tuple_length(args);
    gc_store(e, &e->code, count == 0 ? None : count == 1 ? tuple_get(args, 0) : args);
    return true;
}
INIT_FOR(system_exit_init_method, system_exit_init)

static const MemberDef system_exit_members[] = {VALUE_MEMBER(SystemExitException, code, "code"),
                                                {0}};

const ExceptionFamily family_SystemExitException = {
    .init = system_exit_init,
    .init_def = M(system_exit_init_method),
    .members = system_exit_members,
    .trace = system_exit_trace,
};

/* ---- NameError ----------------------------------------------------------------------------------
 */

static void name_error_trace(Object *self, Tracer *tracer)
{
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&((NameException *)self)->name));
}

static bool name_error_init(Value self, Value args, Value kwargs)
{
    NameException *e = (NameException *)self;
    Value name;
    TRY(exception_init(self, args, 0));
    TRY(exception_keywords(self, kwargs, (const char *[]){"name"}, &name, 1));
    gc_store(e, &e->name, name);
    return true;
}
INIT_FOR(name_error_init_method, name_error_init)

static const MemberDef name_error_members[] = {VALUE_MEMBER(NameException, name, "name"), {0}};

const ExceptionFamily family_NameException = {
    .init = name_error_init,
    .init_def = M(name_error_init_method),
    .members = name_error_members,
    .trace = name_error_trace,
};

Value raise_name_error(const char *format, Value name)
{
    Value message = TRY(format_value(format, name));
    NameException *e = (NameException *)TRY(exception_make(NameError, message));
    gc_store(e, &e->name, name);
    return raise_object((Value)e);
}

/* ---- AttributeError
 * -------------------------------------------------------------------------------- */

static void attribute_error_trace(Object *self, Tracer *tracer)
{
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&((AttributeException *)self)->name));
    gc_visit(tracer, load_relaxed(&((AttributeException *)self)->obj));
}

static bool attribute_error_init(Value self, Value args, Value kwargs)
{
    AttributeException *e = (AttributeException *)self;
    Value values[2];
    TRY(exception_init(self, args, 0));
    TRY(exception_keywords(self, kwargs, (const char *[]){"name", "obj"}, values, 2));
    gc_store(e, &e->name, values[0]);
    gc_store(e, &e->obj, values[1]);
    return true;
}
INIT_FOR(attribute_error_init_method, attribute_error_init)

/* The attributes, the name and args; not the object, which may not survive pickling. */
METHOD(attribute_error_getstate, "__getstate__", "/", 0)
{
    AttributeException *e = (AttributeException *)args[0];
    Value state;
    TRY(exception_attributes(args[0], &state));
    Value name = load_acquire(&e->name), arguments = load_acquire(&e->args);
    if (!state && !name && !arguments)
        return None;
    state = TRY(state ? dict_copy(state) : dict_new());
    if (name)
        TRY(dict_set_cstring(state, "name", name));
    if (arguments)
        TRY(dict_set_cstring(state, "args", arguments));
    return state;
}

METHOD(attribute_error_reduce, "__reduce__", "/", 0)
{
    Value state = TRY(attribute_error_getstate((Value[]){args[0]}));
    Value arguments = load_acquire(&((AttributeException *)args[0])->args);
    return tuple_of((Value)type_of(args[0]), arguments ? arguments : TRY(tuple_empty()), state);
}

static const MemberDef attribute_error_members[] = {VALUE_MEMBER(AttributeException, name, "name"),
                                                    VALUE_MEMBER(AttributeException, obj, "obj"),
                                                    {0}};
static MethodDef *const attribute_error_methods[] = {M(attribute_error_getstate),
                                                     M(attribute_error_reduce), 0};

const ExceptionFamily family_AttributeException = {
    .init = attribute_error_init,
    .init_def = M(attribute_error_init_method),
    .methods = attribute_error_methods,
    .members = attribute_error_members,
    .trace = attribute_error_trace,
};

Value raise_attribute_error(Value object, Value name)
{
    Value message =
        TRY(is_type(object) ? format_value("type object '%s' has no attribute '%V'",
                                           type_name((Type *)object), name)
                            : format_value("'%T' object has no attribute '%V'", object, name));
    AttributeException *e = (AttributeException *)TRY(exception_make(AttributeError, message));
    gc_store(e, &e->name, name);
    gc_store(e, &e->obj, object);
    return raise_object((Value)e);
}

/* ---- ImportError
 * ------------------------------------------------------------------------------------ */

static void import_error_trace(Object *self, Tracer *tracer)
{
    ImportException *e = (ImportException *)self;
    exception_trace(self, tracer);
    gc_visit(tracer, load_relaxed(&e->msg));
    gc_visit(tracer, load_relaxed(&e->name));
    gc_visit(tracer, load_relaxed(&e->path));
    gc_visit(tracer, load_relaxed(&e->name_from));
}

static bool import_error_init(Value self, Value args, Value kwargs)
{
    ImportException *e = (ImportException *)self;
    Value values[3];
    TRY(exception_init(self, args, 0));
    TRY(exception_keywords(self, kwargs, (const char *[]){"name", "path", "name_from"}, values, 3));
    gc_store(e, &e->name, values[0]);
    gc_store(e, &e->path, values[1]);
    gc_store(e, &e->name_from, values[2]);
    gc_store(e, &e->msg, tuple_length(args) == 1 ? tuple_get(args, 0) : 0);
    return true;
}
INIT_FOR(import_error_init_method, import_error_init)

static Value import_error_str(Value self)
{
    Value message = load_acquire(&((ImportException *)self)->msg);
    return message && is_str_exact(message) ? message : exception_str(self);
}

METHOD(import_error_reduce, "__reduce__", "/", 0)
{
    ImportException *e = (ImportException *)args[0];
    struct {
        const char *name;
        Value value;
    } fields[] = {{"name", load_acquire(&e->name)},
                  {"path", load_acquire(&e->path)},
                  {"name_from", load_acquire(&e->name_from)}};
    Value state, arguments = load_acquire(&e->args);
    TRY(exception_attributes(args[0], &state));
    bool copied = false;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (!fields[i].value)
            continue;
        if (!copied)
            state = TRY(state ? dict_copy(state) : dict_new());
        copied = true;
        TRY(dict_set_cstring(state, fields[i].name, fields[i].value));
    }
    Value type = (Value)type_of(args[0]);
    return state ? tuple_of(type, arguments, state) : tuple_of(type, arguments);
}

static const MemberDef import_error_members[] = {
    VALUE_MEMBER(ImportException, msg, "msg"),
    VALUE_MEMBER(ImportException, name, "name"),
    VALUE_MEMBER(ImportException, path, "path"),
    VALUE_MEMBER(ImportException, name_from, "name_from"),
    {0}};
static MethodDef *const import_error_methods[] = {M(import_error_reduce), 0};

const ExceptionFamily family_ImportException = {
    .init = import_error_init,
    .init_def = M(import_error_init_method),
    .str = import_error_str,
    .methods = import_error_methods,
    .members = import_error_members,
    .trace = import_error_trace,
};

Value raise_import_error(Type *type, Value name, Value path, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    Value message = format_value_list(format, list);
    va_end(list);
    ImportException *e = (ImportException *)TRY(exception_make(type, TRY(message)));
    gc_store(e, &e->name, name);
    gc_store(e, &e->path, path);
    return raise_object((Value)e);
}

/* ---- SyntaxError
 * --------------------------------------------------------------------------------------- */

static void syntax_error_trace(Object *self, Tracer *tracer)
{
    SyntaxException *e = (SyntaxException *)self;
    exception_trace(self, tracer);
    gc_visit_range(tracer, &e->msg, 8);
}
_Static_assert(offsetof(SyntaxException, print_file_and_line) ==
                   offsetof(SyntaxException, msg) + 7 * sizeof(Value),
               "the fields of SyntaxException are traced as a range");

/* SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset])) */
static bool syntax_error_details(SyntaxException *e, Value details)
{
    Value *const fields[] = {&e->filename, &e->lineno,     &e->offset,
                             &e->text,     &e->end_lineno, &e->end_offset};
    details = TRY(tuple_from_iterable(details));
    intptr_t count = tuple_length(details);
    if (count < 4 || count > 6)
        return raise(TypeError, "function takes at %s %d arguments (%zd given)",
                     count < 4 ? "least" : "most", count < 4 ? 4 : 6, count);
    for (intptr_t i = 0; i < 6; i++)
        gc_store(e, fields[i], i < count ? tuple_get(details, i) : 0);
    if (count == 5)
        return raise(TypeError, "end_offset must be provided when end_lineno is provided");
    return true;
}

static bool syntax_error_init(Value self, Value args, Value kwargs)
{
    SyntaxException *e = (SyntaxException *)self;
    TRY(exception_init(self, args, kwargs));
    if (tuple_length(args) >= 1)
        gc_store(e, &e->msg, tuple_get(args, 0));
    return tuple_length(args) != 2 || syntax_error_details(e, tuple_get(args, 1));
}
INIT_FOR(syntax_error_init_method, syntax_error_init)

static Value base_name(Value filename)
{
    intptr_t start = str_length(filename);
    while (start > 0 && str_char(filename, start - 1) != '/')
        start--;
    return str_substring(filename, start, str_length(filename));
}

static Value syntax_error_str(Value self)
{
    SyntaxException *e = (SyntaxException *)self;
    Value message = load_acquire(&e->msg), filename = load_acquire(&e->filename);
    Value lineno = load_acquire(&e->lineno);
    if (!message)
        message = None;
    bool has_line = lineno && is_int_any(lineno);
    if (filename && is_str(filename)) {
        Value name = TRY(base_name(filename));
        return has_line ? format_value("%V (%V, line %V)", message, name, lineno)
                        : format_value("%V (%V)", message, name);
    }
    return has_line ? format_value("%V (line %V)", message, lineno) : object_str(message);
}

static const MemberDef syntax_error_members[] = {
    VALUE_MEMBER(SyntaxException, msg, "msg"),
    VALUE_MEMBER(SyntaxException, filename, "filename"),
    VALUE_MEMBER(SyntaxException, lineno, "lineno"),
    VALUE_MEMBER(SyntaxException, offset, "offset"),
    VALUE_MEMBER(SyntaxException, text, "text"),
    VALUE_MEMBER(SyntaxException, end_lineno, "end_lineno"),
    VALUE_MEMBER(SyntaxException, end_offset, "end_offset"),
    VALUE_MEMBER(SyntaxException, print_file_and_line, "print_file_and_line"),
    {0},
};

const ExceptionFamily family_SyntaxException = {
    .init = syntax_error_init,
    .init_def = M(syntax_error_init_method),
    .str = syntax_error_str,
    .members = syntax_error_members,
    .trace = syntax_error_trace,
};

Value raise_syntax_error(Type *type, Value message, Value filename, int lineno, int offset,
                         Value text, int end_lineno, int end_offset)
{
    Value details = TRY(tuple_of(filename ? filename : None, int_small(lineno), int_small(offset),
                                 text ? text : None, int_small(end_lineno), int_small(end_offset)));
    Value args = TRY(tuple_of(message, details));
    Value e = TRY(object_alloc(type));
    TRY(syntax_error_init(e, args, 0));
    return raise_object(e);
}
