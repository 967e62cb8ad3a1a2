"""What measurements come to: ratios with their spread, means, the file of results, the check against it."""

import json
import math
import os
import statistics

from timing import ROOT

COMMITTED = os.path.join(ROOT, "bench", "results.json")
TOLERANCE = 0.10


def median(samples, index):
    return statistics.median(sample[index] for sample in samples)


def summary(theirs, ours, clock):
    """The result of one item as JSON keeps it. Both are lists of (wall, cpu, MB), one a run, taken in turn; clock
    is 0 or 1, the one that the ratio is of. The ratio is that of the medians, its spread half the distance
    between the quartiles of the ratios of neighbouring runs, as a share of it."""
    ratio = median(theirs, clock) / median(ours, clock)
    pairs = [a[clock] / b[clock] for a, b in zip(theirs, ours)]
    low, _, high = statistics.quantiles(pairs, n=4, method="inclusive") if len(pairs) > 1 else pairs * 3
    result = {
        "ratio": ratio,
        "spread": (high - low) / 2 / ratio,
        "wall_ratio": median(theirs, 0) / median(ours, 0),
        "cpu_ratio": median(theirs, 1) / median(ours, 1),
        "peer_seconds": median(theirs, clock),
        "seconds": median(ours, clock),
        "peer_memory": median(theirs, 2),
        "memory": median(ours, 2),
        "memory_ratio": median(ours, 2) / median(theirs, 2),
    }
    return {key: round(value, 4) for key, value in result.items()}


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def groups(items):
    """The names of the items by group, in their order."""
    result = {}
    for name in items:
        result.setdefault(name.partition("/")[0], []).append(name)
    return result


def means(items, field):
    """The geometric mean of a field by group, and over all programs ("all", without start-up)."""
    result = {group: geometric_mean(items[name][field] for name in names) for group, names in groups(items).items()}
    result["all"] = geometric_mean(item[field] for name, item in items.items() if not name.startswith("startup/"))
    return result


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(results, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")


def slower(items, committed, clock):
    """The items whose ratio is more than TOLERANCE below the committed one: (name, before, now), worst first. The
    clock's own ratio is compared, whichever the file was published with."""
    field = f"{clock}_ratio"
    found = []
    for name, item in items.items():
        before = committed["items"].get(name)
        if before is not None and item[field] < before[field] * (1 - TOLERANCE):
            found.append((name, before[field], item[field]))
    return sorted(found, key=lambda each: each[2] / each[1])
