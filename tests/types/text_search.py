"""Searching, splitting, stripping, replacing in texts of few letters, short and long, against the same done naively."""

state = 99


def random(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % n


def naive_places(text, part, limit):
    places, i = [], 0
    while i + len(part) <= len(text) and len(places) != limit:
        if text[i:i + len(part)] == part:
            places.append(i)
            i += len(part)
        else:
            i += 1
    return places


def naive_parts(text, part, limit):
    parts, start = [], 0
    for place in naive_places(text, part, limit):
        parts.append(text[start:place])
        start = place + len(part)
    return parts + [text[start:]]


def check(text, part, new, limit):
    places = naive_places(text, part, limit)
    parts = naive_parts(text, part, limit)
    empty = text[:0]
    assert text.find(part) == (naive_places(text, part, 1) or [-1])[0]
    assert text.count(part) == len(naive_places(text, part, -1))
    assert (part in text) == bool(naive_places(text, part, 1))
    assert text.split(part, limit) == parts, (text, part, limit)
    assert text.replace(part, new, limit) == new.join(parts), (text, part, new, limit)
    assert len(text.replace(part, new, limit)) == len(text) + len(places) * (len(new) - len(part))
    assert text.partition(part)[0] == naive_parts(text, part, 1)[0]
    assert text.replace(part, empty, limit) == empty.join(parts)


def check_strip(text, chars):
    start, end = 0, len(text)
    while start < end and text[start] in chars:
        start += 1
    left = start
    while end > start and text[end - 1] in chars:
        end -= 1
    assert text.strip(chars) == text[start:end]
    assert text.lstrip(chars) == text[left:]
    end = len(text)
    while end > 0 and text[end - 1] in chars:
        end -= 1
    assert text.rstrip(chars) == text[:end]


def check_space(text):
    parts, part = [], ""
    for c in text:
        if c.isspace():
            if part:
                parts.append(part)
            part = ""
        else:
            part += c
    assert text.split() == parts + ([part] if part else [])
    start = 0
    while start < len(text) and text[start].isspace():
        start += 1
    assert text.lstrip() == text[start:]
    assert text.strip() == text[start:].rstrip()
    assert not text.rstrip() or not text.rstrip()[-1].isspace()


def word(letters, length):
    return "".join(letters[random(len(letters))] for _ in range(length))


for letters in ("ab", "abcde", "aé", "aбb", "a😀b"):
    for _ in range(400):
        text = word(letters, random(70))
        part = word(letters, 1 + random(4))
        new = word(letters + "xñ€"[:random(4)], random(5))
        limit = random(6) - 1
        if limit != 0:
            check(text, part, new, limit)
            check(text.encode(), part.encode(), new.encode(), limit)
            check(bytearray(text.encode()), part.encode(), new.encode(), limit)
        check_strip(text, word(letters, 1 + random(2)))
        check_space(word(letters + " \t\x1f\x85\xa0\u2003", random(30)))

# Equal and not, in all kinds, and what is only alike in its first bytes.
texts = ["", "\0", "\0\0", "a", "b", "ab", "é", "aé", "ā", "aā", "š" * 3, "😀", "a😀", "\u0100", "\U00010100"]
for i, a in enumerate(texts):
    for k, b in enumerate(texts):
        again = "".join(list(b))
        assert (a == again) == (i == k) and (a != again) == (i != k)
        if a == again:
            assert i == k
        else:
            assert i != k
