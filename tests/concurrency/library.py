"""Functions of the standard library, and syntax, that look at objects or change them: each takes one object that threads share."""

import array
import ast
import base64
import binascii
import bisect
import codecs
import collections
import copy
import csv
import ctypes
import decimal
import functools
import hashlib
import heapq
import inspect
import io
import itertools
import json
import marshal
import math
import operator
import os
import pickle
import pprint
import random
import re
import select
import sqlite3
import statistics
import struct
import sys
import time
import types
import unicodedata
import zlib


def keywords(**named):
    return named


def positions(*given):
    return given


def unpack(target):
    first, *rest = target
    return first, rest


def match(target):
    match target:
        case [a, b, *_]:
            return a, b
        case {"a": a, **rest}:
            return a, rest
        case str() | bytes():
            return target
        case types.SimpleNamespace(a=a):
            return a


def rows(target):
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a)")
    connection.executemany("insert into t values (?)", target)
    connection.execute("select ?", target)


def write_rows(target):
    writer = csv.writer(io.StringIO())
    writer.writerow(target)
    writer.writerows([target, target])


def first_of_endless(target):
    return list(itertools.islice(target, 20))


def write_vectors(target):
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        os.writev(writer, target)
        os.readv(reader, target)
    finally:
        os.close(reader)
        os.close(writer)


LOOKS = [
    unpack, match, rows, write_rows, first_of_endless,
    lambda t: keywords(**t), lambda t: positions(*t), lambda t: {**t}, lambda t: [*t, *t], lambda t: {*t},
    lambda t: dict(t, a=1), lambda t: dict(**t), dict.fromkeys, collections.Counter, collections.OrderedDict, collections.deque,
    lambda t: array.array("d", t), lambda t: array.array("b", t), bytearray, bytes, memoryview,
    lambda t: [].extend(t), lambda t: set().union(t, t), lambda t: {1, 2}.intersection(t), lambda t: set().update(t),
    lambda t: {}.update(t), lambda t: bytearray().extend(t), lambda t: "".join(t), lambda t: b"".join(t),
    lambda t: "%s %r" % t, lambda t: "%(a)s" % t, lambda t: "{0} {1!r}".format(t, t), lambda t: "{a}".format_map(t),
    lambda t: f"{t}", lambda t: "abc".translate(t), lambda t: b"abc".translate(t), str.maketrans,
    lambda t: "abc".startswith(t), lambda t: "a b".split(t), lambda t: b"a b".replace(t, b"c"), lambda t: b"a" in t,
    lambda t: "a,b".strip(t), lambda t: "x".encode(t), lambda t: int.from_bytes(t), int, float, complex, lambda t: int(t, 16),
    lambda t: isinstance(1, t), lambda t: issubclass(bool, t), lambda t: [1, 2, 3][t], lambda t: eval("a", t),
    lambda t: exec("x = 1; del x", {}, t), lambda t: exec("y = 1", t), lambda t: type("Made", (), t), lambda t: type("Made", t, {}),
    lambda t: range(t), lambda t: pow(2, t, 5), lambda t: round(t), ascii, lambda t: format(t, ""), lambda t: sorted(t, key=str),
    lambda t: max(t, default=0), lambda t: all(t), any, lambda t: list(map(str, t)), lambda t: list(filter(None, t)),
    lambda t: list(zip(t, t)), lambda t: sum(t, ()), lambda t: print(t, file=io.StringIO()),
    lambda t: getattr(t, "a"), lambda t: hasattr(t, "b"), sys.getsizeof,
    lambda t: bisect.bisect(t, 5), lambda t: heapq.nlargest(3, t), lambda t: heapq.nsmallest(3, t), lambda t: list(heapq.merge(t, t)),
    lambda t: random.choice(t), lambda t: random.sample(t, 3), lambda t: random.choices(t, k=3), lambda t: random.choices([1, 2], t),
    copy.copy, copy.deepcopy, json.dumps, lambda t: json.dumps(t, indent=1), lambda t: json.loads(t), marshal.dumps, marshal.loads,
    lambda t: pickle.dumps(t, 0), lambda t: pickle.dumps(t, 5), pickle.loads,
    lambda t: struct.pack("<2i", *t),
    math.fsum, math.prod, lambda t: math.sumprod(t, t), lambda t: math.dist(t, t), lambda t: math.hypot(*t), math.sqrt,
    statistics.mean, statistics.median, lambda t: functools.reduce(operator.add, t), lambda t: functools.partial(t, 1)(2),
    lambda t: list(itertools.chain.from_iterable(t)), lambda t: list(itertools.combinations(t, 2))[:5],
    lambda t: list(itertools.zip_longest(t, t)), lambda t: list(itertools.groupby(t)), lambda t: list(itertools.accumulate(t)),
    lambda t: list(itertools.pairwise(t)), lambda t: [list(each) for each in itertools.tee(t)],
    lambda t: operator.countOf(t, 1), lambda t: operator.indexOf(t, 2), lambda t: operator.itemgetter(0)(t),
    lambda t: operator.attrgetter("a")(t), lambda t: operator.methodcaller("copy")(t),
    lambda t: re.findall(r"\w+", t), lambda t: re.sub(r"\w", "x", t), lambda t: re.compile(t),
    lambda t: unicodedata.normalize("NFD", t), lambda t: codecs.encode(t), lambda t: codecs.lookup(t),
    lambda t: codecs.charmap_decode(b"abc", "strict", t), lambda t: (ctypes.c_int * 5)(*t), lambda t: ctypes.c_int(t),
    lambda t: ctypes.string_at(bytes(t)), decimal.Decimal, lambda t: time.strftime("%Y", t), lambda t: time.mktime(t),
    lambda t: select.select(t, [], [], 0), lambda t: os.fspath(t), lambda t: os.path.join("a", t), os.stat,
    lambda t: io.StringIO(t).read(), lambda t: io.BytesIO().writelines(t),
    lambda t: io.BytesIO(b"abc").readinto(t),
    pprint.pformat, lambda t: types.SimpleNamespace(**t), types.MappingProxyType, inspect.getmembers, inspect.signature,
    inspect.isawaitable, ast.literal_eval, ast.dump, lambda t: compile(t, "made", "exec"), lambda t: copy.replace(t, a=1),
    lambda t: array.array("i").extend(t), lambda t: collections.deque([1]).extend(t),
    lambda t: t[0], lambda t: t[-1], lambda t: t[:3], lambda t: t["a"], lambda t: t[::2],
]

