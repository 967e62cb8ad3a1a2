"""Comparisons, truth values, `in`, iteration, attributes: methods in Python that the instruction runs in its own dispatch
loop. Their results are checked, turned round, or declined; what changes between two runs of the same place is seen."""

import sys
import traceback


class Number:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        if not isinstance(other, Number):
            return NotImplemented
        return self.value == other.value

    def __lt__(self, other):
        if not isinstance(other, Number):
            return NotImplemented
        return self.value < other.value

    def __bool__(self):
        return self.value != 0

    def __len__(self):
        raise AssertionError("__bool__ comes first")

    def __contains__(self, item):
        return item == self.value

    __hash__ = None


def outcome(function, *args):
    try:
        return function(*args)
    except Exception as e:
        return type(e), str(e)


def branches(a, b):
    found = []
    if a == b:
        found.append("==")
    if a != b:
        found.append("!=")
    if not a != b:
        found.append("not !=")
    if a < b:
        found.append("<")
    if not a < b:
        found.append("not <")
    if a > b:
        found.append(">")
    while a == b:
        found.append("while ==")
        break
    return found


def values(a, b):
    return a == b, a != b, a < b, a > b


def test_comparisons():
    one, two, other = Number(1), Number(2), Number(1)
    for _ in range(3):
        assert branches(one, two) == ["!=", "<"]
        assert branches(two, one) == ["!=", "not <", ">"]
        assert branches(one, other) == ["==", "not !=", "not <", "while =="]
        assert values(one, two) == (False, True, True, False)
        assert values(one, other) == (True, False, False, False)
        assert (one == 1, one != 1, one == None, one != None) == (False, True, False, True)
        assert outcome(lambda: one < 1) == (
            TypeError,
            "'<' not supported between instances of 'Number' and 'int'",
        )
        assert outcome(branches, one, "x")[0] is TypeError


def test_results_that_are_no_bools():
    class Vector:
        def __init__(self, result):
            self.result = result

        def __eq__(self, other):
            return self.result

        __lt__ = __contains__ = __eq__

    def branch(o):
        return "yes" if o == 1 else "no"

    def negated(o):
        return "yes" if o != 1 else "no"

    for result, truth in (([], False), ([0], True), (None, False), ("x", True), (0, False), (Number(0), False)):
        o = Vector(result)
        for _ in range(3):
            assert (o == 1) is result and (o < 1) is result
            assert (o != 1) is not truth
            assert branch(o) == ("yes" if truth else "no")
            assert negated(o) == ("no" if truth else "yes")
            assert (1 in o) is truth and (1 not in o) is not truth

    class NoTruth:
        def __bool__(self):
            raise LookupError("no truth")

    o = Vector(NoTruth())
    for _ in range(3):
        assert type(o == 1) is NoTruth
        assert outcome(branch, o) == outcome(negated, o) == (LookupError, "no truth")
        assert outcome(lambda: 1 in o) == (LookupError, "no truth")


def test_who_is_asked():
    asked = []

    class A:
        def __eq__(self, other):
            asked.append("A")
            return NotImplemented

        __lt__ = __eq__

    class B:
        def __eq__(self, other):
            asked.append("B")
            return NotImplemented

        __gt__ = __eq__

    class Derived(A):
        def __eq__(self, other):
            asked.append("D")
            return NotImplemented

        __gt__ = __eq__

    a, b, d = A(), B(), Derived()

    def run(x, y):
        asked.clear()
        result = outcome(lambda: x == y), outcome(lambda: x != y), outcome(lambda: "" if x < y else "")
        return "".join(asked), [r if isinstance(r, bool) else r[0] for r in result]

    for _ in range(3):
        assert run(a, b) == ("ABABAB", [False, True, TypeError])
        assert run(a, d) == ("DADADA", [False, True, TypeError])
        assert run(d, a) == ("DADAA", [False, True, TypeError])
        assert run(a, a) == ("AAAAA", [True, False, TypeError])
        assert run(a, 1) == ("AAA", [False, True, TypeError])


