"""A clock behind the last own event: recorded with every act, shown, confirmed once a day; it refuses nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.facts.unit import ClockConfirmed
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.services.changes import NOTHING, Changes
from desktop.services.ports import Desk

#: A difference below this is two clocks being two clocks.
TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """Say how far the clock is behind.

    Attributes:
        shown: What the clock says.
        latest: The latest instant something was done on this PC.
    """

    shown: datetime
    latest: datetime


def clock_doubt(desk: Desk) -> ClockDoubt | None:
    """Return the doubt to be confirmed, None when there is none or it was confirmed today.

    In training the instants are given by hand, so there is nothing to doubt.
    """
    latest = desk.ledger.latest_act_at()
    now = desk.clock.now()
    if desk.is_training or latest is None or now >= latest - TOLERANCE:
        return None
    confirmed = desk.reader.last_of_type("clock.confirmed")
    if confirmed is not None and local(confirmed.envelope.acted_at).date() == local(now).date():
        return None
    return ClockDoubt(now, latest)


def confirm_clock(desk: Desk, user: User) -> Changes:
    """Record that a user looked at the date and found it right."""
    with desk.ledger.act(user) as act:
        act.record_unit((ClockConfirmed(act.now),))
    return NOTHING
