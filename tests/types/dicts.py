"""dict and its views."""

from testing import equal, fails, raises, run


def test_construction():
    equal((dict(), dict(a=1), dict([("a", 1)]), dict({"a": 1}, b=2), dict(["ab", "cd"])),
          ({}, {"a": 1}, {"a": 1}, {"a": 1, "b": 2}, {"a": "b", "c": "d"}))
    fails(TypeError, "'int' object is not iterable", dict, 5)
    fails(TypeError, "cannot convert dictionary update sequence element #0 to a sequence", dict,
          [5])
    fails(ValueError, "dictionary update sequence element #0 has length 3; 2 is required", dict,
          ["abc"])
    fails(TypeError, "dict expected at most 1 argument, got 2", dict, {}, {})


def test_literal_order_and_duplicates():
    equal(list({"b": 1, "a": 2, "b": 3}.items()), [("b", 3), ("a", 2)])


def test_get_set_delete():
    d = {}
    d["k"] = 1
    equal(d["k"], 1)
    d["k"] = 2
    equal((d, len(d)), ({"k": 2}, 1))
    del d["k"]
    equal(d, {})
    fails(KeyError, "'k'", lambda: d["k"])
    with raises(KeyError, "'k'"):
        del d["k"]


def test_unhashable_key():
    d = {}
    fails(TypeError, "unhashable type: 'list'", d.get, [])
    with raises(TypeError, "unhashable type: 'dict'"):
        d[{}] = 1
    with raises(TypeError, "unhashable type: 'set'"):
        set() in d


def test_numbers_that_are_equal_are_one_key():
    d = {1: "a"}
    d[1.0] = "b"
    d[True] = "c"
    equal(d, {1: "c"})
    equal(repr(d), "{1: 'c'}")


def test_get_and_setdefault_and_pop():
    d = {"a": 1}
    equal((d.get("a"), d.get("x"), d.get("x", 5)), (1, None, 5))
    equal((d.setdefault("a", 9), d.setdefault("b", 2), d.setdefault("c")), (1, 2, None))
    equal((d.pop("a"), d.pop("a", "none"), d), (1, "none", {"b": 2, "c": None}))
    fails(KeyError, "'a'", d.pop, "a")
    fails(TypeError, "pop expected at least 1 argument, got 0", d.pop)


def test_popitem():
    d = {1: 2, 3: 4}
    equal((d.popitem(), d.popitem()), ((3, 4), (1, 2)))
    fails(KeyError, "'popitem(): dictionary is empty'", d.popitem)


def test_update():
    d = {"a": 1}
    d.update({"b": 2}, c=3)
    d.update([("d", 4)])
    d.update()
    equal(d, {"a": 1, "b": 2, "c": 3, "d": 4})

    class Mapping:
        def keys(self):
            return ["x"]

        def __getitem__(self, key):
            return key + "!"

    d.update(Mapping())
    equal(d["x"], "x!")
    fails(TypeError, "'int' object is not iterable", d.update, 5)


def test_merge_operators():
    d = {"a": 1}
    equal(d | {"a": 2, "b": 3}, {"a": 2, "b": 3})
    d |= [("c", 4)]
    equal(d, {"a": 1, "c": 4})
    fails(TypeError, "unsupported operand type(s) for |: 'dict' and 'list'", lambda: d | [])


def test_copy_and_clear_and_fromkeys():
    d = {"a": [1]}
    c = d.copy()
    c["b"] = 2
    equal((d, c["a"] is d["a"]), ({"a": [1]}, True))
    d.clear()
    equal(d, {})
    equal((dict.fromkeys("ab"), dict.fromkeys([1], 0)), ({"a": None, "b": None}, {1: 0}))


def test_order():
    d = {3: 0, 1: 0, 2: 0}
    d[0] = 0
    del d[1]
    d[1] = 0
    equal(list(d), [3, 2, 0, 1])
    equal(list(reversed(d)), [1, 0, 2, 3])
    equal(list(reversed(d.items()))[0], (1, 0))


def test_equality():
    assert {1: 2, 3: 4} == {3: 4, 1: 2} and {1: 2} != {1: 3} and {1: 2} != {2: 2} and {} != []
    fails(TypeError, "'<' not supported between instances of 'dict' and 'dict'", lambda: {} < {})


def test_repr():
    d = {"a": 1, 2: [3]}
    equal(repr(d), "{'a': 1, 2: [3]}")
    d["self"] = d
    equal(repr(d), "{'a': 1, 2: [3], 'self': {...}}")
    equal(repr({"a": 1}.keys()), "dict_keys(['a'])")
    equal(repr({"a": 1}.values()), "dict_values([1])")
    equal(repr({"a": 1}.items()), "dict_items([('a', 1)])")


def test_views_are_live():
    d = {"a": 1}
    keys, values, items = d.keys(), d.values(), d.items()
    d["b"] = 2
    equal((list(keys), list(values), list(items), len(keys)),
          (["a", "b"], [1, 2], [("a", 1), ("b", 2)], 2))


