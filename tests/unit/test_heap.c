#include <sys/resource.h>
#include "gc/block.h"
#include "gc/mark.h"
#include "heap_fixture.h"

/* Sanitizers and -O0 cost a factor of ten. */
#if defined(__OPTIMIZE__) && !THREAD_SANITIZER && !ADDRESS_SANITIZER
#define MANY 10000000
#else
#define MANY 1000000
#endif

static Value roots[8];

UNIT(objects_are_zeroed_and_apart)
{
    for (size_t bytes = sizeof(Object); bytes < 100000; bytes += bytes / 8 + 8) {
        char *previous = NULL;
        for (int i = 0; i < 20; i++) {
            char *p = gc_alloc(SHAPE_BLOB, bytes);
            CHECK(p && !((uintptr_t)p & 7));
            CHECK(gc_cell_size(p) >= bytes);
            for (size_t k = sizeof(Object); k < bytes; k++)
                CHECK(p[k] == 0);
            memset(p + sizeof(Object), 0xee, bytes - sizeof(Object));
            CHECK(!previous || p >= previous + bytes || p + bytes <= previous);
            CHECK((char *)gc_object_at(p + bytes - 1) == p);
            CHECK((char *)gc_object_at(p + bytes / 2) == p);
            previous = p;
        }
    }
    collect(2);
}

UNIT(waste_is_bounded)
{
    for (size_t bytes = 129; bytes <= 4096; bytes++)
        CHECK((gc_class_size(bytes) - bytes) * 8 <= gc_class_size(bytes));
    for (size_t bytes = 16; bytes <= 128; bytes++)
        CHECK(gc_class_size(bytes) - bytes < 8 &&
              gc_class_size(bytes) == gc_class_bytes[gc_size_class(bytes, false)] &&
              gc_class_size(bytes) == gc_class_bytes[gc_size_class(bytes, true)]);
}

__attribute__((noinline)) static void make_garbage(int count)
{
    for (int i = 0; i < count; i++) {
        Pair *a = pair_new(NULL, NULL), *b = pair_new((Value)a, int_small(i));
        gc_store(a, &a->first, (Value)b); /* a cycle */
    }
}

UNIT(cycles_die)
{
    collect(2);
    size_t before = count_objects();
    make_garbage(10000);
    CHECK(count_objects() >= before + 20000);
    CHECK(collect(2) >= 19990);
    CHECK(count_objects() <= before + 10);
}

UNIT(roots_keep)
{
    gc_add_root(roots, COUNT_OF(roots));
    roots[0] = (Value)pair_new((Value)pair_new(NULL, int_small(7)), NULL);
    collect(2);
    collect(0);
    Pair *inner = (Pair *)((Pair *)roots[0])->first;
    CHECK(inner->second == int_small(7));
    CHECK(gc_object_at(inner) == (Object *)inner);
    roots[0] = NULL;
}

/* A pointer into the middle, in a local variable only, keeps the whole object. */
UNIT(interior_pointers_keep)
{
    Array *array = array_new(5000);
    Value *volatile slot = &array->items[3000];
    Pair *pair = pair_new(NULL, int_small(9));
    gc_store(array, slot, (Value)pair);
    array = NULL;
    pair = NULL;
    collect(2);
    make_garbage(1000);
    CHECK(((Pair *)*slot)->second == int_small(9));
}

UNIT(registers_are_roots)
{
    static Value registers[16];
    main_thread.registers = registers;
    main_thread.registers_top = registers + 8;
    registers[3] = (Value)pair_new(NULL, int_small(3));
    collect(2);
    CHECK(((Pair *)registers[3])->second == int_small(3));
    CHECK(gc_object_at(registers[3]));
    main_thread.registers = main_thread.registers_top = NULL;
}

/* In functions of their own, so that no register keeps the list. */
static int list_goal;

