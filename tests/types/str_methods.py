"""str: methods, each with its failures."""

from testing import equal, fails, raises, run

WIDE = "añ😀z"


def test_length_and_index():
    equal((len(WIDE), WIDE[0], WIDE[1], WIDE[2], WIDE[-1]), (4, "a", "ñ", "😀", "z"))
    fails(IndexError, "string index out of range", lambda: WIDE[4])
    fails(IndexError, "string index out of range", lambda: WIDE[-5])


def test_slices():
    s = "abcdef"
    equal([s[1:3], s[:-2], s[::2], s[::-1], s[4:1:-2], s[10:], s[3:1]],
          ["bc", "abcd", "ace", "fedcba", "ec", "", ""])
    equal(WIDE[1:3], "ñ😀")


def test_immutable():
    with raises(TypeError, "'str' object does not support item assignment"):
        s = "abc"
        s[0] = "x"
    with raises(TypeError, "'str' object doesn't support item deletion"):
        del s[0]


def test_concatenation_widens():
    equal("a" + "ñ" + "€" + "😀", "añ€😀")
    equal(len("a" * 1000 + "😀"), 1001)
    equal(("😀" + "abc")[1:], "abc")


def test_repeat():
    equal(("ab" * 3, "ab" * 0, "ab" * -1, 3 * "ñ"), ("ababab", "", "", "ñññ"))


def test_comparison():
    assert "a" < "b" < "ba" < "ñ" < "😀"
    assert "a" == "a" and "a" != "b" and "" < "a"
    assert "abc" >= "abb"


def test_contains():
    assert "bc" in "abcd" and "" in "a" and "😀" in WIDE and "x" not in WIDE


def test_case():
    equal(("HeLLo".upper(), "HeLLo".lower(), "hello world".title(), "hELLO".capitalize(),
           "HeLLo".swapcase(), "Straße".casefold(), "ß".upper(), "ŉ".title(), "Σ".lower(),
           "ΑΣ".lower()),
          ("HELLO", "hello", "Hello World", "Hello", "hEllO", "strasse", "SS", "ʼN", "σ", "ας"))
    equal(("they're".title(), "İ".lower(), "ǆ".title(), "ﬁ".upper()),
          ("They'Re", "i̇", "ǅ", "FI"))


def test_strip():
    equal(("  a b ".strip(), " \t\na".lstrip(), "a\r\n".rstrip(), "xxaxx".strip("x"),
           "abcba".strip("ab"), "\u2003a\u00a0".strip(), "".strip()),
          ("a b", "a", "a", "a", "c", "a", ""))
    fails(TypeError, "strip arg must be None or str", "a".strip, 5)


def test_remove_prefix_and_suffix():
    equal(("abc".removeprefix("ab"), "abc".removeprefix("x"), "abc".removesuffix("bc"),
           "abc".removesuffix("")), ("c", "abc", "a", "abc"))


def test_find_and_index():
    s = "abcabc"
    equal((s.find("c"), s.rfind("c"), s.find("x"), s.find("c", 3), s.find("a", 1, 3), s.find(""),
           s.rfind(""), s.find("", 10), s.index("b"), s.rindex("b")),
          (2, 5, -1, 5, -1, 0, 6, -1, 1, 4))
    fails(ValueError, "substring not found", s.index, "x")
    fails(ValueError, "substring not found", s.rindex, "x")
    fails(TypeError, "find() argument 1 must be str, not int", s.find, 5)
    equal(WIDE.find("z"), 3)
    equal("a😀b😀".rfind("😀"), 3)


def test_find_in_long_text():
    text = "ab" * 5000 + "aab" + "ab" * 5000
    equal(text.find("aab"), 10000)
    equal(text.count("ab"), 10001)
    equal(("a" * 10000).find("a" * 500 + "b"), -1)
    equal(text.rfind("aab"), 10000)


def test_count():
    equal(("aaaa".count("aa"), "abc".count(""), "abcabc".count("bc", 2), "".count(""),
           "".count("a")), (2, 4, 1, 1, 0))


