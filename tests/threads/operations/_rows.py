"""The rows of the table of operations: what an operation on a shared object promises, and the test
that the promise is held to.

A row cannot be made without a test. There are five kinds of test, one method of Table each:

- commutes: every thread calls the operation on the shared object with numbers of its own. Whatever
  their order, the object must end, and the results must be, as if one thread had made all calls.
- moment: threads read while one thread writes, one atomic change after the other. A read must
  give what one thread could have read between two of these changes.
- once: threads take from one iterator until it is empty. Each item must come exactly once.
- loose: threads read while others write. What they get must be plausible, and only the named
  exceptions may come.
- pure: threads call all methods of a fresh immutable object at once, as often as it takes to meet
  where something is computed at its first use. Everybody must get what one thread gets.
- work: any test.
"""

import collections
from dataclasses import dataclass

ATOMIC = "atomic"
ONCE = "each item once"
CHANGES = "may see a concurrent change"
RAISES = "raises"
GUARANTEES = ATOMIC, ONCE, CHANGES, RAISES

CALLS = 24  # of each thread in a round


@dataclass
class Row:
    """test.round(size) -> (start, parts, verify): parts are called by `size` threads at the same
    time, with nothing; verify(results) raises AssertionError."""
    table: "Table"
    operations: tuple
    guarantee: str
    note: str
    test: object
    names: frozenset
    raw: bool  # reads memory while others write it: ThreadSanitizer would say so, and is right
    beyond: bool  # more than CPython does

    def __str__(self):
        return f"{self.table.name}: {', '.join(self.operations)}"


def outcome(function, *arguments):
    """What a call returned or raised, as something that can be compared."""
    try:
        return "returned", function(*arguments)
    except Exception as error:
        return "raised", type(error).__name__, str(error)


def sorted_if_possible(values):
    return sorted(values, key=repr)


class Commutes:
    def __init__(self, new, call, view, results):
        self.new, self.call, self.view, self.results = new, call, view, results

    def round(self, size):
        shared = self.new()

        def part(n):
            return [outcome(self.call, shared, k) for k in range(n * CALLS, (n + 1) * CALLS)]

        def verify(results):
            alone = self.new()
            expected = [outcome(self.call, alone, k) for k in range(size * CALLS)]
            same("the object at the end", self.view(shared), self.view(alone))
            if self.results:
                got = [one for results_of_one in results for one in results_of_one]
                same("the results", sorted_if_possible(got), sorted_if_possible(expected))

        return part, verify


class Moment:
    def __init__(self, new, read, writes):
        self.new, self.read, self.writes = new, read, writes
        alone = new()
        self.states = [outcome(read, alone)]
        for _ in range(2):
            for write in writes:
                outcome(write, alone)
                self.states.append(outcome(read, alone))

    def round(self, size):
        shared = self.new()

        def part(n):
            if n == 0:
                for _ in range(CALLS):
                    for write in self.writes:
                        outcome(write, shared)
                return []
            seen = []
            for _ in range(2 * CALLS):
                seen.append(outcome(self.read, shared))
            return seen

        def verify(results):
            for one in results:
                for got in one:
                    if got not in self.states:
                        raise AssertionError(f"read {got!r}, never a state of it: {self.states!r}")

        return part, verify


class Once:
    def __init__(self, make, infinite, errors):
        self.make, self.infinite, self.errors = make, infinite, errors

    def take(self, iterator, count):
        taken = []
        while len(taken) < count:
            try:
                taken.append(next(iterator))
            except StopIteration:
                break
            except self.errors:
                pass
        return taken

    def round(self, size):
        iterator = self.make()
        each = CALLS if self.infinite else 1 << 30

        def part(_):
            return self.take(iterator, each)

        def verify(results):
            expected = self.take(self.make(), CALLS * size if self.infinite else 1 << 30)
            got = [item for one in results for item in one]
            same("all items", sorted_if_possible(got), sorted_if_possible(expected))

        return part, verify


# What a change may raise that comes when another thread has just changed the object.
REFUSALS = LookupError, TypeError, ValueError, RuntimeError, BufferError


class Loose:
    def __init__(self, new, read, writes, plausible, errors, holds):
        self.new, self.read, self.writes = new, read, writes
        self.plausible, self.errors, self.holds = plausible, errors, holds

    def round(self, size):
        shared = self.new()

        def part(n):
            if n % 2 == 0:
                for _ in range(CALLS):
                    for write in self.writes:
                        try:
                            write(shared)
                        except REFUSALS:
                            pass
                return
            for _ in range(CALLS):
                try:
                    got = self.read(shared)
                except self.errors:
                    continue
                assert self.plausible(got), f"read {got!r}"

        def verify(_):
            if self.holds:
                assert self.holds(shared), f"the object at the end: {shared!r}"

        return part, verify


