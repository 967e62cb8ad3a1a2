#!/usr/bin/env python3
"""Random programs under Weft and under CPython 3.13: both must print the same.

Each program is run by a server process of either interpreter; one that differs is run again by fresh
processes, made smaller with --shrink, and printed with both outputs. The same --seed gives the
same programs. Exit code 1 if there was a difference.
"""

import argparse
import difflib
import os
import random
import re
import sys
import time

from generate import generate
from peers import HERE, ORACLE, ROOT, TIME_OUT, Died, Server, run_alone
from shrink import shrink

FRESH = 500  # One program in so many is also run in processes of its own.
PATIENCE = 6  # so many times as long, where only one has been too slow


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seed', type=int, default=None, help='of the first program; default: a new one, printed')
    parser.add_argument('--count', type=int, default=1000, help='programs to run; default: 1000')
    parser.add_argument('--minutes', type=float, default=None, help='runs so long instead of --count programs')
    parser.add_argument('--shrink', action='store_true', help='makes programs that differ smaller')
    parser.add_argument('--most', type=int, default=20, help='ends after so many kinds of differences; default: 20')
    parser.add_argument('--build', default='release', help='with build/NAME/weft; default: release')
    parser.add_argument('--tolerate', type=float, default=0, help='this share of differences is shown and counted as skipped; default: 0')
    parser.add_argument('--show', action='store_true', help='prints the program of --seed, runs nothing')
    parser.add_argument('--file', help='runs that program instead of random ones')
    return parser.parse_args()


class Comparison:
    def __init__(self, weft, seconds=5):
        self.programs = weft, ORACLE
        self.seconds = seconds
        self.servers = [Server(program, seconds) for program in self.programs]

    def batch(self, source):
        """Both results by the servers; a server that died is started anew."""
        results = []
        for server in self.servers:
            server.send(source)
        for server in self.servers:
            try:
                results.append(server.receive())
            except Died as died:
                results.append(died)
        return results

    def alone(self, source, patience=1):
        return [run_alone(program, source, patience * self.seconds) for program in self.programs]

    def stop(self):
        for server in self.servers:
            server.stop()

    def differ(self, results):
        """Whether the results, Weft's and CPython's, differ. What takes too long for CPython says nothing."""
        if any(isinstance(result, Died) for result in results):
            return True
        return results[0] != results[1] and results[1].code != TIME_OUT


def is_too_long(results):
    """One took too long, and the other did not: or the machine had other things to do."""
    codes = [getattr(result, 'code', 0) for result in results]
    return TIME_OUT in codes and codes[0] != codes[1]


def difference(results):
    if any(isinstance(result, Died) for result in results):
        return [str(result) for result in results if isinstance(result, Died)]
    weft, oracle = (result.lines() for result in results)
    return list(difflib.unified_diff(oracle, weft, 'CPython', 'Weft', lineterm='', n=2))


def kind_of(lines):
    """What two differences of one cause have in common, roughly."""
    changed = [line for line in lines[2:] if line[:1] in '+-'][:2] or lines[:1]
    return re.sub(r"\d+|'[^']*'", '#', '\n'.join(changed))[:160]


def known_differences():
    with open(os.path.join(HERE, 'known.txt')) as file:
        return [re.compile(line.rstrip('\n')) for line in file if not line.startswith('#')]


def is_known(lines, known):
    """Whether each line that Weft does not print as CPython does is in known.txt."""
    missing = [line[1:] for line in lines[2:] if line.startswith('-')]
    return bool(missing) and all(any(one.fullmatch(line) for one in known) for line in missing)


def report(seed, source, results, note):
    print(f'==== seed {seed}{note}')
    print(source, end='')
    print('----')
    print('\n'.join(difference(results)[:40]), flush=True)


def examine(comparison, seed, source, results, args):
    """Confirms a difference in fresh processes, makes the program smaller, and prints it."""
    alone = comparison.alone(source)
    note = ''
    if comparison.differ(alone):
        results = alone
    else:
        note = ' (only in a process that ran other programs before)'
    if args.shrink and not note:
        first = kind_of(difference(results))
        source = shrink(source, lambda text: comparison.differ(found := comparison.batch(text))
                        and kind_of(difference(found)) == first)
        smaller = comparison.alone(source)
        if comparison.differ(smaller):
            results = smaller
    report(seed, source, results, note)


def run(comparison, args, seed):
    begun = time.monotonic()
    kinds, done, differences, slow, listed = set(), 0, 0, 0, 0
    known = known_differences()
    while len(kinds) < args.most:
        if args.minutes is None and done >= args.count or args.minutes and time.monotonic() - begun > args.minutes * 60:
            break
        source = generate(seed + done)
        results = comparison.batch(source)
        if is_too_long(results):
            slow += 1  # a program that makes gigabytes, say
            results = comparison.alone(source, PATIENCE)
        elif not comparison.differ(results) and done % FRESH == FRESH - 1:
            results = comparison.alone(source)
        if comparison.differ(results) and is_known(difference(results), known):
            listed += 1
        elif comparison.differ(results):
            differences += 1
            kind = kind_of(difference(results))
            if kind not in kinds:
                kinds.add(kind)
                examine(comparison, seed + done, source, results, args)
        done += 1
    seconds = time.monotonic() - begun
    print(f'{done} programs from seed {seed} in {seconds:.0f} s, {differences} differ in {len(kinds)} ways, {listed} as listed, {slow} took too long')
    if differences <= args.tolerate * done:
        print(f'{done - differences} passed, 0 failed, {differences} skipped')
        return True
    print(f'{done - differences} passed, {differences} failed')
    return differences == 0


def main():
    args = options()
    seed = args.seed if args.seed is not None else random.randrange(10**9)
    if args.show:
        print(generate(seed), end='')
        return 0
    comparison = Comparison(os.path.join(ROOT, 'build', args.build, 'weft'))
    try:
        if args.file:
            with open(args.file) as file:
                source = file.read()
            results = comparison.alone(source)
            report(args.file, '', results, '')
            return comparison.differ(results)
        return 0 if run(comparison, args, seed) else 1
    finally:
        comparison.stop()


if __name__ == '__main__':
    sys.exit(main())
