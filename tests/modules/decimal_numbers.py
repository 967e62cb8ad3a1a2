"""decimal: numbers of any size, conversions there and back, subclasses, settings that nothing rounds."""

import copy
import math
import pickle
import sys
from decimal import MAX_PREC, Context, Decimal, DecimalException, Inexact, InvalidOperation, getcontext, localcontext
from fractions import Fraction

from testing import equal, raises, run

sys.set_int_max_str_digits(0)


def test_large_ints_there_and_back():
    for bits in (62, 63, 64, 65, 127, 128, 1000, 40000):
        for n in (2**bits - 1, 2**bits, 2**bits + 1):
            equal(int(Decimal(n)), n)
            equal(int(Decimal(-n)), -n)
            equal(str(Decimal(n)), str(n))
            equal(Decimal(n) == n, True)
            equal(hash(Decimal(-n)), hash(-n))


def test_words_at_their_limits():
    for digits in (18, 19, 20, 37, 38, 39, 57):
        for n in (10**digits - 1, 10**digits, 10**digits + 1):
            equal(Decimal(n), Decimal(str(n)))
            equal(Decimal(n).as_tuple().digits, tuple(map(int, str(n))))
            equal(int(Decimal(f"{n}e-3")), n // 1000)


def test_truncation():
    for text, wanted in (("1234567890123456789012345.99", 1234567890123456789012345), ("-0.99", 0), ("-1.5", -1),
                         ("9.99e18", 9990000000000000000), ("1e40", 10**40), ("123e-40", 0)):
        equal(int(Decimal(text)), wanted)
        equal(math.trunc(Decimal(text)), wanted)


def test_floats_exactly():
    for x in (0.1, 5e-324, 1.7976931348623157e308, 2.0**70, -3.5, 2**53 + 1.0):
        equal(Fraction(Decimal(x)), Fraction(x))
        equal(float(Decimal(x)), x)
        equal(hash(Decimal(x)), hash(x))
    equal(str(Decimal(-0.0)), "-0")


def test_ratio():
    equal(Decimal("-0.125").as_integer_ratio(), (-1, 8))
    equal(Decimal("1.10e-30").as_integer_ratio(), Fraction("1.10e-30").as_integer_ratio())


def test_exact_arithmetic_of_any_size():
    with localcontext(prec=MAX_PREC) as context:
        context.traps[Inexact] = True
        a, b = 7**3000, 3**5000
        equal(int(Decimal(a) * Decimal(b)), a * b)
        equal(int(Decimal(a * b) / Decimal(b)), a)
        equal(tuple(map(int, divmod(Decimal(b), Decimal(a)))), divmod(b, a))


def test_results_larger_than_the_scratch():
    with localcontext(prec=2000):
        root = Decimal(2).sqrt()
        equal(str(root * root)[:20], "1.999999999999999999" if root * root < 2 else "2.000000000000000000")
        equal(str((1 / Decimal(7)))[2:14], "142857142857")


def test_no_memory_for_huge_results():
    with raises(MemoryError):
        int(Decimal("1e99999999999999999"))
    with localcontext(prec=MAX_PREC, Emax=MAX_PREC, Emin=-MAX_PREC):
        with raises(MemoryError):
            Decimal(1) / 3


def test_subclass():
    class Price(Decimal):
        __slots__ = ("currency",)

        def __new__(cls, value, currency):
            self = super().__new__(cls, value)
            self.currency = currency
            return self

    class Open(Decimal):
        pass

    p = Price("12345678901234567890123.45", "EUR")
    equal((p.currency, str(p), type(p + 1)), ("EUR", "12345678901234567890123.45", Decimal))
    o = Open("1.5")
    o.a = o.b = o.c = o.d = o.e = o.f = "attribute"
    equal((o.a, o.f, str(o), o == Decimal("1.5"), hash(o) == hash(1.5)), ("attribute", "attribute", "1.5", True, True))
    many = [Open(i) for i in range(1000)]
    for number in many:
        number.x, number.y = str(number), number
    equal([int(number.x) for number in many], list(range(1000)))
    equal(sum(many), Decimal(499500))


class Pickled(Decimal):
    pass


def test_pickles():
    for number in (Decimal("1.50"), Decimal("-Infinity"), Decimal("sNaN12"), Pickled("2.5")):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            back = pickle.loads(pickle.dumps(number, protocol))
            equal((type(back), str(back)), (type(number), str(number)))
    context = Context(prec=5, traps=[Inexact])
    equal(repr(pickle.loads(pickle.dumps(context))), repr(context))
    equal(str(copy.deepcopy(Decimal("1.0"))), "1.0")


def test_signal_dicts_follow_the_context():
    context = Context()
    flags, traps = context.flags, context.traps
    context.divide(1, 3)
    equal((flags[Inexact], traps[Inexact]), (True, False))
    traps[Inexact] = True
    with raises(Inexact):
        context.divide(1, 3)
    context.clear_flags()
    equal(flags[Inexact], False)
    equal(context.flags is flags, True)


def test_context_of_a_block():
    outer = getcontext()
    with localcontext(prec=5) as inner:
        equal(getcontext() is inner, True)
        equal(str(Decimal(1) / 3), "0.33333")
    equal(getcontext() is outer, True)


def test_exceptions_say_what_was_trapped():
    try:
        Decimal("x")
    except InvalidOperation as error:
        equal([c.__name__ for c in error.args[0]], ["ConversionSyntax"])
    equal(issubclass(InvalidOperation, DecimalException), True)


def test_sum_of_many():
    cents = [Decimal(i) / 100 for i in range(10000)]
    equal(sum(cents), Decimal("499950"))
    equal(sorted(cents, reverse=True)[0], Decimal("99.99"))
    equal(len({*cents, *range(100)}), 10000)


run(globals())
