"""Words and rows of the page "Bàn giao"."""

from datetime import datetime, timedelta
from typing import Final

from desktop.domain.slips import Slip, SlipState, Unexpected
from desktop.domain.vietnamese import local, number, screen_date, screen_datetime, screen_time
from desktop.services.handing_list import OnHand, Whereabouts
from desktop.ui.models.short_table import Cell, Head, Line
from desktop.ui.pages.handover_state import GiveList, TakeList
from desktop.ui.pages.handover_work import OpenedSlip, SlipNames
from desktop.ui.tokens import Role
from desktop.ui.words import tr

_CODE = "000.16.27.H29-261123-0000"
_SLIP = "BG-2019-01-0000"
_AT = "00:00 00/00/0000"
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MINUTE_S: Final = 60
#: More codes than these are counted, not named, in a sentence.
_MOST_NAMED: Final = 6
_MOST_REFUSED: Final = 3

GIVE_HEADS = (
    Head(tr("TT"), "000"),
    Head(tr("Mã hồ sơ"), _CODE),
    Head(tr("Chủ hồ sơ"), "Nguyễn Thị Ngọc Ánh", share=2),
    Head(tr("Thủ tục"), "Đăng ký khai sinh", share=3, give_up=2),
    Head(tr("Hẹn trả"), _AT, give_up=1),
)
DUE_HEADS = (
    Head(tr("Alt"), "00"),
    Head(tr("Hồ sơ"), "Nguyễn Thị", share=1),
    Head(tr("Chậm nhất"), "00:00 hôm nay", has_icon=True),
)
INCOMING_HEADS = (
    Head(tr("Alt"), "00"),
    Head(tr("Giấy"), _SLIP),
    Head(tr("Bên giao"), "Bộ phận Tiếp nhận và Trả", share=3),
    Head(tr("Người giao"), "Nguyễn Thị Ngọc Ánh", share=2, give_up=2),
    Head(tr("Số hồ sơ"), "Số hồ sơ", is_number=True),
    Head(tr("Lập lúc"), _AT, give_up=1),
    Head(tr("Đã chờ"), "00 giờ 00 phút · quá giờ", has_icon=True),
)
TAKE_HEADS = (
    Head(tr("TT"), "000"),
    Head(tr("Mã hồ sơ"), _CODE),
    Head(tr("Tình trạng"), "Không có trong giấy", has_icon=True),
    Head(tr("Chủ hồ sơ"), "Nguyễn Thị Ngọc Ánh", share=2, give_up=1),
    Head(tr("Thủ tục, hoặc ai đang giữ"), "Đăng ký khai sinh", share=3, give_up=2),
)
RECENT_HEADS = (
    Head(tr("Giấy"), _SLIP),
    Head(tr("Tình trạng"), "Chờ nhận · quá giờ", has_icon=True),
    Head(tr("Giao"), "Bộ phận Tiếp nhận", share=1, give_up=3),
    Head(tr("Nhận"), "Tư pháp - Hộ tịch", share=1, give_up=1),
    Head(tr("Số hồ sơ"), "Số hồ sơ", is_number=True),
    Head(tr("Lập lúc"), _AT, give_up=2),
)
LINE_HEADS = (
    Head(tr("Mã hồ sơ"), _CODE),
    Head(tr("Tình trạng"), "Đã nhận", share=1, has_icon=True),
)


def give_lines(given: GiveList) -> tuple[Line, ...]:
    """Return the list to hand over."""
    return tuple(
        Line(
            item.code,
            (
                Cell(str(n)),
                Cell(item.code),
                Cell(item.applicant),
                Cell(item.procedure),
                Cell(screen_datetime(item.promised_at)),
            ),
        )
        for n, item in enumerate(given.items, start=1)
    )


def due_lines(items: tuple[OnHand, ...], now: datetime) -> tuple[Line, ...]:
    """Return what must go on from here, numbered for Alt."""
    return tuple(
        Line(item.code, (Cell(_number(n)), Cell(item.applicant), _due_cell(item, now)))
        for n, item in enumerate(items, start=1)
    )


def incoming_lines(slips: tuple[SlipNames, ...], now: datetime) -> tuple[Line, ...]:
    """Return the slips that wait for the user."""
    lines = []
    for n, named in enumerate(slips, start=1):
        slip = named.slip
        age = age_words(now - slip.made_at)
        waited = (
            Cell(tr("{age} · quá giờ", age=age), "late", Role.LATE) if is_overdue(slip, now) else Cell(age, "clock")
        )
        cells = (
            Cell(_number(n)),
            Cell(slip.name),
            Cell(named.giver),
            Cell(named.made_by),
            Cell(number(len(slip.lines))),
        )
        lines.append(Line(slip.slip_id, (*cells, Cell(screen_datetime(slip.made_at)), waited)))
    return tuple(lines)


def take_lines(taken: TakeList) -> tuple[Line, ...]:
    """Return a slip that is being received: what is not on it first, so that nobody misses it."""
    strangers = [
        _take_line("!", one, Cell(tr("Không có trong giấy"), "warning", Role.LATE), _holder_words(one.holder))
        for one in taken.strangers
    ]
    came = set(taken.came)
    expected = [
        _take_line(
            str(n),
            line,
            Cell(tr("Đã nhận"), "check", Role.OK) if line.code in came else Cell(tr("Chưa thấy"), "minus", Role.MUTED),
            line.procedure,
        )
        for n, line in enumerate(taken.lines, start=1)
    ]
    return (*strangers, *expected)


