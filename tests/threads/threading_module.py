"""threading, queue and concurrent.futures."""

import _thread
import concurrent.futures
import gc
import itertools
import os
import queue
import signal
import sys
import threading
import time
import warnings
import weakref

from testing import equal, fails, raises, run


def test_start_and_join():
    got = []
    t = threading.Thread(target=got.append, args=(5,), name="worker")
    equal((t.name, t.is_alive(), t.ident), ("worker", False, None))
    t.start()
    t.join()
    equal((got, t.is_alive()), ([5], False))
    fails(RuntimeError, "threads can only be started once", t.start)


def test_join_of_itself_and_of_what_was_not_started():
    fails(RuntimeError, "cannot join thread before it is started", threading.Thread().join)
    fails(RuntimeError, "cannot join current thread", threading.current_thread().join)


def test_join_with_timeout():
    release = threading.Event()
    t = threading.Thread(target=release.wait)
    t.start()
    t.join(0.02)
    equal(t.is_alive(), True)
    release.set()
    t.join()


def test_exception_in_a_thread_goes_to_the_hook():
    seen = []
    old = threading.excepthook
    threading.excepthook = lambda args: seen.append((args.exc_type, str(args.exc_value)))
    try:
        def work():
            raise ValueError("inside")
        t = threading.Thread(target=work)
        t.start()
        t.join()
    finally:
        threading.excepthook = old
    equal(seen, [(ValueError, "inside")])


def test_what_was_written_before_start_and_join_is_seen():
    for _ in range(200):
        box = {"n": 0}
        box["n"] = 1

        def work():
            box["n"] += 1

        t = threading.Thread(target=work)
        t.start()
        t.join()
        equal(box["n"], 2)


def test_event_condition_semaphore_barrier():
    ready = threading.Event()
    condition = threading.Condition()
    semaphore = threading.Semaphore(2)
    barrier = threading.Barrier(4)
    log = []
    inside = []

    def work():
        ready.wait()
        with semaphore:
            inside.append(1)
            assert len(inside) <= 2
            inside.pop()
        barrier.wait()
        with condition:
            log.append(1)
            condition.notify_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    ready.set()
    with condition:
        equal(condition.wait_for(lambda: len(log) == 4, timeout=10), True)
    for t in threads:
        t.join()


def test_queue_loses_nothing():
    q = queue.Queue(maxsize=10)
    results = []

    def produce():
        for i in range(2000):
            q.put(i)
        q.put(None)

    def consume():
        while (item := q.get()) is not None:
            results.append(item)
            q.task_done()

    threads = [threading.Thread(target=f) for f in (produce, produce, consume, consume)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(sum(results), 2 * sum(range(2000)))


def test_queue_timeout():
    fails(queue.Empty, "", queue.Queue().get, True, 0.01)
    fails(queue.Empty, "", queue.Queue().get_nowait)
    q = queue.Queue(1)
    q.put(1)
    fails(queue.Full, "", q.put, 2, False)


def test_simple_queue():
    q = queue.SimpleQueue()
    got = []

    def consume():
        while (item := q.get()) is not None:
            got.append(item)

    t = threading.Thread(target=consume)
    t.start()
    for i in range(5000):
        q.put(i)
    q.put(None)
    t.join()
    equal(got, list(range(5000)))


def test_thread_pool():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        equal(list(pool.map(lambda x: x * x, range(100))), [x * x for x in range(100)])
        future = pool.submit(divmod, 7, 2)
        equal(future.result(), (3, 1))
        failing = pool.submit(lambda: 1 / 0)
        fails(ZeroDivisionError, "division by zero", failing.result)
        equal(type(failing.exception()), ZeroDivisionError)


def test_as_completed():
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(pow, 2, i) for i in range(50)]
        equal(sorted(f.result() for f in concurrent.futures.as_completed(futures)),
              [2 ** i for i in range(50)])


def test_local():
    local = threading.local()
    seen = []

    def work(n):
        local.x = n
        seen.append(local.x)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(10)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(sorted(seen), list(range(10)))
    assert not hasattr(local, "x")


def test_timer_and_enumerate():
    fired = threading.Event()
    t = threading.Timer(0.01, fired.set)
    t.start()
    equal(fired.wait(10), True)
    t.join()
    assert threading.main_thread() in threading.enumerate()
    equal(threading.active_count(), 1)


