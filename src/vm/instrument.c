/* What can happen where, what of it is wanted, and the words changed accordingly. */
#include "vm/instrument.h"

#include "base/lock.h"
#include "compile/verify.h"
#include "compile/positions.h"
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "vm/cache.h"

uint32_t wanted_version; /* atomic */
uint8_t wanted_tools[EVENT_COUNT];
static uint32_t wanted[TOOL_COUNT]; /* atomic: events, everywhere */
static uint32_t users[TOOL_COUNT];  /* guarded by instrument_lock: threads that trace, profile */
static uint32_t restarted;          /* guarded by instrument_lock: version at the last restart */
static bool opcodes_wanted;         /* atomic; never goes back to false */
static bool local_wanted;           /* atomic; the same: some code had events of its own */
static Mutex instrument_lock;       /* raw: no safepoint is reached while it is held */

/* ---- sites */

/* Lines from which control comes to an instruction. */
enum { FROM_ELSEWHERE = 1, FROM_SAME = 2, FROM_NEVER = 4 };

static bool is_call(Opcode op)
{
    return op == OPCODE(CALL) || op == OPCODE(CALL_METHOD) || op == OPCODE(CALL_KW) ||
           op == OPCODE(CALL_METHOD_KW) || op == OPCODE(CALL_EX) ||
           op == OPCODE(LOAD_SUPER_ATTR); /* a call of super() */
}

/* What an instruction does, wherever control came from. */
static uint16_t own_events(Opcode op)
{
    const OpcodeInfo *info = &opcode_info[op];
    uint16_t at = AT_STEP;
    if (is_call(op))
        return at | AT_CALL;
    if (op == OPCODE(RETURN))
        return at | AT_RETURN;
    if (op == OPCODE(YIELD))
        return at | AT_YIELD;
    if (op == OPCODE(YIELD_FROM))
        return at | AT_RESUME;
    if (op == OPCODE(JUMP) || op == OPCODE(JUMP_BACK))
        return at | AT_JUMP;
    if (info->effects & JUMPS && !(info->effects & ENDS) && op != OPCODE(JUMP_IF_UNBOUND) &&
        op != OPCODE(END_ASYNC_FOR))
        return at | AT_BRANCH;
    return at;
}

static void set_lines(const Code *code, Site *sites, uint32_t count)
{
    PositionReader r = positions_read(code->positions);
    while (positions_next(&r))
        for (uint32_t i = r.start; i < r.stop && i < count; i++)
            sites[i].line = r.position.line;
}

/* Control comes to `to` from a line. */
static void add_way(Site *sites, uint8_t *ways, uint32_t to, int from_line)
{
    if (from_line != sites[to].line)
        ways[to] |= FROM_ELSEWHERE;
    if (from_line == sites[to].line || from_line < 0)
        ways[to] |= FROM_SAME;
}

static void add_jump(Site *sites, uint8_t *ways, const Decoded *d, uint32_t at, uint32_t target)
{
    add_way(sites, ways, target, sites[at].line);
    if (d->op == OPCODE(JUMP_BACK)) {
        sites[at].at |= AT_BACK;
        ways[target] |= FROM_ELSEWHERE;
    }
    if (sites[at].at & AT_BRANCH)
        sites[target].at |= AT_ARRIVAL;
}

static void walk(const Code *code, Site *sites, uint8_t *ways, uint32_t count)
{
    ways[1] |= FROM_ELSEWHERE;
    sites[1].at |= AT_START;
    for (uint32_t i = 1; i < count;) {
        Decoded d = code_decode(code, i);
        uint32_t next = i + (uint32_t)d.length;
        sites[i].at |= own_events(d.op);
        int64_t target = opcode_jump_target(&d, i);
        if (target >= 0 && target < count)
            add_jump(sites, ways, &d, i, (uint32_t)target);
        /* An exception goes on: that belongs to where control came from. */
        if (d.op == OPCODE(RERAISE) || (d.op == OPCODE(POP_EXC) && next < count &&
                                        code_decode(code, next).op == OPCODE(RERAISE)))
            ways[i] |= FROM_NEVER;
        if (next < count && !(opcode_info[d.op].effects & ENDS)) {
            add_way(sites, ways, next, sites[i].line);
            if (sites[i].at & AT_BRANCH)
                sites[next].at |= AT_ARRIVAL;
            if (d.op == OPCODE(YIELD) || d.op == OPCODE(YIELD_FROM))
                sites[next].at |= AT_RESUME;
        }
        i = next;
    }
}

