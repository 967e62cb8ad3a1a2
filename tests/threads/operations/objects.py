"""Rows of objects of all kinds: attributes of instances, classes and modules, functions, weak
references, context variables, exceptions."""

import abc
import contextvars
import enum
import importlib
import sys
import types
import weakref

from _rows import ATOMIC, CALLS, CHANGES, RAISES, Table, outcome

MANY = 16 * CALLS


class Plain:
    pass


class Slotted:
    __slots__ = "a", "b"


def with_slots():
    made = Slotted()
    made.a = made.b = 0
    return made


def new_class(base=object):
    return type("Made", (base,), {"value": 0, "method": lambda self: "first"})


instances = Table("instances")
instances.commutes("`o.x = v`; `setattr(o, name, v)`", lambda o, k: setattr(o, f"x{k}", k), new=Plain,
                   view=lambda o: sorted(vars(o).items()))
instances.commutes("`o.x`; `getattr(o, name)`; `hasattr(o, name)`",
                   lambda o, k: (o.real, o.imag, hasattr(o, "none")),
                   new=lambda: type("Number", (int,), {})(5), view=int)
instances.commutes("`del o.x`", lambda o, k: delattr(o, f"x{k}"),
                   new=lambda: types.SimpleNamespace(**{f"x{k}": k for k in range(MANY)}),
                   view=lambda o: sorted(vars(o)))
instances.commutes("`o.x = v` with `__slots__`", lambda o, k: (setattr(o, "a", 7), setattr(o, "b", 8)),
                   new=with_slots, view=lambda o: (o.a, o.b))
instances.moment("`o.x` while others store it", lambda o: o.x, new=lambda: types.SimpleNamespace(x=0),
                 writes=[lambda o, v=v: setattr(o, "x", v) for v in (1, "two", 3.5, None, [4])] +
                 [lambda o: delattr(o, "x")])
instances.moment("`o.x` with `__slots__` while others store it", lambda o: o.a, new=with_slots,
                 writes=[lambda o, v=v: setattr(o, "a", v) for v in (1, "two", 3.5, None, [4])] +
                 [lambda o: delattr(o, "a")])
instances.moment("`vars(o).copy()`; `dict(o.__dict__)`", lambda o: dict(o.__dict__),
                 new=lambda: types.SimpleNamespace(x=0),
                 writes=[lambda o: setattr(o, "y", 1), lambda o: setattr(o, "x", 2),
                         lambda o: delattr(o, "y")])
instances.moment("`o.__dict__ = d`", lambda o: dict(o.__dict__), new=Plain,
                 writes=[lambda o: setattr(o, "__dict__", {"a": 1, "b": 1}),
                         lambda o: setattr(o, "__dict__", {"a": 2, "b": 2})])


class Even:
    def kind(self):
        return "even"


class Odd:
    def kind(self):
        return "odd"


instances.moment("`o.__class__ = c`", lambda o: (o.kind()), new=Even,
                 writes=[lambda o: setattr(o, "__class__", Odd),
                         lambda o: setattr(o, "__class__", Even)])
instances.loose("`o.x += n`", lambda o: o.x, new=lambda: types.SimpleNamespace(x=0),
                writes=[lambda o: setattr(o, "x", o.x + 1)],
                plausible=lambda x: 0 <= x <= MANY, note="never atomic: read, then write")
instances.pure("`hash(o)`; `id(o)`; `repr(o)`; `o == p`; `isinstance(o, c)`; `dir(o)`",
               lambda o: isinstance(o, Plain), lambda o: hash(o) == hash(o), lambda o: o == o,
               lambda o: repr(o)[:20], dir, lambda o: o.__class__, new=Plain)

classes = Table("classes")
classes.moment("`C.x`; `C.x = v`; `del C.x`", lambda c: c.value, new=new_class,
               writes=[lambda c: setattr(c, "value", 1), lambda c: setattr(c, "value", "two"),
                       lambda c: delattr(c, "value"), lambda c: setattr(c, "value", 2.5)])
