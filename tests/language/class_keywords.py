"""Keywords and annotations that the compiler or the call refuses."""

from testing import equal, fails, run


def f(**kwargs):
    return kwargs


def refused(message, source):
    fails(SyntaxError, message, compile, source, "test", "exec")


def test_class_keywords_are_different():
    refused("keyword argument repeated: metaclass (test, line 1)",
            "class C(metaclass=type, metaclass=type): pass")


def test_merged_dicts_have_different_keys():
    fails(TypeError, __name__ + ".f() got multiple values for keyword argument '1'",
          lambda: f(**{1: 2}, **{1: 3}))


def test_a_starred_annotation_with_a_default():
    refused("invalid syntax (test, line 1)", "def f(*args: *b = 1): pass")
    refused("var-positional argument cannot have default value (test, line 1)",
            "def f(*args: b = 1): pass")


def test_a_captured_wildcard_in_an_or_pattern():
    refused("wildcard makes remaining patterns unreachable (test, line 2)",
            "match x:\n case (_ as x) | [x]: pass")


def test_flufl_is_a_future_of_the_top_level_module_only():
    compile("from .__future__ import barry_as_FLUFL;2 != 3", "test", "exec")


run(globals())
