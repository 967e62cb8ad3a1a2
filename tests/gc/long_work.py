"""A thread in a long operation on bytes, numbers or containers is in nobody's way who stops the world: a collection
need not wait for its end."""
# skip tsan: what lies between two stops takes as long as it may take here
# timeout: 240

import array
import binascii
import gc
import random
import sys
import threading
import time
import zlib

from testing import equal, run

# Enough for some tenths of a second, less where everything is slow.
SCALE = 8 if any(word in sys.executable for word in ("tsan", "asan", "check")) else 1
SIZE = 1 << 26 if SCALE == 1 else 1 << 23
LONG = 0.003  # seconds


def data():
    return bytes(SIZE)


def numbers():
    return list(range(SIZE // 32))


def big():
    return 3 ** (SIZE // 256)


# What is worked on, and how. As many times as it takes to last.
OPERATIONS = {
    "power": (lambda: 3 ** (4000 // SCALE), lambda n: pow(3, n, n + 2)),
    "product": (big, lambda n: n * (n + 1)),
    "division": (big, lambda n: (n * n) // (n + 1)),
    "decimal digits": (lambda: 3 ** (SIZE // 2048), lambda n: hex(int(str(n)))),
    "concatenation": (data, lambda b: b + b),
    "translation": (data, lambda b: b.translate(bytes(256))),
    "search": (data, lambda b: b.find(b"x")),
    "comparison": (data, lambda b: bytearray(b) == b),
    "replacement": (data, lambda b: b.replace(b"\0", b"x")),
    "no replacement": (lambda: bytearray(SIZE), lambda b: b.replace(b"x", b"y")),
    "every other": (data, lambda b: b[::2]),
    "decoding": (data, lambda b: b.decode().upper()),
    "hexadecimal": (data, lambda b: binascii.unhexlify(b.hex())),
    "checksum": (data, lambda b: (zlib.crc32(b), binascii.crc_hqx(b, 0))),
    "view": (data, lambda b: memoryview(b)[::2].tobytes()),
    "array": (data, lambda b: array.array("i", b).byteswap()),
    "random bits": (lambda: random.Random(1), lambda r: r.getrandbits(SIZE * 4)),
    "copy of a list": (numbers, lambda l: l + l),
    "search in a list": (numbers, lambda l: -1 in l),
    "sum": (numbers, lambda l: sum(l)),
    "sort": (lambda: [str(i * 7919 % 1000003) for i in range(SIZE // 64)], lambda l: sorted(l)),
    "copy of a dict": (lambda: dict.fromkeys(range(SIZE // 64)), lambda d: d.copy()),
    "copy of a set": (lambda: set(range(SIZE // 64)), lambda s: list(s)),
}


def waited(make, work):
    """What share of the time, while another thread is at work for 0.2 s at least, is spent in stops of the world that
    take long."""
    subject = make()
    begun, over, long = threading.Event(), False, 0

    def job():
        nonlocal over
        begun.set()
        end = time.monotonic() + 0.2
        try:
            while time.monotonic() < end:
                work(subject)
        finally:
            over = True

    thread = threading.Thread(target=job)
    thread.start()
    begun.wait()
    first = time.monotonic()
    while not over:
        start = time.monotonic()
        sys._current_frames()  # stops the world
        stop = time.monotonic()
        if stop - start > LONG:
            long += stop - start
        time.sleep(0.0005)
    whole = time.monotonic() - first
    thread.join()
    return long / whole


def loop(_):
    for _ in range(1_000_000):
        pass


def lets_stop(name):
    def test():
        shares = []
        for _ in range(4):  # the machine may have other work
            idle, share = waited(data, loop), waited(*OPERATIONS[name])
            shares.append((share, idle))
            if share < idle + 0.4:
                return
        raise AssertionError(f"waits for {shares}")
    return test


def test_results_are_the_same():
    """With collections in the middle of the operations."""
    results = {}

    def job():
        for name, (make, work) in OPERATIONS.items():
            if name != "random bits":
                results[name] = work(make())

    expected = {}
    for name, (make, work) in OPERATIONS.items():
        if name != "random bits":
            expected[name] = work(make())
    thread = threading.Thread(target=job)
    thread.start()
    while thread.is_alive():
        gc.collect(0)
        [[i] for i in range(1000)]
        time.sleep(0.001)
    thread.join()
    for name in results:
        equal(results[name] == expected[name], True)


COPIES = {
    "tuple": tuple, "slice": lambda l: l[:], "sum": lambda l: l + [], "product": lambda l: l * 1 + l * 2,
    "append": lambda l: l[:-1] + [0] + l[-1:], "dict": lambda l: [*dict.fromkeys(l).copy()], "reversed": lambda l: l[::-1][::-1],
}


def keeps_large(copy):
    """A large leaf is young for a while: what it is copied to in parts has to be known to refer to it."""
    def test():
        stop = False

        def churn():
            while not stop:
                [object() for _ in range(1000)]

        def large(k):
            return bytes([k % 251 + 1]) * 40000

        def made(k):
            source[-1] = large(k)
            result = copy(source)
            source[-1] = None
            return result

        source = list(range(SIZE // 256))
        thread = threading.Thread(target=churn)
        thread.start()
        try:
            copies = []
            end = time.monotonic() + 0.5
            k = 0
            while time.monotonic() < end:
                k += 1
                copies.append((made(k), k))
                [large(0) for _ in range(4)]
                if len(copies) > 8:
                    items, number = copies.pop(0)
                    equal(items[-1] == large(number), True)
        finally:
            stop = True
            thread.join()
    return test


TESTS = {f"test_{name.replace(' ', '_')}": lets_stop(name) for name in OPERATIONS}

if __name__ == "__main__":
    sys.set_int_max_str_digits(0)
    run({**TESTS, **{f"test_keeps_large_{name}": keeps_large(copy) for name, copy in COPIES.items()}, "test_results_are_the_same": test_results_are_the_same})
