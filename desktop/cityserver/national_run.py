"""Tell the national service what the wards did: a round over all wards, and the loop that makes rounds.

One ward is one process's at a time (:mod:`desktop.cityserver.national_book`); a dossier is looked up before it is
sent, so a round that was cut is made again without sending anything twice. Steps have no look-up at the service: a step
whose answer was lost is told again under the same id and kept as doubtful, all others are told once.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import anyio
import anyio.to_thread
import psycopg
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from desktop.cityserver import national_book as book
from desktop.cityserver.national import BATCH, Call, NationalService, NoAnswer, Outcome, Result, Step
from desktop.cityserver.national_book import Became, Due, Hold, NotHeld
from desktop.cityserver.national_http import HttpCall
from desktop.cityserver.national_settings import LEAST_EVERY_S, NationalSettings, read_national
from desktop.cityserver.schema import UNIT
from desktop.cityserver.sql_store import SqlStore
from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.domain.national import Record, Staff, dossier_record, steps_of

log = logging.getLogger(__name__)

_DONE: Final = frozenset({Outcome.SENT, Outcome.UPDATED, Outcome.SAME})
#: Jitter; not the process's shared generator, whose order others may rely on.
_CHANCE: Final = secrets.SystemRandom()
_LONGEST_PAUSE_S: Final = 900
_LEAST_PAUSE_S: Final = 30.0
#: One record the service stumbles over must not end the round; a service that is gone must.
_MOST_SILENCES: Final = 3


@dataclass(slots=True)
class Told:
    """Count what a round did.

    Attributes:
        outcomes: Dossiers by outcome.
        steps: Steps the service took.
        problem: Why the round was ended early, "" when it was not.
        retry_after_s: When the service wants to be asked again, 0 for no wish.
        silences: Calls in a row that were not answered.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    problem: str = ""
    retry_after_s: int = 0
    silences: int = 0

    def hear(self, silence: NoAnswer) -> None:
        """Count a call without an answer; several in a row mean that nobody is there."""
        self.silences += 1
        self.retry_after_s = max(self.retry_after_s, silence.retry_after_s)
        if self.silences >= _MOST_SILENCES or silence.retry_after_s:
            self.problem = silence.cause or "offline"


@dataclass(frozen=True, slots=True)
class Round:
    """Hold what a round is made with.

    Attributes:
        store: The city's database.
        now_ms: The clock.
        settings: Which service, and as whom.
        call: Makes one call.
        holder: Names this process.
        is_stopped: Tells whether the process ends; asked between two batches.
    """

    store: SqlStore
    now_ms: Callable[[], int]
    settings: NationalSettings
    call: Call
    holder: str
    is_stopped: Callable[[], bool] = lambda: False

    def run(self, unit_id: str = "") -> Told:
        """Tell of all wards, or of one; training wards are never told of."""
        told = Told()
        for each in self._units(unit_id):
            if self.is_stopped() or told.problem:
                break
            self._ward(Hold(each, self.holder), told)
        return told

    def _units(self, unit_id: str) -> Sequence[str]:
        query = select(UNIT.c.unit_id).where(UNIT.c.is_training.is_(False)).order_by(UNIT.c.unit_id)
        with self.store.reading() as connection:
            return list(connection.execute(query.where(UNIT.c.unit_id == unit_id) if unit_id else query).scalars())

    def _ward(self, hold: Hold, told: Told) -> None:
        with self.store.writing() as connection:
            if not book.take(connection, hold, self.now_ms()):
                return
        try:
            while not self._noted(hold):
                pass
            with self.store.reading() as connection:
                staff = book.staff(connection, hold.unit_id)
            service = NationalService(
                self._line(hold, told), self.settings.username, self.settings.password, staff.unit.agency_code
            )
            while not self.is_stopped() and not told.problem and (batch := self._due(hold)):
                self._tell(hold, service, staff, batch, told)
        except NotHeld:
            log.warning("another process took the ward", extra={"unit": hold.unit_id})
            return
        with self.store.writing() as connection:
            book.let_go(connection, hold, told.problem)

    def _noted(self, hold: Hold) -> bool:
        with self.store.writing() as connection:
            return book.note(connection, hold, self.now_ms())

    def _due(self, hold: Hold) -> tuple[Due, ...]:
        with self.store.reading() as connection:
            return book.due(connection, hold, self.now_ms(), BATCH)

    def _line(self, hold: Hold, told: Told) -> Call:
        """Return calls that ask first whether the ward is still this process's, and end when nobody answers."""

        def call(asked: Record, /, ids: Sequence[str] = ()) -> Mapping[str, Any]:
            if told.problem:
                raise NoAnswer(told.problem, may_have_come=False)
            with self.store.writing() as connection:
                book.keep_hold(connection, hold, self.now_ms())
            try:
                answer = self.call(asked, ids=ids)
            except NoAnswer as silence:
                told.hear(silence)
                raise
            told.silences = 0
            return answer

        return call

    def _tell(self, hold: Hold, service: NationalService, staff: Staff, batch: Sequence[Due], told: Told) -> None:
        """Send a batch of dossiers, then the steps of those that are there, and keep what became of each."""
        results = service.synchronise([dossier_record(each.dossier, staff.unit) for each in batch])
        became = [_became(each, result) for each, result in zip(batch, results, strict=True)]
        steps = [
            (n, gseq, step)
            for n, each in enumerate(became)
            if each.outcome in _DONE
            for gseq, step in _steps(each.due, staff)
        ]
        answers = service.report([step for _, _, step in steps])
        for (n, gseq, _), answer in zip(steps, answers, strict=True):
            became[n] = _after_step(became[n], gseq, answer)
            told.steps += answer.outcome is Outcome.SENT
        became = [_ended(each) for each in became]
        with self.store.writing() as connection:
            book.keep(connection, hold, became, self.now_ms())
        told.outcomes.update(each.outcome.value for each in became)
        if service.is_refused:
            told.problem = "log-in"


