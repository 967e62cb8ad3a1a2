/* _bisect: binary search in sorted sequences. Into a list with plain comparisons insort() is done
 * under its lock. Others run Python code, so no lock is held; the sequence may change meanwhile,
 * and an index beyond its end is the sequence's own error. */
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "types/int.h"
#include "types/list.h"
#include "types/plain_order.h"

typedef struct Search {
    Value sequence, x, key; /* key: None for none */
    intptr_t low, high;
    bool to_end;
} Search;

static bool search_start(Search *s, Value sequence, Value x, Value low, Value high, Value key)
{
    *s = (Search){.sequence = sequence, .x = x, .key = key, .high = -1};
    TRY(index_as_intptr(low, &s->low));
    if (s->low < 0)
        return raise(ValueError, "lo must be non-negative");
    if (high != None)
        TRY(index_as_intptr(high, &s->high));
    s->to_end = s->high == -1; /* also if it was given */
    if (!s->to_end)
        return true;
    s->high = object_length(sequence);
    return s->high >= 0;
}

/* The leftmost place, or the one after all equal items. -1: failure. */
static intptr_t search(Search *s, bool right)
{
    while (s->low < s->high) {
        intptr_t middle = (intptr_t)(((uintptr_t)s->low + (uintptr_t)s->high) / 2);
        Value item = TRY_OR(sequence_item(s->sequence, middle), -1);
        if (s->key != None)
            item = TRY_OR(call1(s->key, item), -1);
        Value less =
            right ? object_compare(s->x, item, CMP_LT) : object_compare(item, s->x, CMP_LT);
        int truth = TRY_NOT_NEGATIVE(object_truth(TRY_OR(less, -1)), -1);
        if (truth == right)
            s->high = middle;
        else
            s->low = middle + 1;
    }
    return s->low;
}

static Value bisect(Value *args, bool right)
{
    Search s;
    TRY(search_start(&s, args[0], args[1], args[2], args[3], args[4]));
    intptr_t index = TRY_NOT_NEGATIVE(search(&s, right), 0);
    return int_from(index);
}

static PlainResult insort_locked(List *list, Search s, bool right)
{
    if (s.high > list->length)
        return NOT_PLAIN;
    while (s.low < s.high) {
        intptr_t middle = s.low + (s.high - s.low) / 2;
        Value item = list->items->items[middle];
        int less = right ? plain_less(s.x, item) : plain_less(item, s.x);
        if (less < 0)
            return NOT_PLAIN;
        if (less == right)
            s.high = middle;
        else
            s.low = middle + 1;
    }
    intptr_t at = s.low < list->length ? s.low : list->length;
    return list_splice_locked(list, at, 0, &s.x, 1) ? PLAIN_DONE : PLAIN_FAILED;
}

/* Of an exact list without a key. */
static PlainResult insort_plain(Value list, Search s, bool right)
{
    List *self = (List *)list;
    WITH_LOCK (self) {
        if (s.to_end)
            s.high = self->length;
        return insort_locked(self, s, right);
    }
    UNREACHABLE();
}

static Value insort(Value *args, bool right)
{
    Search s;
    Value x = args[4] == None ? args[1] : TRY(call1(args[4], args[1]));
    TRY(search_start(&s, args[0], x, args[2], args[3], args[4]));
    if (has_shape(args[0], SHAPE_LIST) && args[4] == None) {
        PlainResult result = insort_plain(args[0], s, right);
        if (result != NOT_PLAIN)
            return result == PLAIN_DONE ? None : 0;
    }
    intptr_t index = TRY_NOT_NEGATIVE(search(&s, right), 0);
    if (has_shape(args[0], SHAPE_LIST))
        return list_insert(args[0], index, args[1]) ? None : 0;
    TRY(call_method2(args[0], names.insert, TRY(int_from(index)), args[1]));
    return None;
}

#define SIGNATURE "a, x, lo=0, hi=None, *, key=None"

FUNCTION(bisect_right, "bisect_right", SIGNATURE,
         "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return "
         "value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.")
{
    return bisect(args, true);
}

FUNCTION(bisect_left, "bisect_left", SIGNATURE,
         "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return "
         "value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.")
{
    return bisect(args, false);
}

FUNCTION(insort_right, "insort_right", SIGNATURE,
         "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in "
         "a, insert it to the right of the rightmost x.")
{
    return insort(args, true);
}

FUNCTION(insort_left, "insort_left", SIGNATURE,
         "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in "
         "a, insert it to the left of the leftmost x.")
{
    return insort(args, false);
}

static MethodDef *const functions[] = {M(bisect_right), M(bisect_left), M(insort_right),
                                       M(insort_left), 0};

const ModuleDef module__bisect = {"_bisect", "Bisection algorithms.", functions, 0};
