"""Stands in for the extension module by which test_monitoring fires events from C. Without a C API
there is nothing of the kind: its tests are skipped."""

import unittest


def CodeLike(count):  # made before each test, which is skipped where it uses it
    return None


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module '_testcapi' has no attribute {name!r}")

    def skip(*args, **kwargs):
        raise unittest.SkipTest(f"needs CPython's C API: {name}")

    return skip
