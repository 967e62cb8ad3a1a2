#include "gc/histogram.h"
#include "unit.h"

UNIT(an_empty_one_has_no_quantile)
{
    static const Histogram none;
    CHECK(histogram_quantile(&none, 0.5) == 0);
}

/* Never less than the true quantile, and at most one eighth more. */
UNIT(quantiles_are_nearly_exact)
{
    for (uint64_t scale = 1; scale < UINT64_C(1) << 50; scale *= 7) {
        Histogram histogram = {0};
        for (uint64_t i = 1; i <= 1000; i++)
            histogram_add(&histogram, i * scale);
        for (int percent = 1; percent <= 100; percent++) {
            uint64_t exact = (uint64_t)percent * 10 * scale;
            uint64_t found = histogram_quantile(&histogram, percent / 100.0);
            CHECK(found >= exact && found <= exact + exact / 8 + 1);
        }
        CHECK(histogram.max == 1000 * scale && histogram.count == 1000);
        CHECK(histogram.total == 500500 * scale);
    }
}

UNIT(the_greatest_value_fits)
{
    Histogram histogram = {0};
    histogram_add(&histogram, UINT64_MAX);
    CHECK(histogram_quantile(&histogram, 1) == UINT64_MAX);
}

UNIT_MAIN()
