/* From a unit's instructions to a code object, in four passes:
 *
 * 1. Flow: follows the control flow forward, drops what cannot be reached, and drops CHECK_LOCALs
 *    of locals that are bound on every way there (definite assignment: a set of bound locals for
 *    each label, merged by intersection). Only a loop in which a local is deleted needs another
 *    round, because a back-edge can then bring less than the loop's entry.
 * 2. Threading: a jump to a jump goes to its target.
 * 3. Layout: the smallest encoding of each instruction; jumps start short and grow until all fit.
 * 4. Encoding: words, handlers (a run of instructions with the same guard is one entry) and
 *    positions.
 */
#include "compile/unit.h"

#include "compile/disassemble.h"
#include "compile/positions.h"
#include "compile/verify.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/tuple.h"

typedef struct Assembler {
    Compiler *c;
    Unit *u;
    bool *reached; /* each instruction */
    bool *label_reached;
    uint64_t *label_bound; /* `set_words` words each: locals bound at the label */
    uint64_t *bound;       /* at the current instruction */
    size_t set_words;
    uint32_t *label_order; /* labels sorted by where they are bound */
    uint32_t label_count;
    bool again;
    uint32_t *offset; /* word of each instruction, and of the end */
    uint8_t *wide;
    uint32_t feedback;
    bool threaded; /* thread_jumps has run */
} Assembler;

static Label *jump_label(Ins *ins)
{
    const OpcodeInfo *info = &opcode_info[ins->op];
    if (info->b == BXJUMP)
        return &ins->b;
    return info->ext1 == X_JUMP ? &ins->x1 : NULL;
}

/* ---- Flow ---- */

#define FALLS_IN (-1)

/* Merges the current state into a label that instruction `from` jumps to. */
static void merge_into(Assembler *as, Label label, int64_t from)
{
    uint64_t *set = &as->label_bound[label * as->set_words];
    bool changed = false;
    for (size_t i = 0; i < as->set_words; i++) {
        uint64_t merged = set[i] & as->bound[i];
        changed |= merged != set[i];
        set[i] = merged;
    }
    if (!as->label_reached[label]) {
        as->label_reached[label] = true;
        changed = true;
    }
    if (changed && as->u->labels.items[label] <= from)
        as->again = true;
}

static bool is_bound(Assembler *as, uint32_t local)
{
    return as->bound[local / 64] >> (local % 64) & 1;
}

static void set_bound(Assembler *as, uint32_t local, bool bound)
{
    if (local >= as->u->hidden_start || !as->set_words)
        return;
    uint64_t bit = UINT64_C(1) << (local % 64);
    if (bound)
        as->bound[local / 64] |= bit;
    else
        as->bound[local / 64] &= ~bit;
}

/* What the instruction does to the set of bound locals when it succeeds. */
static void apply_effect(Assembler *as, const Ins *ins)
{
    switch (ins->op) {
    case OPCODE(CLEAR):
    case OPCODE(DELETE_LOCAL):
        set_bound(as, ins->a, false);
        break;
    case OPCODE(CHECK_LOCAL):
        set_bound(as, ins->a, true);
        break;
    case OPCODE(UNPACK):
        for (uint32_t i = 0; i < ins->c; i++)
            set_bound(as, ins->a + i, true);
        break;
    default:
        if (opcode_info[ins->op].a == DST || opcode_info[ins->op].a == RDW)
            set_bound(as, ins->a, true);
    }
}

/* Takes the state from the labels bound at instruction `i`; returns whether it is reached. */
static bool enter_labels(Assembler *as, uint32_t i, uint32_t *next_label, bool falls_in)
{
    while (*next_label < as->label_count) {
        Label label = as->label_order[*next_label];
        if (as->u->labels.items[label] > i)
            break;
        if (falls_in)
            merge_into(as, label, FALLS_IN);
        if (as->label_reached[label]) {
            memcpy(as->bound, &as->label_bound[label * as->set_words], as->set_words * 8);
            falls_in = true;
        }
        ++*next_label;
    }
    return falls_in;
}

