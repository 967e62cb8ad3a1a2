"""Views that a file keeps of memory it was lent, which the owner then no longer uses; in CPython they see memory of others."""
# weft only

import gc
import io
import pickle

from testing import equal, run


class Raw(io.RawIOBase):
    def readable(self):
        return True

    writable = readable

    def readinto(self, view):
        self.view = view
        return 0

    def write(self, view):
        self.view = view
        return len(view)


class Pickled:
    def __init__(self, data):
        self.file = io.BytesIO(data)
        self.read = self.file.read
        self.readline = self.file.readline

    def readinto(self, view):
        self.view = view
        return self.file.readinto(view)


def read(data):
    raw = Raw()
    io.BufferedReader(raw, 16).readinto(data)
    return raw


def write(data):
    raw = Raw()
    io.BufferedWriter(raw, 16).write(data)
    return raw


def lend(lender, size):
    """Views of bytearrays that have other memory now; the old one may be free."""
    raws = []
    for _ in range(50):
        data = bytearray(b"a" * size)
        raws.append(lender(data))
        data.clear()
        data.extend(b"b" * (3 * size))
    return raws


def unpickle(size):
    files = []
    for _ in range(20):
        file = Pickled(pickle.dumps(bytearray(b"a" * size), 5))
        data = pickle.Unpickler(file).load()
        data.clear()
        data.extend(b"b" * (3 * size))
        files.append(file)
    return files


def deeper(n):
    return n and deeper(n - 1)


def check(files, size):
    deeper(200)
    gc.collect()
    others = [bytearray(b"z" * size) for _ in range(200)]
    equal([set(bytes(f.view)) for f in files], [{97}] * len(files))
    for f in files:
        if not f.view.readonly:
            f.view[:] = b"!" * len(f.view)
    equal([d for d in others if 33 in d], [])


def test_of_raw_files():
    for size in 300, 3000, 100000:
        check(lend(read, size), size)
        check(lend(write, size), size)


def test_of_files_with_pickles():
    check(unpickle(300000), 300000)


run(globals())
