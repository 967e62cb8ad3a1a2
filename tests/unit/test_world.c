#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/lock.h"
#include "gc/mark.h"
#include "gc/world.h"
#include "heap_fixture.h"

#define THREADS 6

/* A stand-in for core's Thread: attaches, runs, detaches. */
typedef struct Mutator {
    GcThread gc; /* first */
    pthread_t thread;
    void (*run)(struct Mutator *self);
    int index;
    long result;
    bool failed;
} Mutator;

static void poll(GcThread *self)
{
    if (load_relaxed(&self->poll))
        gc_poll_slow(self);
}

static void *mutator_main(void *argument)
{
    Mutator *self = argument;
    if (!gc_attach(&self->gc, __builtin_frame_address(0))) {
        self->failed = true;
        return NULL;
    }
    void (*volatile run)(Mutator *) = self->run;
    run(self);
    gc_detach(&self->gc);
    return NULL;
}

static void start(Mutator *mutators, int count, void (*run)(Mutator *))
{
    memset(mutators, 0, (size_t)count * sizeof *mutators);
    for (int i = 0; i < count; i++) {
        mutators[i].run = run;
        mutators[i].index = i;
        pthread_create(&mutators[i].thread, NULL, mutator_main, &mutators[i]);
    }
}

static bool join(Mutator *mutators, int count)
{
    bool good = true;
    gc_enter_native(gc_self);
    for (int i = 0; i < count; i++) {
        pthread_join(mutators[i].thread, NULL);
        good = good && !mutators[i].failed;
    }
    gc_leave_native(gc_self);
    return good;
}

static Value roots[THREADS];

/* ---- Allocation ------------------------------------------------------------------------ */

/* Each thread keeps a list on its stack only, drops parts of it, and checks it. */
static void churn(Mutator *self)
{
    for (int round = 0; round < 20 && !self->failed; round++) {
        Pair *head = NULL;
        for (int i = 0; i < 5000; i++) {
            Pair *pair = pair_new((Value)head, int_small(i));
            pair->number = self->index * 100000 + i;
            head = pair;
            if (i % 3 == 0)
                array_new(i % 50);
            poll(&self->gc);
        }
        int expected = 4999;
        for (Pair *p = head; p; p = (Pair *)p->first, expected--)
            if (p->number != self->index * 100000 + expected || p->second != int_small(expected))
                self->failed = true;
        if (expected != -1)
            self->failed = true;
    }
}

UNIT(threads_allocate_and_collect)
{
    Mutator mutators[THREADS];
    start(mutators, THREADS, churn);
    for (int i = 0; i < 30; i++) {
        gc_collect(i % 5 == 0 ? 2 : 0);
        gc_verify();
    }
    CHECK(join(mutators, THREADS));
    gc_collect(2);
}

/* ---- Handing objects over --------------------------------------------------------------- */

static struct {
    Mutex lock;
    Value slot; /* guarded by lock; a root */
    long sent, received;
} mailbox;

static void produce(Mutator *self)
{
    for (int i = 1; i <= 3000;) {
        Pair *pair = pair_new((Value)pair_new(NULL, int_small(i)), int_small(i));
        pair->number = i;
        bool stored = false;
        while (!stored) {
            mutex_lock(&mailbox.lock);
            if (!mailbox.slot) {
                mailbox.slot = (Value)pair;
                mailbox.sent += i;
                stored = true;
            }
            mutex_unlock(&mailbox.lock);
            poll(&self->gc);
        }
        i++;
        array_new(200);
    }
}

static void consume(Mutator *self)
{
    for (int count = 0; count < 3000;) {
        mutex_lock(&mailbox.lock);
        Pair *pair = (Pair *)mailbox.slot;
        mailbox.slot = NULL;
        mutex_unlock(&mailbox.lock);
        poll(&self->gc);
        if (!pair)
            continue;
        array_new(100);
        Pair *inner = (Pair *)pair->first;
        if (pair->second != int_small(pair->number) || inner->second != pair->second)
            self->failed = true;
        self->result += pair->number;
        count++;
    }
}

static void produce_or_consume(Mutator *self)
{
    if (self->index % 2)
        consume(self);
    else
        produce(self);
}

UNIT(objects_change_hands)
{
    Mutator mutators[4];
    gc_add_root(&mailbox.slot, 1);
    gc_stress(100, 0);
    start(mutators, 4, produce_or_consume);
    CHECK(join(mutators, 4));
    gc_stress(0, 0);
    CHECK_INT(mutators[1].result + mutators[3].result, mailbox.sent);
    gc_remove_root(&mailbox.slot);
}

/* Old objects of a common array are stored into by all threads. */
static Array *common;

