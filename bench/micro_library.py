"""Uses of the standard library, one a function: `micro_library.py [name...]` prints the CPU time of each.

What programs do with the modules that bench/programs does not look at, some hundred microseconds to a few
milliseconds of it each. See micro_operations.py."""

import io
import math
import os
import random
import sys
import tempfile
import textwrap

from micro_operations import run

OPERATIONS = {}
CHANCE = random.Random(5)
WORDS = ["".join(CHANCE.choice("abcdefgh") for _ in range(CHANCE.randint(2, 9))) for _ in range(2000)]
TEXT = " ".join(WORDS)
DATA = TEXT.encode()
SOURCE = open(textwrap.__file__, encoding="utf-8").read()


def bench(function):
    OPERATIONS[function.__name__.strip("_")] = function
    return function


@bench
def difflib_ratio():
    import difflib
    difflib.SequenceMatcher(None, WORDS[:300], WORDS[100:400]).ratio()


@bench
def email_parse():
    import email
    m = "From: a@b.c\nTo: d@e.f\nSubject: hello world\nContent-Type: text/plain; charset=utf-8\n\n" + TEXT[:500]
    for _ in range(50):
        email.message_from_string(m).as_string()


@bench
def configparser_():
    import configparser
    s = "\n".join((f"[s{i}]\na={i}\nb=%(a)s x\n" for i in range(100)))
    c = configparser.ConfigParser()
    c.read_string(s)
    [c.get(f"s{i}", "b") for i in range(100)]


@bench
def random_methods():
    r = random.Random(1)
    for _ in range(3000):
        r.random()
        r.randint(1, 100)
        r.choice(WORDS)
        r.gauss(0, 1)
    l = list(range(2000))
    r.shuffle(l)
    r.sample(l, 500)


@bench
def strptime():
    import datetime
    for i in range(500):
        datetime.datetime.strptime("2024-05-06 07:08:09", "%Y-%m-%d %H:%M:%S")


@bench
def strftime_iso():
    import datetime
    d = datetime.datetime(2024, 5, 6, 7, 8, 9)
    for i in range(2000):
        d.strftime("%Y-%m-%d")
        d.isoformat()
        datetime.datetime.fromisoformat("2024-05-06T07:08:09")


@bench
def zipfile_():
    import zipfile
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(40):
            z.writestr(f"f{i}", TEXT[:3000])
    with zipfile.ZipFile(b) as z:
        for n in z.namelist():
            z.read(n)


@bench
def tarfile_():
    import tarfile
    b = io.BytesIO()
    with tarfile.open(fileobj=b, mode="w") as t:
        for i in range(40):
            ti = tarfile.TarInfo(f"f{i}")
            d = TEXT[:2000].encode()
            ti.size = len(d)
            t.addfile(ti, io.BytesIO(d))
    b.seek(0)
    with tarfile.open(fileobj=b) as t:
        for m in t:
            t.extractfile(m).read()


@bench
def ast_walk():
    import ast, inspect, textwrap as tw
    src = open(textwrap.__file__).read()
    t = ast.parse(src)
    sum((1 for _ in ast.walk(t)))
    ast.unparse(t)


@bench
def tokenize_():
    import tokenize, textwrap as tw
    for t in tokenize.generate_tokens(io.StringIO(open(textwrap.__file__).read()).readline):
        pass


@bench
def html_parse():
    from html.parser import HTMLParser

    class P(HTMLParser):

        def handle_starttag(self, t, a):
            pass
    s = "<div class='a'><p>hello &amp; x</p><a href='x'>y</a></div>" * 150
    P().feed(s)


@bench
def urlparse_():
    from urllib.parse import urlsplit, urlencode, quote, parse_qs, urljoin
    for i in range(300):
        urlsplit(f"http://ex.com:80/p/{i}?q={i}#f")
        quote("a b/c&d")
        parse_qs("a=1&b=2&c=3")
        urljoin("http://a/b/c", f"../d{i}")
        urlencode({"a": 1, "b": "x y"})


@bench
def shlex_():
    import shlex
    for _ in range(60):
        shlex.split('ls -l \'a b\' "c d" e\\ f --x=y | grep z > out')


@bench
def fnmatch_glob():
    import fnmatch
    for p in ("a*", "*b*", "?c*", "[ab]*h"):
        fnmatch.filter(WORDS, p)


@bench
def textio_lines():
    b = io.BytesIO(("\n".join(WORDS) * 4).encode())
    for l in io.TextIOWrapper(b, encoding="utf-8"):
        l.rstrip()


