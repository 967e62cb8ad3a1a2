"""Calls of builtin functions and types with few arguments."""

CASES = {100: 27811, 750000: 281462321293}


def main(size):
    items = list(range(10))
    table = dict.fromkeys("abcdef", 1)
    total = 0
    for i in range(size):
        total += len(items)
        total += abs(-i)
        total += min(i, 100)
        total += max(3, i & 7)
        total += ord(chr(97 + i % 26))
        if isinstance(i, int):
            total += 1
        total += int(3.7)
        total += table.get("c", 0)
        if type(items) is list and hasattr(items, "append"):
            total += 1
        total += divmod(i, 7)[1]
        total += len(str(i))
        total += sum(items)
    return total
