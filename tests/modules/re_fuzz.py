"""Pseudo-random patterns on pseudo-random text: matches, groups, substitutions."""
# timeout: 120

import re
import sys

state = int(sys.argv[1]) if len(sys.argv) > 1 else 12345
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 400


def random(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % n


def choose(items):
    return items[random(len(items))]


ATOMS = ["a", "b", "c", "ab", ".", r"\w", r"\d", r"\s", "[ab]", "[^a]", "[a-c1]", r"\b", r"\B", "^",
         "$", r"\A", r"\Z", "é", "[é-ü]", "A", "1", " ", r"[\w]", r"[^\s\d]"]
REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}?", "*+", "++", "?+", "{1,2}+"]


def pattern(depth, groups):
    kind = random(12)
    if depth == 0 or kind < 4:
        atom = choose(ATOMS)
        return atom + choose(REPEATS) if random(3) == 0 and atom not in ("^", "$", r"\b", r"\B",
                                                                       r"\A", r"\Z") else atom
    if kind < 6:
        return "".join(pattern(depth - 1, groups) for _ in range(1 + random(3)))
    if kind == 6:
        groups[0] += 1
        return "(" + pattern(depth - 1, groups) + ")" + choose(REPEATS + [""] * 8)
    if kind == 7:
        return "(?:" + pattern(depth - 1, groups) + "|" + pattern(depth - 1, groups) + ")" + choose(
            REPEATS + [""] * 4)
    if kind == 8:
        return choose(["(?=", "(?!", "(?>", "(?<=a", "(?<!b"]) + (
            pattern(depth - 1, groups) if random(2) else "") + ")"
    if kind == 9 and groups[0]:
        return "\\" + str(1 + random(groups[0]))
    if kind == 10 and groups[0]:
        return "(?(" + str(1 + random(groups[0])) + ")" + pattern(depth - 1, groups) + "|" + pattern(
            depth - 1, groups) + ")"
    return "(?:" + pattern(depth - 1, groups) + ")"


def describe(match):
    return match and (match.span(), match.groups(), match.regs, match.lastindex)


for _ in range(rounds):
    source = pattern(3, [0])
    flags = choose([0, 0, re.I, re.M, re.S, re.A, re.I | re.A])
    text = "".join(choose("aabbc1 \nAéÜ") for _ in range(random(12)))
    if random(6) == 0:
        text += "\u0416\U0001F600"
    line = ascii((source, int(flags), text))
    try:
        p = re.compile(source, flags)
    except (re.error, OverflowError) as e:
        print(line, "error", e)
        continue
    print(line, describe(p.search(text)), describe(p.match(text)), describe(p.fullmatch(text)),
          ascii(p.findall(text)), ascii(p.sub("-", text)), ascii(p.split(text)),
          [m.span() for m in p.finditer(text, 1)])
