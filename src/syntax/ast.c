#include "syntax/ast.h"

#include <stdlib.h>
#include <string.h>

const AstTypeInfo ast_types[AST_TYPE_COUNT] = {
    [AST_TYPE_identifier] = {"identifier", AST_BUILTIN, false},
    [AST_TYPE_string] = {"string", AST_BUILTIN, false},
    [AST_TYPE_int] = {"int", AST_BUILTIN, false},
    [AST_TYPE_constant] = {"constant", AST_BUILTIN, false},
#define POSITIONS                       true
#define NO_POSITIONS                    false
#define SUM(type, ctype, positions)     [AST_TYPE_##type] = {#type, AST_SUM, positions},
#define PRODUCT(type, ctype, positions) [AST_TYPE_##type] = {#type, AST_PRODUCT, positions},
#define ENUM_TYPE(type)                 [AST_TYPE_##type] = {#type, AST_ENUM, false},
#include "syntax/ast.def"
#undef POSITIONS
#undef NO_POSITIONS
};

/* Each list ends with an empty field, because C has no empty arrays. */
#define NODE(type, name)                static const AstField fields_##name[] = {
#define PRODUCT(type, ctype, positions) static const AstField fields_##type[] = {
#define FIELD(owner, type, quantity, name)                                                         \
    {#name, AST_TYPE_##type, AST_##quantity, offsetof(struct Ast_##owner, name)},
/* clang-format off */
#define END(name)                       {NULL, 0, 0, 0}};
#define PRODUCT_END(type, ctype)        {NULL, 0, 0, 0}};
/* clang-format on */
#include "syntax/ast.def"

#define FIELD_COUNT(name) (sizeof(fields_##name) / sizeof(AstField) - 1)

const AstClass ast_classes[AST_KIND_COUNT] = {
#define NODE(type, name)                                                                           \
    [AST_##name] = {#name, AST_TYPE_##type, FIELD_COUNT(name), sizeof(struct Ast_##name),          \
                    fields_##name},
#define PRODUCT(type, ctype, positions)                                                            \
    [AST_##type] = {#type, AST_TYPE_##type, FIELD_COUNT(type), sizeof(ctype), fields_##type},
#define MEMBER(type, name) [AST_##name] = {#name, AST_TYPE_##type, 0, 0, NULL},
#include "syntax/ast.def"
};

_Static_assert(sizeof(ExprSeq) == sizeof(AstSeq) && sizeof(KindSeq) == sizeof(AstSeq) &&
                   offsetof(ExprSeq, items) == offsetof(AstSeq, items),
               "every sequence is laid out as AstSeq");

void *ast_new(Arena *arena, AstKind kind)
{
    size_t size = ast_classes[kind].size;
    AstNode *node = arena_alloc(arena, size);
    if (!node)
        return NULL;
    memset(node, 0, size);
    node->kind = kind;
    return node;
}

void ident_table_init(IdentTable *table, Arena *arena)
{
    *table = (IdentTable){.arena = arena};
}

void ident_table_free(IdentTable *table)
{
    free(table->slots);
    ident_table_init(table, table->arena);
}

/* FNV-1a. */
static uint32_t hash_bytes(const char *bytes, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    return hash;
}

static bool grow_table(IdentTable *table)
{
    uint32_t capacity = table->capacity ? table->capacity * 2 : 256;
    const Ident **slots = calloc(capacity, sizeof(*slots));
    if (!slots) {
        table->arena->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < table->capacity; i++) {
        const Ident *ident = table->slots[i];
        if (!ident)
            continue;
        uint32_t at = ident->hash & (capacity - 1);
        while (slots[at])
            at = (at + 1) & (capacity - 1);
        slots[at] = ident;
    }
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

static const Ident *new_ident(IdentTable *table, const char *bytes, size_t length, uint32_t hash)
{
    Ident *ident = arena_alloc(table->arena, sizeof(Ident) + length + 1);
    if (!ident)
        return NULL;
    *ident =
        (Ident){.hash = hash, .length = (uint32_t)length, .index = table->count, .ascii = true};
    for (size_t i = 0; i < length; i++) {
        ident->bytes[i] = bytes[i];
        if ((unsigned char)bytes[i] >= 0x80)
            ident->ascii = false;
    }
    ident->bytes[length] = 0;
    return ident;
}

const Ident *ident_intern(IdentTable *table, const char *bytes, size_t length)
{
    uint32_t hash = hash_bytes(bytes, length);
    if (table->count >= table->capacity / 4 * 3 && !grow_table(table))
        return NULL;
    uint32_t at = hash & (table->capacity - 1);
    const Ident *ident;
    while ((ident = table->slots[at])) {
        if (ident->hash == hash && ident->length == length &&
            memcmp(ident->bytes, bytes, length) == 0)
            return ident;
        at = (at + 1) & (table->capacity - 1);
    }
    ident = new_ident(table, bytes, length, hash);
    if (ident) {
        table->slots[at] = ident;
        table->count++;
    }
    return ident;
}
