"""Runs one file of CPython's test suite and writes what becomes of each test.

Usage: conformance_driver.py test_name results [done]

Every line of `results` is 'event<TAB>test id<TAB>note', written at once, so that the test which
was running when the process died is known. Tests listed in the file `done` are left out: that is
how a file goes on behind a crash.
"""

import os
import sys
import unittest


class Recorder(unittest.TestResult):
    def __init__(self, path, prefix):
        super().__init__()
        self.out = open(path, "a", buffering=1, encoding="utf-8", errors="backslashreplace")
        self.prefix = prefix

    def write(self, event, test, note=""):
        name = test.id()
        if name.startswith(self.prefix):
            name = name[len(self.prefix):]
        note = " ".join(str(note).split())
        if len(note) > 400:  # a doctest's message ends with what it got
            note = f"{note[:100]} ... {note[-300:]}"
        self.out.write(f"{event}\t{name}\t{note}\n")

    @staticmethod
    def describe(error):
        kind, value, _ = error
        try:
            text = str(value)
            # A module that does not load: its traceback is the message.
            if "Traceback (most recent call last)" in text:
                text = text.strip().rpartition("\n")[2]
            return f"{kind.__name__}: {text}"
        except Exception:
            return kind.__name__

    def startTest(self, test):
        super().startTest(test)
        self.write("start", test)

    def addSuccess(self, test):
        self.write("ok", test)

    def addFailure(self, test, error):
        self.write("fail", test, self.describe(error))

    def addError(self, test, error):
        self.write("fail", test, self.describe(error))

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.write("fail", test, self.describe(error))

    def addSkip(self, test, reason):
        # The skip of a subtest does not skip its test.
        test = getattr(test, "test_case", test)
        self.write("skip", test, reason)

    def addExpectedFailure(self, test, error):
        self.write("ok", test)

    def addUnexpectedSuccess(self, test):
        self.write("fail", test, "unexpected success")


def without(suite, done, prefix):
    """The tests of a suite, one by one, less those that are done."""
    for test in suite:
        if isinstance(test, unittest.BaseTestSuite):
            kept = type(suite)(without(test, done, prefix)) if done else test
            yield kept
        elif test.id().removeprefix(prefix) not in done:
            yield test


def main():
    name, results = sys.argv[1:3]
    done = set()
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as lines:
            done = set(lines.read().splitlines())
    from test import support
    support.use_resources = []
    support.verbose = False
    prefix = f"test.{name}."
    recorder = Recorder(results, prefix)
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName(f"test.{name}")
    except unittest.SkipTest as reason:
        recorder.out.write(f"skip\t*\t{reason}\n")
    else:
        if done:
            suite = unittest.TestSuite(without(suite, done, prefix))
        suite.run(recorder)
    recorder.out.write("end\t\t\n")
    recorder.out.close()
    sys.stdout.flush()
    sys.stderr.flush()
    # A test may leave threads behind that never end.
    os._exit(0)


if __name__ == "__main__":
    main()
