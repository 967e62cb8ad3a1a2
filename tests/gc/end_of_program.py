# timeout: 120
"""What is done when the program ends: finalisers of all that is alive, their order, their errors."""

import os
import re
import subprocess
import sys
import tempfile

from testing import equal, run


def program(source, *options, code=0):
    done = subprocess.run([sys.executable, *options, "-c", source], capture_output=True, text=True)
    equal(done.returncode, code)
    err = re.sub(r"0x[0-9a-f]+", "0x", done.stderr)
    return done.stdout.splitlines(), err.splitlines()


DEL = """
class D:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name, helper())
def helper(): return "helped"
"""


def test_values_of_globals_are_finalised_with_their_module_intact():
    out, err = program(DEL + "a = D('a'); b = D('b'); l = [D('c')]")
    equal(out, ["del a helped", "del b helped", "del c helped"])
    equal(err, [])


def test_cycles_come_first():
    out, err = program(DEL + "a = D('a')\nb = D('b'); b.me = b; del b")
    equal(out, ["del b helped", "del a helped"])


def test_order_of_threads_atexit_and_finalisers():
    out, err = program(DEL + """
import atexit, threading, time, weakref
a = D("a")
atexit.register(print, "atexit")
weakref.finalize(a, print, "finalize")
threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
print("main")
""")
    equal(out, ["main", "thread", "finalize", "atexit", "del a helped"])


def test_sys_says_that_it_ends():
    out, err = program("""
import sys
class D:
    def __del__(self): print(sys.is_finalizing(), sys.path, sys.meta_path)
d = D()
""")
    equal(out, ["True None None"])


def test_errors_are_reported_and_stop_nothing():
    out, err = program("""
class D:
    def __del__(self): raise ValueError("no")
class E:
    def __del__(self): import json
class F:
    def __del__(self): print("last")
d = D(); e = E(); f = F()
""")
    equal(out, ["last"])
    equal(err, [
        "Exception ignored in: <function D.__del__ at 0x>",
        "Traceback (most recent call last):",
        '  File "<string>", line 3, in __del__',
        "ValueError: no",
        "Exception ignored in: <function E.__del__ at 0x>",
        "Traceback (most recent call last):",
        '  File "<string>", line 5, in __del__',
        "ImportError: sys.meta_path is None, Python is likely shutting down"])


def test_what_is_reported_has_no_chain():
    out, err = program("""
class D:
    def __del__(self):
        try:
            {}["k"]
        except KeyError:
            raise OSError("o")
def f(n):
    return f(n - 1) if n else 1 / 0
class E:
    def __del__(self):
        f(5)
d = D(); e = E()
""")
    equal(err, [
        "Exception ignored in: <function D.__del__ at 0x>",
        "Traceback (most recent call last):",
        '  File "<string>", line 7, in __del__',
        "OSError: o",
        "Exception ignored in: <function E.__del__ at 0x>",
        "Traceback (most recent call last):",
        '  File "<string>", line 12, in __del__',
        '  File "<string>", line 9, in f',
        '  File "<string>", line 9, in f',
        '  File "<string>", line 9, in f',
        "  [Previous line repeated 3 more times]",
        "ZeroDivisionError: division by zero"])


def test_suspended_generators_are_closed():
    out, err = program("""
def g():
    try:
        yield 1
    finally:
        print("closed")
it = g(); next(it)
""")
    equal(out, ["closed"])


def test_coroutine_never_awaited():
    out, err = program("async def co(): pass\nc = co()")
    equal(err, ["<sys>:0: RuntimeWarning: coroutine 'co' was never awaited"])


def test_files_are_written_and_complained_about():
    with tempfile.TemporaryDirectory() as place:
        name = os.path.join(place, "f")
        out, err = program(f"f = open({name!r}, 'w'); f.write('text')", "-X", "dev")
        assert len(err) == 1 and "ResourceWarning: unclosed file <_io.TextIOWrapper" in err[0], err
        with open(name) as f:
            equal(f.read(), "text")


def test_what_other_modules_refer_to():
    out, err = program(DEL + "import json; json.kept = D('a')")
    equal(out, ["del a helped"])


def test_after_an_uncaught_exception():
    out, err = program(DEL + "a = D('a')\ndef f():\n    b = D('b')\n    1/0\nf()", code=1)
    equal(sorted(out), ["del a helped", "del b helped"])
    equal(err[-1], "ZeroDivisionError: division by zero")


