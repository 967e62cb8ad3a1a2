"""Counts, for each item of scaling_items.py that threads should not wait in, what they cost each other:
atomic read-modify-writes, and writes to a cache line that another thread had last, each for one round
of one thread. 0 scales on any number of cores. Run by the build that counts:

    make CONFIG=lines && build/lines/weft bench/cache_lines.py [--threads N] [name...]

Prints the places in the program where they happen as well, if there are more than a few. What is left
at a small fraction is the collector's: memory that comes back goes to any thread."""

import argparse
import os
import subprocess
import sys

import _weft
from scaling_items import PRIVATE, SHARED, in_threads

ROUNDS = 2000
FEW = 0.05


def counted(work, rounds, threads):
    _weft.cache_lines_begin()
    in_threads(work, rounds, threads)
    return _weft.cache_lines_end()


def place(address):
    """The functions and lines of the program that the instruction before `address` belongs to."""
    run = subprocess.run(["addr2line", "-ifse", sys.executable, hex(address - 1)],
                         stdout=subprocess.PIPE, text=True)
    words = run.stdout.split()
    return ", ".join(f"{name} ({line})" for name, line in zip(words[::2], words[1::2]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    print(f"{'item':24} {'atomics':>9} {'foreign writes':>15}")
    for name, work in (PRIVATE | SHARED).items():
        if options.names and name not in options.names:
            continue
        in_threads(work, ROUNDS, options.threads)
        # The difference of two lengths: without what starting threads costs.
        short = counted(work, ROUNDS, options.threads)
        long = counted(work, 5 * ROUNDS, options.threads)
        share = 4 * ROUNDS * options.threads
        atomics, writes = ((long[i] - short[i]) / share for i in (0, 1))
        print(f"{name:24} {atomics:9.3f} {writes:15.3f}", flush=True)
        for address, atomic, count in long[2][:4]:
            if count > FEW * share:
                print(f"    {count:9} {'atomic' if atomic else 'foreign'}: {place(address)}")


if __name__ == "__main__":
    main()
