/* Iterators over dicts and their views, forwards and backwards. */
#ifndef WEFT_TYPES_DICT_ITER_H
#define WEFT_TYPES_DICT_ITER_H

#include "types/dict.h"

typedef enum DictPart { DICT_PART_KEYS, DICT_PART_VALUES, DICT_PART_ITEMS } DictPart;

/* guarded by lock if SHARED */
typedef struct DictIterator {
    Object ob;
    Value dict;        /* 0: exhausted */
    intptr_t position; /* entry to look at next */
    intptr_t length;   /* of the dict at the start; -1: it changed, which is an error for good */
    intptr_t left;     /* items still to come */
} DictIterator;
extern Type dict_keyiterator_type, dict_valueiterator_type, dict_itemiterator_type;

Value dict_iterator_new(Value dict, DictPart part);
Value dict_reverse_iterator_new(Value dict, DictPart part);
/* The next key and value: 1, 0 at the end, -1 with RuntimeError. Each item is handed out once,
 * also to threads that share the iterator. */
int dict_iterator_step(DictIterator *self, Value *key, Value *value);

void dict_iter_start(void);

#endif
