"""What bench/scaling measures, one function an item: `scaling_items.py threads [name...]`.

Every thread does the whole of an item's work, so that perfect scaling takes as long with N threads as
with one. PRIVATE items work on data of their own with code that all threads share; SHARED items read
what all threads see; WRITTEN items change it. `repeat` is how often an item does its small thing."""

import abc
import asyncio
import collections
import contextlib
import copy
import dataclasses
import functools
import io
import json
import math
import operator
import os
import queue
import re
import struct
import sys
import threading
import time
import tokenize
import warnings

PRIVATE, SHARED, WRITTEN = {}, {}, {}
SECONDS = 0.05


def item(group):
    def register(function):
        group[function.__name__.strip("_")] = function
        return function
    return register


# ------------------------------------------------------------------------- private data, shared code

def add(a, b):
    return a + b


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return self.x + self.y

    @property
    def double(self):
        return self.x + self.x

    def __len__(self):
        return self.x

    def __add__(self, other):
        return self.x + other.x

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class Ten:
    """A descriptor."""

    def __get__(self, instance, owner):
        return 10


class Described:
    ten = Ten()


@dataclasses.dataclass
class Data:
    a: int
    b: str = "b"
    c: list = dataclasses.field(default_factory=list)


Triple = collections.namedtuple("Triple", "a b c")


class Sized(abc.ABC):
    @abc.abstractmethod
    def size(self):
        """Bytes."""


class Box(Sized):
    def size(self):
        return 1


@item(PRIVATE)
def function_call(repeat):
    for _ in range(repeat):
        add(1, 2)
        add(3, 4)


@item(PRIVATE)
def keyword_call(repeat):
    for _ in range(repeat):
        add(a=1, b=2)
        add(3, b=4)


@item(PRIVATE)
def method_call(repeat):
    point = Point(1, 2)
    for _ in range(repeat):
        point.norm()
        point.norm()


@item(PRIVATE)
def object_creation(repeat):
    for i in range(repeat):
        Point(i, i).x


@item(PRIVATE)
def closure_creation(repeat):
    for i in range(repeat):
        def inner():
            return i
        inner()


@item(PRIVATE)
def dict_creation(repeat):
    for i in range(repeat):
        {"a": i, "b": 2, "c": 3}


@item(PRIVATE)
def list_append_pop(repeat):
    items = []
    for i in range(repeat):
        items.append(i)
        items.append(i)
        items.pop()
        items.pop()


