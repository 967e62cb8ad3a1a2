"""pickle: the bytes that every protocol writes, and what bad objects, bad arguments and bad data are
answered with."""

import _pickle
import copyreg
import io
import pickle
from cases import show

PROTOCOLS = range(6)


class A:
    pass


class Child:
    def __init__(self, parent):
        self.parent = parent

    def __getstate__(self):
        return {"name": self.parent.__dict__["name"]}


def family():
    parent = A()
    parent.child = Child(parent)
    parent.name = "x"
    return parent


class Outer:
    class Inner:
        pass


class Reduced:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return self.value


class Slots:
    __slots__ = ("p", "q")


class NewArguments:
    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (1, 2), {"k": 3}


class NoMethods:
    def __getattribute__(self, name):
        if name.startswith("__reduce"):
            raise AttributeError(name)
        return object.__getattribute__(self, name)


class WithoutInit(_pickle.Pickler):
    def __init__(self):
        pass


class UnpicklerWithoutInit(_pickle.Unpickler):
    def __init__(self):
        pass


class Ids(_pickle.Pickler):
    def persistent_id(self, value):
        return "\xe9" if value == 5 else "id" if value == 6 else None


class Overrides(_pickle.Pickler):
    def reducer_override(self, value):
        return (complex, (1, 2)) if value is A else NotImplemented


class Found(_pickle.Unpickler):
    def find_class(self, module, name):
        return module, name

    def persistent_load(self, pid):
        return "pid", pid


class File:
    def __init__(self, data):
        self.data = data

    def read(self, size):
        return self.data

    def readline(self):
        return self.data


def attributes(**kwargs):
    a = A()
    a.__dict__.update(kwargs)
    return a


def slots(p):
    s = Slots()
    s.p = p
    return s


def local():
    class Local:
        pass
    return Local


def named(module):
    cls = type("Named", (), {})
    cls.__module__ = module
    return cls


def written(pickler, value, *args, **settings):
    file = io.BytesIO()
    p = pickler(file, *args)
    for name, setting in settings.items():
        setattr(p, name, setting)
    p.dump(value)
    return file.getvalue()


def every(value):
    return [pickle.dumps(value, protocol) for protocol in PROTOCOLS]


def recursive_list():
    x = []
    x.append(x)
    return x


def recursive_tuple():
    x = ([],)
    x[0].append(x)
    return x


def set_memo(p, value):
    p.memo = value
    return p.memo.copy()


def code(value):
    copyreg._extension_registry["__main__", "A"] = value
    try:
        return every(A)
    finally:
        del copyreg._extension_registry["__main__", "A"]


class Codes(dict):
    """Unpickles with registered extension codes."""

    def __call__(self, data):
        copyreg._inverted_registry.update(self)
        try:
            return pickle.loads(data)
        finally:
            copyreg._extension_cache.clear()
            for key in self:
                del copyreg._inverted_registry[key]


def loads(data, **kwargs):
    return Found(io.BytesIO(data), **kwargs).load()


p = _pickle.Pickler(io.BytesIO())
u = _pickle.Unpickler(io.BytesIO())

