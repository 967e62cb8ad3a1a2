"""Bound methods of builtin types, called with what collects while they run."""

import gc

from testing import equal, fails, run


class Collects:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        gc.collect()
        return isinstance(other, Collects) and self.value == other.value

    def __hash__(self):
        gc.collect()
        return hash(self.value)

    def __index__(self):
        gc.collect()
        return self.value


def test_list_methods():
    index = [Collects(i) for i in range(5)].index
    equal(index(Collects(3)), 3)
    equal([Collects(1), Collects(2)].index(Collects(2)), 1)
    fails(ValueError, "2 is not in list", [1].index, 2)
    count = [Collects(i % 2) for i in range(6)].count
    equal([count(Collects(0)) for _ in range(3)], [3, 3, 3])
    pop = [1, 2, 3].pop
    equal([pop(Collects(1)), pop(), pop()], [2, 3, 1])


def test_dict_methods():
    get = {Collects(i): i for i in range(5)}.get
    equal([get(Collects(4)), get(Collects(5)), get(Collects(5), "none")], [4, None, "none"])
    setdefault = {}.setdefault
    equal([setdefault(Collects(1), [1]), setdefault(Collects(1), [2])], [[1], [1]])


def test_str_methods():
    find = "abcabc".find
    equal([find("c", Collects(3)), find("c"), find("x")], [5, 2, -1])
    class Owner:
        pass
    owner = Owner()
    owner.add = [].append
    equal([owner.add(1), owner.add(2)], [None, None])
    equal(owner.add.__self__, [1, 2])
    fails(TypeError, "list.append() takes exactly one argument (0 given)", lambda: owner.add())
    fails(TypeError, "list.append() takes exactly one argument (2 given)", lambda: owner.add(1, 2))
    fails(TypeError, "list.append() takes no keyword arguments", lambda: owner.add(object=1))


run(globals())
