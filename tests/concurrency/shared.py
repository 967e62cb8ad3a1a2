"""The objects that a random program's threads share, and the values that they call methods with."""

import abc
import array
import ast
import asyncio
import bz2
import codecs
import collections
import concurrent.futures
import configparser
import contextlib
import contextvars
import csv
import ctypes
import dataclasses
import datetime
import decimal
import difflib
import email.message
import enum
import fractions
import functools
import hashlib
import hmac
import html.parser
import inspect
import io
import ipaddress
import itertools
import json
import logging
import lzma
import mmap
import operator
import os
import pathlib
import pickle
import queue
import random
import re
import select
import selectors
import socket
import sqlite3
import ssl
import string
import struct
import sys
import tempfile
import threading
import time
import types
import typing
import uuid
import weakref
import xml.etree.ElementTree
import xml.parsers.expat
import zlib
import zoneinfo


class Base:
    value = 1

    def method(self):
        return "base"


class Other(Base):
    def method(self):
        return "other"


class Meta(type):
    marker = 0


class WithMeta(metaclass=Meta):
    pass


class Slotted:
    __slots__ = "a", "b", "__weakref__"


class SlottedToo:
    __slots__ = "a", "b", "__weakref__"


class Mine(list):
    pass


class Abstract(abc.ABC):
    @abc.abstractmethod
    def method(self):
        pass


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


class Bits(ctypes.BigEndianStructure):
    _fields_ = [("a", ctypes.c_int, 5), ("b", ctypes.c_int, 3), ("name", ctypes.c_char * 8)]


class Lazy:
    @functools.cached_property
    def a(self):
        return 1


@dataclasses.dataclass
class Data:
    a: int = 1
    b: str = "b"


Named = collections.namedtuple("Named", "a b")


class MineToo(dict):
    pass


class Finalized:
    def __del__(self):
        Base.value = 2
        for ref in weakref.getweakrefs(self):
            if ref() is not self:
                print("a reference lost its target before the finaliser had run", flush=True)
                os._exit(3)
        if Base.value:
            Base.revived = weakref.ref(self), self


def generator():
    for n in range(50):
        try:
            got = yield n
        except KeyError:
            got = None
    return got


def delegating():
    yield from generator()
    yield from [1, 2, 3]


async def coroutine():
    for _ in range(20):
        await Pause()


async def asynchronous_generator():
    for n in range(20):
        await Pause()
        yield n


class Pause:
    def __await__(self):
        yield


def function(a, b=1, *args, c=2, **kwargs):
    def inner():
        return a, b
    return inner


def second(a=1, b=2, d=4, e=5, f=6, *, c=3, g=7):
    x = y = z = a
    return x, y, z, b, c, d, e, f, g


def closure():
    n = 0

    def count():
        nonlocal n
        n += 1
        return n
    return count


@functools.lru_cache(maxsize=5)
def cached(x):
    return x


def nonblocking():
    one, _ = socket.socketpair()
    one.setblocking(False)
    return one


socket.setdefaulttimeout(0.01)  # for those that __init__ makes again
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
LOOP = asyncio.new_event_loop()
VARIABLE = contextvars.ContextVar("shared")
KEPT = Base()
N = 30
TEXT = "".join(f"line {n}\n" for n in range(N))

# Never given as arguments, as they have no end.
ENDLESS = {
    "count": lambda: itertools.count(), "cycle": lambda: itertools.cycle([1, 2]),
    "repeat": lambda: itertools.repeat(1), "endless": lambda: iter(int, 1),
}

