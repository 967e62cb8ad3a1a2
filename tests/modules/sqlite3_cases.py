"""_sqlite3: what CPython answers, message for message, where the version of SQLite has no say in it."""
# needs: _sqlite3
# options: -Wignore

import collections
import sqlite3
import weakref

from cases import show

c = sqlite3.connect(":memory:")
c.execute("create table t(a, b)")
c.execute("insert into t values(x'0102030405', 'x')")
c.commit()
b = c.blobopen("t", "a", 1)
typed = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
cursor = c.cursor()
row = sqlite3.Row(c.execute("select 1 as Name, 2 as other"), (1, 2))


class Dict(dict):
    pass


class Index:
    asked = 0

    def __index__(self):
        self.asked += 1
        return 0


index = Index()


def rows(sql, *parameters, connection=c):
    return connection.execute(sql, *parameters).fetchall()


def put(key, value):
    b[key] = value
    return b[:]


def drop(key):
    del b[key]


def function(result, sql="select f()"):
    c.create_function("f", 0, result)
    return rows(sql)


def error(sql, *parameters):
    try:
        return rows(sql, *parameters)
    except sqlite3.Error as e:
        return type(e).__name__, str(e), e.sqlite_errorname, e.sqlite_errorcode


def set_attribute(o, name, value):
    setattr(o, name, value)
    return getattr(o, name)


def with_factory(name, factory, sql):
    setattr(c, name, factory)
    try:
        return rows(sql)
    finally:
        c.row_factory, c.text_factory = None, str


def new(cls):
    return cls.__new__(cls)


class Sum:
    def __init__(self):
        self.total = 0

    def step(self, n):
        self.total += n

    inverse = lambda self, n: self.step(-n)
    value = finalize = lambda self: self.total


c.create_aggregate("added", 1, Sum)
c.create_window_function("running", 1, Sum)
c.create_collation("backwards", lambda a, b: (a < b) - (a > b))
c.create_function("same", 1, lambda x: x)

PARAMETERS = """
rows("select ?", (object(),))
rows("select ?", (2**70,))
rows("select ?", ())
rows("select ?", {'a': 1})
rows("select :a", {})
rows("select :a", {'a': 5})
rows("select :a", Dict(a=5))
rows("select :a", collections.defaultdict(int))
rows("select :a", (1,))
rows("select ?1, ?2, ?1", (1, 2))
rows("select 1", 5)
rows("select ?", "a")
rows("select ?", {5})
rows("select ?", iter([5]))
rows("select ?", collections.UserList([5]))
rows("select ?", collections.UserDict(a=5))
rows("select ?", (chr(0xd800),))
rows("select ?", (memoryview(b'abcd')[::2],))
rows("select ?, ?, ?, ?, ?, ?", (None, True, 2.5, 'x\\0y', bytearray(b'z'), float('nan')))
rows("select same(?), same(?), same(?), same(?), same(?)", (1, 2.5, 'x', b'y', None))
rows("select 1; select 2")
rows("select 1; -- no more ;")
rows("")
rows("select 1" + chr(0))
rows(5)
c.execute()
c.executemany("select 1", [])
c.executemany("delete from t where a = ?", 5)
c.executescript(5)
c.executescript("select 1" + chr(0))
"""

CONNECTIONS = """
sqlite3.connect()
sqlite3.connect(5)
sqlite3.connect(":mem" + chr(0))
sqlite3.connect(":memory:", autocommit=7)
sqlite3.connect(":memory:", timeout='x')
sqlite3.connect(":memory:", isolation_level=4)
sqlite3.connect(":memory:", isolation_level='x')
sqlite3.connect(":memory:", nothing=1)
set_attribute(c, 'isolation_level', 5)
set_attribute(c, 'isolation_level', 'exclusive')
set_attribute(c, 'isolation_level', None)
set_attribute(c, 'isolation_level', '')
set_attribute(c, 'autocommit', 5)
set_attribute(c, 'autocommit', sqlite3.LEGACY_TRANSACTION_CONTROL)
delattr(c, 'isolation_level')
new(sqlite3.Connection).execute("select 1")
new(sqlite3.Cursor).execute("select 1")
sqlite3.Cursor()
sqlite3.Cursor(5)
c()
c(5)
c('a', 'b')
c(sql='select 1')
type(c('select 1'))
c.cursor(None)
c.cursor(lambda c: 5)
c.backup(1)
c.backup(c)
c.backup(typed, progress=5)
c.setconfig(-1)
c.getconfig(-1)
c.getlimit(99)
c.setlimit('a', 1)
c.setlimit(0, 2**40)
(c.setlimit(index, -1) == c.getlimit(index), index.asked)
c.serialize(name="nope")
c.iterdump(5)
list(c.iterdump())
c.create_function("a", 1)
c.create_function("a", 1, print, 1)
c.create_function("a", -100, print)
c.create_aggregate("a", -100, print)
c.create_window_function("a", -100, print)
c.create_collation("a", 5)
c.create_collation(None, 5)
c.set_authorizer()
c.set_progress_handler(lambda: None)
weakref.ref(c)
weakref.ref(cursor)() is cursor
sqlite3.adapt(1)
sqlite3.adapt(object())
sqlite3.adapt(object(), 1, 5)
sqlite3.complete_statement(5)
sqlite3.register_converter(5, 5)
"""

