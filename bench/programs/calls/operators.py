"""Operators that classes overload: arithmetic, comparison, indexing, truth, calling, hashing."""

CASES = {100: [18011, 150, 300, 50], 250000: [109376250011, 375000, 750000, 50]}


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __hash__(self):
        return self.x * 31 + self.y

    def __bool__(self):
        return self.x != 0

    def __getitem__(self, index):
        return self.y if index else self.x

    def __call__(self, scale):
        return (self.x - self.y) * scale

    def __len__(self):
        return 2

    def __contains__(self, value):
        return value == self.x or value == self.y


def main(size):
    position = Vector(0, 0)
    step = Vector(1, 2)
    total = 0
    seen = {}
    for i in range(size):
        position = position + step * 2 - Vector(i & 1, 1)
        if 3 * step == position:
            total += 1
        if step < -position:
            total += 2
        if position:
            total += position[0] + position[1]
        total += step(i) + len(step)
        if i in step:
            total += 5
        key = Vector(i % 50, 3)
        seen[key] = seen.get(key, 0) + 1
    return [total, position.x, position.y, len(seen)]
