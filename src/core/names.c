#include "core/names.h"

#include "gc/heap.h"
#include "types/str.h"

struct Names names;

void names_start(void)
{
    gc_add_root((Value *)&names, sizeof names / sizeof(Value));
#define NAME(n)          names.n = str_intern_cstring(#n);
#define NAME_AS(n, text) names.n = str_intern_cstring(text);
#include "core/names.def"
#undef NAME
#undef NAME_AS
}