def test_truth():
    class Sized:
        def __init__(self, length):
            self.length = length

        def __len__(self):
            return self.length

    class Odd:
        def __init__(self, truth):
            self.truth = truth

        def __bool__(self):
            return self.truth

    class Neither:
        pass

    def branch(o):
        return ("yes" if o else "no"), (not o), bool(o), (o and 1) is o

    for _ in range(3):
        assert branch(Number(3)) == ("yes", False, True, False)
        assert branch(Number(0)) == ("no", True, False, True)
        assert branch(Sized(2)) == ("yes", False, True, False)
        assert branch(Sized(0)) == ("no", True, False, True)
        assert branch(Sized(True)) == ("yes", False, True, False)
        assert branch(Sized(False)) == ("no", True, False, True)
        assert branch(Neither()) == ("yes", False, True, False)
        for bad, kind in ((1, "int"), (None, "NoneType"), ("", "str")):
            assert outcome(branch, Odd(bad)) == (TypeError, f"__bool__ should return bool, returned {kind}")
            assert outcome(lambda: not Odd(bad)) == (TypeError, f"__bool__ should return bool, returned {kind}")
        assert outcome(branch, Sized(-1)) == (ValueError, "__len__() should return >= 0")
        assert outcome(branch, Sized("x")) == (TypeError, "'str' object cannot be interpreted as an integer")
        assert outcome(branch, Sized(1 << 100))[0] is OverflowError


def test_containment():
    three = Number(3)
    for _ in range(3):
        assert 3 in three and 4 not in three
        assert (3 in three, 4 in three, 3 not in three, 4 not in three) == (True, False, False, True)
        assert ["yes" if n in three else "no" for n in (3, 4)] == ["yes", "no"]
        assert ["yes" if n not in three else "no" for n in (3, 4)] == ["no", "yes"]

    class No:
        __contains__ = None

    assert outcome(lambda: 1 in No()) == (TypeError, "'No' object is not a container")


class Counter:
    def __init__(self, stop, error=StopIteration):
        self.at, self.stop, self.error = 0, stop, error

    def __iter__(self):
        return self

    def __next__(self):
        self.at += 1
        if self.at > self.stop:
            raise self.error
        return NotImplemented if self.at == 3 else self.at


def test_loops():
    def run(iterable):
        items = []
        for item in iterable:
            if item == 5:
                continue
            items.append(item)
        else:
            items.append("else")
        return items

    for _ in range(3):
        assert run(Counter(6)) == [1, 2, NotImplemented, 4, 6, "else"]
        assert run(Counter(0)) == ["else"]
        assert run(Counter(1, StopIteration("value"))) == [1, "else"]
        assert outcome(run, Counter(1, KeyError("x"))) == (KeyError, "'x'")
        assert sys.exception() is None

    class Stop(StopIteration):
        pass

    assert run(Counter(1, Stop)) == [1, "else"]

    class Pairs(Counter):
        def __next__(self):
            return super().__next__(), self.at

    assert [a + b for a, b in Pairs(2)] == [2, 4]

    def inside():
        try:
            raise KeyError("outer")
        except KeyError as e:
            for _ in Counter(2):
                pass
            assert sys.exception() is e

    inside()


def test_iter_returns():
    class Of:
        def __init__(self, iterator):
            self.iterator = iterator

        def __iter__(self):
            return self.iterator

    def run(o):
        return [x for x in o]

    class Yields:
        def __iter__(self):
            yield 1
            yield 2

    for _ in range(3):
        assert run(Of(iter("ab"))) == ["a", "b"]
        assert run(Of(Counter(2))) == [1, 2]
        assert run(Yields()) == [1, 2]
        for bad, name in ((1, "int"), ([], "list"), (True, "bool"), (None, "NoneType")):
            assert outcome(run, Of(bad)) == (TypeError, f"iter() returned non-iterator of type '{name}'")


