"""The side "Việc hai người": what nobody does alone, who stood by it, and where that proves less than two people."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import local, number, screen_datetime
from desktop.services import two_people
from desktop.services.ports import Desk
from desktop.services.two_people import Mark, TwoPeople, What
from desktop.ui.models.short_table import Cell, Head, Line
from desktop.ui.pages.admin_days import DaysLog, DaysView
from desktop.ui.pages.admin_words import role_words, section_word
from desktop.ui.tokens import Role as Colour
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

#: An act, and the unit whose sections its words name.
_Shown = tuple[TwoPeople, Unit]

_ACTS: Final = {
    What.ACCOUNT_MADE: QT_TRANSLATE_NOOP(CONTEXT, "Thêm người dùng"),
    What.ACCOUNT_CHANGED: QT_TRANSLATE_NOOP(CONTEXT, "Sửa người dùng"),
    What.ACCOUNT_ENDED: QT_TRANSLATE_NOOP(CONTEXT, "Ngừng dùng tài khoản"),
    What.LET_IN_AGAIN: QT_TRANSLATE_NOOP(CONTEXT, "Cho dùng lại"),
    What.CODE_GIVEN: QT_TRANSLATE_NOOP(CONTEXT, "Cấp mã một lần"),
    What.PASSWORD_SET: QT_TRANSLATE_NOOP(CONTEXT, "Đặt mật khẩu bằng mã"),
    What.CUSTODY: QT_TRANSLATE_NOOP(CONTEXT, "Giao lại hồ sơ"),
    What.EXPORT: QT_TRANSLATE_NOOP(CONTEXT, "Xuất toàn bộ dữ liệu"),
    What.RECOVERY: QT_TRANSLATE_NOOP(CONTEXT, "Khôi phục dữ liệu"),
    What.RESCUE: QT_TRANSLATE_NOOP(CONTEXT, "Mở lại cho quản trị"),
    What.RECOVERY_KEY: QT_TRANSLATE_NOOP(CONTEXT, "Tạo khóa khôi phục"),
}


class TwoPeopleView(DaysView):
    """Read what two people did, or one did alone, on some days."""

    def __init__(self, page: "Page", desk: Desk, actor: User) -> None:
        """Take the services."""
        heads = (
            Head(tr("Lúc"), "09:00 18/07/2019"),
            Head(tr("Người làm"), "Nguyễn Thị Lan", share=1),
            Head(tr("Việc"), "Ngừng dùng tài khoản"),
            Head(tr("Về ai, hồ sơ nào"), "000.00.00.H00-000000-00000", share=1),
            Head(tr("Người đứng cùng"), "Nguyễn Thị Lan", share=1, has_icon=True),
            Head(tr("Lưu ý"), tr("Không ai đứng cùng"), share=2, give_up=1),
        )
        advice = tr("Không có việc nào cần hai người trong những ngày này.")
        log = DaysLog(
            name="twoPeople",
            title=tr("Việc hai người"),
            verb=tr("Xem việc hai người"),
            heads=heads,
            empty=(tr("Không có việc nào"), advice),
            read=partial(_read, desk, actor),
            line=_line,
            count=_count_words,
            whole=_whole,
        )
        super().__init__(page, desk, log)


def _count_words(n: int) -> str:
    if n < two_people.MOST_SHOWN:
        return tr("{n} việc, trên mọi máy của đơn vị theo nhật ký đã về máy này.", n=number(n))
    return tr("{n} việc mới nhất; chọn ít ngày hơn để xem hết.", n=number(n))


def _read(desk: Desk, actor: User, first: date, last: date) -> tuple[_Shown, ...]:
    """Threads: lane read."""
    unit = desk.reader.unit()
    return tuple((act, unit) for act in two_people.acts_of_two(desk, actor, first, last))


def _line(place: int, shown: _Shown) -> Line:
    act, _ = shown
    mark, colour = _mark_words(act), Colour.LATE if act.mark is Mark.ALONE else Colour.SOON
    nobody = "–" if act.mark in (Mark.NONE, Mark.PAPER) else tr("Không ai")
    witness = act.witness.name if act.witness else nobody
    return Line(
        str(place),
        (
            Cell(screen_datetime(local(act.at))),
            Cell(_who(act)),
            Cell(tr(_ACTS[act.what])),
            Cell(_about(act)),
            Cell(witness, "warning", colour) if mark else Cell(witness),
            Cell(mark, role=colour),
        ),
    )


def _who(act: TwoPeople) -> str:
    if act.who:
        return act.who.name
    return tr("Máy {pc}", pc=act.workstation) if act.mark is Mark.REFUSED else tr("Máy, lúc cài đặt")


def _about(act: TwoPeople) -> str:
    if act.code:
        return act.code
    return tr("{name} ({login})", name=act.after.name, login=act.after.login) if act.after else "–"


def _mark_words(act: TwoPeople) -> str:
    match act.mark:
        case Mark.ALONE:
            return tr("Không ai đứng cùng")
        case Mark.CODE_OF_ONE:
            giver = act.giver.name if act.giver else tr("không rõ")
            return tr("Mật khẩu từ mã do một mình {name} cấp", name=giver)
        case Mark.SET_UP:
            return tr("Mã lúc cài máy, người cài đọc được")
        case Mark.PAPER:
            return tr("Bằng khóa khôi phục trên giấy")
        case Mark.REFUSED:
            return tr("Thành phố không nhận, không có hiệu lực")
        case Mark.NONE:
            return ""


def _whole(shown: _Shown) -> str:
    act, unit = shown
    words = [tr("{who}: {what}", who=_who(act), what=tr(_ACTS[act.what]).lower())]
    if act.code:
        words.append(tr("{code}, từ nay {name} giữ", code=act.code, name=act.to))
    elif act.after is not None:
        words += [_about(act), *_changes(unit, act.before, act.after)]
    if act.witness is not None:
        words.append(tr("đứng cùng: {name}", name=act.witness.name))
    if mark := _mark_words(act):
        words.append(mark[:1].lower() + mark[1:])
    if act.workstation:
        words.append(tr("máy {name}", name=act.workstation))
    return " · ".join(words)


def _changes(unit: Unit, before: User | None, after: User) -> list[str]:
    """Say what became different about a user."""
    if before is None or set(before.roles) == set(after.roles):
        words = [tr("vai trò: {roles}", roles=role_words(after.roles))]
    else:
        words = [tr("vai trò: {before} → {now}", before=role_words(before.roles), now=role_words(after.roles))]
    if before is None:
        return words
    pairs = (
        (tr("họ tên"), before.name, after.name),
        (tr("bộ phận"), section_word(unit, before.section), section_word(unit, after.section)),
        (tr("chức danh"), before.title, after.title),
    )
    return words + [f"{name}: {was or '–'} → {now or '–'}" for name, was, now in pairs if was != now]
