"""Programs whose sitecustomize, or who themselves, take away or replace __main__, sys, sys.path and sys.path_hooks."""

import os
import subprocess
import sys
import tempfile

from testing import equal, run


def ran(directory, *command, custom="", typed=""):
    with open(os.path.join(directory, "sitecustomize.py"), "w") as f:
        f.write("import sys\n" + custom)
    return subprocess.run([sys.executable, *command], cwd=directory, input=typed, capture_output=True, text=True,
                          timeout=60, env=dict(os.environ, PYTHONPATH=directory))


def made(directory):
    for name, text in ("script.py", "print('ran')"), ("m.py", ""), ("package/__main__.py", "print('package')"):
        os.makedirs(os.path.dirname(os.path.join(directory, name)), exist_ok=True)
        with open(os.path.join(directory, name), "w") as f:
            f.write(text)


def test_path_is_no_list():
    with tempfile.TemporaryDirectory() as directory:
        made(directory)
        for custom in "sys.path = tuple(sys.path)", "del sys.path", "sys.path = 5":
            for command in ("-c", "print(1)"), ("script.py",), ("package",), ("-m", "m"), ("-",):
                done = ran(directory, *command, custom=custom)
                equal((done.returncode, done.stdout, done.stderr.splitlines()[-1]),
                      (1, "", "RuntimeError: sys.path is not a list"))


def test_path_hooks_are_no_list():
    with tempfile.TemporaryDirectory() as directory:
        made(directory)
        for custom in "sys.path_hooks = None", "del sys.path_hooks", "sys.path_hooks = sys.path_hooks,":
            done = ran(directory, "script.py", custom=custom)
            equal((done.returncode, done.stdout), (0, "ran\n"))


def test_no_main_module():
    with tempfile.TemporaryDirectory() as directory:
        made(directory)
        for custom in "del sys.modules['__main__']", "sys.modules['__main__'] = 5":
            for command, shown in ((("-c", "print(1)"), "1\n"), (("script.py",), "ran\n"), (("-",), "1\n")):
                done = ran(directory, *command, custom=custom, typed="print(1)\n")
                equal((done.returncode, done.stdout), (0, shown))
            equal(ran(directory, "-m", "m", custom=custom).returncode, 1)


def test_interactive_after_the_program():
    with tempfile.TemporaryDirectory() as directory:
        for change, name in (("del sys.modules['__main__']", "__main__"), ("sys.modules['__main__'] = 5", "__main__"),
                             ("import types; sys.modules['__main__'] = types.ModuleType('x')", "x")):
            done = ran(directory, "-i", "-c", "import sys; a = 1; " + change, typed="print(__name__, 'a' in dir())\n")
            equal((done.returncode, done.stdout), (0, name + " False\n"))


def test_missing_name_without_sys():
    with tempfile.TemporaryDirectory() as directory:
        made(directory)
        with open(os.path.join(directory, "script.py"), "w") as f:
            f.write("import sys, m\nexec(sys.argv[1])\ntry:\n    from m import nothing\n"
                    "except ImportError as e:\n    print(e.name)\n")
        for change in "del sys.modules['sys']", "sys.modules['sys'] = 5":
            done = ran(directory, "script.py", change)
            equal((done.returncode, done.stdout), (0, "m\n"))


run(globals())
