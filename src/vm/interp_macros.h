/* What the instructions of the dispatch loop are written in. Everything here is text for
 * vm_interpret, and uses its variables: the thread, frame, pc, R and the operands a, b, c, bx. */
#ifndef WEFT_VM_INTERP_MACROS_H
#define WEFT_VM_INTERP_MACROS_H

#include "vm/call_inline.h"

/* Each instruction takes its operands out of its word itself, so that none is computed that has no
 * use there. WIDE goes to the label behind that. */
#define CASE(name)                                                                                 \
    do_##name : DECODE(word);                                                                      \
    wide_##name:
#define DECODE(word)                                                                               \
    do {                                                                                           \
        a = ((word) >> 8) & 0xff;                                                                  \
        b = ((word) >> 16) & 0xff;                                                                 \
        c = (word) >> 24;                                                                          \
        bx = (int32_t)(word) >> 16;                                                                \
        ubx = (word) >> 16;                                                                        \
    } while (0)
#define NEXT()                                                                                     \
    do {                                                                                           \
        word = load_relaxed(pc);                                                                   \
        pc++;                                                                                      \
        STATS_OPCODE(word & 0xff);                                                                 \
        goto *labels[word & 0xff];                                                                 \
    } while (0)
#define NEXT_AFTER(words)                                                                          \
    do {                                                                                           \
        pc += (words);                                                                             \
        NEXT();                                                                                    \
    } while (0)
#define SYNC() (frame->pc = pc)
#define SET(value)                                                                                 \
    do {                                                                                           \
        Value set_ = (value);                                                                      \
        if (unlikely(!set_))                                                                       \
            goto error;                                                                            \
        R[a] = set_;                                                                               \
    } while (0)
#define DO(condition)                                                                              \
    do {                                                                                           \
        if (unlikely(!(condition)))                                                                \
            goto error;                                                                            \
    } while (0)
#define CONSTANT(index) load_relaxed(&((Tuple *)frame->code->consts)->items[index])
#define NAMED(index)    load_relaxed(&((Tuple *)frame->code->names)->items[index])
#define ENTER_FRAME()                                                                              \
    do {                                                                                           \
        R = frame_registers(frame);                                                                \
        pc = frame->pc;                                                                            \
        cells = (Value *)(void *)load_relaxed(&frame->code->feedback);                             \
    } while (0)

/* Enters the callee if it is a function whose code is the one that the call's cell knows. */
#define ENTER_KNOWN()                                                                              \
    do {                                                                                           \
        Code *known_ = known_callee(callee, load_acquire(cell), nargs);                            \
        at = (Frame *)(void *)args - 1;                                                            \
        if (known_ && frame_enter(thread, at, frame, (Function *)callee, known_)) {                \
            at->result = (uint32_t)a;                                                              \
            frame = at;                                                                            \
            R = frame_registers(at);                                                               \
            pc = code_entry(known_);                                                               \
            cells = (Value *)(void *)load_relaxed(&known_->feedback);                              \
            if (unlikely(load_relaxed(&thread->gc.poll)) && !thread_poll_slow(thread))             \
                goto error;                                                                        \
            NEXT();                                                                                \
        }                                                                                          \
    } while (0)

/* The operands of the caller's YIELD_FROM, which has no WIDE prefix. */
#define DECODE_YIELD_FROM()                                                                        \
    do {                                                                                           \
        word = load_relaxed(pc - 1);                                                               \
        DECODE(word);                                                                              \
    } while (0)

