"""Rows of xml.etree.ElementTree: elements, their iterators, builders and parsers."""

import copy
import io
import pickle
import xml.etree.ElementTree as ElementTree
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, XMLParser

from _rows import ATOMIC, CALLS, CHANGES, ONCE, RAISES, Table

MANY = 16 * CALLS


def parent(*tags):
    element = Element("top")
    element.extend(map(Element, tags))
    return element


def tags(element):
    return [child.tag for child in element]


def tags_at_once(element):
    """The children of one moment."""
    return [child.tag for child in element[:]]


def delete(element, where):
    del element[where]


def set_item(element, where, value):
    element[where] = value


def remove_one(element, k):
    element.remove(element.known[k])


class Known(Element):
    """With its children by number."""


def known():
    element = Known("top")
    element.known = [Element(str(k)) for k in range(MANY)]
    element.extend(element.known)
    return element


elements = Table("Element", Element)
elements.commutes("`e.append(x)`", lambda e, k: e.append(Element(str(k))), new=parent,
                  view=lambda e: sorted(tags(e)), names="append")
elements.commutes("`SubElement(e, tag)`", lambda e, k: SubElement(e, str(k), n=str(k)).attrib,
                  new=parent, view=lambda e: sorted(tags(e)))
elements.commutes("`e.insert(i, x)`", lambda e, k: e.insert(0, Element(str(k))), new=parent,
                  view=lambda e: sorted(tags(e)), names="insert")
elements.commutes("`e.extend(l)`", lambda e, k: e.extend([Element(str(k)), Element(str(k))]),
                  new=parent, view=lambda e: sorted(zip(tags(e)[::2], tags(e)[1::2])),
                  names="extend")
elements.commutes("`e.remove(x)`", remove_one, new=known, view=len, names="remove")
elements.commutes("`del e[i]`; `del e[i:j]`",
                  lambda e, k: (delete(e, 0), delete(e, slice(1, 3))),
                  new=lambda: parent(*map(str, range(3 * MANY))), view=len, names="__delitem__")
elements.commutes("`e[i] = x`", lambda e, k: set_item(e, k, Element("new")),
                  new=lambda: parent(*map(str, range(MANY))), view=tags, names="__setitem__")
elements.moment("`e[i:j] = l`; `e[i:j]`; `len(e)`", lambda e: tags_at_once(e),
                new=lambda: parent("a"),
                writes=[lambda e: set_item(e, slice(None), parent("b", "c")),
                        lambda e: set_item(e, slice(1, 1), parent("d", "e", "f")),
                        lambda e: delete(e, slice(1, 4)), lambda e: e.clear()],
                names="__getitem__ __len__ clear")
elements.commutes("`e.set(k, v)`; `e.attrib`; `e.get(k)`",
                  lambda e, k: (e.set(str(k), k), e.attrib[str(k)], e.get(str(k))), new=parent,
                  view=lambda e: sorted(e.items()), names="set attrib get")
elements.moment("`e.keys()`; `e.items()`", lambda e: e.items(), new=lambda: Element("a", {"b": 1}),
                writes=[lambda e: e.set("c", 2), lambda e: e.attrib.pop("b"),
                        lambda e: setattr(e, "attrib", {"b": 1})], names="keys items")
elements.moment("`e.text`, `tail`, `tag`: read and stored", lambda e: e.text, new=parent,
                writes=[lambda e: setattr(e, "text", "some"), lambda e: setattr(e, "text", "more"),
                        lambda e: setattr(e, "text", None)], names="text tail tag")
elements.commutes("`e.makeelement(tag, attrib)`", lambda e, k: e.makeelement(str(k), {}).tag,
                  new=parent, view=len, names="makeelement")


def change(e):
    """Children and attributes that come and go."""
    child = SubElement(e, "child", n="1")
    child.text, child.tail = "text", "tail"
    SubElement(child, "leaf").text = "leaf"
    e.set("a", "b")
    if len(e) > 7:
        del e[3:]
        e.attrib.clear()


def is_tree(e):
    return e.tag == "top" and all(x.tag in ("top", "child", "leaf") for x in e.iter())


