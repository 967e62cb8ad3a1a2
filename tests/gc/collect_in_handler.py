"""gc.collect() in a signal handler: what the call that was interrupted has returned stays."""

import gc
import signal
import time

from testing import run


def handler(number, frame):
    gc.collect()
    signal.setitimer(signal.ITIMER_REAL, 0.0005)


def interrupted(work, seconds=0.4):
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0005)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_results_of_calls():
    def work():
        for n in range(200):
            assert len(bytes(range(n))) == n
            assert len(list(range(n, n + 3))) == 3

    interrupted(work)


def test_results_of_calls_with_stars():
    def work():
        for n in range(200):
            assert len(bytes(*[range(n)])) == n
            assert len(list(*(range(*(n, n + 3)),))) == 3

    interrupted(work)


run(globals())
