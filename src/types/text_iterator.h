/* The iterators of str, bytes and bytearray. */
#ifndef WEFT_TYPES_TEXT_ITERATOR_H
#define WEFT_TYPES_TEXT_ITERATOR_H

#include "core/type.h"

extern Type str_iterator_type, str_ascii_iterator_type, bytes_iterator_type,
    bytearray_iterator_type;
/* `text` is what the type iterates over. */
Value text_iterator_new(Type *type, Value text) MUST_USE;
void text_iterator_start(void);

#endif
