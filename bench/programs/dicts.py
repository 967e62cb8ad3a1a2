"""Dictionaries and sets with keys of several types."""


def main():
    counts = {}
    state = 1
    for _ in range(1500000):
        state = state * 1103515245 + 12345 & 0x7fffffff
        key = state % 50021
        counts[key] = counts.get(key, 0) + 1
    assert sum(counts.values()) == 1500000
    by_name = {f"key{key}": count for key, count in counts.items()}
    for _ in range(10):
        total = 0
        for key in by_name:
            total += by_name[key]
        assert total == 1500000
    grid = set()
    for x in range(700):
        for y in range(700):
            if (x * y) % 7 != 3:
                grid.add((x, y))
    inside = sum((x, x + 1) in grid for x in range(700))
    assert inside == 699, inside


main()
