"""Rows of list, tuple, range, slice, deque and array."""

import array
import collections
import copy
import io
import operator

from _rows import ATOMIC, CALLS, CHANGES, Table

MANY = 16 * CALLS
A, B = [0, 1, 2, 3, 4], ["a", "b", "c"]


def set_all(value):
    def write(target):
        target[:] = value
    return write


def delete(target, where):
    del target[where]


def set_item(target, k, x):
    target[k] = x


def add_in_place(target, x):
    target += x


def multiply_in_place(target, n):
    target *= n


def unpack(target):
    return [*target]


lists = Table("list", list)
lists.commutes("`l.append(x)`", lambda l, k: l.append(k), new=list, view=sorted, names="append")
lists.commutes("`l.extend(m)`; `l += m`", lambda l, k: (l.extend((k, k)), add_in_place(l, [k, k])),
               new=list, view=lambda l: sorted(zip(l[::2], l[1::2])), names="extend __iadd__",
               note="of a list, tuple, set, dict or view of a dict; of another iterable item by item")
lists.commutes("`l.insert(i, x)`", lambda l, k: l.insert(0, k), new=list, view=sorted,
               names="insert")
lists.commutes("`l.pop()`", lambda l, k: l.pop(), new=lambda: list(range(MANY)), view=len,
               names="pop")
lists.commutes("`l.pop(i)`", lambda l, k: l.pop(0), new=lambda: list(range(MANY)), view=list)
lists.commutes("`l.remove(x)`", lambda l, k: l.remove(k), new=lambda: list(range(MANY)), view=list,
               names="remove")
lists.commutes("`del l[i]`; `del l[i:j]`", lambda l, k: (delete(l, 0), delete(l, slice(1, 3))),
               new=lambda: list(range(3 * MANY)), view=len, names="__delitem__")
lists.commutes("`l[i] = x`", lambda l, k: set_item(l, k, -k), new=lambda: list(range(MANY)),
               view=list, names="__setitem__")
lists.commutes("`l[i:j] = m`", lambda l, k: set_item(l, slice(None), [k] * (k % 5 + 1)),
               new=lambda: [0], view=lambda l: len(set(l)))
lists.commutes("`l.reverse()`", lambda l, k: l.reverse(), new=lambda: A[:], view=list,
               names="reverse")
lists.commutes("`l.sort()`", lambda l, k: (l.append(k), l.sort())[1], new=lambda: [7],
               view=lambda l: sorted(l), names="sort", results=False)
lists.moment("`l.sort()`: as a whole for those who read", lambda l: l.copy(), new=lambda: [3, 1, 2],
             writes=[lambda l: l.sort(), lambda l: l.reverse(), set_all([3, 1, 2])])
lists.commutes("`l *= n`", lambda l, k: multiply_in_place(l, 1), new=lambda: A[:], view=list,
               names="__imul__")
lists.moment("`l *= n`: as a whole for those who read", lambda l: l.copy(), new=lambda: [1, 2],
             writes=[lambda l: multiply_in_place(l, 3), set_all([1, 2])])
lists.commutes("`l.clear()`", lambda l, k: l.clear(), new=lambda: A[:], view=list, names="clear")
WRITES = [set_all(B), lambda l: l.append(5), lambda l: l.reverse(), lambda l: l.clear(), set_all(A),
          lambda l: l.insert(2, 9), lambda l: l.pop(1), lambda l: l.sort(),
          lambda l: delete(l, slice(1, 3)), set_all(A)]
for text, read, names in (
        ("`len(l)`", len, "__len__"),
        ("`l[i]` with i >= 0", lambda l: l[2], "__getitem__"),
        ("`l[i:j]`", lambda l: l[1:4], ""),
        ("`l.copy()`", lambda l: l.copy(), "copy"),
        ("`list(l)`; `[*l]`", lambda l: list(l), ""),
        ("`tuple(l)`; `(*l,)`", lambda l: tuple(l), ""),
        ("`sorted(l)`", lambda l: sorted(l, key=str), ""),
        ("`l + m`", lambda l: l + [8], "__add__"),
        ("`l * n`", lambda l: l * 2, "__mul__"),
        ("`set(l)`; `dict.fromkeys(l)`", lambda l: set(l), ""),
        ("`str.join(l)`", lambda l: "".join(l), "")):
    words = text.startswith("`str")
    lists.moment(text, read, new=lambda: A[:] if not words else list("abc"), names=names,
                 writes=WRITES if not words else [set_all(["x", "y"]), lambda l: l.append("z"),
                                                  lambda l: l.clear()])
lists.loose("`l[-1]`", lambda l: l[-1], new=lambda: A[:], writes=WRITES, errors=IndexError,
            plausible=lambda got: got in [*A, *B, 5, 9],
            note="an item that was in the list, though perhaps no longer its last one, if another "
                 "thread changes the length")
lists.loose("`x in l`; `l.index(x)`; `l.count(x)`",
            lambda l: (3 in l, l.count(3), l.index(3)), new=lambda: A[:], writes=WRITES,
            errors=ValueError, names="__contains__ index count")