def recent_lines(slips: tuple[SlipNames, ...], now: datetime) -> tuple[Line, ...]:
    """Return the newest slips."""
    return tuple(
        Line(
            named.slip.slip_id,
            (
                Cell(named.slip.name),
                state_cell(named.slip, now),
                Cell(named.giver),
                Cell(named.to),
                Cell(number(len(named.slip.lines))),
                Cell(screen_datetime(named.slip.made_at)),
            ),
        )
        for named in slips
    )


def slip_lines(opened: OpenedSlip) -> tuple[Line, ...]:
    """Return the dossiers of a slip with what became of each, differences first."""
    slip = opened.names.slip
    missing = set(slip.missing)
    states = {SlipState.OPEN: Cell(tr("Chờ nhận"), "clock"), SlipState.WITHDRAWN: Cell(tr("Giấy đã rút"), "back")}
    plain = states.get(slip.state, Cell(tr("Đã nhận"), "check", Role.OK))
    lacking = Cell(tr("Thiếu"), "late", Role.LATE)
    # A provisional code stands on the paper though the dossier has another one since.
    lacks = {line.code for code, line in zip(slip.codes, opened.lines, strict=True) if code in missing}
    lines = [Line(line.code, (Cell(line.code), lacking)) for line in opened.lines if line.code in lacks]
    for one in slip.unexpected:
        text = tr("Thừa: {where}", where=_holder_words(one.holder))
        lines.append(Line(f"+{one.code}", (Cell(one.code), Cell(text, "warning", Role.LATE))))
    rest = [Line(line.code, (Cell(line.code), plain)) for line in opened.lines if line.code not in lacks]
    return (*lines, *rest)


def state_cell(slip: Slip, now: datetime) -> Cell:
    """Return where a slip stands by icon and word."""
    if slip.state is SlipState.WITHDRAWN:
        return Cell(tr("Đã rút"), "back", Role.MUTED)
    if slip.is_open:
        if is_overdue(slip, now):
            return Cell(tr("Chờ nhận · quá giờ"), "late", Role.LATE)
        return Cell(tr("Chờ nhận"), "clock", Role.DUE)
    if slip.missing or slip.unexpected:
        return Cell(tr("Có chênh lệch"), "warning", Role.SOON)
    return Cell(tr("Đã nhận"), "check", Role.OK)


def is_overdue(slip: Slip, now: datetime) -> bool:
    """Tell whether a slip has waited for its receiver for more than four working hours."""
    return slip.is_open and now >= slip.reminded_from


def differences(missing: tuple[str, ...], unexpected: tuple[Unexpected, ...]) -> str:
    """Name what lacks and what is too much, "" when nothing is."""
    parts = []
    if missing:
        parts.append(tr("Thiếu {n} hồ sơ: {codes}.", n=number(len(missing)), codes=_listed(missing)))
    if unexpected:
        named = tuple(f"{one.code} ({_holder_words(one.holder)})" for one in unexpected)
        parts.append(tr("Thừa {n} hồ sơ: {codes}.", n=number(len(unexpected)), codes=_listed(named)))
    return " ".join(parts)


def difference_counts(missing: tuple[str, ...], unexpected: tuple[Unexpected, ...]) -> str:
    """Count what lacks and what is too much, for a sentence above the list that names them; "" when nothing is."""
    parts = []
    if missing:
        parts.append(tr("Thiếu {n} hồ sơ.", n=number(len(missing))))
    if unexpected:
        parts.append(tr("Thừa {n} hồ sơ.", n=number(len(unexpected))))
    return " ".join(parts)


def take_differences(taken: TakeList) -> str:
    """Name the differences of a slip that is being received."""
    return differences(taken.missing, tuple(Unexpected(one.code, one.holder) for one in taken.strangers))


def refusal_lines(sentences: tuple[str, ...]) -> str:
    """Return what was refused, the newest first; "" when nothing was."""
    shown = list(reversed(sentences))[:_MOST_REFUSED]
    more = len(sentences) - len(shown)
    if more > 0:
        shown.append(tr("Và {n} hồ sơ khác không giao được.", n=number(more)))
    return "\n".join(shown)


def age_words(age: timedelta) -> str:
    """Write how long something has waited."""
    if age >= 2 * _DAY:
        return tr("{n} ngày", n=age.days)
    minutes = max(int(age.total_seconds()) // _MINUTE_S, 0)
    if age < _HOUR:
        return tr("{n} phút", n=minutes)
    return tr("{h} giờ {m} phút", h=minutes // _MINUTE_S, m=minutes % _MINUTE_S)


def _take_line(no: str, found: Whereabouts, state: Cell, last: str) -> Line:
    return Line(found.code, (Cell(no), Cell(found.code), state, Cell(found.applicant), Cell(last)))


def _holder_words(holder: str) -> str:
    return tr("{holder} đang giữ", holder=holder) if holder else tr("không có trong sổ")


def _listed(codes: tuple[str, ...]) -> str:
    named = ", ".join(codes[:_MOST_NAMED])
    more = len(codes) - _MOST_NAMED
    return tr("{codes} và {n} hồ sơ khác", codes=named, n=number(more)) if more > 0 else named


def _due_cell(item: OnHand, now: datetime) -> Cell:
    if item.transfer_due is None:
        return Cell(tr("Đã ký duyệt"), "sign", Role.OK)
    due = local(item.transfer_due)
    if due < now:
        return Cell(
            tr("Trễ từ {at}", at=screen_time(due) if due.date() == now.date() else screen_date(due.date())[:5]),
            "late",
            Role.LATE,
        )
    if due.date() == local(now).date():
        return Cell(tr("{at} hôm nay", at=screen_time(due)), "deadline", Role.SOON)
    return Cell(f"{screen_time(due)} {screen_date(due.date())[:5]}", "clock", Role.DUE)


def _number(n: int) -> str:
    return str(n) if n <= 9 else ""  # noqa: PLR2004 - Alt+1 to Alt+9