def test_starts_and_ends():
    s = "hello"
    equal((s.startswith("he"), s.startswith("lo"), s.startswith(("x", "he")), s.startswith("l", 2),
           s.endswith("lo"), s.endswith(("a", "b")), s.endswith("l", 0, 4), s.startswith("", 10),
           s.startswith("")), (True, False, True, True, True, False, True, False, True))
    fails(TypeError, "startswith first arg must be str or a tuple of str, not int", s.startswith,
          5)
    fails(TypeError, "tuple for startswith must only contain str, not int", s.startswith, (5,))


def test_replace():
    equal(("aaa".replace("a", "b"), "aaa".replace("a", "bb", 2), "abc".replace("", "-"),
           "abc".replace("x", "y"), "aXbX".replace("X", "😀"), "aaa".replace("aa", ""),
           "abc".replace("b", "", 0), "aaa".replace("a", "b", count=1)),
          ("bbb", "bbbba", "-a-b-c-", "abc", "a😀b😀", "a", "abc", "baa"))


def test_split():
    equal((" a  b c ".split(), "a,b,,c".split(","), "a,b,c".split(",", 1), "".split(),
           "".split(","), "a b c".split(None, 1), "abc".split("bc"), "a b c".split(maxsplit=1)),
          (["a", "b", "c"], ["a", "b", "", "c"], ["a", "b,c"], [], [""], ["a", "b c"], ["a", ""],
           ["a", "b c"]))
    equal(("a b c".rsplit(None, 1), "a,b,c".rsplit(",", 1), " a b ".rsplit()),
          (["a b", "c"], ["a,b", "c"], ["a", "b"]))
    fails(ValueError, "empty separator", "a".split, "")
    fails(TypeError, "must be str or None, not int", "a".split, 5)


def test_splitlines():
    equal("a\nb\r\nc\rd\x0be\u2028f".splitlines(), ["a", "b", "c", "d", "e", "f"])
    equal("a\nb\n".splitlines(True), ["a\n", "b\n"])
    equal(("".splitlines(), "\n".splitlines()), ([], [""]))


def test_partition():
    equal(("a.b.c".partition("."), "a.b.c".rpartition("."), "abc".partition("x"),
           "abc".rpartition("x")),
          (("a", ".", "b.c"), ("a.b", ".", "c"), ("abc", "", ""), ("", "", "abc")))
    fails(ValueError, "empty separator", "a".partition, "")


def test_join():
    equal((",".join(["a", "b"]), "".join("abc"), ",".join([]), "-".join(iter("xy")),
           ", ".join({"k": 1}), "ñ".join(["a", "😀"])),
          ("a,b", "abc", "", "x-y", "k", "añ😀"))
    fails(TypeError, "sequence item 1: expected str instance, int found", ",".join, ["a", 1])
    fails(TypeError, "can only join an iterable", ",".join, 5)


def test_justify():
    equal(("ab".ljust(4), "ab".rjust(4), "ab".center(5), "a".center(4), "ab".ljust(4, "*"),
           "abc".center(2), "42".zfill(5), "-42".zfill(5), "+".zfill(3), "ab".center(6, "😀")),
          ("ab  ", "  ab", "  ab ", " a  ", "ab**", "abc", "00042", "-0042", "+00", "😀😀ab😀😀"))
    fails(TypeError, "The fill character must be exactly one character long", "a".ljust, 5, "ab")


def test_expandtabs():
    equal(("a\tb".expandtabs(), "a\tb".expandtabs(4), "ab\n\tc".expandtabs(2), "\t".expandtabs(0)),
          ("a       b", "a   b", "ab\n  c", ""))


