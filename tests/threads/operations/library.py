"""Rows of the standard library: functools, operator, re, json, pickle, struct, csv, random, hashlib,
zlib, datetime, codecs, queue, decimal, heapq, bisect."""

import array
import binascii
import bisect
import bz2
import codecs
import collections
import csv
import datetime
import decimal
import functools
import hashlib
import heapq
import hmac
import io
import itertools
import json
import lzma
import marshal
import operator
import pickle
import queue
import random
import re
import string
import struct
import sys
import threading
import time
import uuid
import zlib

from _rows import ATOMIC, CALLS, CHANGES, ONCE, RAISES, Table

MANY = 16 * CALLS

functional = Table("functools, operator")


def cached(size):
    calls = []

    @functools.lru_cache(maxsize=size)
    def double(x):
        calls.append(x)
        return 2 * x
    double.calls = calls
    return double


def call_cached(function, n):
    for k in range(CALLS):
        assert function(k % 9) == 2 * (k % 9)
        info = function.cache_info()
        assert info.maxsize is None or info.currsize <= info.maxsize, info
    return CALLS


for size in (None, 4, 0):
    functional.work(f"`@lru_cache({size})`", ATOMIC, call_cached, new=lambda size=size: cached(size),
                    holds=lambda f, results: (lambda info: info.hits + info.misses == sum(results) and
                                              info.misses == len(f.calls))(f.cache_info()),
                    note="never above `maxsize`, no call is counted wrongly; the function may run in "
                         "several threads at once for the same arguments")


def call_and_clear(function, n):
    for k in range(CALLS):
        assert function(k % 9) == 2 * (k % 9)
        if k % 5 == n % 5:
            function.cache_clear()


functional.work("`f.cache_clear()`; `f.cache_info()`", ATOMIC, call_and_clear,
                new=lambda: cached(4), holds=lambda f, _: f.cache_info().currsize <= 4)


class Cached:
    @functools.cached_property
    def value(self):
        return [1]


functional.work("`@cached_property`", CHANGES, lambda made, n: made.value == [1], new=Cached,
                holds=lambda made, results: all(results) and made.value is made.value,
                note="the function may run in several threads at once; the value that was stored last "
                     "stays")
functional.pure("`partial`: calling it, its attributes", lambda p: p(3), lambda p: p(base=3),
                lambda p: p.args, lambda p: p.keywords, lambda p: repr(p),
                new=lambda: functools.partial(int, "11"))
functional.moment("`partial.__setstate__`", lambda p: p(), new=lambda: functools.partial(max, 1, 2),
                  writes=[lambda p: p.__setstate__((max, (3, 4), {}, None)),
                          lambda p: p.__setstate__((min, (5, 6), {}, None))])
functional.moment("`reduce(f, l)` takes one item after the other", lambda l: isinstance(
    functools.reduce(operator.add, l, 0), int), new=lambda: [1, 2],
    writes=[lambda l: l.append(1), lambda l: l.pop()], guarantee=CHANGES)


def dispatcher():
    @functools.singledispatch
    def kind(x):
        return "object"
    return kind


def dispatched(f):
    """Python code of the library looks through the registered types, and may see one come."""
    try:
        return f(1)
    except RuntimeError:
        return "object"


functional.moment("`@singledispatch`: `f.register(t, g)`, `f(x)`", dispatched, new=dispatcher,
                  writes=[lambda f: f.register(int, lambda x: "int")])
functional.pure("`itemgetter`, `attrgetter`, `methodcaller`, `cmp_to_key`, `total_ordering`",
                lambda g: g([1, 2, 3]), repr, lambda g: g("abc"),
                new=lambda: operator.itemgetter(0, 2))

text = Table("re, string, json, csv")
WORDS = "the quick brown fox jumps over the lazy dog " * 4
text.pure("all methods of a pattern and a match", lambda p: p.findall(WORDS), lambda p: p.sub("x", WORDS),
          lambda p: p.split(WORDS), lambda p: p.match(WORDS).span(), lambda p: p.search(WORDS)[1],
          lambda p: p.fullmatch(WORDS), hash, lambda p: p.groupindex["a"], repr,
          lambda p: p.sub(lambda m: m["a"].upper(), WORDS),
          new=lambda: re.compile(r"(?P<a>\w+) (\w+)"))
