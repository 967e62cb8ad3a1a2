"""Exceptions: raise, try, except, else, finally, chaining, attributes, messages."""

import sys

from testing import equal, fails, raises, run


def test_try_else_finally_order():
    log = []

    def f(fail):
        try:
            log.append("try")
            if fail:
                raise ValueError
        except ValueError:
            log.append("except")
        else:
            log.append("else")
        finally:
            log.append("finally")

    f(False)
    f(True)
    equal(log, ["try", "else", "finally", "try", "except", "finally"])


def test_first_matching_clause_wins():
    def f(error):
        try:
            raise error
        except (KeyError, IndexError):
            return "pair"
        except LookupError:
            return "lookup"
        except Exception:
            return "any"

    equal([f(e) for e in (KeyError(), IndexError(), LookupError(), ValueError())],
          ["pair", "pair", "lookup", "any"])


def test_bare_except():
    try:
        raise KeyboardInterrupt
    except:
        caught = True
    assert caught


def test_name_is_unbound_after_the_clause():
    error = 1
    try:
        raise ValueError
    except ValueError as error:
        pass
    with raises(UnboundLocalError):
        error


def test_except_expression_is_evaluated_only_when_needed():
    try:
        pass
    except undefined_name:
        pass
    with raises(NameError):
        try:
            raise ValueError
        except undefined_name:
            pass


def test_catching_what_is_no_exception_class():
    with raises(TypeError, "catching classes that do not inherit from BaseException is not "
                "allowed"):
        try:
            raise ValueError
        except 5:
            pass


def test_raise_class_and_instance():
    with raises(ValueError, ""):
        raise ValueError
    with raises(ValueError, "m"):
        raise ValueError("m")


def test_raise_what_is_no_exception():
    with raises(TypeError, "exceptions must derive from BaseException"):
        raise 5
    with raises(TypeError, "exceptions must derive from BaseException"):
        raise object


def test_reraise():
    def f():
        try:
            raise ValueError("v")
        except ValueError:
            raise

    fails(ValueError, "v", f)


def test_reraise_without_exception():
    def f():
        raise

    fails(RuntimeError, "No active exception to reraise", f)


def test_reraise_in_a_called_function():
    def again():
        raise

    def f():
        try:
            raise ValueError("v")
        except ValueError:
            again()

    fails(ValueError, "v", f)


def test_explicit_cause():
    try:
        try:
            raise KeyError("k")
        except KeyError as error:
            raise ValueError("v") from error
    except ValueError as error:
        assert type(error.__cause__) is KeyError
        assert error.__context__ is error.__cause__
        equal(error.__suppress_context__, True)


def test_cause_none_hides_the_context():
    try:
        try:
            raise KeyError
        except KeyError:
            raise ValueError from None
    except ValueError as error:
        equal(error.__cause__, None)
        equal(type(error.__context__), KeyError)
        equal(error.__suppress_context__, True)


def test_cause_class_is_instantiated():
    try:
        raise ValueError from KeyError
    except ValueError as error:
        equal(type(error.__cause__), KeyError)


def test_bad_cause():
    with raises(TypeError, "exception causes must derive from BaseException"):
        raise ValueError from 5


def test_implicit_context():
    try:
        try:
            raise KeyError
        except KeyError:
            1 / 0
    except ZeroDivisionError as error:
        equal(type(error.__context__), KeyError)
        equal(error.__cause__, None)


def test_context_of_finally():
    try:
        try:
            raise KeyError
        finally:
            raise ValueError
    except ValueError as error:
        equal(type(error.__context__), KeyError)


def test_no_context_after_the_handler_ended():
    try:
        raise KeyError
    except KeyError:
        pass
    try:
        raise ValueError
    except ValueError as error:
        equal(error.__context__, None)


def test_context_has_no_cycle():
    try:
        try:
            raise ValueError
        except ValueError as error:
            first = error
            try:
                raise KeyError
            except KeyError:
                raise first
    except ValueError as error:
        equal(type(error.__context__), KeyError)
        equal(error.__context__.__context__, None)


def test_finally_runs_on_return_and_may_override_it():
    def f():
        try:
            return 1
        finally:
            return 2

    equal(f(), 2)


def test_return_in_finally_swallows_the_exception():
    def f():
        try:
            raise ValueError
        finally:
            return "swallowed"

    equal(f(), "swallowed")


def test_finally_sees_the_returned_value_computed_before():
    def f():
        x = 1
        try:
            return x
        finally:
            x = 2

    equal(f(), 1)


def test_break_in_finally_swallows():
    for _ in range(1):
        try:
            raise ValueError
        finally:
            break


