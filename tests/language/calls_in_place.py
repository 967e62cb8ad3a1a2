"""Methods that instructions run in the caller's dispatch loop: operators, subscripts, calls of instances, property
setters, super(), classes; what changes between two calls at the same place is seen."""

import sys
import traceback


class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        if isinstance(other, Number):
            return Number(self.value + other.value)
        if other == 7:
            return NotImplemented
        return Number(self.value + other)

    def __sub__(self, other):
        raise ValueError(f"{self.value} - {other}")

    def __mul__(self, other):
        yield self.value
        yield other

    def __neg__(self):
        return Number(-self.value)

    def __getitem__(self, key):
        if key == "line":
            return sys._getframe(1).f_lineno
        if key is None:
            raise KeyError(key)
        return self.value * key

    def __call__(self, *args, **keywords):
        return self.value, args, keywords


def raised(function, *args):
    try:
        function(*args)
    except Exception as e:
        return type(e), str(e)
    return None


def add(a, b):
    return a + b


def add_in_place(a, b):
    a += b
    return a


def test_operators():
    one, two = Number(1), Number(2)
    for _ in range(3):
        assert add(one, two).value == 3
        assert add(one, 4).value == 5
        assert add_in_place(one, two).value == 3
        assert (one + 5).value == 6
        assert raised(add, one, 7) == (TypeError, "unsupported operand type(s) for +: 'Number' and 'int'")
        assert raised(add_in_place, one, 7) == (TypeError, "unsupported operand type(s) for +=: 'Number' and 'int'")
        assert raised(lambda: one - 3) == (ValueError, "1 - 3")
        assert list(one * 3) == [1, 3]
        assert (-one).value == -1


def test_declined_by_a_subclass_of_int():
    class Odd(int):
        def __add__(self, other):
            return NotImplemented

        __radd__ = __add__

    for _ in range(3):
        assert Odd(3) + 4 == 7
        assert raised(add, Odd(3), Odd(4)) == (TypeError, "unsupported operand type(s) for +: 'Odd' and 'Odd'")


def test_right_operand_of_a_derived_class_is_asked_first():
    class More(Number):
        def __radd__(self, other):
            return "reflected"

    for _ in range(3):
        assert add(Number(1), More(2)) == "reflected"
        assert add(More(1), Number(2)).value == 3


def test_in_place_methods_come_first():
    class Own(Number):
        def __iadd__(self, other):
            return "own"

    class Items(list):
        def __add__(self, other):
            return "added"

    for _ in range(3):
        assert add_in_place(Own(1), Own(2)) == "own"
        assert add_in_place(Items([1]), Items([2])) == [1, 2]
        assert add(Items([1]), Items([2])) == "added"


def test_subscripts_and_calls():
    two = Number(2)
    for _ in range(3):
        assert two[4] == 8
        assert two["line"] == sys._getframe().f_lineno
        assert raised(lambda: two[None]) == (KeyError, "None")
        assert two(1, *(2, 3), a=4) == (2, (1, 2, 3), {"a": 4})
        assert two() == (2, (), {})


def test_tracebacks():
    one = Number(1)
    try:
        one - one
    except ValueError as e:
        lines = traceback.extract_tb(e.__traceback__)
    assert [f.name for f in lines] == ["test_tracebacks", "__sub__"]
    assert lines[0].line == "one - one"


def test_frames_that_are_kept():
    class Keeper:
        def __init__(self):
            self.frames = []

        def __add__(self, other):
            self.frames.append(sys._getframe())
            return NotImplemented if other is None else self

        def __radd__(self, other):
            return other

    keeper = Keeper()
    for _ in range(3):
        assert keeper + 1 is keeper
        assert raised(lambda: keeper + keeper) is None
        assert raised(lambda: keeper + None)[0] is TypeError
    assert [f.f_locals["other"] for f in keeper.frames] == [1, keeper, None] * 3


def test_methods_that_change():
    def run(o):
        return o + 1, o[0], o(0), -o

    class Changing:
        pass

    for name in "abc":
        for method in "__add__", "__getitem__", "__call__":
            setattr(Changing, method, lambda self, other, name=name: name)
        Changing.__neg__ = lambda self, name=name: name
        assert run(Changing()) == (name,) * 4
    del Changing.__add__
    assert raised(run, Changing())[0] is TypeError


def test_setters():
    class Box:
        def __init__(self):
            self.log = []

        @property
        def content(self):
            return self.log

        @content.setter
        def content(self, value):
            if value is None:
                raise ValueError("nothing")
            self.log.append(value)
            return "dropped"

    def put(box, value):
        a, b = 1, 2
        box.content = value
        return a, b

    box = Box()
    for i in range(4):
        assert put(box, i) == (1, 2)
        assert raised(put, box, None) == (ValueError, "nothing")
    assert box.content == [0, 1, 2, 3]
    Box.content = property(lambda self: 5)
    assert raised(put, box, 1)[0] is AttributeError
    del Box.content
    assert put(box, 1) == (1, 2) and box.__dict__["content"] == 1


