"""Words of the page "Ký duyệt": days left, waits, rights, marks, and what stands against an approval."""

from enum import StrEnum
from typing import Final, NamedTuple

from desktop.domain.deadlines import BY_THE_MINUTE
from desktop.domain.vietnamese import local, number, screen_date, screen_datetime, screen_time
from desktop.domain.way import AuthorityUsed, LateCause, SigningForm
from desktop.services.deciding import WaitingForDecision
from desktop.services.signature_waits import SignatureWaits
from desktop.ui.tokens import Role
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, Words, tr

_MINUTES: Final = 60
#: From here on minutes are left out: nobody plans by them.
_LONG_MINUTES: Final = 10 * _MINUTES

#: Who caused a delay, in the order of the keys Alt+1 … Alt+4.
CAUSES: Final = {
    LateCause.WARD: QT_TRANSLATE_NOOP(CONTEXT, "Do phường"),
    LateCause.OTHER_AGENCY: QT_TRANSLATE_NOOP(CONTEXT, "Do cơ quan khác"),
    LateCause.SUBMITTER: QT_TRANSLATE_NOOP(CONTEXT, "Do người nộp"),
    LateCause.SYSTEM: QT_TRANSLATE_NOOP(CONTEXT, "Do phần mềm, đường truyền"),
}

_FORMS: Final = {
    SigningForm.OWN: QT_TRANSLATE_NOOP(CONTEXT, "Chủ tịch"),
    SigningForm.KT: "KT.",
    SigningForm.TL: "TL.",
    SigningForm.TUQ: "TUQ.",
}


class Obstacle(StrEnum):
    """Name what stands against an approval; the first one that applies is told."""

    OWN_WORK = "own_work"
    CHANGED = "changed"
    NO_APOLOGY = "no_apology"
    NO_AUTHORITY = "no_authority"


class Mark(NamedTuple):
    """Hold one mark of a row: an icon, a colour, words.

    Attributes:
        icon: Name of an icon.
        role: Its colour.
        text: What it says alone.
    """

    icon: str
    role: Role
    text: str


def obstacle(row: WaitingForDecision) -> Obstacle | None:
    """Return what stands against an approval by the actor, None when nothing does."""
    if row.is_own:
        return Obstacle.OWN_WORK
    if row.is_changed:
        return Obstacle.CHANGED
    if row.lacks_apology:
        return Obstacle.NO_APOLOGY
    return Obstacle.NO_AUTHORITY if row.authority is None else None


def days_mark(row: WaitingForDecision) -> Mark:
    """Say how many working days are left, short."""
    if row.is_late:
        return Mark("late", Role.LATE, _late_words(row))
    if row.days_left == 0:
        return Mark("deadline", Role.SOON, tr("Hôm nay {at}", at=screen_time(row.dossier.due_at)))
    role = Role.SOON if row.days_left == 1 else Role.DUE
    return Mark("deadline" if row.days_left == 1 else "clock", role, tr("Còn {n} ngày làm việc", n=row.days_left))


def _late_words(row: WaitingForDecision) -> str:
    if row.days_left < 0:
        return tr("Trễ {n} ngày làm việc", n=-row.days_left)
    # Late without a working day over: by the hour, or on the holiday behind its day.
    due, unit = row.dossier.due_at, row.dossier.procedure.limit.unit
    return tr("Trễ từ {at}", at=screen_time(due) if unit in BY_THE_MINUTE else screen_date(local(due).date()))


def days_words(row: WaitingForDecision) -> str:
    """Say how many working days are left, whole, with the deadline."""
    due = screen_datetime(row.dossier.due_at)
    if row.is_late:
        return tr("trễ {n} ngày làm việc, hạn {due}", n=-row.days_left, due=due)
    return tr("còn {n} ngày làm việc, hạn {due}", n=row.days_left, due=due)


def marks(row: WaitingForDecision, words: Words) -> tuple[Mark, ...]:
    """Return every mark of a row beside its days."""
    found = []
    if row.lacks_apology:
        found.append(Mark("warning", Role.LATE, tr("chưa có phiếu xin lỗi")))
    if row.is_changed:
        found.append(Mark("edit", Role.LATE, tr("nội dung đã thay đổi")))
    if row.is_own:
        found.append(Mark("user", Role.SOON, tr("bạn soạn hồ sơ này")))
    if row.refusal is not None:
        found.append(Mark("lock", Role.SOON, words.error(row.refusal)))
    return tuple(found)


def right_words(authority: AuthorityUsed | None) -> str:
    """Name the right under which the actor signs, short: ``KT. CHỦ TỊCH``."""
    if authority is None:
        return tr("không có quyền ký")
    return authority.title_lines[0] if authority.title_lines else tr(_FORMS[authority.form])


def verdict(row: WaitingForDecision, words: Words) -> tuple[str, str]:
    """Return (kind of call-out, sentence): whether it can be approved now, and what to do when not."""
    found = obstacle(row)
    if found is Obstacle.OWN_WORK:
        return "soon", tr("Bạn soạn hồ sơ này nên lãnh đạo khác phải duyệt.")
    if found is Obstacle.CHANGED:
        return "late", tr("Nội dung đã thay đổi sau khi trình: nhấn T để trả lại và trình lại bản mới.")
    if found is Obstacle.NO_APOLOGY:
        return "late", tr("Trễ hạn, chưa có phiếu xin lỗi: nhấn X để xin lỗi và hẹn lại trước khi duyệt.")
    if found is Obstacle.NO_AUTHORITY and row.refusal is not None:
        return "soon", words.error(row.refusal)
    authority = row.authority
    if authority is None:
        return "soon", tr("Bạn không có quyền ký hồ sơ này.")
    lines = " – ".join(authority.title_lines) or right_words(authority)
    if authority.document:
        return "ok", tr("Bạn ký hôm nay: {lines}, theo {document}.", lines=lines, document=authority.document)
    return "ok", tr("Bạn ký hôm nay: {lines}.", lines=lines)


def wait_words(minutes: int) -> str:
    """Write working minutes: ``5 giờ 20 phút``."""
    if minutes < 1:
        return tr("dưới 1 phút")
    hours, rest = divmod(minutes, _MINUTES)
    if not hours:
        return tr("{m} phút", m=rest)
    if minutes >= _LONG_MINUTES or not rest:
        return tr("{h} giờ", h=number(hours))
    return tr("{h} giờ {m} phút", h=hours, m=rest)


def head_words(total: int, late: int, waits: SignatureWaits) -> str:
    """Sum the list up: how many, how many late, and how fast the leader decides."""
    parts = [tr("{n} hồ sơ chờ ký", n=number(total))]
    if late:
        parts.append(tr("{n} trễ", n=number(late)))
    if waits.n:
        parts.append(
            tr(
                "bạn ký sau {median}, 9/10 lần trong {p90} (giờ làm việc)",
                median=wait_words(waits.median_minutes),
                p90=wait_words(waits.p90_minutes),
            )
        )
    return " · ".join(parts)


def apology_words(row: WaitingForDecision) -> str:
    """Say which apology was made, "" when none was."""
    if not row.dossier.apologies:
        return ""
    last = row.dossier.apologies[-1]
    late = tr(", xin lỗi muộn") if last.is_late else ""
    return tr(
        "Đã xin lỗi ngày {on}, hẹn lại {at}{late}.",
        on=screen_date(local(last.at).date()),
        at=screen_datetime(last.new_promise),
        late=late,
    )
