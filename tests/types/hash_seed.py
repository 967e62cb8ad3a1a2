# env: PYTHONHASHSEED=42
"""Hashes of text under a given seed are those of CPython."""

from testing import equal, run


def test_text():
    equal(hash("abc"), 3869580338025362921)
    equal(hash(b"abcdefghijk"), 7764564197781545852)
    equal(hash(memoryview(b"abc")), hash("abc"))
    equal(hash("\xe4\xfa\u2211\u2107"), -2845126246016066802)


def test_nothing():
    equal((hash(""), hash(b""), hash(memoryview(b""))), (0, 0, 0))


run(globals())