static void flow_round(Assembler *as, bool drop_checks)
{
    Unit *u = as->u;
    uint32_t next_label = 0;
    bool live = true;
    as->again = false;
    memset(as->bound, 0, as->set_words * 8);
    uint32_t params = u->argcount + u->kwonly_argcount + !!(u->flags & CODE_VARARGS) +
                      !!(u->flags & CODE_VARKEYWORDS);
    for (uint32_t i = 0; i < params; i++)
        set_bound(as, i, true);
    for (uint32_t i = 0; i < u->code.count; i++) {
        Ins *ins = &u->code.items[i];
        live = enter_labels(as, i, &next_label, live);
        /* A jump over dead code that was dropped must not bring that code to life. */
        as->reached[i] = live && (!as->threaded || as->reached[i]);
        if (!as->reached[i])
            continue;
        if (ins->op == OPCODE(CHECK_LOCAL) && !ins->keep && drop_checks &&
            ins->a < u->hidden_start && is_bound(as, ins->a)) {
            ins->op = OPCODE(NOP);
            continue;
        }
        const OpcodeInfo *info = &opcode_info[ins->op];
        /* Whatever it does: a trace function may raise at each. */
        if (ins->guard)
            merge_into(as, u->guards.items[ins->guard].handler, i);
        Label *target = jump_label(ins);
        if (target)
            merge_into(as, *target, i);
        apply_effect(as, ins);
        live = !(info->effects & ENDS);
    }
}

static bool order_labels(Assembler *as)
{
    Unit *u = as->u;
    uint32_t *first = calloc(u->code.count + 2, sizeof(*first));
    as->label_order = calloc(u->labels.count + 1, sizeof(*as->label_order));
    if (!first || !as->label_order) {
        free(first);
        return raise_no_memory();
    }
    for (size_t i = 0; i < u->labels.count; i++)
        if (u->labels.items[i] != NO_LABEL)
            first[u->labels.items[i] + 1]++;
    for (size_t i = 1; i < u->code.count + 2; i++)
        first[i] += first[i - 1];
    as->label_count = first[u->code.count + 1];
    for (size_t i = 0; i < u->labels.count; i++)
        if (u->labels.items[i] != NO_LABEL)
            as->label_order[first[u->labels.items[i]]++] = (uint32_t)i;
    free(first);
    return true;
}

static bool deletes_locals(Unit *u)
{
    VEC_EACH (Ins, ins, &u->code)
        if ((ins->op == OPCODE(CLEAR) || ins->op == OPCODE(DELETE_LOCAL)) &&
            ins->a < u->hidden_start)
            return true;
    return false;
}

static bool flow(Assembler *as)
{
    Unit *u = as->u;
    as->set_words = (u->hidden_start + 63) / 64;
    size_t label_words = u->labels.count * as->set_words;
    as->reached = calloc(u->code.count + 1, 1);
    as->label_reached = calloc(u->labels.count + 1, 1);
    as->label_bound = malloc((label_words + 1) * 8);
    as->bound = calloc(as->set_words + 1, 8);
    if (!as->reached || !as->label_reached || !as->label_bound || !as->bound)
        return raise_no_memory();
    memset(as->label_bound, 0xff, label_words * 8);
    if (!order_labels(as))
        return false;
    while (deletes_locals(u)) {
        flow_round(as, false);
        if (!as->again)
            break;
    }
    flow_round(as, true);
    return true;
}

/* The name that an unbound local is reported by; only checks that are left count. */
static void name_checks(Assembler *as)
{
    Unit *u = as->u;
    for (uint32_t i = 0; i < u->code.count; i++) {
        Ins *ins = &u->code.items[i];
        if (as->reached[i] && (ins->op == OPCODE(CHECK_LOCAL) || ins->op == OPCODE(DELETE_LOCAL)))
            ins->b = name_index(as->c, u->checked.names.items[ins->x1]);
    }
}

/* A name in a `c` operand has 16 bits, in a BX operand more: of very many, those of the former come
 * first. */
