"""Results as tables: for the terminal, and in Markdown for docs/PERFORMANCE.md."""

import os

from results import groups, means
from timing import ROOT

DOCUMENT = os.path.join(ROOT, "docs", "PERFORMANCE.md")
BEGIN, END = "<!-- tables: written by bench/compare --publish -->\n", "<!-- end of tables -->\n"
HEAD = (f"{'program':44} {'peer s':>8} {'Weft s':>8} {'ratio':>6} {'spread':>7} {'wall':>6} "
        f"{'peer MB':>8} {'Weft MB':>8} {'memory':>7}")


def line(name, item):
    return (f"{name:44} {item['peer_seconds']:8.3f} {item['seconds']:8.3f} {item['ratio']:6.2f} "
            f"{item['spread']:7.1%} {item['wall_ratio']:6.2f} {item['peer_memory']:8.1f} {item['memory']:8.1f} "
            f"{item['memory_ratio']:7.2f}")


def show_means(items):
    """Prints the geometric means by group, if there are items of it."""
    ratio, wall, memory = (means(items, field) for field in ("ratio", "wall_ratio", "memory_ratio"))
    print("\nGeometric means")
    for group in ratio:
        if ratio[group] == ratio[group]:
            print(f"{group:62} {ratio[group]:6.2f} {'':7} {wall[group]:6.2f} {'':17} {memory[group]:7.2f}")


def markdown(results):
    """The tables of docs/PERFORMANCE.md."""
    items = results["items"]
    ratio, memory = means(items, "ratio"), means(items, "memory_ratio")
    by_group = groups(items)
    count = sum(len(names) for group, names in by_group.items() if group != "startup")
    parts = [f"Against {results['peer']}, {results['rounds']} rounds, {results['machine']}. {count} programs. "
             "Ratio: CPython's time by Weft's, higher is better. Memory: Weft's peak by CPython's, lower is better.\n",
             "![Ratios](performance.svg)\n",
             "| group | programs | ratio, geometric mean | lowest | memory, geometric mean |\n|---|--:|--:|---|--:|"]
    for group, names in by_group.items():
        if group == "startup":
            continue
        lowest = min(names, key=lambda name: items[name]["ratio"])
        parts.append(f"| {group} | {len(names)} | {ratio[group]:.2f} | {lowest.partition('/')[2]} "
                     f"{items[lowest]['ratio']:.2f} | {memory[group]:.2f} |")
    parts.append(f"| **all** | {count} | **{ratio['all']:.2f}** | | **{memory['all']:.2f}** |\n")
    for group, names in by_group.items():
        title = "Start-up" if group == "startup" else group.capitalize()
        parts.append(f"### {title}\n\n| | CPython s | Weft s | ratio | spread | CPython MB | Weft MB | memory |\n"
                     "|---|--:|--:|--:|--:|--:|--:|--:|")
        for name in names:
            item = items[name]
            parts.append(f"| `{name.partition('/')[2]}` | {item['peer_seconds']:.3f} | {item['seconds']:.3f} | "
                         f"{item['ratio']:.2f} | ±{item['spread']:.0%} | {item['peer_memory']:.1f} | "
                         f"{item['memory']:.1f} | {item['memory_ratio']:.2f} |")
        parts.append("")
    return "\n".join(parts)


def publish(results):
    """Writes the tables into docs/PERFORMANCE.md, between their marks; the prose around them stays."""
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n" + markdown(results) + "\n" + END + after)
