/* Code objects that Python code puts together: types.CodeType(...) and code.replace(...). The parts
 * are the attributes of other code objects, perhaps of another process; what the bytes among them
 * say is checked when the code first runs (code_admit). */
#include "compile/code_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compile/opcode.h"
#include "core/audit.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* The numbers and objects that a code object is made of, in the order of code()'s parameters. */
typedef enum Part {
    OF_ARGCOUNT,
    OF_POSONLY,
    OF_KWONLY,
    OF_NLOCALS,
    OF_STACK_SIZE,
    OF_FLAGS,
    OF_INSTRUCTIONS,
    OF_CONSTS,
    OF_NAMES,
    OF_VARNAMES,
    OF_FILENAME,
    OF_NAME,
    OF_QUALNAME,
    OF_FIRST_LINE,
    OF_POSITIONS,
    OF_HANDLERS,
    OF_FREEVARS,
    OF_CELLVARS,
    PART_COUNT
} Part;

typedef struct PartInfo {
    const char *name;
    Type *type;
} PartInfo;

static const PartInfo part_info[PART_COUNT] = {
    [OF_ARGCOUNT] = {"argcount", &int_type},     [OF_POSONLY] = {"posonlyargcount", &int_type},
    [OF_KWONLY] = {"kwonlyargcount", &int_type}, [OF_NLOCALS] = {"nlocals", &int_type},
    [OF_STACK_SIZE] = {"stacksize", &int_type},  [OF_FLAGS] = {"flags", &int_type},
    [OF_INSTRUCTIONS] = {"code", &bytes_type},   [OF_CONSTS] = {"consts", &tuple_type},
    [OF_NAMES] = {"names", &tuple_type},         [OF_VARNAMES] = {"varnames", &tuple_type},
    [OF_FILENAME] = {"filename", &str_type},     [OF_NAME] = {"name", &str_type},
    [OF_QUALNAME] = {"qualname", &str_type},     [OF_FIRST_LINE] = {"firstlineno", &int_type},
    [OF_POSITIONS] = {"linetable", &bytes_type}, [OF_HANDLERS] = {"exceptiontable", &bytes_type},
    [OF_FREEVARS] = {"freevars", &tuple_type},   [OF_CELLVARS] = {"cellvars", &tuple_type},
};

/* ---- Between bytes and raw data --------------------------------------------------------- */

/* What stands for word 0 in co_code. */
enum { CPYTHON_NOP = 30, CPYTHON_RESUME = 149 };

/* co_code. The entry word, which is never run, reads as CPython's NOP and RESUME: debuggers look
 * for the latter to find where a function's body begins. */
Value code_bytes(const Code *code)
{
    const Raw *words = TRY(code_compiled_words(code));
    Value bytes = TRY(bytes_from(words->data, (size_t)words->size));
    ((Bytes *)bytes)->data[0] = (char)CPYTHON_NOP;
    ((Bytes *)bytes)->data[2] = (char)CPYTHON_RESUME;
    return bytes;
}

static Raw *raw_from_bytes(Value bytes)
{
    Raw *raw = raw_new(((Bytes *)bytes)->length);
    if (raw)
        memcpy(raw->data, ((Bytes *)bytes)->data, (size_t)raw->size);
    return raw;
}

Raw *code_words_from_bytes(Value bytes)
{
    Raw *raw = TRY(raw_from_bytes(bytes));
    unsigned char *data = (unsigned char *)raw->data;
    if (data[0] == CPYTHON_NOP && data[2] == CPYTHON_RESUME) {
        data[0] = OPCODE(NOP);
        data[2] = 0;
    }
    return raw;
}

/* ---- Checks ----------------------------------------------------------------------------- */

/* Names are the strings that the compiler interns. */
static Value interned(Value names)
{
    Value tuple = TRY(tuple_new(tuple_length(names)));
    for (intptr_t i = 0; i < tuple_length(names); i++) {
        Value name = tuple_get(names, i);
        if (!is_str(name))
            return raise(TypeError, "name tuples must contain only strings, not '%T'", name);
        tuple_init(tuple, i, TRY(str_intern(name)));
    }
    return tuple;
}

