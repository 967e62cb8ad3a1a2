#include "compile/unit.h"

#include "compile/source.h"
#include <stdarg.h>
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/thread.h"
#include "types/exception.h"
#include "types/str.h"

/* ---- Failure ---- */

void compiler_fail(Compiler *c)
{
    c->failed = true;
}

void compiler_fail_memory(Compiler *c)
{
    if (!c->failed)
        raise_no_memory();
    c->failed = true;
}

bool compile_error_at(Value filename, int lineno, int col_offset, int end_lineno,
                      int end_col_offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Value message = format_value_list(format, arguments);
    va_end(arguments);
    return message && raise_scope_error(message, filename, lineno, col_offset + 1, end_lineno,
                                        end_col_offset + 1);
}

void compiler_error(Compiler *c, const void *node, const char *format, ...)
{
    if (c->failed)
        return;
    va_list arguments;
    va_start(arguments, format);
    Value message = format_value_list(format, arguments);
    va_end(arguments);
    const AstNode *at = node;
    if (message)
        raise_compile_error(message, c->filename, at->lineno, at->col_offset + 1, at->end_lineno,
                            at->end_col_offset + 1);
    c->failed = true;
}

void compiler_warn(Compiler *c, const void *node, const char *format, ...)
{
    if (c->failed || c->no_warnings)
        return;
    va_list arguments;
    va_start(arguments, format);
    Value message = format_value_list(format, arguments);
    va_end(arguments);
    const AstNode *at = node;
    if (!message || !compile_warning(message, c->filename, at->lineno, at->col_offset + 1,
                                     at->end_lineno, at->end_col_offset + 1))
        compiler_fail(c);
}

/* ---- Identifiers as str ---- */

Value ident_value(Compiler *c, const Ident *ident)
{
    if (c->failed)
        return 0;
    Array *values = c->ident_values;
    if (!values || ident->index >= (uint32_t)values->capacity) {
        intptr_t capacity = (intptr_t)ident->index + c->idents->count + 64;
        Array *grown = array_new(capacity);
        if (!grown) {
            compiler_fail(c);
            return 0;
        }
        if (values)
            gc_store_range(grown, grown->items, values->items, (size_t)values->capacity);
        c->ident_values = values = grown;
    }
    Value v = values->items[ident->index];
    if (v)
        return v;
    v = ident->ascii ? str_from_ascii(ident->bytes, ident->length)
                     : str_from_utf8(ident->bytes, ident->length);
    v = v ? str_intern(v) : 0;
    if (!v) {
        compiler_fail(c);
        return 0;
    }
    gc_store(values, &values->items[ident->index], v);
    return v;
}

const Ident *intern_ident(Compiler *c, const char *text)
{
    const Ident *ident = ident_intern(c->idents, text, strlen(text));
    if (!ident) {
        compiler_fail_memory(c);
        return c->table.name_top;
    }
    return ident;
}

/* ---- Name tables ---- */

