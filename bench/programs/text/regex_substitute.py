"""Regular expressions that change text: sub with strings, with groups, with functions; split."""

import re

CASES = {
    10: [2267, 10, "The  price of thing_0 is $0.00"],
    50000: [12865782, 50000, "The  price of thing_0 is $0.00"],
}


def main(size):
    text = "\n".join(f"The  price of item_{i} is ${i}.{i % 100:02d}, due <b>2024-{i % 12 + 1:02d}-01</b>."
                     for i in range(size))
    total = 0
    dates = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
    changed = dates.sub(r"\3.\2.\1", text)
    total += changed.count("01.")
    total += len(re.sub(r"<[^>]+>", "", text))
    total += len(re.sub(r"\s+", " ", text))
    total += len(re.sub(r"\$(\d+)\.(\d+)", lambda match: str(int(match[1]) * 100 + int(match[2])), text))
    total += len(re.sub(r"_(\w)", lambda match: match.group(1).upper(), text))
    total += len(re.split(r"[,.\s]+", text))
    total += len(re.split(r"(\d+)", text))
    plain, count = re.subn("item", "thing", text)
    return [total, count, plain[:30]]