RESULTS = """
rows("select added(a) from (select 1 as a union select 5)")
rows("select added(a) from t where a is null")
rows("select a, running(a) over (order by a rows between 1 preceding and current row) from (select 1 as a union select 2 union select 5)")
rows("select a from (select 'x' as a union select 'y') order by a collate backwards")
function(lambda: object())
function(lambda: chr(0xd800))
function(lambda: 2**80)
function(lambda: 1 / 0)
function(lambda: [][1])
b.read()
with_factory('text_factory', bytes, "select 'a', x'62', 1")
with_factory('text_factory', bytearray, "select 'a', x'62', 1")
with_factory('text_factory', len, "select 'abc', x'62', 1")
with_factory('text_factory', 5, "select 'a'")
with_factory('row_factory', 5, "select 'a'")
with_factory('row_factory', lambda c, r: (c.description[0][0], *r), "select 1 as one, 2")
rows("select cast(x'ff61' as text) as z")
error("select * from nothing")
error("syntax")
cursor.description, cursor.rowcount, cursor.lastrowid, cursor.arraysize
cursor.execute("insert into t values(1, 2), (3, 4)").rowcount
cursor.lastrowid, c.in_transaction, c.rollback(), c.in_transaction
cursor.execute("select a, b as \\"b [x]\\" from t").description
cursor.fetchmany(5), cursor.fetchone()
cursor.fetchmany("x")
set_attribute(cursor, 'arraysize', 'x')
typed.execute("select 1 as 'a [int]'").description
rows("select '2020-01-01' as 'a [date]', x'' as 'b [date]', null as 'c [date]'", connection=typed)
row['name'], row['OTHER'], row[0], row[-1], row[:], row.keys(), len(row), list(row)
row['nothing']
row[5]
row[1.5]
row[2**70]
sqlite3.Row(cursor, ())['x']
sqlite3.Row(5, ())
sqlite3.Row(cursor, 5)
sqlite3.Row()
row == sqlite3.Row(c.execute("select 1 as Name, 2 as other"), (1, 2))
row == sqlite3.Row(c.execute("select 1 as name, 2 as other"), (1, 2)), row == (1, 2)
row < row
"""

BLOBS = """
len(b), b[0], b[-1], b[1:3], b[::2], b[9:], b.read(2), b.tell(), b.read(), b.read(1)
b['a']
b[1.5]
b[99]
b[2**70]
b[1:2.5]
put(0, 'a')
put(0, 256)
put(0, -1)
put(0, 2**70)
put(99, 1)
put('a', 1)
put(0, 65)
put(slice(0, 2), b'a')
put(slice(0, 2), 'ab')
put(slice(0, 2), b'ab')
put(slice(None, None, 2), b'xyz')
drop(0)
drop(slice(0, 1))
b.seek(99)
b.seek(0, 9)
b.seek(-1, 2), b.tell(), b.seek(-1, 1), b.tell(), b.seek(0), b.write(b'12'), b.tell(), b.read()
b.seek('a')
b.write(b'aaaaaaaaaa')
b.write('a')
list(b)
1 in b
b.__exit__(1)
b.close(), b.close()
b.read()
c.blobopen("t", "a", "b")
c.blobopen("t", "a", 2**70)
c.blobopen("t", "a", 1, name=5)
"""

CLOSED = """
cursor.close(), cursor.execute("select 1")
c.close(), c.close()
rows("select 1")
c.total_changes
c.commit()
cursor.close()
sorted(sqlite3.converters), len(sqlite3.adapters)
sqlite3.threadsafety, sqlite3.paramstyle, sqlite3.apilevel
"""

for cases in PARAMETERS, CONNECTIONS, RESULTS:
    show(cases, globals())
b = c.blobopen("t", "a", 1)
show(BLOBS, globals())
show(CLOSED, globals())
typed.close()
