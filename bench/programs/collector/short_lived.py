"""Short-lived garbage of all kinds: tuples, lists, dicts, instances, strings, closures; nothing is kept."""

CASES = {100: 16240, 410000: 252156653890}


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b


def main(size):
    total = 0
    for i in range(size):
        pair = Pair(i, (i, i + 1))
        items = [pair, i, pair.b]
        table = {"pair": pair, "items": items}
        text = str(i) + "x"
        add = lambda x: x + i
        total += len(items) + table["pair"].b[1] + len(text) + add(1)
        total += [n for n in (i, 2, 3)][0]
        total += sum({n: n for n in range(4)})
    return total
