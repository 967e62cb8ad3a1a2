"""int: construction, text, methods."""

import warnings

from testing import equal, fails, raises, run


def test_from_text():
    equal([int(s) for s in ("0", "-5", "+7", "  12\n", "1_000", "007")], [0, -5, 7, 12, 1000, 7])
    equal(int("٣"), 3)
    equal(int(b"12"), 12)
    equal(int(bytearray(b"-3")), -3)
    equal(int("123456789" * 20), int("123456789" * 20))


def test_from_text_with_base():
    equal([int("ff", 16), int("0xff", 16), int("0b101", 2), int("z", 36), int("0o17", 0),
           int("0x_f", 0), int("10", 7)], [255, 255, 5, 35, 15, 15, 7])


def test_bad_text():
    for text in ("", " ", "1.5", "1__0", "_1", "1_", "0x", "a", "1 2", "--1", "1e5"):
        fails(ValueError, f"invalid literal for int() with base 10: {text!r}", int, text)
    fails(ValueError, "invalid literal for int() with base 2: '2'", int, "2", 2)
    fails(ValueError, "invalid literal for int() with base 0: '010'", int, "010", 0)
    fails(ValueError, "int() base must be >= 2 and <= 36, or 0", int, "1", 1)
    fails(ValueError, "int() base must be >= 2 and <= 36, or 0", int, "1", 37)
    fails(TypeError, "int() can't convert non-string with explicit base", int, 5, 10)
    fails(TypeError, "int() missing string argument", int, base=10)


def test_from_float():
    equal([int(x) for x in (1.9, -1.9, 0.0, 1e20, 2.0 ** 70)],
          [1, -1, 0, 100000000000000000000, 2 ** 70])


def test_from_objects():
    class Index:
        def __index__(self):
            return 5

    class Trunc:
        def __int__(self):
            return 6

    equal((int(), int(Index()), int(Trunc()), int(True)), (0, 5, 6, 1))
    equal(type(int(True)), int)


def test_text():
    for n in (0, 1, -1, 10 ** 18, 2 ** 63, -2 ** 63, 10 ** 50, -10 ** 100):
        equal(int(str(n)), n)
        equal(int(repr(n)), n)
    equal(str(10 ** 30), "1" + "0" * 30)


def test_bases():
    equal((bin(10), oct(64), hex(255), hex(-255), bin(0)), ("0b1010", "0o100", "0xff", "-0xff",
                                                            "0b0"))
    for n in (2 ** 63, 2 ** 64 - 1, -2 ** 100 + 12345, 10 ** 40):
        equal(int(bin(n), 2), n)
        equal(int(oct(n), 8), n)
        equal(int(hex(n), 16), n)
    fails(TypeError, "'float' object cannot be interpreted as an integer", hex, 1.0)


def test_limit_of_digits():
    import sys
    equal(sys.get_int_max_str_digits(), 4300)
    fails(ValueError, "Exceeds the limit (4300 digits) for integer string conversion; use "
          "sys.set_int_max_str_digits() to increase the limit", str, 10 ** 5000)
    sys.set_int_max_str_digits(6000)
    try:
        equal(len(str(10 ** 5000)), 5001)
    finally:
        sys.set_int_max_str_digits(4300)
    equal(len(hex(1 << 40000)), 10003)


def test_format():
    n = 1234567
    equal([format(n, s) for s in ("", "d", ",", "_", "x", "X", "#x", "o", "b", "e", ".1f")],
          ["1234567", "1234567", "1,234,567", "1_234_567", "12d687", "12D687", "0x12d687",
           "4553207", "100101101011010000111", "1.234567e+06", "1234567.0"])
    equal([format(-42, s) for s in ("8", "<8", "^8", "=8", "08", "+", " ", "*>8", "#010x", "08,")],
          ["     -42", "-42     ", "  -42   ", "-     42", "-0000042", "-42", "-42", "*****-42",
           "-0x000002a", "-000,042"])
    equal((format(65, "c"), format(255, "_b"), format(10 ** 20, ",")),
          ("A", "1111_1111", "100,000,000,000,000,000,000"))


def test_bad_format():
    fails(ValueError, "Unknown format code 's' for object of type 'int'", format, 5, "s")
    fails(ValueError, "Cannot specify ',' with 'x'.", format, 5, ",x")
    fails(ValueError, "Cannot specify both ',' and '_'.", format, 5, ",_")
    fails(OverflowError, "%c arg not in range(0x110000)", format, -1, "c")


