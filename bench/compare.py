"""See bench/compare."""

import argparse
import os
import platform
import shlex
import subprocess
import sys

import report
from chart import chart
from items import STARTUP, find_modules, selected
from results import COMMITTED, load, save, slower, summary
from timing import CPYTHON, ROOT, WEFT, Failed

CLOCKS = {"wall": 0, "cpu": 1}


class Contestant:
    """An interpreter: its name, its command as words, options for bench/run_program.py."""

    def __init__(self, name, command, options=()):
        self.name = name
        self.command = command
        self.options = options


def parse():
    parser = argparse.ArgumentParser(prog="bench/compare", description="Weft against CPython, in turn.")
    parser.add_argument("--only", action="append", default=[], metavar="WHAT")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=CLOCKS, default="cpu")
    parser.add_argument("--against", metavar="NAME=COMMAND")
    parser.add_argument("--idle", type=int, metavar="N")
    parser.add_argument("--json", default=os.path.join(ROOT, "build", "bench", "results.json"))
    parser.add_argument("--chart", default=os.path.join(ROOT, "build", "bench", "chart.svg"))
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if (options.publish or options.check) and (options.against or options.idle is not None):
        parser.error("--publish and --check are about Weft as it is and CPython")
    return options


def contestants(options):
    """The peer and Weft, in the order in which they take turns."""
    if options.against:
        name, _, command = options.against.partition("=")
        peer = Contestant(name, shlex.split(command))
    else:
        version = subprocess.run([CPYTHON, "-V"], capture_output=True, text=True, check=True).stdout.split()[1]
        peer = Contestant(f"CPython {version}", [CPYTHON])
    idle = () if options.idle is None else ("--idle", str(options.idle))
    return peer, Contestant("Weft", [WEFT], idle)


def machine():
    """The class of the machine, without its name."""
    model = ""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for row in file:
            if row.startswith("model name"):
                model = row.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} cores, {model or platform.machine()}, {platform.system()}"


class Measurement:
    """The samples of each item: (wall, cpu, MB) of each run of the peer and of Weft."""

    def __init__(self, both, clock):
        self.both = both
        self.clock = CLOCKS[clock]
        self.samples = {}
        self.failed = {}

    def run(self, item, rounds):
        """Runs an item in turn, A B A B; a failure of either ends it. Returns the summary, None if it failed."""
        theirs, ours = self.samples.setdefault(item.name, ([], []))
        try:
            for _ in range(rounds * item.repeat):
                theirs.append(item.measure(self.both[0]))
                ours.append(item.measure(self.both[1]))
        except Failed as failure:
            self.failed[item.name] = str(failure)
            return None
        return summary(theirs, ours, self.clock)


def measure(items, measurement, rounds):
    """Measures all items and prints a line for each. Returns the results by name."""
    found = {}
    print(report.HEAD)
    for item in items:
        result = measurement.run(item, rounds)
        if result is None:
            print(f"{item.name:44} FAILED: {measurement.failed[item.name].splitlines()[-1]}", flush=True)
        else:
            found[item.name] = result
            print(report.line(item.name, result), flush=True)
    return found


def check(items, measurement, found, options):
    """Names what got slower than the committed results say. What seems so is measured once more, with twice the
    rounds, before it is named. Returns how many did."""
    committed = load(COMMITTED)
    suspects = {name for name, _, _ in slower(found, committed, options.clock)}
    if suspects:
        print(f"\nOnce more: {', '.join(sorted(suspects))}")
    for item in items:
        if item.name in suspects:
            measurement.samples.pop(item.name)
            found[item.name] = measurement.run(item, options.rounds * 2) or found[item.name]
    slow = slower(found, committed, options.clock)
    print("\nMore than 10 % slower than committed:" if slow else "\nNothing is more than 10 % slower than committed.")
    for name, before, now in slow:
        print(f"{name:44} {before:6.2f} -> {now:6.2f}  ({now / before - 1:+.0%})")
    return len(slow)


def publish(results, partial):
    """Makes the results the committed ones; those of a part of the items are merged into them."""
    if partial and os.path.exists(COMMITTED):
        before = load(COMMITTED)
        before["items"].update(results["items"])
        results = {**results, "items": before["items"]}
    save(results, COMMITTED)
    report.publish(results)
    with open(os.path.join(ROOT, "docs", "performance.svg"), "w", encoding="utf-8") as file:
        file.write(chart(results))


def main():
    options = parse()
    try:
        items = selected(options.only)
    except ValueError as error:
        sys.exit(f"bench/compare: {error}")
    both = contestants(options)
    if any(item.group == STARTUP for item in items):
        print(f"{find_modules(both)} modules can be imported by both.")
    measurement = Measurement(both, options.clock)
    found = measure(items, measurement, options.rounds)
    report.show_means(found)
    results = {"peer": both[0].name, "machine": machine(), "rounds": options.rounds, "clock": options.clock,
               "items": found}
    save(results, options.json)
    os.makedirs(os.path.dirname(os.path.abspath(options.chart)), exist_ok=True)
    with open(options.chart, "w", encoding="utf-8") as file:
        file.write(chart(results))
    slow = check(items, measurement, found, options) if options.check else 0
    for name, message in measurement.failed.items():
        print(f"\n{name} failed\n{message}", file=sys.stderr)
    if options.publish:
        if measurement.failed:
            sys.exit("Nothing is published, as not all ran.")
        publish(results, bool(options.only))
    sys.exit(1 if slow or measurement.failed else 0)


if __name__ == "__main__":
    main()