__attribute__((noinline)) static void make_list(void)
{
    roots[0] = NULL;
    for (int i = 0; i < list_goal; i++)
        roots[0] = (Value)pair_new(roots[0], NULL);
}

static size_t list_length;

static void measure_list(void)
{
    list_length = 0;
    for (Pair *p = (Pair *)roots[0]; p; p = (Pair *)p->first)
        list_length++;
}

UNIT(deep_lists_need_no_recursion)
{
    list_goal = MANY;
    deeper(make_list);
    gc_collect(2);
    deeper(measure_list);
    CHECK_INT(list_length, MANY);
    roots[0] = NULL;
    CHECK(collect(2) >= MANY - 10);
}

/* Wide and deep at once, with a mark stack of one chunk: what does not fit is found again. */
UNIT(mark_stack_overflow_is_harmless)
{
    Array *top = array_new(3000);
    roots[0] = (Value)top;
    for (int i = 0; i < 3000; i++) {
        Pair *pair = pair_new((Value)pair_new(NULL, int_small(i)), int_small(i));
        gc_store(top, &top->items[i], (Value)pair);
    }
    collect(2);
    size_t before = count_objects();
    mark_chunk_limit = 1;
    collect(2);
    mark_chunk_limit = SIZE_MAX;
    CHECK_INT(count_objects(), before);
    for (int i = 0; i < 3000; i++) {
        Pair *pair = (Pair *)top->items[i];
        CHECK(((Pair *)pair->first)->second == int_small(i));
    }
    roots[0] = NULL;
}

enum { REFILLED = 3, REFILLED_ITEMS = 3000 };
static Value refilled[REFILLED];

__attribute__((noinline)) static void refill(void)
{
    for (int k = 0; k < REFILLED; k++) {
        Array *top = (Array *)refilled[k];
        for (int i = 0; i < REFILLED_ITEMS; i++) {
            Pair *pair = pair_new((Value)pair_new(NULL, int_small(i)), int_small(i));
            gc_store(top, &top->items[i], (Value)pair);
        }
    }
}

/* What an old object refers to, too, though it is not traced twice in a young collection. */
UNIT(mark_stack_overflow_of_the_remembered_is_harmless)
{
    gc_add_root(refilled, REFILLED);
    for (int k = 0; k < REFILLED; k++)
        refilled[k] = (Value)array_new(REFILLED_ITEMS);
    collect(0);
    collect(0);
    CHECK(((Array *)refilled[0])->header.flags & FLAG_OLD);
    deeper(refill);
    mark_chunk_limit = 1;
    collect(0);
    mark_chunk_limit = SIZE_MAX;
    for (int k = 0; k < REFILLED; k++)
        for (int i = 0; i < REFILLED_ITEMS; i++)
            CHECK(gc_object_at(((Array *)refilled[k])->items[i]));
    gc_remove_root(refilled);
}

UNIT(young_collections_use_the_barrier)
{
    roots[0] = (Value)pair_new(NULL, NULL);
    collect(0);
    Pair *old = (Pair *)roots[0];
    CHECK(old->header.flags & FLAG_OLD);
    gc_store(old, &old->first, (Value)pair_new(NULL, int_small(5)));
    CHECK(!(old->header.flags & FLAG_OLD));
    make_garbage(1000);
    CHECK(collect(0) >= 1990);
    CHECK(old->header.flags & FLAG_OLD);
    CHECK(((Pair *)old->first)->second == int_small(5));
    make_garbage(1000);
    CHECK(((Pair *)old->first)->second == int_small(5));
    /* Old garbage waits for a full collection. */
    gc_store(old, &old->first, (Value)NULL);
    CHECK_INT(collect(0) >= 1990, 1);
    CHECK(collect(2) >= 1);
    roots[0] = NULL;
}

__attribute__((noinline)) static void store_large_leaf(Pair *container)
{
    gc_store(container, &container->first, (Value)gc_alloc_leaf(SHAPE_RAW, 50000));
    memset((char *)container->first + sizeof(Object), 0xaa, 50000 - sizeof(Object));
}