class Data:
    def __get__(self, instance, owner):
        return "get", instance and instance.name, owner.__name__

    def __set__(self, instance, value):
        instance.set = value
        return "nobody sees this"


class NoData:
    def __get__(self, instance, owner):
        if instance is None:
            return self, owner.__name__
        if instance.name == "fails":
            raise AttributeError("by __get__")
        return lambda *args: (instance.name, args)


class Holder:
    data, no_data = Data(), NoData()

    def __init__(self, name):
        self.name = name


def test_descriptors():
    class Derived(Holder):
        pass

    h, d = Holder("h"), Derived("d")
    for n in range(4):
        for o, owner in ((h, "Holder"), (d, "Derived")):
            assert o.data == ("get", o.name, owner)
            o.data = n
            assert o.set == n and o.__dict__.get("data") is None
            assert o.no_data(1, n) == (o.name, (1, n))
            assert type(o).data == ("get", None, owner)
            assert type(o).no_data == (Holder.__dict__["no_data"], owner)
    fails = Holder("fails")
    for _ in range(3):
        assert outcome(lambda: fails.no_data) == outcome(lambda: fails.no_data()) == (AttributeError, "by __get__")
    h.no_data = "own"
    assert [o.no_data if isinstance(o.no_data, str) else "" for o in (h, d, h)] == ["own", "", "own"]
    Data.__get__ = lambda self, instance, owner: "changed"
    Data.__set__ = lambda self, instance, value: instance.__dict__.__setitem__("set", [value])
    for _ in range(3):
        assert h.data == d.data == Holder.data == "changed"
        d.data = 7
        assert d.set == [7]
    del Data.__get__
    assert type(Holder.data) is Data and type(d.data) is Data
    del Data.__set__
    d.data = 8
    assert d.__dict__["data"] == 8


def test_getattr():
    class Hooked:
        kept = 1

        def __init__(self):
            self.own = "own"

        def __getattr__(self, name):
            if name.startswith("no"):
                raise AttributeError(f"no {name}")
            return lambda *args: (name, args)

        @property
        def fails(self):
            raise AttributeError("in the getter")

    def read(o):
        return o.own, o.kept, o.missing(1), o.missing(2), o.fails()

    h = Hooked()
    expected = "own", 1, ("missing", (1,)), ("missing", (2,)), ("fails", ())
    for _ in range(3):
        assert read(h) == expected
        assert outcome(lambda: h.nothing) == outcome(lambda: h.nothing()) == (AttributeError, "no nothing")
        assert getattr(h, "none", 5) == 5 and not hasattr(h, "no")
        assert callable(h.other)

    def missing(o):
        return o.missing

    assert [missing(h)() for _ in range(3)] == [("missing", ())] * 3
    h.missing = "set"
    assert missing(h) == "set"
    del h.missing
    assert missing(h)(3) == ("missing", (3,))
    Hooked.missing = "in the class"
    assert missing(h) == "in the class"
    del Hooked.missing
    Hooked.__getattr__ = lambda self, name: name.upper()
    assert [missing(h) for _ in range(3)] == ["MISSING"] * 3
    del Hooked.__getattr__
    assert outcome(missing, h) == (AttributeError, "'Hooked' object has no attribute 'missing'")

    class Slots:
        __slots__ = ("a",)

        def __getattr__(self, name):
            return "hook", name

    o = Slots()
    for _ in range(3):
        assert (o.a, o.b) == (("hook", "a"), ("hook", "b"))
    o.a = 1
    for _ in range(3):
        assert (o.a, o.b) == (1, ("hook", "b"))


