"""PyYAML without its C part: loading, dumping, anchors, tags of our own, and the positions of errors."""

import datetime

import yaml

TEXT = """
%YAML 1.1
---
name: "text \\u263a"
list: [1, 2.5, 0x1f, 1e3, ~, yes, 'no']
block: |
  two
  lines
folded: >-
  one
  line
base: &base {a: 1, b: 2}
more:
  <<: *base
  b: 3
when: 2001-12-14 21:59:43.10
day: 2002-12-14
set: !!set {x, y}
binary: !!binary aGVsbG8=
? complex
: value
...
"""


class Point(yaml.YAMLObject):
    yaml_tag = "!point"
    yaml_loader = yaml.SafeLoader
    yaml_dumper = yaml.SafeDumper

    def __init__(self, x, y):
        self.x = x
        self.y = y


def main():
    data = yaml.safe_load(TEXT)
    assert data["name"] == "text \u263a" and data["list"] == [1, 2.5, 31, "1e3", None, True, "no"]
    assert data["block"] == "two\nlines\n" and data["folded"] == "one line"
    assert data["more"] == {"a": 1, "b": 3} and data["set"] == {"x", "y"} and data["binary"] == b"hello"
    assert data["when"] == datetime.datetime(2001, 12, 14, 21, 59, 43, 100000) and data["complex"] == "value"
    assert data["day"] == datetime.date(2002, 12, 14)
    assert yaml.safe_load(yaml.safe_dump(data)) == data
    point = yaml.safe_load("!point {x: 1, y: 2}")
    assert type(point) is Point and yaml.safe_dump(point) == "!point\nx: 1\ny: 2\n"
    shared = [1]
    assert yaml.safe_dump([shared, shared]) == "- &id001\n  - 1\n- *id001\n"
    assert yaml.safe_dump({"b": "yes", "a": "1"}, default_flow_style=True) == "{a: '1', b: 'yes'}\n"
    assert list(yaml.safe_load_all("--- 1\n--- [2]\n")) == [1, [2]]
    try:
        yaml.safe_load("a: [1\nb: 2")
        raise AssertionError
    except yaml.YAMLError as error:
        assert str(error).startswith("while parsing a flow sequence\n  in \"<unicode string>\", line 1, column 4")
    try:
        yaml.safe_load("!!python/object/apply:os.getcwd []")
        raise AssertionError
    except yaml.constructor.ConstructorError:
        pass
    many = [{"id": i, "name": f"item {i}", "tags": ["a", "b"], "nested": {"x": i / 4}} for i in range(400)]
    assert yaml.safe_load(yaml.safe_dump(many)) == many


main()
