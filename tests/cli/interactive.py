# timeout: 120
"""The interactive loop: on a terminal, and where nobody types."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

from testing import equal, run

PS1, PS2 = b">>> ", b"... "
ENVIRONMENT = dict(os.environ, PYTHON_BASIC_REPL="1", TERM="dumb", NO_COLOR="1",
                   PYTHONPATH="", PYTHONSTARTUP="", PYTHONINSPECT="")


class Terminal:
    def __init__(self, *args, **environment):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.execve(sys.executable, [sys.executable, *args], {**ENVIRONMENT, **environment})
        self.banner = self.read(PS1)

    def read(self, end):
        got = b""
        limit = time.monotonic() + 30
        while not got.endswith(end) and time.monotonic() < limit:
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    data = os.read(self.fd, 4096)
                except OSError:
                    break
                if not data:
                    break
                got += data
        return got.replace(b"\r\n", b"\n").replace(b"^C", b"")

    def type(self, line, end=PS1):
        """What is shown after a line, up to the next prompt."""
        os.write(self.fd, line.encode() + b"\n")
        shown = self.read(end)
        return shown.removeprefix(line.encode() + b"\n").removesuffix(end).decode()

    def interrupt(self, end=PS1):
        time.sleep(0.1)  # until it waits for input
        os.write(self.fd, b"\x03")
        return self.read(end).removesuffix(end).decode()

    def wait(self):
        self.read(b"never")
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)

    def end(self):
        os.write(self.fd, b"\x04")
        return self.wait()


def piped(source, *args, **environment):
    done = subprocess.run([sys.executable, *args], input=source, capture_output=True, text=True,
                          env={**ENVIRONMENT, **environment}, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_banner_values_and_underscore():
    t = Terminal()
    assert t.banner.startswith(b"Python 3.13."), t.banner
    assert b'Type "help", "copyright", "credits" or "license" for more information.' in t.banner
    equal(t.type("1 + 1"), "2\n")
    equal(t.type("_ * 21"), "42\n")
    equal(t.type("None"), "")
    equal(t.type("# nothing"), "")
    equal(t.type(""), "")
    equal(t.type("   "), "")
    equal(t.end(), 0)


def test_blocks():
    t = Terminal()
    equal(t.type("for i in range(2):", PS2), "")
    equal(t.type("    print(i)", PS2), "")
    equal(t.type("    ", PS2), "")
    equal(t.type(""), "0\n1\n")
    equal(t.type("(1,", PS2), "")
    equal(t.type("", PS2), "")
    equal(t.type("2)"), "(1, 2)\n")
    equal(t.type("if 1: print('x')", PS2), "")
    equal(t.type(""), "x\n")
    equal(t.type("'''a", PS2), "")
    equal(t.type("b'''"), "'a\\nb'\n")
    equal(t.end(), 0)


def test_errors():
    t = Terminal()
    equal(t.type("def f(x):", PS2), "")
    equal(t.type("    return 1 / x", PS2), "")
    equal(t.type(""), "")
    equal(t.type("f.__code__.co_filename"), "'<stdin>-0'\n")
    equal(t.type("f(0)").splitlines(), [
        "Traceback (most recent call last):",
        '  File "<stdin>", line 1, in <module>',
        "    f(0)",
        "    ~^^^",
        '  File "<stdin>", line 2, in f',
        "    return 1 / x",
        "           ~~^~~",
        "ZeroDivisionError: division by zero"])
    equal(t.type('"abc').splitlines(), [
        '  File "<stdin>", line 1',
        '    "abc',
        "    ^",
        "SyntaxError: unterminated string literal (detected at line 1)"])
    equal(t.type("1 +").splitlines(), [
        '  File "<stdin>", line 1',
        "    1 +",
        "       ^",
        "SyntaxError: invalid syntax"])
    equal(t.type("type(__import__('sys').last_exc).__name__"), "'SyntaxError'\n")
    equal(t.end(), 0)


def test_interrupts():
    t = Terminal()
    equal(t.interrupt().strip("\n"), "KeyboardInterrupt")
    equal(t.type("if 1:", PS2), "")
    equal(t.interrupt().strip("\n"), "KeyboardInterrupt")
    equal(t.type("x = 7"), "")
    os.write(t.fd, b"while x: print('on'); x = __import__('time').sleep(60)\n\n")
    t.read(b"on\n") if sys.platform != "linux" else t.read(b"on\r\n")
    time.sleep(0.2)
    shown = t.interrupt()
    assert "Traceback (most recent call last):" in shown, shown
    assert shown.endswith("KeyboardInterrupt\n"), shown
    equal(t.type("x"), "7\n")
    equal(t.end(), 0)


def test_futures_are_remembered():
    code, out, err = piped("from __future__ import annotations\n"
                           "def f(a: missing): pass\n\nf.__annotations__\n", "-q", "-i")
    equal((code, out), (0, "{'a': 'missing'}\n"))


def test_ends():
    for line, code in (("exit()", 0), ("quit(3)", 3), ("raise SystemExit(4)", 4),
                       ("import sys; sys.exit('text')", 1)):
        t = Terminal()
        os.write(t.fd, line.encode() + b"\n")
        equal(t.wait(), code)
    equal(piped("1/0\n", "-q", "-i")[0], 0)


def test_prompts():
    t = Terminal()
    equal(t.type("import sys"), "")
    equal(t.type("sys.ps1, sys.ps2"), "('>>> ', '... ')\n")
    equal(t.type("sys.ps1 = 'one' '> '", b"one> "), "")  # what is typed does not look like the prompt
    equal(t.type("sys.ps2 = 'two' '> '", b"one> "), "")
    equal(t.type("(", b"two> "), "")
    equal(t.type(")", b"one> "), "()\n")
    equal(t.end(), 0)


def test_hooks():
    code, out, err = piped("import sys\nsys.displayhook = lambda v: print('shown', v)\n5\n"
                           "sys.excepthook = lambda t, v, b: print('caught', t.__name__)\n"
                           "1/0\n1 +\n", "-q", "-i")
    equal(out, "shown 5\ncaught ZeroDivisionError\ncaught SyntaxError\n")


def test_startup_file():
    with tempfile.TemporaryDirectory() as place:
        name = os.path.join(place, "start.py")
        with open(name, "w") as f:
            f.write("print('starting', __name__)\nvalue = 1\n")
        equal(piped("value\n", "-q", "-i", PYTHONSTARTUP=name)[1], "starting __main__\n1\n")
        equal(piped("print(1)\n", PYTHONSTARTUP=name)[1], "1\n")
        equal(piped("value\n", "-i", "-c", "pass", PYTHONSTARTUP=name)[1], "")
    err = piped("", "-q", "-i", PYTHONSTARTUP="/nonexistent/file")[2]
    assert err.startswith("Could not open PYTHONSTARTUP\nFileNotFoundError: [Errno 2] No such file "
                          "or directory: '/nonexistent/file'\n"), err


def test_after_a_program():
    code, out, err = piped("v\n", "-i", "-c", "v = 3\n1/0")
    equal((code, out), (0, "3\n"))
    assert err.startswith("Traceback (most recent call last):"), err
    code, out, err = piped("print(2)\n", "-i", "-c", "import sys; sys.exit(3)")
    equal((code, out), (0, "2\n"))
    assert "SystemExit: 3" in err, err
    code, out, err = piped("exit(5)\n", "-i", "-c", "print(1)")
    equal((code, out), (5, "1\n"))
    t = Terminal("-c", "import os; os.environ['PYTHONINSPECT'] = '1'; w = 8")
    equal(t.banner, PS1)
    equal(t.type("w"), "8\n")
    equal(t.end(), 0)


def test_program_from_a_pipe():
    code, out, err = piped("x = 1\nprint(x)\nx\n1/0\n")
    equal((code, out), (1, "1\n"))
    equal(err.splitlines(), ["Traceback (most recent call last):",
                             '  File "<stdin>", line 4, in <module>',
                             "ZeroDivisionError: division by zero"])


def test_end_of_input_in_a_line():
    err = piped("1/0", "-q", "-i")[2]
    equal(err.splitlines()[:2], [">>> ... ", "Traceback (most recent call last):"])
    equal(piped("x = (1,\n2", "-q", "-i")[2].splitlines()[:2],
          [">>> ... ... ", '  File "<stdin>", line 1'])


def test_lines_of_errors_behind_the_grammar():
    err = piped("def f(x, x): ...\n", "-q", "-i")[2]
    equal(err.splitlines(), [">>> ... ", '  File "<stdin>-0", line 1',
                             "    def f(x, x): ...",
                             "             ^",
                             "SyntaxError: duplicate argument 'x' in function definition",
                             ">>> "])
    assert "    return 1\n    ^^^^^^^^\n" in piped("if 1:\n    return 1\n\n", "-q", "-i")[2]


def test_backslash_continues_a_line():
    equal(piped("a = 2\\\n+1\na\n", "-q", "-i")[1], "3\n")


def test_empty_line_where_a_block_should_begin():
    err = piped("for x in 1, 2:\n\nprint(5)\n", "-q", "-i")[2]
    assert "IndentationError: expected an indented block after 'for' statement on line 1" in err


def test_future_import_of_the_grammar():
    equal(piped("from __future__ import barry_as_FLUFL\n2 <> 3\n", "-q", "-i")[1], "True\n")


run(globals())
