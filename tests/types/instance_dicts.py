"""__dict__ of objects whose attributes were in slots: order, independence of others', many classes, threads."""

import copy
import gc
import threading

from testing import run


def make(names):
    o = type("C", (), {})()
    for i, name in enumerate(names):
        setattr(o, name, i)
    return o


class Record:
    def __init__(self, n):
        self.first, self.second, self.third = n, [n], str(n)


def test_order_and_values():
    for count in (0, 1, 2, 5, 31, 32, 33, 63, 64, 65, 100):
        names = [f"name{(i * 37) % 101}" for i in range(count)]
        o = make(names)
        assert list(o.__dict__.items()) == list(zip(names, range(count)))
        assert all(o.__dict__[name] == getattr(o, name) == i for i, name in enumerate(names))
        assert "other" not in o.__dict__ and len(o.__dict__) == count


def test_independent():
    a, b = Record(1), Record(2)
    da, db = a.__dict__, b.__dict__
    da["first"] = "changed"
    del da["second"]
    da["more"] = 0
    assert (a.first, a.more, hasattr(a, "second")) == ("changed", 0, False)
    assert list(db.items()) == [("first", 2), ("second", [2]), ("third", "2")]
    assert vars(Record(3)) == {"first": 3, "second": [3], "third": "3"}
    c = Record(4)
    c.__dict__.clear()
    assert vars(Record(5)) == {"first": 5, "second": [5], "third": "5"}
    assert copy.copy(Record(6)).second == [6]


def test_many_classes():
    for round in range(3):
        objects = [make([f"a{i}", f"b{i % 7}", "c"]) for i in range(600)]
        for i, o in enumerate(objects):
            assert o.__dict__ == {f"a{i}": 0, f"b{i % 7}": 1, "c": 2}
        del objects, o
        gc.collect()


def test_values_die():
    class Value:
        pass

    import weakref
    o = make(["x"])
    o.x = Value()
    reference = weakref.ref(o.x)
    assert o.__dict__["x"] is reference()
    del o
    gc.collect()
    assert reference() is None


def test_threads():
    shared = [Record(n) for n in range(200)]
    barrier = threading.Barrier(4)
    failed = []

    def work(k):
        barrier.wait()
        for n, record in enumerate(shared):
            if record.__dict__ is not record.__dict__ or record.__dict__["first"] != n:
                failed.append(n)
            mine = make([f"t{k}", f"u{n % 50}"])
            if mine.__dict__ != {f"t{k}": 0, f"u{n % 50}": 1}:
                failed.append(mine.__dict__)
    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failed, failed[:3]


run(globals())
