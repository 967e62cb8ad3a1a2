"""Methods of str and bytes at every short length, against slow definitions of the same: what works on several characters
at once must be right at each boundary."""

WIDER = ["a", "\xe9", "\u20ac", "\U0001f600"]


def slow_find(s, part):
    for i in range(len(s) - len(part) + 1):
        if s[i:i + len(part)] == part:
            return i
    return -1


def slow_count(s, part):
    count = i = 0
    while (found := slow_find(s[i:], part)) >= 0:
        count += 1
        i += found + len(part)
    return count


def slow_replace(s, old, new):
    out, i = s[:0], 0
    while (found := slow_find(s[i:], old)) >= 0:
        out += s[i:i + found] + new
        i += found + len(old)
    return out + s[i:]


def searching():
    for length in range(70):
        for text in ("a" * length, "ab" * (length // 2) + "c", "x" * length + "needle" + "y" * (length % 5)):
            for part in ("a", "b", "ab", "ba", "needle", "aab", "a" * 9, "xn", "e" * 3, "ab" * 9 + "c"):
                for s, p, new in ((text, part, "-"), (text.encode(), part.encode(), b"-")):
                    assert s.find(p) == slow_find(s, p), (s, p)
                    assert s.count(p) == slow_count(s, p), (s, p)
                    assert (p in s) == (slow_find(s, p) >= 0)
                    assert s.replace(p, new) == slow_replace(s, p, new), (s, p)
                    assert s.replace(p, new[:0]) == slow_replace(s, p, new[:0])
                    assert s.replace(p, new * 3) == slow_replace(s, p, new * 3)


def often_almost_there():
    """False hits of the first and the last character, more than can be tried one by one."""
    text = "a" * 5000 + "b"
    part = "a" * 300 + "xa"
    assert text.find(part) == -1 and text.encode().find(part.encode()) == -1
    assert (text + part).find(part) == len(text)


def widths():
    for length in range(40):
        for c in WIDER:
            s = "x" * length + c + "y z\n" * (length % 3)
            assert s.encode().decode() == s
            assert s.encode("utf-16").decode("utf-16") == s
            assert s.upper().lower() == s
            assert s[::-1][::-1] == s and s[::-2] == "".join(s[i] for i in range(len(s) - 1, -1, -2))
            assert "".join(list(s)) == s and c.join([s, s]) == s + c + s
            assert s.replace("x", c).replace(c, "x") == s.replace(c, "x")
            assert s.replace(c, "q").isascii()
            assert s.splitlines(True) == [line + "\n" if line != s.split("\n")[-1] else line
                                          for line in s.split("\n") if line or s.count("\n") == 0]
            assert " ".join(s.split()) == s.strip().replace("\n", " ")
            assert f"{s}{c}" == s + c and "%s%s" % (s, c) == s + c and "{}{}".format(s, c) == s + c
            assert s.translate({ord("x"): "X", ord(c): None}) == s.replace("x", "X").replace(c, "")


def cases():
    letters = "".join(map(chr, range(256)))
    for length in range(0, 256, 3):
        for s in (letters[:128][:length], letters[:length]):
            assert s.swapcase().isascii() == s.isascii() or "\xb5" in s or "\xdf" in s or "\xff" in s
            assert s.lower() == "".join(c.lower() for c in s)
            assert s.upper() == "".join(c.upper() for c in s)
        b = bytes(range(length))
        assert b.lower() == bytes(c + 32 if 65 <= c <= 90 else c for c in b)
        assert b.upper() == bytes(c - 32 if 97 <= c <= 122 else c for c in b)


def joining():
    for length in range(40):
        for gap in (b"", b",", b"0123456789abcdef0"):
            items = [bytes(range(i)) for i in range(length)]
            expected = items[0] if items else b""
            for item in items[1:]:
                expected += gap + item
            for iterable in (items, tuple(items), iter(items), [bytearray(i) for i in items], set(items[:1])):
                joined = gap.join(iterable)
                assert joined == (expected if not isinstance(iterable, set) else b"".join(items[:1]))
                assert type(joined) is bytes and type(bytearray(gap).join(items)) is bytearray
            text = gap.decode().join([i.decode("latin-1") for i in items])
            assert text == expected.decode("latin-1")
    try:
        b",".join([b"a", "b"])
        raise AssertionError
    except TypeError as e:
        assert str(e) == "sequence item 1: expected a bytes-like object, str found"


def tabs():
    for length in range(20):
        for c in WIDER:
            for size in (0, 1, 4, 8):
                s = "x" * length + "\t" + c + "\ty\n\tz\r\t"
                out = ""
                column = 0
                for x in s:
                    y = " " * (size - column % size if size else 0) if x == "\t" else x
                    column = 0 if x in "\r\n" else column + len(y)
                    out += y
                assert s.expandtabs(size) == out
    table = {i: chr(i ^ 1) for i in range(48, 123)} | {ord("q"): None, ord("Q"): "\u20ac", ord("!"): "???"}
    for length in range(0, 600, 7):
        for s in ("abcq!" * length, "0" * length + "Q", "\xe9" * length + "a", "\u20aca" * length):
            assert s.translate(table) == "".join(x if (x := table.get(ord(c), c)) is not None else "" for c in s)


def bad_utf8():
    for length in range(40):
        for bad in (b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80", b"\xf0\x9f\x98", b"\xe0\x80\x80",
                    b"\xf4\x90\x80\x80", b"\x80"):
            data = b"x" * length + "\xe9\u20ac".encode() + bad
            try:
                data.decode()
                raise AssertionError(data)
            except UnicodeDecodeError as e:
                assert e.start == length + 5, (data, e.start)
            assert data.decode(errors="replace").startswith("x" * length + "\xe9\u20ac\ufffd")
    for length in range(140):
        for s in ("\u0100" * length + "\udc80" + "y", "\U00010000" * length + "\udfff"):
            try:
                s.encode()
                raise AssertionError(s)
            except UnicodeEncodeError as e:
                assert e.start == length and e.end == length + 1
        s = "\ud7ff\ue000" * length
        assert len(s.encode()) == 6 * length and s.encode().decode() == s


def numbers():
    for text, value in (("9223372036854775808.0", 2.0 ** 63), ("92233720368547758080e-1", 2.0 ** 63),
                        ("9007199254740993", 9007199254740992.0), ("1e22", 10.0 ** 22), ("1e23", 1e22 * 10.0),
                        ("0.000001", 1 / 1000000), ("123456789012345678e-22", 123456789012345678 / 10 ** 22),
                        ("00000000000000000000000000.5", 0.5), ("5e-324", 2.0 ** -1074), ("0e999", 0.0)):
        assert float(text) == value, text
    assert f"{1e15:.2f}" == "1000000000000000.00" and f"{999999999999999.9:.1f}" == "999999999999999.9"
    assert len(f"{1e308:.3f}") == 313 and f"{-0.0:.0f}" == "-0"
    assert "%d|%s|%s" % (-5, 7, -(2 ** 61)) == "-5|7|-2305843009213693952" and "%d" % True == "1"
    assert "%s" % True == "True" and "%s%%" % 5 == "5%" and "%s" % ("a",) == "a"


searching()
often_almost_there()
widths()
cases()
joining()
tabs()
bad_utf8()
numbers()
