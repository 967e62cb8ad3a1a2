"""venv: an environment with pip, into which a wheel is installed without a network."""
# timeout: 180
# weft only

import base64
import hashlib
import os
import subprocess
import sys
import zipfile

from testing import equal, run, skip


def make_wheel(path):
    files = {"made/__init__.py": "def answer():\n    print(6 * 7)\n",
             "made-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: made\nVersion: 1.0\n",
             "made-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
             "made-1.0.dist-info/entry_points.txt": "[console_scripts]\nmade = made:answer\n"}
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(text)}\n"
    files["made-1.0.dist-info/RECORD"] = record + "made-1.0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


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
