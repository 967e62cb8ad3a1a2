/* Operators, subscripts and calls of instances whose class has the method in Python: it runs in the
 * vm_interpret of the instruction, its frame lies behind the registers of the caller. A binary
 * operator's may decline, by NotImplemented; for that a copy of the operands waits before it:
 *
 *   caller:   [header][R0 R1 ...]
 *   __add__:                     [left right][header][left right ...]
 */
#include "core/names.h"
#include "core/slots.h"
#include "vm/call_inline.h"
#include "vm/operations.h"

enum { OPERANDS = 2, IN_PLACE = 0x80 }; /* IN_PLACE: beside the operator in the frame's flags */

static const uint8_t operator_rows[] = {
    [OP_ADD] = ROW_add_BINARY,
    [OP_SUBTRACT] = ROW_subtract_BINARY,
    [OP_MULTIPLY] = ROW_multiply_BINARY,
    [OP_MATRIX_MULTIPLY] = ROW_matrix_multiply_BINARY,
    [OP_TRUE_DIVIDE] = ROW_true_divide_BINARY,
    [OP_FLOOR_DIVIDE] = ROW_floor_divide_BINARY,
    [OP_REMAINDER] = ROW_remainder_BINARY,
    [OP_LSHIFT] = ROW_lshift_BINARY,
    [OP_RSHIFT] = ROW_rshift_BINARY,
    [OP_AND] = ROW_and__BINARY,
    [OP_OR] = ROW_or__BINARY,
    [OP_XOR] = ROW_xor__BINARY,
};

Function *special_function(Value o, SlotRow row)
{
    const SlotDef *def = &slot_rows[row];
    Type *type = type_of(o);
    if (*slot_field(type, def) != def->generic)
        return 0;
    Value method = type_lookup(type, slot_names[row]);
    return method && has_shape(method, SHAPE_FUNCTION) ? (Function *)method : 0;
}

/* The frame of `function` behind `kept` words behind the caller's registers, with its arguments in
 * place; 0, with no exception, if that is not to be had. */
static Frame *enter_behind(Thread *thread, Frame *caller, Function *function, const Value *args,
                           size_t nargs, size_t kept)
{
    Code *code = load_acquire(&function->code);
    Value arguments[OPERANDS]; /* they may be registers that have been left */
    Frame *at = (Frame *)(void *)(frame_end(caller) + kept);
    if (code->argcount != nargs || !code_is_plain(code) || !code_has_run(code) ||
        !frame_enter(thread, at, caller, function, code))
        return 0;
    for (size_t i = 0; i < nargs; i++)
        arguments[i] = args[i];
    for (size_t i = 0; i < nargs; i++)
        frame_registers(at)[i] = arguments[i];
    return at;
}

Frame *special_enter(Thread *thread, Frame *caller, SlotRow row, const Value *args, size_t nargs)
{
    Function *function = special_function(args[0], row);
    return function ? enter_behind(thread, caller, function, args, nargs, 0) : 0;
}

/* Has the class a say in what `left op= right` is, other than by the operator itself? */
static bool has_inplace(Type *type, BinaryOp op)
{
    static const uint8_t rows[] = {
        [OP_ADD] = ROW_iadd_INPLACE,
        [OP_SUBTRACT] = ROW_isubtract_INPLACE,
        [OP_MULTIPLY] = ROW_imultiply_INPLACE,
        [OP_MATRIX_MULTIPLY] = ROW_imatrix_multiply_INPLACE,
        [OP_TRUE_DIVIDE] = ROW_itrue_divide_INPLACE,
        [OP_FLOOR_DIVIDE] = ROW_ifloor_divide_INPLACE,
        [OP_REMAINDER] = ROW_iremainder_INPLACE,
        [OP_LSHIFT] = ROW_ilshift_INPLACE,
        [OP_RSHIFT] = ROW_irshift_INPLACE,
        [OP_AND] = ROW_iand_INPLACE,
        [OP_OR] = ROW_ior_INPLACE,
        [OP_XOR] = ROW_ixor_INPLACE,
    };
    return *slot_field(type, &slot_rows[rows[op]]) || type->iconcat || type->irepeat;
}

/* The right operand must be one that is not asked first: of the same type, or a small number. */
Frame *operator_enter(Thread *thread, Frame *caller, BinaryOp op, bool in_place, Value left,
                      Value right)
{
    if (!is_object(left) || (is_object(right) && type_of(right) != type_of(left)) ||
        op >= COUNT_OF(operator_rows) || op == OP_POWER)
        return 0;
    Function *function = special_function(left, operator_rows[op]);
    if (!function || (in_place && has_inplace(type_of(left), op)))
        return 0;
    Value args[OPERANDS] = {left, right}, *kept = frame_end(caller);
    Frame *at = enter_behind(thread, caller, function, args, OPERANDS, OPERANDS);
    if (!at)
        return 0;
    kept[0] = left;
    kept[1] = right;
    at->flags = FRAME_OPERATOR | (op | (in_place ? IN_PLACE : 0)) << FRAME_TARGET_SHIFT;
    return at;
}

Value operator_declined(const Frame *frame)
{
    const Value *kept = (const Value *)(const void *)frame - OPERANDS;
    uint32_t how = frame->flags >> FRAME_TARGET_SHIFT;
    return number_after_left((BinaryOp)(how & ~(uint32_t)IN_PLACE), kept[0], kept[1],
                             how & IN_PLACE);
}
