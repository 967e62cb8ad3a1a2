"""Scopes: closures, global, nonlocal, class bodies, comprehensions, exec and eval."""

from testing import equal, fails, raises, run

module_level = 1


def test_closure_sees_later_changes():
    def outer():
        x = 1

        def inner():
            return x

        x = 2
        return inner

    equal(outer()(), 2)


def test_closures_of_one_call_share_the_variable():
    def counter():
        n = 0

        def increment():
            nonlocal n
            n += 1
            return n

        def current():
            return n

        return increment, current

    increment, current = counter()
    increment()
    increment()
    equal(current(), 2)
    other, _ = counter()
    equal(other(), 1)


def test_closures_over_a_loop_variable_share_it():
    functions = []
    for i in range(3):
        functions.append(lambda: i)
    equal([f() for f in functions], [2, 2, 2])


def test_default_captures_the_value():
    functions = []
    for i in range(3):
        functions.append(lambda i=i: i)
    equal([f() for f in functions], [0, 1, 2])


def test_nonlocal_through_two_levels():
    def a():
        x = 1

        def b():
            def c():
                nonlocal x
                x += 10
            c()

        b()
        return x

    equal(a(), 11)


def test_free_variable_before_assignment():
    def f():
        def g():
            return x
        result = g()
        x = 1
        return result

    fails(NameError, "cannot access free variable 'x' where it is not associated with a value in "
          "enclosing scope", f)


def test_parameter_as_cell():
    def f(x, *args, **kwargs):
        def g():
            return x, args, kwargs
        x += 1
        return g

    equal(f(1, 2, k=3)(), (2, (2,), {"k": 3}))


def test_del_of_a_cell_variable():
    def f():
        x = 1

        def g():
            return x

        del x
        return g

    fails(NameError, "cannot access free variable 'x' where it is not associated with a value in "
          "enclosing scope", f())


def test_closure_attribute():
    def f():
        a, b = 1, 2

        def g():
            return b, a
        return g

    g = f()
    equal(g.__code__.co_freevars, ("a", "b"))
    equal([cell.cell_contents for cell in g.__closure__], [1, 2])
    g.__closure__[0].cell_contents = 10
    equal(g(), (2, 10))


def test_empty_cell():
    def f():
        def g():
            return x
        return g
        x = 1

    with raises(ValueError, "Cell is empty"):
        f().__closure__[0].cell_contents


def test_global_statement():
    def f():
        global module_level
        module_level = 2

    global module_level
    module_level = 1
    f()
    equal(module_level, 2)
    module_level = 1


def test_global_in_an_inner_function_skips_the_outer():
    module = globals()

    def outer():
        module_level = "outer"

        def inner():
            global module_level
            return module_level
        return inner()

    equal(outer(), module["module_level"])


def test_global_defined_by_a_function():
    def f():
        global brought_to_life
        brought_to_life = 5

    f()
    equal(brought_to_life, 5)
    del globals()["brought_to_life"]


def test_class_body_does_not_close_over_itself():
    class C:
        x = 1

        def f(self):
            return x

    with raises(NameError, "name 'x' is not defined"):
        C().f()




def test_class_body_reading_then_assigning_a_name_reads_the_global():
    scope = {"x": "global"}
    exec("""
def f():
    x = "local"
    class C:
        y = x
        x = "class"
    return C.y
result = f()
""", scope)
    equal(scope["result"], "global")


def test_nonlocal_in_a_class_body():
    def f():
        x = 1

        class C:
            nonlocal x
            x = 2
        return x, hasattr(C, "x")

    equal(f(), (2, False))


def test_method_closes_over_function_around_the_class():
    def f(x):
        class C:
            def get(self):
                return x
        return C()

    equal(f(7).get(), 7)


def test_comprehension_variable_does_not_leak():
    x = "outer"
    [x for x in range(3)]
    equal(x, "outer")


