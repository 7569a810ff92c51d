"""How days of the unit's own are worded: what two PCs said of one day before they heard of each other."""

from datetime import date
from typing import Final

from desktop.domain.calendar_days import DayClash, OwnKind
from desktop.domain.vietnamese import screen_date
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

_KINDS: Final = {
    OwnKind.NONE: QT_TRANSLATE_NOOP(CONTEXT, "theo lịch chung"),
    OwnKind.CLOSED: QT_TRANSLATE_NOOP(CONTEXT, "nghỉ"),
    OwnKind.WORKED: QT_TRANSLATE_NOOP(CONTEXT, "làm việc"),
}
#: Days off whose date is known: those of the law, and 24/11, whose decision is still to be checked.
_KNOWN: Final = (
    (1, 1, QT_TRANSLATE_NOOP(CONTEXT, "Tết Dương lịch")),
    (4, 30, QT_TRANSLATE_NOOP(CONTEXT, "Ngày Giải phóng miền Nam (30/4)")),
    (5, 1, QT_TRANSLATE_NOOP(CONTEXT, "Ngày Quốc tế Lao động")),
    (9, 2, QT_TRANSLATE_NOOP(CONTEXT, "Quốc khánh")),
    (11, 24, QT_TRANSLATE_NOOP(CONTEXT, "Ngày Văn hóa Việt Nam")),
)


def known_lines(year: int) -> str:
    """Return the days off whose date is known, one a line, as :func:`desktop.services.own_years.read_lines` reads."""
    return "\n".join(f"{screen_date(date(year, month, day))} {tr(name)}" for month, day, name in _KNOWN)


def lost_words(clash: DayClash) -> str:
    """Word what the other PC had said, and why."""
    told = tr(_KINDS[clash.lost])
    return tr("{told} ({name}, {source})", told=told, name=clash.name, source=clash.source) if clash.name else told


def short_words(clash: DayClash) -> str:
    """Word what the other PC had said, for a cell."""
    return tr("máy khác khai {lost}", lost=tr(_KINDS[clash.lost]))


def clash_words(clash: DayClash) -> str:
    """Word a day of which two PCs said different things, and what to do, in one sentence."""
    return tr(
        "Hai máy khai khác nhau về ngày {day}: đang tính là {stands}, máy kia khai {lost};"
        " nếu sai thì khai lại ở Quản trị, Lịch nghỉ.",
        day=screen_date(clash.on),
        stands=tr(_KINDS[clash.stands]),
        lost=lost_words(clash),
    )
