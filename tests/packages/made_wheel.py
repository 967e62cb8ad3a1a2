"""A wheel, made without the tools that are to install it."""

import base64
import hashlib
import zipfile


def make_wheel(path):
    """Writes the wheel of a module `made`, whose answer() is also a script, to a file."""
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
