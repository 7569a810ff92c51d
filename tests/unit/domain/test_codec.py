from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import Enum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain import codec


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(Enum):
    SMALL = 1


@dataclass(frozen=True, slots=True)
class Inner:
    n: int
    text: str = "usual"


@dataclass(frozen=True, slots=True)
class Single:
    only: str


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    is_it: bool
    colour: Colour
    inner: Inner
    on: date
    at: datetime
    o_clock: time
    maybe: Inner | None = None
    words: tuple[str, ...] = ()
    inners: tuple[Inner, ...] = ()
    table: Mapping[str, int] = field(default_factory=dict)
    single: Single = Single("x")
    nothing: Nothing = Nothing()
    size: Size = Size.SMALL


WHOLE = Outer(
    name="Ở",
    is_it=True,
    colour=Colour.BLUE,
    inner=Inner(1, "một"),
    on=date(2019, 7, 18),
    at=datetime(2019, 7, 18, 2, tzinfo=UTC),
    o_clock=time(7, 30),
    maybe=Inner(2),
    words=("a", "b"),
    inners=(Inner(3), Inner(4)),
    table={"k": 1},
)


def test_a_whole_record_comes_back_as_it_was() -> None:
    assert codec.load(Outer, codec.dump(WHOLE)) == WHOLE


def test_plain_data_is_what_json_knows() -> None:
    plain = codec.dump(WHOLE)

    assert plain["on"] == "2019-07-18"
    assert plain["at"] == "2019-07-18T02:00:00+00:00"
    assert plain["o_clock"] == "07:30:00"
    assert plain["colour"] == "blue"
    assert type(plain["colour"]) is str
    assert plain["inners"] == [{"n": 3, "text": "usual"}, {"n": 4, "text": "usual"}]
    assert plain["nothing"] == {}
    assert plain["single"] == {"only": "x"}


@pytest.mark.parametrize("value", [None, "x", 1, True, Colour.RED, date(2019, 1, 1), {"a": (1, None)}, [1, "x"]])
def test_a_bare_value_is_dumped_by_its_own_class(value: object) -> None:
    assert codec.dump(value) == (
        value.isoformat() if isinstance(value, date) else {"a": [1, None]} if isinstance(value, dict) else value
    )


@pytest.mark.parametrize("value", [1.5, b"x", object(), {1, 2}, (1.5,)])
def test_a_value_json_does_not_know_is_a_bug(value: object) -> None:
    with pytest.raises(TypeError, match="cannot encode"):
        codec.dump(value)


def test_a_field_that_holds_another_class_is_dumped_by_that_class() -> None:
    @dataclass(frozen=True)
    class Wider:
        inner: Inner

    @dataclass(frozen=True)
    class Narrow(Inner):
        more: int = 7

    assert codec.dump(Wider(Narrow(1))) == {"inner": {"n": 1, "text": "usual", "more": 7}}


def test_unknown_keys_of_a_newer_program_are_ignored() -> None:
    assert codec.load(Inner, {"n": 1, "text": "x", "newer": [1]}) == Inner(1, "x")


def test_a_field_added_with_a_default_reads_old_data() -> None:
    assert codec.load(Inner, {"n": 1}) == Inner(1, "usual")


def test_a_missing_required_field_is_named() -> None:
    with pytest.raises(TypeError, match="Inner lacks n"):
        codec.load(Inner, {"text": "x"})


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (int, "1"),
        (int, True),
        (str, 1),
        (bool, 1),
        (Colour, "green"),
        (Colour, []),
        (date, "18/07/2019"),
        (datetime, "x"),
        (Inner, {"n": "1"}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(kind: type, plain: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each kind words it its own way
        codec.load(kind, plain)


@pytest.mark.parametrize("plain", ["text", 5, [], None])
def test_a_record_that_is_no_table_is_refused(plain: object) -> None:
    with pytest.raises(TypeError):
        codec.load(Inner, plain)


def test_an_enum_of_numbers_is_read_by_value() -> None:
    assert codec.load(Size, 1) is Size.SMALL


def test_a_type_nobody_can_decode_is_a_bug() -> None:
    with pytest.raises(TypeError, match="cannot decode"):
        codec.load(float, 1.5)


@given(
    st.builds(
        Outer,
        name=st.text(),
        is_it=st.booleans(),
        colour=st.sampled_from(Colour),
        inner=st.builds(Inner, n=st.integers(), text=st.text()),
        on=st.dates(),
        at=st.datetimes(timezones=st.just(UTC)),
        o_clock=st.times(),
        maybe=st.none() | st.builds(Inner, n=st.integers()),
        words=st.lists(st.text()).map(tuple),
        inners=st.lists(st.builds(Inner, n=st.integers())).map(tuple),
        table=st.dictionaries(st.text(), st.integers()),
    )
)
def test_any_record_survives_the_round_trip(value: Outer) -> None:
    assert codec.load(Outer, codec.dump(value)) == value
