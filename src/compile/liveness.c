/* Liveness of temporaries: the textbook's backward data flow over one code object, a row of bits
 * for each word that begins an instruction. Backward edges are those of loops alone, so two or
 * three passes settle it. */
#include "compile/liveness.h"

#include <stdlib.h>
#include <string.h>
#include "compile/opcode.h"

typedef struct Flow {
    const Code *code;
    uint32_t count;       /* words of the code */
    uint32_t first, bits; /* the temporaries are [first, first + bits) */
    size_t width;         /* words of a row */
    uint64_t *rows;       /* what is live before the instruction at each word */
    uint64_t *now;        /* the row that is being computed */
    uint32_t *starts;     /* words where instructions begin */
    uint32_t instructions;
} Flow;

static void set_live(Flow *f, uint32_t r, bool live)
{
    if (r < f->first)
        return;
    r -= f->first;
    if (live)
        f->now[r / 64] |= UINT64_C(1) << (r % 64);
    else
        f->now[r / 64] &= ~(UINT64_C(1) << (r % 64));
}

static void add_row(Flow *f, int64_t at)
{
    const uint64_t *row = f->rows + (size_t)at * f->width;
    for (size_t i = 0; i < f->width; i++)
        f->now[i] |= row[i];
}

/* What the instruction writes whenever it succeeds. */
static void kill(Flow *f, const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    if (d->op == OPCODE(LOAD_SUPER_ATTR)) {
        return; /* it reads what it writes */
    } else if (d->op == OPCODE(LOAD_METHOD)) {
        set_live(f, d->a, false);
        set_live(f, d->a + 1 + FRAME_WORDS, false);
    } else if (d->op == OPCODE(LOAD_WITH)) {
        for (uint32_t i = 0; i < 3; i++)
            set_live(f, d->a + i, false);
        set_live(f, d->a + 3 + FRAME_WORDS, false);
    } else if (info->a == BASE) {
        for (uint32_t i = 0, n = opcode_run_length(d); i < n; i++)
            set_live(f, d->a + i, false);
    } else if (info->a == DST && d->op != OPCODE(FOR_ITER))
        set_live(f, d->a, false);
}

static void use(Flow *f, const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    if (info->a == REG || info->a == RDW)
        set_live(f, d->a, true);
    if (info->b == REG || info->b == RDW)
        set_live(f, d->b, true);
    if (info->c == REG || info->c == RDW)
        set_live(f, d->c, true);
    if (d->op == OPCODE(LOAD_SUPER_ATTR)) {
        set_live(f, d->a, true);
        set_live(f, d->a + FRAME_WORDS, true);
        set_live(f, d->a + 1 + FRAME_WORDS, true);
    }
    if (info->b != BASE)
        return;
    bool calls = d->op == OPCODE(CALL) || d->op == OPCODE(CALL_KW) ||
                 d->op == OPCODE(CALL_METHOD) || d->op == OPCODE(CALL_METHOD_KW) ||
                 d->op == OPCODE(CALL_ENTER);
    for (uint32_t i = 0, n = opcode_run_length(d); i < n; i++)
        if (!calls || i == 0 || i > FRAME_WORDS)
            set_live(f, d->b + i, true);
}

/* What handlers read that the instruction may go to. */
static void add_handlers(Flow *f, uint32_t at)
{
    if (!f->code->handlers)
        return;
    const Handler *h = (const Handler *)(const void *)f->code->handlers->data;
    for (size_t n = (size_t)f->code->handlers->size / sizeof *h; n && h->start <= at; n--, h++) {
        if (at >= h->end)
            continue;
        const uint64_t *row = f->rows + h->handler * f->width;
        for (uint32_t r = 0; r < f->bits; r++)
            if (row[r / 64] >> (r % 64) & 1 && f->first + r != h->exception)
                set_live(f, f->first + r, true);
    }
}

/* Computes what is live before and, as an instruction may write late, during the instruction. */
static void flow_through(Flow *f, uint32_t at, const Decoded *d)
{
    memset(f->now, 0, f->width * sizeof *f->now);
    uint32_t next = at + (uint32_t)d->length;
    int64_t target = opcode_jump_target(d, at);
    if (!(opcode_info[d->op].effects & ENDS) && next < f->count)
        add_row(f, next);
    if (target >= 0)
        add_row(f, target);
    kill(f, d);
    add_handlers(f, at);
    use(f, d);
}

static void solve(Flow *f)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = f->instructions; i--;) {
            uint32_t at = f->starts[i];
            Decoded d = code_decode(f->code, at);
            flow_through(f, at, &d);
            uint64_t *row = f->rows + at * f->width;
            if (memcmp(row, f->now, f->width * sizeof *row) != 0) {
                memcpy(row, f->now, f->width * sizeof *row);
                changed = true;
            }
        }
    }
}

bool code_live_temporaries(const Code *code, uint32_t at, uint8_t *live)
{
    Flow f = {.code = code,
              .count = code_word_count(code),
              .first = code->clear_count,
              .bits = code->register_count - code->clear_count};
    f.width = (f.bits + 63) / 64;
    if (!f.width)
        return true;
    f.rows = calloc((size_t)f.count + 1, f.width * sizeof *f.rows);
    f.starts = malloc(f.count * sizeof *f.starts);
    if (!f.rows || !f.starts) {
        free(f.rows);
        free(f.starts);
        return false;
    }
    f.now = f.rows + (size_t)f.count * f.width;
    for (uint32_t i = 0; i < f.count; i += (uint32_t)code_decode(code, i).length)
        f.starts[f.instructions++] = i;
    solve(&f);
    const uint64_t *row = f.rows + at * f.width;
    for (uint32_t r = 0; r < f.bits; r++)
        live[f.first + r] = row[r / 64] >> (r % 64) & 1;
    free(f.rows);
    free(f.starts);
    return true;
}
