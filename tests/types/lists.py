"""list: methods, slices, sorting, with their failures."""

from testing import equal, fails, raises, run


def test_construction():
    equal((list(), list("ab"), list(range(3)), list({1: 2})), ([], ["a", "b"], [0, 1, 2], [1]))
    fails(TypeError, "'int' object is not iterable", list, 5)
    fails(TypeError, "list expected at most 1 argument, got 2", list, 1, 2)
    fails(TypeError, "list() takes no keyword arguments", list, iterable=[])


def test_init_again():
    x = [1, 2]
    x.__init__([3])
    equal(x, [3])


def test_index_and_slice():
    x = [0, 1, 2, 3, 4]
    equal((x[0], x[-1], x[1:3], x[::-1], x[-2:], x[5:], x[::2], x[True]),
          (0, 4, [1, 2], [4, 3, 2, 1, 0], [3, 4], [], [0, 2, 4], 1))
    fails(IndexError, "list index out of range", lambda: x[5])
    fails(IndexError, "list index out of range", lambda: x[-6])
    fails(TypeError, "list indices must be integers or slices, not float", lambda: x[1.0])
    fails(TypeError, "slice indices must be integers or None or have an __index__ method",
          lambda: x["a":])


def test_item_assignment():
    x = [1, 2, 3]
    x[0] = x[-1] = 9
    equal(x, [9, 2, 9])
    with raises(IndexError, "list assignment index out of range"):
        x[3] = 0
    with raises(IndexError, "list assignment index out of range"):
        del x[3]


def test_slice_assignment():
    x = [0, 1, 2, 3]
    x[1:3] = "abc"
    equal(x, [0, "a", "b", "c", 3])
    x[:0] = [9]
    x[len(x):] = [8]
    equal(x, [9, 0, "a", "b", "c", 3, 8])
    x[1:-1] = []
    equal(x, [9, 8])
    x[5:2] = [7]
    equal(x, [9, 8, 7])
    with raises(TypeError, "must assign iterable to extended slice"):
        x[:] = 5


def test_extended_slice_assignment():
    x = list(range(6))
    x[::2] = "abc"
    equal(x, ["a", 1, "b", 3, "c", 5])
    x[::-1] = range(6)
    equal(x, [5, 4, 3, 2, 1, 0])
    with raises(ValueError, "attempt to assign sequence of size 1 to extended slice of size 3"):
        x[::2] = [1]
    with raises(TypeError, "must assign iterable to extended slice"):
        x[::2] = 5


def test_self_assignment():
    x = [1, 2, 3]
    x[1:2] = x
    equal(x, [1, 1, 2, 3, 3])
    x[:] = x
    equal(x, [1, 1, 2, 3, 3])
    x[::-1] = x
    equal(x, [3, 3, 2, 1, 1])
    x.extend(x)
    equal(len(x), 10)
    x += x
    equal(len(x), 20)

    class Mine(list):
        pass
    x = Mine([1, 2])
    x.extend(x)
    x += x
    equal(list(x), [1, 2] * 4)


def test_slice_deletion():
    x = list(range(10))
    del x[2:4]
    equal(x, [0, 1, 4, 5, 6, 7, 8, 9])
    del x[::3]
    equal(x, [1, 4, 6, 7, 9])
    del x[-1:0:-2]
    equal(x, [1, 4, 7])
    del x[:]
    equal(x, [])


def test_append_extend_insert():
    x = []
    x.append(1)
    x.extend([2, 3])
    x.extend(iter("a"))
    x.insert(0, "first")
    x.insert(100, "last")
    x.insert(-1, "before last")
    equal(x, ["first", 1, 2, 3, "a", "before last", "last"])
    fails(TypeError, "list.append() takes exactly one argument (0 given)", x.append)
    fails(TypeError, "'int' object is not iterable", x.extend, 5)
    fails(TypeError, "insert expected 2 arguments, got 1", x.insert, 1)
    fails(TypeError, "'str' object cannot be interpreted as an integer", x.insert, "a", 1)


