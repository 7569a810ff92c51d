"""Read the database: search, lists, one dossier with its history, unit, users, jobs.

Threads: each reader has its own connection; lane read in the window, the main thread on the command line.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, TextClause, select, text

from desktop.domain import codec
from desktop.domain.attempts import Attempts
from desktop.domain.calendars import Calendar, CalendarOverlay
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.events import Event, decode_body
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import VIETNAM
from desktop.services.ports import Account, DossierCard, DossierFilter, JobState, PrintJob
from desktop.storage import projections
from desktop.storage.engine import translated
from desktop.storage.search_index import looks_like_code, match_expression
from desktop.storage.tables import ACCOUNT, DOSSIER, DOSSIER_CODE, DRAFT, EVENT, PRINT_JOB, UNIT_STATE

_CARD_COLUMNS = (
    DOSSIER.c.position,
    DOSSIER.c.dossier_id,
    DOSSIER.c.code,
    DOSSIER.c.applicant,
    DOSSIER.c.procedure_code,
    DOSSIER.c.procedure,
    DOSSIER.c.field,
    DOSSIER.c.status,
    DOSSIER.c.received_at,
    DOSSIER.c.promised_at,
    DOSSIER.c.due_at,
    DOSSIER.c.solved_at,
    DOSSIER.c.custodian_kind,
    DOSSIER.c.custodian,
    DOSSIER.c.fee_owed_vnd,
)
_CARD_NAMES = ", ".join(f"d.{column.name}" for column in _CARD_COLUMNS)
_SEARCH = (
    f"SELECT {_CARD_NAMES} FROM (SELECT rowid AS r FROM dossier_search WHERE dossier_search MATCH ? "
    "ORDER BY rowid DESC LIMIT ?) JOIN dossier d ON d.position = r ORDER BY r DESC"
)
_STATE = "SELECT value FROM unit_state WHERE key = ?"
_MATCHES = "dossier.position IN (SELECT rowid FROM dossier_search WHERE dossier_search MATCH :expression)"


class StorageReader:
    """Answer questions from read-only connections, one per thread that asks."""

    def __init__(self, engine: Engine, calendar: Calendar) -> None:
        """Take a read-only engine and the calendar the program ships with."""
        self._engine = engine
        self._shipped_calendar = calendar
        # Parsed once per stored value, not once per question.
        self._overlaid: tuple[str, Calendar] = ("", calendar)
        self._unit: tuple[str, Unit] | None = None

    def find(self, code: str) -> Dossier | None:
        """Return the dossier that a primary code or alias finds."""
        state = self._scalar(
            select(DOSSIER.c.state)
            .join(DOSSIER_CODE, DOSSIER_CODE.c.dossier_id == DOSSIER.c.dossier_id)
            .where(DOSSIER_CODE.c.code == code)
        )
        return None if state is None else projections.read_dossier(state)

    def history(self, dossier_id: str) -> tuple[Event, ...]:
        """Return a dossier's events in order."""
        with self._reading() as connection:
            return projections.dossier_events(connection, dossier_id)

    def search(self, query: str, limit: int) -> tuple[DossierCard, ...]:
        """Return the newest dossiers that match every word; an exact code comes alone."""
        if code := looks_like_code(query):
            exact = self._rows(
                select(*_CARD_COLUMNS)
                .join(DOSSIER_CODE, DOSSIER_CODE.c.dossier_id == DOSSIER.c.dossier_id)
                .where(DOSSIER_CODE.c.code == code)
            )
            if exact:
                return tuple(_card(row) for row in exact)
        for every_word_open in (False, True):
            expression = match_expression(query, every_word_open=every_word_open)
            if not expression:
                return ()
            with self._reading() as connection:
                rows = connection.exec_driver_sql(_SEARCH, (expression, limit)).all()
            if rows:
                return tuple(_card(row) for row in rows)
        return ()

    def positions(self, narrowed: DossierFilter) -> Sequence[int]:
        """Return the positions of all dossiers in a filter, newest first."""
        statement = select(DOSSIER.c.position).where(*_conditions(narrowed)).order_by(DOSSIER.c.position.desc())
        with self._reading() as connection:
            return list(connection.execute(statement).scalars())

    def cards(self, narrowed: DossierFilter, *, at_or_before: int, limit: int) -> tuple[DossierCard, ...]:
        """Return cards of a filter from a position downwards."""
        statement = (
            select(*_CARD_COLUMNS)
            .where(DOSSIER.c.position <= at_or_before, *_conditions(narrowed))
            .order_by(DOSSIER.c.position.desc())
            .limit(limit)
        )
        return tuple(_card(row) for row in self._rows(statement))

    def latest_of_person(self, id_number: str) -> Dossier | None:
        """Return the newest dossier whose owner has this ID number."""
        expression = match_expression(id_number)
        if not expression:
            return None
        with self._reading() as connection:
            state = connection.exec_driver_sql(
                "SELECT d.state FROM (SELECT rowid AS r FROM dossier_search WHERE dossier_search MATCH ? "
                "ORDER BY rowid DESC LIMIT 200) JOIN dossier d ON d.position = r "
                "WHERE d.owner_id_number = ? ORDER BY r DESC LIMIT 1",
                (expression, id_number),
            ).scalar()
        return None if state is None else projections.read_dossier(state)

    def last_received_by(self, user_id: str) -> Dossier | None:
        """Return the newest dossier a user received."""
        state = self._scalar(
            select(DOSSIER.c.state).where(DOSSIER.c.received_by == user_id).order_by(DOSSIER.c.position.desc()).limit(1)
        )
        return None if state is None else projections.read_dossier(state)

    def unit(self) -> Unit:
        """Return the unit as configured.

        Raises:
            EnvironmentProblem: ``unit_missing`` when the set-up was never finished.
        """
        value = self._state("unit")
        if value is None:
            raise EnvironmentProblem("unit_missing")
        known = self._unit
        if known is None or known[0] != value:
            known = self._unit = (value, codec.load(Unit, json.loads(value)))
        return known[1]

    def users(self) -> tuple[User, ...]:
        """Return all users, inactive ones too, in the order of their ids."""
        rows = self._rows(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key.like("user:%")).order_by(UNIT_STATE.c.key))
        return tuple(codec.load(User, json.loads(row.value)) for row in rows)

    def account(self, login: str) -> Account | None:
        """Return a user's log-in data."""
        rows = self._rows(select(ACCOUNT).where(ACCOUNT.c.login == login))
        if not rows:
            return None
        (row,) = rows
        user = codec.load(User, json.loads(str(self._state(f"user:{row.user_id}"))))
        last = datetime.fromisoformat(row.last_failed_at) if row.last_failed_at else None
        return Account(user, row.password_hash, bool(row.is_one_time), Attempts(row.failed, last))

    def jobs(self, *states: JobState) -> tuple[PrintJob, ...]:
        """Return print jobs in the given states, oldest first."""
        rows = self._rows(
            select(PRINT_JOB)
            .where(PRINT_JOB.c.state.in_([state.value for state in states]))
            .order_by(PRINT_JOB.c.created_at, PRINT_JOB.c.job_id)
        )
        return tuple(_job(row) for row in rows)

    def draft(self, user_id: str, page: str) -> str:
        """Return what a user had typed on a page, "" when nothing is kept."""
        found: str | None = self._scalar(
            select(DRAFT.c.content).where(DRAFT.c.user_id == user_id, DRAFT.c.page == page)
        )
        return found or ""

    def last_of_type(self, event_type: str) -> Event | None:
        """Return the newest event of a type, None when there is none (a walk over the unit's events only)."""
        body = self._scalar(
            select(EVENT.c.body)
            .where(EVENT.c.dossier_id == "", EVENT.c.type == event_type)
            .order_by(EVENT.c.position.desc())
            .limit(1)
        )
        return None if body is None else decode_body(body)

    def calendar(self) -> Calendar:
        """Return the calendar with the unit's overlay; kept until the overlay changes."""
        value = self._state("overlay") or ""
        known = self._overlaid
        if value != known[0]:
            overlay = codec.load(CalendarOverlay, json.loads(value))
            known = self._overlaid = (value, self._shipped_calendar.with_overlay(overlay))
        return known[1]

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _state(self, key: str) -> str | None:
        # Asked in every act: one look-up by key on the bare connection costs a third of one through the engine.
        with translated():
            connection = self._engine.raw_connection()
            try:
                row = connection.cursor().execute(_STATE, (key,)).fetchone()
            finally:
                connection.close()
        return None if row is None else str(row[0])

    def _scalar(self, statement: Select[Any]) -> Any:  # noqa: ANN401 - one column of any type
        with self._reading() as connection:
            return connection.execute(statement).scalar()

    def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        with self._reading() as connection:
            return connection.execute(statement).all()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Open a short read transaction on this thread's connection."""
        with translated(), self._engine.connect() as connection:
            yield connection


