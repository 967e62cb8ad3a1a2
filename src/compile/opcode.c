#include "compile/opcode.h"

const OpcodeInfo opcode_info[OPCODE_COUNT] = {
#define OP(name, a, b, c, x1, x2, effects, meaning) {#name, meaning, a, b, c, x1, x2, effects},
#include "compile/opcodes.def"
#undef OP
};

Decoded opcode_decode(const uint32_t *words)
{
    uint32_t high = 0;
    int at = 0;
    if ((words[0] & 0xff) == OPCODE(WIDE))
        high = words[at++];
    uint32_t word = words[at++];
    Decoded d = {.op = (Opcode)(word & 0xff)};
    const OpcodeInfo *info = &opcode_info[d.op];
    d.a = ((word >> 8) & 0xff) | ((high >> 8) & 0xff) << 8;
    if (operand_is_bx(info->b)) {
        d.b = word >> 16 | (high >> 16) << 16;
        bool narrow = at == 1;
        if (narrow && (info->b == BXSIMM || info->b == BXJUMP))
            d.b = (uint32_t)(int32_t)(int16_t)d.b;
    } else {
        d.b = ((word >> 16) & 0xff) | ((high >> 16) & 0xff) << 8;
        d.c = (word >> 24) | (high >> 24) << 8;
        if (info->c == SIMM)
            d.c = (uint32_t)(at == 1 ? (int32_t)(int8_t)d.c : (int32_t)(int16_t)d.c);
    }
    for (int i = 0; i < opcode_extension_count(d.op); i++)
        d.ext[i] = words[at++];
    d.length = at;
    return d;
}

const char *opcode_decode_checked(const uint32_t *words, uint32_t count, uint32_t index,
                                  Decoded *out)
{
    uint32_t at = index;
    if ((words[at] & 0xff) == OPCODE(WIDE) && ++at == count)
        return "instruction cut off";
    uint32_t op = words[at] & 0xff;
    if (op >= OPCODE_COUNT || op == OPCODE(INSTRUMENTED) || op == OPCODE(WIDE))
        return "unknown opcode";
    if (at + (uint32_t)opcode_extension_count((Opcode)op) >= count)
        return "instruction cut off";
    *out = opcode_decode(words + index);
    return 0;
}

Decoded code_decode(const Code *code, uint32_t index)
{
    enum { LONGEST = 4 };
    uint32_t words[LONGEST] = {0}, count = code_word_count(code);
    for (uint32_t i = 0; i < LONGEST && index + i < count; i++)
        words[i] = code_word(code, index + i);
    return opcode_decode(words);
}

int64_t opcode_jump_target(const Decoded *d, uint32_t index)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    int64_t end = (int64_t)index + d->length;
    if (info->b == BXJUMP)
        return end + (int32_t)d->b;
    if (info->ext1 == X_JUMP)
        return end + (int32_t)d->ext[0];
    return -1;
}

uint32_t opcode_run_length(const Decoded *d)
{
    const OpcodeInfo *info = &opcode_info[d->op];
    switch (d->op) {
    case OPCODE(BUILD_SLICE):
    case OPCODE(BUILD_TUPLE):
    case OPCODE(BUILD_LIST):
    case OPCODE(BUILD_SET):
    case OPCODE(BUILD_STRING):
    case OPCODE(UNPACK):
        return d->c;
    case OPCODE(BUILD_MAP):
        return 2 * d->c;
    case OPCODE(UNPACK_STAR):
        return d->c + 1 + d->ext[0];
    case OPCODE(CALL):
    case OPCODE(CALL_KW):
        return 1 + FRAME_WORDS + d->c;
    case OPCODE(CALL_METHOD):
    case OPCODE(CALL_METHOD_KW):
    case OPCODE(CALL_ENTER):
        return 1 + FRAME_WORDS + 1 + d->c;
    case OPCODE(LOAD_METHOD):
    case OPCODE(LOAD_SUPER_ATTR):
        return 1 + FRAME_WORDS + 1;
    case OPCODE(CALL_EX):
    case OPCODE(GET_SLICE):
    case OPCODE(MATCH_CLASS):
        return 3;
    case OPCODE(MATCH_GROUP):
    case OPCODE(WITH_EXCEPT):
        return 2;
    case OPCODE(LOAD_WITH):
        return 2 + 1 + FRAME_WORDS + 1;
    default:
        return info->a == BASE || info->b == BASE;
    }
}

uint32_t code_instruction_length(const uint32_t *words)
{
    uint32_t wide = (words[0] & 0xff) == OPCODE(WIDE);
    return wide + 1 + (uint32_t)opcode_extension_count((Opcode)(words[wide] & 0xff));
}
