"""Stands in for the tests of CPython's limited C API: every test that uses it is skipped, and the
test files whose classes refer to it load."""

import unittest


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module '_testlimitedcapi' has no attribute {name!r}")

    def skip(*args, **kwargs):
        raise unittest.SkipTest(f"checks CPython's C API: {name}")

    return skip
