"""Warnings where the warnings module is gone: shown by _warnings itself.
The output is the test."""
import _warnings
import functools
import io
import sys

_warnings.filters.clear()
modules = {name: sys.modules.pop(name) for name in ('warnings', '_py_warnings') if name in sys.modules}


class Callable:
    def __call__(self, message):
        return UserWarning(message)


named = Callable()
named.__name__ = 'a name'
kept = sys.stderr
sys.stderr = io.StringIO()
for category in UserWarning, lambda m: UserWarning(m), 5, Callable(), named, functools.partial(UserWarning):
    try:
        _warnings.warn_explicit('m', category, 'no file', 1)
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
text = sys.stderr.getvalue()
sys.stderr = kept
print(text)
sys.modules.update(modules)