/* A jump over a handler, from the end of what it guards, is not in the source: the handler just has
 * to lie somewhere. */
static void walk_handlers(const Code *code, Site *sites, uint8_t *ways)
{
    if (!code->handlers)
        return;
    const Handler *h = (const Handler *)(const void *)code->handlers->data;
    for (size_t n = (size_t)code->handlers->size / sizeof *h; n; n--, h++) {
        uint32_t before = h->handler - 1;
        ways[h->handler] |= FROM_ELSEWHERE | FROM_SAME;
        if (before && !sites[before].at) /* the prefix of a WIDE one */
            before--;
        if (code_decode(code, before).op == OPCODE(JUMP))
            sites[before].at &= (uint16_t)~AT_JUMP;
    }
}

/* Fills `in` in. `ways`: a byte for each word, zeroed. */
static void find_sites(const Code *code, Instrumentation *in, uint8_t *ways, uint32_t count)
{
    set_lines(code, in->sites, count);
    walk(code, in->sites, ways, count);
    walk_handlers(code, in->sites, ways);
    for (uint32_t i = 0; i < count; i++) {
        Site *site = &in->sites[i];
        if (site->line < 0 || !(ways[i] & FROM_ELSEWHERE) || ways[i] & FROM_NEVER)
            continue;
        site->at |= AT_LINE | (ways[i] & FROM_SAME ? AT_SAME : 0);
        in->tracks_lines |= (ways[i] & FROM_SAME) != 0;
    }
}

/* Publishes `raw` in the slot, unless another thread was first: what is there then. */
static Raw *publish(Code *code, Raw **slot, Raw *raw)
{
    Raw *expected = 0;
    if (is_shared(code))
        share_value((Value)raw);
    gc_barrier(code, (Value)raw);
    return cas_acq_rel(slot, &expected, raw) ? raw : expected;
}

static Raw *zeroed(size_t size)
{
    Raw *raw = raw_new((intptr_t)size);
    if (raw)
        memset(raw->data, 0, size);
    return raw;
}

Instrumentation *instrumentation_make(Code *code)
{
    TRY(code_complete(code));
    if (load_acquire(&code->unverified) && !code_admit(code))
        return 0;
    Instrumentation *in = instrumentation_of(code);
    if (in)
        return in;
    uint32_t count = code_word_count(code);
    Raw *originals = TRY(raw_new(count));
    Raw *ways = TRY(zeroed(count));
    Raw *raw = TRY(zeroed(sizeof(Instrumentation) + count * sizeof(Site)));
    for (uint32_t i = 0; i < count; i++)
        originals->data[i] = (char)(code_word(code, i) & 0xff);
    publish(code, &code->originals, originals);
    in = (Instrumentation *)(void *)raw->data;
    in->version = load_relaxed(&wanted_version) - 1;
    find_sites(code, in, (uint8_t *)ways->data, count);
    return (Instrumentation *)(void *)publish(code, &code->instrumentation, raw)->data;
}

/* ---- what is wanted */

uint32_t wanted_global(unsigned tool)
{
    return load_relaxed(&wanted[tool]);
}

/* Events that `tool` wants in this code. */
static uint32_t events_for(const Instrumentation *in, unsigned tool)
{
    return load_relaxed(&wanted[tool]) |
           (tool < TOOL_USER_COUNT ? load_relaxed(&in->local[tool]) : 0);
}

/* Sites of each class that events ask for. Lines are followed from where a frame starts. */
static void sites_for(uint32_t events, uint16_t at[CLASS_COUNT])
{
    memset(at, 0, CLASS_COUNT * sizeof *at);
    if (events & EVENT_BIT(PY_START))
        at[CLASS_ENTRY] |= AT_START;
    if (events & EVENT_BIT(PY_RESUME))
        at[CLASS_ENTRY] |= AT_RESUME;
    if (events & EVENT_BIT(LINE))
        at[CLASS_LINE] |= AT_LINE;
    if (events & EVENT_BIT(INSTRUCTION))
        at[CLASS_STEP] |= AT_STEP;
    if (events & EVENT_BIT(JUMP))
        at[CLASS_OWN] |= AT_JUMP;
    if (events & EVENT_BIT(BRANCH))
        at[CLASS_OWN] |= AT_BRANCH;
    if (events & EVENT_BIT(CALL))
        at[CLASS_OWN] |= AT_CALL;
    if (events & EVENT_BIT(PY_RETURN))
        at[CLASS_OWN] |= AT_RETURN;
    if (events & EVENT_BIT(PY_YIELD))
        at[CLASS_OWN] |= AT_YIELD;
}

