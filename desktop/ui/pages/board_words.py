"""What the deadline board says: names of its lists, finished rows, made on lane read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from desktop.domain.board import ApologyMark, Board, Denominator, Name, Period, Roster
from desktop.domain.calendars import Calendar
from desktop.domain.deadlines import days_left
from desktop.domain.dossiers import Custodian
from desktop.domain.users import User
from desktop.domain.vietnamese import local, screen_date, screen_datetime, screen_time
from desktop.services.board import UNCOLLECTED_DAYS, UNSEEN_DAYS, holder_names, show_board, uncollected, unseen
from desktop.services.look_up import cards
from desktop.services.ports import Desk
from desktop.services.records import DossierCard, DossierFilter
from desktop.ui.models.board_table import BoardRow, Mark, Section
from desktop.ui.models.dossier_rows import NEWEST, status_word
from desktop.ui.tokens import Role
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

UNSEEN: Final = "unseen"
UNCOLLECTED: Final = "uncollected"
FIELDS: Final = "fields"
DAYS: Final = "days"

#: Name, icon and colour of every entry, in the order in which a chair reads them.
LOOKS: Final[Mapping[str, tuple[str, str, Role]]] = {
    Roster.LATE.value: (QT_TRANSLATE_NOOP(CONTEXT, "Trễ hẹn"), "late", Role.LATE),
    Roster.TODAY.value: (QT_TRANSLATE_NOOP(CONTEXT, "Đến hạn hôm nay"), "deadline", Role.SOON),
    Roster.TOMORROW.value: (QT_TRANSLATE_NOOP(CONTEXT, "Sắp đến hạn"), "clock", Role.DUE),
    Roster.WAITING.value: (QT_TRANSLATE_NOOP(CONTEXT, "Đang chờ"), "history", Role.MUTED),
    Roster.SOLVED_LATE.value: (QT_TRANSLATE_NOOP(CONTEXT, "Trả trễ"), "late", Role.MUTED),
    Roster.NO_APOLOGY.value: (QT_TRANSLATE_NOOP(CONTEXT, "Thiếu phiếu xin lỗi"), "warning", Role.LATE),
    Roster.BROKEN_PROMISE.value: (QT_TRANSLATE_NOOP(CONTEXT, "Vi phạm hẹn lại"), "warning", Role.LATE),
    UNSEEN: (QT_TRANSLATE_NOOP(CONTEXT, "Lâu không động đến"), "eye", Role.SOON),
    UNCOLLECTED: (QT_TRANSLATE_NOOP(CONTEXT, "Chưa đến nhận"), "return", Role.DUE),
    FIELDS: (QT_TRANSLATE_NOOP(CONTEXT, "Biểu đồ lĩnh vực"), "chart", Role.TEXT),
    DAYS: (QT_TRANSLATE_NOOP(CONTEXT, "Biểu đồ ngày"), "chart", Role.TEXT),
}

_APOLOGIES: Final[Mapping[ApologyMark, tuple[str, str, Role]]] = {
    ApologyMark.NONE: (QT_TRANSLATE_NOOP(CONTEXT, "Chưa có"), "warning", Role.LATE),
    ApologyMark.IN_TIME: (QT_TRANSLATE_NOOP(CONTEXT, "Đúng ngày"), "check", Role.OK),
    ApologyMark.TOO_LATE: (QT_TRANSLATE_NOOP(CONTEXT, "Xin lỗi muộn"), "warning", Role.SOON),
}
_NEEDS_APOLOGY: Final = frozenset(
    {Roster.LATE, Roster.SOLVED_LATE, Roster.NO_APOLOGY, Roster.BROKEN_PROMISE, Roster.TOMORROW, Roster.TODAY}
)
#: The busiest wards receive some 650 a day; every one of them is named.
MOST_OF_A_DAY: Final = 5_000
_QUARTER_MONTHS: Final = 3
_HALF_MONTHS: Final = 6
PERIODS: Final[Mapping[str, str]] = {
    "half": QT_TRANSLATE_NOOP(CONTEXT, "Nửa năm này"),
    "month": QT_TRANSLATE_NOOP(CONTEXT, "Tháng này"),
    "quarter": QT_TRANSLATE_NOOP(CONTEXT, "Quý này"),
    "year": QT_TRANSLATE_NOOP(CONTEXT, "Năm nay"),
}


def period_of(key: str, on: date) -> Period:
    """Return a period that ends today."""
    months = {"month": 1, "quarter": _QUARTER_MONTHS, "half": _HALF_MONTHS, "year": 12}[key]
    return Period(date(on.year, (on.month - 1) // months * months + 1, 1), on)


@dataclass(frozen=True, slots=True)
class BoardView:
    """Hold the board and every list of it as finished rows.

    Attributes:
        rows: By the key of the entry.
        fields: Field code to name.
    """

    board: Board
    rows: Mapping[str, tuple[BoardRow, ...]]
    fields: Mapping[str, str]

    def sections(self) -> tuple[Section, ...]:
        """Return the entries of the page with their counts."""
        return tuple(
            Section(key, title, icon, role, len(self.rows[key]) if key in self.rows else None)
            for key, (title, icon, role) in LOOKS.items()
        )


def read_board(
    desk: Desk, actor: User, period: str, field: str, denominator: Denominator, fields: Mapping[str, str]
) -> BoardView:
    """Return the board as finished rows. Threads: lane read."""
    now = local(desk.clock.now())
    board = show_board(desk, actor, field=field, period=period_of(period, now.date()), denominator=denominator)
    calendar = desk.reader.calendar()
    untouched = [card for held in unseen(desk, actor) for card in held.cards if field in ("", card.field)]
    unfetched = [card for card in uncollected(desk, actor) if field in ("", card.field)]
    names = [name for roster in Roster for name in board.roster(roster)]
    holders = holder_names(desk, [*(name.custodian for name in names), *(card.custodian for card in untouched)])
    rows = {
        roster.value: tuple(_row(name, roster, board.as_of, calendar, holders) for name in board.roster(roster))
        for roster in Roster
    }
    rows[UNSEEN] = tuple(card_row(card, holders.get(card.custodian, ""), card.seen_at) for card in untouched)
    rows[UNCOLLECTED] = tuple(card_row(card, "", card.solved_at or card.due_at) for card in unfetched)
    return BoardView(board, rows, fields)


def read_day(desk: Desk, actor: User, on: date, field: str) -> tuple[BoardRow, ...]:
    """Return the dossiers received on a day. Threads: lane read."""
    narrowed = DossierFilter(received_from=on, received_to=on, field=field)
    found = cards(desk, actor, narrowed, at_or_before=NEWEST, limit=MOST_OF_A_DAY)
    holders = holder_names(desk, [card.custodian for card in found])
    return tuple(card_row(card, holders[card.custodian], None) for card in found)


def explained(key: str) -> str:
    """Return what the two lists count that are no part of the board itself."""
    if key == UNSEEN:
        return tr(
            "Lâu không động đến: chưa có kết quả, {n} ngày làm việc gần đây không ghi việc gì. Xếp theo người giữ.",
            n=UNSEEN_DAYS,
        )
    return tr(
        "Chưa đến nhận: kết quả đã ở quầy hơn {n} ngày làm việc. Công dân đến muộn không làm hồ sơ trễ.",
        n=UNCOLLECTED_DAYS,
    )


def _row(name: Name, roster: Roster, as_of: datetime, calendar: Calendar, holders: Mapping[Custodian, str]) -> BoardRow:
    return BoardRow(
        code=name.code,
        owner=name.applicant,
        procedure=name.procedure,
        due=screen_datetime(name.due_at),
        left=_left(name, roster, as_of, calendar),
        apology=_apology(name, roster),
        holder=holders[name.custodian],
    )


def _left(name: Name, roster: Roster, as_of: datetime, calendar: Calendar) -> Mark:
    if roster is Roster.WAITING:
        return Mark(tr("{status} từ {day}", status=status_word(name.status), day=screen_date(local(name.seen_at))))
    if roster is Roster.TODAY:
        return Mark(tr("Hôm nay, {time}", time=screen_time(name.due_at)), "deadline", Role.SOON)
    if roster is Roster.TOMORROW:
        return Mark(tr("Còn 1 ngày làm việc"), "clock", Role.DUE)
    overdue = -days_left(name.due_at, name.solved_at or as_of, calendar)
    text = tr("Trễ {n} ngày làm việc", n=overdue) if overdue > 0 else tr("Trễ trong ngày")
    return Mark(text, "late", Role.LATE)


def _apology(name: Name, roster: Roster) -> Mark:
    if roster not in _NEEDS_APOLOGY or (roster in (Roster.TODAY, Roster.TOMORROW) and name.apology is ApologyMark.NONE):
        return Mark("")
    word, icon, role = _APOLOGIES[name.apology]
    text = f"{tr(word)} · {tr('quá hẹn lại')}" if name.is_promise_broken else tr(word)
    return Mark(text, icon, Role.LATE if name.is_promise_broken else role)


def card_row(card: DossierCard, holder: str, since: datetime | None) -> BoardRow:
    """Return a row of a list that is no roster.

    Args:
        card: The dossier.
        holder: Name of who holds it.
        since: Since when nothing happened; None writes its status instead.
    """
    left = tr("Từ {day}", day=screen_date(local(since))) if since else status_word(card.status)
    return BoardRow(
        card.code, card.applicant, card.procedure, screen_datetime(card.due_at), Mark(left), Mark(""), holder
    )


def sorted_fields(fields: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Return fields by their names."""
    return sorted(fields.items(), key=lambda item: item[1])
