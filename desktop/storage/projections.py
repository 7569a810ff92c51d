"""Write the projections: what the events fold into, kept in the same transaction as the events."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain import codec
from desktop.domain.codes import Lease
from desktop.domain.deadlines import BY_THE_MINUTE
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Event, decode_body
from desktop.domain.facts.counter import Received
from desktop.domain.facts.unit import CalendarOverlaid, EpochOpened, LeaseDeclared, UnitConfigured, UserSaved
from desktop.domain.fold import apply, fold
from desktop.domain.limits import LimitUnit
from desktop.domain.tally import Measure, timeliness
from desktop.domain.vietnamese import VIETNAM, local
from desktop.domain.way import FormNumber
from desktop.storage import followers, unit_rows
from desktop.storage.engine import Prepared, column_names
from desktop.storage.search_index import tokens_of
from desktop.storage.tables import (
    DOSSIER,
    DOSSIER_CODE,
    EVENT,
    META,
    ORDINAL,
    PROJECTION_VERSION,
    PROJECTIONS,
    SEARCH_DDL,
    SEARCH_MERGES_LATER,
)

# Statements are built once: building one costs as much as running it.
_INSERT_CODE = Prepared(insert(DOSSIER_CODE), column_names(DOSSIER_CODE))
_INSERT_DOSSIER = Prepared(insert(DOSSIER), column_names(DOSSIER))
_LAST_POSITION = select(func.max(DOSSIER.c.position))
_STATES_OF = select(DOSSIER.c.dossier_id, DOSSIER.c.state).where(
    DOSSIER.c.dossier_id.in_(bindparam("ids", expanding=True))
)
_BATCH = 1_000
_INSERT_TOKENS = Prepared(text("INSERT INTO dossier_search(rowid, tokens) VALUES (:position, :search_text)"))
_PLACE_OF_DOSSIER = select(DOSSIER.c.position, DOSSIER.c.search_text).where(
    DOSSIER.c.dossier_id == bindparam("dossier_id")
)
_ordinal = upsert(ORDINAL)
_NOTE_ORDINAL = Prepared(
    _ordinal.on_conflict_do_update(index_elements=["day", "block"], set_={"last": _ordinal.excluded.last}),
    column_names(ORDINAL),
)
_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode

_MINUTE_S = 60
#: Beyond all time: a dossier whose clock stands still is not late, whatever the day.
NEVER = 253_370_764_800

RECEIPT_FORM = "receipt"
VERSION_KEY = "projection_version"
#: Where the running number of provisional codes is kept: no block, no day.
PROVISIONAL_BLOCK = -1
ANY_DAY = ""


def dossier_values(dossier: Dossier) -> dict[str, Any]:
    """Return the columns of a dossier's row."""
    solved_at = dossier.solved_at
    return {
        "dossier_id": dossier.dossier_id,
        "code": dossier.code,
        "applicant": dossier.owner.name,
        "owner_id_number": dossier.owner.id_number,
        "procedure_code": dossier.procedure.code,
        "procedure": dossier.procedure.name,
        "field": dossier.procedure.field,
        "section": dossier.procedure.section,
        "status": dossier.status.value,
        "received_by": dossier.received_by,
        "received_at": int(dossier.received_at.timestamp()),
        "promised_at": int(dossier.promised_at.timestamp()),
        "due_at": int(dossier.due_at.timestamp()),
        "late_from": NEVER if dossier.is_clock_stopped else late_from(dossier.due_at, dossier.procedure.limit.unit),
        "solved_at": None if solved_at is None else int(solved_at.timestamp()),
        "is_open": solved_at is None and not dossier.is_closed,
        "is_waiting": dossier.is_clock_stopped,
        "is_solved_late": timeliness(dossier) is Measure.SOLVED_LATE,
        "seen_at": int(dossier.seen_at.timestamp()),
        "custodian_kind": dossier.custodian.kind.value,
        "custodian": dossier.custodian.holder,
        "fee_owed_vnd": dossier.owed_vnd,
        "search_text": tokens_of(dossier),
        "state": _to_json(codec.dump(dossier)),
    }