UNIT(large_leaves_stay_young)
{
    Pair *old = pair_new(NULL, NULL);
    roots[0] = (Value)old;
    collect(0);
    store_large_leaf(old);
    for (int i = 0; i < 4; i++) {
        collect(0);
        CHECK(!(old->header.flags & FLAG_OLD) && !gc_is_marked(old->first));
        gc_verify();
    }
    collect(0);
    CHECK((old->header.flags & FLAG_OLD) && gc_is_marked(old->first));
    CHECK(((unsigned char *)old->first)[49999] == 0xaa);
    /* What is replaced meanwhile does not wait for a full collection, and nor does it if the
     * container was as new. */
    old = NULL;
    for (int i = 0; i < 2; i++) {
        roots[0] = i ? roots[0] : (Value)pair_new(NULL, NULL);
        store_large_leaf((Pair *)roots[0]);
        collect(0);
        gc_store((Pair *)roots[0], &((Pair *)roots[0])->first, (Value)NULL);
        size_t before = count_objects();
        collect(0);
        CHECK(count_objects() < before);
    }
    gc_verify();
    roots[0] = NULL;
}

/* As a snapshot is that waited for a lock: a collection came between, and the barrier does not. */
UNIT(what_waited_is_fresh_again)
{
    Array *array = array_new(100);
    roots[0] = (Value)array;
    collect(0);
    CHECK(array->header.flags & FLAG_OLD);
    gc_fresh_again(array);
    for (int i = 0; i < 100; i++)
        array->items[i] = (Value)pair_new(NULL, int_small(i));
    collect(0);
    make_garbage(1000);
    for (int i = 0; i < 100; i++)
        CHECK(((Pair *)array->items[i])->second == int_small(i));
    gc_verify();
    roots[0] = NULL;
}

UNIT(ranges_are_moved_and_remembered)
{
    Array *array = array_new(100);
    roots[0] = (Value)array;
    collect(0);
    Value values[50];
    for (int i = 0; i < 50; i++)
        values[i] = (Value)pair_new(NULL, int_small(i));
    gc_store_range(array, array->items, values, 50);
    gc_store_range(array, array->items + 1, array->items, 50);
    memset(values, 0, sizeof values);
    collect(0);
    CHECK(array->items[0] == array->items[1]);
    for (int i = 0; i < 50; i++)
        CHECK(((Pair *)array->items[i + 1])->second == int_small(i));
    roots[0] = NULL;
}

UNIT(instances_keep_their_class)
{
    Pair *class = pair_new(NULL, int_small(1));
    shape_region[SHAPE_INSTANCE].type = (Type *)class;
    roots[0] = gc_alloc(SHAPE_INSTANCE, sizeof(Pair));
    class = NULL;
    collect(2);
    make_garbage(100);
    CHECK(((Pair *)shape_region[SHAPE_INSTANCE].type)->second == int_small(1));
    roots[0] = NULL;
    collect(2);
}

/* A function of its own, so that the last ones are all that a stack may still hold. */
__attribute__((noinline)) static void make_large(size_t bytes)
{
    char *p = gc_alloc_leaf(SHAPE_RAW, bytes);
    CHECK(p);
    memset(p + sizeof(Object), 0xaa, bytes - sizeof(Object));
    char *q = gc_alloc(SHAPE_RAW, bytes);
    for (size_t i = sizeof(Object); i < bytes; i += 512)
        CHECK(q[i] == 0);
    CHECK(q[bytes - 1] == 0);
}

UNIT(large_objects_come_and_go)
{
    for (int round = 0; round < 200; round++)
        make_large(20000 + (size_t)round * 37777);
    for (int round = 0; round < 20; round++)
        make_large(20000);
    collect(2);
    GcStats stats;
    gc_stats(&stats);
    CHECK(stats.bytes_live < (size_t)20 << 20);
}

