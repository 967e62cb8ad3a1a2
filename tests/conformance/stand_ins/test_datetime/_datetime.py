"""Stands in for CPython's C implementation of datetime, which the file wants next to the one in
Python: a second copy of the latter."""

import importlib.util as _util

_copy = {"__name__": "datetime"}
_origin = _util.find_spec("datetime").origin.replace("datetime.py", "_pydatetime.py")
with open(_origin, encoding="utf-8") as _source:
    exec(compile(_source.read(), _origin, "exec"), _copy)
globals().update({name: value for name, value in _copy.items() if not name.startswith("__")})
datetime_CAPI = None
