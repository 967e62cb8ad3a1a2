"""io, os, pathlib, shutil, tempfile, glob, subprocess."""

import codecs
import glob
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from testing import equal, fails, raises, run


def test_write_and_read():
    with open("a.txt", "w", encoding="utf-8") as f:
        equal(f.write("é\nline\n"), 7)
    with open("a.txt", encoding="utf-8") as f:
        equal((f.readline(), f.read(), f.read()), ("é\n", "line\n", ""))
    with open("a.txt", "rb") as f:
        equal(f.read(), b"\xc3\xa9\nline\n")
    with open("a.txt", "a") as f:
        f.write("more")
    equal(open("a.txt").read().splitlines(), ["é", "line", "more"])


def test_unclosed_writer_is_read_back():
    open("b.txt", "w").write("text")
    equal(open("b.txt").read(), "text")


def test_modes_and_errors():
    fails(ValueError, "invalid mode: 'q'", open, "a", "q")
    fails(ValueError, "must have exactly one of create/read/write/append mode", open, "a", "rw")
    fails(ValueError, "binary mode doesn't take an encoding argument", lambda: open("a", "rb", encoding="u"))
    fails(FileNotFoundError, "[Errno 2] No such file or directory: 'nothing'", open, "nothing")
    fails(IsADirectoryError, "[Errno 21] Is a directory: '.'", open, ".")
    open("x.txt", "x").close()
    fails(FileExistsError, "[Errno 17] File exists: 'x.txt'", open, "x.txt", "x")
    f = open("x.txt")
    fails(io.UnsupportedOperation, "not writable", f.write, "a")
    f.close()
    fails(ValueError, "I/O operation on closed file.", f.read)
    fails(LookupError, "unknown encoding: nothing", lambda: open("x.txt", encoding="nothing"))


def test_seek_and_tell():
    with open("s.bin", "w+b") as f:
        f.write(b"0123456789")
        equal((f.seek(2), f.read(3), f.tell(), f.seek(-2, 2), f.read()), (2, b"234", 5, 8, b"89"))
        f.seek(0)
        f.truncate(4)
        equal(f.read(), b"0123")
    with open("s.bin") as f:
        f.read(1)
        position = f.tell()
        rest = f.read()
        f.seek(position)
        equal(f.read(), rest)


def test_newlines():
    with open("n.txt", "wb") as f:
        f.write(b"a\r\nb\rc\n")
    equal(open("n.txt").read(), "a\nb\nc\n")
    equal(open("n.txt", newline="").read(), "a\r\nb\rc\n")
    equal(list(open("n.txt", newline="\n")), ["a\r\n", "b\rc\n"])
    with open("n.txt", "w", newline="\r\n") as f:
        f.write("a\n")
    equal(open("n.txt", "rb").read(), b"a\r\n")


