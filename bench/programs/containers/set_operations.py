"""Sets: of tuples, ints and words; added to, asked, united, intersected, subtracted, compared."""

CASES = {20: [352, 574, 41096, 500, 189], 370: [120152, 206174, 752783, 500, 189]}


def main(size):
    grid = set()
    for x in range(size):
        for y in range(size):
            if (x * y) % 7 != 3:
                grid.add((x, y))
    neighbours = 0
    for x, y in grid:
        neighbours += (x + 1, y) in grid
        neighbours += (x, y + 1) in grid
    evens = set(range(0, size * 100, 2))
    threes = set(range(0, size * 100, 3))
    total = 0
    for i in range(12):
        both = evens & threes
        total += len(evens | threes) + len(both) + len(evens - threes) + len(evens ^ threes)
        total += both <= evens
        evens.discard(i * 2)
        threes.add(i * 7 + 1)
    words = {f"word{i % 500}" for i in range(size * 50)}
    total += sum(1 for i in range(size * 100) if i in threes)
    total += sum(f"word{i}" in words for i in range(size * 30))
    frozen = {frozenset((i % 30, i % 7)) for i in range(size * 100)}
    return [len(grid), neighbours, total, len(words), len(frozen)]
