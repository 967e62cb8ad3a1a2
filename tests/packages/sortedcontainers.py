"""sortedcontainers: lists, dicts and sets in order, with many changes, against the builtin ones."""

import random

from sortedcontainers import SortedDict, SortedKeyList, SortedList, SortedSet


def main():
    choose = random.Random(7)
    ours, plain = SortedList(), []
    for step in range(60_000):
        value = choose.randrange(10_000)
        if step % 3 == 2:
            index = choose.randrange(len(ours))
            ours.pop(index)
        else:
            ours.add(value)
    plain = sorted(ours)
    assert list(ours) == plain and len(ours) == 20_000
    assert ours.bisect_left(5000) == sum(1 for v in plain if v < 5000)
    assert list(ours.irange(100, 200)) == [v for v in plain if 100 <= v <= 200]
    assert ours[10:20] == plain[10:20] and ours.count(plain[50]) == plain.count(plain[50])
    keyed = SortedKeyList(range(5000), key=lambda v: (v % 100, -v))
    assert keyed[0] == 4900 and list(keyed.irange_key((99, -4999), (99, 0)))[-1] == 99
    table = SortedDict({choose.random(): i for i in range(5000)})
    for key in list(table)[::2]:
        del table[key]
    assert list(table) == sorted(table.keys()) and table.peekitem(0)[0] == min(table)
    left, right = SortedSet(range(0, 3000, 2)), SortedSet(range(0, 3000, 3))
    assert list(left & right) == list(range(0, 3000, 6)) and len(left | right) == 2000
    assert repr(SortedSet("ba")) == "SortedSet(['a', 'b'])"
    ours._check()


main()
