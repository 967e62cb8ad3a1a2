"""Dataclasses: made, compared, ordered, hashed, replaced, shown; frozen ones and ones with slots."""

import dataclasses

CASES = {100: [75842.0, 51, "item0"], 80000: [92423900.0, 40000, "item0"]}


@dataclasses.dataclass(order=True)
class Item:
    price: int
    name: str = dataclasses.field(compare=False)
    tags: list = dataclasses.field(default_factory=list, compare=False, repr=False)


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

    def moved(self, dx):
        return dataclasses.replace(self, x=self.x + dx)


@dataclasses.dataclass(slots=True)
class Line:
    start: Point
    end: Point
    width: float = 1.0

    def __post_init__(self):
        self.width *= 2


def main(size):
    items = [Item(i * 7919 % 1000, f"item{i % 10}") for i in range(size)]
    items.sort()
    total = sum(item.price * (i & 3) for i, item in enumerate(items))
    points = {Point(i % 100, i % 7) for i in range(size)}
    total += len(points)
    equal = 0
    for i in range(size):
        line = Line(Point(i & 3, i & 1), Point(i & 7, 1))
        equal += line.start == line.end or line == Line(Point(0), Point(i & 7, 1))
        total += line.width + line.end.y
    for i in range(size // 10):
        total += Point(i).moved(3).x + len(repr(items[i]))
    return [total, equal, dataclasses.asdict(items[0])["name"]]