def test_nested_finally():
    log = []

    def f():
        try:
            try:
                raise ValueError
            finally:
                log.append(1)
        except ValueError:
            log.append(2)
            try:
                return "r"
            finally:
                log.append(3)
        finally:
            log.append(4)

    equal((f(), log), ("r", [1, 2, 3, 4]))


def test_exception_in_else_is_not_caught_by_its_try():
    with raises(ValueError):
        try:
            pass
        except ValueError:
            assert False
        else:
            raise ValueError


def test_sys_exception():
    equal(sys.exception(), None)
    try:
        raise ValueError
    except ValueError as error:
        assert sys.exception() is error
        equal(sys.exc_info()[:2], (ValueError, error))
        try:
            raise KeyError
        except KeyError as inner:
            assert sys.exception() is inner
        assert sys.exception() is error
    equal(sys.exception(), None)


def test_args_str_and_repr():
    equal([str(ValueError()), str(ValueError("a")), str(ValueError("a", 1))],
          ["", "a", "('a', 1)"])
    equal([repr(ValueError()), repr(ValueError("a")), repr(ValueError("a", 1))],
          ["ValueError()", "ValueError('a')", "ValueError('a', 1)"])
    e = ValueError(1)
    e.args = [2, 3]
    equal(e.args, (2, 3))


def test_key_error_shows_the_repr():
    equal((str(KeyError("a")), str(KeyError("a", "b"))), ("'a'", "('a', 'b')"))


def test_exceptions_take_no_keywords():
    fails(TypeError, "ValueError() takes no keyword arguments", ValueError, a=1)


def test_own_exception_classes():
    class MyError(Exception):
        def __init__(self, code):
            super().__init__(f"code {code}")
            self.code = code

    with raises(MyError, "code 5") as caught:
        raise MyError(5)
    equal(caught.value.code, 5)


def test_constructor_failure_replaces_the_exception():
    class Odd(Exception):
        def __init__(self, needed):
            pass

    with raises(TypeError):
        raise Odd


def test_new_returning_no_exception():
    class Odd(Exception):
        def __new__(cls):
            return 5

    with raises(TypeError, "calling <class '__main__.test_new_returning_no_exception.<locals>.Odd'>"
                " should have returned an instance of BaseException, not <class 'int'>"):
        raise Odd


def test_hierarchy():
    pairs = [(KeyError, LookupError), (IndexError, LookupError), (ZeroDivisionError,
             ArithmeticError), (OverflowError, ArithmeticError), (FileNotFoundError, OSError),
             (ConnectionResetError, ConnectionError), (ConnectionError, OSError),
             (UnicodeDecodeError, ValueError), (RecursionError, RuntimeError),
             (NotImplementedError, RuntimeError), (ModuleNotFoundError, ImportError),
             (UnboundLocalError, NameError), (TabError, IndentationError), (IndentationError,
             SyntaxError), (ExceptionGroup, Exception), (ExceptionGroup, BaseExceptionGroup),
             (DeprecationWarning, Warning), (EncodingWarning, Warning),
             (PythonFinalizationError, RuntimeError)]
    for child, parent in pairs:
        assert issubclass(child, parent), child
    for kind in (KeyboardInterrupt, SystemExit, GeneratorExit):
        assert not issubclass(kind, Exception)
    assert IOError is OSError and EnvironmentError is OSError


def test_os_error_attributes():
    e = OSError(2, "No such file", "name")
    equal(type(e), FileNotFoundError)
    equal((e.errno, e.strerror, e.filename, e.filename2, e.args),
          (2, "No such file", "name", None, (2, "No such file")))
    equal(str(e), "[Errno 2] No such file: 'name'")
    equal(str(OSError(2, "m", "a", None, "b")), "[Errno 2] m: 'a' -> 'b'")
    equal(str(OSError("just text")), "just text")
    equal(OSError("just text").errno, None)


def test_os_error_subclasses_by_errno():
    import errno
    equal([type(OSError(n, "")) for n in (errno.EEXIST, errno.EACCES, errno.EPIPE, errno.EINTR,
                                          errno.ENOTDIR, errno.EAGAIN, 9999)],
          [FileExistsError, PermissionError, BrokenPipeError, InterruptedError,
           NotADirectoryError, BlockingIOError, OSError])


def test_stop_iteration_value():
    equal(StopIteration().value, None)
    equal(StopIteration(1).value, 1)
    equal(StopIteration(1, 2).value, 1)


def test_system_exit_code():
    equal((SystemExit().code, SystemExit(3).code, SystemExit("a", "b").code),
          (None, 3, ("a", "b")))


