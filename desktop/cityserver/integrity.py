"""Look for tricks in a unit's log at the city: the very detectors of the ward, with the figures of the program.

The unit's own figures are not taken: a ward that raises them is still looked at as every other. Its calendar is not
known here, so what needs it (how far a deadline may move after a wait) is left to the ward.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import resources
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from desktop.cityserver.ratings import rated
from desktop.cityserver.schema import EVENT
from desktop.cityserver.shipped import packs
from desktop.cityserver.sql_store import SqlStore
from desktop.domain import codec
from desktop.domain.detectors.clocks import Behind
from desktop.domain.detectors.findings import Finding, Thresholds
from desktop.domain.detectors.scene import Scene
from desktop.domain.detectors.watch import Watch
from desktop.domain.errors import DamagedData
from desktop.domain.events import EVENT_TYPES, Event, read_event
from desktop.domain.facts.unit import UnitConfigured, UserSaved
from desktop.domain.feed import VerdictKind
from desktop.domain.users import Action, User, may

_FETCHED: Final = 1_000
_ACTED_AT: Final = re.compile(rb'"acted_at":"([^"]{1,40})"')
_ACCEPTED: Final = EVENT.c.kind == VerdictKind.ACCEPTED.value


class Seen(NamedTuple):
    """Hold what was found in a unit."""

    dossiers: int
    found: tuple[Finding, ...]
    users: dict[str, User]


def unit_findings(store: SqlStore, unit_id: str) -> Seen:
    """Return everything the detectors find in what the city accepted of a unit, newest first."""
    with store.reading() as connection:
        scene, users = _scene(connection, unit_id)
        watch = Watch(scene)
        for rows in _histories(connection, unit_id):
            watch.take(rows)
        for acts in _behind(connection, unit_id):
            watch.take_clock(acts)
        found = watch.findings(rated(connection, unit_id))
    return Seen(watch.dossiers, found, users)


def _scene(connection: Connection, unit_id: str) -> tuple[Scene, dict[str, User]]:
    kinds = [EVENT_TYPES[kind][0] for kind in (UnitConfigured, UserSaved)]
    of_unit = (EVENT.c.unit_id == unit_id, EVENT.c.type.in_(kinds), _ACCEPTED)
    users: dict[str, User] = {}
    counter = ""
    for body in connection.execute(select(EVENT.c.body).where(*of_unit).order_by(EVENT.c.gseq)).scalars():
        event = _event(body)
        if event is not None and isinstance(event.fact, UserSaved):
            users[event.fact.user.user_id] = event.fact.user
        elif event is not None and isinstance(event.fact, UnitConfigured):
            counter = event.fact.unit.counter_section
    sections = {user_id: user.section for user_id, user in users.items()}
    leaders = frozenset(key for key, user in users.items() if may(user.roles, Action.MOVE_PROMISE_LATER))
    clocks = {pack.id: pack.clock for pack in packs()}
    return Scene(thresholds(), clocks, None, sections, leaders, counter), users


def thresholds() -> Thresholds:
    """Return the figures of the program; a ward's own do not count here."""
    text = (resources.files("resources") / "rules" / "detectors.toml").read_text(encoding="utf-8")
    return codec.load(Thresholds, tomllib.loads(text)["thresholds"])


def _histories(connection: Connection, unit_id: str) -> Iterator[Sequence[Any]]:
    """Yield each dossier's accepted events, in the order of the feed.

    One pass that the database sorts: there is no index by dossier, which every pushed event would pay for.
    """
    query = select(EVENT.c.dossier_id, EVENT.c.type, EVENT.c.body).where(
        EVENT.c.unit_id == unit_id, EVENT.c.dossier_id != "", _ACCEPTED
    )
    rows = connection.execution_options(yield_per=_FETCHED).execute(query.order_by(EVENT.c.dossier_id, EVENT.c.gseq))
    for _, group in groupby(rows, key=lambda row: str(row.dossier_id)):
        yield tuple(group)


def _behind(connection: Connection, unit_id: str) -> Iterator[tuple[Behind, ...]]:
    """Yield, of each PC's log, the acts dated before one it had done already."""
    query = select(EVENT.c.replica_id, EVENT.c.epoch, EVENT.c.body).where(EVENT.c.unit_id == unit_id, _ACCEPTED)
    rows = connection.execution_options(yield_per=_FETCHED).execute(
        query.order_by(EVENT.c.replica_id, EVENT.c.epoch, EVENT.c.seq)
    )
    for _, group in groupby(rows, key=lambda row: (row.replica_id, row.epoch)):
        yield tuple(_going_back(row.body for row in group))


def _going_back(bodies: Iterator[bytes]) -> Iterator[Behind]:
    latest: datetime | None = None
    for body in bodies:
        at = _acted_at(body)
        if at is None:
            continue
        if latest is not None and at < latest:
            event = _event(body)
            if event is not None and not event.envelope.replaces:
                yield Behind(event, latest)
            continue
        latest = at


def _acted_at(body: bytes) -> datetime | None:
    """Return when an event was acted, from its first words; a fact may hold the same name further on."""
    found = _ACTED_AT.search(body)
    try:
        text = found[1].decode() if found is not None else str(json.loads(body)["acted_at"])
        return datetime.fromisoformat(text)
    except (ValueError, KeyError, TypeError):
        return None


def _event(body: bytes) -> Event | None:
    try:
        return read_event(body).event
    except DamagedData:
        return None
