"""What this executable is, for the module sysconfig.

There are no extension modules to compile and no header files: what is said about them (SOABI, EXT_SUFFIX, CFLAGS)
names what packages would be tagged with, not a compiler that was used. Facts that differ from machine to machine
are asked for, not recorded.
"""

import os
import sys

_ints = {
    "Py_GIL_DISABLED": 1,  # also with -X gil=1: sys._is_gil_enabled() tells
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "WITH_DOC_STRINGS": 1,
    "WITH_PYMALLOC": 0,
    "WITH_FREELISTS": 0,
    "SIZEOF_INT": 4,
    "SIZEOF_LONG": 8,
    "SIZEOF_LONG_LONG": 8,
    "SIZEOF_SIZE_T": 8,
    "SIZEOF_TIME_T": 8,
    "SIZEOF_VOID_P": 8,
    "HAVE_FORK": 1,
    "HAVE_VFORK": 1,
    "HAVE_GETRANDOM": 1,
    "HAVE_GETRANDOM_SYSCALL": 1,
    "HAVE_GETENTROPY": 1,
    "HAVE_MMAP": 1,
    "HAVE_IPV6": 1,
    "PY_COERCE_C_LOCALE": 0,
    "PY_HAVE_PERF_TRAMPOLINE": 0,
}

_version = "%d.%d" % sys.version_info[:2]
_multiarch = sys.implementation._multiarch
_soabi = "weft-%d%d%s-%s" % (*sys.version_info[:2], sys.abiflags, _multiarch)
_bin = os.path.dirname(sys.executable)

_texts = {
    "VERSION": _version,
    "LDVERSION": _version + sys.abiflags,
    "ABIFLAGS": sys.abiflags,
    "MULTIARCH": _multiarch,
    "SOABI": _soabi,
    "EXT_SUFFIX": f".{_soabi}.so",
    "SHLIB_SUFFIX": ".so",
    "EXE": "",
    "BUILD_GNU_TYPE": _multiarch,
    "HOST_GNU_TYPE": _multiarch,
    "MACHDEP": "linux",
    "PLATLIBDIR": sys.platlibdir,
    "prefix": sys.prefix,
    "exec_prefix": sys.exec_prefix,
    "BINDIR": _bin,
    "LIBDIR": os.path.join(sys.prefix, "lib"),
    "LIBDEST": os.path.dirname(os.__file__),
    "BINLIBDEST": os.path.dirname(os.__file__),
    "DESTDIRS": "",
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "CC": "gcc",
    "CXX": "g++",
    "CFLAGS": "",
    "PY_CFLAGS": "",
    "PY_CFLAGS_NODIST": "",
    "PY_CORE_CFLAGS": "",
    "LDFLAGS": "",
    "PY_LDFLAGS_NODIST": "",
    "CCSHARED": "-fPIC",
    "LDSHARED": "gcc -shared",
    "LDCXXSHARED": "g++ -shared",
    "AR": "ar",
    "ARFLAGS": "rcs",
    "CONFIG_ARGS": "",
    "LIBRARY": "",
    "LDLIBRARY": "",
    "HOSTRUNNER": "",
    "TEST_MODULES": "no",
    "WHEEL_PKG_DIR": os.path.join(os.path.dirname(os.__file__), "ensurepip", "_bundled"),
}

build_time_vars = {**_texts, **_ints}
