"""The chart of the ratios, as SVG: a bar for each program, by group, on a logarithmic scale around 1."""

import math
from html import escape

from results import groups, means

LEFT, WIDTH, ROW, TOP = 190, 560, 15, 46
LOWEST, HIGHEST = 0.25, 8.0
COLOURS = {True: "#3b7dd8", False: "#d8663b"}


def position(ratio):
    """The abscissa of a ratio; what is outside of the scale is drawn at its end."""
    share = math.log(min(max(ratio, LOWEST), HIGHEST) / LOWEST) / math.log(HIGHEST / LOWEST)
    return LEFT + share * WIDTH


class Drawing:
    def __init__(self):
        self.parts = []
        self.y = TOP

    def text(self, x, y, words, attributes=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(words)}</text>')

    def scale(self, bottom):
        ratio = LOWEST
        while ratio <= HIGHEST:
            x = position(ratio)
            colour = "#444" if ratio == 1 else "#ddd"
            self.parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="{colour}"/>')
            self.text(x, TOP - 14, f"{ratio:g}", 'text-anchor="middle" fill="#666"')
            ratio *= 2

    def bar(self, name, ratio, bold):
        one, end = position(1.0), position(ratio)
        weight = 'font-weight="bold"' if bold else ""
        self.text(LEFT - 8, self.y + 11, name, f'text-anchor="end" {weight}')
        self.parts.append(f'<rect x="{min(one, end):.1f}" y="{self.y + 2}" width="{abs(end - one):.1f}" '
                          f'height="{ROW - 4}" fill="{COLOURS[ratio >= 1]}" opacity="{1 if bold else 0.65}"/>')
        self.text(max(one, end) + 5, self.y + 11, f"{ratio:.2f}", weight)
        self.y += ROW


def chart(results):
    """The SVG text of the results."""
    items = results["items"]
    mean = means(items, "ratio")
    drawing = Drawing()
    if mean["all"] == mean["all"]:
        drawing.bar("all programs", mean["all"], True)
    for group, names in groups(items).items():
        drawing.y += 6
        drawing.bar(group, mean[group], True)
        for name in names:
            drawing.bar(name.partition("/")[2], items[name]["ratio"], False)
    bottom = drawing.y + 6
    drawing.scale(bottom)
    title = f"Times as fast as {results['peer']}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" height="{bottom + 8}" '
            f'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
            f'<text x="{LEFT}" y="16" font-size="14">{escape(title)}</text>\n'
            + "\n".join(drawing.parts) + "\n</svg>\n")
