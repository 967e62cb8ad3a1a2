"""json: strings around the boundaries of eight characters, circular references through all containers, keys that are
skipped, and arrays of every short length."""

import json

for length in range(30):
    for c in ('"', "\\", "\x1f", "\x7f", "\n", "\xe9", "\u20ac", "\U0001f600", "/"):
        for s in ("x" * length + c, c + "x" * length, "x" * length + c + "y" * 9):
            for ascii_only in (True, False):
                text = json.dumps(s, ensure_ascii=ascii_only)
                assert json.loads(text) == s and json.loads(" [" + text + "]") == [s]
                assert text.isascii() or not ascii_only
assert json.dumps("\x7f") == r'"\u007f"' and json.dumps("\x1f\x80") == r'"\u001f\u0080"'

for length in range(40):
    values = list(range(length)), [i / 7 for i in range(length)], [{"k": [i]} for i in range(length)]
    for value in values:
        assert json.loads(json.dumps(value)) == value

inner = []
deep = {"a": [{"b": (inner,)}]}
assert json.dumps(deep) == '{"a": [{"b": [[]]}]}'
inner.append(deep)
for value in (deep, inner):
    try:
        json.dumps(value)
        raise SystemExit("not noticed")
    except ValueError as e:
        assert str(e) == "Circular reference detected", e
same = [1]
assert json.dumps([same, same, {"x": same}]) == '[[1], [1], {"x": [1]}]'


class Circle:
    pass


circle = Circle()
for default in (lambda o: o, lambda o: [o], lambda o: {"x": o}):
    try:
        json.dumps(circle, default=default)
        raise SystemExit("not noticed")
    except ValueError as e:
        assert str(e) == "Circular reference detected", e
assert json.dumps([circle, circle], default=lambda o: "c", indent=1) == '[\n "c",\n "c"\n]'
assert json.dumps(circle, default=lambda o: [1, {"a": 2}], indent=1) == '[\n 1,\n {\n  "a": 2\n }\n]'

keys = {(1, 2): 3, b"x": 4}
assert json.dumps(keys, skipkeys=True, separators=("\xe9", ":")) == "{}"
assert json.dumps({**keys, 1: 2, None: 3, 1.5: 4, True: 5}, skipkeys=True) == '{"1": 5, "null": 3, "1.5": 4}'
assert json.dumps({"a": 1, "b": 2}, separators=("\xe9", "\u20ac")) == '{"a"\u20ac1\xe9"b"\u20ac2}'
try:
    json.dumps(keys)
except TypeError as e:
    assert str(e) == "keys must be str, int, float, bool or None, not tuple", e
for value in (float("inf"), [float("nan")], {float("inf"): 1}):
    try:
        json.dumps(value, allow_nan=False)
        raise SystemExit("accepted")
    except ValueError as e:
        assert str(e).startswith("Out of range float values are not JSON compliant"), e
assert json.dumps([float("inf"), -float("inf"), float("nan"), 1e100, 10 ** 30]) == \
    '[Infinity, -Infinity, NaN, 1e+100, 1000000000000000000000000000000]'
