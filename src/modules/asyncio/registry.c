/* What each thread knows of its loops: the running one, the task that runs in each, and the tasks
 * that are alive.
 *
 * A thread changes its own part without a lock or an atomic instruction: nobody else looks at it,
 * but with the world stopped. So loops of several threads cost each other nothing. The lists of
 * tasks are weak: a task that dies leaves its list when it is swept, the world stopped. A thread
 * that ends leaves its list behind until the tasks in it are gone.
 *
 * Who asks for the tasks of a loop has that loop, so if it is another thread's, it is SHARED. Its
 * tasks need not be: they are made so then, by their own thread at a safepoint, or with the world
 * stopped while that thread is in the native state or has ended. Tasks of other loops are nobody
 * else's business and stay local. */
#include <stdlib.h>
#include <time.h>
#include "base/lock.h"
#include "base/vec.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "modules/asyncio/asyncio.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"

typedef struct Current {
    Value loop, task; /* loop 0: none */
} Current;

/* Owner thread only, or the world is stopped, but for `next`. */
typedef struct Loops {
    Thread *thread; /* 0: it has ended */
    Value running;
    Current current;              /* a thread has one loop, most often */
    VEC(Current) more;            /* of other loops that it has entered meanwhile */
    Task *first;                  /* registered here */
    uint64_t number, numbers_end; /* for the names of tasks */
    struct Loops *next;           /* guarded by loops_lock */
} Loops;

#define NUMBERS_AT_ONCE 64

static Loops *all_loops;     /* guarded by loops_lock, or the world is stopped */
static Mutex loops_lock;     /* raw: no safepoint is reached while it is held */
static uint64_t numbers = 1; /* atomic: of tasks */

static Loops *make_own(void)
{
    Loops *own = calloc(1, sizeof *own);
    if (!own) {
        raise_no_memory();
        return 0;
    }
    own->thread = thread_self();
    mutex_lock_raw(&loops_lock);
    own->next = all_loops;
    all_loops = own;
    mutex_unlock(&loops_lock);
    thread_self()->loops = own;
    return own;
}

static Loops *own_loops(void)
{
    Loops *own = thread_self()->loops;
    return likely(own) ? own : make_own();
}

static void trace_all(Tracer *tracer)
{
    for (Loops *l = all_loops; l; l = l->next) {
        gc_visit(tracer, l->running);
        gc_visit(tracer, l->current.loop);
        gc_visit(tracer, l->current.task);
        VEC_EACH (Current, c, &l->more) {
            gc_visit(tracer, c->loop);
            gc_visit(tracer, c->task);
        }
    }
}

/* ---- the running loop */

Value running_loop(void)
{
    Loops *own = thread_self()->loops;
    return own ? own->running : 0;
}

bool running_loop_set(Value loop)
{
    Loops *own = TRY(own_loops());
    own->running = loop == None ? 0 : loop;
    return true;
}

Value task_next_number(void)
{
    Loops *own = TRY(own_loops());
    if (own->number == own->numbers_end) {
        uint64_t count = load_relaxed(&multithreaded) ? NUMBERS_AT_ONCE : 1;
        own->number = fetch_add_relaxed(&numbers, count);
        own->numbers_end = own->number + count;
    }
    return int_from((intptr_t)own->number++);
}

/* ---- what others may see */

/* With the world stopped, or by the thread itself at a safepoint. */
static void share_tasks(Loops *l)
{
    for (Task *task = l->first; task; task = task->next) {
        Value loop = load_acquire(&task->loop);
        if (loop && is_shared(loop))
            share_value((Value)task);
    }
    if (l->current.loop && is_shared(l->current.loop))
        share_value(l->current.task);
    VEC_EACH (Current, c, &l->more)
        if (is_shared(c->loop))
            share_value(c->task);
}

static bool is_hidden(Value loop, Value task)
{
    return loop && is_object(task) && is_shared(loop) && !is_shared(task);
}

static bool hides_tasks(const Loops *l)
{
    for (const Task *task = l->first; task; task = task->next)
        if (is_hidden(task->loop, (Value)task))
            return true;
    VEC_EACH (Current, c, &l->more)
        if (is_hidden(c->loop, c->task))
            return true;
    return is_hidden(l->current.loop, l->current.task);
}

static bool serve_tasks(Thread *thread)
{
    if (thread->loops)
        share_tasks(thread->loops);
    return true;
}

/* World stopped. False: some thread has to share its tasks first, and was asked to. */
static bool share_hidden_tasks(void)
{
    bool done = true;
    for (Loops *l = all_loops; l; l = l->next) {
        if (l->thread == thread_self() || !hides_tasks(l))
            continue;
        if (!l->thread || load_relaxed(&l->thread->gc.state) == GC_NATIVE) {
            share_tasks(l);
            continue;
        }
        thread_request(l->thread, POLL_TASKS);
        done = false;
    }
    return done;
}

