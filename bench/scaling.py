"""See bench/scaling."""

import argparse
import json
import math
import os
import subprocess
import sys

import scaling_report
from timing import CPYTHON, FREE_THREADED, ROOT, WEFT

ITEMS = os.path.join(ROOT, "bench", "scaling_items.py")


class Item:
    """One item's least seconds, of one thread, of all and of as many processes, and its rounds."""

    def __init__(self, repeat, one, threads, processes):
        self.repeat = int(repeat)
        self.one, self.threads, self.processes = float(one), float(threads), float(processes)

    @property
    def efficiency(self):
        """1: as many threads do N times the work in the time of one."""
        return self.one / self.threads

    @property
    def against_processes(self):
        """The same, measured by what processes that share nothing get from this machine."""
        return self.processes / self.threads

    def each(self, seconds):
        """Nanoseconds a round of one thread."""
        return seconds / self.repeat * 1e9


def measure(program, options):
    run = subprocess.run([program, ITEMS, str(options.threads), str(options.rounds), *options.names],
                         stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"{program}: exit code {run.returncode}")
    return {line.split()[0]: Item(*line.split()[1:]) for line in run.stdout.splitlines()}


def show(ours, theirs, free):
    print(f"{'item':22} {'ns, 1 thread':>12} {'ns, N':>8} {'efficiency':>11} {'of processes':>13}"
          + (f" {'CPython ns, N':>14}" if theirs else "") + (f" {'without lock':>13}" if free else ""))
    for name, item in ours.items():
        share = "" if math.isnan(item.processes) else f"{item.against_processes:.2f}"
        line = (f"{name:22} {item.each(item.one):12.1f} {item.each(item.threads):8.1f}"
                f" {item.efficiency:11.2f} {share:>13}")
        if theirs:
            line += f" {theirs[name].each(theirs[name].threads):14.1f}"
        if free:
            line += f" {free[name].each(free[name].threads):13.1f}"
        print(line)


def main():
    parser = argparse.ArgumentParser(description="How the operations of Python scale with threads.")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="without CPython")
    parser.add_argument("--json", help="file to leave the figures in")
    parser.add_argument("--publish", action="store_true", help="write docs/SCALING.md and docs/scaling.svg")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.publish and options.alone:
        parser.error("--publish compares with CPython")
    ours = measure(WEFT, options)
    theirs = None if options.alone else measure(CPYTHON, options)
    free = None if options.alone or not os.path.exists(FREE_THREADED) else measure(FREE_THREADED, options)
    show(ours, theirs, free)
    if options.publish:
        scaling_report.publish(ours, theirs, free, options.threads)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({name: vars(item) for name, item in ours.items()}, file, indent=1)


if __name__ == "__main__":
    main()
