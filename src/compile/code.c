/* The code type. A code object is immutable but for what vm/ owns in it, so it is shared freely. */
#include "compile/code.h"

#include "base/hash.h"
#include "compile/code_object.h"
#include "compile/constants.h"
#include "compile/opcode.h"
#include "compile/positions.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/exception.h"
#include "core/names.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

bool (*code_body_hook)(Code *code);

static void code_trace(Object *self, Tracer *tracer)
{
    Code *code = (Code *)self;
    Value *slots[] = {
        (Value *)&code->instructions,
        &code->consts,
        &code->names,
        &code->varnames,
        &code->cellvars,
        &code->freevars,
        (Value *)&code->cell_registers,
        &code->filename,
        &code->name,
        &code->qualname,
        (Value *)&code->handlers,
        (Value *)&code->positions,
        &code->feedback_owner,
        (Value *)&code->originals,
        (Value *)&code->instrumentation,
    };
    for (size_t i = 0; i < COUNT_OF(slots); i++)
        gc_visit(tracer, load_relaxed(slots[i]));
}

Position code_position(const Code *code, uint32_t index)
{
    return positions_find(code->positions, index);
}

Raw *code_compiled_words(const Code *code)
{
    TRY(code_complete(code));
    if (!load_acquire(&code->originals))
        return code->instructions;
    Raw *copy = TRY(raw_new(code->instructions->size));
    uint32_t *words = (uint32_t *)(void *)copy->data;
    for (uint32_t i = 0; i < code_word_count(code); i++)
        words[i] = code_word(code, i);
    return copy;
}

/* ---- Slots ---- */

static Value code_repr(Value self)
{
    Code *code = (Code *)self;
    return str_format("<code object %V at 0x%lx, file \"%V\", line %d>", code->name,
                      (unsigned long)(uintptr_t)self, load_acquire(&code->filename),
                      (int)code->first_line);
}

static bool same_raw(const Raw *a, const Raw *b)
{
    if (a == b || !a || !b)
        return a == b;
    return a->size == b->size && memcmp(a->data, b->data, (size_t)a->size) == 0;
}

static bool same_words(const Code *a, const Code *b)
{
    uint32_t count = code_word_count(a);
    if (count != code_word_count(b))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (code_word(a, i) != code_word(b, i))
            return false;
    return true;
}

/* Instructions up to their feedback cells, which count up in each code in the same way. */
static int code_equal(const Code *a, const Code *b)
{
    if (!code_complete(a) || !code_complete(b))
        return -1;
    if (((a->flags ^ b->flags) & ~(uint32_t)CODE_INTERNAL_FLAGS) || a->argcount != b->argcount ||
        a->posonly_argcount != b->posonly_argcount || a->kwonly_argcount != b->kwonly_argcount ||
        a->first_line != b->first_line || a->register_count != b->register_count ||
        !same_words(a, b) || !same_raw(a->handlers, b->handlers) ||
        !same_raw(a->positions, b->positions))
        return 0;
    Value pairs[][2] = {{a->name, b->name},         {a->consts, b->consts},
                        {a->names, b->names},       {a->varnames, b->varnames},
                        {a->cellvars, b->cellvars}, {a->freevars, b->freevars}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        int equal = object_equal(pairs[i][0], pairs[i][1]);
        if (equal <= 0)
            return equal;
    }
    /* 1 == 1.0 == True, but not as constants. */
    return const_same_items(a->consts, b->consts);
}

static Value code_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !has_layout(a, LAYOUT_CODE) ||
        !has_layout(b, LAYOUT_CODE))
        return NotImplemented;
    int equal = TRY_NOT_NEGATIVE(code_equal((Code *)a, (Code *)b), 0);
    return bool_value(equal == (op == CMP_EQ));
}

static bool code_hash(Value self, int64_t *out)
{
    Code *code = (Code *)self;
    static const HashKey key = {0, 0};
    const Raw *words = TRY(code_compiled_words(code));
    uint64_t hash = hash_bytes(words->data, (size_t)words->size, &key);
    hash = hash_combine(hash, (uint64_t)str_hash(code->name));
    hash = hash_combine(hash, code->first_line);
    hash = hash_combine(hash, code->argcount);
    hash = hash_combine(hash, code->posonly_argcount);
    hash = hash_combine(hash, code->kwonly_argcount);
    *out = (int64_t)hash;
    if (*out == -1)
        *out = -2;
    return true;
}

