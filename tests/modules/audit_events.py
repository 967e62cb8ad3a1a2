"""sys.addaudithook: the events of the language and of the C modules, with their arguments."""

import _thread
import array
import fcntl
import gc
import encodings.idna
import io
import marshal
import mmap
import os
import pickle
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import types

events = []
watching = False


def hook(event, args):
    if watching:
        events.append((event, args))


def show(value):
    if isinstance(value, int) and value > 1 << 33:
        return "LARGE"
    if isinstance(value, bytes) and not value.isascii():
        return "<bytes>"
    if isinstance(value, (int, float, str, bytes, type(None), type)):
        return repr(value)
    if isinstance(value, (tuple, list)) and len(value) < 3:
        return "(" + ", ".join(show(v) for v in value) + ")"
    return f"<{type(value).__name__}>"


def record(what, function, *args, **kwargs):
    global watching
    events.clear()
    watching = True
    try:
        function(*args, **kwargs)
    except (ImportError, OSError, ValueError, RuntimeError, TypeError) as e:
        error = type(e).__name__
    else:
        error = "-"
    finally:
        watching = False
    seen = "; ".join(f"{event}({', '.join(map(show, args))})" for event, args in events)
    for text, name in (directory, "DIR"), (__file__, "FILE"), (str(os.getpid()), "PID"):
        seen = seen.replace(text, name)
    print(f"{what}: {error}: {seen}")


def plain():
    return 1


class C:
    x = 1


class D:
    pass


class E(D):
    pass


def set_attribute(o, name, value):
    setattr(o, name, value)


sys.addaudithook(hook)
sys.breakpointhook = plain
directory = os.path.realpath(tempfile.mkdtemp())
os.chdir(directory)
open("a", "w").close()
plain_frame = sys._getframe()

