"""Twelve ways to make figures look better than the work was, written into the log of :mod:`tests.support.honest`.

Facts are written as a changed program could write them: what the acts of the domain refuse is among them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from desktop.domain.clock_policy import ClockEffect
from desktop.domain.detectors.between import Rated
from desktop.domain.detectors.findings import Trick
from desktop.domain.dossiers import Proof, Relation, Status
from desktop.domain.facts.counter import Received, ResultReady, Returned
from desktop.domain.facts.unit import SessionOpened
from desktop.domain.facts.way import (
    Approved,
    HandoverConfirmed,
    HandoverOffered,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import FormNumber, WaitKind
from tests.support.honest import CHAIR, LAN, MINH, OWN, Act, Honest, moved_promise
from tests.support.invented import LEADERS, SECTION, WHY

#: Dossiers of the tricks have numbers of their own.
FIRST_NUMBER: Final = 900_000
MONDAY: Final = datetime(2019, 7, 15, 8, tzinfo=VIETNAM)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Trickster:
    """Make the acts of each trick on dossiers of their own.

    Attributes:
        acts: All that was done.
        numbers: Which dossiers each trick was played on.
        ratings: What was rated from the counter: (number of the dossier, seconds after the return, origin).
    """

    def __init__(self, monday: datetime = MONDAY) -> None:
        """Take the Monday morning on which it all begins."""
        self.monday = monday
        self._honest = Honest(7)
        self._next = FIRST_NUMBER
        self.acts: list[Act] = []
        self.numbers: dict[Trick, list[int]] = {}
        self.ratings: list[tuple[int, timedelta, str]] = []

    def play(self, trick: Trick) -> None:
        """Play one trick."""
        _PLAYED[trick](self)

    def received(self, trick: Trick, begins: datetime | None = None, **fields: object) -> tuple[int, Received]:
        """Receive a dossier of five working days, played a trick on."""
        n, at = self._next, begins or self.monday
        self._next += 1
        self.numbers.setdefault(trick, []).append(n)
        honest = self._honest
        received = next(
            found
            for _ in range(1_000)
            if (found := honest._received(n, at)).procedure.limit.n == 5 and not found.is_immediate
        )
        received = replace(received, owner=replace(received.owner, id_number=f"079{n:09d}"), **fields)  # type: ignore[arg-type]
        self.do(n, at, LAN.user_id, received)
        return n, received

    def do(self, n: int, at: datetime, who: str, fact: object, **more: object) -> None:
        """Do one act."""
        self.acts.append(Act(at, who, n, fact, **more))  # type: ignore[arg-type]

    def handed(self, n: int, at: datetime) -> None:
        """Bring a dossier to the section."""
        self.do(n, at, LAN.user_id, HandoverOffered(f"slip-{n}", f"BG-{n}", SECTION))
        confirmed = HandoverConfirmed(f"slip-{n}", f"BG-{n}", SECTION, Status.WITH_SECTION)
        self.do(n, at + timedelta(minutes=1), MINH.user_id, confirmed)

    def solved(self, n: int, at: datetime) -> None:
        """Bring a dossier's result to the counter, approved on paper."""
        self.handed(n, at - 2 * HOUR)
        self.do(n, at - HOUR, MINH.user_id, Submitted(LEADERS, ""))
        self.do(n, at - HOUR / 2, CHAIR.user_id, Approved("", OWN))
        self.do(n, at, MINH.user_id, ResultReady("mot_cua"))

    def given(self, received: Received, reference: str = "Ký trên liên lưu") -> Returned:
        """Return the fact of a return to the owner."""
        return Returned(received.owner, Relation.OWNER, Proof.SIGNATURE, reference)

    def asked(self, n: int, at: datetime, place: int = 1) -> None:
        """Ask for papers."""
        form = FormNumber("supplement", at.year, 1, place)
        wait = WaitOpened(f"wait-{n}-{place}", WaitKind.SUPPLEMENT, ClockEffect.RESTART, WHY, form=form)
        self.do(n, at, MINH.user_id, wait)


def _no_proof(of: Trickster) -> None:
    n, received = of.received(Trick.NO_PROOF)
    of.solved(n, of.monday + DAY)
    of.do(n, of.monday + 2 * DAY, LAN.user_id, of.given(received, " - "))


def _burst(of: Trickster) -> None:
    for place in range(12):
        n, received = of.received(Trick.RETURN_BURST, of.monday + timedelta(minutes=place))
        of.solved(n, of.monday + DAY)
        of.do(n, of.monday + 2 * DAY + HOUR + timedelta(seconds=4 * place), LAN.user_id, of.given(received))


def _never_at_counter(of: Trickster) -> None:
    n, received = of.received(Trick.NEVER_AT_COUNTER)
    of.handed(n, of.monday + HOUR)
    of.do(n, received.due_at - timedelta(minutes=7), LAN.user_id, of.given(received))