class Pieces(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.pieces:
            return 0
        piece = self.pieces.pop(0)
        buffer[: len(piece)] = piece
        return len(piece)


def test_a_line_end_of_which_an_error_handler_made_half():
    codecs.register_error("half a line end", lambda e: ("ab\r", e.end))
    for encoding in "utf-8", "ascii":
        for pieces, result in [
            ((b"x\xff", b"y\n"), "xab\ny\n"),
            ((b"\xff", b"\nz"), "ab\nz"),
            ((b"\xff", b"\xff", b"\n\r", b"\n"), "ab\nab\n\n"),
            ((b"x\xff",), "xab\n"),
        ]:
            file = io.TextIOWrapper(io.BufferedReader(Pieces(*pieces)), encoding=encoding, errors="half a line end")
            equal("".join(iter(lambda: file.read(1), "")), result)


def test_iteration_and_writelines():
    with open("l.txt", "w") as f:
        f.writelines(["a\n", "b\n"])
        print("c", file=f)
    equal([line for line in open("l.txt")], ["a\n", "b\n", "c\n"])


def test_decoding_errors():
    with open("d.bin", "wb") as f:
        f.write(b"a\xff")
    fails(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
          open("d.bin", encoding="utf-8").read)
    equal(open("d.bin", encoding="utf-8", errors="replace").read(), "a\ufffd")
    equal(open("d.bin", encoding="latin-1").read(), "aÿ")


def test_reading_more_characters_than_there_are():
    text = "\u20ac" * 20000
    for size in sys.maxsize, 2 ** 62 + 5, 2 ** 62 - 10 ** 6, 2 ** 61, 20001:
        equal(io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8").read(size), text)
    with open("e.txt", "w", encoding="utf-8") as f:
        f.write(text)
    with open("e.txt", encoding="utf-8") as f:
        equal(f.read(sys.maxsize), text)


def test_reading_all_needs_no_state_of_the_decoder():
    class Decoder(codecs.IncrementalDecoder):
        def decode(self, data, final=False):
            return data.decode() + "." * final

        def getstate(self):
            raise ValueError("asked")

    info = codecs.CodecInfo(codecs.utf_8_encode, codecs.utf_8_decode, name="without_state",
                            incrementalencoder=codecs.IncrementalEncoder,
                            incrementaldecoder=Decoder)
    codecs.register(lambda name: info if name == "without_state" else None)
    equal(io.TextIOWrapper(io.BytesIO(b"abc"), "without_state").read(), "abc.")
    fails(ValueError, "asked", io.TextIOWrapper(io.BytesIO(b"abc"), "without_state").read, 1)


def test_string_and_bytes_io():
    s = io.StringIO("a\nb")
    equal((s.readline(), s.read(), s.getvalue()), ("a\n", "b", "a\nb"))
    b = io.BytesIO(b"abc")
    b.seek(1)
    b.write(b"XYZ")
    equal((b.getvalue(), b.getbuffer()[0]), (b"aXYZ", 97))
    w = io.TextIOWrapper(io.BytesIO(b"x\ny"), encoding="ascii")
    equal(list(w), ["x\n", "y"])


def test_large_file():
    block = bytes(range(256)) * 4096
    with open("big.bin", "wb") as f:
        for _ in range(8):
            f.write(block)
    with open("big.bin", "rb") as f:
        equal(f.read() == block * 8, True)
    equal(os.path.getsize("big.bin"), 8 * len(block))


def test_os():
    os.mkdir("dir")
    os.makedirs("dir/a/b", exist_ok=True)
    pathlib.Path("dir/f.txt").write_text("x")
    equal(sorted(os.listdir("dir")), ["a", "f.txt"])
    os.rename("dir/f.txt", "dir/g.txt")
    equal((os.path.exists("dir/g.txt"), os.path.isdir("dir"), os.stat("dir/g.txt").st_size),
          (True, True, 1))
    os.symlink("g.txt", "dir/link")
    equal((os.readlink("dir/link"), os.path.islink("dir/link")), ("g.txt", True))
    equal([(d, sorted(s), sorted(f)) for d, s, f in sorted(os.walk("dir"))],
          [("dir", ["a"], ["g.txt", "link"]), ("dir/a", ["b"], []), ("dir/a/b", [], [])])
    equal(sorted(e.name for e in os.scandir("dir") if e.is_file()), ["g.txt", "link"])
    shutil.rmtree("dir")
    fails(FileNotFoundError, "[Errno 2] No such file or directory: 'dir'", os.listdir, "dir")
    fails(FileNotFoundError, None, os.remove, "nothing")


def test_environment():
    os.environ["WEFT_TEST"] = "1"
    equal((os.environ["WEFT_TEST"], os.getenv("NO_SUCH"), "WEFT_TEST" in os.environ), ("1", None, True))
    del os.environ["WEFT_TEST"]
    fails(KeyError, "'WEFT_TEST'", lambda: os.environ["WEFT_TEST"])


def test_paths():
    p = pathlib.Path("a/b.tar.gz")
    equal((p.name, p.stem, p.suffix, p.suffixes, str(p.parent), p.with_suffix(".x"), p / "c", p.parts),
          ("b.tar.gz", "b.tar", ".gz", [".tar", ".gz"], "a", pathlib.Path("a/b.tar.x"),
           pathlib.Path("a/b.tar.gz/c"), ("a", "b.tar.gz")))
    equal((os.path.join("a", "/b"), os.path.split("a/b"), os.path.normpath("a/../b//c"),
           os.path.splitext("a.b.c"), os.path.commonprefix(["abc", "abd"])),
          ("/b", ("a", "b"), "b/c", ("a.b", ".c"), "ab"))


def test_tempfile_and_glob():
    with tempfile.TemporaryDirectory() as name:
        for n in ("a.py", "b.py", "c.txt"):
            open(os.path.join(name, n), "w").close()
        equal(sorted(os.path.basename(p) for p in glob.glob(name + "/*.py")), ["a.py", "b.py"])
        equal(sorted(p.name for p in pathlib.Path(name).rglob("*")), ["a.py", "b.py", "c.txt"])
    assert not os.path.exists(name)
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"x")
        assert os.path.exists(f.name)


def test_subprocess():
    done = subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read().upper())"],
                          input="abc", capture_output=True, text=True)
    equal((done.returncode, done.stdout), (0, "ABC\n"))
    equal(subprocess.run(["sh", "-c", "exit 3"]).returncode, 3)
    fails(FileNotFoundError, "[Errno 2] No such file or directory: 'no-such-program'",
          subprocess.run, ["no-such-program"])
    fails(subprocess.TimeoutExpired, None, lambda: subprocess.run(["sleep", "5"], timeout=0.05))
    with raises(subprocess.CalledProcessError):
        subprocess.run(["false"], check=True)
    equal(subprocess.check_output("echo $X", shell=True, env={"X": "y"}), b"y\n")


def test_pipes_and_descriptors():
    r, w = os.pipe()
    os.write(w, b"abc")
    os.close(w)
    equal(os.read(r, 10), b"abc")
    os.close(r)
    fails(OSError, "[Errno 9] Bad file descriptor", os.read, r, 1)


def test_fork():
    pid = os.fork()
    if pid == 0:
        os._exit(5)
    equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 5)


def test_print_to_a_broken_file():
    class Broken:
        def write(self, text):
            raise OSError("full")

    fails(OSError, "full", lambda: print("x", file=Broken()))


run(globals())
