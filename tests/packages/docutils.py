"""docutils: a reStructuredText document to HTML, LaTeX, man page and pseudo XML, with its warnings."""

import hashlib

from docutils.core import publish_parts, publish_string

PART = """
Section %d
==========

A paragraph with *emphasis*, **strong**, ``code``, a `link <https://example.org/>`_, a footnote [%d]_ and |sub|.

.. [%d] The note.

* item

  - nested

1. one
2. two

term
    A definition.

+-----+-----+
| a   | b   |
+=====+=====+
| 1   | two |
+-----+-----+

.. note:: An admonition with :math:`x^2`.

.. code:: python

    def f(x):
        return x

::

    literal
"""


def main():
    text = "=====\nTitle\n=====\n\n:Author: Somebody\n\n.. contents::\n\n.. |sub| replace:: substituted\n"
    text += "".join(PART % (n, n, n) for n in range(12))
    settings = {"report_level": 5, "_disable_config": True, "datestamp": None, "generator": None}
    for writer in ("html5", "html4", "latex", "manpage", "pseudoxml"):
        out = publish_string(text, writer_name=writer, settings_overrides=settings)
        out = b"\n".join(line for line in out.splitlines() if b"enerat" not in line and b"file://" not in line)
        print(writer, len(out), hashlib.sha256(out).hexdigest()[:16])
    parts = publish_parts("A *word*\n\n- x\n\n.. unknown::\n", writer_name="html", settings_overrides={"report_level": 5})
    print(parts["body"], sorted(parts))


main()
