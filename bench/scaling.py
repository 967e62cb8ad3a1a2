"""See bench/scaling."""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys

import scaling_report
from timing import CPYTHON, FREE_THREADED, ROOT, WEFT

ITEMS = os.path.join(ROOT, "bench", "scaling_items.py")


class Item:
    """One item's least nanoseconds a round: of one thread, of all threads and of as many processes."""

    def __init__(self, one, threads, processes):
        self.one, self.threads, self.processes = one, threads, processes

    @property
    def efficiency(self):
        """1: as many threads do N times the work in the time of one."""
        return self.one / self.threads

    @property
    def against_processes(self):
        """The same, measured by what processes that share nothing get from this machine."""
        return self.processes / self.threads

    def least(self, other):
        """The better of each figure of two measurements (processes may be NaN in both)."""
        return Item(min(self.one, other.one), min(self.threads, other.threads), min(self.processes, other.processes))


def measured_once(program, options):
    run = subprocess.run([program, ITEMS, str(options.threads), *options.names], stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"{program}: exit code {run.returncode}")
    return {name: Item(*map(float, figures)) for name, *figures in map(str.split, run.stdout.splitlines())}


def measured(programs, options):
    """The items of each program. A round is all items of all programs, so that the times of one item lie far
    apart: a machine's cores may be two halves of one core for some seconds, and two cores later."""
    best = [measured_once(program, options) for program in programs]
    for _ in range(options.rounds - 1):
        for items, program in zip(best, programs):
            for name, item in measured_once(program, options).items():
                items[name] = items[name].least(item)
    return best


def show(ours, theirs, free):
    print(f"{'item':22} {'ns, 1 thread':>12} {'ns, N':>8} {'efficiency':>11} {'of processes':>13}"
          + (f" {'CPython ns, N':>14}" if theirs else "") + (f" {'without lock':>13}" if free else ""))
    for name, item in ours.items():
        share = "" if math.isnan(item.processes) else f"{item.against_processes:.2f}"
        line = (f"{name:22} {item.one:12.1f} {item.threads:8.1f}"
                f" {item.efficiency:11.2f} {share:>13}")
        if theirs:
            line += f" {theirs[name].threads:14.1f}"
        if free:
            line += f" {free[name].threads:13.1f}"
        print(line)
    efficiencies = [item.efficiency for item in ours.values() if not math.isnan(item.processes)]
    if efficiencies:
        print(f"median efficiency of what nobody writes: {statistics.median(efficiencies):.2f}")
    for peer, items in ("CPython", theirs), ("CPython without its lock", free):
        if items:
            ratios = [items[name].threads / item.threads for name, item in ours.items()]
            print(f"geometric mean, times as fast as {peer}: {statistics.geometric_mean(ratios):.2f}")


def main():
    parser = argparse.ArgumentParser(description="How the operations of Python scale with threads.")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--alone", action="store_true", help="without CPython")
    parser.add_argument("--json", help="file to leave the figures in")
    parser.add_argument("--publish", action="store_true", help="write docs/SCALING.md and docs/scaling.svg")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.publish and options.alone:
        parser.error("--publish compares with CPython")
    programs = [WEFT]
    if not options.alone:
        programs += [CPYTHON] + [FREE_THREADED] * os.path.exists(FREE_THREADED)
    ours, theirs, free = (measured(programs, options) + [None, None])[:3]
    show(ours, theirs, free)
    if options.publish:
        scaling_report.publish(ours, theirs, free, options.threads)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({name: vars(item) for name, item in ours.items()}, file, indent=1)


if __name__ == "__main__":
    main()
