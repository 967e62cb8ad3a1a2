# Path arguments: __fspath__, bools as descriptors, NULs; and zip archives in sys.path.
import os
import sys
import tempfile
import warnings
import zipfile
import zipimport


class Path:
    def __init__(self, value):
        self.value = value

    def __fspath__(self):
        if isinstance(self.value, type):
            raise self.value("mine")
        return self.value


class NoPath(Path):
    __fspath__ = None


def report(function, *args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = type(function(*args)).__name__
        except Exception as e:
            result = f"{type(e).__name__}: {e}"
    print(function.__name__, result, *[f"{w.category.__name__}: {w.message}" for w in caught])


for path in Path(1), Path(None), Path(KeyError), Path(TypeError), NoPath("a"), object():
    for function in os.stat, os.fspath, os.mkdir, open:
        report(function, path)
for function in os.stat, os.path.exists, os.statvfs, os.fsync, os.fdatasync, os.fstat, os.lstat:
    report(function, False)
report(os.fsync, -1)
report(os.fsync, "x")
for path in "a\0b", "a//\0/../b", "\0", b"x/./\0/":
    print(repr(os.path.normpath(path)))

print(sys.path_hooks[0] is zipimport.zipimporter)
with tempfile.TemporaryDirectory() as directory:
    archive = os.path.join(directory, "a.zip")
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("zipped_module.py", "x = 5")
    sys.path.insert(0, archive)
    import zipped_module

    print(zipped_module.x, type(zipped_module.__loader__))

for path in "\udfff", "//\0a", "/\udc80/b", "", b"///\xff":
    print(ascii(os.path.splitroot(path)))
