"""super() in methods and constructors, along one line and through a diamond."""

CASES = {100: 20700, 550000: 605003850000}


class Base:
    def __init__(self, name):
        self.name = name

    def weight(self, n):
        return n + 1


class Left(Base):
    def __init__(self, name, left):
        super().__init__(name)
        self.left = left

    def weight(self, n):
        return super().weight(n) + 2


class Right(Base):
    def weight(self, n):
        return super().weight(n) * 3


class Both(Left, Right):
    def __init__(self, name, left, count):
        super().__init__(name, left)
        self.count = count

    def weight(self, n):
        return super().weight(n) - self.count


def main(size):
    total = 0
    for i in range(size):
        item = Both("item", i & 3, i & 1)
        total += item.weight(i) + item.left
    left = Left("left", 0)
    for i in range(size):
        total += left.weight(i)
    return total
