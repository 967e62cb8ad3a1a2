"""Slices of lists, tuples, strings and bytearrays: read, assigned, deleted, with steps; and copies."""

CASES = {100: [75545, "kkkyynnxxeesseeerrll"], 150000: [101533000, "kkkkyyynnnnxxxxeeess"]}


def rotations(text):
    """The Burrows-Wheeler transform, by the definition."""
    doubled = text + text
    table = sorted(doubled[i:i + len(text)] for i in range(len(text)))
    return "".join(row[-1] for row in table)


def main(size):
    numbers = list(range(200))
    frozen = tuple(numbers)
    text = "the quick brown fox jumps over the lazy dog" * 4
    buffer = bytearray(range(200))
    total = 0
    for i in range(size):
        start = i % 150
        total += numbers[start:start + 20][-1]
        total += len(frozen[start:]) + len(text[start:-3])
        total += frozen[::-1][start]
        total += len(numbers[start::7])
        numbers[start:start + 3] = [start, start + 1, start + 2]
        buffer[start:start + 2] = b"ab"
        total += buffer[start]
        copy = numbers[:]
        del copy[10:start + 12]
        total += len(copy)
        if text[start:start + 3] == "fox":
            total += 1
    return [total, rotations(text[:min(size, 160)])[:20]]
