"""What bench/scaling --publish writes: docs/SCALING.md, a table, and docs/scaling.svg, a bar of the speed-up for
each item."""

import math
import os
from html import escape

from timing import ROOT

LEFT, WIDTH, ROW, TOP = 190, 420, 15, 46


def drawing(ours, threads):
    """The chart's SVG text: speed-up, from nothing to one and a half times the number of threads."""
    parts, y = [], TOP

    def x_of(speed_up):
        return LEFT + min(speed_up / (1.5 * threads), 1) * WIDTH

    bottom = TOP + ROW * len(ours) + 6
    for mark in range(threads + 1):
        colour = "#444" if mark in (1, threads) else "#ddd"
        parts.append(f'<line x1="{x_of(mark):.1f}" x2="{x_of(mark):.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="{colour}"/>')
        parts.append(f'<text x="{x_of(mark):.1f}" y="{TOP - 14}" text-anchor="middle" fill="#666">{mark}</text>')
    for name, item in ours.items():
        speed_up = threads * item.efficiency
        parts.append(f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{x_of(speed_up) - LEFT:.1f}" height="{ROW - 4}" fill="#3b7dd8"/>')
        parts.append(f'<text x="{x_of(speed_up) + 5:.1f}" y="{y + 11}">{speed_up:.2f}</text>')
        y += ROW
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" height="{bottom + 8}" '
            'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
            f'<text x="{LEFT}" y="16" font-size="14">Speed-up with {threads} threads</text>\n'
            + "\n".join(parts) + "\n</svg>\n")


def columns_of(peer, item):
    """Of one more peer: a thread, all threads, and how much sooner ours are done."""
    return (f" {peer.one:.1f} | {peer.threads:.1f} "
            f"| {peer.threads / item.threads:.2f} |")


def table(ours, theirs, free, threads):
    """The Markdown text. `free`: what CPython without its lock takes, or None."""
    lines = [
        "# How operations scale",
        "",
        f"Written by `./dev bench --threads --publish`: Weft and CPython 3.13 (with its lock) on one machine, {threads} threads on",
        "as many cores, each of which does all of an item's work. Times are nanoseconds a round and the least of several runs.",
        "*Efficiency* is the time of one thread by that of all (1: all cores are used in full); *of processes* is the same against as many",
        "processes, which share nothing: what the machine allows at that moment. Shared data that is written has no",
        "efficiency to reach: there what counts is how much sooner Weft's threads are done than CPython's (*as fast*).",
        *([] if not free else ["The last columns are CPython 3.13 without its lock (`./dev peers --free-threaded`, no profile), the same way."]),
        "",
        "![speed-up](scaling.svg)",
        "",
        f"| item | 1 thread | {threads} threads | efficiency | of processes | CPython 3.13, {threads} threads | as fast |"
        + (" without its lock, 1 thread | " + f"{threads} threads | as fast |" if free else ""),
        "|---|--:|--:|--:|--:|--:|--:|" + ("--:|--:|--:|" if free else ""),
    ]
    for name, item in ours.items():
        share = "" if math.isnan(item.processes) else f"{item.against_processes:.2f}"
        peer = theirs[name]
        lines.append(f"| {name} | {item.one:.1f} | {item.threads:.1f} | {item.efficiency:.2f} | {share} "
                     f"| {peer.threads:.1f} "
                     f"| {peer.threads / item.threads:.2f} |"
                     + (columns_of(free[name], item) if free else ""))
    return "\n".join(lines) + "\n"


def publish(ours, theirs, free, threads):
    """Writes both files."""
    for name, text in (("SCALING.md", table(ours, theirs, free, threads)), ("scaling.svg", drawing(ours, threads))):
        with open(os.path.join(ROOT, "docs", name), "w", encoding="utf-8") as file:
            file.write(text)
