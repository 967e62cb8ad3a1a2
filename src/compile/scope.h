/* Symbol tables: which variable a name means, in each scope of a tree.
 *
 * Scopes form a tree. Every scope that has code of its own is a frame; comprehensions that are
 * inlined (PEP 709) share the frame of what is around them and keep their variables in registers
 * of their own. All memory is the arena of the tree; identifiers are compared by address.
 */
#ifndef WEFT_COMPILE_SCOPE_H
#define WEFT_COMPILE_SCOPE_H

#include "core/value.h"
#include "syntax/ast.h"

typedef enum ScopeKind {
    SCOPE_MODULE,
    SCOPE_CLASS,
    SCOPE_FUNCTION,
    SCOPE_ANNOTATION,    /* postponed annotations: checked, never compiled */
    SCOPE_TYPE_VARIABLE, /* a type parameter's bound, constraints or default */
    SCOPE_TYPE_ALIAS,    /* the value of a type statement */
    SCOPE_TYPE_PARAMS    /* around a generic function, class or alias */
} ScopeKind;

typedef enum ComprehensionKind {
    COMP_NONE,
    COMP_LIST,
    COMP_DICT,
    COMP_SET,
    COMP_GENERATOR
} ComprehensionKind;

/* What a scope does with a name; the values are those that `symtable` shows. */
enum {
    SYM_GLOBAL = 1,
    SYM_LOCAL = 2,
    SYM_PARAM = 4,
    SYM_NONLOCAL = 8,
    SYM_USE = 0x10,
    SYM_FREE_CLASS = 0x40, /* a class binds it, and a scope inside uses that of an outer function */
    SYM_IMPORT = 0x80,
    SYM_ANNOT = 0x100,
    SYM_COMP_ITER = 0x200,
    SYM_TYPE_PARAM = 0x400,
    SYM_COMP_CELL = 0x800,
    SYM_BOUND = SYM_LOCAL | SYM_PARAM | SYM_IMPORT | SYM_TYPE_PARAM
};

typedef enum Resolution {
    RESOLVED_NOT,
    RESOLVED_LOCAL,
    RESOLVED_GLOBAL_EXPLICIT,
    RESOLVED_GLOBAL_IMPLICIT,
    RESOLVED_FREE,
    RESOLVED_CELL
} Resolution;

typedef struct Scope Scope;

typedef struct Symbol {
    const Ident *name;
    Scope *scope;
    Scope *owner; /* RESOLVED_FREE: the scope that binds it */
    uint32_t flags;
    uint8_t resolution;
    bool walrus;          /* some `name := value` binds it */
    bool assigned;        /* comprehension variables: bound at this point of code generation */
    int32_t reg;          /* LOCAL and CELL: the register, set by code generation; -1 before */
    struct Symbol *next;  /* in the order of first use */
    struct Symbol *chain; /* in the hash table */
} Symbol;

/* A name of a global or nonlocal statement, for errors found when scopes are resolved. */
typedef struct Directive {
    const Ident *name;
    int lineno, col_offset, end_lineno, end_col_offset;
    struct Directive *next;
} Directive;

typedef struct FreeName {
    const Ident *name;
    struct FreeName *next;
} FreeName;

struct Scope {
    ScopeKind kind;
    ComprehensionKind comprehension;
    const Ident *name;
    Scope *parent, *first_child, *last_child, *next_sibling;
    Symbol *first, *last;
    Directive *directives;
    FreeName *free_names;     /* frames: variables of outer frames that it or what is inside uses */
    const Ident *class_name;  /* for private names; NULL outside of classes */
    bool mangle_listed;       /* in a generic class's header: only `private_params` are mangled */
    FreeName *private_params; /* generic classes' type parameter scopes: names of the parameters */
    const void *key;          /* the node that opened it, */
    int part;                 /* and which scope of that node */
    Scope *chain;             /* in the hash table */
    bool nested;              /* a function is around it */
    bool inlined;             /* comprehensions only */
    bool generator, coroutine;
    bool can_see_class;    /* annotation scopes directly in a class: names look there first */
    bool needs_class_cell; /* classes: something inside uses __class__ */
    bool needs_class_dict; /* classes: something inside uses __classdict__ */
    bool varargs, varkeywords, docstring, method;
    bool in_iteration_target; /* the walker is in a comprehension's target */
    int in_iterable;          /* the walker is in so many of a comprehension's iterables */
    int lineno, col_offset, end_lineno, end_col_offset;
    const char *within; /* type variable scopes: what they are, for messages */
};

/* Which scope of a node: ClassDef and FunctionDef may open two. */
enum { PART_SCOPE = 0, PART_TYPE_PARAMS_SCOPE = 1, PART_DEFAULT_SCOPE = 2 };

typedef struct SymbolTable {
    Arena *arena;
    IdentTable *idents;
    Value filename;
    Scope *module;
    Symbol **symbols; /* hash table of scope and name, arena memory */
    uint32_t symbol_capacity, symbol_count;
    Scope **scopes; /* hash table of key and part */
    uint32_t scope_capacity, scope_count;
    bool future_annotations;
    bool top_level_await;
    const Ident *name_class, *name_classdict, *name_super, *name_debug, *name_type_params,
        *name_generic_base, *name_defaults, *name_kwdefaults, *name_dot_zero, *name_top,
        *name_lambda, *name_listcomp, *name_setcomp, *name_dictcomp, *name_genexpr;
} SymbolTable;

/* Fills in `table` for the tree. False with SyntaxError, RecursionError or MemoryError. */
bool symbol_table_build(SymbolTable *table, Mod *tree, Arena *arena, IdentTable *idents,
                        Value filename, bool future_annotations, bool top_level_await) MUST_USE;
Scope *scope_of_node(SymbolTable *table, const void *node, int part);
/* The symbol of `name` (already mangled) in exactly this scope; NULL if it does not occur. */
Symbol *symbol_find(SymbolTable *table, Scope *scope, const Ident *name);
/* `name` as it is stored: private names of classes get the class's name in front. NULL if there
 * is no memory. */
const Ident *symbol_mangle(SymbolTable *table, Scope *scope, const Ident *name);
/* The innermost scope around (or equal to) this one that has a frame of its own. */
Scope *scope_frame(Scope *scope);
bool scope_is_function_like(const Scope *scope);

/* For scope_resolve.c. */
Symbol *symbol_add(SymbolTable *table, Scope *scope, const Ident *name);
bool scopes_resolve(SymbolTable *table) MUST_USE;
/* SyntaxError at a node's position in the file; returns false. */
bool compile_error_at(Value filename, int lineno, int col_offset, int end_lineno,
                      int end_col_offset, const char *format, ...);

#endif