/* Names become interned ones. */
static bool check_parts(const int *numbers, Value *values)
{
    static const Part names[] = {OF_NAMES, OF_VARNAMES, OF_FREEVARS, OF_CELLVARS};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        values[names[i]] = TRY(interned(values[names[i]]));
    if (numbers[OF_POSONLY] > numbers[OF_ARGCOUNT])
        return raise(SystemError, "code: posonlyargcount is greater than argcount");
    intptr_t size = ((Bytes *)values[OF_INSTRUCTIONS])->length;
    if (!size || size % (intptr_t)sizeof(uint32_t))
        return raise(ValueError, "code: co_code is malformed");
    intptr_t locals = tuple_length(values[OF_VARNAMES]);
    int64_t parameters = (int64_t)numbers[OF_ARGCOUNT] + numbers[OF_KWONLY] +
                         !!(numbers[OF_FLAGS] & CODE_VARARGS) +
                         !!(numbers[OF_FLAGS] & CODE_VARKEYWORDS);
    if (parameters > locals)
        return raise(ValueError, "code: co_varnames is too small");
    if (numbers[OF_NLOCALS] != locals)
        return raise(ValueError, "code: co_nlocals != len(co_varnames)");
    return true;
}

/* ---- Cells ------------------------------------------------------------------------------ */

#define NO_REGISTER UINT32_MAX

/* The captured variable that a register of MAKE_CELL is for: by its name if it is among varnames,
 * else the first that is not. -1: none. */
static intptr_t cell_of_register(const Code *code, const uint32_t *registers, uint32_t reg)
{
    for (intptr_t i = 0; i < tuple_length(code->cellvars); i++) {
        Value name = tuple_get(code->cellvars, i);
        if (registers[i] == reg)
            return -1;
        if (registers[i] == NO_REGISTER &&
            (reg >= code->locals_count || str_equal(tuple_get(code->varnames, reg), name)))
            return i;
    }
    return -1;
}

/* A captured variable that no instruction makes a cell for has a register all the same. */
static uint32_t register_by_name(Code *code, Value name)
{
    for (uint32_t i = 0; i < code->locals_count; i++)
        if (str_equal(tuple_get(code->varnames, (intptr_t)i), name))
            return i;
    return code->clear_count++;
}

/* Finds the registers of captured variables; sets clear_count. */
static bool place_cells(Code *code)
{
    intptr_t cells = tuple_length(code->cellvars);
    Raw *raw = TRY(raw_new(cells * (intptr_t)sizeof(uint16_t)));
    uint32_t *registers = malloc((size_t)(cells + 1) * sizeof *registers);
    if (!registers)
        return raise_no_memory();
    for (intptr_t i = 0; i < cells; i++)
        registers[i] = NO_REGISTER;
    code->clear_count = code->locals_count;
    Decoded d;
    for (uint32_t at = 0, count = code_word_count(code);
         at < count && !opcode_decode_checked(code_words(code), count, at, &d);
         at += (uint32_t)d.length) {
        intptr_t i = d.op == OPCODE(MAKE_CELL) ? cell_of_register(code, registers, d.a) : -1;
        if (i >= 0)
            registers[i] = d.a;
        if (i >= 0 && d.a >= code->clear_count)
            code->clear_count = d.a + 1;
    }
    for (intptr_t i = 0; i < cells; i++) {
        if (registers[i] == NO_REGISTER)
            registers[i] = register_by_name(code, tuple_get(code->cellvars, i));
        ((uint16_t *)(void *)raw->data)[i] = (uint16_t)registers[i];
    }
    free(registers);
    gc_store(code, &code->cell_registers, raw);
    return code->clear_count <= UINT16_MAX || raise(ValueError, "code: too many variables");
}

/* ---- Docstrings ------------------------------------------------------------------------- */

static bool loads_first_constant(const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    const uint32_t values[] = {d->a, d->b, d->c, d->ext[0], d->ext[info->ext1 != X_NONE]};
    const bool is_const[] = {info->a == CONST, info->b == CONST || info->b == BXCONST,
                             info->c == CONST, info->ext1 == X_CONST, info->ext2 == X_CONST};
    for (size_t i = 0; i < COUNT_OF(values); i++)
        if (is_const[i] && !values[i])
            return true;
    return false;
}

/* A docstring is the first constant, and one that no instruction has a use for. */
static bool has_docstring(const Code *code)
{
    if (!(code->flags & CODE_OPTIMIZED) || !tuple_length(code->consts) ||
        !is_str(tuple_get(code->consts, 0)))
        return false;
    Decoded d;
    for (uint32_t at = 0, count = code_word_count(code);
         at < count && !opcode_decode_checked(code_words(code), count, at, &d);
         at += (uint32_t)d.length)
        if (loads_first_constant(&d))
            return false;
    return true;
}

/* ---- Making ----------------------------------------------------------------------------- */

