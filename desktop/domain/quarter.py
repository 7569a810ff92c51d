"""The quarterly table II.06a: received, solved and in progress by field, with sums that must agree.

Source: form II.06a/VPCP/KSTT. Solved on time holds dossiers that were withdrawn, as the form's head says; those that
wait for papers are in progress here, so that they are carried over and no dossier is counted twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Dossier
from desktop.domain.tally import RECEIVED, Cell, Measure, contributions

Counts = Counter[tuple[str, Measure]]
"""How often a field has a measure."""
_ENDED = frozenset({Measure.SOLVED_EARLY, Measure.SOLVED_ON_TIME, Measure.SOLVED_LATE, Measure.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Count one field, or all of them.

    Attributes:
        field: Field code, "" for the sum.
        carried: In progress when the period began.
        direct: Received at the counter or by post.
        on_time: Solved on the last day, or withdrawn.
        open_late: In progress and late when the period ends.
    """

    field: str
    name: str
    online: int
    direct: int
    carried: int
    early: int
    on_time: int
    late: int
    open_in_time: int
    open_late: int

    @property
    def received(self) -> int:
        """Return what the period had to do."""
        return self.online + self.direct + self.carried

    @property
    def solved(self) -> int:
        """Return what it did."""
        return self.early + self.on_time + self.late

    @property
    def in_progress(self) -> int:
        """Return what it leaves."""
        return self.open_in_time + self.open_late


@dataclass(frozen=True, slots=True)
class Report:
    """Hold the table of a period.

    Attributes:
        as_of: The instant "in progress" is told of: now, or the period's end where it is past.
        lines: By the fields' names.
        causes: (cause, how many) of the dossiers solved late, by the last apology's cause; "" where none was issued.
    """

    first: date
    last: date
    as_of: datetime
    lines: tuple[ReportLine, ...]
    total: ReportLine
    causes: tuple[tuple[str, int], ...] = ()


def counted(rows: Iterable[tuple[str, Measure, int]]) -> Counts:
    """Return counters of a period as the table takes them."""
    return Counter({(field, measure): n for field, measure, n in rows})


def folded(
    dossiers: Iterable[Dossier], first: date, last: date, as_of: datetime
) -> tuple[Counts, Counts, Mapping[str, int]]:
    """Count dossiers as they stood at an instant: before the period, within it, and open and late by field."""
    before: Counts = Counter()
    within: Counts = Counter()
    open_late: Counter[str] = Counter()
    for dossier in dossiers:
        cells = contributions(dossier)
        for cell in cells:
            _into(cell, first, last, before, within)
        is_open = not any(cell.measure in _ENDED for cell in cells)
        unit = dossier.procedure.limit.unit
        if is_open and not dossier.is_clock_stopped and is_late(as_of, dossier.due_at, unit):
            open_late[dossier.procedure.field] += 1
    return before, within, open_late


def _into(cell: Cell, first: date, last: date, before: Counts, within: Counts) -> None:
    if cell.day < first:
        before[cell.field, cell.measure] += 1
    elif cell.day <= last:
        within[cell.field, cell.measure] += 1


def lines_of(
    before: Counts, within: Counts, open_late: Mapping[str, int], names: Mapping[str, str]
) -> tuple[ReportLine, ...]:
    """Return a line for every field that had anything to do, by the fields' names."""
    fields = {field for field, _ in (*before, *within)}
    found = [_line(field, names.get(field, field), before, within, open_late.get(field, 0)) for field in fields]
    return tuple(sorted((line for line in found if line.received), key=lambda line: (line.name, line.field)))


def _line(field: str, name: str, before: Counts, within: Counts, open_late: int) -> ReportLine:
    carried = sum(before[field, measure] for measure in RECEIVED) - sum(before[field, measure] for measure in _ENDED)
    received = sum(within[field, measure] for measure in RECEIVED)
    ended = sum(within[field, measure] for measure in _ENDED)
    online = within[field, Measure.RECEIVED_ONLINE]
    return ReportLine(
        field=field,
        name=name,
        online=online,
        direct=received - online,
        carried=carried,
        early=within[field, Measure.SOLVED_EARLY],
        on_time=within[field, Measure.SOLVED_ON_TIME] + within[field, Measure.WITHDRAWN],
        late=within[field, Measure.SOLVED_LATE],
        open_in_time=carried + received - ended - open_late,
        open_late=open_late,
    )


def report_of(first: date, last: date, as_of: datetime, lines: tuple[ReportLine, ...]) -> Report:
    """Return the table with the sum of its lines."""
    figures = ("online", "direct", "carried", "early", "on_time", "late", "open_in_time", "open_late")
    total = ReportLine("", "", **{name: sum(getattr(line, name) for line in lines) for name in figures})
    return Report(first, last, as_of, lines, total)