@bench
def stringio_rw():
    s = io.StringIO()
    for w in WORDS:
        s.write(w)
        s.write("\n")
    s.seek(0)
    for l in s:
        pass


@bench
def file_rw():
    p = "/dev/shm/scan.tmp"
    with open(p, "w") as f:
        for w in WORDS:
            f.write(w + "\n")
    with open(p) as f:
        for l in f:
            pass
    with open(p, "rb") as f:
        while f.read(100):
            pass
    os.unlink(p)


@bench
def enum_ops():
    import enum

    class C(enum.Enum):
        A = 1
        B = 2
        C = 3

    class F(enum.Flag):
        X = 1
        Y = 2
        Z = 4
    for i in range(500):
        C(2)
        C["A"]
        C.A.name
        C.B.value
        F.X | F.Y
        F.X in F.X | F.Z


@bench
def namedtuple_make():
    import collections
    for i in range(20):
        collections.namedtuple(f"T{i}", "a b c d")


@bench
def dataclass_make():
    import dataclasses
    for i in range(5):

        @dataclasses.dataclass(order=True, frozen=True)
        class D:
            a: int
            b: str = "x"
            c: list = dataclasses.field(default_factory=list)


@bench
def typing_use():
    import typing
    for i in range(200):
        typing.Optional[typing.List[int]]
        typing.Dict[str, typing.Union[int, str]]

    class T:
        x: int
        y: "str"
    for i in range(100):
        typing.get_type_hints(T)


@bench
def inspect_sig():
    import inspect

    def f(a, b=1, *c, d, e=2, **g):
        pass
    for i in range(200):
        str(inspect.signature(f))


@bench
def functools_():
    import functools

    @functools.singledispatch
    def f(x):
        return 0

    @f.register(int)
    def _(x):
        return 1

    @f.register(str)
    def _(x):
        return 2
    p = functools.partial(max, 1)
    for i in range(2000):
        f(i)
        f("a")
        p(i)
    functools.reduce(lambda a, b: a + b, range(2000))


@bench
def itertools_():
    import itertools as it
    for _ in range(10):
        list(it.groupby(WORDS, key=len))
        list(it.chain.from_iterable(WORDS[:200]))
        list(it.combinations(range(18), 3))
        list(it.permutations(range(5)))
        list(it.accumulate(range(500)))
        list(it.islice(it.count(), 500))
        list(it.zip_longest(range(300), range(500)))


@bench
def counter_():
    import collections
    for _ in range(10):
        collections.Counter(WORDS).most_common(10)
        collections.Counter(TEXT)


@bench
def heap_merge():
    import heapq
    list(heapq.merge(*[sorted(WORDS[i::5]) for i in range(5)]))
    heapq.nlargest(50, WORDS)
    heapq.nsmallest(50, WORDS, key=len)


@bench
def copy_():
    import copy
    d = {"a": [1, 2, {"b": (1, 2)}], "c": WORDS[:50]}
    for _ in range(50):
        copy.deepcopy(d)
        copy.copy(d)


@bench
def string_template():
    import string
    t = string.Template("$a ${b} $$ $c")
    for i in range(500):
        t.substitute(a=i, b="x", c="y")
    f = string.Formatter()
    for i in range(200):
        f.format("{0} {a!r:>10} {1.real}", "x", 5, a=i)


@bench
def pprint_():
    import pprint
    pprint.pformat([{"a": i, "b": [i] * 5, "c": {"d": WORDS[i]}} for i in range(60)])


@bench
def bisect_array():
    import bisect, array
    a = array.array("d")
    for i in range(2000):
        bisect.insort(a, i * 7919 % 2003 / 3)
    sum(a)
    a.tobytes()


@bench
def ipaddress_():
    import ipaddress
    n = ipaddress.ip_network("10.0.0.0/22")
    for i, h in enumerate(n.hosts()):
        if i > 300:
            break
        str(h)
    for i in range(200):
        ipaddress.ip_address("192.168.1.1") in n


@bench
def uuid_():
    import uuid
    for i in range(300):
        str(uuid.UUID(int=i))
        uuid.uuid5(uuid.NAMESPACE_DNS, "a")


@bench
def threads_pool():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as e:
        list(e.map(len, WORDS[:300]))


@bench
def asyncio_sleep():
    import asyncio

    async def m():
        await asyncio.gather(*(asyncio.sleep(0) for _ in range(500)))
    asyncio.run(m())


