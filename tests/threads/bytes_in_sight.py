"""Bytes that one thread writes through a memoryview while another reads them, by the object's own methods or by what
takes any buffer: nothing breaks, and ThreadSanitizer has nothing to say. Not: system calls that write there (readinto()
of a file), whose writes are plain ones to ThreadSanitizer."""
# timeout: 240

import binascii
import bz2
import ctypes
import functools
import hashlib
import hmac
import io
import json
import lzma
import marshal
import mmap
import operator
import os
import pickle
import random
import re
import socket
import sqlite3
import ssl
import struct
import sys
import threading
import xml.parsers.expat
import zlib
from array import array

from testing import equal, run

SIZE, ROUNDS = 64, 10 if "tsan" in sys.executable else 30
DIGITS = b"0123456789"
WILD = b"=\n\r \xc3\xa9\x00\xff\\uU%\xf0\x9f\x98\x80"


def memory_map():
    return mmap.mmap(-1, SIZE)


BUFFERS = {
    "bytearray": lambda: bytearray(SIZE),
    "array of bytes": lambda: array("b", bytes(SIZE)),
    "array of ints": lambda: array("i", bytes(SIZE)),
    "array of floats": lambda: array("d", bytes(SIZE)),
    "array of text": lambda: array("w", "0" * (SIZE // 4)),
    "mmap": memory_map,
    "BytesIO": lambda: io.BytesIO(bytes(SIZE)).getbuffer(),
    "ctypes array": lambda: (ctypes.c_char * SIZE)(),
    "ctypes ints": lambda: (ctypes.c_int * (SIZE // 4))(),
    "memoryview": lambda: memoryview(bytearray(SIZE)),
    "memoryview that only reads": lambda: memoryview(bytearray(SIZE)).toreadonly(),
    "memoryview of ints": lambda: memoryview(bytearray(SIZE)).cast("i"),
    "memoryview of floats": lambda: memoryview(bytearray(SIZE)).cast("d"),
    "memoryview of every other": lambda: memoryview(bytearray(2 * SIZE))[::2],
}


def refuses(do):
    """Runs what may not apply to this buffer, or to these bytes."""
    try:
        return do()
    except (TypeError, ValueError, IndexError, AttributeError, BufferError, NotImplementedError, LookupError, EOFError,
            SyntaxError, zlib.error, struct.error, pickle.PickleError, sqlite3.Error, ssl.SSLError, OSError,
            OverflowError, lzma.LZMAError, xml.parsers.expat.ExpatError):
        return None


def into_file(b, **how):
    with open(os.devnull, "wb", **how) as f:
        f.write(b)
        f.writelines([b, b])


def into_socket(b):
    one, other = socket.socketpair()
    with one, other:
        one.send(b)
        one.sendall(b)
        one.sendmsg([b, b])


def into_pipe(b):
    reader, writer = os.pipe()
    try:
        os.write(writer, b)
        os.writev(writer, [b, b])
    finally:
        os.close(reader)
        os.close(writer)


def into_database(b):
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute("select ?, length(?)", (b, b)).fetchall()
    finally:
        connection.close()


def sealed(b):
    key = hmac.new(b, b, "sha256")
    key.update(b)
    return key.digest()


def compressed(b):
    for make in (zlib.compressobj, bz2.BZ2Compressor, lzma.LZMACompressor):
        machine = make()
        machine.compress(b)
        machine.flush()


def decompressed(b):
    for make in (zlib.decompressobj, bz2.BZ2Decompressor, lzma.LZMADecompressor):
        refuses(lambda: make().decompress(b))


def written_to(make):
    def write(b):
        file = make()
        file.write(b)
        file.write(b)
        file.flush()
    return write


def parsed(b):
    xml.parsers.expat.ParserCreate().Parse(b, True)


def method(name, *args):
    return lambda b: getattr(b, name)(*args)


def of_bytes(name, *args):
    return lambda b: getattr(b"0123456789" * 8, name)(*(b if each is ... else each for each in args))


READERS = [
    bytes, bytearray, list, tuple, repr, str, len, sorted, hash, memoryview, int, float, ascii,
    lambda b: str(b, "latin-1"), lambda b: str(b, "utf-8", "replace"), lambda b: str(b, "utf-16", "replace"),
    lambda b: b == b"0" * SIZE, lambda b: b"0" * SIZE == b, lambda b: b < b"1", lambda b: b == bytearray(SIZE),
    lambda b: b == array("b", bytes(SIZE)), lambda b: b == memoryview(bytes(SIZE)), lambda b: b == b[:],
    lambda b: b[3], lambda b: b[-1], lambda b: b[2:9], lambda b: b[::3], lambda b: b[::-1], lambda b: b + b,
    lambda b: b * 2, lambda b: b + b"x", lambda b: b"x" + b, lambda b: bytearray() + b, lambda b: 48 in b,
    lambda b: b"1" in b, lambda b: b % 5, lambda b: b"%b %s" % (b, b), lambda b: bytearray(b"%b") % b,
    lambda b: b"".join([b, b]), lambda b: bytearray(b"-").join([b, b]), lambda b: [*reversed(b)],
    lambda b: max(b), lambda b: sum(b), lambda b: operator.index(b), lambda b: [x for x in b],
    lambda b: list(iter(b)), lambda b: bytearray(b"ab").extend(b), lambda b: operator.iadd(bytearray(b"ab"), b),
    lambda b: operator.setitem(bytearray(9), slice(2, 4), b), lambda b: array("b").frombytes(b),
    lambda b: operator.setitem(memoryview(bytearray(len(b))), slice(None), b),
    lambda b: array("b", b), lambda b: array("b").extend(b), lambda b: array(b.typecode, b),
    lambda b: array(b.typecode).extend(b), lambda b: array("q", b), lambda b: b.tofile(io.BytesIO()),
    method("tolist"), method("tobytes"), method("tounicode"), method("hex"), method("hex", ":", 3), method("copy"),
    method("count", 48), method("count", b"1"), method("index", 49), method("index", b"1"), method("find", b"12"),
    method("rfind", b"12"), method("rindex", 49), method("startswith", b"0"), method("endswith", (b"9", b"8")),
    method("split"), method("split", b"1"), method("rsplit"), method("rsplit", b"1", 2), method("partition", b"1"),
    method("rpartition", b"1"), method("splitlines"), method("strip"), method("lstrip", b"0"), method("rstrip", b"01"),
    method("upper"), method("lower"), method("title"), method("swapcase"), method("capitalize"), method("isalnum"),
    method("isdigit"), method("isascii"), method("isspace"), method("istitle"), method("isupper"), method("islower"),
    method("isalpha"), method("replace", b"1", b"22"), method("replace", b"1", b"2"), method("translate", bytes(256)),
    method("translate", None, b"12"), method("center", 80), method("ljust", 80), method("rjust", 80), method("zfill", 80),
    method("expandtabs"), method("decode", "latin-1"), method("decode", "ascii", "replace"), method("decode", "utf-8"),
    method("decode", "utf-16"), method("decode", "raw_unicode_escape"), method("decode", "unicode_escape"),
    method("removeprefix", b"0"), method("removesuffix", b"9"), method("__reduce__"), method("__reduce_ex__", 2),
    method("__reduce_ex__", 5), method("__sizeof__"), method("toreadonly"), method("cast", "B"), method("__copy__"),
    method("__deepcopy__", {}), method("read", 8), method("read_byte"), method("readline"), method("seek", 0),
    of_bytes("find", ...), of_bytes("count", ...), of_bytes("startswith", ...), of_bytes("endswith", (..., )),
    of_bytes("split", ...), of_bytes("strip", ...), of_bytes("replace", ..., b"x"), of_bytes("replace", b"1", ...),
    of_bytes("translate", ...), of_bytes("partition", ...), of_bytes("removeprefix", ...), of_bytes("join", [b"1"]),
    lambda b: b"1".join([b"2", b]), lambda b: bytes.maketrans(b, b), lambda b: bytes.fromhex(b),
    lambda b: int.from_bytes(b), lambda b: int.from_bytes(b, "little", signed=True), lambda b: int(b, 16),
    lambda b: compile(b, "digits", "exec"), lambda b: eval(b), lambda b: complex(b), lambda b: print(b, file=io.StringIO()),
    lambda b: re.findall(rb"[1-5]+", b), lambda b: re.sub(rb"1", b"2", b), lambda b: re.compile(rb"(2)*").split(b),
    lambda b: re.match(rb"(..)(.)", b).group(0, 1, 2), lambda b: re.sub(rb"1", b, b"1111"),
    lambda b: struct.unpack_from("<qd", b), lambda b: struct.unpack(f"{SIZE}s", b), lambda b: list(struct.iter_unpack("<i", b)),
    lambda b: struct.unpack_from("5p e f", b),
    lambda b: hashlib.sha256(b).digest(), lambda b: hashlib.blake2b(b, key=b"k").digest(), lambda b: hashlib.sha3_256(b).digest(),
    lambda b: hashlib.md5().update(b), lambda b: hashlib.pbkdf2_hmac("sha256", b, b, 1),
    lambda b: hashlib.scrypt(b, salt=b, n=2, r=1, p=1), lambda b: hmac.compare_digest(b, b), lambda b: hmac.digest(b, b, "md5"),
    sealed, lambda b: zlib.crc32(b), lambda b: zlib.adler32(b), lambda b: binascii.crc32(b), lambda b: binascii.crc_hqx(b, 0),
    zlib.compress, zlib.decompress, bz2.compress, lzma.compress, compressed, decompressed,
    binascii.hexlify, binascii.unhexlify, binascii.b2a_base64, binascii.a2b_base64, binascii.b2a_qp, binascii.a2b_qp,
    binascii.a2b_uu, lambda b: binascii.b2a_uu(b[:20]),
    lambda b: pickle.dumps(b), lambda b: pickle.dumps(b, 5, buffer_callback=lambda x: False),
    lambda b: pickle.loads(b), lambda b: pickle.PickleBuffer(b).raw().tobytes(), marshal.dumps, marshal.loads, json.loads,
    lambda b: io.BytesIO(b), written_to(io.BytesIO), lambda b: io.BytesIO().writelines([b]),
    lambda b: io.BufferedRandom(io.BytesIO()).write(b), lambda b: io.BufferedWriter(io.BytesIO(), 16).write(b),
    lambda b: into_file(b), lambda b: into_file(b, buffering=0), into_socket, into_pipe, into_database, parsed,
    lambda b: ssl.MemoryBIO().write(b), lambda b: random.Random(b), lambda b: bytearray(80).find(b),
    lambda b: (ctypes.c_char * 8).from_buffer_copy(b), lambda b: ctypes.c_int.from_buffer_copy(b).value,
    lambda b: ctypes.string_at(ctypes.addressof(b), SIZE), lambda b: b.raw, lambda b: b.value,
    lambda b: memoryview(b)[3:7].tobytes(), lambda b: memoryview(b).cast("B").cast("d").tolist(),
    lambda b: memoryview(b).cast("B").cast("e")[3], lambda b: memoryview(b).cast("B").cast("?").tolist(),
    lambda b: memoryview(b).cast("B")[::2].tobytes(), lambda b: memoryview(b).cast("B")[::2].hex(),
    lambda b: memoryview(b) == memoryview(b), lambda b: memoryview(b).cast("B")[::2] == memoryview(b).cast("B")[1::2],
    lambda b: memoryview(b).cast("B").cast("h") == memoryview(b).cast("B").cast("H"), lambda b: hash(memoryview(b).toreadonly()),
    lambda b: memoryview(b).cast("B").index(49), lambda b: memoryview(b).cast("B", (8, 8)).tolist(),
    lambda b: memoryview(b).cast("B").tobytes("F"), lambda b: list(memoryview(b)), lambda b: 49 in memoryview(b),
    lambda b: socket.inet_ntoa(b), lambda b: socket.inet_ntop(socket.AF_INET6, b[:16]), lambda b: os.fsencode(b),
]


def writers(b):
    """What changes the bytes behind b."""
    view = memoryview(b.obj if getattr(b, "readonly", False) else b)
    view = view.cast("B") if view.contiguous else view
    ints = view.cast("i") if view.contiguous else None
    floats = view.cast("d") if view.contiguous else None

    def change(i):
        digit = DIGITS[i % 10] if i & 64 else WILD[i % len(WILD)]
        view[i % SIZE] = digit
        view[3:9] = bytes((digit,)) * 6
        view[i % 7::7] = bytes((digit,)) * len(view[i % 7::7])
        if ints:
            ints[i % len(ints)] = 0x30313233
            floats[i % len(floats)] = 3.5
            io.BytesIO(b"12345678" * 8).readinto(view)
            struct.pack_into("<ifd5s", view, i % 8, 858993459, 2.5, 1.5, b"12345")
        own = OWN_WRITES[i % len(OWN_WRITES)]
        refuses(functools.partial(own, b, i, digit))

    return change


OWN_WRITES = [
    lambda b, i, digit: operator.setitem(b, i % len(b), digit),
    lambda b, i, digit: operator.setitem(b, i % len(b), bytes((digit,))),
    lambda b, i, digit: operator.setitem(b, i % len(b), 2.5),
    lambda b, i, digit: operator.setitem(b, i % len(b), chr(digit)),
    lambda b, i, digit: operator.setitem(b, slice(3, 7), b[7:11]),
    lambda b, i, digit: operator.setitem(b, slice(None, None, 3), b[::3]),
    lambda b, i, digit: b.reverse(),
    lambda b, i, digit: b.byteswap(),
    lambda b, i, digit: b.move(0, 8, 8),
    lambda b, i, digit: (b.seek(0), b.write(b"123"), b.write_byte(digit)),
    lambda b, i, digit: setattr(b, "value", b"12345"),
    lambda b, i, digit: setattr(b, "raw", b"12345" * 10),
]


def meet(b, read):
    """Reads in one thread while another writes."""
    change, start, stop = writers(b), threading.Barrier(2), False

    def write():
        start.wait()
        i = 0
        while not stop:
            change(i)
            i += 1

    thread = threading.Thread(target=write)
    thread.start()
    start.wait()
    for _ in range(ROUNDS):
        refuses(functools.partial(read, b))
    stop = True
    thread.join()


def meets(name):
    def test():
        for read in READERS:
            meet(BUFFERS[name](), read)
    return test


def test_items_are_old_or_new():
    """All bytes of an item, or none."""
    b = array("q", [0] * SIZE)
    view, stop, seen = memoryview(b), False, set()

    def write():
        i = 0
        while not stop:
            view[i % SIZE] = -(i & 1)
            i += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(100 * ROUNDS):
            seen.update(view.tolist(), b[::3], view[::3], [b[5], view[6]])
    finally:
        stop = True
        thread.join()
    equal(seen <= {0, -1}, True)


TESTS = {f"test_{name.replace(' ', '_')}": meets(name) for name in BUFFERS}

if __name__ == "__main__":
    run({**TESTS, "test_items_are_old_or_new": test_items_are_old_or_new})
