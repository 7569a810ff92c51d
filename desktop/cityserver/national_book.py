"""Keep in the city's database what the national exchange was told of each dossier, so that no process tells it twice.

A process takes a ward for a while (:func:`take`), notes what the ward's feed brought since, sends what is due and
keeps what became of it; every write asks first whether the ward is still this process's.
"""

import json
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import Connection, Row, func, or_, select, update

from desktop.cityserver.national import Outcome
from desktop.cityserver.schema import DOSSIER, EVENT, NATIONAL_DOSSIER, NATIONAL_UNIT, UNIT
from desktop.cityserver.statements import upsert
from desktop.cityserver.units import read_unit
from desktop.domain import codec
from desktop.domain.codes import is_provisional
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import EVENT_TYPES, Event, read_event
from desktop.domain.facts.unit import UnitConfigured, UserSaved
from desktop.domain.feed import VerdictKind
from desktop.domain.national import Staff
from desktop.domain.units import Unit
from desktop.domain.users import User

#: So long a ward stays a process's without a word from it; a call to the service, with its tries, takes less.
HELD_MS: Final = 180_000
#: Places of the feed read at once.
_PAGE: Final = 1_000
_ACCEPTED: Final = EVENT.c.kind == VerdictKind.ACCEPTED.value
_OF_PEOPLE: Final = tuple(EVENT_TYPES[kind][0] for kind in (UnitConfigured, UserSaved))
_LEAST_WAIT_MS: Final = 60_000
_LONGEST_WAIT_MS: Final = 6 * 3_600_000
_MOST_MESSAGE: Final = 500


class NotHeld(Exception):
    """Another process has taken the ward: this one was silent for too long, and stops."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Name the ward a process sends for, and the process."""

    unit_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class Due:
    """Hold a dossier to be told of.

    Attributes:
        history: Place in the feed and event, of everything that happened to it.
        told_gseq: Steps up to here are told.
        noted_gseq: Last place noted.
        tries: How often it was tried in vain.
        doubt_gseq: Steps up to here went out, and no answer came.
        retold: How many steps were told again after such a silence.
    """

    dossier_id: str
    dossier: Dossier
    history: tuple[tuple[int, Event], ...]
    told_gseq: int
    noted_gseq: int
    tries: int
    doubt_gseq: int = 0
    retold: int = 0


@dataclass(frozen=True, slots=True)
class Became:
    """Say what became of telling one dossier.

    Attributes:
        told_gseq: Steps up to here are told now.
        wait_ms: When to try again, 0 for never by itself.
        doubt_gseq: Steps up to here went out, and no answer came.
        retold: How many steps of those in doubt were told once more now.
    """

    due: Due
    outcome: Outcome
    told_gseq: int
    message: str = ""
    fields: tuple[str, ...] = ()
    wait_ms: int = 0
    doubt_gseq: int = 0
    retold: int = 0


def take(connection: Connection, hold: Hold, now_ms: int) -> bool:
    """Take a ward for this process; tell whether no other has it."""
    connection.execute(upsert(connection.dialect.name, NATIONAL_UNIT, ()), {"unit_id": hold.unit_id})
    is_free = or_(NATIONAL_UNIT.c.holder.in_(("", hold.holder)), NATIONAL_UNIT.c.held_until_ms < now_ms)
    values = {"holder": hold.holder, "held_until_ms": now_ms + HELD_MS, "asked_ms": now_ms}
    return bool(connection.execute(_of(hold).where(is_free).values(values)).rowcount)


def keep_hold(connection: Connection, hold: Hold, now_ms: int) -> None:
    """Stay the ward's process, and lock its row until the transaction ends.

    Raises:
        NotHeld: Another one took it.
    """
    mine = _of(hold).where(NATIONAL_UNIT.c.holder == hold.holder)
    if not connection.execute(mine.values(held_until_ms=now_ms + HELD_MS)).rowcount:
        raise NotHeld(hold.unit_id)


def let_go(connection: Connection, hold: Hold, problem: str) -> None:
    """Give the ward back, with why nothing came of it, "" for no reason."""
    mine = _of(hold).where(NATIONAL_UNIT.c.holder == hold.holder)
    connection.execute(mine.values(holder="", held_until_ms=0, problem=problem[:_MOST_MESSAGE]))