def _filed_again(of: Trickster) -> None:
    n, received = of.received(Trick.FILED_AGAIN)
    of.do(n, received.due_at + HOUR, LAN.user_id, Withdrawn(WHY, ()))
    at = received.due_at + DAY
    again, _ = of.received(Trick.FILED_AGAIN, at, procedure=received.procedure)
    of.acts[-1].fact = replace(of.acts[-1].fact, owner=received.owner)  # type: ignore[call-arg]
    of.handed(again, at + HOUR)


def _second_supplement(of: Trickster) -> None:
    n, received = of.received(Trick.SECOND_SUPPLEMENT)
    of.handed(n, of.monday + HOUR)
    of.asked(n, of.monday + 2 * HOUR)
    closed = WaitClosed(f"wait-{n}-1", WaitKind.SUPPLEMENT, received.due_at + DAY, receipt_version=2)
    of.do(n, of.monday + DAY, LAN.user_id, closed)
    of.asked(n, of.monday + DAY + HOUR, 2)


def _last_day(of: Trickster) -> None:
    n, received = of.received(Trick.LAST_DAY_SUPPLEMENT)
    of.handed(n, of.monday + HOUR)
    of.asked(n, received.due_at - 2 * HOUR)


def _late_pause(of: Trickster) -> None:
    n, received = of.received(Trick.LATE_PAUSE)
    of.handed(n, of.monday + HOUR)
    wait = WaitOpened(f"wait-{n}", WaitKind.OBLIGATION, ClockEffect.PAUSE, WHY)
    of.do(n, received.due_at + DAY, MINH.user_id, wait)


def _silent_promise(of: Trickster) -> None:
    n, received = of.received(Trick.SILENT_PROMISE)
    of.handed(n, of.monday + HOUR)
    later = received.due_at + 10 * DAY
    of.do(n, received.due_at - HOUR, LAN.user_id, moved_promise(received, received.due_at, later, 2, "note"))


def _back_dated(of: Trickster) -> None:
    # Received on Wednesday, dated on Monday.
    of.do(-1, of.monday + 2 * DAY + 2 * HOUR, LAN.user_id, SessionOpened(LAN.user_id, "password"))
    of.received(Trick.BACK_DATED, of.monday)
    act = of.acts[-1]
    act.dated, act.at = of.monday, of.monday + 2 * DAY + 3 * HOUR


def _clock_back(of: Trickster) -> None:
    n, received = of.received(Trick.CLOCK_BACK)
    of.handed(n, of.monday + HOUR)
    of.do(-1, received.due_at + DAY - HOUR, LAN.user_id, SessionOpened(LAN.user_id, "password"))
    of.do(n, received.due_at + DAY, MINH.user_id, Submitted(LEADERS, ""), dated=received.due_at - HOUR)


def _no_result(of: Trickster) -> None:
    n, received = of.received(Trick.NO_RESULT)
    of.handed(n, of.monday + HOUR)
    of.do(n, received.due_at - HOUR, MINH.user_id, ResultReady("mot_cua"))


def _own_rating(of: Trickster) -> None:
    for seconds, origin in ((240, "QUAY-01"), (1, "")):
        n, received = of.received(Trick.OWN_RATING)
        of.solved(n, of.monday + DAY)
        of.do(n, of.monday + 2 * DAY + timedelta(minutes=20 + seconds % 7), LAN.user_id, of.given(received))
        of.ratings.append((n, timedelta(seconds=seconds), origin))


_PLAYED: Final[dict[Trick, Callable[[Trickster], None]]] = {
    Trick.NO_PROOF: _no_proof,
    Trick.RETURN_BURST: _burst,
    Trick.NEVER_AT_COUNTER: _never_at_counter,
    Trick.FILED_AGAIN: _filed_again,
    Trick.SECOND_SUPPLEMENT: _second_supplement,
    Trick.LAST_DAY_SUPPLEMENT: _last_day,
    Trick.LATE_PAUSE: _late_pause,
    Trick.SILENT_PROMISE: _silent_promise,
    Trick.BACK_DATED: _back_dated,
    Trick.CLOCK_BACK: _clock_back,
    Trick.NO_RESULT: _no_result,
    Trick.OWN_RATING: _own_rating,
}


def rated(of: Trickster, log_codes: dict[str, str], given_at: dict[str, datetime]) -> list[Rated]:
    """Return the ratings as they came in.

    Args:
        of: Who played.
        log_codes: Code of each dossier by its id.
        given_at: When each was returned, by its id.
    """
    by_number = {int(code.rpartition("-")[2]): dossier_id for dossier_id, code in log_codes.items()}
    return [
        Rated(f"rating-{n}", by_number[n], given_at[by_number[n]] + after, origin) for n, after, origin in of.ratings
    ]
