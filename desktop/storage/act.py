"""Collect one act inside its open transaction: what it reads, allots, appends and writes.

Threads: lane db only; made by :class:`~desktop.storage.ledger.Ledger`.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.attempts import Attempts
from desktop.domain.codes import Lease, format_code, next_ordinal, provisional_code
from desktop.domain.dossiers import CLOSED, Dossier
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event, Fact, chain_hash, encode_body
from desktop.domain.fold import apply
from desktop.domain.ids import uuid7
from desktop.domain.judging import ADDITIVE, KEEPING, needs_custody
from desktop.domain.slips import Slip
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import fold, local
from desktop.domain.way import AuthorityUsed
from desktop.services.records import Account, AllottedCode, JobState, PrintJob
from desktop.storage import custody, projections, settling, unit_rows
from desktop.storage.engine import Prepared, column_names
from desktop.storage.saying import Head, said_again
from desktop.storage.search_index import match_expression
from desktop.storage.sync_state import EPOCH, keep_state
from desktop.storage.tables import (
    ACCOUNT,
    ATTACHMENT,
    DOSSIER,
    DOSSIER_CODE,
    EVENT,
    FORM_NUMBER,
    ORDINAL,
    PRINT_JOB,
    SLIP,
    SUPERSEDED,
)

#: A clock this far behind the last own event is recorded as such.
CLOCK_TOLERANCE = timedelta(minutes=2)
WORKSTATION = socket.gethostname()
#: What one push to the city holds at least; no act of an office says as much.
LARGEST_EVENT = 250_000
_ID_RANDOM_BYTES = 10
_TWINS_LOOKED_AT = 200

# Statements are built once: building one costs as much as running it.
_STATE_OF_CODE = Prepared(
    select(DOSSIER.c.state)
    .join(DOSSIER_CODE, DOSSIER_CODE.c.dossier_id == DOSSIER.c.dossier_id)
    .where(DOSSIER_CODE.c.code == bindparam("code"))
)
_STATE_OF_DOSSIER = Prepared(select(DOSSIER.c.state).where(DOSSIER.c.dossier_id == bindparam("dossier_id")))
_TWINS = Prepared(
    text(
        "SELECT d.code, d.owner_id_number, d.applicant, d.status FROM (SELECT rowid AS r FROM dossier_search "
        f"WHERE dossier_search MATCH :expression ORDER BY rowid DESC LIMIT {_TWINS_LOOKED_AT}) "
        "JOIN dossier d ON d.position = r WHERE d.procedure_code = :procedure_code ORDER BY r DESC"
    )
)
_ORDINALS_USED = Prepared(
    select(ORDINAL.c.block, ORDINAL.c.last).where(
        or_(ORDINAL.c.day == bindparam("day"), ORDINAL.c.day == bindparam("any_day"))
    )
)
_CODE_EXISTS = Prepared(select(DOSSIER_CODE.c.code).where(DOSSIER_CODE.c.code == bindparam("code")))
_LAST_NUMBER = Prepared(
    select(FORM_NUMBER.c.last).where(
        FORM_NUMBER.c.form == bindparam("form"),
        FORM_NUMBER.c.year == bindparam("year"),
        FORM_NUMBER.c.book == bindparam("book"),
    )
)
_INSERT_EVENT = Prepared(insert(EVENT), column_names(EVENT, "position"))
_INSERT_JOB = Prepared(insert(PRINT_JOB), column_names(PRINT_JOB))
_PLACE = Prepared(text("SELECT max(gseq) FROM feed"))
_SLIP = Prepared(
    select(SLIP.c.value).where(or_(SLIP.c.name == bindparam("name"), SLIP.c.slip_id == bindparam("slip_id")))
)
_KEEP_FILE = Prepared(upsert(ATTACHMENT).on_conflict_do_nothing(), column_names(ATTACHMENT))


@dataclass(frozen=True, slots=True)
class Identity:
    """Say which replica this is and what it may hand out."""

    replica_id: str
    unit_id: str
    book: int
    lease: Lease


class StorageAct:
    """Collect one act inside its open transaction.

    Attributes:
        now: Instant of the act, aware UTC.
        head: Where the log would end after the act.
    """

    def __init__(
        self,
        connection: Connection,
        identity: Identity,
        head: Head,
        now: datetime,
        actor: User | None,
        random: Callable[[int], bytes],
        sign: Callable[[bytes], bytes],
    ) -> None:
        """Join an open write transaction."""
        self._sign = sign
        self._connection = connection
        self._identity = identity
        self._actor = actor
        self._random = random
        self._pending: list[tuple[str, int, Fact, str]] = []
        self._states: dict[str, Dossier] = {}
        self._before: dict[str, Dossier | None] = {}
        self._has_said_again = False
        self._holders: dict[str, custody.Holder | None] = {}
        self._base_gseq: int = _PLACE.run(connection, {}).fetchone()[0] or 0
        self.now = now
        self.head = head

    def find(self, code: str) -> Dossier | None:
        """Return the dossier that a primary code or alias finds."""
        return _dossier(_STATE_OF_CODE.run(self._connection, {"code": code}).fetchone())

    def open_twin(self, *, owner_id: str, owner_name: str, procedure_code: str) -> str:
        """Return the code of an open dossier of the same owner and procedure, "" when there is none."""
        expression = match_expression(owner_id or owner_name)
        if not expression:
            return ""
        values = {"expression": expression, "procedure_code": procedure_code}
        closed = {status.value for status in CLOSED}
        for code, id_number, applicant, status in _TWINS.run(self._connection, values):
            is_same = id_number == owner_id if owner_id else fold(applicant) == fold(owner_name)
            if is_same and status not in closed:
                return str(code)
        return ""

    def allot_code(self, day: date, unit: Unit) -> AllottedCode:
        """Return the next code of a day, provisional when the lease has none left."""
        days = {"day": day.isoformat(), "any_day": projections.ANY_DAY}
        used = dict(_ORDINALS_USED.run(self._connection, days).fetchall())
        ordinal = next_ordinal(self._identity.lease, day, used)
        while ordinal is not None:
            code = format_code(unit.code_template, unit.agency_code, day, ordinal.value)
            if not self._code_exists(code):
                return AllottedCode(code, is_provisional=False, block=ordinal.block, ordinal=ordinal.value)
            used[ordinal.block] = ordinal.value
            ordinal = next_ordinal(self._identity.lease, day, used)
        n = used.get(projections.PROVISIONAL_BLOCK, 0) + 1
        code = provisional_code(self.head.epoch, n)
        return AllottedCode(code, is_provisional=True, block=projections.PROVISIONAL_BLOCK, ordinal=n)

    def allot_number(self, form: str, year: int) -> tuple[int, int]:
        """Return (book, number): the next gap-free number of a form in a year and this PC's book."""
        book = self._identity.book
        row = _LAST_NUMBER.run(self._connection, {"form": form, "year": year, "book": book}).fetchone()
        return book, (row[0] if row else 0) + 1

    def random_digits(self, n: int) -> str:
        """Return n random decimal digits."""
        return str(int.from_bytes(self._random(n), "big") % 10**n).zfill(n)

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        return uuid7(int(self.now.timestamp() * 1_000), self._random(_ID_RANDOM_BYTES))

    def record(self, dossier_id: str, facts: Sequence[Fact]) -> Dossier:
        """Append facts about a dossier and return its new state (its rows are written when the act is sealed).

        Raises:
            Conflict: ``held_elsewhere``: only the PC that holds the dossier may do this.
        """
        state = self._states.get(dossier_id)
        if state is None:
            state = self._before[dossier_id] = self._load(dossier_id)
            self._holders[dossier_id] = custody.holder_of(self._connection, dossier_id) if state else None
        for fact in facts:
            self._take_custody(dossier_id, fact, state)
            event = self._preview(dossier_id, fact)
            self._pending.append((dossier_id, state.version if state else 0, fact, event.envelope.event_id))
            state = apply(state, event)
            projections.note_event(self._connection, event)
        if state is None:
            raise ValueError("an act on a dossier has at least one fact")
        self._states[dossier_id] = state
        return state

    def _take_custody(self, dossier_id: str, fact: Fact, state: Dossier | None) -> None:
        holder = self._holders[dossier_id]
        if holder is None or state is None:
            return
        if needs_custody(fact, state):
            raise Conflict("held_elsewhere", code=state.code, holder=holder.name, counter=holder.counter)
        if type(fact) not in ADDITIVE | KEEPING:
            custody.take_back(self._connection, dossier_id)
            self._holders[dossier_id] = None

    def record_unit(self, facts: Sequence[Fact]) -> None:
        """Append facts about the unit."""
        for fact in facts:
            event = self._preview("", fact)
            self._pending.append(("", 0, fact, event.envelope.event_id))
            projections.note_event(self._connection, event)
            settling.note_closing(self._connection, event)

    def queue_print(
        self, dossier: Dossier | None, form: str, paper: str, copy_no: int, *, reference: str = ""
    ) -> PrintJob:
        """Put a paper into the print queue."""
        job = PrintJob(
            job_id=self.new_id(),
            dossier_id=dossier.dossier_id if dossier else "",
            dossier_version=dossier.version if dossier else 0,
            code=dossier.code if dossier else "",
            form=form,
            paper=paper,
            copy_no=copy_no,
            state=JobState.WAITING,
            created_at=self.now,
            reference=reference,
        )
        plain = {field.name: getattr(job, field.name) for field in fields(job)}
        values = plain | {"state": job.state.value, "created_at": job.created_at.isoformat()}
        _INSERT_JOB.run(self._connection, values)
        return job

    def slip(self, name: str) -> Slip | None:
        """Return a slip by its name or id."""
        row = _SLIP.run(self._connection, {"name": name, "slip_id": name}).fetchone()
        return None if row is None else unit_rows.read_slip(row[0])

    def sign(self, message: bytes) -> str:
        """Return this PC's signature of a message, hexadecimal."""
        return self._sign(message).hex()

    def store_file(self, sha256: str, content: bytes) -> None:
        """Keep a file by the hash of its content; one that is kept already is not written again."""
        _KEEP_FILE.run(
            self._connection,
            {"sha256": sha256, "size": len(content), "stored_at": self.now.isoformat(), "content": content},
        )

    def save_account(self, account: Account) -> None:
        """Store a user's log-in data; of who had the same log-in and is no user any more nothing is kept."""
        login, user_id = account.user.login, account.user.user_id
        self._connection.execute(delete(ACCOUNT).where(ACCOUNT.c.login == login, ACCOUNT.c.user_id != user_id))
        values = {
            "login": account.user.login,
            "password_hash": account.password_hash,
            "is_one_time": int(account.is_one_time),
            **attempt_values(account.attempts),
        }
        statement = upsert(ACCOUNT).values(user_id=account.user.user_id, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))

    def keep_epoch(self, epoch: str) -> None:
        """Keep that this installation writes into an epoch from now on."""
        keep_state(self._connection, EPOCH, epoch)

    @property
    def connection(self) -> Connection:
        """Return the open transaction, for what storage does beside the act."""
        return self._connection

    def say_again(self, position: int, body: bytes) -> str:
        """Write an own event of a closed epoch into the present one: the same act at the same time, said anew.

        What it knew (``base_gseq``) stays, so that it conflicts with what it conflicted with.

        Args:
            position: Of the event that is said again.
            body: Its bytes; unknown types are copied too.
        """
        event_id = self.new_id()
        self.head, row = said_again(self.head, body, event_id, self._sign)
        _INSERT_EVENT.run(self._connection, row)
        self.supersede(position, event_id)
        return event_id

    def supersede(self, position: int, by: str) -> None:
        """Keep that an own event of a closed epoch was said again, "" when it need not be."""
        self._connection.execute(insert(SUPERSEDED).values(position=position, by=by))
        self._has_said_again = self._has_said_again or bool(by)

    def seal(self) -> bool:
        """Write the act's events and projections, the caller commits; tell whether there were any."""
        if not self._pending:
            return self._has_said_again
        act_id = self.new_id()
        rows = []
        for dossier_id, base_version, fact, event_id in self._pending:
            row = self._enveloped(self._event(dossier_id, base_version, fact, act_id, event_id))
            row["sig"] = self._sign(self.head.hash)
            rows.append(row)
        _INSERT_EVENT.run_many(self._connection, rows)
        for dossier in self._states.values():
            before = self._before[dossier.dossier_id]
            if before is None:
                projections.insert_dossier(self._connection, dossier)
            else:
                projections.update_dossier(self._connection, before, dossier)
        return True

    def _enveloped(self, event: Event) -> dict[str, object]:
        body = encode_body(event)
        if len(body) > LARGEST_EVENT:
            raise UserError("act_too_large", kilobytes=len(body) // 1_000, most=LARGEST_EVENT // 1_000)
        digest = chain_hash(self.head.hash, body)
        envelope = event.envelope
        self.head = Head(
            self.head.epoch,
            envelope.seq,
            digest,
            max(self.now, self.head.acted_at or self.now),
            max(self.head.last_date, local(self.now).date()),
        )
        return {
            "event_id": envelope.event_id,
            "replica_id": envelope.replica_id,
            "epoch": envelope.epoch,
            "seq": envelope.seq,
            "hash": digest,
            "dossier_id": envelope.dossier_id,
            "type": envelope.type,
            "acted_at": envelope.acted_at.isoformat(),
            "body": body,
        }

    def _event(self, dossier_id: str, base_version: int, fact: Fact, act_id: str, event_id: str) -> Event:
        name, version = EVENT_TYPES[type(fact)]
        return Event(
            Envelope(
                event_id=event_id,
                replica_id=self._identity.replica_id,
                epoch=self.head.epoch,
                seq=self.head.seq + 1,
                prev_hash=self.head.hash.hex(),
                unit_id=self._identity.unit_id,
                dossier_id=dossier_id,
                type=name,
                type_version=version,
                base_version=base_version,
                acted_at=self.now,
                clock_state=self._clock_state(),
                actor=self._actor.user_id if self._actor else "",
                on_behalf_of=_delegation_of(fact),
                workstation=WORKSTATION,
                act_id=act_id,
                act_size=len(self._pending),
                base_gseq=self._base_gseq,
            ),
            fact,
        )

    def _preview(self, dossier_id: str, fact: Fact) -> Event:
        """Return an event as it will be written, but for its act: the fold names what it makes by the event's id."""
        return self._event(dossier_id, 0, fact, "", self.new_id())

    def _clock_state(self) -> ClockState:
        last = self.head.acted_at
        if last is not None and self.now < last - CLOCK_TOLERANCE:
            return ClockState.BEHIND_LAST_EVENT
        return ClockState.OK

    def _load(self, dossier_id: str) -> Dossier | None:
        return _dossier(_STATE_OF_DOSSIER.run(self._connection, {"dossier_id": dossier_id}).fetchone())

    def _code_exists(self, code: str) -> bool:
        return _CODE_EXISTS.run(self._connection, {"code": code}).fetchone() is not None


def _delegation_of(fact: Fact) -> str:
    """Return the delegation a decision rests on, "" for one's own right."""
    authority = getattr(fact, "authority", None)
    return authority.delegation_id if isinstance(authority, AuthorityUsed) else ""


def _dossier(row: tuple[str] | None) -> Dossier | None:
    return None if row is None else projections.read_dossier(row[0])


def attempt_values(attempts: Attempts) -> dict[str, object]:
    """Return the columns that count wrong passwords."""
    last = attempts.last_failed_at
    return {"failed": attempts.failed, "last_failed_at": "" if last is None else last.isoformat()}
