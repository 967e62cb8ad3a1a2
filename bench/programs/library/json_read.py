"""json.loads: many small texts, a large one, long lists of numbers, escapes, hooks."""

import json

CASES = {10: 157589014, 6200: 60880960685601}


def main(size):
    records = [{"id": i, "name": f"Name {i}", "price": i / 7, "tags": ["red", "blü", 'quo"ted'], "stock": i % 3 == 0,
                "parent": None, "size": {"width": i % 10, "height": i * 1.5, "unit": "cm\n"}} for i in range(size)]
    text = json.dumps(records)
    total = 0
    for _ in range(6):
        back = json.loads(text)
        total += sum(item["size"]["width"] + len(item["tags"][1]) for item in back)
    assert back == records
    for line in [json.dumps(item) for item in records]:
        total += json.loads(line)["id"]
    numbers = json.dumps([i * 7919 for i in range(size * 20)] + [i / 3 for i in range(size * 5)])
    total += int(sum(json.loads(numbers)))
    pretty = json.dumps(records, indent=4, ensure_ascii=False)
    total += len(json.loads(pretty.encode(), object_hook=lambda pairs: tuple(pairs.values())))
    total += json.loads('[{"a": "\\u00e9\\ud83d\\ude00\\t"}]' )[0]["a"] == "é😀\t"
    return total
