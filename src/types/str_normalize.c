#include "types/str_normalize.h"

#include <stdlib.h>
#include "core/error.h"
#include "types/str_inline.h"

Value str_normalize_version(Value s, UnicodeForm form, bool old)
{
    size_t length = (size_t)str_length(s), count;
    if (as_str(s)->ascii || unicode_is_normal(str_data(s), length, str_width(s), form, old) == 1)
        return str_substring(s, 0, str_length(s));
    uint32_t *text = unicode_normalize(str_data(s), length, str_width(s), form, old, &count);
    if (!text)
        return raise_no_memory();
    Value result = str_from_ucs4(text, (intptr_t)count);
    free(text);
    return result;
}

Value str_normalize(Value s, UnicodeForm form)
{
    return str_normalize_version(s, form, false);
}
