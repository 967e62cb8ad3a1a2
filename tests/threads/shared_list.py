"""A list that threads share: every single operation is atomic, nothing is lost."""

from _team import switch_often, together
from testing import equal, raises, run

switch_often()
N = 20000


def test_append_loses_nothing():
    x = []

    def work():
        for i in range(N):
            x.append(i)

    together(work, repeat=4)
    equal(len(x), 4 * N)
    equal(sum(x), 4 * (N * (N - 1) // 2))


def test_a_list_grows_while_others_read_it():
    x, others = [], []

    def grow():
        for i in range(10 * N):
            x.append(i)
            if i % N == 0:
                others.append(list(range(i)))  # in the way of what grows

    def read():
        while len(x) < 10 * N:
            n = len(x)
            equal([x[i] for i in range(0, n, n // 9 + 1)], list(range(0, n, n // 9 + 1)))
            equal(all(map(int.__eq__, x[n // 2:n // 2 + 50], range(n // 2, n))), True)

    together(grow, read, read)
    equal(x, list(range(10 * N)))
    equal(list(map(len, others)), list(range(0, 10 * N, N)))


def test_append_keeps_the_order_of_each_thread():
    x = []

    def work(name):
        for i in range(N):
            x.append((name, i))

    together(lambda: work("a"), lambda: work("b"), lambda: work("c"))
    for name in "abc":
        equal([i for n, i in x if n == name], list(range(N)))


def test_pop_gives_each_item_once():
    x = list(range(4 * N))

    def work():
        taken = []
        while True:
            try:
                taken.append(x.pop())
            except IndexError:
                return taken

    results = together(work, repeat=4)
    equal(sorted(i for taken in results for i in taken), list(range(4 * N)))


def test_producers_and_consumers():
    x = []
    finished = []

    def produce():
        for i in range(N):
            x.append(i)
        finished.append(1)

    def consume():
        total = count = 0
        while True:
            over = len(finished) == 2
            try:
                total += x.pop()
                count += 1
            except IndexError:
                if over:
                    return total, count
        return total, count

    results = together(produce, produce, consume, consume)[2:]
    equal(sum(count for _, count in results), 2 * N)
    equal(sum(total for total, _ in results), N * (N - 1))


def test_extend_is_whole():
    x = []

    def work(letter):
        for _ in range(N // 10):
            x.extend([letter] * 10)

    together(lambda: work("a"), lambda: work("b"))
    equal(len(x), 2 * N // 10 * 10)
    for at in range(0, len(x), 10):
        equal(len(set(x[at:at + 10])), 1)


def test_slice_assignment_is_whole():
    x = [0] * 8

    def write(value):
        block = [value] * 8
        for _ in range(N):
            x[:] = block

    def read():
        for _ in range(N):
            got = x[:]
            if len(got) != 8 or len(set(got)) != 1:
                raise AssertionError(got)

    together(lambda: write(1), lambda: write(2), read, read)


def test_iteration_while_others_append():
    x = list(range(100))

    def work():
        for i in range(N // 10):
            x.append(100 + i)

    def read():
        for _ in range(20):
            for i, item in enumerate(x):
                if i < 100:
                    equal(item, i)
                else:
                    assert 100 <= item < 100 + N // 10

    together(work, read, read)


def test_sort_while_others_read():
    x = list(range(200))

    def work():
        for _ in range(200):
            try:
                x.sort(key=lambda v: -v)
                x.sort()
            except ValueError:
                pass

    def read():
        for _ in range(N // 10):
            for item in x[:]:
                assert 0 <= item < 200

    together(work, read)
    equal(sorted(x), list(range(200)))


def test_insert_and_delete_at_both_ends():
    x = []

    def work():
        for i in range(N // 4):
            x.insert(0, i)
            x.append(i)
            del x[0]
            x.pop()

    together(work, repeat=3)
    equal(x, [])


def test_shared_iterator_gives_each_item_once():
    it = iter(list(range(4 * N)))

    def work():
        return [i for i in it]

    results = together(work, repeat=4)
    equal(sorted(i for part in results for i in part), list(range(4 * N)))


def test_item_assignment_by_index():
    x = [None] * 4

    def work(n):
        for i in range(N):
            x[n] = (n, i)
            if x[n] != (n, i):
                raise AssertionError

    together(*[lambda n=n: work(n) for n in range(4)])
    equal(x, [(n, N - 1) for n in range(4)])


def test_clear_and_append():
    x = []

    def work():
        for i in range(N):
            x.append(i)
            if i % 100 == 0:
                x.clear()

    together(work, repeat=3)
    assert all(0 <= i < N for i in x)


run(globals())