def note(connection: Connection, hold: Hold, now_ms: int) -> bool:
    """Note the next page of a ward's feed: whom it names, and what happened to which dossier; tell whether it is all.

    Raises:
        NotHeld: Another process took the ward.
    """
    keep_hold(connection, hold, now_ms)
    row = connection.execute(
        select(NATIONAL_UNIT.c.noted_gseq, NATIONAL_UNIT.c.people).where(NATIONAL_UNIT.c.unit_id == hold.unit_id)
    ).one()
    of_unit = (EVENT.c.unit_id == hold.unit_id, EVENT.c.gseq > row.noted_gseq, EVENT.c.gseq <= row.noted_gseq + _PAGE)
    places = connection.execute(
        select(EVENT.c.gseq, EVENT.c.dossier_id, EVENT.c.type, EVENT.c.kind).where(*of_unit).order_by(EVENT.c.gseq)
    ).all()
    if not places:
        return True
    accepted = [place for place in places if place.kind == VerdictKind.ACCEPTED.value]
    values: dict[str, Any] = {"noted_gseq": places[-1].gseq}
    if wanted := [place.gseq for place in accepted if place.type in _OF_PEOPLE]:
        query = select(EVENT.c.body).where(EVENT.c.unit_id == hold.unit_id, EVENT.c.gseq.in_(wanted))
        bodies = connection.execute(query.order_by(EVENT.c.gseq)).scalars()
        values["people"] = _with(json.loads(row.people), bodies)
    _note_dossiers(connection, hold.unit_id, accepted, now_ms)
    connection.execute(_of(hold).values(values))
    return len(places) < _PAGE


def due(connection: Connection, hold: Hold, now_ms: int, most: int) -> tuple[Due, ...]:
    """Return the dossiers to be told of by now, those waiting longest first."""
    query = select(NATIONAL_DOSSIER, DOSSIER.c.state).join(
        DOSSIER,
        (DOSSIER.c.unit_id == NATIONAL_DOSSIER.c.unit_id) & (DOSSIER.c.dossier_id == NATIONAL_DOSSIER.c.dossier_id),
    )
    is_due = (
        NATIONAL_DOSSIER.c.unit_id == hold.unit_id,
        NATIONAL_DOSSIER.c.next_ms > 0,
        NATIONAL_DOSSIER.c.next_ms <= now_ms,
        DOSSIER.c.state != "",
    )
    order = (NATIONAL_DOSSIER.c.next_ms, NATIONAL_DOSSIER.c.first_gseq)
    rows = connection.execute(query.where(*is_due).order_by(*order).limit(most)).all()
    histories = _histories(connection, hold.unit_id, rows)
    return tuple(
        Due(
            row.dossier_id,
            codec.load(Dossier, json.loads(row.state)),
            tuple(histories[row.dossier_id]),
            row.told_gseq,
            row.noted_gseq,
            row.tries,
            row.doubt_gseq,
            row.retold,
        )
        for row in rows
    )


def keep(connection: Connection, hold: Hold, became: Sequence[Became], now_ms: int) -> None:
    """Keep what became of dossiers.

    Raises:
        NotHeld: Another process took the ward.
    """
    keep_hold(connection, hold, now_ms)
    for each in became:
        values = {
            "code": each.due.dossier.code,
            "told_gseq": each.told_gseq,
            "outcome": each.outcome.value,
            "message": each.message[:_MOST_MESSAGE],
            "fields": json.dumps(each.fields),
            "tries": each.due.tries + 1 if each.outcome is Outcome.UNKNOWN else 0,
            "next_ms": now_ms + each.wait_ms if each.wait_ms else 0,
            "told_ms": now_ms,
            "doubt_gseq": max(each.doubt_gseq, each.due.doubt_gseq),
            "retold": each.due.retold + each.retold,
        }
        is_it = (NATIONAL_DOSSIER.c.unit_id == hold.unit_id, NATIONAL_DOSSIER.c.dossier_id == each.due.dossier_id)
        connection.execute(update(NATIONAL_DOSSIER).where(*is_it).values(values))


def waiting_ms(tries: int, jitter: float) -> int:
    """Return how long to wait after so many tries in vain; ``jitter`` lies between 0 and 1."""
    ceiling = min(_LEAST_WAIT_MS * 2**tries, _LONGEST_WAIT_MS)
    return int(ceiling * (1 + jitter) / 2)


def again(connection: Connection, unit_id: str, now_ms: int) -> int:
    """Let what a person had to look at be sent once more; return how many dossiers."""
    stuck = NATIONAL_DOSSIER.c.outcome.in_((Outcome.REFUSED, Outcome.DIFFERS, Outcome.UNKNOWN))
    where = (stuck,) if not unit_id else (stuck, NATIONAL_DOSSIER.c.unit_id == unit_id)
    return connection.execute(update(NATIONAL_DOSSIER).where(*where).values(next_ms=now_ms, tries=0)).rowcount


