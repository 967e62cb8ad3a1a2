"""A dict that threads share."""

from _team import switch_often, together
from testing import equal, raises, run

switch_often()
N = 20000


def test_stores_of_different_keys():
    d = {}

    def work(name):
        for i in range(N):
            d[name, i] = i

    together(*[lambda n=n: work(n) for n in range(4)])
    equal(len(d), 4 * N)
    for n in range(4):
        for i in range(N):
            if d[n, i] != i:
                raise AssertionError((n, i))


def test_stores_of_the_same_keys():
    d = {}

    def work(name):
        for i in range(N):
            d[i] = name

    together(*[lambda n=n: work(n) for n in range(4)])
    equal(len(d), N)
    assert set(d.values()) <= {0, 1, 2, 3}


def test_setdefault_agrees_on_one_value():
    d = {}

    def work():
        return [id(d.setdefault(i, [])) for i in range(N // 4)]

    results = together(work, repeat=4)
    for other in results[1:]:
        equal(other, results[0])


def test_setdefault_and_append_lose_nothing():
    d = {}

    def work():
        for i in range(N):
            d.setdefault(i % 50, []).append(i)

    together(work, repeat=4)
    equal(sum(len(v) for v in d.values()), 4 * N)


def test_pop_gives_each_value_once():
    d = {i: i for i in range(2 * N)}

    def work():
        taken = []
        for i in range(2 * N):
            got = d.pop(i, None)
            if got is not None:
                taken.append(got)
        return taken

    results = together(work, repeat=3)
    equal(sorted(i for part in results for i in part), list(range(2 * N)))


def test_popitem_gives_each_item_once():
    d = {i: -i for i in range(2 * N)}

    def work():
        taken = []
        while True:
            try:
                taken.append(d.popitem())
            except KeyError:
                return taken

    results = together(work, repeat=3)
    equal(sorted(i for part in results for i in part), [(i, -i) for i in range(2 * N)])


def test_reading_while_growing():
    d = {}

    def grow():
        for i in range(2 * N):
            d[i] = i

    def read():
        seen = 0
        for _ in range(2 * N):
            n = len(d)
            if n and d[n - 1] != n - 1:
                raise AssertionError(n)
            if d.get(-1) is not None:
                raise AssertionError
            seen = n
        return seen

    together(grow, read, read)
    equal(len(d), 2 * N)


def test_reading_while_keys_come_and_go():
    d = {"fixed": 1}

    def change():
        for i in range(N):
            d[i] = i
            if i >= 5:
                del d[i - 5]

    def read():
        for _ in range(N):
            if d["fixed"] != 1 or "absent" in d:
                raise AssertionError

    together(change, read, read)
    equal(len(d), 6)


def test_copies_are_whole():
    d = {i: 0 for i in range(50)}

    def change():
        for i in range(N // 20):
            d.update(dict.fromkeys(range(50), i))

    def read():
        for _ in range(N // 20):
            for copy in (d.copy(), dict(d), {**d}):
                if len(copy) != 50 or len(set(copy.values())) != 1:
                    raise AssertionError(copy)
            if len(list(d)) != 50 or len(list(d.items())) != 50:
                raise AssertionError

    together(change, read)


def test_iteration_never_crashes():
    d = {i: i for i in range(100)}

    def change():
        for i in range(N // 4):
            d[100 + i] = i
            del d[100 + i]

    def read():
        for _ in range(N // 50):
            try:
                for key, value in d.items():
                    if key < 100:
                        equal(value, key)
            except RuntimeError:
                pass

    together(change, read, read)


def test_clear_and_fill():
    d = {}

    def work(n):
        for i in range(N):
            d[i % 64] = (n, i)
            if i % 500 == 0:
                d.clear()
            value = d.get(i % 64)
            if value is not None and value[1] % 64 != i % 64:
                raise AssertionError(value)

    together(*[lambda n=n: work(n) for n in range(3)])


def test_string_keys():
    d = {}
    names = [f"name{i}" for i in range(300)]

    def work():
        for _ in range(N // 100):
            for name in names:
                d[name] = name
                if d[name] != name:
                    raise AssertionError

    together(work, repeat=3)
    equal(sorted(d), sorted(names))


def test_keys_with_python_methods():
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return self.n % 7

        def __eq__(self, other):
            return self.n == other.n

    d = {}

    def work(start):
        for i in range(start, start + 150):
            d[Key(i)] = i
        for i in range(start, start + 150):
            equal(d[Key(i)], i)

    together(*[lambda n=n: work(n * 150) for n in range(4)])
    equal(len(d), 600)


def test_shared_iterator_gives_each_key_once():
    it = iter({i: 0 for i in range(4 * N)})

    def work():
        return list(it)

    results = together(work, repeat=4)
    equal(sorted(i for part in results for i in part), list(range(4 * N)))


run(globals())