for name, call in {
    "compile": lambda: compile("1", "name", "eval"),
    "compile of bytes": lambda: compile(b"1", "name", "eval"),
    "compile of a tree": lambda: compile(compile("1", "n", "eval", 0x400), "name", "eval"),
    "eval": lambda: eval("1"),
    "exec": lambda: exec("1"),
    "exec of code": lambda: exec(plain.__code__),
    "id": lambda: id(hook),
    "breakpoint": lambda: breakpoint(),
    "open": lambda: open("a").close(),
    "open for writing": lambda: open("b", "wb").close(),
    "open a descriptor": lambda: open(os.open("a", os.O_RDONLY)).close(),
    "FileIO": lambda: io.FileIO("a").close(),
    "open_code": lambda: io.open_code(directory + "/a").close(),
    "os.open": lambda: os.close(os.open("a", os.O_RDONLY | os.O_NONBLOCK, 0o600)),
    "frame": lambda: sys._getframe(),
    "frame module": lambda: sys._getframemodulename(1),
    "current frames": lambda: sys._current_frames(),
    "addaudithook": lambda: sys.addaudithook(lambda *args: None),
    "asyncgen hooks": lambda: sys.set_asyncgen_hooks(None, None),
    "settrace": lambda: sys.settrace(None),
    "setprofile": lambda: sys.setprofile(None),
    "audit": lambda: sys.audit("my.event", 1, "x"),
    "array": lambda: array.array("i", [1, 2]),
    "array without initializer": lambda: array.array("i"),
    "code.__new__": lambda: plain.__code__.replace(co_name="other"),
    "function.__new__": lambda: types.FunctionType(plain.__code__, {}),
    "f.__code__": lambda: set_attribute(plain, "__code__", plain.__code__),
    "f.__code__ read": lambda: plain.__code__,
    "f.__closure__": lambda: plain.__closure__,
    "f.__globals__": lambda: plain.__globals__,
    "f.__defaults__": lambda: set_attribute(plain, "__defaults__", ()),
    "f.__defaults__ read": lambda: plain.__defaults__,
    "f.__kwdefaults__": lambda: set_attribute(plain, "__kwdefaults__", {}),
    "del f.__defaults__": lambda: delattr(plain, "__defaults__"),
    "C.__name__": lambda: set_attribute(C, "__name__", "N"),
    "C.__qualname__": lambda: set_attribute(C, "__qualname__", "N"),
    "C.__module__": lambda: set_attribute(C, "__module__", "N"),
    "C.__doc__": lambda: set_attribute(C, "__doc__", "N"),
    "E.__bases__": lambda: set_attribute(E, "__bases__", (C,)),
    "C.x": lambda: set_attribute(C, "x", 2),
    "o.__class__": lambda: set_attribute(C(), "__class__", C),
    "o.__dict__": lambda: set_attribute(C(), "__dict__", {}),
    "o.__dict__ read": lambda: C().__dict__,
    "frame.f_code": lambda: plain_frame.f_code,
    "frame.f_locals": lambda: plain_frame.f_builtins,
    "method.__func__": lambda: C.__init__.__get__(C()).__self__,
    "generator": lambda: (i for i in ()).gi_code,
    "traceback": lambda: types.TracebackType(None, plain_frame, 0, 1),
    "gc.get_objects": lambda: gc.get_objects(),
    "gc.get_objects of a generation": lambda: gc.get_objects(0),
    "gc.get_referrers": lambda: gc.get_referrers(1),
    "gc.get_referents": lambda: gc.get_referents(1, 2),
    "marshal.dumps": lambda: marshal.dumps(1),
    "marshal.loads": lambda: marshal.loads(b"N"),
    "marshal.load": lambda: marshal.load(io.BytesIO(marshal.dumps(1))),
    "marshal.dump": lambda: marshal.dump(1, io.BytesIO()),
    "pickle": lambda: pickle.loads(b"cbuiltins\nlen\n."),
    "mmap": lambda: mmap.mmap(-1, 8),
    "sleep": lambda: time.sleep(0),
    "sleep of less": lambda: time.sleep(-1),
    "chdir": lambda: os.chdir("."),
    "chmod": lambda: os.chmod("a", 0o600),
    "fchmod": lambda: os.fchmod(0x7FFF, 0o600),
    "chown": lambda: os.chown("none", -1, -1),
    "lchown": lambda: os.lchown("none", -1, -1),
    "fchown": lambda: os.fchown(0x7FFF, -1, -1),
    "fchdir": lambda: os.fchdir(0x7FFF),
    "getxattr": lambda: os.getxattr("none", "user.a"),
    "setxattr": lambda: os.setxattr("none", "user.a", b"x"),
    "removexattr": lambda: os.removexattr("none", "user.a"),
    "listxattr": lambda: os.listxattr("none"),
    "lockf": lambda: os.lockf(0x7FFF, os.F_LOCK, 0),
    "posix_spawn": lambda: os.posix_spawn("none", ["a"], {"b": "c"}),
    "kill": lambda: os.kill(os.getpid(), 0),
    "killpg": lambda: os.killpg(0x7FFFFFF, 0),
    "pthread_kill": lambda: signal.pthread_kill(threading.get_ident(), 0) and None,
    "link": lambda: os.link("none", "none2"),
    "symlink": lambda: os.symlink("none", "link"),
    "listdir": lambda: os.listdir("."),
    "listdir without an argument": lambda: os.listdir(),
    "mkdir": lambda: os.mkdir("d"),
    "mkdir with a mode": lambda: os.mkdir("d", 0o700),
    "rmdir": lambda: os.rmdir("d"),
    "remove": lambda: os.remove("none"),
    "unlink": lambda: os.unlink("link"),
    "rename": lambda: os.rename("none", "none2"),
    "replace": lambda: os.replace("none", "none2"),
    "scandir": lambda: os.scandir(".").close(),
    "truncate": lambda: os.truncate("a", 0),
    "ftruncate": lambda: os.ftruncate(0x7FFF, 0),
    "utime": lambda: os.utime("a", (1, 2)),
    "utime in ns": lambda: os.utime("a", ns=(1, 2)),
    "putenv": lambda: os.putenv("WEFT_A", "b"),
    "unsetenv": lambda: os.unsetenv("WEFT_A"),
    "system": lambda: os.system("exit 0"),
    "execv": lambda: os.execv("none", ["a"]),
    "execve": lambda: os.execve("none", ["a"], {"b": "c"}),
    "fcntl": lambda: fcntl.fcntl(0, fcntl.F_GETFD),
    "ioctl": lambda: fcntl.ioctl(0x7FFF, 1, b"a"),
    "flock": lambda: fcntl.flock(0x7FFF, fcntl.LOCK_UN),
    "fcntl.lockf": lambda: fcntl.lockf(0x7FFF, fcntl.LOCK_UN, 0, 0, 0),
    "setrlimit": lambda: resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)),
    "prlimit": lambda: resource.prlimit(0, resource.RLIMIT_CORE, (0, 0)) and None,
    "prlimit read": lambda: resource.prlimit(0, resource.RLIMIT_CORE) and None,
    "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
    "getaddrinfo": lambda: socket.getaddrinfo("127.0.0.1", 80),
    "gethostbyname": lambda: socket.gethostbyname("127.0.0.1"),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex("127.0.0.1"),
    "getservbyname": lambda: socket.getservbyname("no such", "tcp"),
    "getservbyport": lambda: socket.getservbyport(1, "none"),
    "gethostname": lambda: socket.gethostname(),
    "getnameinfo": lambda: socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV),
}.items():
    record(name, call)

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    record("bind", s.bind, ("127.0.0.1", 0))
    address = ("127.0.0.1", 9)
    record("sendto", s.sendto, b"a", address)
    record("sendmsg", s.sendmsg, [b"a"], [], 0, address)
    record("sendmsg without an address", s.sendmsg, [b"a"])
    record("connect", s.connect, address)
    record("connect_ex", s.connect_ex, address)

record("start_new_thread", _thread.start_new_thread, time.time, ())
record("start_joinable_thread", _thread.start_joinable_thread, time.time)

sys.stdin = io.StringIO("line\n")
record("input", input, "")
sys.path[:] = sys.path_hooks[:] = []
record("import", __import__, "no_such_module")


def refuse(event, args):
    if watching and event in ("sys.addaudithook", "refused"):
        raise RuntimeError("no")


sys.addaudithook(refuse)
record("a hook that is refused", sys.addaudithook, lambda event, args: print("never"))
record("an event that is refused", sys.audit, "refused")
record("no str", sys.audit, 1)
record("no arguments", sys.audit)
os.chdir("/")
shutil.rmtree(directory)
