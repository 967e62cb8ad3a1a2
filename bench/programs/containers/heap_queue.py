"""Heaps and bisection: heapq's functions on ints and tuples, merge, nlargest; bisect and insort."""

import bisect
import heapq

CASES = {100: 6801480271, 90000: 9290835745}


def main(size):
    state = 7
    values = []
    for _ in range(size):
        state = state * 1103515245 + 12345 & 0x7fffffff
        values.append(state >> 4)
    heap = []
    for value in values:
        heapq.heappush(heap, value)
    total = 0
    for i in range(size):
        total += heapq.heappop(heap) & i
    events = [(value % 1000, i) for i, value in enumerate(values)]
    heapq.heapify(events)
    for i in range(size):
        when, number = heapq.heapreplace(events, (events[0][0] + number_of(i), i))
        total += when + (number & 7)
    total += sum(heapq.nlargest(50, values)) + sum(heapq.nsmallest(50, values))
    total += sum(itself & 1 for itself in heapq.merge(sorted(values[:2000]), sorted(values[2000:4000])))
    kept = []
    for value in values[:size // 8]:
        bisect.insort(kept, value)
    for value in values:
        total += bisect.bisect_left(kept, value)
    return total


def number_of(i):
    return i * 31 % 1009
