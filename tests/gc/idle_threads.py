"""A thread that has waited for a while keeps nothing alive that its code does not need any more."""

import _queue
import gc
import threading
import time
import weakref

from testing import equal, run


class Task:
    pass


def work(get, done):
    while True:
        task = get()
        if task is None:
            return
        task = None
        done.release()


class Releaser:
    def __init__(self, lock):
        self.lock = lock

    def __del__(self):
        self.lock.release()


def wait_for_the_dropped(barrier):
    """Waits for what its own garbage does at its end; an expression's value is in a register still."""
    lock = threading.Lock()
    lock.acquire()
    barrier.wait()
    Releaser(lock).lock.locked()
    lock.acquire()


def test_threads_that_wait_together_for_what_they_dropped():
    for _ in range(3):
        barrier = threading.Barrier(6)
        threads = [threading.Thread(target=wait_for_the_dropped, args=(barrier,), daemon=True) for _ in range(6)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + 60
        for thread in threads:
            thread.join(max(0, end - time.monotonic()))
        equal([thread.is_alive() for thread in threads], [False] * 6)


def drop_a_releaser(lock, depth=20):
    if depth:
        drop_a_releaser(lock, depth - 1)
    else:
        Releaser(lock)


def wait_for_another_to_collect(barrier):
    """With a timeout, so it doesn't collect itself; the finaliser is its own to run."""
    lock = threading.Lock()
    lock.acquire()
    drop_a_releaser(lock)
    barrier.wait()
    acquired.append(lock.acquire(timeout=60))


acquired = []


def test_a_thread_that_waits_runs_its_finalisers():
    barrier = threading.Barrier(5)
    threads = [threading.Thread(target=wait_for_another_to_collect, args=(barrier,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    barrier.wait()
    time.sleep(0.2)
    begin = time.monotonic()
    gc.collect()
    for thread in threads:
        thread.join()
    equal(acquired, [True] * 4)
    equal(time.monotonic() - begin < 30, True)


def kept_by_waiting(make_queue):
    queue, done = make_queue(), threading.Semaphore(0)
    thread = threading.Thread(target=work, args=(queue.get, done))
    thread.start()
    references = []
    for _ in range(5):
        task = Task()
        references.append(weakref.ref(task))
        queue.put(task)
        del task
        done.acquire()
    time.sleep(0.4)
    gc.collect()
    alive = sum(r() is not None for r in references)
    queue.put(None)
    thread.join()
    return alive


class LockedQueue:
    def __init__(self):
        self.items, self.ready = [], threading.Semaphore(0)

    def put(self, item):
        self.items.append(item)
        self.ready.release()

    def get(self):
        self.ready.acquire()
        return self.items.pop()


def test_a_thread_that_waits_for_a_queue():
    equal(kept_by_waiting(_queue.SimpleQueue), 0)


def test_a_thread_that_waits_for_a_lock():
    equal(kept_by_waiting(LockedQueue), 0)


run(globals())