VIEWS = {
    "`for x in e`": lambda e: {x.tag for x in e} <= {"child"},
    "`e.iter()`": lambda e: {x.tag for x in e.iter()} <= {"top", "child", "leaf"},
    "`e.itertext()`": lambda e: set(e.itertext()) <= {"text", "tail", "leaf"},
    "`e.find(p)`": lambda e: e.find("child") is None or e.find("nothing") is None,
    "`e.findtext(p)`": lambda e: e.findtext("child") in (None, "", "text"),
    "`e.findall(p)`": lambda e: {x.tag for x in e.findall("child/leaf")} <= {"leaf"},
    "`e.iterfind(p)`": lambda e: {x.tag for x in e.iterfind(".//leaf")} <= {"leaf"},
    "`copy(e)`": lambda e: is_tree(copy.copy(e)),
    "`deepcopy(e)`": lambda e: is_tree(copy.deepcopy(e)),
    "`pickle.dumps(e)`": lambda e: is_tree(pickle.loads(pickle.dumps(e))),
    "`repr(e)`": lambda e: repr(e).startswith("<Element 'top' at"),
}
for operation, view in VIEWS.items():
    elements.loose(operation, view, new=parent, writes=[change], plausible=bool, holds=is_tree,
                   errors=RuntimeError, names="iter itertext find findtext findall iterfind "
                   "__bool__ __repr__ __sizeof__")
elements.loose("`ElementTree.tostring(e)`", lambda e: ElementTree.tostring(e)[:4] == b"<top",
               new=parent, writes=[change], plausible=bool, errors=(RuntimeError, KeyError),
               note="KeyError if a name is new that no element had when it began")


def tree():
    top = Element("top")
    for i in range(40):
        child = SubElement(top, f"a{i}")
        for k in range(i % 5):
            SubElement(child, f"b{i}.{k}").text = f"text{i}.{k}"
    return top


TREE = tree()
elements.once("`e.iter()`", lambda: TREE.iter())
elements.once("`e.itertext()`", lambda: TREE.itertext())

builders = Table("TreeBuilder, XMLParser", TreeBuilder, XMLParser)


def build(builder, n):
    for k in range(CALLS):
        builder.comment("c")
        builder.pi("p", "q")
        builder.data("x")
        builder.close()
    return CALLS


def new_builder():
    builder = TreeBuilder()
    builder.start("top", {})
    return builder


def built(builder, results):
    builder.end("top")
    return builder.close().text == "x" * sum(results)


builders.work("`TreeBuilder`: `b.data(s)`; `b.comment(s)`; `b.pi(t, s)`; `b.close()`", ATOMIC, build,
              new=new_builder, holds=built, names="data comment pi close",
              note="one thread after the other; whose start an end belongs to is the program's business")


def build_elements(builder, n):
    for k in range(CALLS):
        builder.start("child", {"n": n})
        builder.end("child")
    return CALLS


builders.work("`b.start(t, a)`; `b.end(t)`", ATOMIC, build_elements, new=new_builder,
              holds=lambda b, results: b.end("top").tag == "top" and
              len(list(b.close().iter())) == sum(results) + 1, names="start end",
              note="one thread after the other; whose start an end belongs to is the program's business")


def feed(parser, n):
    fed = 0
    for k in range(CALLS):
        try:
            parser.feed("<child>text</child>")
            fed += 1
            parser.flush()
        except RuntimeError as error:
            assert str(error) == "the parser is being used by another thread"
    return fed


def new_parser():
    parser = XMLParser()
    parser.feed("<top>")
    return parser


def parsed(parser, results):
    parser.feed("</top>")
    return len(parser.close()) == sum(results)


builders.work("`XMLParser`: `p.feed(s)`; `p.flush()`; `p.close()`", RAISES, feed, new=new_parser,
              holds=parsed, names="feed flush close target entity version",
              note="RuntimeError if another thread uses it")
builders.work("`ElementTree.parse(f)`, `fromstring(s)`, `iterparse(f)`: a parser for each call",
              ATOMIC, lambda shared, n: [
                  ElementTree.tostring(ElementTree.parse(io.BytesIO(shared)).getroot())
                  for _ in range(CALLS)] == [shared] * CALLS,
              new=lambda: ElementTree.tostring(TREE), holds=lambda _, results: all(results))

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
