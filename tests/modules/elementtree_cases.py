"""_elementtree: elements, TreeBuilder and XMLParser, with CPython's messages."""
# options: -Wignore

import copy
import gc
import pickle
import xml.etree.ElementTree as ET
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, XMLParser

import _elementtree
from cases import show


def element(*tags, **attributes):
    e = Element("top", attributes)
    for tag in tags:
        SubElement(e, tag).text = tag.upper()
    return e


def tags(e):
    return [child.tag for child in e]


def changed(e, method, *arguments):
    getattr(e, method)(*arguments)
    return tags(e)


def state(e, value):
    e.__setstate__(value)
    return e.__getstate__()


def parse(*pieces, close=True, **options):
    parser = XMLParser(**options)
    for piece in pieces:
        parser.feed(piece)
    return show_tree(parser.close()) if close else parser


def show_tree(e):
    if not isinstance(e, Element):
        return e
    return [e.tag, e.attrib, e.text, e.tail, *map(show_tree, e)]


def error(*pieces, **options):
    try:
        return parse(*pieces, **options)
    except ET.ParseError as e:
        return str(e), e.code, e.position


def build(*calls, **options):
    b = TreeBuilder(**options)
    for name, *arguments in calls:
        getattr(b, name)(*arguments)
    return show_tree(b.close())


class Node:
    def __init__(self, tag, attrib):
        self.tag, self.attrib, self.text, self.tail, self.nodes = tag, attrib, None, None, []

    def append(self, node):
        self.nodes.append(node)

    def __repr__(self):
        return f"Node({self.tag!r}, {self.attrib!r}, {self.text!r}, {self.tail!r}, {self.nodes!r})"


