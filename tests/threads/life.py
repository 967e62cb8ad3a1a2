# timeout: 120
"""Starting and ending threads: 64 at a time, 100 times over; no thread, descriptor or memory is
left behind."""

import _thread
import os
import sys
import time

from _team import together
from testing import equal, fails, raises, run


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def memory_in_megabytes():
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024


def os_threads():
    """All but the collector's own, which stay when they were once needed."""
    count = 0
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/comm") as name:
                count += name.read() != "weft-marker\n"
        except OSError:  # it has ended since
            pass
    return count


def settled_memory():
    import gc
    gc.collect()
    return memory_in_megabytes()


def settled_threads(most):
    """Ended threads leave the process a moment after they say so."""
    for _ in range(200):
        if os_threads() <= most:
            break
        time.sleep(0.01)
    return os_threads()


together(lambda: None)  # ThreadSanitizer starts a thread of its own then
AT_START = settled_threads(1)
SANITIZED = AT_START > 1


def test_results_and_arguments():
    got = []
    lock = _thread.allocate_lock()
    lock.acquire()

    def f(a, b, *, c):
        got.append((a, b, c))
        lock.release()

    _thread.start_new_thread(f, (1, 2), {"c": 3})
    lock.acquire()
    equal(got, [(1, 2, 3)])


def test_bad_arguments():
    fails(TypeError, "first arg must be callable", _thread.start_new_thread, 5, ())
    fails(TypeError, "2nd arg must be a tuple", _thread.start_new_thread, len, 5)


def test_64_threads_100_times():
    def work():
        mine = [i for i in range(50)]
        shared.append(mine)
        return sum(mine)

    for round in range(10 if SANITIZED else 100):
        shared = []
        equal(sum(together(work, repeat=64)), 64 * 1225)
        equal(len(shared), 64)
        if round == 5:
            files = descriptors()
        if round == 20:
            before = settled_memory()
    equal(settled_threads(AT_START), AT_START)
    equal(descriptors(), files)
    if not SANITIZED:
        # gc.collect() leaves up to 4 MB of free blocks with the process, by chance none.
        assert settled_memory() <= before + 6, (before, settled_memory())


def test_descriptors_are_not_leaked():
    before = descriptors()
    together(lambda: None, repeat=32)
    equal(descriptors(), before)


def test_threads_that_start_threads():
    log = []

    def work(depth):
        log.append(depth)
        if depth:
            together(lambda: work(depth - 1), repeat=2)

    work(5)
    equal(len(log), 63)


def test_identifiers_differ_while_alive():
    ids = together(*[lambda: (_thread.get_ident(), together(_thread.get_ident)[0])] * 8)
    assert all(a != b for a, b in ids)
    assert all(a != _thread.get_ident() for a, _ in ids)


def test_deep_recursion_in_a_thread():
    def deep(n):
        return deep(n + 1)

    def work():
        try:
            deep(0)
        except RecursionError:
            return "caught"

    equal(together(work, repeat=4), ["caught"] * 4)


def test_locks():
    lock = _thread.allocate_lock()
    equal((lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01)),
          (True, True, False, False))
    lock.release()
    fails(RuntimeError, "release unlocked lock", lock.release)
    r = _thread.RLock()
    r.acquire()
    r.acquire()
    r.release()
    equal(together(lambda: r.acquire(False)), [False])
    r.release()
    fails(RuntimeError, "cannot release un-acquired lock", r.release)


def test_lock_hands_over_what_was_written():
    turn = [_thread.allocate_lock(), _thread.allocate_lock()]
    turn[1].acquire()
    box = [0]

    def work(me):
        for _ in range(1000):
            turn[me].acquire()
            box[0] += 1
            turn[1 - me].release()

    together(lambda: work(0), lambda: work(1))
    equal(box, [2000])


def test_thread_local_storage():
    local = _thread._local()
    local.x = "main"

    def work(n):
        assert not hasattr(local, "x")
        local.x = n
        for _ in range(1000):
            if local.x != n:
                raise AssertionError
        return local.x

    equal(together(*[lambda n=n: work(n) for n in range(8)]), list(range(8)))
    equal(local.x, "main")


def test_allocation_in_many_threads():
    class Node:
        def __init__(self, value, next):
            self.value, self.next = value, next

    def work():
        total = 0
        for _ in range(50):
            chain = None
            for i in range(300):
                chain = Node(i, chain)
            while chain:
                total += chain.value
                chain = chain.next
        return total

    equal(set(together(work, repeat=8)), {50 * 300 * 299 // 2})


def test_garbage_of_threads_is_collected():
    import gc
    import weakref

    class C:
        pass

    def work():
        kept = []
        for _ in range(200):
            a, b = C(), C()
            a.other, b.other = b, a
            kept.append(weakref.ref(a))
        return kept

    results = together(work, repeat=4)
    gc.collect()
    alive = sum(r() is not None for part in results for r in part)
    assert alive <= 8, alive


run(globals())