def test_character_classes():
    equal([s.isalpha() for s in ("abc", "ab1", "", "ñ", "日本")], [True, False, False, True, True])
    equal([s.isdigit() for s in ("123", "²", "½", "٣", "")], [True, True, False, True, False])
    equal([s.isdecimal() for s in ("123", "²", "٣")], [True, False, True])
    equal([s.isnumeric() for s in ("½", "Ⅷ", "三", "a")], [True, True, True, False])
    equal([s.isalnum() for s in ("a1", "a 1", "")], [True, False, False])
    equal([s.isspace() for s in (" \t\n", "\u2003", "", "a")], [True, True, False, False])
    equal([s.isupper() for s in ("AB", "Ab", "A1", "1")], [True, False, True, False])
    equal([s.islower() for s in ("ab", "Ab", "a1", "1")], [True, False, True, False])
    equal([s.istitle() for s in ("Ab Cd", "AB", "ab")], [True, False, False])
    equal([s.isidentifier() for s in ("a1", "1a", "_", "é", "a b", "", "if")],
          [True, False, True, True, False, False, True])
    equal([s.isprintable() for s in ("ab c", "a\n", "\u200b", "")], [True, False, False, True])
    equal([s.isascii() for s in ("abc", "ñ", "")], [True, False, True])


def test_translate():
    table = str.maketrans({"a": "1", "b": None, "c": 0x1F600})
    equal("abcd".translate(table), "1😀d")
    equal("abc".translate(str.maketrans("ab", "xy", "c")), "xy")
    equal("abc".translate({97: "long"}), "longbc")
    fails(ValueError, "the first two maketrans arguments must have equal length", str.maketrans,
          "a", "bc")
    fails(TypeError, "if you give only one argument to maketrans it must be a dict", str.maketrans,
          "a")


def test_encode():
    equal(("aé€😀".encode(), "é".encode("latin-1"), "a".encode("ascii"), "é".encode("utf-16-le"),
           "a😀".encode("utf-16-be"), "a".encode("utf-32-le")),
          (b"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", b"\xe9", b"a", b"\xe9\0",
           b"\0a\xd8\x3d\xde\0", b"a\0\0\0"))
    equal([("aé€".encode("ascii", e)) for e in ("ignore", "replace", "xmlcharrefreplace",
                                               "backslashreplace", "namereplace")],
          [b"a", b"a??", b"a&#233;&#8364;", b"a\\xe9\\u20ac",
           b"a\\N{LATIN SMALL LETTER E WITH ACUTE}\\N{EURO SIGN}"])
    fails(UnicodeEncodeError,
          "'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)",
          "aé".encode, "ascii")
    fails(UnicodeEncodeError, "'latin-1' codec can't encode characters in position 0-1: ordinal "
          "not in range(256)", "€€".encode, "latin-1")
    fails(UnicodeEncodeError,
          "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed",
          "\ud800".encode)
    fails(LookupError, "unknown encoding: nothing", "a".encode, "nothing")
    fails(LookupError, "unknown error handler name 'nothing'", "é".encode, "ascii", "nothing")
    equal("\udc80".encode("utf-8", "surrogateescape"), b"\x80")
    equal("\ud800".encode("utf-8", "surrogatepass"), b"\xed\xa0\x80")


def test_repr():
    equal([repr(s) for s in ("a", "'", '"', "'\"", "\n\t\\\x00", "é", "\x7f", "\u200b", "😀", "\ud800")],
          ["'a'", '"\'"', "'\"'", "'\\'\"'", "'\\n\\t\\\\\\x00'", "'é'", "'\\x7f'", "'\\u200b'",
           "'😀'", "'\\ud800'"])
    equal((ascii("é😀a"), ascii([1, "ñ"])), ("'\\xe9\\U0001f600a'", "[1, '\\xf1']"))


def test_str_of_objects():
    equal((str(), str(5), str(b"a"), str(b"\xc3\xa9", "utf-8"), str(None)),
          ("", "5", "b'a'", "é", "None"))
    equal(str(b"\xff", errors="replace"), "\ufffd")
    fails(TypeError, "decoding str is not supported", str, "a", "utf-8")
    fails(TypeError, "decoding to str: need a bytes-like object, int found", str, 5, "utf-8")


