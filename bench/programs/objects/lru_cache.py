"""Caches that forget what was not used for longest: links and a dict, OrderedDict, functools.lru_cache."""

import functools
from collections import OrderedDict

CASES = {100: [2225957, 26, 26], 490000: [11440605648, 458187, 458187]}


class Entry:
    __slots__ = ("key", "value", "before", "after")

    def __init__(self, key, value):
        self.key = key
        self.value = value


class Cache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = {}
        self.root = root = Entry(None, None)
        root.before = root.after = root
        self.hits = 0

    def unlink(self, entry):
        entry.before.after = entry.after
        entry.after.before = entry.before

    def push(self, entry):
        first = self.root.after
        entry.before, entry.after = self.root, first
        first.before = self.root.after = entry

    def get(self, key, make):
        entry = self.entries.get(key)
        if entry is not None:
            self.hits += 1
            self.unlink(entry)
            self.push(entry)
            return entry.value
        if len(self.entries) >= self.capacity:
            oldest = self.root.before
            self.unlink(oldest)
            del self.entries[oldest.key]
        entry = self.entries[key] = Entry(key, make(key))
        self.push(entry)
        return entry.value


def ordered(keys, capacity):
    cache = OrderedDict()
    total = 0
    for key in keys:
        if key in cache:
            cache.move_to_end(key)
            total += cache[key]
        else:
            cache[key] = key & 3
            if len(cache) > capacity:
                cache.popitem(last=False)
    return total


@functools.lru_cache(maxsize=200)
def square(n):
    return n * n


def main(size):
    state = 1
    keys = []
    for _ in range(size):
        state = state * 1103515245 + 12345 & 0x7fffffff
        keys.append((state >> 8) % 50 * ((state >> 16) % 10))
    cache = Cache(200)
    total = sum(cache.get(key, lambda k: k * 2) for key in keys)
    total += ordered(keys, 200)
    square.cache_clear()
    total += sum(square(key) for key in keys)
    return [total, cache.hits, square.cache_info().hits]
