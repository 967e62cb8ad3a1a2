"""Classes: creation, inheritance, MRO, attributes, special methods, metaclasses."""

from testing import equal, fails, raises, run


class Base:
    shared = "base"

    def __init__(self, value=0):
        self.value = value

    def name(self):
        return "Base"


class Derived(Base):
    def name(self):
        return "Derived of " + super().name()


def test_instances_and_attributes():
    b = Base(5)
    equal((b.value, b.shared, b.name()), (5, "base", "Base"))
    b.shared = "own"
    equal((b.shared, Base.shared), ("own", "base"))
    del b.shared
    equal(b.shared, "base")


def test_super_without_arguments():
    equal(Derived().name(), "Derived of Base")


def test_type_and_isinstance():
    d = Derived()
    assert type(d) is Derived
    assert isinstance(d, Base) and issubclass(Derived, Base)
    assert not isinstance(Base(), Derived)
    assert isinstance(d, (int, Base))
    assert isinstance(1, int | str)
    fails(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union",
          isinstance, 1, 5)
    fails(TypeError, "issubclass() arg 1 must be a class", issubclass, 1, int)


def test_class_attributes():
    equal(Derived.__name__, "Derived")
    equal(Derived.__bases__, (Base,))
    equal(Derived.__mro__, (Derived, Base, object))
    equal(Derived.__module__, "__main__")
    equal(Derived.__qualname__, "Derived")
    equal(Derived.__base__, Base)
    equal(Derived.__doc__, None)
    equal(type(Derived), type)


def test_repr_of_classes_and_instances():
    equal(repr(Base), "<class '__main__.Base'>")
    equal(repr(int), "<class 'int'>")
    r = repr(Base())
    assert r.startswith("<__main__.Base object at 0x"), r

    class Inner:
        pass

    equal(repr(Inner), "<class '__main__.test_repr_of_classes_and_instances.<locals>.Inner'>")


def test_missing_attribute():
    with raises(AttributeError, "'Base' object has no attribute 'missing'") as caught:
        Base().missing
    equal(caught.value.name, "missing")
    with raises(AttributeError, "type object 'Base' has no attribute 'missing'"):
        Base.missing
    with raises(AttributeError, "'Base' object has no attribute 'missing'"):
        del Base().missing


def test_attributes_of_builtin_objects_cannot_be_set():
    with raises(AttributeError, "'int' object has no attribute 'x' and no __dict__ for setting "
                "new attributes"):
        (5).x = 1
    with raises(AttributeError, "'object' object has no attribute 'x' and no __dict__ for "
                "setting new attributes"):
        object().x = 1
    with raises(TypeError, "cannot set 'x' attribute of immutable type 'int'"):
        int.x = 1
    with raises(AttributeError, "'list' object attribute 'append' is read-only"):
        [].append = 1


def test_init_must_return_none():
    class C:
        def __init__(self):
            return 5

    fails(TypeError, "__init__() should return None, not 'int'", C)


def test_arguments_without_init():
    class C:
        pass

    fails(TypeError, "C() takes no arguments", C, 1)
    fails(TypeError, "object() takes no arguments", object, 1)


def test_new_returning_something_else_skips_init():
    class C:
        def __new__(cls):
            return 5

        def __init__(self):
            raise AssertionError

    equal(C(), 5)


def test_new_and_init_get_the_arguments():
    class C:
        def __new__(cls, *args, **kwargs):
            self = super().__new__(cls)
            self.new = args, kwargs
            return self

        def __init__(self, a, k):
            self.init = a, k

    c = C(1, k=2)
    equal((c.new, c.init), (((1,), {"k": 2}), (1, 2)))