@bench
def socketpair_():
    import socket
    a, b = socket.socketpair()
    for i in range(1000):
        a.send(b"x" * 100)
        b.recv(200)
    a.close()
    b.close()


@bench
def exceptions_tb():
    import traceback

    def f(n):
        if n:
            f(n - 1)
        else:
            raise ValueError("x")
    for i in range(100):
        try:
            f(10)
        except ValueError:
            traceback.format_exc()


@bench
def warnings_():
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i in range(2000):
            warnings.warn("x", DeprecationWarning)


@bench
def weakref_():
    import weakref

    class C:
        pass
    d = weakref.WeakValueDictionary()
    l = [C() for _ in range(500)]
    for i, c in enumerate(l):
        d[i] = c
    for i in range(500):
        d.get(i)
    s = weakref.WeakSet(l)
    len(s)
    [c in s for c in l]


@bench
def abc_():
    import collections.abc as c

    class M(c.MutableMapping):

        def __init__(s):
            s.d = {}

        def __getitem__(s, k):
            return s.d[k]

        def __setitem__(s, k, v):
            s.d[k] = v

        def __delitem__(s, k):
            del s.d[k]

        def __iter__(s):
            return iter(s.d)

        def __len__(s):
            return len(s.d)
    m = M()
    for i in range(1000):
        m[i] = i
        m.get(i)
        i in m
    m.update(a=1)
    list(m.items())


@bench
def userdict():
    import collections
    d = collections.UserDict()
    for i in range(1000):
        d[i] = i
        d[i]
        i in d


@bench
def chainmap():
    import collections
    d = collections.ChainMap({}, dict.fromkeys(WORDS[:100]), dict.fromkeys(WORDS[100:200]))
    for w in WORDS[:1000]:
        d.get(w)


@bench
def struct_unpack():
    import struct
    b = struct.pack("<1000I", *range(1000))
    for i in range(100):
        list(struct.iter_unpack("<I", b))
        struct.unpack("<1000I", b)


@bench
def codecs_():
    for e in ("utf-16", "latin-1", "cp1252", "utf-8-sig", "punycode"):
        TEXT[:2000].encode(e).decode(e)
    import codecs
    for _ in range(20):
        codecs.getincrementaldecoder("utf-8")().decode(TEXT.encode())


@bench
def base64_bin():
    import base64, binascii
    b = TEXT.encode()
    for _ in range(20):
        base64.b64decode(base64.b64encode(b))
        binascii.hexlify(b)
        base64.b32encode(b[:2000])
        base64.b85encode(b[:2000])


@bench
def int_big():
    x = 3 ** 2000
    y = 7 ** 1500
    for _ in range(200):
        x * y
        x // y
        x % y
        pow(x, 3, y)
        str(x)[:3]
        int(str(y))
        math.isqrt(x)
        math.gcd(x, y)


@bench
def complex_cmath():
    import cmath
    for i in range(3000):
        cmath.exp(1j * i)
        abs(complex(i, 2))
        complex(i, 1) * complex(2, 3)


@bench
def str_format_many():
    for i in range(3000):
        f"{i:>10}|{i / 3:.3f}|{i:x}|{'a':^5}"
        "{:,}".format(i * 1000)
        "%5d %s %r" % (i, "a", "b")


@bench
def re_misc():
    import re
    re.purge()
    re.compile("(\\w+)\\s*=\\s*(\\d+|'[^']*')").findall("a = 1 b='x' " * 200)
    re.sub("[aeiou]", lambda m: m[0].upper(), TEXT)
    re.split("\\s+", TEXT)


@bench
def json_misc():
    import json
    d = {"a": [1, 2.5, None, True, "xé"], "b": {w: i for i, w in enumerate(WORDS[:300])}}
    for _ in range(10):
        json.loads(json.dumps(d, indent=1))
        json.dumps(d, sort_keys=True)


@bench
def csv_dict():
    import csv
    s = io.StringIO()
    w = csv.DictWriter(s, ["a", "b", "c"])
    w.writeheader()
    for i in range(1000):
        w.writerow({"a": i, "b": "x,y", "c": 'q"z'})
    s.seek(0)
    list(csv.DictReader(s))


@bench
def plist_():
    import plistlib
    d = {"a": [1, 2, 3], "b": {"c": "d", "e": 2.5}, "f": b"xyz"}
    for _ in range(20):
        plistlib.loads(plistlib.dumps(d))
        plistlib.loads(plistlib.dumps(d, fmt=plistlib.FMT_BINARY))


