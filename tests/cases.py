"""Expressions and what they give, one a line, for tests whose expected output is CPython's.

    show(CASES, globals())

prints each expression of the text with its value in ASCII, or its exception. Addresses are
masked, and long results cut.
"""

LIMIT = 300


def _mask(text):
    parts = text.split(" at 0x")
    for i in range(1, len(parts)):
        end = 0
        while end < len(parts[i]) and parts[i][end] in "0123456789abcdef":
            end += 1
        parts[i] = "..." + parts[i][end:]
    return " at 0x".join(parts)


def show(cases, namespace):
    for case in cases.strip().split("\n"):
        try:
            result = ascii(eval(case, namespace))
        except Exception as e:
            result = type(e).__name__ + " " + ascii(str(e))
        print(case, "->", _mask(result)[:LIMIT])
