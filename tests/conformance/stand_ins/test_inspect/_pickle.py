"""Stands in for CPython's C implementation of pickle, which the file imports by name."""

# pickle itself, when it asks for this module, has no _Pickler yet: it goes on with its Python code.
from pickle import _Pickler as Pickler, _Unpickler as Unpickler
