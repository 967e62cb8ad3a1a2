"""See bench/micro."""

import argparse
import math
import os
import subprocess
import sys

from timing import CPYTHON, ROOT, WEFT

BENCH = os.path.join(ROOT, "bench")


def least(times, program, operations, names):
    """Runs the operations once; `times` keeps the least CPU seconds of each."""
    run = subprocess.run([program, os.path.join(BENCH, operations), *names], stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"{program}: exit code {run.returncode}")
    for line in run.stdout.splitlines():
        name, seconds = line.split()
        times[name] = min(times.get(name, math.inf), float(seconds))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--library", action="store_true", help="uses of the standard library instead")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    operations = "micro_library.py" if options.library else "micro_operations.py"
    theirs, ours = {}, {}
    for _ in range(options.runs):
        least(theirs, CPYTHON, operations, options.names)
        least(ours, WEFT, operations, options.names)
    ratios = {name: theirs[name] / ours[name] for name in ours}
    print(f"{'operation':24} {'CPython ms':>10} {'Weft ms':>10} {'ratio':>7}")
    for name in sorted(ratios, key=ratios.get):
        print(f"{name:24} {theirs[name] * 1e3:10.3f} {ours[name] * 1e3:10.3f} {ratios[name]:7.2f}")
    mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios))
    print(f"{'geometric mean':24} {mean:29.2f}")


if __name__ == "__main__":
    main()