UNIT(large_objects_grow_in_place)
{
    Array *array = array_new(10000);
    size_t before = gc_cell_size(array);
    array->items[9999] = int_small(1);
    if (gc_extend(array, before * 3)) {
        CHECK(gc_cell_size(array) >= before * 3);
        char *p = (char *)array;
        for (size_t i = before; i < before * 3; i++)
            CHECK(p[i] == 0);
        CHECK((Array *)gc_object_at(p + before * 3 - 1) == array);
    }
    CHECK(!gc_extend(array, (size_t)1 << 50));
    CHECK(array->items[9999] == int_small(1));
}

UNIT(absurd_sizes_fail)
{
    CHECK(!gc_alloc(SHAPE_RAW, (size_t)8 << 50));
    CHECK(!gc_alloc(SHAPE_RAW, SIZE_MAX));
    CHECK(!gc_alloc_leaf(SHAPE_RAW, SIZE_MAX - 4096));
}

/* ---- Finalisers and weak references --------------------------------------------------- */

static Pair *weak_target;
static int weak_cleared, finalisers_run, released;
static bool cleared_before_finaliser;
static Object *revived;

static void test_run_later(Object *object, uint32_t owner UNUSED)
{
    finalisers_run++;
    cleared_before_finaliser = weak_cleared;
    object->flags |= FLAG_FINALIZED;
    revived = object;
}

static bool test_wants_finaliser(Object *object)
{
    return object->shape == SHAPE_PAIR && !(object->flags & FLAG_FINALIZED);
}

static void test_release(Object *object)
{
    (void)object;
    released++;
}

static void test_clear_weak(bool full UNUSED)
{
    if (weak_target && !gc_is_marked((Object *)weak_target)) {
        weak_target = NULL;
        weak_cleared = 1;
    }
}

static void make_finalisable(void)
{
    Pair *pair = pair_new((Value)pair_new(NULL, int_small(77)), NULL);
    gc_register_finaliser((Object *)pair);
    weak_target = pair;
    for (int i = 0; i < 5; i++) {
        Object *blob = gc_alloc(SHAPE_BLOB, 40);
        gc_register_finaliser(blob);
    }
}

UNIT(finalisers_come_after_weak_references)
{
    gc_hooks = (GcHooks){.run_later = test_run_later,
                         .wants_finaliser = test_wants_finaliser,
                         .release = test_release,
                         .clear_weak = test_clear_weak};
    gc_add_root((Value *)&revived, 1);
    deeper(make_finalisable);
    collect(0);
    CHECK_INT(weak_cleared, 1);
    CHECK_INT(finalisers_run, 1);
    CHECK(cleared_before_finaliser);
    CHECK(released >= 4);
    /* Revived whole. */
    CHECK(((Pair *)((Pair *)revived)->first)->second == int_small(77));
    collect(2);
    CHECK_INT(finalisers_run, 1);
    int before = released;
    revived = NULL;
    collect(2);
    CHECK_INT(released, before + 1);
    gc_remove_root((Value *)&revived);
    gc_hooks = (GcHooks){0};
}

/* ---- Pacing --------------------------------------------------------------------------- */

UNIT(short_lived_objects_need_little_memory)
{
    collect(2);
    GcStats before, after;
    gc_stats(&before);
    for (int i = 0; i < 5 * MANY; i++) {
        Pair *volatile pair = gc_alloc_fast(gc_self, SHAPE_PAIR, sizeof(Pair));
        CHECK(pair != NULL);
    }
    gc_stats(&after);
    CHECK(after.young_collections > before.young_collections);
    CHECK(after.bytes_reserved < before.bytes_live + ((size_t)64 << 20));
}

