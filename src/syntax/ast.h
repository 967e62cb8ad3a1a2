#ifndef WEFT_SYNTAX_AST_H
#define WEFT_SYNTAX_AST_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The abstract syntax tree: Python's `ast` classes as C structs, generated from ast.def.
 *
 * All nodes live in one arena and are freed with it. Reading a tree:
 *
 *   switch (e->kind) {                      // e: Expr *
 *   case AST_Call:
 *       visit(e->Call.func);
 *       for (int i = 0; i < e->Call.args.count; i++)
 *           visit(e->Call.args.items[i]);
 *
 * A sum type (Mod, Stmt, Expr, ExceptHandler, Pattern, TypeIgnore, TypeParam) has one member for
 * each of its constructors, by the constructor's name. A product type (Arguments, Arg, Keyword,
 * Alias, WithItem, MatchCase, Comprehension) has its fields directly: keyword->value.
 *
 * Invariants:
 * - a node is as long as its own constructor, not as long as its union: never copy `*e`;
 * - only OPTIONAL fields may be NULL, and the items of Dict.keys (`**mapping`) and of
 *   Arguments.kw_defaults (a parameter without a default);
 * - an empty sequence has count 0, and items that must not be read;
 * - columns count bytes of UTF-8 from 0, lines count from 1. */

/* A class of the `ast` module: a node's constructor, or a member of an enumeration (AST_Load,
 * AST_Add, AST_NotIn). The types themselves (`ast.expr`) are not among them: see AstType. */
typedef enum AstKind {
    AST_NONE,
#define NODE(type, name)                AST_##name,
#define PRODUCT(type, ctype, positions) AST_##type,
#define MEMBER(type, name)              AST_##name,
#include "syntax/ast.def"
    AST_KIND_COUNT
} AstKind;

/* An identifier, or another string, of which the arena's table holds one copy: two are equal if
 * their addresses are. Identifiers are in NFKC already. */
typedef struct Ident {
    uint32_t hash;
    uint32_t length; /* bytes of UTF-8 */
    uint32_t index;  /* 0, 1, 2, ... in the order of interning: an index for tables beside this */
    bool ascii;
    char bytes[]; /* followed by a zero byte */
} Ident;

typedef enum ConstKind {
    CONST_NONE,
    CONST_TRUE,
    CONST_FALSE,
    CONST_ELLIPSIS,
    CONST_INT,       /* text: digits of `base`, without prefix and underscores */
    CONST_FLOAT,     /* number */
    CONST_IMAGINARY, /* number: the imaginary part; the real part is 0.0 */
    CONST_STR,       /* text: UTF-8; surrogates encoded like any other character */
    CONST_BYTES,     /* text: the bytes themselves */
    CONST_OBJECT     /* object: a value that only the `ast` module can have put there */
} ConstKind;

typedef struct ConstValue {
    uint8_t kind; /* ConstKind */
    uint8_t base; /* CONST_INT: 2, 8, 10 or 16 */
    union {
        struct {
            const char *text; /* may contain zero bytes; one more follows it */
            size_t length;
        };
        double number;
        void *object; /* kept alive by whoever made the tree */
    };
} ConstValue;

/* What every node starts with. The positions of a type that has none (AstTypeInfo.positions) are
 * zero. */
#define AST_HEADER                                                                                 \
    AstKind kind;                                                                                  \
    int lineno, col_offset, end_lineno, end_col_offset

typedef struct AstNode {
    AST_HEADER;
} AstNode;

#define SUM(type, ctype, positions)     typedef struct ctype ctype;
#define PRODUCT(type, ctype, positions) typedef struct Ast_##type ctype;
#include "syntax/ast.def"

/* The C type of a field that is there once, and of a sequence of them. */
typedef struct AstSeq {
    int count;
    void *items;
} AstSeq;
#define SUM(type, ctype, positions)                                                                \
    typedef ctype *AstOne_##type;                                                                  \
    typedef struct ctype##Seq {                                                                    \
        int count;                                                                                 \
        ctype **items;                                                                             \
    } ctype##Seq;                                                                                  \
    typedef ctype##Seq AstMany_##type;
#define PRODUCT(type, ctype, positions)                                                            \
    typedef ctype *AstOne_##type;                                                                  \
    typedef struct ctype##Seq {                                                                    \
        int count;                                                                                 \
        ctype **items;                                                                             \
    } ctype##Seq;                                                                                  \
    typedef ctype##Seq AstMany_##type;
#define ENUM_TYPE(type) typedef AstKind AstOne_##type;
#include "syntax/ast.def"

