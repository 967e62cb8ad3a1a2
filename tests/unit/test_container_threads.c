/* Threads that change the same containers: nothing is lost, nothing is handed out twice. Worth most
 * under ThreadSanitizer and the sharing checker. */
#include <pthread.h>
#include "core/abstract.h"
#include "core/error.h"
#include "core/share.h"
#include "core/start.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/dict_iter.h"
#include "types/int.h"
#include "types/list.h"
#include "types/range.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"
#include "types/weakref.h"
#include "unit.h"

#define THREADS 4
#define ROUNDS  3000

static Value shared;      /* root */
static uint32_t failures; /* atomic */

typedef struct Job {
    void (*run)(int number);
    int number;
    Thread *thread;
} Job;

static void *enter(void *context)
{
    Job *job = context;
    if (thread_enter(job->thread, 0)) {
        job->run(job->number);
        if (error_pending())
            fetch_add_relaxed(&failures, 1u);
        error_clear();
        thread_leave(job->thread);
    } else {
        fetch_add_relaxed(&failures, 1u);
    }
    return 0;
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            if (fetch_add_relaxed(&failures, 1u) < 5)                                              \
                fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                    \
            return;                                                                                \
        }                                                                                          \
    } while (0)

/* Runs `run` on all threads at once, on `value`; false if anything failed. */
static bool run_threads(Value value, void (*run)(int number))
{
    pthread_t ids[THREADS];
    Job jobs[THREADS];
    share_process();
    root_store(&shared, value);
    store_relaxed(&failures, 0);
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (Job){run, i, thread_new()};
        if (pthread_create(&ids[i], 0, enter, &jobs[i]) != 0)
            return false;
    }
    for (int i = 0; i < THREADS; i++)
        BLOCKING
        {
            pthread_join(ids[i], 0);
        }
    return load_relaxed(&failures) == 0;
}

static void set_own_keys(int number)
{
    for (int i = 0; i < ROUNDS; i++) {
        Value key = int_from(i * THREADS + number);
        EXPECT(dict_set(shared, key, key));
        EXPECT(dict_get(shared, key) == key);
        if (i % 3 == 0)
            EXPECT(dict_pop(shared, key, 0) == key);
    }
}

UNIT(dict_loses_no_key)
{
    Value d = dict_new();
    CHECK(run_threads(d, set_own_keys));
    CHECK_INT(dict_length(d), THREADS * (ROUNDS - ROUNDS / 3));
    CHECK_INT(list_length(dict_keys_list(d)), dict_length(d));
}

static void set_default_texts(int number)
{
    for (int i = 0; i < ROUNDS; i++) {
        Value key = str_format("key %d", i % 700), own = tuple_of(int_from(number), int_from(i));
        Value there = dict_set_default(shared, key, own);
        EXPECT(there && dict_get(shared, key) == there);
    }
}

UNIT(dict_setdefault_stores_one_value)
{
    Value d = dict_new();
    CHECK(run_threads(d, set_default_texts));
    CHECK_INT(dict_length(d), 700);
}

static void pop_items(int number)
{
    Value key, value;
    if (number == 0) {
        for (int i = 0; i < ROUNDS; i++)
            EXPECT(dict_set(shared, int_from(-1 - i), None));
        return;
    }
    for (int i = 0; i < ROUNDS; i++) {
        if (dict_pop_last(shared, &key, &value))
            EXPECT(is_int(key));
        EXPECT(list_length(dict_items_list(shared)) >= 0);
    }
}

UNIT(dict_popitem_races_with_stores)
{
    Value d = dict_new();
    for (int i = 0; i < ROUNDS; i++)
        CHECK(dict_set(d, int_from(i), None));
    CHECK(run_threads(d, pop_items));
}

static void step_iterator(int number UNUSED)
{
    Value key, value, mine = list_new(0);
    while (dict_iterator_step((DictIterator *)tuple_get(shared, 0), &key, &value) > 0)
        EXPECT(list_append(mine, key));
    EXPECT(list_extend(tuple_get(shared, 1), mine));
}

UNIT(dict_iterator_gives_each_item_once)
{
    Value d = dict_new(), all = list_new(0);
    for (int i = 0; i < ROUNDS * THREADS; i++)
        CHECK(dict_set(d, int_from(i), None));
    CHECK(run_threads(tuple_of(dict_iterator_new(d, DICT_PART_KEYS), all), step_iterator));
    CHECK_INT(list_length(all), ROUNDS * THREADS);
    CHECK_INT(set_length(set_from_iterable(all)), ROUNDS * THREADS);
}

static void append_and_read(int number)
{
    for (int i = 0; i < ROUNDS; i++) {
        EXPECT(list_append(shared, int_from(number)));
        intptr_t n = list_length(shared);
        EXPECT(list_get(shared, n - 1) != 0);
        EXPECT(list_get(shared, i / 2) != 0);
    }
}

UNIT(list_loses_no_append)
{
    Value list = list_new(0);
    CHECK(run_threads(list, append_and_read));
    CHECK_INT(list_length(list), THREADS * ROUNDS);
}

static void push_and_pop(int number)
{
    for (int i = 0; i < ROUNDS; i++) {
        EXPECT(list_append(shared, int_from(number * ROUNDS + i)));
        Value last = list_pop(shared, i % 2 ? -1 : 0);
        EXPECT(last && is_int(last));
        list_get(shared, 0);
        if (i % 100 == 0) {
            EXPECT(list_reverse(shared));
            EXPECT(list_sort(shared));
            EXPECT(list_copy(shared));
        }
    }
}

UNIT(list_pops_while_others_append)
{
    Value list = list_new(0);
    CHECK(run_threads(list, push_and_pop));
    CHECK_INT(list_length(list), 0);
}

static void add_and_discard(int number)
{
    for (int i = 0; i < ROUNDS; i++) {
        Value item = int_from(i * THREADS + number);
        EXPECT(set_add(shared, item));
        EXPECT(set_contains(shared, item) == 1);
        if (i % 2)
            EXPECT(set_discard(shared, item) == 1);
        if (i % 500 == 0)
            EXPECT(set_items_list(shared));
    }
}

UNIT(set_loses_no_item)
{
    Value set = set_new();
    CHECK(run_threads(set, add_and_discard));
    CHECK_INT(set_length(set), THREADS * ROUNDS / 2);
}

static void reference_weakly(int number UNUSED)
{
    for (int i = 0; i < ROUNDS; i++) {
        Value ref = weakref_new(shared);
        EXPECT(ref && weakref_target(ref) == shared);
        Value own = set_new();
        EXPECT(weakref_target(weakref_new(own)) == own);
        EXPECT(weakref_new_with(&weakref_type, shared, None));
    }
}

UNIT(weak_references_from_all_threads)
{
    CHECK(run_threads(set_new(), reference_weakly));
}

UNIT_MAIN_WITH({
    if (!gc_start() || !thread_start_main() || !core_start())
        return 2;
    gc_add_root(&shared, 1);
})
