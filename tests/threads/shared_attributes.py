"""Attributes of instances, classes and modules that threads share."""

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 20000
counter = 0
module_value = None


class Plain:
    pass


class Slotted:
    __slots__ = ("a", "b", "c", "d")


def test_instance_attributes_of_different_names():
    o = Plain()

    def work(name):
        for i in range(N):
            setattr(o, name, i)
            if getattr(o, name) != i:
                raise AssertionError

    together(*[lambda n=n: work(n) for n in "abcd"])
    equal(o.__dict__, dict.fromkeys(o.__dict__, N - 1))
    equal(sorted(o.__dict__), ["a", "b", "c", "d"])


def test_new_attributes_appear_from_all_threads():
    for round in range(30):
        o = Plain()

        def work(n):
            for i in range(40):
                setattr(o, f"x{n}_{i}", i)

        together(*[lambda n=n: work(n) for n in range(4)])
        equal(len(o.__dict__), 160)
        for n in range(4):
            for i in range(40):
                equal(getattr(o, f"x{n}_{i}"), i)


def test_one_attribute_is_seen_whole():
    o = Plain()
    o.x = (0, 0)

    def write(n):
        for i in range(N):
            o.x = (i, i)

    def read():
        for _ in range(N):
            a, b = o.x
            if a != b:
                raise AssertionError

    together(lambda: write(1), lambda: write(2), read, read)


def test_delete_and_add():
    o = Plain()

    def work(name):
        for i in range(N // 2):
            setattr(o, name, i)
            delattr(o, name)

    together(*[lambda n=n: work(n) for n in "abc"])
    equal(o.__dict__, {})


def test_slots():
    o = Slotted()

    def work(name):
        for i in range(N):
            setattr(o, name, [i])
            if getattr(o, name) != [i]:
                raise AssertionError

    together(*[lambda n=n: work(n) for n in "abcd"])
    equal((o.a, o.b, o.c, o.d), ([N - 1],) * 4)


def test_class_attributes():
    class C:
        pass

    def work(name):
        for i in range(N // 4):
            setattr(C, name, i)
            if getattr(C, name) != i:
                raise AssertionError

    together(*[lambda n=n: work(n) for n in "abcd"])
    equal([C.a, C.b, C.c, C.d], [N // 4 - 1] * 4)


def test_class_attribute_seen_by_instances_and_subclasses():
    class A:
        x = 0

    class B(A):
        pass

    def write():
        for i in range(N):
            A.x = i

    def read():
        b = B()
        last = 0
        for _ in range(N):
            now = b.x
            if now < last:
                raise AssertionError((now, last))
            last = now

    together(write, read, read)
    equal(B.x, N - 1)


def test_methods_replaced_while_called():
    class C:
        def f(self):
            return 1

    def change():
        for i in range(N // 4):
            C.f = (lambda self: 1) if i % 2 else (lambda self: 2)

    def call():
        c = C()
        for _ in range(N):
            if c.f() not in (1, 2):
                raise AssertionError

    together(change, call, call)


def test_attribute_shadowed_on_and_off():
    class A:
        x = "A"

    class B(A):
        pass

    def change():
        for _ in range(N // 10):
            B.x = "B"
            del B.x

    def read():
        b = B()
        for _ in range(N):
            if b.x not in ("A", "B"):
                raise AssertionError(b.x)

    together(change, read, read)
    equal(B().x, "A")


def test_bases_changed_while_used():
    class A:
        x = 1

    class B:
        x = 2

    class C(A):
        pass

    def change():
        for _ in range(N // 100):
            C.__bases__ = (B,)
            C.__bases__ = (A,)

    def read():
        c = C()
        for _ in range(N):
            if c.x not in (1, 2):
                raise AssertionError

    together(change, read, read)


def test_module_globals():
    def write():
        global module_value
        for i in range(N):
            module_value = (i, i)

    def read():
        for _ in range(N):
            value = module_value
            if value is not None and value[0] != value[1]:
                raise AssertionError

    together(write, write, read, read)
    equal(module_value, (N - 1, N - 1))


def test_new_globals():
    space = globals()

    def work(n):
        for i in range(500):
            space[f"made_{n}_{i}"] = i
            if space[f"made_{n}_{i}"] != i:
                raise AssertionError

    together(*[lambda n=n: work(n) for n in range(4)])
    for n in range(4):
        for i in range(500):
            equal(space.pop(f"made_{n}_{i}"), i)


def test_closure_variables():
    value = (0, 0)

    def write():
        nonlocal value
        for i in range(N):
            value = (i, i)

    def read():
        for _ in range(N):
            a, b = value
            if a != b:
                raise AssertionError

    together(write, write, read)


def test_counter_under_a_lock():
    import _thread
    lock = _thread.allocate_lock()

    def work():
        global counter
        for _ in range(N):
            with lock:
                counter += 1

    together(work, repeat=4)
    equal(counter, 4 * N)


def test_classes_made_in_all_threads():
    def work():
        for i in range(200):
            C = type(f"C{i}", (Plain,), {"x": i})
            c = C()
            c.y = i
            if c.x + c.y != 2 * i or not isinstance(c, Plain):
                raise AssertionError

    together(work, repeat=4)


def test_instance_class_changed_while_used():
    class A:
        def f(self):
            return "A"

    class B:
        def f(self):
            return "B"

    o = A()

    def change():
        for _ in range(N // 4):
            o.__class__ = B
            o.__class__ = A

    def call():
        for _ in range(N // 2):
            if o.f() not in ("A", "B"):
                raise AssertionError

    together(change, call, call)


run(globals())
