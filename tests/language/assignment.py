"""Assignment: targets, unpacking, augmented assignment, del, walrus."""

from testing import equal, fails, raises, run


def test_chained_targets_are_assigned_left_to_right():
    log = []

    class Recorder:
        def __setattr__(self, name, value):
            log.append((name, value))

    r = Recorder()
    r.a = r.b = r.c = 5
    equal(log, [("a", 5), ("b", 5), ("c", 5)])


def test_the_value_is_evaluated_before_the_target():
    log = []

    def note(x):
        log.append(x)
        return x

    d = {}
    d[note("key")] = note("value")
    equal(log, ["value", "key"])


def test_swap():
    a, b = 1, 2
    a, b = b, a
    equal((a, b), (2, 1))


def test_three_way_rotation():
    a, b, c = 1, 2, 3
    a, b, c = c, a, b
    equal((a, b, c), (3, 1, 2))


def test_index_assigned_in_the_same_statement():
    x = [0, 0, 0]
    i = 0
    i, x[i] = 1, 9
    equal((i, x), (1, [0, 9, 0]))


def test_nested_unpacking():
    (a, [b, (c, d)]), e = (1, [2, (3, 4)]), 5
    equal((a, b, c, d, e), (1, 2, 3, 4, 5))


def test_unpacking_any_iterable():
    a, b, c = "xyz"
    d, e = {"k": 1, "l": 2}
    f, g = (i * i for i in (3, 4))
    equal((a, b, c, d, e, f, g), ("x", "y", "z", "k", "l", 9, 16))


def test_star_in_the_middle():
    a, *b, c = range(5)
    equal((a, b, c), (0, [1, 2, 3], 4))


def test_star_takes_nothing():
    a, *b = [1]
    equal((a, b), (1, []))


def test_star_first_and_nested():
    *a, (b, *c) = 1, 2, "xyz"
    equal((a, b, c), ([1, 2], "x", ["y", "z"]))


def test_empty_targets():
    () = []
    [] = ()
    with raises(ValueError, "too many values to unpack (expected 0)"):
        () = [1]


def test_too_many_values():
    with raises(ValueError, "too many values to unpack (expected 2)"):
        a, b = 1, 2, 3


def test_too_many_values_of_an_iterator():
    with raises(ValueError, "too many values to unpack (expected 2)"):
        a, b = iter([1, 2, 3])


def test_not_enough_values():
    with raises(ValueError, "not enough values to unpack (expected 3, got 2)"):
        a, b, c = [1, 2]


def test_not_enough_values_for_a_star():
    with raises(ValueError, "not enough values to unpack (expected at least 2, got 1)"):
        a, b, *c = [1]


def test_unpacking_what_is_not_iterable():
    with raises(TypeError, "cannot unpack non-iterable int object"):
        a, b = 5


def test_unpacking_none():
    with raises(TypeError, "cannot unpack non-iterable NoneType object"):
        a, b = None


def test_an_error_in_the_iterable_passes_through():
    def items():
        yield 1
        raise KeyError("inside")

    with raises(KeyError, "'inside'"):
        a, b = items()


def test_an_iterable_is_not_read_past_one_value_too_many():
    taken = []

    def items():
        for i in range(10):
            taken.append(i)
            yield i

    with raises(ValueError):
        a, b = items()
    equal(taken, [0, 1, 2])


def test_star_expressions_in_displays():
    a = [1, 2]
    equal([*a, 3, *"xy"], [1, 2, 3, "x", "y"])
    equal((*a, *a), (1, 2, 1, 2))
    equal({*a, 2, 5}, {1, 2, 5})
    equal({**{"a": 1}, "b": 2, **{"a": 3}}, {"a": 3, "b": 2})


def test_star_of_what_is_not_iterable():
    with raises(TypeError, "Value after * must be an iterable, not int"):
        [*5]


def test_double_star_of_what_is_no_mapping():
    with raises(TypeError, "'int' object is not a mapping"):
        {**5}


def test_star_in_return_and_index():
    def f(x):
        return 1, *x

    equal(f([2, 3]), (1, 2, 3))

    class Index:
        def __getitem__(self, index):
            return index

    a = (1, 2)
    equal(Index()[*a, 3], (1, 2, 3))
    equal(Index()[*a], (1, 2))


def test_augmented_assignment_of_names():
    x = 7
    x += 3
    equal(x, 10)
    x -= 4
    equal(x, 6)
    x *= 5
    equal(x, 30)
    x //= 4
    equal(x, 7)
    x **= 2
    equal(x, 49)
    x %= 10
    equal(x, 9)
    x <<= 3
    equal(x, 72)
    x >>= 1
    equal(x, 36)
    x |= 1
    equal(x, 37)
    x &= 60
    equal(x, 36)
    x ^= 5
    equal(x, 33)
    x /= 2
    equal(x, 16.5)


def test_augmented_assignment_evaluates_its_target_once():
    log = []

    def note(x):
        log.append(x)
        return x

    d = {"k": 1}
    lists = [d]
    lists[note(0)][note("k")] += note(5)
    equal(log, [0, "k", 5])
    equal(d, {"k": 6})


