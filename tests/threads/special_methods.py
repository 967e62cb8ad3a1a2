"""Threads use operators, truth values, attributes and loops of shared objects, at the same places, while another one
replaces, removes and adds the methods in Python that these run."""

import threading

ROUNDS = 150


class Shared:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __bool__(self):
        return self.value > 0

    def __contains__(self, item):
        return item == self.value

    def __getattr__(self, name):
        return "hook"

    def __setitem__(self, key, value):
        pass

    def __hash__(self):
        return 1


class Get:
    def __get__(self, instance, owner):
        return "get"


class Steps:
    def __init__(self, stop):
        self.at, self.stop = 0, stop

    def __iter__(self):
        return self

    def __next__(self):
        self.at += 1
        if self.at > self.stop:
            raise StopIteration
        return self.at


Shared.descriptor = Get()
low, high = Shared(1), Shared(2)
failures = []


def use():
    try:
        for n in range(ROUNDS):
            if low == high:
                failures.append("==")
            if not low != high:
                failures.append("!=")
            if high < low:
                failures.append("<")
            if not low:
                failures.append("bool")
            if 2 in low or 1 not in low:
                failures.append("in")
            if low.missing not in ("hook", "changed", "class"):
                failures.append("missing")
            if low.descriptor not in ("get", "changed"):
                failures.append("descriptor")
            low[n] = high
            if [x for x in Steps(3)] != [1, 2, 3]:
                failures.append("loop")
    except BaseException as e:
        failures.append(e)


def change():
    kept = {name: Shared.__dict__[name] for name in ("__eq__", "__lt__", "__bool__", "__contains__", "__setitem__")}
    for n in range(ROUNDS // 3):
        Shared.__eq__ = lambda self, other: self.value == other.value
        Shared.__lt__ = lambda self, other: self is low and other is high
        Shared.__bool__ = lambda self: True
        Shared.__contains__ = lambda self, item: [] if item != self.value else [item]
        Shared.__getattr__ = lambda self, name: "changed"
        Shared.__setitem__ = lambda self, key, value: key
        Get.__get__ = lambda self, instance, owner: "changed"
        Shared.missing = "class"
        Shared.__ne__ = lambda self, other: self is not other
        del Shared.__ne__, Shared.missing, Shared.__bool__
        Shared.__len__ = lambda self: self.value
        del Shared.__len__
        for name, function in kept.items():
            setattr(Shared, name, function)


threads = [threading.Thread(target=use) for _ in range(3)] + [threading.Thread(target=change)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures[:5]