text.commutes("`re.compile(p)` and its cache", lambda _, k: re.findall(r"%d+x?" % (k % 40), str(k)),
              new=re.purge, view=lambda _: None)
text.pure("`json.dumps(x)`; `json.loads(s)`; `JSONEncoder`, `JSONDecoder` that threads share",
          lambda e: e.encode({"a": [1, 2.5, None, "x\u00e4"]}), lambda e: list(e.iterencode([1, [2]])),
          lambda e: json.loads(e.encode([{"a": 1}])),
          new=lambda: json.JSONEncoder(sort_keys=True, indent=1))
text.moment("`json.dumps(l)` of a list or dict that others change",
            lambda d: sorted(json.loads(json.dumps(d.copy()))), new=dict,
            writes=[lambda d: d.__setitem__("a", 1), lambda d: d.pop("a")])


def write_rows(shared, n):
    writer, _ = shared
    for k in range(CALLS):
        writer.writerow([n, k, "x" * 20])
    return CALLS


def all_rows(shared, results):
    rows = list(csv.reader(io.StringIO(shared[1].getvalue())))
    return (len(rows) == sum(results) and all(len(row) == 3 and row[2] == "x" * 20 for row in rows) and
            len({(row[0], row[1]) for row in rows}) == len(rows))


text.work("`csv.writer(f).writerow(row)`", ATOMIC, write_rows,
          new=lambda: (lambda f: (csv.writer(f), f))(io.StringIO(newline="")), holds=all_rows,
          note="each row is one `write` to the file")
text.pure("`string.Template`, `Formatter`, `format` of any object",
          lambda t: t.substitute(a=1), lambda t: t.safe_substitute(), lambda t: t.get_identifiers(),
          new=lambda: string.Template("$a and ${a} or $$"))

data = Table("pickle, marshal, struct, array of bytes")


def dump(shared, n):
    pickler, _ = shared
    for k in range(CALLS):
        pickler.dump((n, k, "text"))
    return CALLS


def loads_all(shared, results):
    stream = io.BytesIO(shared[1].getvalue())
    got = []
    unpickler = pickle.Unpickler(stream)
    while stream.tell() < len(stream.getvalue()):
        got.append(unpickler.load())
    return len({(n, k) for n, k, _ in got}) == len(got) == sum(results)


data.work("`Pickler.dump(x)`", ATOMIC, dump,
          new=lambda: (lambda f: (pickle.Pickler(f), f))(io.BytesIO()), holds=loads_all,
          note="one thread after the other")


def load_shared(unpickler, n):
    got = []
    while True:
        try:
            got.append(unpickler.load())
        except EOFError:
            return got


data.work("`Unpickler.load()`", ONCE, load_shared,
          new=lambda: pickle.Unpickler(io.BytesIO(b"".join(pickle.dumps((k, str(k)))
                                                          for k in range(MANY)))),
          holds=lambda _, results: sorted(sum(results, [])) == [(k, str(k)) for k in range(MANY)],
          note="one thread after the other")
data.moment("`pickle.dumps(x)`, `marshal.dumps(x)`, `copy.deepcopy(x)` of what others change",
            lambda l: pickle.loads(pickle.dumps(l.copy())), new=list,
            writes=[lambda l: l.append(1), lambda l: l.extend([2, 3]), lambda l: l.clear()])
data.pure("`Struct`: all methods", lambda s: s.pack(1, 2), lambda s: s.unpack(bytes(12)),
          lambda s: s.size, lambda s: s.format, lambda s: list(s.iter_unpack(bytes(24))),
          lambda s: struct.pack("<hh", 1, 2), new=lambda: struct.Struct("<iq"))

numbers = Table("random, decimal, datetime, time, uuid")
numbers.commutes("all methods of `Random`; `gauss()` may give two threads the same number",
                 lambda r, k: (0 <= r.random() < 1, 0 <= r.randrange(9) < 9, r.choice("ab") in "ab",
                               sorted(r.sample(range(9), 9)), r.getrandbits(70) < 2**70,
                               len(r.randbytes(5))),
                 new=lambda: random.Random(5), view=lambda r: len(r.getstate()))


def draw(shared, n):
    return [shared.getrandbits(32) for _ in range(CALLS)]


