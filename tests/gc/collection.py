"""Collections: cycles, weak references, finalisers, resurrection, bounded memory."""

import gc
import weakref

from testing import equal, fails, raises, run


class Node:
    def __init__(self, other=None):
        self.other = other


def clean():
    """Overwrites what is left of dead values on the stack, and collects."""
    def deep(n):
        a = b = c = d = e = n
        return deep(n - 1) if n else a + b + c + d + e

    deep(50)
    gc.collect()


def make_cycles(n):
    refs = []
    for _ in range(n):
        a = Node()
        a.other = Node(a)
        refs.append(weakref.ref(a))
    return refs


def test_cycles_are_collected():
    refs = make_cycles(1000)
    clean()
    alive = sum(r() is not None for r in refs)
    assert alive <= 2, alive


def test_what_is_reachable_stays():
    keep = [Node(i) for i in range(1000)]
    refs = [weakref.ref(n) for n in keep]
    for _ in range(3):
        clean()
    equal([r().other for r in refs], list(range(1000)))


def test_old_objects_that_point_to_young_ones():
    old = Node([])
    clean()
    clean()
    for i in range(20000):
        old.other.append(Node(i))
        if i % 100 == 0:
            junk = [Node(j) for j in range(100)]
    clean()
    equal([n.other for n in old.other] == list(range(20000)), True)


def test_dict_and_set_members_stay():
    d = {i: Node(i) for i in range(1000)}
    s = {(i, "x") for i in range(1000)}
    clean()
    equal(sum(n.other for n in d.values()), 499500)
    assert all((i, "x") in s for i in range(1000))


def test_closures_generators_and_frames_keep_their_values():
    def make(n):
        big = Node(n)

        def get():
            return big.other
        return get

    def numbers(n):
        big = Node(n)
        yield 1
        yield big.other

    functions = [make(i) for i in range(100)]
    generators = [numbers(i) for i in range(100)]
    for g in generators:
        next(g)
    clean()
    junk = [Node(i) for i in range(5000)]
    equal([f() for f in functions], list(range(100)))
    equal([next(g) for g in generators], list(range(100)))


def test_weak_reference():
    a = Node()
    r = weakref.ref(a)
    assert r() is a
    assert weakref.ref(a) is r
    equal(weakref.getweakrefcount(a), 1)
    a = None
    clean()
    equal(r(), None)


def test_weak_reference_callback():
    called = []

    def f():
        a = Node()
        return weakref.ref(a, called.append)

    r = f()
    clean()
    equal(called, [r])


def test_weak_reference_equality_and_hash():
    a, b = Node(), Node()
    assert weakref.ref(a) == weakref.ref(a) and weakref.ref(a) != weakref.ref(b)
    equal(hash(weakref.ref(a)), hash(a))
    fails(TypeError, "cannot create weak reference to 'int' object", weakref.ref, 5)


def test_weak_containers():
    values = weakref.WeakValueDictionary()
    keys = weakref.WeakKeyDictionary()
    members = weakref.WeakSet()
    a = Node()

    def fill():
        b = Node()
        for n, name in ((a, "a"), (b, "b")):
            values[name] = n
            keys[n] = name
            members.add(n)

    fill()
    clean()
    equal((list(values), list(keys.values()), len(members)), (["a"], ["a"], 1))


def test_weak_method_and_proxy():
    class C:
        def f(self):
            return 5

    c = C()
    m = weakref.WeakMethod(c.f)
    p = weakref.proxy(c)
    equal((m()(), p.f()), (5, 5))
    c = None
    clean()
    equal(m(), None)
    fails(ReferenceError, "weakly-referenced object no longer exists", lambda: p.f)


def test_finaliser_runs_once():
    log = []

    class C:
        def __del__(self):
            log.append(1)

    def f():
        C()
        a, b = C(), C()
        a.other, b.other = b, a

    f()
    clean()
    clean()
    equal(log, [1, 1, 1])


def test_finaliser_may_resurrect():
    kept = []

    class C:
        def __del__(self):
            kept.append(self)

    def f():
        c = C()
        c.value = [1, 2, 3]

    f()
    clean()
    equal([c.value for c in kept], [[1, 2, 3]])
    kept.clear()
    clean()
    equal(kept, [])


def test_finalize():
    log = []

    def f():
        a = Node()
        return weakref.finalize(a, log.append, "dead")

    fin = f()
    clean()
    equal((log, fin.alive), (["dead"], False))


def test_error_in_a_finaliser_is_reported_not_raised():
    import sys
    seen = []
    old = sys.unraisablehook
    sys.unraisablehook = lambda args: seen.append((args.exc_type, str(args.exc_value)))

    class C:
        def __del__(self):
            raise ValueError("in del")

    def f():
        C()

    try:
        f()
        clean()
    finally:
        sys.unraisablehook = old
    equal(seen, [(ValueError, "in del")])


def test_million_short_lived_objects():
    def resident():
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) // 1024

    before = resident()
    for i in range(1000000):
        Node([i])
    assert resident() < before + 64, (before, resident())


def test_large_objects_are_freed():
    def resident():
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) // 1024

    for i in range(200):
        block = bytearray(10 * 1024 * 1024)
        block[::4096] = b"x" * len(block[::4096])
    assert resident() < 200, resident()


def test_deep_structures():
    chain = None
    for i in range(200000):
        chain = [chain]
    clean()
    depth = 0
    while chain is not None:
        chain = chain[0]
        depth += 1
    equal(depth, 200000)


def test_gc_module():
    equal(gc.isenabled(), True)
    gc.disable()
    equal(gc.isenabled(), False)
    gc.enable()
    assert isinstance(gc.collect(), int)
    equal(len(gc.get_threshold()), 3)
    assert gc.is_tracked([])


def test_gc_callbacks_and_referents():
    a = Node()
    b = [a]
    assert a in gc.get_referents(b)


def test_cycle_through_type_and_instances():
    def f():
        class C:
            pass
        C.self = C()
        return weakref.ref(C)

    r = f()
    clean()
    clean()
    equal(r(), None)


def test_cycle_through_exception_and_frame():
    def f():
        a = Node()
        try:
            raise ValueError
        except ValueError as error:
            a.other = error
        return weakref.ref(a)

    r = f()
    clean()
    equal(r(), None)


class Collects:
    """Collects in the middle of every operation."""

    @property
    def attribute(self):
        gc.collect()
        return self

    def __bool__(self):
        gc.collect()
        return True

    def __add__(self, other):
        gc.collect()
        return self

    __lt__ = __getitem__ = __call__ = __add__


def test_temporaries_survive_a_collection_in_the_middle_of_an_expression():
    def use(a):
        seen = []
        for x in [a, a, a]:
            x.attribute
            x + x
            seen.append(x < x < x[x])
        return seen + [x + x.attribute[x](x) for x in (a, a)] + [*(x or x for x in seen)]

    a = Collects()
    equal(use(a), [a] * 8)


run(globals())