static bool order_names(Assembler *as)
{
    Unit *u = as->u;
    size_t count = u->names.names.count;
    if (likely(count <= (size_t)UINT16_MAX + 1))
        return true;
    const Ident **names = u->names.names.items;
    const Ident **ordered = malloc(count * sizeof *ordered);
    uint32_t *place = malloc(count * sizeof *place), next = 0;
    if (ordered && place) {
        memset(place, 0xff, count * sizeof *place);
        VEC_EACH (Ins, ins, &u->code)
            if (opcode_info[ins->op].c == NAME && place[ins->c] == UINT32_MAX)
                place[ins->c] = next++;
        for (size_t i = 0; i < count; i++) {
            if (place[i] == UINT32_MAX)
                place[i] = next++;
            ordered[place[i]] = names[i];
        }
        memcpy(names, ordered, count * sizeof *names);
        VEC_EACH (Ins, ins, &u->code) {
            if (opcode_info[ins->op].c == NAME)
                ins->c = place[ins->c];
            else if (opcode_info[ins->op].b == BXNAME)
                ins->b = place[ins->b];
        }
    }
    bool ok = ordered && place;
    free(ordered);
    free(place);
    return ok || raise_no_memory();
}

static bool is_emitted(const Assembler *as, uint32_t i)
{
    const Ins *ins = &as->u->code.items[i];
    return as->reached[i] && (ins->op != OPCODE(NOP) || ins->keep);
}

/* ---- Lines ---- */

/* The first instruction at or after the label that is reached and does something. */
static uint32_t landing(Assembler *as, Label label)
{
    Unit *u = as->u;
    uint32_t i = u->labels.items[label];
    while (i < u->code.count && !is_emitted(as, i))
        i++;
    return i;
}

/* Is there a label at instruction `i` that is reached? `*label` counts through label_order. */
static bool is_target(const Assembler *as, uint32_t i, uint32_t *label)
{
    const Unit *u = as->u;
    bool target = false;
    for (; *label < as->label_count && u->labels.items[as->label_order[*label]] <= i; ++*label)
        target |= as->label_reached[as->label_order[*label]];
    return target;
}

static bool is_line(const Ins *ins)
{
    return ins->op == OPCODE(NOP) && ins->keep;
}

/* No line begins at one of these. */
static bool leaves_handler(const Ins *ins)
{
    return ins->op == OPCODE(POP_EXC) || ins->op == OPCODE(RERAISE);
}

/* A NOP goes if its line has an instruction, next to it, that control passes whenever it passes the
 * NOP.*/
static void drop_lines(Assembler *as)
{
    Unit *u = as->u;
    const Ins *before = NULL; /* falls into the current one */
    for (uint32_t i = 1, label = 0; i < u->code.count; i++) {
        Ins *ins = &u->code.items[i];
        bool target = is_target(as, i, &label);
        if (!is_emitted(as, i))
            continue;
        if (target)
            before = NULL;
        if (is_line(ins)) {
            uint32_t next = i + 1;
            while (next < u->code.count && !is_emitted(as, next))
                next++;
            int line = next < u->code.count && !leaves_handler(&u->code.items[next])
                           ? u->code.items[next].position.line
                           : -1;
            ins->keep = line != ins->position.line &&
                        !(before && before->position.line == ins->position.line);
        }
        if (is_emitted(as, i))
            before = opcode_info[ins->op].effects & ENDS ? NULL : ins;
    }
}

/* An instruction without a line takes that of the one which always comes before it. RERAISE stands
 * for the place where the exception came from. */
static void inherit_lines(Assembler *as)
{
    Unit *u = as->u;
    const Ins *before = NULL;
    for (uint32_t i = 0, label = 0; i < u->code.count; i++) {
        Ins *ins = &u->code.items[i];
        bool target = is_target(as, i, &label);
        if (!is_emitted(as, i) || ins->op == OPCODE(MAKE_CELL) ||
            ins->op == OPCODE(SETUP_ANNOTATIONS))
            continue;
        if (before && !target && ins->position.line < 0 && ins->op != OPCODE(RERAISE))
            ins->position = before->position;
        before = opcode_info[ins->op].effects & ENDS ? NULL : ins;
    }
}

