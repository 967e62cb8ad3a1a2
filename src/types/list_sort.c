/* list.sort: a stable, adaptive merge sort.
 *
 * Natural runs are found and made at least MIN_RUN long by binary insertion, and merged in the
 * order of Powersort (Munro, Wild: "Nearly-Optimal Mergesorts: Fast, Practical Sorting Methods
 * That Optimally Adapt to Existing Runs", ESA 2018). Merging skips what is in place already, and
 * gallops where one side keeps winning (Bentley, Yao: "An Almost Optimal Algorithm for Unbounded
 * Searching", 1976; McIlroy: "Optimistic Sorting and Information Theoretic Complexity", 1993).
 *
 * What is sorted is an array of keys, each with its value, beside the list: readers see the list
 * in its old order until the new one is published, by one store. Ints and floats have comparisons
 * of their own, which are inlined into a copy of the sort for each. Strings, and tuples that begin
 * with ints, floats or strings, are ordered by a number that stands for how they begin; only where
 * two of these are equal the keys are looked at.
 *
 * The work arrays are not traced: a snapshot of the list and the array of keys hold all that
 * is in them. */
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"
#include "types/float.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#define MIN_RUN    24
#define MIN_GALLOP 7
#define MAX_RUNS   72 /* powers are below 64, and each is on the stack once */

typedef struct Item {
    union {
        Value value;
        intptr_t word; /* a tagged int: ordered as the ints are */
        double number;
        uint64_t prefix; /* the lesser one's key is less; of equal ones either may be */
    } key;
    union {
        Value value;
        const Value *place; /* beside a prefix: where the key is */
    };
} Item;

/* a < b: 1, 0, or -1 with an exception pending. */
typedef int (*Less)(const Item *a, const Item *b);

typedef struct Sort {
    Item *items;
    intptr_t count;
    Item *spare; /* room for half of the items */
} Sort;

/* ---- comparisons */

ALWAYS_INLINE int less_word(const Item *a, const Item *b)
{
    return a->key.word < b->key.word;
}

ALWAYS_INLINE int less_number(const Item *a, const Item *b)
{
    return a->key.number < b->key.number;
}

ALWAYS_INLINE int less_value(Value a, Value b)
{
    Value result = TRY_OR(object_compare(a, b, CMP_LT), -1);
    return result == True ? 1 : result == False ? 0 : object_truth(result);
}

/* The first items that are not the same decide; small ints and strings do without a call. */
static int less_tuple(Value a, Value b)
{
    intptr_t n = tuple_length(a), m = tuple_length(b);
    for (intptr_t i = 0; i < n && i < m; i++) {
        Value x = tuple_get(a, i), y = tuple_get(b, i);
        if (x == y)
            continue;
        if (is_int(x) && is_int(y))
            return (intptr_t)x < (intptr_t)y;
        if (!is_str_exact(x) || !is_str_exact(y))
            return less_value(a, b);
        int order = str_compare(x, y);
        if (order)
            return order < 0;
    }
    return n < m;
}

static NOINLINE int less_behind_prefix(Value a, Value b)
{
    return is_str_exact(a) ? str_compare(a, b) < 0 : less_tuple(a, b);
}

ALWAYS_INLINE int less_prefix(const Item *a, const Item *b)
{
    if (likely(a->key.prefix != b->key.prefix))
        return a->key.prefix < b->key.prefix;
    return less_behind_prefix(*a->place, *b->place);
}

ALWAYS_INLINE int less_any(const Item *a, const Item *b)
{
    return less_value(a->key.value, b->key.value);
}

/* ---- searching in a run */

/* The number of leading items for which `key` is not to come before them: those less than key or,
 * if `after_equals`, not greater. Looks from the left end, or from the right. */
