from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.ids import named_id, uuid7

_TEN = st.binary(min_size=10, max_size=10)


@given(st.integers(0, 2**48 - 1), _TEN)
def test_an_id_is_a_uuid_of_version_7_that_keeps_its_instant(unix_ms: int, random: bytes) -> None:
    made = UUID(uuid7(unix_ms, random))

    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == unix_ms


@given(st.integers(0, 2**48 - 2), _TEN, _TEN)
def test_ids_sort_by_their_instant(unix_ms: int, first: bytes, second: bytes) -> None:
    assert uuid7(unix_ms, first) < uuid7(unix_ms + 1, second)


def test_all_the_randomness_counts() -> None:
    made = {uuid7(1, bytes(n) + b"\x01" + bytes(9 - n)) for n in range(10)}

    assert len(made) == 10


@pytest.mark.parametrize(("unix_ms", "random"), [(-1, bytes(10)), (2**48, bytes(10)), (1, bytes(9)), (1, bytes(11))])
def test_what_does_not_fit_is_a_bug(unix_ms: int, random: bytes) -> None:
    with pytest.raises(ValueError, match="uuid7 needs"):
        uuid7(unix_ms, random)


def test_a_named_id_is_the_same_everywhere_and_another_for_another_name() -> None:
    made = UUID(named_id("unit", "lan"))

    assert str(made) == named_id("unit", "lan")
    assert (made.version, made.variant) == (8, "specified in RFC 4122")
    assert len({named_id("unit", "lan"), named_id("unitlan"), named_id("unit", "hung")}) == 3
