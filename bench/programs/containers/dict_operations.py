"""Dicts with keys of several types: counted in, looked up, iterated over, merged, deleted from."""

CASES = {1000: [105546, 2626, 2922, 1002], 180000: [27761133, 45018, 50019, 180002]}


def main(size):
    counts = {}
    state = 1
    for _ in range(size * 3):
        state = state * 1103515245 + 12345 & 0x7fffffff
        key = state % 50021
        counts[key] = counts.get(key, 0) + 1
    by_name = {f"key{key}": count for key, count in counts.items()}
    total = 0
    for _ in range(5):
        for key in by_name:
            total += by_name[key]
    pairs = {}
    for i in range(size):
        pairs[i % 300, i & 1] = i
    for key, value in pairs.items():
        total += key[0] * value % 17
    merged = by_name | {"other": 3}
    groups = {}
    for name in by_name:
        groups.setdefault(name[-2:], []).append(name)
    total += sum(len(names) ** 2 for names in groups.values())
    for name in list(merged):
        if name.endswith("7"):
            del merged[name]
    for i in range(size):
        if i in counts:
            total += 1
    record = {"a": 1, "b": 2, "c": 3}
    for i in range(size):
        record["a"] = record["b"] + i
        record["b"] = record["c"]
    return [total, len(merged), len(counts), record["a"]]
