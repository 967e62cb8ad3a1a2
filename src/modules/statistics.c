/* _statistics: the quantile function of the normal distribution. */
#include <math.h>

#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "types/float.h"

/* A polynomial's value; coefficients from the highest power down. */
static double polynomial(const double *coefficients, int count, double x)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++)
        sum = sum * x + coefficients[i];
    return sum;
}

/* factor * numerator(x) / denominator(x), in this order. */
static double rational(double factor, const double numerator[8], const double denominator[8],
                       double x)
{
    return polynomial(numerator, 8, x) * factor / polynomial(denominator, 8, x);
}

/* Algorithm AS 241, PPND16 (Wichura, "The Percentage Points of the Normal Distribution", Applied
 * Statistics 37, 1988), with the coefficients printed there. */
static double standard_quantile(double p)
{
    static const double a[8] = {2.50908092873012267e+3, 3.34305755835881281e+4,
                                6.72657709270087009e+4, 4.59219539315498715e+4,
                                1.37316937655094611e+4, 1.97159095030655144e+3,
                                1.33141667891784377e+2, 3.38713287279636661e+0};
    static const double b[8] = {5.22649527885285456e+3, 2.87290857357219427e+4,
                                3.93078958000927106e+4, 2.12137943015865959e+4,
                                5.39419602142475111e+3, 6.87187007492057908e+2,
                                4.23133307016009113e+1, 1.0};
    static const double c[8] = {7.74545014278341407e-4, 2.27238449892691846e-2,
                                2.41780725177450612e-1, 1.27045825245236838e+0,
                                3.64784832476320461e+0, 5.76949722146069141e+0,
                                4.63033784615654530e+0, 1.42343711074968358e+0};
    static const double d[8] = {1.05075007164441685e-9, 5.47593808499534495e-4,
                                1.51986665636164572e-2, 1.48103976427480075e-1,
                                6.89767334985100005e-1, 1.67638483018380385e+0,
                                2.05319162663775882e+0, 1.0};
    static const double e[8] = {2.01033439929228813e-7, 2.71155556874348758e-5,
                                1.24266094738807844e-3, 2.65321895265761231e-2,
                                2.96560571828504891e-1, 1.78482653991729134e+0,
                                5.46378491116411436e+0, 6.65790464350110378e+0};
    static const double f[8] = {2.04426310338993979e-15, 1.42151175831644589e-7,
                                1.84631831751005468e-5,  7.86869131145613259e-4,
                                1.48753612908506149e-2,  1.36929880922735805e-1,
                                5.99832206555887938e-1,  1.0};
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return rational(q, a, b, 0.180625 - q * q);
    double r = sqrt(-log(q <= 0 ? p : 1.0 - p));
    double x = r <= 5.0 ? rational(1.0, c, d, r - 1.6) : rational(1.0, e, f, r - 5.0);
    return q < 0 ? -x : x;
}

FUNCTION(normal_dist_inv_cdf, "_normal_dist_inv_cdf", "p, mu, sigma, /", 0)
{
    double p, mu, sigma;
    TRY(number_as_double(args[0], &p));
    TRY(number_as_double(args[1], &mu));
    TRY(number_as_double(args[2], &sigma));
    if (p <= 0.0 || p >= 1.0)
        return raise(ValueError, "inv_cdf undefined for these parameters");
    return float_from(mu + standard_quantile(p) * sigma);
}

static MethodDef *const functions[] = {M(normal_dist_inv_cdf), 0};

const ModuleDef module__statistics = {"_statistics", "Accelerators for the statistics module.",
                                      functions, 0};
