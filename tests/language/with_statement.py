"""The with statement."""

from testing import equal, fails, raises, run


class Manager:
    def __init__(self, log, name="m", swallow=False, fail=None):
        self.log, self.name, self.swallow, self.fail = log, name, swallow, fail

    def __enter__(self):
        self.log.append("enter " + self.name)
        if self.fail == "enter":
            raise ValueError("in enter")
        return self.name

    def __exit__(self, kind, value, traceback):
        self.log.append("exit " + self.name + " " + (kind.__name__ if kind else "None"))
        if self.fail == "exit":
            raise ValueError("in exit")
        return self.swallow


def test_enter_and_exit():
    log = []
    with Manager(log) as m:
        log.append(m)
    equal(log, ["enter m", "m", "exit m None"])


def test_exit_sees_the_exception():
    log = []
    with raises(KeyError):
        with Manager(log):
            raise KeyError
    equal(log, ["enter m", "exit m KeyError"])


def test_true_from_exit_swallows():
    log = []
    with Manager(log, swallow=True):
        raise KeyError
    equal(log, ["enter m", "exit m KeyError"])


def test_failing_enter_has_no_exit():
    log = []
    with raises(ValueError, "in enter"):
        with Manager(log, fail="enter"):
            assert False
    equal(log, ["enter m"])


def test_failing_exit_chains():
    with raises(ValueError, "in exit") as caught:
        with Manager([], fail="exit"):
            raise KeyError
    equal(type(caught.value.__context__), KeyError)


def test_several_managers():
    log = []
    with Manager(log, "a") as a, Manager(log, "b") as b:
        log.append(a + b)
    equal(log, ["enter a", "enter b", "ab", "exit b None", "exit a None"])


def test_parenthesized_managers():
    log = []
    with (
        Manager(log, "a") as a,
        Manager(log, "b"),
    ):
        log.append(a)
    equal(log, ["enter a", "enter b", "a", "exit b None", "exit a None"])


def test_inner_manager_swallows_for_the_outer():
    log = []
    with Manager(log, "a"), Manager(log, "b", swallow=True):
        raise KeyError
    equal(log, ["enter a", "enter b", "exit b KeyError", "exit a None"])


def test_target_may_be_any_target():
    class Pair:
        def __enter__(self):
            return 1, [2, 3]

        def __exit__(self, *args):
            pass

    x = {}
    with Pair() as (a, [b, x["c"]]):
        pass
    equal((a, b, x), (1, 2, {"c": 3}))


def test_failing_target_is_inside():
    log = []
    with raises(TypeError, "cannot unpack non-iterable int object"):
        class Five(Manager):
            def __enter__(self):
                return 5
        with Five(log) as (a, b):
            pass
    equal(log, ["exit m TypeError"])


def test_return_break_and_continue_leave():
    log = []

    def f():
        with Manager(log, "r"):
            return 1

    f()
    for i in range(2):
        with Manager(log, str(i)):
            if i == 0:
                continue
            break
    equal(log, ["enter r", "exit r None", "enter 0", "exit 0 None", "enter 1", "exit 1 None"])


def test_methods_are_looked_up_on_the_type():
    class C:
        pass

    c = C()
    c.__enter__ = c.__exit__ = lambda *a: None
    with raises(TypeError, "'C' object does not support the context manager protocol"):
        with c:
            pass


def test_missing_exit():
    class C:
        def __enter__(self):
            pass

    with raises(TypeError, "'C' object does not support the context manager protocol (missed "
                "__exit__ method)"):
        with C():
            pass


def test_truth_of_exit_may_fail():
    class Bad:
        def __bool__(self):
            raise OSError("in bool")

    class C:
        def __enter__(self):
            pass

        def __exit__(self, *args):
            return Bad()

    with raises(OSError, "in bool"):
        with C():
            raise ValueError
    with C():
        pass


def test_with_in_a_generator():
    log = []

    def f():
        with Manager(log):
            yield 1
            yield 2

    g = f()
    next(g)
    g.close()
    equal(log, ["enter m", "exit m GeneratorExit"])


def test_exit_arguments():
    class C:
        def __enter__(self):
            pass

        def __exit__(self, *args):
            self.args = args
            return True

    c = C()
    with c:
        pass
    equal(c.args, (None, None, None))
    with c:
        raise ValueError("v")
    kind, value, traceback = c.args
    equal((kind, str(value)), (ValueError, "v"))
    assert value.__traceback__ is traceback


def test_nested_deeply():
    log = []
    with Manager(log, "1"):
        with Manager(log, "2"):
            with Manager(log, "3", swallow=True):
                raise ValueError
            log.append("after")
    equal(log[3:], ["exit 3 ValueError", "after", "exit 2 None", "exit 1 None"])


run(globals())
