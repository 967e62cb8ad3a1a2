"""Attribute instructions that meet many shapes, and attributes that change behind their caches."""

import functools
import threading
import types

from testing import equal, run


def raises(kind, function):
    try:
        function()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def make_classes(count):
    return [type(f"C{i}", (), {"kind": i, "method": lambda self, i=i: i}) for i in range(count)]


def read(o):
    return o.attribute


def call(o):
    return o.method()


def store(o, value):
    o.attribute = value


def test_many_shapes():
    for count in 1, 2, 4, 5, 9:
        objects = [make() for make in make_classes(count)]
        for _ in range(3):
            for i, o in enumerate(objects):
                store(o, i)
                equal(read(o), i)
                equal(call(o), i)
                equal(o.kind, i)


def test_slot_deleted_and_back():
    class C:
        pass

    o = C()
    for _ in range(4):
        store(o, 1)
        equal(read(o), 1)
        del o.attribute
        raises(AttributeError, lambda: read(o))


def test_property_replaced():
    class C:
        @property
        def attribute(self):
            return "first"

    o = C()
    for _ in range(3):
        equal(read(o), "first")
    C.attribute = property(lambda self: "second")
    equal(read(o), "second")
    C.attribute = 3
    equal(read(o), 3)
    o.attribute = 4
    equal(read(o), 4)
    C.attribute = property(lambda self: "third")
    equal(read(o), "third")
    del C.attribute
    equal(read(o), 4)


def test_property_that_raises():
    class C:
        @property
        def attribute(self):
            raise KeyError(self.n)

    o = C()
    for o.n in range(3):
        equal(raises(KeyError, lambda: read(o)).args, (o.n,))


def test_descriptor_shadowed_by_instance():
    class Plain:
        def __get__(self, instance, owner=None):
            return "descriptor"

    class C:
        attribute = Plain()

    first, second = C(), C()
    for _ in range(3):
        equal(read(first), "descriptor")
    second.attribute = "own"
    equal((read(first), read(second)), ("descriptor", "own"))
    Plain.__set__ = lambda self, instance, value: None
    equal(read(second), "descriptor")
    del Plain.__set__
    equal(read(second), "own")


def test_class_methods():
    class A:
        @classmethod
        def method(cls):
            return cls.__name__

    class B(A):
        pass

    for _ in range(3):
        equal([call(A), call(B), call(A()), call(B())], ["A", "B", "A", "B"])
    A.method = classmethod(lambda cls: cls)
    equal([call(A), call(B), call(B())], [A, B, B])
    B.method = staticmethod(lambda: "static")
    equal([call(A), call(B), call(B())], [A, "static", "static"])


def test_modules():
    modules = [types.ModuleType(f"m{i}") for i in range(6)]
    for i, module in enumerate(modules):
        module.attribute = i
        module.method = lambda i=i: -i
    for _ in range(3):
        equal([read(m) for m in modules], list(range(6)))
        equal([call(m) for m in modules], [-i for i in range(6)])
    first = modules[0]
    for _ in range(3):
        equal(read(first), first.attribute)
        del first.attribute
        raises(AttributeError, lambda: read(first))
        first.attribute = object()
    first.__getattr__ = lambda name: name
    del first.attribute
    equal(read(first), "attribute")


def test_class_assigned():
    class A:
        __slots__ = ("attribute",)

    class B:
        __slots__ = ("attribute",)

        def method(self):
            return "B"

    o = A()
    store(o, 1)
    equal(read(o), 1)
    raises(AttributeError, lambda: call(o))
    o.__class__ = B
    equal((read(o), call(o)), (1, "B"))


def test_functions_with_attributes_are_called():
    def f(x):
        return x + 1

    f.note = 1
    equal([f(i) for i in range(3)], [1, 2, 3])


def test_generators_in_loops():
    def numbers(n):
        for i in range(n):
            got = yield i
            equal(got, None)
        return "ignored"

    def nested(n):
        for i in numbers(n):
            yield from numbers(i)

    equal([x for x in nested(4)], [0, 0, 1, 0, 1, 2])
    finished = numbers(0)
    for _ in range(2):
        for x in finished:
            equal("no item", x)

    def failing():
        yield 1
        raise ValueError("inside")

    seen = []

    def consume():
        for x in failing():
            seen.append(x)

    error = raises(ValueError, consume)
    names = []
    traceback = error.__traceback__
    while traceback:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    equal(names[-2:], ["consume", "failing"])
    equal(seen, [1])

    def own():
        for x in generator:
            yield x

    generator = own()
    raises(ValueError, lambda: next(generator))


def test_generator_handles_what_the_loop_does_not():
    def generator():
        try:
            yield 1
        finally:
            closed.append(True)

    closed = []
    try:
        for _ in (g := generator()):
            raise KeyError
    except KeyError:
        g.close()
    equal(closed, [True])

    def reraises():
        try:
            raise KeyError("a")
        except KeyError:
            yield 1
            raise

    def loop():
        for _ in reraises():
            raises(RuntimeError, lambda: exec("raise"))

    equal(raises(KeyError, loop).args, ("a",))


