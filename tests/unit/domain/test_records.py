from dataclasses import dataclass, field

import pytest

from desktop.domain import codec
from desktop.domain.records import maker, replace, slots_of


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    type: str = "usual"


@dataclass(frozen=True, slots=True)
class Checked:
    x: int
    y: int = 0

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x")


@dataclass(frozen=True)
class Loose:
    x: int
    y: int = 0


@dataclass(frozen=True, slots=True)
class Growing:
    x: int = 1
    known: dict[str, int] = field(default_factory=dict)


def test_what_makes_records_knows_defaults_unless_each_needs_its_own() -> None:
    assert maker(Point)(1) == Point(1)
    assert maker(Point)(1, "other") == maker(Point)(type="other", x=1) == Point(1, "other")
    assert maker(Growing)(2, {"a": 1}) == Growing(2, {"a": 1})
    with pytest.raises(TypeError, match="x"):
        maker(Point)()
    with pytest.raises(TypeError, match="known"):
        maker(Growing)(2)


def test_a_copy_has_the_changes_and_all_the_rest() -> None:
    point = Point(1, "other")

    assert replace(point, x=2) == Point(2, "other")
    assert replace(point) == point
    assert replace(point) is not point
    assert point == Point(1, "other")


def test_a_field_that_is_none_is_a_bug() -> None:
    with pytest.raises(KeyError):
        replace(Point(1), z=2)


def test_a_class_that_checks_itself_is_only_made_by_its_constructor() -> None:
    assert not slots_of(Checked)
    assert not slots_of(Loose)
    assert codec.load(Loose, {"x": 1, "y": 2}) == Loose(1, 2)
    with pytest.raises(ValueError, match="x"):
        codec.load(Checked, {"x": -1, "y": 2})
