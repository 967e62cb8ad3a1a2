"""Order of evaluation, precedence, identity, and dispatch of operators."""

from testing import equal, fails, raises, run


def test_precedence():
    equal(2 + 3 * 4 ** 2, 50)
    equal(-2 ** 2, -4)
    equal(2 ** -1, 0.5)
    equal(2 ** 3 ** 2, 512)
    equal(10 - 4 - 3, 3)
    equal(1 << 2 + 1, 8)
    equal(5 & 3 | 8 ^ 12, 5)
    equal(not 1 == 2, True)
    equal(1 if 0 else 2 if 0 else 3, 3)
    equal(-5 // 2 * 2 + -5 % 2, -5)
    equal(~5 + 1, -5)
    equal(1 < 2 == True, False)
    equal((lambda: 1 if True else 2)(), 1)


def test_operands_are_evaluated_left_to_right():
    log = []

    def note(x):
        log.append(x)
        return x

    note(1) + note(2) * note(3)
    note(4) ** note(5)
    note(6) < note(7) < note(8)
    [note(9), note(10)][note(0)]
    note(11) if note(12) else note(13)
    equal(log, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 12, 11])


def test_identity():
    a = []
    assert a is a and a is not []
    assert None is None
    assert () is ()


def test_nan_is_found_by_identity():
    nan = float("nan")
    assert nan != nan
    assert nan in [nan]
    assert [nan] == [nan]


def test_identity_shortcut_does_not_call_eq():
    class C:
        def __eq__(self, other):
            raise AssertionError

    c = C()
    assert c in [c]
    assert [c] == [c]
    equal([c].index(c), 0)


def test_not_in():
    assert 3 not in [1, 2]
    assert not 1 not in [1]


def test_comparison_of_different_types():
    assert 1 != "1"
    assert not 1 == "1"
    assert [] != ()
    assert 1 == 1.0 == True == (1 + 0j)


def test_eq_returning_anything():
    class C:
        def __eq__(self, other):
            return "eq"

        def __ne__(self, other):
            return "ne"

    equal((C() == 1, 1 == C(), C() != 1), ("eq", "eq", "ne"))


def test_ne_inverts_eq_by_default():
    class C:
        def __eq__(self, other):
            return True

    equal(C() != 1, False)


def test_both_sides_notimplemented_compare_by_identity():
    class C:
        def __eq__(self, other):
            return NotImplemented

    c = C()
    equal((c == c, c == 1, c != 1), (True, False, True))


def test_reflected_method_of_a_subclass_goes_first_in_comparisons():
    class A:
        def __eq__(self, other):
            return "A"

    class B(A):
        def __eq__(self, other):
            return "B"

    equal((A() == B(), B() == A()), ("B", "B"))


def test_bool_of_notimplemented():
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with raises(DeprecationWarning, "NotImplemented should not be used in a boolean context"):
            bool(NotImplemented)


def test_three_argument_pow_has_no_reflected_method_for_ints():
    equal(pow(2, 10, 1000), 24)
    equal(pow(3, -1, 7), 5)
    fails(ValueError, "base is not invertible for the given modulus", pow, 2, -1, 4)
    fails(ValueError, "pow() 3rd argument cannot be 0", pow, 2, 2, 0)
    fails(TypeError, "unsupported operand type(s) for ** or pow(): 'int', 'int', 'str'", pow, 2,
          2, "a")


def test_sequence_operators():
    equal([1] + [2], [1, 2])
    equal([1, 2] * 2, [1, 2, 1, 2])
    equal(2 * [1], [1, 1])
    equal(-1 * [1], [])
    equal((1,) * 3, (1, 1, 1))
    equal("ab" * 2, "abab")
    fails(TypeError, "can't multiply sequence by non-int of type 'float'", lambda: [1] * 1.5)


def test_set_and_dict_operators():
    equal({1, 2} | {2, 3}, {1, 2, 3})
    equal({1, 2} & {2, 3}, {2})
    equal({1, 2} - {2, 3}, {1})
    equal({1, 2} ^ {2, 3}, {1, 3})
    equal({1: 1} | {1: 2, 3: 4}, {1: 2, 3: 4})
    assert {1} < {1, 2} and {1} <= {1} and not {1} < {1}


def test_large_shift_counts():
    equal(0 << 10 ** 30, 0)
    equal(5 >> 10 ** 30, 0)
    equal(-5 >> 10 ** 30, -1)


def test_int_and_float_meet():
    equal(1 + 1.5, 2.5)
    equal(10 ** 20 + 0.0, 1e20)
    assert 10 ** 20 == 1e20
    assert 2 ** 53 + 1 != float(2 ** 53)
    assert 2 ** 53 + 1 > float(2 ** 53)
    assert 10 ** 400 > 1e308 and 10 ** 400 < float("inf")


def test_division():
    equal(7 / 2, 3.5)
    equal((7 // 2, -7 // 2, 7 // -2, 7.0 // 2), (3, -4, -4, 3.0))
    equal((7 % 3, -7 % 3, 7 % -3, -7.5 % 2), (1, 2, -2, 0.5))
    equal(divmod(-7, 2), (-4, 1))
    equal(10 ** 30 / 10 ** 10, 1e20)


def test_slicing_builds_slice_objects():
    class C:
        def __getitem__(self, key):
            return key

    c = C()
    equal(c[:], slice(None))
    equal(c[1:], slice(1, None))
    equal(c[:1], slice(1))
    equal(c[::2], slice(None, None, 2))
    equal(c[1:2, 3], (slice(1, 2), 3))
    equal(c[()], ())
    equal(c[1,], (1,))


def test_call_on_any_expression():
    equal([len][0]("abc"), 3)
    equal((lambda: (lambda: 5))()(), 5)
    equal("abc".upper().lower().title(), "Abc")


def test_large_literals():
    equal(0xFFFF_FFFF_FFFF_FFFF_FFFF, 2 ** 80 - 1)
    equal(1_000_000, 10 ** 6)
    equal((0b101, 0o17, 0XAB, 1e3, 1_0.5e-1, .5, 5.), (5, 15, 171, 1000.0, 1.05, 0.5, 5.0))
    equal(1j * 1j, -1 + 0j)


def test_constant_expressions_keep_their_types():
    equal(1 * 1.0, 1.0)
    equal(0 * -1.0, -0.0)
    equal(str(0 * -1.0), "-0.0")
    equal([1, True, 1.0], [1, True, 1.0])
    equal([type(x) for x in (1, True, 1.0)], [int, bool, float])


def test_debug():
    equal(__debug__, True)


def test_ellipsis():
    equal(repr(...), "Ellipsis")
    assert ... is Ellipsis


run(globals())
