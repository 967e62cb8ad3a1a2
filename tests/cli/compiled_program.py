"""Compiled files as the program, and programs that cannot be read."""

import os
import py_compile
import subprocess
import sys
import tempfile

from testing import equal, run

SOURCE = ("import sys\nprint(__name__, __cached__, type(__loader__).__name__, __file__ == sys.argv[0], "
          "sys.argv[1:])\n")


def ran(*args):
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr.strip()


def file_of(directory, name, data):
    path = os.path.join(directory, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def test_compiled_program():
    with tempfile.TemporaryDirectory() as directory:
        source = file_of(directory, "program.py", SOURCE.encode())
        compiled = py_compile.compile(source, os.path.join(directory, "program.pyc"))
        expected = (0, "__main__ None SourcelessFileLoader True ['a']\n", "")
        equal(ran(compiled, "a"), expected)
        with open(compiled, "rb") as file:
            data = file.read()
        equal(ran(file_of(directory, "any_name", data), "a"), expected)
        equal(ran(file_of(directory, "cut.pyc", data[:20])),
              (1, "", "RuntimeError: Bad code object in .pyc file"))
        equal(ran(file_of(directory, "short.pyc", data[:2])),
              (1, "", "EOFError: EOF read where not expected"))
        equal(ran(file_of(directory, "text.pyc", b"print('a text of some length')")),
              (1, "", "RuntimeError: Bad magic number in .pyc file"))


def test_command_that_is_no_text():
    code, out, err = ran("-c", b"print('\xff')")
    equal((code, out), (1, ""))
    equal(err, "Unable to decode the command from the command line:\n"
          "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udcff' in position 7: "
          "surrogates not allowed")


def test_file_that_ends_in_a_backslash():
    with tempfile.TemporaryDirectory() as directory:
        path = file_of(directory, "program.py", b"x = 1\n\\")
        equal(ran(path)[2].splitlines()[1:], ["    \\", "SyntaxError: unexpected EOF while parsing"])


run(globals())
