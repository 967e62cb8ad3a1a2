"""xml.etree: documents parsed whole and step by step, searched, changed, built, written; minidom once."""

import io
import xml.etree.ElementTree as ElementTree
from xml.dom import minidom

CASES = {5: 36115, 4500: 41469515}


def document(count):
    root = ElementTree.Element("library", {"name": "central"})
    for i in range(count):
        book = ElementTree.SubElement(root, "book", id=str(i), year=str(1900 + i % 120))
        ElementTree.SubElement(book, "title").text = f"Title <{i}> & more"
        for n in range(i % 4):
            ElementTree.SubElement(book, "author", role="main" if n == 0 else "other").text = f"Author {n}"
    return root


def main(size):
    root = document(size)
    text = ElementTree.tostring(root, encoding="unicode")
    total = len(text)
    for _ in range(6):
        parsed = ElementTree.fromstring(text)
        total += len(parsed.findall("book")) + len(parsed.findall(".//author[@role='main']"))
        total += sum(len(title.text) for title in parsed.iter("title"))
        total += sum(int(book.get("year")) for book in parsed if book.find("author") is not None)
    for _, element in ElementTree.iterparse(io.BytesIO(text.encode())):
        total += len(element.attrib)
        element.clear()
    for book in list(parsed):
        if book.get("year").endswith("7"):
            parsed.remove(book)
    ElementTree.indent(parsed)
    total += len(ElementTree.tostring(parsed))
    small = minidom.parseString(ElementTree.tostring(document(size // 10)))
    total += len(small.getElementsByTagName("author"))
    return total
