"""The smallest harness that serves the Python tests.

It imports nothing but sys and uses little of the language, so that it runs on an interpreter that
is still being built. A test file defines functions `test_...`, one behaviour each, with plain
asserts, and ends with

    from testing import run
    run(globals())
"""

import sys


class Skip(Exception):
    """Raised by skip(): the test does not apply here."""


def skip(reason):
    raise Skip(reason)


class raises:
    """with raises(TypeError, "message"): the body must raise exactly this.

    Without a message any will do. The exception is the attribute `value` afterwards.
    """

    def __init__(self, kind, message=None):
        self.kind = kind
        self.message = message
        self.value = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            raise AssertionError("no " + self.kind.__name__ + " was raised")
        self.value = value
        if not issubclass(kind, self.kind):
            return False
        if self.message is not None and str(value) != self.message:
            raise AssertionError(
                "the message is " + repr(str(value)) + ", not " + repr(self.message))
        return True


def fails(kind, message, function, *args, **kwargs):
    """function(*args, **kwargs) must raise exactly this."""
    with raises(kind, message) as caught:
        function(*args, **kwargs)
    return caught.value


def equal(got, want):
    """Equal, and of one type."""
    if type(got) is not type(want) or got != want:
        raise AssertionError(repr(got) + " is not " + repr(want))


def run(namespace):
    """Calls each test function in the order of definition; counts; exits with 1 on a failure.

    The words of the command line, if any, choose the tests to run.
    """
    passed = failed = skipped = 0
    chosen = sys.argv[1:]
    for name in list(namespace):
        if name[:5] != "test_":
            continue
        if chosen and name not in chosen:
            continue
        try:
            namespace[name]()
        except Skip:
            skipped += 1
        except BaseException as error:
            failed += 1
            print("FAILED", name)
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            passed += 1
    print(passed, "passed,", failed, "failed,", skipped, "skipped")
    if failed:
        sys.exit(1)
