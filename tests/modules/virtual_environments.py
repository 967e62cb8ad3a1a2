"""venv: an environment with pip, into which a wheel is installed without a network."""
# timeout: 180
# weft only

import os
import subprocess
import sys

from testing import equal, run, skip

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../packages"))
from made_wheel import make_wheel


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout.strip()


def test_without_pip():
    output(sys.executable, "-m", "venv", "--without-pip", "plain")
    equal(output("plain/bin/python", "-c", "import sys; print(sys.prefix, sys.prefix != sys.base_prefix)"),
          os.path.abspath("plain") + " True")


def test_with_pip():
    try:
        import ensurepip
    except ImportError:
        skip("the library has no ensurepip")
    output(sys.executable, "-m", "venv", "env")
    make_wheel("made-1.0-py3-none-any.whl")
    options = ["--no-index", "--disable-pip-version-check", "--no-input"]
    output("env/bin/pip", "install", *options, "./made-1.0-py3-none-any.whl")
    equal(output("env/bin/made"), "42")
    equal(output("env/bin/python", "-c", "import made; made.answer()"), "42")
    output("env/bin/python", "-m", "pip", "uninstall", "-y", "--disable-pip-version-check", "made")
    assert not os.path.exists("env/bin/made")


run(globals())
