"""The side "Nhật ký xem": who looked at dossiers not his to handle, who asked for whole numbers, and why."""

from functools import partial
from typing import TYPE_CHECKING, Final

from desktop.domain.users import User
from desktop.domain.vietnamese import local, number, screen_datetime
from desktop.services import access
from desktop.services.access import Seen
from desktop.services.ports import Desk
from desktop.ui.models.short_table import Cell, Head, Line
from desktop.ui.pages.admin_days import DaysLog, DaysView
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_ACTS: Final = {
    access.VIEW: (QT_TRANSLATE_NOOP(CONTEXT, "Mở hồ sơ"), "dossiers"),
    access.ID_NUMBERS: (QT_TRANSLATE_NOOP(CONTEXT, "Xem số đầy đủ"), "eye"),
}


class AccessView(DaysView):
    """Read the access log of some days."""

    def __init__(self, page: "Page", desk: Desk, actor: User) -> None:
        """Take the services."""
        heads = (
            Head(tr("Lúc"), "09:00 18/07/2019"),
            Head(tr("Người xem"), "Nguyễn Thị Lan (lan)", share=1),
            Head(tr("Việc"), "Xem số đầy đủ", has_icon=True),
            Head(tr("Hồ sơ"), "000.00.00.H00-000000-00000"),
            Head(tr("Lý do"), "Đối chiếu giấy tờ", share=2, give_up=1),
        )
        advice = tr("Không ai mở hồ sơ ngoài phần việc của mình trong những ngày này.")
        log = DaysLog(
            name="access",
            title=tr("Nhật ký xem"),
            verb=tr("Xem nhật ký"),
            heads=heads,
            empty=(tr("Không có lượt xem nào"), advice),
            read=partial(access.seen, desk, actor),
            line=_line,
            count=_count_words,
        )
        super().__init__(page, desk, log)


def _count_words(n: int) -> str:
    if n < access.MOST_SHOWN:
        return tr("{n} lượt. Chỉ những lượt trên máy này.", n=number(n))
    return tr("{n} lượt mới nhất; chọn ít ngày hơn để xem hết.", n=number(n))


def _line(place: int, entry: Seen) -> Line:
    act, icon = _ACTS.get(entry.act, (entry.act, ""))
    who = tr("{name} ({login})", name=entry.who, login=entry.login) if entry.who else tr("không rõ")
    return Line(
        str(place),
        (
            Cell(screen_datetime(local(entry.at))),
            Cell(who),
            Cell(tr(act), icon),
            Cell(entry.code),
            Cell(entry.reason),
        ),
    )