typedef struct Wanted {
    uint16_t at[TOOL_COUNT][CLASS_COUNT];
    uint16_t kept;
} Wanted;

/* Is there a line that callbacks have not turned off? */
static bool wants_lines(const Wanted *w, const Instrumentation *in, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (unsigned tool = 0; tool < TOOL_COUNT; tool++)
            if (in->sites[i].at & w->at[tool][CLASS_LINE] &&
                !(load_relaxed(&in->sites[i].disabled[CLASS_LINE]) >> tool & 1))
                return true;
    return false;
}

/* Sites at which something is wanted whatever callbacks have turned off there. */
static uint16_t sites_kept(const Instrumentation *in, uint32_t events, bool lines)
{
    uint16_t at = 0;
    if (lines && in->tracks_lines)
        at |= AT_START | AT_RESUME | AT_LINE | AT_BACK;
    if (events & EVENT_BIT(BRANCH))
        at |= AT_ARRIVAL;
    return at;
}

static Wanted wanted_in(const Instrumentation *in, uint32_t count)
{
    Wanted w = {0};
    uint32_t all = 0;
    for (unsigned tool = 0; tool < TOOL_COUNT; tool++) {
        uint32_t events = events_for(in, tool);
        sites_for(events, w.at[tool]);
        all |= events;
    }
    w.kept = sites_kept(in, all, all & EVENT_BIT(LINE) && wants_lines(&w, in, count));
    return w;
}

static bool is_wanted(const Wanted *w, const Site *site)
{
    if (site->at & w->kept)
        return true;
    for (unsigned tool = 0; tool < TOOL_COUNT; tool++)
        for (unsigned class = 0; class < CLASS_COUNT; class ++)
            if (site->at & w->at[tool][class] &&
                !(load_relaxed(&site->disabled[class]) >> tool & 1))
                return true;
    return false;
}

static void set_word_locked(Code *code, uint32_t index, bool instrumented)
{
    uint32_t *word = &code_words(code)[index];
    uint32_t op =
        instrumented ? OPCODE(INSTRUMENTED) : (uint8_t)load_acquire(&code->originals)->data[index];
    uint32_t now = load_relaxed(word), then = (now & ~(uint32_t)0xff) | op;
    if (now != then)
        store_release(word, then);
}

static void update_locked(Code *code, Instrumentation *in)
{
    uint32_t count = code_word_count(code), version = load_relaxed(&wanted_version);
    if (in->restarted != restarted) {
        in->restarted = restarted;
        for (uint32_t i = 0; i < count; i++)
            for (unsigned class = 0; class < CLASS_COUNT; class ++)
                store_relaxed(&in->sites[i].disabled[class], (uint8_t)0);
    }
    Wanted w = wanted_in(in, count);
    for (uint32_t i = 0; i < count; i++)
        if (in->sites[i].at) /* the first word of an instruction */
            set_word_locked(code, i, is_wanted(&w, &in->sites[i]));
    store_release(&in->version, version);
}

void instrumentation_update(Code *code, Instrumentation *in)
{
    mutex_lock_raw(&instrument_lock);
    update_locked(code, in);
    mutex_unlock(&instrument_lock);
}

void instrumentation_disable(Code *code, Instrumentation *in, uint32_t index, unsigned class,
                             unsigned tool)
{
    mutex_lock_raw(&instrument_lock);
    Site *site = &in->sites[index];
    fetch_or_relaxed(&site->disabled[class], (uint8_t)(1u << tool));
    Wanted w = wanted_in(in, code_word_count(code));
    if (class == CLASS_LINE && !(w.kept & AT_LINE) && in->tracks_lines)
        update_locked(code, in); /* the last one: lines need not be followed any more */
    else
        set_word_locked(code, index, is_wanted(&w, site));
    mutex_unlock(&instrument_lock);
}

/* Events of all tools that threads have to watch for, but for the two that are their own. */
static uint32_t wanted_by_users(void)
{
    uint32_t events = load_relaxed(&local_wanted) ? WATCH_LOCAL : 0;
    for (unsigned tool = 0; tool < TOOL_USER_COUNT; tool++)
        events |= load_relaxed(&wanted[tool]);
    return events;
}

static void announce(void)
{
    store_relaxed(&thread_initial_poll, wanted_by_users() ? (uint32_t)POLL_TRACE : 0);
    thread_request_all(POLL_TRACE);
}

