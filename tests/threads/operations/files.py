"""Rows of io: what one call writes or reads is never lost, torn or handed out twice."""

import io
import os
import tempfile

from _rows import ATOMIC, CALLS, CHANGES, ONCE, RAISES, Table

MANY = 16 * CALLS
LINES = [f"line {k:04} {'x' * (k % 50)}\n" for k in range(MANY)]
BYTES = [line.encode() for line in LINES]


def temporary(mode, **options):
    """A file without a name, which is closed with the object."""
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    file = open(path, mode, **options)
    os.unlink(path)
    return file


def filled(mode, **options):
    file = temporary("w+b")
    file.write(b"".join(BYTES))
    file.seek(0)
    return io.TextIOWrapper(file, encoding="utf-8") if "b" not in mode else file


def writes(lines):
    def work(file, n):
        return [file.write(lines[n * CALLS + k]) for k in range(CALLS)]
    return work


def all_written(file, results):
    """All lines of all threads, each of them whole."""
    file.flush()
    file.seek(0)
    written = len(results) * CALLS
    lines = [bytes(line) if isinstance(line, (bytes, bytearray)) else line for line in file]
    ok = sorted(lines) == sorted((LINES if isinstance(lines[0], str) else BYTES)[:written])
    file.close()
    return ok


def reads(read):
    def work(file, n):
        got = []
        while part := read(file):
            got.append(part)
        return got
    return work


def all_read(file, results):
    """Each line once, by whoever."""
    file.close()
    lines = sum(results, [])
    return sorted(lines) == sorted(LINES if isinstance(lines[0], str) else BYTES)


files = Table("io")
for name, new, lines in (
        ("StringIO", io.StringIO, LINES), ("BytesIO", io.BytesIO, BYTES),
        ("open(p, 'w')`, `TextIOWrapper", lambda: temporary("w+", encoding="utf-8", newline=""), LINES),
        ("open(p, 'wb')`, `BufferedWriter`, `BufferedRandom", lambda: temporary("w+b"), BYTES),
        ("open(p, 'wb', buffering=64)", lambda: temporary("w+b", buffering=64), BYTES),
        ("open(p, 'wb', buffering=0)`, `FileIO", lambda: temporary("w+b", buffering=0), BYTES)):
    files.work(f"`{name}`: `f.write(s)`", ATOMIC, writes(lines), new=new, holds=all_written,
               note="what one call writes stays together")


def write_lines(file, n):
    file.writelines(LINES[n * CALLS:(n + 1) * CALLS])


files.work("`f.writelines(l)`; `print(x, file=f)`", CHANGES, write_lines, new=io.StringIO,
           holds=all_written, note="one write after the other; each is whole")


def print_lines(file, n):
    for k in range(CALLS):
        print(LINES[n * CALLS + k], end="", file=file)


files.work("`print(x, end='', file=f)` of one string", ATOMIC, print_lines, new=io.StringIO,
           holds=all_written)
for name, new, read in (
        ("StringIO", lambda: io.StringIO("".join(LINES)), lambda f: f.readline()),
        ("BytesIO", lambda: io.BytesIO(b"".join(BYTES)), lambda f: f.readline()),
        ("open(p)`, `TextIOWrapper", lambda: filled("r"), lambda f: f.readline()),
        ("open(p, 'rb')`, `BufferedReader", lambda: filled("rb"), lambda f: f.readline())):
    files.work(f"`{name}`: `f.readline()`", ONCE, reads(read), new=new, holds=all_read)
for name, new in (("StringIO", lambda: io.StringIO("".join(LINES))),
                  ("BytesIO", lambda: io.BytesIO(b"".join(BYTES))),
                  ("open(p, 'rb')", lambda: filled("rb")), ("open(p)", lambda: filled("r"))):
    files.work(f"`{name}`: `f.read(n)`, `read1`, `readinto`", ONCE, reads(lambda f: f.read(7)), new=new,
               holds=lambda file, results: sum(map(len, sum(results, []))) == len("".join(LINES)))
    files.work(f"`{name}`: `f.readlines()`, `f.read()`", ONCE,
               lambda file, n: file.read(), new=new,
               holds=lambda file, results: sum(map(len, results)) == len("".join(LINES)))
files.commutes("`f.seek(n)`; `f.tell()`; `f.truncate(n)`",
               lambda f, k: (f.seek(5), f.tell() >= 0, f.truncate(10))[::2],
               new=lambda: io.BytesIO(b"0123456789abc"), view=lambda f: f.getvalue(),
               note="each is atomic; `seek` and `read` are two calls, between which another thread may "
                    "move the position")
files.moment("`BytesIO.getvalue()`, `StringIO.getvalue()`", lambda f: f.getvalue(), new=io.StringIO,
             writes=[lambda f: f.write("some text"), lambda f: f.seek(0), lambda f: f.truncate(),
                     lambda f: f.write("other")])
files.loose("`f.close()`; `with f`", lambda f: f.read(1), new=lambda: io.BytesIO(bytes(99)),
            writes=[lambda f: f.close()], errors=ValueError, guarantee=RAISES,
            plausible=lambda got: got in (b"\0", b""),
            note="ValueError (`I/O operation on closed file`) in whoever uses it afterwards")
files.loose("`open(p)`: `f.close()` while others read and write",
            lambda f: (f.write(b"abc"), f.flush()), new=lambda: temporary("w+b"),
            writes=[lambda f: f.close()], errors=ValueError, guarantee=RAISES,
            note="the descriptor is closed when no call uses it any more")


def pass_through_pipe(ends, n):
    read, write = ends
    if n == 0:
        for line in BYTES:
            write.write(line)
        write.close()
        return []
    return list(iter(read.readline, b""))


def pipe():
    read, write = os.pipe()
    return open(read, "rb"), open(write, "wb")


files.work("a pipe: one thread writes, others read lines", ONCE, pass_through_pipe, new=pipe,
           holds=lambda ends, results: sorted(sum(results, [])) == sorted(BYTES) and
           ends[0].close() is None, beyond=True)

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
