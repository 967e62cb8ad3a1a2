/* What opcodes.def says about each instruction, as a table. */
#ifndef WEFT_COMPILE_OPCODE_H
#define WEFT_COMPILE_OPCODE_H

#include "compile/code.h"

typedef enum OperandKind {
    NONE,
    DST,
    REG,
    RDW,
    BASE,
    IMM,
    SIMM,
    CONST,
    NAME,
    FREE,
    BXCONST,
    BXNAME,
    BXFREE,
    BXSIMM,
    BXJUMP
} OperandKind;
typedef enum ExtensionKind { X_NONE, X_CACHE, X_JUMP, X_CONST, X_IMM } ExtensionKind;
enum { PURE = 0, RAISES = 1, CALLS = 2, JUMPS = 4, ENDS = 8 };

typedef struct OpcodeInfo {
    const char *name, *meaning;
    uint8_t a, b, c;    /* OperandKind */
    uint8_t ext1, ext2; /* ExtensionKind */
    uint8_t effects;
} OpcodeInfo;
extern const OpcodeInfo opcode_info[OPCODE_COUNT];

ALWAYS_INLINE bool operand_is_bx(OperandKind kind)
{
    return kind >= BXCONST;
}

ALWAYS_INLINE int opcode_extension_count(Opcode op)
{
    return (opcode_info[op].ext1 != X_NONE) + (opcode_info[op].ext2 != X_NONE);
}

/* One instruction taken apart: operands with their WIDE parts, BX operands in b, signed where
 * the kind is. */
typedef struct Decoded {
    Opcode op;
    uint32_t a, b, c;
    uint32_t ext[2];
    int length; /* words, the prefix included */
} Decoded;
Decoded opcode_decode(const uint32_t *words);
/* The same for words that nobody vouches for, `count` of them: 0, or what is wrong at `index`. */
const char *opcode_decode_checked(const uint32_t *words, uint32_t count, uint32_t index,
                                  Decoded *out);
Decoded code_decode(const Code *code, uint32_t index); /* the instruction at `index`, as compiled */
/* Where a decoded jump at word `index` goes; -1 if it does not jump. */
int64_t opcode_jump_target(const Decoded *d, uint32_t index);
/* The number of registers that the instruction's BASE operand stands for; 0 without one. */
uint32_t opcode_run_length(const Decoded *d);

#endif