classes.moment("`C.method = f`; `o.method()`", lambda c: c().method(), new=new_class,
               writes=[lambda c: setattr(c, "method", lambda self: "second"),
                       lambda c: setattr(c, "method", staticmethod(lambda: "third")),
                       lambda c: setattr(c, "method", classmethod(lambda cls: "fourth"))])
classes.moment("`C.__eq__ = f` and other special methods", lambda c: c() + c(), new=new_class,
               writes=[lambda c: setattr(c, "__add__", lambda a, b: 1),
                       lambda c: setattr(c, "__add__", lambda a, b: 2)])
classes.moment("`C.x` turns into a property and back", lambda c: c().value, new=new_class,
               writes=[lambda c: setattr(c, "value", property(lambda self: "property")),
                       lambda c: setattr(c, "value", 3)])
classes.moment("`C.__bases__ = b`", lambda c: c().kind(), new=lambda: type("Made", (Even,), {}),
               writes=[lambda c: setattr(c, "__bases__", (Odd,)),
                       lambda c: setattr(c, "__bases__", (Even,))])
classes.moment("`C.__name__`, `__qualname__`, `__module__`, `__doc__`: read and stored",
               lambda c: (c.__name__), new=new_class,
               writes=[lambda c: setattr(c, "__name__", "Other"),
                       lambda c: setattr(c, "__name__", "Made")])
classes.commutes("`C(...)` while class attributes are stored",
                 lambda c, k: (setattr(c, f"x{k % 5}", k), type(c()) is c)[1], new=new_class,
                 view=lambda c: sorted(name for name in vars(c) if name[0] == "x"))

def subclasses(base, n):
    made = [new_class(base) for _ in range(CALLS)]
    assert set(made) <= set(base.__subclasses__())
    return made


classes.work("`class D(C)`; `C.__subclasses__()`; `C.__mro__`", ATOMIC, subclasses, new=new_class,
             holds=lambda base, results: {c for one in results for c in one} ==
             {*base.__subclasses__()} and all(c.mro() == [c, base, object] for c in results[0]))
classes.moment("`abc.ABC.register`; `isinstance` and `issubclass` of abstract classes",
               lambda c: issubclass(int, c), new=lambda: abc.ABCMeta("Made", (), {}),
               writes=[lambda c: c.register(int)])
classes.pure("an `Enum`: members by name and by value", lambda e: e(1).name, lambda e: e["B"].value,
             lambda e: list(e.__members__), lambda e: e.A in e, lambda e: (e(3)).name,
             new=lambda: enum.Flag("Made", "A B"))


def new_module():
    module = types.ModuleType("made")
    module.value = 0
    return module


modules = Table("modules, globals")
modules.moment("`m.x`; `m.x = v`; `del m.x`; global variables", lambda m: m.value, new=new_module,
               writes=[lambda m: setattr(m, "value", 1), lambda m: delattr(m, "value"),
                       lambda m: setattr(m, "value", "two")])


def new_globals():
    names = {"value": 0}
    exec("def get(): return value\ndef put(x):\n global value\n value = x\n"
         "def forget():\n global value\n del value", names)
    return names


modules.moment("a global variable in a function", lambda g: g["get"](), new=new_globals,
               writes=[lambda g: g["put"](1), lambda g: g["forget"](), lambda g: g["put"]("two")])
modules.moment("`globals()[name] = v`", lambda g: g["get"](), new=new_globals,
               writes=[lambda g: g.__setitem__("value", 3), lambda g: g.pop("value"),
                       lambda g: g.update(value=4)])


def forget_colorsys():
    sys.modules.pop("colorsys", None)


def import_fresh(names, n):
    import colorsys
    try:
        importlib.import_module("this_is_no_module")
    except ModuleNotFoundError:
        pass
    return colorsys.rgb_to_hsv(0, 0, 0)


modules.work("`import m`", ATOMIC, import_fresh, new=forget_colorsys,
             holds=lambda _, results: {*results} == {(0.0, 0.0, 0)},
             note="a module's code runs once, and nobody else sees it before it is complete, but for "
                  "circular imports")


def new_cell():
    value = 0

    def get():
        return value

    def put(x):
        nonlocal value
        value = x
    return get, put


