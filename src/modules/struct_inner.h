/* The single items of struct formats. */
#ifndef WEFT_MODULES_STRUCT_INNER_H
#define WEFT_MODULES_STRUCT_INNER_H

#include "core/alloc.h"
#include "core/dialect.h"
#include "types/exception.h"

typedef struct StructCode {
    char code;
    int size, align;
    bool is_signed;
    bool native; /* the table's native half */
} StructCode;

typedef struct StructItem {
    const StructCode *code;
    intptr_t offset, size; /* size: of one, or the whole of 's' and 'p' */
    intptr_t count;        /* values */
    bool big_endian;
} StructItem;

extern Value struct_error;
#define raise_struct(...) raise((Type *)struct_error, __VA_ARGS__)

/* 0: there is no such format character. */
const StructCode *struct_code(char code, bool native);
bool struct_pack_item(const StructItem *item, char *data, Value v) MUST_USE;
Value struct_unpack_item(const StructItem *item, const char *data) MUST_USE;

#endif
