"""collections, heapq, bisect, enum, dataclasses, copy, contextlib, weakref-free."""

import bisect
import collections
import contextlib
import copy
import dataclasses
import enum
import heapq

from testing import equal, fails, raises, run


def test_ordered_dict_has_wrappers_of_its_own():
    store = collections.OrderedDict.__setitem__
    equal((store.__qualname__, store.__objclass__), ("OrderedDict.__setitem__", collections.OrderedDict))
    fails(TypeError, "descriptor '__setitem__' requires a 'collections.OrderedDict' object but "
          "received a 'dict'", store, {}, 1, 2)
    d = collections.OrderedDict(a=1)
    store(d, "b", 2)
    equal(list(d), ["a", "b"])


def test_deque():
    d = collections.deque("abc", maxlen=4)
    d.append("d")
    d.appendleft("z")
    equal((list(d), d.maxlen, d[0], d[-1], len(d)), (["z", "a", "b", "c"], 4, "z", "c", 4))
    d.rotate(1)
    equal((list(d), d.pop(), d.popleft()), (["c", "z", "a", "b"], "b", "c"))
    d.extend([1, 2])
    d.extendleft("xy")
    equal(list(d), ["y", "x", "z", "a"])
    equal(repr(d), "deque(['y', 'x', 'z', 'a'], maxlen=4)")
    d.remove("z")
    d.insert(1, 5)
    equal((d.index(5), d.count("y"), list(reversed(d))), (1, 1, ["a", "x", 5, "y"]))
    fails(IndexError, "pop from an empty deque", collections.deque().pop)
    fails(IndexError, "deque index out of range", lambda: d[10])
    fails(ValueError, "maxlen must be non-negative", collections.deque, [], -1)


def test_deque_mutated_during_iteration():
    d = collections.deque([1, 2])
    it = iter(d)
    next(it)
    d.append(3)
    fails(RuntimeError, "deque mutated during iteration", next, it)


def test_deque_with_an_iter_of_its_own():
    class D(collections.deque):
        def __iter__(self):
            return iter([1, 2])

    deque, d = collections.deque, D("abc")
    equal((list(deque(d)), list(deque("x") + d), repr(d)), ([1, 2], ["x", 1, 2], "D([1, 2])"))
    e = deque("x")
    e.extend(d)
    e.extendleft(d)
    e += d
    equal(list(e), [2, 1, "x", 1, 2, 1, 2])
    equal((d == deque([1, 2]), d == deque("abc"), d == d, d != d, d < deque([1, 3])),
          (False, False, True, False, True))
    d.extend(d)
    equal((len(d), d[-1]), (5, 2))


def test_deque_changed_by_a_comparison():
    class E:
        def __init__(self, result, change):
            self.result = result
            self.change = change

        def __eq__(self, other):
            self.change()
            return self.result

    message = "deque mutated during iteration"

    def deque(result):
        d = collections.deque([0, E(result, lambda: d.append(2)), 1])
        return d

    equal((1 in deque(True), deque(True).index(1)), (True, 1))
    fails(RuntimeError, message, deque(True).count, 1)
    fails(IndexError, message, deque(True).remove, 1)
    fails(RuntimeError, message, lambda: 1 in deque(False))
    fails(RuntimeError, message, deque(False).index, 1)
    fails(RuntimeError, message, deque(False).count, 1)
    fails(IndexError, message, deque(False).remove, 1)
    d = collections.deque([E(False, lambda: d.__setitem__(0, 7)), 1])
    d.remove(1)
    equal(list(d), [7])


def test_long_deque():
    d = collections.deque(range(10000))
    for _ in range(5000):
        d.append(d.popleft())
    equal((d[0], d[-1], d[5000], sum(d)), (5000, 4999, 0, 49995000))


def test_counter():
    c = collections.Counter("abracadabra")
    equal((c.most_common(2), c["z"], c.total(), sorted((c - collections.Counter("aaa")).items())),
          ([("a", 5), ("b", 2)], 0, 11, [("a", 2), ("b", 2), ("c", 1), ("d", 1), ("r", 2)]))


def test_defaultdict():
    d = collections.defaultdict(list)
    d["a"].append(1)
    equal((d, d.get("b"), repr(d)), (collections.defaultdict(list, {"a": [1]}), None,
                                     "defaultdict(<class 'list'>, {'a': [1]})"))
    fails(TypeError, "first argument must be callable or None", collections.defaultdict, 5)


