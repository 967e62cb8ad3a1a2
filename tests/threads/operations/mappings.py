"""Rows of dict and its views, OrderedDict, defaultdict, Counter, set and frozenset."""

import collections
import operator
import types

from _rows import CALLS, CHANGES, Table

MANY = 16 * CALLS
OrderedDict, defaultdict, Counter = (collections.OrderedDict, collections.defaultdict,
                                     collections.Counter)


def set_item(target, key, value):
    target[key] = value


def delete(target, key):
    del target[key]


def or_in_place(target, other):
    target |= other


def and_in_place(target, other):
    target &= other


def minus_in_place(target, other):
    target -= other


def xor_in_place(target, other):
    target ^= other


def many():
    return {k: str(k) for k in range(MANY)}


def items(d):
    return sorted(d.items(), key=repr)


def dict_rows(table, make, kind):
    """Rows that a dict and its subclasses share. `make` makes one from a dict."""
    def row(operations, call, *, new=dict, view=items, **more):
        table.commutes(operations, call, new=lambda: make(new()), view=view, **more)

    row("`d[k] = v`", lambda d, k: set_item(d, k, -k), names="__setitem__")
    row("`del d[k]`", lambda d, k: delete(d, k), new=many, names="__delitem__")
    row("`d.pop(k)`; `d.pop(k, x)`", lambda d, k: (d.pop(k), d.pop(k, None)), new=many, names="pop")
    row("`d.popitem()`", lambda d, k: d.popitem(), new=many, names="popitem")
    row("`d.setdefault(k, v)`", lambda d, k: d.setdefault(k % 9, []).append(k),
        view=lambda d: sorted(map(len, d.values())), names="setdefault")
    row("`d.clear()`", lambda d, k: d.clear(), new=many, names="clear")
    row("`d.get(k)`; `d[k]`; `k in d`", lambda d, k: (d.get(k), d[k], k in d, d.get(-1)), new=many,
        names="get __getitem__ __contains__")
    writes = [lambda d: set_item(d, 1, "b"), lambda d: d.pop(2, 0), lambda d: set_item(d, 7, "x"),
              lambda d: d.popitem(), lambda d: d.clear(), lambda d: set_item(d, 3, "c"),
              lambda d: d.setdefault(4, "d")]
    if kind is not OrderedDict:
        writes += [lambda d: d.update({1: "a", 2: "b", 3: "c"}), lambda d: or_in_place(d, {8: 8, 9: 9})]

    def moment(operations, read, **more):
        table.moment(operations, read, new=lambda: make({1: "a", 2: "b"}), writes=writes, **more)

    moment("`len(d)`", lambda d: isinstance(len(d), int), names="__len__")
    moment("`list(d)`; `sorted(d)`", lambda d: (list(d)))
    moment("`list(d.keys())`", lambda d: list(d.keys()), names="keys")
    moment("`list(d.values())`", lambda d: list(d.values()), names="values")
    moment("`list(d.items())`", lambda d: list(d.items()), names="items")
    moment("`d.copy()`", lambda d: list(d.copy().items()), names="copy")
    moment("`dict(d)`; `{**d}`", lambda d: list(dict(d).items()))
    moment("`f(**d)`", lambda d: list((lambda **names: names)(**dict.fromkeys(map(str, d.copy())))))
    return writes


dicts = Table("dict", dict)
DICT_WRITES = dict_rows(dicts, dict, dict)
dicts.moment("`d | e`", lambda d: list((d | {5: 5}).items()), new=lambda: {1: 2},
             writes=DICT_WRITES, names="__or__")
dicts.moment("`d.update(e)`; `d |= e`: all of it or nothing for those who look at all of `d`",
             lambda d: list(d), new=dict,
             writes=[lambda d: d.update({k: 1 for k in range(20)}), lambda d: d.clear(),
                     lambda d: or_in_place(d, {k: 2 for k in range(30)}), lambda d: d.clear()],
             names="update __ior__", note="where `e` is a dict; another thread's single look-ups "
                                            "and `len(d)` may find a part of it")
dicts.loose("`d.update(iterable)`; `d |= iterable`", list, new=dict,
            writes=[lambda d: d.update([(1, 1), (2, 2)]), lambda d: or_in_place(d, [(3, 3)]),
                    lambda d: d.update(a=1), lambda d: d.clear()],
            plausible=lambda got: {*got} <= {1, 2, 3, "a"}, note="one item after the other")
dicts.loose("`d == e`", lambda d: (d == {1: 1}, d != {}), new=dict, writes=DICT_WRITES,
            names="__eq__")
dicts.loose("`for k in d`; `reversed(d)`", lambda d: [k for k in d] + [*reversed(d)], new=dict,
            writes=DICT_WRITES, errors=RuntimeError, guarantee="raises",
            plausible=lambda got: {*got} <= set(range(10)), names="__iter__ __reversed__",
            note="RuntimeError if another thread changes the size")
dicts.loose("`repr(d)`; `json.dumps(d)`", repr, new=dict, writes=DICT_WRITES,
            plausible=lambda got: got[0] == "{" and got[-1] == "}", errors=RuntimeError,
            names="__repr__")
