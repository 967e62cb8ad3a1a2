/* _opcode: the instruction set of opcodes.def, for lib/opcode.py, and instructions taken apart, for
 * lib/dis.py. */
#include "compile/opcode.h"

#include <string.h>
#include "compile/code_object.h"
#include "core/error.h"
#include "core/module.h"
#include "types/bytes.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- Kinds of operands ------------------------------------------------------------------ */

/* NULL for what is not shown as an operand. */
static const char *kind_name(uint8_t kind)
{
    switch ((OperandKind)kind) {
    case NONE:
    case BXJUMP:
        return NULL;
    case DST:
    case REG:
    case RDW:
    case BASE:
        return "register";
    case CONST:
    case BXCONST:
        return "constant";
    case NAME:
    case BXNAME:
        return "name";
    case FREE:
    case BXFREE:
        return "free";
    case IMM:
    case SIMM:
    case BXSIMM:
        return "number";
    }
    UNREACHABLE();
}

static const char *extension_kind_name(uint8_t kind)
{
    return kind == X_CONST ? "constant" : kind == X_IMM ? "number" : NULL;
}

enum { OPERAND_MAX = 5 };

/* The kinds of the five places that operands have, NULL where there is none to be shown. */
static void operand_kinds(const OpcodeInfo *info, const char *kinds[OPERAND_MAX])
{
    kinds[0] = kind_name(info->a);
    kinds[1] = kind_name(info->b);
    kinds[2] = kind_name(info->c);
    kinds[3] = extension_kind_name(info->ext1);
    kinds[4] = extension_kind_name(info->ext2);
}

static bool op_has(int op, const char *kind)
{
    const char *kinds[OPERAND_MAX];
    if (op < 0 || op >= OPCODE_COUNT)
        return false;
    operand_kinds(&opcode_info[op], kinds);
    for (int i = 0; i < OPERAND_MAX; i++)
        if (kinds[i] && (!kind || strcmp(kinds[i], kind) == 0))
            return true;
    return false;
}

static bool op_jumps(int op)
{
    return op >= 0 && op < OPCODE_COUNT && (opcode_info[op].effects & JUMPS);
}

/* ---- Questions about an opcode ---------------------------------------------------------- */

#define QUESTION(id, name, doc, answer)                                                            \
    FUNCTION(id, name, "opcode", doc)                                                              \
    {                                                                                              \
        int op;                                                                                    \
        TRY(index_as_int(args[0], &op));                                                           \
        return bool_value(answer);                                                                 \
    }
QUESTION(opcode_is_valid, "is_valid", "Whether the opcode is an instruction's.",
         op >= 0 && op < OPCODE_COUNT)
QUESTION(opcode_has_arg, "has_arg", "Whether the instruction has operands.",
         op_has(op, NULL) || op_jumps(op))
QUESTION(opcode_has_const, "has_const", "Whether it has a constant.", op_has(op, "constant"))
QUESTION(opcode_has_name, "has_name", "Whether it has a name of co_names.", op_has(op, "name"))
QUESTION(opcode_has_jump, "has_jump", "Whether it jumps.", op_jumps(op))
QUESTION(opcode_has_free, "has_free", "Whether it has a variable of co_freevars.",
         op_has(op, "free"))
QUESTION(opcode_has_local, "has_local", "Whether it has a register.", op_has(op, "register"))
QUESTION(opcode_has_exc, "has_exc", "Whether it sets up a handler: those are in a table.", false)

FUNCTION(opcode_stack_effect, "stack_effect", "opcode, oparg=None, /, *, jump=None",
         "Compute the stack effect of the opcode: 0, as instructions work on registers.")
{
    int op;
    TRY(index_as_int(args[0], &op));
    if (op < 0 || op >= OPCODE_COUNT)
        return raise(ValueError, "invalid opcode or oparg");
    return int_small(0);
}

FUNCTION(opcode_get_specialization_stats, "get_specialization_stats", "",
         "Return the specialization stats")
{
    return None;
}

FUNCTION(opcode_get_executor, "get_executor", "*, code, offset",
         "Return the executor object at offset in code if exists, None otherwise.")
{
    return None;
}

FUNCTION(opcode_names, "names", "", "The list of the instructions' names; indexes are opcodes.")
{
    Value list = TRY(list_new(0));
    for (int op = 0; op < OPCODE_COUNT; op++)
        TRY(list_append(list, TRY(str_intern_cstring(opcode_info[op].name))));
    return list;
}

/* ---- Instructions ----------------------------------------------------------------------- */

