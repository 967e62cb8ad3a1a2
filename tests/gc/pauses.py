# weft only
"""What the collector tells of its pauses."""

import gc
import subprocess
import sys

from testing import equal, run


def test_pauses():
    gc.collect()
    for stats in gc.get_stats(pauses=True)[::2]:
        equal(sorted(set(stats) - {"collections", "collected", "uncollectable"}),
              ["pause_max", "pause_median", "pause_p99", "pause_total"])
        assert 0 <= stats["pause_median"] <= stats["pause_p99"] <= stats["pause_max"] < 60
        assert stats["pause_max"] <= stats["pause_total"]
    assert gc.get_stats(pauses=True)[2]["pause_median"] > 0


def test_x_option_gcstats():
    result = subprocess.run([sys.executable, "-X", "gcstats", "-c", "import gc; gc.collect()"],
                            stderr=subprocess.PIPE, text=True)
    lines = result.stderr.splitlines()
    equal([line[:4] for line in lines], ["gc: "] * len(lines))
    assert " full collections: pause " in result.stderr, result.stderr
    assert " objects of " in lines[-1] and "; 1 threads, " in lines[-1], lines


run(globals())
