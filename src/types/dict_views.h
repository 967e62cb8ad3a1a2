/* dict.keys(), dict.values() and dict.items(). */
#ifndef WEFT_TYPES_DICT_VIEWS_H
#define WEFT_TYPES_DICT_VIEWS_H

#include "types/dict_iter.h"

typedef struct DictView {
    Object ob;
    Value dict; /* immutable after init */
} DictView;
extern Type dict_keys_type, dict_values_type, dict_items_type;

Value dict_view_new(Value dict, DictPart part);
Value dict_view_new_as(Type *type, Value dict); /* of a type derived from one of these */

void dict_views_start(void);

#endif