UNIT(memory_is_given_back)
{
    list_goal = 2000000;
    deeper(make_list);
    GcStats full, empty;
    gc_stats(&full);
    roots[0] = NULL;
    collect(2);
    gc_stats(&empty);
    CHECK(full.bytes_reserved > (size_t)60 << 20);
    CHECK(empty.bytes_reserved < (size_t)24 << 20);
}

UNIT(external_bytes_pace)
{
    GcStats before, after;
    gc_stats(&before);
    for (int i = 0; i < 100; i++) {
        gc_external_bytes(10 << 20);
        if (main_thread.poll)
            gc_poll_slow(&main_thread);
        gc_external_bytes(-(10 << 20));
    }
    gc_stats(&after);
    CHECK(after.young_collections + after.full_collections >=
          before.young_collections + before.full_collections + 20);
}

UNIT(stress_collects_and_fails)
{
    GcStats before, after;
    gc_stats(&before);
    gc_stress(10, 0);
    for (int i = 0; i < 200; i++)
        roots[0] = (Value)pair_new(i % 20 ? roots[0] : NULL, NULL);
    gc_stress(0, 0);
    gc_stats(&after);
    CHECK(after.young_collections >= before.young_collections + 15);
    gc_stress(0, 5);
    for (int i = 1; i <= 8; i++)
        CHECK((gc_alloc(SHAPE_BLOB, 24) == NULL) == (i == 5));
    gc_stress(0, 0);
    roots[0] = NULL;
}

/* A random graph, mutated between collections, against a copy of it in plain memory. */
UNIT(random_graph_survives)
{
    enum { NODES = 2000 };
    static int edges[NODES][2];
    Array *nodes = array_new(NODES);
    roots[0] = (Value)nodes;
    unsigned seed = 12345;
    for (int i = 0; i < NODES; i++) {
        Pair *pair = pair_new(NULL, NULL);
        pair->number = i;
        gc_store(nodes, &nodes->items[i], (Value)pair);
        edges[i][0] = edges[i][1] = -1;
    }
    for (int step = 0; step < 200000; step++) {
        seed = seed * 1664525 + 1013904223;
        int from = (int)(seed >> 8) % NODES, to = (int)(seed >> 4) % NODES,
            which = (int)(seed >> 30) & 1;
        Pair *a = (Pair *)nodes->items[from], *b = (Pair *)nodes->items[to];
        gc_store(a, which ? &a->second : &a->first, (Value)b);
        edges[from][which] = to;
        if (step % 7 == 0) { /* replace a node by a fresh one that refers to the same */
            Pair *fresh = pair_new(b->first, b->second);
            fresh->number = to;
            for (int i = 0; i < NODES; i++)
                for (int k = 0; k < 2 && step % 4096 == 0; k++)
                    if (edges[i][k] == to)
                        edges[i][k] = -1;
            if (step % 4096 == 0) {
                for (int i = 0; i < NODES; i++) {
                    Pair *p = (Pair *)nodes->items[i];
                    if (p->first == (Value)b)
                        gc_store(p, &p->first, (Value)NULL);
                    if (p->second == (Value)b)
                        gc_store(p, &p->second, (Value)NULL);
                }
                if (fresh->first == (Value)b)
                    gc_store(fresh, &fresh->first, (Value)NULL);
                if (fresh->second == (Value)b)
                    gc_store(fresh, &fresh->second, (Value)NULL);
                gc_store(nodes, &nodes->items[to], (Value)fresh);
            }
        }
        if (step % 5000 == 0)
            collect(step % 20000 == 0 ? 2 : 0);
    }
    for (int i = 0; i < NODES; i++) {
        Pair *pair = (Pair *)nodes->items[i];
        CHECK_INT(pair->number, i);
        for (int k = 0; k < 2; k++) {
            Value target = k ? pair->second : pair->first;
            CHECK_INT(target ? ((Pair *)target)->number : -1, edges[i][k]);
        }
    }
    roots[0] = NULL;
}

HEAP_TEST_MAIN()
