"""Stands in for CPython's _ctypes_test, a library of C functions that is an extension module as well.
The library is that of build/peers; what it wants of CPython's C API is not called by its functions, and
a library of empty ones of these names, made here, lets it load."""

import _ctypes
import os
import subprocess
import tempfile

_root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
__file__ = os.path.join(
    _root, "build", "peers", "lib", "python3.13", "lib-dynload", "_ctypes_test.cpython-313-x86_64-linux-gnu.so"
)

_names = ["PyArg_ParseTuple", "PyList_Append", "PyModuleDef_Init", "Py_GetConstantBorrowed"]
with tempfile.TemporaryDirectory() as _folder:
    _library = os.path.join(_folder, "names.so")
    _source = "".join(f"void *{name}(void) {{ return 0; }}\n" for name in _names)
    subprocess.run(["gcc", "-shared", "-o", _library, "-x", "c", "-"], input=_source.encode(), check=True)
    _ctypes.dlopen(_library, _ctypes.RTLD_GLOBAL)
