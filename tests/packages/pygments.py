"""Highlights the standard library's own sources and a few other languages, and puts the tokens together again."""

import inspect
import json.decoder
import textwrap

from pygments import highlight
from pygments.formatters import HtmlFormatter, LatexFormatter, NullFormatter, TerminalFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name, guess_lexer
from pygments.styles import get_style_by_name
from pygments.token import Token

C = "int main(void) { /* a */ return x[0] == 'a' ? 1 : 0x2f; }\n"
PAGE = "<!DOCTYPE html><p class=\"a\">&amp;<script>var x = `a${1}`;</script></p>\n"


def main():
    source = inspect.getsource(textwrap) + inspect.getsource(json.decoder)
    python = get_lexer_by_name("python")
    tokens = list(python.get_tokens(source))
    assert "".join(text for _, text in tokens) == source
    assert (Token.Keyword, "def") in tokens and (Token.Name.Class, "TextWrapper") in tokens
    page = highlight(source, python, HtmlFormatter(linenos="table", full=True, style="friendly"))
    assert page.count('<span class="k">def</span>') == sum(1 for t in tokens if t == (Token.Keyword, "def"))
    assert highlight("x = 1\n", python, TerminalFormatter())== "x = \x1b[34m1\x1b[39;49;00m\x1b[37m\x1b[39;49;00m\n"
    assert highlight(source, python, NullFormatter()) == source
    assert "\\PY{k}{def}" in highlight("def f(): pass", python, LatexFormatter())
    assert highlight(C, get_lexer_by_name("c"), HtmlFormatter(nowrap=True)).startswith('<span class="kt">int</span>')
    html = list(get_lexer_by_name("html").get_tokens(PAGE))
    assert "".join(text for _, text in html) == PAGE and (Token.Keyword.Declaration, "var") in html
    assert guess_lexer("#!/usr/bin/python3\nprint(1)").name == "Python"
    assert len(list(get_all_lexers())) > 400
    assert get_style_by_name("monokai").style_for_token(Token.Keyword)["color"]


main()
