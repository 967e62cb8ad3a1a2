"""lark: LALR and Earley grammars, trees, transformers, indentation and messages."""

import json

from lark import Lark, Token, Transformer, Tree, UnexpectedCharacters, UnexpectedToken, Visitor, v_args
from lark.indenter import Indenter

CALC = """
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: atom | product "*" atom -> mul
?atom: NUMBER -> number | "-" atom -> neg | "(" sum ")"
%import common.NUMBER
%ignore " "
"""

JSON = r"""
?value: object | array | string | SIGNED_NUMBER -> number | "true" -> true | "false" -> false | "null" -> null
array: "[" [value ("," value)*] "]"
object: "{" [pair ("," pair)*] "}"
pair: string ":" value
string: ESCAPED_STRING
%import common.ESCAPED_STRING
%import common.SIGNED_NUMBER
%import common.WS
%ignore WS
"""

BLOCKS = r"""
start: _NL* block+
block: NAME _NL [_INDENT block+ _DEDENT]
NAME: /\w+/
_NL: /(\r?\n[\t ]*)+/
%declare _INDENT _DEDENT
"""


@v_args(inline=True)
class Calculate(Transformer):
    from operator import add, mul, neg, sub
    number = float


class ReadJson(Transformer):
    def string(self, items):
        return json.loads(items[0])

    def number(self, items):
        return json.loads(items[0])

    def array(self, items):
        return [] if items == [None] else items

    def object(self, items):
        return dict(item for item in items if item is not None)

    pair = tuple
    true = lambda self, _: True
    false = lambda self, _: False
    null = lambda self, _: None


class Blocks(Indenter):
    NL_type = "_NL"
    OPEN_PAREN_types = []
    CLOSE_PAREN_types = []
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 8


def main():
    for parser in ("lalr", "earley"):
        calc = Lark(CALC, parser=parser)
        assert Calculate().transform(calc.parse("1 + 2*(3 - -4)*2 - 5")) == 24
    reader = Lark(JSON, start="value", parser="lalr", transformer=ReadJson())
    data = [{"id": i, "name": f"n\n{i}", "more": [i / 2, True, None, {}], "empty": []} for i in range(400)]
    assert reader.parse(json.dumps(data)) == data
    tree = Lark(BLOCKS, parser="lalr", postlex=Blocks()).parse("a\n    b\n    c\n        d\ne\n")
    names = [token for token in tree.scan_values(lambda v: isinstance(v, Token))]
    assert names == list("abcde") and [t.line for t in names] == [1, 2, 3, 4, 5]
    assert Lark('start: "a"+ "b"?').parse("aa") == Tree(Token("RULE", "start"), [])
    seen = []

    class Count(Visitor):
        def block(self, tree):
            seen.append(str(tree.children[0]))

    Count().visit(tree)
    assert sorted(seen) == list("abcde")
    try:
        Lark(CALC, parser="lalr").parse("1 + + 2")
        raise AssertionError
    except UnexpectedToken as error:
        assert (error.line, error.column) == (1, 5) and error.token == "+"
    try:
        reader.parse("[1, ?]")
        raise AssertionError
    except UnexpectedCharacters as error:
        assert "No terminal matches '?' in the current parser context, at line 1 col 5" in str(error)


main()
