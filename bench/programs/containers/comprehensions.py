"""Comprehensions of lists, sets and dicts, nested ones, with conditions, and what any, all, sum, zip make of them."""

CASES = {100: 120777010, 170000: 230785513103}


def main(size):
    numbers = [i * 37 % 1009 for i in range(size)]
    total = 0
    for step in range(1, 5):
        squares = [n * n for n in numbers]
        odd = [n for n in numbers if n % 2]
        pairs = [(a, b) for a, b in zip(squares, numbers) if a % 3 == b % step]
        lookup = {n: str(n) for n in odd}
        residues = {n % 97 for n in squares}
        table = [[row * column for column in range(20)] for row in range(size // 200)]
        flat = [cell for row in table for cell in row if cell & step]
        total += sum(squares) + len(odd) + len(pairs) + len(lookup) + len(residues) + sum(flat)
        total += sum([len(text) for text in lookup.values()])
        total += any([n > 2000 for n in numbers]) + all([n < 2000 for n in numbers])
        total += sum(n for n in numbers if n > 500)
        total += max([(n % 100, n) for n in numbers])[1]
    return total
