"""json, struct, base64, binascii, csv, textwrap, string, difflib, pprint, tokenize, ast."""

import ast
import base64
import io
import json
import pprint
import string
import struct
import textwrap
import tokenize

from testing import equal, fails, raises, run


def test_json_round_trip():
    data = {"a": [1, 2.5, None, True, "é\n\"", {}], "b": {"c": []}, "big": 10 ** 30}
    equal(json.loads(json.dumps(data)), data)
    equal(json.dumps({"b": 1, "a": [1, 2]}, sort_keys=True, indent=2),
          '{\n  "a": [\n    1,\n    2\n  ],\n  "b": 1\n}')
    equal(json.dumps("é😀"), '"\\u00e9\\ud83d\\ude00"')
    equal(json.dumps("é", ensure_ascii=False), '"é"')
    equal(json.dumps([1, 2], separators=(",", ":")), "[1,2]")
    equal(json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), '{"1": 4, "null": 3, "1.5": 5}')
    equal(json.dumps([float("nan"), float("inf")]), "[NaN, Infinity]")


def test_json_errors():
    for text, message in (("", "Expecting value: line 1 column 1 (char 0)"),
                          ("[1,]", "Illegal trailing comma before end of array: line 1 column 3 "
                           "(char 2)"),
                          ("{a", "Expecting property name enclosed in double quotes: line 1 column 2 "
                           "(char 1)"),
                          ('{"a" 1}', "Expecting ':' delimiter: line 1 column 6 (char 5)"),
                          ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
                          ('"a', "Unterminated string starting at: line 1 column 1 (char 0)"),
                          ('"\\x"', "Invalid \\escape: line 1 column 2 (char 1)"),
                          ("1 2", "Extra data: line 1 column 3 (char 2)")):
        fails(json.JSONDecodeError, message, json.loads, text)
    fails(TypeError, "Object of type set is not JSON serializable", json.dumps, set())
    x = []
    x.append(x)
    fails(ValueError, "Circular reference detected", json.dumps, x)
    fails(ValueError, "Out of range float values are not JSON compliant: nan", lambda:
          json.dumps(float("nan"), allow_nan=False))


def test_json_hooks():
    equal(json.loads('{"a": 1}', object_hook=lambda d: sorted(d.items())), [("a", 1)])
    equal(json.loads("[1.5, 2]", parse_float=str, parse_int=float), ["1.5", 2.0])
    equal(json.dumps({1, }, default=list), "[1]")


def test_struct():
    equal((struct.pack("<IHb", 1, 2, -3), struct.unpack(">Q", bytes(8)), struct.calcsize("@bI"),
           struct.pack("3sx?", b"ab", True), struct.unpack("<2h", b"\1\0\2\0"),
           struct.pack("<d", 1.5), struct.pack("<e", 1.5)),
          (b"\1\0\0\0\2\0\xfd", (0,), 8, b"ab\0\0\1", (1, 2), b"\0\0\0\0\0\0\xf8?", b"\0>"))
    fails(struct.error, "unpack requires a buffer of 4 bytes", struct.unpack, "I", b"")
    fails(struct.error, "'B' format requires 0 <= number <= 255", struct.pack, "B", 256)
    fails(struct.error, "bad char in struct format", struct.pack, "y", 1)
    equal(list(struct.iter_unpack("<H", b"\1\0\2\0")), [(1,), (2,)])


def test_base64():
    equal((base64.b64encode(b"hello"), base64.b64decode("aGVsbG8="), base64.b16encode(b"\xab"),
           base64.b32encode(b"a"), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b85encode(b"ab")),
          (b"aGVsbG8=", b"hello", b"AB", b"ME======", b"__4=",
           base64.b85encode(b"ab")))


def test_textwrap_and_string():
    equal((textwrap.fill("the quick brown fox", 10), textwrap.dedent("  a\n   b\n"),
           textwrap.shorten("hello world out there", 12), string.Template("$a ${b}").substitute(a=1, b=2),
           string.capwords("ab cd")), ("the quick\nbrown fox", "a\n b\n", "hello [...]", "1 2", "Ab Cd"))


def test_pprint():
    equal(pprint.pformat({"b": list(range(30)), "a": 1}, width=40).splitlines()[:2],
          ["{'a': 1,", " 'b': [0,"])


def test_tokenize():
    tokens = list(tokenize.generate_tokens(io.StringIO("x = f'{a}'  # c\n").readline))
    equal([tokenize.tok_name[t.type] for t in tokens],
          ["NAME", "OP", "FSTRING_START", "OP", "NAME", "OP", "FSTRING_END", "COMMENT", "NEWLINE",
           "ENDMARKER"])
    equal((tokens[0].start, tokens[0].end, tokens[0].line), ((1, 0), (1, 1), "x = f'{a}'  # c\n"))


def test_ast():
    tree = ast.parse("def f(x): return x + 1")
    equal(ast.dump(tree.body[0].body[0]),
          "Return(value=BinOp(left=Name(id='x', ctx=Load()), op=Add(), right=Constant(value=1)))")
    equal(ast.unparse(tree), "def f(x):\n    return x + 1")
    equal(ast.literal_eval("{'a': [1, -2.5, (None, b'x')]}"), {"a": [1, -2.5, (None, b"x")]})
    tree.body[0].body[0].value.right.value = 10
    scope = {}
    exec(compile(tree, "f", "exec"), scope)
    equal(scope["f"](1), 11)


run(globals())