/* ---- Attributes ---- */

#define INT_GETTER(name, field)                                                                    \
    static Value name(Value self)                                                                  \
    {                                                                                              \
        return int_from((intptr_t)((Code *)self)->field);                                          \
    }
#define VALUE_GETTER(name, field)                                                                  \
    static Value name(Value self)                                                                  \
    {                                                                                              \
        TRY(code_complete((Code *)self));                                                          \
        return load_acquire(&((Code *)self)->field);                                               \
    }
INT_GETTER(get_argcount, argcount)
INT_GETTER(get_posonly, posonly_argcount)
INT_GETTER(get_kwonly, kwonly_argcount)
INT_GETTER(get_nlocals, locals_count)
INT_GETTER(get_stacksize, register_count)
INT_GETTER(get_firstlineno, first_line)
VALUE_GETTER(get_consts, consts)
VALUE_GETTER(get_names, names)
VALUE_GETTER(get_varnames, varnames)
VALUE_GETTER(get_cellvars, cellvars)
VALUE_GETTER(get_freevars, freevars)
VALUE_GETTER(get_filename, filename)
VALUE_GETTER(get_name, name)
VALUE_GETTER(get_qualname, qualname)

static Value raw_bytes(const Raw *raw)
{
    return bytes_from(raw ? raw->data : "", raw ? (size_t)raw->size : 0);
}

static Value get_flags(Value self)
{
    return int_small((intptr_t)(((Code *)self)->flags & ~(uint32_t)CODE_INTERNAL_FLAGS));
}

static Value get_code(Value self)
{
    return code_bytes((Code *)self);
}

static Value get_linetable(Value self)
{
    TRY(code_complete((Code *)self));
    return raw_bytes(((Code *)self)->positions);
}

static Value get_lnotab(Value self)
{
    TRY(warn(DeprecationWarning, 1, "co_lnotab is deprecated, use co_lines instead."));
    return get_linetable(self);
}

static Value get_exceptiontable(Value self)
{
    TRY(code_complete((Code *)self));
    return raw_bytes(((Code *)self)->handlers);
}

static const GetSetDef code_getset[] = {
    {"co_argcount", get_argcount, 0, 0},
    {"co_posonlyargcount", get_posonly, 0, 0},
    {"co_kwonlyargcount", get_kwonly, 0, 0},
    {"co_nlocals", get_nlocals, 0, 0},
    {"co_stacksize", get_stacksize, 0, 0},
    {"co_flags", get_flags, 0, 0},
    {"co_firstlineno", get_firstlineno, 0, 0},
    {"co_consts", get_consts, 0, 0},
    {"co_names", get_names, 0, 0},
    {"co_varnames", get_varnames, 0, 0},
    {"co_cellvars", get_cellvars, 0, 0},
    {"co_freevars", get_freevars, 0, 0},
    {"co_filename", get_filename, 0, 0},
    {"co_name", get_name, 0, 0},
    {"co_qualname", get_qualname, 0, 0},
    {"co_code", get_code, 0, 0},
    {"_co_code_adaptive", get_code, 0, 0},
    {"co_linetable", get_linetable, 0, 0},
    {"co_lnotab", get_lnotab, 0, 0},
    {"co_exceptiontable", get_exceptiontable, 0, 0},
    {0},
};

/* ---- Methods ---- */

static Value position_or_none(int number)
{
    return number < 0 ? None : int_small(number);
}

METHOD(code_co_lines, "co_lines", "",
       "Iterate over (start, end, line) of the instructions, in bytes of co_code.")
{
    Code *code = (Code *)args[0];
    TRY(code_complete(code));
    Value list = TRY(list_new(0));
    PositionReader r = positions_read(code->positions);
    uint32_t start = 0;
    int line = -2;
    uint32_t stop = 0;
    while (positions_next(&r)) {
        if (r.position.line != line && stop > start) {
            TRY(list_append(list, TRY(tuple_of(int_small(start * 4), int_small(stop * 4),
                                               position_or_none(line)))));
            start = stop;
        }
        line = r.position.line;
        stop = r.stop;
    }
    if (stop > start)
        TRY(list_append(list, TRY(tuple_of(int_small(start * 4), int_small(stop * 4),
                                           position_or_none(line)))));
    return get_iter(list);
}

