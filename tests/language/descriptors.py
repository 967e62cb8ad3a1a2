"""Descriptors: properties, static and class methods, slots, super objects."""

from testing import equal, fails, raises, run


class Celsius:
    def __init__(self, degrees):
        self._degrees = degrees

    @property
    def degrees(self):
        """The temperature."""
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        self._degrees = value

    @degrees.deleter
    def degrees(self):
        self._degrees = None

    @property
    def fixed(self):
        return 1


def test_property():
    c = Celsius(5)
    equal(c.degrees, 5)
    c.degrees = 6
    equal(c._degrees, 6)
    del c.degrees
    equal(c._degrees, None)


def test_read_only_property():
    c = Celsius(5)
    with raises(AttributeError, "property 'fixed' of 'Celsius' object has no setter"):
        c.fixed = 1
    with raises(AttributeError, "property 'fixed' of 'Celsius' object has no deleter"):
        del c.fixed


def test_write_only_property():
    class C:
        x = property(None, lambda self, v: None)

    with raises(AttributeError, "property 'x' of "
                "'test_write_only_property.<locals>.C' object has no getter"):
        C().x


def test_property_object():
    p = Celsius.degrees
    equal(p.__doc__, "The temperature.")
    equal(p.__name__, "degrees")
    assert p.fget(Celsius(3)) == 3
    equal(type(p), property)
    fails(AttributeError, "readonly attribute", setattr, p, "fget", 1)


def test_property_wins_over_the_instance_dict():
    c = Celsius(1)
    c.__dict__["degrees"] = "own"
    equal(c.degrees, 1)


def test_inherited_property_extended():
    class Kelvin(Celsius):
        @Celsius.degrees.getter
        def degrees(self):
            return self._degrees + 273

    k = Kelvin(0)
    equal(k.degrees, 273)
    k.degrees = 10
    equal(k.degrees, 283)


def test_attribute_error_inside_a_property_goes_to_getattr():
    class C:
        @property
        def x(self):
            raise AttributeError("inside")

        def __getattr__(self, name):
            return "getattr " + name

    equal(C().x, "getattr x")


def test_data_descriptor_wins_over_the_instance():
    class D:
        def __get__(self, obj, owner):
            return ("get", obj is not None, owner.__name__)

        def __set__(self, obj, value):
            obj.__dict__["set"] = value

        def __delete__(self, obj):
            obj.__dict__["deleted"] = True

    class C:
        x = D()

    c = C()
    equal(c.x, ("get", True, "C"))
    equal(C.x, ("get", False, "C"))
    c.x = 5
    equal(c.__dict__, {"set": 5})
    c.__dict__["x"] = 1
    equal(c.x, ("get", True, "C"))
    del c.x
    equal(c.deleted, True)


def test_non_data_descriptor_loses_to_the_instance():
    class D:
        def __get__(self, obj, owner):
            return "descriptor"

    class C:
        x = D()

    c = C()
    equal(c.x, "descriptor")
    c.x = "own"
    equal(c.x, "own")


def test_descriptor_with_only_set():
    class D:
        def __set__(self, obj, value):
            obj.__dict__["x"] = value * 2

    class C:
        x = D()

    c = C()
    assert type(c.x) is D
    c.x = 5
    equal(c.x, 10)
    with raises(AttributeError, "__delete__"):
        del c.x


def test_descriptor_in_the_instance_is_no_descriptor():
    class D:
        def __get__(self, obj, owner):
            return "descriptor"

    class C:
        pass

    c = C()
    c.d = D()
    assert type(c.d) is D


def test_descriptor_error_passes():
    class D:
        def __get__(self, obj, owner):
            raise KeyError("inside")

    class C:
        x = D()

    with raises(KeyError, "'inside'"):
        C().x


def test_class_that_becomes_a_descriptor_later():
    class D:
        pass

    class C:
        x = D()

    c = C()
    first = c.x
    D.__get__ = lambda self, obj, owner: "now"
    equal((type(first) is D, c.x), (True, "now"))


def test_descriptor_on_the_metaclass():
    class D:
        def __get__(self, obj, owner):
            return obj.__name__, owner.__name__

        def __set__(self, obj, value):
            pass

    class Meta(type):
        x = D()

    class C(metaclass=Meta):
        x = "class"

    equal(C.x, ("C", "Meta"))


def test_static_method():
    class C:
        @staticmethod
        def f(x):
            """Doc."""
            return x

    equal((C.f(1), C().f(2), C.f.__doc__), (1, 2, "Doc."))
    s = staticmethod(len)
    equal(s([1]), 1)
    assert s.__func__ is len and s.__wrapped__ is len


def test_class_method():
    class C:
        @classmethod
        def f(cls, x):
            return cls.__name__, x

    class D(C):
        pass

    equal((C.f(1), D.f(2), D().f(3)), (("C", 1), ("D", 2), ("D", 3)))
    assert C.f.__self__ is C


def test_class_method_of_a_builtin():
    equal(dict.fromkeys("ab", 0), {"a": 0, "b": 0})
    equal(int.from_bytes(b"\1\0", "big"), 256)

    class D(dict):
        pass

    assert type(D.fromkeys("a")) is D


def test_functions_bind_and_builtins_do_not():
    class C:
        f = lambda self: "bound"
        g = len

    c = C()
    equal(c.f(), "bound")
    equal(c.g([1, 2]), 2)


def test_function_get():
    def f(self):
        return self

    equal(f.__get__(5)(), 5)
    assert f.__get__(None, int) is f
    fails(TypeError, "__get__(None, None) is invalid", f.__get__, None)


