"""set and frozenset."""

from testing import equal, fails, raises, run


def test_construction():
    equal((set(), set("aab"), {1, 1, 2}, frozenset([1])), (set(), {"a", "b"}, {1, 2},
                                                           frozenset({1})))
    fails(TypeError, "'int' object is not iterable", set, 5)
    fails(TypeError, "unhashable type: 'list'", set, [[]])
    f = frozenset([1])
    assert frozenset(f) is f


def test_add_discard_remove_pop():
    s = {1}
    s.add(2)
    s.add(2)
    equal(s, {1, 2})
    s.discard(1)
    s.discard(9)
    s.remove(2)
    equal(s, set())
    fails(KeyError, "9", s.remove, 9)
    fails(KeyError, "'pop from an empty set'", s.pop)
    s.add(5)
    equal((s.pop(), s), (5, set()))


def test_operators():
    a, b = {1, 2, 3}, {2, 3, 4}
    equal((a | b, a & b, a - b, a ^ b), ({1, 2, 3, 4}, {2, 3}, {1}, {1, 4}))
    fails(TypeError, "unsupported operand type(s) for |: 'set' and 'list'", lambda: a | [1])


def test_methods_take_any_iterable():
    a = {1, 2, 3}
    equal((a.union([4], "x"), a.intersection([2, 9], {2}), a.difference([1], (2,)),
           a.symmetric_difference([3, 4])), ({1, 2, 3, 4, "x"}, {2}, {3}, {1, 2, 4}))
    equal((a.union(), a.intersection(), a.difference()), (a, a, a))


def test_updates():
    a = {1, 2}
    a.update([3], (4,))
    a.intersection_update([1, 3, 4])
    a.difference_update([1])
    a.symmetric_difference_update([4, 5])
    equal(a, {3, 5})
    a |= {7}
    a &= {3, 7}
    a -= {3}
    a ^= {8}
    equal(a, {7, 8})
    with raises(TypeError, "unsupported operand type(s) for |=: 'set' and 'list'"):
        a |= [1]


def test_operations_with_itself():
    a = {1, 2}
    a |= a
    a &= a
    equal(a, {1, 2})
    a ^= a
    equal(a, set())
    b = {1}
    b -= b
    equal(b, set())


def test_comparisons():
    assert {1} < {1, 2} and {1, 2} > {1} and {1} <= {1} and not {1} < {1} and {1} != {2}
    assert {1} == frozenset([1]) and not {1} == [1]
    assert {1}.issubset([1, 2]) and {1, 2}.issuperset([1]) and {1}.isdisjoint([2])
    assert not ({1} < {2}) and not ({1} > {2})
    fails(TypeError, "'<' not supported between instances of 'set' and 'list'", lambda: {1} < [1])


def test_types_of_results():
    equal((type(frozenset([1]) | {2}), type({1} | frozenset([2]))), (frozenset, set))


def test_hash_of_frozensets():
    equal(hash(frozenset([1, 2, 3])), hash(frozenset([3, 2, 1])))
    assert {frozenset([1]): 5}[frozenset([1])] == 5
    fails(TypeError, "unhashable type: 'set'", hash, set())


def test_set_in_set_lookup():
    s = {frozenset([1])}
    assert {1} in s
    s.remove({1})
    equal(s, set())


def test_repr():
    equal((repr(set()), repr({1}), repr(frozenset()), repr(frozenset([1]))),
          ("set()", "{1}", "frozenset()", "frozenset({1})"))

    class S(set):
        pass

    equal(repr(S([1])), "S({1})")


def test_copy_and_clear():
    s = {1}
    t = s.copy()
    s.clear()
    equal((s, t), (set(), {1}))


def test_many_members():
    s = set()
    for i in range(20000):
        s.add(i * 31)
    for i in range(0, 20000, 2):
        s.remove(i * 31)
    equal((len(s), 31 in s, 62 in s), (10000, True, False))
    equal(sum(s), sum(i * 31 for i in range(1, 20000, 2)))


def test_iteration_error():
    s = {1, 2}
    it = iter(s)
    next(it)
    s.add(3)
    fails(RuntimeError, "Set changed size during iteration", next, it)


def test_contains_unhashable():
    fails(TypeError, "unhashable type: 'list'", lambda: [] in {1})


def test_eq_that_changes_the_set():
    s = set()

    class K:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            s.clear()
            return False

    s.add(K())
    assert K() not in s
    equal(len(s), 0)


def test_frozenset_has_no_mutators():
    f = frozenset([1])
    assert not hasattr(f, "add")
    with raises(AttributeError, "'frozenset' object has no attribute 'add'"):
        f.add(1)
    g = f
    g |= {2}
    equal((f, g), (frozenset([1]), frozenset([1, 2])))


def test_set_comprehension():
    equal({x % 3 for x in range(10)}, {0, 1, 2})


run(globals())
