"""float and complex."""

from testing import equal, fails, raises, run

INF = float("inf")
NAN = float("nan")


def test_from_text():
    equal([float(s) for s in ("1", "1.5", "-1e3", " .5 ", "5.", "1_0.5", "inf", "-Infinity",
                              "1e400", "-1e-400", "8")],
          [1.0, 1.5, -1000.0, 0.5, 5.0, 10.5, INF, -INF, INF, -0.0, 8.0])
    assert float("nan") != float("nan")
    equal(float(b"1.5"), 1.5)
    equal(float("١.٥"), 1.5)


def test_bad_text():
    for text in ("", "x", "1.5.5", "1e", "1 2", "_1", "1__0", "0x10", "infinit"):
        fails(ValueError, f"could not convert string to float: {text!r}", float, text)


def test_repr_is_the_shortest_that_reads_back():
    cases = {0.1: "0.1", 0.1 + 0.2: "0.30000000000000004", 1.0: "1.0", 1e16: "1e+16",
             1e15: "1000000000000000.0", 123456789.123: "123456789.123", 1e-5: "1e-05",
             0.0001: "0.0001", 5e-324: "5e-324", 1.7976931348623157e308: "1.7976931348623157e+308",
             2.5: "2.5", 1e22: "1e+22", 1e23: "1e+23", 9007199254740993.0: "9007199254740992.0",
             1 / 3: "0.3333333333333333", -0.0: "-0.0", 100.0: "100.0",
             2.2250738585072014e-308: "2.2250738585072014e-308", INF: "inf", -INF: "-inf"}
    for number, text in cases.items():
        equal(repr(number), text) if number or text == "-0.0" else None
        equal(float(text), number)
    equal(repr(NAN), "nan")


def test_signed_zero():
    equal((repr(0.0), repr(-0.0), repr(0.0 * -1), repr(-0.0 + 0.0)), ("0.0", "-0.0", "-0.0",
                                                                     "0.0"))
    assert 0.0 == -0.0
    import math
    equal((math.copysign(1, -0.0), math.atan2(0.0, -0.0)), (-1.0, math.pi))


def test_all_exponents_survive():
    x = 5e-324
    values = []
    while x != INF:
        values.append(x)
        x *= 2
    equal(len(values), 2098)
    for v in values:
        if float(repr(v)) != v or -(-v) != v or v / 1 != v or [v][0] != v:
            raise AssertionError(v)


def test_arithmetic():
    equal((1.5 + 2, 1.5 - 2, 1.5 * 2, 3.0 / 2, 7.5 // 2, 7.5 % 2, 2.0 ** 0.5),
          (3.5, -0.5, 3.0, 1.5, 3.0, 1.5, 1.4142135623730951))
    equal(divmod(-7.5, 2), (-4.0, 0.5))
    equal((-7.5 % 2, 7.5 % -2, 5 % -INF, -5 % INF), (0.5, -0.5, -INF, INF))


def test_infinity_and_nan():
    assert INF > 1e308 and -INF < -1e308 and INF == INF
    assert NAN != NAN and not NAN < 1 and not NAN >= 1
    equal((INF - 1, INF + INF, -INF * 2), (INF, INF, -INF))
    assert (INF - INF) != (INF - INF)
    assert str(INF * 0) == "nan"


def test_power_special_cases():
    equal((0.0 ** 0, INF ** 0, NAN ** 0, 1.0 ** INF, (-8.0) ** 3, 4 ** 0.5, 4 ** -0.5),
          (1.0, 1.0, 1.0, 1.0, -512.0, 2.0, 0.5))
    equal(type((-8.0) ** (1 / 3)), complex)
    fails(ZeroDivisionError, "0.0 cannot be raised to a negative power", lambda: 0.0 ** -1)
    fails(OverflowError, "(34, 'Numerical result out of range')", lambda: 1e200 ** 2)


def test_comparison_with_ints_is_exact():
    big = 2 ** 53
    assert float(big) == big and float(big) != big + 1 and float(big) < big + 1
    assert 1e300 < 10 ** 301 and 1e300 > 10 ** 299
    assert INF > 10 ** 1000 and -INF < -10 ** 1000
    assert 0.5 < 1 and 0.5 > 0 and 1 > 0.5


def test_rounding():
    equal([round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6)], [0, 2, 2, 0, -2, 2, 3])
    equal([round(2.675, 2), round(1.005, 2), round(1234.5, -2), round(0.15, 1), round(1e300, 2)],
          [2.67, 1.0, 1200.0, 0.1, 1e300])
    equal(type(round(2.5)), int)
    equal(type(round(2.5, 0)), float)
    fails(OverflowError, "cannot convert float infinity to integer", round, INF)
    fails(ValueError, "cannot convert float NaN to integer", round, NAN)
    equal(round(-0.0, 1), -0.0)
    equal(repr(round(-0.4, 0)), "-0.0")


def test_format():
    x = 1234.5678
    equal([format(x, s) for s in ("", ".2f", "10.1f", "e", ".3e", "E", "g", ".3g", "%", ",", ",.2f",
                                  "_.1f", "n", "+.1f", " .1f", "010.1f", "<10.1f", "^10.1f",
                                  "#.0f", ".0f", "z.1f")],
          ["1234.5678", "1234.57", "    1234.6", "1.234568e+03", "1.235e+03", "1.234568E+03",
           "1234.57", "1.23e+03", "123456.780000%", "1,234.5678", "1,234.57", "1_234.6",
           "1234.57", "+1234.6", " 1234.6", "00001234.6", "1234.6    ", "  1234.6  ", "1235.",
           "1235", "1234.6"])
    equal([format(v, s) for v, s in ((INF, "f"), (NAN, "F"), (-INF, "e"), (0.0, "g"), (1e-10, "g"),
                                     (100000.0, "g"), (1000000.0, "g"), (-0.001, "z.1f"),
                                     (1e20, ".3"), (123.456, ".4"))],
          ["inf", "NAN", "-inf", "0", "1e-10", "100000", "1e+06", "0.0", "1e+20", "123.5"])


