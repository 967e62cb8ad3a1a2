"""f-strings, string literals and the format mini-language through them."""

from testing import equal, fails, raises, run

name = "world"
number = 42
pi = 3.14159


def test_simple():
    equal(f"hello {name}!", "hello world!")
    equal(f"", "")
    equal(f"no fields", "no fields")


def test_expressions():
    equal(f"{number + 1} {name.upper()} {[x for x in range(3)]} {'a' if number else 'b'}",
          "43 WORLD [0, 1, 2] a")


def test_braces():
    equal(f"{{}} {{{number}}} }}{{", "{} {42} }{")


def test_conversions():
    s = "é\n"
    equal(f"{s!r} {s!s} {s!a}", "'é\\n' é\n '\\xe9\\n'")


def test_format_specs():
    equal(f"{number:5}|{number:<5}|{number:^5}|{number:05}|{number:+}|{number:x}|{number:#b}",
          "   42|42   | 42  |00042|+42|2a|0b101010")
    equal(f"{pi:.2f} {pi:8.3f} {pi:e} {pi:.0f} {0.5:%} {1234567:,} {1234567:_}",
          "3.14    3.142 3.141590e+00 3 50.000000% 1,234,567 1_234_567")


def test_nested_format_specs():
    width, precision = 10, 3
    equal(f"{pi:{width}.{precision}}|{name:{'>'}{width}}|{name!r:{width}}",
          "      3.14|     world|'world'   ")


def test_equals_sign():
    equal(f"{number=}", "number=42")
    equal(f"{number = }", "number = 42")
    equal(f"{name=}", "name='world'")
    equal(f"{name=!s}", "name=world")
    equal(f"{number=:5}", "number=   42")
    equal(f"{number+1=}", "number+1=43")
    equal(f"{ 'a' = }", " 'a' = 'a'")


def test_nested_quotes():
    d = {"key": "value"}
    equal(f"{d["key"]}", "value")
    equal(f"{f"{f"{1 + 1}"}"}", "2")
    equal(f'{f'{d['key']}'}', "value")


def test_backslashes_and_newlines_in_fields():
    items = ["a", "b"]
    equal(f"{'\n'.join(items)}", "a\nb")
    equal(f"{
        number  # a comment
    }", "42")


def test_lambda_and_walrus_in_parentheses():
    equal(f"{(lambda x: x * 2)(3)}", "6")
    equal(f"{(y := 5)}", "5")
    equal(y, 5)


def test_colon_without_spec_and_slices():
    x = "abcdef"
    equal(f"{x[1:3]} {x[::2]:>5} {x:}", "bc   ace abcdef")


def test_dict_and_set_displays():
    equal(f"{ {'a': 1}['a'] } { {1} }", "1 {1}")


def test_not_equal_operator():
    equal(f"{1 != 2} {1 == 1} {1 <= 2}", "True True True")


def test_raw():
    equal(rf"\n{number}\{name}", "\\n42\\world")
    equal(fR"\{number}", "\\42")


def test_triple_quoted():
    equal(f"""a
{number}
"b\"""", 'a\n42\n"b"')


def test_concatenation():
    equal("a" f"{number}" "b{}" f"{name}", "a42b{}world")


def test_unicode_names():
    equal("\N{LATIN SMALL LETTER E WITH ACUTE}" f"\N{DIGIT ONE}{number}", "é142")


def test_format_method_is_called():
    class C:
        def __format__(self, spec):
            return "<" + spec + ">"

        def __str__(self):
            return "str"

    equal(f"{C()} {C():abc} {C()!s:>5}", "<> <abc>   str")


def test_format_must_return_a_string():
    class C:
        def __format__(self, spec):
            return 5

    with raises(TypeError, "__format__ must return a str, not int"):
        f"{C()}"


def test_bad_specs():
    with raises(ValueError, "Unknown format code 'd' for object of type 'str'"):
        f"{name:d}"
    with raises(ValueError, "Unknown format code 'x' for object of type 'float'"):
        f"{pi:x}"
    with raises(ValueError, "Invalid format specifier '5 5' for object of type 'int'"):
        f"{number:5 5}"
    with raises(ValueError, "Precision not allowed in integer format specifier"):
        f"{number:.2d}"
    with raises(ValueError, "Sign not allowed in string format specifier"):
        f"{name:+}"
    with raises(ValueError, "'=' alignment not allowed in string format specifier"):
        f"{name:=5}"
    with raises(TypeError, "unsupported format string passed to list.__format__"):
        f"{[]:5}"


def test_evaluation_order():
    log = []

    def note(x):
        log.append(x)
        return x

    f"{note(1)}{note(2):{note(5)}}{note(3)}"
    equal(log, [1, 2, 5, 3])


def test_exceptions_pass():
    with raises(ZeroDivisionError):
        f"{1 / 0}"


def test_escapes():
    equal("\a\b\t\n\v\f\r\\\'\"\0\x41\u00e9\U0001f600\101", "\x07\x08\x09\x0a\x0b\x0c\x0d\x5c\x27"
          "\x22\x00Aé😀A")
    equal("a\
b", "ab")


def test_unknown_escape_stays():
    scope = {}
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(r"s = '\d\z'", scope)
    equal(scope["s"], "\\d\\z")


def test_bytes_literals():
    equal(b"a\x00\xff\n", bytes([97, 0, 255, 10]))
    equal(rb"\n" b"\n", b"\\n\n")


def test_long_f_string():
    parts = "".join("{" + str(i) + "}," for i in range(300))
    equal(eval("f'" + parts + "'"), "".join(f"{i}," for i in range(300)))


def test_deep_nesting():
    equal(f"{f"{f"{f"{f"{f"{1}"}"}"}"}"}", "1")


run(globals())
