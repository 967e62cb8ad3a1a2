"""Signatures of builtin functions and classes, as inspect reads them."""

import functools
import inspect
import io
import itertools
import threading
import time
import types
import zlib

from testing import equal, raises, run


def test_signatures():
    for thing, text in [
        (str.center, "(self, width, fillchar=' ', /)"),
        (bytes.ljust, "(self, width, fillchar=b' ', /)"),
        (bytearray.rjust, "(self, width, fillchar=b' ', /)"),
        (itertools.chain, "(*iterables)"),
        (itertools.product, "(*iterables, repeat=1)"),
        (itertools.zip_longest, "(*iterables, fillvalue=None)"),
        (functools.partial, "(func, /, *args, **keywords)"),
        (threading.local, "()"),
        (types.CodeType.replace, "(self, /, **changes)"),
        (io.BufferedReader, "(raw, buffer_size=8192)"),
        (zlib.compressobj, "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)"),
        (zlib.decompressobj, "(wbits=15, zdict=b'')"),
    ]:
        equal(str(inspect.signature(thing)), text)


def test_default_by_name():
    equal(io.BufferedReader.__text_signature__, "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")


def test_signature_in_a_docstring():
    class C:
        """C(a, b=1)\n--\n\nA doc."""
    class D(C):
        """D(a, b=1)\nA doc."""
    equal((C.__text_signature__, D.__text_signature__), ("(a, b=1)", None))
    equal(C.__doc__, "C(a, b=1)\n--\n\nA doc.")


def test_calls_in_the_doc_instead():
    for function in max, min, time.ctime:
        assert function.__doc__.startswith(function.__name__ + "("), function.__doc__
        equal(function.__text_signature__, None)
        with raises(ValueError):
            inspect.signature(function)


run(globals())
