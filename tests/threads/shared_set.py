"""A set that threads share."""

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 20000


def test_add_loses_nothing():
    s = set()

    def work(n):
        for i in range(N):
            s.add(i * 4 + n)

    together(*[lambda n=n: work(n) for n in range(4)])
    equal(len(s), 4 * N)
    equal(sum(s), sum(range(4 * N)))


def test_adding_the_same_members():
    s = set()

    def work():
        for i in range(N):
            s.add(i)

    together(work, repeat=4)
    equal(sorted(s), list(range(N)))


def test_pop_gives_each_member_once():
    s = set(range(3 * N))

    def work():
        taken = []
        while True:
            try:
                taken.append(s.pop())
            except KeyError:
                return taken

    results = together(work, repeat=3)
    equal(sorted(i for part in results for i in part), list(range(3 * N)))


def test_remove_succeeds_once():
    s = set(range(N))

    def work():
        removed = 0
        for i in range(N):
            try:
                s.remove(i)
                removed += 1
            except KeyError:
                pass
        return removed

    equal(sum(together(work, repeat=3)), N)
    equal(s, set())


def test_membership_while_growing():
    s = set()

    def grow():
        for i in range(2 * N):
            s.add(i)

    def read():
        for _ in range(2 * N):
            n = len(s)
            if n and n - 1 not in s:
                raise AssertionError(n)
            if -1 in s:
                raise AssertionError

    together(grow, read, read)


def test_operators_on_a_changing_set():
    s = set(range(50))
    other = set(range(25, 75))

    def change():
        for i in range(N):
            s.add(1000 + i % 10)
            s.discard(1000 + i % 10)

    def read():
        for _ in range(N // 20):
            if len(s & other) != 25 or not s >= {1, 2} or len((s | other) & {1, 74}) != 2:
                raise AssertionError
            if not set(range(50)) <= s.copy():
                raise AssertionError

    together(change, read)


def test_update_and_clear():
    s = set()

    def work():
        for i in range(N // 10):
            s.update(range(20))
            if i % 50 == 0:
                s.clear()
            if not s <= set(range(20)):
                raise AssertionError

    together(work, repeat=3)


def test_comparisons_of_keys_may_use_the_set():
    class Key:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            s.add("compared")
            return self is other

    s = set()
    s.update([Key(), Key(), Key(), "compared"])

    def work():
        for _ in range(50):
            if len(s.difference({"x"})) != 4 or len(s & s.copy()) != 4:
                raise AssertionError

    together(work, repeat=2)
    equal(len(s), 4)


run(globals())
