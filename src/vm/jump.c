/* Assigning to f_lineno: which lines a frame can go on at.
 *
 * A jump is allowed if every temporary that is live at the target is live at the source as well,
 * and holds the same kind of thing there: the iterator of a `for`, the exit function of a `with`,
 * the exception that was being handled before an `except`. Both come from data flow over the code,
 * which runs only when somebody jumps: liveness backward, kinds forward. */
#include <stdlib.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/dialect.h"
#include "types/tuple.h"
#include "vm/jump.h"

/* From KIND_OBJECT on: something else, made by that step, which is good for nothing but what it was
 * made for. */
enum { KIND_NONE, KIND_ITERATOR, KIND_EXIT, KIND_HANDLED, KIND_MIXED, KIND_OBJECT };

typedef struct Step {
    Decoded d;
    uint32_t at;          /* word */
    int32_t target;       /* step of a jump's target, or -1 */
    const Handler *guard; /* or 0 */
    int32_t handler;      /* step of the guard's handler */
} Step;

typedef struct Flow {
    const Code *code;
    const Site *sites;
    Step *steps;
    uint32_t count;   /* of steps */
    uint32_t first;   /* register: the first temporary */
    uint32_t width;   /* temporaries */
    uint8_t *live;    /* [count][width]: at the beginning of each step */
    uint32_t *kinds;  /* [count][width] the same */
    int32_t *step_at; /* of each word; -1 */
} Flow;

/* ---- what instructions do to registers */

typedef void (*VisitRegister)(void *context, uint32_t r);

static void each_of(uint32_t from, uint32_t count, VisitRegister visit, void *context)
{
    for (uint32_t i = 0; i < count; i++)
        visit(context, from + i);
}

static void each_read_of_run(const Decoded *d, VisitRegister visit, void *context)
{
    bool method = d->op == OPCODE(CALL_METHOD) || d->op == OPCODE(CALL_METHOD_KW) ||
                  d->op == OPCODE(CALL_ENTER);
    switch (d->op) {
    case OPCODE(CALL):
    case OPCODE(CALL_KW):
    case OPCODE(CALL_METHOD):
    case OPCODE(CALL_METHOD_KW):
    case OPCODE(CALL_ENTER):
        visit(context, d->b);
        each_of(d->b + 1 + FRAME_WORDS, d->c + method, visit, context);
        break;
    case OPCODE(LOAD_SUPER_ATTR):
        visit(context, d->a);
        each_of(d->a + FRAME_WORDS, 2, visit, context);
        break;
    case OPCODE(CALL_EX):
    case OPCODE(GET_SLICE):
    case OPCODE(MATCH_CLASS):
        each_of(d->b, 3, visit, context);
        break;
    case OPCODE(BUILD_MAP):
        each_of(d->b, 2 * d->c, visit, context);
        break;
    case OPCODE(WITH_EXCEPT):
        each_of(d->b, 2, visit, context);
        break;
    default: /* BUILD_... */
        each_of(d->b, d->c, visit, context);
    }
}

static void each_read(const Decoded *d, VisitRegister visit, void *context)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    if (info->a == REG || info->a == RDW)
        visit(context, d->a);
    if (info->b == REG)
        visit(context, d->b);
    if (info->c == REG)
        visit(context, d->c);
    if (info->b == BASE)
        each_read_of_run(d, visit, context);
}

/* A string builder (ACCUMULATE) is worth something only while it is empty or right. Nobody counts
 * on it, so data flow leaves it out, and jumps empty it. */
static void empty_builders(const Flow *f, Frame *frame)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (f->steps[i].d.op == OPCODE(ACCUMULATE))
            frame_registers(frame)[f->steps[i].d.c] = 0;
}