def test_import_error_attributes():
    e = ImportError("m", name="n", path="p")
    equal((e.msg, e.name, e.path, str(e)), ("m", "n", "p", "m"))
    fails(TypeError, "ImportError() got an unexpected keyword argument 'x'", ImportError, x=1)


def test_name_and_attribute_error_attributes():
    e = NameError("m", name="n")
    equal((e.args, e.name), (("m",), "n"))
    e = AttributeError("m", name="n", obj=5)
    equal((e.name, e.obj), ("n", 5))


def test_syntax_error_attributes():
    e = SyntaxError("m", ("file", 1, 2, "text", 3, 4))
    equal((e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset),
          ("m", "file", 1, 2, "text", 3, 4))
    equal(str(e), "m (file, line 1)")


def test_unicode_error_attributes():
    e = UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "why")
    equal((e.encoding, e.object, e.start, e.end, e.reason), ("utf-8", b"a\xff", 1, 2, "why"))
    equal(str(e), "'utf-8' codec can't decode byte 0xff in position 1: why")
    equal(str(UnicodeEncodeError("ascii", "\xe9\xe9", 0, 2, "why")),
          "'ascii' codec can't encode characters in position 0-1: why")
    fails(TypeError, "function takes exactly 5 arguments (0 given)", UnicodeDecodeError)


def test_notes():
    e = ValueError()
    assert not hasattr(e, "__notes__")
    e.add_note("one")
    e.add_note("two")
    equal(e.__notes__, ["one", "two"])
    fails(TypeError, "note must be a str, not 'int'", e.add_note, 1)


def test_with_traceback():
    e = ValueError()
    equal(e.__traceback__, None)
    assert e.with_traceback(None) is e
    fails(TypeError, "__traceback__ must be a traceback or None", e.with_traceback, 5)


def test_traceback_chain():
    def inner():
        raise ValueError

    def outer():
        inner()

    try:
        outer()
    except ValueError as error:
        names = []
        tb = error.__traceback__
        while tb:
            names.append(tb.tb_frame.f_code.co_name)
            tb = tb.tb_next
    equal(names, ["test_traceback_chain", "outer", "inner"])


def test_traceback_line_numbers():
    def f():
        x = 1
        raise ValueError(
            x)

    try:
        f()
    except ValueError as error:
        tb = error.__traceback__.tb_next
        equal(tb.tb_lineno - f.__code__.co_firstlineno, 2)


def test_reraised_exception_grows_its_traceback():
    def f():
        try:
            raise ValueError
        except ValueError:
            raise

    def length(tb):
        n = 0
        while tb:
            n += 1
            tb = tb.tb_next
        return n

    try:
        f()
    except ValueError as error:
        equal(length(error.__traceback__), 2)


def test_setstate_and_reduce():
    e = ValueError(1)
    e.x = 2
    equal(e.__reduce__(), (ValueError, (1,), {"x": 2}))
    e.__setstate__({"y": 3})
    equal(e.y, 3)


def test_cause_and_context_setters():
    e = ValueError()
    with raises(TypeError, "exception cause must be None or derive from BaseException"):
        e.__cause__ = 5
    with raises(TypeError, "exception context must be None or derive from BaseException"):
        e.__context__ = 5
    e.__cause__ = KeyError()
    equal(e.__suppress_context__, True)


def test_deep_recursion():
    def f(n):
        return f(n + 1)

    with raises(RecursionError, "maximum recursion depth exceeded"):
        f(0)


def test_recursion_error_can_be_handled_again_and_again():
    def f():
        return f()

    for _ in range(20):
        try:
            f()
        except RecursionError:
            pass
        else:
            assert False


