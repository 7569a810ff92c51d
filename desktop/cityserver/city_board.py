"""Count the city's board: late dossiers by unit and field, by the very definitions a ward counts with.

What is late is decided by :mod:`desktop.domain.board_count` on the folded dossiers themselves. The store only leaves
out those that cannot be late, because their deadline lies ahead or their result lay before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.cityserver.page_ports import PageUnit, UnitBoard
from desktop.domain.board import Denominator, FieldFigures, Name, Period, Wanted
from desktop.domain.board_count import board_of
from desktop.domain.calendars import Calendar
from desktop.domain.vietnamese import local


@dataclass(frozen=True, slots=True)
class CityRow:
    """Show one unit.

    Attributes:
        late: Without a result, and late, longest late first.
        no_apology: How many late dossiers no apology in time belongs to.
    """

    unit: PageUnit
    total: FieldFigures
    by_field: tuple[FieldFigures, ...]
    late: tuple[Name, ...]
    no_apology: int


@dataclass(frozen=True, slots=True)
class CityBoard:
    """Show the whole city.

    Attributes:
        rows: Units, those with most late dossiers first.
        by_field: All units together.
    """

    as_of: datetime
    period: Period
    rows: tuple[CityRow, ...]
    by_field: tuple[FieldFigures, ...]
    total: FieldFigures


def city_board(boards: Sequence[UnitBoard], period: Period, as_of: datetime) -> CityBoard:
    """Count all units at an instant."""
    wanted = Wanted(as_of, period)
    calendar = _plain_weeks(as_of)
    rows = [_row(board, period, as_of, calendar) for board in boards]
    rows.sort(key=lambda row: (-row.total.late_open, -row.total.solved_late, row.unit.name))
    by_field = _sums(rows, wanted)
    return CityBoard(as_of, period, tuple(rows), by_field, wanted.total(by_field))


def _row(board: UnitBoard, period: Period, as_of: datetime, calendar: Calendar) -> CityRow:
    wanted = Wanted(as_of, period, denominator=Denominator.SOLVED, targets=board.unit.targets)
    counted = board_of(board.suspects, wanted, calendar)
    late = {line.field: line for line in counted.by_field}
    fields = sorted({*board.received, *board.solved, *board.open, *late})
    by_field = tuple(_figures(field, board, late.get(field), wanted) for field in fields)
    return CityRow(board.unit, wanted.total(by_field), by_field, counted.late, len(counted.no_apology))


def _figures(field: str, board: UnitBoard, late: FieldFigures | None, wanted: Wanted) -> FieldFigures:
    return wanted.figures(
        field,
        received=board.received.get(field, 0),
        solved=board.solved.get(field, 0),
        open=board.open.get(field, 0),
        solved_late=late.solved_late if late else 0,
        late_open=late.late_open if late else 0,
        received_late=late.received_late if late else 0,
    )


def _sums(rows: Sequence[CityRow], wanted: Wanted) -> tuple[FieldFigures, ...]:
    counted = ("received", "solved", "open", "solved_late", "late_open", "received_late")
    lines = [line for row in rows for line in row.by_field]
    return tuple(
        wanted.figures(
            field, **{name: sum(getattr(line, name) for line in lines if line.field == field) for name in counted}
        )
        for field in sorted({line.field for line in lines})
    )


def _plain_weeks(as_of: datetime) -> Calendar:
    """Return weeks without holidays: the next working day names what is due soon, which is not shown here."""
    today = local(as_of).date()
    return Calendar("plain_weeks", today - timedelta(days=7), today + timedelta(days=14))