def drawn_alone(shared, results):
    alone = random.Random(5)
    return sorted(sum(results, [])) == sorted(alone.getrandbits(32) for _ in range(CALLS * len(results)))


numbers.work("`Random.getrandbits(n)`, `random()`: each number of the sequence once", ONCE, draw,
             new=lambda: random.Random(5), holds=drawn_alone)


class Zone(datetime.tzinfo):
    def utcoffset(self, when):
        return datetime.timedelta(hours=1)

    def dst(self, when):
        return datetime.timedelta(0)


numbers.pure("all methods of `datetime`, `date`, `time`, `timedelta`", hash, str, lambda d: d.isoformat(),
             lambda d: d + datetime.timedelta(1), lambda d: d.timestamp(), lambda d: d.timetuple(),
             lambda d: d.strftime("%Y %H"), lambda d: d.astimezone(datetime.UTC), lambda d: d == d,
             lambda d: datetime.datetime.strptime("2024", "%Y"), lambda d: d.isocalendar(),
             new=lambda: datetime.datetime(2024, 5, 6, 7, 8, tzinfo=Zone()), note="they never change")
numbers.pure("all methods of `Decimal`, `Fraction`, `UUID`", hash, str, lambda d: d + 1, lambda d: d.sqrt(),
             lambda d: d.as_tuple(), lambda d: round(d, 2), lambda d: d == 1,
             new=lambda: decimal.Decimal("12.3456"), note="they never change")
numbers.work("`decimal.getcontext()`, `localcontext()`", ATOMIC,
             lambda _, n: [decimal.localcontext(prec=n + 3).__enter__().prec for _ in range(3)],
             holds=lambda _, results: all(one == [n + 3] * 3 for n, one in enumerate(results)),
             note="each thread has a context of its own")
numbers.commutes("a `Context` that threads share: its attributes, `c.flags[s] = True`, `c.clear_flags()`, all methods",
                 lambda c, k: (c.flags.__setitem__(decimal.Clamped, True), str(c.divide(1, 3)), c.prec),
                 new=decimal.Context, view=lambda c: (repr(c), c.copy().flags[decimal.Clamped]))

bytes_ = Table("hashlib, zlib, bz2, lzma, codecs, binascii")
for name in ("md5", "sha256", "sha3_256", "blake2b"):
    bytes_.commutes(f"`{name}`: `h.update(b)`, `h.digest()`, `h.copy()`",
                    lambda h, k: (h.update(b"x" * 100), len(h.copy().digest()), h.digest_size)[1:],
                    new=lambda name=name: hashlib.new(name), view=lambda h: h.hexdigest())
bytes_.commutes("`hmac`: `h.update(b)`", lambda h, k: h.update(b"x" * 3000),
                new=lambda: hmac.new(b"key", digestmod="sha256"), view=lambda h: h.hexdigest())


def compress_all(compressor, n):
    return [compressor.compress(b"some text " * 20) for _ in range(CALLS)]


for name, compressor in (("zlib.compressobj()", zlib.compressobj), ("BZ2Compressor()", bz2.BZ2Compressor),
                         ("LZMACompressor()", lambda: lzma.LZMACompressor(preset=0))):
    bytes_.work(f"`{name}`: `c.compress(b)`, `c.flush()`", ATOMIC, compress_all, new=compressor,
                holds=lambda c, results: len(c.flush() + b"".join(sum(results, []))) > 20,
                note="one thread after the other")


bytes_.work("`zlib.decompressobj()`, `BZ2Decompressor()`, `LZMADecompressor()`: `d.decompress(b)`",
            ATOMIC, lambda d, n: len(d.decompress(b"")) == 0 and d.eof, new=zlib.decompressobj,
            holds=lambda d, results: results == [False] * len(results),
            note="one thread after the other")
bytes_.commutes("`zlib.crc32(b)`, `adler32`, `binascii.*`, `zlib.compress(b)`",
                lambda b, k: (zlib.crc32(b), zlib.adler32(b), zlib.decompress(zlib.compress(b)),
                              binascii.hexlify(b)), new=lambda: b"abc" * 100, view=bytes)
