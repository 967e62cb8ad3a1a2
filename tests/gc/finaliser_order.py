"""The order of finalisers that are due in one collection: what leads to another comes first."""

import gc
import gzip
import itertools
import os
import random
import tempfile
import warnings
import weakref
import zipfile

from testing import equal, run


class Thing:
    """Notes its name when it is finalised."""

    def __init__(self, name, done):
        self.name = name
        self.done = done
        self.others = []

    def __del__(self):
        self.done.append(self.name)


def collect():
    def deep(n):
        return deep(n - 1) if n else 0

    deep(50)
    for _ in range(3):
        gc.collect()


def finalised(build):
    """The names in the order in which what `build(new)` makes and drops is finalised."""
    done = []

    def call():
        build(lambda name: Thing(name, done))

    call()
    collect()
    return done


def test_whatever_the_order_of_making():
    """a leads to b, b to c and, past b, a to c as well."""
    for order in itertools.permutations("abc"):
        def build(new):
            made = {name: new(name) for name in order}
            made["a"].others += [made["c"], (made["b"],)]
            made["b"].others.append([made["c"]])

        equal(finalised(build), ["a", "b", "c"])


def test_by_what_both_lead_to():
    """What two lead to by the same list is after both."""
    for order in itertools.permutations("abc"):
        def build(new):
            made = {name: new(name) for name in order}
            shared = [made["c"]]
            made["a"].others += [shared, made["b"]]
            made["b"].others.append(shared)

        equal(finalised(build), ["a", "b", "c"])


def test_of_others_in_the_order_of_making():
    def build(new):
        for name in range(100):
            new(name)

    equal(finalised(build), list(range(100)))


def test_of_a_circle_each_once():
    def build(new):
        a, b, c, outer = new("a"), new("b"), new("c"), new("outer")
        a.others.append(b)
        b.others.append(c)
        c.others.append(a)
        outer.others.append(b)

    done = finalised(build)
    equal(done[0], "outer")
    equal(sorted(done), ["a", "b", "c", "outer"])


def test_of_a_random_graph():
    rng = random.Random(5)
    count = 2000
    ranks = list(range(count))
    edges = [(a, rng.randrange(a + 1, count)) for a in range(count - 1) for _ in range(2)]

    def build(new):
        rng.shuffle(ranks)
        things = {}
        for rank in ranks:
            things[rank] = new(rank)
        for a, b in edges:
            things[a].others.append({b: things[b]})

    place = {rank: at for at, rank in enumerate(finalised(build))}
    equal(len(place), count)
    equal([(a, b) for a, b in edges if place[a] > place[b]], [])


def test_of_a_long_chain():
    def build(new):
        last = None
        for name in range(100_000):
            thing = new(name)
            thing.others = last
            last = thing

    equal(finalised(build), list(range(100_000))[::-1])


def test_compressed_text_is_written():
    """A text file leads to a GzipFile, that to a buffered file that was made after it."""
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        name = os.path.join(directory, "text.gz")

        def write():
            gzip.open(name, "wt").write("as it was\n" * 1000)

        write()
        collect()
        with gzip.open(name, "rt") as file:
            equal(file.read(), "as it was\n" * 1000)


def test_references_work_until_it_has_run():
    seen = []

    class Target:
        def __init__(self):
            self.mine = weakref.ref(self)

        def __del__(self):
            seen.append(("del", self.mine() is self, table.get(1) is self, weakref.ref(self)() is self))

    def make():
        target = table[1] = Target()
        return weakref.ref(target, lambda r: seen.append(("called", r(), dict(table)))), target.mine

    table = weakref.WeakValueDictionary()
    refs = make()
    collect()
    equal(seen[0], ("del", True, True, True))
    equal(seen[1][:2], ("called", None))
    equal(len(seen), 2)
    equal([ref() for ref in refs], [None, None])
    equal(dict(table), {})


def test_references_to_what_came_back():
    kept = []

    class Target:
        def __del__(self):
            kept.append(self)

    def make():
        return weakref.ref(Target())

    make()
    collect()
    target = kept.pop()
    ref = weakref.ref(target)
    assert ref() is target
    equal(weakref.getweakrefs(target), [ref])
    del target
    collect()
    equal(ref(), None)
    equal(kept, [])


def test_a_class_that_gets_its_first_later():
    done = []

    class Plain:
        pass

    class Below(Plain):
        pass

    class With(Plain):
        def __del__(self):
            done.append("with")

    def make(change):
        one, other = Plain(), Below()
        refs = weakref.ref(one, lambda ref: done.append("called")), weakref.ref(other)
        change(one, other)
        return refs

    def add(one, other):
        Plain.__del__ = lambda self: done.append(type(self).__name__)

    def change_class(one, other):
        one.__class__ = With

    refs = make(change_class)
    collect()
    equal(done, ["with", "called"])
    equal([ref() for ref in refs], [None, None])
    done.clear()
    refs = make(add)
    collect()
    equal(sorted(done), ["Below", "Plain", "called"])
    equal([ref() for ref in refs], [None, None])


def test_a_class_that_loses_its_own_in_between():
    done = []

    class With:
        def __del__(self):
            done.append("with")

    class Plain:
        pass

    def make():
        thing = With()
        thing.__class__ = Plain
        Plain.__del__ = lambda self: done.append("plain")

    make()
    collect()
    equal(done, ["plain"])


def test_an_archive_closes_its_file():
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, "archive.zip")
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr("member", "text")

        def read():
            equal(zipfile.Path(name).joinpath("member").open().read(), "text")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            read()
            collect()
        equal([str(warning.message) for warning in caught], [])


run(globals())