static void each_write(const Decoded *d, VisitRegister visit, void *context)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    if (info->a == DST || info->a == RDW)
        visit(context, d->a);
    if (info->a != BASE)
        return;
    visit(context, d->a);
    if (d->op == OPCODE(LOAD_METHOD) || d->op == OPCODE(LOAD_SUPER_ATTR))
        visit(context, d->a + 1 + FRAME_WORDS);
    else if (d->op == OPCODE(LOAD_WITH)) {
        each_of(d->a + 1, 2, visit, context);
        visit(context, d->a + 3 + FRAME_WORDS);
    } else if (d->op == OPCODE(UNPACK))
        each_of(d->a, d->c, visit, context);
    else if (d->op == OPCODE(UNPACK_STAR))
        each_of(d->a, d->c + 1 + d->ext[0], visit, context);
    else
        visit(context, d->a + 1); /* MATCH_GROUP */
}

static uint32_t kind_made(const Decoded *d, uint32_t step, uint32_t r)
{
    if (d->op == OPCODE(GET_ITER) || d->op == OPCODE(GET_AITER))
        return KIND_ITERATOR;
    if (r == d->a && d->op == OPCODE(PUSH_EXC))
        return KIND_HANDLED;
    if (d->op == OPCODE(LOAD_WITH) && r <= d->a + 1)
        return KIND_EXIT;
    return KIND_OBJECT + step;
}

/* ---- data flow */

typedef struct Row {
    const Flow *flow;
    uint32_t step;
    uint8_t *live; /* one of these */
    uint32_t *kinds;
} Row;

static bool is_temporary(const Flow *f, uint32_t r)
{
    return r >= f->first && r - f->first < f->width;
}

static void set_live(void *context, uint32_t r)
{
    Row *row = context;
    if (is_temporary(row->flow, r))
        row->live[r - row->flow->first] = 1;
}

static void set_dead(void *context, uint32_t r)
{
    Row *row = context;
    if (is_temporary(row->flow, r))
        row->live[r - row->flow->first] = 0;
}

static void set_kind(void *context, uint32_t r)
{
    Row *row = context;
    if (is_temporary(row->flow, r))
        row->kinds[r - row->flow->first] = kind_made(&row->flow->steps[row->step].d, row->step, r);
}

/* into |= from, but for register `except`. */
static void merge_live(const Flow *f, uint8_t *into, uint32_t step, uint32_t except)
{
    const uint8_t *from = &f->live[(size_t)step * f->width];
    for (uint32_t i = 0; i < f->width; i++)
        if (f->first + i != except)
            into[i] |= from[i];
}

static bool falls_through(const Flow *f, uint32_t i)
{
    return !(opcode_info[f->steps[i].d.op].effects & ENDS) && i + 1 < f->count;
}

static bool live_step(Flow *f, uint32_t i, uint8_t *row)
{
    const Step *s = &f->steps[i];
    memset(row, 0, f->width);
    if (falls_through(f, i))
        merge_live(f, row, i + 1, UINT32_MAX);
    if (s->target >= 0)
        merge_live(f, row, (uint32_t)s->target, UINT32_MAX);
    Row at = {.flow = f, .step = i, .live = row};
    each_write(&s->d, set_dead, &at);
    each_read(&s->d, set_live, &at);
    if (s->guard)
        merge_live(f, row, (uint32_t)s->handler, s->guard->exception);
    uint8_t *live = &f->live[(size_t)i * f->width];
    bool changed = memcmp(live, row, f->width) != 0;
    memcpy(live, row, f->width);
    return changed;
}

/* Register `except` gets its kind from the handler. */
static bool merge_kinds(Flow *f, uint32_t step, const uint32_t *from, uint32_t except)
{
    uint32_t *into = &f->kinds[(size_t)step * f->width];
    bool changed = false;
    for (uint32_t i = 0; i < f->width; i++) {
        uint32_t kind = f->first + i == except ? KIND_OBJECT + step : from[i];
        uint32_t merged = !into[i] || into[i] == kind ? kind : !kind ? into[i] : KIND_MIXED;
        changed |= merged != into[i];
        into[i] = merged;
    }
    return changed;
}

static bool kind_step(Flow *f, uint32_t i, uint32_t *row)
{
    const Step *s = &f->steps[i];
    bool changed = false;
    memcpy(row, &f->kinds[(size_t)i * f->width], f->width * sizeof *row);
    if (s->guard)
        changed |= merge_kinds(f, (uint32_t)s->handler, row, s->guard->exception);
    Row at = {.flow = f, .step = i, .kinds = row};
    each_write(&s->d, set_kind, &at);
    if (falls_through(f, i))
        changed |= merge_kinds(f, i + 1, row, UINT32_MAX);
    if (s->target >= 0)
        changed |= merge_kinds(f, (uint32_t)s->target, row, UINT32_MAX);
    return changed;
}

