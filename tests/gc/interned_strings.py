"""Interned strs live while something refers to them, and are one for each text all the while."""

import gc
import sys
import threading

from testing import equal, run

COUNT = 20_000


def test_what_is_kept_stays_the_one():
    kept = [sys.intern(f"kept {i}") for i in range(COUNT)]
    for _ in range(3):
        for i in range(COUNT):
            sys.intern(f"dropped {i}")
        gc.collect()
        assert all(sys.intern(f"kept {i}") is text for i, text in enumerate(kept))
    del kept[::2]
    gc.collect()
    for i, text in enumerate(kept):
        assert sys.intern(f"kept {2 * i + 1}") is text


def test_a_young_collection_keeps_the_new_ones():
    for turn in range(20):
        kept = [sys.intern(f"young {turn} {i}") for i in range(turn * 50)]
        also = [f"looked up {turn} {i}" for i in range(100)]
        for name in also:
            setattr(run, name, turn)
        gc.collect(0)
        assert all(sys.intern(f"young {turn} {i}") is text for i, text in enumerate(kept))
        for name in also:
            equal(getattr(run, name), turn)
            delattr(run, name)


def test_names_that_were_used_once():
    class Thing:
        pass
    for _ in range(4):
        for i in range(2_000):
            name = f"name_{i}"
            assert not hasattr(Thing, name)
            setattr(Thing, name, i)
            equal(getattr(Thing(), name), i)
            delattr(Thing, name)
        gc.collect()


def test_threads_get_the_same():
    texts = [f"of threads {i}" for i in range(2_000)]
    results = []
    start = threading.Barrier(4)

    def work():
        start.wait()
        mine = []
        for turn in range(5):
            mine = [sys.intern(text + "") for text in texts]
            for i in range(500):
                sys.intern(f"{turn} {i} gone")
            if turn % 2:
                gc.collect()
        results.append(mine)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for others in results[1:]:
        assert all(a is b for a, b in zip(results[0], others))


run(globals())