/* Makes label `*target` a new one, bound to copies of the instructions from `exit` to the end, at
 * the position of what jumps there. */
static bool copy_exit(Assembler *as, uint32_t exit, uint32_t end, Label *target, Position position)
{
    Unit *u = as->u;
    *target = (Label)u->labels.count;
    bool ok = vec_push(&u->labels, (uint32_t)u->code.count);
    for (uint32_t i = exit; ok && i < end; i++) {
        Ins copy = u->code.items[i];
        copy.position = position;
        ok = vec_push(&u->code, copy);
    }
    bool *reached = ok ? realloc(as->reached, u->code.count + 1) : NULL;
    if (!reached)
        return raise_no_memory();
    as->reached = reached;
    memset(reached + u->code.count - (end - exit), 1, end - exit);
    return true;
}

static bool has_label(const Assembler *as, uint32_t i)
{
    for (uint32_t n = 0; n < as->label_count; n++) {
        Label label = as->label_order[n];
        if (as->u->labels.items[label] == i && as->label_reached[label])
            return true;
    }
    return false;
}

/* Where the straight run of instructions without a line begins that ends the unit with a return,
 * and that is only entered at its beginning; the end, if there is none. */
static uint32_t exit_start(const Assembler *as)
{
    enum { LONGEST = 8 };
    const Unit *u = as->u;
    uint32_t count = (uint32_t)u->code.count, i = count;
    if (!count || !as->reached[count - 1] || u->code.items[count - 1].op != OPCODE(RETURN))
        return count;
    while (i > 0 && count - i < LONGEST && as->reached[i - 1] &&
           u->code.items[i - 1].position.line < 0 &&
           (i == count || (!(opcode_info[u->code.items[i - 1].op].effects & (JUMPS | ENDS)) &&
                           !has_label(as, i))))
        i--;
    while (i < count && !is_emitted(as, i))
        i++;
    return i;
}

/* Who jumps to the return at the end gets one of its own, that belongs to its line. */
static bool copy_exits(Assembler *as)
{
    Unit *u = as->u;
    uint32_t end = (uint32_t)u->code.count, exit = exit_start(as);
    bool still_target = false;
    const Ins *before = NULL;
    for (uint32_t i = 0; exit < end && i < exit; i++) {
        Ins *ins = &u->code.items[i];
        Label *target = as->reached[i] ? jump_label(ins) : NULL;
        if (!target || landing(as, *target) != exit)
            continue;
        if (ins->position.line < 0) {
            still_target = true;
            continue;
        }
        Label label;
        TRY(copy_exit(as, exit, end, &label, ins->position));
        *jump_label(&u->code.items[i]) = label;
    }
    for (uint32_t i = 0; i < exit; i++)
        if (is_emitted(as, i))
            before = &u->code.items[i];
    if (still_target || !before)
        return true;
    bool falls_in = !(opcode_info[before->op].effects & ENDS);
    for (uint32_t i = exit; i < end; i++) {
        as->reached[i] = falls_in;
        u->code.items[i].position = before->position;
    }
    return true;
}

/* ---- Threading ---- */

static void thread_jumps(Assembler *as)
{
    Unit *u = as->u;
    for (uint32_t i = 0; i < u->code.count; i++) {
        Ins *ins = &u->code.items[i];
        Label *target = as->reached[i] ? jump_label(ins) : NULL;
        if (!target || ins->op == OPCODE(JUMP_BACK))
            continue;
        for (int hops = 0; hops < 8; hops++) {
            uint32_t at = landing(as, *target);
            if (at >= u->code.count || at == i)
                break;
            Ins *next = &u->code.items[at];
            if (next->position.line >= 0 && next->position.line != ins->position.line)
                break; /* a break or continue: who traces sees that line */
            if (next->op == OPCODE(JUMP))
                *target = next->b;
            else if (next->op == OPCODE(JUMP_BACK) && ins->op == OPCODE(JUMP) &&
                     next->guard == ins->guard) {
                *target = next->b;
                ins->op = OPCODE(JUMP_BACK);
                break;
            } else
                break;
        }
    }
    for (uint32_t i = 0; i < u->code.count; i++)
        if (as->reached[i] && u->code.items[i].op == OPCODE(JUMP) &&
            landing(as, u->code.items[i].b) > i) {
            uint32_t next = i + 1;
            while (next < u->code.count && !is_emitted(as, next))
                next++;
            if (next == landing(as, u->code.items[i].b)) {
                u->code.items[i].op = OPCODE(NOP);
                u->code.items[i].keep = u->code.items[i].position.line >= 0;
            }
        }
}

