# weft only
# timeout: 120
"""Objects whose __init__ and setters some threads call again and again, while others look at them:
what is seen is of one time or of another, and never half of it."""

import array
import contextlib
import io
import os
import pickle
import struct
import tempfile

from _team import switch_often, together
from testing import equal, fails, raises, run

switch_often()
N = 400
QUIET = (ValueError, TypeError, OSError, AttributeError, RuntimeError, LookupError, EOFError,
         pickle.PickleError, BufferError, struct.error, ImportError, StopIteration)


def quietly(*functions):
    """Calls all, N times over, whatever they raise."""
    def work():
        for _ in range(N):
            for function in functions:
                with contextlib.suppress(*QUIET):
                    function()
    return work


def looks(target, names):
    return [lambda name=name: getattr(target, name) for name in names.split()]


def calls(target, names):
    return [lambda name=name: getattr(target, name)() for name in names.split()]


def changes(target, **values):
    return [lambda name=name, value=value: setattr(target, name, value)
            for name, value in values.items()]


def test_struct():
    s = struct.Struct("<4q")
    sizes = {"<4q": 32, "<b": 1, "<2h3s": 7}

    def again():
        for _ in range(N):
            for form in sizes:
                s.__init__(form)

    def use():
        for _ in range(N):
            for values in ((1, 2, 3, 4), (5,), (6, 7, b"abc")):
                with contextlib.suppress(struct.error):
                    data = s.pack(*values)
                    equal(len(data), {4: 32, 1: 1, 3: 7}[len(values)])
            for size in sizes.values():
                with contextlib.suppress(struct.error):
                    equal(len(s.unpack(bytes(size))), {32: 4, 1: 1, 7: 3}[size])
                with contextlib.suppress(struct.error):
                    list(s.iter_unpack(bytes(size * 2)))
            assert s.size in (1, 7, 32) and s.format in sizes
            repr(s), s.__sizeof__()

    together(again, use, use)


def test_struct_made_again_by_a_value():
    s = struct.Struct("<b2h")

    class Other:
        def __index__(self):
            s.__init__("<200q")
            return 1

    equal(s.pack(Other(), 2, 3), b"\1\2\0\3\0")
    equal(s.size, 1600)
    target = bytearray(5)
    s.__init__("<b2h")
    s.pack_into(target, 0, Other(), 2, 3)
    equal(bytes(target), b"\1\2\0\3\0")


def test_struct_not_initialised():
    s = struct.Struct.__new__(struct.Struct, "b")
    message = "Struct object is not initialized"
    fails(RuntimeError, message, s.pack, 1)
    fails(RuntimeError, message, s.unpack, b"1")
    fails(RuntimeError, message, s.iter_unpack, b"1")
    fails(RuntimeError, message, lambda: s.format)
    equal(s.size, -1)


def test_array_buffer_info():
    a = array.array("q", range(4))
    together(quietly(lambda: a.extend(range(50)), a.clear),
             quietly(a.buffer_info), quietly(a.buffer_info))


TEXT_LOOKS = "encoding errors newlines buffer line_buffering write_through closed name _CHUNK_SIZE"
FILE_CALLS = ("readable writable seekable isatty fileno tell read readline flush __repr__ "
              "__sizeof__ __getstate__")


def test_text_file():
    text = io.TextIOWrapper(io.BytesIO(b"a\r\nb\nc\r" * 50), "utf-16", newline=None)

    def again(encoding, newline):
        raw = io.BytesIO("a\r\nb\nc\r".encode(encoding) * 50)
        return lambda: text.__init__(raw, encoding, newline=newline)

    fails_half_way = lambda: text.__init__(io.BytesIO(b""), "no such encoding")
    together(
        quietly(again("utf-8", None), again("utf-16", None), again("latin-1", "\n"),
                fails_half_way, again("utf-16", ""), text.detach,
                *changes(text, _CHUNK_SIZE=7)),
        quietly(*looks(text, TEXT_LOOKS), *calls(text, FILE_CALLS), lambda: next(text)),
        quietly(lambda: text.write("x\n"), lambda: text.seek(0), *looks(text, TEXT_LOOKS)))


def test_text_file_closed_by_many():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        for _ in range(N // 4):
            file = open(path, "w")
            file.write("text")

            def close():
                with contextlib.suppress(ValueError):  # it is closed between a look and a flush
                    file.close()

            together(close, close, close)
            with open(path) as file:
                equal(file.read(), "text")


def test_text_file_opened_while_it_is_written():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "w") as file:
            def write():
                for i in range(20 * N):
                    file.write(f"{i}\n")

            def look():
                for _ in range(N):
                    with open(path) as other:
                        other.read()

            together(write, look, look)
        with open(path) as file:
            equal([int(line) for line in file], list(range(20 * N)))


def test_buffered_files():
    for kind in io.BufferedReader, io.BufferedWriter, io.BufferedRandom:
        with tempfile.TemporaryFile(buffering=0) as raw:
            file = kind(raw)
            together(
                quietly(*[lambda size=size: file.__init__(raw, size) for size in (1, 100, 5000)],
                        lambda: file.__init__(None)),
                quietly(*looks(file, "raw closed name mode"), *calls(file, FILE_CALLS)),
                quietly(lambda: file.read1(-1), lambda: file.write(b"data"), lambda: file.peek(),
                        lambda: file.truncate(0)))
            file.__init__(raw)


