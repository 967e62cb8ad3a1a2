"""tuple, range and slice."""

from testing import equal, fails, raises, run


def test_tuple_construction():
    equal((tuple(), tuple("ab"), tuple([1]), (1,), ()), ((), ("a", "b"), (1,), (1,), ()))
    t = (1, 2)
    assert tuple(t) is t
    fails(TypeError, "'int' object is not iterable", tuple, 5)


def test_tuple_access():
    t = (0, 1, 2, 3)
    equal((t[0], t[-1], t[1:3], t[::-1], t[9:]), (0, 3, (1, 2), (3, 2, 1, 0), ()))
    fails(IndexError, "tuple index out of range", lambda: t[4])
    fails(TypeError, "tuple indices must be integers or slices, not str", lambda: t["a"])


def test_tuple_methods():
    t = (1, 2, 1, 3)
    equal((t.count(1), t.index(1), t.index(1, 1), 2 in t), (2, 0, 2, True))
    fails(ValueError, "tuple.index(x): x not in tuple", t.index, 9)


def test_tuple_operators():
    equal(((1,) + (2,), (1, 2) * 2, 0 * (1,)), ((1, 2), (1, 2, 1, 2), ()))
    fails(TypeError, 'can only concatenate tuple (not "int") to tuple', lambda: (1,) + 1)


def test_tuple_comparison_and_hash():
    assert (1, 2) < (1, 3) < (2,) and (1,) < (1, 0) and (1, 2) == (1, 2.0)
    equal(hash((1, 2)), hash((1, 2)))
    equal(hash((1.0, 2)), hash((1, 2)))
    assert hash((1, 2)) != hash((2, 1))
    fails(TypeError, "unhashable type: 'list'", hash, (1, []))


def test_items_of_tuples_with_other_lengths_are_compared():
    class Bad:
        def __eq__(self, other):
            raise ValueError("asked")

    fails(ValueError, "asked", lambda: (Bad(),) == (1, 2))
    fails(ValueError, "asked", lambda: (1, Bad()) != (1, 2, 3))
    assert (1,) != (1, 2) and not (1,) == (1, 2) and (1, Bad()) != (2,) and () != (Bad(),)


def test_hash_of_tuples_is_cpythons():
    equal((hash(()), hash((1,)), hash((1, 2, 3))),
          (5740354900026072187, -6644214454873602895, 529344067295497451))


def test_tuple_repr():
    equal((repr(()), repr((1,)), repr((1, "a"))), ("()", "(1,)", "(1, 'a')"))
    x = []
    t = (x,)
    x.append(t)
    equal(repr(t), "([(...)],)")


def test_tuple_subclass():
    class T(tuple):
        pass

    t = T([1, 2])
    t.x = 1
    equal((t == (1, 2), type(t[:]), hash(t) == hash((1, 2))), (True, tuple, True))


def test_range():
    equal((list(range(3)), list(range(1, 4)), list(range(5, 0, -2)), list(range(0)),
           len(range(10, 0, -3))), ([0, 1, 2], [1, 2, 3], [5, 3, 1], [], 4))
    r = range(0, 20, 3)
    equal((r[0], r[-1], r[2:5], r[::-1], r.start, r.stop, r.step),
          (0, 18, range(6, 15, 3), range(18, -3, -3), 0, 20, 3))
    fails(IndexError, "range object index out of range", lambda: r[7])


def test_range_failures():
    fails(TypeError, "range expected at least 1 argument, got 0", range)
    fails(TypeError, "range expected at most 3 arguments, got 4", range, 1, 2, 3, 4)
    fails(TypeError, "'float' object cannot be interpreted as an integer", range, 1.0)
    fails(ValueError, "range() arg 3 must not be zero", range, 1, 2, 0)
    fails(TypeError, "range() takes no keyword arguments", range, stop=1)


def test_range_membership():
    r = range(0, 100, 7)
    assert 49 in r and 50 not in r and 49.0 in r and "a" not in r and -7 not in r
    equal((r.index(49), r.count(49), r.count(50)), (7, 1, 0))
    fails(ValueError, "50 is not in range", r.index, 50)


def test_range_equality_and_hash():
    assert range(0) == range(5, 5) and range(0, 3, 2) == range(0, 4, 2) and range(3) != [0, 1, 2]
    equal(hash(range(0, 3, 2)), hash(range(0, 4, 2)))


def test_big_ranges():
    r = range(10 ** 20, 10 ** 20 + 5)
    equal((list(r)[-1], len(r), r[2], 10 ** 20 + 3 in r), (10 ** 20 + 4, 5, 10 ** 20 + 2, True))
    fails(OverflowError, "Python int too large to convert to C ssize_t", len, range(10 ** 30))
    equal(range(10 ** 30)[10 ** 29], 10 ** 29)
    equal(sum(range(2 ** 63 - 2, 2 ** 63 + 2)), 2 ** 65 - 2)


def test_range_iterators():
    it = iter(range(3))
    equal((it.__length_hint__(), next(it), list(it)), (3, 0, [1, 2]))
    equal(list(reversed(range(0, 10, 3))), [9, 6, 3, 0])
    equal(repr(range(1, 2)) + repr(range(1, 2, 3)), "range(1, 2)range(1, 2, 3)")


def test_range_attributes_are_read_only():
    with raises(AttributeError, "readonly attribute"):
        range(3).start = 1


def test_slice():
    s = slice(1, 10, 2)
    equal((s.start, s.stop, s.step, repr(s)), (1, 10, 2, "slice(1, 10, 2)"))
    equal((slice(5).indices(3), slice(None, None, -1).indices(4), slice(-2, None).indices(5),
           slice(10, 0, -3).indices(5)), ((0, 3, 1), (3, -1, -1), (3, 5, 1), (4, 0, -3)))
    assert slice(1, 2) == slice(1, 2) and slice(1) < slice(2)
    fails(ValueError, "slice step cannot be zero", slice(0, 1, 0).indices, 5)
    fails(ValueError, "length should not be negative", slice(0).indices, -1)
    fails(TypeError, "slice expected at least 1 argument, got 0", slice)
    equal(hash(slice(1, 2)), hash(slice(1, 2)))


def test_slice_with_huge_numbers():
    x = [1, 2, 3]
    equal((x[-10 ** 30:], x[:10 ** 30], x[10 ** 30:], x[::10 ** 30], x[::-10 ** 30]),
          ([1, 2, 3], [1, 2, 3], [], [1], [3]))
    equal(slice(10 ** 30, None, -1).indices(10 ** 31), (10 ** 30, -1, -1))


run(globals())