def test_subclassing_builtins():
    class L(list):
        def second(self):
            return self[1]

    x = L([1, 2, 3])
    x.tag = "t"
    equal((x.second(), x.tag, len(x)), (2, "t", 3))
    assert x == [1, 2, 3]
    equal(type(x + [1]), list)

    class I(int):
        def __new__(cls, text):
            return super().__new__(cls, text, 16)

    equal(I("ff") + 1, 256)

    class D(dict):
        def __missing__(self, key):
            return key * 2

    equal(D()["a"], "aa")
    equal(D().get("a"), None)


def test_subclass_of_str_and_tuple():
    class S(str):
        pass

    class T(tuple):
        def __new__(cls, *items):
            return super().__new__(cls, items)

    s = S("abc")
    s.x = 1
    equal(s.upper(), "ABC")
    equal(type(s.upper()), str)
    assert s == "abc" and hash(s) == hash("abc")
    assert {s: 1}["abc"] == 1
    equal(T(1, 2)[1], 2)


def test_types_that_cannot_be_subclassed():
    with raises(TypeError, "type 'bool' is not an acceptable base type"):
        class C(bool):
            pass
    with raises(TypeError, "type 'NoneType' is not an acceptable base type"):
        class D(type(None)):
            pass
    with raises(TypeError, "type 'function' is not an acceptable base type"):
        class E(type(lambda: 0)):
            pass


def test_layout_conflict():
    with raises(TypeError, "multiple bases have instance lay-out conflict"):
        class C(int, str):
            pass


def test_mro_of_a_diamond():
    class A:
        pass

    class B(A):
        pass

    class C(A):
        pass

    class D(B, C):
        pass

    equal([c.__name__ for c in D.__mro__], ["D", "B", "C", "A", "object"])


def test_cooperative_super():
    log = []

    class A:
        def f(self):
            log.append("A")

    class B(A):
        def f(self):
            log.append("B")
            super().f()

    class C(A):
        def f(self):
            log.append("C")
            super().f()

    class D(B, C):
        def f(self):
            log.append("D")
            super().f()

    D().f()
    equal(log, ["D", "B", "C", "A"])


def test_inconsistent_mro():
    class A:
        pass

    class B(A):
        pass

    with raises(TypeError, "Cannot create a consistent method resolution order (MRO) for bases "
                "A, B"):
        class C(A, B):
            pass


def test_duplicate_base():
    with raises(TypeError, "duplicate base class A"):
        class A:
            pass

        class B(A, A):
            pass


def test_base_that_is_no_class():
    def f():
        class C(5):
            pass

    fails(TypeError, "int expected at most 2 arguments, got 3", f)


def test_mro_entries():
    class Proxy:
        def __mro_entries__(self, bases):
            return (Base,)

    p = Proxy()

    class C(p):
        pass

    equal(C.__bases__, (Base,))
    equal(C.__orig_bases__, (p,))


def test_changing_bases():
    class A:
        x = "a"

    class B:
        x = "b"

    class C(A):
        pass

    c = C()
    equal(c.x, "a")
    C.__bases__ = (B,)
    equal(c.x, "b")
    equal(C.__mro__, (C, B, object))


def test_class_attribute_changes_are_seen_by_subclasses_and_instances():
    class A:
        pass

    class B(A):
        pass

    b = B()
    for n in range(3):
        A.x = n
        equal((b.x, B.x), (n, n))
    B.x = "b"
    equal(b.x, "b")
    del B.x
    equal(b.x, 2)


def test_methods_can_be_replaced():
    class C:
        def f(self):
            return 1

    c = C()
    results = []
    for i in range(4):
        results.append(c.f())
        if i == 1:
            C.f = lambda self: 2
    equal(results, [1, 1, 2, 2])


def test_changing_the_class_of_an_instance():
    class A:
        def f(self):
            return "A"

    class B:
        def f(self):
            return "B"

    a = A()
    a.x = 1
    a.__class__ = B
    equal((a.f(), a.x, type(a)), ("B", 1, B))
    with raises(TypeError, "__class__ must be set to a class, not 'int' object"):
        a.__class__ = 5
    with raises(TypeError, "__class__ assignment only supported for mutable types or "
                "ModuleType subclasses"):
        a.__class__ = int