/* (kind, number) of each operand. */
static Value operands_of(const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    const char *kinds[OPERAND_MAX];
    operand_kinds(info, kinds);
    const int64_t numbers[OPERAND_MAX] = {d->a, info->b == BXSIMM ? (int32_t)d->b : (int64_t)d->b,
                                          info->c == SIMM ? (int32_t)d->c : (int64_t)d->c,
                                          d->ext[0], d->ext[info->ext1 != X_NONE]};
    Value list = TRY(list_new(0));
    for (int i = 0; i < OPERAND_MAX; i++)
        if (kinds[i])
            TRY(list_append(list, TRY(tuple_of(TRY(str_intern_cstring(kinds[i])),
                                               TRY(int_from((intptr_t)numbers[i]))))));
    return list;
}

static const Raw *words_of(Value code)
{
    if (has_layout(code, LAYOUT_CODE))
        return code_compiled_words((const Code *)code);
    intptr_t size = is_bytes(code) ? ((Bytes *)code)->length : 0;
    if (!is_bytes(code))
        raise(TypeError, "instructions() argument must be code or bytes, not %B", code);
    else if (!size || size % (intptr_t)sizeof(uint32_t))
        raise(ValueError, "not the bytes of instructions");
    else
        return code_words_from_bytes(code);
    return NULL;
}

FUNCTION(opcode_instructions, "instructions", "code, /",
         "The instructions of a code object or its co_code: a list of tuples (offset, length, "
         "opcode, operands, "
         "target). "
         "Offsets are bytes of co_code; operands are tuples (kind, number) with the kinds "
         "'register', 'constant', 'name', 'free' and 'number'; target is None if it does not jump.")
{
    const Raw *words = TRY(words_of(args[0]));
    const uint32_t *data = (const uint32_t *)(const void *)words->data;
    Value list = TRY(list_new(0));
    Decoded d;
    for (uint32_t at = 0, count = (uint32_t)(words->size / 4); at < count;
         at += (uint32_t)d.length) {
        const char *wrong = opcode_decode_checked(data, count, at, &d);
        if (wrong)
            return raise(ValueError, "bad code at byte %d: %s", (int)at * 4, wrong);
        int64_t target = opcode_jump_target(&d, at);
        Value item = TRY(tuple_of(int_small((intptr_t)at * 4), int_small(d.length * 4),
                                  int_small((intptr_t)d.op), TRY(operands_of(&d)),
                                  target < 0 ? None : int_small((intptr_t)target * 4)));
        TRY(list_append(list, item));
    }
    return list;
}

FUNCTION(opcode_handlers, "handlers", "code, /",
         "The handlers of a code object, innermost first: a list of tuples (start, end, target, "
         "register of the exception), in bytes of co_code.")
{
    if (!has_layout(args[0], LAYOUT_CODE))
        return raise(TypeError, "handlers() argument must be code, not %B", args[0]);
    TRY(code_complete((const Code *)args[0]));
    const Raw *raw = ((const Code *)args[0])->handlers;
    Value list = TRY(list_new(0));
    const Handler *h = raw ? (const Handler *)(const void *)raw->data : NULL;
    for (size_t n = raw ? (size_t)raw->size / sizeof *h : 0; n; n--, h++)
        TRY(list_append(
            list,
            TRY(tuple_of(int_small((intptr_t)h->start * 4), int_small((intptr_t)h->end * 4),
                         int_small((intptr_t)h->handler * 4), int_small((intptr_t)h->exception)))));
    return list;
}

#define EMPTY_LIST(id, name)                                                                       \
    FUNCTION(id, name, "", "Return a list of names: none.")                                        \
    {                                                                                              \
        return list_new(0);                                                                        \
    }
EMPTY_LIST(opcode_get_nb_ops, "get_nb_ops")
EMPTY_LIST(opcode_get_intrinsic1_descs, "get_intrinsic1_descs")
EMPTY_LIST(opcode_get_intrinsic2_descs, "get_intrinsic2_descs")

static MethodDef *const functions[] = {M(opcode_is_valid),
                                       M(opcode_has_arg),
                                       M(opcode_has_const),
                                       M(opcode_has_name),
                                       M(opcode_has_jump),
                                       M(opcode_has_free),
                                       M(opcode_has_local),
                                       M(opcode_has_exc),
                                       M(opcode_stack_effect),
                                       M(opcode_get_specialization_stats),
                                       M(opcode_get_executor),
                                       M(opcode_names),
                                       M(opcode_instructions),
                                       M(opcode_handlers),
                                       M(opcode_get_nb_ops),
                                       M(opcode_get_intrinsic1_descs),
                                       M(opcode_get_intrinsic2_descs),
                                       0};

static bool execute(Value module)
{
    return module_add(module, "ENABLE_SPECIALIZATION", False);
}

const ModuleDef module__opcode = {
    .name = "_opcode",
    .doc = "Opcode support module.",
    .functions = functions,
    .execute = execute,
};
