"""Stands in for CPython's C implementation of datetime, which the file imports by name."""

from _pydatetime import *
from _pydatetime import __doc__