class Pure:
    def __init__(self, new, calls):
        self.new, self.calls = new, calls

    def round(self, size):
        shared = [self.new() for _ in range(2)]

        def part(n):
            # Not all threads begin with the same method.
            turn = n * len(self.calls) // size
            return [[outcome(call, one) for call in self.calls[turn:] + self.calls[:turn]]
                    for one in shared]

        def verify(results):
            expected = [outcome(call, self.new()) for call in self.calls]
            for n, seen in enumerate(results):
                turn = n * len(self.calls) // size
                for one in seen:
                    same("the results", one, expected[turn:] + expected[:turn])

        return part, verify


class Work:
    def __init__(self, new, work, holds):
        self.new, self.work, self.holds = new, work, holds

    def round(self, size):
        shared = self.new()

        def verify(results):
            if self.holds:
                assert self.holds(shared, results), f"{shared!r}, {results!r}"

        return lambda n: self.work(shared, n), verify


def same(what, got, expected):
    if got == expected:
        return
    if isinstance(got, list) and isinstance(expected, list) and len(got) + len(expected) > 20:
        more, less = collections.Counter(map(repr, got)), collections.Counter(map(repr, expected))
        raise AssertionError(f"{what}: too many are {(more - less).most_common(10)}, "
                             f"too few {(less - more).most_common(10)}")
    raise AssertionError(f"{what}: {got!r}, not {expected!r}")


class Table:
    """The rows of one kind of object. `types`: every public method and operator of them must be in
    a row (see names())."""
    tables = {}

    def __init__(self, name, *types):
        self.name, self.types, self.rows = name, types, []
        assert name not in Table.tables
        Table.tables[name] = self

    def row(self, operations, guarantee, test, names="", note="", raw=False, beyond=False):
        operations = tuple(each.strip() for each in operations.split(";"))
        assert guarantee in GUARANTEES
        self.rows.append(Row(self, operations, guarantee, note, test, frozenset(names.split()), raw,
                             beyond))

    def commutes(self, operations, call, *, new, view, results=True, guarantee=ATOMIC, **more):
        self.row(operations, guarantee, Commutes(new, call, view, results), **more)

    def moment(self, operations, read, *, new, writes, guarantee=ATOMIC, **more):
        self.row(operations, guarantee, Moment(new, read, writes), **more)

    def once(self, operations, make, *, infinite=False, errors=(), guarantee=ONCE, **more):
        self.row(operations, guarantee, Once(make, infinite, errors), **more)

    def loose(self, operations, read, *, new, writes, plausible=lambda got: True, errors=(),
              holds=None, guarantee=CHANGES, **more):
        self.row(operations, guarantee, Loose(new, read, writes, plausible, errors, holds), **more)

    def pure(self, operations, *calls, new, guarantee=ATOMIC, **more):
        self.row(operations, guarantee, Pure(new, list(calls)), **more)

    def work(self, operations, guarantee, work, *, new=lambda: None, holds=None, **more):
        self.row(operations, guarantee, Work(new, work, holds), **more)


# Of every object; what they do is in the table of objects.
OF_OBJECT = {name for name in dir(object)} - {"__eq__", "__ne__", "__lt__", "__le__", "__gt__",
                                              "__ge__", "__hash__", "__repr__", "__str__"}
# Names for the same operation.
REFLECTED = {"__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__rmul__", "__rmod__", "__ror__",
             "__rand__", "__rsub__", "__rxor__", "__release_buffer__", "__buffer__",
             "__class_getitem__", "__getnewargs__", "__getstate__", "__setstate__", "__copy__",
             "__deepcopy__", "__dict__", "__module__", "__weakref__", "__hash__", "__str__",
             "__doc__", "__new__", "__init__", "__length_hint__"}


def names(kind):
    """The names of a type that need a row."""
    own = {name for base in kind.__mro__ if base is not object for name in vars(base)}
    own -= OF_OBJECT | REFLECTED
    return {name for name in own
            if not name.startswith("_") or name.startswith("__") and name.endswith("__")}


def missing():
    """Pairs of a table and names of its types that no row covers."""
    for table in Table.tables.values():
        covered = {name for row in table.rows for name in row.names}
        if "*" in covered:
            continue
        for kind in table.types:
            left = names(kind) - covered
            if left:
                yield table, kind, sorted(left)


def count():
    return collections.Counter(row.guarantee for table in Table.tables.values()
                               for row in table.rows)
