"""Dossiers handed in online: what the citizen sent, where it stands, and the eight working hours to answer it.

Source: Decree 61/2018/NĐ-CP art. 17 s. 2 (told once, in full); the ward answers within 8 working hours.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.deadlines import due_at, is_late
from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.way import MissingPaper

#: The ward's time to answer; hours are working time, judged by the minute.
ANSWER_LIMIT: Final = Limit(8, LimitUnit.HOUR)
#: A refusal shorter than this tells the citizen nothing.
LEAST_REASON: Final = 20


class OnlineStatus(StrEnum):
    """Say where a submission stands."""

    WAITING = "waiting"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MERGED = "merged"


#: Nothing more happens to it online.
SETTLED: Final = frozenset({OnlineStatus.ACCEPTED, OnlineStatus.DECLINED, OnlineStatus.MERGED})


@dataclass(frozen=True, slots=True)
class OnlineFile:
    """Point at a file the citizen sent, by the hash of its content.

    Attributes:
        component: Code of the component it is for, "" for none.
    """

    sha256: str
    media_type: str
    size: int
    title: str
    component: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """Hold a filing's present state.

    Attributes:
        filing_id: UUIDv7 given by the city.
        tracking: Code the citizen follows it by.
        lookup_key: Ten digits beside the tracking code.
        applicant: Who applies: the citizen stays the filer.
        clock_from: From when the ward's time to answer runs: the submission, or the last supplement.
        answered_at: When the ward answered last; None while it has not.
        dossier_code: The dossier it became, or was merged with.
        reason: What the ward said.
        missing: What is to be supplied.
        also_received: Codes of dossiers other PCs made of it at the same time; a person ends all but one.
    """

    filing_id: str
    tracking: str
    lookup_key: str
    unit_id: str
    procedure: str
    applicant: Party
    files: tuple[OnlineFile, ...]
    note: str
    submitted_at: datetime
    clock_from: datetime
    status: OnlineStatus = OnlineStatus.WAITING
    answered_at: datetime | None = None
    answered_by: str = ""
    dossier_id: str = ""
    dossier_code: str = ""
    reason: str = ""
    missing: tuple[MissingPaper, ...] = ()
    also_received: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more happens to it online."""
        return self.status in SETTLED


def answer_due(filing: Filing, calendar: Calendar, policy: ClockPolicy) -> datetime:
    """Return when the ward's eight working hours end.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    return due_at(filing.clock_from, ANSWER_LIMIT, calendar, policy)


def is_answer_late(filing: Filing, now: datetime, due: datetime) -> bool:
    """Tell whether the answer came late, or is late now."""
    if filing.status is OnlineStatus.WAITING or filing.answered_at is None:
        return is_late(now, due, ANSWER_LIMIT.unit)
    return is_late(filing.answered_at, due, ANSWER_LIMIT.unit)


def check_open(filing: Filing) -> None:
    """Refuse to answer what was answered for good.

    Raises:
        UserError: ``online_settled``.
    """
    if filing.is_settled:
        raise UserError("online_settled", tracking=filing.tracking, status=filing.status.value)


def check_reason(reason: str) -> str:
    """Return a refusal's reason, which the citizen must be able to act on.

    Raises:
        UserError: ``reason_too_short``.
    """
    text = " ".join(reason.split())
    if len(text) < LEAST_REASON:
        raise UserError("reason_too_short", least=LEAST_REASON)
    return text


def answered(filing: Filing, status: OnlineStatus, at: datetime, by: str) -> Filing:
    """Return a submission after an answer; what it says more is set by the caller."""
    return replace(filing, status=status, answered_at=at, answered_by=by)
