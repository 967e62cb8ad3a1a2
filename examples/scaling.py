"""What the examples share: counting cores, the progress line, and the table of times."""

import argparse
import os
import platform
import sys
import time


class Progress:
    """A line on the terminal that says how far a job is. Any thread may call step()."""

    def __init__(self, title, total):
        self.title = title
        self.total = total
        # A list, because append() loses nothing when threads meet; `count += 1` would.
        self.steps = []
        self.shown = 0.0
        self.terminal = sys.stderr.isatty()

    def step(self):
        self.steps.append(None)
        now = time.perf_counter()
        if self.terminal and now - self.shown > 0.1:
            self.shown = now
            self.show()

    def show(self):
        done = len(self.steps)
        bar = "#" * (done * 30 // self.total)
        sys.stderr.write(f"\r{self.title} [{bar:<30}] {done}/{self.total}")
        sys.stderr.flush()

    def finish(self):
        if self.terminal:
            self.show()
            sys.stderr.write("\n")
        if len(self.steps) != self.total:
            sys.exit(f"{self.title}: {len(self.steps)} of {self.total} steps done")


def cores():
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def parser(description):
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--threads", type=int, default=cores(), metavar="N",
                        help="measure with 1 to N threads (default: the number of cores)")
    return result


def thread_counts(most):
    """1, 2, 3, 4, then doubling up to the most."""
    return [n for n in range(1, most + 1) if n <= 4 or n == most or n & (n - 1) == 0]


def measure(run, most):
    """Calls run(threads) for 1 up to `most` threads. Every result must equal the first, which
    is returned with a list of (threads, seconds)."""
    times = []
    first = None
    for threads in thread_counts(most):
        begun = time.perf_counter()
        result = run(threads)
        times.append((threads, time.perf_counter() - begun))
        if first is None:
            first = result
        elif result != first:
            sys.exit(f"the result of {threads} threads differs from that of one")
    return first, times


def print_table(times):
    implementation = sys.implementation.name
    print(f"\n{implementation} {platform.python_version()} on {cores()} cores")
    print("threads   seconds   speed-up")
    for threads, seconds in times:
        print(f"{threads:7d}   {seconds:7.2f}   {times[0][1] / seconds:8.2f}")
