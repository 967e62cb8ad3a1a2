"""The gc module: what it counts, shows and tells."""

import gc
import subprocess
import sys
import threading

from testing import equal, fails, run


class Node:
    pass


def test_count_and_stats():
    before = gc.get_stats()
    gc.collect()
    after = gc.get_stats()
    equal([len(s) for s in after], [3, 3, 3])
    equal(after[2]["collections"] > before[2]["collections"], True)
    assert after[2]["collected"] >= before[2]["collected"]
    equal([s["uncollectable"] for s in after], [0, 0, 0])
    equal([type(n) for n in gc.get_count()], [int] * 3)
    equal(gc.get_count()[1:], (0, 0))


def test_collect_counts_cycles():
    gc.collect()
    for _ in range(1000):
        n = Node()
        n.me = n
    del n
    assert gc.collect() >= 1000


def test_freeze():
    gc.freeze()
    assert gc.get_freeze_count() > 100
    gc.unfreeze()
    equal(gc.get_freeze_count(), 0)


def test_generation_argument():
    fails(ValueError, "generation parameter must be less than the number of available "
          "generations (3)", gc.get_objects, 3)
    fails(ValueError, "generation parameter cannot be negative", gc.get_objects, -2)
    fails(ValueError, "invalid generation", gc.collect, 3)


def test_generations_of_an_object():
    gc.collect()
    young = Node()
    assert any(o is young for o in gc.get_objects(0))
    assert not any(o is young for o in gc.get_objects(2))
    gc.collect()
    assert not any(o is young for o in gc.get_objects(0))
    assert any(o is young for o in gc.get_objects(2))


def test_referents():
    equal(sorted(gc.get_referents([1, 3], (5,))), [1, 3, 5])
    equal(sorted(gc.get_referents({4: 6})), [4, 6])
    equal(gc.get_referents(1, "a", None), [])
    n = Node()
    n.other = other = Node()
    found = gc.get_referents(n)
    assert any(o is Node for o in found), found


def test_referrers():
    target = Node()
    holder = [target]
    assert any(o is holder for o in gc.get_referrers(target))


def test_is_tracked():
    for o in (None, 1, 1.5, "a", b"a", bytearray(b"a"), type, int, object()):
        assert not gc.is_tracked(o), o
    for o in (gc, Node, Node(), [], set()):
        assert gc.is_tracked(o), o


def test_with_other_threads():
    """Each sees what is shared, and what is its own."""
    shared = [Node()]
    stop = threading.Event()
    ready = threading.Barrier(4)

    def work():
        mine = [Node() for _ in range(100)]
        ready.wait()
        while not stop.is_set():
            mine.append(mine.pop(0))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    ready.wait()
    mine = [Node()]
    try:
        for _ in range(5):
            found = gc.get_objects()
            assert any(o is mine for o in found) and any(o is shared for o in found)
            equal(len(gc.get_referents(shared)), 1)
            assert any(o is shared for o in gc.get_referrers(shared[0]))
            assert any(o is mine for o in gc.get_referrers(mine[0]))
    finally:
        stop.set()
        for t in threads:
            t.join()


def test_callbacks():
    seen = []

    def callback(phase, info):
        seen.append((phase, info["generation"], sorted(info)))

    gc.callbacks.append(callback)
    try:
        gc.collect()
        gc.collect(0)
    finally:
        gc.callbacks.remove(callback)
    keys = ["collected", "generation", "uncollectable"]
    equal(seen, [("start", 2, keys), ("stop", 2, keys), ("start", 0, keys), ("stop", 0, keys)])


def test_callbacks_of_collections_that_nobody_asked_for():
    seen = []

    def callback(phase, info):
        seen.append(phase)

    gc.callbacks.append(callback)
    try:
        kept = []
        for i in range(1000000):
            kept.append([i])
            if len(kept) > 10000:
                kept.clear()
    finally:
        gc.callbacks.remove(callback)
    assert len(seen) >= 2 and seen[:2] == ["start", "stop"], seen[:10]


def test_save_all():
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        n = Node()
        n.me = n
        n.name = "saved"
        del n
        gc.collect()
    finally:
        gc.set_debug(0)
    saved = [o for o in gc.garbage if isinstance(o, Node)]
    gc.garbage.clear()
    equal([o.name for o in saved], ["saved"])
    assert saved[0].me is saved[0]


def test_debug_output():
    source = """
import gc
gc.collect()
gc.set_debug(gc.DEBUG_STATS)
gc.collect()
gc.set_debug(0)
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    lines = done.stderr.splitlines()
    equal(len(lines), 4)
    equal(lines[0], "gc: collecting generation 2...")
    assert lines[1].startswith("gc: objects in each generation: "), lines
    equal(lines[2], "gc: objects in permanent generation: 0")
    assert lines[3].startswith("gc: done, ") and lines[3].endswith("s elapsed"), lines


run(globals())