/* Of each event, whether the tool is among those that want it. */
static void set_tools_locked(uint8_t *tools, size_t count, unsigned tool, uint32_t events)
{
    for (size_t kind = 0; kind < count; kind++) {
        uint32_t others = load_relaxed(&tools[kind]) & ~(1u << tool);
        store_relaxed(&tools[kind], (uint8_t)(others | (events >> kind & 1) << tool));
    }
}

static void set_wanted_locked(unsigned tool, uint32_t events)
{
    store_relaxed(&wanted[tool], events);
    set_tools_locked(wanted_tools, EVENT_COUNT, tool, events);
    fetch_add_acq_rel(&wanted_version, 1u);
}

void wanted_set_global(unsigned tool, uint32_t events)
{
    mutex_lock_raw(&instrument_lock);
    set_wanted_locked(tool, events);
    mutex_unlock(&instrument_lock);
    announce();
}

bool wanted_set_local(Code *code, unsigned tool, uint32_t events)
{
    Instrumentation *in = TRY(instrumentation_make(code));
    store_relaxed(&local_wanted, true);
    mutex_lock_raw(&instrument_lock);
    store_relaxed(&in->local[tool], events);
    set_tools_locked(in->local_tools, EVENT_LOCAL_COUNT, tool, events);
    update_locked(code, in);
    mutex_unlock(&instrument_lock);
    announce();
    return true;
}

static uint32_t trace_events(unsigned tool)
{
    if (tool == TOOL_PROFILE)
        return PROFILE_EVENTS;
    return TRACE_EVENTS | (load_relaxed(&opcodes_wanted) ? EVENT_BIT(INSTRUCTION) : 0);
}

void wanted_count_threads(unsigned tool, int by)
{
    mutex_lock_raw(&instrument_lock);
    bool before = users[tool] != 0;
    users[tool] += (uint32_t)by;
    if (before != (users[tool] != 0))
        set_wanted_locked(tool, users[tool] ? trace_events(tool) : 0);
    mutex_unlock(&instrument_lock);
}

void wanted_opcodes(void)
{
    if (load_relaxed(&opcodes_wanted))
        return;
    mutex_lock_raw(&instrument_lock);
    store_relaxed(&opcodes_wanted, true);
    if (users[TOOL_TRACE])
        set_wanted_locked(TOOL_TRACE, trace_events(TOOL_TRACE));
    mutex_unlock(&instrument_lock);
    thread_request_all(POLL_TRACE);
}

void wanted_restart(void)
{
    mutex_lock_raw(&instrument_lock);
    restarted = fetch_add_acq_rel(&wanted_version, 1u) + 1;
    mutex_unlock(&instrument_lock);
    thread_request_all(POLL_TRACE);
}

/* ---- threads */

static uint32_t watched_by(const Thread *thread)
{
    uint32_t watch = wanted_by_users();
    if (thread->trace_function)
        watch |= load_relaxed(&wanted[TOOL_TRACE]);
    if (thread->profile_function)
        watch |= load_relaxed(&wanted[TOOL_PROFILE]);
    return watch;
}

static bool bring_up_to_date(Code *code)
{
    Instrumentation *in = instrumentation_of(code);
    if (!in)
        in = TRY(instrumentation_make(code));
    if (load_acquire(&in->version) != load_acquire(&wanted_version))
        instrumentation_update(code, in);
    return true;
}

/* A frame that runs already does not start any more, and is at a line. */
static bool refresh_frame(Thread *thread, Frame *frame)
{
    Code *code = frame->code;
    TRY(bring_up_to_date(code));
    if (frame->pc == code_entry(code))
        return true;
    frame->flags |= FRAME_STARTED;
    if (!(thread->watch & (EVENT_BIT(LINE) | WATCH_LOCAL)) ||
        !instrumentation_of(code)->tracks_lines)
        return true;
    FrameObject *f = (FrameObject *)TRY(frame_object_of(frame));
    f->line = frame_line(frame);
    return true;
}

bool watch_refresh(Thread *thread)
{
    thread->watch = watched_by(thread);
    watch_set_tracing(thread, thread->tracing);
    if (!thread->watch)
        return true;
    for (Frame *frame = thread->frame; frame; frame = frame->caller)
        TRY(refresh_frame(thread, frame));
    return true;
}

bool frame_room_slow(Thread *thread, Code *code, const Value *end)
{
    if (end > thread->stack_end)
        return frame_too_deep(thread);
    return bring_up_to_date(code);
}