modules.moment("a variable of an enclosing function", lambda c: c[0](), new=new_cell,
               writes=[lambda c: c[1](1), lambda c: c[1]("two")])


def new_bound():
    value = 0

    def unbind():
        nonlocal value
        del value
    return unbind


modules.commutes("`del` of a variable of an enclosing function", lambda unbind, k: unbind(), new=new_bound,
                 view=outcome)


def new_function():
    def function(a, b=1):
        return a, b
    return function


def one(a, b=1):
    return a + 1, b


def two(a, b=1):
    return a + 2, b


functions = Table("functions")
functions.moment("`f.__code__ = c`", lambda f: f(0)[0], new=new_function,
                 writes=[lambda f: setattr(f, "__code__", one.__code__),
                         lambda f: setattr(f, "__code__", two.__code__)])
functions.moment("`f.__defaults__ = t`; `f.__kwdefaults__ = d`", lambda f: f(0)[1], new=new_function,
                 writes=[lambda f: setattr(f, "__defaults__", (2,)),
                         lambda f: setattr(f, "__defaults__", (3, 4))])
functions.commutes("`f.x = v`; `f.__dict__`", lambda f, k: setattr(f, f"x{k}", k), new=new_function,
                   view=lambda f: sorted(vars(f).items()))
functions.moment("`f.__name__`, `__qualname__`, `__doc__`, `__annotations__`, `__module__`",
                 lambda f: f.__doc__, new=new_function,
                 writes=[lambda f: setattr(f, "__doc__", "one"), lambda f: delattr(f, "__doc__")])
functions.pure("`f.__annotations__`, `f.__dict__`, `f.__type_params__` at their first use",
               lambda f: f.__annotations__, lambda f: f.__dict__, lambda f: f.__type_params__,
               lambda f: f.__doc__, lambda f: f.__qualname__, lambda f: f(1), new=new_function)
functions.pure("a bound method, `partial`, `staticmethod`, `property`: reading and calling",
               lambda m: m(), lambda m: m.__name__, lambda m: m.__self__ is not None, lambda m: hash(m) == hash(m),
               new=lambda: Even().kind)

references = Table("weakref")


class Target:
    pass


KEPT = [Target() for _ in range(4)]


references.commutes("`weakref.ref(o)`; `r()`", lambda r, k: (r() is KEPT[0], weakref.ref(KEPT[0]) is r),
                    new=lambda: weakref.ref(KEPT[0]), view=lambda r: r() is KEPT[0])
references.commutes("`weakref.proxy(o)`; `weakref.getweakrefcount(o)`; `getweakrefs(o)`",
                    lambda o, k: (weakref.proxy(o).x, weakref.getweakrefcount(o) >= 1),
                    new=lambda: with_x(),
                    view=lambda o: o.x)
references.commutes("`WeakValueDictionary`: `d[k] = v`, `d[k]`, `d.pop(k)`",
                    lambda d, k: (d.__setitem__(k, KEPT[k % 4]), d[k] is KEPT[k % 4], d.get(-1))[1:],
                    new=weakref.WeakValueDictionary, view=lambda d: sorted(d))
references.commutes("`WeakKeyDictionary`: `d[k] = v`, `d[k]`, `d.pop(k)`",
                    lambda d, k: d.__setitem__(d_targets[k], k), new=weakref.WeakKeyDictionary,
                    view=lambda d: sorted(d.values()))
references.commutes("`WeakSet`: `s.add(x)`, `s.discard(x)`, `x in s`",
                    lambda s, k: (s.add(d_targets[k]), d_targets[k] in s), new=weakref.WeakSet,
                    view=len)
references.loose("iterating over weak collections", lambda d: [k for k in d], errors=RuntimeError,
                 guarantee=RAISES, new=weakref.WeakValueDictionary,
                 writes=[lambda d: d.__setitem__(id(d) % 7, Target()), lambda d: d.pop(id(d) % 7),
                         lambda d: d.__setitem__(3, KEPT[0])],
                 plausible=lambda got: len(got) < 9, note="RuntimeError if another thread changes it")
