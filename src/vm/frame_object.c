/* Frame objects: made when somebody asks for one. While its frame runs, a frame object looks at the
 * registers on the stack; when the frame ends it takes a copy of them with it. */
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/audit.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/module.h"
#include "types/cell.h"
#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame_locals.h"
#include "vm/frame_snapshot.h"
#include "vm/generator.h"
#include "vm/jump.h"

static void frame_object_trace(Object *o, Tracer *tracer)
{
    FrameObject *f = (FrameObject *)o;
    gc_visit(tracer, (Value)f->code);
    gc_visit(tracer, (Value)f->function);
    gc_visit(tracer, f->back);
    gc_visit(tracer, f->locals);
    gc_visit(tracer, f->generator);
    gc_visit(tracer, (Value)f->registers);
    gc_visit(tracer, f->trace);
    gc_visit(tracer, f->extra_locals);
}

Value frame_object_of(Frame *frame)
{
    if (frame->frame_object)
        return frame->frame_object;
    FrameObject *f = TRY(NEW(FrameObject, &frame_type));
    f->frame = frame;
    gc_store(f, &f->code, frame->code);
    gc_store(f, &f->function, frame->function);
    gc_store(f, &f->locals, frame->locals);
    gc_store(f, &f->generator, frame->flags & FRAME_GENERATOR ? frame->generator : 0);
    f->trace_lines = true;
    frame->frame_object = (Value)f;
    return (Value)f;
}

/* The frame ends: the object keeps copies. If there is no memory for them, its locals are lost,
 * but nothing else. */
void frame_object_detach(Frame *frame)
{
    Thread *thread = thread_self();
    FrameObject *f = (FrameObject *)frame->frame_object;
    Value pending = thread->exception;
    thread->exception = 0;
    if (frame->caller) {
        Value back = frame_object_of(frame->caller);
        gc_store(f, &f->back, back);
    }
    uint32_t count = frame->code->clear_count;
    Array *copy = array_new(count);
    if (copy) {
        Value *registers = frame_registers(frame);
        for (uint32_t i = 0; i < count; i++)
            gc_store(copy, &copy->items[i], registers[i]);
        gc_store(f, &f->registers, copy);
    }
    f->last = frame_instruction(frame);
    store_release(&f->frame, (Frame *)0);
    thread->exception = pending;
}

/* Compares addresses only: the frame may be gone. */
static bool is_mine(const Frame *frame)
{
    for (const Frame *each = thread_self()->frame; each; each = each->caller)
        if (each == frame)
            return true;
    return false;
}

FrameObject *frame_object_view(FrameObject *f)
{
    const Frame *frame = load_acquire(&f->frame);
    if (likely(!is_shared(f)) || !frame || is_mine(frame))
        return f;
    return frame_snapshot(f);
}

Value *frame_object_registers(FrameObject *f, uint32_t *count)
{
    Frame *frame = load_acquire(&f->frame);
    Array *registers = load_acquire(&f->registers);
    *count = f->code->clear_count;
    if (frame)
        return f->generator && frame == &((Generator *)f->generator)->frame
                   ? ((Generator *)f->generator)->registers
                   : frame_registers(frame);
    if (registers)
        return registers->items;
    *count = 0;
    return 0;
}

/* None if it is running. */
static Value suspended_frame_object(Generator *g)
{
    if (g->on_stack || generator_is_finished(g))
        return None;
    Value made = TRY(frame_object_of(&g->frame));
    gc_store(g, &g->frame.frame_object, made);
    gc_store(made, &((FrameObject *)made)->generator, (Value)g);
    return made;
}

Value generator_frame_object(Generator *g)
{
    if (generator_is_finished(g))
        return None;
    for (Frame *frame = thread_self()->frame; frame; frame = frame->caller)
        if (frame->generator == (Value)g && frame->flags & FRAME_GENERATOR)
            return frame_object_of(frame);
    if (likely(!is_shared(g)))
        return suspended_frame_object(g);
    gc_stop_world(); /* lest another thread resumes it, or makes one as well */
    Value made = suspended_frame_object(g);
    gc_start_world();
    return made;
}

/* ---- attributes */

static Value get_back(Value self)
{
    FrameObject *f = TRY(frame_object_view((FrameObject *)self));
    if (!f->frame)
        return f->back ? f->back : None;
    if (f->generator && f->frame == &((Generator *)f->generator)->frame)
        return None;
    return f->frame->caller ? frame_object_of(f->frame->caller) : None;
}

static Value get_lineno(Value self)
{
    FrameObject *f = TRY(frame_object_view((FrameObject *)self));
    uint32_t last = f->frame ? frame_instruction(f->frame) : f->last;
    if (last == UINT32_MAX) /* a generator that was not started */
        return int_small((intptr_t)f->code->first_line);
    int line = f->frame ? frame_line(f->frame) : code_line_in(f->code, last, self);
    return line < 0 ? None : int_small(line);
}

