"""Exception groups and except*."""

from testing import equal, fails, raises, run


def group(*errors, message="g"):
    return ExceptionGroup(message, list(errors))


def describe(error):
    """The structure of a group as nested lists of (class, arguments)."""
    if isinstance(error, BaseExceptionGroup):
        return [error.message, *map(describe, error.exceptions)]
    return type(error).__name__


def test_construction():
    g = group(ValueError(1), TypeError(2))
    equal(g.message, "g")
    equal(str(g), "g (2 sub-exceptions)")
    equal(str(group(ValueError())), "g (1 sub-exception)")
    equal(repr(g), "ExceptionGroup('g', [ValueError(1), TypeError(2)])")
    equal(type(g.exceptions), tuple)


def test_base_group_becomes_group_if_it_can():
    equal(type(BaseExceptionGroup("m", [ValueError()])), ExceptionGroup)
    equal(type(BaseExceptionGroup("m", [KeyboardInterrupt()])), BaseExceptionGroup)


def test_bad_construction():
    fails(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup", ExceptionGroup, "m",
          [KeyboardInterrupt()])
    fails(ValueError, "second argument (exceptions) must be a non-empty sequence",
          ExceptionGroup, "m", [])
    fails(ValueError, "Item 0 of second argument (exceptions) is not an exception",
          ExceptionGroup, "m", [5])
    fails(TypeError, "second argument (exceptions) must be a sequence", ExceptionGroup, "m", 5)
    fails(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not int",
          ExceptionGroup, 5, [ValueError()])
    fails(TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)",
          ExceptionGroup, "m")


def test_split():
    g = group(ValueError(1), group(TypeError(2), ValueError(3), message="inner"))
    match, rest = g.split(ValueError)
    equal(describe(match), ["g", "ValueError", ["inner", "ValueError"]])
    equal(describe(rest), ["g", ["inner", "TypeError"]])
    match, rest = g.split(KeyError)
    equal((match, describe(rest)), (None, describe(g)))
    match, rest = g.split(Exception)
    assert match is g and rest is None


def test_subgroup_with_a_function():
    g = group(ValueError(1), ValueError(2))
    equal(repr(g.subgroup(lambda e: isinstance(e, ValueError) and e.args == (2,))),
          "ExceptionGroup('g', [ValueError(2)])")
    equal(g.subgroup(lambda e: False), None)
    fails(TypeError, "expected an exception type, a tuple of exception types, or a callable "
          "(other than a class)", g.subgroup, 5)


def test_split_keeps_cause_context_traceback_and_notes():
    g = group(ValueError(), TypeError())
    g.add_note("note")
    g.__cause__ = KeyError()
    match, rest = g.split(ValueError)
    equal((match.__notes__, type(match.__cause__), rest.__notes__), (["note"], KeyError, ["note"]))


def test_derive():
    class MyGroup(ExceptionGroup):
        def derive(self, errors):
            return MyGroup("derived", errors)

    g = MyGroup("m", [ValueError(), TypeError()])
    match, rest = g.split(ValueError)
    equal((type(match), match.message), (MyGroup, "derived"))


def test_except_star_catches_part():
    log = []
    try:
        try:
            raise group(ValueError(1), TypeError(2), ValueError(3))
        except* ValueError as error:
            log.append(describe(error))
    except ExceptionGroup as error:
        log.append(describe(error))
    equal(log, [["g", "ValueError", "ValueError"], ["g", "TypeError"]])


def test_except_star_several_clauses():
    log = []
    try:
        raise group(ValueError(), TypeError(), group(OSError(), message="n"))
    except* (ValueError, KeyError) as error:
        log.append(describe(error))
    except* TypeError as error:
        log.append(describe(error))
    except* OSError as error:
        log.append(describe(error))
    else:
        log.append("else")
    finally:
        log.append("finally")
    equal(log, [["g", "ValueError"], ["g", "TypeError"], ["g", ["n", "OSError"]], "finally"])


def test_except_star_wraps_a_plain_exception():
    try:
        raise ValueError("plain")
    except* ValueError as error:
        equal(describe(error), ["", "ValueError"])


def test_except_star_lets_a_plain_exception_pass():
    with raises(KeyError, "'k'"):
        try:
            raise KeyError("k")
        except* ValueError:
            pass


def test_except_star_else():
    log = []
    try:
        pass
    except* ValueError:
        log.append("except")
    else:
        log.append("else")
    equal(log, ["else"])


def test_raising_in_except_star():
    try:
        try:
            raise group(ValueError(), TypeError())
        except* ValueError:
            raise KeyError("new")
    except ExceptionGroup as error:
        equal(describe(error), ["", "KeyError", ["g", "TypeError"]])
        equal(type(error.exceptions[0].__context__), ExceptionGroup)


def test_reraise_in_except_star():
    try:
        try:
            raise group(ValueError(1), TypeError(2))
        except* ValueError:
            raise
    except ExceptionGroup as error:
        equal(describe(error), ["g", "ValueError", "TypeError"])


def test_reraise_of_all_parts_restores_the_group():
    try:
        try:
            raise group(ValueError(1), group(TypeError(2), message="n"), OSError(3))
        except* ValueError:
            raise
        except* TypeError:
            raise
    except ExceptionGroup as error:
        equal(describe(error), ["g", "ValueError", ["n", "TypeError"], "OSError"])


def test_raise_from_in_except_star():
    try:
        try:
            raise group(ValueError())
        except* ValueError as error:
            raise KeyError from error
    except KeyError as error:
        equal(type(error.__cause__), ExceptionGroup)


def test_name_is_unbound_after_except_star():
    try:
        raise group(ValueError())
    except* ValueError as error:
        pass
    with raises(UnboundLocalError):
        error


def test_except_star_of_a_group_class():
    with raises(TypeError, "catching ExceptionGroup with except* is not allowed. Use except "
                "instead."):
        try:
            raise group(ValueError())
        except* ExceptionGroup:
            pass


def test_except_star_of_what_is_no_exception():
    with raises(TypeError, "catching classes that do not inherit from BaseException is not "
                "allowed"):
        try:
            raise group(ValueError())
        except* 5:
            pass


def test_nested_except_star():
    log = []
    try:
        try:
            raise group(ValueError(), TypeError())
        except* ValueError:
            log.append(1)
            try:
                raise group(OSError(), KeyError())
            except* OSError:
                log.append(2)
            except* KeyError:
                log.append(3)
    except* TypeError:
        log.append(4)
    equal(log, [1, 2, 3, 4])


def test_except_star_in_a_loop():
    caught = 0
    for i in range(5):
        try:
            raise group(ValueError(i))
        except* ValueError:
            caught += 1
    equal(caught, 5)


def test_part_of_a_group_does_not_show_its_context():
    group = ExceptionGroup('g', [ValueError(1), KeyError(2)])
    equal(group.__suppress_context__, False)
    equal(group.subgroup(ValueError).__suppress_context__, True)
    equal([part.__suppress_context__ for part in group.split(ValueError)], [True, True])


run(globals())
