"""What the threads of a random program do, one kind of action after the other. An action may raise what
it likes but SystemError."""

import _thread
import asyncio
import contextvars
import copy
import faulthandler
import gc
import importlib
import itertools
import json
import operator
import os
import pickle
import signal
import sys
import threading
import time
import traceback
import types
import weakref

import library as functions_of_library
import resources
import shared
from shared import Base, Other, Slotted, SlottedToo, WithMeta, Meta

LONGEST = 400
OPERATORS = [operator.eq, operator.lt, operator.add, operator.or_, operator.and_, operator.sub,
             operator.mul, operator.contains, operator.getitem, operator.is_, operator.ne,
             operator.iadd, operator.ior, operator.ixor, operator.isub]
READERS = [repr, len, hash, str, bool, dir, iter, list, tuple, set, sorted, copy.copy, id, type, callable,
           reversed, min, sum, frozenset, dict, next, vars, bytes, enumerate, operator.length_hint]
KEPT_MOST = 60


def first(iterable, count=20):
    return list(itertools.islice(iterable, count))


class World:
    """Of one thread: its chance, the objects that all share, and places where all put things."""

    def __init__(self, chance, objects, places):
        self.chance, self.objects, self.places = chance, objects, places
        self.doing = ""  # for who looks at a program that hangs

    def object(self):
        return self.chance.choice(self.objects)

    def argument(self, name):
        """A value, or a shared object, where that does no harm."""
        if name in shared.KEEPING or self.chance.random() < 0.6:
            return shared.values(self.chance)
        other, target = self.object()
        return shared.values(self.chance) if other in shared.ENDLESS else target

    def keep(self, kind, thing):
        """Puts something where other threads find it."""
        place = self.places[kind]
        place.append(thing)
        if len(place) > KEPT_MOST:
            del place[:KEPT_MOST // 2]

    def kept(self, kind):
        return self.chance.choice(self.places[kind])


def methods(world):
    name, target = world.object()
    names = [each for each in dir(type(target)) if each not in shared.SKIPPED]
    method = world.chance.choice(names)
    if method == "__sizeof__" or (name, method) in shared.BLOCKING or name in ("int", "cell") and method.startswith("__set"):
        return
    if name in shared.ENDLESS:
        method = "__next__"
    arguments = [world.argument(method) for _ in range(world.chance.choice([0, 0, 1, 1, 1, 2, 3]))]
    world.doing = f"{name}.{method}{tuple(map(type, arguments))}"
    try:
        result = getattr(target, method)(*arguments)
        if type(result).__name__ in ("list_iterator", "dict_keyiterator", "map"):
            first(result)
    finally:
        shorten(target)


def shorten(target):
    """What grows begins again."""
    if hasattr(type(target), "clear") and len(target) > LONGEST:
        target.clear()


def operators(world):
    name, target = world.object()
    operation = world.chance.choice(OPERATORS)
    if name in shared.ENDLESS:
        return next(target)
    if operation is operator.mul:
        return operation(target, 2)
    other = world.argument("append" if operation in (operator.iadd, operator.ior) else "read")
    world.doing = f"{operation.__name__} {name} {type(other)}"
    try:
        operation(target, other)
    finally:
        shorten(target)


def readers(world):
    name, target = world.object()
    if name in shared.ENDLESS:
        return next(target)
    return world.chance.choice(READERS)(target)


LIBRARY = [functions_of_library.LOOKS, functions_of_library.LOOKS, functions_of_library.CHANGES, functions_of_library.BYTES]
if "tsan" not in sys.executable:
    LIBRARY.append(functions_of_library.BYTES_OF_SYSTEM)


def library(world):
    """Functions of the library, of shared objects."""
    name, target = world.object()
    if name in shared.ENDLESS:
        return
    functions = world.chance.choice(LIBRARY)
    which = world.chance.randrange(len(functions))
    world.doing = f"{which} {functions[which]} {name}"
    try:
        functions[which](target)
    finally:
        shorten(target)


def iterate(world):
    _, target = world.object()
    for n, item in enumerate(target):
        if n > 30:
            break


def attributes(world):
    """Of instances: stores, deletions, __dict__, __class__."""
    _, target = world.object()
    name = world.chance.choice(["a", "b", "value", "method", "x1", "x2", "x3", "x4", "x5", "x6", "__dict__",
                                "__doc__", "__name__"])
    act = world.chance.randrange(6)
    if act == 0:
        getattr(target, name)
    elif act == 1:
        setattr(target, name, shared.values(world.chance))
    elif act == 2:
        delattr(target, name)
    elif act == 3:
        vars(target).update(a=1)
    elif act == 4:
        for each in (Base(), Other(), Slotted()):
            each.value = 3
            setattr(each, name, 1)
    else:
        target.__class__ = world.chance.choice([Base, Other, Slotted, SlottedToo, shared.Mine])


CLASS_VALUES = [lambda: 1, lambda: (lambda self, *rest: 1), lambda: property(lambda self: 2),
                lambda: staticmethod(lambda *rest: 3), lambda: classmethod(lambda cls, *rest: 4),
                lambda: None, lambda: len, lambda: Slotted.a]


def classes(world):
    """Changes of classes that others use, and their use."""
    chance = world.chance
    target = chance.choice([Base, Other, WithMeta, Meta, Slotted, shared.Mine, shared.MineToo])
    name = chance.choice(["method", "value", "marker", "extra", "__eq__", "__len__", "__add__", "__hash__",
                          "__getattr__", "__call__", "__iter__", "__contains__", "__bool__", "__repr__",
                          "__setattr__", "__init__", "__del__"])
    act = chance.randrange(9)
    if act < 2:
        setattr(target, name, chance.choice(CLASS_VALUES)())
    elif act < 4:
        delattr(target, name)
    elif act == 4:
        made = type("Made", (target,), {"method": lambda self: "made"}) if target is not Meta else \
            Meta("Made", (), {})
        world.keep("classes", made)
    elif act == 5:
        made = world.kept("classes")
        made.__bases__ = (chance.choice([Base, Other, shared.Finalized]),)
    elif act == 6:
        made = world.kept("classes")()
        made.method()
    elif act == 7:
        one = chance.choice([Base, Other])()
        world.keep("references", weakref.ref(one))
        one.__class__ = chance.choice([Base, Other, shared.Finalized])
    else:
        one = chance.choice([Base, Other])()
        one.method(), one.value, one == 1, one + 1


def collect(world):
    act = world.chance.randrange(8)
    if act < 3:
        gc.collect(world.chance.randrange(3))
    elif act == 3:
        for each in world.chance.sample(gc.get_objects(), 5):
            type(each)
    elif act == 4:
        gc.get_referrers(world.object()[1])
    elif act == 5:
        gc.get_referents(world.object()[1])
    elif act == 6:
        gc.freeze() or gc.unfreeze()
    else:
        ring = [Base(), shared.Finalized()]
        ring.append(ring)


def weak(world):
    chance = world.chance
    target = chance.choice([Base(), Slotted(), {1}, shared.function, world.object()[1],
                            shared.Finalized(), getattr(Base, "revived", Base)])
    act = chance.randrange(6)
    if act == 0:
        world.keep("references", weakref.ref(target, lambda ref: None))
    elif act == 1:
        world.kept("references")()
    elif act == 2:
        weakref.finalize(target, len, "x")
    elif act == 3:
        weakref.getweakrefs(target), weakref.getweakrefcount(target)
    elif act == 4:
        weakref.proxy(target).value
    else:
        hash(world.kept("references")) == world.kept("references")


def imports(world):
    name = world.chance.choice(["package_one", "package_two", "package_one.inner", "colorsys", "none_such",
                                "package_circle"])
    if world.chance.random() < 0.3:
        sys.modules.pop(name, None)
    module = importlib.import_module(name)
    exec(f"import {name}\nfrom {name} import *", {})
    if world.chance.random() < 0.1 and name != "colorsys":
        importlib.reload(module)


def trace(*arguments):
    return trace


def watch(world):
    """Tracing, profiling, monitoring: on and off."""
    act = world.chance.randrange(9)
    monitoring = sys.monitoring
    if act == 0:
        sys.settrace(world.chance.choice([trace, None]))
    elif act == 1:
        sys.setprofile(world.chance.choice([trace, None]))
    elif act == 2:
        threading.setprofile_all_threads(world.chance.choice([trace, None]))
    elif act == 3:
        threading.settrace_all_threads(world.chance.choice([trace, None]))
    elif act == 4:
        monitoring.use_tool_id(3, "fuzz")
    elif act == 5:
        events = monitoring.events
        monitoring.register_callback(3, events.LINE, world.chance.choice([trace, None]))
        monitoring.set_events(3, world.chance.choice([0, events.LINE, events.PY_START | events.CALL]))
    elif act == 6:
        monitoring.set_local_events(3, shared.function.__code__, monitoring.events.PY_RETURN)
    elif act == 7:
        monitoring.restart_events()
    else:
        monitoring.set_events(3, 0)
        monitoring.free_tool_id(3)


def frames(world):
    act = world.chance.randrange(8)
    if act == 0:
        world.keep("frames", sys._getframe())
    elif act == 1:
        for frame in sys._current_frames().values():
            traceback.extract_stack(frame)
            frame.f_locals, frame.f_back
    elif act == 2:
        faulthandler.dump_traceback(world.places["null"], all_threads=True)
    elif act == 3:
        frame = world.kept("frames")
        frame.f_lineno, frame.f_lasti, frame.f_back, repr(frame), frame.f_code
    elif act == 4:
        frame = world.kept("frames")
        dict(frame.f_locals), frame.f_locals.get("world"), len(frame.f_locals)
    elif act == 5:
        world.kept("frames").f_locals["act"] = 1
    elif act == 6:
        world.kept("frames").clear()
    else:
        sys._current_exceptions()
        frame = world.kept("frames")
        while frame:
            frame.f_lineno
            frame = frame.f_back


def generators(world):
    kind = world.chance.choice([shared.generator, shared.delegating, shared.coroutine])
    act = world.chance.randrange(10)
    if act == 0:
        world.keep("generators", kind())
        return
    one = world.kept("generators")
    if act < 4:
        one.send(None)
    elif act == 4:
        one.throw(KeyError("x"))
    elif act == 5:
        one.close()
    elif act == 6:
        frame = getattr(one, "gi_frame", None) or one.cr_frame
        world.keep("frames", frame)
        frame.f_lineno, dict(frame.f_locals), frame.f_back
    elif act == 7:
        getattr(one, "gi_yieldfrom", None), one.__name__, repr(one)
    elif act == 8:
        first(one, 5)
    else:
        asyncio.run(shared.coroutine())


def functions(world):
    act = world.chance.randrange(8)
    one = shared.function
    if act == 0:
        one.__code__ = world.chance.choice([shared.second.__code__, FIRST_CODE])
    elif act == 1:
        one.__defaults__ = world.chance.choice([None, (1,), (1, 2), (1, 2, 3)])
    elif act == 2:
        one.__kwdefaults__ = world.chance.choice([None, {"c": 3}, {"g": 1, "c": 2}])
    elif act == 3:
        one.__dict__ = {"x": 1}
    elif act == 4:
        one.__name__, one.__qualname__, one.__annotations__, one.__doc__
    else:
        world.chance.choice([lambda: one(1), lambda: one(1, 2), lambda: one(a=1, c=2), lambda: one(1, 2, 3, 4),
                             lambda: one()])()


FIRST_CODE = shared.function.__code__


def errors(world):
    act = world.chance.randrange(6)
    if act == 0:
        try:
            raise ValueError("made")
        except ValueError as error:
            world.keep("errors", error)
            return
    error = world.kept("errors")
    if act == 1:
        raise error
    if act == 2:
        traceback.format_exception(error)
    elif act == 3:
        error.__context__ = None
        error.__traceback__ = world.kept("errors").__traceback__
    elif act == 4:
        error.add_note("note")
        del error.__notes__[:]
    else:
        copy.copy(error), pickle.dumps(error), error.args, repr(error)


def compiling(world):
    source = world.chance.choice(["x = [n for n in range(9)]", "def f(a): return a\nf(1)", "1 +", "class C: pass",
                                  "import sys", "f'{1!r}'", "lambda: (yield)"])
    exec(compile(source, "made", "exec"), {})
    eval("1 + 1"), json.loads("[1, 2]"), pickle.loads(pickle.dumps(world.object()[1]))


def threads(world):
    act = world.chance.randrange(4)
    if act == 0:
        thread = threading.Thread(target=shared.second, daemon=True)
        thread.start()
        thread.join(1)
    elif act == 1:
        _thread.start_new_thread(first, (shared.generator(),))
    elif act == 2:
        threading.enumerate(), threading.active_count(), threading.current_thread().name
    else:
        context = contextvars.copy_context()
        context.run(len, "x"), list(context.items())


def process(world):
    use = world.chance.choice(resources.ALL)
    world.doing = use.__name__
    use(world.chance)


def signals(world):
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)


def forks(world):
    # AddressSanitizer leaves its allocator's locks as another thread held them: a child may hang there.
    if world.chance.random() > 0.02 or "asan" in sys.executable:
        return
    child = os.fork()
    if child == 0:
        try:
            gc.collect()
            [repr(target) for name, target in world.objects[:5]]
            thread = threading.Thread(target=shared.second)
            thread.start()
            thread.join()
        except RuntimeError:
            pass
        finally:
            os._exit(0)
    deadline = time.monotonic() + 100  # on a loaded machine, under a sanitizer
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGABRT)
            os.waitpid(child, 0)
            raise SystemError("a forked child does not end")
        time.sleep(0.01)


KINDS = {action.__name__: action for action in (
    methods, operators, readers, library, iterate, attributes, classes, collect, weak, imports, watch, frames,
    generators, functions, errors, compiling, threads, process, signals, forks)}
# Those that come more often.
WEIGHTS = {"methods": 12, "operators": 5, "readers": 5, "library": 8, "iterate": 4, "attributes": 5, "classes": 5,
           "generators": 5, "functions": 3, "frames": 3, "collect": 0.5, "imports": 0.7, "compiling": 0.7,
           "signals": 0.3, "watch": 1, "threads": 0.5, "forks": 0.5}
