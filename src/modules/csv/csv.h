/* The C half of the csv module. */
#ifndef WEFT_MODULES_CSV_CSV_H
#define WEFT_MODULES_CSV_CSV_H

#include "core/module.h"
#include "gc/heap.h"

typedef enum Quoting {
    QUOTE_MINIMAL,
    QUOTE_ALL,
    QUOTE_NONNUMERIC,
    QUOTE_NONE,
    QUOTE_STRINGS,
    QUOTE_NOTNULL,
    QUOTE_COUNT
} Quoting;

#define CSV_NO_CHAR UINT32_MAX /* an escapechar or quotechar that is None */

/* Immutable after init. */
typedef struct Dialect {
    Object ob;
    bool double_quote, skip_initial_space, strict;
    Quoting quoting;
    uint32_t delimiter, quote, escape;
    Value line_terminator; /* str */
    uint8_t special[32];   /* a bit for each character below 256: csv_is_special */
} Dialect;

extern Type csv_dialect_type, csv_reader_type, csv_writer_type;
extern Value csv_error; /* _csv.Error; a root, once made */

/* The Dialect that a dialect argument (0, a name, a class or instance) and keyword arguments (a
 * dict or 0) describe. */
Dialect *csv_dialect(Value dialect, Value keywords) MUST_USE;
/* csv.get_dialect(name) */
Value csv_registered_dialect(Value name) MUST_USE;
intptr_t csv_field_limit(void);
/* Must be quoted or escaped somewhere in a field. */
bool csv_is_special(const Dialect *d, uint32_t c);

extern MethodDef *const csv_reader_functions[]; /* reader */
extern MethodDef *const csv_writer_functions[]; /* writer */

#endif