def test_percent_format():
    equal("%d %5d %-5d| %05d %+d %x %X %#x %o %i %u" % (1, 2, 3, 4, 5, 255, 255, 255, 8, 9, 10),
          "1     2 3    | 00004 +5 ff FF 0xff 10 9 10")
    equal("%d" % 10 ** 0, "1")
    equal("%d" % (10 ** 30,), str(10 ** 30))
    equal("%.5d|%8.3d" % (42, -7), "00042|    -007")


def test_bit_length_and_count():
    equal([n.bit_length() for n in (0, 1, -1, 255, 256, 2 ** 63, -2 ** 64)],
          [0, 1, 1, 8, 9, 64, 65])
    equal([n.bit_count() for n in (0, 1, -1, 255, 2 ** 100 - 1, -2 ** 70)], [0, 1, 1, 8, 100, 1])


def test_to_bytes():
    equal((258).to_bytes(2, "big"), b"\1\2")
    equal((258).to_bytes(4, "little"), b"\2\1\0\0")
    equal((-1).to_bytes(3, "big", signed=True), b"\xff\xff\xff")
    equal((-1).to_bytes(0, "big", signed=True), b"")
    fails(OverflowError, "int too big to convert", (-2).to_bytes, 0, "big", signed=True)
    equal((5).to_bytes(), b"\5")
    equal((2 ** 127 - 1).to_bytes(16, "little", signed=True), b"\xff" * 15 + b"\x7f")
    fails(OverflowError, "int too big to convert", (256).to_bytes, 1, "big")
    fails(OverflowError, "can't convert negative int to unsigned", (-1).to_bytes, 1, "big")
    fails(ValueError, "byteorder must be either 'little' or 'big'", (1).to_bytes, 1, "x")
    fails(ValueError, "length argument must be non-negative", (1).to_bytes, -1, "big")


def test_from_bytes():
    equal(int.from_bytes(b"\1\2"), 258)
    equal(int.from_bytes(b"\1\2", "little"), 513)
    equal(int.from_bytes(b"\xff\xfe", "big", signed=True), -2)
    equal(int.from_bytes([1, 0]), 256)
    equal(int.from_bytes(b""), 0)
    for n in (0, 5, 2 ** 64, 2 ** 200 - 1):
        for order in ("big", "little"):
            equal(int.from_bytes(n.to_bytes(30, order), order), n)
            equal(int.from_bytes((-n).to_bytes(30, order, signed=True), order, signed=True), -n)


def test_as_integer_ratio_and_parts():
    n = 5
    equal((n.as_integer_ratio(), n.numerator, n.denominator, n.real, n.imag, n.conjugate()),
          ((5, 1), 5, 1, 5, 0, 5))
    equal(n.is_integer(), True)


def test_rounding():
    equal([round(n, -1) for n in (5, 15, 25, 14, 16, -15, -25)], [0, 20, 20, 10, 20, -20, -20])
    equal((round(12345, -2), round(5), round(5, 3), round(10 ** 20 + 5, -1)),
          (12300, 5, 5, 100000000000000000000))
    import math
    equal((math.floor(5), math.ceil(5), math.trunc(5)), (5, 5, 5))


def test_index_methods():
    equal((5).__index__(), 5)
    equal((5).__floor__(), 5)
    equal((True).__index__(), 1)


def test_attributes_are_read_only():
    with raises(AttributeError, "attribute 'real' of 'int' objects is not writable"):
        n = 5
        n.real = 6


def test_bool():
    equal((True + True, True * 5, -True, ~1), (2, 5, -1, -2))
    equal((True & False, True | False, True ^ True, True & 3), (False, True, False, 1))
    equal((str(True), repr(False), bool("x"), bool([])), ("True", "False", True, False))
    equal(format(True, "d"), "1")
    fails(TypeError, "bool expected at most 1 argument, got 2", bool, 1, 2)


def test_big_numbers_as_indices():
    fails(IndexError, "cannot fit 'int' into an index-sized integer", lambda: [1][10 ** 30])
    equal([1, 2, 3][-10 ** 30:10 ** 30], [1, 2, 3])
    equal("abc"[10 ** 30:], "")


def test_trunc_is_warned_of_before_it_is_called():
    done = []

    class Truncated:
        def __trunc__(self):
            done.append("called")
            return 5

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fails(DeprecationWarning, "The delegation of int() to __trunc__ is deprecated.", int, Truncated())
        equal(done, [])
        warnings.simplefilter("ignore")
        equal(int(Truncated()), 5)


def test_subclass_arithmetic_gives_int():
    class I(int):
        pass

    equal(type(I(5) + I(6)), int)
    equal(type(+I(5)), int)
    equal(I(5), I(5))
    equal(repr(I(5)), "5")


run(globals())
