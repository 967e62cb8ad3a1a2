"""Views that are temporaries of an expression let go of what they look at; others keep it."""

import asyncio
import gc
import sys

from testing import equal, raises, run

WEFT = sys.implementation.name == "weft"


def collections():
    return sum(each["collections"] for each in gc.get_stats())


def take_by_bytes(data, n):
    taken = bytes(memoryview(data)[:n])
    del data[:n]
    return taken


def take_by_method(data, n):
    taken = memoryview(data)[: n].tobytes()
    del data[:n]
    return taken


def take_by_bytearray(data, n):
    taken = bytearray(memoryview(data)[1:][:n])
    del data[:n]
    return taken


def take_whole(data, n):
    taken = memoryview(data).tobytes()
    del data[:n]
    return taken[:n]


def test_no_collection_is_needed():
    for take in take_by_bytes, take_by_method, take_by_bytearray, take_whole:
        data = bytearray(range(250)) * 20
        before = collections()
        for i in range(1000):
            equal(take(data, 3)[0], (3 * i + (take is take_by_bytearray)) % 250)
        if WEFT:
            assert collections() - before < 500, take


def test_streams():
    async def read():
        reader = asyncio.StreamReader(limit=1 << 20)
        before = collections()
        for i in range(1000):
            reader.feed_data(b"abcdef")
            equal(await reader.readexactly(3), b"abc")
            equal(await reader.readexactly(3), b"def")
        if WEFT:
            assert collections() - before < 500
    asyncio.run(read())


def test_a_kept_view_is_in_the_way():
    data = bytearray(b"abcdef")
    kept = memoryview(data)[1:]
    equal(bytes(kept), b"bcdef")
    equal(bytes(kept[1:]), b"cdef")
    equal(kept[2:].tobytes(), b"def")
    with raises(BufferError):
        del data[:1]
    equal(kept.tobytes(), b"bcdef")
    kept.release()
    del data[:1]
    equal(bytes(data), b"bcdef")


def test_two_uses_of_a_temporary():
    data = bytearray(b"abcdef")
    memoryview(data)[1:3][0] += 1
    memoryview(data)[1:3][1:] = b"x"
    equal(bytes(data), b"acxdef")
    equal(bytes(view := memoryview(data)[2:]), b"xdef")
    equal(bytes(view), b"xdef")
    equal(view[1:].tobytes(), b"def")
    with raises(BufferError):
        data.append(1)


def test_seen_by_others_before():
    kept = []

    def keep(view):
        kept.append(view)
        return view

    class Keeps:
        def __init__(self, data):
            self.view = memoryview(data)

        def __getitem__(self, part):
            return self.view

    data = bytearray(b"abcdef")
    for function in keep, bytes, keep, bytes:
        function(memoryview(data))
        function(memoryview(data)[2:])
        function(kept[0] if kept and function is bytes else memoryview(data))
        function(keep(memoryview(data)[1:])[1:])
    equal([bytes(each) for each in kept[:6]],
          [b"abcdef", b"cdef", b"abcdef", b"bcdef", b"cdef", b"bcdef"])
    keeps = Keeps(data)
    equal(bytes(keeps[1:]), b"abcdef")
    equal(bytes(keeps[1:]), b"abcdef")
    equal(list(map(bytes, map(keep, [memoryview(data)] * 2))), [b"abcdef"] * 2)
    equal(bytes(kept[-1]), b"abcdef")


def test_branches():
    data = bytearray(b"abcdef")
    saved = memoryview(data)[1:]
    for i in range(4):
        equal(bytes(saved if i % 2 else memoryview(data)[2:]), b"bcdef" if i % 2 else b"cdef")
        equal(bytes(memoryview(data)[1 if i else 2:]), b"bcdef" if i else b"cdef")
        equal(bytes((i > 5 and saved) or memoryview(data)), b"abcdef")
    equal(saved[1:].tobytes(), b"cdef")


def test_told_to_a_profiler():
    seen = []

    def profile(frame, event, argument):
        if event == "c_call" and getattr(argument, "__name__", "") == "tobytes":
            seen.append(argument.__self__)

    data = bytearray(b"abcdef")
    sys.setprofile(profile)
    try:
        taken = memoryview(data)[2:].tobytes()
    finally:
        sys.setprofile(None)
    equal(taken, b"cdef")
    equal([bytes(each) for each in seen], [b"cdef"])


def test_told_to_a_monitor():
    seen = []

    def see(code, offset, called, operand):
        if isinstance(operand, memoryview):
            seen.append(operand)

    def take(data):
        return memoryview(data)[2:].tobytes()

    monitoring, tool, data = sys.monitoring, sys.monitoring.PROFILER_ID, bytearray(b"abcdef")
    monitoring.use_tool_id(tool, "test")
    monitoring.register_callback(tool, monitoring.events.CALL, see)
    monitoring.set_events(tool, monitoring.events.CALL)
    taken = [take(data), take(data)]
    monitoring.set_events(tool, 0)
    monitoring.free_tool_id(tool)
    equal(taken, [b"cdef"] * 2)
    assert seen
    equal([bytes(each) for each in seen], [b"cdef"] * len(seen))


def test_errors_leave_the_view():
    data = bytearray(b"abcdef")
    with raises(TypeError):
        bytes(memoryview(data), "utf-8")
    with raises(ValueError):
        memoryview(data)[1:].tobytes("X")
    with raises(TypeError):
        memoryview(data)["a":]
    data.append(1)
    equal(len(data), 7)


exec("saved = memoryview(b'module')\nfirst = bytes(saved)\nsecond = bytes(saved[1:])\nthird = saved.tobytes()")
equal((first, second, third), (b"module", b"odule", b"module"))

run(globals())