FACTORIES = {
    "list": lambda: list(range(N)), "tuple": lambda: (1, "a", 2.5, None),
    "dict": lambda: dict.fromkeys(range(N)), "names": lambda: dict(a=1, b=2),
    "set": lambda: set(range(N)), "frozenset": lambda: frozenset("abc"),
    "str": lambda: "some text \u00e4\u4e2d", "bytes": lambda: b"some bytes",
    "bytearray": lambda: bytearray(b"some bytes"), "range": lambda: range(N),
    "memoryview": lambda: memoryview(bytearray(64)), "int": lambda: 2**70, "float": lambda: 2.5,
    "array": lambda: array.array("q", range(N)), "deque": lambda: collections.deque(range(N)),
    "bounded": lambda: collections.deque(range(5), 5), "slice": lambda: slice(1, 9, 2),
    "OrderedDict": lambda: collections.OrderedDict.fromkeys(range(N)),
    "defaultdict": lambda: collections.defaultdict(int), "Counter": lambda: collections.Counter("hello"),
    "ChainMap": lambda: collections.ChainMap({1: 1}, {2: 2}), "UserList": lambda: collections.UserList([1]),
    "keys": lambda: dict.fromkeys(range(N)).keys(), "items": lambda: dict.fromkeys(range(N)).items(),
    "proxy": lambda: types.MappingProxyType({1: 2}), "Mine": lambda: Mine([1, 2]),
    "MineToo": lambda: MineToo(a=1),
    "list iterator": lambda: iter(list(range(N))), "dict iterator": lambda: iter(dict.fromkeys(range(N))),
    "set iterator": lambda: iter(set(range(N))), "enumerate": lambda: enumerate(range(N)),
    "zip": lambda: zip(range(N), range(N)), "map": lambda: map(str, range(N)),
    "filter": lambda: filter(None, range(N)), "chain": lambda: itertools.chain(range(N), range(N)),
    "product": lambda: itertools.product(range(5), range(5)), "islice": lambda: itertools.islice(range(N), 9),
    "groupby": lambda: itertools.groupby("aabbcc"), "tee": lambda: itertools.tee(range(N))[0],
    "batched": lambda: itertools.batched(range(N), 3), "pairwise": lambda: itertools.pairwise(range(N)),
    "accumulate": lambda: itertools.accumulate(range(N)),
    "generator": generator, "delegating": delegating, "coroutine": coroutine,
    "asynchronous generator": asynchronous_generator,
    "function": lambda: function, "closure": closure, "cached": lambda: cached,
    "partial": lambda: functools.partial(function, 1, c=3), "method": lambda: Base().method,
    "itemgetter": lambda: operator.itemgetter(0), "property": lambda: property(lambda self: 1),
    "instance": Base, "other": Other, "slotted": Slotted, "namespace": lambda: types.SimpleNamespace(a=1),
    "with metaclass": WithMeta, "exception": lambda: ValueError("x", 1),
    "group": lambda: ExceptionGroup("g", [ValueError(1), TypeError(2)]),
    "StringIO": lambda: io.StringIO(TEXT), "BytesIO": lambda: io.BytesIO(TEXT.encode()),
    "TextIOWrapper": lambda: io.TextIOWrapper(io.BytesIO(TEXT.encode())),
    "BufferedReader": lambda: io.BufferedReader(io.BytesIO(TEXT.encode())),
    "file": lambda: tempfile.TemporaryFile(), "text file": lambda: tempfile.TemporaryFile("w+"),
    "pattern": lambda: re.compile(r"(\w+) (\d+)"), "match": lambda: re.match(r"(\w+) (\d+)", TEXT),
    "finditer": lambda: re.finditer(r"\w+", TEXT), "Template": lambda: string.Template("$a"),
    "csv reader": lambda: csv.reader(TEXT.splitlines()), "csv writer": lambda: csv.writer(io.StringIO()),
    "Pickler": lambda: pickle.Pickler(io.BytesIO()),
    "Unpickler": lambda: pickle.Unpickler(io.BytesIO(pickle.dumps([1, 2]) * 9)),
    "encoder": json.JSONEncoder, "decoder": json.JSONDecoder,
    "Struct": lambda: struct.Struct("<iq"), "iter_unpack": lambda: struct.iter_unpack("<i", bytes(64)),
    "Random": lambda: random.Random(1), "sha256": hashlib.sha256, "compressor": zlib.compressobj,
    "decompressor": zlib.decompressobj, "datetime": lambda: datetime.datetime(2024, 1, 1),
    "timedelta": lambda: datetime.timedelta(1), "Decimal": lambda: decimal.Decimal("1.5"),
    "Enum": lambda: enum.Flag("Made", "A B")(1), "SimpleQueue": queue.SimpleQueue,
    "weakref": lambda: weakref.ref(Base), "WeakValueDictionary": weakref.WeakValueDictionary,
    "WeakKeyDictionary": weakref.WeakKeyDictionary, "WeakSet": weakref.WeakSet,
    "context": contextvars.copy_context, "variable": lambda: contextvars.ContextVar("variable", default=1),
    "local": threading.local, "module": lambda: types.ModuleType("made"), "cell": lambda: types.CellType(1),
    "code": lambda: function.__code__,
    "array of floats": lambda: array.array("d", range(9)), "array of characters": lambda: array.array("w", "text"),
    "view of items": lambda: memoryview(array.array("i", range(9))), "memory map": lambda: mmap.mmap(-1, 4096),
    "generic alias": lambda: list[int], "union": lambda: int | str, "abstract": lambda: Abstract,
    "staticmethod": lambda: staticmethod(function), "classmethod": lambda: classmethod(function),
    "super": lambda: super(Other, Other()), "builtin": lambda: [1].append, "wrapper": lambda: (1).__add__,
    "decode error": lambda: UnicodeDecodeError("utf-8", b"abc", 0, 1, "made"),
    "encode error": lambda: UnicodeEncodeError("utf-8", "abc", 0, 1, "made"),
    "OSError": lambda: OSError(2, "made", "name"), "SyntaxError": lambda: SyntaxError("made", ("f", 1, 2, "text")),
    "ImportError": lambda: ImportError("made", name="n"), "AttributeError": lambda: AttributeError("made", name="n"),
    "StopIteration": lambda: StopIteration(1), "frame": lambda: sys._getframe(),
    "starmap": lambda: itertools.starmap(pow, [(2, 3)] * N), "compress": lambda: itertools.compress(range(N), [1] * N),
    "takewhile": lambda: itertools.takewhile(bool, [1] * N), "dropwhile": lambda: itertools.dropwhile(bool, range(N)),
    "zip_longest": lambda: itertools.zip_longest(range(N), range(9)),
    "filterfalse": lambda: itertools.filterfalse(None, [0] * N),
    "combinations": lambda: itertools.combinations(range(9), 2),
    "permutations": lambda: itertools.permutations(range(5)),
    "replacing": lambda: itertools.combinations_with_replacement(range(5), 2),
    "reversed": lambda: reversed(list(range(N))), "deque iterator": lambda: iter(collections.deque(range(N))),
    "ordered iterator": lambda: iter(collections.OrderedDict.fromkeys(range(N))),
    "dispatch": lambda: functools.singledispatch(function), "key": lambda: functools.cmp_to_key(function)(1),
    "BufferedRandom": lambda: io.BufferedRandom(io.BytesIO(TEXT.encode())),
    "BufferedRWPair": lambda: io.BufferedRWPair(io.BytesIO(TEXT.encode()), io.BytesIO()),
    "FileIO": lambda: tempfile.TemporaryFile(buffering=0),
    "newline decoder": lambda: io.IncrementalNewlineDecoder(None, True), "scandir": lambda: os.scandir("/"),
    "scanner": lambda: re.compile(r"\w+").scanner(TEXT), "hmac": lambda: hmac.new(b"key", digestmod="sha256"),
    "blake2": hashlib.blake2b, "shake": hashlib.shake_128, "sha3": hashlib.sha3_256,
    "bz2": bz2.BZ2Compressor, "unbz2": bz2.BZ2Decompressor,
    "lzma": lzma.LZMACompressor, "unlzma": lzma.LZMADecompressor,
    "element": lambda: xml.etree.ElementTree.XML("<a x='1'><b>text</b><c/></a>"),
    "TreeBuilder": xml.etree.ElementTree.TreeBuilder,
    "XMLParser": xml.etree.ElementTree.XMLParser, "expat": xml.parsers.expat.ParserCreate,
    "connection": lambda: sqlite3.connect(":memory:", check_same_thread=False),
    "cursor": lambda: sqlite3.connect(":memory:", check_same_thread=False).execute("select 1 union select 2"),
    "socket": nonblocking, "Future": lambda: asyncio.Future(loop=LOOP), "structure": lambda: Point(1, 2),
    "C array": lambda: (ctypes.c_short * 5)(1, 2), "date": lambda: datetime.date(2024, 1, 1),
    "time": lambda: datetime.time(1, 2), "timezone": lambda: datetime.timezone(datetime.timedelta(hours=1)),
    "struct_time": time.gmtime, "decimal context": decimal.Context, "token": lambda: VARIABLE.set(1),
    "weak proxy": lambda: weakref.proxy(Base), "WeakMethod": lambda: weakref.WeakMethod(KEPT.method),
    "epoll": select.epoll, "poll": select.poll, "selector": selectors.DefaultSelector,
    "SSLContext": lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "MemoryBIO": ssl.MemoryBIO,
    "SSLObject": lambda: TLS.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost"),
    "UTF-8 decoder": lambda: codecs.getincrementaldecoder("utf-8")(),
    "CJK decoder": lambda: codecs.getincrementaldecoder("shift_jis")(),
    "CJK encoder": lambda: codecs.getincrementalencoder("iso2022_jp")(), "codec": lambda: codecs.lookup("utf-16"),
    "ZoneInfo": lambda: zoneinfo.ZoneInfo("UTC"), "Logger": lambda: logging.Logger("made"),
    "Event": threading.Event, "Lock": threading.Lock, "RLock": threading.RLock, "Semaphore": threading.Semaphore,
    "Queue": queue.Queue, "PriorityQueue": queue.PriorityQueue, "Executor's": concurrent.futures.Future,
    "ExitStack": contextlib.ExitStack, "HTMLParser": html.parser.HTMLParser, "message": email.message.EmailMessage,
    "ConfigParser": configparser.ConfigParser, "Formatter": string.Formatter, "Path": lambda: pathlib.PurePath("a/b"),
    "interface": lambda: ipaddress.ip_interface("10.0.0.1/28"), "UUID": lambda: uuid.UUID(int=5), "complex": lambda: 1 + 2j,
    "Fraction": lambda: fractions.Fraction(1, 3), "signature": lambda: inspect.signature(second),
    "tree": lambda: ast.parse("x = [1, 2]"), "SequenceMatcher": lambda: difflib.SequenceMatcher(None, "abcd", "bcde"),
    "heap": lambda: [5, 1, 4, 2, 3], "cached property": Lazy, "dataclass": Data, "named": lambda: Named(1, 2),
    "TypeVar": lambda: typing.TypeVar("T"), "alias": lambda: typing.Optional[int], "Array of bits": lambda: Bits(),
    "strings": lambda: ["a", "b", "cd"], "pairs": lambda: [("a", 1), ("b", 2)], "blobs": lambda: [bytearray(8), bytearray(9)],
    "finalize": lambda: weakref.finalize(Base(), len, ""),
} | ENDLESS