/* An entry for each two bytes of co_code, because that is how the library indexes it by tb_lasti.
 */
METHOD(code_co_positions, "co_positions", "",
       "Iterate over (line, end line, column, end column) of each two bytes of the code.")
{
    Code *code = (Code *)args[0];
    TRY(code_complete(code));
    Value list = TRY(list_new(0));
    PositionReader r = positions_read(code->positions);
    while (positions_next(&r)) {
        Value entry = TRY(
            tuple_of(position_or_none(r.position.line), position_or_none(r.position.end_line),
                     position_or_none(r.position.column), position_or_none(r.position.end_column)));
        for (uint32_t i = 2 * r.start; i < 2 * r.stop; i++)
            TRY(list_append(list, entry));
    }
    return get_iter(list);
}

METHOD(code_varname_from_oparg, "_varname_from_oparg", "oparg, /",
       "Name of the variable that a register number stands for; for internal use.")
{
    Code *code = (Code *)args[0];
    TRY(code_complete(code));
    intptr_t i = TRY_INDEX(args[1]);
    if (i < 0)
        return raise(IndexError, "tuple index out of range");
    if (i < tuple_length(code->varnames))
        return tuple_get(code->varnames, i);
    const uint16_t *registers = (const uint16_t *)(const void *)code->cell_registers->data;
    for (intptr_t k = 0; k < tuple_length(code->cellvars); k++)
        if (registers[k] == i)
            return tuple_get(code->cellvars, k);
    return raise(IndexError, "tuple index out of range");
}

Code *code_copy(const Code *code)
{
    TRY(code_complete(code));
    Code *copy = TRY((Code *)alloc_object(SHAPE_CODE, sizeof(Code)));
    /* NO_BARRIER: fresh, nothing allocated since. */
    memcpy((char *)copy + sizeof(Object), (const char *)code + sizeof(Object),
           offsetof(Code, feedback) - sizeof(Object));
    /* Not shared with the original: each is instrumented for itself. */
    const Raw *words = TRY(code_compiled_words(code));
    Raw *own = TRY(raw_new(words->size));
    memcpy(own->data, words->data, (size_t)words->size);
    gc_store(copy, &copy->instructions, own);
    return copy;
}

#define REPLACE_SIGNATURE                                                                          \
    "*, co_argcount=?, co_posonlyargcount=?, co_kwonlyargcount=?, co_nlocals=?, "                  \
    "co_stacksize=?, co_flags=?, co_firstlineno=?, co_code=?, co_consts=?, co_names=?, "           \
    "co_varnames=?, co_freevars=?, co_cellvars=?, co_filename=?, co_name=?, co_qualname=?, "       \
    "co_linetable=?, co_exceptiontable=?; /, **changes"

METHOD(code_replace, "replace", REPLACE_SIGNATURE,
       "Return a copy of the code object with new values for the specified fields.")
{
    return code_replaced(args);
}

METHOD(code_dunder_replace, "__replace__", REPLACE_SIGNATURE, "The same as replace().")
{
    return code_replaced(args);
}

NEW_METHOD(code_new, "argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, "
                     "codestring, constants, names, varnames, filename, name, qualname, "
                     "firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /")
{
    return code_make(args);
}

static MethodDef *const code_methods[] = {
    M(code_co_lines),       M(code_co_positions),       M(code_replace),
    M(code_dunder_replace), M(code_varname_from_oparg), 0};

Type code_type = {
    TYPE_HEAD("code", Code),
    .repr = code_repr,
    .compare = code_compare,
    .hash = code_hash,
    .getset = code_getset,
    .methods = code_methods,
    .trace = code_trace,
    .layout = LAYOUT_CODE,
    .has_weakrefs = true,
    .new_def = M(code_new),
    .doc = "Create a code object.  Not for the faint of heart.",
};

void code_start(void)
{
    type_ready(&code_type, SHAPE_CODE);
}