def test_raw_file():
    """Its descriptor is not its own: one that is closed may be another file's by the time it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        fd = os.open(path, os.O_RDWR | os.O_CREAT)
        file = io.FileIO(fd, "w+", closefd=False)
        together(
            quietly(*[lambda mode=mode: file.__init__(fd, mode, closefd=False)
                      for mode in ("w", "a+", "r", "x")],
                    lambda: file.__init__(-1)),
            quietly(*looks(file, "mode closed closefd _blksize name"), *calls(file, FILE_CALLS)),
            quietly(lambda: file.write(b"data"), lambda: file.truncate(), lambda: file.read(3),
                    lambda: open(path).close()))
        os.close(fd)


def test_pair():
    pair = io.BufferedRWPair(io.BytesIO(), io.BytesIO())
    together(quietly(lambda: pair.__init__(io.BytesIO(), io.BytesIO()), pair.close),
             quietly(lambda: pair.closed, pair.isatty, pair.read, lambda: pair.write(b"x")))


def test_memory_files():
    for make, texts in ((io.StringIO, ["a\r\nb\n", "c\r", "\u1234"]), (io.BytesIO, [b"a\n", b"b"])):
        file = make()
        state = make(texts[0]).__getstate__()
        inits = [lambda text=text: file.__init__(text) for text in texts]
        if make is io.StringIO:
            inits += [lambda end=end: file.__init__("a\r\nb", newline=end) for end in (None, "", "\r")]
        together(
            quietly(*inits, file.close, lambda: file.__setstate__(state)),
            quietly(*looks(file, "closed newlines line_buffering"), *calls(file, FILE_CALLS),
                    lambda: next(file)),
            quietly(lambda: file.write(texts[0]), lambda: file.seek(0), lambda: file.truncate(1)))


def test_newline_decoder():
    decoder = io.IncrementalNewlineDecoder(None, True)
    together(
        quietly(lambda: decoder.__init__(None, False), lambda: decoder.__init__(None, True),
                decoder.reset, lambda: decoder.setstate((b"", 1))),
        quietly(lambda: decoder.decode("a\r\nb\r"), lambda: decoder.newlines, decoder.getstate))


def test_pickler():
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    data = [1, "text", {"a": 1.5}, (None,), 2j]

    def table():
        pickler.dispatch_table = {complex: lambda c: (complex, (c.real, c.imag))}

    def no_table():
        del pickler.dispatch_table

    def hook():
        pickler.persistent_id = lambda obj: None

    def no_hook():
        del pickler.persistent_id

    together(
        quietly(*[lambda p=p: pickler.__init__(file, p) for p in range(6)],
                *changes(pickler, bin=1, fast=0), table, no_table, hook, no_hook),
        quietly(*looks(pickler, "bin fast memo dispatch_table persistent_id"),
                pickler.clear_memo, pickler.__sizeof__),
        quietly(lambda: pickler.dump(data), lambda: pickler.memo.copy()))


def test_unpickler():
    data = pickle.dumps([1, "text", {"a": 1.5}, Ellipsis], 2) * N
    unpickler = pickle.Unpickler(io.BytesIO(data))
    together(
        quietly(lambda: unpickler.__init__(io.BytesIO(data)), lambda: unpickler.__init__(None),
                lambda: unpickler.__init__(io.BytesIO(data), fix_imports=False)),
        quietly(lambda: unpickler.find_class("__builtin__", "xrange"), unpickler.__sizeof__,
                lambda: unpickler.memo.copy()),
        quietly(unpickler.load))


# ---- on one thread: code that an object calls makes it anew


def test_unpickler_initialised_half_way():
    class Bad:
        def __bool__(self):
            raise KeyError

    unpickler = pickle.Unpickler.__new__(pickle.Unpickler)
    data = io.BytesIO(b"S'old'\n.")
    with raises(KeyError):
        unpickler.__init__(data, fix_imports=Bad())
    fails(pickle.UnpicklingError, "Unpickler.__init__() was not called by _pickle.Unpickler.__init__()",
          unpickler.load)


def test_unpickler_whose_file_takes_itself_away():
    class File:
        def readline(self):
            return b""

        def read(self, size):
            with contextlib.suppress(TypeError):
                unpickler.__init__(None)
            return b""

        def peek(self, size):
            self.read(size)
            return b""

    unpickler = pickle.Unpickler(File())
    with raises(EOFError):
        unpickler.load()


def test_pickler_whose_file_dumps():
    class File:
        busy = False

        def write(self, data):
            if not self.busy:
                self.busy = True
                pickler.dump(1)

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj):
            return None

    pickler = Pickler(File())
    pickler.dump([str(i) for i in range(20000)])


def test_text_file_whose_buffer_takes_itself_away():
    class Raw(io.BytesIO):
        acts = False

        def act(self):
            if self.acts:
                with contextlib.suppress(Exception):
                    text.__init__(None)

        @property
        def closed(self):
            self.act()
            return False

        def read1(self, size):
            self.act()
            return b"abc"

        read = read1

        def tell(self):
            self.act()
            return 3

    for use in ("read", "readline", "tell", "flush", "__next__"):
        raw = Raw()
        text = io.TextIOWrapper(raw, "utf-16")
        raw.acts = True
        fails(ValueError, "I/O operation on uninitialized object", getattr(text, use))
        raw.acts = False


run(globals())
