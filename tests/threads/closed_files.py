"""A raw file that one thread closes while others read it: its descriptor is closed after the last call that uses it,
so that nobody reads another file that has got its number."""

import io
import os
import tempfile
import threading
import time
import warnings

from testing import equal, fails, run

warnings.simplefilter("ignore", DeprecationWarning)


def is_open(descriptor):
    try:
        os.fstat(descriptor)
        return True
    except OSError:
        return False


def test_a_read_that_waits():
    reader, writer = os.pipe()
    file = io.FileIO(reader)
    got = []
    thread = threading.Thread(target=lambda: got.append(file.read(10)))
    thread.start()
    time.sleep(0.1)
    file.close()
    assert file.closed
    fails(ValueError, "I/O operation on closed file", file.read)
    os.write(writer, b"x")
    thread.join()
    equal(got, [b"x"])
    assert not is_open(reader)
    os.close(writer)


def test_no_bytes_of_another_file():
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, name) for name in "ab"]
        for path in paths:
            with open(path, "w") as file:
                file.write(os.path.basename(path) * 100)
        end = time.monotonic() + 0.5
        files = [io.FileIO(paths[0]), io.FileIO(paths[1])]
        wrong = []

        def read(n):
            while time.monotonic() < end:
                try:
                    files[n].seek(0)
                    text = files[n].read(100)
                except (ValueError, OSError):
                    continue
                if text.strip(b"ab"[n:n + 1]):
                    wrong.append(text)

        def reopen():
            while time.monotonic() < end:
                for file, path in zip(files, paths):
                    file.close()
                for file, path in zip(files[::-1], paths[::-1]):
                    file.__init__(path)

        threads = [threading.Thread(target=read, args=(n % 2,)) for n in range(3)] + [threading.Thread(target=reopen)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(wrong, [])
        for file in files:
            file.close()


def test_a_child_closes_what_other_threads_read():
    reader, writer = os.pipe()
    file = io.FileIO(reader)
    thread = threading.Thread(target=file.read, args=(1,))
    thread.start()
    time.sleep(0.1)
    child = os.fork()
    if child == 0:
        file.close()
        os._exit(1 if is_open(reader) else 0)
    equal(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
    os.write(writer, b"x")
    thread.join()
    file.close()
    os.close(writer)


run(globals())
