"""Parsers of external entities whose parents are gone: they go on working, and are freed in any order."""
# weft only: CPython frees the parent's tables first, which the library may not survive

import gc
from xml.parsers import expat

from testing import run


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


run(globals())