def test_instance_dict():
    b = Base(1)
    equal(b.__dict__, {"value": 1})
    b.__dict__["x"] = 2
    equal(b.x, 2)
    b.y = 3
    equal(b.__dict__, {"value": 1, "x": 2, "y": 3})
    b.__dict__ = {"z": 4}
    equal(b.z, 4)
    assert not hasattr(b, "x")
    with raises(TypeError, "__dict__ must be set to a dictionary, not a 'int'"):
        b.__dict__ = 5


def test_dict_taken_before_is_live():
    b = Base(1)
    d = b.__dict__
    b.x = 5
    equal(d, {"value": 1, "x": 5})
    del d["value"]
    assert not hasattr(b, "value")


def test_many_attributes():
    b = Base()
    for i in range(200):
        setattr(b, f"a{i}", i)
    for i in range(0, 200, 2):
        delattr(b, f"a{i}")
    equal(sum(getattr(b, f"a{i}") for i in range(1, 200, 2)), 10000)
    equal(list(b.__dict__)[:3], ["value", "a1", "a3"])


def test_attribute_order_is_that_of_insertion():
    a = Base()
    a.x = 1
    a.y = 2
    del a.x
    a.x = 3
    equal(list(a.__dict__), ["value", "y", "x"])


def test_class_dict_is_read_only():
    with raises(TypeError, "'mappingproxy' object does not support item assignment"):
        Base.__dict__["x"] = 1


def test_class_namespace_order():
    class C:
        b = 1
        a = 2

        def c(self):
            pass

    equal([k for k in C.__dict__ if k[0] != "_"], ["b", "a", "c"])


def test_getattr_is_called_only_for_missing_names():
    class C:
        x = 1

        def __getattr__(self, name):
            return "got " + name

    c = C()
    equal((c.x, c.y), (1, "got y"))


def test_getattribute_is_always_called():
    class C:
        x = 1

        def __getattribute__(self, name):
            if name == "x":
                return "intercepted"
            return super().__getattribute__(name)

    c = C()
    c.y = 2
    equal((c.x, c.y), ("intercepted", 2))


def test_getattribute_raising_falls_to_getattr():
    class C:
        def __getattribute__(self, name):
            raise AttributeError("no " + name)

        def __getattr__(self, name):
            return "fallback " + name

    equal(C().x, "fallback x")


def test_setattr_and_delattr():
    log = []

    class C:
        def __setattr__(self, name, value):
            log.append(("set", name, value))
            object.__setattr__(self, name, value)

        def __delattr__(self, name):
            log.append(("del", name))
            object.__delattr__(self, name)

    c = C()
    c.x = 1
    del c.x
    equal(log, [("set", "x", 1), ("del", "x")])


def test_getattr_builtin():
    b = Base(3)
    equal(getattr(b, "value"), 3)
    equal(getattr(b, "none", 7), 7)
    fails(AttributeError, "'Base' object has no attribute 'none'", getattr, b, "none")
    fails(TypeError, "attribute name must be string, not 'int'", getattr, b, 5)
    assert hasattr(b, "value") and not hasattr(b, "none")


def test_hasattr_passes_other_errors():
    class C:
        @property
        def x(self):
            raise ValueError("inside")

    fails(ValueError, "inside", hasattr, C(), "x")


def test_eq_and_hash():
    class C:
        def __init__(self, k):
            self.k = k

        def __eq__(self, other):
            return self.k == other.k

    assert C(1) == C(1)
    assert C(1) != C(2)
    fails(TypeError, "unhashable type: 'C'", hash, C(1))


def test_default_equality_and_order():
    a, b = Base(), Base()
    assert a == a and a != b
    with raises(TypeError, "'<' not supported between instances of 'Base' and 'Base'"):
        a < b


