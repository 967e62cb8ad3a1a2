"""Operations that take several steps, or call Python code in between, while other threads change what they work on."""

import abc
import csv
import ctypes
import functools
import io
import mmap
import os
import pickle
import sqlite3
import tempfile
import threading
import time
import warnings
from array import array
from collections import Counter, OrderedDict, deque

from _team import switch_often, together
from testing import equal, run

SECONDS = 0.5


def against(change, look):
    """Looks again and again while another thread changes."""
    over = threading.Event()

    def go_on():
        while not over.is_set():
            change()

    thread = threading.Thread(target=go_on)
    thread.start()
    end = time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            look()
    finally:
        over.set()
        thread.join()


class Number:
    __hash__ = None

    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n


def test_deque_finds_what_is_always_in_it():
    d, other, wanted = deque([Number(0), Number(1)]), Number(0), Number(1)
    missed = []

    def change():
        d.appendleft(other)
        d.popleft()

    def look():
        for operation in (lambda: wanted in d, lambda: d.count(wanted) == 1, lambda: d.index(wanted) > 0):
            try:
                if not operation():
                    missed.append(operation)
            except RuntimeError:
                pass

    against(change, look)
    equal(missed, [])


def test_deque_removes_what_is_equal():
    d, wrong = deque(), Counter()

    def look():
        d.clear()
        d.extend([Number(0), Number(1), Number(2)])
        try:
            d.remove(Number(0))
        except IndexError:
            return
        wrong[tuple(sorted(x.n for x in d.copy()))] += 1

    against(d.reverse, look)
    equal(set(wrong) <= {(1, 2)}, True)


def test_deque_times_loses_nothing():
    d, counts = deque(maxlen=10), Counter()
    turn = threading.Barrier(2)
    over = []

    def append():
        while True:
            turn.wait()
            if over:
                return
            d.append(1)
            turn.wait()

    thread = threading.Thread(target=append)
    thread.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        d.clear()
        turn.wait()
        for _ in range(3):
            d *= 2
        turn.wait()
        counts[len(d) > 0] += 1
    over.append(True)
    turn.wait()
    thread.join()
    equal(set(counts), {True})


def test_ordered_dict_gives_each_key_once():
    d, seen = OrderedDict.fromkeys("abc"), Counter()

    def change():
        d.move_to_end("c")
        d.move_to_end("b")
        d.move_to_end("c")

    def look():
        for keys in (d, d.items(), reversed(d)):
            try:
                seen["".join(sorted(k[0] for k in keys))] += 1
            except RuntimeError:
                pass

    against(change, look)
    equal(set(seen), {"abc"})


def test_lru_cache_keeps_what_was_used_last():
    calls = []
    f = functools.lru_cache(maxsize=4)(calls.append)
    threading.Thread(target=f, args=(0,)).start()
    for k in range(2, 12):
        f(1)
        f(k)
    equal(calls.count(1), 1)


def test_csv_records_of_several_lines():
    rows, count = [], 3000
    reader = csv.reader(io.StringIO('"a\nb\nc\nd",1\n' * count, newline=""))

    def take():
        for row in reader:
            rows.append(tuple(row))

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(dict(Counter(rows)), {("a\nb\nc\nd", "1"): count})


def test_abc_forgets_an_answer_from_before_a_registration():
    class Abstract(abc.ABC):
        pass

    class Class:
        pass

    asked, registered = threading.Event(), threading.Event()

    class Derived(Abstract):
        @classmethod
        def __subclasshook__(cls, subclass):
            if subclass is Class and threading.current_thread() is thread:
                asked.set()
                registered.wait()
            return NotImplemented

    thread = threading.Thread(target=issubclass, args=(Class, Abstract))
    thread.start()
    asked.wait()
    Abstract.register(Class)
    equal(issubclass(int, Abstract), False)
    registered.set()
    thread.join()
    equal(issubclass(Class, Abstract), True)


def test_environment_while_the_c_library_reads_it():
    names = [f"WEFT_{i}" for i in range(40)]
    moment = time.localtime()

    def change():
        for name in names:
            os.putenv(name, "x" * 100)
        for name in names[::2]:
            os.unsetenv(name)

    against(change, lambda: (time.mktime(moment), time.strftime("%Z", moment)))
    for name in names:
        os.unsetenv(name)