/* The first parts are given, the rest is worked out. */
static Value from_parts(const int *numbers, Value *values, uint32_t internal_flags)
{
    TRY(check_parts(numbers, values));
    Code *code = TRY((Code *)alloc_object(SHAPE_CODE, sizeof(Code)));
    code->unverified = code->feedback_count = 1;
    code->argcount = (uint32_t)numbers[OF_ARGCOUNT];
    code->posonly_argcount = (uint32_t)numbers[OF_POSONLY];
    code->kwonly_argcount = (uint32_t)numbers[OF_KWONLY];
    code->locals_count = (uint32_t)numbers[OF_NLOCALS];
    code->register_count = (uint32_t)numbers[OF_STACK_SIZE];
    code->flags = (uint32_t)numbers[OF_FLAGS] | internal_flags;
    code->first_line = (uint32_t)numbers[OF_FIRST_LINE];
    gc_store(code, &code->consts, values[OF_CONSTS]);
    gc_store(code, &code->names, values[OF_NAMES]);
    gc_store(code, &code->varnames, values[OF_VARNAMES]);
    gc_store(code, &code->freevars, values[OF_FREEVARS]);
    gc_store(code, &code->cellvars, values[OF_CELLVARS]);
    gc_store(code, &code->filename, values[OF_FILENAME]);
    gc_store(code, &code->name, values[OF_NAME]);
    gc_store(code, &code->qualname, values[OF_QUALNAME]);
    gc_store(code, &code->instructions, TRY(code_words_from_bytes(values[OF_INSTRUCTIONS])));
    gc_store(code, &code->positions, TRY(raw_from_bytes(values[OF_POSITIONS])));
    if (((Bytes *)values[OF_HANDLERS])->length)
        gc_store(code, &code->handlers, TRY(raw_from_bytes(values[OF_HANDLERS])));
    TRY(place_cells(code));
    if (!internal_flags && has_docstring(code))
        code->flags |= CODE_HAS_DOCSTRING;
    /* Arguments are bound before anything is verified. */
    if (code->register_count < code->clear_count)
        code->register_count = code->clear_count;
    code->kept_count = code->register_count;
    return (Value)code;
}

static bool audit_code(const int *numbers, const Value *values)
{
    return AUDIT("code.__new__", values[OF_INSTRUCTIONS], values[OF_FILENAME], values[OF_NAME],
                 int_small(numbers[OF_ARGCOUNT]), int_small(numbers[OF_POSONLY]),
                 int_small(numbers[OF_KWONLY]), int_small(numbers[OF_NLOCALS]),
                 int_small(numbers[OF_STACK_SIZE]), int_small(numbers[OF_FLAGS]));
}

Value code_make(Value *args)
{
    int numbers[PART_COUNT] = {0};
    Value values[PART_COUNT];
    for (int i = 0; i < PART_COUNT; i++) {
        Value v = values[i] = args[i + 1] ? args[i + 1] : TRY(tuple_new(0));
        const PartInfo *info = &part_info[i];
        if (info->type == &int_type)
            TRY(index_as_int(v, &numbers[i]));
        else if (!is_instance_of(v, info->type))
            return raise(TypeError, "code() argument %d must be %s, not %B", i + 1,
                         info->type->name, v);
    }
    static const Part counts[] = {OF_ARGCOUNT, OF_POSONLY,    OF_KWONLY,
                                  OF_NLOCALS,  OF_STACK_SIZE, OF_FLAGS};
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        if (numbers[counts[i]] < 0)
            return raise(ValueError, "code: %s must not be negative", part_info[counts[i]].name);
    TRY(audit_code(numbers, values));
    return from_parts(numbers, values, 0);
}

Value code_replaced(Value *args)
{
    static const Part order[PART_COUNT] = {
        OF_ARGCOUNT,   OF_POSONLY,      OF_KWONLY, OF_NLOCALS,  OF_STACK_SIZE, OF_FLAGS,
        OF_FIRST_LINE, OF_INSTRUCTIONS, OF_CONSTS, OF_NAMES,    OF_VARNAMES,   OF_FREEVARS,
        OF_CELLVARS,   OF_FILENAME,     OF_NAME,   OF_QUALNAME, OF_POSITIONS,  OF_HANDLERS};
    Code *code = (Code *)args[0];
    Value values[PART_COUNT];
    int numbers[PART_COUNT];
    for (int i = 0; i < PART_COUNT; i++) {
        char name[32];
        const PartInfo *info = &part_info[order[i]];
        snprintf(name, sizeof name, "co_%s", info->name);
        Value v = args[i + 1] ? args[i + 1] : TRY(get_attr_string((Value)code, name));
        values[order[i]] = v;
        if (info->type == &int_type) {
            TRY(index_as_int(v, &numbers[order[i]]));
            if (numbers[order[i]] < 0)
                return raise(ValueError, "%s must be a positive integer", name);
        } else if (!is_instance_of(v, info->type)) {
            return raise(TypeError, "replace() argument '%s' must be %s, not %B", name,
                         info->type->name, v);
        }
    }
    TRY(audit_code(numbers, values));
    return from_parts(numbers, values, code->flags & CODE_INTERNAL_FLAGS);
}
