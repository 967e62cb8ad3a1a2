"""Weak references that several threads hold to objects with finalisers: they work until the finaliser has run,
their callbacks come once, after it, and what is gone stays gone."""

import gc
import weakref

from _team import switch_often, together
from testing import equal, run

ROUNDS = 30
OBJECTS = 40


class Target:
    def __init__(self, number, world):
        self.number = number
        self.world = world
        self.mine = weakref.ref(self)

    def __del__(self):
        world = self.world
        if self.mine() is not self or world.table.get(self.number, self) is not self:
            world.wrong.append(("lost before its end", self.number))
        world.ended[self.number] += 1
        if self.number % 7 == 0:
            world.kept.append(self)


class World:
    """Each object has a reference with a callback and a place in a table; every seventh comes back to life."""

    def __init__(self):
        self.wrong = []
        self.kept = []
        self.ended = [0] * OBJECTS
        self.called = [0] * OBJECTS
        self.table = weakref.WeakValueDictionary()
        self.refs = []

    def fill(self):
        for number in range(OBJECTS):
            target = Target(number, self)
            self.table[number] = target
            self.refs.append(weakref.ref(target, lambda ref, number=number: self.note(number)))

    def note(self, number):
        self.called[number] += 1
        if not self.ended[number]:
            self.wrong.append(("called before its end", number))

    def look(self):
        gone = set()
        for _ in range(20):
            for number, ref in enumerate(self.refs):
                target = ref()
                if target is None:
                    gone.add(number)
                elif number in gone:
                    self.wrong.append(("came back", number))
                elif target.number != number:
                    self.wrong.append(("another", number))
                del target

    def drop(self):
        for _ in range(3):
            gc.collect()


def clean():
    def deep(n):
        return deep(n - 1) if n else 0

    deep(50)
    gc.collect()


def test_shared():
    switch_often()
    for _ in range(ROUNDS):
        world = World()
        world.fill()
        together(world.look, world.drop, repeat=2)
        clean()
        clean()
        equal(world.wrong, [])
        assert max(world.ended) <= 1 and max(world.called) <= 1, (world.ended, world.called)
        assert sum(world.ended) > OBJECTS // 2 and sum(world.called) > OBJECTS // 2, (world.ended, world.called)


def test_of_threads_that_end():
    """What a thread leaves behind is finalised by others."""
    switch_often()
    for _ in range(ROUNDS):
        worlds = [World() for _ in range(4)]
        together(*[world.fill for world in worlds])
        together(*[world.look for world in worlds], worlds[0].drop)
        clean()
        clean()
        for world in worlds:
            equal(world.wrong, [])
            assert max(world.ended) <= 1 and max(world.called) <= 1, (world.ended, world.called)


run(globals())