static void flow_run(Flow *f, uint32_t *row)
{
    bool changed;
    do {
        changed = false;
        for (uint32_t i = f->count; i > 0; i--)
            changed |= live_step(f, i - 1, (uint8_t *)row);
    } while (changed);
    do {
        changed = false;
        for (uint32_t i = 0; i < f->count; i++)
            changed |= kind_step(f, i, row);
    } while (changed);
}

static const Handler *guard_of(const Code *code, uint32_t at)
{
    if (!code->handlers)
        return 0;
    const Handler *h = (const Handler *)(const void *)code->handlers->data;
    for (size_t n = (size_t)code->handlers->size / sizeof *h; n; n--, h++)
        if (h->start <= at && at < h->end)
            return h;
    return 0;
}

static void find_steps(Flow *f)
{
    uint32_t words = code_word_count(f->code);
    for (uint32_t i = 0; i < words; i++)
        f->step_at[i] = -1;
    for (uint32_t at = 0; at < words;) {
        Step *s = &f->steps[f->count];
        *s = (Step){.d = code_decode(f->code, at), .at = at};
        f->step_at[at] = (int32_t)f->count++;
        at += (uint32_t)s->d.length;
    }
    for (uint32_t i = 0; i < f->count; i++) {
        Step *s = &f->steps[i];
        int64_t target = opcode_jump_target(&s->d, s->at);
        s->target = target < 0 ? -1 : f->step_at[target];
        s->guard = guard_of(f->code, s->at);
        s->handler = s->guard ? f->step_at[s->guard->handler] : -1;
    }
}

static void flow_free(Flow *f)
{
    free(f->steps);
    free(f->live);
    free(f->kinds);
    free(f->step_at);
}

static bool flow_begin(Flow *f, const Code *code)
{
    uint32_t words = code_word_count(code);
    *f = (Flow){.code = code, .sites = instrumentation_of(code)->sites, .first = code->clear_count};
    f->width = code->register_count > f->first ? code->register_count - f->first : 0;
    f->steps = calloc(words, sizeof *f->steps);
    f->step_at = calloc(words, sizeof *f->step_at);
    if (f->steps && f->step_at)
        find_steps(f);
    size_t cells = (size_t)f->count * f->width + 1;
    f->live = calloc(cells, 1);
    f->kinds = calloc(cells, sizeof *f->kinds);
    uint32_t *row = calloc(f->width + 1, sizeof *row);
    bool ok = f->steps && f->step_at && f->live && f->kinds && row;
    if (ok)
        flow_run(f, row);
    else
        flow_free(f);
    free(row);
    return ok || raise_no_memory();
}

/* ---- the choice of a target */

/* The innermost temporary that is live at `to` and not there at `from`: its kind. */
static uint32_t missing_kind(const Flow *f, uint32_t from, uint32_t to)
{
    const uint8_t *live = &f->live[(size_t)to * f->width];
    const uint8_t *there = &f->live[(size_t)from * f->width];
    const uint32_t *kinds = &f->kinds[(size_t)to * f->width];
    const uint32_t *now = &f->kinds[(size_t)from * f->width];
    for (uint32_t i = f->width; i > 0; i--)
        if (live[i - 1] &&
            !(there[i - 1] && now[i - 1] == kinds[i - 1] && kinds[i - 1] != KIND_MIXED))
            return kinds[i - 1];
    return KIND_NONE;
}

static uint32_t live_count(const Flow *f, uint32_t step)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->width; i++)
        n += f->live[(size_t)step * f->width + i];
    return n;
}

/* The first line with code from `line` on; -1 if there is none. */
static int line_with_code(const Flow *f, int line)
{
    int best = -1;
    for (uint32_t i = 0; i < f->count; i++) {
        const Site *site = &f->sites[f->steps[i].at];
        if (site->at & AT_LINE && site->line >= line && (best < 0 || site->line < best))
            best = site->line;
    }
    return best;
}

