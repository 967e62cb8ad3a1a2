# weft only
"""Instructions that are cut off or point nowhere are refused when they first run."""

from testing import raises, run


def f(x):
    try:
        return len(x) + 1
    except TypeError:
        return [x]


CODE = f.__code__


def refused(**change):
    f.__code__ = CODE.replace(**change)
    with raises(SystemError):
        f([])
    f.__code__ = CODE


def test_cut_off():
    code = CODE.co_code
    for end in range(4, len(code), 4):
        refused(co_code=code[:end])


def test_any_other_word():
    code = CODE.co_code
    for at in range(4, len(code), 4):
        refused(co_code=code[:at] + b"\xff" * 4 + code[at + 4:])


def test_registers_beyond_the_frame():
    refused(co_stacksize=1)


def test_constants_and_names_out_of_range():
    refused(co_names=())


def test_handlers():
    refused(co_exceptiontable=CODE.co_exceptiontable[:-1])
    refused(co_exceptiontable=b"\xff" * 16)


run(globals())
