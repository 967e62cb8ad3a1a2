/* Tuples with named fields, such as os.stat_result and time.struct_time.
 *
 *   static const StructField fields[] = {{"tm_year", "year, for example, 1993"}, ..., {0}};
 *   static const StructDef def = {fields, 9};
 *   static Type struct_time_type = STRUCT_TYPE("time.struct_time", &def, "doc");
 *   ... struct_type_ready(&struct_time_type);
 *   Value v = struct_new(&struct_time_type); struct_init(v, 0, year); ...
 *
 * The first `visible` fields are the tuple's items; the rest can be reached by name only. */
#ifndef WEFT_TYPES_STRUCT_SEQUENCE_H
#define WEFT_TYPES_STRUCT_SEQUENCE_H

#include "types/tuple.h"

typedef struct StructField {
    const char *name; /* STRUCT_UNNAMED: an item without a name; 0 ends the list */
    const char *doc;
} StructField;
extern const char STRUCT_UNNAMED[];

typedef struct StructDef {
    const StructField *fields;
    int visible;
    bool no_new; /* instances are made by C code only: sys.flags */
} StructDef;

#define STRUCT_TYPE(name_, def_, doc_)                                                             \
    {                                                                                              \
        TYPE_HEAD(name_, Tuple), .doc = (doc_), .extra = (void *)(def_)                            \
    }

/* Fills in the rest of the type; once. Its own methods and constructor stay, if it has any. */
void struct_type_ready(Type *type);
extern MethodDef *const struct_replace_method; /* for a type that has methods of its own */
/* A value whose fields the caller fills with struct_init; those left out are None. */
Value struct_new(Type *type) MUST_USE;
void struct_init(Value self, int field, Value value);
/* A field by its number, hidden ones too. */
Value struct_get(Value self, int field);

#endif
