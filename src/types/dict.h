/* dict: insertion-ordered and compact. A table has an index and an entries array; entries are
 * only ever appended to one table, deletion leaves a hole (value 0), growth and clear make a
 * new table. So readers take no lock: load the table (acquire), look, done; and a cache may
 * rely on `table` being the same to know where a key is. */
#ifndef WEFT_TYPES_DICT_H
#define WEFT_TYPES_DICT_H

#include "core/abstract.h"

typedef struct DictEntry {
    Value key;    /* atomic: immutable once published, until the entry becomes a hole: then 0 */
    Value value;  /* atomic: 0 is a hole, for good */
    int64_t hash; /* immutable once published */
} DictEntry;

typedef struct DictTable {
    Object ob;
    uint32_t capacity;   /* entries that fit; immutable */
    uint32_t count;      /* atomic: entries appended so far, holes included */
    uint32_t index_mask; /* slots of the index - 1; immutable */
    uint8_t index_width; /* bytes of an index slot: 1, 2, 4; immutable */
    uint8_t str_keys;    /* all keys are exact str: identity or text decides, no Python code runs;
                            atomic, only goes to 0 */
    uint8_t cached; /* atomic: an inline cache may hold the place of an entry; only goes to 1 */
    uint8_t spare;
    uint32_t first; /* atomic: all entries below are holes; changed under the dict's lock */
    uint32_t end;   /* atomic: so are all from here; changed under the dict's lock */
    /* DictEntry entries[capacity], then the index */
    DictEntry entries[];
} DictTable;

typedef struct Dict {
    Object ob;
    DictTable *table; /* atomic; never 0; changed under lock if SHARED */
    intptr_t length;  /* atomic: live entries */
} Dict;
extern Type dict_type;

ALWAYS_INLINE bool is_dict(Value v)
{
    return has_layout(v, LAYOUT_DICT);
}
Value dict_new(void);
Value dict_new_sized(intptr_t entries);
intptr_t dict_length(Value dict);
/* Lookup. dict_get: 0 if absent (no exception) or on failure (exception pending: the hash or
 * a comparison failed). With a str key nothing can fail. */
Value dict_get(Value dict, Value key);
Value dict_get_hash(Value dict, Value key, int64_t hash);
Value dict_get_str(Value dict, Value key); /* key: exact str; cannot fail unless keys are odd */
Value dict_get_cstring(Value dict, const char *ascii);        /* interned on the way */
bool dict_find(Value dict, Value key, Value *value) MUST_USE; /* false: failure; *value 0: absent */
bool dict_set(Value dict, Value key, Value value) MUST_USE;
/* The same for an exact str that is no key so far, of a dict that nobody else knows. */
bool dict_add_new(Value dict, Value key, Value value) MUST_USE;
/* A new dict with these keys and values, if the keys are those of `model`, in its order; else 0, or
 * with an exception. Nobody changes `model`. */
Value dict_like(Value model, const Value *keys, const Value *values, uint32_t count);
/* dict_set in a new table: who holds an entry of the old one goes on to see the old value there.
 * The key, an exact str, is there, among such. */
bool dict_set_moved(Value dict, Value key, Value value) MUST_USE;
bool dict_set_hash(Value dict, Value key, int64_t hash, Value value) MUST_USE;
/* Stores the value if the key's is `old` still. */
bool dict_replace(Value dict, Value key, int64_t hash, Value old, Value value,
                  bool *replaced) MUST_USE;
bool dict_set_cstring(Value dict, const char *ascii, Value value) MUST_USE;
bool dict_delete(Value dict, Value key, bool *found) MUST_USE;
/* Deletes the key if its value is `wanted`, which runs under the lock: no Python code. */
bool dict_delete_if(Value dict, Value key, bool (*wanted)(Value value)) MUST_USE;
Value dict_pop(Value dict, Value key,
               Value fallback); /* 0 and no exception: absent and fallback 0 */
Value dict_set_default(Value dict, Value key,
                       Value value); /* the value that is there, or `value`, now stored */
Value dict_set_default_hash(Value dict, Value key, int64_t hash, Value value);
int dict_contains(Value dict, Value key);             /* 1, 0, -1 */
bool dict_update(Value dict, Value mapping) MUST_USE; /* mapping or iterable of pairs */
Value dict_copy(Value dict);
Value dict_union(Value dict, Value other); /* what `other`, a dict as well, has wins */
bool dict_clear(Value dict) MUST_USE;
/* Makes room for so many more items, which are about to be set. */
bool dict_reserve(Value dict, intptr_t extra) MUST_USE;
/* Adds what `other` (a dict) has; keeps the values of keys that are there unless `override`. */
bool dict_merge(Value dict, Value other, bool override) MUST_USE;
/* Takes the last item out: false if the dict is empty, with no exception. */
bool dict_pop_last(Value dict, Value *key, Value *value) MUST_USE;
bool dict_pop_first(Value dict, Value *key, Value *value) MUST_USE;
/* Makes an item the last one, or the first: 1, 0 if it is not there, -1. The first costs O(n). */
int dict_move_to_end(Value dict, Value key, bool last);
/* The slots of the type, for types that build on dict. */
Value dict_subscript(Value dict, Value key); /* dict[key]: __missing__, KeyError */
Value dict_compare(Value a, Value b, CompareOp op);
/* dict(*args, **kwargs) and update: what `function` (for messages) takes. */
bool dict_update_arguments(Value dict, const char *function, Value *args, size_t nargs,
                           Value kwnames) MUST_USE;
/* Walks the live entries: position starts at 0. Safe against changes (may miss or show them). */
bool dict_next(Value dict, intptr_t *position, Value *key, Value *value);
/* Writes the keys and values to arrays with `room` each: how many, or -1 if they are more. */
intptr_t dict_copy_items(Value dict, Value *keys, Value *values, intptr_t room);
Value dict_keys_list(Value dict); /* snapshots, of one moment */
Value dict_values_list(Value dict);
Value dict_items_list(Value dict);
/* Where `key` (exact str) is in the current table: for caches. false if absent. */
bool dict_locate(Value dict, Value key, DictTable **table, uint32_t *index);

void dict_start(void);

#endif