def test_key_views_are_sets():
    a, b = {1: 0, 2: 0}, {2: 0, 3: 0}
    equal((a.keys() & b.keys(), a.keys() | b.keys(), a.keys() - b, a.keys() ^ b.keys()),
          ({2}, {1, 2, 3}, {1}, {1, 3}))
    assert a.keys() == {1, 2} and a.keys() >= {1} and a.keys().isdisjoint([5]) and 1 in a.keys()
    equal(a.items() & {(1, 0), (9, 9)}, {(1, 0)})
    assert (1, 0) in a.items() and (1, 5) not in a.items()
    assert a.keys().mapping == a


def test_items_that_differ_need_a_hash():
    one, other = {"a": [1], "b": 2, "c": 3}, {"a": [1], "b": 2, "c": 4, "d": 5}
    equal(one.items() ^ other.items(), {("c", 3), ("c", 4), ("d", 5)})
    equal(one.items() ^ one.items(), set())
    fails(TypeError, "unhashable type: 'list'", lambda: one.items() ^ {}.items())
    fails(TypeError, "unhashable type: 'list'", lambda: one.items() ^ {"a": []}.items())
    equal({1: 2}.items() ^ [(1, 2), (3, 4)], {(3, 4)})


def test_missing():
    class D(dict):
        def __missing__(self, key):
            return ("missing", key)

    d = D(a=1)
    equal((d["a"], d["x"], d.get("x"), "x" in d), (1, ("missing", "x"), None, False))


def test_many_keys():
    d = {}
    for i in range(20000):
        d[i * 7919] = i
    for i in range(0, 20000, 2):
        del d[i * 7919]
    equal(len(d), 10000)
    for i in range(1, 20000, 2):
        if d[i * 7919] != i:
            raise AssertionError(i)
    equal(list(d)[:3], [7919, 23757, 39595])


def test_deleting_and_inserting_for_long_stays_small():
    d = {}
    for i in range(100000):
        d[i] = i
        if i >= 10:
            del d[i - 10]
    equal(list(d), list(range(99990, 100000)))


def test_colliding_hashes():
    class K:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return 5

        def __eq__(self, other):
            return self.n == other.n

    d = {K(i): i for i in range(100)}
    equal([d[K(i)] for i in range(100)], list(range(100)))
    del d[K(50)]
    equal((K(50) in d, K(51) in d, len(d)), (False, True, 99))


def test_key_whose_eq_fails():
    class K:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            raise ValueError("in eq")

    d = {1: 0}
    fails(ValueError, "in eq", d.get, K())


def test_key_whose_hash_fails():
    class K:
        def __hash__(self):
            raise ValueError("in hash")

    fails(ValueError, "in hash", {}.get, K())


def test_eq_that_changes_the_dict():
    d = {}

    class K:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return 1

        def __eq__(self, other):
            if d:
                d.clear()
            return self is other

    d[K(1)] = 1
    d[K(2)] = 2
    equal(d.get(K(3)), None)
    assert len(d) <= 1


def test_identity_of_keys_comes_first():
    nan = float("nan")
    d = {nan: 1}
    equal((d[nan], float("nan") in d), (1, False))


def test_iteration_errors():
    d = {1: 1, 2: 2}
    it = iter(d)
    next(it)
    d[3] = 3
    fails(RuntimeError, "dictionary changed size during iteration", next, it)
    for view in (d.values(), d.items()):
        it = iter(view)
        next(it)
        d[len(d) + 10] = 0
        fails(RuntimeError, "dictionary changed size during iteration", next, it)


def test_iterators():
    it = iter({"a": 1, "b": 2})
    equal((it.__length_hint__(), next(it), list(it), list(it)), (2, "a", ["b"], []))


def test_unpacking_into_calls():
    def f(**kwargs):
        return kwargs

    equal(f(**{"a": 1}, **{"b": 2}), {"a": 1, "b": 2})


def test_subclass_methods_that_are_overridden():
    class D(dict):
        def __getitem__(self, key):
            return "own"

    d = D(a=1)
    equal((d["a"], d.get("a"), dict(d), {**d}, d == {"a": 1}), ("own", 1, {"a": 1}, {"a": 1}, True))


def test_string_keys_and_others_mixed():
    d = {"a": 1}
    d[1] = 2
    d[None] = 3
    d[(1, 2)] = 4
    d[1.5] = 5
    d[b"a"] = 6
    d[frozenset([1])] = 7
    equal([d[k] for k in ("a", 1, None, (1, 2), 1.5, b"a", frozenset([1]))], [1, 2, 3, 4, 5, 6, 7])


def test_mappingproxy():
    import types
    d = {"a": 1}
    p = types.MappingProxyType(d)
    equal((p["a"], len(p), list(p), p.get("x"), p | {"b": 2}), (1, 1, ["a"], None, {"a": 1, "b": 2}))
    d["b"] = 2
    equal(len(p), 2)
    with raises(TypeError, "'mappingproxy' object does not support item assignment"):
        p["c"] = 1
    equal(repr(p), "mappingproxy({'a': 1, 'b': 2})")


def test_comparison_of_views():
    assert {1: 2}.keys() == {1: 3}.keys() and {1: 2}.items() != {1: 3}.items()
    assert {1: 2}.values() != {1: 2}.values()


def test_unhashable():
    fails(TypeError, "unhashable type: 'dict'", hash, {})


run(globals())
