"""Classes of attrs: validators, converters, slots, frozen ones, ordering, evolving, and their messages."""

import attr
import attrs
from attrs import define, evolve, field, frozen, validators


@define
class Point:
    x: int = field(converter=int, validator=validators.instance_of(int))
    y: int = field(default=0, validator=validators.and_(validators.ge(0), validators.lt(100)))
    tags: list = field(factory=list)


@frozen(order=True)
class Version:
    major: int
    minor: int = 0
    note: str = field(default="", eq=False, repr=False)

    @property
    def text(self):
        return f"{self.major}.{self.minor}"


@attr.s(auto_attribs=True, cache_hash=True, hash=True, kw_only=True)
class Record:
    name: str
    size: int = attr.ib(default=attr.Factory(lambda self: len(self.name), takes_self=True))

    def __attrs_post_init__(self):
        self.checked = True


def message(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return str(error.args[0])
    raise AssertionError(f"no {kind.__name__}")


def main():
    point = Point("3", y=4)
    assert repr(point) == "Point(x=3, y=4, tags=[])"
    assert evolve(point, x="9").x == 9 and point != evolve(point, y=5)
    assert message(ValueError, Point, 1, 100) == "'y' must be < 100: 100"
    assert message(AttributeError, setattr, point, "z", 1).startswith("'Point' object has no attribute 'z'")
    assert not hasattr(point, "__dict__")
    message(attrs.exceptions.FrozenInstanceError, setattr, Version(1), "major", 2)
    versions = [Version(minor % 7, minor % 3, note=str(minor)) for minor in range(2000)]
    assert [v.text for v in sorted(set(versions))][:4] == ["0.0", "0.1", "0.2", "1.0"]
    assert len(set(versions)) == 21
    record = Record(name="four")
    assert record.size == 4 and record.checked and hash(record) == hash(Record(name="four"))
    assert attrs.asdict(point) == {"x": 3, "y": 4, "tags": []}
    assert attrs.astuple(Version(1, 2, "n")) == (1, 2, "n")
    assert [a.name for a in attrs.fields(Point)] == ["x", "y", "tags"]
    made = attrs.make_class("Made", {f"f{i}": attrs.field(default=i) for i in range(50)})
    assert sum(attrs.astuple(made(f7=100))) == sum(range(50)) - 7 + 100
    for i in range(30):
        attrs.make_class(f"Made{i}", ["a", "b", "c"], slots=i % 2 == 0)(1, 2, 3)
    total = 0
    for i in range(50_000):
        total += Point(i, i % 100).y
    assert total == 50_000 // 100 * sum(range(100))


main()
