"""Formatting: f-strings with and without specifications, str.format, % and the conversions of numbers."""

CASES = {100: 13533, 60000: 10747274}


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __format__(self, specification):
        return format(self.amount / 100, specification or ".2f")

    def __str__(self):
        return f"${self.amount}"


def main(size):
    total = 0
    template = "{name} has {count:>5d} of {kind!r}"
    for i in range(size):
        name = f"item{i}"
        total += len(f"{name}:{i}")
        total += len(f"{name:>12}|{i:06d}|{i / 7:.3f}|{i:x}")
        total += len(f"{i:,} {i / size:.1%} {name!r}")
        total += len("%s is %d, %5.2f" % (name, i, i / 3))
        total += len("{} {} {}".format(name, i, 1.5))
        total += len(template.format(name=name, count=i, kind="thing"))
        total += len(f"{Money(i)} {Money(i):8.1f}")
        total += len(str(i)) + len(repr(i / 8)) + len(hex(i))
    return total
