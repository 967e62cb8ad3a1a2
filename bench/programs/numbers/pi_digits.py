"""Big ints that grow: the digits of pi one after the other, by Gibbons' spigot."""

CASES = {50: "1693993751", 2800: "3590279934"}


def digits():
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < m * t:
            yield m
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = (q * k, (2 * q + r) * x, t * x, k + 1,
                                (q * (7 * k + 2) + r * x) // (t * x), x + 2)


def main(size):
    source = digits()
    text = "".join(str(next(source)) for _ in range(size))
    assert text.startswith("31415926535897932384626433832795028841971")
    return text[-10:]
