"""json.dumps: records of all kinds, compact, indented, sorted, and with a default function."""

import json

CASES = {10: 16128, 17000: 30812561}


class Money:
    def __init__(self, amount):
        self.amount = amount


def record(i):
    return {"id": i, "name": f"Name {i}", "price": i / 7, "tags": ["red", "blü", 'quo"ted'], "stock": i % 3 == 0,
            "parent": None, "size": {"width": i % 10, "height": i * 1.5, "unit": "cm\n"}}


def main(size):
    records = [record(i) for i in range(size)]
    total = 0
    for _ in range(6):
        total += len(json.dumps(records))
    total += len(json.dumps(records, ensure_ascii=False, separators=(",", ":")))
    total += len(json.dumps(records[:size // 4], indent=2, sort_keys=True))
    total += len(json.dumps([Money(i) for i in range(size)], default=lambda money: money.amount))
    total += len(json.dumps(list(range(size * 20)))) + len(json.dumps({str(i): i for i in range(size * 5)}))
    for item in records:
        total += len(json.dumps(item))
    return total
