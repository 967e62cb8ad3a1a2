/* From source or AST to a code object. */
#ifndef WEFT_COMPILE_COMPILE_H
#define WEFT_COMPILE_COMPILE_H

#include "core/value.h"
#include "base/common.h"

typedef enum CompileMode { MODE_EXEC, MODE_EVAL, MODE_SINGLE, MODE_FUNC_TYPE } CompileMode;

/* Flags of compile(), with CPython's values; the CODE_FUTURE_ ones as well. */
enum {
    COMPILE_SOURCE_IS_UTF8 = 0x100,
    COMPILE_DONT_IMPLY_DEDENT = 0x200,
    COMPILE_ONLY_AST = 0x400,
    COMPILE_IGNORE_COOKIE = 0x800,
    COMPILE_TYPE_COMMENTS = 0x1000,
    COMPILE_ALLOW_TOP_LEVEL_AWAIT = 0x2000,
    COMPILE_ALLOW_INCOMPLETE_INPUT = 0x4000,
    COMPILE_OPTIMIZED_AST = 0x8400,
    COMPILE_PROGRAM = 0x40000000 /* ours: a program's file or input, see ParseOptions */
};

/* Compiles `size` bytes of source (any PEP 263 encoding unless COMPILE_IGNORE_COOKIE says that it
 * is UTF-8). `filename`: str. optimize: 0 to 2. Returns a code object, or an ast node for
 * COMPILE_ONLY_AST. Raises SyntaxError and its kin, ValueError (null bytes), RecursionError,
 * MemoryError. Emits SyntaxWarnings. */
Value compile_source(const char *source, size_t size, Value filename, CompileMode mode, int flags,
                     int optimize) MUST_USE;
/* The same in the grammar of Python 3.`feature_version` (0: the newest), as ast.parse wants it. */
Value compile_source_version(const char *source, size_t size, Value filename, CompileMode mode,
                             int flags, int optimize, int feature_version) MUST_USE;
/* The same from an object of the ast module. */
Value compile_ast_object(Value node, Value filename, CompileMode mode, int flags,
                         int optimize) MUST_USE;

#endif