def test_data_descriptors():
    class Twice:
        def __get__(self, instance, owner):
            return instance.kept

        def __set__(self, instance, value):
            instance.kept = value * 2

    class Holder:
        value = Twice()

    def store(holder, value):
        holder.value = value
        return holder.value

    for i in range(4):
        assert store(Holder(), i) == i * 2
    del Twice.__set__
    holder = Holder()
    assert store(holder, 9) == 9 and holder.__dict__ == {"value": 9}


def test_super():
    class A:
        def name(self, *args):
            return ("A", *args)

    class B(A):
        def name(self, *args):
            return ("B", *super().name(*args))

        def plain(self, x):
            return super().name(x)

        def explicit(self, x):
            return super(B, self).name(x)

        @classmethod
        def of_class(cls):
            return super().made()

    class C(A):
        def name(self, *args):
            return ("C", *super().name(*args))

    class D(B, C):
        pass

    A.made = classmethod(lambda cls: cls.__name__)
    for _ in range(3):
        assert B().plain(1) == ("A", 1) and D().plain(1) == ("C", "A", 1)
        assert B().explicit(1) == ("A", 1) and D().explicit(2) == ("C", "A", 2)
        assert D().name(1) == ("B", "C", "A", 1)
        assert B.of_class() == "B" and D.of_class() == "D"
    C.name = lambda self, *args: "changed"
    assert D().plain(1) == "changed" and B().plain(1) == ("A", 1)
    del C.name
    assert D().plain(1) == ("A", 1)
    A.name = staticmethod(lambda x: ("static", x))
    assert B().plain(3) == ("static", 3)
    del A.name
    assert raised(B().plain, 1) == (AttributeError, "'super' object has no attribute 'name'")


def test_classes():
    class Point:
        def __init__(self, x):
            self.x = x

    def make(x):
        return Point(x)

    for i in range(3):
        assert make(i).x == i
    Point.__init__ = lambda self, x: setattr(self, "x", -x)
    assert make(3).x == -3
    Point.__init__ = lambda self, x, y=5: setattr(self, "x", x + y)
    assert make(3).x == 8
    Point.__init__ = lambda self, x: 1
    assert raised(make, 3) == (TypeError, "__init__() should return None, not 'int'")
    Point.__new__ = lambda cls, x: [x]
    assert make(3) == [3]


def test_code_that_changes():
    def called(a, b=2):
        return a, b

    def call(function, *args):
        return function(1)

    assert call(called) == (1, 2)
    called.__code__ = (lambda a, b=2: (b, a)).__code__
    assert call(called) == (2, 1)
    called.__defaults__ = (3,)
    assert call(called) == (3, 1)
    called.__code__ = (lambda a: a).__code__
    assert call(called) == 1
    called.__code__ = (lambda *a: a).__code__
    assert call(called) == (1,)
    called.__code__ = (lambda: 0).__code__
    assert raised(call, called)[0] is TypeError
    for function in len, called, abs, print, str, Number, lambda x: x:
        raised(call, function)
    assert call(abs) == 1 and call(str) == "1" and call(lambda x: x) == 1


def test_keywords():
    def f(a, /, b, c=3, *, d=4, e):
        return a, b, c, d, e

    for _ in range(3):
        assert f(1, e=5, b=2) == (1, 2, 3, 4, 5)
        assert f(1, 2, d=0, e=5) == (1, 2, 3, 0, 5)
        assert f(1, 2, 0, e=5, d=6) == (1, 2, 0, 6, 5)
        name = f.__qualname__
        assert raised(lambda: f(1, b=2)) == (TypeError, name + "() missing 1 required keyword-only argument: 'e'")
        assert raised(lambda: f(1, 2, b=2, e=1)) == (TypeError, name + "() got multiple values for argument 'b'")
        assert raised(lambda: f(a=1, b=2, e=1)) == (
            TypeError, name + "() got some positional-only arguments passed as keyword arguments: 'a'")
        assert raised(lambda: f(1, b=2, e=1, g=1)) == (
            TypeError, name + "() got an unexpected keyword argument 'g'")
        assert raised(lambda: f(1, e=1)) == (TypeError, name + "() missing 1 required positional argument: 'b'")


