"""sqlite3 without reference counts: what cursors that nobody has any more held is given back when it
is in the way, close() ends what is open, a connection that is not closed is told of."""
# needs: _sqlite3
# weft only

import gc
import os
import signal
import sqlite3
import threading
import time
import warnings

from testing import equal, fails, run

ROWS = [(i,) for i in range(50)]


def filled(path=":memory:", **options):
    c = sqlite3.connect(path, **options)
    c.execute("create table if not exists t(a)")
    c.executemany("insert into t values(?)", ROWS)
    c.commit()
    return c


def begin_reading(c):
    """Reads one row of many, and forgets the cursor."""
    equal(c.execute("select a from t").fetchone(), (0,))


def test_a_lost_cursor_does_not_keep_a_table_locked():
    c = filled()
    begin_reading(c)
    c.execute("drop table t")
    c.close()


def test_a_lost_cursor_does_not_keep_the_database_locked():
    path = "lost.db"
    reader, writer = filled(path), sqlite3.connect(path, timeout=30)
    begin_reading(reader)
    writer.execute("insert into t values(1)")
    writer.commit()
    reader.close()
    writer.close()


def test_a_lost_blob_does_not_keep_a_transaction_open():
    c = filled()
    c.execute("create table b(data)")
    c.execute("insert into b values(zeroblob(10))")
    c.commit()

    def write():
        c.blobopen("b", "data", 1).write(b"x")

    write()
    c.commit()
    c.execute("vacuum")
    c.close()


def test_a_function_is_replaced_though_a_cursor_was_lost():
    c = filled()
    c.create_function("f", 1, lambda x: x)

    def read():
        equal(c.execute("select f(a) from t").fetchone(), (0,))

    read()
    c.create_function("f", 1, lambda x: -x)
    equal(c.execute("select f(7)").fetchone(), (-7,))
    c.close()


def test_interrupt_of_nothing_has_no_effect():
    c = filled()
    begin_reading(c)
    c.interrupt()
    equal(c.execute("select count(*) from t").fetchone(), (50,))
    c.close()


def test_a_cursor_in_use_keeps_what_it_needs():
    c = filled()
    cursor = c.execute("select a from t")
    equal(cursor.fetchone(), (0,))
    fails(sqlite3.OperationalError, "database table is locked", c.execute, "drop table t")
    equal(cursor.fetchall(), ROWS[1:])
    c.execute("drop table t")
    c.close()


def test_close_ends_what_is_open():
    path = "open.db"
    c = filled(path)
    cursor = c.execute("select a from t")
    cursor.fetchone()
    c.close()
    links = [os.readlink("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd")
             if os.path.exists("/proc/self/fd/" + fd)]
    assert not any(link.endswith(path) for link in links), links
    fails(sqlite3.ProgrammingError, "Cannot operate on a closed database.", cursor.fetchone)


def test_closing_in_a_callback():
    c = filled()
    c.create_function("shut", 0, lambda: c.close())
    try:
        c.execute("select shut(), a from t").fetchall()
    except sqlite3.Error:
        pass
    fails(sqlite3.ProgrammingError, "Cannot operate on a closed database.", c.commit)


def test_closing_in_a_converter():
    c = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_COLNAMES)
    sqlite3.register_converter("shut", lambda data: c.close())
    fails(sqlite3.ProgrammingError, "Cannot operate on a closed database.",
          lambda: c.execute("select 1 as 'a [shut]' union select 2").fetchall()
          or c.execute("select 1"))
    del sqlite3.converters["SHUT"]


def test_an_unclosed_connection_is_told_of():
    def make():
        filled()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            make()
        gc.collect()
        gc.collect()
    messages = [str(w.message) for w in caught if w.category is ResourceWarning]
    assert messages and all(m.startswith("unclosed database in <sqlite3.Connection object at") for m in messages), messages


def test_collections_while_functions_run():
    c = filled()

    class Collecting:
        def __init__(self):
            self.parts = []

        def step(self, x):
            self.parts.append(str(x))
            gc.collect()

        def finalize(self):
            gc.collect()
            return ",".join(self.parts)

    c.create_aggregate("collecting", 1, Collecting)
    c.create_function("garbage", 1, lambda x: gc.collect() and None or [x] * 3 and x)
    equal(c.execute("select collecting(garbage(a)) from t where a < 5").fetchone(), ("0,1,2,3,4",))
    equal(c.execute("select a % 2, collecting(a) from t where a < 6 group by a % 2").fetchall(),
          [(0, "0,2,4"), (1, "1,3,5")])
    c.close()


def blob_of(size=10):
    c = sqlite3.connect(":memory:", check_same_thread=False)
    c.execute("create table t(b blob)")
    c.execute("insert into t values(zeroblob(?))", (size,))
    return c, c.blobopen("t", "b", 1)


def test_blobs_that_indices_close():
    def closes(close):
        class Index:
            def __index__(self):
                close()
                return 3
        return Index()

    for use in (lambda b, i: b[i], lambda b, i: b[i:8], lambda b, i: b[i:10:2],
                lambda b, i: b.__setitem__(i, 5), lambda b, i: b.__setitem__(slice(i, 8), b"12345")):
        c, b = blob_of()
        fails(sqlite3.ProgrammingError, "Cannot operate on a closed blob.", use, b, closes(b.close))
        b = c.blobopen("t", "b", 1)
        fails(sqlite3.ProgrammingError, "Cannot operate on a closed database.", use, b, closes(c.close))
    c, b = blob_of()
    b[2:5], b[-1] = b"abc", 7
    equal((b[::-1], b[3:100:2], b[5:2], b[2], b[-1]), (b"\7\0\0\0\0cba\0\0", b"b\0\0\7", b"", 97, 7))


def test_indices_that_use_each_others_connections():
    pairs = blob_of(), blob_of()
    both = threading.Barrier(2)
    results = []

    def read(blob, other):
        class Index:
            def __index__(self):
                both.wait()
                return other.execute("select 3").fetchone()[0]
        results.append(blob[Index()])

    threads = [threading.Thread(target=read, args=(pairs[i][1], pairs[1 - i][0])) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(results, [0, 0])


class Alarm(Exception):
    pass


def held(c):
    """Lets another thread be in the connection for a while, and a signal come in meanwhile."""
    inside = threading.Event()
    c.create_function("stay", 0, lambda: inside.set() or time.sleep(0.5))
    thread = threading.Thread(target=lambda: c.execute("select stay()").fetchall())
    thread.start()
    inside.wait()
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    return thread


def test_signals_while_the_end_waits():
    def handler(number, frame):
        raise Alarm
    old = signal.signal(signal.SIGALRM, handler)
    threads = []
    try:
        source = sqlite3.connect(":memory:", check_same_thread=False)
        source.execute("create table t(a)")
        target = sqlite3.connect(":memory:", check_same_thread=False)

        def progress(*_):
            threads.append(held(target))
            raise KeyError

        fails(Alarm, None, source.backup, target, progress=progress)
        threads.pop().join()
        target.execute("create table u(a)")

        def rows():
            yield 1,
            threads.append(held(source))

        fails(Alarm, None, source.executemany, "insert into t values(?)", rows())
        threads.pop().join()
        equal(source.execute("select * from t").fetchall(), [(1,)])
        source.close()
        target.close()
    finally:
        signal.signal(signal.SIGALRM, old)


run(globals())
