"""CSV written and read: quoted fields, other delimiters, DictReader and DictWriter."""

import csv
import io

CASES = {100: [7822, 2096], 50000: [1251526112, 1355576]}


def main(size):
    rows = [[i, f"name {i}", f'said "{i}", twice' if i % 5 == 0 else "plain", i / 4, ""] for i in range(size)]
    total = 0
    for dialect in ({}, {"delimiter": ";", "quoting": csv.QUOTE_ALL}, {"delimiter": "\t", "lineterminator": "\n"}):
        stream = io.StringIO(newline="")
        csv.writer(stream, **dialect).writerows(rows)
        stream.seek(0)
        options = {"delimiter": dialect.get("delimiter", ",")}
        back = list(csv.reader(stream, **options))
        assert back[size - 1][1] == f"name {size - 1}"
        total += sum(len(row[2]) for row in back)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["number", "name", "note"])
    writer.writeheader()
    for row in rows:
        writer.writerow({"number": row[0], "name": row[1], "note": row[2]})
    stream.seek(0)
    for record in csv.DictReader(stream):
        total += int(record["number"]) + len(record["note"])
    return [total, len(stream.getvalue())]