def test_messages_of_common_errors():
    cases = [
        ("1 / 0", ZeroDivisionError, "division by zero"),
        ("1 // 0", ZeroDivisionError, "integer division or modulo by zero"),
        ("1 % 0", ZeroDivisionError, "integer modulo by zero"),
        ("1.0 / 0", ZeroDivisionError, "float division by zero"),
        ("1.0 // 0", ZeroDivisionError, "float floor division by zero"),
        ("1.0 % 0", ZeroDivisionError, "float modulo by zero"),
        ("divmod(1, 0)", ZeroDivisionError, "integer division or modulo by zero"),
        ("0 ** -1", ZeroDivisionError, "0.0 cannot be raised to a negative power"),
        ("1 << -1", ValueError, "negative shift count"),
        ("[][0]", IndexError, "list index out of range"),
        ("()[0]", IndexError, "tuple index out of range"),
        ("''[0]", IndexError, "string index out of range"),
        ("b''[0]", IndexError, "index out of range"),
        ("{}[0]", KeyError, "0"),
        ("[]['a']", TypeError, "list indices must be integers or slices, not str"),
        ("()['a']", TypeError, "tuple indices must be integers or slices, not str"),
        ("''['a']", TypeError, "string indices must be integers, not 'str'"),
        ("{}[[]]", TypeError, "unhashable type: 'list'"),
        ("{[]}", TypeError, "unhashable type: 'list'"),
        ("1 + 'a'", TypeError, "unsupported operand type(s) for +: 'int' and 'str'"),
        ("'a' + 1", TypeError, 'can only concatenate str (not "int") to str'),
        ("[] + ()", TypeError, 'can only concatenate list (not "tuple") to list'),
        ("() + []", TypeError, 'can only concatenate tuple (not "list") to tuple'),
        ("b'' + ''", TypeError, "can't concat str to bytes"),
        ("'a' * 'b'", TypeError, "can't multiply sequence by non-int of type 'str'"),
        ("-'a'", TypeError, "bad operand type for unary -: 'str'"),
        ("~1.5", TypeError, "bad operand type for unary ~: 'float'"),
        ("1 < 'a'", TypeError, "'<' not supported between instances of 'int' and 'str'"),
        ("1 in 2", TypeError, "argument of type 'int' is not iterable"),
        ("1 in 'a'", TypeError, "'in <string>' requires string as left operand, not int"),
        ("int('x')", ValueError, "invalid literal for int() with base 10: 'x'"),
        ("float('x')", ValueError, "could not convert string to float: 'x'"),
        ("int([])", TypeError, "int() argument must be a string, a bytes-like object or a real "
         "number, not 'list'"),
        ("float([])", TypeError, "float() argument must be a string or a real number, not "
         "'list'"),
        ("chr(-1)", ValueError, "chr() arg not in range(0x110000)"),
        ("ord('ab')", TypeError, "ord() expected a character, but string of length 2 found"),
        ("[].pop()", IndexError, "pop from empty list"),
        ("{}.popitem()", KeyError, "'popitem(): dictionary is empty'"),
        ("set().pop()", KeyError, "'pop from an empty set'"),
        ("[].remove(1)", ValueError, "list.remove(x): x not in list"),
        ("[].index(1)", ValueError, "1 is not in list"),
        ("'a'.index('b')", ValueError, "substring not found"),
        ("min([])", ValueError, "min() iterable argument is empty"),
        ("range(1, 2, 0)", ValueError, "range() arg 3 must not be zero"),
        ("[1, 2][::0]", ValueError, "slice step cannot be zero"),
        ("iter(5)", TypeError, "'int' object is not iterable"),
        ("next([])", TypeError, "'list' object is not an iterator"),
        ("reversed({1})", TypeError, "'set' object is not reversible"),
        ("sum(['a'])", TypeError, "unsupported operand type(s) for +: 'int' and 'str'"),
        ("int('1' * 5000)", ValueError, "Exceeds the limit (4300 digits) for integer string "
         "conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the "
         "limit"),
        ("int(float('inf'))", OverflowError,
                       "cannot convert float infinity to integer"),
        ("int(float('nan'))", ValueError, "cannot convert float NaN to integer"),
        ("float(10 ** 400)", OverflowError, "int too large to convert to float"),
        ("10.0 ** 400", OverflowError, "(34, 'Numerical result out of range')"),
        ("__import__('no_such_module')", ModuleNotFoundError, "No module named 'no_such_module'"),
        ("type('a', (), {}).x", AttributeError, "type object 'a' has no attribute 'x'"),
        ("[0] * 10 ** 20", OverflowError, "cannot fit 'int' into an index-sized integer"),
        ("(1).__add__()", TypeError, "expected 1 argument, got 0"),
        ("''.join([1])", TypeError, "sequence item 0: expected str instance, int found"),
        ("'%d' % 'a'", TypeError, "%d format: a real number is required, not str"),
        ("'%s' % (1, 2)", TypeError, "not all arguments converted during string formatting"),
        ("'%s %s' % 1", TypeError, "not enough arguments for format string"),
        ("'{}'.format()", IndexError, "Replacement index 0 out of range for positional args "
         "tuple"),
        ("'{a}'.format()", KeyError, "'a'"),
    ]
    wrong = []
    for source, kind, message in cases:
        try:
            eval(source)
        except BaseException as error:
            if type(error) is not kind or str(error) != message:
                wrong.append((source, type(error).__name__, str(error)))
        else:
            wrong.append((source, "nothing raised"))
    equal(wrong, [])


run(globals())