def test_errors_tell_object_and_name():
    class Hooked:
        def __getattr__(self, name):
            raise AttributeError("no " + name)

    class Get:
        def __get__(self, instance, owner):
            raise AttributeError("by __get__")

        def __set__(self, instance, value):
            raise AttributeError("by __set__")

    class Has:
        attribute = Get()

    def failure(function, o):
        try:
            function(o)
        except AttributeError as e:
            return str(e), e.name, e.obj

    def assign(o):
        o.attribute = 1

    hooked, has = Hooked(), Has()
    for _ in range(4):
        assert failure(lambda o: o.missing, hooked) == ("no missing", "missing", hooked)
        assert failure(lambda o: o.missing(), hooked) == ("no missing", "missing", hooked)
        assert failure(lambda o: o.attribute, has) == ("by __get__", "attribute", has)
        assert failure(lambda o: o.attribute, Has) == ("by __get__", "attribute", Has)
        assert failure(assign, has) == ("by __set__", None, None)


def test_getters_of_classes_with_getattr():
    class Get:
        def __get__(self, instance, owner):
            if instance is None:
                raise AttributeError("of the class")
            if instance.mood == "lacks":
                raise AttributeError("by __get__")
            if instance.mood == "fails":
                raise KeyError("by __get__")
            return instance.mood

    class Hooked:
        descriptor = Get()

        def __init__(self, mood):
            self.mood = mood
            self.asked = []

        @property
        def getter(self):
            return Hooked.descriptor.__get__(self, Hooked) if self.mood == "class" else self.descriptor_of()

        def descriptor_of(self):
            return type(self).__dict__["descriptor"].__get__(self, type(self))

        def __getattr__(self, name):
            if name == "asked":
                raise AttributeError("not yet")
            self.asked.append(name)
            if len(self.asked) % 5 == 0:
                raise AttributeError("fifth")
            return "hook " + name

    def failure(function):
        try:
            return function()
        except AttributeError as e:
            return str(e), e.name, e.obj
        except KeyError as e:
            assert sys.exception() is e
            return str(e)

    def read(o):
        return failure(lambda: o.getter), failure(lambda: o.descriptor), failure(lambda: o.missing)

    works, lacks, fails = Hooked("works"), Hooked("lacks"), Hooked("fails")
    for n in range(3):
        assert read(works) == ("works", "works", "hook missing")
        assert read(fails) == ("'by __get__'", "'by __get__'", "hook missing")
        assert failure(lambda: Hooked.descriptor) == ("of the class", "descriptor", Hooked)
    expected = ["hook getter", "hook descriptor", "hook missing"] * 3
    expected[4] = ("fifth", "descriptor", lacks)
    assert [value for _ in range(3) for value in read(lacks)] == expected
    assert lacks.asked == ["getter", "descriptor", "missing"] * 3
    assert sys.exception() is None
    traced = []

    def caller():
        try:
            return Hooked("fails").getter
        except KeyError as e:
            traced.extend(f.name for f in traceback.extract_tb(e.__traceback__))

    for _ in range(3):
        traced.clear()
        caller()
        assert traced == ["caller", "getter", "descriptor_of", "__get__"]


def test_getattribute_and_setattr():
    class All:
        def __getattribute__(self, name):
            if name == "object":
                return object.__getattribute__(self, "stored")
            return lambda *args: (name, args)

        def __setattr__(self, name, value):
            if value is None:
                raise ValueError(name)
            object.__setattr__(self, "stored", (name, value))
            return "nobody sees this"

    def set_x(o, value):
        o.x = value

    def get(o):
        return o.x(), o.y(1), o.z.__name__

    o = All()
    for n in range(3):
        assert get(o) == (("x", ()), ("y", (1,)), "<lambda>")
        set_x(o, n)
        assert o.object == ("x", n)
        assert outcome(set_x, o, None) == (ValueError, "x")

    class Both(All):
        def __getattribute__(self, name):
            if name == "x":
                raise AttributeError
            return super().__getattribute__(name)

        def __getattr__(self, name):
            return lambda: "hook " + name

    b = Both()
    for _ in range(3):
        assert get(b) == ("hook x", ("y", (1,)), "<lambda>")
        assert get(o) == (("x", ()), ("y", (1,)), "<lambda>")
    del All.__setattr__
    All.__getattribute__ = object.__getattribute__
    set_x(o, "plain")
    assert o.x == "plain" and o.stored == ("x", 2)


