#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/lock.h"
#include "base/parking_lot.h"
#include "unit.h"

#define THREADS 8

static Mutex mutexes[3];
static long counters[3]; /* guarded by the mutex of the same index */

static void *count_up(void *argument)
{
    unsigned which = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < 30000; i++) {
        unsigned k = (which + (unsigned)i) % 3;
        mutex_lock(&mutexes[k]);
        counters[k]++;
        if (i % 1000 == 0)
            sched_yield();
        mutex_unlock(&mutexes[k]);
    }
    return NULL;
}

/* Neighbouring one-byte locks, each contended. */
UNIT(mutexes_exclude)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, count_up, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(counters[0] + counters[1] + counters[2], THREADS * 30000);
    for (int i = 0; i < 3; i++)
        CHECK_INT(mutexes[i].byte, 0);
}

static Mutex greedy;
static uint32_t greedy_stop; /* atomic */

static void *hold_nearly_always(void *argument)
{
    (void)argument;
    while (!load_relaxed(&greedy_stop)) {
        mutex_lock(&greedy);
        int64_t until = monotonic_ns() + 200000;
        while (monotonic_ns() < until)
            ;
        mutex_unlock(&greedy);
    }
    return NULL;
}

/* A thread that gives the lock back only to take it at once does not starve others. */
UNIT(waiters_get_their_turn)
{
    pthread_t thread;
    pthread_create(&thread, NULL, hold_nearly_always, NULL);
    int64_t start = monotonic_ns();
    for (int i = 0; i < 20; i++) {
        mutex_lock(&greedy);
        mutex_unlock(&greedy);
        usleep(100);
    }
    int64_t took = monotonic_ns() - start;
    store_relaxed(&greedy_stop, 1u);
    pthread_join(thread, NULL);
    CHECK(took < NS_PER_SECOND * 5);
}

typedef struct Channel {
    Mutex mutex;
    Condition changed;
    int full, value; /* guarded by mutex */
    long received;   /* guarded by mutex */
} Channel;

static Channel channel;

static void *receive_numbers(void *argument)
{
    (void)argument;
    for (int i = 0; i < 5000; i++) {
        mutex_lock_raw(&channel.mutex);
        while (!channel.full)
            condition_wait(&channel.changed, &channel.mutex, -1);
        channel.received += channel.value;
        channel.full = 0;
        mutex_unlock(&channel.mutex);
        condition_wake_all(&channel.changed);
    }
    return NULL;
}

UNIT(conditions_lose_no_wake_up)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, receive_numbers, NULL);
    long sent = 0;
    for (int i = 0; i < 4 * 5000; i++) {
        mutex_lock_raw(&channel.mutex);
        while (channel.full)
            condition_wait(&channel.changed, &channel.mutex, -1);
        channel.full = 1;
        channel.value = i;
        sent += i;
        mutex_unlock(&channel.mutex);
        condition_wake_all(&channel.changed);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(channel.received, sent);
}

static bool yes(void *context)
{
    (void)context;
    return true;
}

UNIT(park_times_out)
{
    static char place;
    int64_t start = monotonic_ns();
    ParkRequest request = {
        .address = &place, .validate = yes, .since = start, .deadline = start + 20000000};
    CHECK_INT(park(&request), PARK_TIMED_OUT);
    CHECK(monotonic_ns() - start >= 20000000);
    CHECK_INT(unpark_all(&place), 0);
    Mutex mutex = {0};
    Condition condition = {0};
    mutex_lock_raw(&mutex);
    CHECK(!condition_wait(&condition, &mutex, monotonic_ns() + 1000000));
    CHECK(lock_is_held(&mutex.byte));
}

static Parker *victim;

static void interrupt_victim(int number)
{
    (void)number;
    parker_interrupt(victim);
}

/* Also when the signal comes before the thread sleeps, or runs on another thread. */
UNIT(signals_interrupt)
{
    static char place;
    victim = &parker_self;
    struct sigaction action = {.sa_handler = interrupt_victim};
    sigaction(SIGUSR1, &action, NULL);
    ParkRequest request = {
        .address = &place, .validate = yes, .deadline = -1, .interruptible = true};
    pthread_kill(pthread_self(), SIGUSR1);
    CHECK_INT(park(&request), PARK_INTERRUPTED);
    struct sigaction alarm_action = {.sa_handler = interrupt_victim};
    sigaction(SIGALRM, &alarm_action, NULL);
    ualarm(20000, 0);
    CHECK_INT(park(&request), PARK_INTERRUPTED);
}

UNIT_MAIN()