def test_extend_keeps_what_came_before_a_failure():
    def items():
        yield 1
        raise ValueError

    x = [0]
    fails(ValueError, "", x.extend, items())
    equal(x, [0, 1])


def test_pop():
    x = [1, 2, 3, 4]
    equal((x.pop(), x.pop(0), x.pop(-1), x), (4, 1, 3, [2]))
    fails(IndexError, "pop index out of range", x.pop, 5)
    x.pop()
    fails(IndexError, "pop from empty list", x.pop)
    fails(TypeError, "pop expected at most 1 argument, got 2", x.pop, 1, 2)


def test_remove_and_index_and_count():
    x = [1, 2, 1, 3, 1.0]
    equal((x.index(1), x.index(1, 1), x.count(1), x.index(3, -2)), (0, 2, 3, 3))
    x.remove(1)
    equal(x, [2, 1, 3, 1.0])
    fails(ValueError, "list.remove(x): x not in list", x.remove, 9)
    fails(ValueError, "9 is not in list", x.index, 9)
    fails(ValueError, "3 is not in list", x.index, 3, 0, 2)


def test_reverse_copy_clear():
    x = [1, 2, 3]
    y = x.copy()
    x.reverse()
    equal((x, y), ([3, 2, 1], [1, 2, 3]))
    x.clear()
    equal(x, [])


def test_sort():
    x = [3, 1, 2]
    equal(x.sort(), None)
    equal(x, [1, 2, 3])
    x.sort(reverse=True)
    equal(x, [3, 2, 1])
    x.sort(key=lambda v: -v % 3)
    equal(x, [3, 2, 1])
    equal(sorted("banana", key=str.upper), ["a", "a", "a", "b", "n", "n"])
    fails(TypeError, "sort() takes no positional arguments", x.sort, 5)
    fails(TypeError, "'<' not supported between instances of 'str' and 'int'", [1, "a"].sort)


def test_sort_is_stable():
    x = [(i % 3, i) for i in range(50)]
    x.sort(key=lambda p: p[0])
    for a, b in zip(x, x[1:]):
        assert a < b
    y = [(i % 3, i) for i in range(50)]
    y.sort(key=lambda p: p[0], reverse=True)
    for a, b in zip(y, y[1:]):
        assert a[0] > b[0] or a[0] == b[0] and a[1] < b[1]


