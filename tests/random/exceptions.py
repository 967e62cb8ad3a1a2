"""Exceptions: chains, groups, notes, and what tracebacks show."""

from flow import valid
from maker import EXCEPTIONS


def an_exception(m, depth=0):
    kind = m.choice(EXCEPTIONS + ['SyntaxError', 'ImportError', 'SystemExit', 'KeyboardInterrupt', 'UnicodeDecodeError'])
    if kind == 'UnicodeDecodeError':
        return 'UnicodeDecodeError("utf-8", b"a\\xff", 1, 2, "why")'
    if kind == 'SyntaxError':
        return m.pick('SyntaxError("bad")', 'SyntaxError("bad", ("f.py", 1, 3, "a b c\\n"))', 'SyntaxError("bad", ("f.py", 1, 3, "a b c", 1, 4))', 'SyntaxError("bad", ("f.py", None, None, None))')
    if kind == 'OSError':
        return m.pick('OSError(2, "No such")', 'OSError(2, "No such", "name")', 'OSError(13, "no", "a", None, "b")', 'OSError("x")')
    if depth < 3 and m.chance(25):
        return group(m, depth + 1)
    return f'{kind}({", ".join(m.some(0, 2, lambda: m.atom(m.pick("small", "str", "tuple"))))})'


def group(m, depth=0):
    kind = m.pick('ExceptionGroup', 'ExceptionGroup', 'BaseExceptionGroup')
    return f'{kind}({m.pick(repr("g"), repr("group of things"), "5") if m.chance(95) else "None"}, [{", ".join(m.some(1, 3, lambda: an_exception(m, depth)))}])'


def chain(m):
    f = m.name('f')
    one, two = an_exception(m), an_exception(m)
    lines = [f'def {f}(n):', '    if n == 0:', f'        raise {one}', '    try:', f'        {f}(n - 1)', f'    except {m.pick("Exception", "BaseException", "ValueError")} as e:']
    lines += m.body(m.body(m.pick([f'raise {two}'], [f'raise {two} from e'], [f'raise {two} from None'], ['raise'], ['raise e'], ['e.add_note("note\\nlines")', 'raise'], ['e.__notes__ = 5', 'raise'], ['raise e from e.__context__'], ['raise e.with_traceback(None)'],
                                  ['e.add_note(7)'], [f'raise {two} from 5'], ['e.__context__ = None', 'raise'], ['e.__cause__ = KeyError("c")', 'raise'], ['e.__suppress_context__ = True', 'raise'], ['e.args = (1, 2)', 'raise'])))
    lines += ['try:', f'    {f}({m.randint(0, 2)})', 'except BaseException as error:', '    trace(error)']
    return lines


def groups(m):
    lines = ['try:', '    try:', f'        raise {group(m)}']
    for _ in range(m.randint(1, 3)):
        name = m.name('e')
        kind = m.pick('ValueError', 'TypeError', 'Exception', '(KeyError, OSError)', 'ArithmeticError', 'LookupError', 'BaseException', 'ExceptionGroup', 'int')
        lines += [f'    except* {kind} as {name}:', f'        print("part", repr({name}))', f'        {m.pick("pass", "raise", f"raise {name}.exceptions[0]", "raise KeyError(1)", f"raise {an_exception(m, 3)}", "1 // 0")}']
    lines += m.pick([], ['    else:', '        print("else")'], ['    finally:', '        print("finally")'])
    lines += ['except BaseException as error:', '    trace(error)', f'    if isinstance(error, BaseExceptionGroup): print(error.{m.pick("split", "subgroup")}({m.pick("ValueError", "lambda e: False", "(KeyError, TypeError)", "5", "lambda e: isinstance(e, LookupError)", "int")}))']
    return valid(lambda: m.guarded(lines), m, [])


