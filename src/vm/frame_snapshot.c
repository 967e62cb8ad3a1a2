/* What other threads are doing: sys._current_frames, and frame objects that threads share.
 *
 * A running frame belongs to its thread. What another one gets are frame objects that look as if
 * the frames had ended where they are: their code, line and callers, but no variables, as these may
 * be local objects in the middle of a change. Globals are shown if they are SHARED. */
#include <stdlib.h>
#include "compile/code_object.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/tuple.h"
#include "vm/frame.h"
#include "vm/frame_snapshot.h"

/* A code object that is local to its thread, without what changes as it runs. */
static Value shared_code(const Code *code)
{
    if (is_shared(code))
        return (Value)code;
    Code *copy = TRY(code_copy(code));
    share_value((Value)copy);
    return (Value)copy;
}

/* A list of (code, globals or None, last word), innermost first. World stopped. */
static Value note_frames(const Frame *frame)
{
    Value list = TRY(list_new(0));
    for (; frame; frame = frame->caller) {
        Value globals = frame->function->globals;
        Value code = TRY(shared_code(frame->code));
        Value note = TRY(tuple_of(code, is_shared(globals) ? globals : None,
                                  int_small((intptr_t)frame_instruction(frame))));
        TRY(list_append(list, note));
    }
    return list;
}

static Value frames_from_notes(Value notes)
{
    Value outer = 0;
    for (intptr_t i = list_length(notes); i--;) {
        Value note = list_get(notes, i), globals = tuple_get(note, 1);
        Code *code = (Code *)tuple_get(note, 0);
        if (globals == None)
            globals = TRY(dict_new());
        Value function = TRY(function_new(code, globals));
        FrameObject *f = TRY(NEW(FrameObject, &frame_type));
        gc_store(f, &f->code, code);
        gc_store(f, &f->function, (Function *)function);
        gc_store(f, &f->locals, code->flags & CODE_OPTIMIZED ? 0 : globals);
        gc_store(f, &f->back, outer);
        f->last = (uint32_t)int_value(tuple_get(note, 2));
        f->trace_lines = true;
        outer = (Value)f;
    }
    return outer ? outer : None;
}

/* Of a suspended generator: its registers, which are SHARED as it is. World stopped. */
static Value note_suspended(const Generator *g)
{
    uint32_t count = g->frame.code->clear_count;
    Array *copy = TRY(array_new(count));
    for (uint32_t i = 0; i < count; i++)
        gc_store(copy, &copy->items[i], i < g->needed ? g->registers[i] : 0);
    return (Value)copy;
}

FrameObject *frame_snapshot(FrameObject *f)
{
    FrameObject *result = TRY(NEW(FrameObject, &frame_type));
    Value notes = 0, registers = 0;
    gc_stop_world();
    Frame *frame = f->frame;
    const Generator *g = (Generator *)f->generator;
    if (frame && g && frame == &g->frame)
        registers = note_suspended(g);
    else if (frame)
        notes = note_frames(frame);
    uint32_t last = frame ? frame_instruction(frame) : 0;
    gc_start_world();
    if (!frame)
        return f;
    if (!notes && !registers)
        return 0;
    gc_store(result, &result->code, f->code);
    gc_store(result, &result->function, f->function);
    gc_store(result, &result->locals, f->locals);
    gc_store(result, &result->registers, (Array *)registers);
    if (notes) {
        Value inner = TRY(frames_from_notes(notes));
        gc_store(result, &result->back, ((FrameObject *)inner)->back);
    }
    result->last = last;
    result->trace_lines = true;
    return result;
}

typedef struct Threads {
    Thread **items;
    size_t count;
} Threads;

static void add_thread(Thread *thread, void *context)
{
    Threads *threads = context;
    threads->items[threads->count++] = thread;
}

/* [(ident, notes of its frames), ...] of all threads but this one. */
static Value note_threads(void)
{
    Value notes = TRY(list_new(0)), result = notes;
    Threads threads = {0};
    gc_stop_world();
    threads.items = calloc(thread_count(), sizeof *threads.items);
    if (threads.items)
        thread_each(add_thread, &threads);
    for (size_t i = 0; i < threads.count && result; i++) {
        const Thread *thread = threads.items[i];
        if (thread == thread_self())
            continue;
        Value frames = note_frames(thread->frame);
        Value pair = frames ? tuple_of(int_from_u64(thread->native_id), frames) : 0;
        if (!pair || !list_append(notes, pair))
            result = 0;
    }
    gc_start_world();
    bool complete = threads.items;
    free(threads.items);
    return complete ? result : raise_no_memory();
}

Value thread_frames(void)
{
    Thread *self = thread_self();
    Value notes = TRY(note_threads()), result = TRY(dict_new());
    for (intptr_t i = 0; i < list_length(notes); i++) {
        Value pair = list_get(notes, i), frames = TRY(frames_from_notes(tuple_get(pair, 1)));
        if (frames != None)
            TRY(dict_set(result, tuple_get(pair, 0), frames));
    }
    if (self->frame)
        TRY(dict_set(result, int_from_u64(self->native_id), TRY(frame_object_of(self->frame))));
    return result;
}
