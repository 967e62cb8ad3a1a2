# weft only
# skip tsan: a process under a debugger cannot turn address randomisation off for itself
# skip asan: the leak checker does not run under a debugger
# timeout: 120
"""tools/gdb/weft-gdb.py shows values, frames, instructions and the heap of a running program."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

from testing import equal, run, skip

HELPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/gdb/weft-gdb.py")
PROGRAM = """import sys
class P:
    def __init__(self):
        self.one, self.two = 1, "two"
def inner(x):
    values = [1, -2.5, None, True, ("t",), {"k": 2**70}, {3}, b"by", "\\u20ac"]
    return sys.exit(x)
def outer(n):
    return inner([n, P()])
outer(7)
"""


def debug(*commands):
    """What gdb prints for each command, at the call of sys.exit()."""
    if not shutil.which("gdb"):
        skip("gdb is not there")
    with tempfile.TemporaryDirectory() as place:
        program, script = os.path.join(place, "program.py"), os.path.join(place, "script")
        with open(program, "w") as file:
            file.write(PROGRAM)
        lines = ["set pagination off", "break sys_exit", "run " + program, "source " + HELPER]
        for command in commands:
            lines += [f"echo ={command}=\\n", command]
        with open(script, "w") as file:
            file.write("\n".join(lines) + "\n")
        done = subprocess.run(["gdb", "-q", "-nx", "-batch", "-x", script, sys.executable],
                              capture_output=True, text=True, timeout=100)
    if "Operation not permitted" in done.stderr:
        skip("gdb may not run a program here")
    parts = re.split("^=(.*)=\n", done.stdout, flags=re.M)
    equal(parts[1::2], list(commands))
    return parts[2::2]


def test_value():
    text, whole = debug("print args[0]", "weft-print args[0]")
    assert re.search(r"0x[0-9a-f]+ \[7, <P at 0x[0-9a-f]+>\]", text), text
    assert whole.splitlines()[0].startswith("[7, <P at 0x"), whole
    assert re.search(r"list, shape \d+, layout LIST, no flags, lock 0", whole), whole


def test_instance():
    text, = debug("weft-print ((List *)args[0])->items->items[1]")
    assert "attributes: one=1, two='two'" in text, text


def test_frames():
    text, = debug("weft-frames")
    lines = text.splitlines()
    assert "3 deep" in lines[0], text
    assert lines[1].endswith('program.py", line 7, in inner'), text
    assert "values=[1, -2.5, None, True, <tuple at" in lines[2] and "'€'" in lines[2], text
    assert lines[3].endswith('program.py", line 9, in outer') and lines[4].strip() == "n=7", text
    assert lines[5].endswith('program.py", line 10, in <module>'), text


def test_instructions():
    text, = debug("weft-code ((Thread *)gc_self)->frame")
    lines = text.splitlines()
    assert re.match(r"inner: \d+ registers", lines[0]), text
    names = [line.split()[1] for line in lines[1:]]
    assert "BUILD_LIST" in names and "LOAD_METHOD" in names and names[-1] == "RETURN", text
    assert not any("unknown" in line for line in lines), text
    assert any("'sys'" in line for line in lines), text


def test_heap():
    text, = debug("weft-heap")
    assert re.search(r"blocks of 32 KB: .*\d+ small", text), text
    counts = {name: int(n) for n, size, name in re.findall(r"^ *(\d+) +(\d+)  (\S+)$", text, re.M)}
    assert counts["str"] > 1000 and counts["function"] > 100, text
    assert counts["all"] > counts["str"] + counts["function"], text


run(globals())
