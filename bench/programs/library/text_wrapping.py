"""Modules in Python that work on text: textwrap, difflib, shlex, configparser, html.parser, urllib.parse."""

import configparser
import difflib
import shlex
import textwrap
import urllib.parse
from html.parser import HTMLParser

CASES = {2: 3064, 140: 213349}

PROSE = ("It is a truth universally acknowledged that a program which runs at all will be asked to run faster, "
         "and that whoever makes it so will first have to find out where its time goes. ") * 4


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.links.append(dict(attributes)["href"])


def main(size):
    total = 0
    page = "".join(f'<p class="x">See <a href="/page/{i}?q=a%20b&amp;n={i}">page {i}</a></p>\n' for i in range(40))
    settings = "".join(f"[section{i}]\nname = value {i}\npath: %(name)s/here\n" for i in range(20))
    for i in range(size):
        lines = textwrap.wrap(PROSE, 40 + i % 30)
        total += len(lines) + len(textwrap.dedent("    a\n      b\n") + textwrap.indent(PROSE, "> "))
        changed = [line.replace("time", "money") for line in lines]
        total += len(list(difflib.unified_diff(lines, changed)))
        total += int(difflib.SequenceMatcher(None, PROSE[:150], PROSE[30:180]).ratio() * 100)
        total += len(shlex.split("copy 'a file' \"another one\" --to=/tmp/x\\ y # comment", comments=True))
        config = configparser.ConfigParser()
        config.read_string(settings)
        total += sum(len(config[name]["path"]) for name in config.sections())
        links = Links()
        links.feed(page)
        for link in links.links:
            parts = urllib.parse.urlsplit(urllib.parse.urljoin("http://example.org/base/", link))
            total += len(urllib.parse.parse_qs(parts.query)["q"][0]) + len(parts.path)
    return total