static bool grow_names(NameTable *table)
{
    uint32_t capacity = table->capacity ? table->capacity * 2 : 16;
    NameSlot *slots = calloc(capacity, sizeof(*slots));
    if (!slots)
        return false;
    for (uint32_t i = 0; i < table->names.count; i++) {
        uint32_t at = table->names.items[i]->hash & (capacity - 1);
        while (slots[at].name)
            at = (at + 1) & (capacity - 1);
        slots[at] = (NameSlot){table->names.items[i], i};
    }
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

uint32_t name_table_add(Compiler *c, NameTable *table, const Ident *name)
{
    if (table->names.count >= table->capacity / 2 && !grow_names(table)) {
        compiler_fail_memory(c);
        return 0;
    }
    uint32_t at = name->hash & (table->capacity - 1);
    while (table->slots[at].name) {
        if (table->slots[at].name == name)
            return table->slots[at].index;
        at = (at + 1) & (table->capacity - 1);
    }
    uint32_t index = (uint32_t)table->names.count;
    if (!vec_push(&table->names, name)) {
        compiler_fail_memory(c);
        return 0;
    }
    table->slots[at] = (NameSlot){name, index};
    return index;
}

void name_table_free(NameTable *table)
{
    vec_free(&table->names);
    free(table->slots);
    table->slots = NULL;
}

uint32_t name_index(Compiler *c, const Ident *name)
{
    return name_table_add(c, &c->unit->names, name);
}

uint32_t const_index(Compiler *c, Value value)
{
    if (!value)
        compiler_fail(c);
    if (c->failed)
        return 0;
    int64_t index = const_table_add(&c->unit->consts, value);
    if (index < 0) {
        compiler_fail(c);
        return 0;
    }
    return (uint32_t)index;
}

/* ---- Registers ---- */

Reg temps_new(Compiler *c, int count)
{
    Unit *u = c->unit;
    Reg first = (Reg)u->top;
    u->top += (uint32_t)count;
    if (u->top > u->max_top)
        u->max_top = u->top;
    if (u->top > UINT16_MAX && !c->failed) {
        raise(SyntaxError, "too many registers in one function");
        compiler_fail(c);
    }
    return first;
}

Reg temp_new(Compiler *c)
{
    return temps_new(c, 1);
}

/* ---- Instructions ---- */

void set_no_position(Compiler *c)
{
    c->unit->position = (Position){-1, -1, -1, -1};
}

Ins *emit_x(Compiler *c, Opcode op, uint32_t a, uint32_t b, uint32_t cc, uint32_t x1)
{
    static _Thread_local Ins scratch;
    Unit *u = c->unit;
    Ins ins = {.op = (uint8_t)op,
               .guard = u->guard,
               .a = a,
               .b = b,
               .c = cc,
               .x1 = x1,
               .position = u->position};
    if (c->failed)
        return &scratch;
    if (!vec_push(&u->code, ins)) {
        compiler_fail_memory(c);
        return &scratch;
    }
    return vec_last(&u->code);
}

Ins *emit(Compiler *c, Opcode op, uint32_t a, uint32_t b, uint32_t cc)
{
    return emit_x(c, op, a, b, cc, 0);
}

void emit_line(Compiler *c)
{
    emit(c, OPCODE(NOP), 0, 0, 0)->keep = true;
}

void emit_jump(Compiler *c, Opcode op, Reg a, Label target)
{
    emit(c, op, (uint32_t)a, target, 0);
}

void emit_compare_jump(Compiler *c, Opcode op, Reg a, Reg b, bool sense, Label target)
{
    emit_x(c, op, (uint32_t)a, (uint32_t)b, sense, target);
}

Label label_new(Compiler *c)
{
    Unit *u = c->unit;
    if (!vec_push(&u->labels, NO_LABEL))
        compiler_fail_memory(c);
    return c->failed ? 0 : (Label)u->labels.count - 1;
}

void label_bind(Compiler *c, Label label)
{
    if (!c->failed)
        c->unit->labels.items[label] = (uint32_t)c->unit->code.count;
}

Label label_bind_new(Compiler *c)
{
    Label label = label_new(c);
    label_bind(c, label);
    return label;
}

void emit_move(Compiler *c, Reg dst, Reg src)
{
    if (dst != src)
        emit(c, OPCODE(MOVE), (uint32_t)dst, (uint32_t)src, 0);
}

void emit_const(Compiler *c, Reg dst, Value value)
{
    if (!value) {
        compiler_fail(c);
        return;
    }
    if (is_int(value) && int_value(value) >= INT16_MIN && int_value(value) <= INT16_MAX)
        emit(c, OPCODE(LOAD_INT), (uint32_t)dst, (uint32_t)(int32_t)int_value(value), 0);
    else
        emit(c, OPCODE(LOAD_CONST), (uint32_t)dst, const_index(c, value), 0);
}

uint32_t guard_new(Compiler *c, Reg exception)
{
    Unit *u = c->unit;
    Guard guard = {label_new(c), exception, u->guard};
    if (!u->guards.count && !vec_push(&u->guards, ((Guard){0})))
        compiler_fail_memory(c);
    if (!vec_push(&u->guards, guard))
        compiler_fail_memory(c);
    return c->failed ? 0 : (uint32_t)u->guards.count - 1;
}

Label guard_handler(Compiler *c, uint32_t guard)
{
    return c->failed ? 0 : c->unit->guards.items[guard].handler;
}
