"""The statistics module: means, medians, deviations, quantiles, a line fitted."""

import random
import statistics

CASES = {
    50: [169.21353, 169.21353, 169.27776, 8.02164, 863.6544, 85, 163.85388, 169.27776, 174.75674, 0.17997, 168.83498, 0.04863, 166.67704],
    110000: [170.03591, 170.03591, 170.04004, 9.48745, 833.19148, 81, 163.63982, 170.04004, 176.44635, 0.00099, 169.50316, 0.00033, 170.0197],
}


def main(size):
    source = random.Random(7)
    heights = [source.gauss(170.0, 9.5) for _ in range(size)]
    counts = [source.randrange(100) for _ in range(size)]
    slope, intercept = statistics.linear_regression(counts, heights)
    values = [
        statistics.mean(heights), statistics.fmean(heights), statistics.median(heights),
        statistics.stdev(heights), statistics.pvariance(counts), statistics.mode(counts),
        *statistics.quantiles(heights, n=4), statistics.correlation(counts, heights),
        statistics.harmonic_mean(heights), slope, intercept,
    ]
    return [round(value, 5) for value in values]