def test_items():
    class Items:
        def __init__(self):
            self.done = []

        def __setitem__(self, key, value):
            if key is None:
                raise KeyError(key)
            self.done.append((key, value))
            return "nobody sees this"

        def __getitem__(self, key):
            return self.done[key]

    def put(o, key, value):
        o[key] = value

    o = Items()
    for n in range(3):
        put(o, n, "x")
        assert o[n] == (n, "x")
        assert outcome(put, o, None, 1)[0] is KeyError
    Items.__setitem__ = lambda self, key, value: self.done.append("changed")
    put(o, 1, 2)
    assert o[-1] == "changed"
    d = {}
    put(d, 1, 2)
    assert d == {1: 2}


def test_methods_that_change():
    class A:
        def __eq__(self, other):
            return "first"

        def __contains__(self, item):
            return False

        def __bool__(self):
            return False

        def __next__(self):
            return 1

        def __iter__(self):
            return self

    def run(o):
        items = []
        for item in o:
            items.append(item)
            if len(items) == 2:
                break
        return o == 1, o != 1, 1 in o, bool(not o), items

    a = A()
    for _ in range(3):
        assert run(a) == ("first", False, False, True, [1, 1])
    A.__eq__ = lambda self, other: ""
    A.__contains__ = lambda self, item: "x"
    A.__bool__ = lambda self: True
    A.__next__ = lambda self: 2
    for _ in range(3):
        assert run(a) == ("", True, True, False, [2, 2])
    A.__ne__ = lambda self, other: "unequal"
    assert run(a)[:2] == ("", "unequal")
    del A.__ne__, A.__eq__, A.__bool__
    for _ in range(3):
        assert run(a) == (False, True, True, False, [2, 2])
    del A.__next__
    assert outcome(run, a) == (TypeError, "iter() returned non-iterator of type 'A'")
    A.__next__ = iter("cd").__next__
    del A.__contains__
    A.__iter__ = lambda self: iter((1, 2))
    assert run(a) == (False, True, True, False, [1, 2])

    class Base:
        pass

    class Derived(Base):
        pass

    def same(x, y):
        return x == y

    d = Derived()
    assert [same(d, 1) for _ in range(3)] == [False] * 3
    Base.__eq__ = lambda self, other: True
    assert [same(d, 1) for _ in range(3)] == [True] * 3
    Derived.__eq__ = lambda self, other: "derived"
    assert [same(d, 1) for _ in range(3)] == ["derived"] * 3
    d.__eq__ = lambda other: "instance"
    assert same(d, 1) == "derived"


def test_shapes_in_turn():
    classes = [
        type(f"C{n}", (), {"__eq__": lambda self, other, n=n: n, "__contains__": lambda self, item, n=n: n % 2})
        for n in range(7)
    ]
    instances = [c() for c in classes] + [1, "x", None]
    for _ in range(4):
        assert [o == 10 for o in instances] == [0, 1, 2, 3, 4, 5, 6, False, False, False]
        assert [1 in o for o in instances[:7]] == [False, True, False, True, False, True, False]


def test_tracebacks():
    class Fails:
        def __eq__(self, other):
            raise KeyError(1)

        __bool__ = __contains__ = __iter__ = __lt__ = lambda self, *args: self == 1

    def compared(o):
        if o == 1:
            pass

    def tested(o):
        if not o:
            pass

    def searched(o):
        return 1 in o

    def looped(o):
        for _ in o:
            pass

    for function, names in (
        (compared, ["compared", "__eq__"]),
        (tested, ["tested", "<lambda>", "__eq__"]),
        (searched, ["searched", "<lambda>", "__eq__"]),
        (looped, ["looped", "<lambda>", "__eq__"]),
    ):
        for _ in range(3):
            try:
                function(Fails())
            except KeyError as e:
                lines = traceback.extract_tb(e.__traceback__)[1:]
            assert [f.name for f in lines] == names
            assert lines[0].lineno == function.__code__.co_firstlineno + 1 + (function is None)


