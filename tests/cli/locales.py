"""The locale of the environment: the C locale means UTF-8, and what is asked for wins."""

import subprocess
import sys

from testing import equal, run

SHOW = """import os, sys
print(sys.flags.utf8_mode, sys.stdin.encoding, sys.stdin.errors, sys.stdout.errors,
      os.environ.get('LC_CTYPE'), open(os.devnull).encoding)"""
COERCED = "1 utf-8 surrogateescape surrogateescape C.UTF-8 utf-8\n"


def show(*options, **environment):
    answer = subprocess.run([sys.executable, *options, "-c", SHOW], env=environment,
                            capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return answer.stdout if not answer.stderr else answer.stdout + answer.stderr


def test_no_locale_and_the_c_locale_become_utf8():
    equal(show(), COERCED)
    equal(show(LANG="C"), COERCED)
    equal(show(LC_CTYPE="POSIX"), COERCED)
    equal(show("-I", LANG="C"), COERCED)


def test_lc_all_stays_and_the_utf8_mode_is_on():
    equal(show(LC_ALL="C"), "1 utf-8 surrogateescape surrogateescape None utf-8\n")
    equal(show(LANG="C", PYTHONCOERCECLOCALE="0"),
          "1 utf-8 surrogateescape surrogateescape None utf-8\n")


def test_the_option_and_the_variable():
    equal(show("-X", "utf8=0", LC_ALL="C"),
          "0 ascii surrogateescape surrogateescape None ANSI_X3.4-1968\n")
    equal(show(LANG="C", PYTHONUTF8="0"),
          "0 utf-8 surrogateescape surrogateescape C.UTF-8 UTF-8\n")
    equal(show("-X", "utf8", LC_ALL="C.UTF-8"),
          "1 utf-8 surrogateescape surrogateescape None utf-8\n")
    equal(show(PYTHONIOENCODING=":strict"), "1 utf-8 strict strict C.UTF-8 utf-8\n")
    for options, variables, what in (("-X", "utf8=2"), {}, "-X utf8 option"), (
            (), {"PYTHONUTF8": "x"}, "PYTHONUTF8 environment variable"):
        equal(show(*options, **variables),
              f"Fatal Python error: preconfig_init_utf8_mode: invalid {what} value\n"
              "Python runtime state: preinitializing\n\n")


def test_warnings_about_the_c_locale():
    equal(show(LANG="C", PYTHONCOERCECLOCALE="warn"), COERCED +
          "Python detected LC_CTYPE=C: LC_CTYPE coerced to C.UTF-8 (set another locale or "
          "PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n")


run(globals())