typedef struct IdentSeq {
    int count;
    const Ident **items;
} IdentSeq;
typedef struct KindSeq {
    int count;
    AstKind *items;
} KindSeq;
typedef const Ident *AstOne_identifier;
typedef IdentSeq AstMany_identifier;
typedef const Ident *AstOne_string;
typedef int AstOne_int;
typedef ConstValue AstOne_constant;
typedef KindSeq AstMany_cmpop;

#define AST_FIELD_ONE(type)      AstOne_##type
#define AST_FIELD_OPTIONAL(type) AstOne_##type
#define AST_FIELD_MANY(type)     AstMany_##type

/* struct Ast_Call, struct Ast_arg and so on: what a node of that kind is allocated as. */
#define NODE(type, name)                                                                           \
    struct Ast_##name {                                                                            \
        AstNode node;
#define FIELD(owner, type, quantity, name) AST_FIELD_##quantity(type) name;
#define END(name)                                                                                  \
    }                                                                                              \
    ;
#define PRODUCT(type, ctype, positions)                                                            \
    struct Ast_##type {                                                                            \
        AST_HEADER;
#define PRODUCT_END(type, ctype)                                                                   \
    }                                                                                              \
    ;
#include "syntax/ast.def"

#define AST_UNION_MEMBER(name) struct Ast_##name name;
struct Mod {
    union {
        struct {
            AST_HEADER;
        };
#define MOD AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
struct Stmt {
    union {
        struct {
            AST_HEADER;
        };
#define STMT AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
struct Expr {
    union {
        struct {
            AST_HEADER;
        };
#define EXPR AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
struct ExceptHandler {
    union {
        struct {
            AST_HEADER;
        };
#define EXCEPTHANDLER AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
struct Pattern {
    union {
        struct {
            AST_HEADER;
        };
#define PATTERN AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
struct TypeIgnore {
    union {
        struct {
            AST_HEADER;
        };
#define TYPE_IGNORE AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
struct TypeParam {
    union {
        struct {
            AST_HEADER;
        };
#define TYPE_PARAM AST_UNION_MEMBER
#include "syntax/ast.def"
    };
};
#undef AST_UNION_MEMBER

/* ---- The tables: what dump.c and the `ast` module are driven by ---- */

/* The type of a field, or the ASDL type that a class belongs to. */
typedef enum AstType {
    AST_TYPE_identifier,
    AST_TYPE_string,
    AST_TYPE_int,
    AST_TYPE_constant,
#define SUM(type, ctype, positions)     AST_TYPE_##type,
#define PRODUCT(type, ctype, positions) AST_TYPE_##type,
#define ENUM_TYPE(type)                 AST_TYPE_##type,
#include "syntax/ast.def"
    AST_TYPE_COUNT
} AstType;

typedef enum AstQuantity { AST_ONE, AST_OPTIONAL, AST_MANY } AstQuantity;

/* What kind of ASDL type it is. The built-in ones are identifier, string, int and constant. */
typedef enum AstTypeForm { AST_BUILTIN, AST_SUM, AST_PRODUCT, AST_ENUM } AstTypeForm;

typedef struct AstTypeInfo {
    const char *name; /* "expr" */
    uint8_t form;     /* AstTypeForm */
    bool positions;   /* its nodes have lineno, col_offset, end_lineno and end_col_offset */
} AstTypeInfo;

typedef struct AstField {
    const char *name;
    uint8_t type;     /* AstType */
    uint8_t quantity; /* AstQuantity */
    uint16_t offset;  /* from the start of the node; AST_MANY: of a struct laid out as AstSeq */
} AstField;

typedef struct AstClass {
    const char *name; /* "Call" */
    uint8_t type;     /* AstType: the sum, product or enumeration that it belongs to */
    uint8_t field_count;
    uint16_t size; /* bytes; 0 for a member of an enumeration */
    const AstField *fields;
} AstClass;

extern const AstTypeInfo ast_types[AST_TYPE_COUNT];
extern const AstClass ast_classes[AST_KIND_COUNT]; /* [AST_NONE] is empty */

/* ---- Making trees ---- */

/* Returns a node of that kind with every field zero, or NULL if there is no memory. */
void *ast_new(Arena *arena, AstKind kind);

/* The interned identifiers of one tree. */
typedef struct IdentTable {
    Arena *arena;
    const Ident **slots; /* open addressing, at most 3/4 full; malloc'ed */
    uint32_t capacity;   /* a power of two, or 0 */
    uint32_t count;
} IdentTable;

void ident_table_init(IdentTable *table, Arena *arena);
void ident_table_free(IdentTable *table);

/* Returns the one Ident with these bytes, made if it is new; NULL if there is no memory. */
const Ident *ident_intern(IdentTable *table, const char *bytes, size_t length);

#endif