def test_hash_and_identity():
    equal(hash("abc"), hash("ab" + "c"))
    assert "".join(["a", "b"]) == "ab"
    import sys
    assert sys.intern("x" + "yz") is sys.intern("xyz")


def test_iteration():
    equal(list(WIDE), ["a", "ñ", "😀", "z"])
    equal(list(reversed("abc")), ["c", "b", "a"])


def test_chr_and_ord():
    equal((chr(97), chr(0x1F600), ord("a"), ord("😀"), ord(b"a")), ("a", "😀", 97, 0x1F600, 97))
    fails(ValueError, "chr() arg not in range(0x110000)", chr, 0x110000)
    fails(TypeError, "ord() expected string of length 1, but int found", ord, 5)


def test_format_method():
    equal("{0} {1} {0}".format("a", "b"), "a b a")
    equal("{} {}".format(1, 2), "1 2")
    equal(
          "{a} {b.real} {c[k]} {d[0]}".format(a=1, b=2, c={"k": 4}, d=[3]), "1 2 4 3")
    equal("{:>{w}} {!r} {{}}".format("x", "y", w=3), "  x 'y' {}")
    equal("{0[0]}{0[1]}".format("ab"), "ab")
    fails(ValueError, "cannot switch from manual field specification to automatic field numbering",
          "{0} {}".format, 1, 2)
    fails(ValueError, "cannot switch from automatic field numbering to manual field specification",
          "{} {0}".format, 1, 2)
    fails(ValueError, "Single '}' encountered in format string", "}".format)
    fails(ValueError, "Single '{' encountered in format string", "{".format)
    fails(ValueError, "expected '}' before end of string", "{0".format, 1)
    fails(KeyError, "'x'", "{x}".format)
    fails(AttributeError, "'int' object has no attribute 'x'", "{0.x}".format, 1)
    equal("{x}".format_map({"x": 5}), "5")


def test_percent_format():
    equal("%s %r %a" % ("é", "é", "é"), "é 'é' '\\xe9'")
    equal("%5s|%-5s|%.2s" % ("a", "b", "cde"), "    a|b    |cd")
    equal("%(a)s %(b)d %%" % {"a": 1, "b": 2}, "1 2 %")
    equal("%c%c" % ("a", 98), "ab")
    equal("%*d|%-*d|%.*f" % (5, 1, 5, 2, 1, 2.55), "    1|2    |2.5")
    equal("%s" % ((1, 2),), "(1, 2)")
    equal("%s" % [1], "[1]")
    equal("%x" % 255, "ff")
    fails(TypeError, "format requires a mapping", lambda: "%(a)s" % 5)
    fails(KeyError, "'a'", lambda: "%(a)s" % {})
    fails(ValueError, "unsupported format character 'y' (0x79) at index 1", lambda: "%y" % 1)
    fails(ValueError, "incomplete format", lambda: "%" % ())
    fails(TypeError, "%c requires int or char", lambda: "%c" % "ab")
    fails(TypeError, "not enough arguments for format string", lambda: "%s %s" % ("a",))


def test_format_spec():
    equal([format("abc", s) for s in ("", "5", "<5", ">5", "^5", "*^7", ".2", "5.1", "s")],
          ["abc", "abc  ", "abc  ", "  abc", " abc ", "**abc**", "ab", "a    ", "abc"])


def test_building_long_strings():
    s = ""
    for i in range(20000):
        s += "x"
    equal(len(s), 20000)
    parts = []
    for i in range(1000):
        parts.append(str(i))
    equal(len("".join(parts)), 2890)


def test_subclass():
    class S(str):
        def __str__(self):
            return "own"

    s = S("abc")
    equal((str(s), s + "d", s[0], type(s[0:]), f"{s}"), ("own", "abcd", "a", str, "own"))
    equal(len(s), 3)


def test_surrogates():
    s = "\ud83d\ude00"
    equal((len(s), s != "😀"), (2, True))


def test_null_characters():
    s = "a\0b"
    equal((len(s), s.split("\0"), s.find("b"), s == "a"), (3, ["a", "b"], 2, False))


run(globals())
