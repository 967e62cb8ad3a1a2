"""Message catalogues through _locale: arguments that are no text."""

import locale

from testing import equal, fails, run


def test_arguments_are_text():
    fails(TypeError, "gettext() argument must be str, not float", locale.gettext, 1.5)
    fails(TypeError, "dgettext() argument 2 must be str, not list", locale.dgettext, None, [])
    fails(TypeError, "bind_textdomain_codeset() argument 1 must be str, not int",
          locale.bind_textdomain_codeset, 1, 1)
    equal(locale.gettext('text'), 'text')


run(globals())
