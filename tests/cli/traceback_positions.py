# exit: 1
"""Where tracebacks point: at methods called on another line, comprehensions, generators that have
not started, and a raise without an exception."""

import traceback


class Chain:
    def step(self, *args, **keywords):
        return self

    def fail(self, *args, **keywords):
        raise ValueError(args)


def method_on_its_own_line():
    (Chain()
     .step(1)
     .fail(2, key=3))


def arguments_on_further_lines():
    Chain().step(
        1).fail(2,
                3)


def key_of_a_dict_comprehension():
    return {[1]: number for number in (1, 2)}


def raise_alone():
    raise


def started():
    yield 1


async def numbers():
    yield 1
    raise KeyError('end')


async def comprehension():
    return [number async for number in numbers()]


for function in (method_on_its_own_line, arguments_on_further_lines, key_of_a_dict_comprehension,
                 raise_alone, lambda: started().throw(ValueError), lambda: comprehension().send(None)):
    try:
        function()
    except Exception:
        traceback.print_exc()


def f1():
    f


f1()