def test_augmented_assignment_in_place():
    a = b = [1]
    a += [2]
    equal(b, [1, 2])
    assert a is b


def test_augmented_assignment_makes_a_new_tuple():
    a = b = (1,)
    a += (2,)
    equal((a, b), ((1, 2), (1,)))


def test_iadd_on_a_list_in_a_tuple_changes_it_and_raises():
    t = ([1],)
    with raises(TypeError, "'tuple' object does not support item assignment"):
        t[0] += [2]
    equal(t, ([1, 2],))


def test_iadd_falls_back_to_add_and_radd():
    class Left:
        def __add__(self, other):
            return "left"

    class Right:
        def __radd__(self, other):
            return "right"

    a = Left()
    a += 1
    equal(a, "left")
    b = 1
    b += Right()
    equal(b, "right")


def test_iadd_may_return_anything():
    class Odd:
        def __iadd__(self, other):
            return 42

    a = Odd()
    a += 1
    equal(a, 42)


def test_iadd_returning_notimplemented_falls_back():
    class Odd:
        def __iadd__(self, other):
            return NotImplemented

        def __add__(self, other):
            return "add"

    a = Odd()
    a += 1
    equal(a, "add")


def test_unsupported_augmented_assignment():
    with raises(TypeError, "unsupported operand type(s) for +=: 'int' and 'str'"):
        a = 1
        a += "x"


def test_matrix_multiplication():
    class M:
        def __matmul__(self, other):
            return ("matmul", other)

        def __rmatmul__(self, other):
            return ("rmatmul", other)

        def __imatmul__(self, other):
            return ("imatmul", other)

    m = M()
    equal(m @ 1, ("matmul", 1))
    equal(1 @ m, ("rmatmul", 1))
    m @= 2
    equal(m, ("imatmul", 2))
    with raises(TypeError, "unsupported operand type(s) for @: 'int' and 'int'"):
        1 @ 2


def test_del_name():
    x = 1
    del x
    with raises(UnboundLocalError,
                "cannot access local variable 'x' where it is not associated with a value"):
        x


def test_del_unbound_name():
    with raises(UnboundLocalError,
                "cannot access local variable 'y' where it is not associated with a value"):
        del y
    y = 1


def test_del_several_targets():
    a = b = 1
    c = [1, 2, 3]
    d = {"k": 1}
    del a, (b, c[0]), d["k"]
    equal((c, d), ([2, 3], {}))


def test_del_slice():
    x = list(range(6))
    del x[1:3]
    equal(x, [0, 3, 4, 5])
    del x[::2]
    equal(x, [3, 5])


def test_del_item_of_a_tuple():
    with raises(TypeError, "'tuple' object doesn't support item deletion"):
        del (1, 2)[0]


def test_item_assignment_where_there_is_none():
    with raises(TypeError, "'int' object does not support item assignment"):
        x = 5
        x[0] = 1


def test_item_of_an_int():
    with raises(TypeError, "'int' object is not subscriptable"):
        x = 5
        x[0]


def test_walrus_in_a_condition():
    if (n := 10) > 5:
        equal(n, 10)
    else:
        assert False


def test_walrus_in_a_comprehension_binds_outside():
    squares = [y := x * x for x in range(4)]
    equal((y, squares), (9, [0, 1, 4, 9]))


def test_walrus_as_filter():
    equal([z for x in range(6) if (z := x * 2) > 5], [6, 8, 10])


def test_walrus_in_arguments():
    def f(*args):
        return args

    equal(f((a := 1), a + 1), (1, 2))


def test_walrus_in_while():
    data = [3, 2, 1, 0, 9]
    seen = []
    while item := data.pop(0):
        seen.append(item)
    equal((seen, data), ([3, 2, 1], [9]))


def test_annotated_assignment():
    x: int = 5
    y: "whatever"
    equal(x, 5)
    with raises(UnboundLocalError):
        y


def test_annotations_of_a_class():
    class C:
        a: int = 1
        b: str

    equal(C.__annotations__, {"a": int, "b": str})
    assert not hasattr(C, "b")


def test_annotations_of_local_names_are_not_evaluated():
    def f():
        x: undefined_name = 1
        return x

    equal(f(), 1)


def test_annotations_in_a_class_body_are_evaluated():
    with raises(NameError, "name 'undefined_name' is not defined"):
        class C:
            x: undefined_name = 1


def test_conditional_expression():
    equal([1 if x else 2 for x in (True, False)], [1, 2])


def test_chained_comparison_evaluates_the_middle_once():
    count = []

    def middle():
        count.append(1)
        return 5

    assert 1 < middle() < 10
    equal(len(count), 1)


def test_chained_comparison_stops_early():
    called = []
    assert not (2 < 1 < called.append(1))
    equal(called, [])


def test_and_or_give_operands():
    equal((0 or "x", 1 and [], None or 0, "" and 1), ("x", [], 0, ""))


def test_not():
    equal((not 0, not "x", not []), (True, False, True))


def test_assert_messages():
    with raises(AssertionError, ""):
        assert 0
    with raises(AssertionError, "reason"):
        assert 0, "reason"


def test_assert_message_is_evaluated_only_on_failure():
    assert 1, undefined_name


run(globals())
