"""math."""

import math

from testing import equal, fails, raises, run

INF, NAN = math.inf, math.nan


def test_constants():
    equal((math.pi, math.e, math.tau), (3.141592653589793, 2.718281828459045, 6.283185307179586))


def test_exact_values():
    equal([math.sqrt(16), math.exp(0), math.log(1), math.log2(8), math.log10(1000), math.sin(0),
           math.cos(0), math.hypot(3, 4), math.atan2(1, 1), math.exp2(5)],
          [4.0, 1.0, 0.0, 3.0, 3.0, 0.0, 1.0, 5.0, 0.7853981633974483, 32.0])


def test_domain_errors():
    fails(ValueError, "math domain error", math.sqrt, -1)
    fails(ValueError, "math domain error", math.log, 0)
    fails(ValueError, "math domain error", math.acos, 2)
    fails(ValueError, "math domain error", math.fmod, INF, 1)
    fails(OverflowError, "math range error", math.exp, 1000)
    fails(OverflowError, "math range error", math.cosh, 1000)


def test_wrong_types():
    fails(TypeError, "must be real number, not str", math.sqrt, "a")
    fails(TypeError, "math.sqrt() takes exactly one argument (2 given)", math.sqrt, 1, 2)
    fails(TypeError, "'float' object cannot be interpreted as an integer", math.gcd, 1.5)


def test_integer_functions():
    equal((math.factorial(20), math.gcd(12, 18, 27), math.lcm(4, 6), math.comb(5, 2),
           math.perm(5, 2), math.isqrt(17), math.perm(3)),
          (2432902008176640000, 3, 12, 10, 20, 4, 6))
    fails(ValueError, "factorial() not defined for negative values", math.factorial, -1)
    fails(ValueError, "isqrt() argument must be nonnegative", math.isqrt, -1)


def test_rounding():
    equal((math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5), math.modf(2.5), math.frexp(8.0),
           math.ldexp(0.5, 4)), (-3, -2, -2, (0.5, 2.0), (0.5, 4), 8.0))


def test_log_of_big_ints():
    equal(math.log2(2 ** 5000), 5000.0)
    equal(round(math.log(10 ** 400), 6), 921.034037)
    equal(math.log(8, 2), 3.0)


def test_fsum_prod_dist():
    equal((math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.dist((0, 0), (3, 4)),
           math.sumprod([1, 2], [3, 4])), (1.0, 6, 5.0, 11))


def test_classification():
    equal((math.isnan(NAN), math.isinf(-INF), math.isfinite(1), math.isclose(1, 1 + 1e-10),
           math.copysign(1, -0.0)), (True, True, True, True, -1.0))


def test_nextafter_ulp_fma():
    equal((math.nextafter(1, 2), math.ulp(1.0), math.fma(2, 3, 4)),
          (1.0000000000000002, 2.220446049250313e-16, 10.0))


def test_nextafter_of_many_steps():
    equal(math.nextafter(-INF, INF, steps=10 ** 19), 1.9261352099337375e-256)
    equal(math.nextafter(INF, -INF, steps=2 ** 63), -2.2250738585072014e-308)
    equal(math.nextafter(-INF, INF, steps=2 ** 64), INF)


run(globals())
