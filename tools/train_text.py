"""What `make pgo` sees of text, regular expressions, json and pickle: see tools/train-profile."""

import io
import json
import pickle
import re
import string

LINE = '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a_page.html HTTP/1.0" 200 2326'
TEXT = "the quick brown fox jumps over the lazy dog and runs away, never to be seen again " * 60
CODE = "total = first(12.5 + second) * third[0] - 7  # so far\n" * 40


class Record:
    def __init__(self, number):
        self.number = number
        self.name = f"record {number}"
        self.parts = [number, number / 3, None]


def methods(rounds):
    words = TEXT.split()
    for i in range(rounds):
        s = words[i % len(words)]
        s.upper().lower().title().strip().lstrip("t").rstrip("g").center(12).ljust(9).zfill(7)
        s.startswith("t"), s.endswith("e"), s.find("o"), s.rfind("e"), s.count("a"), "u" in s
        s.isalpha(), s.isdigit(), s.isspace(), s.isupper(), s.islower(), s.isidentifier()
        s.replace("o", "0").replace("the", "a").partition("0"), s.encode().decode(), hash(s + "!")
        f"{s}:{i:5d}|{i / 7:.2f}|{s:>10}", "%s=%d %5.1f" % (s, i, i / 3), "{} {:>8}".format(s, i)
        str(i), int(str(i)), float("1.5"), repr(i / 7), repr(s), s == words[0], s < words[1], s[1:3]
    table = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
    for text in (TEXT, TEXT.replace("o", "ö"), TEXT.replace("o", "€")):
        for _ in range(rounds // 300):
            text.upper(), text.split(" "), text.replace("fox", "cat"), text.find("zebra")
            text.translate(table), text.encode().decode(), " ".join(text.split()), text.count("the")
            text.splitlines(), [c for c in text if c.isalpha()], text.title(), text.swapcase()


def expressions(rounds):
    log = re.compile(r'^(\S+) \S+ \S+ \[([^\]]+)\] "(\w+) ([^"]*)" (\d+) (\d+)')
    tokens = re.compile(r"(?P<number>\d+(\.\d*)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>[-+*/()=])|\s+|#.*")
    for _ in range(rounds):
        log.match(LINE).groups()
    for _ in range(rounds // 100):
        [m.lastgroup for m in tokens.finditer(CODE)]
        re.findall(r"\w+", TEXT), re.sub(r"\s+", " ", TEXT), re.split(r"[,. ]+", TEXT)
        re.findall("lazy dog", TEXT), re.findall(r"fox|dog|cat", TEXT), re.findall("QUICK", TEXT, re.I)
        re.findall(r"\b(\w)\w*\1\b", TEXT), re.sub(r"\d+", lambda m: m[0] + "!", CODE)
        re.findall(r"a.*?n", TEXT), re.search(r"(.+)+#", TEXT[:18])


def documents(rounds):
    data = [{"id": i, "name": f"name {i}", "values": [i, i * 1.5, -i, True, None], "text": 'a "b" é',
             "nested": {"x": [], "y": {}, "z": str(i)}} for i in range(60)]
    records = [Record(i) for i in range(60)]
    for _ in range(rounds):
        for options in ({}, {"indent": 2}, {"ensure_ascii": False}, {"sort_keys": True}):
            text = json.dumps(data, **options)
            assert json.loads(text) == data
        for protocol in (2, pickle.HIGHEST_PROTOCOL):
            assert pickle.loads(pickle.dumps(data, protocol)) == data
            pickle.loads(pickle.dumps(records, protocol))
        for line in io.StringIO(CODE):
            line.rstrip("\n").split()


methods(6000)
expressions(2000)
documents(20)
