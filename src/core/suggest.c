/* Edit distance (Wagner and Fischer, "The String-to-String Correction Problem", 1974) where
 * a substitution or an insertion costs two and a change of case one, with the limits on length
 * and distance that CPython applies. */
#include "core/suggest.h"

#include "core/iterate.h"
#include "types/str.h"

enum { MOVE_COST = 2, CASE_COST = 1, MAX_LENGTH = 40, MAX_CANDIDATES = 750 };

static int substitution_cost(char a, char b)
{
    if (a == b)
        return 0;
    if (a >= 'A' && a <= 'Z')
        a = (char)(a + 32);
    if (b >= 'A' && b <= 'Z')
        b = (char)(b + 32);
    return a == b ? CASE_COST : MOVE_COST;
}

/* The distance, or a number above `limit` if it is larger than that. */
static int edit_distance(const char *a, size_t a_size, const char *b, size_t b_size, int limit)
{
    while (a_size && b_size && *a == *b)
        a++, b++, a_size--, b_size--;
    while (a_size && b_size && a[a_size - 1] == b[b_size - 1])
        a_size--, b_size--;
    if (!a_size || !b_size)
        return (int)(a_size + b_size) * MOVE_COST;
    if (a_size > MAX_LENGTH || b_size > MAX_LENGTH)
        return limit + 1;
    int row[MAX_LENGTH + 1];
    for (size_t j = 0; j <= a_size; j++)
        row[j] = (int)j * MOVE_COST;
    for (size_t i = 1; i <= b_size; i++) {
        int diagonal = row[0], smallest;
        smallest = row[0] = (int)i * MOVE_COST;
        for (size_t j = 1; j <= a_size; j++) {
            int change = diagonal + substitution_cost(a[j - 1], b[i - 1]);
            int move = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + MOVE_COST;
            diagonal = row[j];
            row[j] = change < move ? change : move;
            if (row[j] < smallest)
                smallest = row[j];
        }
        if (smallest > limit)
            return limit + 1;
    }
    return row[a_size];
}

Value suggest_name(Value candidates, Value name)
{
    size_t name_size, seen = 0;
    const char *text = str_utf8_lossy(name, &name_size);
    if (!text)
        return 0;
    Value best = 0;
    int best_distance = INT32_MAX;
    ITERATE(candidate, candidates)
    {
        if (++seen > MAX_CANDIDATES)
            return 0;
        if (!is_str(candidate) || str_equal(candidate, name))
            continue;
        size_t size;
        const char *other = str_utf8_lossy(candidate, &size);
        if (!other)
            return 0;
        int limit = (int)(name_size + size + 3) * MOVE_COST / 6;
        if (limit > best_distance - 1)
            limit = best_distance - 1;
        int distance = edit_distance(text, name_size, other, size, limit);
        if (distance <= limit) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}