CASES = r"""
every(None)
every([True, False])
every([0, 255, 256, 65535, 65536, -1, 2**31 - 1, -2**31])
every([2**31, -2**31 - 1, 2**63, -2**63, 2**64, 255 << 2032])
pickle.dumps(-2**(8 * 255 - 1), 2)[:6]
pickle.dumps(-2**(8 * 255), 2)[:8]
every([1.5, -0.0, 1e300])
every("abc")
every("a\\b\n\r\0\x1a\xe9\u20ac\U00010000")
every("a\ud800b")
[len(pickle.dumps("\xe9" * n)) for n in (127, 128, 63, 64, 70000)]
every(b"abc")
every(b"")
every(bytearray(b"abc"))
every(bytearray())
every([])
every([1])
every([1, 2])
every(())
every((1,))
every((1, 2, 3, 4))
every({})
every({1: 2})
every({1: 2, 3: 4})
every({1})
every(frozenset([1]))
every(recursive_list())
every(recursive_tuple())
[len(pickle.dumps(list(range(n)), 2)) for n in (999, 1000, 1001, 1002, 2001)]
[len(pickle.dumps(dict.fromkeys(range(n)), 2)) for n in (999, 1000, 1001, 1002, 2001)]
[len(pickle.dumps(set(range(n)), 4)) for n in (999, 1000, 1001, 2001)]
[pickle.dumps(Reduced((list, (), None, iter(range(n)))), 2)[-8:] for n in (0, 1, 2, 1000, 1001)]
every(attributes(x=1))
every(Outer.Inner)
every(type(None))
every(len)
every(NewArguments())
[pickle.dumps(slots(1), protocol) for protocol in range(2, 6)]
pickle.dumps(slots(1), 1)
every(ConnectionError)
[pickle.dumps(map, protocol, fix_imports=False) for protocol in (0, 3)]
[pickle.dumps([i] * 40000 + ["x" * 70000], 4).count(b"\x95") for i in "ab"]
written(_pickle.Pickler, [1, "a", "a", (1, 2)], 4, fast=True)
written(_pickle.Pickler, recursive_list(), 4, fast=True)
written(_pickle.Pickler, A, 4, dispatch_table={type: lambda c: "A"})
written(_pickle.Pickler, Slots, 2, dispatch_table={type: lambda c: (int, ())})
written(_pickle.Pickler, "a", 0, persistent_id=lambda o: "q")
written(Ids, [6], 0)
written(Ids, [6], 2)
written(Ids, 5, 0)
written(Overrides, [A, Slots], 4)
pickle.dumps(local())
pickle.dumps(Reduced("nosuchname"))
pickle.dumps(Reduced("a.b.c"))
pickle.dumps(Reduced("A"))
pickle.dumps(named("nosuchmodule"))
pickle.dumps(named("nosuchmodule.sub"))
pickle.dumps(NoMethods())
pickle.dumps(Reduced(3))
pickle.dumps(Reduced(()))
pickle.dumps(Reduced((1,)))
pickle.dumps(Reduced((1, 2)))
pickle.dumps(Reduced((len, 2)))
pickle.dumps(Reduced((len, (), None, 3)))
pickle.dumps(Reduced((len, (), None, None, 3)))
pickle.dumps(Reduced((len, (), None, None, iter([3]))), 1)
pickle.dumps(Reduced((len, (), None, None, None, 3)))
pickle.dumps(Reduced((len, (), None, None, None, None, 3)))
pickle.dumps(Reduced((copyreg.__newobj__, ())))
pickle.dumps(Reduced((copyreg.__newobj__, (3,))))
pickle.dumps(Reduced((copyreg.__newobj__, (int,))))
pickle.dumps(Reduced((copyreg.__newobj_ex__, (int,))))
pickle.dumps(Reduced((copyreg.__newobj_ex__, (3, (), {}))))
pickle.dumps(Reduced((copyreg.__newobj_ex__, (A, 3, {}))))
pickle.dumps(Reduced((copyreg.__newobj_ex__, (A, (), 3))))
code(1)
code(256)
code(65536)
code(0)
code(2**40)
code("x")
pickle.Pickler(3)
pickle.Unpickler(3)
pickle.dumps(1, 6)
pickle.dumps(1, "x")
pickle.dumps(1, 2**70)
pickle.dumps(1, -5)
pickle.dumps(1, 4, buffer_callback=print)
pickle.dumps(pickle.PickleBuffer(b"x"), 4)
pickle.dumps(pickle.PickleBuffer(memoryview(b"abcd")[::2]), 5)
pickle.dumps([pickle.PickleBuffer(b"x"), pickle.PickleBuffer(bytearray(b"y"))], 5)
pickle.dumps([pickle.PickleBuffer(b"x"), pickle.PickleBuffer(bytearray(b"y"))], 5, buffer_callback=[].append)
pickle.PickleBuffer(3)
pickle.PickleBuffer(memoryview(b"abcd")[::2]).raw()
pickle.PickleBuffer(memoryview(b"abcd").cast("B", [2, 2])).raw().shape
WithoutInit().dump(1)
WithoutInit().clear_memo()
UnpicklerWithoutInit().load()
UnpicklerWithoutInit().find_class("builtins", "len")
UnpicklerWithoutInit().persistent_load(3)
set_memo(p, 3)
set_memo(p, {1: 2})
set_memo(p, {1: (1, 2, 3)})
set_memo(p, {1: ("a", 2)})
list(set_memo(p, {"a": (5, "b")}).values())
set_memo(p, p.memo) and p.memo.__reduce__()[1][0] == p.memo.copy()
(p.memo.clear(), p.memo.copy())
set_memo(u, 3)
set_memo(u, {"a": 2})
set_memo(u, {-1: 2})
hash(p.memo)
delattr(p, "memo")
delattr(u, "memo")
p.dispatch_table
setattr(p, "x", 1)
setattr(p, "bin", "x")
(p.bin, p.fast)
pickle.loads("x")
pickle.loads(None)
pickle.loads(b"")
pickle.loads(b"N.", encoding=3)
pickle.loads(b"N.", errors="a\0b")
pickle.loads(b"N.", buffers=3)
pickle.loads(b"\x97.", buffers=[b"x"])
pickle.loads(b"\x97\x98.", buffers=[b"x"])
pickle.loads(b"\x97\x98.", buffers=[3])
pickle.loads(b"\x97\x98.", buffers=[bytearray(b"a")]).readonly
pickle.loads(b"\x97.", buffers=[])
pickle.loads(b"\x97.")
pickle.load(File("x"))
pickle.load(File(3))
pickle.load(File(b""))
pickle.load(File(bytearray(b"N.")))
pickle.loads(b"\x80\x06N.")
pickle.loads(b"\xff.")
pickle.loads(b"\x01.")
pickle.loads(b"'.")
pickle.loads(b"y.")
pickle.loads(b".")
pickle.loads(b"N0.")
pickle.loads(b"(.")
pickle.loads(b"N")
pickle.loads(b"K")
pickle.loads(b"t.")
pickle.loads(b"(NNt.")
pickle.loads(b"((NN.")
pickle.loads(b"N\x86.")
pickle.loads(b"(N\x86.")
pickle.loads(b"(NNNd.")
pickle.loads(b"}(NNNu.")
pickle.loads(b"}NN.")
pickle.loads(b"NNs.")
pickle.loads(b"Na.")
pickle.loads(b"N(Ne.")
pickle.loads(b"N(N\x90.")
pickle.loads(b"N2\x86.")
pickle.loads(b"N]b.")
pickle.loads(b"N]NN\x86b.")
pickle.loads(b"NN]\x86b.")
pickle.loads(b"I5\n.")
pickle.loads(b"I010\n.")
pickle.loads(b"[I01\n.")
pickle.loads(b"(I00\nI01\nI1\nI0\nt.")
pickle.loads(b"I99999999999999999999999\n.")
pickle.loads(b"Ix\n.")
pickle.loads(b"I\n.")
pickle.loads(b"I5")
pickle.loads(b"L12L\n.")
pickle.loads(b"L0x12\n.")
pickle.loads(b"L1x\n.")
pickle.loads(b"L0xx\n.")
pickle.loads(b"L\xff\n.")
pickle.loads(b"\x8b\xff\xff\xff\xff.")
pickle.loads(b"\x8a\x00.")
pickle.loads(b"\x8a\x01\xff.")
pickle.loads(b"F1.5\n.")
pickle.loads(b"F-inf\n.")
pickle.loads(b"Fx\n.")
pickle.loads(b"F1.5x\n.")
pickle.loads(b"F1_0\n.")
pickle.loads(b"F1e999\n.")
pickle.loads(b"S'a\\n\\x41'\n.")
pickle.loads(b"S'abc\n.")
pickle.loads(b"S'\xe9'\n.")
pickle.loads(b"S'\xe9'\n.", encoding="bytes")
pickle.loads(b"S'\xe9'\n.", encoding="latin1")
pickle.loads(b"S'\xe9'\n.", errors="replace")
pickle.loads(b"S'a'\n.", encoding="nosuch")
pickle.loads(b"T\xff\xff\xff\xffabc.")
pickle.loads(b"U\x03abc.")
pickle.loads(b"Va\\u20ac\xe9\n.")
pickle.loads(b"Va\\u20\n.")
pickle.loads(b"X\x03\x00\x00\x00\xed\xa0\x80.")
pickle.loads(b"X\x01\x00\x00\x00\xff.")
pickle.loads(b"X\x05\x00\x00\x00abc.")
pickle.loads(b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.")
pickle.loads(b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.")
pickle.loads(b"\x96\xff\xff\xff\xff\xff\xff\xff\xff.")
pickle.loads(b"\x95\xff\xff\xff\xff\xff\xff\xff\xff.")
pickle.loads(b"\x95\x09\x00\x00\x00\x00\x00\x00\x00N.")
pickle.loads(b"g5\n.")
pickle.loads(b"h\x05.")
pickle.loads(b"gx\n.")
pickle.loads(b"Np-1\n.")
pickle.loads(b"p1\n.")
pickle.loads(b"Np7\n0g7\n.")
pickle.loads(b"Kxr\x00\x00\x10\x000j\x00\x00\x10\x00.")
pickle.loads(b"Kx\x94Ky\x94h\x00h\x01\x86.")
pickle.loads(b"cbuiltins\nnosuch\n.")
pickle.loads(b"cnosuchmodule\nx\n.")
pickle.loads(b"c\nx\n.")
pickle.loads(b"c__builtin__\nxrange\n.")
pickle.loads(b"c__builtin__\nxrange\n.", fix_imports=False)
pickle.loads(b"\x80\x04\x8c\x08builtins\x8c\x06object\x93.")
pickle.loads(b"\x80\x04\x8c\x08builtins\x8c\x0aobject.abc\x93.")
pickle.loads(b"\x80\x04\x8c\x08builtins\x8c\x08<locals>\x93.")
pickle.loads(b"N\x8c\x03len\x93.")
pickle.loads(b"NNR.")
pickle.loads(b"N)R.")
pickle.loads(b"NN\x81.")
pickle.loads(b"cbuiltins\nobject\nN\x81.")
pickle.loads(b"N)}\x92.")
pickle.loads(b"cbuiltins\nobject\n)N\x92.")
pickle.loads(b"cbuiltins\nobject\nN}\x92.")
pickle.loads(b"(cbuiltins\nint\nKxo.")
pickle.loads(b"(o.")
pickle.loads(b"(K\x05ibuiltins\nint\n.")
pickle.loads(b"(ibuiltins\n\n.")
pickle.loads(b"\x82\x00.")
pickle.loads(b"\x82\x07.")
Codes({7: ("builtins", "len")})(b"\x82\x07.")
Codes({7: ("builtins", 3)})(b"\x82\x07.")
Codes({300: ("builtins", "len")})(b"\x83\x2c\x01.")
pickle.loads(b"Px\n.")
pickle.loads(b"NQ.")
pickle.dumps(family())
(lambda p: (p.name, p.child.name))(pickle.loads(pickle.dumps(family())))
loads(b"Px\n.")
loads(b"P\xe9\n.")
loads(b"NQ.")
loads(b"ca\nb\n.")
loads(b"\x80\x04\x8c\x01a\x8c\x03b.c\x93.")
"""

show(CASES, globals())