lists.loose("`l == m`; `l < m`", lambda l: (l == A, l != B, l < [9]), new=lambda: A[:],
            writes=[set_all([1, 2]), lambda l: l.reverse(), lambda l: l.append(1), set_all(A)],
            names="__eq__")
lists.loose("`for x in l`; `reversed(l)`", lambda l: [*map(lambda x: x, l), *reversed(l)],
            new=lambda: A[:], writes=WRITES, plausible=lambda got: {*got} <= {*A, *B, 5, 9},
            names="__iter__ __reversed__")
lists.loose("`repr(l)`; `str(l)`; `json.dumps(l)`", repr, new=lambda: A[:], writes=WRITES,
            plausible=lambda got: got[0] == "[" and got[-1] == "]", names="__repr__")

tuples = Table("tuple, range, slice", tuple, range, slice)
TUPLE = 1, "two", 3.0, (4, 5)
tuples.pure("all methods of tuple", hash, len, repr, lambda t: t[1], lambda t: t[1:], lambda t: t + t,
            lambda t: t * 2, lambda t: 3.0 in t, lambda t: t.index(3.0), lambda t: t.count(1),
            lambda t: t == TUPLE, lambda t: t < (2,), list, new=lambda: tuple(list(TUPLE)), names="*",
            note="they never change")
tuples.pure("all methods of range", hash, len, repr, lambda r: r[3], lambda r: r[::2], list,
            lambda r: list(reversed(r)), lambda r: 9 in r, lambda r: r.index(9),
            lambda r: r.count(9), lambda r: (r.start, r.stop, r.step), lambda r: r == range(3),
            new=lambda: range(0, 10**3, 3), note="they never change")
tuples.pure("all methods of slice", hash, repr, lambda s: s.indices(5),
            lambda s: (s.start, s.stop, s.step), lambda s: s == slice(1, 9, 2),
            lambda s: s < slice(2), new=lambda: slice(1, 9, 2), note="they never change")

deques = Table("deque", collections.deque)
deque = collections.deque
deques.commutes("`d.append(x)`; `d.appendleft(x)`", lambda d, k: (d.append(k), d.appendleft(k)),
                new=deque, view=sorted, names="append appendleft")
deques.commutes("`d.append(x)` with `maxlen`", lambda d, k: d.append(k),
                new=lambda: deque(maxlen=5), view=len)
deques.commutes("`d.extend(m)`; `d.extendleft(m)`; `d += m`",
                lambda d, k: (d.extend([k, k]), d.extendleft([k, k]), add_in_place(d, [k, k])),
                new=deque, view=lambda d: sorted(zip([*d][::2], [*d][1::2])),
                names="extend extendleft __iadd__")
deques.commutes("`d.pop()`", lambda d, k: d.pop(), new=lambda: deque(range(MANY)), view=list,
                names="pop")
deques.commutes("`d.popleft()`", lambda d, k: d.popleft(), new=lambda: deque(range(MANY)), view=list,
                names="popleft")
deques.commutes("`d.insert(i, x)`", lambda d, k: d.insert(1, k), new=deque, view=sorted,
                names="insert")
deques.commutes("`d.remove(x)`", lambda d, k: d.remove(k), new=lambda: deque(range(MANY)),
                view=list, names="remove")
deques.commutes("`d[i] = x`", lambda d, k: set_item(d, k, -k), new=lambda: deque(range(MANY)),
                view=list, names="__setitem__")
deques.commutes("`del d[i]`", lambda d, k: delete(d, 0), new=lambda: deque(range(MANY)),
                view=list, names="__delitem__")
deques.commutes("`d.rotate(n)`", lambda d, k: d.rotate(k % 3), new=lambda: deque(A), view=list,
                names="rotate")
deques.commutes("`d.reverse()`", lambda d, k: d.reverse(), new=lambda: deque(A), view=list,
                names="reverse")
deques.commutes("`d.clear()`", lambda d, k: d.clear(), new=lambda: deque(A), view=list,
                names="clear")
deques.commutes("`d *= n`", lambda d, k: multiply_in_place(d, 1), new=lambda: deque(A), view=list,
                names="__imul__")
deques.commutes("`d.maxlen`", lambda d, k: d.maxlen, new=lambda: deque(A, 7), view=list,
                names="maxlen")
DEQUE_WRITES = [lambda d: d.extend(B), lambda d: d.reverse(), lambda d: d.rotate(2),
                lambda d: d.popleft(), lambda d: d.clear(), lambda d: d.extendleft(A),
                lambda d: d.insert(1, 7)]
for text, read, names in (
        ("`len(d)`", len, "__len__"), ("`d[i]`", lambda d: d[1], "__getitem__"),
        ("`d.copy()`", lambda d: list(d.copy()), "copy"),
        ("`d + e`", lambda d: list(d + deque([1])), "__add__"),
        ("`d * n`", lambda d: list(d * 2), "__mul__"),
        ("`x in d`", lambda d: "a" in d, "__contains__"),
        ("`d.count(x)`", lambda d: d.count("a"), "count"),
        ("`d.index(x)`", lambda d: d.index("a"), "index"),
        ("`d == e`; `d < e`", lambda d: d == deque(A), "__eq__"), ("`repr(d)`", repr, "__repr__")):
    deques.moment(text, read, new=lambda: deque(A), writes=DEQUE_WRITES, names=names)
