"""Read the database: search, lists, one dossier with its history, unit, users, jobs.

Threads: each reader has its own connection; lane read in the window, the main thread on the command line.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    Select,
    TextClause,
    and_,
    column,
    func,
    literal_column,
    or_,
    select,
    text,
)

from desktop.domain import codec
from desktop.domain.attempts import NO_ATTEMPTS, Attempts
from desktop.domain.calendars import Calendar, CalendarOverlay
from desktop.domain.dossiers import CustodianKind, Dossier
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.events import EVENT_TYPES, Event, decode_body
from desktop.domain.facts.unit import PasswordSet
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import VIETNAM
from desktop.services.records import Access, Account, Anchors, DossierCard, DossierFilter, JobState, PrintJob, WorkOf
from desktop.storage import order, projections
from desktop.storage.cards import CARD_COLUMNS, read_card
from desktop.storage.reading import Reading
from desktop.storage.search_index import looks_like_code, match_expression
from desktop.storage.strangers import read_stranger, stranger_key
from desktop.storage.tables import ACCESS, ACCOUNT, DOSSIER, DOSSIER_CODE, DRAFT, EVENT, META, PRINT_JOB, UNIT_STATE

_CARD_NAMES = ", ".join(f"d.{column.name}" for column in CARD_COLUMNS)
_SEARCH = (
    f"SELECT {_CARD_NAMES} FROM (SELECT rowid AS r FROM dossier_search WHERE dossier_search MATCH ? "
    "ORDER BY rowid DESC LIMIT ?) JOIN dossier d ON d.position = r ORDER BY r DESC"
)
_STATE = "SELECT value FROM unit_state WHERE key = ?"
#: Positions one slice of a count looks at: some 5 ms, so that a scan beside it does not notice.
_SLICE = 10_000
_OPEN = text("is_open")
#: A list walks the narrow index, never the rows themselves: they hold the whole state (a hundred times more to read).
_LISTED = text("dossier")
_FOUND = text("dossier_search")
_LISTED_AND_FOUND = text(
    "dossier_search CROSS JOIN dossier INDEXED BY ix_dossier_list ON dossier.position = dossier_search.rowid"
)


class StorageReader(Reading):
    """Answer questions from read-only connections, one per thread that asks."""

    def __init__(self, engine: Engine, calendar: Calendar, slice_rows: int = _SLICE) -> None:
        """Take a read-only engine, the calendar the program ships with and how far one slice of a count walks."""
        super().__init__(engine)
        self._slice_rows = slice_rows
        self._calendar = calendar
        # Parsed once per stored value, not once per question.
        self._overlaid: tuple[str, Calendar, Calendar] = ("", calendar, calendar)
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
            return order.dossier_events(connection, dossier_id)

    def search(self, query: str, limit: int) -> tuple[DossierCard, ...]:
        """Return the newest dossiers that match every word; an exact code comes alone."""
        if code := looks_like_code(query):
            exact = self._rows(
                select(*CARD_COLUMNS)
                .join(DOSSIER_CODE, DOSSIER_CODE.c.dossier_id == DOSSIER.c.dossier_id)
                .where(DOSSIER_CODE.c.code == code)
            )
            if exact:
                return tuple(read_card(row) for row in exact)
        for every_word_open in (False, True):
            expression = match_expression(query, every_word_open=every_word_open)
            if not expression:
                return ()
            if rows := self._fetched(_SEARCH, expression, limit):
                return tuple(read_card(row) for row in rows)
        return ()

    def positions(self, narrowed: DossierFilter) -> Sequence[int]:
        """Return the positions of all dossiers in a filter, newest first."""
        with self._reading() as connection:
            return list(connection.execute(_places(narrowed)).scalars())

    def anchors(self, narrowed: DossierFilter, every: int = 128, *, so_far: Anchors | None = None) -> Anchors:
        """Walk one slice of a filter from the newest position down."""
        with self._reading() as connection:
            if so_far is None:
                so_far = Anchors(below=connection.execute(select(func.max(DOSSIER.c.position))).scalar() or 0)
            above = max(so_far.below - self._slice_rows, 0)
            found = list(connection.execute(_places(narrowed, so_far.below, above)).scalars())
        first = -so_far.total % every
        return Anchors(
            total=so_far.total + len(found),
            starts=(*so_far.starts, *found[first::every]),
            head=so_far.head + tuple(found[: every - len(so_far.head)]),
            below=above,
        )

    def cards(self, narrowed: DossierFilter, *, at_or_before: int, limit: int) -> tuple[DossierCard, ...]:
        """Return cards of a filter from a position downwards."""
        page = _places(narrowed, at_or_before).limit(limit)
        statement = select(*CARD_COLUMNS).where(DOSSIER.c.position.in_(page)).order_by(DOSSIER.c.position.desc())
        return tuple(read_card(row) for row in self._rows(statement))

    def open_cards(self, mine: WorkOf, *, limit: int, offset: int = 0) -> tuple[DossierCard, ...]:
        """Return cards of open dossiers, next due first."""
        order = (DOSSIER.c.due_at, DOSSIER.c.position)
        page = select(DOSSIER.c.position).where(*_work(mine)).order_by(*order).limit(limit).offset(offset)
        statement = select(*CARD_COLUMNS).where(DOSSIER.c.position.in_(page)).order_by(*order)
        return tuple(read_card(row) for row in self._rows(statement))

    def count_open(self, mine: WorkOf) -> int:
        """Return how many open dossiers there are."""
        return int(self._scalar(select(func.count(DOSSIER.c.position)).where(*_work(mine))))

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
        """Return a user's log-in data; a user who came from another PC has no password here, and none fits.

        Who was set up here alone, and refused by the city because the ward had been set up before, has none either.
        """
        rows = self._rows(select(ACCOUNT).where(ACCOUNT.c.login == login))
        value = self._state(f"user:{rows[0].user_id}") if rows else None
        if value is None:
            known = (user for user in self.users() if user.login == login)
            return next((Account(user, "", is_one_time=False, attempts=NO_ATTEMPTS) for user in known), None)
        (row,) = rows
        user = codec.load(User, json.loads(value))
        last = datetime.fromisoformat(row.last_failed_at) if row.last_failed_at else None
        return Account(user, row.password_hash, bool(row.is_one_time), Attempts(row.failed, last))

    def left_account(self, login: str) -> str:
        """Return the id of who had a log-in here and is no user of the ward, "" for nobody; see :meth:`account`."""
        user_id = self._scalar(select(ACCOUNT.c.user_id).where(ACCOUNT.c.login == login))
        return str(user_id) if user_id is not None and self._state(f"user:{user_id}") is None else ""

    def stranger_attempts(self, login: str) -> Attempts:
        """Return the failed log-ins under a name nobody has."""
        return read_stranger(self._scalar(select(META.c.value).where(META.c.key == stranger_key(login))))

    def jobs(self, *states: JobState) -> tuple[PrintJob, ...]:
        """Return print jobs in the given states, oldest first."""
        rows = self._rows(
            select(PRINT_JOB)
            .where(PRINT_JOB.c.state.in_([state.value for state in states]))
            .order_by(PRINT_JOB.c.created_at, PRINT_JOB.c.job_id)
        )
        return tuple(_job(row) for row in rows)

    def accesses(self, since: datetime, until: datetime, limit: int) -> tuple[Access, ...]:
        """Return the entries of the access log of some time, newest first."""
        code = func.coalesce(DOSSIER.c.code, "").label("code")
        rows = self._rows(
            select(ACCESS.c.at, ACCESS.c.user_id, ACCESS.c.act, code, ACCESS.c.reason)
            .join(DOSSIER, DOSSIER.c.dossier_id == ACCESS.c.subject, isouter=True)
            .where(ACCESS.c.at >= since.astimezone(UTC).isoformat(), ACCESS.c.at < until.astimezone(UTC).isoformat())
            .order_by(ACCESS.c.access_id.desc())
            .limit(limit)
        )
        return tuple(Access(datetime.fromisoformat(row.at), row.user_id, row.act, row.code, row.reason) for row in rows)

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

    def own_passwords(self) -> frozenset[str]:
        """Return the ids of users who set a password of their own, on whichever PC (a walk over the unit's events)."""
        kind, _ = EVENT_TYPES[PasswordSet]
        rows = self._rows(select(EVENT.c.body).where(EVENT.c.dossier_id == "", EVENT.c.type == kind))
        facts = [decode_body(row.body).fact for row in rows]
        return frozenset(fact.user_id for fact in facts if isinstance(fact, PasswordSet) and not fact.is_one_time)

    def calendar(self) -> Calendar:
        """Return the calendar with the unit's overlay; kept until the overlay changes."""
        value, calendar, known = self._state("overlay") or "", self._calendar, self._overlaid
        if value != known[0] or calendar is not known[1]:
            overlay = codec.load(CalendarOverlay, json.loads(value)) if value else CalendarOverlay()
            known = self._overlaid = (value, calendar, calendar.with_overlay(overlay) if value else calendar)
        return known[2]

    def use_calendar(self, calendar: Calendar) -> None:
        """Lay the unit's overlay over another calendar from now on: the city has published days. Threads: any."""
        self._calendar = calendar

    def _state(self, key: str) -> str | None:
        rows = self._fetched(_STATE, key)
        return str(rows[0][0]) if rows else None


def _places(narrowed: DossierFilter, at_or_before: int | None = None, above: int = 0) -> Select[Any]:
    """Return the query of a filter's positions between two, newest first."""
    conditions = _conditions(narrowed)
    expression = match_expression(narrowed.query)
    place: ColumnElement[int] = literal_column("dossier_search.rowid" if expression else "dossier.position")
    if expression:
        source = _LISTED_AND_FOUND if conditions else _FOUND
        conditions.append(text("dossier_search MATCH :expression").bindparams(expression=expression))
    else:
        source = _LISTED
    if at_or_before is not None:
        conditions.append(place <= at_or_before)
    if above:
        conditions.append(place > above)
    return select(place).select_from(source).where(*conditions).order_by(place.desc())


def _conditions(narrowed: DossierFilter) -> list[ColumnElement[bool] | TextClause]:
    """Return what narrows a list, but for the words; every column stands in the list's index."""
    found: list[ColumnElement[bool] | TextClause] = []
    if narrowed.statuses:
        found.append(column("status").in_([status.value for status in narrowed.statuses]))
    if narrowed.field:
        found.append(column("field") == narrowed.field)
    if narrowed.procedure:
        found.append(column("procedure_code") == narrowed.procedure)
    if narrowed.received_from:
        start = datetime.combine(narrowed.received_from, time(), VIETNAM)
        found.append(column("received_at") >= int(start.timestamp()))
    if narrowed.received_to:
        end = datetime.combine(narrowed.received_to + timedelta(days=1), time(), VIETNAM)
        found.append(column("received_at") < int(end.timestamp()))
    if narrowed.late_at:
        found += [_OPEN, column("late_from") <= int(narrowed.late_at.timestamp())]
    return found


def _work(mine: WorkOf) -> list[ColumnElement[bool] | TextClause]:
    """Return the conditions of somebody's open dossiers; every column stands in the index of open ones."""
    if not mine.section:
        return [_OPEN]
    kind, holder = DOSSIER.c.custodian_kind, DOSSIER.c.custodian
    held_by_me = and_(kind == CustodianKind.USER.value, holder == mine.user_id)
    held_by_us = and_(kind == CustodianKind.SECTION.value, holder == mine.section)
    return [_OPEN, or_(held_by_me, held_by_us)]


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
        reference=row.reference,
    )
