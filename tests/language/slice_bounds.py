"""o[start:stop] of builtin sequences and others: every kind of bound, against what slice.indices() says."""

from testing import equal, fails, run


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Recorder:
    def __getitem__(self, key):
        return key


class Text(str):
    pass


class Items(list):
    def __getitem__(self, key):
        return "own", key


BOUNDS = [None, 0, 1, 3, 6, 7, 100, -1, -3, -6, -7, -100, 
          10**30, -10**30, 2**62, -2**62, True, False, Index(2), Index(-2)]


def test_every_bound():
    for sequence in ("abcdef", "añб😀ef", b"abcdef", bytearray(b"abcdef"), (1, 2, 3, 4, 5, 6), [1, 2, 3, 4, 5, 6],
                     range(6), memoryview(b"abcdef"), Text("abcdef"), "", "a", [], (), b""):
        join = list if not isinstance(sequence, str) else "".join
        for start in BOUNDS:
            for stop in BOUNDS:
                picked = [sequence[i] for i in range(*slice(start, stop).indices(len(sequence)))]
                found = sequence[start:stop]
                equal(list(found), picked)
                if not isinstance(sequence, Text):
                    assert type(found) is type(sequence)
            equal(list(sequence[start:]), list(sequence[start:None]))
            equal(list(sequence[:start]), list(sequence[None:start]))
        equal(list(sequence[:]), list(sequence))


def test_other_objects_get_a_slice():
    r = Recorder()
    equal([r[1:2], r[:], r["a":], r[:"b"], r[1:2:None], r[1:2, 3]],
          [slice(1, 2), slice(None, None), slice("a", None), slice(None, "b"), slice(1, 2, None), (slice(1, 2), 3)])
    equal(Items([1, 2])[0:1], ("own", slice(0, 1)))


def test_copies():
    items = [1, 2]
    assert items[:] is not items and items[0:2] == items
    text, both = "ab", (1, 2)
    assert text[:] is text and both[0:] is both


def test_failures():
    for sequence in ("ab", b"ab", (1, 2), [1, 2]):
        for bounds in (("a", None), (None, "a"), (1.0, 2)):
            fails(TypeError, "slice indices must be integers or None or have an __index__ method",
                  lambda: sequence[bounds[0]:bounds[1]])
    fails(TypeError, "'int' object is not subscriptable", lambda: [5][0][1:2])


def test_order_of_evaluation():
    seen = []

    def note(value):
        seen.append(value)
        return value

    equal(note("abcdef")[note(1):note(3)], "bc")
    equal(seen, ["abcdef", 1, 3])
    state = [1, 2, 3]

    def change():
        nonlocal state
        state = "other"
        return 1

    equal(state[change():], [2, 3])


def test_in_a_generator():
    def parts(text):
        for i in range(len(text)):
            yield text[i:(yield)]

    g = parts("abc")
    next(g)
    equal(g.send(2), "ab")


run(globals())
