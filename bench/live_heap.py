"""Two threads allocate while a million objects are alive: how long that takes, and how long the collector stops them.

Runs under any Python 3.13: `build/weft bench/live_heap.py`, `build/peers/bin/python3.13 bench/live_heap.py`,
`build/peers-free-threaded/bin/python3.13t bench/live_heap.py`. Pauses are told by Weft only.
"""

import gc
import random
import sys
import threading
import time

LIVE, THREADS, ROUNDS, RUNS, COLLECTIONS = 1_000_000, 2, 400_000, 5, 20


class Node:
    def __init__(self, left, right):
        self.left, self.right = left, right


def live_objects():
    """LIVE nodes, each with references to two others, at random."""
    nodes = [Node(None, None)]
    for _ in range(LIVE - 1):
        nodes.append(Node(nodes[int(random.random() * len(nodes))], nodes[-1]))
    return nodes


def allocate(rounds):
    """A node, a list, a dict and a tuple a round; the last hundred stay alive."""
    kept = [None] * 100
    for i in range(rounds):
        kept[i % 100] = Node([i], {"round": (i, i)})


def seconds_of_all():
    threads = [threading.Thread(target=allocate, args=(ROUNDS,)) for _ in range(THREADS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def collect_meanwhile():
    """Full collections while the threads allocate."""
    threads = [threading.Thread(target=allocate, args=(ROUNDS,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for _ in range(COLLECTIONS):
        gc.collect()
        time.sleep(0.01)
    for thread in threads:
        thread.join()


def pauses(generation):
    told = gc.get_stats(pauses=True)[generation]
    return f"{told['pause_median'] * 1e3:.2f} ms median, {told['pause_p99'] * 1e3:.2f} p99, {told['pause_max'] * 1e3:.2f} max"


nodes = live_objects()
print(f"{THREADS} threads, {ROUNDS:,} rounds each: {min(seconds_of_all() for _ in range(RUNS)):.3f} s")
if sys.implementation.name == "weft":
    collect_meanwhile()
    print("young collections:", pauses(0))
    print("full collections: ", pauses(2))