def test_first_item_of_an_ordered_dict_that_was_empty():
    ordered = collections.OrderedDict([(1, "a"), (2, "b")])
    del ordered[2]
    del ordered[1]
    ordered[3] = "c"
    equal(ordered.popitem(last=False), (3, "c"))


def test_ordered_dict():
    d = collections.OrderedDict(a=1, b=2, c=3)
    d.move_to_end("a")
    d.move_to_end("c", last=False)
    equal((list(d), d.popitem(last=False)), (["c", "b", "a"], ("c", 3)))
    assert collections.OrderedDict(a=1, b=2) != collections.OrderedDict(b=2, a=1)
    equal(repr(d), "OrderedDict({'b': 2, 'a': 1})")


def test_namedtuple():
    P = collections.namedtuple("P", "x y", defaults=[0])
    p = P(1)
    equal((p, p.x, p._asdict(), p._replace(x=5), P._fields, repr(p)),
          (P(1, 0), 1, {"x": 1, "y": 0}, P(5, 0), ("x", "y"), "P(x=1, y=0)"))
    fails(TypeError, "P.__new__() missing 1 required positional argument: 'x'", P)
    with raises(AttributeError, "can't set attribute"):
        p.x = 1


def test_chainmap():
    c = collections.ChainMap({"a": 1}, {"a": 2, "b": 3})
    equal((c["a"], c["b"], len(c), dict(c)), (1, 3, 2, {"a": 1, "b": 3}))


def test_heapq():
    h = [5, 3, 8, 1]
    heapq.heapify(h)
    heapq.heappush(h, 2)
    equal([heapq.heappop(h) for _ in range(5)], [1, 2, 3, 5, 8])
    equal((heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, [4, 1, 3]),
           list(heapq.merge([1, 4], [2, 3]))), ([5, 3], [1, 3], [1, 2, 3, 4]))


def test_bisect():
    x = [1, 3, 3, 5]
    equal((bisect.bisect(x, 3), bisect.bisect_left(x, 3), bisect.bisect_left(x, 9)), (3, 1, 4))
    bisect.insort(x, 4)
    equal(x, [1, 3, 3, 4, 5])


def test_enum():
    class Colour(enum.Enum):
        RED = 1
        BLUE = enum.auto()

    class Flag(enum.Flag):
        A = 1
        B = 2

    equal((Colour(1), Colour["RED"].value, list(Colour), repr(Colour.BLUE), str(Colour.RED)),
          (Colour.RED, 1, [Colour.RED, Colour.BLUE], "<Colour.BLUE: 2>", "Colour.RED"))
    equal((repr(Flag.A | Flag.B), bool(Flag.A & Flag.B)), ("<Flag.A|B: 3>", False))
    fails(ValueError, "9 is not a valid test_enum.<locals>.Colour", Colour, 9)


def test_dataclass():
    @dataclasses.dataclass(order=True)
    class P:
        x: int
        y: list = dataclasses.field(default_factory=list)

    @dataclasses.dataclass(frozen=True, slots=True)
    class F:
        a: int = 5

    equal((P(1), P(1) < P(2), dataclasses.asdict(P(1)), dataclasses.replace(P(1), x=3)),
          (P(1, []), True, {"x": 1, "y": []}, P(3, [])))
    equal(repr(P(1)), "test_dataclass.<locals>.P(x=1, y=[])")
    with raises(dataclasses.FrozenInstanceError, "cannot assign to field 'a'"):
        F().a = 1
    equal(hash(F(1)), hash(F(1)))


def test_copy():
    a = [1, [2]]
    a.append(a)
    b, c = copy.copy(a), copy.deepcopy(a)
    assert b[1] is a[1] and c[1] is not a[1] and c[2] is c and c[1] == [2]


def test_contextlib():
    log = []

    @contextlib.contextmanager
    def manager():
        log.append("enter")
        try:
            yield 5
        except ValueError:
            log.append("caught")
        finally:
            log.append("exit")

    with manager() as x:
        log.append(x)
        raise ValueError
    equal(log, ["enter", 5, "caught", "exit"])
    with contextlib.suppress(KeyError):
        {}["x"]
    with contextlib.ExitStack() as stack:
        stack.callback(log.append, "callback")
    equal(log[-1], "callback")


run(globals())