dicts.moment("`dict.fromkeys(d)`; `set(d)`", lambda d: [*dict.fromkeys(d)], new=lambda: {1: 2},
             writes=DICT_WRITES, names="fromkeys")

view_types = [type(f({})) for f in (dict.keys, dict.values, dict.items)]
views = Table("dict views", *view_types)
for text, read in (("`list(v)`; `len(v)`", lambda d: (list(d.keys()))),
                   ("`set(v)`; `v | s`", lambda d: sorted(set(d.items()), key=repr)),
                   ("`list.extend(v)`", lambda d: [*d.items(), 1])):
    views.moment(text, read, new=lambda: {1: 2}, writes=DICT_WRITES,
                 names="__len__ __or__")
views.loose("`x in v`; `v & s`; `v - s`; `v ^ s`; `v == s`; `v < s`; `v.isdisjoint(s)`; `for x in v`; "
            "`reversed(v)`; `repr(v)`; `v.mapping`",
            lambda d: [*(d.keys() & {1, 3}), *(d.keys() - {1}), *(d.keys() ^ {1}), *reversed(d.keys()),
                       *d.keys(), int(3 in d.keys()), int(d.keys() == {1}), int(d.keys() < {1}),
                       int(d.keys().isdisjoint({1})), len(repr(d.items())) > 0,
                       len(d.values().mapping) >= 0],
            new=lambda: {1: 2}, writes=DICT_WRITES, errors=RuntimeError, guarantee="raises",
            plausible=lambda got: {*got} <= set(range(10)),
            names="__contains__ __and__ __sub__ __xor__ __eq__ isdisjoint __iter__ __reversed__ "
                  "__repr__ mapping __rsub__",
            note="RuntimeError if another thread changes the size")
views.pure("a `mappingproxy` of a dict: as the dict", len, lambda p: p[1], lambda p: p.get(2),
           lambda p: list(p.items()), lambda p: 1 in p, new=lambda: types.MappingProxyType({1: 2}))

ordered = Table("OrderedDict", OrderedDict)
ORDERED_WRITES = dict_rows(ordered, OrderedDict, OrderedDict)
ordered.commutes("`d.move_to_end(k)`", lambda d, k: d.move_to_end(k, last=bool(k % 2)),
                 new=lambda: OrderedDict(many()), view=items, names="move_to_end")
ordered.commutes("`d.popitem(last=False)`", lambda d, k: d.popitem(last=False),
                 new=lambda: OrderedDict(many()), view=list)
ordered.moment("reading a key that `move_to_end` moves", lambda d: (d[1], d.get(2), 3 in d),
               new=lambda: OrderedDict({1: 1, 2: 2, 3: 3}),
               writes=[lambda d: d.move_to_end(1), lambda d: d.move_to_end(2, last=False),
                       lambda d: d.move_to_end(3)])
ordered.loose("`d.update(e)`; `d |= e`; `d | e`; `d == e`; `d.fromkeys(e)`",
              lambda d: ([*(d | {1: 2}), *OrderedDict.fromkeys(d)], d == {1: 2})[0],
              new=OrderedDict,
              writes=[*ORDERED_WRITES, lambda d: d.update({5: 5, 6: 6}),
                      lambda d: or_in_place(d, {6: 7})],
              errors=RuntimeError, plausible=lambda got: {*got} <= set(range(10)),
              names="update __or__ __ior__ __eq__ fromkeys")
ordered.loose("`for k in d`; `reversed(d)`; `repr(d)`", lambda d: [*d, *reversed(d), len(repr(d)) > 3],
              new=OrderedDict, writes=ORDERED_WRITES, errors=RuntimeError, guarantee="raises",
              plausible=lambda got: {*got} <= set(range(10)),
              names="__iter__ __reversed__ __repr__ __sizeof__ __reduce__",
              note="RuntimeError if another thread changes it")

defaults = Table("defaultdict")
dict_rows(defaults, lambda d: defaultdict(list, d), defaultdict)
defaults.commutes("`d[k]` of a missing key: one value, that all get",
                  lambda d, k: d[k % 5].append(k), new=lambda: defaultdict(list),
                  view=lambda d: sorted((k, sorted(v)) for k, v in d.items()))
defaults.commutes("`d.default_factory`", lambda d, k: set_item(d, k, d.default_factory()),
                  new=lambda: defaultdict(int), view=items)

counters = Table("Counter")
counters.commutes("`c[k]`; `c[k] = n`; `del c[k]`",
                  lambda c, k: (set_item(c, k, k), c[k], c["none"], delete(c, -k)), new=Counter,
                  view=items)
counters.moment("`list(c.elements())`; `c.most_common()`; `c.total()`; `c + d`; `c - d`; `c | d`",
                lambda c: len(c.copy()), new=Counter,
                writes=[lambda c: set_item(c, 1, 2), lambda c: set_item(c, 2, 1),
                        lambda c: c.clear()])
counters.commutes("`c.update(l)`, `Counter(l)`: of an iterable, each item is counted",
                  lambda c, k: c.update([k % 3, "a", "a"]), new=Counter, view=items)
