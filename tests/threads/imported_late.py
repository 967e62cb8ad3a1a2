# timeout: 60
"""What a module keeps for itself is everybody's, though a thread was the first to import it."""

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 300


def test_struct_cache():
    together(lambda: __import__("struct"))
    import struct

    def work():
        for _ in range(N):
            for size in range(1, 120):
                equal(struct.calcsize(f"<{size}b"), size)

    together(work, repeat=3)


def test_csv_dialects():
    together(lambda: __import__("csv"))
    import csv

    def work(number):
        for i in range(N):
            name = f"{number} {i % 50}"
            csv.register_dialect(name, delimiter=";")
            equal(csv.get_dialect(name).delimiter, ";")
            csv.unregister_dialect(name)

    together(*[lambda number=number: work(number) for number in range(3)])


run(globals())