def test_attributes_of_classes_with_metaclasses():
    class Meta(type):
        def shown(cls):
            return "the metaclass's"

    class Other(Meta):
        shown = property(lambda cls: "a property's")

    class Class(metaclass=Meta):
        shown = "the class's"

        @classmethod
        def who(cls):
            return cls.__name__

    class Plain(metaclass=Meta):
        pass

    def look(cls):
        return cls.shown

    def ask(cls):
        return cls.who()

    for _ in range(3):
        equal(look(Class), "the class's")
        equal(ask(Class), "Class")
        equal(look(Plain)(), "the metaclass's")
    Plain.shown = 1
    equal(look(Plain), 1)
    del Plain.shown
    equal(look(Plain)(), "the metaclass's")
    Class.__class__ = Other
    equal(look(Class), "a property's")
    Class.__class__ = Meta
    equal(look(Class), "the class's")
    Meta.shown = property(lambda cls: "now a property's")
    equal(look(Class), "now a property's")
    Meta.who = property(lambda cls: lambda: "nobody")
    equal(ask(Class), "nobody")
    del Meta.who
    equal(ask(Class), "Class")
    Meta.__getattribute__ = lambda cls, name: name
    equal(look(Class), "shown")
    raises(TypeError, lambda: ask(Class))
    del Meta.__getattribute__
    equal(ask(Class), "Class")


def test_instances_whose_dict_was_taken():
    class Class:
        kind = "the class's"

        def __init__(self, **kwargs):
            self.__dict__.update(kwargs)

        def method(self):
            return "the class's", self

        @staticmethod
        def static():
            return "static"

        @classmethod
        def of_class(cls):
            return cls

        lazy = functools.cached_property(lambda self: len(self.__dict__))

    def get(o):
        return o.x

    def kind(o):
        return o.kind

    def call(o):
        return o.method()

    def others(o):
        return o.static(), o.of_class(), o.lazy

    def missing(o):
        raises(AttributeError, lambda: get(o))

    first, second, empty = Class(x=1, y=2), Class(y=3, x=4), Class()
    for _ in range(3):
        equal((get(first), get(second)), (1, 4))
        missing(empty)
        equal([kind(o) for o in (first, second, empty)], ["the class's"] * 3)
        equal([call(o)[1] for o in (first, second, empty)], [first, second, empty])
        equal(others(first), ("static", Class, 2))
    first.kind = "its own"
    second.method = lambda: "its own"
    empty.x = 5
    for _ in range(3):
        equal([kind(o) for o in (first, second, empty)], ["its own", "the class's", "the class's"])
        equal((call(second), call(first)), ("its own", ("the class's", first)))
        equal(get(empty), 5)
    del first.kind, second.method, empty.x, first.x
    for o in first, empty:
        missing(o)
    equal(([kind(o) for o in (first, second)], call(second)), (["the class's"] * 2, ("the class's", second)))
    first.x = 6
    equal(get(first), 6)
    first.__dict__ = {"z": 0, "x": 7, "method": len}
    equal(get(first), 7)
    raises(TypeError, lambda: call(first))
    first.__dict__ = {}
    missing(first)
    equal(call(first), ("the class's", first))
    Class.x = property(lambda self: "a property's")
    equal(get(second), "a property's")
    del Class.x
    equal(get(second), 4)
    Class.method = 8
    raises(TypeError, lambda: call(second))
    second.method = lambda: 9
    equal(call(second), 9)


def test_odd_keys_of_a_dict_that_was_taken():
    class Key(str):
        asked = 0

        def __eq__(self, other):
            Key.asked += 1
            return str(self) == other

        __hash__ = str.__hash__

    class Fails(Key):
        def __eq__(self, other):
            raise ZeroDivisionError

        __hash__ = str.__hash__

    class Class:
        def name(self):
            return "method"

    def get(o):
        return o.name

    def call(o):
        return o.name()

    o, odd, fails = Class(), Class(), Class()
    o.__dict__["name"] = lambda: "own"
    odd.__dict__[Key("name")] = lambda: "odd"
    fails.__dict__[Fails("name")] = 1
    for _ in range(3):
        equal((call(o), call(odd), get(odd)()), ("own", "odd", "odd"))
        raises(ZeroDivisionError, lambda: call(fails))
        raises(ZeroDivisionError, lambda: get(fails))
    equal(Key.asked > 0, True)