def test_sort_of_many_patterns():
    state = 1
    for n in (0, 1, 2, 3, 10, 63, 64, 65, 100, 1000, 5000):
        values = []
        for _ in range(n):
            state = (state * 1103515245 + 12345) % 2 ** 31
            values.append(state % (n // 2 + 1))
        for candidate in (values, sorted(values), sorted(values)[::-1], values + sorted(values),
                          [v % 3 for v in values], [float(v) for v in values],
                          [str(v) for v in values], [2 ** 70 - v for v in values]):
            result = sorted(candidate)
            for i in range(1, len(result)):
                if result[i] < result[i - 1]:
                    raise AssertionError(n)
            counts = {}
            for v in candidate:
                counts[v] = counts.get(v, 0) + 1
            for v in result:
                counts[v] -= 1
            assert not any(counts.values())


def test_list_is_empty_while_sorting():
    x = [3, 1, 2]
    seen = []

    def key(v):
        seen.append(len(x))
        return v

    x.sort(key=key)
    equal(seen, [0, 0, 0])


def test_changing_a_list_while_sorting():
    x = [3, 1, 2]

    def key(v):
        x.append(1)
        return v

    fails(ValueError, "list modified during sort", lambda: x.sort(key=key))


def test_failing_key_leaves_the_list_whole():
    x = [3, 1, 0, 2]
    fails(ZeroDivisionError, "division by zero", lambda: x.sort(key=lambda v: 1 / v))
    equal(sorted(x), [0, 1, 2, 3])


def test_comparison():
    assert [1, 2] == [1, 2] and [1, 2] != [1, 3] and [1] < [1, 0] and [2] > [1, 5] and [] < [0]
    assert not [1] == (1,)
    with raises(TypeError, "'<' not supported between instances of 'list' and 'tuple'"):
        [1] < (1,)
    with raises(TypeError, "'<' not supported between instances of 'int' and 'str'"):
        [1, 1] < [1, "a"]


def test_repr():
    x = [1, "a", None]
    equal(repr(x), "[1, 'a', None]")
    x.append(x)
    equal(repr(x), "[1, 'a', None, [...]]")


def test_repr_of_deep_lists():
    x = []
    for _ in range(100000):
        x = [x]
    fails(RecursionError, None, repr, x)


def test_unhashable():
    fails(TypeError, "unhashable type: 'list'", hash, [])


def test_add_and_multiply():
    x = [1]
    equal((x + [2], x * 3, 2 * x), ([1, 2], [1, 1, 1], [1, 1]))
    x *= 3
    equal(x, [1, 1, 1])
    x *= 0
    equal(x, [])
    fails(TypeError, "can't multiply sequence by non-int of type 'str'", lambda: [1] * "a")


def test_rows_are_the_same_object():
    rows = [[0]] * 3
    rows[0][0] = 5
    equal(rows, [[5], [5], [5]])


def test_too_large():
    fails(MemoryError, "", lambda: [0] * 10 ** 15)


def test_iterators():
    it = iter([1, 2])
    equal((it.__length_hint__(), next(it), it.__length_hint__(), list(it), list(it)),
          (2, 1, 1, [2], []))
    x = [1, 2, 3]
    r = reversed(x)
    equal((next(r), r.__length_hint__()), (3, 2))
    x.append(4)
    equal(list(r), [2, 1])


def test_exhausted_iterator_stays_exhausted():
    x = [1]
    it = iter(x)
    list(it)
    x.append(2)
    equal(list(it), [])


def test_contains_uses_equality():
    class C:
        def __eq__(self, other):
            return other == 5

    assert 5 in [C()] and C() in [5] and 6 not in [C()]


def test_eq_that_changes_the_list():
    x = []

    class C:
        def __eq__(self, other):
            x.clear()
            return False

    x[:] = [C(), C(), C()]
    assert 1 not in x
    x[:] = [C(), C()]
    fails(ValueError, None, x.index, 1)
    x[:] = [C(), C()]
    fails(ValueError, "list.remove(x): x not in list", x.remove, 1)
    x[:] = [C(), C()]
    equal(x == [1, 2], False)


def test_growth_and_shrinking():
    x = []
    for i in range(10000):
        x.append(i)
    for i in range(9990):
        x.pop()
    equal(x, list(range(10)))
    for i in range(100):
        x.insert(0, i)
    for i in range(100):
        x.pop(0)
    equal(x, list(range(10)))


def test_subclass():
    class L(list):
        def __len__(self):
            return 99

    x = L([1, 2])
    equal((len(x), list(x), x[0], x == [1, 2]), (99, [1, 2], 1, True))
    equal(type(x[:]), list)
    equal(type(x.copy()), list)


def test_index_object():
    class I:
        def __index__(self):
            return 1

    x = [1, 2, 3]
    equal((x[I()], x[I():], x[:I()]), (2, [2, 3], [1]))


def test_class_getitem():
    equal(repr(list[int]), "list[int]")


def test_remove_where_the_comparison_changes_the_list():
    class Shrinks:
        def __init__(self, count):
            self.count = count

        def __eq__(self, other):
            del items[:self.count]
            return True

    items = [Shrinks(1), 2, 3]
    items.remove(0)
    assert items == [3]
    items = [Shrinks(3), 2, 3]
    items.remove(0)
    assert items == []


run(globals())