def checked(connection: Connection, code: str) -> int:
    """Note that a person has looked which steps of a dossier the service has; return how many were told twice."""
    of_code = NATIONAL_DOSSIER.c.code == code
    retold = connection.execute(select(func.sum(NATIONAL_DOSSIER.c.retold)).where(of_code)).scalar() or 0
    connection.execute(update(NATIONAL_DOSSIER).where(of_code).values(retold=0))
    return int(retold)


def staff(connection: Connection, unit_id: str) -> Staff:
    """Return who works in a ward, as of what was noted; the unit of its file before its first word of itself."""
    people = connection.execute(
        select(NATIONAL_UNIT.c.people).where(NATIONAL_UNIT.c.unit_id == unit_id)
    ).scalar_one_or_none()
    plain = json.loads(people or "{}")
    if "unit" in plain:
        unit = codec.load(Unit, plain["unit"])
    else:
        text = connection.execute(select(UNIT.c.provisioning).where(UNIT.c.unit_id == unit_id)).scalar_one()
        unit = read_unit("unit.toml", text)
    users = {key: codec.load(User, user) for key, user in plain.get("users", {}).items()}
    return Staff(unit, users, lambda kind: _sentences()[f"national.step.{kind}"])


def _of(hold: Hold) -> Any:  # noqa: ANN401 - an update of SQLAlchemy's, to be narrowed
    return update(NATIONAL_UNIT).where(NATIONAL_UNIT.c.unit_id == hold.unit_id)


def _with(plain: dict[str, Any], bodies: Any) -> str:  # noqa: ANN401 - rows of bytes
    """Return unit and users as JSON after more events."""
    for body in bodies:
        event = _event(bytes(body))
        if event is not None and isinstance(event.fact, UnitConfigured):
            plain["unit"] = codec.dump(event.fact.unit)
        elif event is not None and isinstance(event.fact, UserSaved):
            plain.setdefault("users", {})[event.fact.user.user_id] = codec.dump(event.fact.user)
    return json.dumps(plain, ensure_ascii=False)


def _note_dossiers(connection: Connection, unit_id: str, places: Sequence[Row[*tuple[Any, ...]]], now_ms: int) -> None:
    """Let the dossiers of some places of the feed be told of; the numbers of provisional ones are waited for."""
    last: dict[str, int] = {}
    first: dict[str, int] = {}
    for place in places:
        if place.dossier_id:
            last[place.dossier_id] = place.gseq
            first.setdefault(place.dossier_id, place.gseq)
    if not last:
        return
    query = select(DOSSIER.c.dossier_id, DOSSIER.c.code).where(
        DOSSIER.c.unit_id == unit_id, DOSSIER.c.dossier_id.in_(sorted(last)), DOSSIER.c.state != ""
    )
    codes = {row.dossier_id: row.code for row in connection.execute(query)}
    statement = upsert(connection.dialect.name, NATIONAL_DOSSIER, ("code", "noted_gseq", "next_ms"))
    rows = [
        {
            "unit_id": unit_id,
            "dossier_id": dossier_id,
            "code": code,
            "first_gseq": first[dossier_id],
            "noted_gseq": last[dossier_id],
            "next_ms": 0 if is_provisional(code) else now_ms,
        }
        for dossier_id, code in codes.items()
    ]
    if rows:
        connection.execute(statement, rows)


def _histories(
    connection: Connection, unit_id: str, rows: Sequence[Row[*tuple[Any, ...]]]
) -> Mapping[str, list[tuple[int, Event]]]:
    """Return everything accepted of some dossiers, in the order of the feed."""
    found: dict[str, list[tuple[int, Event]]] = defaultdict(list)
    if not rows:
        return found
    span = EVENT.c.gseq.between(min(row.first_gseq for row in rows), max(row.noted_gseq for row in rows))
    wanted = (EVENT.c.unit_id == unit_id, span, EVENT.c.dossier_id.in_([row.dossier_id for row in rows]), _ACCEPTED)
    query = select(EVENT.c.gseq, EVENT.c.dossier_id, EVENT.c.body).where(*wanted).order_by(EVENT.c.gseq)
    for row in connection.execute(query):
        event = _event(bytes(row.body))
        if event is not None:
            found[row.dossier_id].append((row.gseq, event))
    return found


def _event(body: bytes) -> Event | None:
    """Return an event, None for one that a newer program wrote."""
    try:
        return read_event(body).event
    except DamagedData:
        return None


@cache
def _sentences() -> Mapping[str, str]:
    """Return the sentences of the steps; the exchange is told in Vietnamese."""
    return tomllib.loads((files("resources") / "messages" / "vi.toml").read_text("utf-8"))
