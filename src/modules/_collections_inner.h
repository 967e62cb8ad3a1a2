/* The types of _collections. */
#ifndef WEFT_MODULES_COLLECTIONS_INNER_H
#define WEFT_MODULES_COLLECTIONS_INNER_H

#include "core/module.h"

extern Type deque_type, deque_iterator_type, deque_reverse_iterator_type;
extern Type defaultdict_type, tuplegetter_type;
extern Type ordered_dict_type, ordered_keys_type, ordered_values_type, ordered_items_type,
    ordered_iterator_type;

#endif