def test_slots():
    class C:
        __slots__ = ("a", "b")

    c = C()
    with raises(AttributeError, "'test_slots.<locals>.C' object has no attribute 'a'"):
        c.a
    c.a = 1
    equal(c.a, 1)
    del c.a
    with raises(AttributeError, "a"):
        del c.a
    with raises(AttributeError,
                "'C' object has no attribute 'x' and no __dict__ for setting new attributes"):
        c.x = 1
    assert not hasattr(c, "__dict__")


def test_slots_given_as_a_string():
    class C:
        __slots__ = "only"

    c = C()
    c.only = 1
    equal(c.only, 1)


def test_slots_are_inherited():
    class A:
        __slots__ = ["a"]

    class B(A):
        __slots__ = ["b"]

    class C(A):
        pass

    b = B()
    b.a, b.b = 1, 2
    equal((b.a, b.b), (1, 2))
    c = C()
    c.a = c.other = 3
    equal((c.a, c.__dict__), (3, {"other": 3}))


def test_slots_with_dict():
    class C:
        __slots__ = ("a", "__dict__", "__weakref__")

    c = C()
    c.a = c.b = 1
    equal(c.__dict__, {"b": 1})


def test_slot_descriptor():
    class C:
        __slots__ = ("a",)

    equal(type(C.a).__name__, "member_descriptor")
    c = C()
    C.a.__set__(c, 5)
    equal(C.a.__get__(c), 5)
    fails(TypeError, "descriptor 'a' for 'C' objects doesn't apply to a 'int' object",
          C.a.__get__, 5)


def test_bad_slots():
    with raises(TypeError, "__slots__ items must be strings, not 'int'"):
        class A:
            __slots__ = (1,)
    with raises(TypeError, "__slots__ must be identifiers"):
        class B:
            __slots__ = ("a b",)
    with raises(ValueError, "'a' in __slots__ conflicts with class variable"):
        class C:
            __slots__ = ("a",)
            a = 1
    with raises(TypeError, "__dict__ slot disallowed: we already got one"):
        class D:
            pass

        class E(D):
            __slots__ = ("__dict__",)
    with raises(TypeError, "nonempty __slots__ not supported for subtype of 'int'"):
        class F(int):
            __slots__ = ("a",)


def test_two_bases_with_slots():
    class A:
        __slots__ = ("a",)

    class B:
        __slots__ = ("b",)

    with raises(TypeError, "multiple bases have instance lay-out conflict"):
        class C(A, B):
            pass


def test_private_slots_are_mangled():
    class C:
        __slots__ = ("__x",)

        def __init__(self):
            self.__x = 1

    equal(C()._C__x, 1)


class A:
    def f(self):
        return "A.f"

    @classmethod
    def k(cls):
        return "A.k " + cls.__name__

    @property
    def p(self):
        return "A.p"


class B(A):
    def f(self):
        return "B.f " + super().f()

    @classmethod
    def k(cls):
        return "B.k " + super().k()

    @property
    def p(self):
        return "B.p " + super().p


def test_super_in_all_kinds_of_methods():
    b = B()
    equal((b.f(), B.k(), b.p), ("B.f A.f", "B.k A.k B", "B.p A.p"))


def test_super_with_arguments():
    equal(super(B, B()).f(), "A.f")
    equal(super(B, B).k(), "A.k B")


def test_super_of_an_unrelated_object():
    fails(TypeError, "super(type, obj): obj (instance of int) is not an instance or subtype of "
          "type (B).", super, B, 5)


def test_super_has_no_such_attribute():
    with raises(AttributeError, "'super' object has no attribute 'nothing'"):
        super(B, B()).nothing


def test_super_outside_a_method():
    def f():
        super()

    fails(RuntimeError, "super(): no arguments", f)

    def g(x):
        super()

    fails(RuntimeError, "super(): __class__ cell not found", g, 1)


def test_super_attributes():
    s = super(B, B())
    assert s.__thisclass__ is B and s.__self_class__ is B
    assert repr(s).startswith("<super: <class 'B'>, <B object>")


def test_super_in_a_nested_function_and_comprehension():
    class C(A):
        def f(self):
            def g(me):
                return super(C, me).f()
            return g(self), [super(C, self).f() for _ in range(2)]

        def h(self):
            return [super().f() for _ in range(1)]

    equal(C().f(), ("A.f", ["A.f", "A.f"]))
    equal(C().h(), ["A.f"])


def test_super_uses_the_current_value_of_the_first_argument():
    class C(A):
        def f(self, other):
            self = other
            return super().f()

    equal(C().f(C()), "A.f")
    fails(TypeError, "super(type, obj): obj (instance of int) is not an instance or subtype of "
          "type (C).", C().f, 5)


def test_super_setattr():
    class C:
        def __setattr__(self, name, value):
            super().__setattr__(name, value * 2)

    c = C()
    c.x = 5
    equal(c.x, 10)


def test_explicit_class_cell_in_a_method():
    class C:
        def f(self):
            return __class__.__name__

    equal(C().f(), "C")


def test_cached_attribute_idiom():
    class Cached:
        def __init__(self, function):
            self.function = function

        def __set_name__(self, owner, name):
            self.name = name

        def __get__(self, obj, owner=None):
            value = obj.__dict__[self.name] = self.function(obj)
            return value

    calls = []

    class C:
        @Cached
        def x(self):
            calls.append(1)
            return 5

    c = C()
    equal((c.x, c.x, len(calls)), (5, 5, 1))


run(globals())
