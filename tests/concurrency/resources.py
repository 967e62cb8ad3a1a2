"""What belongs to the process, or to a library in C, and all threads use: the environment, signal masks, TLS contexts, databases,
pointers of C, threads' ends."""

import csv
import ctypes
import io
import os
import signal
import sqlite3
import sys
import threading
import time
import xml.parsers.expat

try:
    import ssl
except ImportError:
    ssl = None

NAMES = [f"WEFT_FUZZ_{i}" for i in range(12)]
POINTERS = [ctypes.c_char_p(b"start") for _ in range(4)]
READER = csv.reader(iter(['"a\n', 'b",1\n'] * 100000))
CIPHERS = "ALL", "ECDHE+AESGCM", "DHE+AES", "ECDHE"


class Sum:
    """An aggregate whose end, perhaps in the middle of another thread's call, needs the library again."""

    def __init__(self):
        self.n = 0

    def step(self, x):
        self.n += x

    inverse = step

    def value(self):
        return self.n

    def finalize(self):
        sqlite3.connect(":memory:").close()
        return self.n


def make_connection():
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.create_window_function("total", 1, Sum)
    return connection


CONNECTION = make_connection()
CONTEXT = ssl and ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
OBJECTS = ssl and [CONTEXT.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost") for _ in range(200)]


def environment(chance):
    name = chance.choice(NAMES)
    if chance.random() < 0.5:
        os.environ[name] = "x" * chance.randrange(100)
    else:
        os.environ.pop(name, None)
    if "tsan" not in sys.executable:  # it doesn't see the C library's own lock
        time.mktime(time.localtime())
        time.strftime("%Z"), time.tzset()


def masks(chance):
    how = chance.choice([signal.SIG_BLOCK, signal.SIG_UNBLOCK])
    signal.pthread_sigmask(how, {signal.SIGUSR1})
    os.kill(os.getpid(), signal.SIGUSR1)


def pointers(chance):
    chance.choice(POINTERS).value = b"%d" % chance.randrange(10**9)
    for pointer in POINTERS:
        if not (pointer.value == b"start" or pointer.value.isdigit()):
            raise SystemError("a pointer leads to something else")


def records(chance):
    if next(READER) != ["a\nb", "1"]:
        raise SystemError("a record is not whole")


def databases(chance):
    rows = CONNECTION.execute("select total(x) over (order by x rows between 1 preceding and 1 following) "
                              "from (select 1 as x union select 2 union select 3)")
    next(rows)
    if chance.random() < 0.5:
        CONNECTION.interrupt()


def connections(chance):
    if chance.random() < 0.3:
        CONTEXT.set_ciphers(chance.choice(CIPHERS))
    elif OBJECTS:
        OBJECTS.pop().do_handshake()
    else:
        CONTEXT.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost").do_handshake()


def make_family():
    """A parser and that of its document type, which share tables."""
    parser, children = xml.parsers.expat.ParserCreate(), []

    def follow(context, base, system, public):
        children.append(parser.ExternalEntityParserCreate(context))
        return 1

    parser.SetParamEntityParsing(xml.parsers.expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    parser.UseForeignDTD(True)
    parser.ExternalEntityRefHandler = follow
    parser.Parse(b"<r>")
    return parser, children[0]


FAMILY = make_family()
VECTORS = []


def families(chance):
    parser, child = FAMILY
    names = [chance.randrange(1000) for _ in range(100)]
    if chance.random() < 0.5:
        parser.Parse(b"".join(b'<a%d x%d="1"/>' % (n, n) for n in names))
    else:
        child.Parse(b"".join(b'<!ELEMENT b%d EMPTY><!ATTLIST b%d q%d CDATA "z">' % (n, n, n) for n in names))


def vectors(chance):
    """Others drop the buffers of a call that waits for what is written."""
    reader, writer = os.pipe()
    late = threading.Timer(0.001, os.write, [writer, b"Z" * 1000])
    fresh = [bytearray(64) for _ in range(4)]
    mine = fresh if "tsan" in sys.executable else VECTORS  # of two calls into the same bytes it tells, rightly
    VECTORS[:] = fresh
    late.start()
    try:
        os.readv(reader, mine)
        others = [bytearray(64) for _ in range(1000)]
        if any(map(any, others)):
            raise SystemError("a call writes to what is not its own")
    finally:
        late.join()
        os.close(reader)
        os.close(writer)


class Ending:
    def __init__(self, write):
        self.me, self.write = self, write

    def __del__(self):
        self.write(b"x")


def ends(chance):
    """A thread ends, or waits in a system call, and leaves objects to finalise."""
    reader, writer = (io.FileIO(fd, mode) for fd, mode in zip(os.pipe(), "rw"))
    lock = threading.Lock()
    lock.acquire()

    def leave():
        for _ in range(5):
            Ending(writer.write)
        if lock.acquire(timeout=0.01 * chance.randrange(3)):
            lock.release()

    thread = threading.Thread(target=leave)
    thread.start()
    lock.release()
    thread.join()
    os.set_blocking(reader.fileno(), False)
    reader.readall()


ALL = [environment, masks, pointers, records, databases, families, vectors, ends] + ([connections] if ssl else [])
