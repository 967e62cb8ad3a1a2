"""Regular expressions line by line: match, fullmatch, named groups, a scanner with lastgroup, and backtracking."""

import re

CASES = {10: [2491, 1], 54000: [21022200, 109]}

LINE = re.compile(r"(?P<host>[\d.]+) (?P<user>\S+) \[(?P<date>[^\]]+)\] (?P<code>\d{3}) (?P<size>\d+|-)")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
TOKEN = re.compile(r"(?P<number>\d+)|(?P<name>[a-z_]\w*)|(?P<operator>[-+*/=()])|(?P<space>\s+)")
NESTED = re.compile(r"(a+b?)+c")


def main(size):
    total = 0
    for i in range(size):
        line = f"10.0.{i % 256}.1 user{i % 50} [2024-11-{i % 28 + 1:02d} 10:00] {200 + i % 300} {i * 17}"
        match = LINE.match(line)
        total += int(match["code"]) + len(match.group("user")) + len(match.groupdict())
        if NUMBER.fullmatch(f"{i / 7}") and not NUMBER.fullmatch(f"{i}x"):
            total += 1
        if i % 4 == 0:
            for token in TOKEN.finditer("value_one = (alpha + 42) * beta - 7"):
                total += len(token.lastgroup)
    failed = sum(NESTED.match("a" * 12) is None for _ in range(size // 500 + 1))
    return [total, failed]