deques.loose("`for x in d`; `reversed(d)`", lambda d: [*d, *reversed(d)], new=lambda: deque(A),
             writes=DEQUE_WRITES, errors=(RuntimeError, IndexError), guarantee="raises",
             plausible=lambda got: {*got} <= {*A, *B, 7}, names="__iter__ __reversed__",
             note="RuntimeError if another thread changes it")

def written(a):
    file = io.BytesIO()
    a.tofile(file)
    return file.getvalue()


arrays = Table("array", array.array)


def numbers(values=()):
    return array.array("q", values)


arrays.commutes("`a.append(x)`", lambda a, k: a.append(k), new=numbers, view=sorted, names="append")
arrays.commutes("`a.extend(m)`; `a += m`; `a.fromlist(l)`; `a.frombytes(b)`; `a.fromunicode(s)`",
                lambda a, k: (a.extend(numbers([k, k])), add_in_place(a, numbers([k, k])),
                              a.fromlist([k, k]), a.frombytes(bytes(16)))[0],
                new=numbers, view=lambda a: sorted(zip(a[::2], a[1::2])),
                names="extend __iadd__ fromlist frombytes fromunicode fromfile")
arrays.commutes("`a.insert(i, x)`", lambda a, k: a.insert(0, k), new=numbers, view=sorted,
                names="insert")
arrays.commutes("`a.pop()`; `a.pop(i)`", lambda a, k: a.pop(0), new=lambda: numbers(range(MANY)),
                view=list, names="pop")
arrays.commutes("`a.remove(x)`", lambda a, k: a.remove(k), new=lambda: numbers(range(MANY)),
                view=list, names="remove")
arrays.commutes("`a[i] = x`", lambda a, k: set_item(a, k, -k),
                new=lambda: numbers(range(MANY)), view=list, names="__setitem__")
arrays.commutes("`del a[i]`; `del a[i:j]`", lambda a, k: delete(a, slice(0, 2)),
                new=lambda: numbers(range(2 * MANY)), view=len, names="__delitem__")
arrays.commutes("`a.reverse()`; `a.byteswap()`", lambda a, k: (a.reverse(), a.byteswap()),
                new=lambda: numbers(A), view=list, names="reverse byteswap")
arrays.commutes("`a *= n`", lambda a, k: multiply_in_place(a, 1), new=lambda: numbers(A), view=list,
                names="__imul__")
if hasattr(array.array, "clear"):
    arrays.commutes("`a.clear()`", lambda a, k: a.clear(), new=lambda: numbers(A), view=list,
                    names="clear")
arrays.pure("`a.typecode`; `a.itemsize`; `a.buffer_info()`", lambda a: (a.typecode, a.itemsize),
            lambda a: a.buffer_info()[1], new=lambda: numbers(A),
            names="typecode itemsize buffer_info")
ARRAY_WRITES = [lambda a: a.append(5), lambda a: a.pop(0), lambda a: a.reverse(), lambda a: a.insert(0, 6),
                lambda a: set_item(a, slice(None), numbers([3, 1, 2])), lambda a: a.extend(numbers(A)),
                lambda a: a.pop()]
for text, read, names in (
        ("`a[i:j]`", lambda a: a[1:4], ""), ("`a + b`", lambda a: a + numbers([8]), "__add__"),
        ("`a * n`", lambda a: a * 2, "__mul__"), ("`a.tolist()`", lambda a: a.tolist(), "tolist"),
        ("`a.tobytes()`", lambda a: a.tobytes(), "tobytes"), ("`copy.copy(a)`", copy.copy, ""),
        ("`a.tofile(f)`", lambda a: written(a), "tofile"), ("`repr(a)`", repr, "__repr__")):
    arrays.moment(text, read, new=lambda: numbers(A), writes=ARRAY_WRITES, names=names)
arrays.moment("`a.tounicode()`", lambda a: a.tounicode(), new=lambda: array.array("w", "abc"), names="tounicode",
              writes=[lambda a: a.append("d"), lambda a: a.reverse(), lambda a: a.pop(),
                      lambda a: set_item(a, slice(None), array.array("w", "xyz"))])
arrays.loose("`len(a)`; `a[i]`; `x in a`; `a.index(x)`; `a.count(x)`; `for x in a`; `a == b`; `reversed(a)`",
             lambda a: [*a, *map(int, [3 in a]), len(a), a == numbers(A), a.count(99), a[0], a.index(0),
                        *reversed(a)],
             new=lambda: numbers(A), errors=(IndexError, ValueError),
             writes=[lambda a: a.append(5), lambda a: a.pop(), lambda a: a.reverse(),
                     lambda a: a.insert(0, 6), lambda a: a.pop(0)],
             plausible=lambda got: all(0 <= x < 40 for x in got),
             names="__len__ __getitem__ __contains__ index count __iter__ __eq__")

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