def _conditions(narrowed: DossierFilter) -> list[ColumnElement[bool] | TextClause]:
    found: list[ColumnElement[bool] | TextClause] = []
    if narrowed.statuses:
        found.append(DOSSIER.c.status.in_([status.value for status in narrowed.statuses]))
    if narrowed.field:
        found.append(DOSSIER.c.field == narrowed.field)
    if narrowed.procedure:
        found.append(DOSSIER.c.procedure_code == narrowed.procedure)
    if narrowed.received_from:
        start = datetime.combine(narrowed.received_from, time(), VIETNAM)
        found.append(DOSSIER.c.received_at >= int(start.timestamp()))
    if narrowed.received_to:
        end = datetime.combine(narrowed.received_to + timedelta(days=1), time(), VIETNAM)
        found.append(DOSSIER.c.received_at < int(end.timestamp()))
    if narrowed.late_at:
        found += [DOSSIER.c.solved_at.is_(None), DOSSIER.c.due_at < int(narrowed.late_at.timestamp())]
    if expression := match_expression(narrowed.query):
        found.append(text(_MATCHES).bindparams(expression=expression))
    return found


def _card(row: Row[Any]) -> DossierCard:
    return DossierCard(
        position=row.position,
        dossier_id=row.dossier_id,
        code=row.code,
        applicant=row.applicant,
        procedure_code=row.procedure_code,
        procedure=row.procedure,
        field=row.field,
        status=Status(row.status),
        received_at=_instant(row.received_at),
        promised_at=_instant(row.promised_at),
        due_at=_instant(row.due_at),
        solved_at=None if row.solved_at is None else _instant(row.solved_at),
        custodian=Custodian(CustodianKind(row.custodian_kind), row.custodian),
        fee_owed_vnd=row.fee_owed_vnd,
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _job(row: Row[Any]) -> PrintJob:
    return PrintJob(
        job_id=row.job_id,
        dossier_id=row.dossier_id,
        dossier_version=row.dossier_version,
        code=row.code,
        form=row.form,
        paper=row.paper,
        copy_no=row.copy_no,
        state=JobState(row.state),
        created_at=datetime.fromisoformat(row.created_at),
        attempts=row.attempts,
        reason=row.reason,
    )
