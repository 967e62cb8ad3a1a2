"""Small operations, one a function: `micro_operations.py [name...]` prints the CPU time of each.

Each does COUNT times (or so) one thing that programs do everywhere; what it costs beside that, the
loop, is the same for all. The least of several runs counts."""

import bisect
import cProfile
import collections
import collections.abc
import contextlib
import copy
import dataclasses
import datetime
import functools
import heapq
import io
import itertools
import json
import math
import re
import struct
import sys
import textwrap
import time

COUNT = 20000
SECONDS = 0.12
OPERATIONS = {}


def bench(function):
    OPERATIONS[function.__name__.strip("_")] = function
    return function


Triple = collections.namedtuple("Triple", "a b c")


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def add(self, other):
        return Point(self.x + other.x, self.y + other.y)

    @property
    def norm(self):
        return self.x * self.x

    def __eq__(self, other):
        return self.x == other.x

    def __hash__(self):
        return hash(self.x)

    def __lt__(self, other):
        return self.x < other.x

    def __getitem__(self, i):
        return self.x

    def __len__(self):
        return 3

    def __iter__(self):
        yield self.x
        yield self.y

    def __add__(self, other):
        return self.x + other.x

    def __call__(self, a):
        return a

    def __contains__(self, a):
        return True

    def __bool__(self):
        return True


class Point3(Point):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b


@dataclasses.dataclass
class Data:
    a: int
    b: int = 2


def f0():
    pass


def f3(a, b, c):
    return a


def fkw(a, b=1, *, c=2):
    return a


def fstar(*a, **k):
    return a


@bench
def inst():
    for i in range(COUNT):
        Point(i, i)


@bench
def inst_super():
    for i in range(COUNT):
        Point3(i, i, i)


@bench
def inst_slots():
    for i in range(COUNT):
        Slotted(i, i)


@bench
def inst_dataclass():
    for i in range(COUNT):
        Data(i)


@bench
def namedtuple_():
    for i in range(COUNT):
        Triple(i, 2, 3).b


@bench
def prop():
    p = Point(1, 2)
    for i in range(COUNT):
        p.norm


@bench
def special_eq():
    p = Point(1, 2)
    q = Point(1, 2)
    for i in range(COUNT):
        p == q