def test_after_sys_exit():
    out, err = program(DEL + "a = D('a')\nimport sys\nsys.exit(3)", code=3)
    equal(out, ["del a helped"])


def test_resurrection_is_not_finalised_twice():
    out, err = program("""
kept = []
class D:
    def __del__(self): kept.append(self); print("once")
d = D()
""")
    equal(out, ["once"])


def test_values_of_ended_threads():
    """Values of a thread that ended belong to nobody."""
    out, err = program(DEL + """
import threading
kept = []
t = threading.Thread(target=lambda: kept.append(D("thread"))); t.start(); t.join()
""")
    equal(out, ["del thread helped"])


def test_finalisers_while_daemon_threads_run():
    for _ in range(5):
        out, err = program(DEL + """
import threading, time
lock = threading.Lock(); lock.acquire()
for f, args in ((lock.acquire, ()), (time.sleep, (100,)), (lock.acquire, (True, 50))):
    threading.Thread(target=f, args=args, daemon=True).start()
a = D("a")
time.sleep(0.02)
""")
        equal(out, ["del a helped"])
        equal(err, [])


def test_a_daemon_thread_keeps_what_it_uses():
    out, err = program(DEL + """
import threading, time
def work():
    while True:
        l.append(len(l))
        if len(l) > 1000: l.clear()
l = []
threading.Thread(target=work, daemon=True).start()
a = D("a")
time.sleep(0.02)
""")
    equal(out, [])


def test_what_builtins_and_sys_keep_goes_in_this_order():
    out, err = program("""
import builtins, os, sys
class D:
    def __init__(self, name): self.name = name
    def __del__(self, write=os.write):
        write(1, b"del %s %r\\n" % (self.name, sys.stdout is None))
        1 / 0
sys.public = D(b"public"); sys._private = D(b"private"); builtins.one = D(b"builtin"); a = D(b"a")
""")
    equal(out, ["del builtin False", "del private False", "del public True", "del a True"])
    # The last two are not told of: there is no sys.stderr any more.
    equal(len([line for line in err if line.startswith("ZeroDivisionError")]), 2)


def test_a_module_that_sys_keeps_is_emptied_before_sys_is():
    out, err = program("""
import builtins, sys
class D:
    def __del__(self):
        print("before", len(()))
d = D()
builtins.here = sys.here = here = sys.modules[__name__]
""")
    equal(out, ["before 0"])


def test_no_forks_any_more():
    out, err = program("""
import _posixsubprocess, os, pty, subprocess, sys
class D:
    def __del__(self):
        for f in os.fork, os.forkpty, self.spawn:
            try:
                f()
            except PythonFinalizationError as error:
                print(error)
    def spawn(self):
        subprocess.Popen([sys.executable, "-c", "pass"], preexec_fn=print)
d = D()
""")
    equal(out, ["can't fork at interpreter shutdown"] * 2 +
          ["preexec_fn not supported at interpreter shutdown"])


def test_signals_find_no_handler_any_more():
    out, err = program("""
import _thread, signal
signal.signal(signal.SIGUSR1, print)
class D:
    def __del__(self):
        _thread.interrupt_main()
        print(signal.getsignal(signal.SIGUSR1))
d = D()
""")
    equal(out, ["None"])
    equal(err, [
        "Traceback (most recent call last):",
        '  File "<string>", line 6, in __del__',
        "OSError: Signal 2 ignored due to race condition"])


def test_errors_are_not_told_without_stderr():
    out, err = program("""
import gc, sys
class D:
    def __del__(self): 1 / 0
sys.stderr = None
D(); gc.collect()
del sys.stderr
D(); gc.collect()
sys.stderr = None
1 / 0
""", code=1)
    equal((out, err), ([], []))


def test_only_an_uncaught_interrupt_ends_by_the_signal():
    program("raise KeyboardInterrupt", code=-2)
    program("import atexit; atexit.register(lambda: 1 / 0); raise KeyboardInterrupt", code=-2)
    program("raise SystemExit(130)", code=130)
    program("raise SystemExit(256 + 130)", code=130)
    program("raise SystemExit(-1)", code=255)
    program("raise SystemExit(1 << 100)", code=255)
    program("import sys; sys.excepthook = lambda *_: sys.exit(7); raise KeyboardInterrupt", code=7)


run(globals())
