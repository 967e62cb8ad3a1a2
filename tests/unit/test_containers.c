/* dict, list, set and tuple as C code uses them, and weak references. */
#include "core/abstract.h"
#include "core/error.h"
#include "core/start.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/weakref.h"
#include "unit.h"

static Value I(intptr_t i)
{
    return int_from(i);
}

static Value text(const char *s)
{
    return str_from_cstring(s);
}

UNIT(dict_keeps_order)
{
    Value d = dict_new();
    for (int i = 0; i < 1000; i++)
        CHECK(dict_set(d, I(i * 7919), I(i)));
    CHECK_INT(dict_length(d), 1000);
    intptr_t position = 0, n = 0;
    Value key, value;
    while (dict_next(d, &position, &key, &value)) {
        CHECK_INT(int_value(key), n * 7919);
        CHECK_INT(int_value(value), n);
        n++;
    }
    CHECK_INT(n, 1000);
}

UNIT(dict_finds_equal_text)
{
    Value d = dict_new();
    CHECK(dict_set(d, text("alpha"), I(1)));
    CHECK(dict_get(d, text("alpha")) == I(1));
    CHECK(dict_get_cstring(d, "alpha") == I(1));
    CHECK(!dict_get(d, text("beta")) && !error_pending());
}

UNIT(dict_deletes_and_reinserts_at_the_end)
{
    Value d = dict_new();
    bool found;
    for (int round = 0; round < 50; round++)
        for (int i = 0; i < 10; i++) {
            CHECK(dict_delete(d, I(i), &found));
            CHECK(found == (round > 0));
            CHECK(dict_set(d, I(i), I(round)));
        }
    CHECK_INT(dict_length(d), 10);
    CHECK(dict_set(d, I(100), I(0)));
    Value keys = dict_keys_list(d);
    CHECK_INT(list_length(keys), 11);
    CHECK(list_get(keys, 0) == I(0) && list_get(keys, 10) == I(100));
    Value key, value;
    CHECK(dict_pop_last(d, &key, &value) && key == I(100));
    CHECK(dict_pop_last(d, &key, &value) && key == I(9));
}

UNIT(dict_mixes_kinds_of_keys)
{
    Value d = dict_new();
    CHECK(dict_set(d, I(1), text("int")));
    CHECK(dict_set(d, True, text("true")));
    CHECK_INT(dict_length(d), 1);
    CHECK(str_equals(dict_get(d, I(1)), "true"));
    CHECK(dict_set(d, tuple_of(I(1), I(2)), I(5)));
    CHECK(dict_get(d, tuple_of(I(1), I(2))) == I(5));
    CHECK(!dict_set(d, list_new(0), I(1)));
    CHECK(error_matches(TypeError));
    error_clear();
}

UNIT(dict_merge_copies_and_overrides)
{
    Value a = dict_new(), b = dict_new();
    for (int i = 0; i < 20; i++)
        CHECK(dict_set(i < 10 ? a : b, I(i % 15), I(i)));
    CHECK(dict_merge(a, b, false));
    CHECK(dict_get(a, I(0)) == I(0) && dict_get(a, I(14)) == I(14));
    CHECK(dict_merge(a, b, true));
    CHECK(dict_get(a, I(0)) == I(15));
    CHECK_INT(dict_length(a), 15);
    CHECK_INT(object_equal(a, dict_copy(a)), 1);
}

UNIT(dict_uses_little_when_emptied_in_front)
{
    Value d = dict_new();
    bool found;
    for (int i = 0; i < 100000; i++) {
        CHECK(dict_set(d, I(i), I(i)));
        if (i >= 10)
            CHECK(dict_delete(d, I(i - 10), &found) && found);
    }
    CHECK_INT(dict_length(d), 10);
    CHECK(((Dict *)d)->table->capacity <= 64);
}

UNIT(list_grows_and_shrinks)
{
    Value list = list_new(0);
    for (int i = 0; i < 10000; i++)
        CHECK(list_append(list, I(i)));
    CHECK(list_insert(list, 0, I(-1)) && list_get(list, 0) == I(-1));
    CHECK(list_delete_slice(list, 1, 9000));
    CHECK_INT(list_length(list), 1002);
    CHECK(list_get(list, 1) == I(8999));
    CHECK(list_pop(list, -1) == I(9999));
    CHECK(!list_pop(list, 5000) && error_matches(IndexError));
    error_clear();
}

static uint32_t random_state = 1;
static uint32_t next_random(void)
{
    return random_state = random_state * 1664525 + 1013904223;
}