EXPRESSIONS = ['x.y.z', 'f(1)(2)', 'x[0][1]', 'x + y * z', '(x +\n     y) * (z -\n     w)', 'f(x, y=z.w)', '[x for x in y if x.z]', '{**x, **y}', 'x if y.z else w', 'not x.y', '-x.y', 'x < y < z', 'f"{x.y!r:>{z}}"', 'await_ or x()', 'lambda: x.y', '(yield_ := x.y)', 'x[y:z]', 'x[y].z(1).w', 'x @ y', '*x, y', 'f(*x, **y)', 'x.y = 1', 'x[y] = z', 'del x.y', 'x += y', 'x.y += 1', 'x[0] -= y', 'x, y = z', 'for q in x: pass', 'with x: pass', 'with x as y.z: pass', 'assert x, y.z', 'raise x', 'raise x from y', 'import nowhere_at_all', 'from math import nothing', 'import math.nothing', 'x is y.z', 'x and y.z', '(x\n .y\n .z)', 'f(\n  x,\n  y\n)', 'x(\n)', 'é.y + ü', '"日本" + x.y', 'x . y', 'x   [  0 ]', 'x\t+ y', 'print(x,\n      y.z)', 'x // 0', 'x % "a"', 'x << -1', 'x in y', 'f(x for x in y)', '{x: y for x in z}', 'x.y(z).w[0]', '(x, y)[5]', 'match_(x)', 'global_.x', 'class K(x): pass', '@x\ndef g(): pass', 'def g(a=x.y): pass', 'lambda a=x.y: 0', 'x: y.z = 1', 'type(x)(y)(z)', 'x[y, z]', 'x[y:z, w]', 'a = b = x.y', 'if x.y: pass', 'while x.y: pass', 'try: x.y\nexcept y: pass', 'try: 1/0\nexcept x: pass', 'assert not x == x', 'return_(x)', '[*x]', '{*x}', '{x}', '{x: 1}', 'f(a=1, **{"a": 2})', 'f(*x)', 'x.append(y)', 'x()', '"%d" % x', 'int(x, 99)', '[][x]', '{}[x]', '"a"[x]', '().index(x)', 'x.__class__(y, z, w)']
VALUES = ['1', 'None', '"s"', '[]', '{}', '[1]', 'len', 'object()', '1.5', 'int', 'ValueError', '(lambda *a, **k: None)', '(lambda a: a)', 'undefined', 'Odd()', 'Iter(1)', 'BadIndex()', 'b"b"', '(1, 2)', '"ab"', '{"a": 1}', 'Manager("m")']


def carets(m):
    """Failing expressions of all shapes, for the positions in tracebacks."""
    def make():
        values = [f'{name} = {m.choice(VALUES)}' for name in ('x', 'y', 'z', 'w', 'f', 'é', 'ü') if m.chance(85)]
        values = [v for v in values if 'undefined' not in v]
        expression = m.choice(EXPRESSIONS)
        if m.chance(30) and '\n' not in expression:
            outer = m.pick('f({})', '[{}]', '({}).q', '({}) + 1', 'x if ({}) else y', '({})(1)', 'z[{}]', 'show({})', '1 + ({})', '({},\n  x.q)', '{}; x.q')
            expression = outer.format(expression)
        body = [*values, *expression.split('\n')] if not expression.startswith('(') or '\n' not in expression else [*values, expression]
        if m.chance(30):
            name = m.name('g')
            return [f'def {name}():', *m.body('\n'.join(body).split('\n')), 'try:', f'    {name}()', 'except Exception as error:', '    trace(error)']
        return ['try:', *m.body('\n'.join(body).split('\n')), 'except Exception as error:', '    trace(error)']
    return valid(make, m, [])


def uncaught(m):
    """Ends the program: what is printed then, and its exit code."""
    f = m.name('f')
    return [f'def {f}(n):', f'    if n: return {f}(n - 1)', f'    raise {an_exception(m)}', m.pick(f'{f}({m.randint(0, 3)})', f'{f}(8)', f'raise {an_exception(m)} from {an_exception(m)}', f'raise {group(m)}', f'raise SystemExit({m.atom("small")})', 'undefined_here', 'shw(1)', '[].appendd', 'import maths')]


def attributes(m):
    """What exception objects hold."""
    name = m.name('e')
    return m.guarded([f'{name} = {an_exception(m)}', f'show(repr({name}), str({name}), {name}.args)', f'show({name}.{m.pick("name", "obj", "errno", "filename", "filename2", "strerror", "code", "value", "msg", "lineno", "text", "object", "start", "reason", "exceptions", "message", "__notes__", "__cause__", "path", "offset", "end_offset")})',
                      f'{name}.{m.pick("args", "name", "errno", "code", "value", "msg", "start", "__cause__", "__traceback__", "__context__", "filename", "__notes__")} = {m.atom()}', f'show(repr({name}), str({name}))'])


BLOCKS = [chain, chain, groups, carets, carets, carets, attributes]
LAST = [uncaught]
