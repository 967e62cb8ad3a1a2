"""A handler of a signal that uses the object whose method it interrupts: it runs when that is free again."""
# needs: zlib, _bz2, _lzma

import bz2
import lzma
import os
import signal
import threading
import zlib

from testing import equal, run

DATA = os.urandom(1 << 20) * 3


def interrupted(compressor, decompress):
    parts, calls = [], []

    def handler(*_):
        calls.append(1)
        parts.append(compressor.compress(b"from the handler"))

    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    first = compressor.compress(DATA)
    signal.setitimer(signal.ITIMER_REAL, 0)
    text = decompress(first + b"".join(parts) + compressor.flush())
    equal(text, DATA + b"from the handler" * len(calls))


def compress_all():
    interrupted(zlib.compressobj(9), zlib.decompress)
    interrupted(bz2.BZ2Compressor(9), bz2.decompress)
    interrupted(lzma.LZMACompressor(preset=1), lzma.decompress)


def test_alone():
    compress_all()


def test_with_a_thread():
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    compress_all()
    over.set()
    thread.join()


run(globals())