/* A jump to a RETURN returns itself, and so does a move to what the next instruction returns, if
 * who traces sees no other line for it. Backwards, as the one makes the other. */
static void take_returns(Assembler *as)
{
    Unit *u = as->u;
    for (uint32_t i = (uint32_t)u->code.count; i-- > 0;) {
        Ins *ins = &u->code.items[i];
        bool moves = ins->op == OPCODE(MOVE);
        if (!as->reached[i] || (!moves && ins->op != OPCODE(JUMP)))
            continue;
        uint32_t at = i + 1;
        if (!moves)
            at = landing(as, ins->b);
        while (at < u->code.count && !is_emitted(as, at))
            at++;
        const Ins *next = at < u->code.count ? &u->code.items[at] : NULL;
        if (!next || next->op != OPCODE(RETURN) || (moves && next->a != ins->a) ||
            next->guard != ins->guard || next->position.line != ins->position.line)
            continue;
        uint32_t result = moves ? ins->b : next->a;
        *ins = *next;
        ins->a = result;
    }
}

/* ---- Layout ---- */

static bool needs_wide(const Ins *ins)
{
    const OpcodeInfo *info = &opcode_info[ins->op];
    if (ins->a > 0xff)
        return true;
    if (info->b == BXJUMP)
        return false; /* decided by the layout */
    if (info->b == BXSIMM)
        return (int32_t)ins->b != (int16_t)ins->b;
    if (operand_is_bx(info->b))
        return ins->b > 0xffff;
    if (info->c == SIMM)
        return ins->b > 0xff || (int32_t)ins->c != (int8_t)ins->c;
    return ins->b > 0xff || ins->c > 0xff;
}

/* The numbers that a source can make as large as it likes; registers have their own limit. */
static bool fits(const Ins *ins)
{
    OperandKind c = opcode_info[ins->op].c;
    return ins->c <= UINT16_MAX || (c != NAME && c != FREE && c != CONST);
}

static void place(Assembler *as)
{
    Unit *u = as->u;
    uint32_t at = 0;
    for (uint32_t i = 0; i < u->code.count; i++) {
        as->offset[i] = at;
        if (is_emitted(as, i))
            at += 1u + as->wide[i] + (uint32_t)opcode_extension_count(u->code.items[i].op);
    }
    as->offset[u->code.count] = at;
}

static int32_t jump_distance(Assembler *as, uint32_t i, Label label)
{
    return (int32_t)(as->offset[as->u->labels.items[label]] - as->offset[i + 1]);
}

static bool layout(Assembler *as)
{
    Unit *u = as->u;
    as->offset = malloc((u->code.count + 1) * sizeof(*as->offset));
    as->wide = calloc(u->code.count + 1, 1);
    if (!as->offset || !as->wide)
        return raise_no_memory();
    for (uint32_t i = 0; i < u->code.count; i++) {
        if (!fits(&u->code.items[i]))
            return raise(SyntaxError, "too many names in one function");
        as->wide[i] = needs_wide(&u->code.items[i]);
    }
    bool grown;
    do {
        place(as);
        grown = false;
        for (uint32_t i = 0; i < u->code.count; i++) {
            Ins *ins = &u->code.items[i];
            if (as->wide[i] || !is_emitted(as, i) || opcode_info[ins->op].b != BXJUMP)
                continue;
            int32_t distance = jump_distance(as, i, ins->b);
            if (distance != (int16_t)distance) {
                as->wide[i] = 1;
                grown = true;
            }
        }
    } while (grown);
    return true;
}

