#include "base/half.h"

#include <math.h>
#include <string.h>

double half_to_double(uint16_t half)
{
    int exponent = half >> 10 & 31;
    double fraction = half & 1023;
    double magnitude = exponent == 31  ? (fraction ? (double)NAN : (double)INFINITY)
                       : exponent == 0 ? ldexp(fraction, -24)
                                       : ldexp(fraction + 1024, exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

bool half_from_double(double d, uint16_t *half)
{
    uint16_t sign = signbit(d) ? 0x8000 : 0;
    if (isnan(d)) {
        *half = sign | 0x7e00;
        return true;
    }
    d = fabs(d);
    if (isinf(d) || d == 0) {
        *half = sign | (d == 0 ? 0 : 0x7c00);
        return true;
    }
    /* The unit of the last place: 2^(exponent - 10), but not below that of subnormals. */
    int exponent = 0;
    frexp(d, &exponent);
    int unit = exponent - 11 < -24 ? -24 : exponent - 11;
    double steps = nearbyint(ldexp(d, -unit)); /* exact but for the rounding to even */
    unsigned bits = (unsigned)steps;
    if (unit > -24 || bits >= 1024)
        bits += (unsigned)(unit + 24) << 10; /* the implicit bit adds one to the exponent */
    if (bits >= 0x7c00)
        return false;
    *half = (uint16_t)(sign | bits);
    return true;
}
