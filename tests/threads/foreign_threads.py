# skip tsan: it does not see that a thread of C code has ended before the process becomes one of several threads
"""Threads that C code starts and that come to run Python functions; foreign calls in threads."""

import ctypes
import gc
import subprocess
import sys
import threading
import time
from ctypes import CDLL, CFUNCTYPE, POINTER, byref, c_int, c_ulong, c_void_p, py_object

from _team import together
from testing import equal, run

libc = CDLL(None, use_errno=True)
Start = CFUNCTYPE(c_void_p, c_void_p)
libc.pthread_create.argtypes = (POINTER(c_ulong), c_void_p, Start, c_void_p)
libc.pthread_join.argtypes = (c_ulong, c_void_p)


def start(function, argument=None):
    thread = c_ulong()
    equal(libc.pthread_create(byref(thread), None, function, argument), 0)
    return thread


def join(*threads):
    for thread in threads:
        equal(libc.pthread_join(thread, None), 0)


def test_the_second_thread_of_the_program_is_a_foreign_one():
    seen = []

    @Start
    def work(argument):
        seen.append((argument, threading.get_ident(), [{"made": "there"}]))
        return None

    join(start(work, 7))
    equal((seen[0][0], seen[0][2]), (7, [{"made": "there"}]))
    assert seen[0][1] != threading.get_ident()


def test_one_comes_in_while_the_other_runs_python_code():
    done = []

    @Start
    def work(argument):
        done.append(argument)
        return None

    thread = start(work, 1)
    until = time.monotonic() + 20
    while not done and time.monotonic() < until:
        sum(range(100))
    equal(done, [1])
    join(thread)


def test_many_change_the_same_objects():
    counts = {}
    lock = threading.Lock()
    numbers = []

    @Start
    def work(argument):
        for i in range(200):
            numbers.append(i)
            with lock:
                counts[i] = counts.get(i, 0) + 1
        return None

    for _ in range(5):
        join(*[start(work) for _ in range(4)])
    equal(len(numbers), 4000)
    equal(set(counts.values()), {20})


def test_collections_while_foreign_threads_come_and_go():
    @Start
    def work(argument):
        kept = [[i] for i in range(500)]
        if argument % 5 == 0:
            gc.collect()
        results[argument - 1] = sum(x[0] for x in kept)
        return None

    results = [0] * 20
    threads = [start(work, n + 1) for n in range(20)]
    gc.collect()
    join(*threads)
    equal(results, [124750] * 20)


def test_a_thread_in_a_foreign_call_holds_nobody_up():
    begun = threading.Event()

    def sleeper():
        begun.set()
        libc.usleep(300000)

    thread = threading.Thread(target=sleeper)
    thread.start()
    begun.wait()
    began = time.monotonic()
    for _ in range(3):
        gc.collect()
    assert time.monotonic() - began < 0.25
    thread.join()


def test_a_callback_comes_out_of_the_foreign_call_and_goes_back():
    @CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
    def compare(a, b):
        gc.collect(0)
        return a[0] - b[0]

    def sort():
        numbers = (c_int * 30)(*[(i * 7919) % 31 for i in range(30)])
        libc.qsort(numbers, 30, 4, compare)
        return list(numbers)

    want = sorted((i * 7919) % 31 for i in range(30))
    equal(together(sort, repeat=4), [want] * 4)


def test_each_thread_has_its_own_errno():
    def work():
        for _ in range(200):
            ctypes.set_errno(0)
            libc.close(-1)
            if ctypes.get_errno() != 9:
                return False
            ctypes.set_errno(threading.get_native_id())
            libc.getpid()
            if ctypes.get_errno() != threading.get_native_id():
                return False
        return True

    equal(together(work, repeat=4), [True] * 4)


def test_shared_instances_keep_what_each_thread_stores():
    objects = (py_object * 8)()

    def work(place):
        for i in range(300):
            objects[place] = [place, i]
            equal(objects[place], [place, i])

    together(*[lambda place=place: work(place) for place in range(8)])
    equal([objects[i] for i in range(8)], [[i, 299] for i in range(8)])


COMES_IN_MEANWHILE = """
import ctypes, hashlib
libc = ctypes.CDLL(None)
Start = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
libc.pthread_join.argtypes = ctypes.c_ulong, ctypes.c_void_p
big, small = b"y" * (64 << 20), b"x" * (64 * 2000)
digest, thread = hashlib.sha256(), ctypes.c_ulong()
@Start
def work(argument):
    for i in range(2000):
        digest.update(b"x" * 64)
    return None
libc.pthread_create(ctypes.byref(thread), None, work, None)
digest.update(big)
libc.pthread_join(thread, None)
print(digest.digest() in (hashlib.sha256(big + small).digest(), hashlib.sha256(small + big).digest()))
"""


def test_a_foreign_thread_comes_in_while_a_digest_is_computed():
    done = subprocess.run([sys.executable, "-c", COMES_IN_MEANWHILE], capture_output=True, text=True, timeout=60)
    equal(done.stdout + done.stderr, "True\n")


def test_classes_that_threads_make_at_once_are_one():
    made = together(lambda: [c_int * n for n in range(60)], repeat=4)
    for one in made[1:]:
        assert all(a is b for a, b in zip(made[0], one))


run(globals())