/* Stops the world when all tasks of SHARED loops are SHARED. False: a signal handler raised. */
static bool stop_to_look(void)
{
    const struct timespec pause = {.tv_nsec = 50000};
    for (;;) {
        gc_stop_world();
        if (share_hidden_tasks())
            return true;
        gc_start_world();
        BLOCKING
        {
            nanosleep(&pause, 0);
        }
        TRY(thread_poll(thread_self()));
    }
}

/* Is there anything of other threads to look at? */
static bool has_others(void)
{
    if (!load_relaxed(&multithreaded))
        return false;
    mutex_lock_raw(&loops_lock);
    bool others = all_loops && (all_loops->next || all_loops->thread != thread_self());
    mutex_unlock(&loops_lock);
    return others;
}

/* Where to begin to look, and on: at all Loops in a world that is stopped because of `others`; else
 * at this thread's own, as another thread may make some meanwhile. */
static Loops *first_loops(bool others)
{
    return others ? all_loops : thread_self()->loops;
}

static Loops *next_loops(const Loops *l, bool others)
{
    return others ? l->next : 0;
}

/* ---- current tasks */

/* TypeError if it could not be a key of a dict, which this is for Python code. */
static bool check_loop(Value loop)
{
    int64_t hash;
    if (unlikely(!loop)) /* a task's, while another thread calls its __init__ again */
        return raise(RuntimeError, "Future object is not initialized.");
    return likely(type_of(loop)->hash == object_type.hash) || object_hash(loop, &hash);
}

static Current *find_current(Loops *l, Value loop)
{
    if (l->current.loop == loop)
        return &l->current;
    VEC_EACH (Current, c, &l->more)
        if (c->loop == loop)
            return c;
    return 0;
}

static bool add_current(Loops *own, Value loop, Value task)
{
    if (likely(!own->current.loop)) {
        own->current = (Current){loop, task};
        return true;
    }
    return vec_push(&own->more, ((Current){loop, task})) || raise_no_memory();
}

static void remove_current(Loops *l, Current *c)
{
    *c = (Current){0};
    if (c != &l->current) {
        *c = *vec_last(&l->more);
        l->more.count--;
    }
}

/* The current task of a loop that another thread runs, or 0; takes it off if it is `leaving`. */
static Value find_foreign(Value loop, Value leaving)
{
    Value found = 0;
    TRY(stop_to_look());
    for (Loops *l = all_loops; l && !found; l = l->next) {
        Current *c = l->thread == thread_self() ? 0 : find_current(l, loop);
        found = c ? c->task : 0;
        if (found && found == leaving)
            remove_current(l, c);
    }
    gc_start_world();
    return found;
}

static bool may_run_elsewhere(Value loop)
{
    return is_object(loop) && is_shared(loop) && running_loop() != loop && has_others();
}

Value current_task_of(Value loop)
{
    Loops *own = thread_self()->loops;
    TRY(check_loop(loop));
    Current *c = own ? find_current(own, loop) : 0;
    if (c)
        return c->task;
    Value found = may_run_elsewhere(loop) ? find_foreign(loop, 0) : 0;
    if (!found && error_pending())
        return 0;
    return found ? found : None;
}

bool current_task_enter(Value loop, Value task)
{
    Loops *own = TRY(own_loops());
    TRY(check_loop(loop));
    Current *c = find_current(own, loop);
    if (unlikely(c))
        return raise(RuntimeError,
                     "Cannot enter into task %R while another task %R is being executed.", task,
                     c->task);
    return add_current(own, loop, task);
}

bool current_task_leave(Value loop, Value task)
{
    Loops *own = TRY(own_loops());
    TRY(check_loop(loop));
    Current *c = find_current(own, loop);
    Value found = c ? c->task : 0;
    if (likely(c && object_is(found, task))) {
        remove_current(own, c);
        return true;
    }
    if (!c && may_run_elsewhere(loop)) {
        found = find_foreign(loop, task);
        if (!found && error_pending())
            return false;
        if (found == task)
            return true;
    }
    return raise(RuntimeError, "Leaving task %R does not match the current task %R.", task,
                 found ? found : None);
}

Value current_task_swap(Value loop, Value task)
{
    Loops *own = TRY(own_loops());
    TRY(check_loop(loop));
    Current *c = find_current(own, loop);
    Value previous = c ? c->task : None;
    if (c && task == None)
        remove_current(own, c);
    else if (c)
        c->task = task;
    else if (task != None)
        TRY(add_current(own, loop, task));
    return previous;
}

/* Loops and tasks in turn: of this thread, and of SHARED loops. World stopped if there are others.
 */
