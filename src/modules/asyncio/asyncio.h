/* _asyncio: the parts of asyncio that every task goes through, in C. What the files share.
 *
 * future.c       Future, its callbacks and its iterator
 * task.c         Task, as Python sees it
 * task_step.c    running a task's coroutine, one step at a time
 * registry.c     what each thread knows: its running loop, current tasks and live tasks
 * views.c        _scheduled_tasks, _eager_tasks and _current_tasks, which show that
 * module.c       functions, and what is taken from the Python files of asyncio
 *
 * A Future or Task belongs to one loop, and so to one thread: it is SHARED only if the loop is, or
 * if the program passes it on. Its state changes under its lock, which is free while it is local;
 * no Python code runs under it. */
#ifndef WEFT_MODULES_ASYNCIO_H
#define WEFT_MODULES_ASYNCIO_H

#include "core/abstract.h"
#include "core/error.h"
#include "core/share.h"
#include "core/thread.h"

typedef enum FutureState { FUTURE_PENDING, FUTURE_CANCELLED, FUTURE_FINISHED } FutureState;

/* Values are 0 where there is none. */
#define FUTURE_HEAD                                                                                \
    Object ob;                                                                                     \
    Value loop;             /* atomic: 0 until __init__ */                                         \
    Value callback;         /* the first callback; guarded by lock, as the next two */             \
    Value callback_context; /* and the context that it is to run in */                             \
    Value callbacks;        /* list of tuples (callback, context): the others */                   \
    Value result;           /* atomic: stored before `state` */                                    \
    Value exception;        /* atomic: stored before `state` */                                    \
    Value traceback;        /* atomic: that the exception came with; stored before `state` */      \
    Value source_traceback; /* atomic */                                                           \
    Value cancel_message;   /* atomic */                                                           \
    Value cancelled_error;  /* atomic: to be raised by the first who asks for the result */        \
    uint8_t state;          /* atomic: FutureState; leaves PENDING once, under the lock */         \
    uint8_t log_traceback;  /* atomic: nobody has asked for the exception yet */                   \
    uint8_t blocking        /* atomic: a Task is about to wait for it */

typedef struct Future {
    FUTURE_HEAD;
} Future;

/* What registry.c knows of one thread. */
struct Loops;

typedef struct Task {
    FUTURE_HEAD;
    uint8_t must_cancel;         /* atomic: CancelledError is to be thrown in at the next step */
    uint8_t log_destroy_pending; /* atomic */
    uint8_t listed;              /* atomic: LISTED_x; changed under lock */
    int32_t cancel_requests;     /* atomic */
    Value waits_for;             /* atomic: the future-like that it awaits */
    Value coroutine;             /* atomic */
    Value context;               /* atomic */
    Value name;                  /* atomic: str; or an int for Task-<int>, until it is asked for */
    /* The list of the thread that registered it, which is `home`: changed by that thread, or with
     * the world stopped. Not traced: tasks in it are held weakly. */
    struct Loops *home;
    struct Task *next, **link;
} Task;

extern Type future_type, future_iter_type, task_type;

/* Exactly a Future or Task: no method is overridden. */
ALWAYS_INLINE bool is_plain_task(Value v)
{
    return is_object(v) && shape_of(v)->type == &task_type;
}
ALWAYS_INLINE bool is_plain_future(Value v)
{
    return is_object(v) && shape_of(v)->type == &future_type;
}
ALWAYS_INLINE bool is_task(Value v)
{
    return is_instance_of(v, &task_type);
}

/* ---- future.c */
/* __init__: loop may be None. */
bool future_init(Future *self, Value loop) MUST_USE;
void future_trace(Object *o, Tracer *tracer);
Value future_make(Type *type, Value *args, size_t nargs, Value kwnames); /* slot */
bool future_check_alive(const Future *self) MUST_USE; /* RuntimeError before __init__ */
/* Future.cancel, set_result and set_exception without the checks of Task. message may be 0. */
Value future_cancel(Future *self, Value message) MUST_USE;
bool future_set_result(Future *self, Value result) MUST_USE;
bool future_set_exception(Future *self, Value exception) MUST_USE;
Value future_result(Future *self) MUST_USE;
bool future_add_callback(Future *self, Value callback, Value context) MUST_USE;
Value future_make_cancelled_error(Future *self) MUST_USE;
Value future_del(Value self); /* slot */
ALWAYS_INLINE FutureState future_state(const Future *self)
{
    return (FutureState)load_acquire(&self->state);
}
/* {name: self, 'message': ..., more} to the loop's exception handler; what fails is reported. */
void future_report(Future *self, Value context);
void future_start(void);

/* ---- task.c */
Value task_cancel(Task *self, Value message) MUST_USE;
void task_start(void);

/* ---- task_step.c */
/* loop.call_soon(step, context=context): `exception`, or 0, is thrown in. */
bool task_call_step_soon(Task *self, Value exception) MUST_USE;
bool task_start_eagerly(Task *self) MUST_USE;
void task_step_start(void);

/* ---- registry.c */
enum { LISTED_SCHEDULED = 1, LISTED_EAGER = 2 };
Value running_loop(void);                   /* of this thread; 0: none, without an exception */
bool running_loop_set(Value loop) MUST_USE; /* None: none */
/* The task that runs now in `loop`; None. */
Value current_task_of(Value loop) MUST_USE;
bool current_task_enter(Value loop, Value task) MUST_USE;
bool current_task_leave(Value loop, Value task) MUST_USE;
Value current_task_swap(Value loop, Value task) MUST_USE; /* the previous one, or None */
Value current_tasks_dict(void) MUST_USE;                  /* a new dict {loop: task} */
bool task_list(Task *task, unsigned as) MUST_USE;
void task_unlist(Task *task, unsigned as);
void task_release(Object *o); /* the type's */
/* Those that are listed so, whichever thread runs them: of others, if their loop is SHARED. */
Value tasks_listed(unsigned as) MUST_USE;
/* The next number of an unnamed task. */
Value task_next_number(void) MUST_USE;
void asyncio_thread_ends(void);
void asyncio_threads_gone(void); /* after a fork, in the child */
void registry_start(void);

/* ---- views.c */
bool views_add(Value module) MUST_USE;
/* Registers a task-like that is no Task, or takes it off. */
bool stranger_list(Value task, unsigned as) MUST_USE;
bool stranger_unlist(Value task, unsigned as) MUST_USE;

/* ---- module.c: what is taken from Python files: all at the first use of anything, as nothing can
 * be imported at exit. */
typedef enum Borrowed {
    CANCELLED_ERROR,
    INVALID_STATE_ERROR,
    FUTURE_REPR,
    TASK_REPR,
    TASK_GET_STACK,
    TASK_PRINT_STACK,
    EXTRACT_STACK,
    ISCOROUTINE,
    GET_EVENT_LOOP_POLICY,
    WEAK_SET,
    BORROWED_COUNT
} Borrowed;
Value borrowed(Borrowed what) MUST_USE;
bool borrow_all(void) MUST_USE;
Value raise_invalid_state(const char *message); /* InvalidStateError */
/* The running loop, or that of the policy. */
Value asyncio_get_event_loop(void) MUST_USE;
/* receiver.name(args[1..nargs), keyword=value): args[0] is the receiver and args[nargs] the value.
 */
Value call_method_keyword(Value name, Value *args, size_t nargs, Value keyword) MUST_USE;
/* loop.call_soon(callback[, argument], context=context) */
bool loop_call_soon(Value loop, Value callback, Value argument, Value context) MUST_USE;

#endif
