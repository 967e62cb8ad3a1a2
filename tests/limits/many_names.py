"""More names, slots and weak references than fit into small numbers."""

import gc
import weakref

from testing import equal, fails, run

MANY = 66000
BEFORE = "".join(f"n{i} = 0\n" for i in range(MANY))


def result(source):
    """The global `r` after code that comes behind many other names."""
    names = {}
    exec(BEFORE + source, names)
    return names["r"]


def test_attributes_after_many_names():
    equal(result("class C: zz = 5\nc = C()\nc.zz += 1\nr = c.zz, C.zz\ndel c.zz"), (6, 5))
    equal(result("class C:\n def m(self): return 'm'\nr = C().m()"), "m")
    equal(result("from math import pi as r"), 3.141592653589793)
    equal(result("class C: zz = 5\nmatch C():\n case C(zz=r): pass"), 5)


def test_more_attributes_than_instructions_can_name():
    fails(SyntaxError, "too many names in one function", compile,
          "".join(f"c.n{i}\n" for i in range(MANY)), "many", "exec")


def test_many_slots():
    base = type("Base", (), {"__slots__": [f"a{i}" for i in range(40000)]})
    both = type("Both", (base,), {"__slots__": [f"b{i}" for i in range(MANY)]})
    objects = [both() for _ in range(3)]
    for i, each in enumerate(objects):
        each.a0, each.b65999, each.b1 = [i], [i + 10], [i + 20]
    gc.collect()
    equal([(each.a0, each.b65999, each.b1) for each in objects], [([i], [i + 10], [i + 20]) for i in range(3)])
    fails(AttributeError, "'Both' object has no attribute 'a39999'", lambda: objects[0].a39999)


def test_many_weak_references_to_one_object():
    class C:
        pass

    c, ended = C(), []
    references = [weakref.ref(c, ended.append) for _ in range(100000)]
    del c
    gc.collect()
    equal((len(ended), references[0]()), (len(references), None))


run(globals())
