"""Which namespace code finds its names in, and what a frame shows of its variables."""

import sys
import types

from testing import equal, fails, run


class Missing(dict):
    def __missing__(self, key):
        return "made up: " + key


def test_globals_of_a_dict_subclass_are_asked_with_getitem():
    f = eval("lambda: nothing_like_it", Missing())
    equal(f(), "made up: nothing_like_it")


def test_builtins_may_be_any_mapping():
    code = compile("import foo.bar", "test", "exec")
    fails(ImportError, "__import__ not found", exec, code,
          {"__builtins__": types.MappingProxyType({})})
    namespace = {"__builtins__": types.MappingProxyType({"__import__": lambda *args: args[0]})}
    exec(code, namespace)
    equal(namespace["foo"], "foo.bar")


def test_module_code_in_a_function_uses_the_globals():
    namespace = {}
    types.FunctionType(compile("x = 1\ny = x + 1\ndel x", "test", "exec"), namespace)()
    equal(namespace["y"], 2)
    assert "x" not in namespace


def test_locals_of_a_comprehension_in_a_class():
    class C:
        outer = 1
        seen = [sorted(locals()) for a in [0]]

    equal(C.seen, [["a"]])


def test_a_comprehension_variable_hides_one_in_a_cell():
    lambda: k
    k = 1
    equal([locals()["k"] for k in [0]], [0])


def test_f_locals_finds_what_equals_the_name():
    class Name:
        def __hash__(self):
            return hash("x")

        def __eq__(self, other):
            return other == "x"

    x = 1
    proxy = sys._getframe().f_locals
    equal(proxy[Name()], 1)
    proxy[Name()] = 2
    equal(x, 2)
    fails(TypeError, "unhashable type: 'list'", proxy.__getitem__, [])


def test_f_locals_of_one_frame_are_equal():
    assert sys._getframe().f_locals == sys._getframe().f_locals
    proxy = sys._getframe().f_locals
    proxy[1] = proxy
    assert "{...}" in repr(proxy)


def test_cleared_frames_have_no_variables():
    def outer():
        x = 5

        def inner():
            x
            return sys._getframe()
        return inner()

    frame = outer()
    equal(dict(frame.f_locals), {"x": 5})
    frame.clear()
    equal(dict(frame.f_locals), {})


def test_keyword_names_are_not_mangled():
    class C:
        kwargs = dict(__x=1)
        star = dict(__y=2, **{"z": 3})

    equal(C.kwargs, {"__x": 1})
    equal(C.star, {"__y": 2, "z": 3})


def test_static_attributes_are_in_order():
    class C:
        def f(self):
            self.b = self.c = 1
            self.a = 2

    equal(C.__static_attributes__, ("a", "b", "c"))


run(globals())