def test_static_methods_and_small_ints():
    class Tools:
        @staticmethod
        def twice(x):
            return x * 2

    def use(x):
        return Tools.twice(x), Tools().twice(x)

    for _ in range(3):
        assert use(4) == (8, 8)
    Tools.twice = staticmethod(lambda x: x + 1)
    assert use(4) == (5, 5)

    def small(x):
        return [x - 1, x * 3, x // 2, x % 5, x << 2, x >> 1, x & 6, x + 127, x < 3, 1 if x == 4 else 0,
                1 if x != 4 else 0, 1 if x <= 4 else 0, 1 if x > 4 else 0, 1 if x >= 4 else 0]

    assert small(4) == [3, 12, 2, 4, 16, 2, 4, 131, False, 1, 0, 1, 0, 1]
    assert small(-7) == [-8, -21, -4, 3, -28, -4, 0, 120, True, 0, 1, 1, 0, 0]
    assert small(True) == [0, 3, 0, 1, 4, 0, 0, 128, True, 0, 1, 1, 0, 0]
    assert small(1 << 70)[:3] == [(1 << 70) - 1, 3 << 70, 1 << 69]
    assert raised(small, "x")[0] is TypeError
    assert raised(small, 2.5) == (TypeError, "unsupported operand type(s) for <<: 'float' and 'int'")
    assert (max(1, 2), min(1, 2), max(1.5, 1), min("b", "a"), max(True, 1), min(1, True)) == (2, 1, 1.5, "a", True, 1)
    assert max(1, True) == 1 and max(1, True) is not True and min(True, 1) is True
    assert raised(lambda: max(1, "a")) == (TypeError, "'>' not supported between instances of 'str' and 'int'")
    assert raised(lambda: min(1, "a")) == (TypeError, "'<' not supported between instances of 'str' and 'int'")


def test_builtin_classes_called_with_one_argument():
    class Odd:
        def __init__(self, value):
            self.value = value

        def __int__(self):
            return self.value

        __float__ = __str__ = __bool__ = __iter__ = __int__

    class Int(int):
        pass

    class List(list):
        def __init__(self, *args):
            super().__init__(*args)
            self.made = True

    class Meta(type):
        def __call__(cls, x):
            return "meta", x

    class Called(int, metaclass=Meta):
        pass

    def convert(kind, x):
        return kind(x)

    for _ in range(3):
        assert [convert(int, x) for x in (1, 2.5, "3", True, Odd(4), Int(5))] == [1, 2, 3, 1, 4, 5]
        assert [type(convert(int, x)) for x in (True, Int(5))] == [int, int]
        assert [convert(float, x) for x in (1, 2.5, "3", Odd(4.5))] == [1.0, 2.5, 3.0, 4.5]
        assert [convert(str, x) for x in (1, 2.5, "3", Odd("four"), None)] == ["1", "2.5", "3", "four", "None"]
        assert [convert(bool, x) for x in (1, 0.0, "", Odd(True), None, [0])] == [True, False, False, True, False, True]
        assert [convert(type, x) for x in (1, "", None, int)] == [int, str, type(None), type]
        assert convert(tuple, [1, 2]) == convert(tuple, (1, 2)) == (1, 2)
        assert convert(list, (1, 2)) == [1, 2] and convert(List, "ab").made
        assert type(convert(Int, "7")) is Int and convert(Called, 1) == ("meta", 1)
        assert raised(convert, int, "x") == (ValueError, "invalid literal for int() with base 10: 'x'")
        assert raised(convert, int, None)[0] is raised(convert, float, [])[0] is raised(convert, list, 1)[0] is TypeError
        assert raised(convert, str, Odd(1)) == (TypeError, "__str__ returned non-string (type int)")
        assert raised(convert, bool, Odd(1)) == (TypeError, "__bool__ should return bool, returned int")
        assert raised(convert, int, Odd("x")) == (TypeError, "__int__ returned non-int (type str)")
        assert raised(convert, tuple, Odd(1)) == (TypeError, "iter() returned non-iterator of type 'int'")

    original = items = [1, 2]
    copy = convert(list, items)
    assert copy == items and copy is not original


def test_hasattr():
    class A:
        wrong = str.upper
        constant = 1

        def method(self):
            pass

        @property
        def fails(self):
            return self.missing

    class Items(list):
        own, other = list.append, dict.get

    class Slots:
        __slots__ = ("a",)

        def __getattr__(self, name):
            if name == "hook":
                return 1
            raise AttributeError

    a, slots = A(), Slots()
    for _ in range(3):
        assert [hasattr(a, n) for n in ("method", "constant", "fails", "x")] == [True, True, False, False]
        assert raised(hasattr, a, "wrong") == (
            TypeError,
            "descriptor 'upper' for 'str' objects doesn't apply to a 'A' object",
        )
        assert hasattr(Items(), "own") and raised(hasattr, Items(), "other")[0] is TypeError
        assert [hasattr(slots, n) for n in ("a", "hook", "b", "__len__")] == [False, True, False, False]
        assert [hasattr([], n) for n in ("append", "__len__", "x")] == [True, True, False]
        assert [hasattr(1, n) for n in ("real", "bit_length", "x")] == [True, True, False]
        assert [hasattr(A, n) for n in ("method", "mro", "x")] == [True, True, False]
    a.x = slots.a = None
    assert hasattr(a, "x") and hasattr(slots, "a")


def test_isinstance_asks_class():
    class Claims:
        __class__ = int

    class Property:
        @property
        def __class__(self):
            return str

    class Hooked:
        def __getattribute__(self, name):
            return float if name == "__class__" else object.__getattribute__(self, name)

    for _ in range(3):
        assert isinstance(Claims(), int) and isinstance(Property(), str) and isinstance(Hooked(), float)
        assert not isinstance(Claims(), str) and not isinstance(1, str) and not isinstance("", (int, list))
        assert isinstance(1, (str, (list, int))) and isinstance(True, int)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
