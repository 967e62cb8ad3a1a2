"""Copies of elements whose attributes copy themselves to something else, where CPython returns an element without a dict."""
# weft only

import copy
from xml.etree.ElementTree import Element

from testing import equal, fails, run


class Attributes(dict):
    def __deepcopy__(self, memo):
        return self.copied


def test_attributes_are_a_dict():
    e = Element("a")
    e.attrib = Attributes(x="1")
    e.attrib.copied = 5
    fails(TypeError, "attrib must be dict, not int", copy.deepcopy, e)
    e.attrib.copied = {"y": "2"}
    equal(copy.deepcopy(e).attrib, {"y": "2"})


run(globals())