/* ---- Encoding ---- */

static uint32_t *put_extension(Assembler *as, uint32_t *out, uint8_t kind, uint32_t i,
                               uint32_t value)
{
    switch (kind) {
    case X_NONE:
        return out;
    case X_CACHE:
        *out = as->feedback++;
        break;
    case X_JUMP:
        *out = (uint32_t)jump_distance(as, i, value);
        break;
    default:
        *out = value;
    }
    return out + 1;
}

static uint32_t *encode(Assembler *as, uint32_t *out, uint32_t i)
{
    const Ins *ins = &as->u->code.items[i];
    const OpcodeInfo *info = &opcode_info[ins->op];
    uint32_t b = ins->b, cc = ins->c;
    if (info->b == BXJUMP)
        b = (uint32_t)jump_distance(as, i, b);
    if (operand_is_bx(info->b)) {
        uint32_t high = b >> 16;
        if (as->wide[i])
            *out++ = OPCODE(WIDE) | (ins->a >> 8 & 0xff) << 8 | high << 16;
        *out++ = ins->op | (ins->a & 0xff) << 8 | (b & 0xffff) << 16;
    } else {
        if (as->wide[i])
            *out++ = OPCODE(WIDE) | (ins->a >> 8 & 0xff) << 8 | (b >> 8 & 0xff) << 16 |
                     (cc >> 8 & 0xff) << 24;
        *out++ = ins->op | (ins->a & 0xff) << 8 | (b & 0xff) << 16 | (cc & 0xff) << 24;
    }
    out = put_extension(as, out, info->ext1, i, ins->x1);
    return put_extension(as, out, info->ext2, i, info->ext1 == X_CACHE ? ins->x1 : 0);
}

static Raw *encode_words(Assembler *as)
{
    Unit *u = as->u;
    Raw *words = raw_new((intptr_t)as->offset[u->code.count] * 4);
    if (!words)
        return 0;
    uint32_t *out = (uint32_t *)(void *)words->data;
    for (uint32_t i = 0; i < u->code.count; i++)
        if (is_emitted(as, i))
            out = encode(as, out, i);
    return words;
}

static Raw *encode_positions(Assembler *as)
{
    PositionWriter positions = {0};
    for (uint32_t i = 0; i < as->u->code.count; i++)
        if (is_emitted(as, i))
            positions_add(&positions, as->offset[i + 1] - as->offset[i],
                          as->u->code.items[i].position);
    return positions_finish(&positions);
}

/* True with *out 0 if there are none. */
static bool encode_handlers(Assembler *as, Raw **out)
{
    Unit *u = as->u;
    VEC(Handler) handlers = {0};
    *out = 0;
    for (uint32_t i = 0; i < u->code.count; i++) {
        uint32_t guard = u->code.items[i].guard;
        if (!guard || !is_emitted(as, i) || !as->label_reached[u->guards.items[guard].handler])
            continue;
        Guard *g = &u->guards.items[guard];
        Handler h = {as->offset[i], as->offset[i + 1], as->offset[u->labels.items[g->handler]],
                     (uint32_t)g->exception};
        Handler *last = handlers.count ? vec_last(&handlers) : NULL;
        if (last && last->end == h.start && last->handler == h.handler &&
            last->exception == h.exception) {
            last->end = h.end;
        } else if (!vec_push(&handlers, h)) {
            vec_free(&handlers);
            return raise_no_memory();
        }
    }
    if (handlers.count) {
        size_t size = handlers.count * sizeof(Handler);
        *out = raw_new((intptr_t)size);
        if (*out)
            memcpy((*out)->data, handlers.items, size);
    }
    bool ok = !handlers.count || *out;
    vec_free(&handlers);
    return ok;
}

static Value idents_tuple(Compiler *c, const Ident *const *idents, size_t count)
{
    Value tuple = TRY(tuple_new((intptr_t)count));
    for (size_t i = 0; i < count; i++)
        tuple_init(tuple, (intptr_t)i, TRY(ident_value(c, idents[i])));
    return tuple;
}

