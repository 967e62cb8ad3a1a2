"""Context managers: of classes, of generators, ExitStack, suppress, several in one statement, left by exceptions."""

import contextlib

CASES = {100: [664, 600, 20, 0], 55000: [364375, 330000, 11000, 0]}


class Timer:
    entered = 0
    failures = 0

    def __enter__(self):
        Timer.entered += 1
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            Timer.failures += 1
        return kind is ValueError


@contextlib.contextmanager
def appended(items, item):
    items.append(item)
    try:
        yield len(items)
    finally:
        items.pop()


def find(limit):
    for i in range(limit):
        with Timer():
            if i == limit - 1:
                return i
    return -1


def main(size):
    total = 0
    Timer.entered = Timer.failures = 0
    items = []
    for i in range(size):
        with Timer() as timer:
            total += timer.entered & 3
        with appended(items, i) as length:
            total += length
        with Timer(), Timer() as second:
            total += second.failures & 1
            if i % 5 == 0:
                raise ValueError(i)
        with contextlib.suppress(KeyError):
            total += {}["missing"] if i % 4 == 0 else 1
        if i % 8 == 0:
            with contextlib.ExitStack() as stack:
                for n in range(3):
                    stack.enter_context(appended(items, n))
                total += len(items)
        total += find(3)
    return [total, Timer.entered, Timer.failures, len(items)]
