"""Objects of the library whose fields others set, by __init__ called again, __setstate__, setters or methods, while
threads read them: whatever is read, nothing crashes."""
# weft only
# needs: _ctypes, _lsprof, _sqlite3, _ssl, pyexpat
# timeout: 240

import asyncio
import collections
import ctypes
import faulthandler
import functools
import gc
import itertools
import os
import sqlite3
import ssl
import string
import sys
import threading
import time
import warnings
import xml.etree.ElementTree as ElementTree
import xml.parsers.expat as expat

import _lsprof
from _team import together
from testing import equal, fails, run

warnings.simplefilter("ignore")
SECONDS = 0.08


def meet(*functions, allowed=(Exception, asyncio.CancelledError)):
    """Calls each function over and over in a thread of its own."""
    end = time.monotonic() + SECONDS

    def looped(function):
        def loop():
            while time.monotonic() < end:
                try:
                    function()
                except SystemError:
                    raise
                except allowed:
                    pass
        return loop

    together(*map(looped, functions))


class Renewed:
    """An iterator that begins again when it is exhausted."""

    def __init__(self, make):
        self.make = make
        self.now = make()

    def step(self):
        try:
            next(self.now)
        except StopIteration:
            self.now = self.make()


class Loop:
    def call_soon(self, *args, **kwargs):
        pass

    def get_debug(self):
        return False

    is_running = get_debug

    def call_exception_handler(self, context):
        pass


def test_futures_and_tasks():
    loop = Loop()
    future = asyncio.Future(loop=loop)
    meet(lambda: future.__init__(loop=loop), future.result, future.get_loop, future.cancel,
         lambda: future.set_result(1))
    meet(lambda: future.__init__(loop=loop), lambda: future.add_done_callback(print),
         lambda: future.set_exception(ValueError()))

    async def nothing():
        pass

    coroutine = nothing()
    task = asyncio.Task(coroutine, loop=loop)
    meet(lambda: task.__init__(coroutine, loop=loop),
         lambda: (task.cancel(), task.get_name(), task.set_name("x"), task.uncancel()))
    asyncio.tasks._unregister_task(task)
    coroutine.close()


def test_combinatoric_iterators():
    makes = (lambda: itertools.combinations(range(9), 4), lambda: itertools.permutations(range(6), 3),
             lambda: itertools.product(range(3), repeat=4),
             lambda: itertools.combinations_with_replacement(range(7), 3))
    for make in makes:
        begun = make()
        next(begun)
        next(begun)
        state = begun.__reduce__()[2]
        shared = Renewed(make)
        meet(shared.step, lambda: shared.now.__reduce__(), lambda: shared.now.__setstate__(state))
        broken = make()
        first = next(make())
        if make is makes[1]:
            fails(TypeError, "state is not a tuple", broken.__setstate__, (1,))
        else:
            fails(ValueError, "invalid arguments", broken.__setstate__, (1,))
        equal(next(broken), first)


