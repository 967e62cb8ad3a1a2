"""pyparsing: arithmetic with precedence, a JSON reader, names of results, and messages."""

import json
import operator

import pyparsing as pp

OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def fold(tokens):
    items = tokens[0]
    value = items[0]
    for op, right in zip(items[1::2], items[2::2]):
        value = OPERATORS[op](value, right)
    return value


def arithmetic():
    number = pp.common.number()
    return pp.infix_notation(number, [
        (pp.one_of("* /"), 2, pp.opAssoc.LEFT, fold), (pp.one_of("+ -"), 2, pp.opAssoc.LEFT, fold)])


def json_reader():
    value = pp.Forward()
    words = {"true": True, "false": False, "null": None}
    word = pp.one_of(list(words)).set_parse_action(lambda t: [words[t[0]]])
    string = pp.dbl_quoted_string().set_parse_action(pp.remove_quotes)
    items = pp.DelimitedList(value)
    array = pp.Group(pp.Suppress("[") + pp.Optional(items) + pp.Suppress("]"), aslist=True)
    pair = pp.Group(string + pp.Suppress(":") + value)
    table = pp.Dict(pp.Suppress("{") + pp.Optional(pp.DelimitedList(pair)) + pp.Suppress("}"), asdict=True)
    value <<= string | pp.common.number | word | array | table
    return value


def main():
    expression = arithmetic()
    assert expression.parse_string("1+2*3-8/4", parse_all=True)[0] == 5
    assert expression.parse_string("(1+2)*(3-1)", parse_all=True)[0] == 6
    for text in ("1+2*(3-4)*5-6/2", "((((7))))*2", "2*3*4*5+1"):
        assert expression.parse_string(text)[0] == eval(text)
    data = {"a": [1, 2.5, {"b": None}], "c": {"d": "text", "e": [True, False, []]}}
    assert json_reader().parse_string(json.dumps(data), parse_all=True)[0] == data
    many = [{"id": i, "tags": ["x", str(i)]} for i in range(100)]
    assert json_reader().parse_string(json.dumps(many))[0] == many
    date = pp.Word(pp.nums)("year") + "-" + pp.Word(pp.nums)("month")
    found = date.parse_string("2024-05")
    assert found.year == "2024" and found.as_dict() == {"year": "2024", "month": "05"}
    assert [t[0] for t in pp.Word(pp.alphas).search_string("1 ab 2 cd")] == ["ab", "cd"]
    try:
        date.parse_string("2024/05")
        raise AssertionError
    except pp.ParseException as error:
        assert str(error) == "Expected '-', found '/'  (at char 4), (line:1, col:5)", str(error)


main()
