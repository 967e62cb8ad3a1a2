"""More of what threads share: ordered dicts, weak references, queues, contexts, whole-set operations,
iterators over shared iterators."""
# timeout: 120

import contextvars
import gc
import weakref
from _queue import Empty, SimpleQueue
from collections import Counter, OrderedDict, deque

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 4000


def test_ordered_dict_as_a_cache():
    d = OrderedDict.fromkeys(range(50))

    def use():
        for i in range(N):
            try:
                d.move_to_end(i % 70, last=i % 3 != 0)
            except KeyError:
                d[i % 70] = i
            if len(d) > 60:
                d.popitem(last=False)

    together(use, repeat=4)
    keys = list(d)
    equal(len(keys), len(set(keys)))
    equal(len(keys), len(d))
    assert set(keys) <= set(range(70))


def test_ordered_dict_gives_each_item_once():
    d = OrderedDict.fromkeys(range(N))

    def take(last):
        taken = []
        while True:
            try:
                taken.append(d.popitem(last=last)[0])
            except KeyError:
                return taken

    results = together(lambda: take(True), lambda: take(False), repeat=2)
    equal(sorted(k for r in results for k in r), list(range(N)))


def test_update_is_whole():
    d = {}
    first, second = dict.fromkeys(range(100), 1), dict.fromkeys(range(100), 2)

    def write(source):
        for i in range(N // 10):
            d.update(source)

    def read():
        for i in range(N // 10):
            values = set(d.copy().values())
            if len(values) > 1:
                raise AssertionError(values)

    together(lambda: write(first), lambda: write(second), read, read)


def test_set_operations_in_place_are_whole():
    s = set(range(100))
    low, high = set(range(50)), set(range(50, 100))

    def toggle():
        for i in range(N // 20):
            s.symmetric_difference_update(low)
            s.symmetric_difference_update(high)

    def read():
        for i in range(N // 20):
            seen = len(s.copy() & low)
            if seen not in (0, 50):
                raise AssertionError(seen)

    together(toggle, toggle, read, read)
    assert len(s) in (0, 50, 100)


def test_difference_update_removes_once():
    s = set(range(N))
    parts = [set(range(i, N, 4)) for i in range(4)]

    def remove(part):
        for i in part:
            s.discard(i)
        s.difference_update(part)

    together(*[lambda p=p: remove(p) for p in parts])
    equal(s, set())


def test_zip_map_filter_share_their_iterators():
    source = iter(range(N * 4))
    doubled = map(lambda x: x * 2, source)
    kept = filter(lambda x: x % 4 == 0, doubled)
    results = together(lambda: list(kept), repeat=4)
    equal(sorted(x for r in results for x in r), list(range(0, N * 8, 4)))


def test_shared_zip_loses_no_pair():
    pairs = zip(range(N * 4), iter(lambda: 7, 8))
    results = together(lambda: [a for a, b in pairs], repeat=4)
    equal(sorted(x for r in results for x in r), list(range(N * 4)))


def test_shared_reversed_and_set_iterators():
    for make in (lambda: reversed(list(range(N))), lambda: iter(set(range(N))),
                 lambda: iter(frozenset(range(N))), lambda: reversed(dict.fromkeys(range(N))),
                 lambda: iter(deque(range(N))), lambda: iter(tuple(range(N))),
                 lambda: iter(range(2**70, 2**70 + N)), lambda: enumerate(range(N))):
        iterator = make()
        results = together(lambda: list(iterator), repeat=4)
        equal(sum(len(r) for r in results), N)


def test_sort_with_key_loses_no_item():
    items = list(range(500))

    def sort(sign):
        for i in range(20):
            try:
                items.sort(key=lambda x: sign * x)
            except ValueError:
                pass

    def change():
        for i in range(N // 10):
            items.append(items.pop(0))

    together(lambda: sort(1), lambda: sort(-1), change)
    equal(sorted(items), list(range(500)))


def test_simple_queue_delivers_each_item_once():
    q = SimpleQueue()

    def produce():
        for i in range(N):
            q.put(i)

    def consume():
        return [q.get() for i in range(N)]

    results = together(produce, consume, produce, consume)
    taken = sorted(results[1] + results[3])
    equal(taken, sorted(list(range(N)) * 2))
    assert q.empty()


def test_simple_queue_times_out():
    q = SimpleQueue()

    def wait():
        try:
            q.get(timeout=0.05)
        except Empty:
            return True

    equal(together(wait, repeat=4), [True] * 4)


def test_weak_references_from_all_threads():
    class Thing:
        pass

    things = [Thing() for i in range(20)]
    cache = weakref.WeakValueDictionary()

    def work():
        for i in range(N // 4):
            thing = things[i % 20]
            assert weakref.ref(thing)() is thing
            cache[i % 20] = thing
            assert cache.get(i % 20) is thing
            cache[1000 + i] = Thing()

    together(work, repeat=4)
    gc.collect()
    equal(sorted(k for k in cache.keys() if k < 1000), list(range(20)))


def test_weak_callbacks_run_once():
    class Thing:
        pass

    called = []

    def work():
        mine = []
        for i in range(200):
            mine.append(weakref.ref(Thing(), lambda ref: called.append(1)))
        return mine

    refs = [r for result in together(work, repeat=4) for r in result]
    gc.collect()
    gc.collect()
    dead = sum(r() is None for r in refs)
    assert dead >= len(refs) - 8
    assert len(called) <= dead


def test_contexts_are_per_thread():
    var = contextvars.ContextVar("var", default=0)
    shared = contextvars.copy_context()

    def work():
        for i in range(N // 4):
            token = var.set(i)
            assert var.get() == i
            var.reset(token)
        assert var.get() == 0
        entered = 0
        for i in range(50):
            try:
                shared.run(var.set, i)
                entered += 1
            except RuntimeError:
                pass
        return entered

    assert sum(together(work, repeat=4)) > 0
    equal(var.get(), 0)


def test_counter_under_threads_never_crashes():
    c = Counter()

    def work():
        for i in range(50):
            c.update("abcabc")
            c.most_common(2)

    together(work, repeat=4)
    assert set(c) == set("abc")


run(globals())