counters.loose("`c[k] += n`; `c.update(d)` of a dict; `c.subtract(e)`",
               lambda c: c[1], new=lambda: Counter({1: 0}),
               writes=[lambda c: c.update({1: 1}), lambda c: c.subtract([1])],
               plausible=lambda n: isinstance(n, int), note="never atomic: read, then write")

sets = Table("set", set)
sets.commutes("`s.add(x)`", lambda s, k: s.add(k), new=set, view=sorted, names="add")
sets.commutes("`s.discard(x)`", lambda s, k: s.discard(k), new=lambda: set(range(MANY)),
              view=sorted, names="discard")
sets.commutes("`s.remove(x)`", lambda s, k: s.remove(k // 2), new=lambda: set(range(MANY)),
              view=sorted, names="remove")
sets.commutes("`s.pop()`", lambda s, k: s.pop(), new=lambda: set(range(MANY)), view=sorted,
              names="pop", results=False)
sets.commutes("`s.pop()`: each element once", lambda s, k: s.pop() in range(MANY),
              new=lambda: set(range(MANY)), view=len)
sets.commutes("`s.clear()`", lambda s, k: s.clear(), new=lambda: {1, 2}, view=sorted,
              names="clear")
sets.commutes("`s.update(t)`; `s |= t`", lambda s, k: (s.update({k, -k}), or_in_place(s, {k + 0.5})),
              new=set, view=sorted, names="update __ior__")
sets.commutes("`s.difference_update(t)`; `s -= t`",
              lambda s, k: (s.difference_update({k}), minus_in_place(s, {-k})),
              new=lambda: set(range(-MANY, 2 * MANY)), view=sorted,
              names="difference_update __isub__")
sets.commutes("`s.symmetric_difference_update(t)`; `s ^= t`",
              lambda s, k: (s.symmetric_difference_update({1, k + 9}), xor_in_place(s, {2, 3})),
              new=set, view=sorted, names="symmetric_difference_update __ixor__")
sets.commutes("`s.intersection_update(t)`; `s &= t`",
              lambda s, k: (s.intersection_update(range(k, 2 * MANY)), and_in_place(s, {*range(k, 2 * MANY)})),
              new=lambda: set(range(2 * MANY)), view=sorted, results=False,
              names="intersection_update __iand__")
SET_WRITES = [lambda s: s.add(1), lambda s: s.discard(2), lambda s: s.add("x"), lambda s: s.clear(),
              lambda s: s.update({1, 2, 3}), lambda s: minus_in_place(s, {1, 2}),
              lambda s: xor_in_place(s, {4, 5})]
for text, read, its in (
        ("`list(s)`; `sorted(s)`; `set(s)`", lambda s: set(list(s)), ""),
        ("`s.copy()`", lambda s: s.copy(), "copy"),
        ("`x in s`", lambda s: 1 in s, "__contains__"),
        ("`s | t`; `s.union(t)`", lambda s: s | {7}, "__or__ union"),
        ("`s & t`; `s.intersection(t)`", lambda s: s & {1, 3}, "__and__ intersection"),
        ("`s - t`; `s.difference(t)`", lambda s: s - {1}, "__sub__ difference"),
        ("`s ^ t`; `s.symmetric_difference(t)`", lambda s: s ^ {1, 9},
         "__xor__ symmetric_difference"),
        ("`s == t`", lambda s: s == {1, 2}, "__eq__"),
        ("`s <= t`; `s.issubset(t)`", lambda s: s.issubset({1, 2}), "issubset"),
        ("`s >= t`; `s.issuperset(t)`", lambda s: s.issuperset({3}), "issuperset"),
        ("`s.isdisjoint(t)`", lambda s: s.isdisjoint({3}), "isdisjoint"),
        ("`frozenset(s)`; `dict.fromkeys(s)`", lambda s: frozenset(s), "")):
    sets.moment(text, read, new=lambda: {1, 2}, writes=SET_WRITES, names=its)
sets.loose("`len(s)`: may count a part of an `update`", len, new=set, writes=SET_WRITES,
           plausible=lambda n: 0 <= n < 9, names="__len__")
sets.loose("`for x in s`; `repr(s)`", lambda s: [*(x for x in s), len(repr(s)) > 1], new=set,
           writes=SET_WRITES, errors=RuntimeError, guarantee="raises",
           plausible=lambda got: {*got} <= {1, 2, 3, 4, 5, "x", True}, names="__iter__ __repr__",
           note="RuntimeError if another thread changes the size")
frozen = Table("frozenset", frozenset)
frozen.pure("all methods", hash, len, lambda s: 1 in s, lambda s: s | {9}, lambda s: s & {1},
            lambda s: s - {1}, lambda s: s ^ {1}, lambda s: s <= {1}, lambda s: s.copy(),
            lambda s: s.isdisjoint({9}), sorted, lambda s: {s: 1}[s], lambda s: s == {1, 2, 3},
            new=lambda: frozenset([1, 2, 3]), names="*", note="they never change")

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
