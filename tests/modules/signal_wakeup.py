"""signal.set_wakeup_fd(): what cannot be written is told, or not, as asked for."""

import os
import signal
import sys

from testing import equal, run


def reports(fd, **options):
    """What a signal makes sys.unraisablehook say while `fd` is the one to write to; its handler runs all the same."""
    told, handled = [], []
    old_hook, sys.unraisablehook = sys.unraisablehook, lambda u: told.append((u.exc_type, u.err_msg, u.object))
    old_handler = signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
    old_fd = signal.set_wakeup_fd(fd, **options)
    try:
        yield
        os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        signal.set_wakeup_fd(old_fd)
        signal.signal(signal.SIGUSR1, old_handler)
        sys.unraisablehook = old_hook
    equal(handled, [signal.SIGUSR1])
    yield told


def pipe():
    r, w = os.pipe()
    os.set_blocking(w, False)
    return r, w


MESSAGE = "Exception ignored when trying to write to the signal wakeup fd"


def test_written():
    r, w = pipe()
    equal(list(reports(w)), [None, []])
    equal(os.read(r, 10), bytes([signal.SIGUSR1]))
    os.close(r)
    os.close(w)


def test_full():
    r, w = pipe()
    for size in 65536, 4096, 1:
        try:
            while True:
                os.write(w, b"x" * size)
        except BlockingIOError:
            pass
    equal(list(reports(w)), [None, [(BlockingIOError, MESSAGE, None)]])
    equal(list(reports(w, warn_on_full_buffer=False)), [None, []])
    os.close(r)
    os.close(w)


def test_closed():
    for end, error in (0, BrokenPipeError), (1, OSError):
        ends = pipe()
        steps = reports(ends[1], warn_on_full_buffer=False)
        next(steps)
        os.close(ends[end])
        equal(next(steps), [(error, MESSAGE, None)])
        os.close(ends[1 - end])


run(globals())
