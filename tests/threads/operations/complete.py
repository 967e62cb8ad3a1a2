"""Is every public method of the types of the table in a row, and is the table in docs/THREADS.md the
one that the rows make? --update writes it there."""

import importlib
import os
import sys

from _rows import GUARANTEES, Table, count, missing

TOPICS = "lists", "texts", "mappings", "iterators", "objects", "library", "trees", "files"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "../../../docs/THREADS.md")


def cells(rows):
    """Rows with one guarantee, those with a note apart."""
    plain = [each for row in rows if not row.note for each in row.operations]
    if plain:
        yield ", ".join(plain)
    notes = {}
    for row in rows:
        if row.note:
            notes.setdefault(row.note, []).extend(row.operations)
    for note, operations in notes.items():
        yield f"{', '.join(operations)}: {note}"


def document():
    """The table in Markdown."""
    lines = ["| Object | Guarantee | Operations |", "| --- | --- | --- |"]
    for table in Table.tables.values():
        name = table.name
        for guarantee in GUARANTEES:
            for cell in cells([row for row in table.rows if row.guarantee == guarantee]):
                lines.append(f"| {name} | {guarantee} | {cell.replace('|', chr(92) + '|')} |")
                name = ""
    total = count()
    lines.append("")
    lines.append(f"{sum(total.values())} rows: " +
                 ", ".join(f"{total[guarantee]} {guarantee}" for guarantee in GUARANTEES) + ".")
    return "\n".join(lines) + "\n"


def main():
    for topic in TOPICS:
        importlib.import_module(topic)
    files = {name[:-3] for name in os.listdir(HERE) if name.endswith(".py") and name[0] != "_"}
    assert files == {*TOPICS, "complete"}, files
    failed = 0
    for table, kind, names in missing():
        print(f"FAILED {table.name}: no row has {', '.join(names)} of {kind.__name__}")
        failed += 1
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    new = "\n" + document() + "\n"
    if "--update" in sys.argv:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(before + BEGIN + new + END + after)
    elif old != new:
        print("FAILED docs/THREADS.md does not have the table: run complete.py --update")
        failed += 1
    print(f"{2 - bool(failed)} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)


main()
