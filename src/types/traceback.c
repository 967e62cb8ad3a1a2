#include "types/traceback.h"

#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

#define as_traceback(v) ((Traceback *)(v))

static void traceback_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&as_traceback(self)->next));
    gc_visit(tracer, as_traceback(self)->frame);
}

Value traceback_new(Value next, Value frame, int lasti, int lineno)
{
    Traceback *t = TRY(NEW(Traceback, &traceback_type));
    gc_store(t, &t->next, next);
    gc_store(t, &t->frame, frame);
    t->lasti = lasti;
    t->lineno = lineno;
    return (Value)t;
}

NEW_METHOD(traceback_make, "tb_next, tb_frame, tb_lasti, tb_lineno")
{
    if (!has_layout(args[2], LAYOUT_FRAME))
        return raise(TypeError, "traceback() argument 'tb_frame' must be frame, not %B", args[2]);
    if (args[1] != None && !is_traceback(args[1]))
        return raise(TypeError, "expected traceback object or None, got '%T'", args[1]);
    int lasti, lineno;
    TRY(index_as_int(args[3], &lasti));
    TRY(index_as_int(args[4], &lineno));
    return traceback_new(args[1] == None ? 0 : args[1], args[2], lasti, lineno);
}

static Value get_next(Value self)
{
    Value next = load_acquire(&as_traceback(self)->next);
    return next ? next : None;
}

static Mutex link_lock; /* raw: two threads that link tracebacks crosswise would close a loop */

static bool set_next(Value self, Value value)
{
    if (!value)
        return raise(TypeError, "can't delete tb_next attribute");
    if (value != None && !is_traceback(value))
        return raise(TypeError, "expected traceback object, got '%T'", value);
    Value next = value == None ? 0 : value;
    mutex_lock_raw(&link_lock);
    Value t = next;
    while (t && t != self)
        t = load_acquire(&as_traceback(t)->next);
    if (!t)
        gc_store(self, &as_traceback(self)->next, next);
    mutex_unlock(&link_lock);
    return !t || raise(ValueError, "traceback loop detected");
}

int (*traceback_line_hook)(Value frame, int lasti);

int traceback_lineno(const Traceback *t)
{
    return t->lineno == LINENO_LATER ? traceback_line_hook(t->frame, t->lasti) : t->lineno;
}

static Value get_lineno(Value self)
{
    int lineno = traceback_lineno(as_traceback(self));
    return lineno < 0 ? None : int_small(lineno);
}

METHOD(traceback_dir, "__dir__", "/", 0)
{
    static const char *const attributes[] = {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"};
    Value list = TRY(list_new(COUNT_OF(attributes)));
    for (size_t i = 0; i < COUNT_OF(attributes); i++)
        TRY(list_append(list, TRY(str_intern_cstring(attributes[i]))));
    return list;
}

static MethodDef *const traceback_methods[] = {M(traceback_dir), 0};
static const GetSetDef traceback_getset[] = {
    {"tb_next", get_next, set_next, 0}, {"tb_lineno", get_lineno, 0, 0}, {0}};
static const MemberDef traceback_members[] = {
    {"tb_frame", MEMBER_VALUE, offsetof(Traceback, frame), true, 0},
    {"tb_lasti", MEMBER_INT32, offsetof(Traceback, lasti), true, 0},
    {0},
};

Type traceback_type = {
    TYPE_HEAD("traceback", Traceback), .layout = LAYOUT_TRACEBACK,
    .new_def = M(traceback_make),      .methods = traceback_methods,
    .getset = traceback_getset,        .members = traceback_members,
    .trace = traceback_trace,          .doc = "Create a new traceback object.",
};

void traceback_start(void)
{
    type_ready(&traceback_type, SHAPE_TRACEBACK);
}
