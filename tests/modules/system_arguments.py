"""Arguments of system calls: times, numbers of a fixed width, descriptors and paths."""

import binascii
import fcntl
import io
import os
import select
import signal
import tempfile
import time

from cases import show


class Index:
    def __index__(self):
        return 5


class Float:
    def __float__(self):
        return 5.5


class Pair:
    def __init__(self, result):
        self.result = result

    def __divmod__(self, other):
        return self.result


def shown(*times, **more):
    os.utime(name, *times, **more)
    status = os.stat(name)
    return status.st_atime_ns, status.st_mtime_ns


def timer(seconds, interval=0):
    signal.setitimer(signal.ITIMER_REAL, seconds, interval)
    return signal.setitimer(signal.ITIMER_REAL, 0)[0] > 1


def at_end(text, index):
    memory = io.StringIO()
    memory.write(text)
    memory.seek(index)
    memory.write("a")


def zone(tm_zone=None, tm_gmtoff=0):
    return time.strftime("%Z|%z", time.struct_time((2020, 1, 1, 1, 1, 1, 1, 1, 1), {"tm_zone": tm_zone, "tm_gmtoff": tm_gmtoff}))


TIMES = """
os.utime(fd, (1, 0), follow_symlinks=False)
os.utime(fd, (1, 0), dir_fd=3)
os.chown(fd, -1, -1, follow_symlinks=False)
os.chown(fd, -1, -1, dir_fd=3)
shown((nan, 0))
shown((1e300, 0))
shown((-inf, 0))
shown((2**70, 0))
shown(('x', 0))
shown((None, 0))
shown((1.5, -0.5))
shown((Index(), True))
shown((Float(), 0))
shown(ns=(Pair(5), 0))
shown(ns=(Pair((1,)), 0))
shown(ns=(Pair("abc"), 0))
shown(ns=(Pair((1, 2)), 3))
shown(ns=(1.5, 0))
shown(ns=('x', 0))
timer(nan)
timer(1e300)
timer(inf)
timer(9.3e9)
timer(1e18)
timer(10**30)
timer(10**10)
timer(-1)
timer(1, -1)
timer(1, nan)
timer('x')
timer(None)
timer(Float())
timer(Index())
timer(1e-7), timer(-1e-7), timer(9.2e9), timer(2**33)
signal.getitimer(77)
signal.ItimerError, signal.ItimerError.__mro__[1]
time.clock_settime(1000, nan)
time.clock_settime(1000, inf)
time.clock_settime(1000, 10**30)
time.clock_settime(1000, 'x')
time.clock_settime(1000, 1.5)
zone(), zone("a\\0b"), zone("xx", 3600), zone("xx", -1)
zone("\\ud800")
zone(5)
zone("x", "y")
zone("x", 2**70)
zone("x", 1.5)
"""

NUMBERS = """
e.register(r, 2**70 + 1), e.modify(r, -2**70), e.modify(r, 2**32 + 1)
e.register(w, -1)
e.modify(r, 1.5)
fcntl.fcntl(r, fcntl.F_GETFD, 2**70), fcntl.fcntl(r, fcntl.F_GETFD, -2**70)
fcntl.fcntl(r, fcntl.F_SETFD, 2**70 + 1), fcntl.fcntl(r, fcntl.F_GETFD)
fcntl.fcntl(r, fcntl.F_GETFD, 1.5)
fcntl.fcntl(r, fcntl.F_GETFD, Index())
binascii.hexlify(b'abc', '\\xe9'), binascii.hexlify(b'abc', b'\\xff', 2), binascii.hexlify(b'', '\\xe9')
binascii.hexlify(b'abc', '\\u1234')
binascii.hexlify(b'abc', 5)
b'abc'.hex('\\xe9')
b'abc'.hex(b'\\xff')
os.write(fd, b'abcdef')
os.pwrite(fd, b'ZZ', -1)
os.pwrite(fd, b'ZZ', -100)
os.pwrite(fd, b'ZZ', 1)
os.pread(fd, 100, 0)
os.pread(fd, 1, -1)
os.pwritev(fd, [b'q'], -5)
os.stat(-5)
os.statvfs(-5)
os.chdir(-5)
os.utime(-5)
os.chmod(-5, 0)
os.chown(-5, -1, -1)
at_end('a', 2**63 - 11)
at_end('\\u0400', (2**63 + 4000 - 32) * 4 // 5)
at_end('\\U0001f600', (2**63 + 4000 - 32) * 4 // 5)
"""

nan, inf = float("nan"), float("inf")
signal.signal(signal.SIGALRM, signal.SIG_IGN)
e = select.epoll()
r, w = os.pipe()
with tempfile.NamedTemporaryFile() as file:
    fd, name = file.fileno(), file.name
    show(TIMES, globals())
    show(NUMBERS, globals())
