"""Times two commands against each other. Run by CPython: it is the clock, not a runner."""

import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CPYTHON = os.path.join(ROOT, "build", "peers", "bin", "python3.13")
WEFT = os.environ.get("WEFT", os.path.join(ROOT, "build", "weft"))


class Run:
    """One run of a command: seconds of wall clock, and the most memory it held, in MB."""

    def __init__(self, command):
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        self.memory = usage.ru_maxrss / 1024
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n"
                     + errors.decode(errors="replace")[-2000:])


def compare(arguments, runs):
    """Runs CPython and Weft in turn: A B A B, so that what else the machine does meets both.
    Returns the list of Runs of each."""
    both = [], []
    for _ in range(runs):
        for program, results in zip((CPYTHON, WEFT), both):
            results.append(Run([program, *arguments]))
    return both


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def spread(runs):
    """Half the distance between the fastest and the slowest run, as a share of the median."""
    seconds = [run.seconds for run in runs]
    return (max(seconds) - min(seconds)) / 2 / statistics.median(seconds)
