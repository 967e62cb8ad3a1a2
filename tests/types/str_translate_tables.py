"""str.translate() with tables of all kinds: what they are asked for, and what they answer."""

from testing import equal, fails, run


class Table:
    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def __getitem__(self, n):
        self.asked.append(n)
        return self.answers[n]


class Missing(dict):
    def __missing__(self, n):
        return n + 1


def test_dicts():
    table = str.maketrans("abc", "xyz", "d")
    equal("aabbccdd..é€".translate(table), "xxyyzz..é€")
    equal(("abcd" * 100).translate(table), "xyz" * 100)
    equal("é€😀".translate({0xe9: "e", 0x20ac: None, 0x1f600: 0x1f601}), "e😁")
    equal("abc".translate({97: "long", 98: "", 99: "é"}), "longé")
    equal("abc".translate({97: 0, 98: 127, 99: 128}), "\0\x7f\x80")
    equal("abc".translate({97: 0x20ac}), "€bc")
    equal("".translate({}), "")
    equal("abc".translate({}), "abc")
    equal("dd".translate(table), "")
    equal("abc".translate({97: True}), "\x01bc")


def test_other_tables():
    equal("abc".translate(Missing({97: "<"})), "<cd")
    equal("\0\1\2".translate(["a", "b"]), "ab\2")
    table = Table({97: "x", 98: None, 99: 66})
    equal("abc".translate(table), "xB")
    equal(table.asked, [97, 98, 99])
    equal("zz".translate(Table({})), "zz")


def test_failures():
    fails(TypeError, "character mapping must return integer, None or str", "a".translate, {97: 1.5})
    fails(ValueError, "character mapping must be in range(0x110000)", "a".translate, {97: 0x110000})
    fails(ValueError, "character mapping must be in range(0x110000)", "a".translate, {97: -1})
    fails(TypeError, "'int' object is not subscriptable", "a".translate, 5)
    fails(ZeroDivisionError, "integer division or modulo by zero", "a".translate, Broken())


class Broken:
    def __getitem__(self, n):
        return n // 0


run(globals())
