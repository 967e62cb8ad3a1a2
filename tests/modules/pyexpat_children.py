"""Parsers of external entities: they go on working when their parents are gone, and are freed in any order; what shares tables is for one thread at a time."""
# weft only: CPython frees the parent's tables first, which the library may not survive

import gc
import threading
from xml.parsers import expat

from testing import equal, run


def test_children_work_without_their_parents():
    for _ in range(200):
        parser = expat.ParserCreate()
        child = parser.ExternalEntityParserCreate(None)
        del parser
        gc.collect()
        assert child.ExternalEntityParserCreate(None).Parse("<!ELEMENT a ANY>", True) == 1


def test_parents_and_children_die_together():
    children = [expat.ParserCreate().ExternalEntityParserCreate(None) for _ in range(200)]
    assert len({id(child) for child in children}) == 200
    gc.collect()
    del children
    gc.collect()


def in_another_thread(function):
    answers = []

    def call():
        try:
            answers.append(function())
        except RuntimeError as error:
            answers.append(str(error))

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    return answers[0]


def test_a_family_is_for_one_thread_at_a_time():
    answers = []
    parser = expat.ParserCreate()
    child = parser.ExternalEntityParserCreate(None)
    grandchild = child.ExternalEntityParserCreate(None)

    def start(name, attributes):
        answers.append(in_another_thread(lambda: child.Parse("<!ELEMENT a ANY>")))
        answers.append(in_another_thread(lambda: grandchild.ExternalEntityParserCreate(None)))
        answers.append(child.Parse("<!ELEMENT b ANY>"))

    parser.StartElementHandler = start
    parser.Parse("<a>")
    refused = "the parser is being used by another thread"
    equal(answers, [refused, refused, 1])
    equal(in_another_thread(lambda: child.Parse("<!ELEMENT c ANY>", True)), 1)


def test_two_threads_feed_a_family():
    for _ in range(5):
        parser = expat.ParserCreate()
        child = parser.ExternalEntityParserCreate(None)
        together = threading.Barrier(2)

        def feed(parser, text):
            together.wait()
            try:
                parser.Parse(text)
            except RuntimeError:
                pass

        content = "<a>" + "".join(f'<a{i} x{i}="1"/>' for i in range(5000))
        declarations = "".join(f'<!ELEMENT b{i} EMPTY><!ATTLIST b{i} q{i} CDATA "z">' for i in range(5000))
        threads = [threading.Thread(target=feed, args=args) for args in [(parser, content), (child, declarations)]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


run(globals())
