/* What dict and set know of keys without running Python code. */
#ifndef WEFT_TYPES_KEY_MATCH_H
#define WEFT_TYPES_KEY_MATCH_H

#include "types/float.h"
#include "types/str.h"

typedef enum ProbeResult { PROBE_ABSENT, PROBE_FOUND, PROBE_ASK } ProbeResult;
typedef enum KeyMatch { KEY_DIFFERS, KEY_EQUAL, KEY_UNKNOWN } KeyMatch;

/* Compares two keys with the same hash that are not the same word, as far as that needs no
 * Python code. */
ALWAYS_INLINE KeyMatch key_match(Value a, Value b)
{
    if (is_str_exact(a)) {
        if (is_str_exact(b))
            return str_equal(a, b) ? KEY_EQUAL : KEY_DIFFERS;
        return is_int(b) ? KEY_DIFFERS : KEY_UNKNOWN;
    }
    if (is_int(a) && (is_int(b) || is_str_exact(b)))
        return KEY_DIFFERS;
    return KEY_UNKNOWN;
}

ALWAYS_INLINE bool is_plain_float(Value v)
{
    return is_tagged_float(v) || has_shape(v, SHAPE_FLOAT);
}

/* Compares any two values as far as that needs no Python code, so that a lock can be held. */
ALWAYS_INLINE KeyMatch plain_match(Value a, Value b)
{
    if (a == b)
        return KEY_EQUAL;
    if (is_plain_float(a) && is_plain_float(b))
        return float_value(a) == float_value(b) ? KEY_EQUAL : KEY_DIFFERS;
    return key_match(a, b);
}

/* object_hash, quick for str and small ints, which are their own hash (but -1) below 2^61 - 1. */
ALWAYS_INLINE bool hash_key(Value key, int64_t *hash)
{
    if (is_str_exact(key)) {
        int64_t h = load_relaxed(&((Str *)key)->hash);
        *hash = likely(h) ? h : str_hash(key);
        return true;
    }
    if (is_int(key)) {
        int64_t n = int_value(key);
        if (likely((uint64_t)n + (UINT64_C(1) << 60) < UINT64_C(1) << 61)) {
            *hash = n == -1 ? -2 : n;
            return true;
        }
    }
    return object_hash(key, hash);
}

#endif
