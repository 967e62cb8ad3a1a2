"""Properties read and written, descriptors of one's own, __getattr__ and cached properties."""

import functools

CASES = {100: 21715, 590000: 174945030015}


class Positive:
    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner):
        return getattr(instance, self.slot)

    def __set__(self, instance, value):
        setattr(instance, self.slot, max(value, 0))


class Box:
    width = Positive()

    def __init__(self, width, height):
        self.width = width
        self._height = height

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        self._height = value % 1000

    @property
    def area(self):
        return self.height * 2

    @functools.cached_property
    def number(self):
        return 17

    def __getattr__(self, name):
        return len(name)


def main(size):
    box = Box(3, 4)
    total = 0
    for i in range(size):
        box.height = i
        total += box.area + box.height
        box.width = i - 5
        total += box.width + box.number
        total += box.missing
    return total
