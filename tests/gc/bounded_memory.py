# skip tsan: memory is the sanitizer's there
# skip asan: the same
# timeout: 300
"""Memory stays within bounds: short-lived objects, large cycles, what is kept for finalisers."""

import gc
import sys

from testing import equal, run


def megabytes(what="VmRSS"):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(what + ":"):
                return int(line.split()[1]) / 1024


class Node:
    __slots__ = ("next", "value")

    def __init__(self, value, next=None):
        self.value = value
        self.next = next


def test_50_million_objects_that_live_shortly():
    """No more than 64 MB over what is alive."""
    before = megabytes()
    for i in range(25):
        for j in range(1000000):
            x = [j, None]
            x[1] = (j, i)
    assert megabytes("VmHWM") < before + 64, (before, megabytes("VmHWM"))


def test_a_million_objects_in_cycles():
    gc.collect()
    before = megabytes()
    first = last = Node(0)
    for i in range(1000000):
        last = Node([i], last)
    first.next = last
    grown = megabytes()
    assert grown > before + 40, (before, grown)
    del first, last
    gc.collect()
    gc.collect()
    after = megabytes()
    assert after < before + 30, (before, grown, after)


def test_cycles_are_collected_without_asking():
    before = megabytes()
    for i in range(2000000):
        n = Node(i)
        n.next = n
    assert megabytes() < before + 64, (before, megabytes())


def test_finalisers_and_weak_references_do_not_pile_up():
    import weakref

    class D:
        def __del__(self):
            pass

    before = megabytes()
    for i in range(300000):
        d = D()
        d.me = d
        weakref.ref(d)
    del d
    gc.collect()
    assert megabytes() < before + 64, (before, megabytes())


def test_strings_that_were_interned():
    def intern_some(turn):
        for i in range(100_000):
            sys.intern(f"{turn} of many {i}")
        gc.collect()
    intern_some(0)
    before = megabytes()
    for turn in range(1, 6):
        intern_some(turn)
    after = megabytes()
    assert after < before + 8, (before, after)



def test_what_collections_find_in_use_does_not_pile_up():
    """Ints that grow, of which a few are in use at any time: a small heap holds them, whatever their sizes."""
    import subprocess
    show = """if True:
        def peak():
            with open("/proc/self/status") as file:
                return int(next(line for line in file if line.startswith("VmHWM:")).split()[1]) / 1024
        before = peak()
        product = 1
        for i in range(1, 9000):
            product *= i
            parts = [product >> n for n in range(5)]
        print(peak() - before)"""
    grown = float(subprocess.run([sys.executable, "-c", show], capture_output=True, check=True).stdout)
    assert grown < 10, grown


run(globals())