# Not called: they block, or end the process, or take forever.
SKIPPED = {"acquire", "wait", "join", "get", "put", "__reduce_ex__", "__reduce__", "fileno", "detach",
           "__del__", "expovariate", "binomialvariate", "__class__", "__init_subclass__",
           "__subclasshook__", "gammavariate", "betavariate", "vonmisesvariate", "seed",
           "__pow__", "__rpow__", "__ipow__", "__lshift__", "__rlshift__", "shift", "exp",
           "_randbelow", "_randbelow_with_getrandbits", "_randbelow_without_getrandbits",
           "power", "from_address", "setblocking", "settimeout", "load_extension", "makefile", "__enter__",
           "fromfd", "acquire_lock", "_acquire_restore", "_release_save"}
# Of one kind of object only.
BLOCKING = {("selector", "select"), ("epoll", "poll"), ("poll", "poll"), ("Executor's", "result"), ("Executor's", "exception")}
# These keep what they are given, which must not make containers hold each other.
KEEPING = {"append", "appendleft", "add", "insert", "setdefault", "__setitem__", "__setattr__", "update",
           "__ior__", "__or__", "extend", "extendleft", "__iadd__", "__init__", "__setstate__", "__ror__",
           "fromkeys", "push", "new_child", "set", "run", "__iand__", "__add__", "__radd__", "send", "throw",
           "dump", "memo", "persistent_id", "derive", "split", "subgroup", "with_traceback"}


def values(chance):
    """One value that holds no shared object."""
    return chance.choice([
        lambda: chance.randrange(-3, 40), lambda: chance.choice(["a", "b", "x y", "", "\u00e4"]),
        lambda: None, lambda: True, lambda: 2.5, lambda: b"ab", lambda: (1, 2), lambda: [3, 4, 5],
        lambda: {1: 2}, lambda: {6, 7}, lambda: slice(chance.randrange(5), chance.randrange(9)),
        lambda: Base(), lambda: iter([1, 2]), lambda: bytearray(b"xy"), lambda: Base, lambda: len,
        lambda: ValueError("made"), lambda: KeyError, lambda: range(5),
    ])()


def make(chance, count):
    """So many objects that threads share: pairs of a name and an object."""
    names = [chance.choice(list(FACTORIES)) for _ in range(count)]
    return [(name, FACTORIES[name]()) for name in names]
