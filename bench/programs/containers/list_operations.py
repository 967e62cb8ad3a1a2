"""Lists: append, pop, index, insert, count, reverse, concatenation, membership, loops over them."""

CASES = {100: [70672, 150, 12450], 500000: [166921686871, 750000, 12450]}


def main(size):
    items = []
    for i in range(size):
        items.append(i * 7 % 1013)
    total = 0
    for item in items:
        total += item
    for i in range(1, len(items)):
        if items[i - 1] < items[i]:
            items[i - 1] += 1
    for i, item in enumerate(items):
        total += i ^ item
    small = items[:60]
    for i in range(size // 8):
        total += small.index(small[i % 60])
        if i % 1013 in small:
            total += 1
        small.insert(i % 50, small.pop())
        small.reverse()
        total += small.count(7)
    stack = []
    for i in range(size):
        stack.append(i)
        if i % 3 == 0:
            total += stack.pop()
    joined = []
    for i in range(size // 50):
        joined = joined[-40:] + [i, i + 1] * 3
        total += len(joined)
    matrix = [[0] * 50 for _ in range(50)]
    for i in range(size):
        matrix[i % 50][i // 50 % 50] += i & 3
    return [total, sum(map(sum, matrix)), sum(small)]
