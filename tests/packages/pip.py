"""pip: its version, and the installation of a wheel made here, without a network."""

import hashlib
import base64
import pathlib
import subprocess
import sys
import zipfile


def make_wheel(path):
    files = {"made/__init__.py": "def answer():\n    return 42\n",
             "made-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: made\nVersion: 1.0\n",
             "made-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: job\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
             "made-1.0.dist-info/entry_points.txt": "[console_scripts]\nmade = made:answer\n"}
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(text)}\n"
    files["made-1.0.dist-info/RECORD"] = record + "made-1.0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


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
    print(made.answer())
    pip("list", "--path", "there", "--format", "json", "--disable-pip-version-check")


main()
