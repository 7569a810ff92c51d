from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.attempts import (
    LOCK_WAIT_S,
    NO_ATTEMPTS,
    Attempts,
    after_failure,
    is_locked,
    rebased,
    wait_s,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
counts = st.integers(0, 100)
offsets_s = st.integers(-(10**8), 10**8)


@pytest.mark.parametrize(
    ("failed", "wait"), [(0, 0), (1, 0), (2, 0), (3, 5), (4, 15), (5, 30), (6, 900), (7, 900), (99, 900)]
)
def test_waits_grow_with_wrong_passwords(failed: int, wait: int) -> None:
    assert wait_s(Attempts(failed, NOW), NOW) == wait


def test_nobody_waits_before_the_first_try() -> None:
    assert wait_s(NO_ATTEMPTS, NOW) == 0
    assert not is_locked(NO_ATTEMPTS, NOW)


def test_six_wrong_passwords_lock_for_a_quarter_of_an_hour_and_no_longer() -> None:
    attempts = NO_ATTEMPTS
    for _ in range(6):
        attempts = after_failure(attempts, NOW)

    assert is_locked(attempts, NOW + timedelta(minutes=14, seconds=59))
    assert not is_locked(attempts, NOW + timedelta(minutes=15))


def test_a_short_wait_is_not_called_a_lock() -> None:
    assert not is_locked(Attempts(5, NOW), NOW)


def test_a_started_second_is_waited_out() -> None:
    assert wait_s(Attempts(3, NOW), NOW + timedelta(milliseconds=4_001)) == 1


@given(counts, offsets_s)
def test_a_wait_never_exceeds_the_long_one_whatever_the_clock_says(failed: int, offset_s: int) -> None:
    assert 0 <= wait_s(Attempts(failed, NOW), NOW + timedelta(seconds=offset_s)) <= LOCK_WAIT_S


@given(counts, st.integers(0, 2_000), st.integers(0, 2_000))
def test_waiting_shortens_the_wait_by_what_was_waited(failed: int, first_s: int, more_s: int) -> None:
    attempts = Attempts(failed, NOW)
    early = wait_s(attempts, NOW + timedelta(seconds=first_s))

    late = wait_s(attempts, NOW + timedelta(seconds=first_s + more_s))

    assert late == max(0, early - more_s)


@given(counts)
def test_one_more_failure_never_shortens_the_wait(failed: int) -> None:
    attempts = Attempts(failed, NOW)

    assert wait_s(after_failure(attempts, NOW), NOW) >= wait_s(attempts, NOW)


@given(counts, st.integers(1, 10**8))
def test_setting_the_clock_back_ends_no_wait(failed: int, back_s: int) -> None:
    attempts = Attempts(failed, NOW)

    assert wait_s(attempts, NOW - timedelta(seconds=back_s)) == wait_s(attempts, NOW)


@given(counts, offsets_s)
def test_a_rebased_wait_ends_within_the_long_wait(failed: int, offset_s: int) -> None:
    now = NOW + timedelta(seconds=offset_s)

    kept = rebased(Attempts(failed, NOW), now)

    assert kept.failed == failed
    assert wait_s(kept, now) == wait_s(Attempts(failed, NOW), now)
    assert wait_s(kept, now + timedelta(seconds=LOCK_WAIT_S)) == 0


def test_a_stamp_that_is_not_ahead_is_left_alone() -> None:
    attempts = Attempts(4, NOW)

    assert rebased(attempts, NOW) is attempts
    assert rebased(NO_ATTEMPTS, NOW) is NO_ATTEMPTS