d_targets = [Target() for _ in range(MANY)]


def with_x():
    made = Target()
    made.x = 1
    made.reference = weakref.ref(made)
    return made


def finalize_once(shared, n):
    finalizer, calls = shared
    return finalizer()


references.work("`weakref.finalize`: `f()` calls once", ATOMIC, finalize_once,
                new=lambda: (lambda calls: (weakref.finalize(KEPT[1], calls.append, 1), calls))([]),
                holds=lambda shared, _: shared[1] == [1])


class Noted:
    """Its weak references' callbacks are noted."""


def drop(shared, n):
    targets, seen = shared
    try:
        while True:
            weakref.ref(targets.pop())
    except IndexError:
        return None


references.work("objects that die while others make references to them", ATOMIC, drop,
                new=lambda: ([Noted() for _ in range(MANY)], []))

contexts = Table("contextvars")
VARIABLE = contextvars.ContextVar("variable", default=0)
OTHERS = [contextvars.ContextVar(f"other {n}") for n in range(20)]


def set_and_get(context, n):
    def inside():
        for k in range(CALLS):
            token = VARIABLE.set((n, k))
            assert VARIABLE.get() == (n, k)
            VARIABLE.reset(token)
        return VARIABLE.get()
    return context.copy().run(inside)


contexts.work("`var.set(x)`; `var.get()`; `var.reset(t)`; `context.copy()`; `copy_context()`", ATOMIC,
              set_and_get, new=contextvars.copy_context,
              holds=lambda _, results: {*results} == {0},
              note="each thread has a context of its own")


def run_in_one(context, n):
    ran = 0
    for _ in range(CALLS):
        try:
            ran += context.run(lambda: 1)
        except RuntimeError as error:
            assert "already entered" in str(error)
    return ran


contexts.work("`context.run(f)` of one context by several threads", RAISES, run_in_one,
              new=contextvars.copy_context, note="RuntimeError if another thread is in it")


def change_or_iterate(context, n):
    if n == 0:
        def change():
            for variable in OTHERS:
                variable.set(variable.name)
        try:
            context.run(change)
        except RuntimeError as error:
            assert "already entered" in str(error)
        return
    for _ in range(CALLS):
        for variable, value in context.items():
            assert variable.name == value or variable is VARIABLE or variable not in OTHERS
        assert len(list(context)) <= len(OTHERS) + 50
        for variable in OTHERS:
            assert context.get(variable, variable.name) == variable.name


contexts.work("`len(c)`; `for v in c`; `c.items()`; `c[v]`; `v in c` while it is entered", ATOMIC,
              change_or_iterate, new=contextvars.Context,
              note="what is iterated over is of one moment")

exceptions = Table("exceptions")
exceptions.commutes("`e.add_note(s)`", lambda e, k: e.add_note(str(k)), new=ValueError,
                    view=lambda e: sorted(e.__notes__))
exceptions.moment("`e.__cause__`, `__context__`, `__traceback__`, `args`: read and stored",
                  lambda e: e.args, new=lambda: ValueError(1),
                  writes=[lambda e: setattr(e, "args", (1, 2)), lambda e: setattr(e, "args", ())])


def raise_shared(error, n):
    for _ in range(CALLS):
        try:
            raise error
        except ValueError as caught:
            assert caught is error
    return error.args


exceptions.work("`raise e` of one exception by several threads", CHANGES, raise_shared,
                new=lambda: ValueError("x"), holds=lambda e, results: {*results} == {("x",)},
                note="`__traceback__` and `__context__` are of whoever stored last")

namespaces = Table("types.SimpleNamespace, property, super")
namespaces.pure("`super().method()`; `property`; `classmethod`; `__slots__` descriptors",
                lambda o: o.kind(), lambda o: o.twice, lambda o: type(o).made(),
                new=lambda: Child())


class Child(Even):
    def kind(self):
        return super().kind() + "!"

    @property
    def twice(self):
        return self.kind() * 2

    @classmethod
    def made(cls):
        return cls.__name__


if __name__ == "__main__":
    from _running import run_rows
    run_rows()