def test_other_iterators():
    slices = itertools.islice(itertools.count(), 5, 10 ** 9, 3)
    meet(slices.__next__, slices.__reduce__, lambda: slices.__setstate__(7))
    longest = itertools.zip_longest(itertools.repeat(1), itertools.repeat(2), fillvalue=0)
    meet(longest.__next__, longest.__reduce__, lambda: longest.__setstate__(object()))
    groups = itertools.groupby(itertools.count(), lambda x: x // 3)
    take = lambda: [list(group) for key, group in itertools.islice(groups, 3)]
    meet(take, take, groups.__reduce__, lambda: groups.__setstate__((1, 2, 3)))
    cycle = Renewed(lambda: itertools.cycle([1, 2, 3]))

    def new_cycle():
        cycle.now = cycle.make()
        for _ in range(4):
            next(cycle.now)

    meet(new_cycle, lambda: cycle.now.__setstate__(([1, 2], 1)), lambda: cycle.now.__reduce__())
    items = collections.deque(range(5))
    places = Renewed(lambda: iter(items))
    meet(places.step, lambda: items.rotate(1), lambda: places.now.__length_hint__(),
         lambda: items.__init__(range(5)))
    pieces = Renewed(lambda: string.Formatter().parse("a{b}c{d!r:x}" * 5))
    meet(pieces.step, pieces.step)
    names = Renewed(lambda: string._string.formatter_field_name_split("a.b[c].d")[1])
    meet(names.step, names.step)
    directory = Renewed(lambda: os.scandir("/"))
    meet(directory.step, directory.step, lambda: directory.now.close())


def test_an_equal_key_that_takes_the_group():
    class Key:
        def __eq__(self, other):
            if not taken:
                taken.append(self)
                list(next(groups)[1])
            return False

    taken = []
    groups = itertools.groupby([Key(), Key(), Key()])
    next(groups)
    equal(isinstance(next(groups)[0], Key), True)


def test_docs_of_named_tuple_fields():
    getter = collections.namedtuple("T", "a").a

    def set_doc():
        getter.__doc__ = "x"

    meet(set_doc, lambda: delattr(getter, "__doc__"), lambda: (repr(getter), getter.__reduce__()))
    del getter.__doc__
    equal(repr(getter), "_tuplegetter(0, <NULL>)")


def test_locks_and_settings():
    lock = threading.RLock()

    def nested():
        with lock, lock:
            pass

    meet(nested, nested, lambda: repr(lock))
    gone = threading.RLock()
    together(gone.acquire)
    equal("locked" in repr(gone) and "count=1" in repr(gone), True)
    interval = sys.getswitchinterval()
    meet(lambda: sys.setswitchinterval(interval), sys.getswitchinterval, sys.get_int_max_str_digits,
         lambda: (sys.set_int_max_str_digits(4300), int("1" * 99)))
    meet(faulthandler.is_enabled, faulthandler.enable, faulthandler.disable)


def test_parsers():
    parser = expat.ParserCreate()
    switches = "ordered_attributes", "specified_attributes", "namespace_prefixes", "buffer_text"

    def toggle():
        for name in switches:
            setattr(parser, name, not getattr(parser, name))
        parser.buffer_size = 100 + parser.buffer_size % 50

    meet(toggle, lambda: ([getattr(parser, name) for name in switches], parser.buffer_size, parser.buffer_used))
    builder = ElementTree.TreeBuilder()

    def feed():
        parser = ElementTree.XMLParser(target=builder)
        parser.feed("<a><?pi x?><b/></a>")
        parser.close()

    meet(lambda: builder.__init__(insert_pis=True), feed, feed)
    element = ElementTree.Element("a")
    meet(lambda: element.__init__("b", {"x": "1"}), lambda: element.attrib, element.clear,
         lambda: element.set("k", "v"))


def test_profiler():
    for timer in None, time.monotonic:
        profiler = _lsprof.Profiler(timer)

        def profile():
            profiler.enable()
            try:
                functools.reduce(max, [len(x) for x in "abc"])
            finally:
                profiler.disable()

        meet(profile, profiler.getstats, profiler.clear, lambda: profiler.__init__(timer, 0.5),
             lambda: profiler.__init__())


def test_databases():
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("create table t(a)")

    def store():
        connection.execute("insert into t values(1)").close()
        connection.commit()

    def levels():
        connection.isolation_level = None
        connection.isolation_level = ""

    meet(store, levels, lambda: (connection.in_transaction, connection.total_changes, connection.isolation_level))
    cursor = connection.cursor()
    meet(lambda: cursor.__init__(connection), lambda: cursor.execute("select 1").fetchall(),
         lambda: (cursor.description, cursor.rowcount, cursor.lastrowid))
    meet(lambda: connection.__init__(":memory:", check_same_thread=False),
         lambda: (connection.create_function("f", 1, abs), connection.execute("select f(1)").fetchall()),
         lambda: connection.set_progress_handler(lambda: 0, 1))


def test_a_cursor_of_a_database_before():
    connection = sqlite3.connect(":memory:")
    connection.create_function("twice", 1, lambda x: 2 * x)
    connection.set_progress_handler(lambda: 0, 1)
    cursor = connection.execute("with recursive n(i) as (select 1 union all select i + 1 from n limit 50) "
                                "select twice(i) from n")
    equal(next(cursor), (2,))
    connection.__init__(":memory:")
    gc.collect()
    [object() for _ in range(10000)]
    equal(sum(row[0] for row in cursor), 2 * sum(range(2, 51)))


def test_text_factories_that_are_none():
    connection = sqlite3.connect(":memory:")
    connection.text_factory = None
    fails(TypeError, "'NoneType' object is not callable", connection.execute("select 'a'").fetchall)
    del connection.text_factory
    fails(SystemError, "null argument to internal routine", connection.execute("select 'a'").fetchall)


def test_tls():
    context = ssl._ssl._SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def settings():
        context.check_hostname = not context.check_hostname
        context.post_handshake_auth = not context.post_handshake_auth
        context._host_flags = 4

    def connect():
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        connection = context._wrap_bio(incoming, outgoing, False, server_hostname="x.y")
        try:
            connection.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return connection.cipher(), connection.session, connection.version(), connection.shared_ciphers()

    meet(settings, lambda: (context.check_hostname, context.post_handshake_auth, context._host_flags), connect,
         lambda: context.set_ciphers("ALL"), context.get_ciphers)
    memory = ssl.MemoryBIO()
    meet(lambda: memory.write(b"x" * 100), lambda: memory.read(70), lambda: (memory.pending, memory.eof))


def test_layouts():
    made = [ctypes.c_int]

    def lay_out():
        class S(ctypes.Structure):
            pass

        made[0] = S
        S._fields_ = [("a", ctypes.c_int * 50), ("b", ctypes.c_longlong)]

    def instance():
        one = made[0]()
        if hasattr(one, "b"):
            equal(ctypes.sizeof(one), 208)
            one.b = 3

    meet(lay_out, instance, lambda: (ctypes.sizeof(made[0]), ctypes.alignment(made[0]), made[0] * 3),
         lambda: made[0].from_buffer(bytearray(300)), allowed=(AttributeError, TypeError, ValueError))


def test_resized_data():
    data = ctypes.create_string_buffer(100)
    sizes = itertools.cycle([100, 4000, 200, 90000, 300])
    readers = [lambda: (data.raw, data.value, bytes(data))]
    if not os.environ.get("BUILD", "").startswith("tsan"):  # which says that bytes are read while they are written
        readers.append(lambda: setattr(data, "value", b"x" * 90))
    meet(lambda: ctypes.resize(data, next(sizes)), lambda: ctypes.resize(data, next(sizes)), *readers)


def test_pointers_to_what_is_not_known():
    pointer = ctypes.POINTER("Unknown")
    meet(lambda: pointer.set_type(ctypes.c_int), lambda: pointer.set_type(ctypes.c_long),
         lambda: pointer.from_buffer(bytearray(8)).contents, pointer)
    number = ctypes.c_long(5)
    somewhere = ctypes.POINTER("Unheard of").from_address(ctypes.addressof(ctypes.pointer(number)))
    for access in (lambda: somewhere.contents, lambda: somewhere[0], lambda: setattr(somewhere, "contents", number)):
        fails(TypeError, "abstract class", access)


run(globals())
