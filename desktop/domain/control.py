"""The control sheet: every hand a dossier went through, taken from its events, never typed.

Source: Circular 01/2018/TT-VPCP form 05; Circular 03/2025/TT-VPCP form 06; Decree 61/2018/NĐ-CP art. 18.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.deadlines import is_late, transfer_due
from desktop.domain.dossiers import NOBODY, Custodian, CustodianKind, Dossier
from desktop.domain.events import Event
from desktop.domain.facts.way import HandoverConfirmed
from desktop.domain.fold import apply
from desktop.domain.processes import COUNTER, LEADERS, SECTION, ProcessStep, minutes_used
from desktop.domain.units import Unit
from desktop.domain.vietnamese import local
from desktop.domain.way import DecisionKind


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
        step: The step of the dossier's process the giver did; None where the process has none, or there is no process.
        minutes: Working minutes that step has taken until then, earlier stays with the same hand included; 0 without
            a step.
    """

    giver: Custodian | None
    to: Custodian
    since: datetime
    at: datetime
    giver_user: str
    receiver_user: str
    grade: Grade
    step: ProcessStep | None = None
    minutes: int = 0


@dataclass(slots=True)
class _Sheet:
    """Grade the hands of one dossier.

    Attributes:
        stays: When the dossier lay where, by the share of the process that was done there.
    """

    calendar: Calendar
    policy: ClockPolicy
    unit: Unit
    sections: Mapping[str, str]
    stays: defaultdict[tuple[str, bool], list[tuple[datetime, datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def graded(self, hop: Hop, before: Dossier, *, is_first: bool) -> Hop:
        """Return a handing over with its grade: by its step, else by the rule of transfer or the whole deadline."""
        at, process = hop.at, before.procedure.process
        is_decided = before.decision is not None and before.decision.kind is DecisionKind.APPROVED
        place = self._place(before)
        step = process.share_of(place, is_decided=is_decided) if process and before.solved_at is None else None
        if step is None:
            grade = _transfer(before, at, self.calendar, self.policy) if is_first else _whole(before, at)
            return replace(hop, grade=grade)
        stays = self.stays[place, is_decided]
        stays.append((hop.since, at))
        used = minutes_used(stays, before.waits, self.calendar)
        return replace(hop, grade=_by_minutes(used, step.minutes), step=step, minutes=used)

    def _place(self, before: Dossier) -> str:
        custodian = before.custodian
        is_person = custodian.kind is CustodianKind.USER
        section = self.sections.get(custodian.holder, "") if is_person else custodian.holder
        named = {before.procedure.section: SECTION, self.unit.leaders(): LEADERS, self.unit.counter_section: COUNTER}
        return named.get(section, section)


def hops_of(
    history: Iterable[Event], calendar: Calendar, policy: ClockPolicy, unit: Unit, sections: Mapping[str, str]
) -> tuple[Hop, ...]:
    """Return every change of custody in a dossier's history.

    Each hand is graded by the minutes its step of the dossier's process allows. Without such a step the counter's
    first hand is graded against the rule of transfer (the same working day, or the beginning of the next one), every
    other one against what the law demanded of the whole dossier at that moment. Once the result lies at the counter
    nothing is late any more: the citizen comes when he likes.

    Args:
        history: The dossier's events in order.
        calendar: The unit's calendar.
        policy: Clock rules of the dossier's pack.
        unit: Says which sections are the counter's and the leaders'.
        sections: User id to section.
    """
    sheet = _Sheet(calendar, policy, unit, sections)
    found: list[Hop] = []
    state: Dossier | None = None
    for event in history:
        before, state = state, apply(state, event)
        at, actor = event.envelope.acted_at, event.envelope.actor
        if before is None:
            found.append(Hop(None, state.custodian, at, at, "", actor, Grade.ON_TIME))
        elif before.custodian not in (state.custodian, NOBODY):
            # A slip is confirmed by who receives; every other act passes the paper on from who acts.
            is_received = isinstance(event.fact, HandoverConfirmed)
            giver = found[-1].receiver_user if is_received else actor
            receiver = actor if is_received else _person(state.custodian)
            if not found[-1].receiver_user:
                found[-1] = replace(found[-1], receiver_user=giver)
            hop = Hop(before.custodian, state.custodian, before.custody_since, at, giver, receiver, Grade.ON_TIME)
            found.append(sheet.graded(hop, before, is_first=len(found) == 1))
    return tuple(found)


def _person(custodian: Custodian) -> str:
    return custodian.holder if custodian.kind is CustodianKind.USER else ""


def _by_minutes(used: int, allowed: int) -> Grade:
    if used == allowed:
        return Grade.ON_TIME
    return Grade.LATE if used > allowed else Grade.EARLY


def _transfer(before: Dossier, at: datetime, calendar: Calendar, policy: ClockPolicy) -> Grade:
    latest = transfer_due(before.received_at, calendar, policy)
    # "At the beginning of the next day" leaves the morning for it: the day counts, not the minute.
    return Grade.LATE if local(at).date() > latest.date() else Grade.ON_TIME


def _whole(before: Dossier, at: datetime) -> Grade:
    at = before.solved_at or at
    if is_late(at, before.due_at, before.procedure.limit.unit):
        return Grade.LATE
    return Grade.EARLY if local(at).date() < local(before.due_at).date() else Grade.ON_TIME
