/* Trees as objects of the `ast` module, and back. */
#include "compile/compile.h"
#include "compile/source.h"
#include "core/error.h"

Value source_tree_object(ParseResult *result UNUSED, Value filename UNUSED, int flags UNUSED,
                         int optimize UNUSED)
{
    return raise(NotImplementedError, "compile() to a tree is not supported yet");
}

Value compile_ast_object(Value node UNUSED, Value filename UNUSED, CompileMode mode UNUSED,
                         int flags UNUSED, int optimize UNUSED)
{
    return raise(NotImplementedError, "compile() of a tree is not supported yet");
}