static bool set_lineno(Value self, Value value)
{
    int line;
    if (!value)
        return raise(AttributeError, "cannot delete attribute");
    if (!is_int(value))
        return raise(ValueError, "lineno must be an integer");
    if (TRY(frame_object_view((FrameObject *)self)) != (FrameObject *)self)
        return raise(ValueError, "f_lineno can only be set in a trace function");
    return index_as_int(value, &line) && frame_jump((FrameObject *)self, line);
}

static Value get_lasti(Value self)
{
    FrameObject *f = TRY(frame_object_view((FrameObject *)self));
    uint32_t last = f->frame ? frame_instruction(f->frame) : f->last;
    return int_small((intptr_t)last * LASTI_UNIT);
}

static Value get_globals(Value self)
{
    return ((FrameObject *)self)->function->globals;
}

static Value get_builtins(Value self)
{
    return ((FrameObject *)self)->function->builtins;
}

static Value get_code(Value self)
{
    TRY(AUDIT("object.__getattr__", self, str_intern_cstring("f_code")));
    return (Value)((FrameObject *)self)->code;
}

static Value get_locals(Value self)
{
    FrameObject *f = (FrameObject *)self;
    if (f->code->flags & CODE_OPTIMIZED)
        return frame_locals_proxy(f);
    uint32_t count;
    Value *registers = frame_object_registers(TRY(frame_object_view(f)), &count);
    Value namespace = f->locals ? f->locals : f->function->globals;
    return frame_has_hidden(f->code, registers, count) ? frame_locals_proxy(f) : namespace;
}

static Value get_trace(Value self)
{
    Value trace = load_acquire(&((FrameObject *)self)->trace);
    return trace ? trace : None;
}

static bool set_trace(Value self, Value value)
{
    gc_store(self, &((FrameObject *)self)->trace, value == None ? 0 : value);
    return true;
}

static Value get_trace_opcodes(Value self)
{
    return bool_value(load_relaxed(&((FrameObject *)self)->trace_opcodes));
}

static bool set_trace_opcodes(Value self, Value value)
{
    if (value != True && value != False)
        return raise(TypeError, "attribute value type must be bool");
    FrameObject *f = (FrameObject *)self;
    store_relaxed(&f->opcode_due, value == True && load_acquire(&f->frame));
    store_relaxed(&f->trace_opcodes, value == True);
    if (value == True)
        wanted_opcodes();
    return true;
}

static const GetSetDef frame_getset[] = {
    {"f_back", get_back, 0, 0},
    {"f_lineno", get_lineno, set_lineno, 0},
    {"f_lasti", get_lasti, 0, 0},
    {"f_globals", get_globals, 0, 0},
    {"f_builtins", get_builtins, 0, 0},
    {"f_code", get_code, 0, 0},
    {"f_locals", get_locals, 0, 0},
    {"f_trace", get_trace, set_trace, 0},
    {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, 0},
    {0},
};

static const MemberDef frame_members[] = {
    {"f_trace_lines", MEMBER_BOOL8, offsetof(FrameObject, trace_lines), false, 0},
    {0},
};

static Value frame_repr(Value self)
{
    FrameObject *f = (FrameObject *)self;
    return str_format("<frame at 0x%zx, file %R, line %V, code %V>", (size_t)self,
                      load_acquire(&f->code->filename), TRY(get_lineno(self)), f->code->name);
}

METHOD(frame_clear, "clear", "", "F.clear(): clear all references held by the frame")
{
    FrameObject *f = (FrameObject *)args[0];
    const Frame *frame = load_acquire(&f->frame);
    Generator *g = (Generator *)f->generator;
    uint8_t state;
    if (frame && !(g && frame == &g->frame && generator_claim(g, &state)))
        return raise(RuntimeError, "cannot clear an executing frame");
    if (frame) {
        if (state == GEN_SUSPENDED) {
            store_release(&g->state, state);
            return raise(RuntimeError, "cannot clear a suspended frame");
        }
        generator_clear(g);
        store_release(&f->frame, (Frame *)0);
        return None;
    }
    gc_store(f, &f->registers, (Array *)0);
    return None;
}

static MethodDef *const frame_methods[] = {M(frame_clear), 0};

Type frame_type = {
    TYPE_HEAD("frame", FrameObject), .repr = frame_repr,       .methods = frame_methods,
    .getset = frame_getset,          .members = frame_members, .trace = frame_object_trace,
    .layout = LAYOUT_FRAME,          .flags = TYPE_NO_NEW,
};

void frame_object_start(void)
{
    type_ready(&frame_type, SHAPE_FRAME);
    frame_locals_start();
}
