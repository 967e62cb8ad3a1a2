"""What system calls are given lives until they are over, and no longer; negative descriptors are
never names."""
# weft only

import errno
import gc
import os
import resource
import socket
import subprocess
import sys
import threading
import time

from testing import equal, run

SIZE = 64


class Lender:
    """Lends a buffer that nobody else has."""

    def __buffer__(self, flags):
        return memoryview(bytearray(SIZE))


def during(call):
    """Runs it in a thread; collects, and uses the memory again, while it waits."""
    result = []
    thread = threading.Thread(target=lambda: result.append(call()))
    thread.start()
    time.sleep(0.2)
    for _ in range(3):
        gc.collect()
    other = [bytearray(SIZE) for _ in range(20000)]
    return thread, result, other


def check_received(call, send):
    given = [bytearray(SIZE) for _ in range(4)]
    thread, result, other = during(lambda: call(given))
    kept = list(given)
    given.clear()
    send(b"Z" * 4 * SIZE)
    thread.join()
    equal(result, [4 * SIZE])
    equal(kept, [bytearray(b"Z" * SIZE)] * 4)
    assert not any(map(any, other))
    thread, result, other = during(lambda: call([Lender() for _ in range(4)]))
    send(b"Z" * 4 * SIZE)
    thread.join()
    equal(result, [4 * SIZE])
    assert not any(map(any, other))


def test_buffers_to_read_into_live_until_they_are_filled():
    r, w = os.pipe()
    check_received(lambda buffers: os.readv(r, buffers), lambda data: os.write(w, data))
    a, b = socket.socketpair()
    check_received(lambda buffers: a.recvmsg_into(buffers)[0], b.send)
    for fd in r, w:
        os.close(fd)
    a.close()
    b.close()


def test_buffers_to_write_live_until_they_are_written():
    class Parts:
        def __len__(self):
            return 4

        def __getitem__(self, i):
            if i > 3:
                raise IndexError
            return b"part %d" % i * 10

    r, w = os.pipe()
    filled = os.write(w, b"x" * 65536)
    thread, result, other = during(lambda: os.writev(w, Parts()))
    while filled:
        filled -= len(os.read(r, filled))
    thread.join()
    equal(result, [240])
    equal(os.read(r, 1000), b"".join(Parts()))
    os.close(r)
    os.close(w)


def test_negative_descriptors_are_no_names():
    calls = [os.stat, os.statvfs, os.chdir, os.utime, os.listdir, os.scandir, os.listxattr,
             lambda fd: os.chmod(fd, 0), lambda fd: os.chown(fd, -1, -1), lambda fd: os.truncate(fd, 0),
             lambda fd: os.pathconf(fd, "PC_NAME_MAX"), lambda fd: os.getxattr(fd, "user.a")]
    for call in calls:
        for fd in -1, -5:
            try:
                call(fd)
                raise AssertionError(call)
            except OSError as error:
                equal(error.errno, errno.EBADF)


def test_failed_execs_leave_nothing():
    arguments = ["x" * 1000] * 200
    environment = {"name%d" % i: "v" * 1000 for i in range(200)}

    def fail():
        for _ in range(100):
            try:
                os.execve("/nonexistent", arguments, environment)
            except FileNotFoundError:
                pass

    fail()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(4):
        fail()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_the_log_keeps_a_name_that_nothing_replaces():
    code = """
import gc, sys, syslog
syslog.openlog('NAME' + 'x' * 30, syslog.LOG_PERROR)
sys.argv = []
syslog.openlog(logoption=syslog.LOG_PERROR)
gc.collect()
other = [b'Z' * (20 + i) for i in range(60) for j in range(2000)]
syslog.syslog('hello')
"""
    result = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE)
    equal(result.stderr, b"NAME" + b"x" * 30 + b": hello\n")


run(globals())
