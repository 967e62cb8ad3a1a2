#include "types/str_type.h"

#include "core/error.h"

MethodDef *const str_format_methods[] = {0};

Value str_percent(Value format UNUSED, Value arguments UNUSED)
{
    return raise(NotImplementedError, "% formatting of str");
}
