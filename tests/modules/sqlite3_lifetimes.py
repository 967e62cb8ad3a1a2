"""sqlite3 without reference counts: what cursors that nobody has any more held is given back when it
is in the way, close() ends what is open, a connection that is not closed is told of."""
# needs: _sqlite3
# weft only

import gc
import os
import sqlite3
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


run(globals())
