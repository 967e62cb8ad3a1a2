"""See bench/compare."""

import argparse
import glob
import math
import os

from timing import ROOT, compare, median, spread

# The examples write a file, and are measured with one thread.
EXAMPLES = {
    "index_library.py": ["--threads", "1", "--rounds", "5", "--output", os.devnull],
    "mandelbrot.py": ["--threads", "1", "--width", "320", "--height", "240",
                      "--output", os.devnull],
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    programs = options.programs
    if not programs:
        programs = sorted(glob.glob(os.path.join(ROOT, "bench", "programs", "*.py")))
        programs.append(os.path.join(ROOT, "examples", "mandelbrot.py"))
    print(f"{'program':24} {'CPython s':>10} {'Weft s':>10} {'ratio':>7} {'spread':>7} "
          f"{'CPython MB':>11} {'Weft MB':>8}")
    logs = []
    for program in programs:
        name = os.path.basename(program)
        theirs, ours = compare([program, *EXAMPLES.get(name, [])], options.runs)
        ratio = median(theirs, "seconds") / median(ours, "seconds")
        logs.append(math.log(ratio))
        print(f"{name:24} {median(theirs, 'seconds'):10.3f} {median(ours, 'seconds'):10.3f} "
              f"{ratio:7.2f} {max(spread(theirs), spread(ours)):7.0%} "
              f"{median(theirs, 'memory'):11.1f} {median(ours, 'memory'):8.1f}", flush=True)
    print(f"{'geometric mean':24} {math.exp(sum(logs) / len(logs)):29.2f}")


if __name__ == "__main__":
    main()
