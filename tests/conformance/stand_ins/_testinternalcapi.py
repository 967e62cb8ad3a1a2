"""Stands in for CPython's module of test hooks, so that the test files that import it load.

What has a meaning for every implementation is here; a test that uses anything else checks
CPython's internals and is skipped.
"""

import unittest


def get_config():
    return {"code_debug_ranges": 1}


def get_recursion_depth():
    # The callers count frames themselves if there is no such function.
    raise ImportError("frames are not counted")


def get_c_recursion_remaining():
    return 10_000


def suppress_immortalization(suppress):
    pass


def get_immortalize_deferred():
    return False


def has_inline_values(instance):
    raise unittest.SkipTest("checks how CPython stores attributes")


# Only builds of CPython with its JIT have these.
ABSENT = {"get_optimizer", "set_optimizer", "uop_symbols_test"}


def __getattr__(name):
    if name in ABSENT or name.startswith("__"):
        raise AttributeError(f"module '_testinternalcapi' has no attribute {name!r}")

    def skip(*args, **kwargs):
        raise unittest.SkipTest(f"checks CPython's internals: {name}")

    return skip