@bench
def toml_():
    import tomllib
    tomllib.loads("\n".join((f"[s{i}]\na={i}\nb='x'\nc=[1,2,3]\nd=2024-01-01" for i in range(60))))


@bench
def minidom():
    import xml.dom.minidom as m
    m.parseString("<a>" + "<b c='d'>e</b>" * 200 + "</a>").toxml()


@bench
def logging_():
    import logging
    l = logging.getLogger("scan")
    l.handlers = [logging.StreamHandler(io.StringIO())]
    l.propagate = False
    l.setLevel(20)
    for i in range(300):
        l.info("x %d %s", i, "y")
        l.debug("no")


@bench
def argparse_():
    import argparse
    p = argparse.ArgumentParser()
    for i in range(20):
        p.add_argument(f"--o{i}", type=int, default=i, help="h")
    p.parse_args(["--o3", "5"])
    p.format_help()


@bench
def pathlib_():
    import pathlib
    for i in range(300):
        q = pathlib.PurePosixPath("/a/b") / f"c{i}.txt"
        (q.name, q.suffix, q.stem, q.parent, str(q), q.with_suffix(".x"), q.parts)


@bench
def sqlite_():
    import sqlite3
    c = sqlite3.connect(":memory:")
    c.execute("create table t(a,b)")
    c.executemany("insert into t values(?,?)", ((i, str(i)) for i in range(2000)))
    list(c.execute("select * from t where a>500"))


@bench
def unittest_mock():
    from unittest import mock
    for i in range(15):
        m = mock.Mock()
        m.a.b(1)
        m.a.b.assert_called_with(1)
        mock.MagicMock()


@bench
def hash_algos():
    import hashlib, zlib, hmac
    b = TEXT.encode()
    for _ in range(20):
        hashlib.md5(b).hexdigest()
        hashlib.sha256(b).digest()
        hashlib.sha3_256(b).digest()
        zlib.crc32(b)
        zlib.adler32(b)
        hashlib.sha1(b"x").digest()


@bench
def lzma_bz2():
    import lzma, bz2, gzip
    b = TEXT.encode()
    bz2.decompress(bz2.compress(b))
    gzip.decompress(gzip.compress(b))
    lzma.decompress(lzma.compress(b[:4000], preset=1))


@bench
def contextvars_():
    import contextvars
    v = contextvars.ContextVar("v", default=0)
    for i in range(3000):
        t = v.set(i)
        v.get()
        v.reset(t)
    contextvars.copy_context().run(lambda: v.get())


@bench
def decimal_frac():
    import decimal, fractions
    a = decimal.Decimal("1.1")
    for i in range(1000):
        a = a * decimal.Decimal("1.0001") + 1
    f = fractions.Fraction(1, 3)
    for i in range(200):
        f = f + fractions.Fraction(1, i + 1)


@bench
def getset_attrs():

    class C:
        __slots__ = ("a", "b")
    c = C()
    for i in range(3000):
        setattr(c, "a", i)
        getattr(c, "a")
        hasattr(c, "zz")
        getattr(c, "b", None)


@bench
def bytes_methods():
    b = TEXT.encode()
    for _ in range(50):
        b.split()
        b.replace(b"a", b"bb")
        b.find(b"zzz")
        b.count(b"ab")
        b.upper()
        b.hex()
        bytes.fromhex(b[:500].hex())
        b.translate(bytes(range(256)))


@bench
def str_search():
    for _ in range(50):
        TEXT.split()
        TEXT.replace("a", "bb")
        TEXT.find("zzz")
        TEXT.count("ab")
        TEXT.upper()
        TEXT.title()
        TEXT.partition("zz")
        "zz" in TEXT
        TEXT.splitlines()
        TEXT.casefold()
        TEXT.isalnum()
        TEXT.encode()


@bench
def memoryview_():
    m = memoryview(bytearray(20000))
    for i in range(2000):
        m[i]
        m[i:i + 10]
        m[i] = 1
    m.tobytes()
    m.cast("I").tolist()


@bench
def sorted_keys():
    for _ in range(3):
        sorted(WORDS, key=str.lower)
        sorted(WORDS, key=lambda w: (len(w), w))
        sorted(WORDS, reverse=True)


if __name__ == "__main__":
    run(OPERATIONS, sys.argv[1:])
