"""Read what lies between counter and citizen: slips, delegations, deadlines, money, counters, files.

Threads: each reader has its own connection; lane read in the window, the main thread on the command line.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, func, select, text

from desktop.domain import codec
from desktop.domain.authority import Delegation
from desktop.domain.board import Board, Wanted
from desktop.domain.detectors.clocks import Behind
from desktop.domain.dossiers import Dossier, Payment, Status
from desktop.domain.events import Event, decode_body
from desktop.domain.facts.unit import RegisterClosed
from desktop.domain.slips import Slip, SlipState
from desktop.domain.tally import Measure
from desktop.domain.vietnamese import VIETNAM
from desktop.services.books import BookSpan, LogEnd
from desktop.services.records import DossierCard, DueBetween, PaymentLine, TurnedAwayPaper
from desktop.storage import order, projections, unit_rows
from desktop.storage.board_rows import read_board
from desktop.storage.cards import CARD_COLUMNS, read_card
from desktop.storage.clock_rows import read_behind
from desktop.storage.custody import PC_KEY
from desktop.storage.epochs import read_head
from desktop.storage.reading import Reading
from desktop.storage.shared_rows import read_custody_assigned, read_refused_users, read_unit_acts
from desktop.storage.tables import (
    ATTACHMENT,
    DOSSIER,
    EVENT,
    PAYMENT,
    REMINDER,
    REPLICA,
    SLIP,
    TALLY,
    TURNED_AWAY,
    UNIT_STATE,
)

_OPEN = text("is_open")
_SOLVED_LATE = text("is_solved_late")
_BATCH = 1_000
_ANY = text("SELECT 1")
_AFTER_EVERYTHING = "\U0010ffff"
#: Dossiers without a receipt have number 0 and book 0; the first number is that of the rest.
_BOOKS = text(
    "SELECT book, min(n), max(n), count(*) FROM (SELECT json_extract(state, '$.receipt.book') AS book, "
    "json_extract(state, '$.receipt.number') AS n FROM dossier WHERE received_at >= :start AND received_at < :end) "
    "GROUP BY book ORDER BY book"
)
_NUMBERS = text(
    "SELECT json_extract(state, '$.receipt.number') FROM dossier WHERE received_at >= :start AND received_at < :end "
    "AND json_extract(state, '$.receipt.book') = :book"
)

#: Decisions are looked for in the newest ten thousand events, some days of a busy ward. A decision answers the
#: submission right before it; one that takes another decision back answers none.
_ANSWERED = """
    SELECT since, acted_at FROM (
        SELECT decision.position, decision.acted_at, (
            SELECT CASE before.type WHEN 'dossier.submitted' THEN before.acted_at END
            FROM event AS before
            WHERE before.dossier_id = decision.dossier_id AND before.position < decision.position
                AND before.type IN ('dossier.submitted', 'dossier.approved', 'dossier.rejected', 'dossier.sent_back')
            ORDER BY before.position DESC LIMIT 1
        ) AS since
        FROM event AS decision
        WHERE decision.position > (SELECT max(position) FROM event) - 10000
            AND decision.type IN ('dossier.approved', 'dossier.rejected', 'dossier.sent_back')
            AND json_extract(CAST(decision.body AS TEXT), '$.actor') = ?
    ) WHERE since IS NOT NULL ORDER BY position DESC LIMIT ?