@bench
def special_lt_sort():
    sorted([Point(i * 7919 % 1000, 1) for i in range(COUNT // 10)])


@bench
def sort_key():
    sorted([Point(i * 7919 % 1000, 1) for i in range(COUNT // 4)], key=lambda p: p.x)


@bench
def special_getitem():
    p = Point(1, 2)
    for i in range(COUNT):
        p[i]


@bench
def special_add():
    p = Point(1, 2)
    for i in range(COUNT):
        p + p


@bench
def special_call():
    p = Point(1, 2)
    for i in range(COUNT):
        p(i)


@bench
def special_contains():
    p = Point(1, 2)
    for i in range(COUNT):
        i in p


@bench
def special_bool():
    p = Point(1, 2)
    for i in range(COUNT):
        if p:
            pass


@bench
def special_iter():
    p = Point(1, 2)
    for i in range(COUNT):
        a, b = p


@bench
def hash_dict():
    d = {}
    for i in range(COUNT):
        d[Point(i, 1)] = i


@bench
def call_kw():
    for i in range(COUNT):
        fkw(i, c=3)


@bench
def call_star():
    for i in range(COUNT):
        fstar(i, 2, x=3)


@bench
def call_ex():
    a = (1, 2, 3)
    for i in range(COUNT):
        f3(*a)


@bench
def closure():
    for i in range(COUNT):
        (lambda: i)()


@bench
def dec_wraps():

    def deco(f):

        @functools.wraps(f)
        def w(*a, **k):
            return f(*a, **k)
        return w
    g = deco(f3)
    for i in range(COUNT):
        g(1, 2, 3)


@bench
def partial():
    g = functools.partial(f3, 1, 2)
    for i in range(COUNT):
        g(3)


@bench
def lru():

    @functools.lru_cache(maxsize=None)
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    for i in range(COUNT // 100):
        fib(100)
        fib.cache_clear()


@bench
def lru_hit():

    @functools.lru_cache(maxsize=100)
    def g(n):
        return n
    for i in range(COUNT):
        g(5)


@bench
def gen():

    def g():
        for i in range(COUNT):
            yield i
    for _ in g():
        pass


@bench
def gen_sum():
    sum((i for i in range(COUNT)))


@bench
def yield_from():

    def a():
        for i in range(COUNT):
            yield i

    def b():
        yield from a()

    def c():
        yield from b()
    for _ in c():
        pass


@bench
def gen_send():

    def g():
        x = 0
        while True:
            x = (yield x)
    it = g()
    next(it)
    s = it.send
    for i in range(COUNT):
        s(i)


@bench
def comp_list():
    [i * 2 for i in range(COUNT)]


@bench
def comp_dict():
    {i: i for i in range(COUNT)}


@bench
def comp_set():
    {i for i in range(COUNT)}


@bench
def comp_nested():
    [x * y for x in range(140) for y in range(140)]


@bench
def try_ok():
    for i in range(COUNT):
        try:
            pass
        finally:
            pass


@bench
def raise_catch():
    for i in range(COUNT // 4):
        try:
            raise ValueError(i)
        except ValueError:
            pass


@bench
def raise_deep():

    def r(n):
        if n == 0:
            raise KeyError("x")
        r(n - 1)
    for i in range(COUNT // 40):
        try:
            r(10)
        except KeyError as e:
            pass


@bench
def key_error():
    d = {}
    for i in range(COUNT // 4):
        try:
            d[i]
        except KeyError:
            pass


@bench
def with_():

    class C:
        def __enter__(self):
            return self

        def __exit__(self, *a):
            pass
    c = C()
    for i in range(COUNT):
        with c:
            pass


@bench
def with_ctxmgr():

    @contextlib.contextmanager
    def cm():
        yield 1
    for i in range(COUNT // 4):
        with cm():
            pass


@bench
def str_iadd():
    s = ""
    for i in range(COUNT):
        s += "ab"


@bench
def str_iadd_attr():
    p = Point("", 0)
    for i in range(COUNT):
        p.x += "a"


@bench
def str_concat():
    a = "hello"
    b = "world"
    for i in range(COUNT):
        a + b


@bench
def str_join():
    for i in range(COUNT // 100):
        ",".join([str(j) for j in range(100)])


@bench
def fstring():
    for i in range(COUNT):
        f"{i} and {i!r}"


@bench
def fstring_fmt():
    for i in range(COUNT):
        f"{i:>10} {i / 3:.2f}"


@bench
def percent():
    for i in range(COUNT):
        "%d %s" % (i, "a")


@bench
def str_format():
    for i in range(COUNT):
        "{} {}".format(i, "a")


@bench
def str_methods():
    s = "Hello World"
    for i in range(COUNT // 2):
        s.upper()
        s.lower()
        s.split()
        s.startswith("He")
        s.find("W")
        s.strip()
        s.replace("o", "0")


@bench
def str_iter():
    s = "abcdefghij" * (COUNT // 10)
    n = 0
    for c in s:
        if c == "c":
            n += 1


@bench
def str_index():
    s = "abcdefghij"
    for i in range(COUNT):
        s[i % 10]


@bench
def str_slice():
    s = "abcdefghij" * 10
    for i in range(COUNT):
        s[10:30]


@bench
def str_isx():
    for i in range(COUNT):
        "abc".isdigit()
        "abc".isalpha()


@bench
def str_in():
    s = "the quick brown fox jumps"
    for i in range(COUNT):
        "fox" in s
        "z" in s


@bench
def int_parse():
    for i in range(COUNT):
        int("12345")


@bench
def int_str():
    for i in range(COUNT):
        str(i)


@bench
def float_parse():
    for i in range(COUNT):
        float("123.45")


@bench
def float_str():
    for i in range(COUNT):
        str(i / 7)


@bench
def bytes_ops():
    b = b"hello world" * 3
    for i in range(COUNT):
        b[3]
        b[2:7]
        b.find(b"w")


@bench
def bytearray_append():
    b = bytearray()
    for i in range(COUNT):
        b.append(i & 255)


@bench
def encode_decode():
    for i in range(COUNT):
        "hällo".encode().decode()


@bench
def re_match():
    r = re.compile(r"(\w+)\s+(\d+)")
    for i in range(COUNT // 4):
        r.match("hello 1234").group(1)


@bench
def re_findall():
    r = re.compile("[a-z]+")
    s = "abc def ghi 123 " * 20
    for i in range(COUNT // 400):
        r.findall(s)


@bench
def re_sub():
    s = "abc def ghi 123 " * 20
    for i in range(COUNT // 400):
        re.sub(r"\d+", lambda m: m.group() + "x", s)


@bench
def re_search_lit():
    s = "x" * 1000 + "needle"
    r = re.compile("needle")
    for i in range(COUNT // 100):
        r.search(s)


@bench
def re_alt():
    r = re.compile(r"foo|bar|baz|\d+\.\d+")
    s = "lorem ipsum dolor sit amet 3.14 consectetur baz " * 5
    for i in range(COUNT // 400):
        r.findall(s)


@bench
def json_dumps():
    d = {"a": [1, 2, 3, {"b": "text"}], "c": 1.5, "d": None, "e": True}
    for i in range(COUNT // 20):
        json.dumps(d)


@bench
def json_loads():
    s = '{"a": [1, 2, 3, {"b": "text"}], "c": 1.5, "d": null, "e": true}'
    for i in range(COUNT // 20):
        json.loads(s)


@bench
def json_big():
    d = [{"id": i, "name": "name%d" % i, "v": i / 3} for i in range(300)]
    for i in range(5):
        json.loads(json.dumps(d))


@bench
def struct_():
    for i in range(COUNT):
        struct.unpack("<IHB", struct.pack("<IHB", i, 2, 3))


@bench
def deepcopy():
    d = {"a": [1, 2, 3], "b": {"c": (1, 2)}}
    for i in range(COUNT // 100):
        copy.deepcopy(d)


@bench
def datetime_():
    d = datetime.datetime(2024, 1, 1)
    for i in range(COUNT // 20):
        d += datetime.timedelta(hours=1)
        d.isoformat()


@bench
def math_():
    for i in range(COUNT):
        math.sqrt(i)
        math.floor(1.5)


@bench
def min_max():
    for i in range(COUNT):
        min(i, 5)
        max(i, 5)
        abs(i)


@bench
def builtin_sum():
    l = list(range(1000))
    for i in range(COUNT // 100):
        sum(l)
        max(l)
        min(l)
        any(l)
        all(l)
        len(l)


@bench
def map_filter():
    list(map(lambda x: x + 1, filter(lambda x: x & 1, range(COUNT))))


@bench
def zip_enum():
    l = list(range(COUNT))
    for i, (a, b) in enumerate(zip(l, l)):
        pass


@bench
def dict_items():
    d = {i: i for i in range(1000)}
    for _ in range(COUNT // 1000):
        for k, v in d.items():
            pass


@bench
def dict_get():
    d = {str(i): i for i in range(100)}
    for i in range(COUNT):
        d.get("50")
        d.get("x", 3)


@bench
def dict_setdefault():
    d = collections.defaultdict(list)
    for i in range(COUNT):
        d[i & 63].append(i)


@bench
def counter():
    collections.Counter((i & 63 for i in range(COUNT)))


@bench
def counter_update():
    collections.Counter("abcdefghij" * (COUNT // 10))


@bench
def deque_():
    d = collections.deque(maxlen=100)
    for i in range(COUNT):
        d.append(i)
    while d:
        d.popleft()


@bench
def list_ops():
    l = []
    for i in range(COUNT):
        l.append(i)
    while l:
        l.pop()


@bench
def list_insert0():
    l = []
    for i in range(COUNT // 20):
        l.insert(0, i)


@bench
def list_slice():
    l = list(range(100))
    for i in range(COUNT):
        l[10:20]


@bench
def list_unpack():
    l = [1, 2, 3]
    for i in range(COUNT):
        a, b, c = l
        x, *y = l


@bench
def list_concat():
    a = [1, 2]
    for i in range(COUNT):
        a + a
        [*a, 3]


@bench
def tuple_():
    for i in range(COUNT):
        t = (i, i + 1)
        t[0]


@bench
def set_ops():
    a = set(range(100))
    b = set(range(50, 150))
    for i in range(COUNT // 100):
        a & b
        a | b
        a - b


@bench
def heapq_():
    h = []
    for i in range(COUNT // 2):
        heapq.heappush(h, i * 7919 % 1000)
    while h:
        heapq.heappop(h)


@bench
def bisect_():
    l = list(range(1000))
    for i in range(COUNT):
        bisect.bisect_left(l, i % 1000)


@bench
def itertools_():
    for x in itertools.chain(range(COUNT), itertools.islice(itertools.count(), COUNT)):
        pass


@bench
def itertools_prod():
    for x in itertools.product(range(28), repeat=3):
        pass


@bench
def groupby():
    for k, g in itertools.groupby(range(COUNT), key=lambda x: x // 10):
        list(g)


@bench
def int_big():
    x = 1
    for i in range(1, COUNT // 40):
        x *= i


@bench
def int_pow():
    for i in range(COUNT // 4):
        pow(3, i, 1000007)


@bench
def int_mid():
    x = 1 << 70
    for i in range(COUNT):
        x + i
        x * 3


@bench
def int_bits():
    for i in range(COUNT):
        i << 3 ^ i >> 1 & 255 | 3


@bench
def float_ops():
    x = 1.5
    for i in range(COUNT):
        x = x * 1.0001 + 0.5 - i / 3


@bench
def while_loop():
    i = 0
    while i < COUNT * 3:
        i += 1


@bench
def global_rw():
    global G
    G = 0
    for i in range(COUNT):
        G += 1


@bench
def isinst():
    p = Point(1, 2)
    for i in range(COUNT):
        isinstance(p, Point)
        isinstance(p, (int, str))


@bench
def getattr_():
    p = Point(1, 2)
    for i in range(COUNT):
        getattr(p, "x")
        hasattr(p, "zz")


@bench
def setattr_():
    p = Point(1, 2)
    for i in range(COUNT):
        setattr(p, "x", i)


@bench
def dict_attr():
    p = Point(1, 2)
    for i in range(COUNT):
        p.__dict__["x"]


@bench
def vars_update():
    for i in range(COUNT // 4):
        p = Point(1, 2)
        p.__dict__.update(z=3)
        p.z


@bench
def match_():
    for i in range(COUNT):
        match i & 3:
            case 0:
                pass
            case 1:
                pass
            case _:
                pass


@bench
def match_cls():
    p = Point(1, 2)
    for i in range(COUNT // 2):
        match p:
            case Point(x=1, y=3):
                pass
            case Point(x=1, y=2):
                pass


@bench
def classdef():
    for i in range(COUNT // 200):

        class X:
            a = 1

            def f(self):
                pass


@bench
def stringio():
    f = io.StringIO()
    for i in range(COUNT):
        f.write("abc")
    f.getvalue()


@bench
def readlines():
    f = io.StringIO("line\n" * COUNT)
    for l in f:
        pass


@bench
def import_inside():
    for i in range(COUNT):
        import math


@bench
def trees():

    def make(n):
        return (make(n - 1), make(n - 1)) if n else None
    for i in range(8):
        make(10)


@bench
def linked():

    class Node:
        def __init__(self, n):
            self.next = n
    h = None
    for i in range(COUNT):
        h = Node(h)


@bench
def textwrap_():
    textwrap.wrap("the quick brown fox jumps over the lazy dog " * 20, 60)


@bench
def async_():

    class A:
        def __await__(self):
            yield

    async def g():
        return 1

    async def f():
        for i in range(COUNT):
            await g()
    try:
        f().send(None)
    except StopIteration:
        pass


@bench
def lambda_call():
    g = lambda x: x
    for i in range(COUNT):
        g(i)


@bench
def staticm():

    class C:
        @staticmethod
        def s(x):
            return x

        @classmethod
        def c(cls, x):
            return x
    for i in range(COUNT):
        C.s(i)
        C.c(i)


@bench
def print_():
    f = io.StringIO()
    for i in range(COUNT // 4):
        print(i, "a", file=f)


@bench
def enum_():
    import enum

    class E(enum.Enum):
        A = 1
        B = 2
    for i in range(COUNT // 4):
        E.A
        E.A.value
        E(1)


@bench
def abc_inst():
    import collections.abc
    for i in range(COUNT):
        isinstance([], collections.abc.Sequence)


@bench
def chr_ord():
    for i in range(COUNT):
        ord(chr(i & 127))


@bench
def range_list():
    list(range(COUNT * 10))


@bench
def reversed_sorted():
    l = [i * 7919 % 10007 for i in range(COUNT)]
    sorted(l)
    sorted(l, reverse=True)


@bench
def sort_str():
    l = [str(i * 7919 % 10007) for i in range(COUNT // 2)]
    l.sort()


def followed(count):
    total = 0
    for i in range(count):
        total += i
        if total > 5:
            total -= 1
        total ^= 3
    return total


@bench
def settrace_lines():
    def trace(frame, event, argument):
        return trace
    sys.settrace(trace)
    followed(COUNT // 4)
    sys.settrace(None)


@bench
def settrace_declined():
    sys.settrace(lambda frame, event, argument: None)
    followed(COUNT)
    sys.settrace(None)


@bench
def setprofile():
    def profile(frame, event, argument):
        pass
    sys.setprofile(profile)
    for i in range(COUNT // 4):
        followed(0)
    sys.setprofile(None)


@bench
def monitored_lines():
    monitoring = sys.monitoring
    monitoring.use_tool_id(3, "micro")
    monitoring.register_callback(3, monitoring.events.LINE, lambda code, line: None)
    monitoring.set_events(3, monitoring.events.LINE)
    followed(COUNT // 4)
    monitoring.set_events(3, 0)
    monitoring.free_tool_id(3)


@bench
def cprofile():
    profiler = cProfile.Profile()
    profiler.enable()
    for i in range(COUNT // 4):
        followed(0)
    profiler.disable()


def run(operations, names):
    """Prints the least CPU seconds of each of the operations, or of those that are named."""
    for name in names or operations:
        function, best, rounds = operations[name], math.inf, 0
        end = time.process_time() + SECONDS
        while rounds < 3 or time.process_time() < end:
            begun = time.process_time()
            function()
            best = min(best, time.process_time() - begun)
            rounds += 1
        print(name, best, flush=True)


if __name__ == "__main__":
    run(OPERATIONS, sys.argv[1:])
