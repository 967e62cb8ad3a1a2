"""Markdown: the syntax, extensions, one of our own, and a long text."""

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import SimpleTagInlineProcessor

TEXT = """# Title {#top}

A *word*, a **strong** one, `code <b>`, [link](https://example.org "t") and ![image](i.png).

* one
* two

    1. inner

> quote

a | b
--|--:
1 | 2

```python
x = 1
```

Term
:   Meaning

Text[^1] and HTML &amp; <span>raw</span>.

[^1]: Note.
"""


class Deleted(Extension):
    def extendMarkdown(self, md):
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(.+?)~~", "del"), "del", 175)


def main():
    assert markdown.markdown("# A\n\n*b*") == "<h1>A</h1>\n<p><em>b</em></p>"
    page = markdown.markdown(TEXT, extensions=["extra", "toc", "sane_lists", Deleted()])
    for part in (
        '<h1 id="top">Title</h1>', "<code>code &lt;b&gt;</code>", '<a href="https://example.org" title="t">link</a>',
        '<img alt="image" src="i.png" />', '<td style="text-align: right;">2</td>', "<dt>Term</dt>",
        '<code class="language-python">x = 1\n</code>', '<div class="footnote">', "<span>raw</span>"):
        assert part in page, (part, page)
    md = markdown.Markdown(extensions=["toc", "meta"])
    md.convert("Author: me\n\n# One\n\n## Two\n")
    assert md.Meta == {"author": ["me"]} and md.toc_tokens[0]["children"][0]["name"] == "Two"
    assert markdown.markdown("~~a~~", extensions=[Deleted()]) == "<p><del>a</del></p>"
    assert markdown.markdown(TEXT * 60, extensions=["tables", "fenced_code"]).count("<blockquote>") == 60


main()