static void store_into_common(Mutator *self)
{
    for (int i = 0; i < 30000; i++) {
        Pair *pair = pair_new(NULL, int_small(i));
        pair->number = i;
        gc_store(common, &common->items[self->index * 100 + i % 100], (Value)pair);
        poll(&self->gc);
    }
}

UNIT(threads_remember_for_each_other)
{
    Mutator mutators[THREADS];
    gc_add_root(roots, COUNT_OF(roots));
    common = array_new(THREADS * 100);
    roots[0] = (Value)common;
    start(mutators, THREADS, store_into_common);
    for (int i = 0; i < 50; i++) {
        gc_collect(0);
        gc_verify();
    }
    CHECK(join(mutators, THREADS));
    gc_verify();
    for (int i = 0; i < THREADS * 100; i++) {
        Pair *pair = (Pair *)common->items[i];
        CHECK(pair->second == int_small(pair->number) && pair->number % 100 == i % 100);
    }
    roots[0] = NULL;
}

/* Young collections leave out the stacks of threads that have not run since the last one. */
static uint32_t naps; /* atomic: counts what the sleeper does, and what is done meanwhile */

static void nap_with_young_objects(Mutator *self)
{
    for (int i = 0; i < 20; i++) {
        Pair *volatile pair = pair_new(NULL, int_small(i));
        uint32_t turn = load_relaxed(&naps);
        gc_enter_native(&self->gc);
        store_release(&naps, turn + 1);
        while (load_acquire(&naps) != turn + 2)
            cpu_relax();
        gc_leave_native(&self->gc);
        self->result += pair->second == int_small(i);
    }
}

UNIT(sleepers_keep_what_they_made)
{
    Mutator sleeper;
    store_relaxed(&naps, 0u);
    start(&sleeper, 1, nap_with_young_objects);
    for (uint32_t i = 0; i < 20; i++) {
        while (load_acquire(&naps) != 2 * i + 1)
            cpu_relax();
        for (int times = 0; times < 3; times++) {
            gc_collect(0);
            for (int n = 0; n < 1000; n++)
                pair_new(NULL, int_small(-1));
        }
        store_release(&naps, 2 * i + 2);
    }
    CHECK(join(&sleeper, 1));
    CHECK_INT(sleeper.result, 20);
}

/* ---- Stopping --------------------------------------------------------------------------- */

static long stopped_sum; /* only touched with the world stopped */

static void storm(Mutator *self)
{
    for (int i = 0; i < 1500; i++) {
        switch ((i + self->index) % 4) {
        case 0:
            gc_stop_world();
            gc_stop_world();
            stopped_sum++;
            gc_start_world();
            stopped_sum++;
            gc_start_world();
            break;
        case 1:
            gc_enter_native(&self->gc);
            if (i % 64 == 1)
                usleep(50);
            gc_leave_native(&self->gc);
            break;
        case 2:
            pair_new(NULL, NULL);
            break;
        default:
            poll(&self->gc);
        }
    }
    self->result = 1500 / 4 * 2;
}

UNIT(stop_storms_lose_nobody)
{
    Mutator mutators[THREADS];
    stopped_sum = 0;
    start(mutators, THREADS, storm);
    CHECK(join(mutators, THREADS));
    CHECK_INT(stopped_sum, THREADS * (1500 / 4 * 2));
}

static void nothing(Mutator *self)
{
    pair_new(NULL, int_small(self->index));
    array_new(3000);
}

UNIT(threads_come_and_go)
{
    Mutator mutators[THREADS];
    for (int round = 0; round < 50; round++) {
        start(mutators, THREADS, nothing);
        gc_collect(round % 2 ? 0 : 2);
        CHECK(join(mutators, THREADS));
    }
    CHECK(world_threads() == &main_thread && !main_thread.next);
}

static Mutex contended;

static void wait_for_lock(Mutator *self)
{
    mutex_lock(&contended);
    self->result = 1;
    mutex_unlock(&contended);
}

/* A thread in mutex_lock counts as stopped; it comes back only when the world runs. */
UNIT(lock_waiters_do_not_hold_up_the_world)
{
    Mutator waiter;
    mutex_lock(&contended);
    start(&waiter, 1, wait_for_lock);
    usleep(20000);
    int64_t begin = monotonic_ns();
    for (int i = 0; i < 10; i++)
        gc_collect(0);
    CHECK(monotonic_ns() - begin < NS_PER_SECOND);
    gc_stop_world();
    mutex_unlock(&contended);
    usleep(20000);
    CHECK_INT(waiter.result, 0);
    gc_start_world();
    CHECK(join(&waiter, 1));
    CHECK_INT(waiter.result, 1);
}

static uint32_t keep_native; /* atomic */

static void hold_in_native(Mutator *self)
{
    Pair *pair = pair_new(NULL, int_small(41));
    gc_enter_native(&self->gc);
    while (load_acquire(&keep_native))
        usleep(100);
    gc_leave_native(&self->gc);
    self->failed = pair->second != int_small(41) || !gc_object_at(pair);
}

