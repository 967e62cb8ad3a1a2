"""pip: its version, and the installation of a wheel made here, without a network."""

import pathlib
import subprocess
import sys

from made_wheel import make_wheel


def pip(*arguments):
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], capture_output=True, text=True)
    print(done.returncode, done.stdout, done.stderr if done.returncode else "")
    assert done.returncode == 0


def main():
    pip("--version")
    make_wheel("made-1.0-py3-none-any.whl")
    options = ["--no-index", "--no-deps", "--disable-pip-version-check", "--no-input"]
    pip("install", *options, "--target", "there", "made-1.0-py3-none-any.whl")
    print(sorted(str(p) for p in pathlib.Path("there").rglob("*") if "__pycache__" not in str(p)))
    sys.path.insert(0, "there")
    import made
    made.answer()
    pip("list", "--path", "there", "--format", "json", "--disable-pip-version-check")


main()
