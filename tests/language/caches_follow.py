"""What is read in a loop follows every change: of classes behind super(), of names that share a filter's bit, of __class__."""

import types

from testing import equal, run


def test_super_behind_several_bases():
    class A:
        def m(self):
            return "A"

    class B(A):
        pass

    class C(A):
        def m(self):
            return "C"

    class D(B, C):
        def ask(self):
            return super().m()

    d = D()
    equal([d.ask() for _ in range(20)], ["C"] * 20)
    B.m = lambda self: "B"
    equal(d.ask(), "B")
    del B.m
    equal(d.ask(), "C")


def test_many_names_of_one_class():
    stale = []
    for k in range(100):
        class B:
            pass

        class C(B):
            pass

        names = [f"m{k}_{i}" for i in range(31)]
        setattr(B, names[0], lambda self: "B")
        space = {}
        exec(f"def ask(o): return o.{names[0]}()", space)
        for _ in range(5):
            space["ask"](C())
        for name in names[1:]:
            setattr(C, name, lambda self: 0)
        setattr(C, names[0], lambda self: "C")
        if space["ask"](C()) != "C":
            stale.append(k)
    equal(stale, [])


def test_a_module_gets_another_class():
    class Lazy(types.ModuleType):
        def __getattribute__(self, name):
            return "lazy" if name == "value" else super().__getattribute__(name)

    module = types.ModuleType("module")
    module.value = 1

    def ask():
        return module.value

    equal([ask() for _ in range(20)], [1] * 20)
    module.__class__ = Lazy
    equal(ask(), "lazy")


def test_a_class_attribute_gets_another_class():
    class Plain:
        pass

    class Getting:
        def __get__(self, instance, owner):
            return "got"

    class Both(Getting):
        def __set__(self, instance, value):
            pass

    attribute = Plain()

    class Owner:
        x = attribute

    def ask(o):
        return o.x

    o = Owner()
    equal([ask(o) for _ in range(20)], [attribute] * 20)
    attribute.__class__ = Getting
    equal(ask(o), "got")
    o.x = "own"
    equal([ask(o) for _ in range(20)], ["own"] * 20)
    attribute.__class__ = Both
    equal(ask(o), "got")


def test_names_beside_other_keys():
    class Key:
        def __init__(self, name):
            self.name = name

        def __hash__(self):
            return hash(self.name)

        def __eq__(self, other):
            return self.name is None

    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        C = type("C", (), {Key("x"): 1, "x": 5})
    equal(C.x, 5)
    space = {Key("len"): 0, "len": 7}
    exec("def ask(): return len", space)
    equal([space["ask"]() for _ in range(5)], [7] * 5)


class Sequence:
    def __init__(self, wrong):
        self.wrong = wrong

    def __len__(self):
        return 5

    def __getitem__(self, i):
        if i == self.wrong:
            self.wrong = None
            raise ValueError
        if i > 4:
            raise IndexError
        return i


def items(iterator):
    found = []
    for _ in range(8):
        try:
            found.append(next(iterator))
        except (ValueError, StopIteration) as error:
            found.append(type(error).__name__[:5])
    return found


def test_iterators_of_sequences_that_raise():
    equal(items(iter(Sequence(2))), [0, 1, "Value", 2, 3, 4, "StopI", "StopI"])
    equal(items(reversed(Sequence(2))), [4, 3, "Value", "StopI", "StopI", "StopI", "StopI", "StopI"])


run(globals())
