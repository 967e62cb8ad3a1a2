"""The standard library's warnings, in which `catch_warnings` concerns its own context and not all threads.

The library's source is run in this module, and then what knows of contexts takes the place of what does not:
`sys.flags.context_aware_warnings`, as in 3.14. A context is that of `contextvars`, which a new thread and a new
task inherit.
"""

import os
import sys
from _frozen_importlib_external import SourceFileLoader

exec(SourceFileLoader(__name__, os.path.join(sys._stdlib_dir, "warnings.py")).get_code(__name__))

try:
    from _warnings import _context
except ImportError:
    _context = None

if _context is not None and sys.flags.context_aware_warnings:

    class _Context:
        """What a `with catch_warnings()` block sees: its filters; the list that warnings go to instead of being
        shown, or None; and showwarning() as it was then, since one that replaces it meanwhile is called."""

        __slots__ = ("filters", "log", "showwarning")

        def __init__(self, outer):
            self.filters = list(_filters())
            self.log = outer and outer.log
            self.showwarning = outer and outer.showwarning

    def _filters():
        """The filters that apply to the caller: those of its context, or the list of the process."""
        context = _context.get(None)
        return filters if context is None else context.filters

    def _add_filter(*item, append):
        current = _filters()
        if append and item in current:
            return
        if not append and item in current:
            current.remove(item)
        current.insert(len(current) if append else 0, item)
        _filters_mutated()

    def resetwarnings():
        """Clear the list of warning filters, so that no filters are active."""
        _filters()[:] = []
        _filters_mutated()

    def _showwarnmsg(msg, _show=_showwarnmsg):
        context = _context.get(None)
        if context is not None and context.log is not None and showwarning is context.showwarning:
            context.log.append(msg)
        else:
            _show(msg)

    class catch_warnings(catch_warnings):
        __doc__ = catch_warnings.__doc__

        def __enter__(self):
            if self._module is not sys.modules[__name__]:
                return super().__enter__()
            if self._entered:
                raise RuntimeError("Cannot enter %r twice" % self)
            self._entered = True
            self._outer = _context.get(None)
            self._showwarning = showwarning
            context = _Context(self._outer)
            if self._record:
                context.log = []
                context.showwarning = showwarning
            _context.set(context)
            _filters_mutated()
            if self._filter is not None:
                simplefilter(*self._filter)
            return context.log if self._record else None

        def __exit__(self, *exc_info):
            global showwarning
            if self._module is not sys.modules[__name__]:
                return super().__exit__(*exc_info)
            if not self._entered:
                raise RuntimeError("Cannot exit %r without entering first" % self)
            _context.set(self._outer)
            _filters_mutated()
            showwarning = self._showwarning
