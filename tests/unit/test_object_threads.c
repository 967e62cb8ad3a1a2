/* Threads that change the same instances and classes: no attribute is lost, no value appears that
 * was never stored, and a change of a class is seen. Worth most under ThreadSanitizer and the
 * sharing checker. */
#include <pthread.h>
#include "core/abstract.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/start.h"
#include "core/thread.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "unit.h"

#define THREADS 4
#define ROUNDS  2000

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

static Value new_class(const char *name, Value base, const char *slots)
{
    Value namespace = dict_new();
    if (slots && !dict_set_cstring(namespace, "__slots__", str_from_cstring(slots)))
        return 0;
    return type_new_class(&type_type, str_intern_cstring(name), tuple_of(base), namespace, 0, 0, 0);
}

static Value attribute(int number, int i)
{
    return str_intern(str_format("a%d_%d", number, i));
}

/* ---- instances ---------------------------------------------------------------------------------
 */

static void add_attributes(int number)
{
    for (int i = 0; i < 12; i++)
        EXPECT(set_attr(shared, attribute(number, i), int_from(i)));
    for (int i = 0; i < 12; i++)
        EXPECT(get_attr(shared, attribute(number, i)) == int_from(i));
}

UNIT(added_attributes_are_not_lost)
{
    Value cls = new_class("A", (Value)&object_type, 0);
    for (int round = 0; round < 50; round++) {
        Value o = call0(cls);
        CHECK(run_threads(o, add_attributes));
        for (int n = 0; n < THREADS; n++)
            for (int i = 0; i < 12; i++)
                CHECK(get_attr(o, attribute(n, i)) == int_from(i));
    }
}

/* One thread deletes, which moves the object to dictionary mode; the others read and write. */
static void change_one_attribute(int number)
{
    Value name = str_intern_cstring("x"), value;
    for (int i = 0; i < 300; i++) {
        if (number == 0 && i % 100 == 50) {
            bool found;
            EXPECT(instance_store(shared, name, 0, &found));
        } else if (number == 1) {
            EXPECT(set_attr(shared, name, str_from_cstring("text")));
        } else if (number == 2) {
            EXPECT(set_attr(shared, name, tuple_of(int_from(i))));
        } else {
            EXPECT(get_attr_optional(shared, name, &value));
            EXPECT(!value || is_str(value) || is_tuple(value));
        }
    }
}

UNIT(deleting_races_with_reading_and_writing)
{
    Value cls = new_class("A", (Value)&object_type, 0);
    for (int round = 0; round < 50; round++) {
        Value o = call0(cls);
        for (int i = 0; i < round % 7; i++)
            CHECK(set_attr(o, attribute(0, i), None));
        CHECK(run_threads(o, change_one_attribute));
    }
}

static void ask_for_dict(int number)
{
    Value mine = attribute(number, 0);
    for (int i = 0; i < 20; i++) {
        EXPECT(set_attr(shared, mine, int_from(i)));
        if (i == 10) {
            Value dict = instance_dict(shared);
            EXPECT(dict && dict_get(dict, mine) == int_from(i));
        }
        EXPECT(get_attr(shared, mine) == int_from(i));
    }
}

UNIT(dict_of_an_instance_is_its_storage)
{
    Value cls = new_class("A", (Value)&object_type, 0);
    for (int round = 0; round < 50; round++) {
        Value o = call0(cls);
        CHECK(run_threads(o, ask_for_dict));
        CHECK_INT(dict_length(instance_dict(o)), THREADS);
    }
}

static void change_fields(int number)
{
    Value names_of_fields[] = {str_intern_cstring("x"), str_intern_cstring("y")};
    Value name = names_of_fields[number & 1], value;
    for (int i = 0; i < ROUNDS; i++) {
        if (number < 2)
            EXPECT(set_attr(shared, name, str_format("%d", i)));
        EXPECT(get_attr_optional(shared, name, &value));
        EXPECT(!value || is_str(value));
    }
}

UNIT(fields_of_slots)
{
    Value cls = new_class("S", (Value)&object_type, "x");
    Value derived = new_class("T", cls, "y");
    CHECK(run_threads(call0(derived), change_fields));
}

/* ---- classes
 * ------------------------------------------------------------------------------------- */

static void set_class_attributes(int number)
{
    Value mine = attribute(number, 1), cls = (Value)type_of(shared);
    for (int i = 0; i < ROUNDS; i++) {
        Value v = int_from(i);
        if (i % 50 == 49)
            EXPECT(set_attr(cls, mine, 0) && !type_lookup((Type *)cls, mine));
        EXPECT(set_attr(cls, mine, v));
        EXPECT(get_attr(cls, mine) == v);
        EXPECT(get_attr(shared, mine) == v);
    }
}

UNIT(changes_of_a_class_are_seen)
{
    Value cls = new_class("A", (Value)&object_type, 0);
    CHECK(run_threads(call0(cls), set_class_attributes));
}

/* A cached place in a class dict is void when the dict grows, whatever name made it grow. */
UNIT(growth_of_a_class_dict_voids_cached_places)
{
    Value cls = new_class("G", (Value)&object_type, 0), name = str_intern_cstring("place");
    for (int i = 0; i < 100; i++) {
        CHECK(set_attr(cls, name, int_from(i)));
        CHECK(get_attr(cls, name) == int_from(i));
        CHECK(set_attr(cls, attribute(7, i), None));
        CHECK(set_attr(cls, name, int_from(-i)));
        CHECK(get_attr(cls, name) == int_from(-i));
    }
}

static Value flip_classes[2]; /* root */

static void flip_class(int number)
{
    Value name = str_intern_cstring("x"), kind = str_intern_cstring("kind");
    for (int i = 0; i < ROUNDS; i++) {
        if (number == 0) {
            EXPECT(set_attr(shared, names.__class__, flip_classes[i & 1]));
        } else if (number == 1) {
            EXPECT(set_attr(shared, name, int_from(i)));
        } else {
            EXPECT(is_int_any(get_attr(shared, name)));
            EXPECT(is_int_any(get_attr(shared, kind)));
        }
    }
}

UNIT(class_assignment_keeps_attributes)
{
    for (int i = 0; i < 2; i++) {
        root_store(&flip_classes[i], new_class("F", (Value)&object_type, 0));
        CHECK(set_attr(flip_classes[i], str_intern_cstring("kind"), int_from(i)));
    }
    Value o = call0(flip_classes[0]);
    CHECK(set_attr(o, str_intern_cstring("x"), int_from(0)));
    CHECK(run_threads(o, flip_class));
}

static void make_classes(int number)
{
    for (int i = 0; i < 60; i++) {
        Value cls = new_class("D", shared, 0);
        EXPECT(cls);
        Value o = call0(cls);
        EXPECT(set_attr(o, attribute(number, i), cls));
        EXPECT(get_attr(o, attribute(number, i)) == cls);
        EXPECT(type_subclasses_list((Type *)shared));
        EXPECT(set_attr(shared, attribute(number, i), int_from(i)));
        EXPECT(get_attr(o, attribute(number, i)) == cls);
    }
}

UNIT(classes_are_made_while_their_base_changes)
{
    Value base = new_class("Base", (Value)&object_type, 0);
    CHECK(run_threads(base, make_classes));
    gc_collect(2);
    CHECK(list_length(type_subclasses_list((Type *)base)) <= THREADS);
}

UNIT_MAIN_WITH({
    if (!gc_start() || !thread_start_main() || !core_start())
        return 2;
    gc_add_root(&shared, 1);
    gc_add_root(flip_classes, 2);
})