def late_from(due_at: datetime, unit: LimitUnit) -> int:
    """Return the instant from which a result counts as late, in seconds since 1970.

    The rule is :func:`desktop.domain.deadlines.is_late`: here it is turned into a number that SQL can compare.
    """
    if unit in BY_THE_MINUTE:
        return int(due_at.timestamp()) + _MINUTE_S
    next_day = local(due_at).date() + timedelta(days=1)
    return int(datetime.combine(next_day, time(), VIETNAM).timestamp())


def read_dossier(state: str) -> Dossier:
    """Return the dossier a row's ``state`` holds."""
    return codec.load(Dossier, json.loads(state))


def insert_dossier(connection: Connection, dossier: Dossier) -> None:
    """Write a new dossier: its row, its code, its search tokens, its counters and payments."""
    values = {"position": None, **dossier_values(dossier)}  # None: SQLite numbers the row
    values["position"] = _INSERT_DOSSIER.run(connection, values).lastrowid
    _INSERT_CODE.run(connection, values)
    _INSERT_TOKENS.run(connection, values)
    followers.follow(connection, None, dossier)


def update_dossier(connection: Connection, before: Dossier, dossier: Dossier) -> None:
    """Write an existing dossier's new state, counters and payments; search tokens only when they changed."""
    values = dossier_values(dossier)
    old = connection.execute(_PLACE_OF_DOSSIER, {"dossier_id": dossier.dossier_id}).one()
    connection.execute(update(DOSSIER).where(DOSSIER.c.position == old.position).values(values))
    if old.search_text != values["search_text"]:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO dossier_search(rowid, tokens) VALUES (?, ?)",
            (old.position, values["search_text"]),
        )
    followers.follow(connection, before, dossier)


def note_event(connection: Connection, event: Event) -> None:
    """Keep what an event says about numbers and the unit."""
    fact = event.fact
    if isinstance(fact, Received):
        _note_numbers(connection, fact)
    elif isinstance(fact, UnitConfigured):
        unit_rows.set_state(connection, "unit", codec.dump(fact.unit))
    elif isinstance(fact, CalendarOverlaid):
        unit_rows.set_state(connection, "overlay", codec.dump(fact.overlay))
    elif isinstance(fact, UserSaved):
        unit_rows.set_state(connection, f"user:{fact.user.user_id}", codec.dump(fact.user))
    elif isinstance(fact, LeaseDeclared):
        unit_rows.set_state(connection, "lease", codec.dump(fact.lease))
    elif isinstance(fact, EpochOpened):
        unit_rows.set_state(connection, "lease", codec.dump(fact.lease))
        unit_rows.set_state(connection, "epoch", codec.dump(fact))
    else:
        unit_rows.note(connection, event)


def _note_many(connection: Connection, events: Sequence[Event]) -> None:
    """Keep what many events say; of the numbers of one day or book only the last is written."""
    received = [event.fact for event in events if isinstance(event.fact, Received)]
    _note_numbers(connection, *received)
    for event in events:
        if not isinstance(event.fact, Received):
            note_event(connection, event)


def _note_numbers(connection: Connection, *facts: Received) -> None:
    ordinals: dict[tuple[str, int], int] = {}
    numbers: dict[tuple[int, int], int] = {}
    for fact in facts:
        ordinals[ANY_DAY if fact.is_provisional else fact.day.isoformat(), fact.block] = fact.ordinal
        if fact.receipt_number:
            numbers[fact.day.year, fact.book] = fact.receipt_number
    for (day, block), last in ordinals.items():
        _NOTE_ORDINAL.run(connection, {"day": day, "block": block, "last": last})
    for (year, book), last in numbers.items():
        unit_rows.note_number(connection, FormNumber(RECEIPT_FORM, year, book, last))


def read_epoch(value: str) -> EpochOpened:
    """Return the epoch event the unit state holds."""
    return codec.load(EpochOpened, json.loads(value))


def read_lease(value: str) -> Lease:
    """Return the lease the unit state holds."""
    return codec.load(Lease, json.loads(value))


def create(connection: Connection) -> None:
    """Create the projection tables that are not there yet."""
    PROJECTIONS.create_all(connection)
    connection.execute(text(SEARCH_DDL))
    connection.execute(text(SEARCH_MERGES_LATER))