bytes_.pure("`codecs.lookup(name)`; encoding and decoding; error handlers",
            lambda s: s.encode("latin-1", "replace"), lambda s: s.encode("utf-16"),
            lambda s: s.encode("ascii", "xmlcharrefreplace"), lambda s: codecs.lookup("utf8").name,
            lambda s: s.encode("cp1252", "namereplace"), lambda s: s.encode("idna"),
            new=lambda: "a\u00e4")


def register(name):
    codecs.register_error(name, lambda error: ("?", error.end))
    return codecs.lookup_error(name) is not None


bytes_.commutes("`codecs.register_error(name, f)`; `codecs.lookup_error(name)`",
                lambda _, k: register(f"made{k % 5}"), new=lambda: None, view=lambda _: None)


queues = Table("queue, heapq, bisect, threading")
for kind in (queue.Queue, queue.SimpleQueue, queue.LifoQueue, queue.PriorityQueue):
    queues.commutes(f"`{kind.__name__}`: `q.put(x)`, `q.get()`, `q.qsize()`",
                    lambda q, k: (q.put(k), q.qsize() > 0, q.get() >= 0), new=kind,
                    view=lambda q: q.qsize())


class Ordered:
    def __init__(self, k):
        self.k = k

    def __lt__(self, other):
        return self.k < other.k


def push(heap, n):
    for k in range(CALLS):
        try:
            heapq.heappush(heap, Ordered(k))
            bisect.insort(heap, Ordered(k))
            heapq.heapify(heap)
        except RuntimeError:
            pass


def push_and_pop(heap, n):
    """How often this thread has put each item in, less how often it has taken it out."""
    net = collections.Counter()
    for k in range(CALLS):
        item, other = (k, str(n)), (k / 2, "x")
        heapq.heappush(heap, item)
        taken = [heapq.heapreplace(heap, other), heapq.heappushpop(heap, item)]
        if k % 2:
            taken.append(heapq.heappop(heap))
        net.update([item, other, item])
        net.subtract(taken)
    return net


def is_heap_of(heap, nets):
    whole = collections.Counter()
    for net in nets:
        whole.update(net)
    return whole == collections.Counter(heap) and not any(heap[at] < heap[(at - 1) // 2] for at in range(1, len(heap)))


def insort(ordered, n):
    for k in range(CALLS):
        bisect.insort(ordered, k)
        bisect.insort_left(ordered, (k * 7 + n) % 50)
    return [(k * 7 + n) % 50 for k in range(CALLS)] + [*range(CALLS)]


queues.work("`heappush(h, x)`, `heappop(h)`, `heapreplace(h, x)`, `heappushpop(h, x)` of numbers, strings, bytes and tuples of "
            "these", ATOMIC, push_and_pop, new=list, holds=is_heap_of)
queues.work("`bisect.insort(l, x)` of such", ATOMIC, insort, new=list,
            holds=lambda ordered, results: ordered == sorted(x for result in results for x in result))
queues.work("`heapq.*`, `bisect.insort` of other items; `heapify`", RAISES, push, new=list,
            holds=lambda h, results: len(h) <= 2 * CALLS * len(results) and {x.k for x in h} <= {*range(CALLS)},
            note="several reads and writes: the order may be lost; RuntimeError if the length changed")
queues.commutes("`Lock`, `RLock`, `Condition`, `Semaphore`, `Event`, `Barrier`, `local`: all methods",
                lambda lock, k: (lock.acquire(), lock.release())[0], new=threading.RLock,
                view=lambda lock: lock._is_owned())


def count_under_lock(shared, n):
    lock, counter = shared
    for _ in range(CALLS):
        with lock:
            counter[0] += 1
    return CALLS


queues.work("what a lock guards", ATOMIC, count_under_lock, new=lambda: (threading.Lock(), [0]),
            holds=lambda shared, results: shared[1][0] == sum(results))
queues.work("`threading.local()`", ATOMIC,
            lambda local, n: [setattr(local, "x", (n, k)) or local.x == (n, k) for k in range(CALLS)],
            new=threading.local, holds=lambda local, results: all(map(all, results)) and
            not hasattr(local, "x"), note="each thread has attributes of its own")
queues.commutes("`sys.intern(s)`", lambda _, k: sys.intern("".join(["made", str(k % 7)])) is
                sys.intern("made" + str(k % 7)), new=lambda: None, view=lambda _: None)

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
