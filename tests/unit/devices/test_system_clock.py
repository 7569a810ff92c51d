from datetime import UTC, datetime, timedelta, timezone

import pytest

from desktop.devices.system_clock import FixedClock, SettableClock, SystemClock

NOON = datetime(2019, 7, 18, 12, 0, tzinfo=timezone(timedelta(hours=7)))


def test_the_machine_clock_tells_utc_and_does_not_run_backwards_between_two_questions() -> None:
    clock = SystemClock()

    first, second = clock.now(), clock.now()

    assert first.tzinfo is UTC
    assert second >= first


def test_a_fixed_clock_stands_still_in_utc() -> None:
    clock = FixedClock(NOON)

    assert clock.now() == clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_a_clock_refuses_an_instant_without_a_zone() -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match="time zone"):
        FixedClock(naive)
    with pytest.raises(ValueError, match="time zone"):
        SettableClock(FixedClock(NOON), naive)


def test_a_settable_clock_follows_the_other_until_it_is_set() -> None:
    clock = SettableClock(FixedClock(NOON))

    assert clock.now() == NOON

    clock.set(NOON - timedelta(days=400))
    assert clock.now() == NOON - timedelta(days=400)
    assert clock.now().tzinfo is UTC

    clock.set(None)
    assert clock.now() == NOON


def test_a_settable_clock_advances_from_where_it_stands() -> None:
    clock = SettableClock(FixedClock(NOON), NOON + timedelta(days=1))

    clock.advance(timedelta(hours=2))
    clock.advance(timedelta(hours=-1))

    assert clock.now() == NOON + timedelta(days=1, hours=1)