def test_rlock_and_condition_across_threads():
    lock = threading.RLock()
    total = [0]

    def work():
        for _ in range(2000):
            with lock:
                with lock:
                    total[0] += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(total, [8000])


def test_an_executor_that_is_dropped_ends_its_threads():
    executor = concurrent.futures.ThreadPoolExecutor(2)
    results = executor.map(abs, range(-3, 3))
    workers = executor._threads
    del executor
    for worker in workers:
        worker.join()
    equal(list(results), [3, 2, 1, 0, 1, 2])


def in_child(work):
    """The status of a forked child that does `work` and ends with what it gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pid = os.fork()
    if pid == 0:
        status = 99
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_threads_of_the_parent_are_done_in_a_forked_child():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()

    def join():
        thread.join()
        other = threading.Thread(target=int)
        other.start()
        other.join()
        return 7 if not thread.is_alive() and threading.active_count() == 1 else 8

    status = in_child(join)
    done.set()
    thread.join()
    equal(status, 7)


def test_a_file_that_another_thread_reads_is_free_in_a_forked_child():
    if sys.implementation.name != "weft":
        return  # CPython's child waits for the lock of its buffer for ever
    near, far = os.pipe()
    file = open(near)
    thread = threading.Thread(target=file.read)
    thread.start()
    time.sleep(0.05)

    def close():
        signal.alarm(20)
        file.close()
        return 7

    status = in_child(close)
    os.close(far)
    thread.join()
    file.close()
    equal(status, 7)


def test_current_frames_shows_where_other_threads_are():
    started, done = threading.Event(), threading.Event()

    def wait_there():
        started.set()
        done.wait()

    thread = threading.Thread(target=wait_there)
    thread.start()
    started.wait()
    frames = sys._current_frames()
    frame, seen = frames[thread.ident], []
    while frame:
        seen.append((frame.f_code.co_name, frame.f_lineno > 0))
        frame = frame.f_back
    done.set()
    thread.join()
    assert ("wait_there", True) in seen, seen
    assert frames[threading.get_ident()] is sys._getframe()
    equal(set(frames), {threading.get_ident(), thread.ident})


def test_a_tee_whose_iterator_waits_for_the_other_thread():
    started, done = threading.Event(), threading.Event()

    class Waits:
        def __iter__(self):
            return self

        def __next__(self):
            started.set()
            done.wait()

    first, second = itertools.tee(Waits())
    thread = threading.Thread(target=next, args=[first])
    thread.start()
    started.wait()
    with raises(RuntimeError):
        next(second)
    done.set()
    thread.join()


def test_a_local_that_its_own_value_refers_to_is_collected():
    class Owner:
        pass

    def make():
        owner = Owner()
        owner.local = threading.local()
        owner.local.owner = owner
        return weakref.ref(owner)

    made = [make() for _ in range(100)]
    gc.collect()
    alive = sum(ref() is not None for ref in made)
    assert alive <= 2, alive


def test_values_of_locals_survive_collections_and_other_threads():
    shared = threading.local()
    shared.value = ["main"]

    def work(n, results):
        for i in range(100):
            shared.value = [n, i]
            own = [threading.local() for _ in range(10)]
            for k, local in enumerate(own):
                local.value = [k]
            if i % 10 == 0:
                gc.collect()
            results.append(shared.value == [n, i]
                           and all(local.value == [k] for k, local in enumerate(own)))

    results = []
    threads = [threading.Thread(target=work, args=(n, results)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    equal((results, shared.value), ([True] * 400, ["main"]))


def test_a_signal_during_a_call_is_handled_before_the_next_statement():
    def interrupted_by_join():
        joining = threading.Lock()

        def interrupt():
            joining.acquire()
            _thread.interrupt_main()

        joining.acquire()
        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            joining.release()
            thread.join()
        except KeyboardInterrupt:
            thread.join()
            return True
        return False

    def interrupted_by_kill():
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            return True
        return False

    equal([interrupted_by_join() for _ in range(50)], [True] * 50)
    equal([interrupted_by_kill() for _ in range(50)], [True] * 50)


run(globals())