#define ARITHMETIC(name, op, int_fast, ...)                                                        \
    CASE(name)                                                                                     \
    {                                                                                              \
        Value x = R[b], y = R[c];                                                                  \
        if (likely(are_ints(x, y))) {                                                              \
            int_fast                                                                               \
        } else if (is_tagged_float(x) && is_tagged_float(y)) {                                     \
            __VA_ARGS__                                                                            \
        }                                                                                          \
        frame->pc = pc + 1;                                                                        \
        if ((at = operator_enter(thread, &cells[pc[0]], op, false, x, y)) != 0)                    \
            goto entered;                                                                          \
        SYNC();                                                                                    \
        SET(number_binary(op, x, y));                                                              \
        NEXT_AFTER(1);                                                                             \
    }                                                                                              \
    CASE(INPLACE_##name)                                                                           \
    {                                                                                              \
        Value x = R[b], y = R[c];                                                                  \
        if (likely(are_ints(x, y))) {                                                              \
            int_fast                                                                               \
        } else if (is_tagged_float(x) && is_tagged_float(y)) {                                     \
            __VA_ARGS__                                                                            \
        }                                                                                          \
        frame->pc = pc + 1;                                                                        \
        if ((at = operator_enter(thread, &cells[pc[0]], op, true, x, y)) != 0)                     \
            goto entered;                                                                          \
        SYNC();                                                                                    \
        SET(number_inplace(op, x, y));                                                             \
        NEXT_AFTER(1);                                                                             \
    }
/* The same, and with a small int on the right. */
#define ARITHMETIC_INT(name, op, int_fast, ...)                                                    \
    ARITHMETIC(name, op, int_fast, __VA_ARGS__)                                                    \
    CASE(name##_INT)                                                                               \
    {                                                                                              \
        Value x = R[b], y = int_small((intptr_t)(c & 127));                                        \
        if (likely(is_int(x))) {                                                                   \
            int_fast                                                                               \
        }                                                                                          \
        frame->pc = pc + 1;                                                                        \
        if ((at = operator_enter(thread, &cells[pc[0]], op, c & 128, x, y)) != 0)                  \
            goto entered;                                                                          \
        SYNC();                                                                                    \
        SET(c & 128 ? number_inplace(op, x, y) : number_binary(op, x, y));                         \
        NEXT_AFTER(1);                                                                             \
    }
#define NO_FAST_PATH
#define INT_RESULT(word)                                                                           \
    do {                                                                                           \
        R[a] = (Value)(word);                                                                      \
        NEXT_AFTER(1);                                                                             \
    } while (0)
#define FLOAT_FAST(expression)                                                                     \
    {                                                                                              \
        double p = float_decode(x), q = float_decode(y);                                           \
        R[a] = float_from(expression);                                                             \
        if (likely(R[a]))                                                                          \
            NEXT_AFTER(1);                                                                         \
        goto error;                                                                                \
    }

#define IS_EQUALITY(op) ((op) == CMP_EQ || (op) == CMP_NE)
/* What is no int, float or str goes on at compare_value, compare_jump. */
#define COMPARISON(name, sign, op)                                                                 \
    CASE(name)                                                                                     \
    {                                                                                              \
        left = R[b], right = R[c];                                                                 \
        if (likely(are_ints(left, right))) {                                                       \
            R[a] = bool_value((intptr_t)left sign(intptr_t) right);                                \
        } else if (is_tagged_float(left) && is_tagged_float(right)) {                              \
            R[a] = bool_value(float_decode(left) sign float_decode(right));                        \
        } else if (IS_EQUALITY(op) && is_str_exact(left) && is_str_exact(right)) {                 \
            R[a] = bool_value(str_equal_inline(left, right) == (op == CMP_EQ));                    \
        } else {                                                                                   \
            how = op;                                                                              \
            goto compare_value;                                                                    \
        }                                                                                          \
        NEXT_AFTER(1);                                                                             \
    }                                                                                              \
    CASE(JUMP_##name)                                                                              \
    {                                                                                              \
        left = R[a], right = R[b];                                                                 \
        bool outcome;                                                                              \
        if (likely(are_ints(left, right))) {                                                       \
            outcome = (intptr_t)left sign(intptr_t) right;                                         \
        } else if (is_tagged_float(left) && is_tagged_float(right)) {                              \
            outcome = float_decode(left) sign float_decode(right);                                 \
        } else if (IS_EQUALITY(op) && is_str_exact(left) && is_str_exact(right)) {                 \
            outcome = str_equal_inline(left, right) == (op == CMP_EQ);                             \
        } else {                                                                                   \
            how = op;                                                                              \
            goto compare_jump;                                                                     \
        }                                                                                          \
        int32_t offset = (int32_t)pc[0];                                                           \
        pc += 2;                                                                                   \
        if (outcome == (bool)c)                                                                    \
            pc += offset;                                                                          \
        NEXT();                                                                                    \
    }                                                                                              \
    CASE(JUMP_##name##_INT)                                                                        \
    {                                                                                              \
        left = R[a], right = int_small((intptr_t)b);                                               \
        if (unlikely(!is_int(left))) {                                                             \
            how = op;                                                                              \
            goto compare_jump;                                                                     \
        }                                                                                          \
        bool outcome = (intptr_t)left sign(intptr_t) right;                                        \
        int32_t offset = (int32_t)pc[0];                                                           \
        pc += 2;                                                                                   \
        if (outcome == (bool)c)                                                                    \
            pc += offset;                                                                          \
        NEXT();                                                                                    \
    }

/* A jump if R[a] is true (sense 1) or if it is false. */
#define TRUTH_JUMP(name, sense)                                                                    \
    CASE(name)                                                                                     \
    {                                                                                              \
        left = R[a];                                                                               \
        if (left == ((sense) ? True : False)) {                                                    \
            pc += bx;                                                                              \
            NEXT();                                                                                \
        }                                                                                          \
        if (left == ((sense) ? False : True))                                                      \
            NEXT();                                                                                \
        how = (sense);                                                                             \
        goto truth_jump;                                                                           \
    }
#define TRUTH_VALUE(name, sense)                                                                   \
    CASE(name)                                                                                     \
    {                                                                                              \
        SYNC();                                                                                    \
        uint32_t use = (sense) ? 0 : USE_NEGATED | USE_ALWAYS;                                     \
        if (is_python_instance(R[b]) && (at = truth_enter(thread, use, R[b])) != 0)                \
            goto entered;                                                                          \
        int truth = truth_of(R[b]);                                                                \
        DO(truth >= 0);                                                                            \
        R[a] = bool_value(truth == (sense));                                                       \
        NEXT();                                                                                    \
    }
#define CONTAINMENT(name, sense)                                                                   \
    CASE(name)                                                                                     \
    {                                                                                              \
        uint32_t use = FRAME_OPERATOR | USE_CONTAINS | ((sense) ? 0 : USE_NEGATED | USE_ALWAYS);   \
        frame->pc = pc + 1;                                                                        \
        if (is_python_instance(R[c]) &&                                                            \
            (at = special_enter_2(thread, &cells[pc[0]], ROW_contains_CONTAINS, use, R[c],         \
                                  R[b])) != 0)                                                     \
            goto entered;                                                                          \
        SYNC();                                                                                    \
        int found = object_contains(R[c], R[b]);                                                   \
        DO(found >= 0);                                                                            \
        R[a] = bool_value(found == (sense));                                                       \
        NEXT_AFTER(1);                                                                             \
    }

#endif
