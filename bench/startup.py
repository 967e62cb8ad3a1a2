"""See bench/startup."""

import sys

from timing import compare, median

CASES = [
    ["-c", "pass"],
    ["-S", "-c", "pass"],
    ["-I", "-S", "-c", "pass"],
    ["-c", "import re, json, argparse, dataclasses"],
    ["-c", "import asyncio, unittest, typing"],
]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print(f"{'':42} {'CPython ms':>11} {'Weft ms':>9} {'ratio':>7} {'CPython MB':>11} {'Weft MB':>8}")
    for arguments in CASES:
        compare(arguments, 2)
        theirs, ours = compare(arguments, runs)
        print(f"{' '.join(arguments):42} {median(theirs, 'seconds') * 1e3:11.2f} "
              f"{median(ours, 'seconds') * 1e3:9.2f} "
              f"{median(theirs, 'seconds') / median(ours, 'seconds'):7.2f} "
              f"{median(theirs, 'memory'):11.1f} {median(ours, 'memory'):8.1f}", flush=True)


if __name__ == "__main__":
    main()
