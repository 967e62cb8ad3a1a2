"""pylint: checks a file with many faults, and a module of the standard library."""

import contextlib
import io
import pathlib
import textwrap

from pylint.lint import Run
from pylint.reporters.text import TextReporter

FAULTS = '''
import os, sys
from collections import *
def f(a, b=[], *, c):
    unused = 1
    if a == None: return 1
    print("%s %s" % a)
    undefined_name(a)
    return
class A:
    def method():
        self.x = 1
    @property
    def p(self, v): return self._missing
def g(x):
    try:
        return x.nothing + [1, 2][5]
    except:
        pass
    for i in range(len(x)):
        lambda: i
A().nothing()
'''


def main():
    pathlib.Path("faults.py").write_text(FAULTS)
    out = io.StringIO()
    with contextlib.redirect_stderr(io.StringIO()):
        Run(["--persistent=n", "--score=n", "faults.py", textwrap.__file__], reporter=TextReporter(out), exit=False)
    print("\n".join(line for line in out.getvalue().splitlines() if line.startswith("faults.py")))
    assert "undefined-variable" in out.getvalue() and "dangerous-default-value" in out.getvalue()


main()
