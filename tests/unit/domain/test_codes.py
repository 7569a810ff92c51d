from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.codes import (
    BLOCK_SIZE,
    FIRST_COUNTER_LEASE,
    Lease,
    book_of,
    counter_of,
    format_code,
    is_provisional,
    next_ordinal,
    provisional_code,
)

DAY = date(2019, 7, 18)
TEMPLATE = "{agency}-{yymmdd}-{seq}"


def all_of_a_day(lease: Lease, day: date = DAY) -> list[int]:
    used: dict[int, int] = {}
    given_out = []
    while (ordinal := next_ordinal(lease, day, used)) is not None:
        used[ordinal.block] = ordinal.value
        given_out.append(ordinal.value)
    return given_out


def test_the_first_pc_counts_the_days_dossiers_from_one() -> None:
    assert all_of_a_day(FIRST_COUNTER_LEASE)[:3] == [1, 2, 3]


def test_after_its_block_a_pc_goes_on_in_its_overflow_block() -> None:
    given_out = all_of_a_day(FIRST_COUNTER_LEASE)

    assert given_out == [*range(1, 1_000), *range(10_000, 11_000)]


def test_a_full_lease_has_no_ordinal_left() -> None:
    assert next_ordinal(FIRST_COUNTER_LEASE, DAY, {0: 999, 10: 10_999}) is None


def test_an_empty_lease_has_none_at_all() -> None:
    assert next_ordinal(Lease(()), DAY, {}) is None


def test_a_block_above_zero_starts_at_its_first_ordinal() -> None:
    assert all_of_a_day(Lease((3,)))[0] == 3_000


def test_a_void_day_has_none_and_the_next_day_has_all_again() -> None:
    lease = Lease((0,), void_through=DAY)

    assert next_ordinal(lease, DAY - timedelta(days=400), {}) is None
    assert next_ordinal(lease, DAY, {}) is None
    assert next_ordinal(lease, DAY + timedelta(days=1), {}) is not None


@given(st.lists(st.integers(0, 40), min_size=2, max_size=4, unique=True))
def test_pcs_with_different_blocks_never_meet(blocks: list[int]) -> None:
    given_out = [ordinal for block in blocks for ordinal in all_of_a_day(Lease((block,)))]

    assert len(given_out) == len(set(given_out))


@given(st.integers(0, 40), st.integers(0, 999))
def test_an_ordinal_lies_in_its_block(block: int, used: int) -> None:
    ordinal = next_ordinal(Lease((block,)), DAY, {block: block * BLOCK_SIZE + used})

    assert ordinal is None or (ordinal.value // BLOCK_SIZE, ordinal.block) == (block, block)


@pytest.mark.parametrize(
    ("ordinal", "code"),
    [
        (1, "000.16.27.H29-190718-0001"),
        (999, "000.16.27.H29-190718-0999"),
        (10_000, "000.16.27.H29-190718-10000"),
    ],
)
def test_a_code_is_agency_day_and_ordinal(ordinal: int, code: str) -> None:
    assert format_code(TEMPLATE, "000.16.27.H29", DAY, ordinal) == code


@given(st.dates(date(2018, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999), st.integers(1, 99_999))
def test_codes_of_different_ordinals_differ(day: date, first: int, second: int) -> None:
    same = format_code(TEMPLATE, "H29", day, first) == format_code(TEMPLATE, "H29", day, second)

    assert same == (first == second)


def test_a_provisional_code_looks_different() -> None:
    assert provisional_code("0197f0ab-12cd-7000-8000-000000000001", 7) == "T-0197F0AB-7"


def test_a_provisional_code_is_told_from_an_official_one() -> None:
    assert is_provisional(provisional_code("0197f0ab-12cd-7000-8000-000000000001", 7))
    assert not is_provisional("000.16.27.H29-190718-0001")


def test_each_volume_of_a_counter_is_a_book_of_its_own() -> None:
    assert [book_of(counter, volume) for counter in (1, 2) for volume in (0, 1, 7)] == [1, 101, 701, 2, 102, 702]


def test_every_volume_of_a_book_is_its_counters() -> None:
    assert {counter_of(book_of(counter, volume)) for counter in (1, 99) for volume in (0, 1, 1768)} == {1, 99}
