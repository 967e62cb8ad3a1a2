"""Garbage in cycles: lists of themselves, parents and children, rings, bound methods, exceptions with frames."""

CASES = {100: 605, 310000: 1875500}


class Parent:
    def __init__(self):
        self.children = []
        self.callback = self.grow

    def grow(self, count):
        for _ in range(count):
            self.children.append(Child(self))
        return len(self.children)


class Child:
    def __init__(self, parent):
        self.parent = parent


class Ring:
    def __init__(self):
        self.next = self


def main(size):
    total = 0
    for i in range(size):
        parent = Parent()
        total += parent.callback(3)
        loop = [i]
        loop.append(loop)
        total += len(loop[1])
        first, second = Ring(), Ring()
        first.next, second.next = second, first
        total += first.next.next is first
        if i % 20 == 0:
            try:
                raise ValueError(i)
            except ValueError as error:
                kept = error
            total += kept.__traceback__ is not None
    return total
