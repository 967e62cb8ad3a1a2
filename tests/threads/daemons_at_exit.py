# timeout: 300
"""A program ends at once and cleanly whatever its daemon threads are at work on: 50 times each."""

import os
import subprocess
import sys
import threading
import time

from testing import equal, run, skip

HEAD = """
import threading, time, os, sys, io
def start(f, *args):
    for _ in range(4):
        threading.Thread(target=f, args=args, daemon=True).start()
"""


first = threading.Thread(target=int)
first.start()
first.join()
time.sleep(0.2)  # the ended thread leaves the process
# ThreadSanitizer starts a thread of its own then; a program takes it a second or two.
SANITIZED = len(os.listdir("/proc/self/task")) > 1


def ends(source, times=50, out="done\n", code=0):
    for _ in range(min(times, 2) if SANITIZED else times):
        begun = time.monotonic()
        done = subprocess.run([sys.executable, "-c", HEAD + source + "\nprint('done')"],
                              capture_output=True, text=True, timeout=60)
        equal((done.returncode, done.stdout, done.stderr), (code, out, ""))
        assert time.monotonic() - begun < 20


def test_asleep():
    ends("start(time.sleep, 1000)")


def test_waiting_for_a_lock():
    ends("lock = threading.Lock(); lock.acquire(); start(lock.acquire); start(lock.acquire, True, 99)")


def test_waiting_for_a_lock_that_is_released():
    ends("lock = threading.Lock(); lock.acquire(); start(lock.acquire); lock.release()")


def test_waiting_for_an_event():
    ends("e = threading.Event(); start(e.wait); start(e.wait, 0.001)")


def test_computing():
    ends("""
def work():
    n = 0
    while True: n += 1
start(work)
""")


def test_making_objects():
    ends("""
l = []
def work():
    while True:
        l.append([len(l), str(len(l))])
        if len(l) > 1000: l.clear()
start(work)
""")


def test_reading_and_writing():
    ends("""
r, w = os.pipe()
start(os.read, r, 1)
def work():
    while True:
        with open(os.devnull, "w") as f: f.write("text" * 100)
start(work)
""")


def test_writing_to_a_pipe_that_nobody_reads():
    ends("""
r, w = os.pipe()
f = open(w, "wb", closefd=False)
def work():
    while True: f.write(b"x" * 10000)
start(work)
time.sleep(0.01)
""", times=5)


def test_writing_to_the_standard_output():
    """Each line is whole, and main's last line is there. CPython may end with a fatal error here."""
    if sys.implementation.name == "cpython":
        skip("the interpreter may abort")
    source = HEAD + """
def work():
    while True: sys.stderr.write("work\\n")
start(work)
time.sleep(0.01)
"""
    for _ in range(20):
        done = subprocess.run([sys.executable, "-c", source + "print('done')"],
                              capture_output=True, text=True, timeout=60)
        equal((done.returncode, done.stdout), (0, "done\n"))
        lines = done.stderr.splitlines()
        assert set(lines[:-1]) <= {"work"}, set(lines)


def test_starting_threads():
    ends("""
def work():
    while True:
        try: threading.Thread(target=len, args=("a",)).start()
        except RuntimeError: time.sleep(100)
threading.Thread(target=work, daemon=True).start()
import atexit
""", times=10)


def test_with_much_to_collect_at_the_end():
    """The collector's own threads help also when all others have ended."""
    ends("""
class D:
    def __del__(self): pass
kept = [[i] for i in range(300000)]
d = D()
start(time.sleep, 1000)
def work():
    while True: [0] * 10
start(work)
""", times=5)


def test_the_exit_code_stays():
    ends("start(time.sleep, 1000); print('done'); sys.exit(3)", times=10, code=3)


run(globals())
