"""What is left to do when a thread ends, waits, or can't begin."""

import gc
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

from _team import switch_often, together
from testing import equal, run


def output_of(program, *arguments):
    """What a program of its own writes, and its status."""
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr, done.returncode


class Garbage:
    def __init__(self, ended):
        self.me, self.ended = self, ended

    def __del__(self):
        self.ended.append(threading.get_ident())


def make_garbage(ended, count=20):
    for _ in range(count):
        Garbage(ended)


def test_a_thread_ends_with_finalisers_due():
    ended, begun, many = [], [], range(200000)

    def work(number):
        make_garbage(ended)
        begun.append(number)
        sum(many)  # the last safepoint is in here

    for number in range(60):
        thread = threading.Thread(target=work, args=(number,))
        thread.start()
        while len(begun) <= number:
            pass
        gc.collect(0)
        thread.join()
    for _ in range(3):
        gc.collect()
    equal(len(ended), 60 * 20)


def test_finalisers_of_a_thread_in_a_system_call():
    reader, writer = os.pipe()
    ended = []

    def read():
        make_garbage(ended)
        begun.release()
        os.read(reader, 1)

    begun = threading.Semaphore(0)
    thread = threading.Thread(target=read)
    thread.start()
    begun.acquire()
    time.sleep(0.1)
    gc.collect()
    others = set(ended) - {thread.ident}
    os.write(writer, b"x")
    thread.join()
    os.close(reader)
    os.close(writer)
    equal(others, {threading.get_ident()})


def test_small_stacks():
    results = []
    before = threading.stack_size(32768)
    try:
        for size in (32768, 65536, 131072, 200704, 262144):
            threading.stack_size(size)
            thread = threading.Thread(target=lambda: results.append(sorted([2, 1])))
            thread.start()
            thread.join()
    finally:
        threading.stack_size(before)
    equal(results, [[1, 2]] * 5)


NO_ROOM = """
import resource, threading
with open("/proc/self/status") as status:
    size = next(int(line.split()[1]) for line in status if line.startswith("VmSize")) * 1024
resource.setrlimit(resource.RLIMIT_AS, (size + 300 * 2**20, -1))
over, threads = threading.Event(), []
try:
    for _ in range(60):
        threads.append(threading.Thread(target=over.wait))
        threads[-1].start()
except RuntimeError as error:
    print(error)
over.set()
for thread in threads[:-1]:
    thread.join()
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
threads[-1].start()
threads[-1].join()
print("started after all")
"""


def has_sanitizer():
    """Which wants address space of its own."""
    with open("/proc/self/status") as status:
        return any(line.startswith("VmSize") and int(line.split()[1]) > 2**33 for line in status)


def test_no_room_for_a_thread():
    if not has_sanitizer():
        equal(output_of(NO_ROOM), ("can't start new thread\nstarted after all\n", 0))


def test_signals_that_the_main_thread_blocks():
    handled = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    try:
        for send in (lambda: signal.pthread_kill(thread.ident, signal.SIGUSR1), lambda: os.kill(os.getpid(), signal.SIGUSR1)):
            send()
            end = time.monotonic() + 10
            while not handled and time.monotonic() < end:
                time.sleep(0.001)
            equal(handled, [signal.SIGUSR1])
            handled.clear()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        over.set()
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    equal(handled, [])


def test_a_condition_is_held_when_a_handler_raises():
    condition = threading.Condition()
    notified = threading.Event()

    def handler(number, frame):
        raise InterruptedError

    def notify():
        with condition:
            condition.notify()
            notified.set()
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGUSR1)
            time.sleep(0.2)

    before = signal.signal(signal.SIGUSR1, handler)
    thread = threading.Thread(target=notify)
    seen = []
    try:
        with condition:
            thread.start()
            try:
                condition.wait()
                time.sleep(0)
            except InterruptedError:
                seen.append(condition._is_owned())
                raise
    except InterruptedError:
        seen.append("raised")
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    equal(seen, [True, "raised"])


AT_EXIT = """
import io, itertools, os, pickle, threading, time
inside = threading.Event()
class Slow:
    def __iter__(self):
        return self
    def __next__(self):
        if not inside.is_set():
            inside.set()
            time.sleep(1000)
        return 3
    def __reduce__(self):
        inside.set()
        time.sleep(1000)
class AtExit:
    def __init__(self, use):
        self.use, self.me = use, self
    def __del__(self, write=os.write):
        self.use()
        write(1, b"used")
chain, pickler = itertools.chain(Slow()), pickle.Pickler(io.BytesIO())
work, use = {"chain": (lambda: next(chain), lambda: next(chain)),
             "pickle": (lambda: pickler.dump(Slow()), lambda: pickler.dump(1))}[__import__("sys").argv[1]]
threading.Thread(target=work, daemon=True).start()
inside.wait()
AtExit(use)
"""


def test_what_a_daemon_was_in_is_used_at_exit():
    for which in ("chain", "pickle"):
        equal(output_of(AT_EXIT, which), ("used", 0))


def test_who_joined_is_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(30):
            thread = threading.Thread(target=int)
            thread.start()
            thread.join()
            child = os.fork()
            if not child:
                os._exit(0)
            os.waitpid(child, 0)


def test_of_two_releases_one_fails():
    lock = threading.Lock()
    rounds = 3000
    meeting = threading.Barrier(2, action=lock.acquire)

    def release():
        for _ in range(rounds):
            meeting.wait()
            try:
                lock.release()
                counts[next(numbers)] = True
            except RuntimeError:
                pass

    counts, numbers = {}, itertools.count()
    together(release, repeat=2)
    equal(len(counts), rounds)


switch_often()
def test_exit_waits_for_threads_that_start_others():
    program = """
import threading
def go_on(left):
    if left:
        threading.Thread(target=go_on, args=(left - 1,)).start()
    else:
        print("end")
for _ in range(4):
    go_on(1000)
"""
    equal(output_of(program), ("end\n" * 4, 0))


run(globals())