# These read or write the memory of any bytes-like object while others use it, as docs/THREADS.md says.
BYTES = [
    lambda t: struct.pack_into("<i", t, 0, 7), lambda t: io.BytesIO(b"some bytes").readinto(t),
    lambda t: struct.unpack_from("<i", t), lambda t: struct.unpack("<4s", t), zlib.compress, zlib.crc32, zlib.adler32,
    binascii.hexlify, binascii.crc32, base64.b64encode, base64.b85encode, hashlib.sha256, hashlib.blake2b,
    lambda t: io.BufferedWriter(io.BytesIO()).write(t), lambda t: array.array("i").frombytes(t), lambda t: codecs.decode(t),
    lambda t: io.BytesIO(t).read(), lambda t: re.split(b"e", t), lambda t: re.fullmatch(b"(?s).*", t),
]
# System calls that write there: to ThreadSanitizer a plain write.
BYTES_OF_SYSTEM = [write_vectors]

CHANGES = [
    heapq.heapify, lambda t: heapq.heappush(t, 3), heapq.heappop, lambda t: heapq.heappushpop(t, 2),
    lambda t: heapq.heapreplace(t, 9), lambda t: bisect.insort(t, 5), random.shuffle,
    lambda t: t.sort(key=str),
    lambda t: operator.setitem(t, 0, 5), lambda t: operator.setitem(t, slice(0, 2), [1, 2, 3]),
    lambda t: operator.setitem(t, slice(None, None, 2), t), lambda t: operator.delitem(t, 0),
    lambda t: operator.delitem(t, slice(0, 2)), lambda t: operator.setitem(t, "a", 5), lambda t: operator.delitem(t, "a"),
    lambda t: setattr(t, "a", 5), lambda t: delattr(t, "a"), lambda t: operator.iadd(t, [1]), lambda t: operator.ior(t, {"a": 1}),
    lambda t: functools.update_wrapper(t, keywords), lambda t: t.update(b=1), lambda t: t.extend(t), lambda t: t.insert(0, 1),
]
