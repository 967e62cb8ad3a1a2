"""The C sources' messages have only conversions that format_value() knows: no compiler checks them, and a wrong one
ends the process in an error path that is seldom taken."""

import os
import re

from testing import equal, run

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src")
FUNCTIONS = re.compile(r"\b(?:raise|raise_from|warn|warn_about|str_format|format_value|raise_import_error|raise_attribute_message)"
                       r"\s*\(")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
KNOWN = re.compile(r"%[-+#0]*\d*(?:\.\d+)?[lzjt]*[diuxXcsVRATBN%]")


def argument_strings(text, at):
    """The string literals of the call whose parenthesis opens before `at`."""
    depth = 1
    found = []
    while depth and at < len(text):
        string = STRING.match(text, at)
        if string:
            found.append(string[1])
            at = string.end()
            continue
        depth += (text[at] == "(") - (text[at] == ")")
        at += 1
    return found


def unknown_conversions(text):
    for call in FUNCTIONS.finditer(text):
        for string in argument_strings(text, call.end()):
            if "%" in KNOWN.sub("", string):
                yield string


def test_the_check_itself():
    equal(list(unknown_conversions('raise(ValueError, "%T: %.200s, 5%% of %zd");')), [])
    equal(list(unknown_conversions('raise(ValueError, "%.*s", n, text); x("%q")')), ["%.*s"])


def test_all_sources():
    found = calls = 0
    for directory, _, names in os.walk(SOURCES):
        for name in names:
            if not name.endswith((".c", ".h")) or "syntax" in directory:  # which has printf's, and the compiler's check
                continue
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                text = file.read()
            calls += len(FUNCTIONS.findall(text))
            for string in unknown_conversions(text):
                print(os.path.join(directory, name), string)
                found += 1
    equal(found, 0)
    assert calls > 2000, calls


run(globals())