@item(PRIVATE)
def dict_insert(repeat):
    for i in range(repeat // 16 + 1):
        table = {}
        for k in range(16):
            table[k] = i


@item(PRIVATE)
def set_insert(repeat):
    for _ in range(repeat // 16 + 1):
        items = set()
        for k in range(16):
            items.add(k)


@item(PRIVATE)
def string_build(repeat):
    for i in range(repeat):
        f"{i}:{i + 1}"
        ",".join(("a", "b", "c"))


@item(PRIVATE)
def string_accumulate(repeat):
    for _ in range(repeat // 16 + 1):
        text = ""
        for _ in range(16):
            text += "ab"


@item(PRIVATE)
def constants(repeat):
    for _ in range(repeat):
        x = "abc"
        y = (1, 2, "three")
        x, y = y, x


@item(PRIVATE)
def float_arithmetic(repeat):
    x = 1.5
    for _ in range(repeat):
        x = x * 1.0001 + 0.5
        x = x / 1.0002 - 0.25


@item(PRIVATE)
def int_arithmetic(repeat):
    x = 1
    for i in range(repeat):
        x = (x * 31 + i) % 1000003
        x = (x ^ i) & 0xFFFF


@item(PRIVATE)
def big_ints(repeat):
    x = 3 ** 200
    for _ in range(repeat):
        x * x % 1000000007
        x + x


def count_to(n):
    for i in range(n):
        yield i


@item(PRIVATE)
def generator(repeat):
    for _ in count_to(repeat):
        pass


@item(PRIVATE)
def comprehension(repeat):
    for _ in range(repeat // 16 + 1):
        [i + 1 for i in range(16)]


@item(PRIVATE)
def context_manager(repeat):
    point = Point(1, 2)
    for _ in range(repeat):
        with point:
            pass


@item(PRIVATE)
def contextlib_manager(repeat):
    @contextlib.contextmanager
    def manager():
        yield 1
    for _ in range(repeat // 4 + 1):
        with manager():
            pass


@item(PRIVATE)
def exceptions(repeat):
    for i in range(repeat):
        try:
            raise ValueError(i)
        except ValueError:
            pass


@item(PRIVATE)
def own_lock(repeat):
    lock = threading.Lock()
    for _ in range(repeat):
        with lock:
            pass


@item(PRIVATE)
def descriptor(repeat):
    thing = Described()
    for _ in range(repeat):
        thing.ten


@item(PRIVATE)
def property_read(repeat):
    point = Point(1, 2)
    for _ in range(repeat):
        point.double


@item(PRIVATE)
def special_methods(repeat):
    point = Point(1, 2)
    for _ in range(repeat):
        len(point)
        point + point


@item(PRIVATE)
def dataclass(repeat):
    for i in range(repeat):
        Data(i).a


@item(PRIVATE)
def dataclass_equality(repeat):
    one, other = Data(1), Data(1)
    for _ in range(repeat):
        one == other


@item(PRIVATE)
def namedtuple(repeat):
    for i in range(repeat):
        Triple(i, 2, 3).b


@item(PRIVATE)
def deepcopy(repeat):
    source = {"a": [1, 2, {"b": (1, [2])}], "c": "d"}
    for _ in range(repeat // 16 + 1):
        copy.deepcopy(source)


@item(PRIVATE)
def json_dumps(repeat):
    source = {"a": [1, 2.5, {"b": None}], "c": "d" * 10}
    for _ in range(repeat // 8 + 1):
        json.dumps(source)


@item(PRIVATE)
def json_loads(repeat):
    for _ in range(repeat // 8 + 1):
        json.loads('{"a": [1, 2.5, {"b": null}], "c": "dddddddd"}')


@item(PRIVATE)
def re_match(repeat):
    for _ in range(repeat // 4 + 1):
        re.match(r"(\w+)-(\d+)", "abcdef-12345")


@item(PRIVATE)
def sort(repeat):
    source = [(i * 7919) % 101 for i in range(32)]
    for _ in range(repeat // 16 + 1):
        sorted(source)


@item(PRIVATE)
def isinstance_abc(repeat):
    box = Box()
    for _ in range(repeat):
        isinstance(box, Sized)


@item(PRIVATE)
def math_function(repeat):
    for _ in range(repeat):
        math.sqrt(2.0)
        math.floor(2.5)


@item(PRIVATE)
def module_attribute_call(repeat):
    for _ in range(repeat):
        operator.add(1, 2)


local = threading.local()


@item(PRIVATE)
def thread_local_read(repeat):
    local.value = 1
    for _ in range(repeat):
        local.value


@item(PRIVATE)
def import_in_function(repeat):
    for _ in range(repeat):
        import json
        from os import path


async def answer():
    await asyncio.sleep(0)
    return 42


@item(PRIVATE)
def asyncio_tasks(repeat):
    async def main():
        for _ in range(repeat // 400 + 1):
            await asyncio.gather(*(answer() for _ in range(10)))
    with asyncio.Runner() as runner:
        runner.run(main())


SOURCE = "def f(a, b=1):\n    return [a + b * 2 for x in y if x is not None]\n" * 4


@item(PRIVATE)
def tokenizing(repeat):
    for _ in range(repeat // 1000 + 1):
        for _ in tokenize.generate_tokens(io.StringIO(SOURCE).readline):
            pass


# ------------------------------------------------------------------------------- shared data, read

class Singleton:
    """Its one instance is read by all threads."""

    constant = 1

    def __init__(self):
        self.value = 5

    def method(self):
        return self.value


DICT = {i: i for i in range(64)} | {str(i): i for i in range(64)}
SET = set(DICT)
LIST = list(range(64))
ONE = Singleton()
PATTERN = re.compile(r"(\w+)-(\d+)")
TREE = {"a": [1, 2, {"b": (1, [2])}], "c": "d"}


@functools.lru_cache(maxsize=128)
def cached(n):
    return n + 1


def make_closure():
    cell = 3

    def inner():
        return cell
    return inner


CLOSURE = make_closure()


@item(SHARED)
def dict_get(repeat):
    for _ in range(repeat):
        DICT.get(5)
        DICT["7"]


@item(SHARED)
def in_set(repeat):
    for _ in range(repeat):
        5 in SET
        "x" in SET


@item(SHARED)
def list_index(repeat):
    for i in range(repeat):
        LIST[i & 63]


@item(SHARED)
def instance_attribute(repeat):
    for _ in range(repeat):
        ONE.value
        ONE.value


@item(SHARED)
def singleton_method(repeat):
    for _ in range(repeat):
        ONE.method()


@item(SHARED)
def class_attribute(repeat):
    for _ in range(repeat):
        Singleton.constant
        ONE.constant


@item(SHARED)
def module_constant(repeat):
    for _ in range(repeat):
        math.pi
        SECONDS


@item(SHARED)
def closure_cell(repeat):
    for _ in range(repeat):
        CLOSURE()


@item(SHARED)
def lru_cache_hit(repeat):
    for _ in range(repeat):
        cached(5)


@item(SHARED)
def compiled_regex(repeat):
    for _ in range(repeat // 4 + 1):
        PATTERN.match("abcdef-12345")


@item(SHARED)
def deepcopy_source(repeat):
    for _ in range(repeat // 16 + 1):
        copy.deepcopy(TREE)


@item(SHARED)
def list_iteration(repeat):
    for _ in range(repeat // 16 + 1):
        for _ in LIST:
            pass


# ---------------------------------------------------------------------------- shared data, written

LOCK = threading.Lock()
counter = 0


@item(WRITTEN)
def shared_list_append(repeat):
    for i in range(repeat):
        WRITTEN_LIST.append(i)
    del WRITTEN_LIST[:]


WRITTEN_LIST = []
WRITTEN_DICT = {}
WRITTEN_DEQUE = collections.deque(maxlen=1000)


@item(WRITTEN)
def shared_dict_store(repeat):
    for i in range(repeat):
        WRITTEN_DICT[i & 255] = i


@item(WRITTEN)
def counter_under_lock(repeat):
    global counter
    for _ in range(repeat):
        with LOCK:
            counter += 1


@item(WRITTEN)
def shared_deque(repeat):
    for i in range(repeat):
        WRITTEN_DEQUE.append(i)


QUEUE = queue.Queue()
SIMPLE_QUEUE = queue.SimpleQueue()


@item(WRITTEN)
def queue_put_get(repeat):
    for i in range(repeat // 4 + 1):
        QUEUE.put(i)
        QUEUE.get()


@item(WRITTEN)
def simple_queue_put_get(repeat):
    for i in range(repeat):
        SIMPLE_QUEUE.put(i)
        SIMPLE_QUEUE.get()


# --------------------------------------------------------------------------------------- measuring

def in_threads(work, repeat, number):
    """Seconds from when `number` threads are let go until the last of them has done `repeat` rounds."""
    begins, ends = [], []
    barrier = threading.Barrier(number)

    def body():
        barrier.wait()
        begins.append(time.perf_counter())
        work(repeat)
        ends.append(time.perf_counter())

    running = [threading.Thread(target=body) for _ in range(number)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return max(ends) - min(begins)


def in_processes(work, repeat, number):
    """The same with a process for each, which share nothing: what the machine lets `number` cores do."""
    go, let_go = os.pipe()
    done, ended = os.pipe()
    children = [os.fork() for _ in range(number) if os.getpid() == PARENT]
    if os.getpid() != PARENT:
        os.read(go, 1)
        begun = time.perf_counter()
        work(repeat)
        os.write(ended, struct.pack("2d", begun, time.perf_counter()))
        os._exit(0)
    time.sleep(0.005)
    os.write(let_go, b"g" * number)
    for child in children:
        os.waitpid(child, 0)
    times = struct.unpack(f"{2 * number}d", os.read(done, 16 * number))
    for descriptor in go, let_go, done, ended:
        os.close(descriptor)
    return max(times[1::2]) - min(times[::2])


PARENT = os.getpid()


def calibrated(work):
    """How often one thread does it in SECONDS."""
    repeat = 64
    while (seconds := in_threads(work, repeat, 1)) < SECONDS / 4:
        repeat *= 4
    return max(1, int(repeat * SECONDS / seconds))


def main():
    """Prints for each item: name, and nanoseconds a round of one thread, of all threads and of as many
    processes."""
    number, *names = sys.argv[1:]
    number = int(number)
    warnings.simplefilter("ignore")  # os.fork with threads
    for group in PRIVATE, SHARED, WRITTEN:
        for name, work in group.items():
            if names and name not in names:
                continue
            repeat = calibrated(work)
            one, threads = in_threads(work, repeat, 1), in_threads(work, repeat, number)
            processes = math.nan if group is WRITTEN else in_processes(work, repeat, number)
            print(name, *(seconds / repeat * 1e9 for seconds in (one, threads, processes)), flush=True)


if __name__ == "__main__":
    main()
