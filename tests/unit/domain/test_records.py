from dataclasses import dataclass

import pytest

from desktop.domain import codec
from desktop.domain.records import replace, slots_of


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
