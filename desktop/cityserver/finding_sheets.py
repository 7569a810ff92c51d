"""Keep what the detectors found in each ward's log, so that a page shows it without reading a million events.

A sheet is made by the command, and at night by the processes of the service, one ward at a time.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import anyio
import anyio.to_thread
import psycopg
from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from desktop.cityserver.integrity import Seen, unit_findings
from desktop.cityserver.schema import FEED, FINDING_SHEET, UNIT
from desktop.cityserver.sql_store import SqlStore
from desktop.cityserver.statements import upsert
from desktop.domain.detectors.findings import Severity
from desktop.domain.detectors.words import TITLES, WHY, sentence
from desktop.domain.vietnamese import local

log = logging.getLogger(__name__)

#: A ward is looked at again when its sheet is so old and its feed has moved.
_OLD_MS: Final = 20 * 3_600_000
#: So long nobody else begins with a ward: a process that was killed meanwhile must not keep it for ever.
_BEGUN_MS: Final = 2 * 3_600_000
#: Hours of Vietnam in which the service looks.
_NIGHT: Final = frozenset({22, 23, 0, 1, 2, 3, 4})
_LOOK_EVERY_S: Final = 600.0
_BETWEEN_S: Final = 2.0
#: The rest of a ward's is counted; a ward with more has a trouble no list mends.
MOST_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class FoundLine:
    """Show one finding.

    Attributes:
        at: When it was done, local.
        actors: Log-in names.
        codes: Dossiers.
    """

    trick: str
    title: str
    severity: str
    at: str
    sentence: str
    why: str
    actors: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold what was found in a ward.

    Attributes:
        made_at: None before the first look.
        gseq: How far its feed was read.
        dossiers: How many were looked at.
        grave: How many findings are no accident.
        found: Newest first.
    """

    unit_id: str
    unit_name: str
    made_at: datetime | None
    gseq: int
    dossiers: int
    found: tuple[FoundLine, ...]

    @property
    def grave(self) -> int:
        """Return how many are no accident."""
        return sum(1 for line in self.found if line.severity == Severity.GRAVE.value)


def make_sheet(store: SqlStore, unit_id: str, now_ms: int) -> Seen:
    """Look at a ward and keep what was found."""
    with store.reading() as connection:
        gseq = connection.execute(select(FEED.c.gseq).where(FEED.c.unit_id == unit_id)).scalar_one()
    seen = unit_findings(store, unit_id)
    lines = [asdict(line) for line in lines_of(seen)[:MOST_KEPT]]
    values = {
        "unit_id": unit_id,
        "begun_ms": now_ms,
        "made_ms": now_ms,
        "gseq": gseq,
        "dossiers": seen.dossiers,
        "findings": json.dumps(lines, ensure_ascii=False),
    }
    names = tuple(name for name in values if name != "unit_id")
    with store.writing() as connection:
        connection.execute(upsert(connection.dialect.name, FINDING_SHEET, names), values)
    return seen


def lines_of(seen: Seen) -> Sequence[FoundLine]:
    """Return findings as they are shown."""
    return [
        FoundLine(
            trick=found.trick.value,
            title=TITLES[found.trick],
            severity=found.severity.value,
            at=local(found.at).isoformat(),
            sentence=sentence(found),
            why=WHY[found.trick],
            actors=tuple(seen.users[actor].login if actor in seen.users else actor for actor in found.actors),
            codes=tuple(subject.code for subject in found.subjects),
        )
        for found in seen.found
    ]


def read_sheets(connection: Connection, unit_id: str = "") -> Sequence[Sheet]:
    """Return the sheets of all wards but those of training, or of one; who was never looked at has an empty one."""
    query = select(UNIT.c.unit_id, UNIT.c.name, FINDING_SHEET).join(
        FINDING_SHEET, FINDING_SHEET.c.unit_id == UNIT.c.unit_id, isouter=True
    )
    wanted = UNIT.c.unit_id == unit_id if unit_id else UNIT.c.is_training.is_(False)
    return [_sheet(row) for row in connection.execute(query.where(wanted).order_by(UNIT.c.name))]


def next_ward(connection: Connection, now_ms: int) -> str:
    """Take the ward that has waited longest for a look, "" when none has to be looked at."""
    waits = select(UNIT.c.unit_id).join(FEED, FEED.c.unit_id == UNIT.c.unit_id)
    waits = waits.join(FINDING_SHEET, FINDING_SHEET.c.unit_id == UNIT.c.unit_id, isouter=True)
    is_old = (FINDING_SHEET.c.made_ms < now_ms - _OLD_MS) & (FINDING_SHEET.c.gseq < FEED.c.gseq)
    is_free = FINDING_SHEET.c.begun_ms < now_ms - _BEGUN_MS
    is_due = or_(FINDING_SHEET.c.unit_id.is_(None), is_old & is_free)
    order = (FINDING_SHEET.c.made_ms, UNIT.c.unit_id)
    found = connection.execute(
        waits.where(UNIT.c.is_training.is_(False), FEED.c.gseq > 0, is_due).order_by(*order).limit(1)
    ).scalar_one_or_none()
    if found is None:
        return ""
    connection.execute(upsert(connection.dialect.name, FINDING_SHEET, ()), {"unit_id": found})
    taken = update(FINDING_SHEET).where(FINDING_SHEET.c.unit_id == found, is_free)
    return str(found) if connection.execute(taken.values(begun_ms=now_ms)).rowcount else ""


async def keep_looking(store: SqlStore, now_ms: Callable[[], int], stopping: asyncio.Event) -> None:
    """Look at ward after ward in the night, until the process ends."""
    limiter = anyio.CapacityLimiter(1)
    while not stopping.is_set():
        pause_s = _LOOK_EVERY_S
        if local(datetime.fromtimestamp(now_ms() / 1000, UTC)).hour in _NIGHT:
            try:
                if await anyio.to_thread.run_sync(_look, store, now_ms(), limiter=limiter):
                    pause_s = _BETWEEN_S
            except (SQLAlchemyError, psycopg.Error) as error:
                log.warning("no look at a ward's log", extra={"cause": type(error).__name__})
            except Exception:
                log.exception("a look at a ward's log failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause_s)


def _look(store: SqlStore, now_ms: int) -> bool:
    """Look at the next ward; tell whether there was one."""
    with store.writing() as connection:
        unit_id = next_ward(connection, now_ms)
    if unit_id:
        make_sheet(store, unit_id, now_ms)
    return bool(unit_id)


def _sheet(row: Row[*tuple[Any, ...]]) -> Sheet:
    found = json.loads(row.findings or "[]")
    lines = tuple(FoundLine(**line | {name: tuple(line[name]) for name in ("actors", "codes")}) for line in found)
    made_at = datetime.fromtimestamp(row.made_ms / 1000, UTC) if row.made_ms else None
    return Sheet(row[0], row.name, made_at, row.gseq or 0, row.dossiers or 0, lines)
