"""Symbols, calculus, equations, matrices, polynomials, number theory and printing of sympy."""

import sympy
from sympy import (
    Eq, I, Integer, Matrix, Poly, Rational, Symbol, cos, diff, dsolve, exp, expand, factor, factorint, gcd, groebner,
    integrate, latex, limit, log, oo, parse_expr, pi, series, simplify, sin, solve, solveset, sqrt, symbols, S)


def main():
    x, y, z = symbols("x y z")
    assert diff(sin(x) * exp(x), x) == exp(x) * sin(x) + exp(x) * cos(x)
    assert integrate(exp(-x ** 2), (x, -oo, oo)) == sqrt(pi)
    assert integrate(1 / (x ** 2 + 1), x) == sympy.atan(x)
    assert limit(sin(x) / x, x, 0) == 1
    assert series(cos(x), x, 0, 6).removeO() == 1 - x ** 2 / 2 + x ** 4 / 24
    assert expand((x + y) ** 20).coeff(x ** 10 * y ** 10) == 184756
    assert factor(x ** 12 - 1) == (x - 1) * (x + 1) * (x ** 2 + 1) * (x ** 2 - x + 1) * (x ** 2 + x + 1) * (x ** 4 - x ** 2 + 1)
    assert solve(x ** 2 - 2, x) == [-sqrt(2), sqrt(2)]
    assert solve([x + y - 3, x - y - 1], [x, y]) == {x: 2, y: 1}
    assert solveset(x ** 2 + 1, x) == sympy.FiniteSet(-I, I)
    assert simplify(sin(x) ** 2 + cos(x) ** 2) == 1
    assert Matrix([[1, 2], [3, 4]]).inv() == Matrix([[-2, 1], [Rational(3, 2), Rational(-1, 2)]])
    assert Matrix(6, 6, lambda i, j: Rational(1, i + j + 1)).det() == Rational(1, 186313420339200000)
    assert Matrix([[2, 1], [1, 2]]).eigenvals() == {1: 1, 3: 1}
    f = sympy.Function("f")
    assert dsolve(f(x).diff(x) - f(x), f(x)) == Eq(f(x), Symbol("C1") * exp(x))
    assert factorint(2 ** 64 + 1) == {274177: 1, 67280421310721: 1}
    assert gcd(Poly(x ** 4 - 1), Poly(x ** 6 - 1)) == Poly(x ** 2 - 1)
    assert groebner([x * y - 1, y ** 2 - x], x, y).exprs == [x - y ** 2, y ** 3 - 1]
    assert str(parse_expr("2*x + sqrt(8)*y**2")) == "2*x + 2*sqrt(2)*y**2"
    assert latex(integrate(log(x), x)) == r"x \log{\left(x \right)} - x"
    assert str(pi.evalf(50)) == "3.1415926535897932384626433832795028841971693993751"
    assert Integer(10) ** 30 % 7 == 1 and S(1) / 3 + S(1) / 6 == S(1) / 2


main()
