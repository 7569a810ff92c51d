"""Count dossiers for boards and reports: what one dossier contributes to which day, field and measure.

Every figure is a sum of contributions. The counters kept beside the log are moved by the difference between what a
dossier contributed before an act and what it contributes after it, so a recount from the log gives the same figures.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Channel, Dossier, Status
from desktop.domain.vietnamese import local


class Measure(StrEnum):
    """Name what is counted; the first three by day of receipt, the others by day of the result."""

    RECEIVED_DIRECT = "received_direct"
    RECEIVED_ONLINE = "received_online"
    RECEIVED_POST = "received_post"
    SOLVED_EARLY = "solved_early"
    SOLVED_ON_TIME = "solved_on_time"
    SOLVED_LATE = "solved_late"
    WITHDRAWN = "withdrawn"


RECEIVED = frozenset({Measure.RECEIVED_DIRECT, Measure.RECEIVED_ONLINE, Measure.RECEIVED_POST})
SOLVED = frozenset({Measure.SOLVED_EARLY, Measure.SOLVED_ON_TIME, Measure.SOLVED_LATE})

_BY_CHANNEL = {
    Channel.DIRECT: Measure.RECEIVED_DIRECT,
    Channel.ONLINE: Measure.RECEIVED_ONLINE,
    Channel.POST: Measure.RECEIVED_POST,
}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Address one counter."""

    day: date
    field: str
    measure: Measure


def timeliness(dossier: Dossier) -> Measure | None:
    """Return whether a result came early, on time or late; None while there is none.

    Early is a result before the last day, on time one on the last day. A refusal is a result; a withdrawal is none.
    """
    if dossier.solved_at is None:
        return None
    if is_late(dossier.solved_at, dossier.due_at, dossier.procedure.limit.unit):
        return Measure.SOLVED_LATE
    is_before = local(dossier.solved_at).date() < local(dossier.due_at).date()
    return Measure.SOLVED_EARLY if is_before else Measure.SOLVED_ON_TIME


def contributions(dossier: Dossier) -> tuple[Cell, ...]:
    """Return the counters a dossier stands in, once in each."""
    field = dossier.procedure.field
    cells = [Cell(dossier.received_on, field, _BY_CHANNEL[dossier.channel])]
    solved = timeliness(dossier)
    if solved is not None and dossier.solved_at is not None:
        cells.append(Cell(local(dossier.solved_at).date(), field, solved))
    if dossier.status is Status.WITHDRAWN and dossier.ending is not None:
        cells.append(Cell(local(dossier.ending.at).date(), field, Measure.WITHDRAWN))
    return tuple(cells)


def difference(before: Dossier | None, after: Dossier) -> dict[Cell, int]:
    """Return by how much each counter moves when a dossier changes."""
    moved = Counter(contributions(after))
    if before is not None:
        moved.subtract(contributions(before))
    return {cell: n for cell, n in moved.items() if n}


def recount(dossiers: Iterable[Dossier]) -> dict[Cell, int]:
    """Return all counters of many dossiers, counted anew."""
    total: Counter[Cell] = Counter()
    for dossier in dossiers:
        total.update(contributions(dossier))
    return dict(total)