static Raw *encode_cells(Unit *u)
{
    size_t size = u->cell_registers.count * sizeof(uint16_t);
    Raw *raw = raw_new((intptr_t)size);
    if (raw && size)
        memcpy(raw->data, u->cell_registers.items, size);
    return raw;
}

/* The registers up to the last one that is needed after a yield. */
static uint32_t kept_count(const Code *code)
{
    uint32_t kept = code->clear_count;
    if (!(code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR)))
        return kept;
    Decoded d;
    for (uint32_t at = 0; at < code_word_count(code); at += (uint32_t)d.length) {
        d = code_decode(code, at);
        if ((d.op == OPCODE(YIELD) || d.op == OPCODE(YIELD_FROM)) && d.c > kept)
            kept = d.c;
    }
    return kept;
}

static Value make_code(Assembler *as)
{
    Unit *u = as->u;
    Compiler *c = as->c;
    Raw *words = TRY(encode_words(as));
    Raw *positions = TRY(encode_positions(as));
    Raw *handlers;
    TRY(encode_handlers(as, &handlers));
    Raw *cells = TRY(encode_cells(u));
    Value consts = TRY(const_table_tuple(&u->consts));
    Value names = TRY(idents_tuple(c, u->names.names.items, u->names.names.count));
    Value varnames = TRY(idents_tuple(c, u->varnames.items, u->varnames.count));
    Value cellvars = TRY(idents_tuple(c, u->cellvars.items, u->cellvars.count));
    Value freevars = TRY(idents_tuple(c, u->free_names.names.items, u->free_names.names.count));
    Code *code = TRY((Code *)alloc_object(SHAPE_CODE, sizeof(Code)));
    /* NO_BARRIER: fresh, nothing allocated since. */
    code->instructions = words;
    code->positions = positions;
    code->handlers = handlers;
    code->cell_registers = cells;
    code->consts = consts;
    code->names = names;
    code->varnames = varnames;
    code->cellvars = cellvars;
    code->freevars = freevars;
    code->filename = c->filename;
    code->name = u->name;
    code->qualname = u->qualname;
    code->flags = u->flags;
    code->argcount = u->argcount;
    code->posonly_argcount = u->posonly_argcount;
    code->kwonly_argcount = u->kwonly_argcount;
    code->locals_count = u->locals_count;
    code->register_count = u->max_top;
    code->clear_count = u->fixed_count;
    code->first_line = u->first_line;
    code->feedback_count = as->feedback;
    code->kept_count = kept_count(code);
#ifdef DEBUG
    uint32_t at = 0;
    const char *wrong = code_verify(code, &at, NULL);
    if (wrong) {
        code_print(code);
        fatal("bad code at %u: %s", at, wrong);
    }
#endif
    return (Value)code;
}

static Value assemble_with(Assembler *as)
{
    Unit *u = as->u;
    int line = u->kind == UNIT_MODULE ? 0 : (int)u->first_line;
    /* The start of a generator, where close() and throw() find it, has a line only. */
    int column = u->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR) ? -1 : 0;
    u->code.items[0].position = (Position){line, line, column, column};
    TRY(flow(as));
    drop_lines(as);
    thread_jumps(as);
    take_returns(as);
    drop_lines(as);
    /* What threading has bypassed is not reached any more. */
    memset(as->label_reached, 0, u->labels.count + 1);
    as->set_words = 0;
    as->threaded = true;
    flow_round(as, false);
    name_checks(as);
    TRY(order_names(as));
    inherit_lines(as);
    TRY(copy_exits(as));
    TRY(layout(as));
    return make_code(as);
}

Value assemble(Compiler *c, Unit *unit)
{
    Assembler as = {.c = c, .u = unit};
    Value code = assemble_with(&as);
    free(as.reached);
    free(as.label_reached);
    free(as.label_bound);
    free(as.bound);
    free(as.label_order);
    free(as.offset);
    free(as.wide);
    return code;
}