def test_reflected_comparison():
    class C:
        def __lt__(self, other):
            return "lt"

        def __ge__(self, other):
            return "ge"

    equal((C() < 1, 1 > C(), C() >= 1, 1 <= C()), ("lt", "lt", "ge", "ge"))


def test_subclass_is_asked_first_by_binary_operators():
    class A:
        def __add__(self, other):
            return "A add"

        def __radd__(self, other):
            return "A radd"

    class B(A):
        def __radd__(self, other):
            return "B radd"

    class Same(A):
        pass

    equal((A() + A(), A() + B(), B() + A(), A() + Same()),
          ("A add", "B radd", "A add", "A add"))


def test_notimplemented_from_both_sides():
    class C:
        def __add__(self, other):
            return NotImplemented

    with raises(TypeError, "unsupported operand type(s) for +: 'C' and 'int'"):
        C() + 1


def test_operators_set_to_none():
    class C(int):
        __add__ = None

    with raises(TypeError, "'NoneType' object is not callable"):
        C(1) + 1


def test_arithmetic_methods():
    class C:
        def __getattr__(self, name):
            raise AssertionError(name)

        def __sub__(self, o): return ("sub", o)
        def __rsub__(self, o): return ("rsub", o)
        def __floordiv__(self, o): return ("floordiv", o)
        def __truediv__(self, o): return ("truediv", o)
        def __mod__(self, o): return ("mod", o)
        def __divmod__(self, o): return ("divmod", o)
        def __pow__(self, o, m=None): return ("pow", o, m)
        def __rpow__(self, o): return ("rpow", o)
        def __lshift__(self, o): return ("lshift", o)
        def __rshift__(self, o): return ("rshift", o)
        def __and__(self, o): return ("and", o)
        def __or__(self, o): return ("or", o)
        def __xor__(self, o): return ("xor", o)
        def __neg__(self): return "neg"
        def __pos__(self): return "pos"
        def __invert__(self): return "invert"
        def __abs__(self): return "abs"

    c = C()
    equal([c - 1, 1 - c, c // 2, c / 3, c % 4, divmod(c, 5), c ** 6, pow(c, 7, 8), 9 ** c],
          [("sub", 1), ("rsub", 1), ("floordiv", 2), ("truediv", 3), ("mod", 4), ("divmod", 5),
           ("pow", 6, None), ("pow", 7, 8), ("rpow", 9)])
    equal([c << 1, c >> 2, c & 3, c | 4, c ^ 5, -c, +c, ~c, abs(c)],
          [("lshift", 1), ("rshift", 2), ("and", 3), ("or", 4), ("xor", 5), "neg", "pos",
           "invert", "abs"])


def test_conversions():
    class C:
        def __bool__(self): return False
        def __int__(self): return 3
        def __float__(self): return 4.5
        def __complex__(self): return 1j
        def __index__(self): return 2
        def __str__(self): return "str"
        def __repr__(self): return "repr"
        def __bytes__(self): return b"bytes"
        def __format__(self, spec): return "format " + spec
        def __len__(self): return 9
        def __hash__(self): return 77

    c = C()
    equal([bool(c), int(c), float(c), complex(c), [1, 2, 3][c], str(c), repr(c), bytes(c),
           format(c, "x"), f"{c}", f"{c!r}", len(c), hash(c)],
          [False, 3, 4.5, 1j, 3, "str", "repr", b"bytes", "format x", "format ", "repr", 9, 77])


def test_conversions_of_a_wrong_type():
    class C:
        def __bool__(self): return 5
        def __int__(self): return "x"
        def __float__(self): return 1
        def __index__(self): return "x"
        def __str__(self): return 5
        def __repr__(self): return 5
        def __len__(self): return "x"
        def __hash__(self): return "x"

    c = C()
    fails(TypeError, "__bool__ should return bool, returned int", bool, c)
    fails(TypeError, "__int__ returned non-int (type str)", int, c)
    fails(TypeError, "C.__float__ returned non-float (type int)", float, c)
    fails(TypeError, "__index__ returned non-int (type str)", lambda: [1][c])
    fails(TypeError, "__str__ returned non-string (type int)", str, c)
    fails(TypeError, "__repr__ returned non-string (type int)", repr, c)
    fails(TypeError, "'str' object cannot be interpreted as an integer", len, c)
    fails(TypeError, "__hash__ method should return an integer", hash, c)


def test_truth_from_len():
    class C:
        def __init__(self, n):
            self.n = n

        def __len__(self):
            return self.n

    equal([bool(C(0)), bool(C(1))], [False, True])
    fails(ValueError, "__len__() should return >= 0", bool, C(-1))


def test_containers():
    class C:
        def __getitem__(self, key): return ("get", key)
        def __setitem__(self, key, value): self.last = ("set", key, value)
        def __delitem__(self, key): self.last = ("del", key)
        def __contains__(self, item): return item == 5
        def __len__(self): return 3
        def __iter__(self): return iter("abc")
        def __reversed__(self): return iter("cba")

    c = C()
    equal(c[1], ("get", 1))
    equal(c[1:2], ("get", slice(1, 2, None)))
    equal(c[1, ::2, ...], ("get", (1, slice(None, None, 2), Ellipsis)))
    c["k"] = 6
    equal(c.last, ("set", "k", 6))
    del c["k"]
    equal(c.last, ("del", "k"))
    assert 5 in c and 6 not in c
    equal((list(c), list(reversed(c))), (["a", "b", "c"], ["c", "b", "a"]))


def test_contains_falls_back_to_iteration():
    class C:
        def __iter__(self):
            return iter([1, 2])

    assert 2 in C() and 3 not in C()
    with raises(TypeError, "argument of type 'int' is not iterable"):
        1 in 5


def test_special_methods_are_looked_up_on_the_type():
    class C:
        pass

    c = C()
    c.__len__ = lambda: 5
    fails(TypeError, "object of type 'C' has no len()", len, c)


def test_special_methods_added_later():
    class C:
        pass

    c = C()
    fails(TypeError, "object of type 'C' has no len()", len, c)
    C.__len__ = lambda self: 5
    equal(len(c), 5)
    del C.__len__
    fails(TypeError, "object of type 'C' has no len()", len, c)


def test_length_hint():
    import operator

    class C:
        def __length_hint__(self):
            return 7

    equal(operator.length_hint(C()), 7)
    equal(operator.length_hint(object(), 3), 3)


def test_class_getitem():
    class C:
        def __class_getitem__(cls, item):
            return cls.__name__, item

    equal(C[int], ("C", int))
    with raises(TypeError, "type 'Base' is not subscriptable"):
        Base[int]


def test_init_subclass():
    log = []

    class A:
        def __init_subclass__(cls, **kwargs):
            log.append((cls.__name__, kwargs))

    class B(A, option=1):
        pass

    equal(log, [("B", {"option": 1})])
    with raises(TypeError, "test_init_subclass.<locals>.C.__init_subclass__() takes no keyword "
                "arguments"):
        class C(Base, option=1):
            pass


def test_set_name():
    log = []

    class D:
        def __set_name__(self, owner, name):
            log.append((owner.__name__, name))

    class C:
        x = D()
        y = D()

    equal(log, [("C", "x"), ("C", "y")])


def test_set_name_failure_has_a_note():
    class D:
        def __set_name__(self, owner, name):
            raise ValueError("inside")

    with raises(ValueError, "inside") as caught:
        class C:
            x = D()
    equal(caught.value.__notes__,
          ["Error calling __set_name__ on 'D' instance 'x' in 'C'"])


def test_metaclass():
    class Meta(type):
        def __new__(meta, name, bases, namespace, **kwargs):
            namespace["made_by"] = (meta.__name__, kwargs)
            return super().__new__(meta, name, bases, namespace)

        def __init__(cls, name, bases, namespace, **kwargs):
            super().__init__(name, bases, namespace)

        def __call__(cls, *args):
            return ("called", cls.__name__, args)

        def on_class(cls):
            return "method of " + cls.__name__

    class C(metaclass=Meta, flag=True):
        pass

    equal(C.made_by, ("Meta", {"flag": True}))
    equal(C(1), ("called", "C", (1,)))
    equal(C.on_class(), "method of C")

    class D(C):
        pass

    assert type(D) is Meta


def test_prepare():
    class Recording(dict):
        def __setitem__(self, key, value):
            self.setdefault("log", [])
            self["log"].append(key)
            super().__setitem__(key, value)

    class Meta(type):
        @classmethod
        def __prepare__(meta, name, bases, **kwargs):
            d = Recording()
            dict.__setitem__(d, "log", [])
            return d

    class C(metaclass=Meta):
        a = 1
        b = 2

    equal([name for name in C.log if name[0] != "_"], ["a", "b"])


def test_prepare_must_return_a_mapping():
    class Meta(type):
        @classmethod
        def __prepare__(meta, name, bases):
            return 5

    with raises(TypeError, "Meta.__prepare__() must return a mapping, not int"):
        class C(metaclass=Meta):
            pass


def test_metaclass_conflict():
    class M1(type):
        pass

    class M2(type):
        pass

    class A(metaclass=M1):
        pass

    class B(metaclass=M2):
        pass

    with raises(TypeError, "metaclass conflict: the metaclass of a derived class must be a "
                "(non-strict) subclass of the metaclasses of all its bases"):
        class C(A, B):
            pass


def test_function_as_metaclass():
    def make(name, bases, namespace):
        return name, bases, sorted(k for k in namespace if k[0] != "_")

    class C(int, metaclass=make):
        x = 1

    equal(C, ("C", (int,), ["x"]))


def test_three_argument_type():
    C = type("C", (Base,), {"x": 1, "f": lambda self: self.x + 1})
    equal((C.__name__, C().f(), C.__module__), ("C", 2, "__main__"))
    fails(TypeError, "type() takes 1 or 3 arguments", type, 1, 2)
    fails(TypeError, "type.__new__() argument 1 must be str, not int", type, 1, (), {})


def test_instancecheck_and_subclasscheck():
    class Meta(type):
        def __instancecheck__(cls, instance):
            return instance == 5

        def __subclasscheck__(cls, subclass):
            return subclass is int

    class C(metaclass=Meta):
        pass

    assert isinstance(5, C) and not isinstance(6, C)
    assert issubclass(int, C) and not issubclass(str, C)
    assert isinstance(C(), C)


def test_subclasses():
    class A:
        pass

    class B(A):
        pass

    class C(A):
        pass

    equal(A.__subclasses__(), [B, C])


def test_metaclass_attributes_and_instance_attributes():
    class Meta(type):
        x = "meta"

        @property
        def p(cls):
            return "property of " + cls.__name__

    class C(metaclass=Meta):
        pass

    equal((C.x, C.p), ("meta", "property of C"))
    with raises(AttributeError, "'C' object has no attribute 'x'"):
        C().x


def test_class_in_its_mro_method():
    class Meta(type):
        def mro(cls):
            if cls.__mro__ is None:
                cls.__len__ = lambda self: 3
                fails(TypeError, "cannot create 'C' instances", cls)
                fails(TypeError, "object.__new__(C) is not safe, use C.__new__()", object.__new__, cls)
            return super().mro()

    class C(metaclass=Meta):
        __slots__ = ()

    equal(len(C()), 3)


def test_mro_method():
    class Meta(type):
        def mro(cls):
            return [cls, Base, object]

    class C(metaclass=Meta):
        pass

    equal(C().shared, "base")


def test_doc_and_static_attributes():
    class C:
        """The doc."""

        def __init__(self):
            self.b = self.a = 1

    equal(C.__doc__, "The doc.")
    C.__doc__ = "Other."
    equal(C.__doc__, "Other.")
    equal(sorted(C.__static_attributes__), ["a", "b"])
    assert isinstance(C.__firstlineno__, int)


def test_dir_of_an_instance():
    d = Derived()
    d.own = 1
    names = dir(d)
    for name in ("own", "value", "name", "shared", "__init__", "__class__"):
        assert name in names, name
    equal(names, sorted(names))


def test_custom_dir():
    class C:
        def __dir__(self):
            return ["b", "a"]

    equal(dir(C()), ["a", "b"])


def test_object_methods():
    o = object()
    equal(o.__eq__(o), True)
    equal(o.__eq__(1), NotImplemented)
    equal(o.__ne__(o), False)
    equal(o.__lt__(o), NotImplemented)
    equal(object.__str__(5), "5")
    equal(o.__format__(""), str(o))
    fails(TypeError, "unsupported format string passed to object.__format__", o.__format__, "x")


def test_slot_wrappers_check_their_self():
    fails(TypeError, "descriptor '__add__' requires a 'int' object but received a 'str'",
          int.__add__, "a", 1)
    equal(int.__add__(1, 2), 3)
    equal(int.__add__(1, "x"), NotImplemented)
    equal((5).__add__(6), 11)
    fails(TypeError, "descriptor 'append' for 'list' objects doesn't apply to a 'tuple' object",
          list.append, (), 1)
    fails(TypeError, "unbound method list.append() needs an argument", list.append)


def test_new_of_another_type():
    fails(TypeError, "object.__new__(int) is not safe, use int.__new__()", object.__new__, int)
    fails(TypeError, "int.__new__(str): str is not a subtype of int", int.__new__, str)
    fails(TypeError, "object.__new__(X): X is not a type object (int)", object.__new__, 5)


def test_abstract_classes():
    from abc import ABC, abstractmethod

    class A(ABC):
        @abstractmethod
        def f(self):
            pass

        @abstractmethod
        def g(self):
            pass

    fails(TypeError, "Can't instantiate abstract class A without an implementation for abstract "
          "methods 'f', 'g'", A)

    class B(A):
        def f(self):
            return 1

    fails(TypeError, "Can't instantiate abstract class B without an implementation for abstract "
          "method 'g'", B)

    class C(B):
        def g(self):
            return 2

    equal(C().g(), 2)


def test_init_that_returns_a_value_leaves_the_target():
    class A:
        def __init__(self):
            return 5

    x = "before"
    with raises(TypeError, "__init__() should return None, not 'int'"):
        x = A()
    equal(x, "before")


def test_arguments_of_init():
    class A:
        def __init__(self, a, b=2, *rest, k=3, **others):
            self.got = a, b, rest, k, others

    equal(A(1).got, (1, 2, (), 3, {}))
    equal(A(1, 5, 6, 7, k=8, z=9).got, (1, 5, (6, 7), 8, {"z": 9}))
    equal(A(*[1, 2, 3], **{"k": 4}).got, (1, 2, (3,), 4, {}))
    missing = A.__qualname__ + ".__init__() missing 1 required positional argument: 'a'"
    fails(TypeError, missing, A)


def test_init_that_makes_others():
    class Node:
        def __init__(self, depth):
            self.children = [Node(depth - 1), Node(depth - 1)] if depth else []

        def count(self):
            return 1 + sum(child.count() for child in self.children)

    equal(Node(6).count(), 127)


def test_init_that_never_ends():
    class A:
        def __init__(self):
            A()

    with raises(RecursionError):
        A()


def test_frame_of_init_outlives_it():
    import sys

    class A:
        def __init__(self):
            self.frame = sys._getframe()

    a = A()
    equal(a.frame.f_locals["self"] is a, True)
    equal(a.frame.f_code.co_name, "__init__")


run(globals())
