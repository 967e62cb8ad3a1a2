"""pyexpat: handlers, text in pieces, errors, entities, encodings, and what a handler may not do."""

import threading
import xml.etree.ElementTree
import xml.sax
from io import BytesIO
from xml.dom import minidom
from xml.parsers import expat

import pyexpat

from testing import fails, raises, run

DOCUMENT = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE r SYSTEM "r.dtd" [
<!ELEMENT r (a|b)*>
<!ATTLIST r k CDATA #IMPLIED d (x|y) "x">
<!ENTITY e "text">
<!ENTITY picture SYSTEM "p.gif" NDATA gif>
<!NOTATION gif SYSTEM "viewer">
]>
<r k="1"><a/>one &e; &#x263a;<!-- note --><?go now?><![CDATA[<raw>]]></r>
"""

HANDLERS = [name for name in dir(pyexpat.XMLParserType) if "Handler" in name]


def events(text, *names, **settings):
    seen = []
    parser = expat.ParserCreate()
    for name, value in settings.items():
        setattr(parser, name, value)
    for name in names:
        def handler(*args, name=name):
            seen.append((name.replace("Handler", ""), *args))
            return 1
        setattr(parser, name, handler)
    assert parser.Parse(text, True) == 1
    return seen


def test_elements_and_text():
    seen = events("<a x='1' y='2'>t<b/></a>", "StartElementHandler", "EndElementHandler", "CharacterDataHandler")
    assert seen == [("StartElement", "a", {"x": "1", "y": "2"}), ("CharacterData", "t"), ("StartElement", "b", {}),
                    ("EndElement", "b"), ("EndElement", "a")]


def test_all_handlers():
    assert len(HANDLERS) == 22
    seen = events(DOCUMENT, *[name for name in HANDLERS if not name.startswith("Default")])
    assert ("XmlDecl", "1.0", "utf-8", 0) in seen
    assert ("StartDoctypeDecl", "r", "r.dtd", None, 1) in seen and ("EndDoctypeDecl",) in seen
    assert ("ElementDecl", "r", (5, 2, None, ((4, 0, "a", ()), (4, 0, "b", ())))) in seen
    assert ("AttlistDecl", "r", "d", "(x|y)", "x", 0) in seen
    assert ("EntityDecl", "e", 0, "text", None, None, None, None) in seen
    assert ("UnparsedEntityDecl", "picture", None, "p.gif", None, "gif") in seen
    assert ("NotationDecl", "gif", None, "viewer", None) in seen
    assert ("NotStandalone",) in seen and ("Comment", " note ") in seen
    assert ("ProcessingInstruction", "go", "now") in seen
    assert seen.index(("StartCdataSection",)) + 2 == seen.index(("EndCdataSection",))


def test_default_handlers():
    assert ("Default", "<!-- c -->") in events("<a><!-- c --></a>", "DefaultHandler")
    expanded = events(DOCUMENT, "DefaultHandlerExpand")
    assert ("DefaultHandlerExpand".replace("Handler", ""), "text") in expanded


def test_buffered_text():
    text = "<a>one\ntwo &amp; three<b/>\nfour</a>"
    pieces = [e[1] for e in events(text, "CharacterDataHandler")]
    assert len(pieces) > 3 and "".join(pieces) == "one\ntwo & three\nfour"
    names = ("CharacterDataHandler", "EndElementHandler")
    whole = events(text, *names, buffer_text=True)
    assert whole == [("CharacterData", "one\ntwo & three"), ("EndElement", "b"), ("CharacterData", "\nfour"), ("EndElement", "a")]
    small = [e[1] for e in events("<a>" + "x" * 25 + "</a>", "CharacterDataHandler", buffer_text=True, buffer_size=10)]
    assert "".join(small) == "x" * 25


def test_ordered_and_specified_attributes():
    text = '<!DOCTYPE a [<!ATTLIST a d CDATA "x">]><a z="1" b="2"/>'
    assert events(text, "StartElementHandler") == [("StartElement", "a", {"z": "1", "b": "2", "d": "x"})]
    assert events(text, "StartElementHandler", specified_attributes=True) == [("StartElement", "a", {"z": "1", "b": "2"})]
    assert events(text, "StartElementHandler", ordered_attributes=1) == [("StartElement", "a", ["z", "1", "b", "2", "d", "x"])]


def test_namespaces():
    seen = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: seen.append((name, attributes))
    parser.StartNamespaceDeclHandler = lambda prefix, uri: seen.append((prefix, uri))
    parser.namespace_prefixes = True
    parser.Parse('<p:a xmlns:p="u" p:k="v"/>', True)
    assert seen == [("p", "u"), ("u a p", {"u k p": "v"})]
    fails(ValueError, "namespace_separator must be at most one character, omitted, or None", expat.ParserCreate, None, "ab")


def test_interning():
    table = {}
    seen = []
    parser = expat.ParserCreate(intern=table)
    parser.StartElementHandler = lambda name, attributes: seen.append(name)
    parser.Parse("<a><bb/><bb/></a>", True)
    assert seen[1] is seen[2] and table["bb"] is seen[1] and parser.intern is table
    fails(TypeError, "intern must be a dictionary", expat.ParserCreate, None, None, 3)


def test_errors_tell_the_place():
    with raises(expat.ExpatError, "mismatched tag: line 2, column 7") as caught:
        expat.ParserCreate().Parse("<a>\n  <b></a>", True)
    error = caught.value
    assert (error.code, error.lineno, error.offset) == (7, 2, 7)
    assert expat.ErrorString(error.code) == expat.errors.XML_ERROR_TAG_MISMATCH == "mismatched tag"
    assert expat.errors.codes["mismatched tag"] == 7 and expat.errors.messages[7] == "mismatched tag"
    parser = expat.ParserCreate()
    with raises(expat.ExpatError, "no element found: line 1, column 0"):
        parser.Parse(b"", True)
    assert parser.ErrorCode == 3 and parser.ErrorLineNumber == 1


def test_positions():
    seen = []
    parser = expat.ParserCreate()

    def start(name, attributes):
        seen.append((name, parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex, parser.GetInputContext()[:3]))
    parser.StartElementHandler = start
    parser.Parse("<a>\n <b/></a>", True)
    assert seen == [("a", 1, 0, 0, b"<a>"), ("b", 2, 1, 5, b"<b/")]
    assert parser.GetInputContext() is None


def test_an_exception_in_a_handler_ends_the_parse():
    seen = []
    parser = expat.ParserCreate()

    def start(name, attributes):
        seen.append(name)
        raise KeyError(name)
    parser.StartElementHandler = start
    with raises(KeyError):
        parser.Parse("<a><b/><c/></a>", True)
    assert seen == ["a"]


def test_handlers_change_while_parsing():
    seen = []
    parser = expat.ParserCreate()

    def start(name, attributes):
        seen.append(name)
        parser.StartElementHandler = None
        parser.EndElementHandler = seen.append
    parser.StartElementHandler = start
    parser.Parse("<a><b/></a>", True)
    assert seen == ["a", "b", "a"] and parser.StartElementHandler is None


def test_feeding_in_pieces():
    seen = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = seen.append
    parser.buffer_text = True
    data = "<a>gr\u00fc\u00df \u263a</a>".encode()
    for i in range(len(data)):
        parser.Parse(data[i:i + 1])
    parser.Parse(b"", True)
    assert "".join(seen) == "gr\u00fc\u00df \u263a"


def test_files():
    seen = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: seen.append(name)
    parser.ParseFile(BytesIO(b"<a>" + b"<b/>" * 5000 + b"</a>"))
    assert len(seen) == 5001
    fails(TypeError, "argument must have 'read' attribute", expat.ParserCreate().ParseFile, 3)

    class Odd:
        def __init__(self, result):
            self.read = lambda size: result
    fails(TypeError, "read() did not return a bytes object (type=int)", expat.ParserCreate().ParseFile, Odd(3))
    fails(ValueError, "read() returned too much data: 2048 bytes requested, 2049 returned",
          expat.ParserCreate().ParseFile, Odd(b"a" * 2049))


def test_external_entities():
    text = '<!DOCTYPE r [<!ENTITY e SYSTEM "other.xml">]><r>&e;</r>'
    seen = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: seen.append(name)
    parser.SetBase("/base")

    def external(context, base, system_id, public_id):
        assert (base, system_id, public_id) == ("/base", "other.xml", None)
        child = parser.ExternalEntityParserCreate(context)
        assert child.StartElementHandler is parser.StartElementHandler
        child.Parse("<inner/>", True)
        return 1
    parser.ExternalEntityRefHandler = external
    parser.Parse(text, True)
    assert seen == ["r", "inner"] and parser.GetBase() == "/base"
    parser = expat.ParserCreate()
    parser.ExternalEntityRefHandler = lambda *args: 0
    with raises(expat.ExpatError, "error in processing external entity reference: line 1, column 48"):
        parser.Parse(text, True)


def test_encodings():
    def text(data):
        return "".join(e[1] for e in events(data, "CharacterDataHandler"))
    assert text("<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>".encode("latin-1")) == "\xe9"
    assert text("<?xml version='1.0' encoding='cp1252'?><a>\u20ac</a>".encode("cp1252")) == "\u20ac"
    assert text("<?xml version='1.0' encoding='utf-16'?><a>\u263a</a>".encode("utf-16")) == "\u263a"
    assert text("<?xml version='1.0' encoding='iso-8859-1'?><a>\u263a</a>") == "\u263a"
    fails(LookupError, "unknown encoding: nope", expat.ParserCreate().Parse, b"<?xml version='1.0' encoding='nope'?><a/>")


def test_wrong_arguments():
    parser = expat.ParserCreate()
    fails(TypeError, "a bytes-like object is required, not 'int'", parser.Parse, 1)
    fails(TypeError, "ParserCreate() argument 'encoding' must be str or None, not int", expat.ParserCreate, 1)
    fails(ValueError, "buffer_size must be greater than zero", setattr, parser, "buffer_size", 0)
    fails(TypeError, "buffer_size must be an integer", setattr, parser, "buffer_size", "x")
    fails(ValueError, "buffer_size must not be greater than 2147483647", setattr, parser, "buffer_size", 1 << 40)
    fails(RuntimeError, "Cannot delete attribute", delattr, parser, "StartElementHandler")
    fails(TypeError, "cannot create 'pyexpat.xmlparser' instances", type(parser))
    with raises(AttributeError):
        parser.ErrorCode = 1
    assert expat.ErrorString(300) is None and parser.UseForeignDTD() is None


def test_handlers_of_wrong_kinds():
    parser = expat.ParserCreate()
    parser.NotStandaloneHandler = lambda: "x"
    fails(TypeError, "'str' object cannot be interpreted as an integer", parser.Parse, "<!DOCTYPE a SYSTEM 'x'><a/>", True)
    parser = expat.ParserCreate()
    parser.StartElementHandler = 5
    fails(TypeError, "'int' object is not callable", parser.Parse, "<a/>", True)


def test_parsers_of_many_threads():
    counts = []

    def work():
        count = 0
        for _ in range(30):
            count += len(xml.etree.ElementTree.fromstring("<a>" + "<b k='v'>t</b>" * 50 + "</a>"))
        counts.append(count)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1500] * 4


def test_the_library_on_top():
    tree = xml.etree.ElementTree.fromstring("<a><b k='v'>text</b>tail</a>")
    assert tree[0].attrib == {"k": "v"} and tree[0].tail == "tail"
    assert xml.etree.ElementTree.tostring(tree) == b'<a><b k="v">text</b>tail</a>'
    assert minidom.parseString("<a><!--c--></a>").documentElement.toxml() == "<a><!--c--></a>"
    seen = []

    class Handler(xml.sax.ContentHandler):
        def startElement(self, name, attributes):
            seen.append((name, dict(attributes)))
    xml.sax.parseString("<a k='v'/>", Handler())
    assert seen == [("a", {"k": "v"})]


run(globals())
