/* property. */
#ifndef WEFT_TYPES_PROPERTY_H
#define WEFT_TYPES_PROPERTY_H

#include "core/abstract.h"

/* All fields: atomic, changed by __init__ only. 0: none. */
typedef struct Property {
    Object ob;
    Value get, set, del, doc;
    Value name;         /* from __set_name__ */
    bool doc_of_getter; /* doc was taken from `get` */
} Property;
extern Type property_type;
void property_start(void);

#endif
