"""Waits end when they should, no thread starves, and a signal interrupts the main thread's wait."""

import functools
import queue
import signal
import statistics
import threading
import time

from testing import equal, run

SHORT = 0.02
# Of several waits the median is late by less than this. An idle machine shows 0.1 ms; a busy one runs others first.
LATE = 0.03


def taken_lock():
    lock = threading.Lock()
    lock.acquire()
    return lock


def held_rlock():
    lock = threading.RLock()
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    thread.join()
    return lock


def failed_get(some_queue):
    try:
        some_queue.get(timeout=SHORT)
    except queue.Empty:
        return False


def failed_put(some_queue):
    try:
        some_queue.put(2, timeout=SHORT)
    except queue.Full:
        return False


def broken_wait():
    try:
        threading.Barrier(2).wait(SHORT)
    except threading.BrokenBarrierError:
        return False


def condition_wait():
    condition = threading.Condition()
    with condition:
        return condition.wait(SHORT)


def full_queue():
    some_queue = queue.Queue(1)
    some_queue.put(1)
    return some_queue


def short_thread():
    thread = threading.Thread(target=time.sleep, args=(2 * SHORT,))
    thread.start()
    return thread


def lateness(make, wait):
    """Seconds after SHORT at which wait(make()) returns, the median of seven; it must return False or None."""
    late = []
    for _ in range(7):
        subject = make()
        begun = time.monotonic()
        equal(wait(subject) in (False, None), True)
        late.append(time.monotonic() - begun - SHORT)
    equal(min(late) > -0.0005, True)
    return statistics.median(late)


def test_timeouts_are_kept():
    for make, wait in (
            (taken_lock, lambda lock: lock.acquire(timeout=SHORT)),
            (held_rlock, lambda lock: lock.acquire(timeout=SHORT)),
            (threading.Event, lambda event: event.wait(SHORT)),
            (lambda: threading.Semaphore(0), lambda semaphore: semaphore.acquire(timeout=SHORT)),
            (lambda: None, lambda _: condition_wait()),
            (lambda: None, lambda _: broken_wait()),
            (queue.Queue, failed_get),
            (queue.SimpleQueue, failed_get),
            (full_queue, failed_put)):
        late = lateness(make, wait)
        equal((make, late) if late > LATE else "in time", "in time")


def test_join_with_timeout_returns_before_the_thread_ends():
    thread = short_thread()
    begun = time.monotonic()
    thread.join(SHORT / 4)
    equal(thread.is_alive(), True)
    equal(SHORT / 4 <= time.monotonic() - begun, True)
    thread.join()


def turns_of(act, threads, seconds):
    """How often each of several threads acts, which all of them do all the time."""
    counts = [0] * threads
    begin, end = threading.Barrier(threads), time.monotonic() + seconds

    def work(number):
        begin.wait()
        while time.monotonic() < end:
            act()
            counts[number] += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return counts


def test_no_thread_starves_at_a_lock():
    for lock in threading.Lock(), threading.RLock(), threading.Semaphore():
        def act():
            with lock:
                pass

        counts = turns_of(act, 4, 0.6)
        equal(counts if min(counts) < 10 else "all had their turns", "all had their turns")


def test_no_thread_starves_at_an_object_that_all_change():
    simple_queue = queue.SimpleQueue()

    def put_and_get():
        simple_queue.put(1)
        simple_queue.get()

    for act in functools.partial([].append, 1), functools.partial({}.__setitem__, 1, 1), put_and_get:
        counts = turns_of(act, 4, 0.6)
        equal(counts if min(counts) < 100 else "all had their turns", "all had their turns")


def test_a_thread_that_waits_gets_a_lock_that_another_takes_again_at_once():
    lock, stop, got = threading.Lock(), threading.Event(), []

    def hog():
        while not stop.is_set():
            with lock:
                sum(range(50))

    thread = threading.Thread(target=hog)
    thread.start()
    for _ in range(20):
        begun = time.monotonic()
        with lock:
            got.append(time.monotonic() - begun)
    stop.set()
    thread.join()
    equal(max(got) if max(got) > 0.5 else "soon", "soon")


def test_a_signal_interrupts_the_wait_of_the_main_thread():
    class Woken(Exception):
        pass

    def wake(number, frame):
        raise Woken

    before = signal.signal(signal.SIGALRM, wake)
    try:
        for wait in (taken_lock().acquire, held_rlock().acquire, threading.Event().wait, queue.Queue().get,
                     queue.SimpleQueue().get, threading.Semaphore(0).acquire):
            begun = time.monotonic()
            try:
                signal.setitimer(signal.ITIMER_REAL, SHORT)
                wait()
            except Woken:
                pass
            equal(time.monotonic() - begun < 2, True)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


run(globals())
