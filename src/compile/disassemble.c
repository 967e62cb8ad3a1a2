#include "compile/disassemble.h"

#include "compile/opcode.h"
#include "core/error.h"
#include "types/str.h"
#include "types/tuple.h"

/* repr() of a constant or name, cut short; a debugger may call this anywhere. */
static void show(FILE *out, Value v)
{
    Value pending = error_take();
    Value shown = v ? object_repr(v) : 0;
    size_t size = 0;
    const char *text = shown ? str_utf8_lossy(shown, &size) : 0;
    fprintf(out, "%.*s%s", (int)(size > 60 ? 60 : size), text ? text : "?", size > 60 ? "..." : "");
    error_clear();
    if (pending)
        error_restore(pending);
}

static void show_item(FILE *out, Value tuple, uint32_t index)
{
    fprintf(out, " (");
    show(out, index < (uint32_t)tuple_length(tuple) ? tuple_get(tuple, (intptr_t)index) : 0);
    fprintf(out, ")");
}

static void show_operand(FILE *out, const Code *code, uint8_t kind, uint32_t value)
{
    switch (kind) {
    case NONE:
        return;
    case DST:
    case REG:
    case RDW:
    case BASE:
        fprintf(out, " r%u", value);
        if (value < code->locals_count)
            show_item(out, code->varnames, value);
        break;
    case CONST:
    case BXCONST:
        fprintf(out, " k%u", value);
        show_item(out, code->consts, value);
        break;
    case NAME:
    case BXNAME:
        fprintf(out, " n%u", value);
        show_item(out, code->names, value);
        break;
    case FREE:
    case BXFREE:
        fprintf(out, " f%u", value);
        show_item(out, code->freevars, value);
        break;
    case BXJUMP:
        break; /* shown as the target */
    default:
        fprintf(out, " %d", (int)value);
    }
}

static void show_extension(FILE *out, const Code *code, uint8_t kind, uint32_t value)
{
    switch (kind) {
    case X_CONST:
        show_operand(out, code, CONST, value);
        break;
    case X_IMM:
        fprintf(out, " +%u", value);
        break;
    case X_CACHE:
        fprintf(out, " [%u]", value);
        break;
    default:
        break;
    }
}

static void show_instruction(FILE *out, const Code *code, uint32_t at, const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    fprintf(out, "%6u  %-18s", at, info->name);
    show_operand(out, code, info->a, d->a);
    show_operand(out, code, info->b, d->b);
    show_operand(out, code, info->c, d->c);
    show_extension(out, code, info->ext1, d->ext[0]);
    show_extension(out, code, info->ext2, d->ext[info->ext1 != X_NONE]);
    int64_t target = opcode_jump_target(d, at);
    if (target >= 0)
        fprintf(out, " -> %ld", (long)target);
    fprintf(out, "\n");
}

static void show_handlers(FILE *out, const Code *code)
{
    if (!code->handlers)
        return;
    const Handler *h = (const Handler *)(const void *)code->handlers->data;
    for (size_t n = (size_t)code->handlers->size / sizeof *h; n; n--, h++)
        fprintf(out, "        [%u, %u) -> %u, exception in r%u\n", h->start, h->end, h->handler,
                h->exception);
}

static void disassemble_one(const Code *code, FILE *out)
{
    fprintf(out, "code ");
    show(out, code->qualname);
    fprintf(out, ", line %u, %u registers (%u locals), flags 0x%x\n", code->first_line,
            code->register_count, code->locals_count, code->flags);
    uint32_t count = code_word_count(code);
    int line = -1;
    for (uint32_t at = 0; at < count;) {
        Decoded d = code_decode(code, at);
        Position p = code_position(code, at);
        if (p.line != line && p.line >= 0)
            fprintf(out, "%6d", line = p.line);
        else
            fprintf(out, "      ");
        show_instruction(out, code, at, &d);
        at += (uint32_t)d.length;
    }
    show_handlers(out, code);
}

void code_disassemble(const Code *code, FILE *out, bool nested)
{
    if (!code_complete(code))
        return;
    disassemble_one(code, out);
    for (intptr_t i = 0; nested && i < tuple_length(code->consts); i++) {
        Value constant = tuple_get(code->consts, i);
        if (has_layout(constant, LAYOUT_CODE)) {
            fprintf(out, "\n");
            code_disassemble((const Code *)constant, out, true);
        }
    }
}

void code_print(const Code *code)
{
    code_disassemble(code, stdout, false);
    fflush(stdout);
}