static bool is_sorted(Value list)
{
    for (intptr_t i = 1; i < list_length(list); i++)
        if (object_compare_bool(list_get(list, i), list_get(list, i - 1), CMP_LT))
            return false;
    return true;
}

UNIT(list_sorts)
{
    for (int n = 0; n < 3000; n = n * 3 / 2 + 1) {
        for (int kind = 0; kind < 4; kind++) {
            Value list = list_new(0);
            for (int i = 0; i < n; i++) {
                int r = (int)(next_random() >> 8) % (kind == 3 ? 8 : 100000);
                if (kind == 2)
                    r = i % 100 < 90 ? i : r; /* long runs */
                CHECK(list_append(list, kind == 1 ? str_format("%d", r) : I(r)));
            }
            CHECK(list_sort(list));
            CHECK_INT(list_length(list), n);
            CHECK(is_sorted(list));
        }
    }
}

UNIT(list_sort_is_stable_and_reversible)
{
    Value list = list_new(0);
    for (int i = 0; i < 2000; i++)
        CHECK(list_append(list, tuple_of(I((next_random() >> 8) % 10), I(i))));
    CHECK(list_sort_by(list, None, true));
    for (int i = 1; i < 2000; i++) {
        Value a = list_get(list, i - 1), b = list_get(list, i);
        CHECK(object_compare_bool(a, b, CMP_GT));
    }
}

UNIT(set_adds_and_discards)
{
    Value set = set_new();
    for (int i = 0; i < 1000; i++)
        CHECK(set_add(set, I(i % 500)));
    CHECK_INT(set_length(set), 500);
    CHECK_INT(set_contains(set, I(499)), 1);
    CHECK_INT(set_discard(set, I(499)), 1);
    CHECK_INT(set_discard(set, I(499)), 0);
    CHECK_INT(set_contains(set, I(499)), 0);
    intptr_t position = 0;
    Value item;
    CHECK(set_next(set, &position, &item) && item == I(0));
}

UNIT(set_operations)
{
    Value a = set_new(), b = set_new();
    for (int i = 0; i < 100; i++) {
        CHECK(set_add(a, I(i)));
        CHECK(set_add(b, I(i + 50)));
    }
    CHECK_INT(set_length(set_intersection(a, b)), 50);
    CHECK_INT(set_length(number_binary(OP_OR, a, b)), 150);
    CHECK_INT(set_length(number_binary(OP_XOR, a, b)), 100);
    CHECK_INT(set_length(number_binary(OP_SUBTRACT, a, b)), 50);
    int64_t x, y;
    CHECK(object_hash(frozenset_from_iterable(a), &x));
    CHECK(object_hash(frozenset_from_iterable(set_copy(a)), &y));
    CHECK(x == y);
}

UNIT(tuples_compare_and_hash)
{
    Value a = tuple_of(I(1), text("x")), b = tuple_of(I(1), text("x"));
    int64_t x, y;
    CHECK_INT(object_equal(a, b), 1);
    CHECK(object_hash(a, &x) && object_hash(b, &y) && x == y);
    CHECK_INT(object_compare_bool(a, tuple_of(I(1), text("y")), CMP_LT), 1);
    CHECK_INT(tuple_length(tuple_empty()), 0);
}

static NOINLINE Value dropped_weakref(void)
{
    Value set = set_new();
    return weakref_new(set);
}

static NOINLINE void clear_stack(void)
{
    volatile char page[16384];
    memset((char *)page, 0, sizeof page);
}

UNIT(weak_references_are_cleared)
{
    Value live = set_new(), kept = weakref_new(live);
    CHECK(weakref_new(live) == kept);
    CHECK_INT(weakref_count(live), 1);
    Value dead[64];
    for (int i = 0; i < 64; i++)
        dead[i] = dropped_weakref();
    clear_stack();
    gc_collect(2);
    int cleared = 0;
    for (int i = 0; i < 64; i++)
        cleared += weakref_target(dead[i]) == 0;
    CHECK(cleared >= 60);
    CHECK(weakref_target(kept) == live);
}

UNIT(repr_of_containers)
{
    Value list = list_new(0);
    CHECK(list_append(list, I(1)) && list_append(list, list));
    CHECK(str_equals(object_repr(list), "[1, [...]]"));
    Value d = dict_new();
    CHECK(dict_set(d, text("k"), d));
    CHECK(str_equals(object_repr(d), "{'k': {...}}"));
    CHECK(str_equals(object_repr(set_new()), "set()"));
    CHECK(str_equals(object_repr(tuple_of(I(1))), "(1,)"));
}

UNIT_MAIN_WITH(if (!gc_start() || !thread_start_main() || !core_start()) return 2)