def refold_if_stale(connection: Connection) -> bool:
    """Drop and refold all projections when their version is not this program's; tell whether it was done."""
    stored = connection.execute(select(META.c.value).where(META.c.key == VERSION_KEY)).scalar()
    if stored == str(PROJECTION_VERSION):
        return False
    refold(connection)
    statement = upsert(META).values(key=VERSION_KEY, value=str(PROJECTION_VERSION))
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": str(PROJECTION_VERSION)}))
    return True


def refold(connection: Connection) -> None:
    """Rebuild every projection from the log."""
    connection.execute(text("DROP TABLE IF EXISTS dossier_search"))
    PROJECTIONS.drop_all(connection)
    create(connection)
    for row in connection.execute(select(EVENT.c.body).where(EVENT.c.dossier_id == "").order_by(EVENT.c.position)):
        note_event(connection, decode_body(row.body))
    firsts = (
        connection.execute(
            select(EVENT.c.dossier_id).where(EVENT.c.type == "dossier.received").order_by(EVENT.c.position)
        )
        .scalars()
        .all()
    )
    for start in range(0, len(firsts), _BATCH):
        batch = firsts[start : start + _BATCH]
        apply_events(connection, [event for found in batch for event in dossier_events(connection, found)])


def apply_events(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events into the projections in few statements: many dossiers at once (a refold, a pull).

    Args:
        connection: Open write transaction.
        events: In the order of their log; the events themselves are written by the caller.

    Raises:
        DamagedData: ``event_out_of_place``.
    """
    ids = dict.fromkeys(event.envelope.dossier_id for event in events if event.envelope.dossier_id)
    known = _stored_states(connection, tuple(ids))
    states = dict(known)
    _note_many(connection, events)
    for event in events:
        if dossier_id := event.envelope.dossier_id:
            states[dossier_id] = apply(states.get(dossier_id), event)
    insert_dossiers(connection, [states[dossier_id] for dossier_id in ids if dossier_id not in known])
    for dossier_id, before in known.items():
        update_dossier(connection, before, states[dossier_id])


def insert_dossiers(connection: Connection, dossiers: Sequence[Dossier]) -> None:
    """Write new dossiers in the order given: three statements for all of them."""
    if not dossiers:
        return
    first = 1 + (connection.execute(_LAST_POSITION).scalar() or 0)
    rows = [{"position": first + place, **dossier_values(dossier)} for place, dossier in enumerate(dossiers)]
    _INSERT_DOSSIER.run_many(connection, rows)
    codes = [(code, each.dossier_id) for each in dossiers for code in (each.code, *each.aliases)]
    _INSERT_CODE.run_many(connection, [{"code": code, "dossier_id": dossier_id} for code, dossier_id in codes])
    _INSERT_TOKENS.run_many(connection, rows)
    followers.follow_new(connection, dossiers)


def _stored_states(connection: Connection, ids: Sequence[str]) -> dict[str, Dossier]:
    found: dict[str, Dossier] = {}
    for start in range(0, len(ids), _BATCH):
        rows = connection.execute(_STATES_OF, {"ids": ids[start : start + _BATCH]})
        found |= {row.dossier_id: read_dossier(row.state) for row in rows}
    return found


def dossier_events(connection: Connection, dossier_id: str) -> tuple[Event, ...]:
    """Return a dossier's events in order."""
    rows = connection.execute(select(EVENT.c.body).where(EVENT.c.dossier_id == dossier_id).order_by(EVENT.c.position))
    return tuple(decode_body(row.body) for row in rows)


def folded_dossiers(connection: Connection) -> Iterator[Dossier]:
    """Fold the whole log again, one dossier at a time, in the order of their ids.

    Memory stays at one dossier: the index on (dossier, position) streams the events.
    """
    rows = connection.execution_options(yield_per=1_000).execute(
        select(EVENT.c.dossier_id, EVENT.c.body)
        .where(EVENT.c.dossier_id != "")
        .order_by(EVENT.c.dossier_id, EVENT.c.position)
    )
    for _, group in groupby(rows.mappings(), key=_dossier_id):
        dossier = fold(decode_body(row["body"]) for row in group)
        if dossier is not None:
            yield dossier


def _dossier_id(row: RowMapping) -> str:
    return str(row["dossier_id"])
