"""sphinx: builds a project of two pages with autodoc, cross references and an index, as HTML and text."""

import io
import pathlib
import re

from sphinx.application import Sphinx

MODULE = '''"""A module."""

class Thing:
    """A thing, see :func:`make`."""

    def method(self, a: int, b: str = "x") -> list[int]:
        """Does it.

        :param a: a number
        """

def make(n):
    """Makes a :class:`Thing`."""
'''
PAGE = """
Page
====

.. automodule:: thing
   :members:
   :undoc-members:

See :doc:`index`, :ref:`search` and :py:meth:`thing.Thing.method`.

.. code-block:: python
   :linenos:

   x = [n for n in range(3)]

.. versionadded:: 1.0
"""


def main():
    source = pathlib.Path("source")
    source.mkdir()
    (source / "conf.py").write_text("import sys, os\nsys.path.insert(0, os.path.dirname(__file__))\n"
                                    "project = 'P'\nextensions = ['sphinx.ext.autodoc', 'sphinx.ext.viewcode']\n")
    (source / "thing.py").write_text(MODULE)
    (source / "page.rst").write_text(PAGE)
    (source / "index.rst").write_text("Index\n=====\n\n.. toctree::\n\n   page\n\n* :ref:`genindex`\n")
    for builder in ("html", "text"):
        status, warning = io.StringIO(), io.StringIO()
        app = Sphinx(source, source, f"out/{builder}", "trees", builder, status=status, warning=warning, freshenv=True)
        app.build(force_all=True)
        print(builder, app.statuscode, re.sub(r"\x1b\[\d+m", "", warning.getvalue()).replace(str(source.resolve()), ""))
    print(pathlib.Path("out/text/page.txt").read_text())
    html = pathlib.Path("out/html/page.html").read_text()
    print('id="thing.Thing.method"' in html, html.count("<span"), sorted(p.name for p in pathlib.Path("out/html").iterdir()))


main()
