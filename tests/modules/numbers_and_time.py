"""datetime, time, decimal, fractions, random, statistics, hashlib, zlib, pickle."""

import datetime
import decimal
import fractions
import hashlib
import hmac
import pickle
import random
import statistics
import time
import zlib

from testing import equal, fails, raises, run


def test_datetime():
    d = datetime.datetime(2024, 2, 29, 13, 5, 6, 7)
    equal((d.isoformat(), str(d.date()), d.weekday(), d.strftime("%Y-%m-%d %H:%M"), repr(d)),
          ("2024-02-29T13:05:06.000007", "2024-02-29", 3, "2024-02-29 13:05",
           "datetime.datetime(2024, 2, 29, 13, 5, 6, 7)"))
    equal(d + datetime.timedelta(days=1, hours=12), datetime.datetime(2024, 3, 2, 1, 5, 6, 7))
    equal(datetime.date(2024, 3, 1) - datetime.date(2023, 3, 1), datetime.timedelta(366))
    equal(datetime.datetime.fromisoformat("2024-01-02T03:04:05+02:00").utcoffset(),
          datetime.timedelta(hours=2))
    equal(datetime.datetime.strptime("5 Mar 2024", "%d %b %Y"), datetime.datetime(2024, 3, 5))
    fails(ValueError, None, datetime.date, 2024, 13, 1)
    odd = datetime.date(b"\0\0\1\0")  # as a pickle may say, but nothing else
    equal((odd.ctime()[3:], odd.weekday() in range(7)), (" Jan  0 00:00:00 0000", True))
    utc = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    equal(utc.timestamp(), 1704067200.0)


def test_time():
    begun = time.monotonic()
    time.sleep(0.01)
    assert time.monotonic() - begun >= 0.01
    equal(time.strftime("%Y", time.gmtime(0)), "1970")
    equal(tuple(time.gmtime(86400))[:3], (1970, 1, 2))
    fails(ValueError, "sleep length must be non-negative", time.sleep, -1)
    assert abs(time.time() - time.time_ns() / 1e9) < 5


def test_decimal():
    D = decimal.Decimal
    equal((str(D("0.1") + D("0.2")), str(D(1) / D(3)), str(D("1.10").normalize()), D("2.5").quantize(D(1)),
           str(D(2).sqrt())), ("0.3", "0.3333333333333333333333333333", "1.1", D(2),
                              "1.414213562373095048801688724"))
    with raises(decimal.DivisionByZero):
        D(1) / 0
    equal(repr(D("1e5")), "Decimal('1E+5')")


def test_fractions():
    F = fractions.Fraction
    equal((F(1, 3) + F(1, 6), str(F(-6, 4)), F("0.25"), F(0.5), float(F(1, 3)), F(7, 2) // 1),
          (F(1, 2), "-3/2", F(1, 4), F(1, 2), 1 / 3, 3))


def test_random():
    r = random.Random(42)
    equal([r.random() for _ in range(2)], [0.6394267984578837, 0.025010755222666936])
    equal(random.Random("text").getrandbits(64), random.Random("text").getrandbits(64))
    x = list(range(20))
    random.Random(1).shuffle(x)
    equal(sorted(x), list(range(20)))
    state = r.getstate()
    a = r.random()
    r.setstate(state)
    equal(r.random(), a)


def test_statistics():
    equal((statistics.mean([1, 2, 3]), statistics.median([3, 1, 2]), statistics.mode("aab"),
           round(statistics.stdev([1, 2, 3, 4]), 6)), (2, 2, "a", 1.290994))


def test_hashlib():
    equal((hashlib.md5(b"a").hexdigest(), hashlib.sha1(b"").hexdigest()[:8],
           hashlib.sha256(b"abc").hexdigest()[:16], hashlib.sha3_256(b"").hexdigest()[:8],
           hashlib.blake2b(b"", digest_size=4).hexdigest(), hashlib.new("sha512", b"x").digest_size),
          ("0cc175b9c0f1b6a831c399e269772661", "da39a3ee", "ba7816bf8f01cfea", "a7ffc6f8",
           "1271cf25", 64))
    h = hashlib.sha256()
    h.update(b"ab")
    c = h.copy()
    c.update(b"c")
    equal(c.hexdigest(), hashlib.sha256(b"abc").hexdigest())
    equal(hmac.new(b"k", b"m", "sha256").hexdigest()[:8], hmac.digest(b"k", b"m", "sha256").hex()[:8])


def test_zlib():
    data = b"hello " * 1000
    packed = zlib.compress(data)
    equal((zlib.decompress(packed), zlib.crc32(b"hello"), zlib.adler32(b"hello")),
          (data, 907060870, 103547413))
    d = zlib.decompressobj()
    equal(d.decompress(packed[:5]) + d.decompress(packed[5:]) + d.flush(), data)
    fails(zlib.error, "Error -3 while decompressing data: incorrect header check", zlib.decompress,
          b"xxxxxxx")


class Point:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return self.x == other.x


def test_pickle():
    data = [1, 10 ** 30, 1.5, "é", b"b", None, True, {"a": (1, 2)}, {1}, frozenset([2]), Point(5), len,
            range(3), 2j]
    for protocol in range(6):
        equal(pickle.loads(pickle.dumps(data, protocol)), data)
    x = []
    x.append(x)
    y = pickle.loads(pickle.dumps(x))
    assert y[0] is y
    fails(AttributeError, "Can't get local object 'test_pickle.<locals>.<lambda>'", pickle.dumps,
          lambda: 0)
    fails(pickle.UnpicklingError, "pickle data was truncated", pickle.loads, b"garbage")


run(globals())
