"""What context a thread begins with: a copy of its starter's, or an empty one if asked."""

import contextvars
import subprocess
import sys
import threading

from testing import equal, run

variable = contextvars.ContextVar("variable", default=0)
INHERITS = getattr(sys.flags, "thread_inherit_context", 0)


def in_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def test_a_thread_begins_with_its_starters_context():
    def body():
        before = variable.get()
        variable.set(2)
        return before, variable.get()

    variable.set(1)
    equal(in_thread(body), (1 if INHERITS else 0, 2))
    equal(variable.get(), 1)


def test_the_context_is_that_of_start():
    variable.set(3)
    results = []
    thread = threading.Thread(target=lambda: results.append(variable.get()))
    variable.set(4)
    thread.start()
    thread.join()
    equal(results, [4 if INHERITS else 0])


def test_many_threads_change_copies_of_one_context():
    def body(number):
        seen = []
        for i in range(200):
            variable.set((number, i))
            seen.append(variable.get() == (number, i) and context_of_another() == (number, i))
        results.append(all(seen))

    def context_of_another():
        return contextvars.copy_context()[variable]

    results = []
    variable.set(None)
    threads = [threading.Thread(target=body, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(results, [True] * 8)
    equal(variable.get(), None)


def test_options():
    if not hasattr(sys.flags, "thread_inherit_context"):
        return
    code = ("import contextvars, sys, threading\nv = contextvars.ContextVar('v', default=0)\nv.set(1)\n"
            "t = threading.Thread(target=lambda: print(v.get(), sys.flags.thread_inherit_context))\nt.start()\nt.join()")
    for options, output in (([], "1 1\n"), (["-X", "thread_inherit_context=0"], "0 0\n"), (["-X", "gil=1"], "0 0\n"),
                            (["-X", "gil=1", "-X", "thread_inherit_context=1"], "1 1\n")):
        equal(subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True).stdout, output)


run(globals())
