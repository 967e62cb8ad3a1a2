"""int: arithmetic at every size, most of it against identities."""

from testing import equal, fails, raises, run

EDGES = sorted({sign * (2 ** bits + delta)
                for bits in (0, 1, 7, 8, 15, 16, 30, 31, 32, 52, 53, 60, 61, 62, 63, 64, 65, 127,
                             128, 200, 1000)
                for delta in (-2, -1, 0, 1, 2) for sign in (1, -1)})


def test_small_values():
    equal((2 + 3, 2 - 3, 2 * 3, 7 // 2, 7 % 2, 2 ** 10), (5, -1, 6, 3, 1, 1024))


def test_overflow_of_the_small_range():
    for bits in (31, 61, 62, 63, 64):
        n = 1 << bits
        equal(n - 1 + 1, n)
        equal(-n - 1 + 1, -n)
        equal((n - 1) * 2 + 2, 2 * n)
        equal(-n + n, 0)
        equal(n // 2 * 2, n)


def test_known_products():
    equal(4611686018427387904 * 2, 9223372036854775808)
    equal(9223372036854775807 * 9223372036854775807, 85070591730234615847396907784232501249)
    equal(-9223372036854775808 * -1, 9223372036854775808)
    equal(123456789012345678901234567890 * 987654321098765432109876543210,
          121932631137021795226185032733622923332237463801111263526900)


def test_adding_and_subtracting_are_inverse():
    for a in EDGES:
        for b in EDGES:
            if a + b - b != a or a - b + b != a or (a - b) != -(b - a):
                raise AssertionError((a, b))


def test_division_identity():
    for a in EDGES:
        for b in EDGES:
            if b:
                q, r = divmod(a, b)
                if q * b + r != a or not (0 <= r < b or b < r <= 0) or a // b != q or a % b != r:
                    raise AssertionError((a, b))


def test_binomial_identity():
    for a in EDGES[::3]:
        for b in EDGES[::3]:
            if (a + b) * (a - b) != a * a - b * b:
                raise AssertionError((a, b))


def test_shifts_are_powers_of_two():
    for a in EDGES:
        for n in (0, 1, 5, 31, 32, 62, 63, 64, 65, 200):
            if a << n != a * 2 ** n or a >> n != a // 2 ** n:
                raise AssertionError((a, n))


def test_bitwise_identities():
    for a in EDGES:
        for b in EDGES:
            if (a & b) + (a | b) != a + b or (a ^ b) != (a | b) - (a & b) or ~a != -a - 1:
                raise AssertionError((a, b))
            if a & ~b != a - (a & b):
                raise AssertionError((a, b))


def test_comparison_is_that_of_the_difference():
    for a in EDGES:
        for b in EDGES:
            if (a < b) != (a - b < 0) or (a == b) != (a - b == 0) or (a >= b) != (b <= a):
                raise AssertionError((a, b))


def test_unary():
    for a in EDGES:
        if -(-a) != a or +a != a or abs(a) != (a if a >= 0 else -a) or bool(a) != (a != 0):
            raise AssertionError(a)


def test_true_division():
    equal(1 / 3, 0.3333333333333333)
    equal(10 ** 400 / 10 ** 399, 10.0)
    equal((2 ** 64 + 1) / 2 ** 64, 1.0)
    equal((2 ** 53 + 1) / 1, 9007199254740992.0)
    equal((2 ** 53 + 3) / 1, 9007199254740996.0)
    equal(1 / 2 ** 1074, 5e-324)
    equal(1 / 2 ** 1080, 0.0)
    equal(-7 / 2, -3.5)
    fails(OverflowError, "integer division result too large for a float", lambda: 10 ** 400 / 1)
    fails(ZeroDivisionError, "division by zero", lambda: 10 ** 400 / 0)


def test_power():
    equal((0 ** 0, 0 ** 5, (-2) ** 3, 2 ** 100), (1, 0, -8, 1267650600228229401496703205376))
    equal(3 ** 200 % 1000007, pow(3, 200, 1000007))
    equal(7 ** 77 // 7 ** 75, 49)
    equal((2 ** -2, (-2) ** -1), (0.25, -0.5))


def test_modular_power():
    for base in (0, 1, 2, 10 ** 30, -5):
        for exponent in (0, 1, 5, 100):
            for modulus in (1, 2, 97, 10 ** 20, -13):
                if pow(base, exponent, modulus) != base ** exponent % modulus:
                    raise AssertionError((base, exponent, modulus))
    equal(pow(38, -1, 97), 23)
    equal(38 * 23 % 97, 1)


def test_gcd_and_isqrt():
    import math
    equal(math.gcd(2 ** 100, 6 ** 50), 2 ** 50)
    equal(math.isqrt(10 ** 60), 10 ** 30)
    equal(math.isqrt(10 ** 60 - 1), 10 ** 30 - 1)
    equal(math.factorial(25), 15511210043330985984000000)
    equal(math.comb(100, 50), 100891344545564193334812497256)


def test_hash():
    p = 2 ** 61 - 1
    for n in (0, 1, -2, p - 1, p, p + 1, 2 ** 64, 10 ** 50, -p, -10 ** 50):
        want = abs(n) % p
        want = -want if n < 0 else want
        equal(hash(n), -2 if want == -1 else want)
    equal(hash(-1), -2)


def test_equal_numbers_hash_equal():
    for n in (0, 1, -1, 2 ** 40, 2 ** 62, 2 ** 63, 2 ** 100, -2 ** 70):
        equal(hash(n), hash(float(n)))


def test_fibonacci_by_big_numbers():
    a, b = 0, 1
    for _ in range(1000):
        a, b = b, a + b
    equal(a % 10 ** 20, 43466557686937456435688527675040625802564660517371780402481729089536555417949051890403879840079255169295922593080322634775209689623239873322471161642996440906533187938298969649928516003704476137795166849228875 % 10 ** 20)


def test_huge_factorial_digits():
    n = 1
    for i in range(1, 401):
        n *= i
    text = str(n)
    equal((len(text), text[:10], text.count("0") >= 99), (869, "6403452284", True))


run(globals())
