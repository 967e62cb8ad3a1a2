"""Random histories of threads on one object, checked against what one thread could have done.

    weft tests/linearizability/histories.py [--count N] [--seconds S] [--seed N] [NAME ...]

Every round makes an object, lets some threads call a few random operations on it at the same time, and
looks for an order of the calls that explains what they returned (checker.py). A history that
none explains is printed, after operations that it does without were left out, and the exit
code is 1. The names are those of models.MODELS; without any, all are checked.
"""

import argparse
import os
import random
import sys
import threading
import time

from checker import Call, explain, run
from models import MODELS

OPERATIONS = 5
SHRINKING_ROUNDS = 2000
SHRINKING_SECONDS = 20
SPINS = 500  # before a waiting thread offers its core to others


class Team:
    """Threads that run programs together, round after round."""

    def __init__(self, size):
        self.arrived = [0] * (size + 1)
        self.round, self.job, self.results = 0, None, [None] * size
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True)
                        for n in range(size)]
        for thread in self.threads:
            thread.start()

    def _meet(self, place, number):
        """Waits until all have come to the same number."""
        arrived = self.arrived
        arrived[place] = number
        patience = SPINS
        while min(arrived) < number:
            if patience:
                patience -= 1
            else:
                os.sched_yield()

    def _work(self, n):
        number = 0
        while True:
            self._meet(n, number := number + 1)
            if self.job is None:
                return
            model, target, programs = self.job
            outcomes = []
            self._meet(n, number := number + 1)
            for operation in programs[n]:
                begin = time.monotonic_ns()
                outcome = run(model, target, operation)
                outcomes.append((operation, begin, time.monotonic_ns(), outcome))
            self.results[n] = outcomes
            self._meet(n, number := number + 1)

    def history(self, model, programs):
        """The calls of one round, and the object's end."""
        target = model.new()
        self.job = model, target, programs
        for _ in range(3):
            self.round += 1
            self._meet(len(self.results), self.round)
        start = min(outcomes[0][1] for outcomes in self.results if outcomes)
        calls = [Call(n, operation, begin - start, end - start, outcome)
                 for n, outcomes in enumerate(self.results)
                 for operation, begin, end, outcome in outcomes]
        return calls, model.end(target)

    def end(self):
        self.job = None
        self._meet(len(self.results), self.round + 1)
        for thread in self.threads:
            thread.join()


def unexplained(team, model, programs):
    """The history of one run of the programs if nothing explains it, else None."""
    calls, end = team.history(model, programs)
    last = max(call.end for call in calls) + 1
    calls.append(Call(-1, ("end",), last, last, ("returns", end)))
    return calls if explain(model, calls) is None else None


def fails(team, model, programs, deadline):
    """A history of one of many runs that nothing explains, or None."""
    for _ in range(SHRINKING_ROUNDS):
        if time.monotonic() > deadline:
            return None
        if found := unexplained(team, model, programs):
            return found
    return None


def smaller_programs(programs):
    """The programs with one operation less, in every way."""
    for n, program in enumerate(programs):
        for i in range(len(program)):
            fewer = programs[:n] + [program[:i] + program[i + 1:]] + programs[n + 1:]
            if any(fewer):
                yield fewer


def shrink(team, model, programs, calls):
    """Leaves out one operation after the other, as long as some of many runs still fail."""
    deadline, found = time.monotonic() + SHRINKING_SECONDS, calls
    while found:
        calls = found
        for fewer in smaller_programs(programs):
            if found := fails(team, model, fewer, deadline):
                programs = fewer
                break
        else:
            found = None
    return calls


def check(name, seed, count, deadline):
    """The number of histories that were checked, and the calls of one that nothing explains, or
    None."""
    model, chance = MODELS[name], random.Random(f"{seed} {name}")
    checked = 0
    for size in (2, 3, 4):
        team = Team(size)
        try:
            for _ in range(count // 3):
                if time.monotonic() > deadline:
                    break
                programs = [[model.random_operation(chance) for _ in range(OPERATIONS)]
                            for _ in range(size)]
                calls = unexplained(team, model, programs)
                checked += 1
                if calls:
                    return checked, shrink(team, model, programs, calls)
        finally:
            team.end()
    return checked, None


def main():
    parser = argparse.ArgumentParser(description="Checks random histories of shared objects.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--count", type=int, default=3000, help="histories of each (3000)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="for all together")
    parser.add_argument("--tolerate", type=int, default=0, metavar="N",
                        help="so many objects may have such a history: shown, counted as skipped")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    if unknown := set(options.names) - set(MODELS):
        parser.error(f"no such object: {', '.join(sorted(unknown))}")
    names = options.names or list(MODELS)
    print(f"seed {options.seed}", flush=True)
    start, failed = time.monotonic(), 0
    for n, name in enumerate(names):
        deadline = start + options.seconds * (n + 1) / len(names)
        checked, calls = check(name, options.seed, options.count, deadline)
        print(f"{name}: {checked} histories, {'one' if calls else 'none'} without an explanation",
              flush=True)
        if calls:
            failed += 1
            print(*sorted(calls, key=lambda call: call.begin), sep="\n", flush=True)
    if failed <= options.tolerate:
        print(f"{len(names) - failed} passed, 0 failed, {failed} skipped")
        return 0
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
