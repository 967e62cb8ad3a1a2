"""Regular expressions that search: literals, classes, alternatives, groups, repetition lazy and greedy, look-around."""

import re

CASES = {
    10: [1, 6, 11, 35, 10, 118, 10, 180, 10, 230, 10, 190, 10, 240, 10, 25, 9, 54, 23, 46],
    8800: [880, 5280, 9680, 30800, 8800, 124367, 8800, 183690, 8800, 210290, 8800, 167200, 8800, 219090, 8800, 49213, 7920, 47520, 29152, 58304],
}

PATTERNS = [
    r"failed",
    r"[A-Z][a-z]+",
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    r"(\w+)@(\w+)\.(com|org|net)",
    r"(?:GET|POST|PUT) (/\S*)",
    r"\[(.*?)\]",
    r'"([^"]*)"',
    r"(?<=size=)\d+(?! kB)",
    r"(?i)WARNING|notice",
    r"(\w)\1",
]


def lines(count):
    for i in range(count):
        yield (f'192.168.{i % 256}.{i * 7 % 256} - user{i}@example{i % 9}.org [12/Nov/2024:10:{i % 60:02d}] '
               f'"GET /path/{i % 97}/index.html" {200 + i % 5} size={i * 31} '
               f'{"Error: disk failed" if i % 10 == 0 else "notice all is well"}')


def main(size):
    text = "\n".join(lines(size))
    result = []
    for pattern in PATTERNS:
        compiled = re.compile(pattern)
        result.append(len(compiled.findall(text)))
        found = 0
        for match in compiled.finditer(text):
            found += match.end() - match.start()
        result.append(found)
    return result
