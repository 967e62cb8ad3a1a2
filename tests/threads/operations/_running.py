"""Runs the rows of a test file: threads that a barrier releases do a round of a row's test, round
after round, for some milliseconds each.

    weft tests/threads/operations/FILE.py [--long] [--seconds S] [WORD ...]

--long gives each row three seconds and teams of up to 16 threads every time. Words choose the rows
whose name has them.
"""

import argparse
import os
import sys
import threading
import time

from _rows import Table

SIZES = 2, 4, 3, 8, 2, 16
SECONDS = 0.04
LONG_SECONDS = 3
LIMIT = 120  # a round that takes longer hangs
SPINS = 200


class Team:
    """Threads that wait for work, each at a lock of its own."""

    def __init__(self, size):
        self.go = [threading.Lock() for _ in range(size)]
        self.done = threading.Semaphore(0)
        self.jobs = [None] * size
        self.arrived = []
        for n, lock in enumerate(self.go):
            lock.acquire()
            threading.Thread(target=self.serve, args=(n,), daemon=True).start()

    def serve(self, n):
        while True:
            self.go[n].acquire()
            part, size, results, errors, arrived = self.jobs[n]
            arrived.append(n)
            patience = SPINS
            while len(arrived) < size:
                if patience:
                    patience -= 1
                else:
                    os.sched_yield()
            try:
                results[n] = part(n)
            except BaseException as error:
                errors.append(error)
            part = results = errors = arrived = self.jobs[n] = None
            self.done.release()

    def together(self, part, size):
        """The results of part(n) in each of `size` threads; raises what any of them raised."""
        results, errors = [None] * size, []
        arrived = []
        for n in range(size):
            self.jobs[n] = part, size, results, errors, arrived
        for n in range(size):
            self.go[n].release()
        for _ in range(size):
            if not self.done.acquire(timeout=LIMIT):
                raise AssertionError(f"no end within {LIMIT} seconds")
        if errors:
            raise errors[0]
        return results


def try_row(team, row, seconds, sizes):
    """Runs rounds until the time is over; the number of rounds."""
    deadline = time.monotonic() + seconds
    rounds = 0
    while rounds < 2 or time.monotonic() < deadline:
        size = sizes[rounds % len(sizes)]
        part, verify = row.test.round(size)
        verify(team.together(part, size))
        rounds += 1
    return rounds


def run_rows():
    """Runs the rows that the calling program has defined; ends it with exit code 1 if one fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    seconds = options.seconds or (LONG_SECONDS if options.long else SECONDS)
    if hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(1e-5)
    team = Team(max(SIZES))
    passed = failed = skipped = 0
    sanitized = os.environ.get("BUILD", "").startswith("tsan")
    for table in Table.tables.values():
        for row in table.rows:
            if not all(word in str(row) for word in options.words):
                continue
            if row.raw and sanitized or row.beyond and sys.implementation.name == "cpython":
                skipped += 1
                continue
            try:
                rounds = try_row(team, row, seconds, SIZES)
            except BaseException as error:
                failed += 1
                print("FAILED", row, flush=True)
                sys.excepthook(type(error), error, error.__traceback__)
                continue
            passed += 1
            if options.verbose:
                print(row, rounds, "rounds", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    sys.exit(1 if failed else 0)
