"""Weak references, finalisers and __del__ on objects that come and go; how often is left to the collector."""

import weakref

CASES = {100: [100, 10], 230000: [230000, 100]}


class Resource:
    def __init__(self, number):
        self.number = number


class Closing:
    closed = 0

    def __del__(self):
        Closing.closed += 1


def main(size):
    names = weakref.WeakValueDictionary()
    kept = {}
    total = 0
    for i in range(size):
        resource = Resource(i)
        names[i % 1000] = resource
        reference = weakref.ref(resource)
        if i % 10 == 0:
            kept[i % 1000] = resource
        total += reference() is resource
        found = names.get((i * 7) % 1000)
        if found is not None:
            total += found.number >= 0 and 0
        if i % 4 == 0:
            Closing()
    return [total, len(kept)]