def test_threads_and_a_dict_that_was_taken():
    class Class:
        x = "class"

        def f(self):
            return "class"

    def look(o):
        return o.x, o.f()

    def change():
        while not done.is_set():
            o.x = "own"
            o.__dict__ = {"y": 1, "x": "own"}
            o.f = lambda: "own"
            del o.f, o.x
            o.__dict__ = {}

    o, done = Class(), threading.Event()
    o.__dict__
    thread = threading.Thread(target=change)
    thread.start()
    seen = set()
    try:
        for _ in range(20000):
            seen.update(look(o))
    finally:
        done.set()
        thread.join()
    equal(seen - {"class", "own"}, set())


def test_classes_with_getattr():
    class Class:
        kind = "the class's"
        __slots__ = ("slot", "__dict__")

        def __init__(self):
            self.own = 1

        def method(self):
            return self

        @property
        def bad(self):
            raise AttributeError("bad")

        @property
        def good(self):
            return "good"

        @property
        def worse(self):
            raise KeyError("worse")

        def __getattr__(self, name):
            if name == "none":
                raise AttributeError("none at all")
            return lambda: name

    def look(o):
        return o.own, o.kind, o.good, o.bad(), o.missing(), o.slot, o.method()

    def none(o):
        return o.none

    def worse(o):
        return o.worse

    def bad_call(o):
        return o.bad()

    for taken in False, True:
        o = Class()
        if taken:
            o.__dict__
        for _ in range(3):
            equal(look(o)[:5], (1, "the class's", "good", "bad", "missing"))
            equal((look(o)[5](), look(o)[6], bad_call(o)), ("slot", o, "bad"))
            equal(str(raises(AttributeError, lambda: none(o))), "none at all")
            raises(KeyError, lambda: worse(o))
        o.slot = 5
        del o.own
        o.missing = lambda: "own"
        equal((o.own(), look(o)[4:6]), ("own", ("own", 5)))
        o.own = 2
        equal(look(o)[0], 2)
    getattr_ = Class.__getattr__
    del Class.__getattr__
    equal(str(raises(AttributeError, lambda: bad_call(o))), "bad")
    Class.__getattr__ = getattr_
    equal(bad_call(o), "bad")
    Class.__getattribute__ = lambda self, name: lambda: "all"
    equal(bad_call(o), "all")
    del Class.__getattribute__
    equal(bad_call(o), "bad")


def test_access_that_is_defined_later():
    class Class:
        x = 5

        def f(self):
            return 1

    def call(o):
        return o.f()

    def get(o):
        return o.x

    def put(o, x):
        o.y = x

    o, log = Class(), []
    for name in "__getattribute__", "__setattr__", "__getattribute__":
        for i in range(3):
            put(o, i)
            equal((call(o), get(o), o.y), (1, 5, i))
        if name == "__setattr__":
            Class.__setattr__ = lambda self, name, value: log.append(value)
            put(o, 7)
            equal((o.y, log), (2, [7]))
            del Class.__setattr__
        else:
            Class.__getattribute__ = lambda self, name: lambda: name
            equal((call(o), get(o)()), ("f", "x"))
            del Class.__getattribute__


def test_attributes_that_type_has_as_well():
    class Base:
        def __init__(self, a):
            self.a = a

        def __call__(self):
            return "called"

    class Class(Base):
        def __new__(cls, a):
            return object.__new__(cls)

        def __init__(self, a):
            Base.__init__(self, a)

    for _ in range(3):
        made = Class(3)
        equal((made.a, Base.__call__(made)), (3, "called"))
        equal(Class.__name__, "Class")
    Base.__init__ = lambda self, a: setattr(self, "a", "other")
    equal(Class(3).a, "other")


def test_places_in_a_class_that_outgrows_its_dict():

    class Base:
        value = "old"

        def method(self):
            return "old method"

        def __init__(self):
            self.own = 1

    class Derived(Base):

        def method(self):
            return super().method()

    def seen(o):
        return o.value, o.method(), type(o).value, o.own, type(o)().own

    plain, derived = Base(), Derived()
    for _ in range(5):
        equal([seen(plain), seen(derived)], [("old", "old method", "old", 1, 1)] * 2)
    for i in range(300):
        setattr(Base, f"more_{i}", i)
        if i % 50 == 7:
            Base.value = f"new {i}"
            Base.method = lambda self, i=i: f"method {i}"
            expected = (f"new {i}", f"method {i}", f"new {i}", 1, 1)
            equal([seen(plain), seen(derived)] * 2, [expected] * 4)

    def init(self):
        self.own = 2
    Base.__init__ = init
    equal((seen(derived)[3:], seen(Base())[3:]), ((1, 2), (2, 2)))


def test_wrappers_that_are_initialised_again():
    class C:

        @staticmethod
        def s():
            return "old"

        @classmethod
        def c(cls):
            return "old"

    def seen():
        return C.s(), C().s(), C.c(), C().c()

    for _ in range(5):
        equal(seen(), ("old",) * 4)
    vars(C)["s"].__init__(lambda: "new")
    vars(C)["c"].__init__(lambda cls: "new")
    for _ in range(5):
        equal(seen(), ("new",) * 4)


run(globals())
