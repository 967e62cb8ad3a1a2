"""A language in small: its tokenizer by hand, a parser by recursive descent, an evaluator of its trees."""

CASES = {5: [-52620, 61], 9500: [-145079250, 61]}

SOURCE = """
let alpha = 3 + 4 * (2 - 7) ; # a comment
let beta = alpha * alpha + 12 / 5 - 1 ;
let gamma = ( beta + 1 ) * ( alpha - 2 ) - 100 ;
let delta = gamma + beta * alpha - ( 17 + 4 ) * 3 ;
"""


def tokens(text):
    position = 0
    length = len(text)
    while position < length:
        character = text[position]
        if character.isspace():
            position += 1
        elif character == "#":
            while position < length and text[position] != "\n":
                position += 1
        elif character.isdigit():
            start = position
            while position < length and text[position].isdigit():
                position += 1
            yield "number", int(text[start:position])
        elif character.isalpha():
            start = position
            while position < length and (text[position].isalnum() or text[position] == "_"):
                position += 1
            yield "name", text[start:position]
        else:
            position += 1
            yield "symbol", character
    yield "end", None


class Parser:
    def __init__(self, text):
        self.tokens = tokens(text)
        self.advance()

    def advance(self):
        self.kind, self.value = next(self.tokens)

    def expect(self, kind, value=None):
        assert self.kind == kind and (value is None or self.value == value)
        result = self.value
        self.advance()
        return result

    def program(self):
        statements = []
        while self.kind != "end":
            self.expect("name", "let")
            name = self.expect("name")
            self.expect("symbol", "=")
            statements.append((name, self.sum()))
            self.expect("symbol", ";")
        return statements

    def sum(self):
        left = self.product()
        while self.kind == "symbol" and self.value in "+-":
            operator = self.expect("symbol")
            left = (operator, left, self.product())
        return left

    def product(self):
        left = self.atom()
        while self.kind == "symbol" and self.value in "*/":
            operator = self.expect("symbol")
            left = (operator, left, self.atom())
        return left

    def atom(self):
        if self.kind == "number":
            return ("number", self.expect("number"))
        if self.kind == "name":
            return ("name", self.expect("name"))
        self.expect("symbol", "(")
        inner = self.sum()
        self.expect("symbol", ")")
        return inner


def evaluate(tree, variables):
    kind = tree[0]
    if kind == "number":
        return tree[1]
    if kind == "name":
        return variables[tree[1]]
    left = evaluate(tree[1], variables)
    right = evaluate(tree[2], variables)
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    return left // right


def main(size):
    total = 0
    for i in range(size):
        variables = {}
        for name, tree in Parser(SOURCE.replace("100", str(i))).program():
            variables[name] = evaluate(tree, variables)
        total += variables["delta"]
    return [total, len(list(tokens(SOURCE)))]