def _became(due: Due, result: Result) -> Became:
    return Became(due, result.outcome, due.told_gseq, result.message, result.fields)


def _steps(due: Due, staff: Staff) -> Iterator[tuple[int, Step]]:
    """Yield the steps not told yet, with their places."""
    places = {event.envelope.event_id: gseq for gseq, event in due.history}
    try:
        records = list(steps_of((event for _, event in due.history), due.dossier, staff))
    except DamagedData:
        # A newer program wrote what this one cannot fold: the dossier itself was told of.
        return
    for event_id, record in records:
        if places[event_id] > due.told_gseq:
            yield places[event_id], Step(event_id, record)


def _after_step(became: Became, gseq: int, answer: Result) -> Became:
    """Move on by a step that was taken; the first that was not keeps its dossier where it is."""
    if answer.is_in_doubt:
        became = replace(became, doubt_gseq=gseq)
    if became.outcome not in _DONE:
        return became
    if answer.outcome is Outcome.SENT:
        return replace(became, told_gseq=gseq, retold=became.retold + (gseq <= became.due.doubt_gseq))
    return replace(became, outcome=answer.outcome, message=answer.message)


def _ended(became: Became) -> Became:
    """Say when a dossier is told of again: never once all is told, by itself when nothing was answered."""
    due, wait_ms, told = became.due, 0, became.told_gseq
    if became.outcome in _DONE:
        told = due.noted_gseq
    elif became.outcome is Outcome.UNKNOWN:
        wait_ms = book.waiting_ms(due.tries, _CHANCE.random())
    return replace(became, told_gseq=told, wait_ms=wait_ms)


def round_of(
    store: SqlStore, now_ms: Callable[[], int], unit_id: str = "", is_stopped: Callable[[], bool] = lambda: False
) -> Told | None:
    """Make one round by the settings in the database; None while the city speaks with no such service.

    Raises:
        UserError: ``national_address_bad``, ``national_authority_bad``.
    """
    with store.reading() as connection:
        settings = read_national(connection, store.vault)
    if settings is None:
        return None
    with HttpCall(settings.address, authority=settings.authority) as call:
        return Round(store, now_ms, settings, call, secrets.token_hex(8), is_stopped).run(unit_id)


async def keep_telling(store: SqlStore, now_ms: Callable[[], int], stopping: asyncio.Event) -> None:
    """Make rounds until the process ends, in a thread of their own: slower while the service is silent.

    Args:
        store: The city's database.
        now_ms: The clock.
        stopping: Set when the process ends.
    """
    limiter, vain = anyio.CapacityLimiter(1), 0
    while not stopping.is_set():
        pause_s: float = _LONGEST_PAUSE_S
        try:
            told, pause_s = await anyio.to_thread.run_sync(_looked, store, now_ms, stopping.is_set, limiter=limiter)
            vain = vain + 1 if told is not None and told.problem else 0
            if told is not None and told.problem:
                log.warning("the national service is silent", extra={"cause": told.problem})
                pause_s = max(min(pause_s * 2**vain, _LONGEST_PAUSE_S), told.retry_after_s)
        except (UserError, EnvironmentProblem) as error:
            log.warning("the national exchange is set up wrongly", extra={"code": error.code})
        except (SQLAlchemyError, psycopg.Error) as error:
            log.warning("no round of the national exchange", extra={"cause": type(error).__name__})
            pause_s = _LEAST_PAUSE_S
        except Exception:
            log.exception("a round of the national exchange failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause_s * _CHANCE.uniform(0.8, 1.2))


def _looked(store: SqlStore, now_ms: Callable[[], int], is_stopped: Callable[[], bool]) -> tuple[Told | None, float]:
    """Make a round; return what it did and the pause the settings want."""
    with store.reading() as connection:
        settings = read_national(connection, store.vault)
    if settings is None:
        return None, _LEAST_PAUSE_S
    return round_of(store, now_ms, is_stopped=is_stopped), max(settings.every_s, LEAST_EVERY_S)
