"""Matrices as lists of lists: products in two ways, a determinant by elimination."""

CASES = {8: [15656, "7.753532e+03"], 150: [101246143, "5.006286e+71"]}


def product(a, b):
    size = len(b)
    columns = len(b[0])
    result = [[0] * columns for _ in a]
    for i, row in enumerate(a):
        into = result[i]
        for k in range(size):
            factor = row[k]
            other = b[k]
            for j in range(columns):
                into[j] += factor * other[j]
    return result


def product_by_columns(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def determinant(a):
    a = [[float(x) for x in row] for row in a]
    size = len(a)
    result = 1.0
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(a[r][i]))
        if pivot != i:
            a[i], a[pivot] = a[pivot], a[i]
            result = -result
        result *= a[i][i] / size
        for r in range(i + 1, size):
            factor = a[r][i] / a[i][i]
            for c in range(i, size):
                a[r][c] -= factor * a[i][c]
    return result


def main(size):
    a = [[(i * 7 + j * 3) % 11 for j in range(size)] for i in range(size)]
    b = [[(i * 5 + j) % 13 for j in range(size)] for i in range(size)]
    c = product(a, b)
    assert c == product_by_columns(a, b)
    for i in range(size):
        a[i][i] = size * 3 + i % 7
    return [sum(map(sum, c)), f"{determinant(a):.6e}"]