def test_a_c_pointer_keeps_what_it_leads_to():
    pointers = [ctypes.c_char_p(b"start") for _ in range(100)]
    barrier = threading.Barrier(2)

    def assign(letter):
        for i in range(20):
            barrier.wait()
            for k, pointer in enumerate(pointers):
                pointer.value = f"{letter}{i}.{k}".encode()
            barrier.wait()
            differing.extend(p for p in pointers if p.value != p._objects)

    differing = []
    threads = [threading.Thread(target=assign, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(differing, [])


def test_characters_that_change_while_they_are_read():
    raw = bytearray(4 * 500)
    text = (ctypes.c_wchar * 500).from_buffer(raw)
    one, other = ("\u20ac" * 500).encode("utf-32-le"), b"\xff" * len(raw)
    file, wrong = io.BytesIO(one + other), set()

    def change():
        file.seek(0)
        file.readinto(raw)
        file.readinto(raw)

    def look():
        try:
            seen = text.value
        except ValueError:
            return
        wrong.update(c for c in seen if c not in "\0\u20ac")

    against(change, look)
    equal(sorted(map(hex, map(ord, wrong)))[:10], [])


def test_a_program_puts_a_key_of_its_own_among_what_is_kept():
    class Pair(ctypes.Structure):
        _fields_ = [("first", ctypes.c_char_p), ("second", ctypes.c_char_p)]

    class Key:
        def __hash__(self):
            return hash(first)

        def __eq__(self, other):
            pair.second = b"from within"
            return False

    pair, pairs = Pair(), []
    thread = threading.Thread(target=lambda: pairs.append(pair))
    thread.start()
    thread.join()
    pair.first = b"one"
    [first] = pair._objects
    pair._objects.clear()
    pair._objects[Key()] = 1
    pair.first = b"other"
    equal((pair.first, pair.second), (b"other", b"from within"))


class Sum:
    """An aggregate of sqlite whose end needs what the library guards."""

    def __init__(self):
        self.n = 0

    def step(self, x):
        self.n += x

    def inverse(self, x):
        self.n -= x

    def value(self):
        return self.n

    def finalize(self):
        sqlite3.connect(":memory:").close()
        return self.n


def test_an_abandoned_cursor_ends_in_python_code():
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    if sqlite3.sqlite_version_info < (3, 25):
        return
    connection.create_window_function("total", 1, Sum)

    def start():
        rows = "select total(x) over (order by x rows between 1 preceding and 1 following) from (select 1 as x union select 2)"
        return next(connection.execute(rows))

    def look():
        try:
            start()
        except sqlite3.OperationalError:  # the interrupt was for it as well
            pass
        connection.interrupt()

    against(lambda: sqlite3.connect(":memory:").close(), look)
    connection.close()


def test_sets_change_by_what_an_iterator_gives():
    s, wrong = set(range(8)), []

    def change():
        s.add(-1)
        s.discard(-1)

    def look():
        s.update(range(8))
        s.difference_update(iter([0, 1]))
        if {0, 1} & s.copy():
            wrong.append("difference")
        s.intersection_update(iter([2, 3, -1]))
        if s.copy() - {-1} != {2, 3}:
            wrong.append("intersection")
        s.symmetric_difference_update(iter([3, 4]))
        if s.copy() - {-1} != {2, 4}:
            wrong.append("symmetric difference")

    against(change, look)
    equal(set(wrong), set())


def test_two_sets_or_dicts_are_put_together_as_of_one_moment():
    s, t = {1, *range(10, 40)}, {2, 3}
    d, e = dict.fromkeys(s), dict.fromkeys(t)
    wrong = []

    def change():  # 1 is always in one of them; never is only 4 in s
        for add in s.add, t.add:
            add(1)
            (t if add == s.add else s).discard(1)
        for a, b in (d, e), (e, d):
            a[1] = 0
            b.pop(1, None)
        t.add(4)
        s.add(4)
        s.discard(4)
        t.discard(4)

    def look():
        for name, value in (
            ("s | t", 1 in s | t),
            ("t.union(s)", 1 in t.union(s)),
            ("d | e", 1 in d | e),
            ("s - t", 4 not in s - t),
        ):
            if not value:
                wrong.append(name)

    against(change, look)
    equal(sorted(set(wrong)), [])


def test_coroutines_are_closed_by_all_at_once():
    class Forever:
        def __await__(self):
            while True:
                yield

    async def wait():
        await Forever()

    current, wrong, barrier = [None], [], threading.Barrier(3)

    def close():
        for _ in range(500):
            if barrier.wait() == 0:
                current[0] = wait()
                current[0].send(None)
            barrier.wait()
            try:
                current[0].close()
            except ValueError as e:
                if str(e) != "coroutine already executing":
                    wrong.append(e)
            except RuntimeError as e:
                wrong.append(e)

    together(close, repeat=3)
    equal(wrong, [])


def test_a_class_changes_while_it_compares_a_key():
    changes = 0

    class Key:
        def __hash__(self):
            return hash("x")

        def __eq__(self, other):
            nonlocal changes
            changes += 1
            if 0 < changes < 5:
                C.x = changes
            return False

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # non-string key in the __dict__

        class C:
            locals()[Key()] = 1

    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    changes = 0
    C.x = 9
    over.set()
    thread.join()
    equal((C.x, changes > 5), (9, True))


def test_a_list_times_one_loses_nothing():
    items, lost, n = [0] * 8, [], 0

    def change():
        nonlocal items
        items *= 1

    def look():
        nonlocal n
        n += 1
        items[0] = n
        items.pop()
        items.append(n)
        if items[0] != n or items[-1] != n:
            lost.append(n)

    against(change, look)
    equal(lost, [])


class Base:
    pass


class Mixed:
    pass


def test_a_class_is_made_while_its_base_changes():
    wrong = []
    meeting = threading.Barrier(2)
    bases = []

    def change():
        for cls in iter(lambda: (meeting.wait(), bases[-1])[1], None):
            cls.__len__ = lambda self: 5
            cls.__bases__ = (Mixed,)
            meeting.wait()

    thread = threading.Thread(target=change)
    thread.start()
    for _ in range(400):
        bases.append(type("Changing", (Base,), {}))
        meeting.wait()
        made = [type("Made", (bases[-1],), {}) for _ in range(4)]
        meeting.wait()
        wrong += [cls for cls in made if Mixed not in cls.__mro__ or not hasattr(cls, "__len__") or len(cls()) != 5]
    bases.append(None)
    meeting.wait()
    thread.join()
    equal(wrong, [])


def test_a_global_is_defined_while_it_is_looked_for():
    code = compile("def ask(): return len", "made", "exec")
    meeting, spaces, stale = threading.Barrier(2), [], []

    def define():
        for space in iter(lambda: (meeting.wait(), spaces[-1])[1], None):
            space["len"] = 7
            meeting.wait()

    thread = threading.Thread(target=define)
    thread.start()
    for _ in range(2000):
        space = {}
        exec(code, space)
        for name in "abcdeg":  # it is full then, with a hole
            space[name] = 1
        del space["c"]
        spaces.append(space)
        meeting.wait()
        space["ask"]()
        meeting.wait()
        stale += [space] * (space["ask"]() != 7)
    spaces.append(None)
    meeting.wait()
    thread.join()
    equal(len(stale), 0)


def test_class_and_dict_of_an_instance_are_set():
    o, wrong = Base(), []

    def change():
        o.__dict__ = {}

    def look():
        for cls in Mixed, Base:
            o.__class__ = cls
            wrong.extend(cls for _ in range(50) if type(o) is not cls)

    against(change, look)
    equal(wrong, [])


def test_tracebacks_make_no_circle():
    def traceback():
        try:
            raise ValueError
        except ValueError as error:
            return error.__traceback__

    pairs = [(traceback(), traceback())]

    def link(a, b):
        try:
            a.tb_next = b
        except ValueError:
            pass

    def look():
        pairs.append((traceback(), traceback()))
        link(*pairs[-1])
        first, second = pairs[-1]
        if first.tb_next is second and second.tb_next is first:
            raise AssertionError

    against(lambda: link(*pairs[-1][::-1]), look)


def test_joining_leaves_the_separator_free():
    separator = bytearray(b", ")

    def change():
        separator.append(1)
        separator.pop()

    against(lambda: separator.join([b"a", b"b"]), change)


class Plain:
    def __init__(self):
        self.a = self.b = self.c = self.d = [1] * 10


def test_instances_are_pickled_while_their_dicts_are_looked_at():
    objects = [Plain()]

    def change():
        vars(objects[0])

    def look():
        objects[0] = o = Plain()
        if vars(pickle.loads(pickle.dumps(o))) != vars(Plain()):
            raise AssertionError

    against(change, look)


def test_an_array_takes_text_as_a_whole():
    a = array("w")
    against(lambda: a.fromunicode("a" * 20) or time.sleep(0.0001),
            lambda: a.fromunicode("b" * 20) or time.sleep(0.0001))
    text = a.tounicode()
    equal({text[i:i + 20] for i in range(0, len(text), 20)}, {"a" * 20, "b" * 20})


def test_maps_are_closed_and_resized_while_they_are_flushed():
    with tempfile.TemporaryFile() as file:
        file.truncate(1 << 16)
        current = mmap.mmap(file.fileno(), 1 << 16)

        def change():
            try:
                current.flush()
            except ValueError as error:
                equal(str(error), "mmap closed or invalid")

        def look():
            nonlocal current
            current[100] = current[60000] = 1
            current.resize(1 << 17)
            current.resize(1 << 16)
            current.close()
            current = mmap.mmap(file.fileno(), 1 << 16)

        against(change, look)


switch_often()
run(globals())
