"""What ``board.show`` answers: names first, then figures with numerator, denominator and definition."""

from collections.abc import Mapping
from datetime import date

from desktop.cli.answers import Answer, instant, optional_instant
from desktop.domain.board import Board, DayFigures, FieldFigures, Name, Roster
from desktop.domain.board_words import DEFINITIONS, definition
from desktop.domain.dossiers import Custodian


class NameOut(Answer):
    """Give one dossier on the board."""

    code: str
    applicant: str
    procedure: str
    field: str
    status: str
    custodian: str
    received_at: str
    promised_at: str
    due_at: str
    solved_at: str | None
    seen_at: str
    apology: str
    is_promise_broken: bool


class FiguresOut(Answer):
    """Count one field, or all of them (``field`` is empty)."""

    field: str
    field_name: str
    received: int
    solved: int
    solved_late: int
    withdrawn: int
    open: int
    late_open: int
    waiting: int
    received_late: int
    numerator: int
    denominator: int
    share: str
    below_per_mille: int | None
    target: str
    meets: bool | None


class DayOut(Answer):
    """Count one day."""

    day: date
    received: int
    solved: int
    solved_late: int


class BoardOut(Answer):
    """Answer ``board.show``."""

    as_of: str
    first: date
    last: date
    field: str
    denominator: str
    next_day: date
    late: list[NameOut]
    today: list[NameOut]
    tomorrow: list[NameOut]
    waiting: list[NameOut]
    solved_late: list[NameOut]
    no_apology: list[str]
    broken_promise: list[str]
    total: FiguresOut
    by_field: list[FiguresOut]
    days: list[DayOut]
    definitions: dict[str, str]


class FileWrittenOut(Answer):
    """Answer ``register.export``."""

    file: str
    entries: int


class BookClosedOut(Answer):
    """Give one closed book of a register."""

    year: int
    book: int
    entries: int
    last_number: int


class RegisterClosedOut(Answer):
    """Answer ``register.close``."""

    books: list[BookClosedOut]


def board_out(board: Board, fields: Mapping[str, str], holders: Mapping[Custodian, str]) -> BoardOut:
    """Return a board; ``fields`` and ``holders`` give names."""
    names = {
        roster: [_name(name, holders) for name in board.roster(roster)]
        for roster in (Roster.LATE, Roster.TODAY, Roster.TOMORROW, Roster.WAITING, Roster.SOLVED_LATE)
    }
    return BoardOut(
        as_of=instant(board.as_of),
        first=board.period.first,
        last=board.period.last,
        field=board.field,
        denominator=board.denominator.value,
        next_day=board.next_day,
        late=names[Roster.LATE],
        today=names[Roster.TODAY],
        tomorrow=names[Roster.TOMORROW],
        waiting=names[Roster.WAITING],
        solved_late=names[Roster.SOLVED_LATE],
        no_apology=[name.code for name in board.no_apology],
        broken_promise=[name.code for name in board.broken_promise],
        total=_figures(board.total, fields),
        by_field=[_figures(figures, fields) for figures in board.by_field],
        days=[_day(day) for day in board.days],
        definitions={key: definition(key, board) for key in DEFINITIONS},
    )


def names_of(board: Board) -> tuple[Name, ...]:
    """Return every dossier that stands on a board."""
    return (*board.late, *board.today, *board.tomorrow, *board.waiting, *board.solved_late)


def _name(name: Name, holders: Mapping[Custodian, str]) -> NameOut:
    return NameOut(
        code=name.code,
        applicant=name.applicant,
        procedure=name.procedure,
        field=name.field,
        status=name.status.value,
        custodian=holders.get(name.custodian, ""),
        received_at=instant(name.received_at),
        promised_at=instant(name.promised_at),
        due_at=instant(name.due_at),
        solved_at=optional_instant(name.solved_at),
        seen_at=instant(name.seen_at),
        apology=name.apology.value,
        is_promise_broken=name.is_promise_broken,
    )


def _figures(figures: FieldFigures, fields: Mapping[str, str]) -> FiguresOut:
    return FiguresOut(
        field=figures.field,
        field_name=fields.get(figures.field, ""),
        received=figures.received,
        solved=figures.solved,
        solved_late=figures.solved_late,
        withdrawn=figures.withdrawn,
        open=figures.open,
        late_open=figures.late_open,
        waiting=figures.waiting,
        received_late=figures.received_late,
        numerator=figures.numerator,
        denominator=figures.denominator,
        share=figures.share,
        below_per_mille=figures.below_per_mille,
        target=figures.target,
        meets=figures.meets,
    )


def _day(day: DayFigures) -> DayOut:
    return DayOut(day=day.day, received=day.received, solved=day.solved, solved_late=day.solved_late)
