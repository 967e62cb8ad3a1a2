"""tracemalloc: where what is alive was allocated, how much that is, and the command line's option."""

import subprocess
import sys
import threading
import tracemalloc

from testing import equal, fails, run


def make(size):
    return bytearray(size)


def test_an_object_has_the_frames_that_it_was_allocated_in():
    tracemalloc.start(3)
    try:
        here = sys._getframe().f_lineno + 1
        data = make(5000)
        frames = tracemalloc.get_object_traceback(data)
        equal(len(frames), 3)
        equal([(f.filename, f.lineno) for f in frames[1:]],
              [(__file__, here), (__file__, make.__code__.co_firstlineno + 1)])
        equal(tracemalloc.get_object_traceback(7), None)
    finally:
        tracemalloc.stop()
    equal(tracemalloc.get_object_traceback(data), None)


def test_sums_are_of_what_is_alive():
    tracemalloc.start()
    try:
        big = make(1_000_000)
        with_it, _ = tracemalloc.get_traced_memory()
        big = None
        without, peak = tracemalloc.get_traced_memory()
        equal(with_it - without > 990_000, True)
        equal(peak >= with_it, True)
        tracemalloc.reset_peak()
        equal(tracemalloc.get_traced_memory()[1] < 500_000, True)
        tracemalloc.clear_traces()
        equal(tracemalloc.get_traced_memory()[0] < 10_000, True)
    finally:
        tracemalloc.stop()
    equal(tracemalloc.get_traced_memory(), (0, 0))


def test_a_snapshot_compares_with_another():
    tracemalloc.start()
    try:
        before = tracemalloc.take_snapshot()
        kept = [make(10_000) for _ in range(30)]
        after = tracemalloc.take_snapshot()
        first = after.compare_to(before, "lineno")[0]
        equal((first.traceback[0].lineno, first.size_diff >= 300_000, len(kept)),
              (make.__code__.co_firstlineno + 1, True, 30))
    finally:
        tracemalloc.stop()
    fails(RuntimeError, "the tracemalloc module must be tracing memory allocations to take a snapshot",
          tracemalloc.take_snapshot)


def test_limits():
    for wrong in (0, -1, 65536):
        fails(ValueError, "the number of frames must be in range [1; 65535]", tracemalloc.start, wrong)
    tracemalloc.start(7)
    equal((tracemalloc.is_tracing(), tracemalloc.get_traceback_limit()), (True, 7))
    tracemalloc.start(9)  # it is on: nothing happens
    equal(tracemalloc.get_traceback_limit(), 7)
    tracemalloc.stop()
    equal(tracemalloc.is_tracing(), False)


def test_threads_that_allocate_while_it_goes_on_and_off():
    ended = threading.Event()

    def allocate():
        kept = []
        while not ended.is_set():
            kept.append([make(100), {"key": str(len(kept)) * 3}])
            if len(kept) > 200:
                del kept[:150]

    threads = [threading.Thread(target=allocate) for _ in range(3)]
    for t in threads:
        t.start()
    for i in range(12):
        tracemalloc.start(1 + i % 3)
        tracemalloc.take_snapshot()
        if i % 2:
            tracemalloc.clear_traces()
        current, peak = tracemalloc.get_traced_memory()
        equal(0 <= current <= peak, True)
        tracemalloc.stop()
    ended.set()
    for t in threads:
        t.join()


def weft(*args, **environment):
    answer = subprocess.run([sys.executable, *args], capture_output=True, text=True, env=environment)
    return answer.stdout, answer.stderr, answer.returncode


def test_the_option_and_the_variable():
    show = "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"
    equal(weft("-X", "tracemalloc", "-c", show), ("True 1\n", "", 0))
    equal(weft("-X", "tracemalloc=5", "-c", show), ("True 5\n", "", 0))
    equal(weft("-X", "tracemalloc=0", "-c", show), ("False 1\n", "", 0))
    equal(weft("-c", show, PYTHONTRACEMALLOC="4"), ("True 4\n", "", 0))
    _, errors, code = weft("-X", "tracemalloc=x", "-c", show)
    equal((errors.splitlines()[0], code),
          ("Fatal Python error: config_init_tracemalloc: -X tracemalloc=NFRAME: "
           "invalid number of frames", 1))
    _, errors, code = weft("-X", "tracemalloc=70000", "-c", show)
    equal((errors.splitlines()[0], code),
          ("Fatal Python error: init_interp_main: can't start tracemalloc", 1))


def test_a_warning_about_an_object_says_where_that_was_allocated():
    program = "import gc\ndef f():\n    return open('/dev/null')\nf()\ngc.collect()\n"
    _, errors, _ = weft("-X", "tracemalloc=2", "-W", "default", "-c", program)
    lines = [line.strip() for line in errors.splitlines()]
    equal(lines[lines.index("Object allocated at (most recent call last):") + 1:],
          ['File "<string>", lineno 4', 'File "<string>", lineno 3'])


run(globals())