"""

Conditions = list[ColumnElement[bool] | TextClause]


class WayReader(Reading):
    """Answer questions about the dossier's way from a read-only connection."""

    def delegations(self) -> tuple[Delegation, ...]:
        """Return every delegation ever granted, in the order of their ids."""
        key = UNIT_STATE.c.key
        rows = self._rows(select(UNIT_STATE.c.value).where(key.like(f"{unit_rows.DELEGATION_KEY}%")).order_by(key))
        return tuple(unit_rows.read_delegation(row.value) for row in rows)

    def slip(self, name: str) -> Slip | None:
        """Return a slip by its name or id."""
        found = self._scalar(select(SLIP.c.value).where((SLIP.c.name == name) | (SLIP.c.slip_id == name)))
        return None if found is None else unit_rows.read_slip(found)

    def slips(self, *states: SlipState, limit: int = 500) -> tuple[Slip, ...]:
        """Return slips in the given states, newest first."""
        rows = self._rows(
            select(SLIP.c.value)
            .where(SLIP.c.state.in_([state.value for state in states]))
            .order_by(SLIP.c.made_at.desc(), SLIP.c.name.desc())
            .limit(limit)
        )
        return tuple(unit_rows.read_slip(row.value) for row in rows)

    def turned_away(self, paper_id: str) -> TurnedAwayPaper | None:
        """Return a citizen who was sent home with a form."""
        found = self._scalar(select(TURNED_AWAY.c.value).where(TURNED_AWAY.c.paper_id == paper_id))
        if found is None:
            return None
        at, by, fact = unit_rows.read_turned_away(found)
        return TurnedAwayPaper(datetime.fromisoformat(at), by, fact)

    def file(self, sha256: str) -> bytes | None:
        """Return a kept file, None when it is not here."""
        found: bytes | None = self._scalar(select(ATTACHMENT.c.content).where(ATTACHMENT.c.sha256 == sha256))
        return found

    def submitted(self) -> tuple[Dossier, ...]:
        """Return every dossier that lies before the leaders, next due first."""
        rows = self._rows(
            select(DOSSIER.c.state)
            .where(DOSSIER.c.status == Status.SUBMITTED.value)
            .order_by(DOSSIER.c.due_at, DOSSIER.c.position)
        )
        return tuple(projections.read_dossier(row.state) for row in rows)

    def answered_submissions(self, user_id: str, *, limit: int) -> tuple[tuple[datetime, datetime], ...]:
        """Return (submitted, decided) of a leader's latest decisions among the newest events, newest first."""
        rows = self._fetched(_ANSWERED, user_id, limit)
        return tuple((datetime.fromisoformat(since), datetime.fromisoformat(at)) for since, at in rows)

    def with_status(
        self, status: Status, *, limit: int, solved_before: datetime | None = None
    ) -> tuple[DossierCard, ...]:
        """Return cards of a status, oldest result or deadline first."""
        conditions: Conditions = [DOSSIER.c.status == status.value]
        if solved_before is not None:
            conditions.append(DOSSIER.c.solved_at < _seconds(solved_before))
        order = (func.coalesce(DOSSIER.c.solved_at, DOSSIER.c.due_at), DOSSIER.c.position)
        return self._cards(conditions, order, limit)

    def due(self, between: DueBetween, *, limit: int) -> tuple[DossierCard, ...]:
        """Return cards of open dossiers whose clock runs, next due first."""
        return self._cards(_running(between), (DOSSIER.c.due_at, DOSSIER.c.position), limit)

    def count_due(self, between: DueBetween) -> int:
        """Return how many :meth:`due` has."""
        return int(self._scalar(select(func.count()).select_from(DOSSIER).where(*_running(between))))

    def count_open_by_field(self, late_at: datetime) -> tuple[tuple[str, int, int, int], ...]:
        """Return (field, open, of these late at an instant, of these waiting) of every field with open dossiers."""
        is_late = DOSSIER.c.late_from <= _seconds(late_at)
        rows = self._rows(
            select(
                DOSSIER.c.field,
                func.count().label("n"),
                func.count().filter(is_late).label("late"),
                func.count().filter(DOSSIER.c.is_waiting).label("waiting"),
            )
            .where(_OPEN)
            .group_by(DOSSIER.c.field)
            .order_by(DOSSIER.c.field)
        )
        return tuple((row.field, row.n, row.late, row.waiting) for row in rows)

    def waiting(self, *, field: str = "", limit: int) -> tuple[DossierCard, ...]:
        """Return cards of open dossiers whose clock stands still, longest unseen first."""
        conditions: Conditions = [_OPEN, DOSSIER.c.is_waiting]
        if field:
            conditions.append(DOSSIER.c.field == field)
        return self._cards(conditions, (DOSSIER.c.seen_at, DOSSIER.c.position), limit)

    def solved_late(self, start: datetime, end: datetime, *, field: str = "", limit: int) -> tuple[DossierCard, ...]:
        """Return cards of late results from one instant to before another, newest first."""
        solved_at = DOSSIER.c.solved_at
        conditions: Conditions = [_SOLVED_LATE, solved_at >= _seconds(start), solved_at < _seconds(end)]
        if field:
            conditions.append(DOSSIER.c.field == field)
        return self._cards(conditions, (solved_at.desc(), DOSSIER.c.position.desc()), limit)

    def unseen(self, before: datetime, *, limit: int) -> tuple[DossierCard, ...]:
        """Return open dossiers to which nothing has happened since an instant, longest first."""
        conditions: Conditions = [_OPEN, DOSSIER.c.seen_at < _seconds(before)]
        return self._cards(conditions, (DOSSIER.c.seen_at, DOSSIER.c.position), limit)

    def tallies(self, first: date, last: date) -> tuple[tuple[str, Measure, int], ...]:
        """Return (field, measure, n) summed over the days from first to last."""
        rows = self._rows(
            select(TALLY.c.field, TALLY.c.measure, func.sum(TALLY.c.n).label("n"))
            .where(TALLY.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(TALLY.c.field, TALLY.c.measure)
            .order_by(TALLY.c.field, TALLY.c.measure)
        )
        return tuple((row.field, Measure(row.measure), row.n) for row in rows)

    def daily_tallies(self, first: date, last: date, field: str = "") -> tuple[tuple[date, Measure, int], ...]:
        """Return (day, measure, n) summed over fields, or of one."""
        conditions: Conditions = [TALLY.c.day.between(first.isoformat(), last.isoformat())]
        if field:
            conditions.append(TALLY.c.field == field)
        rows = self._rows(
            select(TALLY.c.day, TALLY.c.measure, func.sum(TALLY.c.n).label("n"))
            .where(*conditions)
            .group_by(TALLY.c.day, TALLY.c.measure)
            .order_by(TALLY.c.day, TALLY.c.measure)
        )
        return tuple((date.fromisoformat(row.day), Measure(row.measure), row.n) for row in rows)

    def payments(self, first: date, last: date, collector: str = "") -> tuple[PaymentLine, ...]:
        """Return payments and waivers from a day to a day, in their order."""
        conditions: Conditions = [PAYMENT.c.day.between(first.isoformat(), last.isoformat())]
        if collector:
            conditions.append(PAYMENT.c.collector == collector)
        rows = self._rows(
            select(
                DOSSIER.c.code,
                DOSSIER.c.applicant,
                DOSSIER.c.procedure,
                PAYMENT.c.dossier_id,
                PAYMENT.c.place,
                PAYMENT.c.value,
            )
            .join(DOSSIER, DOSSIER.c.dossier_id == PAYMENT.c.dossier_id)
            .where(*conditions)
            .order_by(PAYMENT.c.day, DOSSIER.c.position, PAYMENT.c.place)
        )
        lines = [
            PaymentLine(row.code, row.applicant, row.procedure, _payment(row.value), row.dossier_id, row.place)
            for row in rows
        ]
        return tuple(sorted(lines, key=lambda line: line.payment.at))

    def unit_fact(self, key: str) -> str | None:
        """Return what the unit state keeps under a key (closings), JSON text."""
        found: str | None = self._scalar(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == key))
        return found

    def unit_facts(self, prefix: str, since: str = "") -> tuple[str, ...]:
        """Return what is kept under every key that begins with a prefix, in the order of keys."""
        key = UNIT_STATE.c.key
        rows = self._rows(
            select(UNIT_STATE.c.value).where(key >= max(prefix, since), key < prefix + _AFTER_EVERYTHING).order_by(key)
        )
        return tuple(str(row.value) for row in rows)

    def books(self, first: date, last: date) -> tuple[BookSpan, ...]:
        """Return which numbers of which book the dossiers of some days have."""
        start, end = _midnight(first), _midnight(last + timedelta(days=1))
        values = {"start": _seconds(start), "end": _seconds(end)}
        with self._reading() as connection:
            rows = connection.execute(_BOOKS, values).all()
        return tuple(BookSpan(*row) for row in rows)

    def numbers(self, year: int, book: int) -> frozenset[int]:
        """Return every number of a book that a dossier received in a year has."""
        start, end = _midnight(date(year, 1, 1)), _midnight(date(year + 1, 1, 1))
        values = {"start": _seconds(start), "end": _seconds(end), "book": book}
        with self._reading() as connection:
            return frozenset(connection.execute(_NUMBERS, values).scalars())

    def dossiers(self, first: date, last: date) -> Iterator[Dossier]:
        """Yield dossiers by day of receipt, in order of receipt; memory stays at one batch."""
        start, end = _midnight(first), _midnight(last + timedelta(days=1))
        position = 0
        while True:
            rows = self._rows(
                select(DOSSIER.c.position, DOSSIER.c.state)
                .where(
                    DOSSIER.c.position > position,
                    DOSSIER.c.received_at >= _seconds(start),
                    DOSSIER.c.received_at < _seconds(end),
                )
                .order_by(DOSSIER.c.position)
                .limit(_BATCH)
            )
            for row in rows:
                yield projections.read_dossier(row.state)
            if len(rows) < _BATCH:
                return
            position = rows[-1].position

    def board(self, wanted: Wanted, next_day: date) -> Board:
        """Return the deadline board as the rows stand, every figure of one moment."""
        with self._reading() as connection:
            connection.execute(_ANY)  # the transaction begins with the first statement
            return read_board(connection.connection.cursor(), wanted, next_day)

    def all_dossiers_at(self, as_of: datetime) -> Iterator[Dossier]:
        """Yield every dossier as it stood at an instant, folded anew from the log.

        A clock that went back must not leave a hole: what follows an event past the instant is left out with it.
        """
        with self._reading() as connection:
            own = order.own_replica(connection)
            for dossier_id, rows in order.all_rows(connection):
                before = takewhile(lambda row: datetime.fromisoformat(row.acted_at) <= as_of, rows)
                dossier = order.fold_rows(dossier_id, list(before), own).state
                if dossier is not None:
                    yield dossier

    def histories(self, since: datetime, after: str, limit: int) -> tuple[tuple[str, Sequence[Any]], ...]:
        """Return (dossier id, its events that count) of dossiers something happened to since an instant, by id."""
        touched = (
            select(DOSSIER.c.dossier_id)
            .where(DOSSIER.c.dossier_id > after, DOSSIER.c.seen_at >= _seconds(since))
            .order_by(DOSSIER.c.dossier_id)
            .limit(limit)
        )
        with self._reading() as connection:
            ids = list(connection.execute(touched).scalars())
            return order.many_rows(connection, ids)

    def clocks_behind(self) -> tuple[tuple[Behind, ...], ...]:
        """Return, of each PC's log, the acts dated before one it had done already, in the order of the log."""
        with self._reading() as connection:
            return read_behind(connection)

    def own_replica(self) -> str:
        """Return the id of this PC's database."""
        with self._reading() as connection:
            return order.own_replica(connection)

    def unit_acts(
        self, types: Sequence[str], since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Event, ...]:
        """Return the unit's events of some types that count, of some time, in the order of the log."""
        with self._reading() as connection:
            return read_unit_acts(connection, types, since, until)

    def refused_users(self, since: datetime, until: datetime) -> tuple[Event, ...]:
        """Return what PCs said of users that the city did not take, of some time."""
        with self._reading() as connection:
            return read_refused_users(connection, since, until)

    def custody_assigned(self, since: datetime, until: datetime) -> tuple[tuple[str, Event], ...]:
        """Return (code of the dossier, event) of papers that were given to somebody by order, of some time."""
        with self._reading() as connection:
            return read_custody_assigned(connection, since, until)

    def closing_entry(self, year: int) -> LogEnd | None:
        """Return the newest entry of the log that closed a book of a year, None when there is none."""
        rows = self._rows(
            select(EVENT.c.replica_id, EVENT.c.seq, EVENT.c.hash, EVENT.c.body)
            .where(EVENT.c.dossier_id == "", EVENT.c.type == "register.closed")
            .order_by(EVENT.c.position.desc())
        )
        for row in rows:
            fact = decode_body(row.body).fact
            if isinstance(fact, RegisterClosed) and fact.year == year:
                known = self.unit_fact(PC_KEY + row.replica_id)
                counter = int(json.loads(known)["counter"]) if known else 0
                return LogEnd(counter, row.seq, row.hash.hex())
        return None

    def log_end(self) -> LogEnd:
        """Return where this PC's own log ends."""
        with self._reading() as connection:
            replica_id, counter = connection.execute(select(REPLICA.c.replica_id, REPLICA.c.counter)).one()
            head = read_head(connection, replica_id)
        return LogEnd(counter, head.seq, head.hash.hex())

    def reminders_seen(self, user_id: str) -> frozenset[tuple[str, str]]:
        """Return the (subject, stage) of every reminder a user has seen."""
        rows = self._rows(select(REMINDER.c.subject, REMINDER.c.stage).where(REMINDER.c.user_id == user_id))
        return frozenset((str(row.subject), str(row.stage)) for row in rows)

    def _cards(
        self, conditions: Conditions, order: tuple[ColumnElement[Any], ...], limit: int
    ) -> tuple[DossierCard, ...]:
        page = select(DOSSIER.c.position).where(*conditions).order_by(*order).limit(limit)
        rows = self._rows(select(*CARD_COLUMNS).where(DOSSIER.c.position.in_(page)).order_by(*order))
        return tuple(read_card(row) for row in rows)


def _running(between: DueBetween) -> Conditions:
    """Return the conditions of open dossiers whose clock runs, by the instant they become late."""
    late_from = DOSSIER.c.late_from
    found: Conditions = [_OPEN, late_from < projections.NEVER]
    if between.late_from is not None:
        found.append(late_from >= _seconds(between.late_from))
    if between.late_before is not None:
        found.append(late_from < _seconds(between.late_before))
    if between.field:
        found.append(and_(DOSSIER.c.field == between.field))
    return found


def _payment(value: str) -> Payment:
    return codec.load(Payment, json.loads(value))


def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), VIETNAM)
