"""sqlite3 in several threads: a connection for each on one file, one connection for all, one cursor for all,
callbacks on many threads at once, close() while others work."""
# needs: _sqlite3
# weft only
# timeout: 240

import gc
import sqlite3
import threading

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 60


def shared(**options):
    c = sqlite3.connect(":memory:", check_same_thread=False, **options)
    c.execute("create table t(thread, a)")
    return c


def test_one_connection_for_all():
    c = shared(isolation_level=None)
    numbers = iter(range(100))

    def work():
        me = next(numbers)
        for i in range(N):
            c.execute("insert into t values(?, ?)", (me, i))
            equal(c.execute("select a from t where thread = ? order by a", (me,)).fetchall(),
                  [(k,) for k in range(i + 1)])

    together(work, repeat=4)
    equal(c.execute("select count(*), sum(a) from t").fetchone(), (4 * N, 4 * sum(range(N))))
    c.close()


def test_functions_and_aggregates():
    c = shared(isolation_level=None)
    c.executemany("insert into t values(0, ?)", [(i,) for i in range(20)])

    class Sum:
        def __init__(self):
            self.items = []

        def step(self, x):
            self.items.append(x)

        def finalize(self):
            return sum(self.items)

    c.create_aggregate("added", 1, Sum)
    c.create_function("twice", 1, lambda x: x + x)

    def work():
        for _ in range(N // 3):
            equal(c.execute("select added(twice(a)) from t").fetchone(), (380,))
            equal(len(c.execute("select twice(a) from t").fetchall()), 20)

    def define():
        for _ in range(N // 3):
            try:
                c.create_function("other", 1, lambda x: x)
            except sqlite3.OperationalError:
                pass
            gc.collect()

    together(work, work, work, define)
    c.close()


def test_one_cursor_for_all():
    c = shared()
    c.executemany("insert into t values(0, ?)", [(i,) for i in range(500)])
    cursor = c.execute("select a from t")
    got = []

    def work():
        while row := cursor.fetchone():
            got.append(row[0])

    together(work, repeat=4)
    equal(sorted(got), list(range(500)))
    c.close()


def test_a_connection_for_each_on_one_file():
    path = "threads.db"
    with sqlite3.connect(path) as c:
        c.execute("create table t(thread, a)")
    c.close()
    numbers = iter(range(100))

    def work():
        me = next(numbers)
        c = sqlite3.connect(path, timeout=60)
        for i in range(10):
            with c:
                c.execute("insert into t values(?, ?)", (me, i))
        equal(c.execute("select count(*) from t where thread = ?", (me,)).fetchone(), (10,))
        c.close()

    together(work, repeat=4)
    c = sqlite3.connect(path)
    equal(c.execute("select count(*) from t").fetchone(), (40,))
    c.close()


def test_memory_databases_in_parallel():
    def work():
        c = sqlite3.connect(":memory:")
        c.execute("create table t(a, b)")
        c.executemany("insert into t values(?, ?)", ((i, str(i)) for i in range(300)))
        c.create_function("twice", 1, lambda x: x * 2)
        equal(c.execute("select sum(twice(a)) from t").fetchone(), (2 * sum(range(300)),))
        for a, b in c.execute("select a, b from t"):
            equal(str(a), b)
        c.close()

    together(work, repeat=4)


def test_close_while_others_work():
    for _ in range(8):
        c = shared(isolation_level=None)
        c.executemany("insert into t values(0, ?)", [(i,) for i in range(50)])
        started = threading.Barrier(4)

        def work():
            started.wait()
            try:
                while True:
                    cursor = c.execute("select a from t")
                    cursor.fetchone()
                    cursor.fetchmany(3)
                    c.total_changes, c.in_transaction
            except sqlite3.ProgrammingError as e:
                assert "closed" in str(e), e

        def close():
            started.wait()
            for _ in range(20):
                c.interrupt
            c.close()

        together(work, work, work, close)


def test_interrupt_of_another_thread():
    c = shared()
    begun = threading.Event()
    c.create_function("begin", 0, begun.set)

    def work():
        try:
            c.execute("with recursive n(x) as (select begin() union all select x from n) "
                      "select count(*) from n").fetchall()
        except sqlite3.OperationalError as e:
            return str(e)

    def stop():
        begun.wait()
        c.interrupt()

    equal(together(work, stop)[0], "interrupted")
    c.close()


def test_the_thread_is_checked():
    c = sqlite3.connect(":memory:")
    seen = []

    def work():
        for use in (c.commit, c.cursor, c.close, lambda: c.execute("select 1")):
            try:
                use()
            except sqlite3.ProgrammingError as e:
                seen.append("created in a thread can only be used in that same thread" in str(e))

    together(work)
    equal(seen, [True] * 4)
    c.close()


run(globals())
