"""Stands in for an extension module of CPython's tests that a helper module imports."""
