"""Write the projections: what the events fold into, kept in the same transaction as the events."""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, inspect, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain import codec
from desktop.domain.board import apology_mark
from desktop.domain.codes import Lease
from desktop.domain.deadlines import BY_THE_MINUTE
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Event
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import CodeBound
from desktop.domain.facts.unit import CalendarOverlaid, EpochOpened, LeaseDeclared, UnitConfigured, UserSaved
from desktop.domain.fold import apply
from desktop.domain.limits import LimitUnit
from desktop.domain.tally import Measure, timeliness
from desktop.domain.vietnamese import VIETNAM, local
from desktop.domain.way import FormNumber
from desktop.protocol.json_text import parsed, written
from desktop.storage import calendar_rows, custody, followers, order, unit_rows
from desktop.storage.engine import Prepared, column_names
from desktop.storage.search_index import tokens_of
from desktop.storage.tables import (
    DOSSIER,
    DOSSIER_CODE,
    EVENT,
    FORM_NUMBER,
    META,
    ORDINAL,
    PROJECTION_VERSION,
    PROJECTIONS,
    SEARCH_DDL,
    SEARCH_MERGES_LATER,
    SLIP,
    TURNED_AWAY,
    UNIT_STATE,
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
_REPLACE_TOKENS = Prepared(
    text("INSERT OR REPLACE INTO dossier_search(rowid, tokens) VALUES (:position, :search_text)")
)
_SETS = ", ".join(f"{name} = :{name}" for name in column_names(DOSSIER, "position"))
_UPDATE_DOSSIER = Prepared(text(f"UPDATE dossier SET {_SETS} WHERE position = :position"))
_PLACE_OF_DOSSIER = Prepared(
    select(DOSSIER.c.position, DOSSIER.c.search_text).where(DOSSIER.c.dossier_id == bindparam("dossier_id"))
)
_PLACES_OF = select(DOSSIER.c.dossier_id, DOSSIER.c.position, DOSSIER.c.search_text).where(
    DOSSIER.c.dossier_id.in_(bindparam("ids", expanding=True))
)
_ordinal = upsert(ORDINAL)
_NOTE_ORDINAL = Prepared(
    _ordinal.on_conflict_do_update(
        # Events of several PCs come in the feed's order: the largest counts, not the one that comes last.
        index_elements=["day", "block"],
        set_={"last": func.max(ORDINAL.c.last, _ordinal.excluded.last)},
    ),
    column_names(ORDINAL),
)

#: Events that give a number, open an epoch or declare a lease, in the order they were written here.
_NUMBERED_TYPES = (
    "dossier.received",
    "dossier.code_bound",
    "wait.opened",
    "dossier.apologised",
    "dossier.refused",
    "fee.taken",
    "slip.made",
    "citizen.turned_away",
    "cash.counted",
    "epoch.opened",
    "lease.declared",
)
NUMBERED = select(EVENT.c.body).where(EVENT.c.type.in_(_NUMBERED_TYPES)).order_by(EVENT.c.position)

_STREAMED = 1_000
_MINUTE_S = 60
#: Beyond all time: a dossier whose clock stands still is not late, whatever the day.
NEVER = 253_370_764_800

RECEIPT_FORM = "receipt"
VERSION_KEY = "projection_version"
#: Leases and epochs are kept by the id of their epoch: another PC's, or a copy's, never become one's own.
LEASE_KEY = "lease:"
EPOCH_KEY = "epoch:"
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
        "limit_unit": dossier.procedure.limit.unit.value,
        "apology": apology_mark([not apology.is_late for apology in dossier.apologies]).value,
        "search_text": tokens_of(dossier),
        "state": written(codec.dump(dossier)),
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
    return codec.load(Dossier, parsed(state))


def insert_dossier(connection: Connection, dossier: Dossier) -> None:
    """Write a new dossier: its row, its code, its search tokens, its counters and payments."""
    values = {"position": None, **dossier_values(dossier)}  # None: SQLite numbers the row
    values["position"] = _INSERT_DOSSIER.run(connection, values).lastrowid
    _INSERT_CODE.run(connection, values)
    _INSERT_TOKENS.run(connection, values)
    followers.follow(connection, None, dossier)


def update_dossier(connection: Connection, before: Dossier, dossier: Dossier) -> None:
    """Write an existing dossier's new state."""
    update_dossiers(connection, [(before, dossier)])


def update_dossiers(connection: Connection, changed: Sequence[tuple[Dossier, Dossier]]) -> None:
    """Write new states of dossiers that have a row, counters and payments; codes and tokens only when they changed.

    Args:
        connection: Open write transaction.
        changed: Each dossier before and after.
    """
    if not changed:
        return
    known = _places(connection, [before.dossier_id for before, _ in changed])
    rows = [dossier_values(after) | {"position": known[after.dossier_id][0]} for _, after in changed]
    _UPDATE_DOSSIER.run_many(connection, rows)
    _REPLACE_TOKENS.run_many(connection, [row for row in rows if known[row["dossier_id"]][1] != row["search_text"]])
    renamed = [after for before, after in changed if before.code != after.code]
    _INSERT_CODE.run_many(connection, [{"code": each.code, "dossier_id": each.dossier_id} for each in renamed])
    followers.follow_many(connection, changed)


def _places(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return position and search text of dossiers."""
    found: dict[str, tuple[int, str]] = {}
    if len(ids) == 1:
        row = _PLACE_OF_DOSSIER.run(connection, {"dossier_id": ids[0]}).fetchone()
        return {ids[0]: (row[0], row[1])}
    for start in range(0, len(ids), _BATCH):
        for row in connection.execute(_PLACES_OF, {"ids": ids[start : start + _BATCH]}):
            found[row.dossier_id] = (row.position, row.search_text)
    return found


def replace_dossier(connection: Connection, before: Dossier | None, after: Dossier | None) -> None:
    """Write a dossier that was folded anew in another order; ``None`` when it is not there (any more)."""
    if before is None:
        if after is not None:
            insert_dossier(connection, after)
        return
    connection.execute(delete(DOSSIER_CODE).where(DOSSIER_CODE.c.dossier_id == before.dossier_id))
    followers.unfollow(connection, before)
    position = _places(connection, [before.dossier_id])[before.dossier_id][0]
    if after is None:
        connection.execute(delete(DOSSIER).where(DOSSIER.c.position == position))
        connection.exec_driver_sql("DELETE FROM dossier_search WHERE rowid = ?", (position,))
        return
    values = dossier_values(after) | {"position": position}
    _UPDATE_DOSSIER.run(connection, values)
    _REPLACE_TOKENS.run(connection, values)
    _INSERT_CODE.run_many(connection, _code_rows([after]))
    followers.follow(connection, None, after)


def note_event(connection: Connection, event: Event) -> None:
    """Keep what an own event says about numbers and the unit."""
    note_numbers(connection, event)
    note_unit(connection, event)


def note_numbers(connection: Connection, *events: Event) -> None:
    """Keep what counts whatever became of an event: numbers that were given, epochs and their leases.

    A number that stands on a paper stays used when the city refuses the act.
    """
    _note_codes(connection, [event.fact for event in events if isinstance(event.fact, Received | CodeBound)])
    for event in events:
        fact = event.fact
        if isinstance(fact, LeaseDeclared):
            unit_rows.set_state(connection, LEASE_KEY + event.envelope.epoch, codec.dump(fact.lease))
        elif isinstance(fact, EpochOpened):
            unit_rows.set_state(connection, LEASE_KEY + event.envelope.epoch, codec.dump(fact.lease))
            unit_rows.set_state(connection, EPOCH_KEY + event.envelope.epoch, codec.dump(fact))
            names = {"counter": fact.counter, "workstation": event.envelope.workstation}
            unit_rows.set_state(connection, custody.PC_KEY + event.envelope.replica_id, names)
        elif number := unit_rows.number_of(fact):
            unit_rows.note_number(connection, number)


def note_every_number(log: Connection, target: Connection) -> None:
    """Keep the numbers of a whole log, many events at a time: of each day and book the largest is written once."""
    rows = log.execute(NUMBERED, execution_options={"yield_per": _STREAMED})
    for part in rows.partitions():
        note_numbers(target, *(event for row in part if (event := order.read_event(row.body))))


def note_unit(connection: Connection, event: Event, *, is_overriding: bool = False) -> None:
    """Keep what an event that counts says about the unit; see :func:`desktop.storage.unit_rows.note`."""
    fact = event.fact
    if isinstance(fact, UnitConfigured):
        unit_rows.set_state(connection, "unit", codec.dump(fact.unit))
    elif isinstance(fact, CalendarOverlaid):
        calendar_rows.note(connection, fact)
    elif isinstance(fact, UserSaved):
        unit_rows.set_state(connection, f"user:{fact.user.user_id}", codec.dump(fact.user))
    else:
        unit_rows.note(connection, event, is_overriding=is_overriding)


def _note_codes(connection: Connection, facts: Sequence[Received | CodeBound]) -> None:
    """Keep ordinals and receipt numbers; of those of one day or book only the largest is written."""
    ordinals: dict[tuple[str, int], int] = {}
    numbers: dict[tuple[int, int], int] = {}
    for fact in facts:
        is_provisional = isinstance(fact, Received) and fact.is_provisional
        place = (ANY_DAY if is_provisional else fact.day.isoformat(), fact.block)
        ordinals[place] = max(fact.ordinal, ordinals.get(place, 0))
        if isinstance(fact, Received) and fact.receipt_number:
            book = (fact.day.year, fact.book)
            numbers[book] = max(fact.receipt_number, numbers.get(book, 0))
    for (day, block), last in ordinals.items():
        _NOTE_ORDINAL.run(connection, {"day": day, "block": block, "last": last})
    for (year, of), last in numbers.items():
        unit_rows.note_number(connection, FormNumber(RECEIPT_FORM, year, of, last))


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
    """Rebuild every projection from the log, in the order of :mod:`desktop.storage.order`."""
    empty(connection)
    connection.execute(text("DROP TABLE IF EXISTS dossier_search"))
    PROJECTIONS.drop_all(connection)
    create(connection)
    note_every_number(connection, connection)
    for event in order.unit_events(connection):
        note_unit(connection, event)
    firsts = (
        connection.execute(
            select(EVENT.c.dossier_id).where(EVENT.c.type == "dossier.received").order_by(EVENT.c.position)
        )
        .scalars()
        .all()
    )
    wanted = list(dict.fromkeys(firsts))
    for start in range(0, len(wanted), _BATCH):
        found = order.many_folded(connection, wanted[start : start + _BATCH])
        insert_dossiers(connection, [each.state for each in found if each.state is not None])
        for each in found:
            if each.holder or each.unread:
                custody.mark(connection, each.dossier_id, each.holder, each.unread)


def empty(connection: Connection) -> None:
    """Take every row out of the projections.

    Dropping a full table keeps each of its pages in memory until the statement is done, 4.5 GB of a ward of 1,000,000
    dossiers; deleting all rows, and then dropping, keeps none.
    """
    here = inspect(connection).get_table_names()
    if "dossier_search" in here:
        connection.execute(text("INSERT INTO dossier_search(dossier_search) VALUES ('delete-all')"))
    for table in PROJECTIONS.sorted_tables:
        if table.name in here:
            connection.execute(delete(table))


def clear_unit(connection: Connection) -> None:
    """Drop what the unit's events fold into."""
    for table in (UNIT_STATE, SLIP, TURNED_AWAY, FORM_NUMBER, ORDINAL):
        connection.execute(delete(table))


def apply_events(connection: Connection, events: Sequence[Event]) -> None:
    """Fold events into the projections in few statements: many dossiers at once (a pull).

    Args:
        connection: Open write transaction.
        events: In the order they count; the events themselves are written by the caller.

    Raises:
        DamagedData: ``event_out_of_place``.
    """
    ids = dict.fromkeys(event.envelope.dossier_id for event in events if event.envelope.dossier_id)
    known = stored_states(connection, tuple(ids))
    states = dict(known)
    note_numbers(connection, *events)
    for event in events:
        if dossier_id := event.envelope.dossier_id:
            states[dossier_id] = apply(states.get(dossier_id), event)
        else:
            note_unit(connection, event)
    insert_dossiers(connection, [states[dossier_id] for dossier_id in ids if dossier_id not in known])
    update_dossiers(connection, [(before, states[dossier_id]) for dossier_id, before in known.items()])


def insert_dossiers(connection: Connection, dossiers: Sequence[Dossier]) -> None:
    """Write new dossiers in the order given: three statements for all of them."""
    if not dossiers:
        return
    first = 1 + (connection.execute(_LAST_POSITION).scalar() or 0)
    rows = [{"position": first + place, **dossier_values(dossier)} for place, dossier in enumerate(dossiers)]
    _INSERT_DOSSIER.run_many(connection, rows)
    _INSERT_CODE.run_many(connection, _code_rows(dossiers))
    _INSERT_TOKENS.run_many(connection, rows)
    followers.follow_new(connection, dossiers)


def _code_rows(dossiers: Sequence[Dossier]) -> list[dict[str, object]]:
    return [{"code": code, "dossier_id": each.dossier_id} for each in dossiers for code in (each.code, *each.aliases)]


def stored_states(connection: Connection, ids: Sequence[str]) -> dict[str, Dossier]:
    """Return the states of those dossiers that have a row."""
    found: dict[str, Dossier] = {}
    for start in range(0, len(ids), _BATCH):
        rows = connection.execute(_STATES_OF, {"ids": ids[start : start + _BATCH]})
        found |= {row.dossier_id: read_dossier(row.state) for row in rows}
    return found
