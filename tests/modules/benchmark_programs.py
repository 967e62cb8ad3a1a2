"""The programs of bench/programs give the right results: each once, with its smallest case."""
# timeout: 120

import glob
import os
import sys

from testing import run

BENCH = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "bench")
sys.path.insert(0, BENCH)


def case_of(path):
    """The test of a program: its module is imported and run with its first case."""
    def test():
        program = __import__(path.replace(os.sep, "."), fromlist=["main"])
        size, expected = next(iter(program.CASES.items()))
        result = program.main(size)
        assert (list(result) if isinstance(result, tuple) else result) == expected, result
    return test


for path in sorted(glob.glob("programs/*/*.py", root_dir=BENCH)):
    globals()["test_" + path[9:-3].replace(os.sep, "_")] = case_of(path[:-3])

run(globals())