def test_comprehension_that_fails_leaves_no_variable():
    def f():
        try:
            [1 // x for x in (1, 0)]
        except ZeroDivisionError:
            return locals()

    equal(f(), {})


def test_comprehension_sees_class_variables_only_in_its_first_iterable():
    class C:
        items = [1, 2]
        good = [i for i in items]

    equal(C.good, [1, 2])
    with raises(NameError, "name 'limit' is not defined"):
        class D:
            limit = 2
            bad = [i for i in range(5) if i < limit]


def test_closures_made_in_a_comprehension():
    equal([f() for f in [lambda: i for i in range(3)]], [2, 2, 2])


def test_nested_comprehensions():
    equal([[i * j for j in range(3)] for i in range(3)], [[0, 0, 0], [0, 1, 2], [0, 2, 4]])
    equal([(i, j) for i in range(3) for j in range(i)], [(1, 0), (2, 0), (2, 1)])


def test_comprehension_kinds():
    equal({i % 2 for i in range(5)}, {0, 1})
    equal({i: i * i for i in range(3)}, {0: 0, 1: 1, 2: 4})
    equal(list(i for i in range(3) if i), [1, 2])


def test_dict_comprehension_evaluates_key_before_value():
    log = []

    def note(x):
        log.append(x)
        return x

    {note("k"): note("v") for _ in range(1)}
    equal(log, ["k", "v"])


def test_generator_expression_evaluates_its_first_iterable_at_once():
    with raises(TypeError, "'int' object is not iterable"):
        (x for x in 5)
    (x for y in [1] for x in 5)


def test_class_cell():
    class A:
        def who(self):
            return __class__

    class B(A):
        pass

    assert B().who() is A


def test_locals():
    def f(a):
        b = 2
        return locals()

    equal(f(1), {"a": 1, "b": 2})


def test_locals_is_a_snapshot():
    def f():
        x = 1
        before = locals()
        x = 2
        before["x"] = 3
        return x, before["x"], locals()["x"]

    equal(f(), (2, 3, 2))


def test_locals_includes_free_variables():
    def f():
        x = 1

        def g():
            x
            return locals()
        return g()

    equal(f(), {"x": 1})


def test_locals_of_a_class_body():
    class C:
        a = 1
        b = dict(locals())

    equal(C.b["a"], 1)


def test_eval_of_expressions():
    equal(eval("1 + 2 * 3"), 7)
    equal(eval("x + y", {"x": 1}, {"y": 2}), 3)
    x = 5
    equal(eval("x"), 5)


def test_eval_with_a_mapping_as_locals():
    class Mapping:
        def __getitem__(self, key):
            return key * 2

    equal(eval("ab", {}, Mapping()), "abab")


def test_eval_adds_builtins_to_globals():
    scope = {}
    eval("1", scope)
    equal(list(scope), ["__builtins__"])


def test_exec_binds_in_the_scope_given():
    scope = {}
    exec("a = 1\ndef f(): return a + 1\nb = f()", scope)
    equal((scope["a"], scope["b"]), (1, 2))


def test_exec_does_not_change_locals():
    x = 1
    exec("x = 2")
    equal(x, 1)


def test_exec_with_separate_locals():
    scope, names = {}, {}
    exec("x = 1\nglobal y\ny = 2", scope, names)
    equal((names, scope["y"]), ({"x": 1}, 2))


def test_exec_arguments():
    fails(TypeError, "exec() globals must be a dict, not int", exec, "1", 5)
    fails(TypeError, "locals must be a mapping", eval, "1", {}, 5)
    fails(TypeError, "eval() arg 1 must be a string, bytes or code object", eval, 5)


def test_exec_of_code_with_free_variables():
    x = 1

    def f():
        return x

    fails(TypeError, "code object requires a closure of exactly length 1", exec, f.__code__)
    exec(f.__code__, closure=f.__closure__)
    fails(TypeError, "code object passed to eval() may not contain free variables", eval,
          f.__code__)


def test_compile_modes():
    equal(eval(compile("1 + 1", "<test>", "eval")), 2)
    scope = {}
    exec(compile("x = 1\ny = 2\n", "<test>", "exec"), scope)
    equal(scope["y"], 2)
    code = compile("x", "<some file>", "eval")
    equal(code.co_filename, "<some file>")
    fails(ValueError, "compile() mode must be 'exec', 'eval' or 'single'", compile, "1", "f",
          "what")


def test_builtins_can_be_replaced_in_globals():
    with raises(NameError, "name 'len' is not defined"):
        eval("len", {"__builtins__": {}})
    equal(eval("len", {"__builtins__": {"len": 5}}), 5)


def test_dir_without_arguments():
    def f():
        b = a = 1
        return dir()

    equal(f(), ["a", "b"])


def test_vars():
    class C:
        pass

    c = C()
    c.x = 1
    equal(vars(c), {"x": 1})
    fails(TypeError, "vars() argument must have __dict__ attribute", vars, 5)


def test_private_names_are_mangled():
    class C:
        __x = 1

        def get(self):
            return self.__x

        def local(self):
            __y = 3
            return locals()

    equal(C._C__x, 1)
    equal(C().get(), 1)
    assert "_C__y" in C().local()


def test_mangling_leaves_dunder_and_outside_alone():
    class _Under:
        __a = 1
        __b__ = 2

    equal((_Under._Under__a, _Under.__b__), (1, 2))


def test_name_error_suggestion_is_not_part_of_the_message():
    some_name = 1
    with raises(NameError, "name 'some_nam' is not defined") as caught:
        some_nam
    equal(caught.value.name, "some_nam")


run(globals())
