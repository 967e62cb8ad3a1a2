#include "types/bytes_methods.h"

#include "core/error.h"

Value bytes_percent(Value format UNUSED, Value arguments UNUSED)
{
    return raise(NotImplementedError, "% formatting of bytes");
}
