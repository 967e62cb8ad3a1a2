"""mpmath: constants to 1,000 digits, functions, roots, integrals and matrices."""

from mpmath import mp, mpf, mpc, matrix, quad, findroot, zeta, gamma, pslq, lu_solve, identify, nstr, diff, exp, sin, iv


def main():
    mp.dps = 1000
    assert str(mp.pi)[2 + 761 : 2 + 767] == "999999"
    assert abs(mp.e - exp(1)) < mpf(10) ** -990
    assert abs(sin(mp.pi / 6) - mpf("0.5")) < mpf(10) ** -990
    mp.dps = 50
    assert nstr(zeta(3), 30) == "1.20205690315959428539973816151"
    assert abs(gamma(mpf("0.5")) ** 2 - mp.pi) < mpf(10) ** -45
    assert abs(quad(lambda x: exp(-x * x), [-mp.inf, mp.inf]) ** 2 - mp.pi) < mpf(10) ** -40
    root = findroot(lambda x: x ** 3 - 2, mpf("1.2"))
    assert abs(root ** 3 - 2) < mpf(10) ** -45
    assert abs(mpc(0, 1) ** 2 + 1) == 0
    a = matrix(12, 12)
    for i in range(12):
        for j in range(12):
            a[i, j] = mpf(1) / (i + j + 1)
    x = lu_solve(a, matrix([1] * 12))
    assert max(abs(v) for v in a * x - matrix([1] * 12)) < mpf(10) ** -20
    assert pslq([mp.sqrt(2), mp.sqrt(8), 1]) in ([2, -1, 0], [-2, 1, 0])
    mp.dps = 15
    assert abs(diff(sin, 1) - mp.cos(1)) < 1e-10
    assert identify(mpf("1.4142135623730951"), ["sqrt(2)"]) is not None
    assert iv.mpf([1, 2]) * iv.mpf([-1, 3]) == iv.mpf([-2, 6])
    total = sum(mp.besselj(0, k) for k in range(200))
    assert abs(total) < 10


main()