class Told:
    """A target that keeps what it was told."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: self.calls.append((name, *arguments))


def told(text):
    target = Told()
    parser = XMLParser(target=target)
    parser.feed(text)
    parser.close()
    return target.calls


def events(text, *names, target=None):
    queue = []
    parser = XMLParser(target=target)
    parser._setevents(queue, names)
    parser.feed(text)
    return [(name, show_tree(item)) for name, item in queue]


class File:
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def read(self, size):
        assert size == 65536
        return self.pieces.pop(0) if self.pieces else b""


class Equal:
    def __eq__(self, other):
        return True


class OfPython(Element):
    pass


class Bad:
    def start(self, tag, attrib):
        1 / 0


class Doctype(XMLParser):
    def doctype(self, *arguments):
        raise AssertionError("nobody calls it")


def with_entity(text):
    parser = XMLParser()
    parser.entity["known"] = "value"
    parser.feed('<!DOCTYPE a SYSTEM "x">' + text)
    return show_tree(parser.close())


def recursive():
    e = Element("a")
    e.append(e)
    i = e.iter()
    return next(i) is e, next(i) is e, next(i) is e


def cleared():
    e = element("a", "b")
    i = e.iter()
    next(i)
    e.clear()
    return list(i), show_tree(e)


def appended_later():
    e = Element("a")
    i = e.iter()
    found = [next(i)]
    SubElement(e, "b")
    found += i
    SubElement(e, "c")
    return [x.tag for x in found], list(i)


def shared_names():
    e = ET.fromstring('<a b="1"><a b="2"/></a>')
    return e.tag is e[0].tag, list(e.attrib)[0] is list(e[0].attrib)[0]


def twice(e):
    return [copy.deepcopy([e, e])[i] is not e for i in (0, 1)], (lambda x: x[0] is x[1])(
        copy.deepcopy([e, e]))


a_tree = ET.fromstring("<a>1<b>2<c/>3</b>4<b>5</b>6<!--no--></a>")

show("""
Element()
Element(1, 2)
Element('a', {}, 3)
Element('a', attrib=3)
Element(tag='a')
Element('a', {1: 2}, x=3).attrib
Element('a', x=1, attrib={'y': 2}).attrib
Element('x', {'a': 1}, attrib={'b': 2}).attrib
Element('é')
SubElement()
SubElement(1)
SubElement(1, 2)
SubElement(element(), 'b', 1)
SubElement(element(), 'b', attrib=1)
SubElement(element(), 'b', {}, 4)
SubElement(element(), 'b', {'c': 1}, d=2).attrib
SubElement(element(), 'b', attrib={'c': 1}, d=2).attrib
SubElement(Element, 'b')
element().append(1)
element().append()
element().extend(1)
element().extend([1])
changed(element('a'), 'extend', (Element(x) for x in 'bc'))
element().insert('a', Element('b'))
element().insert(0, 1)
element().insert(1)
changed(element('a', 'b'), 'insert', -100, Element('c'))
changed(element('a', 'b'), 'insert', 100, Element('c'))
element().remove(1)
element('a').remove(Element('a'))
changed(element('a'), '__setitem__', 0, Element('b'))
element('a').__setitem__(9, Element('b'))
element('a')[0:5]['x']
element('a')['x']
element('a')[9]
element('a')[-1].tag
element('a')[-2]
element('a').__setitem__(0, 1)
element('a').__setitem__('x', Element('b'))
element('a').__setitem__(slice(0, 1), 1)
element('a').__setitem__(slice(0, 1), [1])
element('a').__setitem__(slice(0, 9, 2), [Element('x')] * 7)
changed(element(*'abcd'), '__setitem__', slice(None, None, -2), [Element('x'), Element('y')])
changed(element(*'abcd'), '__delitem__', slice(None, None, 2))
changed(element(*'abcd'), '__delitem__', -1)
element('a').__delitem__(9)
element('a').__delitem__('x')
bool(element()), bool(element('a')), len(element('a', 'b'))
element().makeelement()
element().makeelement('a', 1)
element().makeelement('a', {'b': 1}).attrib
type(OfPython('a').makeelement('b', {})), type(copy.copy(OfPython('a')))
delattr(element(), 'tag')
delattr(element(), 'text')
delattr(element(), 'attrib')
setattr(element(), 'attrib', 3)
setattr(element(), 'other', 3)
element(a=1).get('a'), element(a=1).get('b'), element(a=1).get('b', default=4)
element(a=1).get([])
element().set(1)
element(a=1).keys(), element(a=1).items(), element().keys(), element().items()
Element.__new__(Element).__getstate__()
state(Element.__new__(Element), {'tag': 't', 'text': 'x', 'attrib': {'a': 1}, '_children': []})
state(element('a', b=1), {'tag': 't'}).keys()
element().__setstate__(1)
element().__setstate__({})
element().__setstate__({'tag': 1, '_children': 2})
element().__setstate__({'tag': 1, '_children': [2]})
show_tree(pickle.loads(pickle.dumps(element('a', 'b', c='d'))))
show_tree(copy.deepcopy(element('a', 'b', c='d')))
twice(element('a'))
element().__deepcopy__(1)
[type(x).__name__ for x in gc.get_referents(element('a')) if isinstance(x, (list, Element))]
[type(x).__name__ for x in gc.get_referrers(a_tree[0][0])]
(lambda e: copy.copy(e)[0] is e[0])(element('a'))
element('a', 'b').find('b').tag
element('a', 'b').find('c')
element('a', 'b').find(1)
element('a', 'b').find(b'b')
element('a', 'b').find('')
element('a', 'b').find()
element('a', 'b').findtext('b'), element('a').findtext('b'), element('a').findtext('b', 1)
Element('a').findtext('.')
tags(element('a', 'b', 'a').findall('a')), tags(element('a', 'b', 'a').findall('*'))
element('a').findall('/a')
element('a').find('[')
element('{ns}a').find('{ns}a').tag, element('{ns}a').find('{*}a').tag, element('a').find('{}a').tag
element('{ns}a').find('x:a', {'x': 'ns'}).tag, element('{ns}a').find('a', {'': 'ns'}).tag
tags(element('a').iterfind('a')), tags(element('a', 'b').iter('b')), tags(element('a').iter('*'))
len(list(element('a', 'b').iter(Equal())))
element().iter(1, 2)
element().iter(foo=1)
type(element().iter())()
list(a_tree.itertext()), [x.tag for x in a_tree.iter()], [x.tag for x in a_tree.iter('b')]
recursive()
cleared()
appended_later()
TreeBuilder(1, 2)
TreeBuilder().close()
TreeBuilder().start(1)
TreeBuilder().start('a', 1)
TreeBuilder().end('a')
TreeBuilder().end()
TreeBuilder().comment()
TreeBuilder().pi()
build(('start', 'a', {}), ('data', 'x'), ('data', 'y'), ('start', 'b', {'c': 1}), ('end', 'b'), ('data', 'z'), ('end', 'a'))
build(('data', 'lost'), ('start', 'a', {}))
build(('start', 'a', {}), ('end', 'a'), ('start', 'b', {}))
build(('start', 'a', {}), ('data', 'x'), ('end', 'other'))
build(('start', 'a', {}), ('data', 'x'), ('start', 'b', {}), ('data', 'y'), ('end', 'b'), ('data', 'z'), ('data', 'z'), ('end', 'a'), element_factory=Node)
build(('start', 'a', {}), ('data', 'x'), element_factory=lambda tag, attrib: [])
build(('start', 'a', {}), ('data', 'x'), ('end', 'a'), element_factory=lambda tag, attrib: [])
build(('start', 'a', {}), ('comment', 'x'), ('data', 'y'), ('pi', 'p', 'q'), ('data', 'z'), ('end', 'a'), insert_comments=True, insert_pis=True)[2:3]
build(('start', 'a', {}), ('data', 'y'), ('comment', 'x'), ('data', 'z'), ('end', 'a'), comment_factory=str.upper)
_elementtree._set_factories(1, 2)
_elementtree._set_factories(1)
XMLParser(1)
XMLParser(encoding=1)
XMLParser(encoding='a\\0b')
XMLParser(encoding='utf-8').entity
XMLParser().version.startswith('Expat 2.')
setattr(XMLParser(), 'target', 1)
XMLParser.__new__(XMLParser).feed('a')
parse(1)
parse('<a b="c" d="é">x<e/>\\ny</a>')
parse(b'<a>', bytearray(b'<b/>'), memoryview(b'</a>'))
parse('<a xmlns="u" xmlns:n="v" n:b="1" c="2"><n:d/></a>')
parse('<?xml version="1.0"?><!-- c --><?p q?><a>1<![CDATA[<2>]]>&lt;&#65;</a>')
error('<a></b>')
error('')
error('<a/>', '<b/>')
error('<a>&foo;</a>')
error('<!DOCTYPE a SYSTEM "x"><a>&foo;</a>')
error('<a>\\ud800</a>')
error(b'<?xml version="1.0" encoding="koi8-r"?><a>\\xd1</a>')
error(b'<?xml version="1.0" encoding="foo"?><a/>')
error(b'<?xml version="1.0" encoding="shift_jis"?><a/>')
with_entity('<a>1&known;2</a>')
shared_names()
told('<?xml version="1.0"?><!DOCTYPE a PUBLIC "p" "s"><?pi aaa?><?pj?><!--com--><a xmlns="foo" xmlns:b="bar"><b:c b:d="1" e="2">x</b:c></a>')
parse('<a>x</a>', target=object())
parse('<a/>', target=Bad())
Doctype().feed('<!DOCTYPE a SYSTEM "x"><a/>')
XMLParser()._parse_whole(1)
show_tree(XMLParser()._parse_whole(File('<a>', 'b', '</a>')))
show_tree(XMLParser()._parse_whole(File(b'<a>', b'b', b'</a>')))
XMLParser()._parse_whole(File(b'<a>', 3))
XMLParser()._parse_whole(File(b'<a>', b'</b>'))
XMLParser()._setevents(1)
XMLParser()._setevents([], 1)
XMLParser()._setevents([], ['x'])
XMLParser()._setevents([], [1])
XMLParser(target=Told())._setevents([], ['end'])
events('<?pi aaa?><!--com--><a xmlns="foo" xmlns:b="bar"><b:c b:d="1" e="2">x</b:c></a>', 'start', 'end', 'start-ns', 'end-ns', 'comment', 'pi')
events('<a>x<!--c-->y</a>', 'comment', target=TreeBuilder(comment_factory=lambda text: text.upper()))
ET.ParseError.__mro__
Element.__module__, TreeBuilder.__module__, XMLParser.__module__, SubElement.__module__
""", globals())
