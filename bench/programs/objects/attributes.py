"""Attributes read and written: of instances, with slots, of classes, of modules; getattr by name."""

import math

CASES = {100: 7325.159, 670000: 261868366521.017}


class Plain:
    kind = 3

    def __init__(self):
        self.a = 1
        self.b = 2
        self.c = 3


class Derived(Plain):
    def __init__(self):
        super().__init__()
        self.d = 4


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1
        self.b = 2


def main(size):
    plain, derived, slotted = Plain(), Derived(), Slotted()
    mixed = [plain, derived, slotted]
    names = ["a", "b"]
    total = 0.0
    for i in range(size):
        plain.a = plain.b + i
        plain.b = plain.c
        derived.d = derived.a + derived.c + derived.kind
        slotted.a = slotted.b + plain.a
        mixed[i % 3].b = i & 7
        total += mixed[i % 3].a + derived.d
        total += math.pi
        Plain.kind = i & 3
        total += getattr(plain, names[i & 1])
    return round(total, 3)
