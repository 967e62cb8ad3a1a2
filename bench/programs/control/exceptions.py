"""Exceptions: raised and caught near and far, with finally and else, chained, by builtin operations."""

CASES = {100: [3855, 300], 460000: [75572699047, 1380000]}


class Refused(Exception):
    def __init__(self, code):
        super().__init__(f"refused: {code}")
        self.code = code


class Worse(Refused):
    pass


def check(n):
    if n % 3 == 0:
        raise Refused(n)
    if n % 7 == 0:
        raise Worse(n)
    return n


def deep(n, depth):
    if depth:
        return deep(n, depth - 1)
    return check(n)


def convert(n):
    try:
        return int("x" if n & 1 else "17")
    except ValueError as error:
        raise Refused(n) from error


def main(size):
    total = finals = 0
    table = {"a": 1}
    for i in range(size):
        try:
            total += check(i)
        except Worse as error:
            total += error.code & 3
        except Refused:
            total += 1
        else:
            total += 2
        finally:
            finals += 1
        try:
            total += table["b" if i % 2 else "a"]
        except KeyError:
            total -= 1
        if i % 4 == 0:
            try:
                total += deep(i, 6)
            except (OSError, Refused):
                total += 3
            try:
                total += convert(i // 4)
            except Refused as error:
                total += error.__cause__ is not None
        if getattr(table, "missing", None) is None:
            finals += 1
        try:
            next(iter(()))
        except StopIteration:
            finals += 1
    return [total, finals]