static bool raise_incompatible(uint32_t kind)
{
    if (kind == KIND_ITERATOR)
        return raise(ValueError, "can't jump into the body of a for loop");
    if (kind == KIND_HANDLED)
        return raise(ValueError, "can't jump into an 'except' block as there's no exception");
    return raise(ValueError, "incompatible stacks");
}

/* The step to go on at: of those where the line begins, the one inside of most blocks. -1 with
 * ValueError. */
static int32_t choose(const Flow *f, uint32_t from, int line)
{
    int32_t best = -1;
    uint32_t why = KIND_NONE;
    for (uint32_t i = 0; i < f->count; i++) {
        const Site *site = &f->sites[f->steps[i].at];
        if (!(site->at & AT_LINE) || site->line != line)
            continue;
        uint32_t missing = missing_kind(f, from, i);
        if (missing)
            why = why ? why : missing;
        else if (best < 0 || live_count(f, i) > live_count(f, (uint32_t)best))
            best = (int32_t)i;
    }
    if (best < 0)
        raise_incompatible(why);
    return best;
}

/* Leaves the handlers that `to` is not in: what was handled before the outermost of them is again.
 */
static void leave_handlers(const Flow *f, Frame *frame, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < f->width; i++) {
        size_t a = (size_t)from * f->width + i, b = (size_t)to * f->width + i;
        if (f->live[a] && f->kinds[a] == KIND_HANDLED &&
            !(f->live[b] && f->kinds[b] == KIND_HANDLED)) {
            thread_self()->exc_state->handled = frame_registers(frame)[f->first + i];
            return;
        }
    }
}

/* Code relies on what the compiler has proved to be bound. */
static bool bind_locals(Frame *frame)
{
    const Code *code = frame->code;
    Value *registers = frame_registers(frame);
    int unbound = 0;
    if (!(code->flags & CODE_OPTIMIZED))
        return true;
    for (uint32_t i = 0; i < code->locals_count; i++)
        unbound += !registers[i];
    if (unbound && !warn(RuntimeWarning, 1, "assigning None to %d unbound local%s", unbound,
                         unbound == 1 ? "" : "s"))
        return false;
    for (uint32_t i = 0; i < code->locals_count; i++)
        if (!registers[i])
            registers[i] = None;
    return true;
}

static bool jump_with(Flow *f, FrameObject *object, int line)
{
    Frame *frame = object->frame;
    int found = line_with_code(f, line);
    if (found < 0)
        return raise(ValueError, "line %d comes after the current code block", line);
    int32_t from = f->step_at[frame_instruction(frame)];
    if (from < 0)
        return raise(ValueError, "can't jump from unreachable code");
    int32_t to = choose(f, (uint32_t)from, found);
    if (to < 0 || !bind_locals(frame))
        return false;
    empty_builders(f, frame);
    leave_handlers(f, frame, (uint32_t)from, (uint32_t)to);
    object->jump = f->steps[to].at + 1;
    object->branch = 0;
    frame->pc = code_words(f->code) + object->jump;
    return true;
}

/* Is the frame's trace function being told of something that can be jumped from? */
static bool may_jump(const FrameObject *f)
{
    if (f->told == EVENT_PY_START + 1)
        return raise(ValueError, "can't jump from the 'call' trace event of a new frame");
    if (!load_acquire(&f->trace) || !f->frame)
        return raise(ValueError, "f_lineno can only be set in a trace function");
    if (f->told == EVENT_LINE + 1 || f->told == EVENT_PY_YIELD + 1)
        return true;
    return raise(ValueError, "can only jump from a 'line' trace event");
}

bool frame_jump(FrameObject *f, int line)
{
    Flow flow;
    TRY(may_jump(f));
    if (line < (int)f->code->first_line)
        return raise(ValueError, "line %d comes before the current code block", line);
    if (!flow_begin(&flow, f->code))
        return false;
    bool ok = jump_with(&flow, f, line);
    flow_free(&flow);
    return ok;
}
