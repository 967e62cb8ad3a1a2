"""re."""

import re

from testing import equal, fails, raises, run


def test_match_search_fullmatch():
    equal((re.match(r"\d+", "12a").group(), re.match("a", "ba"), re.search("a", "ba").span(),
           re.fullmatch("ab*", "abbb").end(), re.fullmatch("a", "ab")),
          ("12", None, (1, 2), 4, None))


def test_groups():
    m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)(-(\d\d))?", "2024-05")
    equal((m.groups(), m.groupdict(), m["year"], m[2], m.start("month"), m.lastgroup, m.lastindex,
           m.groups("x")), (("2024", "05", None, None), {"year": "2024", "month": "05"}, "2024", "05",
                            5, "month", 2, ("2024", "05", "x", "x")))
    fails(IndexError, "no such group", m.group, 9)


def test_findall_finditer_split():
    equal((re.findall(r"\w", "a b"), re.findall(r"(\w)(\d)", "a1b2"),
           [m.start() for m in re.finditer("a", "banana")], re.split(r"[,;]", "a,b;c"),
           re.split(r"(,)", "a,b"), re.split("x*", "axbc")),
          (["a", "b"], [("a", "1"), ("b", "2")], [1, 3, 5], ["a", "b", "c"], ["a", ",", "b"],
           ["", "a", "", "b", "c", ""]))


def test_sub():
    equal((re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.sub("a", lambda m: m[0].upper(), "banana"),
           re.subn("a", "", "banana", count=2), re.sub(r"(?P<x>a)", r"[\g<x>]", "a"),
           re.sub("", "-", "ab")), ("badc", "bAnAnA", ("bnna", 2), "[a]", "-a-b-"))
    fails(re.PatternError, "invalid group reference 5 at position 1", re.sub, "a", r"\5", "a")


def test_flags():
    equal((re.findall("A", "aA", re.I), re.findall("^a", "a\na", re.M), bool(re.match(".", "\n", re.S)),
           re.match(r"""a  # comment
                       b""", "ab", re.X).group(), re.findall(r"\w+", "é a", re.A),
           re.match("(?i:a)b", "Ab").group()), (["a", "A"], ["a", "a"], True, "ab", ["a"], "Ab"))


def test_greedy_lazy_possessive_atomic():
    equal((re.match("a+?", "aaa")[0], re.match("<.*>", "<a><b>")[0], re.match("<.*?>", "<a><b>")[0],
           re.match("a++a", "aaa"), re.match("(?>a+)a", "aaa"), re.match("a{2,3}", "aaaa")[0]),
          ("a", "<a><b>", "<a>", None, None, "aaa"))


def test_lookaround_and_backreference():
    equal((re.findall(r"\w+(?=!)", "a! b"), re.findall(r"(?<!x)a", "xa a"), re.findall(r"(?<=x)a", "xa a"),
           re.match(r"(a|b)\1", "bb")[0], re.match(r"(?P<q>['\"]).*?(?P=q)", "'a'b'")[0],
           re.match(r"(a)?(?(1)b|c)", "c")[0]), (["a"], ["a"], ["a"], "bb", "'a'", "c"))


def test_classes_and_unicode():
    equal((re.findall(r"[a-c\d]", "ax1-"), re.findall(r"[^a]", "ab"), re.findall(r"\bа\w", "аб ва"),
           re.findall("[😀-😂]", "a😁"), re.match(r"\s+", "\u2003 ").end(), re.findall("[]a]", "]a")),
          (["a", "1"], ["b"], ["аб"], ["😁"], 2, ["]", "a"]))


def test_bytes():
    equal((re.findall(rb"\d", b"a1"), re.sub(b"a", b"b", b"a")), ([b"1"], b"b"))
    fails(TypeError, "cannot use a string pattern on a bytes-like object", re.match, "a", b"a")


def test_errors():
    for pattern, message in (("(", "missing ), unterminated subpattern at position 0"),
                             ("*", "nothing to repeat at position 0"),
                             ("[a", "unterminated character set at position 0"),
                             ("a**", "multiple repeat at position 2"),
                             (r"\g", "bad escape \\g at position 0"),
                             ("(?<n>a)", "unknown extension ?<n at position 1"),
                             ("[b-a]", "bad character range b-a at position 1"),
                             ("(?P<a>x)(?P<a>y)", "redefinition of group name 'a' as group 2; was "
                              "group 1 at position 12")):
        fails(re.PatternError, message, re.compile, pattern)


def test_pattern_object():
    p = re.compile("(a)(?P<n>b)")
    equal((p.pattern, p.groups, p.groupindex["n"], p.match("xab", 1).span(), p.flags & re.U > 0,
           repr(p)), ("(a)(?P<n>b)", 2, 2, (1, 3), True, "re.compile('(a)(?P<n>b)')"))


def test_catastrophe_free_cases():
    equal(re.match(r"(a+)+$", "a" * 20)[0], "a" * 20)
    equal(len(re.findall(r"\w+", "word " * 10000)), 10000)


def test_long_repeat():
    equal(re.match("(?:ab)*", "ab" * 50000).end(), 100000)
    equal(re.match(".*?c", "ab" * 50000 + "c").end(), 100001)


def test_escape():
    equal(re.escape("a.b*c"), r"a\.b\*c")


run(globals())
