"""Closures: functions that keep variables of their makers, lambdas, decorators, partial."""

import functools

CASES = {100: [35800, 303, 200], 770000: [612209873576, 2310003, 1540000]}


def counter(step):
    count = 0

    def increase():
        nonlocal count
        count += step
        return count
    return increase


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value
    return composed


def traced(function):
    calls = 0

    @functools.wraps(function)
    def wrapper(*args):
        nonlocal calls
        calls += 1
        return function(*args)
    wrapper.calls = lambda: calls
    return wrapper


@traced
def scale(factor, value):
    return factor * value % 1009


def main(size):
    before = scale.calls()
    increase = counter(3)
    pipeline = compose(lambda x: x + 1, lambda x: x * 2, lambda x: x - increase() % 2)
    double = functools.partial(scale, 2)
    total = 0
    for i in range(size):
        total += pipeline(i) + double(i)
        total += scale(3, i)
    adders = [lambda x, n=n: x + n for n in range(8)]
    for i in range(size // 4):
        for add in adders:
            i = add(i)
        total += i
    return [total, increase(), scale.calls() - before]