UNIT(native_frames_are_scanned)
{
    Mutator mutators[2];
    store_release(&keep_native, 1u);
    start(mutators, 2, hold_in_native);
    usleep(20000);
    for (int i = 0; i < 5; i++) {
        gc_collect(2);
        for (int k = 0; k < 2000; k++)
            pair_new(NULL, NULL);
    }
    store_release(&keep_native, 0u);
    CHECK(join(mutators, 2));
}

/* ---- Parallel marking -------------------------------------------------------------------- */

static Value make_tree(int depth)
{
    if (depth == 0)
        return int_small(1);
    Value left = make_tree(depth - 1);
    Value right = make_tree(depth - 1);
    return (Value)pair_new(left, right);
}

static long count_tree(Value v)
{
    return is_int(v) ? 1 : count_tree(((Pair *)v)->first) + count_tree(((Pair *)v)->second);
}

/* In functions of their own, so that no register keeps the graph. */
static void make_graph(void)
{
    roots[0] = make_tree(19); /* 32 MB */
    Array *array = array_new(300000);
    roots[1] = (Value)array;
    for (int i = 0; i < 300000; i++)
        gc_store(array, &array->items[i], (Value)pair_new(NULL, int_small(i)));
}

static bool whole;

static void look_at_graph(void)
{
    Array *array = (Array *)roots[1];
    whole = count_tree(roots[0]) == 1 << 19;
    for (int i = 0; i < 300000; i++)
        whole = whole && ((Pair *)array->items[i])->second == int_small(i);
}

UNIT(parallel_marking_finds_all)
{
    deeper(make_graph);
    gc_collect(2);
    size_t before = count_objects();
    for (int i = 0; i < 10; i++) {
        gc_collect(2);
        gc_verify();
    }
    CHECK(before - count_objects() < 100 && before >= 800000);
    deeper(look_at_graph);
    CHECK(whole);
    roots[0] = roots[1] = NULL;
    CHECK(collect(2) > 800000);
}

/* What cannot be sent to who sets its mark, or does not fit the stack, is found again: by young
 * collections of what is new, and by full ones. */
UNIT(parallel_marking_needs_no_memory)
{
    for (size_t limit = 4; limit <= 64; limit *= 16) {
        deeper(make_graph);
        for (int generation = 0; generation <= 2; generation += 2) {
            mark_chunk_limit = limit;
            gc_collect(generation);
            mark_chunk_limit = SIZE_MAX;
            gc_verify();
        }
        deeper(look_at_graph);
        CHECK(whole);
    }
    roots[0] = roots[1] = NULL;
}

/* ---- Fork ------------------------------------------------------------------------------- */

static uint32_t stop_churning; /* atomic */

static uint32_t churning; /* atomic: threads that have begun */

static void churn_until_told(Mutator *self)
{
    fetch_add_acq_rel(&churning, 1u);
    while (!load_relaxed(&stop_churning)) {
        Pair *pair = pair_new(NULL, NULL);
        gc_store(pair, &pair->second, (Value)array_new(self->index + 5));
        poll(&self->gc);
    }
}

static int child_works(void)
{
    if (world_threads() != gc_self || gc_self->next)
        return 1;
    Pair *head = NULL;
    for (int i = 0; i < 200000; i++)
        head = pair_new((Value)head, int_small(i));
    gc_collect(2);
    gc_verify();
#if !THREAD_SANITIZER /* which does not let the child of a fork start threads */
    Mutator mutators[2];
    start(mutators, 2, churn);
    if (!join(mutators, 2))
        return 2;
#endif
    return count_tree(roots[0]) == 1 << 17 ? 0 : 3;
}

UNIT(children_of_a_fork_have_the_heap)
{
    Mutator mutators[3];
    store_relaxed(&stop_churning, 0u);
    roots[0] = make_tree(17);
    gc_collect(2);
    start(mutators, 3, churn_until_told);
    /* Not while they are in malloc: sanitizers' allocators don't survive a fork then. */
    while (load_acquire(&churning) < 3)
        poll(gc_self);
    for (int i = 0; i < 5; i++) {
        gc_before_fork();
        pid_t child = fork();
        if (child == 0) {
            gc_after_fork_child(gc_self);
            _exit(child_works());
        }
        gc_after_fork_parent();
        CHECK(child > 0);
        int status = -1;
        gc_enter_native(gc_self);
        waitpid(child, &status, 0);
        gc_leave_native(gc_self);
        CHECK_INT(status, 0);
    }
    store_relaxed(&stop_churning, 1u);
    CHECK(join(mutators, 3));
    roots[0] = NULL;
}

HEAP_TEST_MAIN()
