/* The interpreter: one dispatch loop over opcodes.def. A Python function that calls another
 * stays in the same vm_run; C code that calls Python code starts an inner one.
 *
 * `pc` points behind the current instruction's first word, so pc[0] and pc[1] are its extension
 * words and pc - 1 lies inside of it, as the exception table and the line table want. It is
 * written to frame->pc (SYNC) before anything that may raise, call or look at the frame.
 */
#include "core/error.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/share.h"
#include "types/cell.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/super.h"
#include "types/tuple.h"
#include "vm/operations.h"
#include "vm/call_inline.h"
#include "vm/interp_inline.h"
#include "vm/interp_macros.h"

/* How the WIDE prefix extends the operands of the instruction behind it. */
enum { WIDE_ABC, WIDE_BX, WIDE_BX_SIGNED, WIDE_C_SIGNED };
#define NONE    0
#define DST     0
#define REG     0
#define RDW     0
#define BASE    0
#define IMM     0
#define SIMM    0
#define CONST   0
#define NAME    0
#define FREE    0
#define BXCONST WIDE_BX
#define BXNAME  WIDE_BX
#define BXFREE  WIDE_BX
#define BXSIMM  WIDE_BX_SIGNED
#define BXJUMP  WIDE_BX_SIGNED
static const uint8_t wide_kind[OPCODE_COUNT] = {
#define OP(name, a, b, c, x1, x2, effects, meaning) [OP_##name##_] = b,
#include "compile/opcodes.def"
#undef OP
};
#undef NONE
#undef DST
#undef REG
#undef RDW
#undef BASE
#undef IMM
#undef SIMM
#undef CONST
#undef NAME
#undef FREE

/* Serves what is asked for after a call. Its frame is still at the call, where the register of the
 * result is dead: what a collection does to it meanwhile is undone. Not inlined: `result` may not
 * lie in the interpreter's own C frame, which some collections leave out of their scan. */
static NOINLINE bool poll_after_call(Thread *thread, Value *result_register)
{
    Value result = *result_register;
    bool good = thread_poll_slow(thread);
    *result_register = result;
    return good;
}

/* Whether a comparison is true, or -1. */
static NOINLINE int compare_truth(Value x, Value y, CompareOp op)
{
    Value result = object_compare(x, y, op);
    return result ? truth_of(result) : -1;
}

/* Not inlined: vm_interpret would need a frame pointer for it. */
static NOINLINE bool builtin_may_be_called(void)
{
    return c_stack_check(" while calling a Python object");
}

ALWAYS_INLINE bool c_call_is_possible(const Thread *thread)
{
    return likely(thread->vm_stack_low > thread->c_stack_limit) || builtin_may_be_called();
}

