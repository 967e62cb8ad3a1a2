/* Interned strings that C code uses: `names.append`, `names.__init__`. Add a name by a line
 * NAME(name) in names.def, or NAME_AS(field, "text") if C reserves it. */
#ifndef WEFT_CORE_NAMES_H
#define WEFT_CORE_NAMES_H

#include "core/value.h"

extern struct Names {
#define NAME(n)          Value n;
#define NAME_AS(n, text) Value n;
#include "core/names.def"
#undef NAME
#undef NAME_AS
} names;

void names_start(void);

#endif
