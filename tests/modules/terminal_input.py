"""readline, and input and the console at a terminal: history, completion, editing."""
# needs: readline
# timeout: 120

import os
import pty
import select
import signal
import sys
import time

import readline
from testing import equal, fails, run

UP, LEFT = b"\x1b[A", b"\x1b[D"


class Terminal:
    """A program at a pseudo-terminal."""

    def __init__(self, *arguments, **environment):
        self.output = b""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            environment = dict(os.environ, TERM="xterm", HOME=os.getcwd(), PYTHON_COLORS="0", **environment)
            os.execve(sys.executable, [sys.executable, *arguments], environment)

    def wait_for(self, text, start=0, limit=30):
        end = time.monotonic() + limit
        while text not in self.output[start:]:
            ready = select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]
            try:
                data = os.read(self.fd, 65536) if ready else b""
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"{text} is not in {self.output[start:]}")
            self.output += data
        return self

    def type(self, keys, then, prompt=b""):
        """Waits until the program has written this, and has asked for more."""
        start = len(self.output)
        os.write(self.fd, keys)
        self.wait_for(then, start)
        return self.wait_for(prompt, self.output.index(then, start))

    def interrupt(self, then):
        start = len(self.output)
        os.kill(self.pid, signal.SIGINT)
        return self.wait_for(then, start)

    def end(self):
        try:
            while data := os.read(self.fd, 65536):
                self.output += data
        except OSError:
            pass  # it is over
        os.close(self.fd)
        return os.waitpid(self.pid, 0)[1]


SCRIPT = """
import readline

def complete(text, state):
    return [text + "ending", None][state]

if readline.backend == "editline":
    readline.parse_and_bind(r'bind "\\t" rl_complete')
else:
    readline.parse_and_bind("tab: complete")
readline.set_completer_delims(" ")
readline.set_completer(complete)
while True:
    try:
        print("<" + input("prompt> ") + ">")
    except KeyboardInterrupt:
        print("interrupted")
    except EOFError:
        print("the end", readline.get_current_history_length())
        break
"""


def test_history():
    readline.clear_history()
    for line in "one", "two", "trois \xe9":
        readline.add_history(line)
    equal([readline.get_history_item(i) for i in range(5)], [None, "one", "two", "trois \xe9", None])
    readline.replace_history_item(1, "deux")
    readline.remove_history_item(0)
    equal([readline.get_history_item(i) for i in range(4)], [None, "deux", "trois \xe9", None])
    fails(ValueError, "No history item at position 7", readline.remove_history_item, 7)
    fails(ValueError, "No history item at position 7", readline.replace_history_item, 7, "x")
    fails(ValueError, "History index cannot be negative", readline.remove_history_item, -1)
    fails(FileNotFoundError, None, readline.read_history_file, "no/such/file")
    fails(ValueError, "nelements must be positive", readline.append_history_file, -1, "x")


def test_history_files():
    readline.clear_history()
    for i in range(10):
        readline.add_history(f"line {i}")
    readline.write_history_file("all")
    readline.append_history_file(2, "all")
    readline.set_history_length(3)
    readline.write_history_file("some")
    readline.set_history_length(-1)
    equal(readline.get_current_history_length(), 10)
    for name, wanted in ("some", [7, 8, 9]), ("all", [*range(10), 8, 9]):
        readline.clear_history()
        readline.read_history_file(name)
        equal([readline.get_history_item(i + 1) for i in range(readline.get_current_history_length())],
              [f"line {i}" for i in wanted])


def test_hooks_have_to_be_callable():
    for name in "set_completer", "set_startup_hook", "set_pre_input_hook", "set_completion_display_matches_hook":
        with_name = getattr(readline, name)
        fails(TypeError, name + "(func): argument not callable", with_name, 5)
        with_name(None)
    equal(readline.get_completer(), None)


def test_input_is_edited():
    t = Terminal("-c", SCRIPT).wait_for(b"prompt> ")
    t.type(b"ace" + LEFT + LEFT + b"b\r", b"<abce>", b"prompt> ")
    t.type(UP + b"!\r", b"<abce!>", b"prompt> ")
    t.type(b"some $w\t\r", b"<some $wending>", b"prompt> ")
    t.interrupt(b"interrupted\r\nprompt> ")
    t.type(b"\xc3\xa9\r", "<\xe9>".encode(), b"prompt> ")
    t.type(b"\x04", b"the end 4")
    equal(t.end(), 0)


def test_the_console():
    t = Terminal("-q").wait_for(b">>> ")
    t.type(b"6 * 7\r", b"42\r\n")
    t.type(b"import sys\r", b">>> ")
    t.type(b"sys.byteor\t\r", b"'little'\r\n")
    t.type(b"for i in range(2): print('line', i)\r\r", b"line 1\r\n")
    t.type(b"\x10\x10\x10\x10\r", b"42\r\n")
    t.type(b"1/0\r", b"ZeroDivisionError: division by zero")
    os.write(t.fd, b"exit()\r")
    equal(t.end(), 0)
    assert "6 * 7" in open(".python_history").read()


def test_the_plain_console():
    t = Terminal("-q", PYTHON_BASIC_REPL="1").wait_for(b">>> ")
    t.type(b"6 * 7\r", b"\n42\r")
    t.type(UP + b" + 1\r", b"\n43\r")
    t.type(b"exit()\r", b"\n")
    equal(t.end(), 0)


run(globals())
