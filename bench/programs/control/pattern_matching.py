"""match: on literals, sequences, mappings, classes, with guards, alternatives and captures."""

from dataclasses import dataclass

CASES = {100: 1156, 300000: 3462500}


@dataclass
class Point:
    x: int
    y: int


@dataclass
class Circle:
    centre: Point
    radius: int


def shape(value):
    match value:
        case Point(x=0, y=0):
            return 1
        case Point(x, y) if x == y:
            return x
        case Point(x, _):
            return x + 2
        case Circle(Point(0, y), radius):
            return y + radius
        case Circle(radius=radius):
            return radius
        case _:
            return -1


def command(words):
    match words:
        case ["go", ("north" | "south") as direction]:
            return len(direction)
        case ["take", item]:
            return len(item)
        case ["drop", *items]:
            return len(items)
        case {"action": "look", "at": target}:
            return len(target)
        case {"action": name, **rest}:
            return len(name) + len(rest)
        case int() | float():
            return 7
        case str(text):
            return len(text)
        case None:
            return 0


def code(number):
    match number:
        case 200 | 201:
            return 1
        case 301:
            return 2
        case 404:
            return 3
        case 500 | 502 | 503:
            return 4
        case _:
            return 5


def simplify(tree):
    match tree:
        case ("+", 0, right):
            return simplify(right)
        case ("+", left, 0):
            return simplify(left)
        case ("*", 1, right):
            return simplify(right)
        case ("*", 0, _):
            return 0
        case (operator, left, right):
            return (operator, simplify(left), simplify(right))
        case leaf:
            return leaf


def main(size):
    shapes = [Point(0, 0), Point(3, 3), Point(4, 1), Circle(Point(0, 2), 5), Circle(Point(1, 1), 6), "none"]
    commands = [["go", "north"], ["take", "lamp"], ["drop", 1, 2, 3], {"action": "look", "at": "door"},
                {"action": "open", "with": "key"}, 3, "words", None]
    codes = [200, 301, 404, 502, 418]
    tree = ("+", ("*", 1, ("+", "x", 0)), ("+", 0, ("*", 0, "y")))
    total = 0
    for i in range(size):
        total += shape(shapes[i % 6])
        total += command(commands[i & 7])
        total += code(codes[i % 5])
        if i % 4 == 0:
            total += len(simplify(tree))
    return total
