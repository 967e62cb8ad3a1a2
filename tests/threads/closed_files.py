"""A raw file, socket or epoll object that one thread closes while others are in a call of it: its descriptor is closed after
the last call that uses it, so that nobody reads another file that has got its number."""

import io
import os
import select
import signal
import socket
import tempfile
import threading
import time
import warnings

from testing import equal, fails, run

warnings.simplefilter("ignore", DeprecationWarning)


def is_open(descriptor):  # without a call that ThreadSanitizer takes for a use
    return os.path.lexists(f"/proc/self/fd/{descriptor}")


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


def test_a_socket_that_waits():
    for timeout in None, 5:
        ours, theirs = socket.socketpair()
        descriptor = ours.fileno()
        ours.settimeout(timeout)
        got = []

        def receive():
            try:
                got.append(ours.recv(10))
            except OSError as error:
                got.append(str(error))

        thread = threading.Thread(target=receive)
        thread.start()
        time.sleep(0.1)
        ours.close()
        fails(OSError, "[Errno 9] Bad file descriptor", ours.recv, 1)
        assert is_open(descriptor)
        theirs.send(b"x")
        thread.join()
        equal(got, [b"x"] if timeout is None else ["[Errno 9] Bad file descriptor"])
        assert not is_open(descriptor)
        theirs.close()


def test_a_closed_socket_does_not_wait():
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    ours.close()
    fails(OSError, "[Errno 9] Bad file descriptor", ours.recv, 1)
    fails(OSError, "[Errno 9] Bad file descriptor", ours.send, b"x")
    theirs.close()


def test_closed_by_a_signal_handler_during_the_read():
    reader, writer = os.pipe()
    file = io.FileIO(reader)
    before = signal.signal(signal.SIGALRM, lambda *_: file.close())
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    fails(OSError, "[Errno 9] Bad file descriptor", file.read, 1)
    assert not is_open(reader)
    signal.signal(signal.SIGALRM, before)
    os.close(writer)


def test_epoll():
    reader, writer = os.pipe()
    poll = select.epoll()
    descriptor = poll.fileno()
    poll.register(reader, select.EPOLLIN)
    got = []
    thread = threading.Thread(target=lambda: got.append(poll.poll(60)))
    thread.start()
    time.sleep(0.1)
    poll.close()
    assert poll.closed
    os.write(writer, b"x")
    thread.join()
    equal(got, [[(reader, select.EPOLLIN)]])
    assert not is_open(descriptor)
    os.close(reader)
    os.close(writer)


def test_sockets_opened_and_closed():
    end = time.monotonic() + 0.5
    pairs = [socket.socketpair() for _ in range(2)]
    wrong = []
    for pair in pairs:
        pair[0].settimeout(0.01)

    def receive(n):
        while time.monotonic() < end:
            try:
                got = pairs[n][0].recv(10)
            except OSError:
                continue
            if got.strip(b"ab"[n:n + 1]):
                wrong.append(got)

    def reopen():
        while time.monotonic() < end:
            for n in 0, 1, 1, 0:
                ours, theirs = pairs[n]
                theirs.send(b"ab"[n:n + 1] * 5)
                ours.close()
                theirs.close()
                pairs[n] = socket.socketpair()
                pairs[n][0].settimeout(0.01)

    threads = [threading.Thread(target=receive, args=(n % 2,)) for n in range(3)] + [threading.Thread(target=reopen)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(wrong, [])
    for ours, theirs in pairs:
        ours.close()
        theirs.close()


run(globals())
