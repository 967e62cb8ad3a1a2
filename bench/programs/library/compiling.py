"""The compiler as a library: compile, ast.parse, ast.walk, ast.unparse, tokenize, eval of small sources."""

import ast
import io
import tokenize

CASES = {1: 18660, 25: 472410}

UNIT = '''
class Shape_{n}(Base):
    """A shape."""
    sides: int = {n}

    def __init__(self, width, *, height=3, **more):
        self.width, self.height = width, height
        for name, value in more.items():
            if value is not None and name not in ("a", "b"):
                setattr(self, name, [x ** 2 for x in range(value) if x % 2])
            elif name == "a":
                raise ValueError(f"bad {{name!r}}: {{value:>10}}") from None

    def area(self):
        try:
            return self.width * self.height + sum(map(lambda x: x + 1, (1, 2, 3)))
        except (TypeError, KeyError) as error:
            return -1
        finally:
            self.done = True
'''


def main(size):
    source = "Base = object\n" + "".join(UNIT.replace("{n}", str(n)) for n in range(15))
    total = 0
    for i in range(size):
        code = compile(source, "<made>", "exec")
        namespace = {"__name__": "made"}
        exec(code, namespace)
        total += namespace["Shape_3"](2).area()
        tree = ast.parse(source)
        total += sum(isinstance(node, ast.Name) for node in ast.walk(tree))
        total += len(ast.unparse(tree))
        if i % 4 == 0:
            total += sum(1 for _ in tokenize.generate_tokens(io.StringIO(source).readline))
        for n in range(100):
            total += eval(f"{n} + {i} * 2")
    return total