def test_frames_that_are_kept():
    class Keeper:
        def __init__(self):
            self.frames = []

        def __eq__(self, other):
            self.frames.append(sys._getframe())
            return NotImplemented if other is None else self

        def __bool__(self):
            self.frames.append(sys._getframe())
            return len(self.frames) % 3 == 0

    keeper, seen = Keeper(), []
    for _ in range(3):
        seen.append("yes" if keeper == 1 else "no")
        seen.append(keeper == None)
    assert seen == ["no", False, "no", False, "no", False], seen
    assert [f.f_code.co_name for f in keeper.frames] == ["__eq__", "__bool__", "__eq__"] * 3
    assert [f.f_locals["self"] for f in keeper.frames[:2]][0] is keeper
    assert all(f.f_back.f_code.co_name == "test_frames_that_are_kept" for f in keeper.frames)


def test_recursion():
    class Deep:
        def __eq__(self, other):
            return self == other

        def __bool__(self):
            return not self

        def __contains__(self, item):
            return item in self

        def __next__(self):
            for item in self:
                return item

        def __iter__(self):
            return self

        def __lt__(self, other):
            if self < other:
                return 1

        def __getattr__(self, name):
            return self.missing

        def __setattr__(self, name, value):
            self.attribute = value

        def __setitem__(self, key, value):
            self[key] = value

        def __getitem__(self, key):
            return self[key]

    class DeepDescriptor:
        def __get__(self, instance, owner):
            return instance.descriptor

        def __set__(self, instance, value):
            instance.descriptor = value

    class DeepAttributes:
        descriptor = DeepDescriptor()

        def __getattribute__(self, name):
            return self.missing

    class DeepHolder:
        descriptor = DeepDescriptor()

    deep = Deep()

    def loop(o):
        for _ in o:
            pass

    for function in (
        lambda: deep == deep,
        lambda: deep != deep,
        lambda: not deep,
        lambda: 1 in deep,
        lambda: loop(deep),
        lambda: deep < deep,
        lambda: deep.missing,
        lambda: deep.missing(),
        lambda: setattr(deep, "attribute", 1),
        lambda: deep[1],
        lambda: deep.__setitem__(1, 2),
        lambda: DeepHolder().descriptor,
        lambda: setattr(DeepHolder(), "descriptor", 1),
        lambda: DeepAttributes().x,
    ):
        for _ in range(2):
            assert outcome(function)[0] is RecursionError


def test_watched():
    class Watched:
        def __eq__(self, other):
            return True

        def __bool__(self):
            return True

        def __contains__(self, item):
            return True

        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration

        def __getattr__(self, name):
            return 1

        def __lt__(self, other):
            sys.setprofile(None)
            return True

    def run(o):
        o.missing
        if o == 1:
            pass
        if not o:
            pass
        if 1 in o:
            pass
        for _ in o:
            pass
        if o < 1:
            pass

    o = Watched()
    for _ in range(2):
        run(o)
    calls = []
    for _ in range(2):
        calls.clear()
        sys.setprofile(lambda frame, event, arg: event in ("call", "return") and calls.append((event, frame.f_code.co_name)))
        run(o)
        names = ["__getattr__", "__eq__", "__bool__", "__contains__", "__iter__", "__next__"]
        expected = [("call", "run")] + [(event, name) for name in names for event in ("call", "return")]
        assert calls == expected + [("call", "__lt__")]

    class Begins(Watched):
        def __bool__(self):
            sys.settrace(tracer)
            return False

        def __next__(self):
            sys.settrace(tracer)
            raise StopIteration

    lines = []

    def tracer(frame, event, arg):
        lines.append((frame.f_code.co_name, event))
        return tracer

    for _ in range(3):
        lines.clear()
        o = Begins()
        o_false = "yes" if o else "no"
        sys.settrace(None)
        for _ in o:
            pass
        sys.settrace(None)
        assert o_false == "no"


for test in [value for name, value in list(globals().items()) if name.startswith("test_")]:
    test()