static Array *collect_current(bool others)
{
    size_t count = 0, used = 0;
    for (Loops *l = first_loops(others); l; l = next_loops(l, others))
        count += 1 + l->more.count;
    Array *array = TRY(array_new((intptr_t)count * 2));
    for (Loops *l = first_loops(others); l; l = next_loops(l, others))
        for (size_t i = 0; i <= l->more.count; i++) {
            Current *c = i ? &l->more.items[i - 1] : &l->current;
            if (!c->loop || (l->thread != thread_self() && !is_shared(c->loop)))
                continue;
            gc_store(array, &array->items[used], c->loop);
            gc_store(array, &array->items[used + 1], c->task);
            used += 2;
        }
    return array;
}

Value current_tasks_dict(void)
{
    bool others = has_others();
    if (others)
        TRY(stop_to_look());
    Array *array = collect_current(others);
    if (others)
        gc_start_world();
    if (!array)
        return 0;
    Value dict = TRY(dict_new());
    for (intptr_t i = 0; i < array->capacity && array->items[i]; i += 2)
        TRY(dict_set(dict, array->items[i], array->items[i + 1]));
    return dict;
}

/* ---- live tasks */

static void link_task(Loops *own, Task *task)
{
    task->home = own;
    task->next = own->first;
    task->link = &own->first;
    if (own->first)
        own->first->link = &task->next;
    own->first = task;
}

static void unlink_task(Task *task)
{
    *task->link = task->next;
    if (task->next)
        task->next->link = task->link;
    task->home = 0;
    task->next = 0;
    task->link = 0;
}

bool task_list(Task *task, unsigned as)
{
    Loops *own = TRY(own_loops());
    WITH_LOCK (task) {
        store_relaxed(&task->listed, (uint8_t)(task->listed | as));
        if (!task->home)
            link_task(own, task);
    }
    return true;
}

/* In the list of another thread it stays until it dies, but is not seen there. */
void task_unlist(Task *task, unsigned as)
{
    WITH_LOCK (task) {
        store_relaxed(&task->listed, (uint8_t)(task->listed & ~as));
        if (!task->listed && task->home && task->home == thread_self()->loops)
            unlink_task(task);
    }
}

/* World stopped: of a thread that has ended and has no tasks left. */
static void forget_loops(Loops *gone)
{
    for (Loops **link = &all_loops; *link; link = &(*link)->next)
        if (*link == gone) {
            *link = gone->next;
            break;
        }
    free(gone);
}

void task_release(Object *o)
{
    Task *task = (Task *)o;
    Loops *home = task->home;
    if (!home)
        return;
    unlink_task(task);
    if (!home->thread && !home->first)
        forget_loops(home);
}

static bool is_visible(const Loops *l, const Task *task, unsigned as)
{
    return load_relaxed(&task->listed) & as && (l->thread == thread_self() || is_shared(task));
}

/* The newest first, for each thread. World stopped if there are others: but the first
 * line allocates, which may make tasks die, so they are counted again. */
static Array *collect_tasks(bool others, unsigned as, intptr_t *used)
{
    intptr_t count = 0;
    for (Loops *l = first_loops(others); l; l = next_loops(l, others))
        for (Task *task = l->first; task; task = task->next)
            count++;
    Array *array = TRY(array_new(count));
    intptr_t at = *used = 0;
    for (Loops *l = first_loops(others); l; l = next_loops(l, others))
        for (Task *task = l->first; task; task = task->next)
            if (is_visible(l, task, as))
                gc_store(array, &array->items[at++], (Value)task);
    *used = at;
    return array;
}

Value tasks_listed(unsigned as)
{
    bool others = has_others();
    intptr_t count;
    if (others)
        TRY(stop_to_look());
    Array *array = collect_tasks(others, as, &count);
    if (others)
        gc_start_world();
    return array ? list_from_array(array, count) : 0;
}

/* ---- ends of threads */

void asyncio_thread_ends(void)
{
    Loops *own = thread_self()->loops;
    if (!own)
        return;
    gc_stop_world();
    thread_self()->loops = 0;
    own->thread = 0;
    own->running = 0;
    own->current = (Current){0};
    vec_free(&own->more);
    if (!own->first)
        forget_loops(own);
    gc_start_world();
}

void asyncio_threads_gone(void)
{
    for (Loops *l = all_loops, *next; l; l = next) {
        next = l->next;
        if (l->thread == thread_self())
            continue;
        l->thread = 0;
        l->running = 0;
        l->current = (Current){0};
        vec_free(&l->more);
        if (!l->first)
            forget_loops(l);
    }
}

void registry_start(void)
{
    gc_add_thread_tracer(trace_all);
    thread_set_poll_hook(POLL_TASKS, serve_tasks);
}
