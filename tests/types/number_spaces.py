"""What counts as white space around the text of a number: C's, and beyond ASCII Unicode's.
The output is the test."""


def t(function, *args):
    try:
        return repr(function(*args))
    except ValueError as e:
        return ascii(str(e))


for c in "\x1c\x1d\x1e\x1f\x85\xa0\u2003 \t\n\x0b\x0c\r":
    for text in c + "1", "1" + c, c + "1" + c, c + "\u0661", c:
        print(ascii(text), t(int, text), t(int, text, 0), t(float, text), t(complex, text), t(float.fromhex, text))
    print(t(complex, "(" + c + "1)"))
    if c < "\x80":
        for kind in bytes, bytearray:
            text = kind((c + "1" + c).encode())
            print(text, t(int, text), t(int, text, 0), t(float, text))