ALWAYS_INLINE intptr_t find_place(Less less, const Item *key, const Item *items, intptr_t n,
                                  bool after_equals, bool from_right)
{
#define GOES_AFTER(i)                                                                              \
    ({                                                                                             \
        int test_ = after_equals ? less(key, &items[i]) : less(&items[i], key);                    \
        if (test_ < 0)                                                                             \
            return -1;                                                                             \
        after_equals ? !test_ : test_;                                                             \
    })
    intptr_t low = 0, high = n; /* items before low are passed; those from high on are not */
    for (intptr_t step = 1; low < high; step *= 2) {
        intptr_t i = from_right ? high - step : low + step - 1;
        if (i < low || i >= high)
            break;
        if (GOES_AFTER(i)) {
            low = i + 1;
            if (from_right)
                break;
        } else {
            high = i;
            if (!from_right)
                break;
        }
    }
    while (low < high) {
        intptr_t middle = low + (high - low) / 2;
        if (GOES_AFTER(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
#undef GOES_AFTER
}

/* ---- runs */

static void reverse_items(Item *items, intptr_t n)
{
    for (intptr_t i = 0, j = n - 1; i < j; i++, j--) {
        Item item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

/* How many of the items behind items[0..n) go on with a run that ascends, these n included: none
 * is less than the one before it. -1: failure. */
ALWAYS_INLINE intptr_t ascend(Less less, const Item *items, intptr_t n, intptr_t count)
{
    for (; n < count; n++) {
        int is_less = TRY_NOT_NEGATIVE(less(&items[n], &items[n - 1]), -1);
        if (is_less)
            break;
    }
    return n;
}

/* The same for a run that descends. Equal items are turned round as soon as there is a lesser one,
 * so that they are in their order once the whole run is turned round. */
ALWAYS_INLINE intptr_t descend(Less less, Item *items, intptr_t n, intptr_t count)
{
    intptr_t equal = 1; /* the last ones of the run */
    for (; n < count; n++) {
        int is_less = TRY_NOT_NEGATIVE(less(&items[n], &items[n - 1]), -1);
        if (!is_less) {
            int is_greater = TRY_NOT_NEGATIVE(less(&items[n - 1], &items[n]), -1);
            if (is_greater)
                break;
            equal++;
            continue;
        }
        reverse_items(items + n - equal, equal);
        equal = 1;
    }
    reverse_items(items + n - equal, equal);
    return n;
}

/* Length of the run at the start of items. One that descends is reversed, and goes on if what comes
 * next happens to fit. -1: failure. What is compared with what is as in CPython's sort since 3.13:
 * it tells where keys go that have no order, as nan. */
ALWAYS_INLINE intptr_t take_run(Less less, Item *items, intptr_t count)
{
    if (count < 2)
        return count;
    intptr_t n = TRY_NOT_NEGATIVE(ascend(less, items, 1, count), -1);
    if (n == count)
        return n;
    if (n > 1) {
        int rises = TRY_NOT_NEGATIVE(less(&items[0], &items[n - 1]), -1);
        if (rises)
            return n;
        reverse_items(items, n); /* all equal */
    }
    n = TRY_NOT_NEGATIVE(descend(less, items, n + 1, count), -1);
    reverse_items(items, n);
    return ascend(less, items, n, count);
}

/* Binary insertion: items[0..sorted) are in order already. */
ALWAYS_INLINE bool insert_items(Less less, Item *items, intptr_t sorted, intptr_t n)
{
    for (intptr_t i = sorted; i < n; i++) {
        Item item = items[i];
        intptr_t low = 0, high = i;
        while (low < high) {
            intptr_t middle = low + (high - low) / 2;
            int before = TRY_NOT_NEGATIVE(less(&item, &items[middle]), false);
            if (before)
                high = middle;
            else
                low = middle + 1;
        }
        memmove(&items[low + 1], &items[low], (size_t)(i - low) * sizeof(Item));
        items[low] = item;
    }
    return true;
}

/* ---- merging */

/* Merges a run in the spare array with `right`, into `to`, where just enough room lies before
 * `right`. Also after a failure no item is lost. */
ALWAYS_INLINE bool merge_forward(Less less, Item *left, intptr_t n, Item *right, intptr_t m,
                                 Item *to)
{
    intptr_t left_wins = 0, right_wins = 0, gallop = MIN_GALLOP;
    bool ok = true;
    for (intptr_t step = 1; n && m; step++) {
        let_stop(step);
        int before = less(right, left);
        if (before < 0) {
            ok = false;
            break;
        }
        intptr_t move = 1;
        if (before) {
            left_wins = 0;
            if (++right_wins >= gallop) {
                move = find_place(less, left, right, m, false, false);
                right_wins = 0;
            }
        } else {
            right_wins = 0;
            if (++left_wins >= gallop) {
                move = find_place(less, right, left, n, true, false);
                left_wins = 0;
            }
        }
        if (move < 0) {
            ok = false;
            break;
        }
        if (move != 1)
            gallop = move < MIN_GALLOP ? gallop + 1 : gallop > 2 ? gallop - 1 : gallop;
        Item *from = before ? right : left;
        if (move == 1)
            *to = *from;
        else
            memmove(to, from, (size_t)move * sizeof(Item));
        to += move;
        if (before) {
            right += move;
            m -= move;
        } else {
            left += move;
            n -= move;
        }
    }
    copy_long(to, left, (size_t)n * sizeof(Item));
    return ok;
}

/* The mirror image: the run in the spare array is the right one; all pointers are behind the last
 * item of what they mean. */
ALWAYS_INLINE bool merge_backward(Less less, Item *left, intptr_t n, Item *right, intptr_t m,
                                  Item *to)
{
    intptr_t left_wins = 0, right_wins = 0, gallop = MIN_GALLOP;
    bool ok = true;
    for (intptr_t step = 1; n && m; step++) {
        let_stop(step);
        int before = less(right - 1, left - 1);
        if (before < 0) {
            ok = false;
            break;
        }
        intptr_t move = 1;
        if (before) {
            right_wins = 0;
            if (++left_wins >= gallop) {
                move = find_place(less, right - 1, left - n, n, true, true);
                move = move < 0 ? move : n - move;
                left_wins = 0;
            }
        } else {
            left_wins = 0;
            if (++right_wins >= gallop) {
                move = find_place(less, left - 1, right - m, m, false, true);
                move = move < 0 ? move : m - move;
                right_wins = 0;
            }
        }
        if (move < 0) {
            ok = false;
            break;
        }
        if (move != 1)
            gallop = move < MIN_GALLOP ? gallop + 1 : gallop > 2 ? gallop - 1 : gallop;
        Item **from = before ? &left : &right;
        *from -= move;
        to -= move;
        if (move == 1)
            *to = **from;
        else
            memmove(to, *from, (size_t)move * sizeof(Item));
        if (before)
            n -= move;
        else
            m -= move;
    }
    copy_long(to - m, right - m, (size_t)m * sizeof(Item));
    return ok;
}

/* Merges items[start..middle) and items[middle..end). */
ALWAYS_INLINE bool merge(Less less, Sort *sort, intptr_t start, intptr_t middle, intptr_t end)
{
    Item *items = sort->items;
    intptr_t place = find_place(less, &items[middle], &items[start], middle - start, true, false);
    if (place < 0)
        return false;
    start += place;
    if (start == middle)
        return true;
    place = find_place(less, &items[middle - 1], &items[middle], end - middle, false, true);
    if (place < 0)
        return false;
    end = middle + place;
    intptr_t n = middle - start, m = end - middle;
    if (n <= m) {
        copy_long(sort->spare, &items[start], (size_t)n * sizeof(Item));
        return merge_forward(less, sort->spare, n, &items[middle], m, &items[start]);
    }
    copy_long(sort->spare, &items[middle], (size_t)m * sizeof(Item));
    return merge_backward(less, &items[middle], n, sort->spare + m, m, &items[end]);
}

/* ---- the merge order */

typedef struct Run {
    intptr_t start;
    int power; /* of the boundary with the next run */
} Run;

/* The power of the boundary between the runs [start, middle) and [middle, end) of `count` items:
 * the number of leading bits that the runs' midpoints, as fractions of the whole, have in common.
 */
static int boundary_power(intptr_t start, intptr_t middle, intptr_t end, intptr_t count)
{
    unsigned __int128 left = (unsigned __int128)(start + middle) << 62;
    unsigned __int128 right = (unsigned __int128)(middle + end) << 62;
    uint64_t whole = (uint64_t)count * 2;
    return __builtin_clzll((uint64_t)(left / whole) ^ (uint64_t)(right / whole));
}

ALWAYS_INLINE bool next_run(Less less, Sort *sort, intptr_t start, intptr_t *end)
{
    intptr_t left = sort->count - start;
    intptr_t length = TRY_NOT_NEGATIVE(take_run(less, sort->items + start, left), false);
    if (length < MIN_RUN) {
        intptr_t wanted = left < MIN_RUN ? left : MIN_RUN;
        TRY(insert_items(less, sort->items + start, length, wanted));
        length = wanted;
    }
    *end = start + length;
    return true;
}

ALWAYS_INLINE bool sort_with(Less less, Sort *sort)
{
    Run runs[MAX_RUNS];
    int pending = 0;
    intptr_t start = 0, middle, end;
    TRY(next_run(less, sort, 0, &middle));
    while (middle < sort->count) {
        TRY(thread_poll(thread_self()));
        TRY(next_run(less, sort, middle, &end));
        int power = boundary_power(start, middle, end, sort->count);
        while (pending && runs[pending - 1].power > power) {
            pending--;
            TRY(merge(less, sort, runs[pending].start, start, middle));
            start = runs[pending].start;
        }
        runs[pending++] = (Run){start, power};
        start = middle;
        middle = end;
    }
    while (pending) {
        pending--;
        TRY(merge(less, sort, runs[pending].start, start, middle));
        start = runs[pending].start;
    }
    return true;
}

static NOINLINE bool sort_words(Sort *sort)
{
    return sort_with(less_word, sort);
}

static NOINLINE bool sort_numbers(Sort *sort)
{
    return sort_with(less_number, sort);
}

static NOINLINE bool sort_prefixes(Sort *sort)
{
    return sort_with(less_prefix, sort);
}

static NOINLINE bool sort_any(Sort *sort)
{
    return sort_with(less_any, sort);
}

/* ---- choosing the comparison */

/* Comparing keys from KEYS_TUPLES on may run Python code. */
typedef enum { KEYS_WORDS, KEYS_NUMBERS, KEYS_TEXTS, KEYS_TUPLES, KEYS_ANY } KeyKind;

static KeyKind key_kind(Value key)
{
    return is_int(key)                                           ? KEYS_WORDS
           : is_tagged_float(key) || has_shape(key, SHAPE_FLOAT) ? KEYS_NUMBERS
           : is_str_exact(key)                                   ? KEYS_TEXTS
           : has_shape(key, SHAPE_TUPLE) && tuple_length(key)    ? KEYS_TUPLES
                                                                 : KEYS_ANY;
}

static KeyKind kind_of_all(const Value *keys, intptr_t n)
{
    KeyKind kind = key_kind(keys[0]);
    for (intptr_t i = 1; i < n && kind != KEYS_ANY; i++) {
        let_stop(i);
        if (key_kind(keys[i]) != kind)
            kind = KEYS_ANY;
    }
    return kind;
}

/* ---- prefixes */

/* How keys begin: all with a value of one kind. */
typedef struct Beginning {
    KeyKind kind;  /* KEYS_WORDS, KEYS_NUMBERS or KEYS_TEXTS; else KEYS_ANY */
    bool narrow;   /* texts: all of characters below 256 */
    intptr_t skip; /* texts: characters at the start that all have in common */
} Beginning;

/* The key itself, or a tuple's first item. */
static Value first_part(Value key)
{
    return has_shape(key, SHAPE_TUPLE) ? tuple_get(key, 0) : key;
}

static intptr_t common_length(const char *a, const char *b, intptr_t n)
{
    intptr_t i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

static Beginning beginning_of_texts(const Value *keys, intptr_t n)
{
    Beginning b = {.kind = KEYS_TEXTS, .narrow = true};
    for (intptr_t i = 0; i < n && b.narrow; i++)
        b.narrow = ((Str *)first_part(keys[i]))->kind == 1;
    Value first = first_part(keys[0]);
    b.skip = b.narrow ? str_length(first) : 0;
    for (intptr_t i = 1; i < n && b.skip; i++) {
        Value text = first_part(keys[i]);
        intptr_t length = str_length(text);
        b.skip = common_length(((Str *)first)->data, ((Str *)text)->data,
                               length < b.skip ? length : b.skip);
    }
    return b;
}

static Beginning beginning_of(const Value *keys, intptr_t n)
{
    Beginning b = {.kind = key_kind(first_part(keys[0]))};
    for (intptr_t i = 0; i < n && b.kind < KEYS_TUPLES; i++) {
        let_stop(i + 1);
        Value part = first_part(keys[i]);
        if (key_kind(part) != b.kind || (b.kind == KEYS_NUMBERS && isnan(float_value(part))))
            b.kind = KEYS_ANY;
    }
    if (b.kind == KEYS_TEXTS)
        return beginning_of_texts(keys, n);
    if (b.kind >= KEYS_TUPLES)
        b.kind = KEYS_ANY;
    return b;
}

/* Eight characters, or two wide ones, as digits of a number. */
static uint64_t text_prefix(Value text, const Beginning *b)
{
    intptr_t length = str_length(text);
    uint64_t prefix = 0;
    if (b->narrow) {
        intptr_t n = length - b->skip < 8 ? length - b->skip : 8;
        memcpy(&prefix, ((Str *)text)->data + b->skip, (size_t)n);
        return be64toh(prefix);
    }
    for (intptr_t i = 0; i < 2; i++)
        prefix = prefix << 32 | (i < length ? str_char(text, i) : 0);
    return prefix;
}

#define SIGN (UINT64_C(1) << 63)

/* Negative numbers have all bits turned round, others the sign; there is one zero. */
static uint64_t number_prefix(double number)
{
    uint64_t bits;
    number += 0.0;
    memcpy(&bits, &number, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

static uint64_t prefix_of(Value key, const Beginning *b)
{
    Value part = first_part(key);
    return b->kind == KEYS_TEXTS     ? text_prefix(part, b)
           : b->kind == KEYS_NUMBERS ? number_prefix(float_value(part))
                                     : value_bits(part) ^ SIGN;
}

/* ---- the items */

static void fill_items(Sort *sort, const Value *keys, const Value *values, KeyKind kind,
                       const Beginning *beginning, bool reverse)
{
    for (intptr_t i = 0, n = sort->count; i < n; i++) {
        let_stop(i + 1);
        Item *item = &sort->items[reverse ? n - 1 - i : i];
        item->value = values[i]; /* NO_BARRIER: not traced, held elsewhere */
        if (beginning) {
            item->key.prefix = prefix_of(keys[i], beginning);
            item->place = &keys[i];
        } else if (kind == KEYS_NUMBERS) {
            item->key.number = float_value(keys[i]);
        } else {
            item->key.value = keys[i]; /* NO_BARRIER: not traced, held elsewhere */
        }
    }
}

/* Orders values[0..n) by keys[0..n); the result is in `sort`. */
static bool sort_values(Sort *sort, const Value *keys, const Value *values, intptr_t n,
                        bool reverse)
{
    Raw *work = TRY(raw_new((n + n / 2 + 1) * (intptr_t)sizeof(Item)));
    *sort = (Sort){.items = (Item *)(void *)work->data, .count = n};
    sort->spare = sort->items + n;
    KeyKind kind = kind_of_all(keys, n);
    Beginning beginning = {.kind = KEYS_ANY};
    if (kind == KEYS_TEXTS || kind == KEYS_TUPLES)
        beginning = beginning_of(keys, n);
    bool prefixed = beginning.kind != KEYS_ANY;
    fill_items(sort, keys, values, kind, prefixed ? &beginning : 0, reverse);
    TRY(prefixed               ? sort_prefixes(sort)
        : kind == KEYS_WORDS   ? sort_words(sort)
        : kind == KEYS_NUMBERS ? sort_numbers(sort)
                               : sort_any(sort));
    for (intptr_t i = 0; prefixed && i < n; i++) {
        let_stop(i + 1);
        sort->items[i].value = values[sort->items[i].place - keys]; /* NO_BARRIER: as above */
    }
    if (reverse) /* with the first reversal, this keeps equal items in their order */
        reverse_items(sort->items, n);
    return true;
}

/* ---- the list
 *
 * While Python code runs (key functions, __lt__) the list has an array that nobody else knows and
 * that is full, so that a change cannot go unseen. It is an empty one, as in CPython, if no other
 * thread can look; else others must not see a list without its items, and it has them all. */

static Array *install_marker(List *self, Array *snapshot, intptr_t n, bool empty)
{
    intptr_t size = empty ? 0 : n;
    Array *marker = TRY(array_new(size));
    values_copy(marker->items, snapshot->items, size); /* NO_BARRIER: fresh, or as old */
    WITH_LOCK (self) {
        if (self->length == n &&
            memcmp(self->items->items, snapshot->items, (size_t)n * sizeof(Value)) == 0) {
            store_release(&self->length, size);
            gc_store(self, &self->items, marker);
        }
    }
    return marker;
}

static bool is_unchanged_locked(List *self, Array *marker, Array *snapshot, intptr_t n)
{
    if (marker && self->items != marker)
        return false;
    if (marker && !marker->capacity)
        return self->length == 0;
    return self->length == n &&
           memcmp(self->items->items, snapshot->items, (size_t)n * sizeof(Value)) == 0;
}

static void publish_locked(List *self, Array *array, intptr_t n)
{
    gc_store(self, &self->items, array);
    store_release(&self->length, n);
}

static Array *keys_of(Array *values, intptr_t n, Value key)
{
    if (key == None)
        return values;
    Array *keys = TRY(array_new(n));
    for (intptr_t i = 0; i < n; i++) {
        Value k = TRY(call1(key, values->items[i]));
        gc_store(keys, &keys->items[i], k);
    }
    return keys;
}

/* Keys, then the order; the result is in `sort`. */
static bool find_order(Sort *sort, Array *snapshot, intptr_t n, Value key, bool reverse)
{
    Array *keys = TRY(keys_of(snapshot, n, key));
    return sort_values(sort, keys->items, snapshot->items, n, reverse);
}

bool list_sort_by(Value list, Value key, bool reverse)
{
    List *self = (List *)list;
    intptr_t n;
    Array *snapshot = TRY(list_snapshot(list, &n));
    if (!n || (n == 1 && key == None))
        return true;
    Array *marker = 0;
    bool runs_code = key != None || kind_of_all(snapshot->items, n) >= KEYS_TUPLES;
    bool hidden = runs_code && !is_shared(self);
    if (runs_code)
        marker = TRY(install_marker(self, snapshot, n, hidden));
    Sort sort;
    bool ok = find_order(&sort, snapshot, n, key, reverse), unchanged = false;
    WITH_LOCK (self) {
        unchanged = is_unchanged_locked(self, marker, snapshot, n);
        /* NO_BARRIER: the same values in another order; nobody else knows the snapshot */
        for (intptr_t i = 0; ok && (unchanged || hidden) && i < n; i++)
            snapshot->items[i] = sort.items[i].value;
        if (hidden || (ok && unchanged)) /* a hidden list gets its items back in any case */
            publish_locked(self, snapshot, n);
    }
    if (!ok || unchanged)
        return ok;
    if (!runs_code) /* another thread was quicker */
        return list_sort_by(list, key, reverse);
    return raise(ValueError, "list modified during sort");
}
