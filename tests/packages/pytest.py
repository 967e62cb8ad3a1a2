"""Runs pytest on a small suite: fixtures, parameters, rewritten assertions, marks and the outcomes."""

import contextlib
import io
import os
import tempfile

import pytest

SUITE = '''
import pytest

@pytest.fixture(scope="module")
def log():
    events = []
    yield events
    assert events == ["first", "second"]

@pytest.fixture(params=[1, 2])
def number(request):
    return request.param

def test_first(log):
    log.append("first")

def test_second(log, tmp_path, monkeypatch, capsys):
    log.append("second")
    (tmp_path / "file").write_text("text")
    monkeypatch.setenv("VARIABLE", "value")
    print("captured")
    assert capsys.readouterr().out == "captured\\n"

def test_numbers(number):
    assert number in (1, 2)

@pytest.mark.parametrize("text,length", [("", 0), ("abc", 3), ("abcd", 5)])
def test_length(text, length):
    assert len(text) == length

def test_raises():
    with pytest.raises(ZeroDivisionError, match="division") as caught:
        1 / 0
    assert caught.type is ZeroDivisionError

def test_approx():
    assert 0.1 + 0.2 == pytest.approx(0.3)

@pytest.mark.skipif(True, reason="never")
def test_skipped():
    raise AssertionError

@pytest.mark.xfail(strict=True)
def test_expected():
    assert {"a": 1, "b": [1, 2]} == {"a": 1, "b": [1, 3]}

def test_differs():
    left, right = {"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]}
    assert left == right, "a message"

class TestClass:
    @classmethod
    def setup_class(cls):
        cls.value = 7

    def test_method(self):
        with pytest.warns(DeprecationWarning):
            import warnings
            warnings.warn("old", DeprecationWarning)
        assert self.value == 7
'''


class Outcomes:
    def __init__(self):
        self.seen = []

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome == "skipped" and report.when == "setup":
            self.seen.append((report.nodeid.partition("::")[2], report.outcome))


def main():
    outcomes = Outcomes()
    output = io.StringIO()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        with open("test_suite.py", "w") as file:
            file.write(SUITE)
        with contextlib.redirect_stdout(output):
            code = pytest.main(["-p", "no:cacheprovider", "--color=no", "test_suite.py"], plugins=[outcomes])
        os.chdir("/")
    assert code == 1, code
    assert outcomes.seen == [
        ("test_first", "passed"), ("test_second", "passed"),
        ("test_numbers[1]", "passed"), ("test_numbers[2]", "passed"),
        ("test_length[-0]", "passed"), ("test_length[abc-3]", "passed"), ("test_length[abcd-5]", "failed"),
        ("test_raises", "passed"), ("test_approx", "passed"), ("test_skipped", "skipped"),
        ("test_expected", "skipped"), ("test_differs", "failed"), ("TestClass::test_method", "passed"),
    ], outcomes.seen
    text = output.getvalue()
    for line in (
        "E       AssertionError: assert 4 == 5",
        "E        +  where 4 = len('abcd')",
        "E       AssertionError: a message",
        "E         Differing items:",
        "E         {'b': [1, 2]} != {'b': [1, 3]}",
    ):
        assert line in text.replace("E       assert 4", "E       AssertionError: assert 4"), text
    assert "2 failed, 9 passed, 1 skipped, 1 xfailed" in text, text


main()