def test_percent_format():
    equal("%f %.2f %e %g %G %8.3f|%-8.1f|%+.1f" % (1.5, 2.345, 12345.678, 0.0001, 1e-10, 3.14159,
                                                  2.5, 3.0),
          "1.500000 2.35 1.234568e+04 0.0001 1E-10    3.142|2.5     |+3.0")


def test_as_integer_ratio():
    equal((0.5).as_integer_ratio(), (1, 2))
    equal((-2.25).as_integer_ratio(), (-9, 4))
    equal((0.1).as_integer_ratio(), (3602879701896397, 36028797018963968))
    fails(OverflowError, "cannot convert Infinity to integer ratio", INF.as_integer_ratio)
    fails(ValueError, "cannot convert NaN to integer ratio", NAN.as_integer_ratio)


def test_hex():
    equal([x.hex() for x in (1.0, -0.5, 0.1, 0.0, 5e-324, INF)],
          ["0x1.0000000000000p+0", "-0x1.0000000000000p-1", "0x1.999999999999ap-4", "0x0.0p+0",
           "0x0.0000000000001p-1022", "inf"])
    equal([float.fromhex(s) for s in ("0x1p3", "0x.8", "1.8", "-inf", "0x1.999999999999ap-4")],
          [8.0, 0.5, 1.5, -INF, 0.1])
    fails(ValueError, "invalid hexadecimal floating-point string", float.fromhex, "xyz")
    fails(OverflowError, "hexadecimal value too large to represent as a float", float.fromhex,
          "0x1p2000")


def test_is_integer_and_parts():
    equal(((2.0).is_integer(), (2.5).is_integer(), INF.is_integer()), (True, False, False))
    equal(((2.5).real, (2.5).imag, (2.5).conjugate()), (2.5, 0.0, 2.5))


def test_hash():
    equal((hash(0.0), hash(1.0), hash(0.5), hash(INF), hash(-INF)),
          (0, 1, 1152921504606846976, 314159, -314159))
    equal({1: "a"}[1.0], "a")


def test_math_floor_ceil():
    import math
    equal((math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), math.floor(1e20)),
          (-2, -1, -1, 10 ** 20))


def test_from_objects():
    class F:
        def __float__(self):
            return 2.5

    class I:
        def __index__(self):
            return 3

    equal((float(), float(F()), float(I()), float(True)), (0.0, 2.5, 3.0, 1.0))
    fails(TypeError, "float expected at most 1 argument, got 2", float, 1, 2)


def test_subclass():
    class F(float):
        pass

    equal(type(F(1.5) + 1), float)
    equal(repr(F(1.5)), "1.5")
    equal(F("2.5"), F(2.5))


def test_sum_is_compensated():
    equal(sum([0.1] * 10), 1.0)
    equal(sum([1e100, 1.0, -1e100]), 1.0)


def test_complex_arithmetic():
    a, b = 1 + 2j, 3 - 1j
    equal((a + b, a - b, a * b, a / b, -a, abs(3 + 4j)),
          (4 + 1j, -2 + 3j, 5 + 5j, 0.1 + 0.7000000000000001j, -1 - 2j, 5.0))
    equal((a ** 2, a ** 0, a == 1 + 2j, a != b, a + 1, 1.5 * a), (-3 + 4j, 1 + 0j, True, True,
                                                                  2 + 2j, 1.5 + 3j))
    fails(ZeroDivisionError, "complex division by zero", lambda: a / 0)


def test_complex_text():
    equal([repr(z) for z in (1j, 1 + 2j, -1 - 2j, complex(0, -0.0), complex(-0.0, 1), complex(INF, NAN),
                             1e20 + 1j)],
          ["1j", "(1+2j)", "(-1-2j)", "-0j", "(-0+1j)", "(inf+nanj)", "(1e+20+1j)"])
    equal([complex(s) for s in ("1+2j", " -3J ", "(1-j)", "5", "1e2-.5j")],
          [1 + 2j, -3j, 1 - 1j, 5 + 0j, 100 - 0.5j])
    fails(ValueError, "complex() arg is a malformed string", complex, "1 + 2j")


def test_complex_construction():
    equal((complex(), complex(1), complex(1, 2), complex(real=1, imag=2), complex(1j, 2j)),
          (0j, 1 + 0j, 1 + 2j, 1 + 2j, -2 + 1j))
    fails(TypeError, "complex() can't take second arg if first is a string", complex, "1", 2)


def test_complex_has_no_order():
    fails(TypeError, "'<' not supported between instances of 'complex' and 'complex'",
          lambda: 1j < 2j)
    fails(TypeError, "unsupported operand type(s) for //: 'complex' and 'int'", lambda: 1j // 1)
    fails(TypeError, "float() argument must be a string or a real number, not 'complex'", float,
          1j)


def test_complex_attributes_and_hash():
    z = 3 + 4j
    equal((z.real, z.imag, z.conjugate(), hash(5 + 0j)), (3.0, 4.0, 3 - 4j, 5))
    equal(format(1.5 + 2.25j, ".1f"), "1.5+2.2j")
    equal(f"{3 + 4j:>10}", "    (3+4j)")


run(globals())
