"""The control sheet: every hand a dossier went through, taken from its events, never typed.

Source: Circular 01/2018/TT-VPCP form 05; Circular 03/2025/TT-VPCP form 06; Decree 61/2018/NĐ-CP art. 18.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.deadlines import is_late, transfer_due
from desktop.domain.dossiers import NOBODY, Custodian, CustodianKind, Dossier
from desktop.domain.events import Event
from desktop.domain.facts.way import HandoverConfirmed
from desktop.domain.fold import apply
from desktop.domain.vietnamese import local


class Grade(StrEnum):
    """Say whether a step was done before, on or after its last moment."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Hop:
    """Give one handing over.

    Attributes:
        giver: Who held the paper; None for the citizen who handed the dossier in.
        to: Who held it from then on; nobody when it went back to the citizen.
        since: Since when the giver had it.
        at: When it passed.
        giver_user: Who gave it; "" for the citizen.
        receiver_user: Who took it; "" for the citizen, and while nobody of a section has acted yet.
        grade: The giver's step.
    """

    giver: Custodian | None
    to: Custodian
    since: datetime
    at: datetime
    giver_user: str
    receiver_user: str
    grade: Grade


def hops_of(history: Iterable[Event], calendar: Calendar, policy: ClockPolicy) -> tuple[Hop, ...]:
    """Return every change of custody in a dossier's history.

    The counter's first step is graded against the rule of transfer (the same working day, or the beginning of the next
    one), every other step against what the law demanded of the whole dossier at that moment.

    Args:
        history: The dossier's events in order.
        calendar: The unit's calendar.
        policy: Clock rules of the dossier's pack.
    """
    found: list[Hop] = []
    state: Dossier | None = None
    for event in history:
        before, state = state, apply(state, event)
        at, actor = event.envelope.acted_at, event.envelope.actor
        if before is None:
            found.append(Hop(None, state.custodian, at, at, "", actor, Grade.ON_TIME))
        elif before.custodian not in (state.custodian, NOBODY):
            grade = _transfer(before, at, calendar, policy) if len(found) == 1 else _whole(before, at)
            # A slip is confirmed by who receives; every other act passes the paper on from who acts.
            is_received = isinstance(event.fact, HandoverConfirmed)
            giver = found[-1].receiver_user if is_received else actor
            receiver = actor if is_received else _person(state.custodian)
            if not found[-1].receiver_user:
                found[-1] = replace(found[-1], receiver_user=giver)
            found.append(Hop(before.custodian, state.custodian, before.custody_since, at, giver, receiver, grade))
    return tuple(found)


def _person(custodian: Custodian) -> str:
    return custodian.holder if custodian.kind is CustodianKind.USER else ""


def _transfer(before: Dossier, at: datetime, calendar: Calendar, policy: ClockPolicy) -> Grade:
    latest = transfer_due(before.received_at, calendar, policy)
    # "At the beginning of the next day" leaves the morning for it: the day counts, not the minute.
    return Grade.LATE if local(at).date() > latest.date() else Grade.ON_TIME


def _whole(before: Dossier, at: datetime) -> Grade:
    if is_late(at, before.due_at, before.procedure.limit.unit):
        return Grade.LATE
    return Grade.EARLY if local(at).date() < local(before.due_at).date() else Grade.ON_TIME