/* LONG: the dispatch loop. */
Value vm_interpret(Thread *thread, Frame *frame)
{
    static const void *const labels[256] = {
#define OP(name, a, b, c, x1, x2, effects, meaning) [OP_##name##_] = &&do_##name,
#include "compile/opcodes.def"
#undef OP
    };
    Value *R, *cells;
    const uint32_t *pc;
    uint32_t word, ubx;
    int32_t bx;
    size_t a, b, c;
    Value callee, kwnames, *args, *cell;
    size_t nargs;
    Frame *at;
    Value left, right; /* of a comparison; or what is tested for truth */
    uint32_t how;      /* CompareOp; or the truth that jumps */

    thread->vm_stack_low = stack_pointer();
    STATS_ADD(frames_entered);
    ENTER_FRAME();
    if (unlikely(thread->exception)) /* a generator resumed by throw() */
        goto error;
    NEXT();

    CASE(NOP)
    {
        while ((load_relaxed(pc) & 0xff) == OPCODE(NOP))
            pc++;
        NEXT();
    }
    CASE(WIDE)
    {
        word = *pc++;
        uint32_t op = word & 0xff;
        if (wide_kind[op] == WIDE_BX || wide_kind[op] == WIDE_BX_SIGNED)
            ubx = (uint32_t)((word >> 16) | (b << 16) | (c << 24));
        bx = (int32_t)ubx;
        a = ((word >> 8) & 0xff) | (a << 8);
        b = ((word >> 16) & 0xff) | (b << 8);
        c = (word >> 24) | (c << 8);
        STATS_OPCODE(op);
        switch (op) {
#define OP(name, a, b, c, x1, x2, effects, meaning)                                                \
    case OP_##name##_:                                                                             \
        goto wide_##name;
#include "compile/opcodes.def"
#undef OP
        default:
            UNREACHABLE();
        }
    }

    CASE(INSTRUMENTED)
    {
        SYNC();
        int op = vm_instrumented(thread, frame);
        pc = frame->pc;
        if (op < 0) {
            if (op == INSTRUMENTED_FAILED)
                goto error;
            NEXT();
        }
        word = load_relaxed(pc - 1);
        goto *labels[op];
    }

    /* ---- registers, constants, variables */
    CASE(MOVE)
    {
        R[a] = R[b];
        NEXT();
    }
    CASE(LOAD_CONST)
    {
        R[a] = CONSTANT(ubx);
        NEXT();
    }
    CASE(LOAD_INT)
    {
        R[a] = int_small(bx);
        NEXT();
    }
    CASE(CLEAR)
    {
        R[a] = 0;
        NEXT();
    }
    CASE(CHECK_LOCAL)
    {
        uint32_t name = ubx;
        if (unlikely(!R[a])) {
            SYNC();
            raise_unbound_local(NAMED(name));
            goto error;
        }
        NEXT();
    }
    CASE(DELETE_LOCAL)
    {
        uint32_t name = ubx;
        if (unlikely(!R[a])) {
            SYNC();
            raise_unbound_local(NAMED(name));
            goto error;
        }
        R[a] = 0;
        NEXT();
    }
    CASE(MAKE_CELL)
    {
        SYNC();
        SET(cell_new(R[a]));
        NEXT();
    }
    CASE(LOAD_CELL)
    {
        Value content = load_acquire(&((Cell *)R[b])->value);
        if (unlikely(!content)) {
            SYNC();
            raise_unbound_cell(frame, b);
            goto error;
        }
        R[a] = content;
        NEXT();
    }
    CASE(STORE_CELL)
    {
        cell_store((Cell *)R[a], R[b]);
        NEXT();
    }
    CASE(DELETE_CELL)
    {
        if (unlikely(!cell_unbind((Cell *)R[a]))) {
            SYNC();
            raise_unbound_cell(frame, a);
            goto error;
        }
        NEXT();
    }
    CASE(LOAD_FREE)
    {
        uint32_t index = ubx;
        Cell *cell = (Cell *)tuple_get(frame->function->closure, index);
        R[a] = load_acquire(&cell->value);
        if (unlikely(!R[a])) {
            SYNC();
            SET(load_free(frame, index));
        }
        NEXT();
    }
    CASE(STORE_FREE)
    {
        cell_store((Cell *)tuple_get(frame->function->closure, ubx), R[a]);
        NEXT();
    }
    CASE(DELETE_FREE)
    {
        uint32_t index = ubx;
        SYNC();
        DO(delete_free(frame, index));
        NEXT();
    }
    CASE(LOAD_FREE_CELL)
    {
        R[a] = tuple_get(frame->function->closure, ubx);
        NEXT();
    }
    CASE(LOAD_NAME_OR_FREE)
    {
        uint32_t index = ubx;
        SYNC();
        SET(load_name_or_free(frame, index));
        NEXT();
    }
    CASE(LOAD_DICT_OR_FREE)
    {
        SYNC();
        SET(load_dict_or_free(frame, R[b], c));
        NEXT();
    }
    CASE(LOAD_DICT_OR_GLOBAL)
    {
        SYNC();
        SET(load_dict_or_global(frame, R[b], NAMED(c)));
        NEXT();
    }
    CASE(LOAD_GLOBAL)
    {
        uint32_t name = ubx;
        Value value = global_from_cache(frame, &cells[pc[0]]);
        if (unlikely(!value)) {
            SYNC();
            STATS_ADD(global_misses);
            value = load_global(frame, NAMED(name), &cells[pc[0]]);
            DO(value);
        }
        R[a] = value;
        NEXT_AFTER(1);
    }
    CASE(STORE_GLOBAL)
    {
        uint32_t name = ubx;
        SYNC();
        DO(store_global(frame, NAMED(name), R[a]));
        NEXT_AFTER(1);
    }
    CASE(DELETE_GLOBAL)
    {
        uint32_t name = ubx;
        SYNC();
        DO(delete_global(frame, NAMED(name)));
        NEXT();
    }
    CASE(LOAD_NAME)
    {
        uint32_t name = ubx;
        Value value = 0;
        if (frame->locals == frame->function->globals)
            value = global_from_cache(frame, &cells[pc[0]]);
        if (!value) {
            SYNC();
            STATS_ADD(global_misses);
            value = frame_load_name(frame, NAMED(name), &cells[pc[0]]);
            DO(value);
        }
        R[a] = value;
        NEXT_AFTER(1);
    }
    CASE(STORE_NAME)
    {
        uint32_t name = ubx;
        SYNC();
        DO(frame_store_name(frame, NAMED(name), R[a]));
        NEXT_AFTER(1);
    }
    CASE(DELETE_NAME)
    {
        uint32_t name = ubx;
        SYNC();
        DO(frame_delete_name(frame, NAMED(name)));
        NEXT();
    }
    CASE(LOAD_LOCALS)
    {
        SYNC();
        SET(load_locals(frame));
        NEXT();
    }
    CASE(LOAD_BUILD_CLASS)
    {
        SYNC();
        SET(load_build_class(frame));
        NEXT();
    }
    CASE(LOAD_ASSERTION_ERROR)
    {
        R[a] = (Value)AssertionError;
        NEXT();
    }

    /* ---- attributes and items */
    CASE(LOAD_ATTR)
    {
        Value o = R[b];
        Value content = load_acquire(&cells[pc[0]]), *slot = slot_from_cell(o, content);
        Value value = slot ? load_acquire(slot) : 0;
        STATS_ADD(slot_accesses);
        if (unlikely(!value)) {
            STATS_ADD(slot_misses);
            const CacheRecord *record = record_from_cell(o, content);
            if (record && (value = attribute_from_record(o, record)) != 0) {
                STATS_ADD(attribute_chain_hits);
                R[a] = value;
                NEXT_AFTER(1);
            }
            if (may_run_code(record)) {
                frame->pc = pc + 1;
                if ((at = get_attr_enter(thread, &cells[pc[0]], record, o, NAMED(c))) != 0)
                    goto entered;
            }
            SYNC();
            value = get_attr_cached(frame, o, NAMED(c), &cells[pc[0]]);
            DO(value);
        }
        R[a] = value;
        NEXT_AFTER(1);
    }
    CASE(STORE_ATTR)
    {
        Value content = load_acquire(&cells[pc[0]]), *slot = slot_from_cell(R[a], content);
        STATS_ADD(slot_accesses);
        if (likely(slot) && likely(!is_shared(R[a]))) {
            gc_store(R[a], slot, R[b]);
        } else if (!store_from_record(R[a], content, R[b])) {
            const CacheRecord *record = record_from_cell(R[a], content);
            frame->pc = pc + 1;
            if (may_run_code(record) &&
                (at = set_attr_enter(thread, &cells[pc[0]], record, R[a], NAMED(c), R[b])) != 0)
                goto unread;
            SYNC();
            STATS_ADD(slot_misses);
            DO(set_attr_cached(frame, R[a], NAMED(c), R[b], &cells[pc[0]]));
        }
        NEXT_AFTER(1);
    }
    CASE(DELETE_ATTR)
    {
        uint32_t name = ubx;
        SYNC();
        DO(set_attr(R[a], NAMED(name), 0));
        NEXT();
    }
    CASE(LOAD_METHOD)
    {
        Value o = R[b], *receiver = &R[a + 1 + FRAME_WORDS];
        Value method = method_from_cache(o, load_acquire(&cells[pc[0]]), receiver);
        if (unlikely(!method)) {
            const CacheRecord *record = record_from_cell(o, load_acquire(&cells[pc[0]]));
            frame->pc = pc + 1;
            if (may_run_code(record) &&
                (at = get_attr_enter(thread, &cells[pc[0]], record, o, NAMED(c))) != 0) {
                *receiver = 0;
                goto entered;
            }
            SYNC();
            Value self = 0;
            method = load_method_cached(frame, o, NAMED(c), &cells[pc[0]], &self);
            DO(method);
            *receiver = self;
        }
        R[a] = method;
        NEXT_AFTER(1);
    }
    CASE(LOAD_SUPER_ATTR)
    {
        Value *self = &R[a + 1 + FRAME_WORDS], class = R[a + FRAME_WORDS], method = 0;
        if (likely(b & SUPER_METHOD) && R[a] == (Value)&super_type)
            method = super_method_from_cache(class, *self, load_acquire(&cells[pc[0]]));
        if (unlikely(!method)) {
            SYNC();
            DO(load_super_attr(frame, &R[a], b, NAMED(c), &cells[pc[0]]));
        } else {
            R[a] = method;
        }
        NEXT_AFTER(1);
    }
    CASE(GET_ITEM)
    {
        Value o = R[b], key = R[c];
        Value value = is_object(o) ? item_fast(o, key) : 0;
        if (unlikely(!value)) {
            frame->pc = pc + 1;
            if (is_python_instance(o) &&
                (at = special_enter_2(thread, &cells[pc[0]], ROW_getitem_GETITEM, 0, o, key)) != 0)
                goto entered;
            SYNC();
            value = get_item(o, key);
            DO(value);
        }
        R[a] = value;
        NEXT_AFTER(1);
    }
    CASE(SET_ITEM)
    {
        frame->pc = pc + 1;
        if (is_python_instance(R[a]) &&
            (at = special_enter_3(thread, &cells[pc[0]], ROW_setitem_SETITEM, R[a], R[b], R[c])) !=
                0)
            goto unread;
        SYNC();
        DO(set_item(R[a], R[b], R[c]));
        NEXT_AFTER(1);
    }
    CASE(DEL_ITEM)
    {
        SYNC();
        DO(set_item(R[a], R[b], 0));
        NEXT();
    }
    CASE(GET_SLICE)
    {
        SYNC();
        SET(get_slice(R[b], R[b + 1], R[b + 2]));
        NEXT();
    }
    CASE(BUILD_SLICE)
    {
        SYNC();
        SET(slice_new(R[b], R[b + 1], c == 3 ? R[b + 2] : None));
        NEXT();
    }

    /* ---- operators */
    ARITHMETIC_INT(
        ADD, OP_ADD,
        {
            intptr_t sum;
            if (likely(!__builtin_add_overflow((intptr_t)x - 1, (intptr_t)y, &sum)))
                INT_RESULT(sum);
        },
        FLOAT_FAST(p + q))
    CASE(ACCUMULATE)
    {
        Value x = R[a], y = R[b];
        intptr_t sum;
        if (likely(are_ints(x, y)) &&
            likely(!__builtin_add_overflow((intptr_t)x - 1, (intptr_t)y, &sum)))
            INT_RESULT(sum);
        if (is_tagged_float(x) && is_tagged_float(y))
            FLOAT_FAST(p + q)
        SYNC();
        if (has_shape(x, SHAPE_STR) && has_shape(y, SHAPE_STR)) {
            SET(str_append(x, y, x == R[c]));
            R[c] = R[a];
        } else {
            SET(number_inplace(OP_ADD, x, y));
        }
        NEXT_AFTER(1);
    }
    ARITHMETIC_INT(
        SUBTRACT, OP_SUBTRACT,
        {
            intptr_t difference;
            if (likely(!__builtin_sub_overflow((intptr_t)x, (intptr_t)y - 1, &difference)))
                INT_RESULT(difference);
        },
        FLOAT_FAST(p - q))
    ARITHMETIC_INT(
        MULTIPLY, OP_MULTIPLY,
        {
            intptr_t product;
            if (likely(!__builtin_mul_overflow((intptr_t)x - 1, int_value(y), &product)))
                INT_RESULT(product + 1);
        },
        FLOAT_FAST(p * q))
    ARITHMETIC(MATRIX_MULTIPLY, OP_MATRIX_MULTIPLY, NO_FAST_PATH, NO_FAST_PATH)
    ARITHMETIC(TRUE_DIVIDE, OP_TRUE_DIVIDE, NO_FAST_PATH, {
        double q = float_decode(y); /* never 0: zeros are boxed */
        R[a] = float_from(float_decode(x) / q);
        if (likely(R[a]))
            NEXT_AFTER(1);
        goto error;
    })
    ARITHMETIC_INT(
        FLOOR_DIVIDE, OP_FLOOR_DIVIDE,
        {
            intptr_t p = int_value(x);
            intptr_t q = int_value(y);
            if (likely(q > 0))
                INT_RESULT(int_small(p >= 0 ? p / q : -1 - (-1 - p) / q));
        },
        NO_FAST_PATH)
    ARITHMETIC_INT(
        REMAINDER, OP_REMAINDER,
        {
            intptr_t p = int_value(x);
            intptr_t q = int_value(y);
            if (likely(q > 0)) {
                intptr_t r = p % q;
                INT_RESULT(int_small(r < 0 ? r + q : r));
            }
        },
        NO_FAST_PATH)
    ARITHMETIC(POWER, OP_POWER, NO_FAST_PATH, NO_FAST_PATH)
    ARITHMETIC_INT(
        LSHIFT, OP_LSHIFT,
        {
            intptr_t n = int_value(y);
            intptr_t p = int_value(x);
            if (likely((uintptr_t)n < 62 && p >= 0 && p <= (INT_MAX_SMALL >> n)))
                INT_RESULT(int_small(p << n));
        },
        NO_FAST_PATH)
    ARITHMETIC_INT(
        RSHIFT, OP_RSHIFT,
        {
            intptr_t n = int_value(y);
            if (likely((uintptr_t)n < 63))
                INT_RESULT(int_small(int_value(x) >> n));
        },
        NO_FAST_PATH)
    ARITHMETIC_INT(AND, OP_AND, INT_RESULT(value_bits(x) & value_bits(y));, NO_FAST_PATH)
    ARITHMETIC(OR, OP_OR, INT_RESULT(value_bits(x) | value_bits(y));, NO_FAST_PATH)
    ARITHMETIC(XOR, OP_XOR, INT_RESULT((value_bits(x) ^ value_bits(y)) | 1);, NO_FAST_PATH)
    COMPARISON(LT, <, CMP_LT)
    COMPARISON(LE, <=, CMP_LE)
    COMPARISON(EQ, ==, CMP_EQ)
    COMPARISON(NE, !=, CMP_NE)
    COMPARISON(GT, >, CMP_GT)
    COMPARISON(GE, >=, CMP_GE)
compare_value:
    frame->pc = pc + 1;
    if (is_python_instance(left) &&
        (at = compare_enter(thread, &cells[pc[0]], (CompareOp)how, 0, left, right)) != 0)
        goto entered;
    SYNC();
    SET(object_compare(left, right, (CompareOp)how));
    NEXT_AFTER(1);
compare_jump : {
    int32_t offset = (int32_t)pc[0];
    frame->pc = pc + 2;
    if (is_python_instance(left) &&
        (at = compare_enter(thread, &cells[pc[1]], (CompareOp)how,
                            c ? USE_JUMPS | USE_SENSE : USE_JUMPS, left, right)) != 0) {
        a = (uint32_t)offset;
        goto entered;
    }
    SYNC();
    int truth = compare_truth(left, right, (CompareOp)how);
    DO(truth >= 0);
    NEXT_AFTER(truth == (int)c ? 2 + offset : 2);
}
    CASE(IS)
    {
        R[a] = bool_value(object_is(R[b], R[c]));
        NEXT();
    }
    CASE(IS_NOT)
    {
        R[a] = bool_value(!object_is(R[b], R[c]));
        NEXT();
    }
    CONTAINMENT(IN, true)
    CONTAINMENT(NOT_IN, false)
    CASE(NEGATIVE)
    {
        SYNC();
        if (is_python_instance(R[b]) &&
            (at = special_enter(thread, 0, ROW_negative_UNARY, 0, R[b])) != 0)
            goto entered;
        SET(number_negative(R[b]));
        NEXT();
    }
    CASE(POSITIVE)
    {
        SYNC();
        SET(number_positive(R[b]));
        NEXT();
    }
    CASE(INVERT)
    {
        SYNC();
        SET(number_invert(R[b]));
        NEXT();
    }
    TRUTH_VALUE(NOT, false)
    TRUTH_VALUE(TO_BOOL, true)

    /* ---- jumps */
    CASE(JUMP)
    {
        pc += bx;
        NEXT();
    }
    CASE(JUMP_BACK)
    {
        if (unlikely(load_relaxed(&thread->gc.poll))) {
            SYNC();
            DO(thread_poll_slow(thread));
        }
        pc += bx;
        NEXT();
    }
    TRUTH_JUMP(JUMP_IF_TRUE, 1)
    TRUTH_JUMP(JUMP_IF_FALSE, 0)
truth_jump : {
    int truth = left == None ? 0 : is_int(left) ? left != int_small(0) : sequence_truth(left);
    if (truth < 0) {
        SYNC();
        if (is_python_instance(left) &&
            (at = truth_enter(thread, how ? USE_JUMPS | USE_SENSE : USE_JUMPS, left)) != 0) {
            a = (uint32_t)bx;
            goto entered;
        }
        truth = object_truth(left);
        DO(truth >= 0);
    }
    if (truth == (int)how)
        pc += bx;
    NEXT();
}
    CASE(JUMP_IF_NONE)
    {
        if (R[a] == None)
            pc += bx;
        NEXT();
    }
    CASE(JUMP_IF_NOT_NONE)
    {
        if (R[a] != None)
            pc += bx;
        NEXT();
    }
    CASE(JUMP_IF_UNBOUND)
    {
        if (!R[a])
            pc += bx;
        NEXT();
    }
    CASE(JUMP_IS)
    {
        bool outcome = object_is(R[a], R[b]);
        int32_t offset = (int32_t)*pc++;
        if (outcome == (bool)c)
            pc += offset;
        NEXT();
    }
    CASE(JUMP_IN)
    {
        int32_t offset = (int32_t)pc[0];
        frame->pc = pc + 2;
        if (is_python_instance(R[b]) &&
            (at = special_enter_2(thread, &cells[pc[1]], ROW_contains_CONTAINS,
                                  FRAME_OPERATOR | USE_CONTAINS |
                                      (c ? USE_JUMPS | USE_SENSE : USE_JUMPS),
                                  R[b], R[a])) != 0) {
            a = (uint32_t)offset;
            goto entered;
        }
        SYNC();
        int found = object_contains(R[b], R[a]);
        DO(found >= 0);
        NEXT_AFTER(found == (int)c ? 2 + offset : 2);
    }
    CASE(GET_ITER)
    {
        frame->pc = pc + 1;
        if (is_python_instance(R[b]) &&
            (at = special_enter(thread, &cells[pc[0]], ROW_iter_ITER,
                                FRAME_OPERATOR | USE_ITER | USE_ALWAYS, R[b])) != 0)
            goto entered;
        SYNC();
        SET(get_iter(R[b]));
        NEXT_AFTER(1);
    }
    CASE(FOR_ITER)
    {
        SYNC();
        Value iterator = R[b], item = sequence_step(iterator);
        if (item) {
            R[a] = item;
            NEXT_AFTER(2);
        }
        if (has_shape(iterator, SHAPE_GENERATOR)) {
            Frame *inner = generator_enter(thread, iterator, None, a << FRAME_TARGET_SHIFT);
            if (likely(inner)) {
                frame = inner;
                ENTER_FRAME();
                NEXT();
            }
            DO(!thread->exception);
            NEXT_AFTER(2 + (int32_t)pc[0]);
        }
        if (is_python_instance(iterator)) {
            frame->pc = pc + 2;
            at = special_enter(thread, &cells[pc[1]], ROW_next_NEXT, FRAME_OPERATOR | USE_NEXT,
                               iterator);
            if (at)
                goto entered;
            SYNC();
        }
        NextParts parts = next_unpacked(iterator, R, a, load_relaxed(pc + 2));
        if (parts == PARTS_WRITTEN)
            NEXT_AFTER(4);
        item = parts == PARTS_OTHERWISE ? next_fast(iterator) : 0;
        if (likely(item)) {
            R[a] = item;
            NEXT_AFTER(2);
        }
        if (unlikely(thread->exception) && !loop_ended(thread, frame))
            goto error;
        int32_t offset = (int32_t)pc[0];
        NEXT_AFTER(2 + offset);
    }

    /* ---- building */
    CASE(BUILD_TUPLE)
    {
        SYNC();
        SET(c ? tuple_from_values(&R[b], c) : tuple_empty());
        NEXT();
    }
    CASE(BUILD_LIST)
    {
        SYNC();
        SET(list_from_values(&R[b], c));
        NEXT();
    }
    CASE(BUILD_SET)
    {
        SYNC();
        SET(build_set(&R[b], c));
        NEXT();
    }
    CASE(BUILD_MAP)
    {
        SYNC();
        SET(build_map(&R[b], c));
        NEXT();
    }
    CASE(BUILD_STRING)
    {
        SYNC();
        SET(build_string(&R[b], c));
        NEXT();
    }
    CASE(LIST_APPEND)
    {
        SYNC();
        DO(list_append(R[a], R[b]));
        NEXT();
    }
    CASE(LIST_EXTEND)
    {
        SYNC();
        DO(extend_list_star(R[a], R[b]));
        NEXT();
    }
    CASE(LIST_TO_TUPLE)
    {
        SYNC();
        SET(list_as_tuple(R[b]));
        NEXT();
    }
    CASE(SET_ADD)
    {
        SYNC();
        DO(set_add(R[a], R[b]));
        NEXT();
    }
    CASE(SET_UPDATE)
    {
        SYNC();
        DO(set_update(R[a], R[b]));
        NEXT();
    }
    CASE(MAP_ADD)
    {
        SYNC();
        DO(dict_set(R[a], R[b], R[c]));
        NEXT();
    }
    CASE(DICT_UPDATE)
    {
        SYNC();
        DO(update_dict_display(R[a], R[b]));
        NEXT();
    }
    CASE(DICT_MERGE)
    {
        SYNC();
        DO(merge_dict_call(R[a], R[b], R[c]));
        NEXT();
    }
    CASE(CONVERT)
    {
        SYNC();
        SET(convert(R[b], c));
        NEXT();
    }
    CASE(FORMAT)
    {
        SYNC();
        SET(is_str_exact(R[b]) ? R[b] : object_format(R[b], 0));
        NEXT();
    }
    CASE(FORMAT_SPEC)
    {
        SYNC();
        SET(object_format(R[b], R[c]));
        NEXT();
    }
    CASE(UNPACK)
    {
        Value o = R[b];
        if (likely(has_shape(o, SHAPE_TUPLE)) && tuple_length(o) == (intptr_t)c) {
            const Value *items = ((Tuple *)o)->items;
            for (uint32_t i = 0; i < c; i++) /* few: cheaper than a call of memcpy */
                R[a + i] = load_relaxed(&items[i]);
        } else {
            SYNC();
            DO(unpack_values(&R[a], o, c));
        }
        NEXT_AFTER(1);
    }
    CASE(UNPACK_STAR)
    {
        SYNC();
        DO(unpack_star(&R[a], R[b], c, pc[0]));
        NEXT_AFTER(1);
    }

    /* ---- functions and calls */
    CASE(MAKE_FUNCTION)
    {
        Value code = CONSTANT(ubx);
        SYNC();
        SET(function_new((Code *)code, frame->function->globals));
        NEXT();
    }
    CASE(SET_FUNCTION)
    {
        function_set_part((Function *)R[a], c, R[b]);
        NEXT();
    }
    CASE(CALL)
    {
        callee = R[b];
        args = &R[b + 1 + FRAME_WORDS];
        nargs = c;
        kwnames = 0;
        cell = &cells[pc[0]];
        frame->pc = pc + 1;
        ENTER_KNOWN();
        goto do_call;
    }
    CASE(CALL_ENTER)
    {
        goto call_method;
    }
    CASE(CALL_METHOD)
    {
    call_method:
        callee = R[b];
        args = &R[b + 1 + FRAME_WORDS];
        nargs = c + 1;
        if (!*args)
            args++, nargs--;
        kwnames = 0;
        cell = &cells[pc[0]];
        frame->pc = pc + 1;
        ENTER_KNOWN();
        goto do_call;
    }
    CASE(CALL_KW)
    {
        callee = R[b];
        args = &R[b + 1 + FRAME_WORDS];
        kwnames = CONSTANT(pc[0]);
        nargs = c - (size_t)tuple_length(kwnames);
        cell = &cells[pc[1]];
        frame->pc = pc + 2;
        goto do_call;
    }
    CASE(CALL_METHOD_KW)
    {
        callee = R[b];
        args = &R[b + 1 + FRAME_WORDS];
        kwnames = CONSTANT(pc[0]);
        nargs = c + 1 - (size_t)tuple_length(kwnames);
        if (!*args)
            args++, nargs--;
        cell = &cells[pc[1]];
        frame->pc = pc + 2;
        goto do_call;
    }
do_call:;
    Value result;
    uint32_t shape = is_object(callee) ? shape_id((const void *)callee) : 0;
    if (shape == SHAPE_METHOD && args > R + FRAME_WORDS + 1) {
        /* The receiver takes the place of the last word of the header, which moves down by one:
         * onto the callable's own register. */
        *--args = ((Method *)callee)->self;
        callee = ((Method *)callee)->function;
        nargs++;
        if (unlikely(!has_shape(callee, SHAPE_FUNCTION)) && args < frame_end(frame)) {
            /* It may want one more in front, and there is a variable; not where CALL_EX puts them.
             */
            result = call(callee, args, nargs, kwnames);
            goto made;
        }
        shape = is_object(callee) ? shape_id((const void *)callee) : 0;
        if (!kwnames)
            ENTER_KNOWN();
    }
    if (likely(shape == SHAPE_FUNCTION)) {
    call_function:;
        Function *function = (Function *)callee;
        Code *code = code_of_callee(function, load_acquire(cell));
        at = (Frame *)(void *)args - 1;
        if (unlikely(!call_prepare(thread, at, function, code, nargs, kwnames)))
            goto error_synced;
        if (unlikely(code_is_generator(code))) {
            Value generator = generator_from_frame(thread, at);
            thread->gc.registers_top = frame_end(frame);
            if (!generator)
                goto error_synced;
            R[a] = generator;
            pc = frame->pc;
            NEXT();
        }
        if (!load_relaxed(cell))
            cache_callee(frame, cell, code);
        at->flags = 0;
    enter:
        if (unlikely(!frame_link(thread, at, frame)))
            goto error_synced;
        goto entered;
    unread: /* no register of ours gets the result */
        a = frame->code->register_count;
    entered:
        at->result = (uint32_t)a;
        frame = at;
        ENTER_FRAME();
        if (unlikely(load_relaxed(&thread->gc.poll)) && !thread_poll_slow(thread))
            goto error;
        NEXT();
    }
    if (shape == SHAPE_TYPE && nargs == 1 && !kwnames && ((Type *)callee)->make_one) {
        result = c_call_is_possible(thread) ? ((Type *)callee)->make_one(args[0]) : 0;
        goto made;
    }
    if (!kwnames && args > R + FRAME_WORDS + 1) {
        Function *init;
        Code *code = known_init(callee, load_acquire(cell), nargs, &init);
        if (code) {
            Value instance = object_alloc((Type *)callee);
            if (unlikely(!instance))
                goto error_synced;
            at = (Frame *)(void *)(args - 1) - 1;
            if (likely(frame_enter(thread, at, frame, init, code))) {
                args[-1] = instance;
                at->flags = FRAME_INIT;
                at->generator = instance;
                goto entered;
            }
        }
    }
    bool is_builtin = shape == SHAPE_METHOD_DESCRIPTOR || shape == SHAPE_BUILTIN;
    if (!is_builtin) {
        if (has_layout(callee, LAYOUT_FUNCTION))
            goto call_function;
        Function *init = init_for_call(callee);
        Code *code = init ? load_acquire(&init->code) : 0;
        if (init && args > R + FRAME_WORDS + 1 && likely(!code_is_generator(code))) {
            Value instance = object_alloc((Type *)callee);
            if (unlikely(!instance))
                goto error_synced;
            *--args = instance;
            at = (Frame *)(void *)args - 1;
            if (unlikely(!call_prepare(thread, at, init, code, nargs + 1, kwnames)))
                goto error_synced;
            if (!load_relaxed(cell) && !cache_init(frame, cell, (Type *)callee, code))
                goto error_synced;
            at->flags = FRAME_INIT;
            at->generator = instance;
            goto enter;
        }
        Function *method = special_function(callee, ROW_call_CALL);
        if (method && args > R + FRAME_WORDS + 1) {
            *--args = callee;
            callee = (Value)method;
            nargs++;
            goto call_function;
        }
        if (class_runs_in_place(callee)) {
            at = class_call(thread, (Type *)callee, args, nargs, kwnames, &R[a]);
            if (at)
                goto enter;
            if (unlikely(thread->exception))
                goto error_synced;
            goto called;
        }
    }
    const MethodDef *def = 0;
    PairFn pair = 0;
    if (is_builtin) {
        Value content = load_acquire(cell);
        def = kwnames ? 0 : known_builtin(callee, shape, content, args, nargs);
        if (!def) {
            def = builtin_for_call(callee, shape, &args, nargs, kwnames, R + FRAME_WORDS + 1,
                                   frame_end(frame));
            if (def && may_be_known(callee, shape, content))
                cache_install(frame, cell, callee, load_acquire(&type_epoch));
            pair = pair_for_call(callee, shape, nargs, kwnames);
        }
    }
    if (unlikely(pair != 0))
        result = pair(args[0], args[1]);
    else if (likely(def))
        result = c_call_is_possible(thread) ? def->function(args) : 0;
    else
        result = call(callee, args, nargs, kwnames);
made:
    if (unlikely(!result))
        goto error_synced;
    R[a] = result;
called:
    /* A signal that came during the call is handled before anything follows it. */
    if (unlikely(load_relaxed(&thread->gc.poll)) && !poll_after_call(thread, &R[a]))
        goto error_synced;
    pc = frame->pc;
    NEXT();
    CASE(CALL_EX)
    {
        cell = &cells[pc[0]];
        frame->pc = pc + 1;
        size_t count;
        Value keywords;
        args = call_ex_spread(thread, &R[b], &count, &keywords);
        if (likely(args)) {
            callee = R[b];
            nargs = count;
            kwnames = keywords;
            goto do_call;
        }
        Value result = thread->exception ? 0 : call_with_star(R[b], R[b + 1], R[b + 2]);
        if (unlikely(!result))
            goto error_synced;
        R[a] = result;
        if (unlikely(load_relaxed(&thread->gc.poll)) && !poll_after_call(thread, &R[a]))
            goto error_synced;
        NEXT_AFTER(1);
    }
    CASE(RETURN)
    {
        Value result = R[a];
        uint32_t flags = frame->flags, target = frame->result;
        if (unlikely(flags | (frame->frame_object != 0))) {
            if (likely(flags == FRAME_ENTRY) && !frame->frame_object) {
                thread->frame = frame->caller;
                thread->depth--;
                return result; /* registers_top is the caller's business */
            }
            if (flags & FRAME_OPERATOR) {
                SYNC();
                at = frame;
                frame_pop_inline(thread, frame);
                frame = thread->frame;
                if (unlikely(!special_is_done(flags, result)) &&
                    !(result = special_result(at, result)))
                    goto error_synced;
                if (!(flags & USE_JUMPS))
                    goto left;
                ENTER_FRAME();
                if ((result == True) == !!(flags & USE_SENSE))
                    pc += (int32_t)target;
                NEXT();
            }
            if (flags == FRAME_INIT && !frame->frame_object && result == None) {
                result = frame->generator;
                goto leave;
            }
            SYNC();
            if (flags & FRAME_GENERATOR) {
                generator_finish(thread, frame);
                if (flags & FRAME_ENTRY)
                    return result;
                frame = thread->frame; /* at its FOR_ITER, which ends, or YIELD_FROM */
                ENTER_FRAME();
                if (flags & FRAME_DELEGATE) {
                    DECODE_YIELD_FROM();
                    if (unlikely(thread->watch))
                        DO(report_delegate_end(thread, frame, R[b], result));
                    R[a] = result;
                    NEXT();
                }
                if (unlikely(thread->watch))
                    DO(report_loop_end(thread, frame, result));
                NEXT_AFTER(2 + (int32_t)pc[0]);
            }
            Value instance = frame->generator;
            at = frame;
            frame_pop(thread, frame);
            if (flags & FRAME_ENTRY)
                return result;
            frame = thread->frame;
            if (flags & FRAME_NEW) {
                R = frame_registers(frame);
                a = target;
                at = class_call_made(thread, at, result, &R[a]);
                if (at)
                    goto enter;
                if (unlikely(thread->exception))
                    goto error_synced;
                result = R[a];
            }
            if (flags & FRAME_INIT) {
                if (unlikely(result != None)) {
                    raise(TypeError, "__init__() should return None, not '%T'", result);
                    goto error_synced;
                }
                result = instance;
            }
        } else {
        leave:
            frame = frame->caller;
            thread->frame = frame;
            thread->depth--;
            thread->gc.registers_top = frame_end(frame);
        }
    left:
        ENTER_FRAME();
        R[target] = result;
        NEXT();
    }
    CASE(YIELD)
    {
        SYNC();
        Value value = R[b];
        if (frame->code->flags & CODE_ASYNC_GENERATOR) {
            value = async_gen_wrap(value);
            DO(value);
        }
        if (frame->flags & FRAME_FEEDS && likely(feed_takes(thread, value))) {
            R[a] = None;
            NEXT();
        }
        frame->result = a;
        callee = value;
    }
yielded : {
    uint32_t flags = frame->flags;
    generator_suspend(thread, frame, c);
    while (flags & FRAME_FORWARDED && likely(!thread->watch)) {
        frame = thread->frame;
        flags = frame->flags;
        generator_suspend_again(thread, frame);
    }
    if (flags & FRAME_ENTRY)
        return callee;
    frame = thread->frame; /* at its FOR_ITER or YIELD_FROM */
    ENTER_FRAME();
    if (flags & FRAME_DELEGATE) {
        DECODE_YIELD_FROM();
        goto delegate_yielded;
    }
    R[flags >> FRAME_TARGET_SHIFT] = callee;
    NEXT_AFTER(2);
}
    CASE(GET_YIELD_FROM_ITER)
    {
        SYNC();
        SET(yield_from_iterator(R[b], frame->code));
        NEXT();
    }
    CASE(GET_AWAITABLE)
    {
        SYNC();
        SET(coroutine_awaitable(R[b], c));
        NEXT();
    }
    CASE(YIELD_FROM)
    {
        SYNC();
        Value delegate = R[b];
        bool narrow = (a | b | c) <= 255; /* see DECODE_YIELD_FROM */
        if (narrow &&
            (has_shape(delegate, SHAPE_COROUTINE) || has_shape(delegate, SHAPE_GENERATOR))) {
            Frame *inner = generator_enter(thread, delegate, R[a], FRAME_DELEGATE);
            if (likely(inner)) {
                frame = inner;
                ENTER_FRAME();
                NEXT();
            }
            DO(!thread->exception);
            R[a] = None;
            NEXT();
        }
        Value result;
        SendResult outcome = iterator_send(delegate, R[a], &result);
        if (outcome == SEND_RETURNED) {
            if (unlikely(thread->watch))
                DO(report_delegate_end(thread, frame, delegate, result));
            R[a] = result;
            NEXT();
        }
        DO(outcome == SEND_YIELDED);
        if (!narrow)
            frame->flags |= FRAME_WIDE_YIELD;
        callee = result;
    }
delegate_yielded:
    if (unlikely(thread->watch))
        DO(report_yield(thread, frame, callee));
    frame->result = a; /* resumed with a value, it starts again: see send_into */
    frame->flags |= FRAME_AT_YIELD_FROM;
    goto yielded;
    CASE(GET_AITER)
    {
        SYNC();
        SET(async_iterator(R[b]));
        NEXT();
    }
    CASE(GET_ANEXT)
    {
        SYNC();
        SET(async_next(R[b]));
        NEXT();
    }
    CASE(END_ASYNC_FOR)
    {
        int32_t offset = (int32_t)pc[0];
        if (is_instance_of(R[a], StopAsyncIteration))
            NEXT_AFTER(1 + offset);
        SYNC();
        error_restore(R[a]);
        goto reraise;
    }

    /* ---- exceptions */
    CASE(PUSH_EXC)
    {
        Value handled = R[b];
        R[a] = thread->exc_state->handled;
        thread->exc_state->handled = handled;
        NEXT();
    }
    CASE(POP_EXC)
    {
        thread->exc_state->handled = R[a];
        NEXT();
    }
    CASE(RAISE)
    {
        SYNC();
        raise_statement(R[a]);
        goto error;
    }
    CASE(RAISE_FROM)
    {
        SYNC();
        raise_from_statement(R[a], R[b]);
        goto error;
    }
    CASE(RAISE_AGAIN)
    {
        SYNC();
        if (!raise_again(thread))
            goto error_synced;
        goto reraise;
    }
    CASE(RERAISE)
    {
        SYNC();
        error_restore(R[a]);
        goto reraise;
    }
    CASE(JUMP_IF_NO_MATCH)
    {
        SYNC();
        int matches = exception_matches(R[a], R[b]);
        DO(matches >= 0);
        int32_t offset = (int32_t)*pc++;
        if (!matches)
            pc += offset;
        NEXT();
    }
    CASE(MATCH_GROUP)
    {
        SYNC();
        DO(match_group(R[b], R[c], &R[a]));
        NEXT();
    }
    CASE(RERAISE_STAR)
    {
        SYNC();
        SET(exception_group_wrap_star(R[b], R[c]));
        NEXT();
    }
    CASE(LOAD_WITH)
    {
        SYNC();
        DO(load_with(R[b], &R[a], &R[a + 2], &R[a + 3 + FRAME_WORDS], c));
        NEXT();
    }
    CASE(WITH_EXCEPT)
    {
        SYNC();
        SET(with_except(R[b], R[b + 1], R[c]));
        NEXT();
    }

    /* ---- match */
    CASE(MATCH_SEQUENCE)
    {
        R[a] = bool_value(type_flags(type_of(R[b])) & TYPE_SEQUENCE);
        NEXT();
    }
    CASE(MATCH_MAPPING)
    {
        R[a] = bool_value(type_flags(type_of(R[b])) & TYPE_MAPPING);
        NEXT();
    }
    CASE(GET_LENGTH)
    {
        SYNC();
        intptr_t length = object_length(R[b]);
        DO(length >= 0);
        R[a] = int_small(length);
        NEXT();
    }
    CASE(MATCH_KEYS)
    {
        SYNC();
        SET(match_keys(R[b], R[c]));
        NEXT();
    }
    CASE(MATCH_CLASS)
    {
        SYNC();
        SET(match_class(R[b], R[b + 1], c, R[b + 2]));
        NEXT();
    }

    /* ---- the rest */
    CASE(IMPORT_NAME)
    {
        uint32_t name = ubx;
        SYNC();
        SET(import_name(frame, NAMED(name), CONSTANT(pc[0])));
        NEXT_AFTER(1);
    }
    CASE(IMPORT_FROM)
    {
        SYNC();
        SET(import_from(R[b], NAMED(c)));
        NEXT();
    }
    CASE(IMPORT_STAR)
    {
        SYNC();
        DO(import_star(frame, R[a]));
        NEXT();
    }
    CASE(SETUP_ANNOTATIONS)
    {
        SYNC();
        DO(setup_annotations(frame));
        NEXT();
    }
    CASE(PRINT_EXPR)
    {
        SYNC();
        DO(print_expression(R[a]));
        NEXT();
    }
    CASE(INTRINSIC_1)
    {
        SYNC();
        SET(intrinsic_1(c, R[b]));
        NEXT();
    }
    CASE(INTRINSIC_2)
    {
        SYNC();
        SET(intrinsic_2(pc[0], R[b], R[c]));
        NEXT_AFTER(1);
    }

error:
    SYNC();
error_synced:
    STATS_ADD(exceptions);
    traceback_add(thread, frame);
    goto unwind;
reraise:
    if (unlikely(thread->watch))
        report_reraise(thread, frame);
unwind:
    for (;;) {
        const Handler *handler = find_handler(frame);
        if (handler) {
            if (unlikely(thread->watch) && !report_handled(thread, frame, handler))
                continue;
            frame->pc = code_words(frame->code) + handler->handler;
            ENTER_FRAME();
            R[handler->exception] = error_take();
            NEXT();
        }
        uint32_t flags = frame->flags;
        frame_back_to_raise(thread, frame);
        if (unlikely(thread->watch))
            report_unwind(thread, frame);
        if (flags & FRAME_OPERATOR) {
            uint32_t target = frame->result;
            Value value = special_failed(thread, frame);
            frame = thread->frame;
            if (value) {
                ENTER_FRAME();
                if ((flags & USE_KIND) == USE_NEXT) /* pc is behind the FOR_ITER */
                    NEXT_AFTER((int32_t)pc[-2]);
                R[target] = value;
                NEXT();
            }
        } else {
            if (flags & FRAME_GENERATOR)
                generator_finish(thread, frame);
            else
                frame_pop(thread, frame);
            if (flags & FRAME_ENTRY)
                return 0;
            frame = thread->frame;
        }
        traceback_add(thread, frame);
    }
}
