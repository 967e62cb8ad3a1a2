/* The replacement fields of str.format(): "text {name!conversion:spec}", parsed. */
#ifndef WEFT_TYPES_FORMAT_PARSE_H
#define WEFT_TYPES_FORMAT_PARSE_H

#include "core/abstract.h"

/* A walk over text[at:end): pieces of literal text, each with a field after it or none. */
typedef struct FormatParser {
    Value text;
    intptr_t at, end;
} FormatParser;

typedef struct FormatPiece {
    intptr_t literal_start, literal_end;
    bool has_field;
    intptr_t name_start, name_end;
    uint32_t conversion; /* 0: none */
    intptr_t spec_start, spec_end;
    bool spec_has_fields;
} FormatPiece;

/* 1 and the next piece, 0 at the end, -1 with ValueError. */
int format_next_piece(FormatParser *parser, FormatPiece *piece);

/* A field name: what comes first, an index or a key, then attributes and items of it. */
typedef struct FieldName {
    Value text;
    intptr_t at, end;
} FieldName;
/* The first part, a str or an int; its text is [*start, *end). */
bool field_name_first(FieldName *name, Value text, intptr_t start, intptr_t end,
                      intptr_t *first_end, intptr_t *index) MUST_USE;
/* 1 and the next part: an attribute's name, or an item's key (int or str); 0; -1. */
int field_name_next(FieldName *name, bool *is_attribute, Value *part);

#endif
